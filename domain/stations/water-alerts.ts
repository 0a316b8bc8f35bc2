// Surface water and drinking water: what changed in the last hours, or stands beyond what is wanted, so that somebody should look.

import stationTable from "../tables/stations.json" with { type: "json" };
import { findFactor } from "../factor.ts";
import { classOfItem } from "../rules/surface-water.ts";
import { readSureness } from "../rules/sureness.ts";
import { hourMs } from "../time.ts";
import type { StationHours } from "./hours.ts";
import type { Evaluation, Remark, RemarkCode, Severity } from "./shapes.ts";
import { blockStart, fourHourValue, oxygenCode, temperatureCode, validWaterHour, type WaterFacts } from "./water.ts";

const { alerts, items, blockHours } = stationTable.surfaceWater;
const sureness = readSureness(alerts.sureness);
const [phCode, ammoniaCode, conductivityCode] = ["w01001", "w21003", "w01014"] as const;

function remark(
  code: RemarkCode,
  severity: Severity,
  factors: readonly string[],
  value: number | null,
  bound: number | null,
): Remark {
  return { code, severity, factors, value, bound, unit: findFactor(factors[0] ?? "")?.unit ?? "", sureness };
}

/** Items whose last two whole 4-hour values are both worse than the target class. */
function findTwiceAbove(hours: StationHours, { body, target }: WaterFacts, at: number): Remark[] {
  const last = blockStart(at) - blockHours * hourMs;
  return items.flatMap((factor) => {
    const classes = [0, 1].map((back) => {
      const start = last - back * blockHours * hourMs;
      const value = fourHourValue(hours, factor, start);
      return value === null ? null : classOfItem(factor, value, body, fourHourValue(hours, temperatureCode, start));
    });
    const isTwice = classes.every((each) => each !== null && each > target);
    return isTwice ? [remark("twice-above-target", "warning", [factor], fourHourValue(hours, factor, last), null)] : [];
  });
}

function findStep(hours: StationHours, start: number): Remark[] {
  const [now, before] = [start, start - hourMs].map((each) => validWaterHour(hours, conductivityCode, each));
  if (now === undefined || now === null || before === undefined || before === null || before <= 0) return [];
  const isStep = Math.abs(now - before) * 100 > alerts.conductivityPercent * before;
  return isStep ? [remark("conductivity-step", "warning", [conductivityCode], now, before)] : [];
}

/** Against the least of the hours before: a rise over an hour that is missing is a rise all the same. */
function findDoubled(hours: StationHours, start: number): Remark[] {
  const now = validWaterHour(hours, ammoniaCode, start);
  if (now === null || now < alerts.ammoniaFrom) return [];
  const before = Array.from({ length: alerts.ammoniaHours }, (_, i) => {
    return validWaterHour(hours, ammoniaCode, start - (i + 1) * hourMs);
  }).filter((value) => value !== null);
  const least = before.reduce((most, value) => Math.min(most, value), Number.POSITIVE_INFINITY);
  return before.length > 0 && now >= alerts.ammoniaTimes * Math.max(0, least)
    ? [remark("ammonia-doubled", "warning", [ammoniaCode], now, least)]
    : [];
}

/** `found`: the class at the end of these hours. */
export function alertWater(hours: StationHours, facts: WaterFacts, found: Evaluation): Remark[] {
  /** Instruments of a slow round say nothing in most hours: each item is looked at where its newest value is. */
  const startOf = (factor: string): number => found.items.find((item) => item.factor === factor)?.at ?? found.from;
  const remarks: Remark[] = [];
  if (found.value !== null && found.value > facts.target) {
    remarks.push(remark("class-down", "warning", found.deciding, found.value, facts.target));
  }
  remarks.push(...findTwiceAbove(hours, facts, found.to), ...findDoubled(hours, startOf(ammoniaCode)));
  for (const { factor, value, why } of found.items) {
    if (value === null || why !== null) continue;
    if (factor === oxygenCode && value < alerts.oxygenLeast) {
      remarks.push(remark("oxygen-low", "alarm", [factor], value, alerts.oxygenLeast));
    }
    if (factor === phCode && (value < alerts.phLeast || value > alerts.phMost)) {
      const bound = value < alerts.phLeast ? alerts.phLeast : alerts.phMost;
      remarks.push(remark("ph-outside", "warning", [factor], value, bound));
    }
  }
  remarks.push(...findStep(hours, startOf(conductivityCode)));
  return remarks;
}

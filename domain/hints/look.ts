// Minutes of two days → what all rules look at: columns without gaps in time, what is usual, when the plant runs. Marked
// minutes are taken out first: a mark says that the data do not count.

import type { MinuteColumns } from "../judge/shapes.ts";
import { isInForce, type Limit, type LimitBasis } from "../limit.ts";
import { isMarkEffective, type Mark, marksFactor } from "../mark.ts";
import { correctToReference } from "../rules/oxygen.ts";
import type { Site } from "../site.ts";
import { dayMs, minuteMs } from "../time.ts";
import { quantileOf, sortValid } from "./measure.ts";
import {
  type HintLimit,
  type HintSite,
  hintSpanDays,
  type Look,
  type MinuteColumn,
  type MinuteTable,
} from "./shapes.ts";

export const codes = {
  gasFlow: "a00000",
  waterFlow: "w00000",
  velocity: "a01011",
  oxygen: "a19001",
  acidity: "w01001",
  sulphurDioxide: "a21026",
  production: "d20405",
  treatment: "d30406",
  pumps: "g104",
} as const;
/** What else is measured at an outlet; a limit on it is none on a pollutant. */
const states: ReadonlySet<string> = new Set([
  codes.gasFlow,
  codes.waterFlow,
  codes.velocity,
  codes.oxygen,
  codes.acidity,
  "a01012",
  "a01013",
  "a01014",
  "w01010",
]);

export const fiveMinutes = 5;
const fiveLeast = 3;
const velocityRunning = 3;
const oxygenRunning = 20;
const gasFlowRunning = 0.1;
const waterFlowRunning = 0.02;

/** The limit that counts is the hour's, else the day's, else what screens warn at. */
const basisOrder: readonly LimitBasis[] = ["hour", "day", "realtime"];

/** What the rules must know of a site on a day. */
export function hintSiteOf(site: Site, limits: readonly Limit[], day: number): HintSite {
  const found = new Map<string, HintLimit>();
  const own = limits.filter((limit) => limit.max !== null && isInForce(limit, day));
  const rank = (limit: Limit): number => basisOrder.indexOf(limit.basis) * 2 + (limit.source === "site" ? 0 : 1);
  for (const limit of own.toSorted((a, b) => rank(a) - rank(b) || b.from - a.from || b.version - a.version)) {
    if (found.has(limit.factor) || limit.max === null) continue;
    // A warning at the standard's number means the standard's oxygen.
    const stated = own.find(({ factor, refO2 }) => factor === limit.factor && typeof refO2 === "number");
    const refO2 = limit.refO2 ?? stated?.refO2 ?? null;
    found.set(limit.factor, { max: limit.max, refO2 });
  }
  const source = site.standard === null ? "" : `${site.standard.industry} ${site.standard.unit}`;
  return { site: site.id, kind: site.kind, source, factors: site.factors, limits: found };
}

/** `day`: its first moment. Times outside of the two days are not looked at. */
export function layMinutes(columns: readonly MinuteColumns[], marks: readonly Mark[], day: number): MinuteTable {
  const count = (hintSpanDays * dayMs) / minuteMs;
  const from = day - (hintSpanDays - 1) * dayMs;
  const effective = marks.filter(isMarkEffective);
  const laid = new Map<string, MinuteColumn>();
  for (const { factor, start, mean, count: received, valid } of columns) {
    const values = new Float64Array(count).fill(Number.NaN);
    const flagged = new Uint8Array(count);
    for (let i = 0; i < start.length; i++) {
      const at = ((start[i] ?? 0) - from) / minuteMs;
      if (!Number.isInteger(at) || at < 0 || at >= count) continue;
      if ((valid[i] ?? 0) > 0) values[at] = mean[i] ?? Number.NaN;
      if ((received[i] ?? 0) > (valid[i] ?? 0)) flagged[at] = 1;
    }
    for (const mark of effective) {
      if (!marksFactor(mark, factor)) continue;
      const first = Math.max(0, Math.floor((mark.from - from) / minuteMs));
      const end = Math.min(count, Math.ceil((mark.to - from) / minuteMs));
      if (first < end) {
        values.fill(Number.NaN, first, end);
        flagged.fill(0, first, end);
      }
    }
    const five = averageFive(values);
    laid.set(factor, { factor, mean: values, flagged, five, sorted: sortValid(five, 0, five.length) });
  }
  return { from, count, first: count / hintSpanDays, columns: laid };
}

function averageFive(values: Float64Array): Float64Array {
  const five = new Float64Array(values.length / fiveMinutes).fill(Number.NaN);
  for (let block = 0; block < five.length; block++) {
    let sum = 0;
    let n = 0;
    for (let i = block * fiveMinutes; i < (block + 1) * fiveMinutes; i++) {
      const value = values[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      n++;
    }
    if (n >= fiveLeast) five[block] = sum / n;
  }
  return five;
}

export function createLook(site: HintSite, table: MinuteTable): Look {
  const { columns } = table;
  const pollutants = [...columns.values()].filter(
    ({ factor, sorted }) => site.limits.has(factor) && !states.has(factor) && sorted.length > 0,
  );
  const powerOf = (factor: string): MinuteColumn | null => {
    const column = columns.get(factor);
    return column === undefined || column.sorted.length === 0 ? null : column;
  };
  const corrected = new Map<string, Float64Array>();
  return {
    site,
    table,
    pollutants,
    column: (factor) => columns.get(factor),
    running: findRunning(table),
    production: powerOf(codes.production),
    treatment: powerOf(codes.treatment),
    compared(pollutant) {
      const refO2 = site.limits.get(pollutant.factor)?.refO2 ?? null;
      if (refO2 === null) return pollutant.mean;
      const known = corrected.get(pollutant.factor);
      if (known !== undefined) return known;
      const oxygen = columns.get(codes.oxygen)?.mean;
      const values = pollutant.mean.map((dry, i) => {
        const done = correctToReference(dry, oxygen?.[i] ?? null, refO2);
        return done.kind === "corrected" ? done.value : Number.NaN;
      });
      corrected.set(pollutant.factor, values);
      return values;
    },
  };
}

/** A site that measures neither flow nor velocity is taken to run. */
function findRunning({ columns, count }: MinuteTable): Uint8Array {
  const running = new Uint8Array(count).fill(1);
  const leave = (column: MinuteColumn | undefined, isRunning: (value: number) => boolean): void => {
    if (column === undefined || column.sorted.length === 0) return;
    for (let i = 0; i < count; i++) if (!isRunning(column.mean[i] ?? Number.NaN)) running[i] = 0;
  };
  const velocity = columns.get(codes.velocity);
  const gasFlow = columns.get(codes.gasFlow);
  const waterFlow = columns.get(codes.waterFlow);
  if (velocity !== undefined) leave(velocity, (value) => value > velocityRunning);
  else if (gasFlow !== undefined) {
    const usual = quantileOf(gasFlow.sorted, 0.9);
    leave(gasFlow, (value) => value > gasFlowRunning * usual);
  }
  leave(columns.get(codes.oxygen), (value) => !(value >= oxygenRunning));
  if (waterFlow !== undefined) {
    const usual = quantileOf(waterFlow.sorted, 0.95);
    leave(waterFlow, (value) => value > waterFlowRunning * usual);
  }
  return running;
}

// Gamma dose rate: hours of a station → where it stands above its own last thirty days, with the rain beside it, which washes
// radon out of the air. The unit of the series is kept; the ladder is ours and says so. Nothing is smoothed.

import radiationTable from "../tables/radiation.json" with { type: "json" };
import stationTable from "../tables/stations.json" with { type: "json" };
import {
  type Baseline,
  type DoseMean,
  doseSteps,
  type DoseStep,
  findBaseline,
  isRainy,
  judgeDose,
} from "../rules/radiation.ts";
import { readSureness } from "../rules/sureness.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "../time.ts";
import { listHours, type StationHours } from "./hours.ts";
import type { Category, Evaluation, Figure, Item, Remark, RemarkCode, RuleNote, Why } from "./shapes.ts";

export const doseCode = stationTable.radiation.factor;
export const rainCode = stationTable.radiation.rain;
const sureness = readSureness(radiationTable.sureness);
const unit = radiationTable.unit;
export const baselineMs = radiationTable.baselineDays * dayMs;
const baselineHours = radiationTable.baselineDays * 24;

const steps: readonly Category[] = [
  { key: "normal", level: 1, nameZh: "正常", nameEn: "normal", colour: null },
  { key: "notice", level: 2, nameZh: "提示", nameEn: "notice", colour: null },
  { key: "warning", level: 3, nameZh: "预警", nameEn: "warning", colour: null },
  { key: "alarm", level: 4, nameZh: "报警", nameEn: "alarm", colour: null },
  { key: "emergency", level: 5, nameZh: "应急", nameEn: "emergency", colour: null },
];

const codes: Readonly<Record<string, RemarkCode>> = {
  notice: "dose-notice",
  warning: "dose-warning",
  alarm: "dose-alarm",
  emergency: "dose-emergency",
};

const { clause, source } = radiationTable;
const ladderRules: readonly RuleNote[] = [
  ...radiationTable.steps.map(({ rule }) => ({ rule, clause, source, sureness })),
  { rule: "radiation.baseline", clause, source, sureness },
];
const recentRule: RuleNote = {
  ...stationTable.radiation.recent,
  sureness: readSureness(stationTable.radiation.recent.sureness),
};

/** The ground of a day: the thirty days before it, so that a day is not its own ground. */
export function baselineOfDay(hours: StationHours, timeMs: number): Baseline | null {
  const to = dayStart(timeMs);
  const values = listHours(to - baselineMs, to).flatMap((start) => hours.at(doseCode, start)?.mean ?? []);
  return findBaseline(values, baselineHours);
}

/** mm in the two hours that end with the hour of `start`; null: rain is not measured. */
export function rainOf(hours: StationHours, start: number): number | null {
  let sum: number | null = null;
  for (let i = 0; i < radiationTable.rainHours; i += 1) {
    const mean = hours.at(rainCode, start - i * hourMs)?.mean ?? null;
    if (mean !== null) sum = (sum ?? 0) + mean;
  }
  return sum;
}

/** One minute's mean. */
export interface DoseMinute {
  readonly start: number;
  readonly value: number;
}

/** The newest means of an unbroken run: a gap ends it, because nothing is known of the time in it. */
export function newestRun(minutes: readonly DoseMinute[], intervalSeconds: number, rainMm: number | null): DoseMean[] {
  const step = Math.max(minuteMs, intervalSeconds * 1000);
  const run: DoseMean[] = [];
  for (let i = minutes.length - 1; i >= 0; i -= 1) {
    const [minute, next] = [minutes[i], minutes[i + 1]];
    if (minute === undefined || (next !== undefined && next.start - minute.start > 1.5 * step)) break;
    run.unshift({ value: minute.value, minutes: step / minuteMs, rainMm });
  }
  return run;
}

function toCategory(step: DoseStep | null): Category | null {
  return steps.find(({ key }) => key === (step?.step ?? "normal")) ?? null;
}

function figuresOf(baseline: Baseline | null, rainMm: number | null): Figure[] {
  const figure = (name: string, value: number | null, of: string): Figure => ({ name, value, unit: of, sureness });
  return [
    figure("baseline-mean", baseline?.mean ?? null, unit),
    figure("baseline-sigma", baseline?.sigma ?? null, unit),
    figure("baseline-hours", baseline?.count ?? null, "h"),
    ...doseSteps(baseline).map(({ step, threshold }) => figure(`step-${step}`, threshold, unit)),
    figure("rain-2h", rainMm, "mm"),
  ];
}

function remarksOf(step: DoseStep | null, value: number, rainMm: number | null): Remark[] {
  const factors = [doseCode];
  const found: Remark[] = [];
  const code = step === null ? undefined : codes[step.step];
  if (step !== null && code !== undefined) {
    const severity = step.step === "notice" ? "notice" : step.step === "warning" ? "warning" : "alarm";
    found.push({ code, severity, factors, value, bound: step.threshold, unit, sureness });
  }
  if (isRainy(rainMm)) {
    found.push({
      code: "rain",
      severity: "info",
      factors: [rainCode],
      value: rainMm,
      bound: null,
      unit: "mm",
      sureness,
    });
  }
  return found;
}

/** σ is one of hours: a single minute scatters more, and would be noticed all the time. */
function ofMinutes(step: DoseStep | null): DoseStep | null {
  return step?.step === "notice" ? null : step;
}

function graver(a: DoseStep | null, b: DoseStep | null): DoseStep | null {
  return (toCategory(b)?.level ?? 0) > (toCategory(a)?.level ?? 0) ? b : a;
}

export interface DoseQuestion {
  readonly hours: StationHours;
  /** Start of the hour that is looked at. */
  readonly start: number;
  readonly baseline: Baseline | null;
  /** Minutes up to now, for what stands just now; without them the hour itself is judged. */
  readonly recent?: readonly DoseMean[];
}

/** Where an hour stands; with `recent`, where the station stands now. */
export function evaluateDose({ hours, start, baseline, recent = [] }: DoseQuestion): Evaluation {
  const hour = hours.at(doseCode, start);
  const mean = hour?.mean ?? null;
  const rainMm = rainOf(hours, start);
  const newest = recent.at(-1)?.value ?? null;
  const value = mean ?? newest;
  const ofHour: readonly DoseMean[] = mean === null ? [] : [{ value: mean, minutes: 60, rainMm }];
  const step = graver(judgeDose(ofHour, baseline), ofMinutes(judgeDose(recent, baseline)));
  const why: Why | null =
    value === null ? (hour === null ? "nothing-received" : "too-few-valid") : baseline === null ? "no-baseline" : null;
  const threshold = doseSteps(baseline).find((each) => each.step === "notice")?.threshold ?? null;
  const item: Item = {
    factor: doseCode,
    value,
    unit,
    index: null,
    category: null,
    limit: threshold,
    side: "max",
    multiple: null,
    saturation: null,
    at: start,
    valid: hour?.validMinutes ?? 0,
    due: 60,
    needed: 1,
    of: "minute",
    why: value === null ? why : null,
  };
  // What a step is said to have been reached by is what reached it: the newest minute, or the hour.
  const judged = step !== null && newest !== null && newest > step.threshold ? newest : value;
  return {
    window: "hour",
    from: start,
    to: start + hourMs,
    value,
    unit,
    category: judged === null ? null : toCategory(step),
    // Without its own ground a station is held against the fixed steps alone.
    standing: value === null ? "invalid" : baseline === null ? "partial" : "valid",
    why,
    deciding: step === null ? [] : [doseCode],
    items: [item],
    figures: [...figuresOf(baseline, rainMm), { name: "newest-minute", value: newest, unit, sureness: "verified" }],
    remarks: judged === null ? [] : remarksOf(step, judged, rainMm),
    rules: recent.length > 0 ? [...ladderRules, recentRule] : ladderRules,
  };
}

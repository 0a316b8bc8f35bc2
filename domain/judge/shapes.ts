// Shapes of judging: what is known of a site, the minutes that come in, and the lawful hours and days that go out, as columns.
// Types and two lists only. form.ts fills them, judge.ts holds them against limits, explain.ts tells how they came about.

import type { JudgedBasis } from "../judged.ts";
import type { Limit } from "../limit.ts";
import type { Flag } from "../reading.ts";
import type { PartExclusion } from "../rules/validity.ts";
import type { SiteKind } from "../site.ts";

/** As the tables of the rules name it. Other kinds of sites are not judged here. */
export type JudgedMedium = "flue-gas" | "waste-water";

export interface JudgedFactor {
  readonly code: string;
  readonly unit: string;
  readonly decimals: number;
  /** A concentration in water: its day is weighted by flow. */
  readonly isWeighted: boolean;
  /** A concentration, so that with a flow it makes a load. */
  readonly hasLoad: boolean;
  /** Of basis hour and day, of any time. */
  readonly limits: readonly Limit[];
}

/** What judging must know of a site, and nothing else: the same facts and minutes give the same judgement. */
export interface JudgedSite {
  readonly site: string;
  readonly kind: SiteKind;
  readonly medium: JudgedMedium;
  readonly intervalSeconds: number;
  /** Minutes due in an hour: 60, or fewer where the device reports more slowly. */
  readonly partsPerHour: number;
  /** Judged factors, in the order of their codes. */
  readonly factors: readonly JudgedFactor[];
  /** Factor of the flow and of the oxygen that go with them; null: the site measures none. */
  readonly flow: string | null;
  readonly oxygen: string | null;
}

/**
 * Minute means of one factor, as history answers them (MeanSeries fits): times ascend, none occurs twice. Mean, min and max are
 * NaN where valid is 0.
 */
export interface MinuteColumns {
  readonly factor: string;
  readonly start: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  readonly valid: ArrayLike<number>;
}

/** Raw readings of minutes of which none was valid (RawSeries fits), so that it can be said by which flag. */
export interface RawFlags {
  readonly factor: string;
  readonly time: ArrayLike<number>;
  readonly flag: readonly Flag[];
}

/** Minutes of one site: judged factors, flow and oxygen, in any order. What lies outside of the span is not looked at. */
export interface MinuteBlock {
  readonly minutes: readonly MinuteColumns[];
  /** May be missing: then such minutes are excluded as "flag-unknown". */
  readonly flags?: readonly RawFlags[];
}

/** Bits of a window. */
export const windowState = {
  /** Enough parts count: it may be judged. */
  valid: 1,
  /** The plant stood: nothing was due. */
  stopped: 2,
  /** Not valid, and it would be without marks. */
  marked: 4,
} as const;

/**
 * All windows of one factor, one behind the other from `from` of the span, also those with nothing in them. due + surplus =
 * received + missing; received = valid + marked + all excluded. Parts are minutes of an hour, hours of a day.
 */
export interface LawfulColumn {
  readonly factor: string;
  readonly unit: string;
  readonly start: Float64Array;
  /** The mean that counts; NaN when no part does. A value alone does not mean that the window is valid. */
  readonly value: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly due: Uint32Array;
  readonly received: Uint32Array;
  readonly valid: Uint32Array;
  readonly marked: Uint32Array;
  /** Parts that would be valid if there were no marks. */
  readonly unmarked: Uint32Array;
  /** Window i has the counts [i × exclusions.length …), in the order of `partExclusions` (rules/validity.ts). */
  readonly excluded: Uint16Array;
  readonly state: Uint8Array;
  /** Mass discharged in the window; NaN where no flow is known. Of valid hours only in a day. */
  readonly kg: Float64Array;
  /** Reference oxygen, per cent; NaN: not corrected. */
  readonly correctedTo: Float64Array;
}

/** [from, to) is whole windows. */
export interface LawfulWindows {
  readonly site: string;
  readonly basis: JudgedBasis;
  readonly from: number;
  readonly to: number;
  /** One for each judged factor, in the order of the facts. */
  readonly columns: readonly LawfulColumn[];
}

export interface LawfulHours extends LawfulWindows {
  readonly basis: "hour";
  /** Water (m³ of the hour) or gas that went by, by hour; NaN where the meter said nothing. Null: the site has no meter. */
  readonly volume: Float64Array | null;
}

export interface LawfulDays extends LawfulWindows {
  readonly basis: "day";
  /** By factor: how its day was formed, as a rule of the list ("flow-mean.weighted", "mean.arithmetic" …). */
  readonly rules: readonly string[];
}

/** One window of a column as an object, for people and tests. */
export interface LawfulWindow {
  readonly start: number;
  readonly end: number;
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly marked: number;
  readonly excluded: Readonly<Partial<Record<PartExclusion, number>>>;
  readonly isValid: boolean;
  readonly isStopped: boolean;
  readonly isMarkedOut: boolean;
  readonly kg: number | null;
  readonly correctedTo: number | null;
}

/** Under which entry of the journal something was judged. */
export interface JudgedUnder {
  readonly seq: number;
  readonly at: number;
}

/*
 * The functions (all pure):
 *
 *   facts.ts      judgedSiteOf(site: Site, limits: readonly Limit[]): JudgedSite | null
 *                 codesOf(facts): string[]                      what to read from history
 *                 referenceAt(factor, timeMs): number | null    reference oxygen of the lawful series
 *                 isSameReference(before, after, from, to)      may stored lawful means be judged again as they are?
 *   form.ts       formHours(facts, block, marks, from, to): LawfulHours
 *   form-days.ts  formDays(facts, hours): LawfulDays            whole days (UTC+8) that the hours cover
 *   windows.ts    readWindow(column, basis, i): LawfulWindow
 *   judge.ts      judgeWindows(facts, windows, cause, under): Judged   { ranges: VerdictRange[], verdicts: Uint8Array[] }
 *   rejudge.ts    rejudge(facts, code, stored, { from, to, cause, seq, at, marked? }): VerdictRange
 *   judged-day.ts judgedDays(facts, hours, days, { hours: Judged, days: Judged }, under): JudgedDay[]   hours begin with a day
 *   explain.ts    explainHour(facts, code, block, marks, start), explainDay(facts, code, block, marks, dayStart)
 *   months.ts     formMonth(medium, timeMs, days, until, loads?), listHourLoads(stored, days, needed, from, to)
 */

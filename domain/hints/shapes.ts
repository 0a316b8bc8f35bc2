// What the rules of falsification look at: one site, its minutes of two days laid out one beside the other, and what they find.

import type { HintFinding } from "../hint.ts";
import type { SiteKind } from "../site.ts";

/** The day that is looked at, and the day before it, which says what is usual. */
export const hintSpanDays = 2;
/** Days whose hints may change when the minutes of a day change: that day and the next. */
export const hintReachDays = hintSpanDays;

export interface HintLimit {
  readonly max: number;
  /** The limit is held against the value at this oxygen, per cent; null: against the measured one. */
  readonly refO2: number | null;
}

/** What must be known of a site, and nothing else: the same facts and minutes give the same hints. */
export interface HintSite {
  readonly site: string;
  readonly kind: SiteKind;
  /** Which industry and unit its standard names, e.g. "sinter machine head (机头)"; empty: none. */
  readonly source: string;
  readonly factors: readonly string[];
  /** Factor → highest lawful value of that day. */
  readonly limits: ReadonlyMap<string, HintLimit>;
}

/** One factor, minute by minute. */
export interface MinuteColumn {
  readonly factor: string;
  /** NaN: nothing came, or nothing of it counts. */
  readonly mean: Float64Array;
  /** 1: readings came and were left out because of their flag. */
  readonly flagged: Uint8Array;
  /** Means of five minutes; NaN where fewer than three minutes have a value. */
  readonly five: Float64Array;
  /** The five-minute means that are there, sorted. */
  readonly sorted: Float64Array;
}

/** Minutes from the beginning of the day before; `first` is the first minute of the day itself. */
export interface MinuteTable {
  readonly from: number;
  readonly count: number;
  readonly first: number;
  readonly columns: ReadonlyMap<string, MinuteColumn>;
}

/** A rule: pure, and quick. Windows are minutes of the table; what begins before the day is cut to it. */
export interface Found {
  readonly factors: readonly string[];
  /** First minute, and the first that is not in it any more. */
  readonly from: number;
  readonly to: number;
  readonly score: number;
  readonly facts: HintFinding["facts"];
}
export type Rule = (look: Look) => readonly Found[];

/** What all rules share: made once for a site and day. */
export interface Look {
  readonly site: HintSite;
  readonly table: MinuteTable;
  /** Factors with an upper limit that are measured, but for flows and states. */
  readonly pollutants: readonly MinuteColumn[];
  column(factor: string): MinuteColumn | undefined;
  /** 1: the plant runs (gas moves and is not air, water flows). */
  readonly running: Uint8Array;
  /** Power of production, or null where nobody measures it. */
  readonly production: MinuteColumn | null;
  readonly treatment: MinuteColumn | null;
  /** Value as the limit wants it: at reference oxygen where it names one. Made when first asked for. */
  compared(pollutant: MinuteColumn): Float64Array;
}

// Live: what changed just now. Ingest publishes batches, the api turns them into snapshots and deltas for screens.

import type { Alarm } from "./alarm.ts";
import type { CommandOutcome } from "./command.ts";
import type { Limit } from "./limit.ts";
import type { Flag } from "./reading.ts";
import type { Site } from "./site.ts";

/** [site, factor, event time ms, value, flag, quality bits, received at ms] */
export type LatestRow = readonly [
  site: string,
  factor: string,
  time: number,
  value: number,
  flag: Flag,
  quality: number,
  receivedAt: number,
];

/** What one step of ingest changed. `seq` is the journal sequence up to which ingest has come. */
export interface LiveBatch {
  readonly seq: number;
  readonly latest: readonly LatestRow[];
  readonly alarms: readonly Alarm[];
  readonly sites: readonly Site[];
  readonly limits: readonly Limit[];
  readonly outcomes: readonly CommandOutcome[];
}

/** The newest values of some sites, one after the other, as columns: millions of rows must cross a thread. */
export interface LatestColumns {
  /** How many values each site has, in the order of the sites. */
  readonly counts: Uint32Array;
  /** Codes that occur; `factor` holds places in it. */
  readonly codes: readonly string[];
  readonly factor: Uint16Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** Places in `flags` of domain/reading.ts. */
  readonly flag: Uint8Array;
  readonly quality: Uint16Array;
  readonly receivedAt: Float64Array;
}

/**
 * A part of everything that a new subscriber needs, asked for one by one: `live.state` answers the first, and
 * `live.state.page` with `next` as its argument the others. Pages and batches come in order over one link, so a page is at
 * least as new as every batch before it, and a batch at least as new as every page before it.
 */
export interface LivePage {
  /** Journal sequence that this page is true for. */
  readonly seq: number;
  readonly sites: readonly Site[];
  /** Of the sites of this page. */
  readonly latest: LatestColumns;
  /** How many sites there are in all, when this page was made. */
  readonly siteCount: number;
  /** Place of the site that the next page begins with; null at the end. */
  readonly next: number | null;
}

export interface LiveState extends LivePage {
  /** Every occurrence that is not back to normal. */
  readonly alarms: readonly Alarm[];
}

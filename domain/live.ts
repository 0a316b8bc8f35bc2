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

/** Everything a new subscriber needs; batches with a higher seq follow. */
export interface LiveState {
  readonly seq: number;
  readonly latest: readonly LatestRow[];
  /** Every occurrence that is not back to normal. */
  readonly alarms: readonly Alarm[];
  readonly sites: readonly Site[];
}

// Alarm: the shapes shared by the engine, the stores, the api and the screens. The state machine itself is in ingest/alarm.

/** Label shown to people; a product of "is the condition active", "was it acknowledged" and "is it latched". */
export const alarmStates = ["normal", "unack-active", "ack-active", "rtn-unack", "latch-unack", "latch-ack"] as const;
export type AlarmState = (typeof alarmStates)[number];

/** 1 (highest) … 4. */
export type Priority = 1 | 2 | 3 | 4;

export interface AlarmComment {
  readonly at: number;
  readonly by: string;
  readonly text: string;
}

/** One occurrence of an alarm. Times are epoch ms; the api writes them as ISO 8601. */
export interface Alarm {
  readonly id: string;
  /** Grows by one with every transition; commands carry the version they were decided on. */
  readonly version: number;
  readonly site: string;
  readonly factor: string | null;
  /** What can happen, e.g. "limit:w01018:realtime". */
  readonly definition: string;
  readonly priority: Priority;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly acked: boolean;
  readonly latched: boolean;
  readonly suppression: null;
  readonly validity: "good" | "stale" | "bad";
  /** The worst value seen while active. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** Event time of the first violating sample. */
  readonly onset: number;
  /** Event time of the first sample back within the limit; null while active. */
  readonly cleared: number | null;
  readonly ackedBy: string | null;
  readonly ackedAt: number | null;
  /** Journal sequence of the entry that raised it. */
  readonly journalSeq: number;
  readonly comments: readonly AlarmComment[];
  readonly case: string | null;
}

export const transitionCauses = ["sample", "command", "config"] as const;
export type TransitionCause = (typeof transitionCauses)[number];

/** One append-only row of the alarm's own journal. */
export interface AlarmTransition {
  readonly alarmId: string;
  readonly version: number;
  readonly seq: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly cause: TransitionCause;
  readonly value: number | null;
  readonly limit: number | null;
  readonly eventTime: number;
  readonly receivedAt: number;
  readonly actor: string | null;
  readonly comment: string | null;
}

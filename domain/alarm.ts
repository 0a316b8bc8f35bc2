// Alarm: the shapes shared by the engine, the stores, the api and the screens. One alarm here is one occurrence. The state
// machine itself is in domain/alarms/, what can happen is in alarm-definition.ts.

/** Label shown to people; a product of "is the condition active", "was it acknowledged" and "is it latched". */
export const alarmStates = ["normal", "unack-active", "ack-active", "rtn-unack", "latch-unack", "latch-ack"] as const;
export type AlarmState = (typeof alarmStates)[number];

/** 1 (highest) … 4. */
export type Priority = 1 | 2 | 3 | 4;

/** What is known of the point: anything but "good" makes its conditions unknown, and unknown moves nothing. */
export const alarmValidities = ["good", "stale", "bad", "comms-lost", "in-calibration"] as const;
export type AlarmValidity = (typeof alarmValidities)[number];

/** Of those that hold at the same time the first is shown. */
export const suppressionKinds = ["out-of-service", "by-design", "shelved"] as const;
export type SuppressionKind = (typeof suppressionKinds)[number];

/** Why nobody is told although the alarm goes on: it is still evaluated and written down. */
export interface Suppression {
  readonly kind: SuppressionKind;
  /** Epoch ms; null = until somebody or something ends it. */
  readonly until: number | null;
  /** A person, or "rule". */
  readonly by: string;
  readonly reason: string;
  /** What it refers to: the rule, the mark, the parent alarm or the work order. */
  readonly of: string | null;
  /** A shelf that ends when the value comes back. */
  readonly oneShot: boolean;
}

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
  /** What can happen, e.g. "limit:w01018:realtime". Per site at most one occurrence of it is not back to normal. */
  readonly definition: string;
  /** The record of which it was raised last: id and version (alarm-definition.ts). */
  readonly record: string;
  readonly recordVersion: number;
  /** Name of the class of its record, e.g. "statutory". */
  readonly class: string;
  readonly priority: Priority;
  /** Place of the level that counts now, from 1; once the value is back the last one that counted. */
  readonly level: number;
  readonly state: AlarmState;
  readonly active: boolean;
  readonly acked: boolean;
  readonly latched: boolean;
  readonly suppression: Suppression | null;
  readonly validity: AlarmValidity;
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
  readonly assignee: string | null;
  /** Journal sequence of the entry that raised it. */
  readonly journalSeq: number;
  /** How often operators were called by it: raise, raise again, level up, re-alarm, end of a suppression. */
  readonly annunciations: number;
  /** Receive time of the last of them; null = never (suppressed since it began). */
  readonly annunciatedAt: number | null;
  /** How often it came back before it was acknowledged. */
  readonly reraises: number;
  /** It comes and goes so fast that it is folded and told once. */
  readonly chattering: boolean;
  /** Told afterwards, of late data: its onset and its end are both in the past, and nobody was called. */
  readonly retrospective: boolean;
  readonly comments: readonly AlarmComment[];
  readonly case: string | null;
}

/** What alarms of older programs lack. */
const laterFields = {
  record: "",
  recordVersion: 0,
  class: "",
  level: 1,
  assignee: null,
  annunciations: 1,
  annunciatedAt: null,
  reraises: 0,
  chattering: false,
  retrospective: false,
} as const;

/** An alarm as it was written, maybe by an older program, with what it lacks. */
export function completeAlarm(alarm: Alarm): Alarm {
  return { ...laterFields, ...alarm };
}

export const transitionCauses = ["sample", "timer", "command", "config", "restart"] as const;
export type TransitionCause = (typeof transitionCauses)[number];

/** One append-only row of the alarm's own journal; rows are chained by SHA-256 in the order in which they were written. */
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
  // Rows of older programs lack what follows.
  readonly definition?: string | undefined;
  readonly record?: string | undefined;
  readonly recordVersion?: number | undefined;
  readonly fromSuppression?: SuppressionKind | null | undefined;
  readonly toSuppression?: SuppressionKind | null | undefined;
  readonly fromValidity?: AlarmValidity | undefined;
  readonly toValidity?: AlarmValidity | undefined;
  readonly fromLevel?: number | undefined;
  readonly toLevel?: number | undefined;
  readonly priority?: Priority | undefined;
  /** "desk", "api", "mail" …: by which way the person came; null = nobody. */
  readonly channel?: string | null | undefined;
  /** Reason code of a shelf, a reset or a change. */
  readonly reason?: string | null | undefined;
  /** Id of the call to operators that this transition made; null = it made none. */
  readonly annunciation?: string | null | undefined;
}

/** A call to operators: drawn again by a replay, so that nobody is called twice for one thing. */
export interface Annunciation {
  /** `${alarm id}:${number of the call}` */
  readonly id: string;
  readonly alarm: Alarm;
  readonly cause: "raise" | "raise-again" | "level-up" | "re-alarm" | "unsuppressed";
  /** Receive time and place in the journal of what caused it. */
  readonly at: number;
  readonly seq: number;
}

export function annunciationId(alarmId: string, number: number): string {
  return `${alarmId}:${number}`;
}

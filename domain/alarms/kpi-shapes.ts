// What the figures about alarms are made from, and their form. Only calls to operators count as alarms: acknowledgements, shelves and
// changes of records are no alarms (a public program that mixed them counted thirty times too many).

import type { Alarm, AlarmState, Priority, SuppressionKind, TransitionCause } from "../alarm.ts";
import type { Deadband } from "../alarm-definition.ts";
import type { FloodPeriod } from "./flood.ts";

/** One row of the alarms' journal, with the site of its alarm; in the order in which the rows were written. */
export interface KpiEvent {
  /** Receive time. */
  readonly at: number;
  readonly eventTime: number;
  readonly alarm: string;
  readonly site: string;
  readonly definition: string;
  readonly class: string;
  readonly priority: Priority;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly fromSuppression: SuppressionKind | null;
  readonly toSuppression: SuppressionKind | null;
  readonly cause: TransitionCause;
  readonly actor: string | null;
  readonly comment: string | null;
  readonly reason: string | null;
  /** Id of the call, null = it made none. */
  readonly annunciation: string | null;
}

/** What only others know; null = not known, then the figure is not given. */
export interface KpiFacts {
  /** Occurrences of the time that belong to a case. */
  readonly withCase: number | null;
  /** Occurrences of limits that were judged, and those of them that an exceedance stands for. */
  readonly judged: number | null;
  readonly confirmed: number | null;
  readonly noticesSent: number | null;
  readonly noticesFailed: number | null;
  /** Milliseconds from the call to the first success, 95th percentile. */
  readonly noticeLatencyMs: number | null;
  readonly outOfServiceNow: number | null;
}

export interface KpiSetting {
  readonly from: number;
  readonly to: number;
  /** Desks that share the calls; the targets are for one. */
  readonly positions: number;
  /** Name of the shift that a receive time belongs to. */
  readonly shiftOf: (at: number) => string;
}

/** Open now, or at the end of the time. */
export type KpiStanding = Pick<
  Alarm,
  "id" | "site" | "definition" | "priority" | "active" | "acked" | "onset" | "annunciatedAt" | "suppression" | "state"
> & {
  /** Receive time at which the suppression that it is under began, if known. */
  readonly suppressedAt: number | null;
};

export type KpiVerdict = "target" | "manageable" | "beyond" | "no-target" | "unknown";

export interface KpiValue {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** "1" = a count. */
  readonly unit: string;
  readonly value: number | null;
  readonly target: number | null;
  readonly manageable: number | null;
  /** low: not above the target; high: not below it; mix: about the target. */
  readonly better: "low" | "high" | "mix";
  readonly verdict: KpiVerdict;
  readonly source: string;
  readonly sureness: string;
}

export interface KpiSlot {
  readonly from: number;
  readonly count: number;
  /** Of priority 1, 2, 3, 4. */
  readonly byPriority: readonly [number, number, number, number];
}

export interface AckTimes {
  readonly priority: Priority;
  readonly shift: string;
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Within the time of its class; null = the class promises none. */
  readonly inTime: number | null;
}

export interface TuningProposal {
  readonly onDelayMs: number | null;
  readonly offDelayMs: number | null;
  readonly deadband: Deadband | null;
  /** Why, for people, in both languages. */
  readonly whyZh: string;
  readonly whyEn: string;
}

export interface BadActor {
  readonly site: string;
  readonly definition: string;
  readonly priority: Priority;
  /** Calls, and their share of all, per cent. */
  readonly count: number;
  readonly share: number;
  readonly raises: number;
  readonly chattering: boolean;
  readonly fleeting: number;
  readonly medianActiveMs: number | null;
  readonly proposal: TuningProposal | null;
}

export interface KpiReport {
  readonly from: number;
  readonly to: number;
  readonly alarms: number;
  readonly values: readonly KpiValue[];
  readonly hours: readonly KpiSlot[];
  readonly tenMinutes: readonly KpiSlot[];
  readonly floods: readonly FloodPeriod<{ readonly at: number; readonly alarm: string; readonly site: string }>[];
  /** Predictive, robust, stable, reactive or overloaded, after EEMUA 191 as quoted in public. */
  readonly eemuaClass: "predictive" | "robust" | "stable" | "reactive" | "overloaded" | null;
  readonly ack: readonly AckTimes[];
  readonly badActors: readonly BadActor[];
  readonly standing: readonly KpiStanding[];
  readonly shelved: readonly KpiStanding[];
}

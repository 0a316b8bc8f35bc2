// Definition of an alarm (报警定义): what can happen, from when on somebody is told, and what that person is to do. A record with
// versions; the built-in ones are in tables/alarm-definitions.json. A record says for which sites and factors it holds; what
// can happen at one site has a name of its own, e.g. "limit:w01018:realtime", and the most specific record holds for it.
// Terms after ISA-18.2 / IEC 62682.

import type { Priority } from "./alarm.ts";
import type { LimitBasis } from "./limit.ts";
import type { SiteKind } from "./site.ts";

/**
 * limit: a value beyond the limit in force. value: a value beyond numbers of the record itself. silence: a site, or one factor of a
 * site that speaks, that sends nothing. quality: values that the device itself calls invalid. system: a condition of the centre.
 */
export const alarmSubjects = ["limit", "value", "silence", "quality", "system"] as const;
export type AlarmSubject = (typeof alarmSubjects)[number];

/** For which sites and factors a record holds. Null: for all. */
export interface AlarmScope {
  readonly site: string | null;
  readonly enterprise: string | null;
  readonly city: string | null;
  readonly kind: SiteKind | null;
  /** Of silence: null is the site as a whole, "*" each of its factors by itself. */
  readonly factor: string | null;
}

export interface AlarmLevel {
  readonly op: "above" | "below" | "beyond";
  /**
   * limit: times the limit in force (1 = the limit itself); "beyond" takes both its ends. value: the number itself. silence: times
   * the expected interval of the site. quality, system: not used.
   */
  readonly at: number;
  readonly priority: Priority;
}

export interface Deadband {
  /** absolute: in the unit of the factor. percent: of the level's own bound. */
  readonly kind: "absolute" | "percent";
  readonly value: number;
}

export interface AlarmDefinition {
  readonly id: string;
  /** Grows with every change; live occurrences go on under the new version. */
  readonly version: number;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly enabled: boolean;
  readonly subject: AlarmSubject;
  /** Of limit and value; null for the others. */
  readonly basis: LimitBasis | null;
  readonly scope: AlarmScope;
  /** Name of a class (tables/alarm-classes.json): who is told, how long it may be shelved, whether two persons are asked for. */
  readonly class: string;
  /** From the mildest to the gravest; at least one. */
  readonly levels: readonly AlarmLevel[];
  readonly deadband: Deadband;
  /** The condition must hold so long (event time) before it counts, and be gone so long before it is over. */
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly latched: boolean;
  readonly ackRequired: boolean;
  /** Told again when it is still active so long after it was acknowledged; null = never. */
  readonly reAlarmMs: number | null;
  /** Held back while a mark of these labels covers the moment, or while the site as a whole is silent. */
  readonly suppressWhen: readonly ("marked" | "site-silent")[];
  // Rationalization. Without an action nobody is called: such a record makes events, no alarms.
  readonly consequence: string;
  readonly causes: readonly string[];
  readonly action: string;
  /** Within which the action still helps. */
  readonly responseMs: number | null;
  /** Standard and clause; empty = none. */
  readonly statutoryBasis: string;
  readonly rationale: string;
  readonly owner: string;
  readonly approvedBy: string | null;
  /** Epoch ms; null = none. */
  readonly reviewDue: number | null;
  /** Where the numbers come from and how sure that is, e.g. "from memory". */
  readonly source: string;
}

/** A version of a record, as it was put. */
export interface AlarmDefinitionVersion {
  readonly definition: AlarmDefinition;
  readonly reason: string;
  readonly by: string;
  readonly seq: number;
  readonly at: number;
}

/** Administration's own way to silence a point: maintenance, planned works. Evaluation and journal go on. */
export interface OutOfService {
  readonly id: string;
  readonly version: number;
  readonly scope: AlarmScope;
  /** Null: all definitions of the scope; else names like "limit:w01018:hour". */
  readonly definitions: readonly string[] | null;
  readonly from: number;
  /** Null: until it is put back. */
  readonly to: number | null;
  readonly workOrder: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly seq: number;
  /** Null while it lasts. */
  readonly endedBy: string | null;
  readonly endedAt: number | null;
}

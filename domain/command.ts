// Commands: what people change. The api checks the form and appends them to the journal; ingest applies them in journal
// order and says what came of it. Ids are drawn by the api, so that applying a command needs no dice.

import type { ActTarget, AlarmAct } from "./alarm-act.ts";
import type { AlarmDefinition, OutOfService } from "./alarm-definition.ts";
import type { CaseAct, CaseDraft } from "./case.ts";
import type { ConditionName } from "./condition.ts";
import type { RequestDraft, RequestProgress } from "./device-request.ts";
import type { FrameAgain } from "./quarantine.ts";
import type { Limit } from "./limit.ts";
import type { Mark } from "./mark.ts";
import type { LoggerLine } from "./logger.ts";
import type { NoticePolicy, NoticeProgress, OnCallCalendar } from "./notice.ts";
import type { SheetBlock } from "./shift.ts";
import type { Site } from "./site.ts";

export type IdentityEvent =
  | "certificate-issued"
  | "certificate-revoked"
  | "code-made"
  | "code-redeemed"
  | "unlocked"
  | "person-added"
  | "person-changed"
  | "password-drawn"
  | "channel-changed"
  | "contact-changed";

export type Command =
  | { readonly type: "sites.put"; readonly sites: readonly Omit<Site, "version">[] }
  /** One part of an import. A site that somebody changed since it was looked at is left as it is. */
  | {
      readonly type: "sites.import";
      readonly import: string;
      /** What the whole import is, in its first part; null in the others. */
      readonly says: string | null;
      readonly sites: readonly { readonly expectedVersion: number; readonly site: Omit<Site, "version"> }[];
    }
  | { readonly type: "limits.put"; readonly limits: readonly Omit<Limit, "version">[] }
  /** Where two persons are asked for: nothing is in force before another one approves. */
  | {
      readonly type: "limits.propose";
      readonly change: string;
      readonly limits: readonly Omit<Limit, "version">[];
      readonly reason: string;
    }
  | {
      readonly type: "limits.decide";
      readonly change: string;
      readonly decision: "approve" | "reject" | "withdraw";
      readonly reason: string;
    }
  | { readonly type: "marks.enter"; readonly marks: readonly MarkDraft[] }
  | {
      readonly type: "marks.decide";
      readonly mark: string;
      readonly expectedVersion: number;
      readonly decision: "accept" | "reject" | "withdraw";
      readonly reason: string;
    }
  | {
      readonly type: "hints.decide";
      readonly hint: string;
      readonly expectedVersion: number;
      readonly decision: "dismiss" | "confirm" | "reopen";
      readonly reason: string;
    }
  /** Hours [from, to) are judged again; null: those of all sites. */
  | {
      readonly type: "judgement.recompute";
      readonly sites: readonly string[] | null;
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    }
  | {
      readonly type: "alarm.ack";
      readonly alarm: string;
      readonly expectedVersion: number;
      readonly comment: string | null;
    }
  | {
      readonly type: "alarm.comment";
      readonly alarm: string;
      readonly expectedVersion: number | null;
      readonly comment: string;
    }
  /** One act on alarms that were really on the screen; each says for itself whether it holds. */
  | {
      readonly type: "alarm.act";
      readonly targets: readonly ActTarget[];
      readonly act: AlarmAct;
      /** By which way the person came, e.g. "desk". */
      readonly channel: string;
    }
  | {
      readonly type: "alarm-definitions.put";
      readonly definitions: readonly (Omit<AlarmDefinition, "version"> & {
        /** 0: it is new. Another version than this one in force is a conflict. */
        readonly expectedVersion: number;
      })[];
      readonly reason: string;
      /** The other administrator who agrees: asked for when something highly managed is lowered. */
      readonly second?: string;
    }
  | { readonly type: "out-of-service.begin"; readonly draft: OutOfServiceDraft }
  | {
      readonly type: "out-of-service.end";
      readonly id: string;
      readonly expectedVersion: number;
      readonly reason: string;
    }
  | {
      readonly type: "notices.put-policies";
      readonly policies: readonly Versionless<NoticePolicy>[];
      readonly reason: string;
    }
  | {
      readonly type: "notices.remove-policy";
      readonly id: string;
      readonly expectedVersion: number;
      readonly reason: string;
    }
  | { readonly type: "notices.put-calendar"; readonly calendar: Versionless<OnCallCalendar>; readonly reason: string }
  /** What became of notices, told by the api, which sends them. */
  | { readonly type: "notices.progress"; readonly progress: readonly NoticeProgress[] }
  /** A contact is there (or not any more): who it is and how it is reached stays in the accounts file. */
  | {
      readonly type: "notices.contact";
      readonly contact: string;
      readonly enterprise: string | null;
      readonly there: boolean;
    }
  /** A message to see whether a contact can be reached; by hand. */
  | { readonly type: "notices.test"; readonly id: string; readonly contact: string }
  | { readonly type: "case.open"; readonly draft: CaseDraft }
  | { readonly type: "case.act"; readonly case: string; readonly expectedVersion: number; readonly act: CaseAct }
  | { readonly type: "shift.take"; readonly id: string; readonly desk: string }
  | { readonly type: "shift.note"; readonly id: string; readonly text: string }
  | {
      readonly type: "shift.hand-over";
      readonly id: string;
      readonly expectedVersion: number;
      readonly sheet: string;
      readonly sha256: string;
    }
  | {
      readonly type: "shift.accept";
      readonly id: string;
      readonly expectedVersion: number;
      readonly ticked: readonly SheetBlock[];
      /** The shift that begins with it. */
      readonly next: string;
    }
  /** Refused frames, decoded again; the bytes come along, so that nothing older has to be read. */
  | {
      readonly type: "frames.reprocess";
      readonly reason: string;
      readonly asOf: number;
      readonly frames: readonly FrameAgain[];
    }
  | {
      readonly type: "frames.dismiss";
      readonly reason: string;
      readonly asOf: number;
      readonly frames: readonly { readonly seq: number; readonly site: string }[];
    }
  /** Told by the api's watch over the system; `detail` says what was seen. */
  | {
      readonly type: "system.condition";
      readonly condition: ConditionName;
      readonly active: boolean;
      readonly detail: string;
    }
  /** What was decided about devices' identity; the decision itself is in the accounts file, this is for the audit. */
  | {
      readonly type: "identity.note";
      /** The site, or the address of an unlocking. */
      readonly site: string;
      readonly event: IdentityEvent;
      readonly detail: string;
    }
  /** Noted by the broker about the lines of HJ 212 loggers. */
  | { readonly type: "logger.lines"; readonly lines: readonly LoggerLine[] }
  /** What devices are asked to do, by people or by the centre itself. */
  | { readonly type: "device.request"; readonly requests: readonly RequestDraft[] }
  | { readonly type: "device.withdraw"; readonly request: string; readonly reason: string }
  /** Reported by the broker, which carries requests to devices. */
  | { readonly type: "device.progress"; readonly progress: readonly RequestProgress[] };

export type Versionless<T> = Omit<T, "version"> & { readonly expectedVersion: number };

export type OutOfServiceDraft = Pick<
  OutOfService,
  "id" | "scope" | "definitions" | "from" | "to" | "workOrder" | "reason"
>;

export type MarkDraft = Pick<
  Mark,
  "id" | "site" | "factors" | "label" | "from" | "to" | "reason" | "evidence" | "byEnterprise"
>;

export interface CommandEnvelope {
  /** Unique; the outcome carries it back. */
  readonly id: string;
  /** Who decided it. */
  readonly actor: string;
  readonly command: Command;
}

export type CommandOutcome =
  | { readonly id: string; readonly ok: true; readonly seq: number; readonly result: unknown }
  | {
      readonly id: string;
      readonly ok: false;
      readonly seq: number;
      readonly code: "not-found" | "conflict" | "illegal" | "invalid";
      readonly detail: string;
      /** The state the command met, e.g. the alarm as it is now. */
      readonly current: unknown;
    };

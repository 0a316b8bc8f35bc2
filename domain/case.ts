// Case (案件): one violation on its way from the first clue to its end. Every step is an order in the journal with its person,
// its time and its reason, and a row of a chain by SHA-256. Its clocks run in working days (tables/holidays.json).
//
//   opened ─▶ triage ─┬─▶ false-data ──────────────────────────────────────────────┐
//                     ├─▶ explained (by a mark) ───────────────────────────────────┤
//                     └─▶ dispatched ─▶ on-site ─▶ evidence ─▶ confirmed ─▶ rectifying ─▶ recheck ─▶ closed
//                                                          └─▶ dismissed ──────────┘      └─▶ rectifying
//   closed ─▶ reopened = triage again;  merged and transferred end it here, with the name of where it goes on
//   false-data, explained, dismissed ─▶ back where they came from, when the second person does not agree

export const caseStages = [
  "opened",
  "triage",
  "false-data",
  "explained",
  "dispatched",
  "on-site",
  "evidence",
  "confirmed",
  "dismissed",
  "rectifying",
  "recheck",
  "closed",
  "merged",
  "transferred",
] as const;
export type CaseStage = (typeof caseStages)[number];

export const caseOrigins = ["exceedance", "day-exceedance", "missing-data", "falsification", "alarm", "hand"] as const;
export type CaseOrigin = (typeof caseOrigins)[number];

/** What a case points at, e.g. { kind: "exceedance", id: … }. */
export interface CaseLink {
  readonly kind: "alarm" | "exceedance" | "hint" | "mark" | "frame" | "limit" | "case";
  readonly id: string;
}

/** A file, or a frozen answer of the centre itself. Bytes are below DATA_DIR/evidence, by their hash. */
export interface CaseEvidence {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal, taken when it was captured. */
  readonly sha256: string;
  readonly by: string;
  readonly at: number;
  /** When and where it was taken, as the person or the camera says; null = not said. */
  readonly takenAt: number | null;
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly note: string;
}

export interface CaseReply {
  readonly by: string;
  readonly at: number;
  readonly text: string;
  /** Ids of evidence of the case. */
  readonly evidence: readonly string[];
  /** It came after `replyDueAt`; it is taken all the same. */
  readonly late: boolean;
  /** Null: nobody has decided about it. */
  readonly accepted: boolean | null;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decision: string | null;
}

/** Who brought it into a stage, in order: the last one is how it stands. */
export interface CaseStep {
  readonly stage: CaseStage;
  readonly by: string;
  readonly at: number;
}

export interface CaseDispatch {
  readonly officer: string;
  readonly vehicle: string;
  readonly checklist: readonly string[];
  readonly by: string;
  readonly at: number;
}

/** What became of an exceedance that the case points at, when it was judged again. */
export interface CaseGround {
  readonly exceedance: string;
  /** Version of the exceedance that says so. */
  readonly version: number;
  readonly stands: boolean;
}

export interface Case {
  readonly id: string;
  /** Shown to people: "130200-2026-00017": city, year of UTC+8, running number there. */
  readonly number: string;
  readonly version: number;
  readonly site: string;
  readonly city: string;
  readonly enterprise: string | null;
  readonly title: string;
  readonly origin: CaseOrigin;
  readonly stage: CaseStage;
  readonly openedBy: string;
  readonly openedAt: number;
  readonly stageSince: number;
  /** By when the stage must be left; null = no clock runs. */
  readonly dueAt: number | null;
  /** Reminders (督办) that were sent in this stage. */
  readonly reminders: number;
  /** When the next one is due; null = none. */
  readonly remindAt: number | null;
  readonly assignee: string | null;
  readonly officer: string | null;
  /** The plant may answer until then; null = it was not asked. */
  readonly replyDueAt: number | null;
  readonly dispatch: CaseDispatch | null;
  readonly links: readonly CaseLink[];
  readonly evidence: readonly CaseEvidence[];
  readonly replies: readonly CaseReply[];
  readonly grounds: readonly CaseGround[];
  readonly steps: readonly CaseStep[];
  /** Where it went on: a case, or an authority. */
  readonly successor: string | null;
  readonly outcome: string | null;
  readonly closedAt: number | null;
  /** What a rule found; null = opened by hand. */
  readonly key: string | null;
  readonly seq: number;
}

/** One row of the chain: what happened, by whom, why. */
export interface CaseEvent {
  readonly case: string;
  readonly version: number;
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  /** "open", the act's name, "reminder", "merged-in", "ground-withdrawn" or "ground-stands". */
  readonly what: string;
  readonly from: CaseStage | null;
  readonly to: CaseStage;
  readonly reason: string;
  /** Whom or what it names: an officer, who is reminded, a case, a link, an authority; null = nothing. */
  readonly about: string | null;
  /** SHA-256 of evidence that came with it. */
  readonly evidence: readonly string[];
}

export type CaseAct =
  | { readonly kind: "move"; readonly to: CaseStage; readonly reason: string }
  | { readonly kind: "comment"; readonly reason: string }
  | { readonly kind: "assign"; readonly user: string | null; readonly reason: string }
  | {
      readonly kind: "dispatch";
      readonly officer: string;
      readonly vehicle: string;
      readonly checklist: readonly string[];
      readonly reason: string;
    }
  | { readonly kind: "evidence"; readonly evidence: CaseEvidence; readonly reason: string }
  | { readonly kind: "ask-reply"; readonly workingDays: number; readonly reason: string }
  | { readonly kind: "reply"; readonly text: string; readonly evidence: readonly CaseEvidence[] }
  | { readonly kind: "decide-reply"; readonly accept: boolean; readonly reason: string }
  | { readonly kind: "remind"; readonly reason: string }
  | { readonly kind: "link"; readonly link: CaseLink; readonly reason: string }
  | { readonly kind: "merge"; readonly into: string; readonly reason: string }
  | { readonly kind: "transfer"; readonly to: string; readonly reason: string }
  | { readonly kind: "reopen"; readonly reason: string }
  /** Told by the watch: an exceedance of the case was judged again. */
  | ({ readonly kind: "ground"; readonly reason: string } & CaseGround);

export interface CaseDraft {
  readonly id: string;
  readonly site: string;
  readonly title: string;
  readonly origin: CaseOrigin;
  readonly links: readonly CaseLink[];
  readonly reason: string;
  /** A rule that finds the same again must not open a second case: the key names what was found. Null = by hand. */
  readonly key: string | null;
}

// Notice (通知): a message to a person that an alarm made, over channels that may fail. Which notices are due is decided by ingest
// from policies, calendars and the journal's own time; sending them is the api's work, and what came of every attempt goes back
// into the journal. Nothing is dropped: a notice ends as sent, cancelled (with a reason), or failed on all its channels, which
// is an alarm itself.
//
//   annunciation ─▶ policy ─▶ steps ──wait──▶ notice (waiting) ─▶ carrier ─▶ channel ─▶ progress ─▶ journal
//                     │                          └─ acknowledged in time: the steps behind it are cancelled
//                     └─ who is on call? calendar with swaps

import type { AlarmScope } from "./alarm-definition.ts";
import type { Priority } from "./alarm.ts";

/** Addresses and secrets of channels and contacts are in the accounts file, never in the journal. */
export const channelKinds = ["mail", "webhook", "dingtalk", "wecom", "feishu", "sms"] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Who is told in a step: a contact by id, whoever is on call in a calendar, or the enterprise's own contacts. */
export type NoticeTarget =
  | { readonly kind: "contact"; readonly contact: string }
  | { readonly kind: "on-call"; readonly calendar: string }
  | { readonly kind: "enterprise" };

export interface PolicyStep {
  /** After the annunciation, while it is not acknowledged (until: "ack") or not back to normal (until: "clear"). */
  readonly afterMs: number;
  readonly until: "ack" | "clear";
  readonly targets: readonly NoticeTarget[];
  /** Told again so often while it still holds; null = once. */
  readonly repeatMs: number | null;
}

/** Which alarms are told to whom, and when. The first policy that fits holds. */
export interface NoticePolicy {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly enabled: boolean;
  /** The lowest comes first. */
  readonly order: number;
  readonly scope: AlarmScope;
  /** Names of classes; empty = all. */
  readonly classes: readonly string[];
  readonly priorities: readonly Priority[];
  readonly steps: readonly PolicyStep[];
  /** Alarms of one enterprise and site that come within this are told in one message. Priority 1 of a statutory class never waits. */
  readonly groupMs: number;
  /** UTC+8 minutes of the day in which nothing but statutory classes and priority 1 is told; null = none. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
  /** Is it told when it is over? */
  readonly tellEnd: boolean;
}

/** Who is on call: turns that repeat, and swaps that go before them. */
export interface OnCallCalendar {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** Contacts in turn; each is on call for `turnMs`, the first from `from` on. */
  readonly contacts: readonly string[];
  readonly from: number;
  readonly turnMs: number;
  readonly swaps: readonly OnCallSwap[];
}

export interface OnCallSwap {
  readonly from: number;
  readonly to: number;
  readonly contact: string;
  readonly reason: string;
  readonly by: string;
}

export const noticeStates = ["waiting", "held", "sent", "failed", "cancelled"] as const;
export type NoticeState = (typeof noticeStates)[number];

export interface NoticeAttempt {
  readonly at: number;
  readonly channel: string;
  readonly ok: boolean;
  /** What the other side said: a message id, an HTTP status, an error. */
  readonly detail: string;
}

export interface Notice {
  /** `${annunciation}:${step}:${repeat}:${contact}`, or of the first alarm of a group. */
  readonly id: string;
  readonly version: number;
  readonly state: NoticeState;
  readonly cause: "step" | "repeat" | "end" | "test";
  /** Number of the step, from 0. */
  readonly step: number;
  readonly policy: string;
  readonly contact: string;
  /** The alarms it tells of, oldest first. */
  readonly alarms: readonly string[];
  readonly annunciation: string;
  readonly site: string;
  readonly priority: Priority;
  readonly class: string;
  readonly createdAt: number;
  /** Not before this. */
  readonly dueAt: number;
  /** How many alarms more than `alarms` has room for; left out: none. */
  readonly more?: number | undefined;
  /** The first and the last of them. */
  readonly attempts: readonly NoticeAttempt[];
  /** How often it was tried; left out: as often as there are attempts. */
  readonly tries?: number | undefined;
  readonly endedAt: number | null;
  /** Why it was cancelled, or failed. */
  readonly detail: string | null;
  readonly seq: number;
}

export interface NoticeProgress {
  readonly notice: string;
  readonly attempt: NoticeAttempt;
  /** No channel of the contact is left to try. */
  readonly last: boolean;
}

/** What the journal knows of a contact: that it is there. Its name, addresses and secrets are in the accounts file. */
export interface KnownContact {
  readonly contact: string;
  /** The enterprise or maintainer that it belongs to; null = one of our own. */
  readonly enterprise: string | null;
}

/** Class whose alarms no quiet hours hold back; of priority 1 they are never put together either. */
export const statutoryClass = "statutory";

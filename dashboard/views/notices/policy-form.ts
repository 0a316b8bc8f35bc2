// The form of a policy: what was typed, what is wrong with it field by field, and what is sent.

import type { Priority } from "#domain/alarm.ts";
import type { NoticePolicy, NoticeTarget, PolicyStep } from "#domain/notice.ts";
import { minuteMs } from "#domain/time.ts";
import { idPattern } from "./notice-data.ts";

export interface StepText {
  readonly after: string;
  readonly until: "ack" | "clear";
  readonly repeat: string;
  /** As `targetKey` writes them. */
  readonly targets: readonly string[];
}

export interface PolicyText {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly order: string;
  readonly city: string;
  readonly enterprise: string;
  readonly site: string;
  readonly classes: readonly string[];
  readonly priorities: readonly Priority[];
  readonly groupSeconds: string;
  readonly hasQuiet: boolean;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly tellEnd: boolean;
  readonly steps: readonly StepText[];
  readonly reason: string;
}

export function targetKey(target: NoticeTarget): string {
  if (target.kind === "contact") return `contact:${target.contact}`;
  return target.kind === "on-call" ? `on-call:${target.calendar}` : "enterprise";
}

export function readTarget(key: string): NoticeTarget {
  const colon = key.indexOf(":");
  if (colon < 0) return { kind: "enterprise" };
  const name = key.slice(colon + 1);
  return key.startsWith("on-call:") ? { kind: "on-call", calendar: name } : { kind: "contact", contact: name };
}

/** Minutes of the day ⇄ "22:30". */
export function formatClock(minutes: number): string {
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

export function parseClock(text: string): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

const emptyStep: StepText = { after: "0", until: "ack", repeat: "", targets: [] };

export function newStep(before: StepText | undefined): StepText {
  return before === undefined ? emptyStep : { ...emptyStep, after: String(Number(before.after) + 15) };
}

export function startOf(policy: NoticePolicy | null): PolicyText {
  return {
    id: policy?.id ?? "",
    name: policy?.name ?? "",
    enabled: policy?.enabled ?? true,
    order: String(policy?.order ?? 100),
    city: policy?.scope.city ?? "",
    enterprise: policy?.scope.enterprise ?? "",
    site: policy?.scope.site ?? "",
    classes: policy?.classes ?? [],
    priorities: policy?.priorities ?? [1, 2],
    groupSeconds: String((policy?.groupMs ?? 30_000) / 1000),
    hasQuiet: policy !== null && policy.quiet !== null,
    quietFrom: formatClock(policy?.quiet?.from ?? 22 * 60),
    quietTo: formatClock(policy?.quiet?.to ?? 6 * 60),
    tellEnd: policy?.tellEnd ?? true,
    steps: policy === null ? [emptyStep] : policy.steps.map(writeStep),
    reason: "",
  };
}

function writeStep({ afterMs, until, repeatMs, targets }: PolicyStep): StepText {
  return {
    after: String(afterMs / minuteMs),
    until,
    repeat: repeatMs === null ? "" : String(repeatMs / minuteMs),
    targets: targets.map(targetKey),
  };
}

export type ProblemName =
  | "id"
  | "name"
  | "priorities"
  | "steps"
  | "after"
  | "rising"
  | "repeat"
  | "targets"
  | "quiet"
  | "group"
  | "order"
  | "reason";

/** "name", or "steps.1.after" of the second step → what is wrong there. */
export type Problems = Readonly<Record<string, ProblemName>>;

const groupSecondsMax = 900;
const minutesMax = 7 * 24 * 60;

function isNumber(text: string, least: number, most = minutesMax): boolean {
  const number = Number(text);
  return text.trim() !== "" && number >= least && number <= most;
}

/** A second: for trying out. */
const repeatLeast = 1 / 60;

export function findProblems(text: PolicyText): Problems {
  const problems: Record<string, ProblemName> = {};
  if (!idPattern.test(text.id)) problems["id"] = "id";
  if (text.name.trim() === "") problems["name"] = "name";
  if (!Number.isInteger(Number(text.order)) || !isNumber(text.order, 0, 1_000_000)) problems["order"] = "order";
  if (text.priorities.length === 0) problems["priorities"] = "priorities";
  if (!isNumber(text.groupSeconds, 0, groupSecondsMax)) problems["groupSeconds"] = "group";
  const [from, to] = [parseClock(text.quietFrom), parseClock(text.quietTo)];
  if (text.hasQuiet && (from === null || to === null || from === to)) problems["quiet"] = "quiet";
  if (text.steps.length === 0) problems["steps"] = "steps";
  let before = -1;
  for (const [i, step] of text.steps.entries()) {
    if (!isNumber(step.after, 0)) problems[`steps.${i}.after`] = "after";
    else if (Number(step.after) <= before) problems[`steps.${i}.after`] = "rising";
    before = Math.max(before, Number(step.after) || 0);
    if (step.repeat.trim() !== "" && !isNumber(step.repeat, repeatLeast)) problems[`steps.${i}.repeat`] = "repeat";
    if (step.targets.length === 0) problems[`steps.${i}.targets`] = "targets";
  }
  if (text.reason.trim() === "") problems["reason"] = "reason";
  return problems;
}

const textOrNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** What is sent, of a form without problems. */
export function toBody(text: PolicyText, before: NoticePolicy | null): Readonly<Record<string, unknown>> {
  const { name, enabled, classes, priorities, tellEnd, hasQuiet } = text;
  const [from, to] = [parseClock(text.quietFrom) ?? 0, parseClock(text.quietTo) ?? 0];
  return {
    expectedVersion: before?.version ?? 0,
    reason: text.reason.trim(),
    name: name.trim(),
    enabled,
    order: Number(text.order),
    scope: {
      site: textOrNull(text.site),
      enterprise: textOrNull(text.enterprise),
      city: textOrNull(text.city),
      kind: before?.scope.kind ?? null,
      factor: before?.scope.factor ?? null,
    },
    classes,
    priorities,
    steps: text.steps.map((step) => ({
      afterMs: Math.round(Number(step.after) * minuteMs),
      until: step.until,
      targets: step.targets.map(readTarget),
      repeatMs: step.repeat.trim() === "" ? null : Math.round(Number(step.repeat) * minuteMs),
    })),
    groupMs: Math.round(Number(text.groupSeconds) * 1000),
    quiet: hasQuiet ? { from, to } : null,
    tellEnd,
  };
}

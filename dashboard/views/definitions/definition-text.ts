// A record as somebody types it, and back into a record: numbers as text, delays in the units people think in. Says what is wrong
// beside the field. Pure.

import { alarmSubjects } from "#domain/alarm-definition.ts";
import type { Priority } from "#domain/alarm.ts";
import { limitBases } from "#domain/limit.ts";
import { siteKinds } from "#domain/site.ts";
import { formatDay, parseDay } from "#domain/time.ts";
import type { DefinitionDraft, DefinitionRow, ScopeText } from "./definition-data.ts";

export interface LevelText {
  readonly op: "above" | "below" | "beyond";
  readonly at: string;
  readonly priority: Priority;
}

export interface DefinitionText {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly enabled: boolean;
  readonly subject: string;
  readonly basis: string;
  readonly scope: ScopeText;
  readonly class: string;
  readonly levels: readonly LevelText[];
  readonly deadbandKind: "absolute" | "percent";
  readonly deadband: string;
  /** Seconds. */
  readonly onDelay: string;
  readonly offDelay: string;
  readonly latched: boolean;
  readonly ackRequired: boolean;
  /** Minutes; "" = never. */
  readonly reAlarm: string;
  readonly suppressWhen: readonly ("marked" | "site-silent")[];
  readonly consequence: string;
  readonly causes: string;
  readonly action: string;
  readonly response: string;
  readonly statutoryBasis: string;
  readonly rationale: string;
  readonly owner: string;
  readonly approvedBy: string | null;
  readonly reviewDue: string;
  readonly source: string;
}

const seconds = (ms: number): string => String(ms / 1_000);
const minutes = (ms: number | null): string => (ms === null ? "" : String(ms / 60_000));

export function writeDefinition(row: DefinitionRow): DefinitionText {
  const { scope, deadband } = row;
  return {
    id: row.id,
    nameZh: row.nameZh,
    nameEn: row.nameEn,
    enabled: row.enabled,
    subject: row.subject,
    basis: row.basis ?? "",
    scope: {
      site: scope.site ?? "",
      enterprise: scope.enterprise ?? "",
      city: scope.city ?? "",
      kind: scope.kind ?? "",
      factor: scope.factor ?? "",
    },
    class: row.class,
    levels: row.levels.map(({ op, at, priority }) => ({ op, at: String(at), priority })),
    deadbandKind: deadband.kind,
    deadband: String(deadband.value),
    onDelay: seconds(row.onDelayMs),
    offDelay: seconds(row.offDelayMs),
    latched: row.latched,
    ackRequired: row.ackRequired,
    reAlarm: minutes(row.reAlarmMs),
    suppressWhen: row.suppressWhen,
    consequence: row.consequence,
    causes: row.causes.join("\n"),
    action: row.action,
    response: minutes(row.responseMs),
    statutoryBasis: row.statutoryBasis,
    rationale: row.rationale,
    owner: row.owner,
    approvedBy: row.approvedBy,
    reviewDue: row.reviewDue === null ? "" : formatDay(Date.parse(row.reviewDue)),
    source: row.source,
  };
}

export interface FieldProblem {
  /** Path of the field, as domain/alarms/definition.ts names it: "levels.1.at". */
  readonly field: string;
  readonly problem: "not-a-number" | "required" | { readonly problem: string; readonly hint: string };
}

export interface ReadDefinition {
  readonly id: string;
  /** Null while something cannot be read. */
  readonly draft: DefinitionDraft | null;
  readonly problems: readonly FieldProblem[];
}

function orNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

export function readDefinition(text: DefinitionText): ReadDefinition {
  const problems: FieldProblem[] = [];
  const wrong = (field: string, problem: FieldProblem["problem"]): void => void problems.push({ field, problem });
  const number = (field: string, value: string, factor = 1): number => {
    const parsed = value.trim() === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(parsed)) wrong(field, "not-a-number");
    return Math.round(parsed * factor * 1e9) / 1e9;
  };
  const orNever = (field: string, value: string, factor: number): number | null =>
    value.trim() === "" ? null : number(field, value, factor);
  for (const field of ["id", "nameZh", "nameEn", "class"] as const)
    if (text[field].trim() === "") wrong(field, "required");
  const subject = alarmSubjects.find((each) => each === text.subject) ?? "limit";
  const needsBasis = subject === "limit" || subject === "value";
  const basis = limitBases.find((each) => each === text.basis) ?? null;
  if (needsBasis && basis === null) wrong("basis", "required");
  const { scope } = text;
  const draft: DefinitionDraft = {
    nameZh: text.nameZh.trim(),
    nameEn: text.nameEn.trim(),
    enabled: text.enabled,
    subject,
    basis: needsBasis ? basis : null,
    scope: {
      site: orNull(scope.site),
      enterprise: orNull(scope.enterprise),
      city: orNull(scope.city),
      kind: siteKinds.find((each) => each === scope.kind) ?? null,
      factor: orNull(scope.factor),
    },
    class: text.class,
    levels: text.levels.map(({ op, at, priority }, i) => ({ op, at: number(`levels.${i}.at`, at), priority })),
    deadband: { kind: text.deadbandKind, value: number("deadband.value", text.deadband) },
    onDelayMs: number("onDelayMs", text.onDelay, 1_000),
    offDelayMs: number("offDelayMs", text.offDelay, 1_000),
    latched: text.latched,
    ackRequired: text.ackRequired,
    reAlarmMs: orNever("reAlarmMs", text.reAlarm, 60_000),
    suppressWhen: text.suppressWhen,
    consequence: text.consequence.trim(),
    causes: text.causes.split("\n").flatMap((line) => orNull(line) ?? []),
    action: text.action.trim(),
    responseMs: orNever("responseMs", text.response, 60_000),
    statutoryBasis: text.statutoryBasis.trim(),
    rationale: text.rationale.trim(),
    owner: text.owner.trim(),
    approvedBy: text.approvedBy,
    reviewDue: text.reviewDue === "" ? null : parseDay(text.reviewDue),
    source: text.source.trim(),
  };
  return { id: text.id.trim(), draft: problems.length === 0 ? draft : null, problems };
}

/** Fields in which two records differ. */
export function changedFields(before: DefinitionText, after: DefinitionText): string[] {
  return (Object.keys(before) as (keyof DefinitionText)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

/** Of a tuning link: numbers proposed by the figures of alarms, put into the form. */
export function tuneText(text: DefinitionText, query: URLSearchParams): DefinitionText {
  const deadband = query.get("deadband");
  const onDelay = query.get("onDelay");
  const offDelay = query.get("offDelay");
  const kind = query.get("deadbandKind");
  return {
    ...text,
    ...(deadband === null ? {} : { deadband }),
    ...(kind === "absolute" || kind === "percent" ? { deadbandKind: kind } : {}),
    ...(onDelay === null ? {} : { onDelay }),
    ...(offDelay === null ? {} : { offDelay }),
  };
}

const idCharsMax = 64;

/** A record for one site alone, made of the one that holds there now. */
export function forOneSite(text: DefinitionText, site: string, factor: string | null): DefinitionText {
  if (text.scope.site === site && (factor === null || text.scope.factor === factor)) return text;
  const own = `${text.id}-${site}${factor === null ? "" : `-${factor}`}`;
  const id = own.toLowerCase().slice(0, idCharsMax);
  const scope = { site, enterprise: "", city: "", kind: "", factor: factor ?? text.scope.factor };
  return { ...text, id, scope, nameZh: `${text.nameZh}（${site}）`, nameEn: `${text.nameEn} (${site})` };
}

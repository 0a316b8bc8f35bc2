// An alarm in words: what it is about.

import { pickName } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import type { AlarmView, FactorInfo } from "../state/wire.ts";

type Factors = Readonly<Record<string, FactorInfo>>;

/** Definitions that mean "nothing comes any more". */
const silencePattern = /^(silence|offline|stale|no-data|missing)\b/;

export function nameFactor(words: Catalogue, factors: Factors, code: string): string {
  const info = factors[code];
  return info === undefined ? code : pickName(words, info);
}

const systemPrefix = "system:";

/** Is it about this system itself? Such an alarm belongs to no site that could be opened. */
export function isSystemAlarm(alarm: Pick<AlarmView, "definition">): boolean {
  return alarm.definition.startsWith(systemPrefix);
}

/** "化学需氧量", with "(小时)" when it is not about the value of the moment. */
export function nameAlarm(words: Catalogue, factors: Factors, alarm: Pick<AlarmView, "definition" | "factor">): string {
  if (isSystemAlarm(alarm)) {
    const conditions: Readonly<Record<string, string>> = words.conditions;
    const name = alarm.definition.slice(systemPrefix.length);
    return conditions[name] ?? name;
  }
  const about = alarm.factor === null ? "" : nameFactor(words, factors, alarm.factor);
  if (silencePattern.test(alarm.definition))
    return about === "" ? words.alarm.silence : `${about} ${words.alarm.silence}`;
  if (about === "") return words.alarm.unknownDefinition(alarm.definition);
  const basis = alarm.definition.split(":")[2];
  if (basis === "hour" || basis === "day") return `${about} (${words.bases[basis]})`;
  return about;
}

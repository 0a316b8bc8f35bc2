// A notice → what a person reads: subject, text, HTML and Markdown in their language, times as on the clock in UTC+8. The words
// are data (domain/tables/notice-texts.json). Says how the alarms are now, not how they were when the notice was made. Pure.

import type { Alarm } from "#domain/alarm.ts";
import { cities } from "#domain/city.ts";
import { isConditionName, nameCondition } from "#domain/condition.ts";
import { findFactor } from "#domain/factor.ts";
import type { Notice } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import texts from "#domain/tables/notice-texts.json" with { type: "json" };
import { formatLocal } from "#domain/time.ts";
import { fillText } from "./fill.ts";

export type Language = "zh" | "en";

export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly markdown: string;
  /** Where it is told on the dashboard; null: nobody said how that is reached. */
  readonly url: string | null;
}

export interface MessageParts {
  readonly notice: Notice;
  /** Of those that it tells of; one that is not known any more is missing. */
  readonly alarms: readonly Alarm[];
  readonly findSite: (id: string) => Site | undefined;
  readonly language: Language;
  /** Address of the dashboard, without a slash at its end. */
  readonly publicUrl: string | null;
}

type Words = (typeof texts)[Language];

function kindOf(alarm: Alarm, words: Words, language: Language): string {
  const parts = alarm.definition.split(":");
  const [subject = "", code = ""] = parts;
  const name = isConditionName(code) ? nameCondition(code)[language] : code;
  const key = subject === "limit" ? `limit:${parts.at(-1) ?? ""}` : subject;
  const found = Object.entries(words.kinds).find(([each]) => each === key)?.[1];
  return found === undefined ? alarm.definition : fillText(found, { name });
}

function factorName(code: string | null, language: Language): string {
  if (code === null) return "";
  const factor = findFactor(code);
  if (factor === undefined) return code;
  return language === "zh" ? factor.nameZh : factor.nameEn;
}

function cityName(adcode: string | undefined, language: Language): string {
  const city = cities.find((each) => each.adcode === adcode);
  if (city === undefined) return "";
  return language === "zh" ? city.nameZh : city.nameEn;
}

function stateOf(alarm: Alarm, { states }: Words): string {
  const at = alarm.cleared === null ? "" : formatLocal(alarm.cleared);
  if (!alarm.active) return fillText(alarm.acked ? states.cleared : states.clearedUnacked, { at });
  return alarm.acked ? fillText(states.acked, { by: alarm.ackedBy ?? "" }) : states.unacked;
}

function formatLine(alarm: Alarm, { findSite, language }: MessageParts): string {
  const words = texts[language];
  const site = findSite(alarm.site);
  const withUnit = (value: number | null): string => (value === null ? "–" : `${value} ${alarm.unit}`.trim());
  const facts = {
    priority: String(alarm.priority),
    site: site?.name ?? alarm.site,
    city: cityName(site?.city, language),
    enterprise: site?.enterprise === null || site === undefined ? "" : ` ${site.enterprise}`,
    factor: factorName(alarm.factor, language),
    kind: kindOf(alarm, words, language),
    value: withUnit(alarm.value),
    limit: withUnit(alarm.limit),
    onset: formatLocal(alarm.onset),
    state: stateOf(alarm, words),
  };
  return fillText(alarm.limit === null ? words.plainLine : words.line, facts)
    .replace("（）", "")
    .replace("()", "")
    .replaceAll("  ", " ");
}

function formatSubject({ notice, alarms, findSite, language }: MessageParts): string {
  const { subject, ...words } = texts[language];
  if (notice.cause === "test") return subject.test;
  const [first] = alarms;
  const site = findSite(first?.site ?? notice.site);
  const place = site?.name ?? notice.site;
  const what =
    first === undefined
      ? ""
      : `${factorName(first.factor, language)} ${kindOf(first, { subject, ...words }, language)}`;
  const count = notice.alarms.length + (notice.more ?? 0);
  const facts = { priority: String(notice.priority), place, what: what.trim(), count: String(count) };
  const many = notice.cause === "end" ? subject.manyEnd : subject.many;
  return fillText(count > 1 ? many : subject[notice.cause], facts);
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Signs that would become headings, links or mentions. */
function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|@]/g, (sign) => `\\${sign}`);
}

export function composeMessage(parts: MessageParts): Message {
  const { notice, alarms, language, publicUrl } = parts;
  const words = texts[language];
  const [first] = alarms;
  const path =
    notice.alarms.length > 1 || first === undefined ? "/alarms" : `/alarms?sel=${encodeURIComponent(first.id)}`;
  const url = publicUrl === null ? null : `${publicUrl}${path}`;
  const subject = formatSubject(parts).replaceAll(/[\r\n]+/g, " ");
  const lines =
    notice.cause === "test" ? [fillText(words.test, { id: notice.id })] : alarms.map((each) => formatLine(each, parts));
  if (notice.more !== undefined) lines.push(fillText(words.more, { more: String(notice.more) }));
  const link = url === null ? [] : [fillText(words.link, { url })];
  const html = [
    `<p><b>${escapeHtml(subject)}</b></p>`,
    `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
    url === null ? "" : `<p><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>`,
    `<p>${escapeHtml(words.times)}</p>`,
  ].join("\n");
  const markdown = [`**${escapeMarkdown(subject)}**`, ...lines.map((line) => `- ${escapeMarkdown(line)}`)];
  return {
    subject,
    text: [...lines, words.times, ...link].join("\n"),
    html,
    markdown: [...markdown, escapeMarkdown(words.times), ...(url === null ? [] : [`<${url}>`])].join("\n"),
    url,
  };
}

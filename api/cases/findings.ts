// What the rules find → drafts of cases: the key that names the finding, title, links and reason. Pure.

import type { Alarm, AlarmState, AlarmTransition } from "#domain/alarm.ts";
import type { CaseDraft, CaseLink } from "#domain/case.ts";
import { caseRule, parameterOf, seriesKey } from "#domain/cases/rules.ts";
import { findFactor } from "#domain/factor.ts";
import type { Hint } from "#domain/hint.ts";
import type { Exceedance } from "#domain/judged.ts";
import { isMarkEffective, isMarkOfCentre, type Mark } from "#domain/mark.ts";
import type { Site } from "#domain/site.ts";
import { formatDay, formatIso, formatLocal, hourMs, minuteMs } from "#domain/time.ts";

export type Finding = Omit<CaseDraft, "id" | "key"> & { readonly key: string };
type Named = Pick<Site, "id" | "name">;

function factorNames(code: string): { readonly zh: string; readonly en: string } {
  const factor = findFactor(code);
  return { zh: factor?.nameZh ?? code, en: factor?.nameEn ?? code };
}

function formatTimes({ multiple }: Pick<Exceedance, "multiple">): string {
  return multiple === null ? "" : ` ${multiple.toFixed(2)}×`;
}

/** `key`: of the case that it joins; null = it is one of its own, named by its day. */
export function findingOfDay(site: Named, row: Exceedance, key: string | null): Finding {
  const { zh, en } = factorNames(row.factor);
  const day = formatDay(row.start);
  const times = formatTimes(row);
  return {
    site: site.id,
    key: key ?? `${seriesKey("day-exceedance", site.id, row.factor)}${day}`,
    title: `${zh}日均值超标${times} ${day} · day mean of ${en} beyond its limit`,
    origin: "day-exceedance",
    links: [{ kind: "exceedance", id: row.id }],
    reason: `day ${day}: ${row.compared} ${row.unit}, limit ${row.bound} (${row.limitId}, version ${row.limitVersion})`,
  };
}

/** `starts`: of the hours that count together; the newest is `row`. */
export function findingOfHours(site: Named, row: Exceedance, starts: readonly number[], key: string | null): Finding {
  const { zh, en } = factorNames(row.factor);
  const rule = caseRule("hour-exceedances");
  const count = parameterOf(rule, "hours");
  const days = parameterOf(rule, "withinDays");
  const links = starts.map((start): CaseLink => {
    return { kind: "exceedance", id: `${row.site}:${row.factor}:${row.basis}:${start}` };
  });
  return {
    site: site.id,
    key: key ?? `${seriesKey("hour-exceedances", site.id, row.factor)}${formatDay(row.start)}`,
    title: `${zh}小时均值多次超标 · hours of ${en} beyond their limit`,
    origin: "exceedance",
    links,
    reason:
      key === null
        ? `${starts.length} hours within ${days} days, the rule asks for ${count}`
        : `hour ${formatLocal(row.start).slice(0, 16)}: ${row.compared} ${row.unit}, limit ${row.bound}`,
  };
}

export function findingOfHint(site: Named, hint: Hint): Finding {
  const isConfirmed = hint.status === "confirmed";
  return {
    site: site.id,
    key: `falsification:${hint.id}`,
    title: `疑似数据造假 ${hint.rule} ${hint.day} · suspected falsification`,
    origin: "falsification",
    links: [{ kind: "hint", id: hint.id }],
    reason: isConfirmed
      ? `${hint.rule} confirmed by ${hint.decidedBy ?? "a person"}: ${hint.decision ?? ""}`.slice(0, 1_000)
      : `${hint.rule} with a score of ${hint.score.toFixed(2)}`,
  };
}

/** Does the rule ask about this alarm: one of the law that calls people, and nobody has taken it? */
export function isUnanswered(alarm: Alarm): boolean {
  const { acked, state, suppression, journalSeq, retrospective } = alarm;
  if (alarm.class !== "statutory" || acked || state === "normal" || suppression !== null) return false;
  return journalSeq !== 0 && !retrospective && alarm.case === null && alarm.annunciatedAt !== null;
}

const answered: ReadonlySet<AlarmState> = new Set(["ack-active", "latch-ack", "normal"]);

/**
 * When people were called for the first time since anybody answered. Later calls of an alarm that gets worse or comes back do not
 * make it younger. Acknowledging it is an answer, and so is taking it out of the way for a while; null = there was no call.
 */
export function unansweredSince(transitions: readonly AlarmTransition[]): number | null {
  let since: number | null = null;
  for (const { from, to, toSuppression, annunciation, receivedAt } of transitions) {
    if (answered.has(to) || toSuppression === "shelved" || toSuppression === "out-of-service") since = null;
    // Rows of older programs do not name their calls: beginning was one.
    const isCall = annunciation === undefined ? from === "normal" : annunciation !== null;
    if (isCall && since === null) since = receivedAt;
  }
  return since;
}

export function findingOfAlarm(site: Named, alarm: Alarm, since: number): Finding {
  const { zh, en } = alarm.factor === null ? { zh: "", en: alarm.definition } : factorNames(alarm.factor);
  const minutes = parameterOf(caseRule("alarm-unacknowledged"), "minutes");
  return {
    site: site.id,
    key: `alarm-unacknowledged:${alarm.id}`,
    title: `${zh}法定告警逾时未确认 · statutory alarm about ${en} that nobody acknowledged`,
    origin: "alarm",
    links: [{ kind: "alarm", id: alarm.id }],
    reason: `${alarm.definition} calls since ${formatIso(since)}, nobody acknowledged it within ${minutes} minutes`,
  };
}

export interface SilentSite {
  readonly site: Site;
  /** Event time of the newest reading. */
  readonly newest: number;
}

/**
 * Sites that had data and have none for so many hours, up to the age bound. When they are too large a share of all, it is the
 * line of the centre and not the plants: `tooMany`.
 */
export function findSilent(
  sites: readonly Site[],
  newestOf: (site: string) => number | null,
  now: number,
): { readonly silent: readonly SilentSite[]; readonly tooOld: number; readonly tooMany: boolean } {
  const rule = caseRule("missing-data");
  const from = now - parameterOf(rule, "hours") * hourMs;
  const oldest = now - parameterOf(rule, "maxAgeHours") * hourMs;
  const found = sites.flatMap((site) => {
    const newest = newestOf(site.id);
    return newest === null || newest > from ? [] : [{ site, newest }];
  });
  const silent = found.filter(({ newest }) => newest >= oldest);
  const isShare = found.length > parameterOf(rule, "shareMax") * sites.length;
  const tooMany = isShare && found.length > parameterOf(rule, "fewSites");
  return { silent, tooOld: found.length - silent.length, tooMany };
}

/**
 * A mark of the whole site that touches the gap says why nothing comes. What the plant says of itself explains nothing until the
 * centre has accepted it: otherwise whoever is silent could keep the case away.
 */
export function isExplained(marks: readonly Mark[]): boolean {
  return marks.some((mark) => mark.factors === null && isMarkEffective(mark) && isMarkOfCentre(mark));
}

export function findingOfSilence({ site, newest }: SilentSite): Finding {
  const since = formatLocal(newest);
  return {
    site: site.id,
    key: `missing-data:${site.id}:${Math.floor(newest / minuteMs)}`,
    title: `数据缺失，最后数据 ${since} · no data since then`,
    origin: "missing-data",
    links: [],
    reason: `the newest reading is of ${formatIso(newest)}, and no mark says why`,
  };
}

// The watch that opens cases: what judgement, rules of falsification and alarms left in the state store since it looked last, and
// sites that are silent → orders to open, join or correct a case. It decides nothing that counts: ingest opens a key once, in the
// order of the journal, so looking twice, or being killed in between, changes nothing.
//
//   exceedances known since ─┐
//   strong hints ────────────┼──▶ rule ──▶ key ──▶ case.open ──▶ frozen explanation ──▶ place kept
//   alarms, silent sites ────┘                └──▶ judged again: the ground is withdrawn, or stands again

import type { Alarm } from "#domain/alarm.ts";
import type { Case } from "#domain/case.ts";
import { caseRule, caseRuleTable, parameterOf } from "#domain/cases/rules.ts";
import type { Exceedance } from "#domain/judged.ts";
import { dayMs, formatIso, hourMs, minuteMs } from "#domain/time.ts";
import { Failure } from "#domain/failure.ts";
import type { ExceedancePlace } from "#store/state/case-reader.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { linkAlarm } from "./capture.ts";
import {
  type Finding,
  findingOfAlarm,
  findingOfHint,
  findingOfSilence,
  findSilent,
  isExplained,
  isUnanswered,
  unansweredSince,
} from "./findings.ts";
import { lookAtExceedance } from "./grounds.ts";
import { drawId, openAs } from "./orders.ts";
import { createPlace, type Counts } from "./place.ts";

export interface CaseWatchFacts extends Counts {
  readonly lookedAt: string | null;
  readonly held: number;
  readonly problem: string | null;
}

export interface CaseWatch {
  start(): void;
  stop(): void;
  /** One look; never two at a time. */
  look(): Promise<void>;
  facts(): CaseWatchFacts;
}

/** Rows may become known a little out of order: so much is read again. */
const overlapMs = 10 * minuteMs;
const rowsPerRead = 200;
/** After judging years anew there are so many that reading them again and again would be all the work there is. */
const rowsAgainMax = 2_000;
const doneMax = 200_000;
const workMsMax = 500;
const hintsEveryMs = 5_000;
const hintsMax = 500;
const silenceEveryMs = minuteMs;
/** Snapshots that fail again and again must not hold up all others. */
const attemptsMax = 5;

export function createCaseWatch(rooms: Rooms): CaseWatch {
  const { state, memory, broker, now, log } = rooms;
  const place = createPlace(rooms.folder, now() - parameterOf(caseRule("day-exceedance"), "maxAgeDays") * dayMs);
  /** What was dealt with since the start: exceedance versions with the time they were known, hints, alarms, silences. */
  const done = new Map<string, number>();
  const attempts = new Map<string, number>();
  /** Alarms that nobody answered: the version that was looked at, and since when. */
  const unanswered = new Map<string, { readonly version: number; readonly since: number | null }>();
  /** In the middle of what is known since: a turn ends before it has seen everything. */
  let cursor: ExceedancePlace | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let begunAt = now();
  let lookedAt: number | null = null;
  let hintsAt = Number.NEGATIVE_INFINITY;
  let silenceAt = Number.NEGATIVE_INFINITY;
  let held = 0;
  let problem: string | null = null;
  let opensLeft = 0;
  /** Rows that became known at or before this time are not read again: they were too many at once. */
  let settledAt = Number.NEGATIVE_INFINITY;
  let seen = 0;

  /** The case that the finding has now; null when it is over for so long that ingest only remembers the finding. */
  async function open(finding: Finding): Promise<Case | "wait" | null> {
    if (opensLeft === 0) return "wait";
    opensLeft -= 1;
    const draft = { id: drawId(rooms), ...finding };
    const known = await openAs(rooms, "system", draft);
    if (known === null) return null;
    const isNew = known.id === draft.id;
    place.count(isNew ? "opened" : "joined");
    if (isNew) log.info({ case: known.id, number: known.number, key: known.key }, "a rule opened a case");
    return known;
  }

  /** False: it waits for the next turn. */
  async function take(row: Exceedance): Promise<boolean> {
    const key = `${row.id}@${row.version}`;
    if (done.has(key)) return true;
    try {
      const outcome = await lookAtExceedance(rooms, row, open);
      if (outcome === "waits") return false;
      if (outcome === "too-old" && row.at > place.at) place.count("tooOld");
    } catch (error) {
      const tried = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, tried);
      if (tried < attemptsMax || isAway(error)) throw error;
      log.error({ err: error, exceedance: row.id }, "an exceedance could not be made a case of");
    }
    attempts.delete(key);
    done.set(key, row.at);
    return true;
  }

  async function lookAtExceedances(): Promise<void> {
    const end = now() + workMsMax;
    let newest = place.at;
    while (now() <= end) {
      const rows = await state.exceedancesKnown(cursor ?? Math.max(place.at - overlapMs, settledAt), rowsPerRead);
      for (const row of rows) {
        seen += 1;
        if (!(await take(row))) return;
        cursor = { at: row.at, id: row.id, version: row.version };
        newest = Math.max(newest, row.at);
      }
      place.keep(newest);
      if (rows.length < rowsPerRead) {
        if (seen > rowsAgainMax) settledAt = newest;
        [cursor, seen] = [null, 0];
        break;
      }
    }
    for (const [key, at] of done) if (at < place.at - overlapMs) done.delete(key);
    // Looking again at what has its case already costs questions, no second case.
    if (done.size > doneMax) done.clear();
  }

  /** Once per finding: what has a case already is left alone. */
  async function once(key: string, finding: () => Finding, isKnown: () => Promise<boolean>): Promise<Case | null> {
    if (done.has(key)) return null;
    const opened = (await isKnown()) ? null : await open(finding());
    if (opened === "wait") return null;
    done.set(key, Number.POSITIVE_INFINITY);
    return opened;
  }

  async function lookAtHints(): Promise<void> {
    const rule = caseRule("falsification");
    if (!rule.enabled || now() - hintsAt < hintsEveryMs) return;
    const from = now() - parameterOf(rule, "maxAgeDays") * dayMs;
    for (const hint of await state.strongHints(from, parameterOf(rule, "score"), hintsMax)) {
      const site = memory.site(hint.site);
      if (site === undefined) continue;
      const isLinked = async () => (await state.casesLinked(site, { kind: "hint", id: hint.id })).length > 0;
      await once(`hint:${hint.id}`, () => findingOfHint(site, hint), isLinked);
    }
    hintsAt = now();
  }

  /** From the rows of the alarm, which are read again only when there is another one. */
  async function findUnansweredSince({ id, version, annunciatedAt }: Alarm): Promise<number | null> {
    const known = unanswered.get(id);
    if (known?.version === version) return known.since;
    const since = unansweredSince(await state.transitions(id)) ?? annunciatedAt;
    unanswered.set(id, { version, since });
    return since;
  }

  async function lookAtAlarms(): Promise<void> {
    const rule = caseRule("alarm-unacknowledged");
    if (!rule.enabled) return;
    const before = now() - parameterOf(rule, "minutes") * minuteMs;
    const oldest = now() - parameterOf(rule, "maxAgeHours") * hourMs;
    // First all of them: alarms come and go while a case is opened.
    const asked = Array.from(memory.alarms()).filter(isUnanswered);
    const ids = new Set(asked.map(({ id }) => id));
    for (const id of unanswered.keys()) if (!ids.has(id)) unanswered.delete(id);
    for (const alarm of asked) {
      const site = memory.site(alarm.site);
      // Too old is what has not called for so long, however long nobody has answered.
      if (site === undefined || (alarm.annunciatedAt ?? 0) < oldest || done.has(`alarm:${alarm.id}`)) continue;
      const since = await findUnansweredSince(alarm);
      if (since === null || since > before) continue;
      const isLinked = async () => (await state.casesLinked(site, { kind: "alarm", id: alarm.id })).length > 0;
      const opened = await once(`alarm:${alarm.id}`, () => findingOfAlarm(site, alarm, since), isLinked);
      if (opened !== null) await linkAlarm(rooms, "system", alarm.id, opened.id);
    }
  }

  function newestOf(site: string): number | null {
    let newest: number | null = null;
    for (const [, , time] of memory.latest(site).values()) if (newest === null || time > newest) newest = time;
    return newest;
  }

  async function lookAtSilence(): Promise<void> {
    const rule = caseRule("missing-data");
    if (!rule.enabled || now() - silenceAt < silenceEveryMs) return;
    const { silent, tooMany } = findSilent(memory.sites(), newestOf, now());
    const isEarly = now() - begunAt < parameterOf(rule, "afterStartMinutes") * minuteMs;
    held = tooMany || isEarly ? silent.length : 0;
    silenceAt = now();
    if (held > 0) return;
    for (const each of silent) {
      const { site, newest } = each;
      const finding = findingOfSilence(each);
      const isKnown = async () =>
        isExplained(await state.marksIn(site.id, newest, now())) ||
        (await state.casesByKey(site.id, finding.key)).length > 0;
      await once(finding.key, () => finding, isKnown);
    }
  }

  async function look(): Promise<void> {
    if (isLooking || !broker.connected) return;
    isLooking = true;
    opensLeft = caseRuleTable.opensPerTurnMax;
    try {
      await lookAtExceedances();
      await lookAtHints();
      await lookAtAlarms();
      await lookAtSilence();
      problem = null;
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof Problem)) throw error;
      problem = error.message;
      log.warn({ err: error }, "the watch that opens cases waits");
    } finally {
      lookedAt = now();
      isLooking = false;
    }
  }

  return {
    start() {
      begunAt = now();
      timer = setInterval(() => void look(), caseRuleTable.everySeconds * 1_000);
    },
    stop() {
      clearInterval(timer);
    },
    look,
    facts: () => ({ lookedAt: lookedAt === null ? null : formatIso(lookedAt), ...place.counts(), held, problem }),
  };
}

/** Both roles and history may be away for a while, or as many cases open as may be: everything waits. */
function isAway(error: unknown): boolean {
  if (error instanceof Failure) return error.retryable;
  return error instanceof Problem && (error.status === 503 || error.code === "illegal-move");
}

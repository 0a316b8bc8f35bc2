// The figures about alarms of a span: rows of the journal of alarms folded by domain/alarms/kpi.ts, with what only other books know
// (exceedances, notices, cases, what is out of service). Reads part by part; never holds all rows.

import type { Alarm } from "#domain/alarm.ts";
import { createKpi } from "#domain/alarms/kpi.ts";
import type { KpiEvent, KpiFacts, KpiReport, KpiStanding } from "#domain/alarms/kpi-shapes.ts";
import type { JudgedBasis } from "#domain/judged.ts";
import { isJudgedKind } from "#domain/judge/facts.ts";
import { shiftNameAt } from "#domain/shift-times.ts";
import { dayMs, hourMs } from "#domain/time.ts";
import type { AlarmCallRow } from "#store/state/alarm-reader.ts";
import type { Rooms } from "../parts.ts";

/** What the figures are made from. */
export type KpiRooms = Pick<Rooms, "state" | "memory" | "now">;

export interface KpiQuestion {
  readonly from: number;
  readonly to: number;
  readonly city?: string;
  /** Desks that share the calls. */
  readonly positions: number;
  readonly by: KpiGrouping | null;
}

export const kpiGroupings = [
  "city",
  "site",
  "enterprise",
  "factor",
  "class",
  "priority",
  "definition",
  "shift",
] as const;
export type KpiGrouping = (typeof kpiGroupings)[number];

export interface KpiGroup {
  readonly key: string;
  readonly calls: number;
  /** Per cent of all. */
  readonly share: number;
}

export interface KpiAnswer {
  readonly report: KpiReport;
  readonly groups: readonly KpiGroup[];
  readonly rows: number;
}

const partRows = 4_000;
const groupsMax = 50;

/** Rows of older programs do not say whether they called anybody: then every raise did. */
function annunciationOf({ annunciation, alarmId, version, from, to }: AlarmCallRow["transition"]): string | null {
  if (annunciation !== undefined) return annunciation;
  return to === "unack-active" && from !== to ? `${alarmId}:${version}` : null;
}

function toEvent({ site, class: named, priority, definition, transition }: AlarmCallRow): KpiEvent {
  const { alarmId: alarm, receivedAt: at, eventTime, from, to, cause, actor, comment } = transition;
  const { fromSuppression = null, toSuppression = null, reason = null } = transition;
  return {
    at,
    eventTime,
    alarm,
    site,
    definition,
    class: named,
    // As it was told then; the alarm may have risen since.
    priority: transition.priority ?? priority,
    from,
    to,
    fromSuppression,
    toSuppression,
    cause,
    actor,
    comment,
    reason,
    annunciation: annunciationOf(transition),
  };
}

async function* readRows({ state }: KpiRooms, { from, to, city }: KpiQuestion): AsyncGenerator<AlarmCallRow[]> {
  let after: { readonly receivedAt: number; readonly place: number } | null = null;
  const where = city === undefined ? {} : { city };
  for (;;) {
    const rows: AlarmCallRow[] = await state.alarmCalls({ from, to, after, limit: partRows, ...where });
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < partRows) return;
    after = { receivedAt: last.transition.receivedAt, place: last.place };
    // Between two parts the questions of others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Occurrences that began in the span: whether they belong to a case, and those of limits. */
interface Occurrence {
  readonly site: string;
  readonly factor: string | null;
  readonly definition: string;
  readonly onset: number;
  readonly hasCase: boolean;
}

function createGroups({ memory }: KpiRooms, by: KpiGrouping | null) {
  const counts = new Map<string, number>();
  let all = 0;
  function keyOf(event: KpiEvent, { city, factor }: AlarmCallRow): string {
    switch (by) {
      case "city":
        return city ?? "";
      case "enterprise":
        return memory.site(event.site)?.enterprise ?? "";
      case "factor":
        return factor ?? "";
      case "priority":
        return String(event.priority);
      case "shift":
        return shiftNameAt(event.at);
      case "site":
      case "class":
      case "definition":
        return event[by];
      case null:
        return "";
    }
  }
  return {
    add(event: KpiEvent, row: AlarmCallRow): void {
      if (by === null || event.annunciation === null) return;
      all++;
      const key = keyOf(event, row);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    list(): KpiGroup[] {
      return [...counts]
        .map(([key, calls]) => ({ key, calls, share: (100 * calls) / all }))
        .toSorted((a, b) => b.calls - a.calls || (a.key < b.key ? -1 : 1))
        .slice(0, groupsMax);
    },
  };
}

/** The basis that a limit is judged by: what warns in real time is judged by the hour. */
function judgedBasis(definition: string): JudgedBasis | null {
  const [subject, , basis] = definition.split(":");
  if (subject !== "limit") return null;
  return basis === "day" ? "day" : "hour";
}

/** Starts of windows that stand as exceedances, by site, factor and basis. */
async function readExceedances(
  { state }: KpiRooms,
  { from, to, city }: KpiQuestion,
): Promise<Map<string, Set<number>>> {
  const found = new Map<string, Set<number>>();
  let cursor: string | null = null;
  do {
    const where: { cursor?: string; city?: string } = {
      ...(cursor === null ? {} : { cursor }),
      ...(city === undefined ? {} : { city }),
    };
    const page = await state.exceedances({
      from: from - 2 * dayMs,
      to,
      statuses: ["confirmed"],
      limit: 1000,
      ...where,
    });
    for (const { site, factor, basis, start } of page.items) {
      const key = `${site} ${factor} ${basis}`;
      const starts = found.get(key) ?? new Set();
      starts.add(start);
      found.set(key, starts);
    }
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

const windowMs: Readonly<Record<JudgedBasis, number>> = { hour: hourMs, day: dayMs };

/** Is there an exceedance whose window holds this moment, or ends with it? */
function isConfirmed(starts: ReadonlySet<number> | undefined, onset: number, basis: JudgedBasis): boolean {
  if (starts === undefined) return false;
  for (const start of starts) if (start <= onset && onset <= start + windowMs[basis]) return true;
  return false;
}

async function gatherFacts(
  rooms: KpiRooms,
  question: KpiQuestion,
  occurrences: Iterable<Occurrence>,
): Promise<KpiFacts> {
  const exceedances = await readExceedances(rooms, question);
  let [withCase, judged, confirmed] = [0, 0, 0];
  for (const { site, factor, definition, onset, hasCase } of occurrences) {
    if (hasCase) withCase++;
    const basis = judgedBasis(definition);
    const kind = rooms.memory.site(site)?.kind;
    // A window that is not over yet says nothing.
    if (basis === null || kind === undefined || !isJudgedKind(kind)) continue;
    if (onset + 2 * windowMs[basis] > rooms.now()) continue;
    judged++;
    if (isConfirmed(exceedances.get(`${site} ${factor} ${basis}`), onset, basis)) confirmed++;
  }
  const notices = await rooms.state.countNotices(question.from);
  const { total: outOfServiceNow } = await rooms.state.outOfService({ activeAt: rooms.now(), limit: 1 });
  return {
    withCase,
    judged,
    confirmed,
    noticesSent: notices.get("sent") ?? 0,
    noticesFailed: notices.get("failed") ?? 0,
    // Told by GET /api/v1/notices/health.
    noticeLatencyMs: null,
    outOfServiceNow,
  };
}

function listStanding(
  rooms: KpiRooms,
  city: string | undefined,
  suppressedAt: ReadonlyMap<string, number>,
): KpiStanding[] {
  const all: KpiStanding[] = [];
  for (const alarm of rooms.memory.alarms() as Iterable<Alarm>) {
    if (city !== undefined && rooms.memory.site(alarm.site)?.city !== city) continue;
    all.push({ ...alarm, suppressedAt: alarm.suppression === null ? null : (suppressedAt.get(alarm.id) ?? null) });
  }
  return all.toSorted((a, b) => a.onset - b.onset);
}

export async function readKpi(rooms: KpiRooms, question: KpiQuestion): Promise<KpiAnswer> {
  const { from, to, positions } = question;
  const kpi = createKpi({ from, to, positions, shiftOf: shiftNameAt });
  const groups = createGroups(rooms, question.by);
  const occurrences = new Map<string, Occurrence>();
  const suppressedAt = new Map<string, number>();
  let rows = 0;
  for await (const part of readRows(rooms, question)) {
    rows += part.length;
    for (const row of part) {
      const event = toEvent(row);
      kpi.add(event);
      groups.add(event, row);
      if (event.toSuppression !== event.fromSuppression) suppressedAt.set(event.alarm, event.at);
      if (event.annunciation === null || occurrences.has(event.alarm)) continue;
      const { site, factor, definition } = row;
      occurrences.set(event.alarm, { site, factor, definition, onset: event.eventTime, hasCase: row.case !== null });
    }
  }
  const facts = await gatherFacts(rooms, question, occurrences.values());
  const report = kpi.end(listStanding(rooms, question.city, suppressedAt), facts);
  return { report, groups: groups.list(), rows };
}

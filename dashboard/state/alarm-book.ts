// The alarms this screen knows, by id. A snapshot replaces, a delta adds; the higher version of an alarm always wins, so
// the answer to an acknowledgement and the live update of it may arrive in any order. Alarms back to normal are kept for a
// while (a frozen list still shows them), then forgotten, oldest first.

import type { AlarmView } from "./wire.ts";

export interface AlarmBook {
  readonly byId: ReadonlyMap<string, AlarmView>;
  /** Ids of alarms back to normal, in the order they became so. */
  readonly closed: readonly string[];
}

export const emptyBook: AlarmBook = { byId: new Map(), closed: [] };

const closedMax = 500;

/** Is the alarm something to look at: not yet normal? */
export function isOpen(alarm: AlarmView): boolean {
  return alarm.state !== "normal";
}

/** Is somebody to do something about it: open, and not held back by a shelf, a rule or an administration? */
export function isCalling(alarm: AlarmView): boolean {
  return isOpen(alarm) && alarm.suppression === null;
}

/** Adds or replaces alarms; returns the same book when nothing changed. */
export function addAlarms(book: AlarmBook, alarms: readonly AlarmView[]): AlarmBook {
  const news = alarms.filter((alarm) => (book.byId.get(alarm.id)?.version ?? -1) < alarm.version);
  if (news.length === 0) return book;
  const byId = new Map(book.byId);
  const closed = [...book.closed];
  for (const alarm of news) {
    if ((byId.get(alarm.id)?.version ?? -1) >= alarm.version) continue;
    const wasClosed = byId.get(alarm.id)?.state === "normal";
    byId.set(alarm.id, alarm);
    if (!isOpen(alarm) && !wasClosed) closed.push(alarm.id);
  }
  while (closed.length > closedMax) byId.delete(closed.shift() ?? "");
  return { byId, closed };
}

/** A snapshot holds every open alarm: what it lacks is no longer open. */
export function replaceAlarms(book: AlarmBook, open: readonly AlarmView[]): AlarmBook {
  const byId = new Map<string, AlarmView>();
  for (const id of book.closed) {
    const alarm = book.byId.get(id);
    if (alarm !== undefined) byId.set(id, alarm);
  }
  for (const alarm of open) {
    const known = book.byId.get(alarm.id);
    // The answer to an acknowledgement may be newer than a snapshot that was made before it.
    byId.set(alarm.id, known !== undefined && known.version > alarm.version ? known : alarm);
  }
  return { byId, closed: book.closed.filter((id) => byId.get(id)?.state === "normal") };
}

export type UnackCounts = Readonly<Record<1 | 2 | 3 | 4, number>>;

export function countUnacked(book: AlarmBook): UnackCounts {
  const counts = { 1: 0, 2: 0, 3: 0, 4: 0 };
  for (const alarm of book.byId.values()) if (isCalling(alarm) && !alarm.acked) counts[alarm.priority] += 1;
  return counts;
}

/** Per site the alarm that matters most: unacknowledged before acknowledged, then priority, then the newest. */
export function worstBySite(book: AlarmBook): Map<string, AlarmView> {
  const worst = new Map<string, AlarmView>();
  for (const alarm of book.byId.values()) {
    if (!isCalling(alarm)) continue;
    const known = worst.get(alarm.site);
    if (known === undefined || compareUrgency(alarm, known) < 0) worst.set(alarm.site, alarm);
  }
  return worst;
}

/** What to do next comes first: unacknowledged, then priority, then the newest onset; the id makes it total. */
export function compareUrgency(a: AlarmView, b: AlarmView): number {
  if (a.acked !== b.acked) return a.acked ? 1 : -1;
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.onset !== b.onset) return b.onset - a.onset;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

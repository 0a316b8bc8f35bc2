// When which tone is due. The alarms of one site (in a flood: of one enterprise or city) are one group and make one sound, that
// of its most urgent unacknowledged alarm that nothing holds back: at once when the group is new or becomes more urgent, then again every 10 s while priority 1 is unacknowledged, every
// 30 s for priority 2, never again for 3; priority 4 is silent. Priority 1 that was heard for three minutes and nobody has
// acknowledged gets louder. Pure.

import type { Priority } from "#domain/alarm.ts";
import { isCalling, type AlarmBook } from "./alarm-book.ts";

interface Sounded {
  /** The most urgent that was sounded. */
  readonly priority: Priority;
  /** Since when priority 1 waits to be acknowledged, ms; null = none does. */
  readonly waitingSince: number | null;
}

export interface SirenState {
  /** By site. */
  readonly sounded: ReadonlyMap<string, Sounded>;
  /** When the last tone was due; −∞ = never. */
  readonly lastAt: number;
}

export interface Tone {
  readonly priority: 1 | 2 | 3;
  readonly loud: boolean;
  /** A new group, or one that became more urgent; false = a repetition. */
  readonly isNew: boolean;
}

export const quietSiren: SirenState = { sounded: new Map(), lastAt: Number.NEGATIVE_INFINITY };

const repeatMs: Readonly<Record<1 | 2, number>> = { 1: 10_000, 2: 30_000 };
export const loudAfterMs = 180_000;

interface Group {
  readonly priority: Priority;
  /** Onset of the oldest of priority 1. */
  readonly oldestFirst: number | null;
}

/** Per site the most urgent unacknowledged alarm, and when the oldest of priority 1 began. */
function groupUnacked(book: AlarmBook): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const alarm of book.byId.values()) {
    // One that comes and goes all the time was heard; it is not heard again with every coming.
    if (alarm.acked || !isCalling(alarm) || (!alarm.active && !alarm.chattering)) continue;
    const known = groups.get(alarm.site);
    const waiting = alarm.priority === 1 ? alarm.onset : null;
    const before = known?.oldestFirst ?? null;
    const oldestFirst = waiting === null ? before : before === null ? waiting : Math.min(before, waiting);
    const priority = known === undefined || alarm.priority < known.priority ? alarm.priority : known.priority;
    groups.set(alarm.site, { priority, oldestFirst });
  }
  return groups;
}

/** The most urgent that was sounded of each group. */
function heardByGroup(sounded: SirenState["sounded"], groupOf: (site: string) => string): Map<string, Priority> {
  const heard = new Map<string, Priority>();
  for (const [site, { priority }] of sounded) {
    const group = groupOf(site);
    if (priority < (heard.get(group) ?? 5)) heard.set(group, priority);
  }
  return heard;
}

/**
 * The tone due now, if any, and what to remember. `nowMs` is the server's clock, as the onsets are. `groupOf`: what a site belongs
 * to that makes one sound; it may change, what was heard of a site stays heard.
 */
export function decideTone(
  state: SirenState,
  book: AlarmBook,
  nowMs: number,
  groupOf: (site: string) => string = (site) => site,
): { state: SirenState; tone: Tone | null } {
  const groups = groupUnacked(book);
  const heard = heardByGroup(state.sounded, groupOf);
  const sounded = new Map<string, Sounded>();
  let fresh = 4 as Priority;
  let worst = 4 as Priority;
  let isLoud = false;
  for (const [site, { priority, oldestFirst }] of groups) {
    const before = state.sounded.get(site);
    // A mean is judged long after its hours: what is heard for the first time has not waited yet. What was there when this
    // screen began has.
    const begun = state === quietSiren ? oldestFirst : nowMs;
    const waitingSince = oldestFirst === null ? null : (before?.waitingSince ?? begun);
    sounded.set(site, {
      priority: before !== undefined && before.priority < priority ? before.priority : priority,
      waitingSince,
    });
    if (priority < (heard.get(groupOf(site)) ?? 5) && priority < fresh) fresh = priority;
    if (priority < worst) worst = priority;
    if (waitingSince !== null && nowMs - waitingSince > loudAfterMs) isLoud = true;
  }
  if (fresh !== 4) {
    const tone: Tone = { priority: fresh, loud: fresh === 1 && isLoud, isNew: true };
    return { state: { sounded, lastAt: nowMs }, tone };
  }
  if ((worst !== 1 && worst !== 2) || nowMs - state.lastAt < repeatMs[worst]) {
    return { state: { sounded, lastAt: state.lastAt }, tone: null };
  }
  return { state: { sounded, lastAt: nowMs }, tone: { priority: worst, loud: isLoud, isNew: false } };
}

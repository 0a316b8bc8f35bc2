// Notices that are not over: made, put together, let go when their time has come, cancelled, and ended by what the carrier
// reports. Every change is a row of the output. Pure.
//
//   make ──▶ held (put together: a group, a digest of a flood, quiet hours) ──due──▶ waiting ──▶ sent
//     └────────────────────────────────────────────────────────────────────────────▶    │ └───▶ failed (24 h, or no channel)
//                                                            nobody needs it any more ──┴─────▶ cancelled

import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import { type Notice, type NoticePolicy, type NoticeProgress, statutoryClass } from "#domain/notice.ts";
import { dayMs, minuteMs, zoneOffsetMs } from "#domain/time.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";

/** What of an alarm a notice needs. */
export type AlarmFacts = Pick<Alarm, "id" | "site" | "priority" | "class">;

export interface Wanted {
  readonly annunciation: string;
  readonly alarm: AlarmFacts;
  readonly policy: NoticePolicy;
  readonly step: number;
  readonly repeat: number;
  readonly contact: string;
  readonly cause: "step" | "repeat" | "end";
  /** How long it is still worth telling; an end always is. */
  readonly until: "ack" | "clear" | "end";
}

/** A notice that is not over, and for each of its alarms how long it is worth telling. */
export interface Letter {
  readonly notice: Notice;
  readonly until: Readonly<Record<string, Wanted["until"]>>;
  /** What comes under the same key before it is due is told with it; null = alone. */
  readonly key: string | null;
}

export interface SavedLetters {
  readonly open: readonly Letter[];
  readonly cancelled: readonly Notice[];
  /** Contact → when notices were made for it lately. */
  readonly lately: readonly (readonly [string, readonly number[]])[];
  readonly dropped: number;
}

export interface Letters {
  readonly size: number;
  /** Refused at the bound; each is a row "failed" as well. */
  readonly dropped: number;
  make(wanted: Wanted, on: Occasion, output: Output): void;
  test(id: string, contact: string, on: Occasion, output: Output): Notice;
  /** Is a notice of this step to this contact still on its way? */
  isOpen(alarm: string, policy: string, step: number, contact: string): boolean;
  /** Cancels what tells of this alarm and of no other that is still worth telling. */
  review(
    alarm: string,
    holds: (alarm: string, until: Wanted["until"]) => boolean,
    why: string,
    on: Occasion,
    output: Output,
  ): void;
  /** The contact is gone: nothing can be sent to it. */
  forget(contact: string, on: Occasion, output: Output): void;
  /** Lets go what is due, gives up what is too old. */
  tick(holds: (alarm: string, until: Wanted["until"]) => boolean, on: Occasion, output: Output): void;
  /** Answers with the notices that were sent by it. */
  progress(list: readonly NoticeProgress[], on: Occasion, output: Output): Notice[];
  /** Said as failed at once: there is no room to follow it. */
  drop(wanted: Wanted, why: string, on: Occasion, output: Output): void;
  save(): SavedLetters;
}

/** Minute of the UTC+8 day. */
function minuteOfDay(at: number): number {
  return Math.floor(((((at + zoneOffsetMs) % dayMs) + dayMs) % dayMs) / minuteMs);
}

/** When the quiet hours that hold now end; null = none hold. They may go over midnight. */
export function quietUntil(quiet: NoticePolicy["quiet"], at: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const minute = minuteOfDay(at);
  const { from, to } = quiet;
  const holds = from < to ? from <= minute && minute < to : minute >= from || minute < to;
  if (!holds) return null;
  const left = (to - minute + 24 * 60) % (24 * 60);
  return Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
}

function worse<T extends Notice["priority"]>(a: T, b: T): T {
  return a < b ? a : b;
}

function addAttempt(notice: Notice, attempt: Notice["attempts"][number]): Pick<Notice, "attempts" | "tries"> {
  const { noticeAttemptsKept: most } = bounds;
  const { attempts } = notice;
  const kept = attempts.length < most ? attempts : [...attempts.slice(0, 3), ...attempts.slice(4)];
  return { attempts: [...kept, attempt], tries: (notice.tries ?? attempts.length) + 1 };
}

export function createLetters(saved?: SavedLetters): Letters {
  const open = new Map<string, Letter>(saved?.open.map((letter) => [letter.notice.id, letter]));
  const cancelled = new Map<string, Notice>(saved?.cancelled.map((notice) => [notice.id, notice]));
  const lately = new Map<string, readonly number[]>(saved?.lately);
  let dropped = saved?.dropped ?? 0;
  const groups = new Map<string, string>();
  const byAlarm = new Map<string, Set<string>>();
  for (const letter of open.values()) index(letter);

  function index({ notice, key }: Letter): void {
    if (key !== null && notice.state === "held") groups.set(key, notice.id);
    for (const alarm of notice.alarms) {
      const ids = byAlarm.get(alarm);
      if (ids === undefined) byAlarm.set(alarm, new Set([notice.id]));
      else ids.add(notice.id);
    }
  }

  function say(notice: Notice, output: Output): void {
    output.state.notices.set(notice.id, notice);
  }

  function keep(letter: Letter, output: Output): void {
    open.set(letter.notice.id, letter);
    index(letter);
    say(letter.notice, output);
  }

  function close({ notice, key }: Letter, changes: Partial<Notice>, on: Occasion, output: Output): Notice {
    const over: Notice = { ...notice, ...changes, version: notice.version + 1, endedAt: on.receivedAt };
    open.delete(notice.id);
    if (key !== null && groups.get(key) === notice.id) groups.delete(key);
    for (const alarm of notice.alarms) {
      const ids = byAlarm.get(alarm);
      ids?.delete(notice.id);
      if (ids?.size === 0) byAlarm.delete(alarm);
    }
    say(over, output);
    return over;
  }

  function cancel(letter: Letter, why: string, on: Occasion, output: Output): void {
    const over = close(letter, { state: "cancelled", detail: why }, on, output);
    // What was held was never shown to the carrier.
    if (letter.notice.state === "held") return;
    cancelled.set(over.id, over);
    const [oldest] = cancelled.keys();
    if (cancelled.size > bounds.noticesCancelledKept && oldest !== undefined) cancelled.delete(oldest);
  }

  function isFlooded(contact: string, at: number): boolean {
    const times = (lately.get(contact) ?? []).filter((time) => time > at - bounds.noticeFloodMs);
    lately.set(contact, times);
    return times.length >= bounds.noticeFloodMax;
  }

  function countMade(contact: string, at: number): void {
    lately.set(contact, [...(lately.get(contact) ?? []), at].slice(-bounds.noticeFloodMax));
  }

  /** When it is told, and together with what. */
  function place(
    { alarm, contact, policy, step, cause }: Wanted,
    at: number,
  ): { dueAt: number; key: string | null; why: string | null } {
    const isStatutory = alarm.class === statutoryClass;
    if (isStatutory && alarm.priority === 1) return { dueAt: at, key: null, why: null };
    const quietEnd = isStatutory || alarm.priority === 1 ? null : quietUntil(policy.quiet, at);
    if (quietEnd !== null) return { dueAt: quietEnd, key: `${contact}|quiet`, why: "quiet hours" };
    if (isFlooded(contact, at))
      return { dueAt: at + bounds.noticeDigestMs, key: `${contact}|flood`, why: "a digest: too many at once" };
    if (policy.groupMs <= 0) return { dueAt: at, key: null, why: null };
    const key = `${contact}|${policy.id}|${step}|${cause}|${alarm.site}`;
    return { dueAt: at + policy.groupMs, key, why: "waits for others of the same place" };
  }

  function draft({ annunciation, alarm, policy, step, repeat, contact, cause }: Wanted, on: Occasion): Notice {
    const id = cause === "end" ? `${annunciation}:end:${contact}` : `${annunciation}:${step}:${repeat}:${contact}`;
    const { site, priority, class: name } = alarm;
    const what = { id, version: 1, cause, step, policy: policy.id, contact, alarms: [alarm.id], annunciation };
    const when = { createdAt: on.receivedAt, dueAt: on.receivedAt, attempts: [], endedAt: null, detail: null };
    return { ...what, site, priority, class: name, ...when, state: "waiting", seq: on.seq };
  }

  function join(letter: Letter, { alarm, until }: Wanted, output: Output): void {
    const { notice } = letter;
    const isNew = !notice.alarms.includes(alarm.id);
    const hasRoom = notice.alarms.length < bounds.noticeAlarmsMax;
    const alarms = isNew && hasRoom ? [...notice.alarms, alarm.id] : notice.alarms;
    const more = isNew && !hasRoom ? { more: (notice.more ?? 0) + 1 } : {};
    const next = {
      ...notice,
      alarms,
      ...more,
      priority: worse(notice.priority, alarm.priority),
      version: notice.version + 1,
    };
    keep(
      { ...letter, notice: next, until: hasRoom || !isNew ? { ...letter.until, [alarm.id]: until } : letter.until },
      output,
    );
  }

  function drop(wanted: Wanted, why: string, on: Occasion, output: Output): void {
    dropped++;
    say({ ...draft(wanted, on), state: "failed", detail: why, endedAt: on.receivedAt }, output);
  }

  function holdsAny({ notice, until }: Letter, holds: (alarm: string, until: Wanted["until"]) => boolean): boolean {
    return notice.cause === "test" || notice.alarms.some((alarm) => holds(alarm, until[alarm] ?? "ack"));
  }

  return {
    get size() {
      return open.size;
    },
    get dropped() {
      return dropped;
    },
    make(wanted, on, output) {
      const at = on.receivedAt;
      const { dueAt, key, why } = place(wanted, at);
      const together = key === null ? undefined : open.get(groups.get(key) ?? "");
      if (together !== undefined) {
        join(together, wanted, output);
        return;
      }
      if (open.size >= bounds.noticesOpenMax) {
        drop(wanted, `${open.size} notices wait to be sent; more are not kept`, on, output);
        return;
      }
      countMade(wanted.contact, at);
      const state = dueAt > at ? "held" : "waiting";
      const notice: Notice = { ...draft(wanted, on), dueAt, state, detail: why };
      keep({ notice, until: { [wanted.alarm.id]: wanted.until }, key }, output);
    },
    test(id, contact, on, output) {
      const what = { id: `test:${id}`, version: 1, cause: "test", step: 0, policy: "", contact } as const;
      const about = { alarms: [], annunciation: "", site: "", priority: 4, class: "" } as const;
      const when = { createdAt: on.receivedAt, dueAt: on.receivedAt, attempts: [], endedAt: null, detail: null };
      const notice: Notice = { ...what, ...about, ...when, state: "waiting", seq: on.seq };
      keep({ notice, until: {}, key: null }, output);
      return notice;
    },
    isOpen(alarm, policy, step, contact) {
      for (const id of byAlarm.get(alarm) ?? []) {
        const notice = open.get(id)?.notice;
        if (notice?.contact === contact && notice.policy === policy && notice.step === step && notice.cause !== "end")
          return true;
      }
      return false;
    },
    review(alarm, holds, why, on, output) {
      for (const id of byAlarm.get(alarm) ?? []) {
        const letter = open.get(id);
        if (letter !== undefined && !holdsAny(letter, holds)) cancel(letter, why, on, output);
      }
    },
    forget(contact, on, output) {
      lately.delete(contact);
      for (const letter of open.values())
        if (letter.notice.contact === contact) cancel(letter, "the contact was removed", on, output);
    },
    tick(holds, on, output) {
      const now = on.receivedAt;
      for (const letter of open.values()) {
        const { notice } = letter;
        if (notice.state === "held" && notice.dueAt <= now) {
          if (letter.key !== null) groups.delete(letter.key);
          if (holdsAny(letter, holds)) {
            const next: Notice = { ...notice, state: "waiting", detail: null, version: notice.version + 1 };
            keep({ ...letter, notice: next, key: null }, output);
          } else cancel(letter, "over before it was told", on, output);
        } else if (notice.state === "waiting" && now - notice.dueAt > bounds.noticeAgeMsMax) {
          close(letter, { state: "failed", detail: "no channel took it within 24 hours" }, on, output);
        }
      }
      for (const [id, { endedAt }] of cancelled) {
        if (now - (endedAt ?? 0) <= bounds.noticeCancelledMs) break;
        cancelled.delete(id);
      }
    },
    progress(list, on, output) {
      const sent: Notice[] = [];
      for (const { notice: id, attempt, last } of list) {
        const letter = open.get(id);
        const tooLate = cancelled.get(id);
        if (letter !== undefined && attempt.ok) {
          sent.push(close(letter, { ...addAttempt(letter.notice, attempt), state: "sent", detail: null }, on, output));
        } else if (letter !== undefined && last) {
          close(letter, { ...addAttempt(letter.notice, attempt), state: "failed", detail: attempt.detail }, on, output);
        } else if (letter !== undefined) {
          const notice = {
            ...letter.notice,
            ...addAttempt(letter.notice, attempt),
            version: letter.notice.version + 1,
          };
          keep({ ...letter, notice }, output);
        } else if (tooLate !== undefined && attempt.ok) {
          // It was under way when it was cancelled: the record says what happened.
          cancelled.delete(id);
          const detail = `sent before it was cancelled (${tooLate.detail ?? ""})`;
          const over: Notice = {
            ...tooLate,
            ...addAttempt(tooLate, attempt),
            state: "sent",
            detail,
            version: tooLate.version + 1,
          };
          say(over, output);
          sent.push(over);
        }
      }
      return sent;
    },
    drop,
    save: () => ({ open: [...open.values()], cancelled: [...cancelled.values()], lately: [...lately], dropped }),
  };
}

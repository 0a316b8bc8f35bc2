// What the process does to an occurrence: it begins, gets graver or milder, and returns. The table of states and inputs:
//
//                    raise                ack                   realarm
//   (A) normal ──────────▶ (B) unack-active ──▶ (C) ack-active ──────────▶ (B)      level up: B, C ─▶ B, told again
//     ▲                     │  ▲                  │                                 level down: silent
//     │                 rtn │  │ raise again      │ rtn
//     │      ack            ▼  │                  │
//     ├──────────────── (D) rtn-unack             │
//     ├───────────────────────────────────────────┤ not latched
//     │      reset                    ack         ▼ latched
//     └───────────── (F) latch-ack ◀────── (E) latch-unack ◀── rtn, latched ── (B)
//                       │ raise: (C)            │ raise: (B)
//
// Without ackRequired B returns to A at once. Suppression (work.ts) and validity go beside it and change nothing of it.

import type { Alarm, TransitionCause } from "../alarm.ts";
import { bounds } from "../bounds.ts";
import { addRaise, isChattering } from "./chatter.ts";
import { boundOf, excessOf, isWorse, type LevelBounds, sideOf, sideOfBound } from "./condition.ts";
import { graceOf } from "./reorder.ts";
import type { LevelChange } from "./timers.ts";
import { blankAlarm, move, priorityOf, show, shownSuppression, stateOf, type Work } from "./work.ts";

export interface Process {
  readonly change: LevelChange;
  readonly cause: TransitionCause;
  readonly levels: readonly LevelBounds[];
  /** The newest value; null = there is none (conditions). */
  readonly value: number | null;
  readonly comment?: string | null;
}

/** The level that counts became another one. */
export function followLevel(work: Work, process: Process): void {
  const { from, to } = process.change;
  if (from === 0 && to > 0) begin(work, process);
  else if (to === 0) returnToNormal(work, process);
  else if (to > from) levelUp(work, process);
  else levelDown(work, process);
}

function begin(work: Work, { change, cause, levels, value, comment = null }: Process): void {
  const { at, to, since, sinceSeq, worst } = change;
  const { alarm: current, context } = work;
  const shown = worst ?? value;
  const limit = boundOf(levels[to - 1], shown);
  countCall(work, at);
  const priority = priorityOf(context, to);
  const row = { cause, at, value, comment };
  if (current === null) {
    const beginning = { onset: since, seq: sinceSeq, level: to, limit, value: shown, validity: "good" as const };
    const blank = blankAlarm(work, beginning);
    const comments = comment === null ? [] : [{ at: work.on.receivedAt, by: "system", text: comment }];
    // A shelf goes on over the next occurrence, unless that one is graver than what was hidden.
    if (to > (work.shelf?.level ?? to)) endShelf(work, at);
    move(work, { ...blank, comments }, { state: "unack-active", active: true }, { ...row, call: "raise" });
    return;
  }
  const comments = withSystemComment(work, current, comment);
  const changes = { active: true, cleared: null, value: shown, limit, level: to, priority, comments };
  if (current.state === "latch-ack" && to <= current.level && !isOtherSide(levels, current, to, shown)) {
    // It was seen, and nobody has reset it: the same thing again calls nobody.
    move(work, current, { ...changes, state: "ack-active", latched: false }, row);
    return;
  }
  if (to > current.level) endShelf(work, at);
  move(
    work,
    current,
    {
      ...changes,
      ...unacked,
      state: "unack-active",
      latched: false,
      reraises: current.reraises + 1,
    },
    { ...row, call: to > current.level ? "level-up" : "raise-again", evenFolded: to > work.toldLevel },
  );
}

/** Calls, whether they are made or not, count for chattering. */
function countCall(work: Work, at: number): void {
  work.raises = addRaise(work.raises, noticedAt(work, at));
  if (isChattering(work.raises)) work.chattering = true;
}

/** They are counted in the centre's time, which does not depend on how many ticks there are. */
function noticedAt({ context: { record }, on }: Work, at: number): number {
  const grace = graceOf(record);
  if (grace > 0) return at + grace;
  return record.subject === "silence" ? at : on.receivedAt;
}

const unacked = { acked: false, ackedBy: null, ackedAt: null } as const;

function withSystemComment({ on }: Work, alarm: Alarm, text: string | null): Alarm["comments"] {
  if (text === null || alarm.comments.length >= bounds.alarmSystemCommentsMax) return alarm.comments;
  return [...alarm.comments, { at: on.receivedAt, by: "system", text }];
}

function levelUp(work: Work, { change, cause, levels, value }: Process): void {
  const { alarm } = work;
  if (alarm === null) return;
  const { at, to } = change;
  countCall(work, at);
  endShelf(work, at);
  const limit = boundOf(levels[to - 1], value);
  const isShown =
    value !== null && (isWorse(value, alarm.value, levels[to - 1]) || isOtherSide(levels, alarm, to, value));
  const shown = isShown ? value : alarm.value;
  move(
    work,
    alarm,
    { ...unacked, state: "unack-active", level: to, priority: priorityOf(work.context, to), limit, value: shown },
    { cause, at, value, call: "level-up", evenFolded: to > work.toldLevel },
  );
}

function levelDown(work: Work, { change, cause, levels, value }: Process): void {
  const { alarm } = work;
  if (alarm === null) return;
  const { at, to } = change;
  const milder = { level: to, priority: priorityOf(work.context, to) };
  if (value !== null && isOtherSide(levels, alarm, to, value)) {
    callOtherSide(work, alarm, { ...milder, value, limit: boundOf(levels[to - 1], value) }, { cause, at });
    return;
  }
  // A number of the other side says nothing of the value that is shown.
  const isSameSide = isWithinReach(levels[to - 1], alarm.value);
  const limit = isSameSide ? boundOf(levels[to - 1], value) : alarm.limit;
  move(work, alarm, { ...milder, limit }, { cause, at, value });
}

/** Is this value beyond at the end that the alarm does not show? pH 5 and pH 9.5 ask for different acts. */
function isOtherSide(levels: readonly LevelBounds[], { limit }: Alarm, level: number, value: number | null): boolean {
  const [was, is] = [sideOfBound(levels, limit), sideOf(levels[level - 1], value)];
  return was !== null && is !== null && was !== is;
}

function isWithinReach(level: LevelBounds | undefined, shown: number | null): boolean {
  return level === undefined || shown === null || excessOf(level, shown) >= 0;
}

/** Beyond the other end than before, without having been back: another thing, so operators are called. False: it is the same end. */
export function crossOver(
  work: Work,
  levels: readonly LevelBounds[],
  { at, value, cause }: { readonly at: number; readonly value: number; readonly cause: TransitionCause },
): boolean {
  const { alarm } = work;
  if (alarm === null || !alarm.active || !isOtherSide(levels, alarm, alarm.level, value)) return false;
  callOtherSide(work, alarm, { value, limit: boundOf(levels[alarm.level - 1], value) }, { cause, at });
  return true;
}

function callOtherSide(
  work: Work,
  alarm: Alarm,
  changes: Partial<Alarm> & { readonly value: number },
  row: { readonly cause: TransitionCause; readonly at: number },
): void {
  countCall(work, row.at);
  const call = { ...row, value: changes.value, call: "raise-again" } as const;
  move(work, alarm, { ...unacked, ...changes, state: "unack-active" }, call);
}

function returnToNormal(work: Work, { change, cause, value, comment = null }: Process): void {
  const { alarm, context } = work;
  if (alarm === null || !alarm.active) return;
  const { latched, ackRequired } = context.record;
  const state = !latched && !ackRequired && !alarm.acked ? ("normal" as const) : stateOf(false, alarm.acked, latched);
  const row = { cause, at: change.at, value, comment };
  // A clock that was set right meanwhile must not make it end before it began.
  const cleared = Math.max(change.since, alarm.onset);
  const next = move(work, alarm, { state, active: false, latched, cleared }, row);
  if (work.shelf?.oneShot !== true) return;
  endShelf(work, change.at);
  if (next.state !== "normal") resuppress(work, { cause: "timer", at: change.at });
}

/** The shelf is over; the row is the caller's. */
export function endShelf(work: Work, at: number): void {
  if (work.shelf === null) return;
  work.shelf = null;
  work.shelfEndedAt = at;
}

/** The suppressions are others than the alarm shows: a row, and a call when nothing holds it back any more. */
export function resuppress(
  work: Work,
  row: {
    readonly cause: TransitionCause;
    readonly at: number;
    readonly actor?: string | null;
    readonly comment?: string | null;
    readonly channel?: string | null;
    readonly reason?: string | null;
  },
): void {
  const { alarm } = work;
  if (alarm === null) return;
  const waits = alarm.state === "unack-active" || alarm.state === "rtn-unack" || alarm.state === "latch-unack";
  const calls = waits && alarm.suppression !== null && shownSuppression(work) === null;
  if (calls) countCall(work, row.at);
  move(work, alarm, {}, { ...row, call: calls ? "unsuppressed" : null });
}

/** While active the worst value is kept; shown when it is worse by a tenth of the bound, without a row for every sample. */
export function showWorst(work: Work, levels: readonly LevelBounds[], value: number): void {
  const { alarm } = work;
  if (alarm === null || !alarm.active) return;
  const level = levels[alarm.level - 1];
  const bound = boundOf(level, value);
  if (alarm.value === null || bound === null || level === undefined) {
    if (alarm.value === null) show(work, { value, limit: bound });
    return;
  }
  const margin = Math.abs(bound) / 10;
  if (excessOf(level, value) > excessOf(level, alarm.value) + margin) show(work, { value, limit: bound });
}

// What people do to an occurrence. Each act is either done, with a row that names the person, or refused with words that say what can
// be done instead; a refused act changes nothing.

import type { AlarmAct } from "../alarm-act.ts";
import type { Alarm, AlarmComment, AlarmTransition } from "../alarm.ts";
import { bounds } from "../bounds.ts";
import { shelfRowMs } from "./due.ts";
import { endShelf, resuppress } from "./process.ts";
import type { ActRefusal, AlarmInput, AlarmStep, Occasion } from "./shapes.ts";
import { isSameSuppression, move, type MoveRow, shownSuppression, stateOf, type Work } from "./work.ts";

/** How often in a row an alarm is shelved on one person's word. */
export const shelvesInARowMax = 3;

export type ActInput = Extract<AlarmInput, { readonly kind: "act" }>;

/** Null: it is done. */
export function act(work: Work, input: ActInput): ActRefusal | null {
  const { alarm } = work;
  if (alarm === null) {
    // The shelf outlives the occurrence: it hides the next one, and can be taken away before that. The row is `amendEnded`'s.
    if (input.act.kind === "unshelve" && work.shelf !== null) {
      endShelf(work, work.on.receivedAt);
      return null;
    }
    return { code: "not-found", detail: "the alarm is over: look it up in the history", current: null };
  }
  const stale = checkVersion(alarm, input);
  if (stale !== null) return stale;
  const problem = problemOf(work, alarm, input);
  if (problem !== null) return { code: "illegal", detail: problem, current: alarm };
  perform(work, alarm, input);
  return null;
}

function checkVersion(alarm: Alarm, { act: { kind }, expectedVersion }: ActInput): ActRefusal | null {
  if (expectedVersion === null) {
    if (kind === "comment" || kind === "link-case") return null;
    return { code: "illegal", detail: "say the version of the alarm that this was decided on", current: alarm };
  }
  if (alarm.version === expectedVersion) return null;
  const detail = `the alarm is at version ${alarm.version}, not ${expectedVersion}: look at it again`;
  return { code: "conflict", detail, current: alarm };
}

function problemOf(work: Work, alarm: Alarm, { act: wanted, actor }: ActInput): string | null {
  switch (wanted.kind) {
    case "ack":
      return alarm.acked ? `already acknowledged by ${alarm.ackedBy ?? "somebody"}` : null;
    case "comment":
      if (wanted.comment.trim() === "") return "a comment has at least one word";
      return alarm.comments.length < bounds.alarmCommentsMax
        ? null
        : `it has ${bounds.alarmCommentsMax} comments: go on in a case`;
    case "assign":
      if (wanted.user !== alarm.assignee) return null;
      return wanted.user === null ? "nobody is assigned to it" : `already assigned to ${wanted.user}`;
    case "shelve":
      return shelfProblem(work, wanted, actor);
    case "unshelve":
      if (work.shelf !== null) return null;
      return alarm.suppression === null
        ? "it is not shelved"
        : `it is not shelved but ${alarm.suppression.kind}: that ends where it was begun`;
    case "reset":
      if (wanted.reason.trim() === "") return "a reset needs a reason";
      return resetProblem(alarm);
    case "link-case":
      return wanted.case === alarm.case ? "it belongs to this case already" : null;
  }
}

function resetProblem({ state }: Alarm): string | null {
  switch (state) {
    case "latch-ack":
      return null;
    case "latch-unack":
      return "acknowledge it first, then reset it";
    case "unack-active":
    case "ack-active":
      return "the value is still beyond the limit: it can be reset once it is back";
    case "rtn-unack":
      return "it does not latch: acknowledge it, and it is over";
    case "normal":
      return "it is over";
  }
}

type Shelve = Extract<AlarmAct, { readonly kind: "shelve" }>;

function shelfProblem(work: Work, { minutes, comment, second }: Shelve, actor: string): string | null {
  const { class: rules } = work.context;
  if (!Number.isInteger(minutes) || minutes < 1) return "a shelf lasts a whole number of minutes, at least one";
  if (comment.trim() === "") return "a shelf needs a reason in words";
  if (second !== null && second === actor) return "the second person must be another one";
  if (second === null && rules.shelfMinutesMax === 0) {
    return rules.shelfMinutesMaxSecond === 0
      ? `alarms of the class ${rules.name} cannot be shelved: take the point out of service`
      : `alarms of the class ${rules.name} are shelved by two persons: name a second one`;
  }
  const max = second === null ? rules.shelfMinutesMax : rules.shelfMinutesMaxSecond;
  if (minutes > max) {
    return `alarms of the class ${rules.name} are shelved for ${max} minutes at most: take the point out of service for longer`;
  }
  if (second === null && shelvesInARow(work) >= shelvesInARowMax) {
    return `shelved ${shelvesInARowMax} times in a row: name a second person, or take the point out of service`;
  }
  return null;
}

function shelvesInARow({ shelf, shelves, shelfEndedAt, on }: Work): number {
  const goesOn = shelf !== null || (shelfEndedAt !== null && on.receivedAt < shelfEndedAt + shelfRowMs);
  return goesOn ? shelves : 0;
}

function perform(work: Work, alarm: Alarm, { act: done, actor, channel }: ActInput): void {
  const { on } = work;
  const row: MoveRow & { comment: string | null } = {
    cause: "command",
    at: on.eventTime,
    actor,
    channel,
    comment: "comment" in done ? done.comment : null,
  };
  const comments = withComment(alarm, row.comment, actor, on);
  switch (done.kind) {
    case "ack": {
      const state = stateOf(alarm.active, true, alarm.latched);
      move(work, alarm, { state, acked: true, ackedBy: actor, ackedAt: on.receivedAt, comments }, row);
      return;
    }
    case "comment":
      move(work, alarm, { comments }, row);
      return;
    case "assign":
      move(work, alarm, { assignee: done.user, comments }, row);
      return;
    case "shelve": {
      const { minutes, oneShot, reason, comment, second } = done;
      work.shelves = shelvesInARow(work) + 1;
      work.shelfEndedAt = null;
      const until = on.receivedAt + minutes * 60_000;
      work.shelf = { until, by: actor, second, reason, comment, oneShot, level: alarm.level };
      move(work, alarm, { comments }, { ...row, reason });
      return;
    }
    case "unshelve": {
      endShelf(work, on.receivedAt);
      if (isSameSuppression(alarm.suppression, shownSuppression(work))) move(work, alarm, { comments }, row);
      else {
        // The remark first, so that the call carries it.
        work.alarm = { ...alarm, comments };
        resuppress(work, row);
      }
      return;
    }
    case "reset":
      move(work, alarm, { state: "normal", latched: false }, { ...row, reason: done.reason });
      return;
    case "link-case":
      move(work, alarm, { case: done.case }, { ...row, comment: null, reason: done.case });
  }
}

/** A remark that comes along with an act is in its row in any case; past the bound the alarm itself does not repeat it. */
function withComment(alarm: Alarm, text: string | null, by: string, on: Occasion): readonly AlarmComment[] {
  return text === null || alarm.comments.length >= bounds.alarmCommentsMax
    ? alarm.comments
    : [...alarm.comments, { at: on.receivedAt, by, text }];
}

/**
 * A remark or a case on an occurrence that is over, or who took away the shelf that it left (the shelf itself ends by a step of the
 * instance); nothing else is possible then.
 */
export function amendEnded(alarm: Alarm, input: ActInput): AlarmStep | ActRefusal {
  const { act: wanted, actor, on, expectedVersion } = input;
  if (wanted.kind !== "comment" && wanted.kind !== "link-case" && wanted.kind !== "unshelve") {
    return { code: "illegal", detail: "the alarm is over: only remarks and cases can be added", current: alarm };
  }
  const stale = expectedVersion === null ? null : checkVersion(alarm, input);
  if (stale !== null) return stale;
  if (wanted.kind === "comment" && alarm.comments.length >= bounds.alarmCommentsMax) {
    return { code: "illegal", detail: `it has ${bounds.alarmCommentsMax} comments: go on in a case`, current: alarm };
  }
  if (wanted.kind === "comment" && wanted.comment.trim() === "") {
    return { code: "illegal", detail: "a comment has at least one word", current: alarm };
  }
  const comment = wanted.kind === "link-case" ? null : wanted.comment;
  const comments = withComment(alarm, comment, actor, on);
  if (wanted.kind === "link-case") {
    return stepEnded(alarm, { case: wanted.case }, input, { comment, reason: wanted.case });
  }
  if (wanted.kind === "comment") return stepEnded(alarm, { comments }, input, { comment, reason: null });
  const suppression = alarm.suppression?.kind === "shelved" ? null : alarm.suppression;
  return stepEnded(alarm, { comments, suppression }, input, { comment, reason: null });
}

function stepEnded(
  alarm: Alarm,
  changes: Partial<Alarm>,
  { actor, channel, on }: ActInput,
  { comment, reason }: { readonly comment: string | null; readonly reason: string | null },
): AlarmStep {
  const next: Alarm = { ...alarm, ...changes, version: alarm.version + 1 };
  const transition: AlarmTransition = {
    alarmId: alarm.id,
    version: next.version,
    seq: on.seq,
    from: alarm.state,
    to: alarm.state,
    cause: "command",
    value: null,
    limit: alarm.limit,
    eventTime: on.eventTime,
    receivedAt: on.receivedAt,
    actor,
    comment,
    definition: alarm.definition,
    record: alarm.record,
    recordVersion: alarm.recordVersion,
    fromSuppression: alarm.suppression?.kind ?? null,
    toSuppression: next.suppression?.kind ?? null,
    fromValidity: alarm.validity,
    toValidity: alarm.validity,
    fromLevel: alarm.level,
    toLevel: alarm.level,
    priority: alarm.priority,
    channel,
    reason,
    annunciation: null,
  };
  return { alarm: next, transition, annunciation: null };
}

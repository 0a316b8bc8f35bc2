// One step of the alarm machine while it runs: the memory taken apart, and the rows that came of it. `move` is the only place in which
// an occurrence changes: version, journal row and call to operators are made together.

import {
  type Alarm,
  type AlarmState,
  type AlarmValidity,
  type Annunciation,
  annunciationId,
  type Suppression,
  type SuppressionKind,
  suppressionKinds,
  type TransitionCause,
} from "../alarm.ts";
import type { AlarmContext, AlarmMemory, AlarmStep, Occasion, RetroMemory, Shelf, SignalMemory } from "./shapes.ts";
import { copySignal, isIdle } from "./timers.ts";
import { formatUlid } from "./ulid.ts";

export interface Work {
  readonly context: AlarmContext;
  readonly on: Occasion;
  alarm: Alarm | null;
  signal: SignalMemory | null;
  shelf: Shelf | null;
  shelves: number;
  shelfEndedAt: number | null;
  raises: readonly number[];
  chattering: boolean;
  toldLevel: number;
  folded: boolean;
  retro: RetroMemory | null;
  readonly steps: AlarmStep[];
}

export function beginWork(context: AlarmContext, memory: AlarmMemory | null, on: Occasion): Work {
  return {
    context,
    on,
    alarm: memory?.alarm ?? null,
    signal: memory?.signal === null || memory === null ? null : copySignal(memory.signal),
    shelf: memory?.shelf ?? null,
    shelves: memory?.shelves ?? 0,
    shelfEndedAt: memory?.shelfEndedAt ?? null,
    raises: memory?.raises ?? [],
    chattering: memory?.chattering ?? false,
    toldLevel: memory?.toldLevel ?? 0,
    folded: memory?.folded ?? false,
    retro: memory?.retro ?? null,
    steps: [],
  };
}

/** What is kept; null = everything is normal and nothing is pending. */
export function endWork(work: Work): AlarmMemory | null {
  const { alarm, shelf, shelves, shelfEndedAt, raises, chattering, toldLevel, folded, retro } = work;
  // While an occurrence is open the newest sample is remembered, so that an older one cannot move it.
  const isOver = alarm === null && work.signal !== null && isIdle(work.signal);
  const signal = isOver ? null : work.signal;
  const isQuiet = alarm === null && shelf === null && shelves === 0 && raises.length === 0 && retro === null;
  if (isQuiet && signal === null) return null;
  return { alarm, signal, shelf, shelves, shelfEndedAt, raises, chattering, toldLevel, folded, retro };
}

/** Of all suppressions that hold the one that is shown, or null. */
export function shownSuppression({ context, shelf }: Work): Suppression | null {
  for (const kind of suppressionKinds) {
    const found = context.suppressions.find((each) => each.kind === kind);
    if (found !== undefined) return found;
    if (kind === "shelved" && shelf !== null) {
      const { until, by, reason, second, oneShot } = shelf;
      return { kind, until, by, reason, of: second, oneShot };
    }
  }
  return null;
}

export function isSameSuppression(a: Suppression | null, b: Suppression | null): boolean {
  if (a === null || b === null) return a === b;
  return a.kind === b.kind && a.of === b.of && a.until === b.until && a.by === b.by && a.reason === b.reason;
}

/** What the row of a transition says beside the states. */
export interface MoveRow {
  readonly cause: TransitionCause;
  /** Event time; of a timer the moment at which it ran out. */
  readonly at: number;
  readonly value?: number | null;
  readonly actor?: string | null;
  readonly comment?: string | null;
  readonly channel?: string | null;
  readonly reason?: string | null;
  /** Operators are called, unless it is suppressed or folded. */
  readonly call?: Annunciation["cause"] | null;
  /** A call that is made although it chatters: things are worse than what was told. */
  readonly evenFolded?: boolean;
}

/** The next version of the occurrence, its row, and its call. */
export function move(work: Work, before: Alarm, changes: Partial<Alarm>, row: MoveRow): Alarm {
  const { context, on } = work;
  const { record } = context;
  const suppression = shownSuppression(work);
  const next: Alarm = {
    ...before,
    ...changes,
    version: before.version + 1,
    record: record.id,
    recordVersion: record.version,
    class: record.class,
    chattering: work.chattering,
    suppression,
  };
  const wanted = suppression === null ? (row.call ?? null) : null;
  // The gravest alarm of the law waits for nothing.
  const isUrgent = context.class.highlyManaged && next.priority === 1;
  const isFolded = work.chattering && row.evenFolded !== true && !isUrgent;
  const cause = isFolded ? null : wanted;
  noteCall(work, before, next, { wanted, cause });
  const alarm =
    cause === null ? next : { ...next, annunciations: next.annunciations + 1, annunciatedAt: on.receivedAt };
  const id = cause === null ? null : annunciationId(alarm.id, alarm.annunciations);
  work.alarm = alarm.state === "normal" ? null : alarm;
  work.steps.push({
    alarm,
    transition: {
      alarmId: alarm.id,
      version: alarm.version,
      seq: on.seq,
      from: before.state,
      to: alarm.state,
      cause: row.cause,
      value: row.value ?? null,
      limit: alarm.limit,
      eventTime: row.at,
      receivedAt: on.receivedAt,
      actor: row.actor ?? null,
      comment: row.comment ?? null,
      definition: alarm.definition,
      record: alarm.record,
      recordVersion: alarm.recordVersion,
      fromSuppression: kindOf(before.suppression),
      toSuppression: kindOf(alarm.suppression),
      fromValidity: before.validity,
      toValidity: alarm.validity,
      fromLevel: before.version === 0 ? 0 : before.level,
      toLevel: alarm.level,
      priority: alarm.priority,
      channel: row.channel ?? null,
      reason: row.reason ?? null,
      annunciation: id,
    },
    annunciation: cause === null || id === null ? null : { id, alarm, cause, at: on.receivedAt, seq: on.seq },
  });
  return alarm;
}

/** What is remembered of calls: how grave the told one was, and whether one is owed. */
function noteCall(
  work: Work,
  before: Alarm,
  next: Alarm,
  call: { readonly wanted: Annunciation["cause"] | null; readonly cause: Annunciation["cause"] | null },
): void {
  const { wanted, cause } = call;
  if (cause !== null) {
    work.toldLevel = work.chattering ? Math.max(work.toldLevel, next.level) : next.level;
    work.folded = false;
  } else if (wanted !== null && (before.acked || before.annunciations === 0 || wanted === "unsuppressed")) {
    work.folded = true;
  }
  if (next.acked || next.state === "normal") work.folded = false;
}

function kindOf(suppression: Suppression | null): SuppressionKind | null {
  return suppression?.kind ?? null;
}

/** Something that is worth showing and no transition. */
export function show(work: Work, changes: Partial<Alarm>): void {
  if (work.alarm === null) return;
  work.alarm = { ...work.alarm, ...changes };
  work.steps.push({ alarm: work.alarm, transition: null, annunciation: null });
}

export interface Beginning {
  readonly onset: number;
  /** Journal sequence of the first violating sample. */
  readonly seq: number;
  readonly level: number;
  readonly limit: number | null;
  readonly value: number | null;
  readonly validity: AlarmValidity;
}

/** An occurrence before its first transition. */
export function blankAlarm({ context }: Work, beginning: Beginning): Alarm {
  const { site, factor, definition, unit, record } = context;
  const { onset, seq, level, limit, value, validity } = beginning;
  return {
    id: formatUlid(onset, seq, `${site} ${definition}`),
    version: 0,
    site,
    factor,
    definition,
    record: record.id,
    recordVersion: record.version,
    class: record.class,
    priority: priorityOf(context, level),
    level,
    state: "normal",
    active: false,
    acked: false,
    latched: false,
    suppression: null,
    validity,
    value,
    limit,
    unit,
    onset,
    cleared: null,
    ackedBy: null,
    ackedAt: null,
    assignee: null,
    journalSeq: seq,
    annunciations: 0,
    annunciatedAt: null,
    reraises: 0,
    chattering: false,
    retrospective: false,
    comments: [],
    case: null,
  };
}

export function priorityOf({ record }: AlarmContext, level: number): Alarm["priority"] {
  return record.levels[Math.min(level, record.levels.length) - 1]?.priority ?? 4;
}

/** The label of a product of the three facts. */
export function stateOf(active: boolean, acked: boolean, latched: boolean): AlarmState {
  if (active) return acked ? "ack-active" : "unack-active";
  if (latched) return acked ? "latch-ack" : "latch-unack";
  return acked ? "normal" : "rtn-unack";
}

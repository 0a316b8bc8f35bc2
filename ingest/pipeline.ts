// The table of contents of ingest: what happens to one journal entry, in order. A pure function of the journal: it reads no
// clock, no dice and no store; everything it learns comes from entries, everything it says goes to the output.
//
//   frame ──▶ decode ──▶ validate ──▶ recent? ──▶ history row
//                │           │           │            ├──▶ windows ──time──▶ means ──▶ alarm (hour, day)
//                └───────────┴─ refused ─┴─ duplicate ├──▶ alarm (realtime, flags, silence)
//                               │             │       └──▶ latest
//                               └── ledger ◀──┴── stored
//   command ─▶ registry · limits · acts on alarms · refused frames once more ──▶ outcome
//   tick ────▶ delays and shelves that run out, silence ──▶ alarm ──▶ notices, cases
//   every entry ──▶ receive time goes on ──▶ windows that are over are closed

import type { Alarm } from "#domain/alarm.ts";
import type { CommandEnvelope } from "#domain/command.ts";
import { type Entry, entryKinds } from "#domain/frame.ts";
import type { LedgerCounts } from "#domain/ledger.ts";
import type { Tier } from "#domain/window.ts";
import { type AlarmBook, createAlarmBook, type SavedAlarms } from "./alarm/book.ts";
import type { Span } from "./aggregate/spans.ts";
import { createWindows, type SavedWindows } from "./aggregate/windows.ts";
import { createCases, type SavedCases } from "./cases/cases.ts";
import { type Closing, createClosing, type SavedClosing } from "./closing.ts";
import { applyCommand } from "./command.ts";
import { createDecisions, type SavedDecisions } from "./decisions.ts";
import { createSparkplugFrames, type EdgeNodes, type SavedEdgeNode } from "./decode/decode.ts";
import { createFrameResult, createLedger, type FrameResult, type SavedLedger } from "./ledger.ts";
import type { AlarmFollower, TickFollower } from "./followers.ts";
import { type Agenda, createAgenda, type SavedAgenda } from "./judge/agenda.ts";
import { createHints, type HintsBook, type SavedHints } from "./judge/hints.ts";
import { createLimits, type SavedLimitChanges } from "./judge/limits.ts";
import { mendOlderLimits } from "./judge/older-limits.ts";
import { createMarks, type MarksBook, type SavedMarks } from "./judge/marks.ts";
import { createFieldMeans, type SavedFieldMeans } from "./loggers/field-means.ts";
import { createLoggers, type SavedLoggers } from "./loggers/loggers.ts";
import { createNotices, type NoticesBook, type SavedNotices } from "./notices/notices.ts";
import type { Occasion } from "./occasion.ts";
import type { Output } from "./output.ts";
import { createReadings } from "./readings.ts";
import { createRegistry, type Registry, type SavedRegistry } from "./registry.ts";
import { createRequests, type SavedRequests } from "./requests.ts";
import { createShifts, type SavedShifts } from "./shifts/shifts.ts";

export interface Pipeline {
  process(entry: Entry, output: Output): void;
  readonly registry: Registry;
  /** Receive time of the newest entry; 0 before the first. */
  readonly now: number;
  /** Sequence number of the newest entry. */
  readonly seq: number;
  readonly frames: number;
  /** What became of all frames and readings since the beginning. */
  readonly totals: Readonly<LedgerCounts>;
  /** Those that count, and those that wait to be accepted. */
  readonly marks: Pick<MarksBook, "effectiveIn" | "size">;
  /** What the rules of falsification found; whoever judges a day tells it. */
  readonly hints: Pick<HintsBook, "meet" | "size" | "forgotten">;
  /** What waits to be judged; the runner does it when history contains what is known. */
  readonly agenda: Agenda;
  /** Who is being told of alarms. */
  readonly notices: Pick<NoticesBook, "open" | "chains" | "dropped">;
  /** What is known of senders of Sparkplug B. */
  readonly edgeNodes: EdgeNodes;
  /** Their records, what is out of service, and how many remember something. */
  readonly alarms: Pick<AlarmBook, "records" | "instances" | "tickAt">;
  /** Occurrences that are not back to normal, of sites and of the system itself. */
  openAlarms(): Alarm[];
  /** Windows that wait to be formed again from history; the runner does it when history contains what is known. */
  readonly windowsWaiting: number;
  /** The same, and those that are being formed. */
  readonly windowsDue: number;
  /** Takes up to `most` windows into work; until `formedAgain` a snapshot still counts them as waiting. */
  takeReopened(most: number, each: (tier: Tier) => number): Span[];
  formedAgain(spans: readonly Span[], done: boolean): void;
  /** Did a late reading come for this site since windows were taken into work? */
  isTouched(site: string): boolean;
  /** What another pipeline, at the same entry, knows of windows to form again and of hours to judge. */
  adoptWaiting(from: Pipeline): void;
  /** Its memory. Columns and rows are the pipeline's own: use it up before the next entry. */
  save(): SavedPipeline;
}

export interface SavedPipeline {
  readonly seq: number;
  readonly now: number;
  readonly registry: SavedRegistry;
  readonly windows: SavedWindows;
  readonly closing: SavedClosing;
  readonly ledger: SavedLedger;
  /** Being formed from history when this was saved. */
  readonly forming: readonly Span[];
  readonly decisions: SavedDecisions;
  readonly requests: SavedRequests;
  readonly loggers: SavedLoggers;
  readonly fieldMeans: SavedFieldMeans;
  readonly edgeNodes: readonly SavedEdgeNode[];
  readonly marks: SavedMarks;
  readonly alarms: SavedAlarms;
  readonly hints: SavedHints;
  readonly limitChanges: SavedLimitChanges;
  readonly agenda: SavedAgenda;
  // Parts that older checkpoints lack: whoever they belong to begins empty without them.
  readonly notices?: SavedNotices;
  readonly cases?: SavedCases;
  readonly shifts?: SavedShifts;
}

/** `poison`: entries that ingest did not survive; they are quarantined unread. */
export function createPipeline(saved?: SavedPipeline, poison: ReadonlySet<number> = new Set()): Pipeline {
  const windows = createWindows(saved?.windows);
  const registry = createRegistry(() => windows.addSeries(), saved?.registry);
  /** Not told yet. */
  let mended = mendOlderLimits(registry);
  const ledger = createLedger(saved?.ledger);
  const loggers = createLoggers(saved?.loggers);
  const fieldMeans = createFieldMeans({ windows, loggers }, saved?.fieldMeans);
  const agenda = createAgenda({ now: () => now, openHour: () => windows.firstOpen("1h") }, saved?.agenda);
  const marks = createMarks({ findSite: (id) => registry.sites.get(id)?.site, agenda }, saved?.marks);
  const alarms = createAlarmBook({ registry, marks, now: saved?.now ?? 0 }, saved?.alarms);
  const closing = createClosing({ registry, windows, alarms, fieldMeans, agenda }, saved?.closing);
  const forming = new Set<Span>();
  /** Sites with late readings while windows are formed from history. */
  const touchedSince = new Set<string>();
  const watched: Pick<Closing, "touch" | "reopen"> = {
    touch(state) {
      closing.touch(state);
      if (forming.size > 0) touchedSince.add(state.site.id);
    },
    reopen: (site, at, gone) => closing.reopen(site, at, gone),
  };
  const sparkplug = createSparkplugFrames(saved?.edgeNodes);
  const readings = createReadings({ registry, windows, alarms, closing: watched, loggers, fieldMeans, sparkplug });
  const decisions = createDecisions({ readings, ledger }, saved);
  const requests = createRequests((site) => registry.sites.has(site), saved?.requests);
  const limits = createLimits({ registry, alarms, agenda }, saved?.limitChanges);
  const hints = createHints(saved?.hints);
  const cases = createCases({ findSite: (id) => registry.sites.get(id)?.site }, saved?.cases);
  const shifts = createShifts(saved?.shifts);
  const notices = createNotices({ findSite: (id) => registry.sites.get(id)?.site }, saved?.notices);
  /** Who is told what alarms did and that time goes on, in this order: notices first, then cases. */
  const alarmFollowers: readonly AlarmFollower[] = [notices];
  const tickFollowers: readonly TickFollower[] = [notices, cases];
  let now = saved?.now ?? 0;
  let seq = saved?.seq ?? 0;
  for (const span of saved?.forming ?? []) wait(span);

  function wait({ site, tier, from, to }: Span): void {
    closing.reopened.add(site, tier, from, to);
  }

  function processFrame(entry: Entry, output: Output): void {
    const { source, channel, door, payload, receivedAt } = entry;
    const result = poison.has(entry.seq)
      ? leaveUnread(entry.seq)
      : readings.take({ seq: entry.seq, source, channel, door, payload, receivedAt, entry, again: null }, output);
    ledger.book(entry, result, output);
  }

  /** What the entry did to alarms; nothing for nearly every one. */
  function tellFollowers(on: Occasion, output: Output): void {
    const news = alarms.instances.takeNews();
    if (news === null) return;
    for (const follower of alarmFollowers) {
      for (const call of news.calls) follower.meet(call, on, output);
      for (const alarm of news.changed.values()) follower.follow(alarm, on, output);
    }
  }

  return {
    process(entry, output) {
      seq = entry.seq;
      now = entry.receivedAt;
      for (const limit of mended) output.state.limits.set(limit.id, limit);
      mended = [];
      const on: Occasion = { seq, eventTime: now, receivedAt: now };
      alarms.advance(now);
      notices.begin(output);
      closing.step(seq, now, output);
      requests.expire(now, output);
      if (entry.kind === entryKinds.frame) processFrame(entry, output);
      else if (entry.kind === entryKinds.command && poison.has(entry.seq)) leaveOut(entry, output);
      else if (entry.kind === entryKinds.command)
        applyCommand(
          entry,
          { registry, alarms, decisions, requests, loggers, limits, marks, hints, cases, notices, shifts, agenda },
          output,
        );
      else alarms.tick(on, output);
      tellFollowers(on, output);
      if (entry.kind === entryKinds.tick) for (const follower of tickFollowers) follower.tick(on, output);
    },
    registry,
    marks,
    hints,
    agenda,
    notices,
    edgeNodes: sparkplug.nodes,
    get now() {
      return now;
    },
    get seq() {
      return seq;
    },
    get frames() {
      return ledger.frames;
    },
    get totals() {
      return ledger.totals;
    },
    openAlarms: () => alarms.instances.open(),
    alarms,
    get windowsWaiting() {
      return closing.reopened.windows;
    },
    get windowsDue() {
      let windowsForming = 0;
      for (const { from, to } of forming) windowsForming += to - from + 1;
      return closing.reopened.windows + windowsForming;
    },
    takeReopened(most, each) {
      const taken = closing.reopened.take(most, each);
      for (const span of taken) forming.add(span);
      touchedSince.clear();
      return taken;
    },
    isTouched: (site) => touchedSince.has(site),
    formedAgain(spans, done) {
      for (const span of spans) {
        forming.delete(span);
        if (!done) wait(span);
      }
    },
    adoptWaiting(from) {
      agenda.adopt(from.agenda);
      closing.reopened.clear();
      for (const span of from.save().closing.reopened) wait(span);
    },
    save: () => ({
      seq,
      now,
      registry: registry.save(),
      windows: windows.save(),
      closing: closing.save(),
      ledger: ledger.save(),
      forming: [...forming],
      decisions: decisions.save(),
      requests: requests.open(),
      loggers: loggers.save(),
      fieldMeans: fieldMeans.save(),
      edgeNodes: sparkplug.nodes.save(),
      marks: marks.save(),
      alarms: alarms.save(),
      hints: hints.save(),
      limitChanges: limits.save(),
      agenda: agenda.save(),
      cases: cases.save(),
      shifts: shifts.save(),
      notices: notices.save(),
    }),
  };
}

/** Whoever ordered it is told that nothing was done. */
function leaveOut({ seq, payload }: Entry, output: Output): void {
  const { id } = JSON.parse(new TextDecoder().decode(payload)) as CommandEnvelope;
  const detail = `ingest did not survive this order (journal entry ${seq}); nothing was done`;
  output.state.outcomes.push({ id, ok: false, seq, code: "invalid", detail, current: null });
}

function leaveUnread(seq: number): FrameResult {
  const result = createFrameResult();
  result.refusals.push({ reason: "decoder-failed", detail: `entry ${seq}`, factor: null });
  return result;
}

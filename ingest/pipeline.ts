// The table of contents of ingest: what happens to one journal entry, in order. A pure function of the journal: it reads no
// clock, no dice and no store; everything it learns comes from entries, everything it says goes to the output.
//
//   frame ──▶ decode ──▶ validate ──▶ recent? ──▶ history row
//                │           │           │            ├──▶ windows ──time──▶ means ──▶ alarm (hour, day)
//                └───────────┴─ refused ─┴─ duplicate ├──▶ alarm (realtime)
//                               │             │       └──▶ latest
//                               └── ledger ◀──┴── stored
//   command ─▶ registry · limits · acknowledge ──▶ outcome
//   every entry ──▶ receive time goes on ──▶ windows that are over are closed

import type { Alarm } from "#domain/alarm.ts";
import { type Entry, channels, entryKinds } from "#domain/frame.ts";
import type { LedgerCounts } from "#domain/ledger.ts";
import { quality, isValidFlag, type Flag, type ReadingKind } from "#domain/reading.ts";
import { type Tier, tiers, windowNumber, windowStart } from "#domain/window.ts";
import { type ClosedWindow, createWindows, type SavedWindows } from "./aggregate/windows.ts";
import { applyCommand } from "./command.ts";
import { decodeReadingsJson, type Point } from "./decode/decode.ts";
import { createConditions } from "./alarm/conditions.ts";
import { createJudge } from "./alarm/judge.ts";
import { createLedger, type FrameResult, type SavedLedger } from "./ledger.ts";
import type { Output } from "./output.ts";
import { createRegistry, type Registry, type SavedSite, type Series, type SiteState } from "./registry.ts";
import { checkTime, isOutOfRange, rangeQuality, timeQuality } from "./validate/validate.ts";

/** A closed window that must be formed again from history. */
export interface Reopened {
  readonly site: string;
  readonly factor: string;
  readonly tier: Tier;
  readonly number: number;
}

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
  /** Occurrences that are not back to normal, of sites and of the system itself. */
  openAlarms(): Alarm[];
  /** Windows that wait to be formed again; the runner does it when history contains what is known. */
  readonly reopened: ReadonlyMap<string, Reopened>;
  /** Takes up to `most` of them into work; until `formedAgain` a snapshot still counts them as waiting. */
  takeReopened(most: number): Reopened[];
  formedAgain(windows: readonly Reopened[], done: boolean): void;
  /** What another pipeline, at the same entry, knows of windows to form again. */
  adoptReopened(from: Pipeline): void;
  save(): SavedPipeline;
}

export interface SavedPipeline {
  readonly seq: number;
  readonly now: number;
  readonly sites: readonly SavedSite[];
  readonly windows: SavedWindows;
  readonly ledger: SavedLedger;
  readonly reopened: readonly Reopened[];
  /** Open windows to form again once they are over. */
  readonly stained: readonly Reopened[];
  readonly conditions: readonly Alarm[];
}

/** `poison`: entries that ingest did not survive; they are quarantined unread. */
export function createPipeline(saved?: SavedPipeline, poison: ReadonlySet<number> = new Set()): Pipeline {
  const windows = createWindows(saved?.windows);
  const registry = createRegistry(() => windows.addSeries());
  if (saved !== undefined) registry.load(saved.sites);
  const ledger = createLedger(saved?.ledger);
  const judge = createJudge();
  const conditions = createConditions(saved?.conditions);
  const reopened = new Map<string, Reopened>();
  const forming = new Map<string, Reopened>();
  /** Open windows whose sums are not those of their readings any more: they are formed from history once they are over. */
  const stained = new Map<string, Reopened>();
  for (const each of saved?.stained ?? []) stained.set(reopenedKey(each), each);
  for (const each of saved?.reopened ?? []) reopened.set(reopenedKey(each), each);
  let now = saved?.now ?? 0;
  let seq = saved?.seq ?? 0;
  const closed: ClosedWindow[] = [];

  function processFrame(entry: Entry, output: Output): void {
    const result: FrameResult = { received: 0, stored: 0, duplicate: 0, quarantined: 0, control: false, refusals: [] };
    const state = registry.sites.get(entry.source);
    if (poison.has(entry.seq)) {
      result.refusals.push({ reason: "decoder-failed", detail: `entry ${entry.seq}`, factor: null });
    } else if (state === undefined) {
      result.refusals.push({ reason: "unknown-site", detail: entry.source, factor: null });
    } else if (entry.channel === channels.readings) {
      processReadings(entry, state, result, output);
    } else if (entry.channel === channels.status || entry.channel === channels.answers) {
      result.control = true;
    } else {
      result.refusals.push({ reason: "unsupported-channel", detail: `channel ${entry.channel}`, factor: null });
    }
    ledger.book(entry, result, output);
  }

  function processReadings(entry: Entry, state: SiteState, result: FrameResult, output: Output): void {
    const decoded = decodeReadingsJson(entry.payload);
    result.refusals.push(...decoded.refusals);
    result.received += decoded.refusedReadings;
    result.quarantined += decoded.refusedReadings;
    for (const point of decoded.points) {
      result.received += point.factors.length;
      const reason = checkTime(point.time, entry.receivedAt);
      if (reason === null) {
        processPoint(entry, state, point, result, output);
      } else {
        result.quarantined += point.factors.length;
        result.refusals.push({ reason, detail: new Date(point.time).toISOString(), factor: null });
      }
    }
  }

  function processPoint(entry: Entry, state: SiteState, point: Point, result: FrameResult, output: Output): void {
    const { readings } = output.history;
    const valuesFrom = readings.factor.length;
    const timeRemarks = timeQuality(point.time, entry.receivedAt);
    for (let i = 0; i < point.factors.length; i++) {
      const code = point.factors[i] ?? "";
      const value = point.values[i] ?? 0;
      const flag = point.flags[i] ?? "N";
      const series = registry.seriesOf(state, code);
      if (series === null) {
        result.quarantined++;
        result.refusals.push({ reason: "unknown-factor", detail: code.slice(0, 64), factor: code.slice(0, 64) });
        continue;
      }
      if (isOutOfRange(value, series.range)) {
        result.quarantined++;
        result.refusals.push({ reason: "out-of-range", detail: `${value} ${series.unit}`, factor: code });
        continue;
      }
      const seen = state.recent.see(point.kind, point.time, code, value, flag);
      if (seen === "duplicate") {
        result.duplicate++;
        continue;
      }
      result.stored++;
      let remarks = timeRemarks | rangeQuality(value, series.factor);
      if (!series.listed) remarks |= quality.unlisted;
      if (seen === "revision") remarks |= quality.revision;
      readings.factor.push(code);
      readings.value.push(value);
      readings.flag.push(flag);
      readings.quality.push(remarks);
      if (point.kind === "realtime") addToWindows(state, series, point.time, value, flag, seen === "new");
      takeLatest(state, series, point.time, value, flag, remarks, entry.receivedAt, output);
      // What comes late is stored and counted, but it does not say how things are now.
      if (point.kind === "realtime" && isValidFlag(flag) && (remarks & quality.late) === 0) {
        judge.meetReading(
          state,
          series,
          value,
          { seq: entry.seq, eventTime: point.time, receivedAt: entry.receivedAt },
          output,
        );
      }
    }
    if (readings.factor.length === valuesFrom) return;
    pushPoint(readings, state.site.id, point.kind, point.time, entry, valuesFrom);
  }

  function pushPoint(
    readings: Output["history"]["readings"],
    site: string,
    kind: ReadingKind,
    time: number,
    entry: Entry,
    valuesFrom: number,
  ): void {
    readings.site.push(site);
    readings.kind.push(kind);
    readings.time.push(time);
    readings.receivedAt.push(entry.receivedAt);
    readings.seq.push(entry.seq);
    readings.valuesFrom.push(valuesFrom);
  }

  /**
   * A new reading of an open window is added; anything else makes the window be formed again from history, at once when it
   * is closed, else when it closes: a mean must not be written while its window goes on.
   */
  function addToWindows(
    state: SiteState,
    series: Series,
    time: number,
    value: number,
    flag: Flag,
    isNew: boolean,
  ): void {
    const valid = isValidFlag(flag);
    for (const tier of tiers) {
      if (isNew && windows.add(series.index, tier, time, value, valid)) continue;
      const again: Reopened = {
        site: state.site.id,
        factor: series.factor.code,
        tier,
        number: windowNumber(tier, time),
      };
      (windows.isClosed(tier, time) ? reopened : stained).set(reopenedKey(again), again);
    }
  }

  /** Latest is the newest by event time, never the last to arrive. */
  function takeLatest(
    state: SiteState,
    series: Series,
    time: number,
    value: number,
    flag: Flag,
    remarks: number,
    receivedAt: number,
    output: Output,
  ): void {
    if (time < series.latestTime) return;
    series.latestTime = time;
    series.latestValue = value;
    series.latestFlag = flag;
    series.latestQuality = remarks;
    series.latestReceivedAt = receivedAt;
    output.state.latest.set(series, state.site.id);
    output.live.latest.set(series, state.site.id);
  }

  function closeWindows(entry: Entry, output: Output): void {
    for (const tier of windows.due(now)) {
      for (const state of registry.sites.values()) closeSite(state, tier, entry, output);
      windows.closeTier(tier, now);
      for (const [key, each] of stained) {
        if (each.tier !== tier || !windows.isClosed(tier, windowStart(tier, each.number))) continue;
        stained.delete(key);
        reopened.set(key, each);
      }
    }
  }

  function isStained({ site }: SiteState, { factor }: Series, tier: Tier, start: number): boolean {
    return stained.has(reopenedKey({ site: site.id, factor: factor.code, tier, number: windowNumber(tier, start) }));
  }

  function closeSite(state: SiteState, tier: Tier, entry: Entry, output: Output): void {
    // Wide points: one per (site, window start), with all factors whose window is over.
    const byStart = new Map<number, [Series, ClosedWindow][]>();
    for (const series of state.series.values()) {
      closed.length = 0;
      windows.take(series.index, tier, now, closed);
      for (const window of closed) {
        const list = byStart.get(window.start);
        if (list === undefined) byStart.set(window.start, [[series, window]]);
        else list.push([series, window]);
      }
    }
    for (const start of [...byStart.keys()].sort((a, b) => a - b)) {
      const list = byStart.get(start) ?? [];
      const whole = stained.size === 0 ? list : list.filter(([series]) => !isStained(state, series, tier, start));
      if (whole.length > 0) pushMeans(output, state.site.id, tier, start, entry.seq, whole);
      const basis = tier === "1h" ? "hour" : tier === "1d" ? "day" : null;
      if (basis === null) continue;
      for (const [series, window] of list)
        judge.meetMean(state, series, basis, window, { seq: entry.seq, eventTime: start, receivedAt: now }, output);
    }
  }

  return {
    process(entry, output) {
      seq = entry.seq;
      now = entry.receivedAt;
      closeWindows(entry, output);
      if (entry.kind === entryKinds.frame) processFrame(entry, output);
      else if (entry.kind === entryKinds.command && !poison.has(entry.seq))
        applyCommand(entry, { registry, judge, conditions }, output);
    },
    registry,
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
    openAlarms() {
      const open = conditions.open();
      for (const { series } of registry.sites.values()) {
        for (const { alarms } of series.values()) {
          for (const alarm of [alarms.realtime, alarms.hour, alarms.day]) if (alarm !== null) open.push(alarm);
        }
      }
      return open;
    },
    reopened,
    takeReopened(most) {
      const taken = [...reopened.values()].slice(0, most);
      for (const each of taken) {
        reopened.delete(reopenedKey(each));
        forming.set(reopenedKey(each), each);
      }
      return taken;
    },
    formedAgain(taken, done) {
      for (const each of taken) {
        forming.delete(reopenedKey(each));
        if (!done) reopened.set(reopenedKey(each), each);
      }
    },
    adoptReopened(from) {
      reopened.clear();
      for (const [key, each] of from.reopened) reopened.set(key, each);
    },
    save: () => ({
      seq,
      now,
      sites: registry.save(),
      windows: windows.save(),
      ledger: ledger.save(),
      reopened: [...forming.values(), ...reopened.values()],
      stained: [...stained.values()],
      conditions: conditions.open(),
    }),
  };
}

function reopenedKey(each: Reopened): string {
  return `${each.site} ${each.factor} ${each.tier} ${each.number}`;
}

/** Appends one wide mean point. */
export function pushMeans(
  output: Output,
  site: string,
  tier: Tier,
  start: number,
  seq: number,
  list: readonly (readonly [{ readonly factor: { readonly code: string } }, ClosedWindow])[],
): void {
  const { means } = output.history;
  means.site.push(site);
  means.tier.push(tier);
  means.start.push(start);
  means.seq.push(seq);
  means.valuesFrom.push(means.factor.length);
  for (const [series, window] of list) {
    means.factor.push(series.factor.code);
    means.mean.push(window.mean);
    means.min.push(window.min);
    means.max.push(window.max);
    means.count.push(window.count);
    means.valid.push(window.valid);
  }
}

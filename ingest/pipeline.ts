// The table of contents of ingest: what happens to one journal entry, in order. A pure function of the journal: it reads no
// clock, no dice and no store; everything it learns comes from entries, everything it says goes to the output.
//
//   frame ──▶ decode ──▶ validate ──▶ recent? ──▶ history row
//                │           │           │            ├──▶ windows ──time──▶ means ──▶ alarm (hour, day)
//                └───────────┴─ refused ─┴─ duplicate ├──▶ alarm (realtime)
//                               │             │       └──▶ latest
//                               └── ledger ◀──┴── stored
//   command ─▶ registry · limits · acknowledge · refused frames once more ──▶ outcome
//   every entry ──▶ receive time goes on ──▶ windows that are over are closed

import type { Alarm } from "#domain/alarm.ts";
import { type Entry, entryKinds } from "#domain/frame.ts";
import type { LedgerCounts } from "#domain/ledger.ts";
import { type Tier, windowNumber, windowStart } from "#domain/window.ts";
import { type ClosedWindow, createWindows, type SavedWindows } from "./aggregate/windows.ts";
import { applyCommand } from "./command.ts";
import { createConditions } from "./alarm/conditions.ts";
import { createJudge } from "./alarm/judge.ts";
import { createDecisions, type SavedDecisions } from "./decisions.ts";
import { createFrameResult, createLedger, type FrameResult, type SavedLedger } from "./ledger.ts";
import type { Output } from "./output.ts";
import { createReadings } from "./readings.ts";
import { createRegistry, type Registry, type SavedSite, type Series, type SiteState } from "./registry.ts";

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
  /** How many windows wait to be formed again or are being formed. */
  readonly windowsDue: number;
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
  /** Absent in snapshots of older versions. */
  readonly decisions?: SavedDecisions;
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
  // At once when it is closed, else when it closes: a mean must not be written while its window goes on.
  const reopen = (window: Reopened): unknown =>
    (windows.isClosed(window.tier, windowStart(window.tier, window.number)) ? reopened : stained).set(
      reopenedKey(window),
      window,
    );
  const readings = createReadings({ registry, windows, judge, reopen });
  const decisions = createDecisions({ readings, ledger }, saved);
  const closed: ClosedWindow[] = [];

  function processFrame(entry: Entry, output: Output): void {
    const { source, channel, payload, receivedAt } = entry;
    const result = poison.has(entry.seq)
      ? leaveUnread(entry.seq)
      : readings.take({ source, channel, payload, receivedAt, entry, again: null }, output);
    ledger.book(entry, result, output);
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
        applyCommand(entry, { registry, judge, conditions, decisions }, output);
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
    get windowsDue() {
      return reopened.size + forming.size;
    },
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
      decisions: decisions.save(),
    }),
  };
}

function leaveUnread(seq: number): FrameResult {
  const result = createFrameResult();
  result.refusals.push({ reason: "decoder-failed", detail: `entry ${seq}`, factor: null });
  return result;
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

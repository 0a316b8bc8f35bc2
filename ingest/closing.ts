// Windows that are over: their means are told, and judged. With very many sites this is spread over entries, so that no
// single one holds up the alarms behind it. Late readings re-open windows; those are told again within seconds. Pure.
//
//   entry ─▶ a minute, hour or day is over? ─▶ a round over all sites, a share of it with every entry
//         └▶ two seconds are over?          ─▶ sites with late readings: all their windows that changed
//
// The agenda of judging learns of every hour that is over, and of every mean that is told.

import { bounds } from "#domain/bounds.ts";
import { isJudgedKind } from "#domain/judge/facts.ts";
import { isMeteredKind } from "#domain/metered.ts";
import { type Tier, tiers, windowNumber, windowStart } from "#domain/window.ts";
import { type Moment, type ClosedWindow, type LateWindow, type Windows, tierBits } from "./aggregate/windows.ts";
import { createSpans, type Span, type Spans } from "./aggregate/spans.ts";
import type { AlarmBook } from "./alarm/book.ts";
import type { Agenda } from "./judge/agenda.ts";
import type { FieldMeans } from "./loggers/field-means.ts";
import type { Output } from "./output.ts";
import type { Registry, SiteState } from "./registry.ts";
import { seriesBits } from "./series.ts";

export interface Closing {
  /** What is due as receive time has come to `now`. Call it before the entry itself is processed. */
  step(seq: number, now: number, output: Output): void;
  /** A reading came for a closed window of this site. */
  touch(state: SiteState): void;
  /** Windows of this moment cannot re-open by their own sums: they are formed again from history. */
  reopen(site: string, at: Moment, gone: number): void;
  readonly reopened: Spans;
  save(): SavedClosing;
}

interface Round {
  readonly tier: Tier;
  /** Windows from this start on are closed by it, and judged; older ones were formed again by late readings. */
  readonly from: number;
  /** The next site, by place. */
  next: number;
}

export interface SavedClosing {
  readonly rounds: readonly Round[];
  readonly touched: ReadonlySet<number>;
  readonly lateSince: number;
  readonly newest: number;
  readonly reopened: readonly Span[];
}

export interface ClosingParts {
  readonly registry: Registry;
  readonly windows: Windows;
  readonly alarms: Pick<AlarmBook, "meetMean">;
  readonly fieldMeans: Pick<FieldMeans, "meetOurs">;
  readonly agenda: Pick<Agenda, "told" | "hourOver">;
}

/** Sites of a round that one entry takes along: at least so many, and at least this share. */
const sitesPerEntry = 2_000;
const roundEntries = 1_000;
/** Late readings come in crowds: their windows are told so often, in receive time. */
const lateMs = 2_000;

/** A window of one factor of a site. */
export interface Told {
  readonly factor: string;
  readonly window: ClosedWindow;
}

export function createClosing(parts: ClosingParts, saved?: SavedClosing): Closing {
  const { registry, windows, alarms, fieldMeans, agenda } = parts;
  const rounds: Round[] = (saved?.rounds ?? []).map((round) => ({ ...round }));
  /** Sites with late readings, by place. */
  const touched = new Set(saved?.touched);
  /** Receive time of the first of them. */
  let lateSince = saved?.lateSince ?? 0;
  let newest = saved?.newest ?? 0;
  const reopened = createSpans();
  for (const { site, tier, from, to } of saved?.reopened ?? []) reopened.add(site, tier, from, to);
  const closed: ClosedWindow[] = [];
  const spoiled: number[] = [];

  function begin(tier: Tier, seq: number, now: number, output: Output): void {
    const before = rounds.findIndex((round) => round.tier === tier);
    // The round before is not through yet: there were hardly any entries in between.
    if (before >= 0) {
      goOn(rounds[before], Number.POSITIVE_INFINITY, seq, now, output);
      rounds.splice(before, 1);
    }
    rounds.push({ tier, from: windows.closeTier(tier, now), next: 0 });
  }

  function goOn(round: Round | undefined, sites: number, seq: number, now: number, output: Output): boolean {
    if (round === undefined) return true;
    const end = Math.min(registry.order.length, round.next + sites);
    for (; round.next < end; round.next++) {
      const state = registry.order[round.next];
      if (state !== undefined) closeSite(state, [round.tier], round.from, seq, now, output);
    }
    return round.next >= registry.order.length;
  }

  function closeSite(
    state: SiteState,
    of: readonly Tier[],
    judgedFrom: number,
    seq: number,
    now: number,
    output: Output,
  ): void {
    const told: Told[] = [];
    for (const tier of of) {
      state.series.forEach((series, offset) => {
        closed.length = spoiled.length = 0;
        windows.take(series, tier, closed, spoiled);
        for (const start of spoiled) addSpan(state, tier, windowNumber(tier, start));
        for (const window of closed) {
          if (!spoiled.includes(window.start)) told.push({ factor: state.layout.codes[offset] ?? "", window });
          if (tier !== "1m") fieldMeans.meetOurs(state, offset, window, { seq, receivedAt: now }, output);
          if (window.start >= judgedFrom) meet(state, series, window, seq, now, output);
        }
      });
    }
    if (told.length > 0) tell(state, told, seq, output);
    if (of.includes("1h") && isFormed(state)) agenda.hourOver(state.site.id);
  }

  function addSpan(state: SiteState, tier: Tier, number: number): void {
    reopened.add(state.site.id, tier, number, number);
  }

  /** As wide points: one for each window, with all factors that have it. */
  function tell(state: SiteState, told: Told[], seq: number, output: Output): void {
    const [first] = told;
    const isWaited = isFormed(state);
    const isOnePoint = told.every(
      ({ window }) => window.start === first?.window.start && window.tier === first.window.tier,
    );
    // Sorting keeps the order of the factors.
    if (!isOnePoint) told.sort((a, b) => a.window.start - b.window.start || a.window.tier.localeCompare(b.window.tier));
    for (let from = 0; from < told.length;) {
      const { tier, start } = told[from]?.window ?? { tier: "1m", start: 0 };
      let to = from + 1;
      while (to < told.length && told[to]?.window.start === start && told[to]?.window.tier === tier) to++;
      pushMeans(output, state.site.id, tier, start, seq, told.slice(from, to));
      // The day of a site is made of its hours.
      if (isWaited && tier !== "1d") agenda.told(state.site.id, windowNumber("1h", start));
      from = to;
    }
  }

  function meet(
    state: SiteState,
    series: number,
    window: ClosedWindow,
    seq: number,
    now: number,
    output: Output,
  ): void {
    const basis = window.tier === "1h" ? "hour" : window.tier === "1d" ? "day" : null;
    if (basis === null || ((registry.series.columns.bits[series] ?? 0) & seriesBits.watched) === 0) return;
    const watched = registry.watch(state, registry.series.columns.offset[series] ?? 0);
    alarms.meetMean(watched, basis, window, { seq, eventTime: window.start, receivedAt: now }, output);
  }

  /** What is formed again says nothing of how things are now, and may be half of what is still to come: no alarm looks at it. */
  function tellLate(seq: number, now: number, output: Output): void {
    for (const place of touched) {
      const state = registry.order[place];
      if (state !== undefined) closeSite(state, tiers, Number.POSITIVE_INFINITY, seq, now, output);
    }
    touched.clear();
    const late: LateWindow[] = [];
    windows.takeLate(late);
    const bySite = new Map<SiteState, Told[]>();
    for (const { series, number, tier, window } of late) {
      const state = registry.siteOf(series);
      if (window === null) {
        addSpan(state, tier, number);
        continue;
      }
      const offset = registry.series.columns.offset[series] ?? 0;
      const told = { factor: state.layout.codes[offset] ?? "", window };
      fieldMeans.meetOurs(state, offset, window, { seq, receivedAt: now }, output);
      const list = bySite.get(state);
      if (list === undefined) bySite.set(state, [told]);
      else list.push(told);
    }
    for (const [state, told] of bySite) tell(state, told, seq, output);
  }

  return {
    step(seq, now, output) {
      newest = now;
      const due = windows.due(now);
      for (const tier of due) begin(tier, seq, now, output);
      const isCrowded = windows.lateCount > bounds.lateWindowsMax;
      if (touched.size > 0 && (isCrowded || Math.abs(now - lateSince) >= lateMs)) tellLate(seq, now, output);
      // What still comes for a window that is forgotten is formed from history.
      if (isCrowded || due.includes("1m")) windows.forgetLate(isCrowded);
      if (rounds.length === 0) return;
      const sites = Math.max(sitesPerEntry, Math.ceil(registry.order.length / roundEntries));
      const left = rounds.filter((round) => !goOn(round, sites, seq, now, output));
      rounds.splice(0, rounds.length, ...left);
    },
    touch(state) {
      if (touched.size === 0) lateSince = newest;
      touched.add(state.at);
    },
    reopen(site, { numbers }, gone) {
      tiers.forEach((tier, i) => {
        const number = numbers[i] ?? 0;
        if ((gone & tierBits[tier]) !== 0) reopened.add(site, tier, number, number);
      });
    },
    reopened,
    save: () => ({ rounds, touched, lateSince, newest, reopened: [...reopened] }),
  };
}

/** Are hours of it formed from what is stored: judged, or counted? */
function isFormed({ site: { kind } }: SiteState): boolean {
  return isJudgedKind(kind) || isMeteredKind(kind);
}

/** Appends one wide mean point. */
export function pushMeans(
  output: Output,
  site: string,
  tier: Tier,
  start: number,
  seq: number,
  list: readonly Told[],
): void {
  const { means } = output.history;
  means.site.push(site);
  means.tier.push(tier);
  means.start.push(start);
  means.seq.push(seq);
  means.valuesFrom.push(means.factor.length);
  for (const { factor, window } of list) {
    means.factor.push(factor);
    means.mean.push(window.mean);
    means.min.push(window.min);
    means.max.push(window.max);
    means.count.push(window.count);
    means.valid.push(window.valid);
  }
}

/** Does the site certainly have nothing stored in these windows of a moment? Answers with their bits. */
export function emptyWindows(at: Moment, isEmpty: (from: number, to: number) => boolean): number {
  let empty = 0;
  tiers.forEach((tier, i) => {
    const bit = tierBits[tier];
    const number = at.numbers[i] ?? 0;
    if ((at.old & bit) !== 0 && isEmpty(windowStart(tier, number), windowStart(tier, number + 1))) empty |= bit;
  });
  return empty;
}

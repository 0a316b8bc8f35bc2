// Which intervals of a logger's data came, and which did not: one tracker per logger and kind. The interval of minute data is
// what the logger says (1063), else what its packets show. Pure.
//
//   packet ─▶ behind the newest ─▶ came; what lies between did not come: a span
//          └▶ within a span ─────▶ came late: the span is cut
//          └▶ else ──────────────▶ known already, or before the first

import { bounds } from "#domain/bounds.ts";
import type { IntervalKind } from "#domain/logger-card.ts";
import {
  fixedStepMs,
  type GapSpan,
  intervalStart,
  type LoggerGaps,
  minuteSteps,
  type StepSource,
} from "#domain/logger-gaps.ts";

export interface SavedTracker {
  readonly kind: IntervalKind;
  readonly stepMs: number | null;
  readonly stepFrom: StepSource;
  readonly since: number;
  readonly next: number | null;
  readonly spans: readonly GapSpan[];
  readonly joined: number;
  readonly newest: number | null;
  readonly distanceMs: number;
  readonly agreed: number;
  readonly agreedSince: number;
  /** Absent in what an older program saved. */
  readonly early?: readonly number[];
}

/** What a packet did: nothing is said about intervals that are known already. */
export interface Taken {
  /** Length of the interval. */
  readonly stepMs: number;
  /** Intervals that are due since this packet, those that came and those that did not: from (inclusive) to (exclusive). */
  readonly due: GapSpan | null;
  /** Intervals that came: this one, and those that came before their length was known. */
  readonly came: number;
}

export interface Tracker {
  /** A packet for the interval that begins at `time`. Null when it brings nothing new, or the interval is not known yet. */
  take(time: number, receivedAt: number): Taken | null;
  /** The logger says how long its intervals are. */
  tellStep(stepMs: number): void;
  /** Null before the interval is known. */
  gaps(site: string): LoggerGaps | null;
  save(): SavedTracker;
}

/** Equal distances in a row until they are taken for the interval: a shorter one is soon believed, a longer one may be loss. */
const agreedFirst = 2;
const agreedShorter = 3;
const agreedLonger = 12;
/** Packets that are remembered until the interval is known. */
const earlyMax = 64;

export function createTracker(kind: IntervalKind, saved?: SavedTracker): Tracker {
  const fixed = fixedStepMs[kind];
  let stepMs = saved?.stepMs ?? fixed;
  let stepFrom: StepSource = saved?.stepFrom ?? (fixed === null ? "learned" : "fixed");
  let since = saved?.since ?? 0;
  let next = saved?.next ?? null;
  let spans: GapSpan[] = [...(saved?.spans ?? [])];
  let joined = saved?.joined ?? 0;
  let newest = saved?.newest ?? null;
  let distanceMs = saved?.distanceMs ?? 0;
  let agreed = saved?.agreed ?? 0;
  let agreedSince = saved?.agreedSince ?? 0;
  /** What came before the interval was known: what lies between was due, too. */
  let early: number[] = [...(saved?.early ?? [])];

  /** Distances between packets that follow each other. */
  function learn(time: number): void {
    if (fixed !== null || (newest !== null && time <= newest)) return;
    const distance = newest === null ? 0 : time - newest;
    if (distance === distanceMs) agreed++;
    else {
      distanceMs = distance;
      agreed = 1;
      agreedSince = newest ?? time;
    }
    newest = time;
    if (!minuteSteps.has(distance) || distance === stepMs) return;
    if (stepMs === null) {
      if (agreed >= agreedFirst) stepMs = distance;
    } else if (distance < stepMs ? agreed >= agreedShorter : agreed >= agreedLonger) {
      // A longer interval, and not loss: what seemed to be missing since it began was never due.
      if (distance > stepMs) {
        spans = spans.filter(({ from }) => from < agreedSince);
        next = intervalStart(time, distance);
      }
      stepMs = distance;
      stepFrom = "learned";
    }
  }

  function addSpan(span: GapSpan, oldest: number): void {
    spans = spans.filter(({ to }) => to > oldest);
    spans.push(span);
    if (spans.length > bounds.gapSpansMax) join();
  }

  /** The two spans that are nearest to each other become one. */
  function join(): void {
    let [at, least] = [0, Number.POSITIVE_INFINITY];
    for (let i = 0; i + 1 < spans.length; i++) {
      const distance = (spans[i + 1]?.from ?? 0) - (spans[i]?.to ?? 0);
      if (distance >= least || spans[i]?.stepMs !== spans[i + 1]?.stepMs) continue;
      [at, least] = [i, distance];
    }
    const [first, second] = [spans[at], spans[at + 1]];
    if (first === undefined || second === undefined) return;
    if (least < Number.POSITIVE_INFINITY) {
      joined += Math.round(least / first.stepMs);
      spans.splice(at, 2, { ...first, to: second.to });
    } else {
      // All have intervals of different length: the oldest is forgotten.
      spans.shift();
    }
  }

  /** The interval has become known. */
  function takeEarly(time: number, step: number, oldest: number): Taken {
    const starts = [...new Set([...early, time].map((each) => intervalStart(each, step)))]
      .filter((start) => start >= oldest)
      .toSorted((a, b) => a - b);
    early = [];
    since = starts[0] ?? intervalStart(time, step);
    next = since;
    for (const start of starts) {
      if (start > next) addSpan({ from: next, to: start, stepMs: step }, oldest);
      next = start + step;
    }
    return { stepMs: step, due: { from: since, to: next, stepMs: step }, came: starts.length };
  }

  function cut(time: number): number | null {
    const at = spans.findIndex(({ from, to }) => time >= from && time < to);
    const span = spans[at];
    if (span === undefined) return null;
    const start = span.from + Math.floor((time - span.from) / span.stepMs) * span.stepMs;
    const pieces = [
      { ...span, to: start },
      { ...span, from: start + span.stepMs },
    ].filter(({ from, to }) => from < to);
    spans.splice(at, 1, ...pieces);
    if (spans.length > bounds.gapSpansMax) join();
    return span.stepMs;
  }

  return {
    take(time, receivedAt) {
      learn(time);
      if (stepMs === null) {
        early.push(time);
        if (early.length > earlyMax) early.shift();
        return null;
      }
      const start = intervalStart(time, stepMs);
      const oldest = intervalStart(receivedAt - bounds.gapAgeMsMax, stepMs);
      if (start < oldest) return null;
      if (next === null) return takeEarly(time, stepMs, oldest);
      if (start < next) {
        const cutStep = cut(time);
        return cutStep === null ? null : { stepMs: cutStep, due: null, came: 1 };
      }
      const from = Math.max(next, oldest);
      if (start > from) addSpan({ from, to: start, stepMs }, oldest);
      next = start + stepMs;
      return { stepMs, due: { from, to: next, stepMs }, came: 1 };
    },
    tellStep(told) {
      if (fixed !== null || !minuteSteps.has(told)) return;
      // The first interval of the new length begins where the last one of the old length ended, or later.
      if (next !== null) next = intervalStart(next - 1, told) + told;
      stepMs = told;
      stepFrom = "told";
      agreed = 0;
    },
    gaps: (site) =>
      stepMs === null || next === null
        ? null
        : { site, kind, stepMs, stepFrom, since, next, spans: [...spans], joined },
    save: () => ({
      kind,
      stepMs,
      stepFrom,
      since,
      next,
      spans: [...spans],
      joined,
      newest,
      distanceMs,
      agreed,
      agreedSince,
      early: [...early],
    }),
  };
}

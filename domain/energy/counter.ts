// Readings of a counter (a meter that only grows) into what passed through it. A counter rolls over, is reset, is replaced, and
// tells nonsense now and then; none of that may create energy. What is not known is left out and said, never guessed.
//
//   readings ─▶ from one good reading to the next:                       passed        covered
//               grows, no longer than a gap                              difference    measured
//               grows, over a gap                                        difference    attributed: spread evenly over the gap
//               falls, from the end of the dial to its begin             + one turn    as above
//               falls, or grows faster than the meter can                0             not known; a few such readings are passed over,
//                                                                                      and a fall takes back what it disproves
//               a replacement in between, with last and first reading    both parts    as above
//               a replacement in between, without them                   0             not known
//
// The sum since the first reading is a line through the readings; a window is the difference of two points of that line, so
// windows always add up to the whole. Pure.

import { type Amount, nothing, type Thousandths, toThousandths } from "./amount.ts";

/** Readings by event time, ascending. What the device itself called invalid is not among them. */
export interface CounterReadings {
  readonly time: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/** Somebody changed the meter between two readings. */
export interface MeterChange {
  readonly time: number;
  /** What the old one said last, and the new one first; null = nobody wrote it down. */
  readonly last: number | null;
  readonly first: number | null;
}

export interface MeterFacts {
  /** Where the dial begins again, e.g. 1,000,000; null = it does not, as far as is known. */
  readonly turnsAt: number | null;
  /** Transformer ratio: one unit of the reading is so many of the medium. */
  readonly ratio: number;
  /** The most it can count in an hour, in units of the reading; null = not known. */
  readonly perHourMax: number | null;
  /** Longer than this without a reading is a gap. */
  readonly gapMs: number;
  /** By time. */
  readonly changes: readonly MeterChange[];
}

export const counterFaults = ["fell", "jumped", "changed-unread"] as const;
/** fell: back without a reason. jumped: faster than the meter can. changed-unread: replaced, and nobody wrote down the dials. */
export type CounterFault = (typeof counterFaults)[number];

export interface FaultFound {
  readonly fault: CounterFault;
  readonly from: number;
  readonly to: number;
}

type Cover = "measured" | "attributed" | "unknown";

/** A piece of the line from `from` to `to`, in units of the medium; the dial as it was read. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
  readonly dial: number;
  readonly cover: Cover;
}

export interface CounterLine {
  readonly pieces: readonly Piece[];
  readonly faults: readonly FaultFound[];
}

/** The dial stood so far up before it began again, and is so low after it. */
const turnFrom = 0.9;
const turnTo = 0.1;
/** So many readings must speak for a counter that stands elsewhere without a reason; fewer are wild ones, and passed over. */
const breakCost = 10;
/** So many readings in a row may be passed over. */
const skippedMax = 32;
const skippedAtTurnMax = 3;
/** A fall within this time takes back what it disproves. */
const disprovedMs = 86_400_000;
const hourMs = 3_600_000;

/** The sum since the first reading, as a line through the readings that can be believed. */
export function followCounter(readings: CounterReadings, facts: MeterFacts): CounterLine {
  const good = keepNumbers(readings);
  const { time, value } = good;
  const pieces: Piece[] = [];
  const faults: FaultFound[] = [];
  let sum = 0;
  let at = -1;
  for (const next of believed(good, facts)) {
    const [from, to, dial] = [time[at] ?? 0, time[next] ?? 0, value[at] ?? 0];
    if (at >= 0) {
      const found = passed(dial, value[next] ?? 0, from, to, facts);
      const isLong = to - from > facts.gapMs;
      if (found.fault === null) {
        const after = sum + found.amount * facts.ratio;
        pieces.push({ from, to, before: sum, after, dial, cover: isLong ? "attributed" : "measured" });
        sum = after;
      } else {
        if (found.fault === "fell") sum = takeBack(pieces, value[next] ?? 0, to, facts, sum);
        const start = pieces.at(-1)?.to ?? time[0] ?? 0;
        faults.push({ fault: found.fault, from, to });
        pieces.push({ from: start, to, before: sum, after: sum, dial, cover: "unknown" });
      }
    }
    at = next;
  }
  return { pieces, faults };
}

interface Numbers {
  readonly time: number[];
  readonly value: number[];
}

/** Only numbers, each time once. */
function keepNumbers({ time, value }: CounterReadings): Numbers {
  const good: Numbers = { time: [], value: [] };
  for (let i = 0; i < time.length; i++) {
    const [each, read] = [time[i] ?? 0, value[i] ?? Number.NaN];
    if (!Number.isFinite(read) || each <= (good.time.at(-1) ?? Number.NEGATIVE_INFINITY)) continue;
    good.time.push(each);
    good.value.push(read);
  }
  return good;
}

interface Passed {
  readonly amount: number;
  readonly fault: CounterFault | null;
}

/** What passed between two readings, in units of the reading; or why that is not known. */
function passed(before: number, after: number, from: number, to: number, facts: MeterFacts): Passed {
  let [amount, dial] = [0, before];
  for (const change of facts.changes) {
    if (change.time <= from || change.time > to) continue;
    if (change.last === null || change.first === null) return { amount: 0, fault: "changed-unread" };
    const old = forward(dial, change.last, facts.turnsAt);
    if (old === null) return { amount: 0, fault: "fell" };
    amount += old;
    dial = change.first;
  }
  const rest = forward(dial, after, facts.turnsAt);
  if (rest === null) return { amount: 0, fault: "fell" };
  amount += rest;
  const { perHourMax, turnsAt } = facts;
  // Half a turn in one step could be anything.
  const isTooFast =
    (perHourMax !== null && amount > (perHourMax * (to - from)) / hourMs) || (turnsAt !== null && amount > turnsAt / 2);
  return isTooFast ? { amount: 0, fault: "jumped" } : { amount, fault: null };
}

function forward(before: number, after: number, turnsAt: number | null): number | null {
  if (after >= before) return after - before;
  if (turnsAt === null || before < turnsAt * turnFrom || after > turnsAt * turnTo) return null;
  return after + turnsAt - before;
}

/** Places of the readings that follow from each other: of all chains the one that passes over and breaks least. */
function believed(good: Numbers, facts: MeterFacts): Iterable<number> {
  const { time, value } = good;
  const fault = (from: number, to: number): CounterFault | null =>
    passed(value[from] ?? 0, value[to] ?? 0, time[from] ?? 0, time[to] ?? 0, facts).fault;
  // Nearly always every reading follows from the one before it.
  if (time.every((_, i) => i === 0 || ((value[i] ?? 0) >= (value[i - 1] ?? 0) && fault(i - 1, i) === null)))
    return time.keys();
  const score: number[] = [];
  const previous: number[] = [];
  for (let i = 0; i < time.length; i++) {
    let [best, from] = [1, -1];
    for (let j = i - 1; j >= 0 && j >= i - 1 - skippedMax; j--) {
      // A reset near the end of the dial looks like a turn, the more so the longer it may have taken.
      if ((value[i] ?? 0) < (value[j] ?? 0) && i - j > skippedAtTurnMax + 1) continue;
      const found = fault(j, i);
      // That a meter was changed is known: it costs nothing.
      const cost = found === null || found === "changed-unread" ? 0 : breakCost;
      const each = (score[j] ?? 0) + 1 - cost;
      if (each > best) [best, from] = [each, j];
    }
    score.push(best);
    previous.push(from);
  }
  let at = score.indexOf(Math.max(...score.slice(-1 - skippedMax)), Math.max(0, score.length - 1 - skippedMax));
  const chain: number[] = [];
  for (; at >= 0; at = previous[at] ?? -1) chain.push(at);
  return chain.reverse();
}

/** The counter fell to where it already was not long ago: what it said in between was not true. Answers with the sum then. */
function takeBack(pieces: Piece[], dial: number, now: number, facts: MeterFacts, sum: number): number {
  const isChanged = (since: number): boolean => facts.changes.some(({ time }) => time > since && time <= now);
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i];
    if (piece === undefined || now - piece.from > disprovedMs || isChanged(piece.from)) return sum;
    if (piece.cover === "unknown" || piece.dial > dial) continue;
    pieces.length = i;
    return piece.before;
  }
  return sum;
}

/** What passed in each window [edges[i], edges[i + 1]). The windows of a span add up to the span. */
export function amountsOf(line: CounterLine, edges: readonly number[]): Amount[] {
  const amounts: Amount[] = [];
  const { pieces } = line;
  let first = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 0];
    while (first < pieces.length && (pieces[first]?.to ?? 0) <= from) first++;
    let [known, spread] = [0, 0];
    let any = false;
    let last = first;
    for (; last < pieces.length && (pieces[last]?.from ?? 0) < to; last++) {
      const piece = pieces[last];
      if (piece === undefined || piece.cover === "unknown") continue;
      const overlap = Math.min(piece.to, to) - Math.max(piece.from, from);
      known += overlap;
      if (piece.cover === "attributed") spread += overlap;
      any = true;
    }
    if (!any) {
      amounts.push(nothing);
      continue;
    }
    const amount = pointAt(pieces, to, Math.max(first, last - 1)) - pointAt(pieces, from, first);
    amounts.push({ amount, coverage: known / (to - from), attributed: spread / (to - from) });
  }
  return amounts;
}

/** The line at a time, rounded there and nowhere else; before the first and behind the last reading it goes on level. */
function pointAt(pieces: readonly Piece[], time: number, near: number): Thousandths {
  const piece = pieces[near];
  if (piece === undefined) return 0;
  if (time <= piece.from) return toThousandths(piece.before);
  if (time >= piece.to) return toThousandths(piece.after);
  const share = (time - piece.from) / (piece.to - piece.from);
  return toThousandths(piece.before + share * (piece.after - piece.before));
}

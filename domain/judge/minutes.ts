// Minutes of a site side by side: one lane for each factor with a place for every minute of a span. And what a minute comes to:
// it counts, a mark took it out, its flag or its oxygen excludes it, or nothing was received.

import { isMarkEffective, type Mark, marksFactor } from "../mark.ts";
import type { Flag } from "../reading.ts";
import { correctToReference } from "../rules/oxygen.ts";
import { type PartExclusion, partExclusions } from "../rules/validity.ts";
import { hourMs, minuteMs } from "../time.ts";
import type { JudgedSite, MinuteBlock, RawFlags } from "./shapes.ts";

const minutesPerHour = hourMs / minuteMs;

/** What a minute comes to; from `excluded` on: + place in `partExclusions`. */
export const outcome = { missing: 0, counts: 1, marked: 2, excluded: 3 } as const;

export interface Lane {
  readonly mean: Float64Array;
  /** Without marks and oxygen: missing, counts, or excluded by its flag. */
  readonly state: Uint8Array;
  /** 1: an effective mark lies over it. */
  readonly marked: Uint8Array;
}

export interface Lanes {
  readonly from: number;
  readonly length: number;
  /** Null where nothing came of that factor. */
  of(code: string | null): Lane | null;
}

const exclusionCodes: ReadonlyMap<string, number> = new Map(
  partExclusions.map((why, i) => [why, outcome.excluded + i] as const),
);

export function codeOf(why: PartExclusion): number {
  return exclusionCodes.get(why) ?? outcome.excluded;
}

/** "counts" and the like, for people. */
export function nameOutcome(code: number): "missing" | "counts" | "marked" | PartExclusion {
  if (code === outcome.missing) return "missing";
  if (code === outcome.counts) return "counts";
  return code === outcome.marked ? "marked" : (partExclusions[code - outcome.excluded] ?? "flag-unknown");
}

/**
 * Where the water runs that values belong to: what was taken while nothing flowed is invalid (rule "flow-mean.zero-flow"). Null: no
 * meter, or no water.
 */
export function waterMeter({ medium, flow }: Pick<JudgedSite, "medium" | "flow">): string | null {
  return medium === "waste-water" ? flow : null;
}

/** [from, to) is whole hours. `meter`: see `waterMeter`. */
export function layMinutes(
  block: MinuteBlock,
  marks: readonly Mark[],
  from: number,
  to: number,
  meter: string | null,
): Lanes {
  const length = Math.max(0, (to - from) / minuteMs);
  const lanes = new Map<string, Lane>();
  const effective = marks.filter((mark) => isMarkEffective(mark) && mark.from < to && mark.to > from);
  const unknown = codeOf("flag-unknown");
  for (const { factor, start, mean, count, valid } of block.minutes) {
    const lane: Lane = {
      mean: new Float64Array(length).fill(Number.NaN),
      state: new Uint8Array(length),
      marked: new Uint8Array(length),
    };
    for (let i = 0; i < start.length; i += 1) {
      const at = Math.floor(((start[i] ?? 0) - from) / minuteMs);
      if (at < 0 || at >= length || (count[i] ?? 0) === 0) continue;
      const isValid = (valid[i] ?? 0) > 0;
      lane.state[at] = isValid ? outcome.counts : unknown;
      if (isValid) lane.mean[at] = mean[i] ?? Number.NaN;
    }
    for (const mark of effective) {
      if (!marksFactor(mark, factor)) continue;
      // A mark that begins within a minute takes the minute: marks are whole minutes, this only keeps strangers honest.
      lane.marked.fill(
        1,
        Math.max(0, Math.floor((mark.from - from) / minuteMs)),
        Math.ceil((mark.to - from) / minuteMs),
      );
    }
    lanes.set(factor, lane);
  }
  for (const flags of block.flags ?? []) {
    const lane = lanes.get(flags.factor);
    if (lane !== undefined) nameFlags(lane, flags, from, length);
  }
  const water = meter === null ? undefined : lanes.get(meter);
  if (water !== undefined) for (const lane of lanes.values()) if (lane !== water) leaveOutDry(lane, water);
  return { from, length, of: (code) => (code === null ? null : (lanes.get(code) ?? null)) };
}

/** Minutes in which nothing flowed; and all of an hour in which, as far as the meter spoke, nothing ever did. */
function leaveOutDry(lane: Lane, water: Lane): void {
  const dry = codeOf("no-flow");
  for (let hour = 0; hour < lane.state.length; hour += minutesPerHour) {
    let [wet, still] = [0, 0];
    for (let at = hour; at < hour + minutesPerHour; at += 1) {
      const flow = flowAt(water, at);
      if (flow > 0) wet += 1;
      else if (flow <= 0) still += 1;
    }
    if (still === 0) continue;
    for (let at = hour; at < hour + minutesPerHour; at += 1)
      if (lane.state[at] === outcome.counts && (wet === 0 || flowAt(water, at) <= 0)) lane.state[at] = dry;
  }
}

/** The flag that most readings of a minute have; of two as frequent ones the first of the table. N says nothing here. */
function nameFlags(lane: Lane, { time, flag }: RawFlags, from: number, length: number): void {
  const counts = new Map<number, number[]>();
  for (let i = 0; i < time.length; i += 1) {
    const at = Math.floor(((time[i] ?? 0) - from) / minuteMs);
    const name: Flag | undefined = flag[i];
    if (name === undefined || name === "N" || at < 0 || at >= length) continue;
    if ((lane.state[at] ?? 0) < outcome.excluded) continue;
    const row = counts.get(at) ?? partExclusions.map(() => 0);
    const place = partExclusions.indexOf(name);
    row[place] = (row[place] ?? 0) + 1;
    counts.set(at, row);
  }
  for (const [at, row] of counts) lane.state[at] = outcome.excluded + row.indexOf(Math.max(...row));
}

/** Filled by `meetMinute`, so that a minute allocates nothing. */
export interface Met {
  /** Corrected where it is to be; NaN where there is none. */
  value: number;
  /** It would count if there were no marks. */
  isCountedUnmarked: boolean;
}

/** What minute `at` of a factor comes to. `reference`: oxygen to correct to, per cent; null: as measured. */
export function meetMinute(lane: Lane, oxygen: Lane | null, reference: number | null, at: number, met: Met): number {
  met.value = Number.NaN;
  met.isCountedUnmarked = false;
  const state = lane.state[at] ?? 0;
  if (state !== outcome.counts) return state;
  const dry = lane.mean[at] ?? Number.NaN;
  let isMarked = lane.marked[at] === 1;
  if (reference === null) met.value = dry;
  else {
    const corrected = correctToReference(dry, oxygenAt(oxygen, at), reference);
    if (corrected.kind === "not-possible") return isMarked ? outcome.marked : codeOf(corrected.why);
    met.value = corrected.value;
    // A mark over the oxygen takes the minute out as well: there is nothing left to correct it with.
    isMarked ||= oxygen?.marked[at] === 1;
  }
  met.isCountedUnmarked = true;
  return isMarked ? outcome.marked : outcome.counts;
}

/** Oxygen as it was measured, marked or not; null: nothing valid. */
export function oxygenAt(oxygen: Lane | null, at: number): number | null {
  return oxygen?.state[at] === outcome.counts ? (oxygen.mean[at] ?? null) : null;
}

/** Flow that counts; NaN: nothing valid, or marked. */
export function flowAt(flow: Lane | null, at: number): number {
  return flow?.state[at] === outcome.counts && flow.marked[at] !== 1 ? (flow.mean[at] ?? Number.NaN) : Number.NaN;
}

/** Is all of [from, to) under effective marks of the label "stopped" that concern the factor? They may follow each other. */
export function isStoppedByMarks(marks: readonly Mark[], factor: string, from: number, to: number): boolean {
  let reached = from;
  for (const mark of marks) {
    if (mark.from > reached) return false;
    if (marksFactor(mark, factor)) reached = Math.max(reached, mark.to);
    if (reached >= to) return true;
  }
  return false;
}

/** Those marks, earliest first. */
export function listStops(marks: readonly Mark[]): Mark[] {
  return marks
    .filter((mark) => mark.label === "stopped" && isMarkEffective(mark))
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
}

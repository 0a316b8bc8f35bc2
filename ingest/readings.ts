// The readings of one frame: decoded, judged by the rules of validation, told apart from duplicates, and brought to history,
// windows, alarms and latest values. What is refused is said in the result. Pure.
//
// A frame that is taken again (reprocessed) keeps the time at which it was received first; only those of its readings are
// taken that were refused then, and none of them replaces what is known for the same moment.

import { type Entry, type Channel, channels } from "#domain/frame.ts";
import { isWithin, type Places } from "#domain/quarantine.ts";
import { type Flag, isValidFlag, quality, type ReadingKind } from "#domain/reading.ts";
import type { Refusal } from "#domain/refusal.ts";
import { tiers, windowNumber } from "#domain/window.ts";
import type { Windows } from "./aggregate/windows.ts";
import type { Judge } from "./alarm/judge.ts";
import { decodeReadingsJson, type Point } from "./decode/decode.ts";
import { createFrameResult, type FrameResult } from "./ledger.ts";
import type { Output } from "./output.ts";
import type { Reopened } from "./pipeline.ts";
import type { Registry, Series, SiteState } from "./registry.ts";
import { checkTime, isOutOfRange, rangeQuality, timeQuality } from "./validate/validate.ts";

export interface Frame {
  readonly source: string;
  readonly channel: Channel;
  readonly payload: Uint8Array;
  /** When it was received first. */
  readonly receivedAt: number;
  /** The entry that brings it: the frame's own, or that of the command that takes it again. */
  readonly entry: Pick<Entry, "seq" | "receivedAt">;
  /** Null for a frame that is new; else the places that are taken again. */
  readonly again: Places | null;
}

export interface Readings {
  /** Takes a frame and says what became of it. */
  take(frame: Frame, output: Output): FrameResult;
}

export interface ReadingsParts {
  readonly registry: Registry;
  readonly windows: Windows;
  readonly judge: Judge;
  readonly reopen: (window: Reopened) => unknown;
}

export function createReadings({ registry, windows, judge, reopen }: ReadingsParts): Readings {
  function takeFrame(frame: Frame, result: FrameResult, output: Output): void {
    const state = registry.sites.get(frame.source);
    if (state === undefined) {
      result.refusals.push({ reason: "unknown-site", detail: frame.source, factor: null });
    } else if (frame.channel === channels.readings) {
      takeReadings(frame, state, result, output);
    } else if (frame.channel === channels.status || frame.channel === channels.answers) {
      result.control = true;
    } else {
      result.refusals.push({ reason: "unsupported-channel", detail: `channel ${frame.channel}`, factor: null });
    }
  }

  function takeReadings(frame: Frame, state: SiteState, result: FrameResult, output: Output): void {
    const decoded = decodeReadingsJson(frame.payload);
    for (const refusal of decoded.refusals) refuse(frame, result, refusal);
    decoded.points.forEach((point, i) => {
      const place = decoded.places[i] ?? 0;
      const reason = checkTime(point.time, frame.receivedAt);
      if (reason === null) {
        takePoint(frame, state, point, place, result, output);
        return;
      }
      const readings = countWanted(frame, point, place);
      const detail = new Date(point.time).toISOString();
      if (readings > 0) refuse(frame, result, { reason, detail, factor: null, point: place, readings }, true);
    });
  }

  function takePoint(
    frame: Frame,
    state: SiteState,
    point: Point,
    place: number,
    result: FrameResult,
    output: Output,
  ): void {
    const { readings } = output.history;
    const valuesFrom = readings.factor.length;
    const timeRemarks = timeQuality(point.time, frame.receivedAt);
    const mayAlarm = point.kind === "realtime" && isPresent(point.time, frame);
    for (let i = 0; i < point.factors.length; i++) {
      const code = point.factors[i] ?? "";
      const value = point.values[i] ?? 0;
      const flag = point.flags[i] ?? "N";
      if (frame.again !== null && !isWithin(frame.again, place, code)) continue;
      const series = registry.seriesOf(state, code);
      if (series === null || isOutOfRange(value, series.range)) {
        refuse(frame, result, refusalOf(series, code, value, place), true);
        continue;
      }
      result.received++;
      // Taken again: what was received for this moment since then is newer than this frame.
      const taken = frame.again !== null && state.recent.knows(point.kind, point.time, code);
      const seen = taken ? "duplicate" : state.recent.see(point.kind, point.time, code, value, flag);
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
      takeLatest(state, series, point.time, value, flag, remarks, frame.receivedAt, output);
      if (mayAlarm && isValidFlag(flag)) {
        const { seq, receivedAt } = frame.entry;
        judge.meetReading(state, series, value, { seq, eventTime: point.time, receivedAt }, output);
      }
    }
    if (readings.factor.length === valuesFrom) return;
    pushPoint(readings, state.site.id, point.kind, point.time, frame, valuesFrom);
  }

  /** A new reading of an open window is added; anything else makes the window be formed again from history. */
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
      reopen({ site: state.site.id, factor: series.factor.code, tier, number: windowNumber(tier, time) });
    }
  }

  return {
    take(frame, output) {
      const result = createFrameResult();
      takeFrame(frame, result, output);
      return result;
    },
  };
}

/** `sure`: the caller knows that it is one of the wanted places. What is about the whole frame is always said. */
function refuse(frame: Frame, result: FrameResult, refusal: Refusal, sure = false): void {
  const { point, factor } = refusal;
  if (!sure && frame.again !== null && point !== undefined && !isWithin(frame.again, point, factor)) return;
  result.refusals.push(refusal);
  result.received += refusal.readings ?? 0;
  result.quarantined += refusal.readings ?? 0;
}

function refusalOf(series: Series | null, code: string, value: number, point: number): Refusal {
  if (series !== null)
    return { reason: "out-of-range", detail: `${value} ${series.unit}`, factor: code, point, readings: 1 };
  const factor = code.slice(0, 64);
  return { reason: "unknown-factor", detail: factor, factor, point, readings: 1 };
}

function countWanted({ again }: Frame, point: Point, place: number): number {
  if (again === null || again === "all") return point.factors.length;
  return point.factors.filter((code) => isWithin(again, place, code)).length;
}

/** What comes late is stored and counted, but it does not say how things are now. "Now" is when it is taken. */
function isPresent(time: number, { entry }: Frame): boolean {
  return (timeQuality(time, entry.receivedAt) & quality.late) === 0;
}

function pushPoint(
  readings: Output["history"]["readings"],
  site: string,
  kind: ReadingKind,
  time: number,
  frame: Frame,
  valuesFrom: number,
): void {
  readings.site.push(site);
  readings.kind.push(kind);
  readings.time.push(time);
  readings.receivedAt.push(frame.receivedAt);
  readings.seq.push(frame.entry.seq);
  readings.valuesFrom.push(valuesFrom);
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

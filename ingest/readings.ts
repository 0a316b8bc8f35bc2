// The readings of one frame: decoded, judged by the rules of validation, told apart from duplicates, and brought to history,
// windows, alarms and latest values. What is refused is said in the result. Pure.
//
// A frame that is taken again (reprocessed) keeps the time at which it was received first; only those of its readings are
// taken that were refused then, and none of them replaces what is known for the same moment.

import { type Entry, type Channel, channels, type Door } from "#domain/frame.ts";
import { mnOfSource } from "#domain/logger.ts";
import { isWithin, type Places } from "#domain/quarantine.ts";
import { fieldParts, type FieldValues, partCode } from "#domain/field-values.ts";
import { type Flag, isValidFlag, quality, type ReadingKind } from "#domain/reading.ts";
import type { Refusal } from "#domain/refusal.ts";
import type { Moment, Windows } from "./aggregate/windows.ts";
import type { AlarmBook } from "./alarm/book.ts";
import { type Closing, emptyWindows } from "./closing.ts";
import { type Decoded, decodeHj212, decodeReadingsJson, type Point, type SparkplugFrames } from "./decode/decode.ts";
import { createFrameResult, type FrameResult } from "./ledger.ts";
import type { FieldMeans } from "./loggers/field-means.ts";
import type { Loggers } from "./loggers/loggers.ts";
import type { Output } from "./output.ts";
import type { Registry, SiteState } from "./registry.ts";
import { type FactorFacts, seriesBits } from "./series.ts";
import { addPoint, findPoint, flagAt, isCovered, isEmptySpan, nowhere, setValue, valueAt } from "./validate/recent.ts";
import { checkTime, isOutOfRange, rangeQuality, timeQuality } from "./validate/validate.ts";

export interface Frame {
  readonly source: string;
  readonly channel: Channel;
  readonly door: Door;
  readonly payload: Uint8Array;
  /** Its own place in the journal. */
  readonly seq: number;
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
  readonly alarms: AlarmBook;
  readonly closing: Pick<Closing, "touch" | "reopen">;
  readonly loggers: Pick<Loggers, "meet">;
  readonly fieldMeans: Pick<FieldMeans, "meetTheirs">;
  readonly sparkplug: Pick<SparkplugFrames, "decode">;
}

/** A point of a frame, and where in it it was. */
interface Placed {
  readonly point: Point;
  readonly place: number;
  /** What its values are called there. */
  readonly labels: readonly string[];
}

interface Sight {
  /** Its place among what is remembered. */
  at: number;
  /** It may have been sent before, and be forgotten. */
  readonly unsure: boolean;
  /** Null for the means of devices: they are kept beside our own. */
  readonly moment: Moment | null;
  /** Bits of the old windows in which nothing was stored yet. */
  readonly empty: number;
}

export function createReadings({
  registry,
  windows,
  alarms,
  closing,
  loggers,
  fieldMeans,
  sparkplug,
}: ReadingsParts): Readings {
  /** Whose readings they are. What a logger sent before it was registered is its site's when it is taken again. */
  function findSite({ source, again }: Frame): SiteState | undefined {
    const mn = mnOfSource(source);
    if (mn === null) return registry.sites.get(source);
    return again === null ? undefined : registry.siteOfMn(mn);
  }

  function takeFrame(frame: Frame, result: FrameResult, output: Output): void {
    const state = findSite(frame);
    if (state === undefined) {
      const mn = mnOfSource(frame.source);
      const reason = mn === null ? "unknown-site" : "unknown-logger";
      result.refusals.push({ reason, detail: mn ?? frame.source, factor: null });
      if (isHj212(frame.channel)) loggers.meet(null, frame, decodeHj212(frame.payload).packets, result, output);
    } else if (frame.channel === channels.hj212Doubtful && frame.again === null) {
      result.refusals.push({ reason: "wrong-password", detail: state.site.mn ?? "", factor: null });
      loggers.meet(state.site.id, frame, [], result, output);
    } else if (frame.channel === channels.readings) {
      takeDecoded(frame, state, decodeReadingsJson(frame.payload, state.layout.codes), result, output);
    } else if (isHj212(frame.channel)) {
      const decoded = decodeHj212(frame.payload);
      takeDecoded(frame, state, decoded, result, output);
      loggers.meet(state.site.id, frame, decoded.packets, result, output);
      result.control = decoded.control;
    } else if (frame.channel === channels.sparkplug) {
      const decoded = sparkplug.decode({ ...frame, again: frame.again !== null }, state.site);
      takeDecoded(frame, state, decoded, result, output);
      result.control = decoded.control;
      if (decoded.wanted !== null) output.live.births.push(decoded.wanted);
    } else if (frame.channel === channels.status || frame.channel === channels.answers) {
      result.control = true;
    } else {
      result.refusals.push({ reason: "unsupported-channel", detail: `channel ${frame.channel}`, factor: null });
    }
  }

  function takeDecoded(frame: Frame, state: SiteState, decoded: Decoded, result: FrameResult, output: Output): void {
    for (const refusal of decoded.refusals) refuse(frame, result, refusal);
    decoded.points.forEach((point, i) => {
      const place = decoded.places[i] ?? 0;
      const placed: Placed = { point, place, labels: decoded.labels?.[i] ?? point.factors };
      const reason = checkTime(point.time, frame.receivedAt);
      if (reason === null) {
        takePoint(frame, state, placed, result, output);
        return;
      }
      const readings = countWanted(frame, placed);
      const detail = new Date(point.time).toISOString();
      if (readings > 0) refuse(frame, result, { reason, detail, factor: null, point: place, readings }, true);
    });
  }

  function takePoint(frame: Frame, state: SiteState, placed: Placed, result: FrameResult, output: Output): void {
    const { point, place, labels } = placed;
    const { kind, time } = point;
    const { readings } = output.history;
    const valuesFrom = readings.factor.length;
    const timeRemarks = timeQuality(time, frame.receivedAt);
    const mayAlarm = kind === "realtime" && isPresent(time, frame);
    const sight = see(state, kind, time);
    const { beside } = point;
    const held: Beside[] = [];
    for (let i = 0; i < point.factors.length; i++) {
      const code = point.factors[i] ?? "";
      const value = point.values[i] ?? 0;
      const flag = point.flags[i] ?? "N";
      if (frame.again !== null && !isWithin(frame.again, place, labels[i] ?? code)) continue;
      const { layout } = state;
      // Devices mostly send their factors in one order.
      const offset = layout.codes[i] === code ? i : registry.offsetOf(state, code);
      // With a factor more, what is remembered of the site was laid out anew.
      if (layout !== state.layout && sight.at !== nowhere) sight.at = findPoint(state.recent, kind, time);
      const facts = state.layout.facts[offset] ?? null;
      if (facts === null || isOutOfRange(value, facts.range)) {
        refuse(frame, result, refusalOf(facts, labels[i] ?? code, value, place), true);
        continue;
      }
      result.received++;
      const before = sight.at === nowhere ? Number.NaN : valueAt(state.recent, sight.at, offset);
      const isKnown = !Number.isNaN(before);
      const flagBefore = isKnown ? flagAt(state.recent, sight.at, offset) : "N";
      // Taken again: what was received for this moment since then is newer than this frame.
      if (isKnown && (frame.again !== null || (before === value && flagBefore === flag))) {
        result.duplicate++;
        continue;
      }
      result.stored++;
      if (sight.at === nowhere) sight.at = addPoint(state.recent, kind, time, registry.pointsLeast);
      setValue(state.recent, sight.at, offset, value, flag);
      const series = state.series[offset] ?? -1;
      const bits = registry.series.columns.bits[series] ?? 0;
      let remarks = timeRemarks | rangeQuality(value, facts.factor);
      if ((bits & seriesBits.listed) === 0) remarks |= quality.unlisted;
      if (isKnown) remarks |= quality.revision;
      readings.factor.push(code);
      readings.value.push(value);
      readings.flag.push(flag);
      readings.quality.push(remarks);
      const sent = beside?.[i] ?? null;
      if (sent !== null) held.push({ code, sent, flag, remarks, range: facts.range });
      const isValid = isValidFlag(flag);
      if (isKnown) {
        const { receivedAt } = frame;
        const versions = { value, flag, receivedAt, before, beforeFlag: flagBefore };
        output.state.revisions.push({
          seq: frame.entry.seq,
          site: state.site.id,
          factor: code,
          kind,
          time,
          ...versions,
        });
      }
      if (sight.moment !== null) {
        const { moment } = sight;
        let gone: number;
        if (isKnown) gone = windows.revise(series, moment, before, isValidFlag(flagBefore), value, isValid);
        else if (sight.unsure) gone = windows.addUnsure(series, moment, value, isValid);
        else gone = windows.add(series, moment, value, isValid, sight.empty);
        if (gone !== 0) closing.reopen(state.site.id, moment, gone);
      } else if (kind === "hour" || kind === "day") {
        fieldMeans.meetTheirs(state, offset, { basis: kind, time, value, valid: isValid }, frame.entry, output);
      }
      if (registry.series.takeNewest(series, time, value, flag, remarks, frame.receivedAt)) {
        output.state.latest.add(series);
        output.live.latest.add(series);
      }
      const watch = (bits & seriesBits.watched) === 0 ? undefined : registry.watches.get(series);
      if (mayAlarm) {
        registry.series.columns.heardAt[series] = alarms.clock;
        const isCalm = isValid && (watch === undefined || alarms.isCalm(watch, value, time));
        if (!isCalm || (bits & seriesBits.silent) !== 0) meetAlarms(frame, state, offset, time, value, flag, output);
      } else if (kind === "realtime") {
        alarms.noteLate(state);
        if (watch !== undefined && isValid && !alarms.isCalmLate(watch, value, time)) {
          const { seq, receivedAt } = frame.entry;
          alarms.meetLate(registry.watch(state, offset), value, { seq, eventTime: time, receivedAt }, output);
        }
      }
    }
    if (readings.factor.length === valuesFrom) return;
    if (held.length > 0) pushBeside(readings, held);
    pushPoint(readings, state.site.id, kind, time, frame, valuesFrom);
    if (sight.moment !== null && sight.moment.closed !== 0) closing.touch(state);
  }

  /** A reading that says how things are now, and may change what is known of them. */
  function meetAlarms(
    frame: Frame,
    state: SiteState,
    offset: number,
    time: number,
    value: number,
    flag: Flag,
    output: Output,
  ): void {
    const { seq, receivedAt } = frame.entry;
    const on = { seq, eventTime: time, receivedAt };
    const series = state.series[offset] ?? -1;
    const bits = registry.series.columns.bits[series] ?? 0;
    if ((bits & seriesBits.silent) !== 0) alarms.heard(state, series, on, output);
    if (!isValidFlag(flag)) alarms.meetFlag(state, offset, flag, on, output);
    else if ((bits & seriesBits.watched) !== 0) alarms.meetReading(registry.watch(state, offset), value, on, output);
  }

  /** What is known of a moment of a site before its readings are taken: asked once for all of them. */
  function see(state: SiteState, kind: ReadingKind, time: number): Sight {
    const { recent } = state;
    const at = findPoint(recent, kind, time);
    if (kind !== "realtime") return { at, unsure: false, moment: null, empty: 0 };
    const moment = windows.moment(time);
    const empty = moment.old === 0 ? 0 : emptyWindows(moment, (from, to) => isEmptySpan(recent, from, to));
    return { at, unsure: isCovered(recent, time), moment, empty };
  }

  return {
    take(frame, output) {
      const result = createFrameResult();
      takeFrame(frame, result, output);
      return result;
    },
  };
}

/** What was sent beside a value that is stored. */
interface Beside extends Pick<FactorFacts, "range"> {
  readonly code: string;
  readonly sent: FieldValues;
  readonly flag: Flag;
  readonly remarks: number;
}

/** Behind all values of the point. What is physically impossible is left out; the frame is kept as it came. */
function pushBeside(readings: Output["history"]["readings"], held: readonly Beside[]): void {
  for (const { code, sent, flag, remarks, range } of held) {
    for (const part of fieldParts) {
      const value = sent[part] ?? null;
      if (value === null || (part !== "total" && isOutOfRange(value, range))) continue;
      readings.factor.push(partCode(code, part));
      readings.value.push(value);
      readings.flag.push(flag);
      readings.quality.push(remarks);
    }
  }
}

function isHj212(channel: Channel): boolean {
  return channel === channels.hj212 || channel === channels.hj212Doubtful;
}

/** `sure`: the caller knows that it is one of the wanted places. What is about the whole frame is always said. */
function refuse(frame: Frame, result: FrameResult, refusal: Refusal, sure = false): void {
  const { point, factor } = refusal;
  if (!sure && frame.again !== null && point !== undefined && !isWithin(frame.again, point, factor)) return;
  result.refusals.push(refusal);
  result.received += refusal.readings ?? 0;
  result.quarantined += refusal.readings ?? 0;
}

function refusalOf(facts: FactorFacts | null, code: string, value: number, point: number): Refusal {
  if (facts !== null)
    return { reason: "out-of-range", detail: `${value} ${facts.unit}`, factor: code, point, readings: 1 };
  const factor = code.slice(0, 64);
  return { reason: "unknown-factor", detail: factor, factor, point, readings: 1 };
}

function countWanted({ again }: Frame, { labels, place }: Placed): number {
  if (again === null || again === "all") return labels.length;
  return labels.filter((label) => isWithin(again, place, label)).length;
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

// What a message of a logger says: readings by factor and time, states of facilities, information of instruments, settings.
// Values are as the device sent them, in the device's units; nothing is judged against a clock, a registry or a range. What is
// not understood is kept by its key. Readings of the kinds minute, hour and day are timed by the START of their interval.

import type { Flag, ReadingKind } from "../reading.ts";
import { type Content, findCommand } from "./commands.ts";
import { findFactorCode } from "./factor-codes.ts";
import { type AreaRecord, type Item, readRecords, type Suffix } from "./items.ts";
import type { Message } from "./message.ts";
import type { Remark, RemarkName } from "./refusal.ts";
import { parseStamp } from "./stamp.ts";
import { readFlagOf, readValue } from "./value.ts";

/** One factor at one time. Numbers are null when nothing was sent, or no number. */
export interface FieldReading {
  /** The code of 2017, or the one that was sent when it is in no table. */
  readonly factor: string;
  readonly sentAs: string;
  readonly kind: ReadingKind;
  /** DataTime, epoch ms. */
  readonly time: number;
  /** Rtd of real-time data, Avg of means, Data of noise. */
  readonly value: number | null;
  /** What was sent for the value when it is no number: "--", "St" … */
  readonly text: string | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Cou: m³ for flows, kg for masses, g for those measured in µg. */
  readonly total: number | null;
  /** Zs…: at the reference oxygen. */
  readonly converted: number | null;
  readonly convertedMin: number | null;
  readonly convertedMax: number | null;
  /** Noise by day and by night. */
  readonly day: number | null;
  readonly night: number | null;
  /** Null = a flag was sent that is none of those known. Without a flag N is meant. */
  readonly flag: Flag | null;
  readonly sentFlag: string | null;
  /** EFlag: the instrument's own. */
  readonly instrumentFlag: string | null;
  /** When the analyser took the sample, epoch ms. */
  readonly sampleTime: number | null;
  /** Everything that was sent, by suffix. */
  readonly fields: ReadonlyMap<string, string>;
}

/** State (RS: 0 off, 1 run, 2 calibrating, 3 maintenance, 4 alarm, 5 back-blow) or hours of a day (RT). */
export interface FacilityReading {
  readonly facility: string;
  readonly time: number;
  readonly state: number | null;
  readonly runHours: number | null;
}

/** i12001-Info of w01018, or the serial number of its analyser (suffix SN), or a field of a check or an alarm. */
export interface Information {
  readonly code: string;
  /** The analyser it is about; "" for the logger itself. */
  readonly polId: string;
  readonly suffix: string;
  /** A log without its slashes. */
  readonly value: string;
  /** Null when the message has no DataTime. */
  readonly time: number | null;
}

export interface MessageContent {
  /** The first DataTime of the message, epoch ms; null when there is none, or none that is a time. */
  readonly dataTime: number | null;
  readonly readings: readonly FieldReading[];
  readonly facilities: readonly FacilityReading[];
  readonly information: readonly Information[];
  /** SystemTime, RtdInterval, QnRtn … and whatever else has no hyphen in its key. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Records that cannot be placed in time, with the number of values in them. The message is answered all the same. */
  readonly refusals: readonly { readonly reason: "invalid-time"; readonly detail: string; readonly values: number }[];
  readonly remarks: readonly Remark[];
}

interface Draft {
  dataTime: number | null;
  readonly readings: FieldReading[];
  readonly facilities: FacilityReading[];
  readonly information: Information[];
  readonly parameters: Map<string, string>;
  readonly refusals: { reason: "invalid-time"; detail: string; values: number }[];
  readonly remarks: Remark[];
}

/** Where the value of a reading stands. */
interface Series {
  readonly kind: ReadingKind;
  /** In this order; noise has Data. */
  readonly usual: readonly Suffix[];
  /** Deviations seen in the field, remarked. */
  readonly unusual: readonly Suffix[];
}

function seriesOf(kind: ReadingKind, usual: Suffix, unusual: Suffix): Series {
  return { kind, usual: [usual, "Data"], unusual: [unusual] };
}

const seriesByContent: Readonly<Partial<Record<Content, Series>>> = {
  realtime: seriesOf("realtime", "Rtd", "Avg"),
  raw: { kind: "realtime", usual: ["Rtd", "Avg", "Data"], unusual: [] },
  minute: seriesOf("minute", "Avg", "Rtd"),
  hour: seriesOf("hour", "Avg", "Rtd"),
  day: seriesOf("day", "Avg", "Rtd"),
};

export function readContent(message: Message): MessageContent {
  const draft: Draft = {
    dataTime: null,
    readings: [],
    facilities: [],
    information: [],
    parameters: new Map(),
    refusals: [],
    remarks: [],
  };
  const series = seriesByContent[findCommand(message.cn)?.content ?? "nothing"] ?? null;
  for (const record of readRecords(message.groups, draft.remarks)) readRecord(record, series, draft);
  return draft;
}

function readRecord(record: AreaRecord, series: Series | null, draft: Draft): void {
  for (const [key, value] of record.parameters) if (!draft.parameters.has(key)) draft.parameters.set(key, value);
  const time = readTime(record.dataTime, draft.remarks);
  if (typeof time === "number") draft.dataTime ??= time;
  const timed: Item[] = [];
  for (const item of record.items) {
    if (readInformation(item, typeof time === "number" ? time : null, series, draft)) timed.push(item);
  }
  if (timed.length === 0) return;
  if (typeof time !== "number") {
    draft.refusals.push({ reason: "invalid-time", detail: time, values: timed.length });
    return;
  }
  for (const item of timed) {
    if (item.fields.has("RS") || item.fields.has("RT")) draft.facilities.push(readFacility(item, time));
    else if (series !== null) draft.readings.push(readReading(item, series, time, draft.remarks));
  }
}

function readTime(text: string | null, remarks: Remark[]): number | string {
  if (text === null) return "no DataTime";
  const time = parseStamp(text);
  if (typeof time !== "number") return `DataTime ${text.slice(0, 40)}: ${time}`;
  if (text.length > 14) remarks.push({ name: "time-too-precise", about: text });
  return time;
}

/** Tells what is no reading; true when the item is one, and needs a time. */
function readInformation(item: Item, time: number | null, series: Series | null, draft: Draft): boolean {
  let isReading = item.fields.has("RS") || item.fields.has("RT");
  for (const [suffix, text] of item.fields) {
    if (suffix === "RS" || suffix === "RT") continue;
    if (series !== null && suffix !== "Info" && suffix !== "SN") {
      isReading = true;
      continue;
    }
    const value = text.length >= 4 && text.startsWith("//") && text.endsWith("//") ? text.slice(2, -2) : text;
    draft.information.push({ code: item.code, polId: item.polId, suffix, value, time });
  }
  return isReading;
}

function readFacility(item: Item, time: number): FacilityReading {
  const number = (suffix: Suffix): number | null => readValue(item.fields.get(suffix) ?? "").value;
  return { facility: item.code, time, state: number("RS"), runHours: number("RT") };
}

function readReading(item: Item, series: Series, time: number, remarks: Remark[]): FieldReading {
  const { fields, code } = item;
  const say = (name: RemarkName): void => void remarks.push({ name, about: code.slice(0, 40) });
  const { factor, known, unprefixed } = findFactorCode(code);
  if (unprefixed) say("unprefixed-code");
  else if (!known) say("unknown-factor");

  const number = (suffix: Suffix): number | null => readValue(fields.get(suffix) ?? "").value;
  const { kind } = series;
  const suffix = findValueSuffix(fields, series);
  if (suffix !== null && series.unusual.includes(suffix)) say("unusual-suffix");
  const text = suffix === null ? null : (fields.get(suffix) ?? "");
  const { value, fill } = readValue(text ?? "");
  if (text !== null && value === null) say(fill ? "fill-value" : "no-number");
  const flag = readFlagOf(fields.get("Flag"));
  if (flag === null) say("flag-unknown");
  const sampleTime = parseStamp(fields.get("SampleTime") ?? "");
  return {
    factor,
    sentAs: code,
    kind,
    time,
    value,
    text: value === null ? text : null,
    min: number("Min"),
    max: number("Max"),
    total: number("Cou"),
    converted: number(kind === "realtime" ? "ZsRtd" : "ZsAvg"),
    convertedMin: number("ZsMin"),
    convertedMax: number("ZsMax"),
    day: number("DayData"),
    night: number("NightData"),
    flag,
    sentFlag: fields.get("Flag") ?? null,
    instrumentFlag: fields.get("EFlag") ?? null,
    sampleTime: typeof sampleTime === "number" ? sampleTime : null,
    fields,
  };
}

/** Ld has a DayData alone and Ln a NightData alone: that is their value. LMx has both beside its Data: they are none. */
function findValueSuffix(fields: ReadonlyMap<string, string>, series: Series): Suffix | null {
  const given = [...series.usual, ...series.unusual].find((suffix) => fields.has(suffix));
  if (given !== undefined) return given;
  const [day, night] = [fields.has("DayData"), fields.has("NightData")];
  if (day === night) return null;
  return day ? "DayData" : "NightData";
}

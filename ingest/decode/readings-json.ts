// The JSON of `v1/{site}/readings` → points. Tolerant where nothing is lost by it (a bare NaN costs one value, not the
// frame), strict where a guess could put a wrong number into history.

import { bounds } from "#domain/bounds.ts";
import { type FieldValues, pickFieldValues } from "#domain/field-values.ts";
import { type Flag, isFlag, isReadingKind } from "#domain/reading.ts";
import type { Refusal, RefusalReason } from "#domain/refusal.ts";
import { parseIsoTime } from "#domain/time.ts";
import type { Decoded, Point } from "./decode.ts";
import { withBeside } from "./beside.ts";
import { decodeFlat } from "./flat-json.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Shape of the contract: an object {time, kind?, values} or an array of such. Never throws. `expected`: codes in the order in
 * which they probably come. The answer is valid until the next call.
 */
export function decodeReadingsJson(payload: Uint8Array, expected: readonly string[] = []): Decoded {
  return decodeFlat(payload, expected) ?? decodeAnyJson(payload);
}

/** The same for every frame, the usual one too. */
export function decodeAnyJson(payload: Uint8Array): Decoded {
  const decoded: Decoded = { points: [], places: [], refusals: [], refusedReadings: 0 };
  const json = parseJson(payload);
  if (json === undefined) {
    refuse(decoded, "invalid-json", "not JSON in UTF-8");
    return decoded;
  }
  if (!Array.isArray(json)) {
    decodePoint(json, 0, decoded);
  } else if (json.length === 0) {
    refuse(decoded, "no-values", "an empty array");
  } else if (json.length > bounds.frameValuesMax) {
    refuse(decoded, "too-many-values", `an array of ${json.length}`);
  } else {
    for (const [place, each] of json.entries()) decodePoint(each, place, decoded);
  }
  return decoded;
}

function refuse(decoded: Decoded, reason: RefusalReason, detail: string): void {
  decoded.refusals.push({ reason, detail: clip(detail), factor: null } satisfies Refusal);
}

/** Refuses an object of the frame (factor null) or one value of it, and counts the readings that are lost by it. */
function refusePart(
  decoded: Decoded,
  [point, factor]: readonly [point: number, factor: string | null],
  readings: number,
  reason: RefusalReason,
  detail: string,
): void {
  decoded.refusedReadings += readings;
  decoded.refusals.push({ reason, detail: clip(detail), factor, point, readings } satisfies Refusal);
}

function clip(text: string): string {
  return text.length <= bounds.textCharsMax ? text : `${text.slice(0, bounds.textCharsMax)}…`;
}

function parseJson(payload: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Several languages write NaN and Infinity into JSON. The value is refused below; its neighbours are good.
    const mended = mendNotFinite(text);
    if (mended === null) return undefined;
    try {
      return JSON.parse(mended);
    } catch {
      return undefined;
    }
  }
}

// An unterminated string runs to the end: else every further quote would be tried as a start, in quadratic time.
const stringOrNotFinite = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g;

/** Bare NaN and Infinity outside of strings → 1e999, which parses to Infinity; null when there is none. */
function mendNotFinite(text: string): string | null {
  let found = false;
  const mended = text.replace(stringOrNotFinite, (token) => {
    if (token.startsWith('"')) return token;
    found = true;
    return "1e999";
  });
  return found ? mended : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodePoint(json: unknown, place: number, decoded: Decoded): void {
  if (!isObject(json)) {
    refusePart(decoded, [place, null], 0, "invalid-shape", "expected an object with time and values");
    return;
  }
  const { kind = "realtime", values } = json;
  if (!isObject(values)) {
    refusePart(decoded, [place, null], 0, "invalid-shape", "values must be an object of factor codes");
    return;
  }
  const codes = Object.keys(values);
  const time = parseTime(json["time"]);
  const reason = pointRefusal(time, kind, codes.length);
  if (reason !== null) {
    refusePart(decoded, [place, null], codes.length, reason, describe(reason, json, codes.length));
    return;
  }
  if (time === null || !isReadingKind(kind)) return; // pointRefusal has said so
  const point: Point = { time, kind, factors: [], values: [], flags: [] };
  const beside: (FieldValues | null)[] = [];
  for (const code of codes) decodeValue(code, values[code], place, point, beside, decoded);
  if (point.factors.length === 0) return;
  decoded.points.push(withBeside(point, beside));
  decoded.places.push(place);
}

function pointRefusal(time: number | null, kind: unknown, count: number): RefusalReason | null {
  if (time === null) return "invalid-time";
  if (!isReadingKind(kind)) return "invalid-kind";
  if (count === 0) return "no-values";
  if (count > bounds.frameValuesMax) return "too-many-values";
  return null;
}

function describe(reason: RefusalReason, json: Record<string, unknown>, count: number): string {
  if (reason === "invalid-time") return `time: ${printValue(json["time"])}`;
  if (reason === "invalid-kind") return `kind: ${printValue(json["kind"])}`;
  return `${count} values`;
}

/** ISO 8601 with an offset, or whole epoch milliseconds. */
function parseTime(time: unknown): number | null {
  if (typeof time === "string") return parseIsoTime(time);
  if (typeof time !== "number" || !Number.isFinite(time)) return null;
  const ms = Math.trunc(time);
  return Math.abs(ms) <= 8.64e15 ? ms : null;
}

function decodeValue(
  code: string,
  json: unknown,
  place: number,
  point: Point,
  beside: (FieldValues | null)[],
  decoded: Decoded,
): void {
  const value = isObject(json) ? json["value"] : json;
  const flag: unknown = isObject(json) && json["flag"] !== undefined ? json["flag"] : "N";
  let reason: RefusalReason | null = null;
  if (typeof value !== "number") reason = "not-a-number";
  else if (!Number.isFinite(value)) reason = "not-finite";
  else if (!isFlag(flag)) reason = "invalid-flag";
  if (reason !== null) {
    const detail = reason === "invalid-flag" ? `flag: ${printValue(flag)}` : `value: ${printValue(value)}`;
    refusePart(decoded, [place, clip(code)], 1, reason, detail);
    return;
  }
  point.factors.push(code);
  point.values.push(value as number);
  point.flags.push(flag as Flag);
  beside.push(isObject(json) ? readBeside(json) : null);
}

const partsOfJson = ["min", "max", "total", "converted"] as const;

/** What is no number is left out: the value itself is good, and the frame is kept as it came. */
function readBeside(json: Record<string, unknown>): FieldValues | null {
  const numbers = partsOfJson.flatMap((part) => {
    const value = json[part];
    return typeof value === "number" && Number.isFinite(value) ? [[part, value] as const] : [];
  });
  return pickFieldValues(Object.fromEntries(numbers));
}

/** Arrays and objects by name only: writing one out recurses, and a device chooses how deep. */
function printValue(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return "an array";
  if (isObject(value)) return "an object";
  return JSON.stringify(value) ?? "missing";
}

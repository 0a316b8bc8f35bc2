// The quick way through the usual frame, {"time":…,"values":{"w01018":45.2,…}}, straight from its bytes: no text, no objects,
// nothing allocated. It takes only what it reads beyond doubt (plain keys that occur once, plain numbers) and leaves
// everything else to readings-json.ts, which decides what such a frame means. For a frame that both take, both say the same;
// a property test holds that. Measured, it takes about half of the time, and leaves nothing behind to be collected. Pure but for its memory of known codes.

import { bounds } from "#domain/bounds.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { Decoded, Point } from "./decode.ts";
import type { Flag } from "#domain/reading.ts";

const quote = 0x22;
const colon = 0x3a;
const comma = 0x2c;
const dot = 0x2e;
const minus = 0x2d;
const plus = 0x2b;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const zero = 0x30;
const nine = 0x39;

/** More digits than these are not exact in a double, and need a longer division. */
const digitsMax = 15;
const powersOfTen = Array.from({ length: digitsMax + 1 }, (_, n) => 10 ** n);

/** Codes that were seen, by a number made of their bytes; a device may invent codes, so there is room for so many only. */
const knownCodesMax = 4096;
const knownCodes = new Map<number, string>();

/** The result, used again by the next call: what is decoded is used up before the next frame. */
interface Scratch {
  time: number;
  readonly kind: "realtime";
  readonly factors: string[];
  readonly values: number[];
  readonly flags: Flag[];
}
const point: Scratch = { time: 0, kind: "realtime", factors: [], values: [], flags: [] };
const decoded: Decoded = { points: [point satisfies Point], places: [0], refusals: [], refusedReadings: 0 };

/** Where the reader stands; every step below moves it, or answers that the frame is not for this way. */
let bytes: Uint8Array = new Uint8Array(0);
let at = 0;

/**
 * Null: not the usual frame. `expected`: codes in the order in which they probably come, each once; it changes no answer.
 * The answer is valid until the next call.
 */
export function decodeFlat(payload: Uint8Array, expected: readonly string[] = []): Decoded | null {
  bytes = payload;
  at = 0;
  const isFlat = readFrame(expected);
  bytes = nothing;
  return isFlat ? decoded : null;
}
const nothing = new Uint8Array(0);

function readFrame(expected: readonly string[]): boolean {
  let hasTime = false;
  let hasValues = false;
  skipBlanks();
  if (!take(openBrace)) return false;
  for (;;) {
    skipBlanks();
    if (!hasTime && takeKey("time")) {
      if (!readTime()) return false;
      hasTime = true;
    } else if (!hasValues && takeKey("values")) {
      if (!readValues(expected)) return false;
      hasValues = true;
    } else {
      return false;
    }
    skipBlanks();
    if (take(comma)) continue;
    if (!take(closeBrace)) return false;
    skipBlanks();
    return at === bytes.length && hasTime && hasValues;
  }
}

function take(byte: number): boolean {
  if (bytes[at] !== byte) return false;
  at++;
  return true;
}

function skipBlanks(): void {
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
    at++;
  }
}

/** `"key"` and its colon. Stays where it is when there is something else. */
function takeKey(key: string): boolean {
  const from = at;
  if (take(quote)) {
    let i = 0;
    while (i < key.length && bytes[at + i] === key.charCodeAt(i)) i++;
    at += i;
    if (i === key.length && take(quote)) {
      skipBlanks();
      if (take(colon)) {
        skipBlanks();
        return true;
      }
    }
  }
  at = from;
  return false;
}

function readValues(expected: readonly string[]): boolean {
  const { factors, values, flags } = point;
  if (!take(openBrace)) return false;
  let count = 0;
  let isExpected = true;
  for (;;) {
    skipBlanks();
    let code: string | null = expected[count] ?? null;
    if (code === null || !takeCode(code)) {
      code = readCode();
      isExpected = false;
    }
    // Of a key that occurs twice JSON keeps the first place and the last value. What is expected occurs once.
    if (code === null || count === bounds.frameValuesMax || (!isExpected && isAmong(code, count))) return false;
    skipBlanks();
    if (!take(colon)) return false;
    skipBlanks();
    const value = readNumber();
    if (Number.isNaN(value)) return false;
    factors[count] = code;
    values[count] = value;
    flags[count] = "N";
    count++;
    skipBlanks();
    if (take(comma)) continue;
    if (!take(closeBrace)) return false;
    factors.length = values.length = flags.length = count;
    return true;
  }
}

/** `"code"`; stays where it is when there is something else. */
function takeCode(code: string): boolean {
  const from = at + 1;
  const to = from + code.length;
  if (bytes[at] !== quote || bytes[to] !== quote || !isText(code, from, to)) return false;
  at = to + 1;
  return true;
}

/** Frames of many factors would take long to compare each with each: they go the other way. */
const comparedMax = 64;

function isAmong(code: string, count: number): boolean {
  if (count >= comparedMax) return true;
  for (let i = 0; i < count; i++) if (point.factors[i] === code) return true;
  return false;
}

/** A key of letters and digits that begins with a letter: objects put keys that are whole numbers into another order. */
function readCode(): string | null {
  if (!take(quote)) return null;
  const from = at;
  let hash = 0;
  for (;;) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) break;
    const isLetter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
    const isInner = at > from && ((byte >= zero && byte <= nine) || byte === dot || byte === minus);
    if (!isLetter && !isInner) return null;
    hash = (Math.imul(hash, 31) + byte) | 0;
    at++;
  }
  const to = at++;
  if (to === from) return null;
  const known = knownCodes.get(hash);
  if (known !== undefined && isText(known, from, to)) return known;
  let code = "";
  for (let i = from; i < to; i++) code += String.fromCharCode(bytes[i] ?? 0);
  if (known === undefined && knownCodes.size < knownCodesMax && code.length <= bounds.textCharsMax)
    knownCodes.set(hash, code);
  return code;
}

function isText(text: string, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = from; i < to; i++) if (bytes[i] !== text.charCodeAt(i - from)) return false;
  return true;
}

/**
 * A number of at most fifteen digits without an exponent: a whole number divided by a power of ten, both exact. NaN for
 * everything else.
 */
function readNumber(): number {
  const isNegative = take(minus);
  const text = bytes;
  const from = at;
  let i = from;
  let whole = 0;
  let byte = text[i] ?? 0;
  while (byte >= zero && byte <= nine) {
    whole = whole * 10 + (byte - zero);
    byte = text[++i] ?? 0;
  }
  const wholeDigits = i - from;
  // JSON allows no leading zero.
  if (wholeDigits === 0 || wholeDigits > digitsMax || (wholeDigits > 1 && text[from] === zero)) return Number.NaN;
  let decimals = 0;
  if (byte === dot) {
    const dotAt = i;
    byte = text[++i] ?? 0;
    while (byte >= zero && byte <= nine) {
      whole = whole * 10 + (byte - zero);
      byte = text[++i] ?? 0;
    }
    decimals = i - dotAt - 1;
    if (decimals === 0 || wholeDigits + decimals > digitsMax) return Number.NaN;
  }
  if (byte === 0x65 || byte === 0x45) return Number.NaN;
  at = i;
  const value = decimals === 0 ? whole : whole / (powersOfTen[decimals] ?? 1);
  return isNegative ? -value : value;
}

/** Whole milliseconds, or `2026-11-22T08:43:40[.123]` with Z or an offset. */
function readTime(): boolean {
  if (bytes[at] !== quote) {
    const ms = readNumber();
    point.time = ms;
    return Number.isInteger(ms) && Math.abs(ms) <= 8.64e15;
  }
  at++;
  const year = digits(4, minus);
  const month = digits(2, minus);
  const day = digits(2, 0x54);
  const hour = digits(2, colon);
  const minute = digits(2, colon);
  const second = digits(2, 0);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || minute < 0 || second < 0) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  if (!findDay(year, month, day)) return false;
  let ms = 0;
  if (take(dot)) {
    ms = digits(3, 0);
    if (ms < 0) return false;
  }
  const local = foundAt + hour * hourMs + minute * minuteMs + second * 1000 + ms;
  let offset = 0;
  if (!take(0x5a)) {
    const isWest = take(minus);
    if (!isWest && !take(plus)) return false;
    const hours = digits(2, colon);
    const minutes = digits(2, 0);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return false;
    offset = (isWest ? -1 : 1) * (hours * hourMs + minutes * minuteMs);
  }
  point.time = local - offset;
  return take(quote);
}

/** So many digits and the byte behind them (0: none); -1 when there is something else. */
function digits(count: number, end: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > nine) return -1;
    value = value * 10 + (byte - zero);
    at++;
  }
  return end === 0 || take(end) ? value : -1;
}

/** Nearly all frames are of one day: it is looked up once. */
let foundDay = 0;
let foundAt = 0;

/** False when the month has no such day. */
function findDay(year: number, month: number, day: number): boolean {
  const wanted = (year * 100 + month) * 100 + day;
  if (wanted === foundDay) return true;
  const from = Date.UTC(year, month - 1, day);
  if (new Date(from).getUTCDate() !== day) return false;
  foundDay = wanted;
  foundAt = from;
  return true;
}

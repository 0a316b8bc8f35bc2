// A place in a stream where a frame may begin: is its head one, and is what follows a whole and right frame? Pure questions
// about bytes; the order in which they are asked is the deframer's.

import { crcOf, modbusCrcOf, readCrc } from "./crc.ts";
import type { StreamHint, StreamRefusal } from "./refusal.ts";
import { sizes } from "./sizes.ts";

/**
 * Reads an encrypted data segment (HJ 212-2025); null when it cannot, and it never throws. The checksum is that of the plain
 * text.
 */
export type Decipher = (segment: Uint8Array) => Uint8Array | null;

const mark = 0x23; // "#"

/** So many bytes are needed to judge a head: "##0101" and the longest field name, "Flag=". */
export const headBytesJudged = sizes.headBytes + 5;

export type HeadVerdict =
  | { readonly kind: "frame"; readonly end: number }
  | { readonly kind: "refused"; readonly reason: StreamRefusal }
  /** Two marks within something else: nothing to be reported. */
  | { readonly kind: "noise" };

/** Up to here a plain loop is quicker than a search, which knows nothing of `to`. */
const plainLoopBytes = 64;

/** First "##" from `from` on, or -1; `to` ends what is valid in the buffer. */
export function findMark(bytes: Uint8Array, from: number, to: number): number {
  let at = to - from <= plainLoopBytes ? from : bytes.indexOf(mark, from);
  while (at >= 0 && at + 1 < to) {
    if (bytes[at] === mark && bytes[at + 1] === mark) return at;
    at = to - at <= plainLoopBytes ? at + 1 : bytes.indexOf(mark, at + 1);
  }
  return -1;
}

export function judgeHead(bytes: Uint8Array, at: number, segmentBytesMax: number): HeadVerdict {
  // Only what goes on like a data segment was meant as a frame. It keeps two marks in noise from holding up what follows.
  if (!isFieldStart(bytes, at + sizes.headBytes)) return { kind: "noise" };
  let length = 0;
  for (let place = at + 2; place < at + sizes.headBytes; place++) {
    const digit = (bytes[place] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return { kind: "refused", reason: "length" };
    length = length * 10 + digit;
  }
  if (length > segmentBytesMax) return { kind: "refused", reason: "too-long" };
  if (length < sizes.segmentBytesMin) return { kind: "refused", reason: "length" };
  return { kind: "frame", end: at + sizes.headBytes + length + sizes.checksumBytes };
}

/** Two to four letters and an equals sign: QN=, ST=, Flag=, PNUM= … in whatever order and case they come. */
function isFieldStart(bytes: Uint8Array, at: number): boolean {
  for (let letters = 0; letters <= 4; letters++) {
    const code = bytes[at + letters] ?? 0;
    if (code === 0x3d) return letters >= 2;
    const lower = code | 0x20;
    if (lower < 0x61 || lower > 0x7a) return false;
  }
  return false;
}

export type FrameVerdict =
  | { readonly ok: true; readonly segment: Uint8Array; readonly deciphered: boolean }
  | { readonly ok: false; readonly reason: "length" | "crc"; readonly hint: StreamHint | null };

/** All bytes of the frame are there: `start` is its first mark, `end` is behind the last digit of its checksum. */
export function judgeFrame(bytes: Uint8Array, start: number, end: number, decipher: Decipher | null): FrameVerdict {
  const from = start + sizes.headBytes;
  const to = end - sizes.checksumBytes;
  const given = readCrc(bytes, to);
  if (given === null) return { ok: false, reason: "length", hint: null };
  if (crcOf(bytes, from, to) === given) return { ok: true, segment: bytes.slice(from, to), deciphered: false };
  if (decipher !== null) {
    const plain = decipher(bytes.slice(from, to));
    if (plain !== null && crcOf(plain) === given) return { ok: true, segment: plain, deciphered: true };
  }
  // Whatever does not end like a data segment was cut at the wrong place: hexadecimal digits are found anywhere.
  const closed = bytes[to - 1] === 0x26 && bytes[to - 2] === 0x26;
  if (!closed) return { ok: false, reason: "length", hint: null };
  if (modbusCrcOf(bytes, from, to) === given) return { ok: false, reason: "crc", hint: "modbus" };
  return { ok: false, reason: "crc", hint: looksEncrypted(bytes, from, to) ? "encrypted" : null };
}

/** Cipher blocks have high bytes, Chinese text has them too: hence a hint and no more. */
function looksEncrypted(bytes: Uint8Array, from: number, to: number): boolean {
  if (versionBits(bytes, from, to) !== 2) return false;
  for (let at = from; at < to; at++) if ((bytes[at] ?? 0) >= 0x80) return true;
  return false;
}

/** Version of the first "Flag=" in the header, or -1. */
function versionBits(bytes: Uint8Array, from: number, to: number): number {
  const name = [0x46, 0x6c, 0x61, 0x67, 0x3d]; // Flag=
  for (let at = from; at + name.length < to; at++) {
    if (!name.every((code, place) => bytes[at + place] === code)) continue;
    let flag = 0;
    for (let place = at + name.length; place < to; place++) {
      const digit = (bytes[place] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      flag = flag * 10 + digit;
      if (flag > 255) return -1;
    }
    return flag >> 2;
  }
  return -1;
}

/**
 * Does an instrument log, a value between // and //, stand open at `to`? It ends where a divider follows. What looks like a
 * frame in there may be a quotation of one, and waits until the frame around it is known to be none.
 */
export function isTextOpen(bytes: Uint8Array, from: number, to: number): boolean {
  let open = false;
  for (let at = from; at + 1 < to; at++) {
    if (bytes[at] !== 0x2f || bytes[at + 1] !== 0x2f) continue;
    const after = bytes[at + 2];
    if (!open) {
      open = bytes[at - 1] === 0x3d;
    } else if (at + 2 === to || after === 0x2c || after === 0x3b || after === 0x26) {
      open = false;
    }
  }
  return open;
}

// What loggers in the field do wrong to their packets, as functions over bytes; and which report a forgetful one leaves out.

import { hourMs } from "#domain/time.ts";
import { mix } from "../random.ts";
import type { ClosedWindow } from "./windows.ts";

/** The checksum begins so many bytes before the end: four digits, CR, LF. */
const checksumPlace = 6;

/** One minute report of every hour, another one each hour. */
export function isForgotten({ span, startMs, lengthMs }: ClosedWindow, seed: number): boolean {
  if (span !== "minute") return false;
  const perHour = Math.max(1, Math.round(hourMs / lengthMs));
  const hour = Math.floor(startMs / hourMs);
  return Math.floor((startMs % hourMs) / lengthMs) === mix(seed, hour) % perHour;
}

/** FF never is the low byte of a checksum [annex A: only 256 values occur], so this is wrong for certain. */
export function breakChecksum(bytes: Uint8Array): Uint8Array {
  const broken = bytes.slice();
  broken.fill(0x46, bytes.length - checksumPlace + 2, bytes.length - checksumPlace + 4);
  return broken;
}

export function lowerChecksum(bytes: Uint8Array): Uint8Array {
  const lower = bytes.slice();
  for (let at = bytes.length - checksumPlace; at < bytes.length - 2; at++) {
    const byte = lower[at] ?? 0;
    if (byte >= 0x41 && byte <= 0x46) lower[at] = byte + 0x20;
  }
  return lower;
}

export function dropCarriageReturn(bytes: Uint8Array): Uint8Array {
  const short = bytes.slice(0, bytes.length - 1);
  short[short.length - 1] = 0x0a;
  return short;
}

export function glue(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

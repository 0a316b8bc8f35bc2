// Points into text, byte by byte into one buffer: a template string per point costs several times as much, and an export is
// millions of points. Numbers are written as JavaScript writes them. Pure.

import { dayMs, zoneOffsetMs } from "#domain/time.ts";

/** Pieces of an answer are cut at about this size. */
export const pieceBytes = 128 * 1024;
/** Room for what is written behind `put` before the size is looked at again: a point or a few. */
const spareBytes = 4 * 1024;

const zero = 0x30;
const encoder = new TextEncoder();

/** Decimals that are tried before JavaScript is asked for the digits, as a power of ten. */
const scales = [
  [3, 1e3],
  [6, 1e6],
] as const;

export class Text {
  #bytes = new Uint8Array(pieceBytes + 2 * spareBytes);
  #length = 0;
  /** The day whose date was written last, and that date. */
  #day = Number.NaN;
  #date: Uint8Array = new Uint8Array();

  get isFull(): boolean {
    return this.#length >= pieceBytes;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** Encoded text of any length. */
  put(bytes: Uint8Array): void {
    if (this.#length + bytes.length + spareBytes > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** One ASCII character. */
  putCode(code: number): void {
    this.#bytes[this.#length++] = code;
  }

  /** Short ASCII text. */
  putAscii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** As String(value), for finite numbers. */
  putNumber(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) {
      this.#putWhole(value);
      return;
    }
    for (const [decimals, scale] of scales) {
      const scaled = Math.round(value * scale);
      // Equal only when these decimals are the value's own, since a quotient of whole numbers is rounded as a literal is.
      if (scaled / scale !== value || Math.abs(scaled) >= 1e15 || Math.abs(value) < 1e-6) continue;
      this.#putScaled(scaled, decimals, scale);
      return;
    }
    this.putAscii(String(value));
  }

  /** "2026-11-22 08:43:40", with milliseconds when there are some: local time of UTC+8. */
  putLocal(timeMs: number): void {
    this.#putDateAndTime(timeMs + zoneOffsetMs, 0x20);
    const milliseconds = (((timeMs % 1000) + 1000) % 1000) | 0;
    if (milliseconds > 0) this.#putMilliseconds(milliseconds);
  }

  /** "2026-11-22T00:43:40.000Z". */
  putIso(timeMs: number): void {
    this.#putDateAndTime(timeMs, 0x54);
    this.#putMilliseconds(((timeMs % 1000) + 1000) % 1000);
    this.putCode(0x5a);
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(2 * (this.#length + more + spareBytes));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }

  #putDateAndTime(timeMs: number, between: number): void {
    const day = Math.floor(timeMs / dayMs);
    if (day !== this.#day) {
      this.#day = day;
      const iso = new Date(timeMs).toISOString();
      this.#date = encoder.encode(iso.slice(0, iso.indexOf("T")));
    }
    this.put(this.#date);
    const second = Math.floor((timeMs - day * dayMs) / 1000);
    this.putCode(between);
    this.#putTwo((second / 3600) | 0);
    this.putCode(0x3a);
    this.#putTwo(((second / 60) | 0) % 60);
    this.putCode(0x3a);
    this.#putTwo(second % 60);
  }

  #putMilliseconds(milliseconds: number): void {
    this.putCode(0x2e);
    this.putCode(zero + ((milliseconds / 100) | 0));
    this.#putTwo(milliseconds % 100);
  }

  #putTwo(value: number): void {
    this.putCode(zero + ((value / 10) | 0));
    this.putCode(zero + (value % 10));
  }

  #putWhole(value: number): void {
    let rest = value;
    if (rest < 0) {
      this.putCode(0x2d);
      rest = -rest;
    }
    // Whole numbers below 2^31 are divided several times faster.
    if (rest >= 1e9) {
      const high = Math.floor(rest / 1e9);
      this.#putWhole(high);
      this.#putDigits(rest - high * 1e9, 9);
      return;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits++;
    this.#putDigits(rest, digits);
  }

  #putScaled(scaled: number, decimals: number, scale: number): void {
    let rest = scaled;
    if (rest < 0) {
      this.putCode(0x2d);
      rest = -rest;
    }
    const whole = Math.floor(rest / scale);
    let fraction = (rest - whole * scale) | 0;
    let digits = decimals;
    while (fraction % 10 === 0) {
      fraction = (fraction / 10) | 0;
      digits--;
    }
    this.#putWhole(whole);
    this.putCode(0x2e);
    this.#putDigits(fraction, digits);
  }

  /** Exactly so many digits of a whole number below 1e9. */
  #putDigits(value: number, digits: number): void {
    let rest = value | 0;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      this.#bytes[at] = zero + (rest - next * 10);
      rest = next;
    }
    this.#length += digits;
  }
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

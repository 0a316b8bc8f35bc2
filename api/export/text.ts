// The text of an answer: pieces of bounded size, with dates. Pure.

import { ByteText } from "#domain/byte-text.ts";
import { dayMs, zoneOffsetMs } from "#domain/time.ts";

/** Pieces of an answer are cut at about this size. */
export const pieceBytes = 128 * 1024;
/** Room for what is written behind `put` before the size is looked at again: a point or a few. */
const spareBytes = 4 * 1024;

const encoder = new TextEncoder();

export class Text extends ByteText {
  /** The day whose date was written last, and that date. */
  #day = Number.NaN;
  #date: Uint8Array = new Uint8Array();

  constructor() {
    super(pieceBytes + 2 * spareBytes);
  }

  get isFull(): boolean {
    return this.length >= pieceBytes;
  }

  /** Encoded text of any length. */
  override put(bytes: Uint8Array): void {
    super.put(bytes, spareBytes);
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
    this.putDigits((second / 3600) | 0, 2);
    this.putCode(0x3a);
    this.putDigits(((second / 60) | 0) % 60, 2);
    this.putCode(0x3a);
    this.putDigits(second % 60, 2);
  }

  #putMilliseconds(milliseconds: number): void {
    this.putCode(0x2e);
    this.putDigits(milliseconds, 3);
  }
}

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

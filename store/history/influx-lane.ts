// Points of one lane as the bodies of requests, written as bytes: a text put together of so many pieces would be taken apart
// twice on its way to the socket. Identifiers and numbers are ASCII: a character is a byte.

import { ByteText } from "#domain/byte-text.ts";

/** One request: InfluxDB's advice is 5,000 points; the bytes keep wide points in bounds (a point more, at most). */
const requestPointsMax = 5_000;
const requestBytesMax = 2 * 1024 * 1024;

const roomAtFirst = 4096;
/** What a field needs beside its name: a number, and the characters around it. */
const fieldBytesMax = 40;

const code = { comma: 0x2c, equals: 0x3d, blank: 0x20, quote: 0x22, i: 0x69, lineEnd: 0x0a } as const;

const escaped = new Map<string, string>();

/** Tag values and field keys: commas, blanks and equal signs are escaped. Codes and ids are few, so they are kept. */
export function escapeKey(text: string): string {
  const known = escaped.get(text);
  if (known !== undefined) return known;
  const result = text.replaceAll(/[,= \\]/g, (character) => `\\${character}`);
  escaped.set(text, result);
  return result;
}

export class LaneBuilder {
  readonly #bodies: Uint8Array[] = [];
  readonly #text = new ByteText(roomAtFirst);
  #points = 0;

  /** Begins a point; its fields follow, and `end`. */
  begin(measurement: string, site: string): void {
    if (this.#points === requestPointsMax || this.#text.length > requestBytesMax) this.#cut();
    const id = escapeKey(site);
    this.#text.reserve(measurement.length + id.length + fieldBytesMax);
    this.#text.putAscii(measurement);
    this.#text.putAscii(",site=");
    this.#text.putAscii(id);
    this.#text.putCode(code.blank);
  }

  /** A field with a float, and the comma behind it; `key` is escaped. */
  float(key: string, suffix: string, value: number): void {
    this.#key(key, suffix);
    this.#text.putNumber(value);
    this.#text.putCode(code.comma);
  }

  integer(key: string, suffix: string, value: number): void {
    this.#key(key, suffix);
    this.#text.putNumber(value);
    this.#text.putCode(code.i);
    this.#text.putCode(code.comma);
  }

  /** A field with a short text that needs no escaping. */
  text(key: string, suffix: string, value: string): void {
    this.#key(key, suffix);
    this.#text.reserve(value.length + fieldBytesMax);
    this.#text.putCode(code.quote);
    this.#text.putAscii(value);
    this.#text.putCode(code.quote);
    this.#text.putCode(code.comma);
  }

  /** The last field, and the time: `place` ns behind `timeMs`. */
  end(seq: number, timeMs: number, place: number): void {
    this.#key("seq", "");
    this.#text.putNumber(seq);
    this.#text.putCode(code.i);
    this.#text.putCode(code.blank);
    this.#text.putNumber(timeMs);
    this.#text.putDigits(place, 6);
    this.#text.putCode(code.lineEnd);
    this.#points++;
  }

  finish(): Uint8Array[] {
    this.#cut();
    return this.#bodies;
  }

  #key(key: string, suffix: string): void {
    this.#text.reserve(key.length + suffix.length + 2 * fieldBytesMax);
    this.#text.putAscii(key);
    if (suffix !== "") this.#text.putAscii(suffix);
    this.#text.putCode(code.equals);
  }

  #cut(): void {
    if (this.#points > 0) this.#bodies.push(this.#text.take());
    this.#points = 0;
  }
}

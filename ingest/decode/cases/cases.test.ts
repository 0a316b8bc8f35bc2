// Golden cases of decoding: every folder here is a case, its frame.json or frame.bin the bytes as they arrived, its
// expected.json what has to become of them. Add a folder, get a test. Wording of details is free, reasons are not.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { decodeReadingsJson, type Decoded, type Point } from "../decode.ts";

interface Expected {
  /** What the case shows, as a sentence. */
  readonly says: string;
  readonly points: readonly Point[];
  readonly refusals: readonly { readonly reason: string; readonly factor: string | null }[];
  readonly refusedReadings: number;
}

const here = import.meta.dirname;
const cases = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => {
    const folder = join(here, entry.name);
    const text = join(folder, "frame.json");
    const frame = new Uint8Array(readFileSync(existsSync(text) ? text : join(folder, "frame.bin")));
    const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
    return { name: entry.name, frame, expected };
  });

function withoutDetails({ points, refusals, refusedReadings }: Decoded): Omit<Expected, "says"> {
  return { points, refusals: refusals.map(({ reason, factor }) => ({ reason, factor })), refusedReadings };
}

describe("decoding a frame of readings", () => {
  for (const { name, frame, expected } of cases) {
    const { says, ...rest } = expected;
    it(`${says} (${name})`, () => {
      expect(withoutDetails(decodeReadingsJson(frame))).toEqual(rest);
    });
  }

  it("has a detail for people in every refusal, and never the whole payload", () => {
    for (const { frame } of cases) {
      for (const { detail } of decodeReadingsJson(frame).refusals) {
        expect(detail.length).toBeGreaterThan(0);
        expect(detail.length).toBeLessThanOrEqual(bounds.textCharsMax + 1);
      }
    }
  });

  it("takes time in proportion to the size, however the bytes are chosen", () => {
    const size = bounds.frameBytesMax;
    const hostile = [
      `"${'\\"'.repeat(size / 2 - 1)}`,
      '\\"'.repeat(size / 2),
      '"'.repeat(size),
      "[".repeat(size),
      '{"a":'.repeat(size / 5),
      `{"time":NaN,"values":{"${"x".repeat(size - 30)}`,
      "NaN".repeat(size / 3),
      "-".repeat(size),
    ];
    for (const text of hostile) {
      const startedAt = performance.now();
      const { points, refusals } = decodeReadingsJson(new TextEncoder().encode(text));
      expect(points).toEqual([]);
      expect(refusals).toHaveLength(1);
      expect(performance.now() - startedAt, text.slice(0, 10)).toBeLessThan(500);
    }
  });
});

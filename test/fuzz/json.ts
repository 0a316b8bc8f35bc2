// Fuzzer of the decoding of JSON frames. A case is a frame, good or damaged: neither way of decoding throws, the quick one says
// what the thorough one says or nothing, every value is in a point or counted as refused, and no detail holds the payload.
// The canary reads numbers as the quick way must not: by their first digits.

import assert from "node:assert/strict";
import { bounds } from "#domain/bounds.ts";
import { decodeFlat } from "#ingest/decode/flat-json.ts";
import { decodeAnyJson } from "#ingest/decode/readings-json.ts";
import type { Random } from "../torture/random.ts";
import type { Fuzzer } from "./target.ts";

const codes = ["w01018", "w01001", "a21026", "bfg.use", "a-b", "1", "01", "é", "__proto__", "constructor", "", 'q"'];
const numbers = [
  "0",
  "-0",
  "45.2",
  "7.31",
  "1e3",
  "1E-7",
  "0.1",
  "123456789012345",
  "1234567890123456",
  "NaN",
  "01",
  "1.",
];
const values = ["null", "true", '"45"', "[]", "{}", '{"value":1,"flag":"D"}', '{"value":2,"flag":"?"}', '{"flag":"N"}'];
const times = [
  "1795000000000",
  "-1",
  "1.5",
  "9e99",
  '"2026-11-22T08:43:40.123+08:00"',
  '"2026-11-22T00:43:40Z"',
  '"2026-02-30T00:00:00Z"',
  '"2026-11-22 08:43:40"',
  '""',
];
const kinds = ['"realtime"', '"hour"', '"moon"', "1"];

function drawNumber(random: Random): string {
  if (random.chance(0.2)) return random.pick(numbers);
  return String(random.between(-100_000, 100_000) / 10 ** random.between(0, 6));
}

function drawPoint(random: Random): string {
  const count = random.chance(0.02) ? random.between(60, 80) : random.between(0, 12);
  const pairs = Array.from({ length: count }, (_, i) => {
    const code = random.chance(0.8) ? `w${10_000 + i}` : random.pick(codes);
    return `${JSON.stringify(code)}:${random.chance(0.1) ? random.pick(values) : drawNumber(random)}`;
  });
  const parts = [`"time":${random.chance(0.8) ? times[0] : random.pick(times)}`, `"values":{${pairs.join(",")}}`];
  if (random.chance(0.1)) parts.push(`"kind":${random.pick(kinds)}`);
  if (random.chance(0.1)) parts.reverse();
  const blank = random.chance(0.1) ? " \n" : "";
  return `{${blank}${parts.join(`,${blank}`)}${blank}}`;
}

function drawFrame(random: Random): Uint8Array {
  const isList = random.chance(0.2);
  const points = Array.from({ length: isList ? random.between(0, 4) : 1 }, () => drawPoint(random));
  const bytes = [...new TextEncoder().encode(isList ? `[${points.join(",")}]` : points.join(""))];
  for (let times = random.chance(0.3) ? random.between(1, 3) : 0; times > 0 && bytes.length > 0; times--) {
    const at = random.between(0, bytes.length - 1);
    bytes.splice(at, random.between(0, 2), ...(random.chance(0.7) ? [random.between(0, 255)] : []));
  }
  return Uint8Array.from(bytes);
}

/** What a careless reader of numbers would make of a frame. */
function carelessly(frame: Uint8Array): unknown {
  const decoded = decodeFlat(frame);
  if (decoded === null) return null;
  return { ...decoded, points: decoded.points.map((point) => ({ ...point, values: point.values.map(Math.trunc) })) };
}

export const fuzzer: Fuzzer = {
  about: "JSON frames: the quick way of decoding beside the thorough one",
  create({ canary }) {
    let [frames, quick, points, refused] = [0, 0, 0, 0];
    return {
      runCase(random) {
        const frame = drawFrame(random);
        const expected = random.chance(0.5) ? ["w10000", "w10001", "w10002"] : [];
        const thorough = decodeAnyJson(frame);
        frames++;
        points += thorough.points.length;
        refused += thorough.refusals.length;
        assert.ok(thorough.points.length + thorough.refusals.length > 0, "a frame without an outcome");
        assert.equal(thorough.points.length, thorough.places.length);
        for (const { factors, values, flags } of thorough.points) {
          assert.ok(factors.length > 0 && factors.length === values.length && values.length === flags.length);
          assert.ok(values.every(Number.isFinite), "a value that is no number");
        }
        for (const { detail } of thorough.refusals)
          assert.ok(detail.length <= bounds.textCharsMax + 1, "a long detail");
        const flat = canary ? carelessly(frame) : decodeFlat(frame, expected);
        if (flat === null) return;
        quick++;
        assert.deepEqual(flat, thorough);
      },
      summarise: () => ({ frames, quick, points, refused }),
    };
  },
};

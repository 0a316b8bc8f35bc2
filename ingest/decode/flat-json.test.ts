// The quick way of decoding says what the thorough one says, or nothing.

import { expect, it } from "vitest";
import fc from "fast-check";
import { decodeFlat } from "./flat-json.ts";
import { decodeAnyJson } from "./readings-json.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Whatever is expected, the answer is the same. */
const expectations = [[], ["w01018", "w01001"], ["w01001", "w01018", "w"], ["w0101", "a-b"]];

function compare(text: string): boolean {
  const bytes = bytesOf(text);
  const thorough = decodeAnyJson(bytes);
  const taken = expectations.map((expected) => {
    const flat = decodeFlat(bytes, expected);
    if (flat !== null) expect(flat).toEqual(thorough);
    return flat !== null;
  });
  expect(new Set(taken).size).toBe(1);
  return taken[0] === true;
}

const usual = '{"time":"2026-11-22T08:43:40.123+08:00","values":{"w01018":45.2,"w01001":7.31}}';

it.each([
  usual,
  '{"time":1795000000000,"values":{"bfg.use":-0.5,"a-b":0}}',
  ' { "values" : { "w01018" : 45 } , "time" : "2024-02-29T00:00:00Z" } \n',
  '{"time":"2026-11-22T08:43:40-03:30","values":{"w01018":-0,"w01001":123456789012345,"w1":0.00000000000001}}',
])("takes the usual frame: %s", (text) => {
  expect(compare(text)).toBe(true);
});

it.each([
  "",
  "{}",
  "[]",
  '{"time":1,"values":{}}',
  '{"time":1,"kind":"hour","values":{"w01018":1}}',
  '{"time":1,"values":{"w01018":1,"w01018":2}}',
  '{"time":1,"time":2,"values":{"w01018":1}}',
  '{"time":1,"values":{"1":1}}',
  '{"time":1,"values":{"w01018":01}}',
  '{"time":1,"values":{"w01018":1.}}',
  '{"time":1,"values":{"w01018":.5}}',
  '{"time":1,"values":{"w01018":+1}}',
  '{"time":1,"values":{"w01018":1e3}}',
  '{"time":1,"values":{"w01018":NaN}}',
  '{"time":1,"values":{"w01018":1234567890.1234567}}',
  '{"time":1,"values":{"w01018":"1"}}',
  '{"time":1,"values":{"w01018":{"value":1,"flag":"D"}}}',
  '{"time":1,"values":{"w\\u0031":1}}',
  '{"time":1.5,"values":{"w01018":1}}',
  '{"time":"2026-02-29T00:00:00Z","values":{"w01018":1}}',
  '{"time":"2026-11-22T08:43:40","values":{"w01018":1}}',
  '{"time":"2026-11-22T24:00:00Z","values":{"w01018":1}}',
  '{"time":1,"values":{"w01018":1}}x',
  '{"time":1,"values":{"w01018":1},}',
  '{"time":1,"values":{"w01018":1,}}',
  '\uFEFF{"time":1,"values":{"w01018":1}}',
])("leaves what it cannot read beyond doubt: %s", (text) => {
  expect(compare(text)).toBe(false);
});

it("says what the thorough way says, for any numbers, codes and times", () => {
  const code = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,8}$/);
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000),
    fc.constantFrom(0, -0, 1e15, 0.1 + 0.2),
  );
  const time = fc.oneof(
    fc.integer({ min: -1e15, max: 1e15 }),
    fc.date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const frame = fc.record({ time, values: fc.array(fc.tuple(code, value), { maxLength: 12 }) });
  let taken = 0;
  fc.assert(
    fc.property(frame, ({ time, values }) => {
      const pairs = values.map(([key, number]) => `${JSON.stringify(key)}:${String(number)}`);
      if (compare(`{"time":${JSON.stringify(time)},"values":{${pairs.join(",")}}}`)) taken++;
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(300);
});

it("says what the thorough way says, or nothing, for a usual frame with any bytes changed", () => {
  const change = fc.tuple(fc.nat({ max: usual.length - 1 }), fc.constantFrom(...'"{}[]:,.-+0e19TZ \\\u0000é'));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const characters = [...usual];
      for (const [place, character] of changes) characters[place] = character;
      compare(characters.join(""));
    }),
    { numRuns: 5000 },
  );
});

// Numbers as bytes are numbers as JavaScript writes them.

import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteText } from "./byte-text.ts";

function write(value: number): string {
  const text = new ByteText(64);
  text.putNumber(value);
  return new TextDecoder().decode(text.take());
}

it("any finite number is written as String() does", () => {
  const decimals = fc
    .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, places]) => digits / 10 ** places);
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.oneof(decimals, finite, fc.maxSafeInteger()), (value) => {
      // JSON knows no minus before a zero either.
      expect(write(value)).toBe(Object.is(value, -0) ? "0" : String(value));
    }),
    { numRuns: 20_000 },
  );
});

it.each([0, 0.1, 1e-6, 1e-7, 0.000000001, 1.000000001, 999_999.999999999, 1e15, 1e21, 5e-324])("%s", (value) => {
  expect(write(value)).toBe(String(value));
});

// Ids of alarms: their form, their order, and that a replay draws them again.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUlid } from "./ulid.ts";

const timeMs = fc.integer({ min: 0, max: 2 ** 47 });
const seq = fc.integer({ min: 1, max: 2 ** 50 });

describe("alarm ids", () => {
  it("have the form of a ULID", () => {
    fc.assert(
      fc.property(timeMs, seq, fc.string(), (time, n, about) => {
        expect(formatUlid(time, n, about)).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      }),
    );
  });

  it("sort by onset, then by place in the journal", () => {
    fc.assert(
      fc.property(timeMs, timeMs, seq, seq, (t1, t2, s1, s2) => {
        const [a, b] = [formatUlid(t1, s1, "x"), formatUlid(t2, s2, "x")];
        const order = Math.sign(t1 - t2) || Math.sign((s1 % 2 ** 50) - (s2 % 2 ** 50));
        expect(a < b ? -1 : a > b ? 1 : 0).toBe(order);
      }),
    );
  });

  it("are drawn again by a replay, and differ for two alarms of one frame", () => {
    expect(formatUlid(1_795_307_020_000, 123_456, "S limit:w01018:realtime")).toBe(
      formatUlid(1_795_307_020_000, 123_456, "S limit:w01018:realtime"),
    );
    expect(formatUlid(1, 1, "S limit:w01018:realtime")).not.toBe(formatUlid(1, 1, "S limit:w01001:realtime"));
  });
});

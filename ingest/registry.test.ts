// Which of several limits is in force.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exceeds, type Limit, limitInForce } from "#domain/limit.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import { findCalm } from "./alarm/calm.ts";

function limit(id: string, changes: Partial<Limit> = {}): Limit {
  const always = { max: 50, min: null, from: 0, to: null, version: 1 };
  const about = {
    site: "S",
    factor: "w01018",
    basis: "realtime" as const,
    reason: "",
    by: "",
    source: "GB 18918-2002",
  };
  return { id, ...always, ...about, ...changes };
}

describe("the limit in force", () => {
  it("begins at its first moment and ends before its last", () => {
    const only = [limit("a", { from: 10, to: 20 })];
    expect([9, 10, 19, 20].map((time) => limitInForce(only, time)?.id)).toEqual([undefined, "a", "a", undefined]);
  });

  it("is the site's own before that of a standard, whichever came later", () => {
    const limits = [limit("standard", { from: 100 }), limit("own", { source: "site", from: 10 })];
    expect(limitInForce(limits, 200)?.id).toBe("own");
    expect(limitInForce(limits.toReversed(), 200)?.id).toBe("own");
  });

  it("is among equals the one that came into force last", () => {
    const limits = [limit("new", { from: 100 }), limit("old", { from: 10 })];
    expect(limitInForce(limits, 99)?.id).toBe("old");
    expect(limitInForce(limits, 100)?.id).toBe("new");
  });
});

const realtime = builtInDefinitions.find(({ id }) => id === "limit-realtime") ?? null;

describe("what is calm", () => {
  const anyLimit = fc.record({
    from: fc.integer({ min: 0, max: 50 }),
    length: fc.option(fc.integer({ min: 1, max: 30 })),
    max: fc.option(fc.integer({ min: 0, max: 10 })),
    min: fc.option(fc.integer({ min: 0, max: 10 })),
  });

  it("says of every value at every time whether it exceeds the limit in force, as long as it says it holds", () => {
    fc.assert(
      fc.property(
        fc.array(anyLimit, { maxLength: 4 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: -1, max: 11 }),
        (drafts, asked, time, value) => {
          const limits = drafts.map(({ from, length, max, min }, i) =>
            limit(`l${i}`, { from, to: length === null ? null : from + length, max, min }),
          );
          const calm = findCalm({ limits, limitRecord: realtime, values: [], edition: 1 }, asked);
          expect(asked >= calm.from && asked < calm.to).toBe(true);
          if (time < calm.from || time >= calm.to) return;
          const inForce = limitInForce(limits, time);
          expect(value < calm.min || value > calm.max).toBe(inForce !== null && exceeds(inForce, value));
        },
      ),
    );
  });
});

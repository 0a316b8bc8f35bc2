// Which of several limits is in force.

import { describe, expect, it } from "vitest";
import type { Limit } from "#domain/limit.ts";
import { limitInForce } from "./registry.ts";

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

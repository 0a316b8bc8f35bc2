// What was judged is judged again when an order changes what it rested on, and from when on; numbers of limits alone do not.

import { describe, expect, it } from "vitest";
import type { Limit } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";
import { makeSite } from "#test/contract/state-rows.ts";
import { createRegistry } from "../registry.ts";
import { watchFacts } from "./facts-watch.ts";

const site = makeSite("G-1", { factors: ["a21026", "a19001", "a00000"], intervalSeconds: 60 });

function makeLimit(parts: Partial<Limit>): Limit {
  const key = { id: `${parts.factor ?? "a21026"}:${parts.basis ?? "hour"}`, site: "G-1", factor: "a21026" };
  const rest = { version: 1, max: 50, min: null, basis: "hour", from: 1_000, to: null, reason: "", by: "" } as const;
  return { ...key, ...rest, source: "site", ...parts };
}

function changed(first: readonly Limit[], change: { readonly site?: Partial<Site>; readonly limit?: Limit }): string[] {
  const again: string[] = [];
  let series = 0;
  const registry = createRegistry(() => series++);
  registry.putSite(site);
  for (const limit of first) registry.putLimit(limit);
  const agenda = { again: (id: string, from: number, cause: string) => void again.push(`${id} ${from} ${cause}`) };
  const done = watchFacts({ registry, agenda }, "G-1", "limit");
  if (change.site !== undefined) registry.putSite({ ...site, ...change.site });
  if (change.limit !== undefined) registry.putLimit(change.limit);
  done();
  return again;
}

describe("what was judged", () => {
  it.each<[string, Partial<Site>]>([
    ["another interval", { intervalSeconds: 600 }],
    ["no flow", { factors: ["a21026", "a19001"] }],
    ["one more assessed factor", { factors: [...site.factors, "a21002"] }],
  ])("is judged again from its beginning: %s", (_, parts) => {
    expect(changed([], { site: parts })).toEqual(["G-1 -Infinity limit"]);
  });

  it("is judged again from its beginning when a factor is judged for the first time", () => {
    expect(changed([], { limit: makeLimit({ factor: "a21005" }) })).toEqual(["G-1 -Infinity limit"]);
    expect(changed([makeLimit({ factor: "a21005" })], { limit: makeLimit({ factor: "a21005", max: 9 }) })).toEqual([]);
  });

  it.each<[string, Partial<Site>]>([
    ["a name", { name: "another name" }],
    ["a factor that is not assessed", { factors: [...site.factors, "a01012"] }],
    ["an interval below a minute", { intervalSeconds: 30 }],
  ])("stays as it is: %s", (_, parts) => {
    expect(changed([makeLimit({})], { site: parts })).toEqual([]);
  });

  it("is judged again from where it is corrected to another oxygen, also when a limit of another basis names it", () => {
    const daily = makeLimit({ basis: "day", refO2: 16, from: 500 });
    expect(changed([daily], { limit: makeLimit({ refO2: null }) })).toEqual(["G-1 1000 limit"]);
    expect(changed([daily], { limit: makeLimit({ refO2: 16 }) })).toEqual([]);
    expect(changed([makeLimit({})], { limit: makeLimit({ max: 20, decimals: 1 }) })).toEqual([]);
  });
});

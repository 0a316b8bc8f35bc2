// How the rows of a refused frame look after a decision, and which readings a place means.

import { describe, expect, it } from "vitest";
import { bounds } from "./bounds.ts";
import type { QuarantineRow } from "./ledger.ts";
import { decideRows, isWithin, placesOf, type QuarantineChange } from "./quarantine.ts";
import type { Refusal } from "./refusal.ts";

const row = (part: number, factor: string | null, rest: Partial<QuarantineRow> = {}): QuarantineRow => ({
  seq: 7,
  part,
  site: "S",
  receivedAt: 1,
  reason: "unknown-factor",
  detail: "",
  factor,
  excerpt: "{",
  point: 0,
  ...rest,
});
const refusal = (factor: string, reason: Refusal["reason"] = "out-of-range"): Refusal => ({
  reason,
  detail: "400",
  factor,
  point: 0,
  readings: 1,
});
const decision = { by: "li", at: 5, why: "mended", seq: 9 };
const change = (still: readonly Refusal[]): QuarantineChange => ({
  frameSeq: 7,
  state: "reprocessed",
  decision,
  still,
  frame: null,
});

describe("the rows of a frame after a decision", () => {
  it("are closed, and stay open with the new reason where something is still refused", () => {
    const rows = decideRows([row(0, "a"), row(1, "b")], change([refusal("b")]));
    expect(rows).toEqual([
      { ...row(0, "a"), state: "reprocessed", decision },
      row(1, "b", { reason: "out-of-range", detail: "400" }),
    ]);
  });

  it("that were closed before keep their decision", () => {
    const closed = row(0, "a", { state: "dismissed", decision: { ...decision, by: "wang" } });
    expect(decideRows([closed, row(1, "b")], change([]))[0]).toEqual(closed);
  });

  it("get new ones for new refusals, numbered on, and never more open ones than are kept of a frame", () => {
    const many = Array.from({ length: bounds.quarantineRowsPerFrame + 5 }, (_, i) => refusal(`f${i}`));
    const rows = decideRows([row(0, null, { point: null, reason: "unknown-site" })], change(many));
    expect(rows.map((each) => each.part)).toEqual(
      Array.from({ length: bounds.quarantineRowsPerFrame + 1 }, (_, i) => i),
    );
    expect(rows[0]?.state).toBe("reprocessed");
    expect(rows[1]).toMatchObject({ state: "open", factor: "f0", seq: 7, site: "S", excerpt: "{" });
  });
});

describe("a place", () => {
  it("means one value, a whole object, or the whole frame", () => {
    expect(isWithin([[1, "a"]], 1, "a")).toBe(true);
    expect(isWithin([[1, "a"]], 1, "b")).toBe(false);
    expect(isWithin([[1, "a"]], 2, "a")).toBe(false);
    expect(isWithin([[1, null]], 1, "b")).toBe(true);
    expect(isWithin([[null, null]], 3, "b")).toBe(true);
    expect(isWithin("all", 0, "a")).toBe(true);
    expect(isWithin("unknown", 0, "a")).toBe(false);
  });

  it("is remembered for every refusal of a frame, or, when there are too many beside what is stored, for none", () => {
    const many = Array.from({ length: bounds.quarantinePlacesPerFrame + 1 }, (_, i) => refusal(`f${i}`));
    expect(placesOf(many, false)).toBe("all");
    expect(placesOf(many, true)).toBe("unknown");
    expect(placesOf(many.slice(0, 1), true)).toEqual([[0, "f0"]]);
  });
});

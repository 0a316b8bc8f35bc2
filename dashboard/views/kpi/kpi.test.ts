// What the screen of figures counts for itself, and where tuning leads.

import { describe, expect, it } from "vitest";
import type { BadActor } from "#domain/alarms/kpi-shapes.ts";
import { countBins, countMix, formatFigure, type Slot, tuningQuery } from "./kpi-data.ts";

describe("periods of ten minutes", () => {
  it("are each counted once, by the bounds of the targets", () => {
    const bins = countBins([0, 0, 1, 2, 3, 10, 11, 20, 21, 400].map((calls): Slot => [0, calls, 0, 0, 0, calls]));
    expect(bins.map(({ name, count }) => [name, count])).toEqual([
      ["0", 2],
      ["1–2", 2],
      ["3–5", 1],
      ["6–10", 1],
      ["11–20", 2],
      [">20", 2],
    ]);
    expect(bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});

describe("the mix of priorities", () => {
  it("is nothing when there was nothing, and adds up to one otherwise", () => {
    expect(countMix([]).map(({ share }) => share)).toEqual([0, 0, 0, 0]);
    const mix = countMix([
      [0, 20, 1, 2, 3, 14],
      [1, 0, 0, 0, 0, 0],
    ]);
    expect(mix.map(({ share }) => share)).toEqual([0.05, 0.1, 0.15, 0.7]);
  });
});

describe("a figure", () => {
  it("has no more digits than it deserves", () => {
    expect([null, 12, 0.123_4, 12.345, 345.6].map(formatFigure)).toEqual(["—", "12", "0.12", "12.3", "346"]);
  });
});

describe("tuning", () => {
  it("leads to the record for that site, with what is proposed and nothing else", () => {
    const actor: BadActor = {
      site: "HB-1",
      definition: "limit:a21026:realtime",
      priority: 2,
      count: 40,
      share: 12,
      raises: 40,
      chattering: true,
      fleeting: 30,
      medianActiveMs: 20_000,
      proposal: { onDelayMs: 90_000, offDelayMs: null, deadband: { kind: "percent", value: 5 }, whyZh: "", whyEn: "" },
    };
    expect(tuningQuery(actor, "limit-realtime", "a21026")).toEqual({
      id: "limit-realtime",
      for: "HB-1",
      factor: "a21026",
      copy: "1",
      onDelay: "90",
      offDelay: null,
      deadband: "5",
      deadbandKind: "percent",
      test: "1",
    });
  });
});

// Means against limits: by both methods, for maxima, minima and ranges; and every reason to say nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDay } from "../time.ts";
import { correctToReference } from "./oxygen.ts";
import {
  type JudgedLimit,
  type JudgedMean,
  type Judgement,
  judgeMean,
  passesShare,
  tallyJudgements,
  unjudgedReasons,
} from "./exceedance.ts";
import { type FlowPart, weighByFlow } from "./flow-mean.ts";
import { roundToDecimals } from "./rounding.ts";
import { countParts, judgeValidity } from "./validity.ts";

const start = parseDay("2026-11-20") ?? Number.NaN;
const parts = (count: number) => Array.from({ length: count }, () => ({ flag: "N" as const, marked: false }));
const valid = judgeValidity("waste-water", "day", start, countParts(24, parts(24)));
const invalid = judgeValidity("waste-water", "day", start, countParts(24, parts(17)));

const limit: JudgedLimit = {
  id: "S1:w01018:day:standard",
  version: 3,
  factor: "w01018",
  max: 41,
  min: null,
  basis: "day",
  from: 0,
  to: null,
  source: "GB 18918-2002",
  unit: "mg/L",
  decimals: null,
  refO2: null,
};
const mean: JudgedMean = {
  factor: "w01018",
  unit: "mg/L",
  basis: "day",
  startMs: start,
  value: 42.74,
  validity: valid,
  correctedTo: null,
  medium: "waste-water",
};
const statusOf = (judgement: Judgement): string => (judgement.status === "unknown" ? judgement.why : judgement.status);

describe("a valid mean", () => {
  it("of 42.74 mg/L exceeds a limit of 41 by 0.042 of it, and says how it was compared", () => {
    const found = judgeMean(mean, limit);
    expect(found).toMatchObject({
      status: "exceeding",
      side: "max",
      bound: 41,
      value: 42.74,
      compared: 43,
      method: "rounded",
      limitId: "S1:w01018:day:standard",
      limitVersion: 3,
      source: "GB 18918-2002",
      rule: "comparison.rounded",
      sureness: "from memory",
    });
    expect(found.status === "exceeding" ? roundToDecimals(found.multiple ?? 0, 3) : null).toBe(0.042);
  });

  it("equal to its limit is within it", () => {
    expect(judgeMean({ ...mean, value: 41 }, limit)).toMatchObject({ status: "within", side: null, multiple: null });
  });

  it.each([
    [41.4, null, "rounded", "within"],
    [41.5, null, "rounded", "exceeding"],
    [40.5, null, "rounded", "within"],
    [41.4, 1, "rounded", "exceeding"],
    [41.04, 1, "rounded", "within"],
    [41.4, null, "full", "exceeding"],
  ] as const)("of %d, with %s decimals, %s, is %s a limit of 41", (value, decimals, method, status) => {
    expect(statusOf(judgeMean({ ...mean, value }, { ...limit, decimals }, method))).toBe(status);
  });

  it("below a minimum exceeds too, with a negative multiple", () => {
    const furnace = { ...limit, factor: "a01901", max: null, min: 850, unit: "degC", basis: "minute-5" };
    const found = judgeMean({ ...mean, factor: "a01901", unit: "degC", basis: "minute-5", value: 816 }, furnace);
    expect(found).toMatchObject({ status: "exceeding", side: "min", bound: 850, compared: 816 });
    expect(found.status === "exceeding" ? found.multiple : null).toBe(-0.04);
    const hot = { ...mean, factor: "a01901", unit: "degC", basis: "minute-5", value: 850 };
    expect(statusOf(judgeMean(hot, furnace))).toBe("within");
  });

  it.each([
    [5.99, "exceeding", "min"],
    [6, "within", null],
    [9, "within", null],
    [9.01, "exceeding", "max"],
    [9.4, "exceeding", "max"],
  ])("of pH %d is %s its range of 6 to 9 (%s), by the full value and without a multiple", (value, status, side) => {
    const range = { ...limit, factor: "w01001", unit: "-", min: 6, max: 9 };
    expect(judgeMean({ ...mean, factor: "w01001", unit: "-", value }, range)).toMatchObject({
      status,
      side,
      method: "full",
      multiple: null,
      rule: "comparison.ph",
    });
  });

  it("beyond a limit of zero exceeds, and has no multiple", () => {
    expect(judgeMean({ ...mean, value: 2 }, { ...limit, max: 0 })).toMatchObject({
      status: "exceeding",
      multiple: null,
    });
  });

  it("at a surface-water station is compared as it is", () => {
    const phosphorus = { ...limit, factor: "w21011", max: 0.1, basis: "realtime" };
    const value = { ...mean, factor: "w21011", basis: "realtime", medium: "surface-water", value: 0.112 };
    expect(judgeMean(value, phosphorus)).toMatchObject({ status: "exceeding", method: "full" });
  });

  it("that looks fine raw exceeds when it is corrected: NOx 32.1 at 19.5 % oxygen against 50", () => {
    const stack = { ...limit, factor: "a21002", unit: "mg/m3", basis: "hour", max: 50, refO2: 16 };
    const hour = { ...mean, factor: "a21002", unit: "mg/m3", basis: "hour" };
    expect(statusOf(judgeMean({ ...hour, value: 32.1 }, stack))).toBe("not-corrected");
    const corrected = correctToReference(32.1, 19.5, 16);
    const value = corrected.kind === "corrected" ? corrected.value : null;
    expect(judgeMean({ ...hour, value, correctedTo: 16 }, stack)).toMatchObject({
      status: "exceeding",
      compared: 107,
      multiple: 1.14,
    });
  });

  it("weighted by flow may be within where the arithmetic one exceeds", () => {
    const hours = [30, 32, 28, 45, 60, 33].map((concentration, i): FlowPart => ({
      concentration,
      volumeM3: [500, 520, 480, 300, 100, 510][i] ?? null,
      valid: true,
    }));
    const strict = { ...limit, max: 35 };
    expect(statusOf(judgeMean({ ...mean, value: weighByFlow(hours).mean }, strict))).toBe("within");
    expect(statusOf(judgeMean({ ...mean, value: 38 }, strict))).toBe("exceeding");
  });
});

describe("nothing can be said", () => {
  const cases: Readonly<Record<(typeof unjudgedReasons)[number], readonly [JudgedMean, JudgedLimit | null]>> = {
    "no-limit": [mean, null],
    "limit-empty": [mean, { ...limit, max: null }],
    "limit-of-another-factor": [mean, { ...limit, factor: "w21003" }],
    "limit-not-in-force": [mean, { ...limit, to: start }],
    "limit-of-another-basis": [mean, { ...limit, basis: "hour" }],
    "limit-of-another-unit": [mean, { ...limit, unit: "ug/L" }],
    "no-value": [{ ...mean, value: null }, limit],
    "mean-invalid": [{ ...mean, validity: invalid }, limit],
    "not-corrected": [mean, { ...limit, refO2: 16 }],
    "corrected-to-another-reference": [
      { ...mean, correctedTo: 8 },
      { ...limit, refO2: 16 },
    ],
  };

  it.each(unjudgedReasons)("about a mean, for the reason %s", (why) => {
    expect(judgeMean(...cases[why])).toEqual({ status: "unknown", why });
  });

  it("about a value that is no number", () => {
    expect(statusOf(judgeMean({ ...mean, value: Number.NaN }, limit))).toBe("no-value");
  });

  it("about a value corrected by oxygen when the limit is for uncorrected ones", () => {
    expect(statusOf(judgeMean({ ...mean, correctedTo: 16 }, limit))).toBe("corrected-to-another-reference");
  });
});

describe("judgements", () => {
  it("hold the limit of the first moment of the window, not of a later one", () => {
    expect(statusOf(judgeMean(mean, { ...limit, from: start + 1 }))).toBe("limit-not-in-force");
    expect(statusOf(judgeMean(mean, { ...limit, from: start, to: start + 1 }))).toBe("exceeding");
  });

  it("are never milder for a higher value, nor for a lower limit", () => {
    const number = fc.double({ min: 0, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 1, max: 150 }),
        fc.constantFrom("rounded", "full"),
        (a, b, max, method) => {
          const low = judgeMean({ ...mean, value: Math.min(a, b) }, { ...limit, max }, method).status;
          const high = judgeMean({ ...mean, value: Math.max(a, b) }, { ...limit, max }, method).status;
          const stricter = judgeMean({ ...mean, value: Math.min(a, b) }, { ...limit, max: max - 1 }, method).status;
          return low !== "exceeding" || (high === "exceeding" && stricter === "exceeding");
        },
      ),
    );
  });

  it("are counted by what they say", () => {
    const all = [41, 40, 42, null].map((value) => judgeMean({ ...mean, value }, limit));
    expect(tallyJudgements([...all, judgeMean(mean, null)])).toEqual({
      within: 2,
      exceeding: 1,
      unknown: 2,
      reasons: { "no-value": 1, "no-limit": 1 },
    });
  });

  it("are counted, each once", () => {
    const value = fc.option(fc.double({ min: 0, max: 100, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 80 }), (given) => {
        const all = given.map(([each, isValid]) =>
          judgeMean({ ...mean, value: each, validity: isValid ? valid : invalid }, limit),
        );
        const tally = tallyJudgements(all);
        const reasons = Object.values(tally.reasons).reduce((sum, count) => sum + count, 0);
        expect(tally.within + tally.exceeding + tally.unknown).toBe(given.length);
        expect(reasons).toBe(tally.unknown);
      }),
    );
  });

  it("of a month pass with 95 % of the judged hours within, and not with less", () => {
    expect(passesShare("share.ultra-low", { within: 684, exceeding: 36 })).toBe(true);
    expect(passesShare("share.ultra-low", { within: 683, exceeding: 37 })).toBe(false);
    expect(passesShare("share.ultra-low", { within: 0, exceeding: 0 })).toBeNull();
    expect(() => passesShare("share.none", { within: 1, exceeding: 0 })).toThrow("no share");
  });
});

// Substitution at every edge of its table; and what it never does.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, parseDay } from "../time.ts";
import { findOutOfControl, isBeyondControl } from "./out-of-control.ts";
import {
  countInvalidRun,
  type EmissionHour,
  groupOfState,
  type InvalidHour,
  medianOf,
  substituteEmission,
  substituteLoad,
  substituteRun2007,
} from "./substitution.ts";

const now = parseDay("2026-11-02") ?? Number.NaN;
/** Hour h before now emits h kg: the further back, the larger. */
const history: EmissionHour[] = Array.from({ length: 3000 }, (_, i) => ({
  timeMs: now - (i + 1) * hourMs,
  kgPerHour: i + 1,
}));
const hour: InvalidHour = {
  timeMs: now,
  state: "fault",
  capturePercent: 95,
  invalidHours: 1,
  lastGoodCalibrationMs: now - 100 * hourMs,
  failureMs: now,
};

describe("a substituted emission", () => {
  it.each([
    ["fault", 90, 1, "substitution.flue-gas.180", 280],
    ["fault", 90, 24, "substitution.flue-gas.180", 280],
    ["repair", 90, 25, "substitution.flue-gas.720", 820],
    ["overdue-calibration", 89.99, 1, "substitution.flue-gas.2160", 2260],
    ["out-of-control", 75, 100, "substitution.flue-gas.2160", 2260],
    ["maintenance", 100, 24, "substitution.flue-gas.180", 180],
    ["calibration", 90, 25, "substitution.flue-gas.720", 720],
    ["other", 75, 1, "substitution.flue-gas.2160", 2160],
  ] as const)(
    "of %s at %d %% capture in hour %d comes by %s: %d kg/h",
    (state, capturePercent, invalidHours, rule, value) => {
      const found = substituteEmission({ ...hour, state, capturePercent, invalidHours }, history);
      expect(found).toMatchObject({ rule, value, found: Number(rule.split(".")[2]), sureness: "verified" });
    },
  );

  it("comes from the nearest hours, in whatever order they are given", () => {
    const planned: InvalidHour = { ...hour, state: "other" };
    expect(substituteEmission(planned, history.toReversed())).toMatchObject({ value: 180 });
  });

  it("ends its look-back at the last good calibration where the past is doubtful, else at the failure", () => {
    const states = [
      "fault",
      "repair",
      "overdue-calibration",
      "out-of-control",
      "maintenance",
      "calibration",
      "other",
    ] as const;
    expect(states.map(groupOfState)).toEqual([
      ...Array.from({ length: 4 }, () => "out-of-order"),
      ...Array.from({ length: 3 }, () => "planned"),
    ]);
  });

  it("is refused below 75 % capture, and when nothing valid is known", () => {
    expect(substituteEmission({ ...hour, capturePercent: 74.99 }, history)).toEqual({
      value: null,
      why: "capture-too-low",
      rule: null,
    });
    expect(substituteEmission({ ...hour, capturePercent: null }, history)).toMatchObject({ why: "capture-unknown" });
    expect(substituteEmission(hour, [])).toMatchObject({ why: "no-valid-data", rule: "substitution.flue-gas.180" });
    expect(substituteEmission({ ...hour, timeMs: 0 }, history)).toMatchObject({ why: "not-in-force" });
  });

  it("of a short past takes what there is, and says how much was missing", () => {
    expect(substituteEmission({ ...hour, state: "other" }, history.slice(0, 10))).toMatchObject({
      value: 10,
      asked: 180,
      found: 10,
    });
  });

  it("does not depend on the order of the hours, and is one of them", () => {
    const hours = fc.uniqueArray(
      fc.record({
        timeMs: fc.integer({ min: 1, max: 3000 }).map((back) => now - back * hourMs),
        kgPerHour: fc.nat(500),
      }),
      { minLength: 1, maxLength: 300, selector: ({ timeMs }) => timeMs },
    );
    fc.assert(
      fc.property(hours, fc.boolean(), (valid, planned) => {
        const invalid: InvalidHour = { ...hour, state: planned ? "other" : "fault" };
        const found = substituteEmission(invalid, valid);
        expect(substituteEmission(invalid, valid.toReversed())).toEqual(found);
        if (found.value !== null) expect(valid.map(({ kgPerHour }) => kgPerHour)).toContain(found.value);
      }),
    );
  });

  it("counts invalid hours in a row, and looks back 25 hours at most", () => {
    expect(countInvalidRun([true, false, false])).toBe(2);
    expect(countInvalidRun([false, true])).toBe(0);
    expect(countInvalidRun([])).toBe(0);
    expect(countInvalidRun(Array.from({ length: 100 }, () => false))).toBe(25);
  });
});

describe("the older rule for waste water", () => {
  const then = parseDay("2019-06-01") ?? Number.NaN;

  it("fills a run of k hours with the mean of k before and k after", () => {
    expect(substituteRun2007(then, 2, [30, 40, 900], [50, 60, 900], "w01018")).toEqual({
      value: 45,
      rule: "substitution.waste-water.2007",
      sureness: "verified",
      asked: 4,
      found: 4,
    });
  });

  it("fills pH with the median", () => {
    expect(substituteRun2007(then, 2, [6, 7], [7.4, 13], "w01001")).toMatchObject({ value: 7.2 });
    expect([medianOf([3, 1, 2]), medianOf([4, 1]), medianOf([])]).toEqual([2, 2.5, null]);
  });

  it("ended on 24 March 2020, when the present one began", () => {
    const first = parseDay("2020-03-24") ?? Number.NaN;
    expect(substituteRun2007(first - 1, 1, [1], [3], "w01018")).toMatchObject({ value: 2 });
    expect(substituteRun2007(first, 1, [1], [3], "w01018")).toMatchObject({ value: null, why: "not-in-force" });
    const loads = [{ dayMs: first - dayMs, kg: 5 }];
    expect(substituteLoad(first, loads)).toMatchObject({ value: 5 });
    expect(substituteLoad(first - dayMs, loads)).toMatchObject({ value: null, why: "not-in-force" });
  });
});

describe("a substituted load of waste water", () => {
  const days = Array.from({ length: 40 }, (_, i) => ({ dayMs: now - (i + 1) * dayMs, kg: i + 1 }));

  it("is the mean of the 30 valid days before", () => {
    expect(substituteLoad(now, days)).toEqual({
      value: 15.5,
      rule: "substitution.waste-water.2019",
      sureness: "from memory",
      asked: 30,
      found: 30,
    });
    expect(substituteLoad(now, days.toReversed())).toMatchObject({ value: 15.5 });
  });

  it("never looks at the day itself or at later ones", () => {
    const later = [
      { dayMs: now, kg: 1000 },
      { dayMs: now + dayMs, kg: 1000 },
    ];
    expect(substituteLoad(now, [...later, ...days])).toMatchObject({ value: 15.5 });
    expect(substituteLoad(now, later)).toMatchObject({ value: null, why: "no-valid-data" });
  });
});

describe("out of control", () => {
  it("is an instrument from the last check it passed to the next it passes", () => {
    const checks = [
      { timeMs: 10, passed: true },
      { timeMs: 20, passed: false },
      { timeMs: 25, passed: false },
      { timeMs: 30, passed: true },
      { timeMs: 40, passed: true },
      { timeMs: 50, passed: false },
    ];
    const spans = [
      { from: 10, to: 30, failed: 2 },
      { from: 40, to: null, failed: 1 },
    ];
    expect(findOutOfControl(checks)).toEqual(spans);
    expect(findOutOfControl(checks.toReversed())).toEqual(spans);
  });

  it("begins with a failed check, also beside one that it passed at the same time", () => {
    const both = [
      { timeMs: 5, passed: false },
      { timeMs: 5, passed: true },
    ];
    expect(findOutOfControl(both)).toEqual([{ from: 5, to: null, failed: 1 }]);
    expect(findOutOfControl(both.toReversed())).toEqual([{ from: 5, to: null, failed: 1 }]);
  });

  it("since ever is one that never passed", () => {
    expect(findOutOfControl([{ timeMs: 5, passed: false }])).toEqual([{ from: null, to: null, failed: 1 }]);
    expect(findOutOfControl([{ timeMs: 5, passed: true }])).toEqual([]);
  });

  it("begins beyond the drift of the table, in either direction", () => {
    expect(isBeyondControl("gas", { zeroPercent: 5, spanPercent: -10 })).toBe(false);
    expect(isBeyondControl("gas", { zeroPercent: -5.1, spanPercent: null })).toBe(true);
    expect(isBeyondControl("gas", { zeroPercent: 0, spanPercent: 10.1 })).toBe(true);
    expect(isBeyondControl("particles", { zeroPercent: 8.1, spanPercent: 0 })).toBe(true);
  });

  it("is not decided by a bound that the table does not have", () => {
    expect(isBeyondControl("velocity", { zeroPercent: null, spanPercent: 50 })).toBeNull();
    expect(isBeyondControl("radar", { zeroPercent: 50, spanPercent: 50 })).toBeNull();
  });
});

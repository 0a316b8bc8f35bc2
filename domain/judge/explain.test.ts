// An explanation tells every input of a window with its reason, and comes to the very number that was judged.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, gasSite, limitOf, markOf, midnight, minutes, waterSite } from "#test/harness/judged-minutes.ts";
import { dayMs, hourMs, minuteMs } from "../time.ts";
import { explainDay, explainHour } from "./explain.ts";
import { formHours } from "./form.ts";
import { formDays } from "./form-days.ts";
import { judgeWindows } from "./judge.ts";
import { readWindow } from "./windows.ts";

const nox = limitOf({ factor: "a21002", basis: "hour", max: 50, refO2: 16 });
const cod = limitOf({ factor: "w01018", basis: "day", max: 50 });

describe("the explanation of an hour", () => {
  const facts = gasSite([nox]);
  const values = {
    a21002: [...minutes(33, 50), ...minutes(null, 2), ...minutes(33, 8)],
    a19001: [...minutes(18, 49), 20.8, ...minutes(18, 10)],
    a00000: minutes(10_000),
  };
  const mark = markOf({ from: midnight + 57 * minuteMs, to: midnight + 2 * hourMs, factors: ["a21002"] });
  const rejected = markOf({ id: "R", from: midnight, to: midnight + hourMs, status: "rejected" });
  const told = explainHour(facts, "a21002", blockOf(midnight, values), [mark, rejected], midnight);

  it("shows each minute as measured, its oxygen, what it was corrected to, and why it does not count", () => {
    expect(told?.inputs[0]).toEqual({
      start: midnight,
      value: 33,
      oxygen: 18,
      corrected: 55,
      flow: 10_000,
      counts: true,
      why: null,
    });
    const whys = [49, 50, 51, 57, 59].map((i) => told?.inputs[i]?.why);
    expect(whys).toEqual(["off-air", "flag-unknown", "flag-unknown", "marked", "marked"]);
    expect(told?.inputs).toHaveLength(60);
  });

  it("adds up to the counts and the mean, and names the rule, the limit and the marks that count", () => {
    const counted = told?.inputs.filter(({ counts }) => counts) ?? [];
    expect(counted).toHaveLength(told?.window.valid ?? -1);
    expect(told).toMatchObject({
      window: { value: 55, valid: 54, marked: 3, correctedTo: 16 },
      validity: { valid: true, rule: "validity.flue-gas.hour", needed: 45, counts: { excluded: { "off-air": 1 } } },
      formula: { rule: "oxygen.correction", sureness: "verified", clause: "HJ 212-2017 (28), D.2.3 (4)" },
      limit: { id: nox.id, max: 50, refO2: 16, unit: "mg/m3" },
      judgement: { status: "exceeding", bound: 50 },
      marks: [mark],
    });
    expect(told?.formula.text).toContain("(21 − 16)");
  });

  it("says of an hour with too little in it that nothing can be said", () => {
    const poor = explainHour(facts, "a21002", blockOf(midnight, { a21002: minutes(33, 20) }), [], midnight);
    expect(poor).toMatchObject({
      judgement: { status: "unknown", why: "no-value" },
      validity: { valid: false, why: "too-few-valid", counts: { excluded: { "oxygen-missing": 20 }, missing: 40 } },
    });
  });

  it("is there for judged factors only", () => {
    expect(explainHour(facts, "a19001", blockOf(midnight, values), [], midnight)).toBeNull();
    expect(explainDay(facts, "a19001", blockOf(midnight, values), [], midnight)).toBeNull();
  });
});

describe("the explanation of a day", () => {
  const facts = waterSite([cod]);

  it("shows each hour with its water, and which did not count and why", () => {
    const per = (of: (hour: number) => number | null | undefined) =>
      Array.from({ length: 24 }, (_, hour) => minutes(of(hour))).flat();
    const block = blockOf(midnight, {
      w01018: per((hour) => (hour === 3 ? null : hour === 4 ? undefined : 60)),
      w00000: per((hour) => (hour === 5 ? 0 : 10)),
    });
    const mark = markOf({ from: midnight + 6 * hourMs, to: midnight + 7 * hourMs, factors: ["w01018"] });
    const told = explainDay(facts, "w01018", block, [mark], midnight);
    expect(told?.inputs[0]).toMatchObject({ value: 60, volumeM3: 36, kg: 2.16, valid: 60, due: 60, counts: true });
    expect(told?.inputs.slice(3, 7).map(({ why }) => why)).toEqual(["too-few-parts", "missing", "no-flow", "marked"]);
    expect(told).toMatchObject({
      window: { value: 60, valid: 20 },
      // 75 % of the 23 hours in which water flowed.
      validity: { valid: true, needed: 18, counts: { due: 23 } },
      formula: { rule: "flow-mean.weighted" },
      judgement: { status: "exceeding", bound: 50 },
    });
  });

  it("comes to what was judged, for any minutes", () => {
    const value = fc.option(fc.integer({ min: 0, max: 90 }), { nil: null, freq: 6 });
    const day = fc.array(value, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(day, day, (c, q) => {
        const block = blockOf(midnight, {
          w01018: c.flatMap((each) => minutes(each)),
          w00000: q.flatMap((each) => minutes(each)),
        });
        const days = formDays(facts, formHours(facts, block, [], midnight, midnight + dayMs));
        const { ranges } = judgeWindows(facts, days, "closed", { seq: 1, at: 1 });
        const place = facts.factors.findIndex(({ code }) => code === "w01018");
        const column = days.columns[place];
        if (column === undefined) throw new Error("no column");
        const told = explainDay(facts, "w01018", block, [], midnight);
        expect(told?.window).toEqual(readWindow(column, "day", 0));
        expect(told?.judgement.status === "exceeding").toBe(ranges[place]?.exceeding.length === 1);
      }),
      { numRuns: 20 },
    );
  });
});

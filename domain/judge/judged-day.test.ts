// What a day is told to have come to: its hours, its minutes by reason, its verdicts, and that a day is not over.

import { describe, expect, it } from "vitest";
import {
  blockOf,
  gasSite,
  limitOf,
  markOf,
  midnight,
  minutes,
  type MinuteValue,
  siteOf,
} from "#test/harness/judged-minutes.ts";
import type { JudgedDay } from "../judged.ts";
import type { Mark } from "../mark.ts";
import { dayMs, hourMs } from "../time.ts";
import { codesOf, isSameReference, judgedSiteOf, partsPerHourOf, referenceAt } from "./facts.ts";
import { formHours } from "./form.ts";
import { formDays } from "./form-days.ts";
import { judgeWindows } from "./judge.ts";
import { judgedDays } from "./judged-day.ts";

const nox = limitOf({ factor: "a21002", basis: "hour", max: 50 });
const facts = gasSite([nox]);
const under = { seq: 3, at: 5 };

function tell(values: readonly MinuteValue[], marks: readonly Mark[], hours: number): JudgedDay | undefined {
  const block = blockOf(midnight, { a21002: values, a00000: minutes(20_000, values.length) });
  const formed = formHours(facts, block, marks, midnight, midnight + hours * hourMs);
  const days = formDays(facts, formed);
  const judged = {
    hours: judgeWindows(facts, formed, "closed", under),
    days: judgeWindows(facts, days, "closed", under),
  };
  return judgedDays(facts, formed, days, judged, under)[0];
}

/** Hours 0 … 19 within, 20 beyond, 21 with too few minutes, 22 marked, 23 silent. */
const values = [
  ...minutes(50, 20 * 60),
  ...minutes(51),
  ...minutes(50, 30),
  ...minutes(null, 30),
  ...minutes(50),
  ...minutes(undefined),
];
const marks = [
  markOf({ from: midnight + 22 * hourMs, to: midnight + 23 * hourMs }),
  markOf({ id: "stop", label: "stopped", from: midnight, to: midnight + hourMs }),
];

describe("a judged day", () => {
  it("counts its hours and minutes by what became of them", () => {
    expect(tell(values, marks, 24)).toEqual({
      site: "S",
      day: "2026-05-11",
      factor: "a21002",
      hours: { due: 23, received: 22, valid: 20, stopped: 1, marked: 1 },
      parts: {
        due: 23 * 60,
        received: 23 * 60,
        valid: 20 * 60 + 30,
        marked: 120,
        excluded: { "flag-unknown": 30 },
        // Of the silent hour; the minutes of the hour that stood were not due and are no use to it.
        missing: 60,
        surplus: 60,
      },
      hourVerdicts: { within: 19, exceeding: 1, unknown: 4 },
      dayVerdicts: { within: 0, exceeding: 0, unknown: 1 },
      value: 50.05,
      isValid: true,
      why: null,
      rule: "validity.flue-gas.day",
      unit: "mg/m3",
      kg: 20.02,
      seq: 3,
      at: 5,
    });
  });

  it("has no mean while it is not over, and the counts of the hours that are", () => {
    expect(tell(values, marks, 21)).toMatchObject({
      hours: { due: 20, received: 20, valid: 20, stopped: 1 },
      hourVerdicts: { within: 19, exceeding: 1, unknown: 1 },
      value: null,
      isValid: false,
      why: "not-over",
      kg: 20.02,
    });
  });

  it("says why it is not valid", () => {
    expect(tell(minutes(20, 19 * 60), [], 24)).toMatchObject({ isValid: false, why: "too-few-valid", value: 20 });
    expect(tell([], [], 24)).toMatchObject({ why: "nothing-received", value: null, kg: null });
    const stop = markOf({ label: "stopped", from: midnight, to: midnight + dayMs });
    expect(tell([], [stop], 24)).toMatchObject({ why: "nothing-due", hours: { due: 0, stopped: 24 } });
  });

  it("is not told of hours that begin within it", () => {
    const late = formHours(facts, { minutes: [] }, [], midnight + hourMs, midnight + 2 * hourMs);
    const none = { verdicts: [] };
    expect(() => judgedDays(facts, late, formDays(facts, late), { hours: none, days: none }, under)).toThrow(
      "begin within it",
    );
  });
});

describe("the facts of a site", () => {
  it("are of outfalls only: other places are not judged by hours and days of the law", () => {
    const station = { id: "A", kind: "air-station", factors: ["a21026"], intervalSeconds: 60 } as const;
    expect(judgedSiteOf(station, [])).toBeNull();
  });

  it("name factors with a limit for hours or days and the assessed ones, not those with a realtime limit alone", () => {
    const of = (codes: readonly string[]): string[] =>
      siteOf(
        "gas-outfall",
        [
          limitOf({ factor: "a01012", basis: "realtime", max: 1 }),
          limitOf({ factor: "a21005", basis: "hour", max: 1 }),
          limitOf({ factor: "a21003", basis: "hour", max: 1, site: "another" }),
        ],
        codes,
      ).factors.map(({ code }) => code);
    expect(of(["a01012", "a21003", "a21002", "a34013"])).toEqual(["a21002", "a21005", "a34013"]);
  });

  it("say what to read: judged factors, flow and oxygen where the site has them", () => {
    expect(codesOf(gasSite([nox]))).toEqual(["a21002", "a00000", "a19001"]);
    expect(codesOf(siteOf("gas-outfall", [nox], ["a21002"]))).toEqual(["a21002"]);
  });

  it.each([
    [1, 60],
    [60, 60],
    [61, 59],
    [300, 12],
    [3600, 1],
    [7200, 1],
  ])("a device that reports each %i s has %i minutes due in an hour", (seconds, parts) => {
    expect(partsPerHourOf(seconds)).toBe(parts);
  });

  it("know the reference oxygen of a time from the limit of the hour, else of the day, in force then", () => {
    const [factor] = gasSite([
      limitOf({ factor: "a21002", basis: "day", max: 50, refO2: 11 }),
      limitOf({ factor: "a21002", basis: "hour", max: 50, refO2: 16, from: midnight }),
    ]).factors;
    const [plain] = gasSite([nox]).factors;
    if (factor === undefined || plain === undefined) throw new Error("no factor");
    expect([midnight - 1, midnight].map((time) => referenceAt(factor, time))).toEqual([11, 16]);
    const [after] = gasSite([limitOf({ factor: "a21002", basis: "hour", max: 40, refO2: 16 })]).factors;
    if (after === undefined) throw new Error("no factor");
    expect(isSameReference(factor, after, midnight, midnight + dayMs)).toBe(true);
    expect(isSameReference(factor, after, midnight - 1, midnight + dayMs)).toBe(false);
    expect(isSameReference(after, plain, midnight, midnight + dayMs)).toBe(false);
  });
});

// The month of one factor: its mean and validity, and the mass with and without stand-ins.

import { describe, expect, it } from "vitest";
import type { JudgedDay } from "../judged.ts";
import { dayMs, formatDay, hourMs } from "../time.ts";
import { formMonth, type HourLoad, listHourLoads } from "./months.ts";

const may = Date.parse("2026-05-01T00:00:00+08:00");
const end = Date.parse("2026-06-01T00:00:00+08:00");

function dayOf(place: number, part: Partial<JudgedDay> = {}, hours: Partial<JudgedDay["hours"]> = {}): JudgedDay {
  return {
    site: "S",
    day: formatDay(may + place * dayMs),
    factor: "w01018",
    hours: { due: 24, received: 24, valid: 24, stopped: 0, marked: 0, ...hours },
    parts: { due: 0, received: 0, valid: 0, marked: 0, excluded: {}, missing: 0, surplus: 0 },
    hourVerdicts: { within: 23, exceeding: 1, unknown: 0 },
    dayVerdicts: { within: 1, exceeding: 0, unknown: 0 },
    value: 30,
    isValid: true,
    why: null,
    rule: null,
    unit: "mg/L",
    kg: 10,
    seq: 1,
    at: 1,
    ...part,
  };
}

const allDays = Array.from({ length: 31 }, (_, i) => dayOf(i));
const invalid = { isValid: false, value: null, kg: null };

describe("a month", () => {
  it("is the mean of its valid days, and sums what exceeded and what was discharged", () => {
    const days = [...allDays.slice(0, 30), dayOf(30, { value: 61, kg: 20 }), dayOf(31, { value: 999 })];
    expect(formMonth("waste-water", may, days, end)).toMatchObject({
      month: "2026-05",
      value: 31,
      validDays: 31,
      validity: { valid: true, needed: 24 },
      exceedingHours: 31,
      exceedingDays: 0,
      hours: { due: 744, valid: 744 },
      kg: 320,
      kgSubstituted: 320,
    });
  });

  it("needs three quarters of its days of waste water, and 25 of flue gas, whatever stood still", () => {
    const of = (medium: "waste-water" | "flue-gas", valid: number, stopped = 0): boolean =>
      formMonth(
        medium,
        may,
        [
          ...allDays.slice(0, valid),
          ...Array.from({ length: stopped }, (_, i) => dayOf(valid + i, invalid, { due: 0, stopped: 24 })),
        ],
        end,
      ).validity.valid;
    expect([of("waste-water", 23), of("waste-water", 24)]).toEqual([false, true]);
    expect([of("waste-water", 18, 7), of("waste-water", 17, 7)]).toEqual([true, false]);
    expect([of("flue-gas", 24), of("flue-gas", 25), of("flue-gas", 24, 7)]).toEqual([false, true, false]);
  });
});

describe("the mass of a month of waste water", () => {
  const before = [{ dayMs: may - dayMs, kg: 40 }];

  it("has the mean of the valid days before in the place of a day that is not valid or of which nothing came", () => {
    const days = [dayOf(0), dayOf(1, invalid), dayOf(3)];
    const month = formMonth("waste-water", may, days, may + 4 * dayMs, { kind: "days", before });
    // 10, then 25 twice (the mean of 40 and 10), then 10: a stand-in is not taken from a stand-in.
    expect(month).toMatchObject({
      kg: 20,
      kgSubstituted: 70,
      standIns: [{ rule: "substitution.waste-water.2019", count: 2, kg: 50 }],
      without: {},
    });
  });

  it("has none for days that stood and for days that are not over", () => {
    const days = [dayOf(0), dayOf(1, invalid, { due: 0, stopped: 24, received: 0, valid: 0 })];
    const month = formMonth("waste-water", may, days, may + 2 * dayMs, { kind: "days", before });
    expect(month).toMatchObject({ kgSubstituted: 10, standIns: [] });
  });

  it("has none for a day on which nothing flowed: nothing was discharged", () => {
    const dry = dayOf(30, { isValid: false, value: null, why: "nothing-due", kg: 0 });
    const month = formMonth("waste-water", may, [...allDays.slice(0, 30), dry], end, { kind: "days", before: [] });
    expect(month).toMatchObject({ kgSubstituted: 300, standIns: [], without: {} });
  });

  it("keeps what was measured of a day for which there is no stand-in, and says so", () => {
    const days = [dayOf(0, { isValid: false, kg: 3 })];
    const month = formMonth("waste-water", may, days, may + dayMs, { kind: "days", before: [] });
    expect(month).toMatchObject({ kg: 3, kgSubstituted: 3, standIns: [], without: { "no-valid-data": 1 } });
  });
});

describe("the mass of a month of flue gas", () => {
  const hoursOf = (states: readonly HourLoad["state"][], kg: (i: number) => number): HourLoad[] =>
    states.map((state, i) => ({ start: may + i * hourMs, state, kg: state === "valid" ? kg(i) : null }));
  const quarter = (valid: number): JudgedDay[] => [dayOf(0, {}, { due: 100, received: 100, valid })];

  it("has the greatest of the valid hours before in the place of an invalid one, by the capture of the quarter", () => {
    const states: HourLoad["state"][] = ["valid", "valid", "invalid", "stopped", "invalid", "valid"];
    const loads = { kind: "hours", hours: hoursOf(states, (i) => i + 1), quarter: quarter(95) } as const;
    expect(formMonth("flue-gas", may, [dayOf(0, { kg: 9 })], may + dayMs, loads)).toMatchObject({
      kg: 9,
      // 1 + 2 + 2 + 2 + 6
      kgSubstituted: 13,
      standIns: [{ rule: "substitution.flue-gas.180", count: 2, kg: 4 }],
    });
  });

  it("has none below the capture that the rule asks for, and says so", () => {
    const loads = { kind: "hours", hours: hoursOf(["valid", "invalid"], () => 1), quarter: quarter(70) } as const;
    expect(formMonth("flue-gas", may, [], may + dayMs, loads)).toMatchObject({
      kgSubstituted: 1,
      standIns: [],
      without: { "capture-too-low": 1 },
    });
  });

  it("looks back past the beginning of the month, and sums only what is within", () => {
    const hours: HourLoad[] = [
      { start: may - hourMs, state: "valid", kg: 7 },
      { start: may, state: "invalid", kg: null },
    ];
    const month = formMonth("flue-gas", may, [], may + dayMs, { kind: "hours", hours, quarter: quarter(95) });
    expect(month.kgSubstituted).toBe(7);
  });

  it("finds the hours that stood among those without a value: first such that sent something", () => {
    const start = [0, 1, 2].map((i) => may + i * hourMs);
    const stored = { start, count: [60, 60, 60], valid: [60, 0, 44], kg: [1, Number.NaN, Number.NaN] };
    const hours = listHourLoads(stored, [dayOf(0, {}, { stopped: 2 })], 45, may, may + 5 * hourMs);
    expect(hours.map(({ state, kg }) => [state, kg])).toEqual([
      ["valid", 1],
      ["stopped", null],
      ["stopped", null],
      ["invalid", null],
      ["invalid", null],
    ]);
  });
});

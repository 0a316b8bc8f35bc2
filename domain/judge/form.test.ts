// Lawful hours and days from minutes: the worked examples of the law, end to end, and what keeps a minute or an hour out.

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
  waterSite,
} from "#test/harness/judged-minutes.ts";
import type { Limit } from "../limit.ts";
import type { Mark } from "../mark.ts";
import type { Flag } from "../reading.ts";
import { dayMs, hourMs, minuteMs } from "../time.ts";
import { formHours } from "./form.ts";
import { formDays } from "./form-days.ts";
import { judgeWindows } from "./judge.ts";
import type { JudgedSite, LawfulWindow, LawfulWindows, MinuteBlock } from "./shapes.ts";
import { readWindow } from "./windows.ts";

const under = { seq: 7, at: 11 };
const nox = (refO2: number | null, max = 50): Limit => limitOf({ factor: "a21002", basis: "hour", max, refO2 });
const cod = limitOf({ factor: "w01018", basis: "day", max: 50 });

function windowOf(windows: LawfulWindows, code: string, i = 0): LawfulWindow {
  const column = windows.columns.find(({ factor }) => factor === code);
  if (column === undefined) throw new Error(`no ${code}`);
  return readWindow(column, windows.basis, i);
}

function hourOf(facts: JudgedSite, block: MinuteBlock, marks: readonly Mark[] = [], code = "a21002"): LawfulWindow {
  return windowOf(formHours(facts, block, marks, midnight, midnight + hourMs), code);
}

/** 24 hours of one value each. */
function perHour(values: readonly MinuteValue[]): MinuteValue[] {
  return values.flatMap((value) => minutes(value));
}

describe("an hour of flue gas", () => {
  it.each([
    { source: "sinter head", value: 32.1, oxygen: 17, reference: 16, mean: 40.125 },
    { source: "sinter head with air in it", value: 32.1, oxygen: 19.5, reference: 16, mean: 107 },
    { source: "coke oven", value: 110, oxygen: 10.2, reference: 8, mean: 132.407407407 },
    { source: "coal boiler", value: 30, oxygen: 8.5, reference: 6, mean: 36 },
    { source: "hot stove, not corrected", value: 32.1, oxygen: 17, reference: null, mean: 32.1 },
  ])("is corrected minute by minute: $source comes to $mean", ({ value, oxygen, reference, mean }) => {
    const facts = gasSite([nox(reference)]);
    const hour = hourOf(facts, blockOf(midnight, { a21002: minutes(value), a19001: minutes(oxygen) }));
    expect(hour).toMatchObject({
      value: mean,
      isValid: true,
      due: 60,
      received: 60,
      valid: 60,
      correctedTo: reference,
    });
  });

  it("exceeds a limit that its raw value keeps, and names all that says so", () => {
    const facts = gasSite([nox(16)]);
    const block = blockOf(midnight, { a21002: minutes(32.1), a19001: minutes(19.5) });
    const { ranges } = judgeWindows(facts, formHours(facts, block, [], midnight, midnight + hourMs), "closed", under);
    expect(ranges.find(({ factor }) => factor === "a21002")).toEqual({
      site: "S",
      factor: "a21002",
      basis: "hour",
      from: midnight,
      to: midnight + hourMs,
      cause: "closed",
      seq: 7,
      at: 11,
      exceeding: [
        {
          start: midnight,
          end: midnight + hourMs,
          value: 107,
          compared: 107,
          bound: 50,
          side: "max",
          unit: "mg/m3",
          multiple: 1.14,
          method: "rounded",
          valid: 60,
          due: 60,
          correctedTo: 16,
          limitId: "S:a21002:hour:standard",
          limitVersion: 1,
          source: "GB 0-2026",
          rule: "comparison.rounded",
          sureness: "from memory",
        },
      ],
      marked: [],
    });
  });

  it("averages what was corrected, and not the oxygen", () => {
    const facts = gasSite([nox(16)]);
    const oxygen = [...minutes(17, 30), ...minutes(20, 30)];
    const hour = hourOf(facts, blockOf(midnight, { a21002: minutes(10), a19001: oxygen }));
    // (12.5 + 50) / 2; by the mean oxygen of 18.5 it would be 20.
    expect(hour.value).toBe(31.25);
  });

  it.each([
    { oxygen: 20.5, why: "off-air" },
    { oxygen: 20.9, why: "off-air" },
    { oxygen: 21.6, why: "sensor-fault" },
    { oxygen: -0.1, why: "sensor-fault" },
    { oxygen: null, why: "oxygen-missing" },
    { oxygen: undefined, why: "oxygen-missing" },
  ])("leaves minutes out whose oxygen is $oxygen, and says $why", ({ oxygen, why }) => {
    const facts = gasSite([nox(16)]);
    const values = { a21002: minutes(30), a19001: [...minutes(17, 44), ...minutes(oxygen, 16)] };
    expect(hourOf(facts, blockOf(midnight, values))).toMatchObject({
      received: 60,
      valid: 44,
      excluded: { [why]: 16 },
      isValid: false,
      value: 37.5,
    });
  });

  it("is valid with 45 minutes and not with 44", () => {
    const facts = gasSite([nox(null)]);
    const of = (valid: number): boolean =>
      hourOf(facts, blockOf(midnight, { a21002: [...minutes(30, valid), ...minutes(undefined, 60 - valid)] })).isValid;
    expect([of(44), of(45)]).toEqual([false, true]);
  });

  it("asks a device of five minutes for 9 of its 12 minutes", () => {
    const facts = siteOf("gas-outfall", [nox(null)], ["a21002"], 300);
    const of = (sent: number): LawfulWindow =>
      hourOf(
        facts,
        blockOf(midnight, {
          a21002: Array.from({ length: 60 }, (_, i) => (i % 5 === 0 && i < sent * 5 ? 30 : undefined)),
        }),
      );
    expect(of(8)).toMatchObject({ due: 12, received: 8, isValid: false });
    expect(of(9)).toMatchObject({ due: 12, received: 9, isValid: true });
  });

  it("weighs 1 kg when 50,000 m³/h carry 20 mg/m³, however the value is corrected", () => {
    const facts = gasSite([nox(16)]);
    const values = { a21002: minutes(20), a19001: minutes(19), a00000: minutes(50_000) };
    expect(hourOf(facts, blockOf(midnight, values))).toMatchObject({ value: 50, kg: 1 });
  });

  it("has no load when it is not valid, however well its flow is known", () => {
    const values = { a21002: minutes(20), a19001: minutes(20.8), a00000: minutes(50_000) };
    expect(hourOf(gasSite([nox(16)]), blockOf(midnight, values))).toMatchObject({ isValid: false, kg: null });
  });

  it("has no load where the flow is known for fewer minutes than an hour needs", () => {
    const facts = gasSite([nox(null)]);
    const flow = (known: number): MinuteValue[] => [...minutes(50_000, known), ...minutes(undefined, 60 - known)];
    const of = (known: number): number | null =>
      hourOf(facts, blockOf(midnight, { a21002: minutes(20), a00000: flow(known) })).kg;
    expect([of(44), of(45)]).toEqual([null, 1]);
  });
});

describe("a minute", () => {
  const facts = gasSite([nox(null)]);
  const bad = [...minutes(30, 40), ...minutes(null, 20)];

  it("that has no valid reading is counted by the flag that most of its readings have", () => {
    const flags: Flag[] = ["C", "C", "M", "D", "D", "N", "D"];
    const at = (minute: number): number => midnight + minute * minuteMs;
    const block = {
      ...blockOf(midnight, { a21002: bad }),
      flags: [
        { factor: "a21002", time: [at(40), at(41), at(41) + 1, at(42), at(43) + 1, at(44), at(59)], flag: flags },
      ],
    };
    // Minute 41 has a C and an M: of two as frequent ones the first of the table. Minute 44 says N, which is no reason.
    expect(hourOf(facts, block).excluded).toEqual({ C: 1, M: 1, D: 3, "flag-unknown": 15 });
  });

  it("without its readings at hand is counted as flagged by we know not what", () => {
    expect(hourOf(facts, blockOf(midnight, { a21002: bad }))).toMatchObject({
      received: 60,
      valid: 40,
      excluded: { "flag-unknown": 20 },
    });
  });

  it("does not count under an effective mark, and does under one that was rejected or came too late", () => {
    const block = blockOf(midnight, { a21002: minutes(30) });
    const under16 = { from: midnight, to: midnight + 16 * minuteMs };
    const of = (status: Mark["status"], factors: string[] | null = null): LawfulWindow =>
      hourOf(facts, block, [markOf({ ...under16, status, factors })]);
    expect(of("entered")).toMatchObject({ valid: 44, marked: 16, isValid: false, isMarkedOut: true });
    expect(of("accepted", ["a21002"])).toMatchObject({ valid: 44, marked: 16 });
    for (const status of ["late", "rejected", "withdrawn"] as const)
      expect(of(status)).toMatchObject({ valid: 60, marked: 0, isMarkedOut: false });
    expect(of("entered", ["a21026"])).toMatchObject({ valid: 60, marked: 0 });
  });

  it("does not count when its oxygen is under a mark", () => {
    const block = blockOf(midnight, { a21002: minutes(30), a19001: minutes(17) });
    const marks = [markOf({ from: midnight, to: midnight + 20 * minuteMs, factors: ["a19001"] })];
    expect(hourOf(gasSite([nox(16)]), block, marks)).toMatchObject({ valid: 40, marked: 20, isMarkedOut: true });
    expect(hourOf(gasSite([nox(null)]), block, marks)).toMatchObject({ valid: 60, marked: 0 });
  });
});

describe("an hour in which the plant stood", () => {
  const facts = gasSite([nox(null)]);
  const block = blockOf(midnight, { a21002: minutes(30) });

  it("is not due under marks that cover all of it, and is under such that leave a minute open", () => {
    const of = (...spans: [from: number, to: number][]): LawfulWindow =>
      hourOf(
        facts,
        block,
        spans.map(([from, to]) =>
          markOf({ label: "stopped", from: midnight + from * minuteMs, to: midnight + to * minuteMs }),
        ),
      );
    expect(of([30, 90], [-10, 30])).toMatchObject({
      due: 0,
      received: 60,
      marked: 60,
      isStopped: true,
      isValid: false,
    });
    expect(of([0, 59])).toMatchObject({ due: 60, isStopped: false, isValid: false });
    expect(of([0, 30], [31, 60])).toMatchObject({ due: 60, isStopped: false });
  });

  it("is not due when nothing but flag F came, and as much of it as an hour needs", () => {
    const of = (sent: number, flag: Flag = "F"): LawfulWindow => {
      const minutesSent = blockOf(midnight, { a21002: minutes(null, sent) });
      const time = Array.from({ length: sent }, (_, i) => midnight + i * minuteMs);
      return hourOf(facts, { ...minutesSent, flags: [{ factor: "a21002", time, flag: time.map(() => flag) }] });
    };
    expect(of(60)).toMatchObject({ due: 0, received: 60, excluded: { F: 60 }, isStopped: true });
    expect(of(44)).toMatchObject({ due: 60, received: 44, isStopped: false });
    expect(of(60, "M")).toMatchObject({ due: 60, isStopped: false });
    expect(of(0)).toMatchObject({ due: 60, isStopped: false });
  });
});

describe("an hour of waste water", () => {
  const of = (values: Record<string, readonly MinuteValue[]>): LawfulWindow =>
    hourOf(waterSite([cod]), blockOf(midnight, values), [], "w01018");

  it("is the plain mean of its valid minutes, and one of them is enough", () => {
    expect(
      of({ w01018: [...minutes(20, 30), ...minutes(60, 30)], w00000: [...minutes(1, 30), ...minutes(9, 30)] }),
    ).toMatchObject(
      // Σ C·Q: 20 mg/L in 1.8 m³ and 60 mg/L in 16.2 m³.
      { value: 40, kg: 1.008 },
    );
    expect(of({ w01018: [44, ...minutes(undefined, 59)] })).toMatchObject({
      value: 44,
      valid: 1,
      due: 60,
      isValid: true,
    });
  });

  it("weighs the water that was metered: half of it where the meter was silent for half of the hour", () => {
    const flow = [...minutes(10, 30), ...minutes(undefined, 30)];
    expect(of({ w01018: minutes(50), w00000: flow }).kg).toBe(0.9);
    expect(of({ w01018: minutes(50), w00000: minutes(10) }).kg).toBe(1.8);
    expect(of({ w01018: minutes(50), w00000: minutes(0) }).kg).toBe(0);
    // Minutes without a value carried what the others did.
    expect(of({ w01018: [...minutes(50, 30), ...minutes(null, 30)], w00000: minutes(10) }).kg).toBe(1.8);
  });

  const [still, clear, foul] = [minutes(0, 30), minutes(30, 30), minutes(90, 30)];

  it("leaves out what was taken while nothing flowed: a foul standing sample is no exceedance", () => {
    const block = { w01018: [...clear, ...foul], w00000: [...minutes(100, 30), ...still] };
    expect(of(block)).toMatchObject({ value: 30, valid: 30, excluded: { "no-flow": 30 }, isValid: true, kg: 5.4 });
  });

  it("is not due when nothing flowed in all of it, and says nothing, also where the meter was silent for a while", () => {
    for (const w00000 of [minutes(0), [...still, ...minutes(undefined, 30)]])
      expect(of({ w01018: minutes(500), w00000 })).toMatchObject({
        value: null,
        due: 0,
        isValid: false,
        excluded: { "no-flow": 60 },
        kg: 0,
      });
  });
});

describe("a day of waste water", () => {
  const [c, q] = [
    [30, 32, 28, 45, 60, 33],
    [500, 520, 480, 300, 100, 510],
  ];
  /** m³ of an hour as litres a second. */
  const flow = (m3: number): number => m3 / 3.6;
  const dayOf = (facts: JudgedSite, block: MinuteBlock, marks: readonly Mark[] = [], code = "w01018"): LawfulWindow =>
    windowOf(formDays(facts, formHours(facts, block, marks, midnight, midnight + dayMs)), code);
  const repeat = (values: readonly number[]): number[] => Array.from({ length: 24 }, (_, i) => values[i % 6] ?? 0);

  it("is weighted by flow: six hours of 30 to 60 mg/L come to 33.78, not to 38.00", () => {
    const facts = waterSite([cod]);
    const block = blockOf(midnight, { w01018: perHour(repeat(c)), w00000: perHour(repeat(q).map(flow)) });
    const day = dayOf(facts, block);
    expect(day).toMatchObject({ isValid: true, due: 24, received: 24, valid: 24, min: 28, max: 60 });
    expect(day.value?.toFixed(9)).toBe((81_410 / 2410).toFixed(9));
    expect(day.value?.toFixed(2)).toBe("33.78");
    // Σ C·Q / 1000, four times over.
    expect(day.kg?.toFixed(6)).toBe((4 * 81.41).toFixed(6));
  });

  it("is the plain mean where no meter is, and pH always", () => {
    const values = perHour(repeat(c));
    const without = waterSite([cod], []);
    expect(dayOf(without, blockOf(midnight, { w01018: values }))).toMatchObject({ value: 38, kg: null });
    expect(formDays(without, formHours(without, { minutes: [] }, [], midnight, midnight + dayMs)).rules).toEqual([
      "day-mean.without-meter",
    ]);
    const ph = waterSite([limitOf({ factor: "w01001", basis: "day", min: 6, max: 9 })]);
    const acid = blockOf(midnight, { w01001: values, w00000: perHour(repeat(q).map(flow)) });
    expect(dayOf(ph, acid, [], "w01001").value).toBe(38);
  });

  it("asks for three quarters of the hours in which water flowed, and for none of the dry ones", () => {
    const facts = waterSite([cod]);
    // Twelve hours of discharge, of which so many have a value; a value of a dry hour counts for nothing.
    const of = (valid: number, dry: MinuteValue = 900): LawfulWindow =>
      dayOf(
        facts,
        blockOf(midnight, {
          w01018: perHour(Array.from({ length: 24 }, (_, i) => (i < valid ? 20 : i < 12 ? null : dry))),
          w00000: perHour(Array.from({ length: 24 }, (_, i) => (i < 12 ? 10 : 0))),
        }),
      );
    expect(of(9)).toMatchObject({
      value: 20,
      isValid: true,
      valid: 9,
      due: 12,
      excluded: { "too-few-parts": 3 },
    });
    expect(of(8)).toMatchObject({ isValid: false, valid: 8 });
    // An analyser that sleeps while nothing flows.
    expect(of(9, undefined)).toMatchObject({ value: 20, isValid: true, due: 12, received: 12 });
  });

  it("says that the flow is unknown where the meter said nothing", () => {
    const facts = waterSite([cod]);
    const flows = Array.from({ length: 24 }, (_, i) => (i < 17 ? 10 : undefined));
    const block = blockOf(midnight, { w01018: perHour(repeat(c)), w00000: perHour(flows) });
    expect(dayOf(facts, block)).toMatchObject({ valid: 17, excluded: { "flow-unknown": 7 }, isValid: false });
  });

  it("is taken out by marks only where it would be valid without them", () => {
    const facts = waterSite([cod]);
    const mark = markOf({ from: midnight, to: midnight + 7 * hourMs });
    const flows = perHour(Array.from({ length: 24 }, () => 10));
    const whole = blockOf(midnight, { w01018: perHour(Array.from({ length: 24 }, () => 70)), w00000: flows });
    const marked = [markOf({ ...mark, factors: ["w01018"] })];
    expect(dayOf(facts, whole, marked)).toMatchObject({ valid: 17, marked: 7, isValid: false, isMarkedOut: true });
    const torn = perHour(Array.from({ length: 24 }, (_, i) => (i < 20 ? 70 : i < 23 ? null : undefined)));
    expect(dayOf(facts, blockOf(midnight, { w01018: torn, w00000: flows }), marked)).toMatchObject({
      isValid: false,
      isMarkedOut: true,
      valid: 13,
    });
    const poor = perHour(Array.from({ length: 24 }, (_, i) => (i < 10 ? 70 : null)));
    expect(dayOf(facts, blockOf(midnight, { w01018: poor, w00000: flows }), marked).isMarkedOut).toBe(false);
  });
});

describe("a day of flue gas", () => {
  const limits = [nox(null), limitOf({ factor: "a21002", basis: "day", max: 50 })];
  const dayOf = (hours: number, of: readonly Limit[] = limits): LawfulWindow => {
    const facts = gasSite(of);
    const values = perHour(Array.from({ length: 24 }, (_, i) => (i < hours ? 30 + i : undefined)));
    const block = blockOf(midnight, { a21002: values, a19001: perHour(Array.from({ length: 24 }, () => 17)) });
    return windowOf(formDays(facts, formHours(facts, block, [], midnight, midnight + dayMs)), "a21002");
  };

  it("is the mean of its valid hours, of which it needs 20", () => {
    expect(dayOf(20)).toMatchObject({ value: 39.5, valid: 20, due: 24, isValid: true });
    expect(dayOf(19)).toMatchObject({ value: 39, valid: 19, isValid: false });
  });

  it("leaves hours out that were corrected to another reference than the one in force when it began", () => {
    const until = { to: midnight + 6 * hourMs };
    const [before, after] = [nox(16), { ...nox(15), id: "b", from: midnight + 6 * hourMs }];
    expect(dayOf(24, [{ ...before, ...until }, after])).toMatchObject({
      valid: 6,
      correctedTo: 16,
      excluded: { "reference-changed": 18 },
      isValid: false,
    });
  });
});

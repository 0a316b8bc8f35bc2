// Air: the worked examples of the field, and the edges of the rules.

import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../time.ts";
import { doubtAirHour } from "./air-doubts.ts";
import { evaluateAirDay, evaluateAirHour, evaluateCityAir } from "./air.ts";
import { type HourColumns, minutesOf, type StationHours } from "./hours.ts";
import { codesOf as codes, column, day, hoursOf } from "./planted-hours.ts";
import type { Evaluation } from "./shapes.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);

function airHour(values: Readonly<Record<string, number>>, start = day, minutes = 60): Evaluation {
  const columns = Object.entries(values).map(([factor, value]) => column(factor, start, [value], minutes));
  return evaluateAirHour(hoursOf(...columns), start);
}

const indexes = ({ items }: Evaluation) =>
  Object.fromEntries(items.flatMap(({ factor, index }) => (index === null ? [] : [[factor, index] as const])));

describe("the air of an hour", () => {
  const hour = { a21026: 18, a21004: 63, a21005: 1.6, a05024: 20, a34002: 160, a34004: 96 };

  it("has the indexes of the worked example: 133, by PM2.5, light pollution, colour of the standard", () => {
    const found = airHour(hour);
    expect(indexes(found)).toEqual({ a21026: 6, a21004: 32, a21005: 16, a05024: 7, a34002: 116, a34004: 133 });
    expect([found.value, found.deciding, found.standing, found.category?.nameZh]).toEqual([
      133,
      ["a34004"],
      "valid",
      "轻度污染",
    ]);
    expect(found.category?.colour).toBe("#FF7E00");
    expect(found.rules.map(({ rule, sureness }) => [rule, sureness])).toEqual([
      ["air-quality.2026", "verified"],
      ["validity.air.hour", "from memory"],
    ]);
  });

  it.each([
    ["a34004", 60, 100],
    ["a34004", 60.5, 100],
    ["a34004", 60.6, 101],
    ["a34004", 61, 101],
    ["a34004", 501, 500],
    ["a21026", 801, 200],
    ["a21005", 2.2, 22],
  ])("rates %s at %d as %d, without the dust of a division", (factor, value, index) => {
    expect(airHour({ [factor]: value }).value).toBe(index);
  });

  it("counts from 45 valid minutes on, and shows a mean of fewer without an index", () => {
    expect(airHour({ a34004: 96 }, day, 45).value).toBe(133);
    const found = airHour({ a34004: 96 }, day, 44);
    expect([found.value, found.category, found.standing, found.why]).toEqual([null, null, "invalid", "too-few-valid"]);
    expect(found.items[0]).toMatchObject({ value: 96, index: null, valid: 44, needed: 45, why: "too-few-valid" });
  });

  it("says what is missing when some items are, and that nothing came when none did", () => {
    const found = airHour({ a34004: 30 });
    expect([found.standing, found.why, found.value]).toEqual(["partial", "items-missing", 43]);
    expect(evaluateAirHour(hoursOf(), day)).toMatchObject({
      value: null,
      standing: "invalid",
      why: "nothing-received",
    });
  });

  it("before March 2026 is rated by the rule of 2012, which has no index for particles of an hour", () => {
    const found = airHour({ a34004: 96, a21004: 63 }, at("2026-02-28T23:00:00"));
    expect(indexes(found)).toEqual({ a21004: 32 });
    expect(found.rules[0]?.rule).toBe("air-quality.2012");
    expect(found.items[0]?.why).toBe("no-index");
  });

  it("of five-minute readings counts nine of them as 45 minutes", () => {
    expect([minutesOf(9, 300), minutesOf(8, 300), minutesOf(1, 3600), minutesOf(900, 5)]).toEqual([45, 40, 60, 60]);
  });

  it("is doubted when PM2.5 is above PM10, when four hours are equal, when it jumps alone, when it is below zero", () => {
    const doubt = (columns: readonly HourColumns[], neighbours: readonly StationHours[] = []) =>
      codes(doubtAirHour(hoursOf(...columns), day + 3 * hourMs, neighbours));
    expect(doubt([column("a34004", day + 3 * hourMs, [56]), column("a34002", day + 3 * hourMs, [50])])).toEqual([
      "fine-above-coarse",
    ]);
    expect(doubt([column("a34004", day + 3 * hourMs, [54]), column("a34002", day + 3 * hourMs, [50])])).toEqual([]);
    expect(doubt([column("a21004", day, [31, 31, 31, 31])])).toEqual(["equal-hours"]);
    expect(doubt([column("a34002", day, [60, 61, 62, 290])])).toEqual(["lonely-jump"]);
    expect(
      doubt([column("a34002", day, [60, 61, 62, 290])], [hoursOf(column("a34002", day, [50, 55, 60, 300]))]),
    ).toEqual([]);
    expect(doubt([column("a21026", day + 3 * hourMs, [-2])])).toEqual(["below-zero"]);
  });
});

describe("the air of a day", () => {
  const values = { a21026: 12, a21004: 58, a21005: 1.3, a05024: 71, a34002: 138, a34004: 82 };
  const whole = (from: number, count = 24) =>
    hoursOf(
      ...Object.entries(values).map(([factor, value]) =>
        column(
          factor,
          from,
          Array.from({ length: count }, () => value),
        ),
      ),
    );

  it("has the indexes of the worked example: 120, by PM2.5; by the rule of 2012 it was 109", () => {
    const found = evaluateAirDay(whole(day), day, day + dayMs);
    expect(indexes(found)).toEqual({ a21026: 12, a21004: 73, a21005: 33, a05024: 36, a34002: 107, a34004: 120 });
    expect([found.value, found.deciding, found.standing]).toEqual([120, ["a34004"], "valid"]);
    const before = at("2026-01-15T00:00:00");
    expect(evaluateAirDay(whole(before), before, before + dayMs).value).toBe(109);
  });

  it("needs 20 valid hours, and of ozone 14 means of eight hours", () => {
    const found = evaluateAirDay(whole(day, 19), day, day + dayMs);
    expect(found.items.find(({ factor }) => factor === "a34004")).toMatchObject({
      index: null,
      valid: 19,
      needed: 20,
      why: "too-few-valid",
    });
    const fewer = evaluateAirDay(whole(day, 18), day, day + dayMs);
    expect(fewer.items.find(({ factor }) => factor === "a05024")).toMatchObject({
      index: null,
      needed: 14,
      why: "too-few-valid",
    });
    expect(evaluateAirDay(whole(day, 20), day, day + dayMs).value).toBe(120);
  });

  it("that is not over is told as what it would be so far, and says so", () => {
    const found = evaluateAirDay(whole(day, 10), day, day + 10 * hourMs);
    expect([found.value, found.standing, found.why]).toEqual([120, "partial", "not-over"]);
  });

  it("of a city is the mean of its stations, of those that count", () => {
    const stations = [airHour({ a34004: 40 }), airHour({ a34004: 80 }), airHour({ a34004: 500 }, day, 10)];
    const city = evaluateCityAir(stations);
    expect(city).toMatchObject({ value: 100, window: "hour" });
    expect(city?.items[0]).toMatchObject({ value: 60, valid: 2, due: 3, of: "station" });
  });
});

// Radiation: the worked examples of the field, and the edges of the rules.

import { describe, expect, it } from "vitest";
import { dayMs, minuteMs } from "../time.ts";
import { codesOf as codes, column, day, hoursOf } from "./planted-hours.ts";
import { baselineOfDay, evaluateDose, newestRun } from "./radiation.ts";

describe("radiation", () => {
  const today = day;
  /** Thirty days of 99 and 101: mean 100, σ 1. */
  const past = Array.from({ length: 720 }, (_, i) => (i % 2 === 0 ? 99 : 101));
  const dose = (now: number, rain?: number) =>
    hoursOf(
      column("X-GAMMA", today - 30 * dayMs, [...past, now]),
      ...(rain === undefined ? [] : [column("X-RAIN", today, [rain])]),
    );
  const look = (now: number, rain?: number) => {
    const hours = dose(now, rain);
    return evaluateDose({ hours, start: today, baseline: baselineOfDay(hours, today) });
  };

  it.each([
    [102, "normal"],
    [104, "notice"],
    [151, "warning"],
    [301, "alarm"],
    [1001, "emergency"],
  ])("at %d nGy/h above a ground of 100 ± 1 is %s", (value, key) => {
    expect(look(value)).toMatchObject({ value, unit: "nGy/h", standing: "valid", category: { key } });
  });

  it("in rain is not raised by what rain does, and is by what it cannot", () => {
    expect(codes(look(140, 2).remarks)).toEqual(["rain"]);
    expect(codes(look(301, 2).remarks)).toEqual(["dose-alarm", "rain"]);
  });

  it("without three quarters of thirty days is held against the fixed steps alone, and says so", () => {
    const hours = hoursOf(column("X-GAMMA", today - 5 * dayMs, [...past.slice(0, 120), 160]));
    const found = evaluateDose({ hours, start: today, baseline: baselineOfDay(hours, today) });
    expect(found).toMatchObject({ standing: "partial", why: "no-baseline", category: { key: "normal" } });
  });

  it("warns after a quarter of an hour without a gap, not before", () => {
    const hours = dose(100);
    const minutes = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ start: today + i * minuteMs, value: 160 }));
    const key = (count: number) =>
      evaluateDose({
        hours,
        start: today,
        baseline: baselineOfDay(hours, today),
        recent: newestRun(minutes(count), 60, null),
      }).category?.key;
    expect([key(14), key(15)]).toEqual(["normal", "warning"]);
    const broken = [...minutes(10), { start: today + 20 * minuteMs, value: 160 }];
    expect(newestRun(broken, 60, null)).toHaveLength(1);
  });
});

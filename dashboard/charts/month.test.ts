// The hours of a month: what each is judged to be, and how they are told in words.

import { describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import { countHours, judgeMonth, listHours, monthAround, pickBasis, type MonthInput } from "./month.ts";
import type { MeanPoint } from "./series.ts";

const { from, to } = monthAround(Date.UTC(2026, 10, 22));
const point = (hour: number, mean: number | null, count: number, valid: number): MeanPoint => [
  from + hour * hourMs,
  mean,
  mean,
  mean,
  count,
  valid,
];
const input: MonthInput = {
  points: [
    point(0, 40, 60, 60),
    point(1, 50, 60, 60),
    point(2, 50.1, 60, 60),
    point(3, 90, 60, 44),
    point(4, null, 60, 0),
    point(6, 20, 60, 45),
  ],
  limits: [{ max: 50, min: null, from: 0, to: null }],
  intervalSeconds: 60,
  from,
  to,
  now: from + 7.5 * hourMs,
  begun: from - hourMs,
};

describe("the month of a factor", () => {
  it("is a calendar month of UTC+8, also across the turn of a year and a leap day", () => {
    expect([from, to].map((time) => new Date(time).toISOString())).toEqual([
      "2026-10-31T16:00:00.000Z",
      "2026-11-30T16:00:00.000Z",
    ]);
    expect(monthAround(from - 1).to).toBe(from);
    expect(new Date(monthAround(Date.UTC(2027, 0, 15), -1).from).toISOString()).toBe("2026-11-30T16:00:00.000Z");
    expect(judgeMonth({ ...input, ...monthAround(Date.UTC(2028, 1, 10)), now: 0 })).toHaveLength(29);
  });

  it("judges every hour: equal to the limit is within it, too few valid readings are no basis, silence is missing", () => {
    const days = judgeMonth(input);
    expect(days).toHaveLength(30);
    expect(days[0]?.hours.slice(0, 9).map((hour) => hour.state)).toEqual([
      "ok",
      "ok",
      "exceeded",
      "invalid",
      "invalid",
      "missing",
      "ok",
      "missing",
      "none",
    ]);
    expect(countHours(days)).toMatchObject({ ok: 3, exceeded: 1, invalid: 2, missing: 2 });
    expect(days[0]?.hours[4]?.mean).toBeNull();
  });

  it("judges the hour that is not over by what could have come by now, and blames nobody who sends rarely", () => {
    const half = judgeMonth({ ...input, points: [point(7, 10, 24, 24)] });
    expect(half[0]?.hours[7]?.state).toBe("ok");
    const rare = judgeMonth({ ...input, points: [point(0, 10, 1, 1)], intervalSeconds: 4 * 3600 });
    expect(rare[0]?.hours.slice(0, 3).map((hour) => hour.state)).toEqual(["ok", "none", "none"]);
  });

  it("misses nothing before the first reading there ever was", () => {
    const days = judgeMonth({ ...input, points: [point(6, 20, 60, 60)], begun: from + 6 * hourMs });
    expect(countHours(days)).toMatchObject({ ok: 1, missing: 1 });
    expect(countHours(judgeMonth({ ...input, points: [], begun: Number.POSITIVE_INFINITY })).missing).toBe(0);
  });

  it("meets the limit that was in force in that hour, not today's", () => {
    const limits = [
      { max: 30, min: null, from: 0, to: from + hourMs },
      { max: 60, min: null, from: from + hourMs, to: null },
    ];
    expect(
      judgeMonth({ ...input, limits })[0]
        ?.hours.slice(0, 3)
        .map((hour) => hour.state),
    ).toEqual(["exceeded", "ok", "ok"]);
    expect(countHours(judgeMonth({ ...input, limits: [] })).exceeded).toBe(0);
  });

  it("takes the limit for hours before any other", () => {
    expect(pickBasis([{ basis: "day" }, { basis: "realtime" }, { basis: "hour" }])).toBe("hour");
    expect(pickBasis([{ basis: "day" }, { basis: "realtime" }])).toBe("realtime");
    expect(pickBasis([])).toBeNull();
  });

  it("is told in words with neighbouring hours joined", () => {
    const [day] = judgeMonth(input);
    if (day === undefined) throw new Error("a month has days");
    expect(listHours(day, "invalid")).toBe("03–04");
    expect(listHours(day, "missing")).toBe("05, 07");
    expect(listHours(day, "exceeded")).toBe("02");
  });
});

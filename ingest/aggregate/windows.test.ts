// Windows against their definition: any order of arrival, any sums, grace, the day of UTC+8, saving and loading.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { dayMs, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { type Tier, tierMs, tiers } from "#domain/window.ts";
import { type ClosedWindow, createWindows, formWindow, type LateWindow, tierBits, type Windows } from "./windows.ts";

const begin = Date.UTC(2026, 10, 22, 8);

/** Lets receive time come to `nowMs` and takes what is over. */
function close(windows: Windows, series: number, nowMs: number): ClosedWindow[] {
  const closed: ClosedWindow[] = [];
  for (const tier of windows.due(nowMs)) {
    windows.closeTier(tier, nowMs);
    windows.take(series, tier, closed, []);
  }
  return closed;
}

function add(windows: Windows, series: number, time: number, v: number, valid = true): number {
  return windows.add(series, windows.moment(time), v, valid, 0);
}

function only(tier: Tier, closed: readonly ClosedWindow[]): ClosedWindow[] {
  return closed.filter((each) => each.tier === tier);
}

const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  fc.constantFrom(0.1, 0.2, 0.3, 1e6, 1e-6, -0.1),
);
const reading = fc.tuple(fc.integer({ min: 0, max: minuteMs - 1 }), value, fc.boolean());
const shuffled = fc
  .array(reading, { minLength: 1, maxLength: 60 })
  .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));

describe("windows", () => {
  it("the order in which readings arrive changes no bit of a mean", () => {
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const formed = [list, other].map((readings) => {
          const windows = createWindows();
          const series = windows.addSeries();
          for (const [at, v, valid] of readings) add(windows, series, begin + at, v, valid);
          return close(windows, series, begin + minuteMs + bounds.windowGraceMs["1m"]);
        });
        expect(formed[1]).toEqual(formed[0]);
        expect(formed[0]).toHaveLength(1);
      }),
    );
  });

  it("a mean lies between its extremes and is the mean to a millionth of the unit", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
        const formed = formWindow(
          "1h",
          begin / hourMs,
          values.map((v) => [v, true]),
        );
        const exact = values.reduce((sum, v) => sum + v, 0) / values.length;
        expect(Math.abs(formed.mean - exact)).toBeLessThanOrEqual(1e-6 + Math.abs(exact) * 1e-12);
        expect([formed.min, formed.max]).toEqual([Math.min(...values), Math.max(...values)]);
        expect([formed.count, formed.valid]).toEqual([values.length, values.length]);
      }),
    );
  });

  it("large sums are exact: a day of one-second readings of a large meter", () => {
    const readings = Array.from({ length: 86_400 }, (_, i): [number, boolean] => [900_000_000.25 + (i % 2) / 2, true]);
    expect(formWindow("1d", Math.floor(begin / dayMs), readings).mean).toBe(900_000_000.5);
  });

  it("readings that do not count are counted and leave mean and extremes alone; without any that counts there is no mean", () => {
    const formed = formWindow("1m", begin / minuteMs, [
      [10, true],
      [99, false],
      [20, true],
    ]);
    expect(formed).toEqual({ tier: "1m", start: begin, mean: 15, min: 10, max: 20, count: 3, valid: 2 });
    const none = formWindow("1m", begin / minuteMs, [[99, false]]);
    expect(none).toEqual({
      tier: "1m",
      start: begin,
      mean: Number.NaN,
      min: Number.NaN,
      max: Number.NaN,
      count: 1,
      valid: 0,
    });
  });

  it.each(tiers)("a window (%s) waits for its grace, and is told within a minute", (tier: Tier) => {
    const windows = createWindows();
    const series = windows.addSeries();
    close(windows, series, begin);
    const start = tier === "1d" ? (parseDay("2026-11-22") ?? 0) : begin;
    const over = start + tierMs[tier] + bounds.windowGraceMs[tier];
    expect(add(windows, series, start, 1) & tierBits[tier]).toBe(0);
    expect(only(tier, close(windows, series, over - 1))).toEqual([]);
    expect(add(windows, series, start + tierMs[tier] - 1, 3) & tierBits[tier]).toBe(0);
    // Windows are looked at once a minute.
    expect(only(tier, close(windows, series, over + minuteMs))).toMatchObject([{ start, mean: 2, count: 2 }]);
    expect(windows.moment(start).closed & tierBits[tier]).not.toBe(0);
  });

  it.each(tiers)("a closed window (%s) that is kept takes late readings, and is told again", (tier: Tier) => {
    const windows = createWindows();
    const series = windows.addSeries();
    const start = tier === "1d" ? (parseDay("2026-11-22") ?? 0) : begin;
    const over = start + tierMs[tier] + bounds.windowGraceMs[tier];
    add(windows, series, start, 1);
    close(windows, series, over);
    expect(add(windows, series, start + 1, 5) & tierBits[tier]).toBe(0);
    const again: ClosedWindow[] = [];
    windows.take(series, tier, again, []);
    expect(again).toMatchObject([{ start, mean: 3, min: 1, max: 5, count: 2 }]);
    windows.take(series, tier, again, []);
    expect(again).toHaveLength(1);
  });

  it("what is older than what is kept is gone, unless nothing was stored there", () => {
    const windows = createWindows();
    const series = windows.addSeries();
    add(windows, series, begin, 1);
    const now = begin + 100 * dayMs;
    close(windows, series, now);
    const at = windows.moment(begin);
    expect(at.old).toBe(7);
    expect(windows.add(series, at, 2, true, 0)).toBe(7);
    const late: LateWindow[] = [];
    windows.takeLate(late);
    expect(late).toEqual([]);
    expect(windows.add(series, windows.moment(begin + dayMs), 2, true, 7)).toBe(0);
    expect(windows.add(series, windows.moment(begin + dayMs + 1), 4, true, 0)).toBe(0);
    windows.takeLate(late);
    expect(late.map(({ tier, window }) => [tier, window?.mean, window?.count])).toEqual([
      ["1m", 3, 2],
      ["1h", 3, 2],
      ["1d", 3, 2],
    ]);
    expect(windows.lateCount).toBe(3);
    windows.takeLate(late);
    windows.forgetLate(false);
    expect([late.length, windows.lateCount]).toEqual([3, 3]);
    windows.forgetLate(false);
    expect(windows.lateCount).toBe(0);
    expect(windows.add(series, windows.moment(begin + dayMs), 2, true, 0)).toBe(7);
  });

  it("a correction, and its opposite, leave the sums as they were, or say that they cannot tell", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), fc.nat(19), value, (values, at, other) => {
        const windows = createWindows();
        const series = windows.addSeries();
        const moment = windows.moment(begin);
        for (const v of values) windows.add(series, moment, v, true, 0);
        const v = values[at % values.length] ?? 0;
        windows.revise(series, moment, v, true, other, true);
        windows.revise(series, moment, other, true, v, true);
        const closed: ClosedWindow[] = [];
        const spoiled: number[] = [];
        windows.closeTier("1m", begin + 2 * minuteMs);
        windows.take(series, "1m", closed, spoiled);
        const direct = formWindow(
          "1m",
          begin / minuteMs,
          values.map((each) => [each, true]),
        );
        expect([closed[0]?.mean, closed[0]?.count]).toEqual([direct.mean, direct.count]);
        if (spoiled.length === 0) expect(closed[0]).toEqual(direct);
      }),
    );
  });

  it("a day is a calendar day of UTC+8", () => {
    const windows = createWindows();
    const series = windows.addSeries();
    const midnight = parseDay("2026-11-23") ?? 0;
    add(windows, series, midnight - 1, 1);
    add(windows, series, midnight, 2);
    const closed = close(windows, series, midnight + bounds.windowGraceMs["1d"]);
    expect(only("1d", closed)).toMatchObject([{ start: midnight - dayMs, mean: 1 }]);
  });

  it("a device whose clock is ahead within the tolerance pushes out no window that is still open", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -70_000, max: bounds.clockAheadMsMax }), { maxLength: 300 }),
        (offsets) => {
          const windows = createWindows();
          const series = windows.addSeries();
          const told = new Map<number, number>();
          const tell = (now: number): void => {
            for (const { start, count } of only("1m", close(windows, series, now))) told.set(start / minuteMs, count);
          };
          const sent = new Map<number, number>();
          offsets.forEach((offset, i) => {
            const now = begin + i * 1_700;
            tell(now);
            expect(add(windows, series, now + offset, 1)).toBe(0);
            const minute = Math.floor((now + offset) / minuteMs);
            sent.set(minute, (sent.get(minute) ?? 0) + 1);
          });
          tell(begin + dayMs);
          expect(told).toEqual(sent);
        },
      ),
    );
  });

  it("what is saved and loaded goes on as if nothing had happened", () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), fc.array(reading, { maxLength: 30 }), (before, after) => {
        const run = (restart: boolean): ClosedWindow[] => {
          let windows = createWindows(undefined, 1);
          const series = [windows.addSeries(), windows.addSeries()];
          for (const [at, v, valid] of before) add(windows, series[1] ?? 0, begin + at, v, valid);
          if (restart) windows = createWindows(structuredClone(windows.save()), 1);
          for (const [at, v, valid] of after) add(windows, series[1] ?? 0, begin + at, v, valid);
          expect(windows.addSeries()).toBe(2);
          return close(windows, series[1] ?? 0, begin + hourMs);
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });
});

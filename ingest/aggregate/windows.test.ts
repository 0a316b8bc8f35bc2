// Windows against their definition: any order of arrival, any sums, grace, the day of UTC+8, saving and loading.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { dayMs, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { type Tier, tierMs, tiers } from "#domain/window.ts";
import { type ClosedWindow, createWindows, formWindow, type Windows } from "./windows.ts";

const begin = Date.UTC(2026, 10, 22, 8);

/** Lets receive time come to `nowMs` and takes what is over. */
function close(windows: Windows, series: number, nowMs: number): ClosedWindow[] {
  const closed: ClosedWindow[] = [];
  for (const tier of windows.due(nowMs)) {
    windows.take(series, tier, nowMs, closed);
    windows.closeTier(tier, nowMs);
  }
  return closed;
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
          for (const [at, v, valid] of readings) windows.add(series, "1m", begin + at, v, valid);
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

  it.each(tiers)(
    "a window (%s) waits for its grace, is closed within a minute, and then takes nothing more",
    (tier: Tier) => {
      const windows = createWindows();
      const series = windows.addSeries();
      close(windows, series, begin);
      const start = tier === "1d" ? (parseDay("2026-11-22") ?? 0) : begin;
      const over = start + tierMs[tier] + bounds.windowGraceMs[tier];
      expect(windows.add(series, tier, start, 1, true)).toBe(true);
      expect(close(windows, series, over - 1).filter((each) => each.tier === tier)).toEqual([]);
      expect(windows.add(series, tier, start + tierMs[tier] - 1, 3, true)).toBe(true);
      expect(windows.isClosed(tier, start)).toBe(false);
      // Windows are looked at once a minute.
      expect(close(windows, series, over + minuteMs).filter((each) => each.tier === tier)).toMatchObject([
        { start, mean: 2, count: 2 },
      ]);
      expect(windows.isClosed(tier, start)).toBe(true);
      expect(windows.add(series, tier, start, 5, true)).toBe(false);
    },
  );

  it("a day is a calendar day of UTC+8", () => {
    const windows = createWindows();
    const series = windows.addSeries();
    const midnight = parseDay("2026-11-23") ?? 0;
    windows.add(series, "1d", midnight - 1, 1, true);
    windows.add(series, "1d", midnight, 2, true);
    const closed = close(windows, series, midnight + bounds.windowGraceMs["1d"]);
    expect(closed.filter((each) => each.tier === "1d")).toMatchObject([{ start: midnight - dayMs, mean: 1 }]);
  });

  it("a device whose clock is ahead within the tolerance does not push out windows that are still open", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -70_000, max: bounds.clockAheadMsMax }), { maxLength: 300 }),
        (offsets) => {
          const windows = createWindows();
          const series = windows.addSeries();
          const got: ClosedWindow[] = [];
          const sent = new Map<number, number>();
          offsets.forEach((offset, i) => {
            const now = begin + i * 1_700;
            got.push(...close(windows, series, now));
            if (windows.add(series, "1m", now + offset, 1, true)) {
              const minute = Math.floor((now + offset) / minuteMs);
              sent.set(minute, (sent.get(minute) ?? 0) + 1);
            }
          });
          got.push(...close(windows, series, begin + dayMs));
          const minutes = got.filter((each) => each.tier === "1m").map((each) => [each.start / minuteMs, each.count]);
          expect(new Map(minutes as [number, number][])).toEqual(sent);
          expect(minutes).toHaveLength(sent.size);
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
          for (const [at, v, valid] of before) windows.add(series[1] ?? 0, "1m", begin + at, v, valid);
          if (restart) windows = createWindows(structuredClone(windows.save()), 1);
          for (const [at, v, valid] of after) windows.add(series[1] ?? 0, "1m", begin + at, v, valid);
          expect(windows.addSeries()).toBe(2);
          return close(windows, series[1] ?? 0, begin + hourMs);
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });
});

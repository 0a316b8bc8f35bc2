// The tracker of intervals: what is due, what is missing, and what closes a gap.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { type GapSpan, intervalsIn, missingSpans } from "#domain/logger-gaps.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { createTracker, type Tracker } from "./intervals.ts";

const begin = Date.UTC(2026, 10, 21, 16);

function spansOf(tracker: Tracker): (readonly [number, number])[] {
  return (tracker.gaps("S")?.spans ?? []).map(({ from, to }) => [(from - begin) / minuteMs, (to - begin) / minuteMs]);
}

/** Ten-minute packets for these intervals, each a second after its end. */
function send(tracker: Tracker, numbers: readonly number[], step = 10 * minuteMs): void {
  for (const number of numbers) tracker.take(begin + number * step, begin + (number + 1) * step + 1_000);
}

describe("gaps of a logger", () => {
  it("hours that are jumped over are missing, and one that comes late cuts the gap in two", () => {
    const tracker = createTracker("hour");
    send(tracker, [0, 1, 5], hourMs);
    expect(spansOf(tracker)).toEqual([[120, 300]]);
    expect(tracker.take(begin + 3 * hourMs, begin + 9 * hourMs)).toEqual({ stepMs: hourMs, due: null, came: 1 });
    expect(spansOf(tracker)).toEqual([
      [120, 180],
      [240, 300],
    ]);
    expect(tracker.take(begin + 3 * hourMs, begin + 9 * hourMs)).toBeNull();
  });

  it("days are those of UTC+8", () => {
    const tracker = createTracker("day");
    send(tracker, [0, 2], dayMs);
    expect(tracker.gaps("S")?.spans).toEqual([{ from: begin + dayMs, to: begin + 2 * dayMs, stepMs: dayMs }]);
  });

  it("the minute interval is learned from packets at equal distances, and nothing is known before", () => {
    const tracker = createTracker("minute");
    send(tracker, [0, 1]);
    expect(tracker.gaps("S")).toBeNull();
    send(tracker, [2, 3, 6]);
    expect(tracker.gaps("S")).toMatchObject({ stepMs: 10 * minuteMs, stepFrom: "learned" });
    expect(spansOf(tracker)).toEqual([[40, 60]]);
  });

  it("what was left out before the interval was known is missing, too, and what came then is counted, also behind a restart", () => {
    const first = createTracker("minute");
    send(first, [0, 2]);
    const tracker = createTracker("minute", first.save());
    send(tracker, [3]);
    expect(tracker.gaps("S")).toBeNull();
    const time = begin + 4 * 10 * minuteMs;
    expect(tracker.take(time, time + 11 * minuteMs)).toEqual({
      stepMs: 10 * minuteMs,
      due: { from: begin, to: begin + 50 * minuteMs, stepMs: 10 * minuteMs },
      came: 4,
    });
    expect(spansOf(tracker)).toEqual([[10, 20]]);
  });

  it("what the logger says about its interval counts at once", () => {
    const tracker = createTracker("minute");
    tracker.tellStep(7 * minuteMs);
    expect(tracker.gaps("S")).toBeNull();
    tracker.tellStep(5 * minuteMs);
    send(tracker, [0, 2], 5 * minuteMs);
    expect(tracker.gaps("S")).toMatchObject({ stepMs: 5 * minuteMs, stepFrom: "told" });
    expect(spansOf(tracker)).toEqual([[5, 10]]);
  });

  it("a longer interval is believed only after long, and takes back what seemed to be missing", () => {
    const tracker = createTracker("minute");
    send(tracker, [0, 1, 2, 3, 4], minuteMs);
    for (let i = 1; i <= 11; i++) send(tracker, [4 + 10 * i], minuteMs);
    expect(tracker.gaps("S")?.stepMs).toBe(minuteMs);
    expect(tracker.gaps("S")?.spans).toHaveLength(11);
    send(tracker, [4 + 120], minuteMs);
    expect(tracker.gaps("S")).toMatchObject({ stepMs: 10 * minuteMs, spans: [] });
  });

  it("what has been due since the newest packet is missing once its grace is over", () => {
    const tracker = createTracker("hour");
    send(tracker, [0], hourMs);
    const gaps = tracker.gaps("S");
    if (gaps === null) throw new Error("no gaps");
    expect(missingSpans(gaps, begin + 2 * hourMs + 14 * minuteMs)).toEqual([]);
    expect(missingSpans(gaps, begin + 4 * hourMs + 16 * minuteMs)).toEqual([
      { from: begin + hourMs, to: begin + 4 * hourMs, stepMs: hourMs },
    ]);
  });

  it("a clock that comes back from 2010 asks for no sixteen years", () => {
    const tracker = createTracker("hour");
    tracker.take(Date.UTC(2010, 0, 1), begin);
    expect(tracker.gaps("S")).toBeNull();
    send(tracker, [0, 1], hourMs);
    expect(tracker.gaps("S")?.spans).toEqual([]);
  });

  it("keeps a bounded number of spans; those that are joined to others are counted", () => {
    const tracker = createTracker("hour");
    send(
      tracker,
      Array.from({ length: 3 * bounds.gapSpansMax }, (_, i) => 2 * i),
      hourMs,
    );
    const gaps = tracker.gaps("S");
    expect(gaps?.spans).toHaveLength(bounds.gapSpansMax);
    const missing = (gaps?.spans ?? []).reduce((sum, span) => sum + intervalsIn(span), 0);
    expect(missing).toBe(3 * bounds.gapSpansMax - 1 + (gaps?.joined ?? 0));
  });
});

describe("whatever comes in whatever order", () => {
  it("exactly the intervals behind the first and before the newest that never came are missing, and a restart changes nothing", () => {
    const order = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(order, fc.nat(79), (numbers, cutAt) => {
        let tracker = createTracker("hour");
        numbers.forEach((number, i) => {
          if (i === cutAt) tracker = createTracker("hour", structuredClone(tracker.save()));
          send(tracker, [number], hourMs);
        });
        const [first = 0] = numbers;
        const newest = Math.max(...numbers);
        const came = new Set(numbers);
        const expected = Array.from({ length: newest - first }, (_, i) => first + i).filter((hour) => !came.has(hour));
        const listed = (span: GapSpan): number[] =>
          Array.from({ length: intervalsIn(span) }, (_, i) => (span.from - begin) / hourMs + i);
        expect((tracker.gaps("S")?.spans ?? []).flatMap(listed)).toEqual(expected);
      }),
    );
  });
});

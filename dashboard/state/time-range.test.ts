// Expressions of time in UTC+8, steps and widths of the window.

import { describe, expect, test } from "vitest";
import { formatLocal, parseIsoTime } from "#domain/time.ts";
import {
  formatWindow,
  isLiveRange,
  quickRanges,
  resolveRange,
  resolveTime,
  stepRange,
  widenRange,
} from "./time-range.ts";

// A Sunday, early in the morning: in UTC it is still Saturday.
const now = parseIsoTime("2026-11-22T03:20:30+08:00") ?? 0;
const local = (text: string, end = false): string | null => {
  const time = resolveTime(text, now, end);
  return time === null ? null : formatLocal(time);
};

describe("an expression of time", () => {
  test.each([
    ["now", "2026-11-22 03:20:30"],
    ["now-6h", "2026-11-21 21:20:30"],
    ["now/d", "2026-11-22 00:00:00"],
    ["now-1d/d", "2026-11-21 00:00:00"],
    ["now/w", "2026-11-16 00:00:00"],
    ["now/M", "2026-11-01 00:00:00"],
    ["now-1M/M", "2026-10-01 00:00:00"],
    ["now/Q", "2026-10-01 00:00:00"],
    ["now/y", "2026-01-01 00:00:00"],
    ["now-9M", "2026-02-22 03:20:30"],
    ["2026-11-22 08:00", "2026-11-22 08:00:00"],
    ["2026-11-22", "2026-11-22 00:00:00"],
    ["2026-11-22T00:00:00Z", "2026-11-22 08:00:00"],
    ["1795307020000", "2026-11-22 08:23:40"],
  ])("%s is read by the calendar of UTC+8", (text, says) => {
    expect(local(text)).toBe(says);
  });

  test("as the end of a window, a rounded one reaches to the end of its unit", () => {
    expect(local("now-1d/d", true)).toBe("2026-11-22 00:00:00");
    expect(local("now-1M/M", true)).toBe("2026-11-01 00:00:00");
    expect(local("2026-11-21", true)).toBe("2026-11-22 00:00:00");
  });

  test("the 31st a month earlier is the last day of that month", () => {
    const last = parseIsoTime("2026-03-31T12:00:00+08:00") ?? 0;
    expect(formatLocal(resolveTime("now-1M", last, false) ?? 0)).toBe("2026-02-28 12:00:00");
  });

  test.each(["", "yesterday", "now-6", "now-6x", "2026-13-01", "2026-11-22 25:00", "-5"])("%j is none", (text) => {
    expect(resolveTime(text, now, false)).toBeNull();
  });
});

test("every quick choice is a window that ends not after now and begins before it ends", () => {
  for (const range of quickRanges) {
    const window = resolveRange(range, now);
    expect(window, range.from).not.toBeNull();
    expect(window?.to ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(now);
  }
});

test("a window whose ends are in the wrong order is none", () => {
  expect(resolveRange({ from: "now", to: "now-1h" }, now)).toBeNull();
});

test("a step back leaves the live window, steps forward come to rest in it", () => {
  const live = { from: "now-1h", to: "now" };
  const back = stepRange(live, now, -1);
  expect(isLiveRange(back)).toBe(false);
  expect(resolveRange(back, now)).toEqual({ from: now - 7_200_000, to: now - 3_600_000 });
  expect(stepRange(back, now, 1)).toEqual(live);
  expect(stepRange(live, now, 1)).toEqual(live);
});

test("twice as wide around the middle, never into the future, and live stays live", () => {
  expect(widenRange({ from: "now-6h", to: "now" }, now)).toEqual({ from: "now-12h", to: "now" });
  const wide = widenRange({ from: String(now - 7_200_000), to: String(now - 600_000) }, now);
  expect(resolveRange(wide, now)).toEqual({ from: now - 13_200_000, to: now });
});

test("a window is written in UTC+8, the day once when it is one", () => {
  expect(formatWindow({ from: now - 3_600_000, to: now })).toBe("2026-11-22 02:20:30 – 03:20:30");
});

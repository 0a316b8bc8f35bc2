// Samples by the logger's own clock → closed intervals: minutes, then the hour they make, then the day. What comes for an
// interval that is closed already (the clock was set back) is dropped, as a logger does that has sent it.

import { dayMs, hourMs, minuteMs, zoneOffsetMs } from "#domain/time.ts";
import { addPart, addSample, closeTally, type Mean, type Medium, type Sample, type Span, type Tally } from "./means.ts";

export interface ClosedWindow {
  readonly span: Span;
  readonly startMs: number;
  readonly lengthMs: number;
  readonly means: ReadonlyMap<string, Mean>;
}

export interface Windows {
  add(stampMs: number, sample: Sample): void;
  /** Closes what is over at this reading of the logger's clock. */
  advance(stampMs: number): void;
  /** Whole minutes; from the next interval on. */
  minutes: number;
}

export interface WindowsOptions {
  readonly medium: Medium;
  readonly sampleSeconds: number;
  readonly minutes: number;
  /** So long before its end an interval is closed; 0 for a logger that is right. */
  readonly earlyMs: number;
  onClosed(window: ClosedWindow): void;
}

interface Open {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly tally: Tally;
}

function startOfDay(ms: number): number {
  return Math.floor((ms + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;
}

export function createWindows({ medium, sampleSeconds, minutes, earlyMs, onClosed }: WindowsOptions): Windows {
  let minute: Open | null = null;
  let hour: Open | null = null;
  let day: Open | null = null;
  let closedUntilMs = -Infinity;

  /** A logger that reports early does so only where an interval is long enough for it. */
  const dueAt = ({ startMs, lengthMs }: Open): number => startMs + lengthMs - (lengthMs > 2 * earlyMs ? earlyMs : 0);

  function close(open: Open, span: Span, expected: number): ReadonlyMap<string, Mean> {
    const means = closeTally(open.tally, medium, span, expected);
    onClosed({ span, startMs: open.startMs, lengthMs: open.lengthMs, means });
    return means;
  }

  function closeDay(): void {
    if (day === null) return;
    close(day, "day", 24);
    day = null;
  }

  function closeHour(): void {
    if (hour === null) return;
    const { startMs, tally } = hour;
    const means = close(hour, "hour", hourMs / (windows.minutes * minuteMs));
    hour = null;
    const dayStart = startOfDay(startMs);
    if (day !== null && day.startMs !== dayStart) closeDay();
    day ??= { startMs: dayStart, lengthMs: dayMs, tally: new Map() };
    addPart(day.tally, tally, means);
  }

  function closeMinute(): void {
    if (minute === null) return;
    const { startMs, lengthMs, tally } = minute;
    const means = close(minute, "minute", lengthMs / 1000 / sampleSeconds);
    minute = null;
    closedUntilMs = startMs + lengthMs;
    const hourStart = Math.floor(startMs / hourMs) * hourMs;
    if (hour !== null && hour.startMs !== hourStart) closeHour();
    hour ??= { startMs: hourStart, lengthMs: hourMs, tally: new Map() };
    addPart(hour.tally, tally, means);
  }

  const windows: Windows = {
    minutes,
    add(stampMs, sample) {
      windows.advance(stampMs);
      const lengthMs = windows.minutes * minuteMs;
      const startMs = Math.floor(stampMs / lengthMs) * lengthMs;
      if (startMs < closedUntilMs || (minute !== null && stampMs < minute.startMs)) return;
      minute ??= { startMs, lengthMs, tally: new Map() };
      addSample(minute.tally, sample, sampleSeconds, medium);
    },
    advance(stampMs) {
      if (minute !== null && stampMs >= dueAt(minute)) closeMinute();
      // An hour whose last minutes are missing is closed as well, and a day whose last hours are.
      if (hour !== null && minute === null && stampMs >= dueAt(hour)) closeHour();
      if (day !== null && hour === null && stampMs >= dueAt(day)) closeDay();
    },
  };
  return windows;
}

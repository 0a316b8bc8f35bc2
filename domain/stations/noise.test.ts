// Noise: the worked examples of the field, and the edges of the rules.

import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "../time.ts";
import {
  evaluateNoiseDay,
  evaluateNoiseHour,
  evaluateNoisePeriod,
  type LevelReading,
  readNoiseZone,
  summariseNoise,
} from "./noise.ts";
import { codesOf as codes, day } from "./planted-hours.ts";

describe("noise", () => {
  const zone = readNoiseZone(null);
  const levels = (from: number, values: readonly number[]): LevelReading[] =>
    values.map((db, i) => ({ time: from + i * minuteMs, db, valid: true }));
  const flat = (db: number, count: number) => Array.from({ length: count }, (_, i) => db + (i % 2) * 0.1);
  const none = { greatest: null, least: null };
  const summary = (
    all: readonly LevelReading[],
    from: number,
    to: number,
    weather: Parameters<typeof summariseNoise>[0]["weather"] = [],
  ) => summariseNoise({ levels: all, instants: [], weather, intervalSeconds: 60 }, from, to);

  it("of 50, 50, 50 and 70 dB is 64.1 dB: a mean of energy", () => {
    const readings = { levels: levels(day, [50, 50, 50, 70]), instants: [], weather: [], intervalSeconds: 900 };
    const [hour] = summariseNoise(readings, day, day + hourMs);
    expect(hour?.leq).toBeCloseTo(64.108, 3);
    expect(hour).toMatchObject({ why: null, validMinutes: 60 });
  });

  it("is held against the limit of its zone by day and by night; class 2 is assumed where none is known", () => {
    expect(zone).toEqual({ standard: "GB 3096-2008", zone: "class 2", assumed: true });
    const look = (hourOfDay: number, db: number) => {
      const start = day + hourOfDay * hourMs;
      const [hour] = summary(levels(start, flat(db, 60)), start, start + hourMs);
      return hour === undefined ? null : evaluateNoiseHour(hour, zone, none);
    };
    expect(look(12, 55)).toMatchObject({ category: { key: "within" }, items: [{ limit: 60 }] });
    expect(look(23, 55)).toMatchObject({ category: { key: "above" }, items: [{ limit: 50 }] });
  });

  it("needs 45 minutes in an hour, and leaves out minutes with rain or wind", () => {
    const all = levels(day, flat(50, 60));
    const windy = Array.from({ length: 20 }, (_, i) => ({ start: day + i * minuteMs, windMPerS: 6, rainMmPerH: null }));
    const [hour] = summary(all, day, day + hourMs, windy);
    expect(hour).toMatchObject({ validMinutes: 40, weatherMinutes: 20, why: "weather" });
    expect(summary(levels(day, flat(50, 44)), day, day + hourMs)[0]).toMatchObject({ why: "too-few-valid" });
    expect(summary(all, day, day + hourMs, windy.slice(0, 15))[0]).toMatchObject({ validMinutes: 45, why: null });
  });

  it("of a day and the night that follows makes Ld, Ln and Ldn", () => {
    const from = day + 6 * hourMs;
    const hours = summary(
      [
        ...levels(
          from,
          Array.from({ length: 16 * 60 }, () => 56.7),
        ),
        ...levels(
          day + 22 * hourMs,
          Array.from({ length: 8 * 60 }, () => 49.8),
        ),
      ],
      from,
      from + dayMs,
    );
    const [ld, ln] = evaluateNoiseDay(hours, day, zone, from + dayMs);
    expect(ld?.value).toBeCloseTo(56.7, 6);
    expect(ln?.value).toBeCloseTo(49.8, 6);
    expect(ld?.figures[0]?.value).toBeCloseTo(58.0, 1);
    expect([ld?.standing, ln?.standing, ld?.category?.key]).toEqual(["valid", "valid", "within"]);
    expect(evaluateNoisePeriod(hours.slice(0, 11), day, "day", zone, from + dayMs).why).toBe("too-few-valid");
  });

  it("is doubted when a calibrator was left on, when it never moves, and when its peak is beyond belief", () => {
    const doubts = (values: readonly number[], greatest: number | null = null) => {
      const [hour] = summary(levels(day + 12 * hourMs, values), day + 12 * hourMs, day + 13 * hourMs);
      return hour === undefined
        ? []
        : codes(
            evaluateNoiseHour(hour, readNoiseZone({ standard: "GB 3096-2008", industry: "", unit: "class 4a" }), {
              greatest,
              least: null,
            }).remarks,
          );
    };
    expect(doubts(flat(50, 60))).toEqual([]);
    expect(doubts([...flat(50, 55), 94, 94.1, 94])).toContain("calibrator");
    expect(doubts(Array.from({ length: 50 }, () => 48))).toEqual(["flat"]);
    expect(doubts(flat(50, 60), 95)).toEqual(["peak-implausible"]);
  });
});

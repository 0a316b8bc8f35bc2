// Minute, hour and day data of a logger, with numbers worked out by hand from annex D of HJ 212-2017.

import { describe, expect, it } from "vitest";
import type { Flag } from "#domain/reading.ts";
import type { FrameValue } from "../payload.ts";
import { formatMeans, formatNumber } from "./items.ts";
import { addSample, closeTally, type Medium, type Sample, type Tally } from "./means.ts";
import { type ClosedWindow, createWindows } from "./windows.ts";

function sample(values: Readonly<Record<string, number | FrameValue>>): Sample {
  return new Map(
    Object.entries(values).map(([code, value]) => [code, typeof value === "number" ? { value } : value] as const),
  );
}

function minuteOf(medium: Medium, seconds: number, samples: readonly Sample[]) {
  const tally: Tally = new Map();
  for (const each of samples) addSample(tally, each, seconds, medium);
  return closeTally(tally, medium, "minute", samples.length);
}

function flagged(code: string, flags: readonly Flag[]): Sample[] {
  return flags.map((flag) => sample({ [code]: { value: 10, flag } }));
}

describe("waste water", () => {
  it("weighs concentrations by the flow, and totals volume in m³ and mass in kg", () => {
    // 5 minutes of 100 L/s at 40 mg/L and 5 minutes of 300 L/s at 20 mg/L: 30 m³ and 90 m³, 1.2 kg and 1.8 kg.
    const means = minuteOf("water", 300, [
      sample({ w00000: 100, w01018: 40, w01001: 7 }),
      sample({ w00000: 300, w01018: 20, w01001: 8 }),
    ]);
    expect(means.get("w00000")).toMatchObject({ total: 120, min: 100, mean: 200, max: 300, flag: "N" });
    expect(means.get("w01018")?.total).toBeCloseTo(3, 9);
    expect(means.get("w01018")?.mean).toBeCloseTo(25, 9);
    expect(means.get("w01018")).toMatchObject({ min: 20, max: 40 });
    // pH is never weighted and has no total.
    expect(means.get("w01001")).toMatchObject({ mean: 7.5, total: null });
  });

  it("has the plain mean when nothing flows", () => {
    const means = minuteOf("water", 300, [sample({ w00000: 0, w01018: 40 }), sample({ w00000: 0, w01018: 20 })]);
    expect(means.get("w01018")).toMatchObject({ mean: 30, total: 0 });
  });

  it("is bad when one part is, with the flag of that part, and its mean is of the good parts", () => {
    const [good, bad] = [
      sample({ w00000: 100, w01018: 20 }),
      sample({ w00000: 100, w01018: { value: 90, flag: "C" } }),
    ];
    const means = minuteOf("water", 30, [...Array.from({ length: 19 }, () => good), bad]);
    expect(means.get("w01018")).toMatchObject({ flag: "C", mean: 20, max: 20 });
    expect(means.get("w00000")?.flag).toBe("N");
  });
});

describe("flue gas", () => {
  it("is good when three quarters of its parts are, and D otherwise", () => {
    const parts = (good: number): Sample[] =>
      flagged(
        "a21026",
        Array.from({ length: 20 }, (_, i) => (i < good ? "N" : "M")),
      );
    expect(minuteOf("gas", 30, parts(15)).get("a21026")?.flag).toBe("N");
    expect(minuteOf("gas", 30, parts(14)).get("a21026")?.flag).toBe("D");
  });

  it("totals mass from the flow of dry gas at standard conditions", () => {
    // 360,000 m³/h at 0 °C, normal pressure and no moisture for 10 s: 1,000 m³, at 50 mg/m³ 0.05 kg.
    const dry = { a00000: 360_000, a01012: 0, a01013: 0, a01014: 0, a21026: 50 };
    const means = minuteOf("gas", 10, [sample(dry)]);
    expect(means.get("a21026")?.total).toBeCloseTo(0.05, 9);
    expect(means.get("a00000")?.total).toBeCloseTo(1_000, 6);
    expect(means.get("a01012")?.total).toBeNull();
    // At 273 °C and half of it steam there is a quarter of that.
    const wet = minuteOf("gas", 10, [sample({ ...dry, a01012: 273, a01014: 50 })]);
    expect(wet.get("a21026")?.total).toBeCloseTo(0.0125, 9);
  });

  it("has minimum, mean and maximum of the converted values too", () => {
    const at = (value: number, converted: number): Sample => sample({ a21026: { value, converted } });
    const means = minuteOf("gas", 30, [at(10, 12), at(20, 30)]);
    expect(means.get("a21026")?.converted).toEqual({ min: 12, mean: 21, max: 30 });
    const [text] = formatMeans(means, "2017");
    expect(text).toBe(
      "a21026-Cou=0.000,a21026-Min=10.00,a21026-Avg=15.00,a21026-Max=20.00,a21026-ZsMin=12.00,a21026-ZsAvg=21.00,a21026-ZsMax=30.00,a21026-Flag=N",
    );
  });
});

describe("intervals", () => {
  const midnight = Date.UTC(2026, 10, 21, 16);

  function collect(medium: Medium, options: { minutes?: number; earlyMs?: number } = {}) {
    const closed: ClosedWindow[] = [];
    const windows = createWindows({
      medium,
      sampleSeconds: 60,
      minutes: options.minutes ?? 10,
      earlyMs: options.earlyMs ?? 0,
      onClosed: (window) => closed.push(window),
    });
    return { closed, windows, of: (span: ClosedWindow["span"]) => closed.filter((window) => window.span === span) };
  }

  it("make an hour of their minutes and a UTC+8 day of their hours, without rounding in between", () => {
    const { windows, of } = collect("water");
    let volume = 0;
    for (let minute = 0; minute < 1440; minute++) {
      const flow = 100 + (minute % 7);
      volume += flow * 0.06;
      windows.add(midnight + minute * 60_000, sample({ w00000: flow, w01018: 30 }));
    }
    windows.advance(midnight + 86_400_000);
    expect([of("minute").length, of("hour").length, of("day").length]).toEqual([144, 24, 1]);
    const [day] = of("day");
    expect(day?.startMs).toBe(midnight);
    expect(day?.means.get("w00000")?.total).toBeCloseTo(volume, 6);
    expect(day?.means.get("w01018")).toMatchObject({ flag: "N" });
  });

  it("of a gas day are good with 20 good hours, and D with 19", () => {
    for (const [bad, flag] of [
      [4, "N"],
      [5, "D"],
    ] as const) {
      const { windows, of } = collect("gas");
      for (let minute = 0; minute < 1440; minute++) {
        const value: FrameValue = { value: 10, ...(minute < bad * 60 ? { flag: "M" as const } : {}) };
        windows.add(midnight + minute * 60_000, sample({ a21026: value }));
      }
      windows.advance(midnight + 86_400_000);
      expect(of("day")[0]?.means.get("a21026")?.flag).toBe(flag);
    }
  });

  it("without three quarters of their values are no good minute", () => {
    const { windows, of } = collect("water");
    for (let minute = 4; minute < 10; minute++) windows.add(midnight + minute * 60_000, sample({ w01018: 30 }));
    windows.advance(midnight + 600_000);
    expect(of("minute")[0]?.means.get("w01018")?.flag).toBe("B");
  });

  it("that are over are not opened again, whatever the clock does", () => {
    const { windows, closed } = collect("water");
    windows.add(midnight, sample({ w01018: 30 }));
    windows.advance(midnight + 600_000);
    windows.add(midnight + 30_000, sample({ w01018: 99 }));
    windows.advance(midnight + 1_200_000);
    expect(closed).toHaveLength(1);
  });

  it("close early for a logger that does so, but never before a short one has half passed", () => {
    const long = collect("water", { earlyMs: 120_000 });
    long.windows.add(midnight, sample({ w01018: 30 }));
    long.windows.advance(midnight + 479_000);
    expect(long.closed).toHaveLength(0);
    long.windows.advance(midnight + 480_000);
    expect(long.closed).toHaveLength(1);
    const short = collect("water", { earlyMs: 120_000, minutes: 2 });
    short.windows.add(midnight, sample({ w01018: 30 }));
    short.windows.advance(midnight + 119_000);
    expect(short.closed).toHaveLength(0);
  });
});

describe("numbers", () => {
  it("round a five up in 2017 and to the even neighbour in 2025", () => {
    expect([0.125, 0.375].map((value) => formatNumber(value, 2, "2017"))).toEqual(["0.13", "0.38"]);
    expect([0.125, 0.375].map((value) => formatNumber(value, 2, "2025"))).toEqual(["0.12", "0.38"]);
    expect(formatNumber(-0.0001, 2, "2017")).toBe("0.00");
  });
});

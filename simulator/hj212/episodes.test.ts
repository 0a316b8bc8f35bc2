// Scenarios acted out by a logger: what goes wrong at a site looks like it does over HJ 212.

import { describe, expect, it } from "vitest";
import { exceeds } from "#domain/limit.ts";
import { type Message, readContent } from "#domain/hj212/hj212.ts";
import { stageLogger, stageStartMs } from "#test/harness/simulated-logger.ts";
import { type NonsenseVariant, nonsenseVariants } from "../scenarios/episode.ts";

const minuteMs = 60_000;
const from = stageStartMs + 5 * minuteMs;

function dataTimes(messages: readonly Message[]): number[] {
  return messages.map((message) => readContent(message).dataTime ?? Number.NaN);
}

describe("an episode at a logger", () => {
  it("of exceeding raises real-time values above the limit, from and to the times that the truth tells", () => {
    const episode = { kind: "exceed", factor: "w01018", fromMs: from, toMs: from + 5 * minuteMs } as const;
    const { centre, run, device, truth } = stageLogger({ episode, clockOffMs: 90_000 });
    centre.up();
    run(15 * minuteMs);
    const limit = device.limits.find(({ factor }) => factor === "w01018");
    if (limit === undefined) throw new Error("no limit");
    const exceeding = centre.of("2011").filter((message) => {
      const value = readContent(message).readings.find(({ factor }) => factor === "w01018")?.value ?? null;
      return value !== null && exceeds(limit, value);
    });
    expect(exceeding.length).toBe(10);
    const [told] = truth();
    // By the logger's clock, which is a minute and a half ahead.
    expect(told?.firstMs).toBe(dataTimes(exceeding)[0]);
    expect(told?.lastMs).toBe(dataTimes(exceeding).at(-1));
    expect((told?.firstMs ?? 0) - from).toBeGreaterThanOrEqual(90_000);
  });

  it("of silence leaves real-time data out and spoils the interval, while the line stays", () => {
    const { centre, run } = stageLogger({ episode: { kind: "silence", fromMs: from, toMs: from + 6 * minuteMs } });
    centre.up();
    run(25 * minuteMs);
    expect(centre.of("2011")).toHaveLength(50 - 12);
    const flags = centre
      .of("2051")
      .map((message) => readContent(message).readings.find(({ factor }) => factor === "w01018")?.flag);
    expect(flags).toContain("B");
    expect(centre.isUp).toBe(true);
  });

  it("of a lost line loses real-time data for good and brings every report afterwards", () => {
    const episode = { kind: "line-loss", fromMs: from, toMs: from + 30 * minuteMs } as const;
    const { centre, run, counts } = stageLogger({ episode, edition: "2025" });
    centre.up();
    run(50 * minuteMs);
    expect(counts.realtimeLost).toBeGreaterThanOrEqual(59);
    expect(counts).toMatchObject({ records: 5, delivered: 5, late: 3 });
    expect(dataTimes(centre.of("2051"))).toEqual(
      [0, 10, 20, 30, 40].map((minute) => Date.UTC(2026, 10, 22, 0, minute)),
    );
  });

  it("of duplicates sends real-time data twice under one number, one of disorder swaps neighbours and loses none", () => {
    const twice = stageLogger({ episode: { kind: "duplicate" } });
    twice.centre.up();
    twice.run(5 * minuteMs);
    const numbers = twice.centre.of("2011").map(({ qn }) => qn);
    expect(numbers).toHaveLength(20);
    expect(new Set(numbers).size).toBe(10);
    const swapped = stageLogger({ episode: { kind: "disorder" } });
    swapped.centre.up();
    swapped.run(10 * minuteMs);
    const times = dataTimes(swapped.centre.of("2011"));
    expect(times).toHaveLength(20);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(20);
    expect(swapped.counts.realtimeLost).toBe(0);
  });

  /** What a centre sees of each kind of nonsense. */
  const signs: Readonly<Record<NonsenseVariant, (message: Message) => boolean>> = {
    "invalid-json": () => false,
    nan: (message) => readContent(message).readings.some(({ text }) => text === "--"),
    "unknown-factor": (message) => readContent(message).readings.some(({ factor }) => factor === "w99999"),
    "year-1970": (message) => readContent(message).refusals.length > 0,
    "text-number": (message) => readContent(message).readings.some(({ text }) => text === "St"),
    "wrong-flag": (message) => readContent(message).readings.some(({ sentFlag }) => sentFlag === "X"),
    "impossible-value": (message) => readContent(message).readings.some(({ value }) => (value ?? 0) > 1e14),
    "no-values": (message) => readContent(message).readings.length === 0,
  };

  it.each(nonsenseVariants)("of nonsense (%s) breaks about every second packet, and the logger goes on", (variant) => {
    const { centre, run, truth, counts } = stageLogger({ episode: { kind: "nonsense", variant } });
    centre.up();
    run(20 * minuteMs);
    const told = truth()[0]?.frames ?? 0;
    expect(told).toBeGreaterThan(10);
    expect(told).toBeLessThan(30);
    const broken =
      variant === "invalid-json"
        ? centre.faults.filter((fault) => fault.kind === "refused" && fault.reason === "crc").length
        : centre.of("2011").filter(signs[variant]).length;
    expect(broken).toBe(told);
    expect(counts).toMatchObject({ unanswered: 0, realtimeLost: 0 });
  });
});

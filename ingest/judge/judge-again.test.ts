// Another limit over stored means gives what judging the minutes again under it would give: windows, numbers, counts of days.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgedSiteOf } from "#domain/judge/facts.ts";
import type { JudgedSite, MinuteBlock } from "#domain/judge/shapes.ts";
import { lawfulCode, type VerdictRange } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import { createMeanColumns, type MeanColumns } from "#store/history/history.ts";
import { joinRanges, type JudgedSiteDay, judgeDay, pushLawful } from "./judge-day.ts";
import { judgeAgain, splitByDays } from "./judge-again.ts";

const begin = dayStart(Date.UTC(2026, 4, 1));
const days = 3;
const end = begin + days * dayMs;
const on = { seq: 7, at: 9 };

interface Drawn {
  readonly kind: "gas-outfall" | "water-outfall";
  /** Of each hour: minutes that came, and their value. */
  readonly hours: readonly { readonly minutes: number; readonly value: number; readonly flow: number }[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom("gas-outfall", "water-outfall"),
  hours: fc.array(
    fc.record({
      minutes: fc.constantFrom(60, 60, 60, 45, 44, 1, 0),
      value: fc.double({ min: 40, max: 60, noNaN: true }),
      flow: fc.constantFrom(10, 20, 0),
    }),
    { minLength: days * 24, maxLength: days * 24 },
  ),
});

const limit = fc.record({
  max: fc.option(fc.integer({ min: 45, max: 55 })),
  min: fc.option(fc.integer({ min: 41, max: 44 })),
  basis: fc.constantFrom("hour", "day"),
  from: fc.constantFrom(0, begin + dayMs, begin + 30 * hourMs + 1),
  to: fc.constantFrom(null, begin + 2 * dayMs, begin + 50 * hourMs),
});
const limits = fc.array(limit, { maxLength: 3 });

const codes = { "gas-outfall": ["a21026", "a00000"], "water-outfall": ["w01018", "w00000"] } as const;

function factsOf(kind: Drawn["kind"], list: readonly Omit<Limit, "id" | "version">[]): JudgedSite {
  const site = { id: "S", kind, factors: [...codes[kind]], intervalSeconds: 60 };
  const facts = judgedSiteOf(
    site,
    list.map((each, i) => ({ ...each, id: `L${i}`, version: 1 })),
  );
  if (facts === null) throw new Error("judged");
  return facts;
}

function complete(kind: Drawn["kind"], list: readonly object[]): Omit<Limit, "id" | "version">[] {
  const rest = { site: "S", factor: codes[kind][0], reason: "", by: "", source: "site" };
  return list.map((each) => ({ ...rest, ...(each as Pick<Limit, "max" | "min" | "basis" | "from" | "to">) }));
}

function blockOf({ kind, hours }: Drawn): MinuteBlock {
  const column = (factor: string, valueOf: (hour: Drawn["hours"][number]) => number) => {
    const start: number[] = [];
    const mean: number[] = [];
    hours.forEach((hour, h) => {
      for (let minute = 0; minute < hour.minutes; minute++) {
        start.push(begin + h * hourMs + minute * minuteMs);
        mean.push(valueOf(hour));
      }
    });
    const ones = start.map(() => 1);
    return { factor, start, mean, count: ones, valid: ones };
  };
  return { minutes: [column(codes[kind][0], ({ value }) => value), column(codes[kind][1], ({ flow }) => flow)] };
}

function judgeAll(facts: JudgedSite, block: MinuteBlock): JudgedSiteDay[] {
  const starts = Array.from({ length: days }, (_, day) => begin + day * dayMs);
  return starts.map((from) => judgeDay({ facts, block, marks: [], from, to: from + dayMs }, "limit", on));
}

function storedOf(means: MeanColumns, tier: "1h" | "1d", code: string) {
  const start: number[] = [];
  const mean: number[] = [];
  const valid: number[] = [];
  means.start.forEach((at, i) => {
    if (means.tier[i] !== tier) return;
    for (let v = means.valuesFrom[i] ?? 0; v < (means.valuesFrom[i + 1] ?? means.factor.length); v++) {
      if (means.factor[v] !== code) continue;
      start.push(at);
      mean.push(means.mean[v] ?? Number.NaN);
      valid.push(means.valid[v] ?? 0);
    }
  });
  return { start, mean, valid };
}

/** What exceeds, whatever the ranges are cut into. */
function exceedingIn(ranges: readonly VerdictRange[]) {
  return ranges.flatMap(({ exceeding }) => exceeding);
}

describe("a limit that changes", () => {
  it("gives over stored means what it gives over minutes, and days count their verdicts alike", () => {
    fc.assert(
      fc.property(drawn, limits, limits, fc.constantFrom("hour", "day"), (site, before, after, basis) => {
        const block = blockOf(site);
        // Only limits of this basis change.
        const kept = before.filter((each) => each.basis !== basis);
        const changed = [...kept, ...after.filter((each) => each.basis === basis)];
        const factsBefore = factsOf(site.kind, complete(site.kind, before));
        const facts = factsOf(site.kind, complete(site.kind, changed));
        const means = createMeanColumns();
        const first = judgeAll(factsBefore, block);
        for (const day of first) pushLawful(factsBefore, day, begin, end, 1, means);
        const factor = facts.factors[0];
        if (factor === undefined) throw new Error("judged");
        const stored = storedOf(means, basis === "hour" ? "1h" : "1d", lawfulCode(factor.code));
        const rows = first.flatMap(({ told }) => told);
        const found = judgeAgain({ facts, factor, basis, from: begin, to: end, stored, days: rows }, on);
        const expected = judgeAll(facts, block);
        expect(exceedingIn(found.ranges)).toEqual(
          exceedingIn(expected.flatMap(({ hourRanges, dayRanges }) => (basis === "hour" ? hourRanges : dayRanges))),
        );
        const byDay = new Map(found.days.map((row) => [row.day, row]));
        expect(rows.map((row) => byDay.get(row.day) ?? row)).toEqual(expected.flatMap(({ told }) => told));
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it("tells only those days of which the verdicts are others", () => {
    const site: Drawn = {
      kind: "gas-outfall",
      hours: Array.from({ length: days * 24 }, (_, hour) => ({ minutes: 60, value: hour === 30 ? 59 : 50, flow: 1 })),
    };
    const of = (max: number): JudgedSite =>
      factsOf(site.kind, complete(site.kind, [{ max, min: null, basis: "hour", from: 0, to: null }]));
    const [before, facts] = [of(100), of(55)];
    const means = createMeanColumns();
    const first = judgeAll(before, blockOf(site));
    for (const day of first) pushLawful(before, day, begin, end, 1, means);
    const [factor] = facts.factors;
    if (factor === undefined) throw new Error("judged");
    const stored = storedOf(means, "1h", lawfulCode(factor.code));
    const rows = first.flatMap(({ told }) => told);
    const found = judgeAgain({ facts, factor, basis: "hour", from: begin, to: end, stored, days: rows }, on);
    expect(found.days.map(({ day, hourVerdicts }) => [day, hourVerdicts])).toEqual([
      ["2026-05-02", { within: 23, exceeding: 1, unknown: 0 }],
    ]);
  });
});

describe("ranges of verdicts", () => {
  const range = (from: number, to: number, starts: readonly number[]): VerdictRange => {
    const series = { site: "S", factor: "a21026", basis: "hour", cause: "late", exceeding: [], ...on } as const;
    return { ...series, from, to, marked: starts };
  };

  it("that follow each other are joined, and empty ones are none", () => {
    expect(joinRanges([range(0, 0, []), range(1, 2, [1]), range(2, 5, [3])])).toMatchObject({
      from: 1,
      to: 5,
      marked: [1, 3],
    });
    expect(joinRanges([range(3, 3, [])])).toBeNull();
  });
});

it("days that a mark touches are told apart from the rest", () => {
  const marks = [
    { from: begin + 5 * hourMs, to: begin + 6 * hourMs },
    { from: begin + 2 * dayMs - 1, to: begin + 2 * dayMs },
  ];
  expect(splitByDays(begin, end, marks)).toEqual({
    touched: [[begin, begin + 2 * dayMs]],
    rest: [[begin + 2 * dayMs, end]],
  });
});

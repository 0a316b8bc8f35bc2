// What holds of judging for any minutes, marks and limits: it is a pure function of them, counts add up, only the windows that
// contain a change are changed by it, and stored means are judged as fresh ones are.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blockOf,
  gasSite,
  limitOf,
  markOf,
  midnight,
  type MinuteValue,
  waterSite,
} from "#test/harness/judged-minutes.ts";
import type { VerdictRange } from "../judged.ts";
import type { Limit } from "../limit.ts";
import { type Mark, markLabels, markStatuses } from "../mark.ts";
import { dayMs, hourMs, minuteMs } from "../time.ts";
import { formHours } from "./form.ts";
import { formDays } from "./form-days.ts";
import { judgeWindows } from "./judge.ts";
import { judgedDays } from "./judged-day.ts";
import { rejudge } from "./rejudge.ts";
import { type JudgedSite, type LawfulWindows, type MinuteBlock, windowState } from "./shapes.ts";
import { countsOf, hasState } from "./windows.ts";

const days = 2;
const end = midnight + days * dayMs;
const under = { seq: 1, at: 1 };
const minuteCount = (days * dayMs) / minuteMs;

/** One in a while is missing or invalid; with decimals, so that sums are no whole numbers. */
const minuteValue = (max: number): fc.Arbitrary<MinuteValue> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: max * 1000 }).map((value) => value / 1000) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

/** Hours that repeat with one of a few patterns: 2,880 free minutes for each factor would be slow and show no more. */
function series(max: number): fc.Arbitrary<MinuteValue[]> {
  const hour = fc.oneof(
    { weight: 4, arbitrary: fc.array(minuteValue(max), { minLength: 60, maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom<MinuteValue>(null, undefined, 0)
        .map((value) => Array.from({ length: 60 }, () => value)),
    },
  );
  return fc
    .tuple(
      fc.array(hour, { minLength: 3, maxLength: 5 }),
      fc.array(fc.nat(4), { minLength: 24 * days, maxLength: 24 * days }),
    )
    .map(([hours, order]) => order.flatMap((i) => hours[i % hours.length] ?? []));
}

const gasMinutes = fc.record({ a21002: series(90), a19001: series(22), a00000: series(90_000) });
const waterMinutes = fc.record({ w01018: series(90), w01001: series(12), w00000: series(20) });

const someMarks: fc.Arbitrary<Mark[]> = fc.array(
  fc
    .record({
      start: fc.integer({ min: -30, max: minuteCount }),
      length: fc.integer({ min: 1, max: 600 }),
      label: fc.constantFrom(...markLabels),
      status: fc.constantFrom(...markStatuses),
      factors: fc.constantFrom(null, ["a21002", "w01018"], ["a19001", "w00000"]),
    })
    .map(({ start, length, ...rest }) =>
      markOf({ from: midnight + start * minuteMs, to: midnight + (start + length) * minuteMs, ...rest }),
    ),
  { maxLength: 4 },
);

const noxLimits: fc.Arbitrary<Limit[]> = fc.array(
  fc
    .record({
      max: fc.constantFrom(20, 35, 50, 50.5),
      from: fc.constantFrom(0, midnight - 5 * hourMs, midnight + 7 * hourMs, midnight + dayMs),
      to: fc.constantFrom(null, midnight + 11 * hourMs, end),
      source: fc.constantFrom("site", "GB 0-2026"),
      refO2: fc.constantFrom(null, 16),
      decimals: fc.constantFrom(null, 0, 1),
      basis: fc.constantFrom("hour" as const, "day" as const),
      version: fc.integer({ min: 1, max: 3 }),
    })
    .map((part) => limitOf({ factor: "a21002", id: `S:${part.basis}:${part.from}`, ...part })),
  { maxLength: 4 },
);

const gasCase = fc.record({ limits: noxLimits, minutes: gasMinutes, marks: someMarks });
const waterCase = fc.record({ minutes: waterMinutes, marks: someMarks });

const waterFacts = waterSite([
  limitOf({ factor: "w01018", basis: "day", max: 50 }),
  limitOf({ factor: "w01018", basis: "hour", max: 60 }),
  limitOf({ factor: "w01001", basis: "hour", min: 6, max: 9 }),
]);

function gasFacts(limits: readonly Limit[]): JudgedSite {
  return gasSite([
    ...limits,
    limitOf({ factor: "a21002", basis: "hour", max: 45, refO2: 16, from: midnight + 20 * hourMs }),
  ]);
}

/** Everything that judging says of a site: means, verdicts, days. */
function judgeAll(facts: JudgedSite, block: MinuteBlock, marks: readonly Mark[], from = midnight, to = end) {
  const hours = formHours(facts, block, marks, from, to);
  const ofDays = formDays(facts, hours);
  const judged = {
    hours: judgeWindows(facts, hours, "closed", under),
    days: judgeWindows(facts, ofDays, "closed", under),
  };
  return { hours, days: ofDays, judged, told: judgedDays(facts, hours, ofDays, judged, under) };
}

function exceedingOf(ranges: readonly VerdictRange[]) {
  return ranges.map(({ factor, basis, exceeding, marked }) => ({ factor, basis, exceeding, marked }));
}

const few = { numRuns: 25 };

describe("judging", () => {
  it("does not depend on the order in which factors and marks come", () => {
    fc.assert(
      fc.property(gasCase, fc.nat(), ({ limits, minutes, marks }, turn) => {
        const facts = gasFacts(limits);
        const block = blockOf(midnight, minutes);
        const turned = {
          minutes: block.minutes
            .map((_, i) => block.minutes[(i + turn) % 3] ?? block.minutes[0])
            .filter((each) => each !== undefined),
        };
        expect(judgeAll(facts, turned, marks.toReversed())).toEqual(judgeAll(facts, block, marks));
      }),
      few,
    );
  });

  it("forms the same mean of an hour whose minutes change places", () => {
    fc.assert(
      fc.property(waterMinutes, (minutes) => {
        const turned = Object.fromEntries(
          Object.entries(minutes).map(([code, values]) => [
            code,
            values.map((_, i) => values[Math.floor(i / 60) * 60 + ((i * 37) % 60)]),
          ]),
        );
        const [a, b] = [minutes, turned].map((each) =>
          formHours(waterFacts, blockOf(midnight, each), [], midnight, end),
        );
        expect(b).toEqual(a);
      }),
      few,
    );
  });

  it("counts every part once: due + surplus = received + missing, and received = valid + marked + excluded", () => {
    const check = (
      facts: JudgedSite,
      minutes: Record<string, readonly MinuteValue[]>,
      marks: readonly Mark[],
    ): void => {
      const { hours, days: ofDays, told } = judgeAll(facts, blockOf(midnight, minutes), marks);
      const counts = [hours, ofDays].flatMap(({ columns }) =>
        columns.flatMap((column) => Array.from(column.start, (_, i) => countsOf(column, i))),
      );
      for (const each of [...counts, ...told.map(({ parts }) => parts)]) {
        expect(each.due + each.surplus).toBe(each.received + each.missing);
        const excluded = Object.values(each.excluded).reduce((sum, count) => sum + count, 0);
        expect(each.received).toBe(each.valid + each.marked + excluded);
      }
      for (const { hours: of, hourVerdicts, parts } of told) {
        expect(of.due + of.stopped).toBe(24);
        expect(of.valid).toBeLessThanOrEqual(of.received);
        expect(of.received).toBeLessThanOrEqual(of.due);
        expect(hourVerdicts.within + hourVerdicts.exceeding + hourVerdicts.unknown).toBe(24);
        expect(hourVerdicts.within + hourVerdicts.exceeding).toBeLessThanOrEqual(of.valid);
        expect(parts.due).toBe(of.due * 60);
      }
    };
    fc.assert(
      fc.property(gasCase, ({ limits, minutes, marks }) => check(gasFacts(limits), minutes, marks)),
      few,
    );
    fc.assert(
      fc.property(waterCase, ({ minutes, marks }) => check(waterFacts, minutes, marks)),
      few,
    );
  });

  it("gives the same in one go and hour by hour, whatever lies around an hour", () => {
    fc.assert(
      fc.property(
        gasCase,
        fc.array(fc.integer({ min: 1, max: 47 }), { maxLength: 6 }),
        ({ limits, minutes, marks }, cuts) => {
          const facts = gasFacts(limits);
          const block = blockOf(midnight, minutes);
          const whole = judgeWindows(facts, formHours(facts, block, marks, midnight, end), "closed", under);
          const edges = [...new Set([0, ...cuts, 48])].sort((a, b) => a - b);
          const parts = edges.slice(1).map((to, i) => {
            const [from, until] = [midnight + (edges[i] ?? 0) * hourMs, midnight + to * hourMs];
            return judgeWindows(facts, formHours(facts, block, marks, from, until), "closed", under).ranges;
          });
          whole.ranges.forEach((range, f) => {
            expect(parts.flatMap((each) => each[f]?.exceeding ?? [])).toEqual(range.exceeding);
            expect(parts.flatMap((each) => each[f]?.marked ?? [])).toEqual(range.marked);
          });
        },
      ),
      few,
    );
  });

  it("gives the same after a change that was taken back, and changes only the hour and day of a late minute", () => {
    const place = fc.integer({ min: 0, max: minuteCount - 1 });
    fc.assert(
      fc.property(waterCase, place, fc.integer({ min: 0, max: 900 }), ({ minutes, marks }, at, late) => {
        const before = judgeAll(waterFacts, blockOf(midnight, minutes), marks);
        const changed = { ...minutes, w01018: minutes.w01018.with(at, late) };
        const after = judgeAll(waterFacts, blockOf(midnight, changed), marks);
        const [hour, day] = [Math.floor(at / 60), Math.floor(at / 1440)];
        const isElsewhere = (windows: LawfulWindows, i: number): boolean =>
          i !== (windows.basis === "hour" ? hour : day);
        for (const [a, b] of [
          [before.hours, after.hours],
          [before.days, after.days],
        ] as const) {
          a.columns.forEach((column, f) => {
            for (const name of ["value", "min", "max", "valid", "received", "state", "kg", "due"] as const) {
              const [was, is] = [column[name], b.columns[f]?.[name]];
              was.forEach((value, i) => {
                if (isElsewhere(a, i) || column.factor !== "w01018") expect(is?.[i], `${name} ${i}`).toEqual(value);
              });
            }
          });
        }
        const back = judgeAll(waterFacts, blockOf(midnight, { ...changed, w01018: minutes.w01018 }), marks);
        expect(back).toEqual(before);
      }),
      few,
    );
  });
});

describe("judging step by step", () => {
  type Step =
    | { readonly what: "minute"; readonly at: number; readonly value: MinuteValue }
    | { readonly what: "mark"; readonly mark: Mark }
    | { readonly what: "unmark" }
    | { readonly what: "limits"; readonly limits: Limit[] };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant("minute" as const),
        at: fc.nat(minuteCount - 1),
        value: minuteValue(300),
      }),
    },
    {
      weight: 2,
      arbitrary: someMarks
        .filter((marks) => marks.length > 0)
        .map(([mark]) => ({ what: "mark" as const, mark: mark ?? markOf({ from: 0, to: 1 }) })),
    },
    { weight: 1, arbitrary: fc.constant({ what: "unmark" as const }) },
    { weight: 1, arbitrary: noxLimits.map((limits) => ({ what: "limits" as const, limits })) },
  );

  it("of only the days that a change touches ends where judging everything anew does", () => {
    fc.assert(
      fc.property(gasMinutes, fc.array(step, { maxLength: 8 }), (minutes, steps) => {
        const values: Record<keyof typeof minutes, MinuteValue[]> = { ...minutes };
        let facts = gasFacts([]);
        const marks: Mark[] = [];
        const known = new Map<string, unknown>();
        const judgeDays = (from: number, to: number): void => {
          for (let day = from; day < to; day += dayMs) {
            if (day < midnight || day >= end) continue;
            const { judged, told } = judgeAll(facts, blockOf(midnight, values), marks, day, day + dayMs);
            known.set(`${day}`, [exceedingOf(judged.hours.ranges), exceedingOf(judged.days.ranges), told]);
          }
        };
        const touch = (from: number, to: number): void =>
          judgeDays(midnight + Math.floor((from - midnight) / dayMs) * dayMs, to);
        judgeDays(midnight, end);
        for (const each of steps) {
          if (each.what === "minute") {
            values.a21002 = values.a21002.with(each.at, each.value);
            touch(midnight + each.at * minuteMs, midnight + (each.at + 1) * minuteMs);
          } else if (each.what === "mark") {
            marks.push(each.mark);
            touch(each.mark.from, each.mark.to);
          } else if (each.what === "unmark") {
            const gone = marks.shift();
            if (gone !== undefined) touch(gone.from, gone.to);
          } else {
            facts = gasFacts(each.limits);
            touch(midnight, end);
          }
        }
        const incremental = new Map(known);
        known.clear();
        judgeDays(midnight, end);
        expect(incremental).toEqual(known);
      }),
      few,
    );
  });
});

describe("stored means", () => {
  it("are judged as they were when they were formed, hours and days", () => {
    const check = (
      facts: JudgedSite,
      minutes: Record<string, readonly MinuteValue[]>,
      marks: readonly Mark[],
    ): void => {
      const { hours, days: ofDays, judged } = judgeAll(facts, blockOf(midnight, minutes), marks);
      facts.factors.forEach(({ code }, f) => {
        const [hour, day] = [hours.columns[f], ofDays.columns[f]];
        if (hour === undefined || day === undefined) throw new Error(`no ${code}`);
        const span = { from: midnight, to: end, cause: "closed" as const, ...under };
        const stored = { basis: "hour" as const, start: hour.start, mean: hour.value, valid: hour.valid };
        const again = rejudge(facts, code, stored, { ...span, marked: judged.hours.ranges[f]?.marked ?? [] });
        expect(again).toEqual(judged.hours.ranges[f]);
        const isValid = Array.from(day.state, (_, i) => Number(hasState(day, i, windowState.valid)));
        const storedDays = {
          basis: "day" as const,
          start: day.start,
          mean: day.value,
          valid: day.valid,
          due: day.due,
          isValid,
        };
        const daysAgain = rejudge(facts, code, storedDays, { ...span, marked: judged.days.ranges[f]?.marked ?? [] });
        expect(daysAgain).toEqual(judged.days.ranges[f]);
      });
    };
    fc.assert(
      fc.property(gasCase, ({ limits, minutes, marks }) => check(gasFacts(limits), minutes, marks)),
      few,
    );
    fc.assert(
      fc.property(waterCase, ({ minutes, marks }) => check(waterFacts, minutes, marks)),
      few,
    );
  });
});

// A back-test against the live machine: the same record on the same values raises at the same moments.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { ack, begin, createPlayer, minute, recordOf, runDue, second } from "#test/harness/alarm-play.ts";
import { backtest, type BacktestColumns, createBacktest } from "./backtest.ts";

const limits = [{ from: Number.MIN_SAFE_INTEGER, to: null, max: 100, min: null }];

function columnsOf(values: readonly (number | null)[], stepMs: number = minute): BacktestColumns {
  return {
    time: Float64Array.from(values, (_, i) => begin + i * stepMs),
    value: Float64Array.from(values, (value) => value ?? 0),
    valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}

const records: fc.Arbitrary<Partial<AlarmDefinition>> = fc.record({
  onDelayMs: fc.constantFrom(0, 30_000, 60_000, 150_000),
  offDelayMs: fc.constantFrom(0, 60_000, 150_000),
  deadband: fc.constantFrom({ kind: "percent" as const, value: 0 }, { kind: "percent" as const, value: 5 }),
  levels: fc.constantFrom(
    [{ op: "beyond" as const, at: 1, priority: 2 as const }],
    [
      { op: "above" as const, at: 1, priority: 2 as const },
      { op: "above" as const, at: 2, priority: 1 as const },
    ],
  ),
});
const values = fc.array(fc.option(fc.constantFrom(50, 94, 97, 100, 101, 130, 210), { nil: null, freq: 8 }), {
  maxLength: 80,
});

describe("a back-test", () => {
  it("raises and ends at the moments of the live machine", () => {
    fc.assert(
      fc.property(records, values, fc.constantFrom(minute, 100 * second), (record, list, stepMs) => {
        const player = createPlayer({ record: { ...record, ackRequired: false } });
        list.forEach((value, i) => {
          if (value === null) player.unknown(i * stepMs);
          else player.value(value, i * stepMs);
          runDue(player, (i + 1) * stepMs - 1);
        });
        runDue(player, (list.length + 5) * stepMs);
        const rows = player.transitions.filter(({ from, to }) => from === "normal" || to === "normal");
        const live = Map.groupBy(rows, ({ alarmId }) => alarmId);
        const alarms = new Map(player.steps.map(({ alarm }) => [alarm.id, alarm]));
        const found = backtest({ record: recordOf(record), intervalMs: minute, limits }, columnsOf(list, stepMs));
        expect(found.raises.map(({ at, onset, cleared }) => [at, onset, cleared])).toEqual(
          [...live].map(([id, [raised]]) => [raised?.eventTime, alarms.get(id)?.onset, alarms.get(id)?.cleared]),
        );
        expect(found.samples).toBe(list.length);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same in pieces as at once", () => {
    fc.assert(
      fc.property(records, values, fc.nat(80), (record, list, cut) => {
        const series = { record: recordOf(record), intervalMs: minute, limits };
        const whole = columnsOf(list);
        const pieces = createBacktest(series);
        for (const [from, to] of [
          [0, cut],
          [cut, list.length],
        ] as const) {
          const part = (column: ArrayLike<number | boolean>): number[] => Array.from(column, Number).slice(from, to);
          pieces.add({ time: part(whole.time), value: part(whole.value), valid: part(whole.valid) });
        }
        expect(pieces.end()).toEqual(backtest(series, whole));
      }),
      { numRuns: 200 },
    );
  });

  it("compares each value with the limit that was in force at its time", () => {
    const cut = begin + 5 * minute;
    const changing = [
      { from: 0, to: cut, max: 100, min: null },
      { from: cut, to: begin + 8 * minute, max: 200, min: null },
    ];
    const found = backtest(
      { record: recordOf(), intervalMs: minute, limits: changing },
      columnsOf(Array(12).fill(150)),
    );
    expect(found.raises).toMatchObject([{ at: begin, cleared: cut }]);
    const later = [{ from: cut, to: null, max: 100, min: null }];
    expect(
      backtest({ record: recordOf(), intervalMs: minute, limits: later }, columnsOf(Array(12).fill(150))).raises,
    ).toMatchObject([{ at: cut, cleared: null }]);
    const none = backtest({ record: recordOf(), intervalMs: minute, limits: [] }, columnsOf([150, 150]));
    expect(none.raises).toEqual([]);
  });

  it("counts the calls of an alarm: its beginning and each step up", () => {
    const levels = [
      { op: "above", at: 1, priority: 3 },
      { op: "above", at: 2, priority: 1 },
    ] as const;
    const found = backtest(
      { record: recordOf({ levels }), intervalMs: minute, limits },
      columnsOf([110, 210, 110, 210, 90]),
    );
    expect(found.raises).toMatchObject([{ calls: 3, level: 2, priority: 1, cleared: begin + 4 * minute }]);
  });

  it("of a disabled record raises nothing", () => {
    const found = backtest({ record: recordOf({ enabled: false }), intervalMs: minute, limits }, columnsOf([500]));
    expect(found.raises).toEqual([]);
  });

  it("takes less than a delay says: fewer raises with a longer delay", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(90, 110), { maxLength: 200 }), (list) => {
        const count = (onDelayMs: number): number =>
          backtest({ record: recordOf({ onDelayMs }), intervalMs: minute, limits }, columnsOf(list)).raises.length;
        expect(count(2 * minute)).toBeLessThanOrEqual(count(minute));
        expect(count(minute)).toBeLessThanOrEqual(count(0));
      }),
    );
  });

  it("of each acknowledged beginning is told once, as operators would have been", () => {
    const player = createPlayer();
    [110, 90, 120, 90].forEach((value, i) => {
      player.value(value, i * minute);
      if (value > 100) player.act(ack, i * minute + second);
    });
    const found = backtest({ record: recordOf(), intervalMs: minute, limits }, columnsOf([110, 90, 120, 90]));
    expect(found.raises).toHaveLength(player.calls.length);
  });
});

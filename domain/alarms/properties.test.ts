// What holds of the alarm machine whatever happens: restarts between any two inputs, suppressions, the order in which samples arrive, and
// how many samples and ticks there are.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlarmAct } from "#domain/alarm-act.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import type { AlarmTransition, Suppression } from "#domain/alarm.ts";
import {
  ack,
  begin,
  contextOf,
  createPlayer,
  held,
  minute,
  occasion,
  outOfService,
  type Player,
  runDue,
  second,
  shelve,
} from "#test/harness/alarm-play.ts";
import { dueAt, stepAlarm } from "./machine.ts";
import type { AlarmMemory, AlarmStep, LimitEnds } from "./shapes.ts";

type Move =
  | { readonly kind: "value"; readonly value: number | null; readonly late: number }
  | { readonly kind: "act"; readonly act: AlarmAct; readonly stale: boolean }
  | { readonly kind: "suppress"; readonly suppressions: readonly Suppression[] }
  | { readonly kind: "config"; readonly limit: number | null; readonly enabled: boolean; readonly newest: number }
  | { readonly kind: "late"; readonly value: number }
  | { readonly kind: "tick" };

interface Timed {
  readonly after: number;
  readonly move: Move;
}

const acts = fc.constantFrom<AlarmAct>(
  ack,
  ack,
  { kind: "comment", comment: "seen" },
  { kind: "assign", user: "wang", comment: null },
  shelve({ minutes: 3 }),
  shelve({ minutes: 2, oneShot: true, second: "wang" }),
  { kind: "unshelve", comment: null },
  { kind: "reset", reason: "mended" },
);
const aValue = fc.option(fc.constantFrom(50, 94, 97, 100, 101, 130, 199, 210, 500), { nil: null, freq: 8 });
const suppress = fc
  .constantFrom<readonly Suppression[]>([], [], [held], [outOfService], [held, outOfService])
  .map((suppressions): Move => ({ kind: "suppress", suppressions }));
const plain: fc.Arbitrary<Move> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("value" as const), value: aValue, late: fc.nat(9_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("act" as const), act: acts, stale: fc.constant(false) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("config" as const),
      limit: fc.constantFrom(100, 100, 120, null),
      enabled: fc.constantFrom(true, true, false),
      newest: fc.constantFrom(50, 130),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), value: fc.constantFrom(50, 130, 300) }) },
  { weight: 3, arbitrary: fc.constant({ kind: "tick" } as const) },
);
const anything = fc.oneof({ weight: 9, arbitrary: plain }, { weight: 2, arbitrary: suppress });

const timed = (move: fc.Arbitrary<Move>): fc.Arbitrary<Timed[]> =>
  fc.array(fc.record({ after: fc.constantFrom(500, 5_000, 20_000, 61_000, 190_000), move }), { maxLength: 60 });

const records: fc.Arbitrary<Partial<AlarmDefinition>> = fc.record({
  onDelayMs: fc.constantFrom(0, 0, 15_000, 60_000),
  offDelayMs: fc.constantFrom(0, 0, 30_000, 60_000),
  latched: fc.boolean(),
  ackRequired: fc.boolean(),
  reAlarmMs: fc.constantFrom(null, 60_000),
  deadband: fc.constantFrom({ kind: "percent" as const, value: 0 }, { kind: "percent" as const, value: 5 }),
  levels: fc.constantFrom(
    [{ op: "beyond" as const, at: 1, priority: 2 as const }],
    [
      { op: "above" as const, at: 1, priority: 2 as const },
      { op: "above" as const, at: 2, priority: 1 as const },
    ],
  ),
});

const oneEnd: LimitEnds = { max: 100, min: null };
const twoEnds: LimitEnds = { max: 100, min: 60 };

/** Plays the moves and then lets an hour pass. */
function play(
  record: Partial<AlarmDefinition>,
  moves: readonly Timed[],
  ticks: readonly number[] = [],
  limit: LimitEnds = oneEnd,
): Player {
  const player = createPlayer({ record, limit });
  let at = 0;
  let version = 1;
  const waiting = ticks.toSorted((a, b) => a - b);
  moves.forEach(({ after, move }, i) => {
    at += after;
    while (waiting[0] !== undefined && waiting[0] < at) player.tick(waiting.shift() ?? 0);
    perform(player, move, at, i + 1, ++version);
  });
  runDue(player, at + 70 * minute);
  return player;
}

/** What was due is done under the old context, before it changes. */
function perform(player: Player, move: Move, at: number, seq: number, version: number): void {
  switch (move.kind) {
    case "value": {
      const { value } = move;
      const on = occasion(seq, at, at - move.late);
      const validity = value === null ? "bad" : "good";
      player.input({ kind: "sample", on, value, validity, faulty: value === null });
      return;
    }
    case "act": {
      // What is due by then has happened when the person looks.
      player.tick(at);
      const expectedVersion = move.stale ? 0 : (player.alarm?.version ?? 0);
      const on = occasion(seq, at);
      player.input({ kind: "act", on, act: move.act, expectedVersion, actor: "li", channel: "desk" });
      return;
    }
    case "suppress":
      player.tick(at);
      player.context = { ...player.context, suppressions: move.suppressions };
      player.input({ kind: "suppression", on: occasion(seq, at) });
      return;
    case "config": {
      const { record, suppressions } = player.context;
      const limit = move.limit === null ? null : { max: move.limit, min: null };
      player.tick(at);
      player.context = {
        ...contextOf({ record: { ...record, version, enabled: move.enabled }, limit }),
        suppressions,
      };
      const newest = { eventTime: begin + at, value: move.newest, validity: "good" as const };
      player.input({ kind: "config", on: occasion(seq, at), newest });
      return;
    }
    case "late":
      player.input({ kind: "late", on: occasion(seq, at, at - 30 * minute), value: move.value });
      return;
    case "tick":
      player.tick(at);
  }
}

/** Rows without what depends on which entry carried them. */
function rowsOf({ transitions }: Player): unknown[] {
  return transitions.map((row) => ({ ...row, seq: 0, receivedAt: 0 }));
}

/** The process side alone: what it was, what it became, when. */
function processTrace({ transitions }: Player): unknown[] {
  return transitions
    .filter((row) => row.from !== row.to || row.fromLevel !== row.toLevel || row.fromValidity !== row.toValidity)
    .map(({ from, to, fromLevel, toLevel, fromValidity, toValidity, eventTime, cause }) => ({
      from,
      to,
      fromLevel,
      toLevel,
      fromValidity,
      toValidity,
      eventTime,
      cause,
    }));
}

function byAlarm(transitions: readonly AlarmTransition[]): AlarmTransition[][] {
  return [...Map.groupBy(transitions, (each) => each.alarmId).values()];
}

describe("the alarm machine, whatever happens", () => {
  it("lets its versions grow by one, each row going on from the one before", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const player = play(record, moves);
        for (const rows of byAlarm(player.transitions)) {
          expect(rows.map(({ version }) => version)).toEqual(rows.map((_, i) => i + 1));
          rows.forEach((row, i) => {
            const before = rows[i - 1];
            expect(row.from).toBe(before?.to ?? "normal");
            if (before === undefined) return;
            expect([row.fromSuppression, row.fromValidity, row.fromLevel]).toEqual([
              before.toSuppression,
              before.toValidity,
              before.toLevel,
            ]);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps state, active, acked and latched in agreement", () => {
    const facts = {
      "unack-active": [true, false, false],
      "ack-active": [true, true, false],
      "rtn-unack": [false, false, false],
      "latch-unack": [false, false, true],
      "latch-ack": [false, true, true],
    } as const;
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        for (const { alarm } of play(record, moves).steps) {
          expect(alarm.cleared === null).toBe(alarm.active);
          if (alarm.state === "normal") expect([alarm.active, alarm.latched]).toEqual([false, false]);
          else expect([alarm.active, alarm.acked, alarm.latched]).toEqual(facts[alarm.state]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("ends nothing without a return, and without an acknowledgement where one is asked for", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const player = play(record, moves);
        for (const rows of byAlarm(player.transitions)) {
          const end = rows.findIndex(({ to }) => to === "normal");
          if (end === -1 || rows[0]?.from === rows[0]?.to) continue;
          expect(end).toBe(rows.length - 1);
          const last = rows[end];
          const legal: readonly string[] = record.ackRequired
            ? ["ack-active", "rtn-unack", "latch-ack"]
            : ["unack-active", "ack-active", "rtn-unack", "latch-ack"];
          expect(legal).toContain(last?.from);
          const acks = rows.filter(({ from, to }) => from !== to && (to === "ack-active" || to === "latch-ack"));
          const isAckNow = last?.cause === "command" && last.from === "rtn-unack";
          if (record.ackRequired) expect(acks.length > 0 || isAckNow).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("numbers its calls without a hole, and makes none while it is suppressed", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const player = play(record, moves);
        const ids = player.calls.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const [id, calls] of Map.groupBy(player.calls, ({ alarm }) => alarm.id)) {
          expect(calls.map((call) => call.id)).toEqual(calls.map((_, i) => `${id}:${i + 1}`));
        }
        for (const row of player.transitions) {
          if (row.annunciation !== null) expect(row.toSuppression).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it("owes nobody a call for ever: what nobody has seen was told, or is told when it is quiet and nothing hides it", () => {
    const seen = new Set(["normal", "ack-active", "latch-ack"]);
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const player = play(record, moves);
        player.suppress([], 24 * 60 * minute);
        if (player.memory?.shelf !== undefined && player.memory.shelf !== null) return;
        runDue(player, 30 * 60 * minute);
        const { alarm } = player;
        if (alarm === null || alarm.acked) return;
        const rows = player.transitions.filter(({ alarmId }) => alarmId === alarm.id);
        const unseenFrom = rows.findLast(({ from, to }) => seen.has(from) && !seen.has(to))?.version ?? 1;
        expect(rows.some(({ version, annunciation }) => version >= unseenFrom && annunciation !== null)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("comes to the same after a restart between any two inputs: what it remembers is plain data", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const restarted = play(record, moves);
        // The same without ever writing the memory down.
        const steps: AlarmStep[] = [];
        const whole = createPlayer({ record });
        let memory: AlarmMemory | null = null;
        whole.input = (input) => {
          const result = stepAlarm(whole.context, memory, input);
          memory = result.memory;
          whole.memory = memory;
          steps.push(...result.steps);
          return result.refusal;
        };
        let [at, version] = [0, 1];
        moves.forEach(({ after, move }, i) => {
          at += after;
          perform(whole, move, at, i + 1, ++version);
        });
        runDue(whole, at + 70 * minute);
        expect(steps).toEqual(restarted.steps);
      }),
      { numRuns: 200 },
    );
  });

  it("moves the process the same way under any suppression", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const without = moves.map(({ after, move }): Timed => {
          const hides = move.kind === "suppress" || (move.kind === "act" && move.act.kind === "shelve");
          return { after, move: hides ? { kind: "tick" } : move };
        });
        expect(processTrace(play(record, moves))).toEqual(processTrace(play(record, without)));
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on how many ticks there are", () => {
    fc.assert(
      fc.property(
        records,
        timed(anything),
        fc.array(fc.nat(60 * minute), { maxLength: 200 }),
        (record, moves, ticks) => {
          expect(rowsOf(play(record, moves, ticks))).toEqual(rowsOf(play(record, moves)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("holds for a limit with two ends as well: its process moves by values alone, and its calls are numbered", () => {
    fc.assert(
      fc.property(
        records,
        timed(anything),
        fc.array(fc.nat(60 * minute), { maxLength: 50 }),
        (record, moves, ticks) => {
          const player = play(record, moves, ticks, twoEnds);
          expect(rowsOf(player)).toEqual(rowsOf(play(record, moves, [], twoEnds)));
          const without = moves.map(({ after, move }): Timed => {
            const hides = move.kind === "suppress" || (move.kind === "act" && move.act.kind === "shelve");
            return { after, move: hides ? { kind: "tick" } : move };
          });
          expect(processTrace(player)).toEqual(processTrace(play(record, without, [], twoEnds)));
          for (const [id, calls] of Map.groupBy(player.calls, ({ alarm }) => alarm.id)) {
            expect(calls.map((call) => call.id)).toEqual(calls.map((_, i) => `${id}:${i + 1}`));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is at rest when everything is normal and nothing is due", () => {
    fc.assert(
      fc.property(records, timed(anything), (record, moves) => {
        const player = play(record, moves);
        expect(dueAt(player.context, player.memory) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(begin);
        // An hour later nothing is left of what was no alarm.
        if (player.alarm === null) expect(player.memory).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});

const delayedRecords = records.filter(({ onDelayMs, offDelayMs }) => (onDelayMs ?? 0) + (offDelayMs ?? 0) > 0);

describe("samples of a record with a delay", () => {
  const samples = fc.array(fc.record({ gap: fc.constantFrom(1_000, 4_000, 20_000, 60_000, 130_000), value: aValue }), {
    minLength: 1,
    maxLength: 40,
  });
  const lateness = fc.array(fc.nat(10_000), { minLength: 40, maxLength: 40 });

  function arriveLate(
    record: Partial<AlarmDefinition>,
    list: readonly { gap: number; value: number | null }[],
    late: readonly number[],
    limit: LimitEnds,
  ): unknown[] {
    const player = createPlayer({ record, limit });
    let event = 0;
    const arrivals = list.map(({ gap, value }, i) => {
      event += gap;
      return { event, value, at: event + (late[i] ?? 0), seq: i + 1 };
    });
    for (const { event: eventMs, at, value, seq } of arrivals.toSorted((a, b) => a.at - b.at)) {
      const validity = value === null ? ("bad" as const) : ("good" as const);
      player.input({ kind: "sample", on: occasion(seq, at, eventMs), value, validity, faulty: value === null });
    }
    runDue(player, event + 30 * minute);
    return rowsOf(player);
  }

  it("give the same rows in whatever order they arrive within ten seconds", () => {
    fc.assert(
      fc.property(
        delayedRecords,
        samples,
        fc.oneof(lateness, fc.array(fc.constantFrom(0, 10_000), { minLength: 40, maxLength: 40 })),
        fc.constantFrom(oneEnd, twoEnds),
        (record, list, late, limit) => {
          expect(arriveLate({ ...record, reAlarmMs: null }, list, late, limit)).toEqual(
            arriveLate({ ...record, reAlarmMs: null }, list, [], limit),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("give the same moments however often a value is repeated", () => {
    fc.assert(
      fc.property(
        delayedRecords,
        fc.array(fc.record({ gap: fc.constantFrom(7_000, 30_000, 60_000), value: aValue }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 4 }),
        (record, list, times) => {
          const run = (repeats: number): unknown[] => {
            const player = createPlayer({ record });
            let at = 0;
            list.forEach(({ gap, value }, i) => {
              for (let k = 0; k < repeats; k++) {
                const on = occasion(i + 1, at + Math.floor((k * gap) / repeats));
                const validity = value === null ? ("bad" as const) : ("good" as const);
                player.input({ kind: "sample", on, value, validity, faulty: value === null });
              }
              at += gap;
            });
            // Silence would let the newest value hold for as long as it was repeated.
            player.input({ kind: "sample", on: occasion(99, at), value: 50, validity: "good", faulty: false });
            runDue(player, at + 30 * minute);
            return processTrace(player);
          };
          expect(run(times)).toEqual(run(1));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never raise over a gap longer than two intervals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 121, max: 600 }), fc.integer({ min: 60, max: 900 }), (gapSeconds, delaySeconds) => {
        const player = createPlayer({ record: { onDelayMs: delaySeconds * second } });
        for (let i = 0; i < 10; i++) player.value(500, i * gapSeconds * second);
        runDue(player, 3 * 60 * minute);
        expect(player.steps).toEqual([]);
      }),
    );
  });
});

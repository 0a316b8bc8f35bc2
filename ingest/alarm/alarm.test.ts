// The alarm machine under any sequence of values, acknowledgements, remarks and limits that go away.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Alarm } from "#domain/alarm.ts";
import type { Limit } from "#domain/limit.ts";
import { acknowledge, type Definition, meet, meetCondition, remark, type Step } from "./alarm.ts";

const definition: Definition = { site: "S", factor: "w01018", id: "limit:w01018:realtime", unit: "mg/L", priority: 2 };
const limit: Limit = {
  id: "S:w01018:realtime:site:0",
  version: 1,
  site: "S",
  factor: "w01018",
  max: 50,
  min: null,
  basis: "realtime",
  from: 0,
  to: null,
  reason: "permit",
  by: "admin",
  source: "site",
};
const at = (seq: number) => ({ seq, eventTime: 1_000 * seq, receivedAt: 1_000 * seq + 10 });

type Move =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "ack"; readonly stale: boolean }
  | { readonly kind: "remark" }
  | { readonly kind: "no limit" };
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 100 }).map((value) => ({ kind: "value", value }) as const) },
  { weight: 2, arbitrary: fc.boolean().map((stale) => ({ kind: "ack", stale }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "remark" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "no limit" } as const) },
);

/** Every step that the moves cause, in order. */
function play(moves: readonly Move[]): Step[] {
  let current: Alarm | null = null;
  const steps: Step[] = [];
  moves.forEach((each, i) => {
    const on = at(i + 1);
    let step: Step | null = null;
    if (each.kind === "value") step = meet(current, definition, limit, each.value, on);
    else if (each.kind === "no limit") step = meet(current, definition, null, 99, on, "config");
    else if (current !== null) {
      const version: number = current.version - (each.kind === "ack" && each.stale ? 1 : 0);
      const done =
        each.kind === "ack" ? acknowledge(current, version, "li", null, on) : remark(current, null, "li", "seen", on);
      if (done.ok) step = done.step;
    }
    if (step === null) return;
    steps.push(step);
    current = step.alarm.state === "normal" ? null : step.alarm;
  });
  return steps;
}

const known = fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
  const steps = play(moves);
  const transitions = steps.flatMap(({ transition }) => (transition === null ? [] : [transition]));
  const byAlarm = Map.groupBy(transitions, (each) => each.alarmId);
  for (const [, list] of byAlarm) {
    expect(list.map((each) => each.version)).toEqual(list.map((_, i) => i + 1));
    expect(list[0]).toMatchObject({ from: "normal", to: "unack-active" });
    list.forEach((each, i) => {
      if (i > 0) expect(each.from).toBe(list[i - 1]?.to);
      if (each.to !== "normal") return;
      // The end: it had been acknowledged, and the value had come back. Never the one without the other.
      expect(["rtn-unack", "ack-active"]).toContain(each.from);
      expect(i).toBe(list.length - 1);
      expect(list.some((other) => other.cause === "command" && other.actor === "li")).toBe(true);
    });
  }
});

describe("the alarm machine", () => {
  it("ends an occurrence only after both acknowledgement and return, and its version grows by one", () => {
    fc.assert(known, { numRuns: 500 });
  });

  it("keeps state, active and acked in agreement", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const states = {
          normal: [false, true],
          "unack-active": [true, false],
          "ack-active": [true, true],
          "rtn-unack": [false, false],
        } as Readonly<Record<string, readonly boolean[]>>;
        for (const { alarm } of play(moves)) {
          expect([alarm.state, alarm.active, alarm.acked]).toEqual([alarm.state, ...(states[alarm.state] ?? [])]);
          expect(alarm.cleared === null).toBe(alarm.active);
        }
      }),
    );
  });

  it("shows the worst value while active, and never a worse one than there was", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 51, max: 500 }), { minLength: 1, maxLength: 30 }), (values) => {
        const last = play(values.map((value) => ({ kind: "value", value }))).at(-1);
        const worst = Math.max(...values);
        expect(last?.alarm.value).toBeLessThanOrEqual(worst);
        expect(last?.alarm.value).toBeGreaterThanOrEqual(worst - 5);
        expect(last?.alarm.version).toBe(1);
      }),
    );
  });

  it("a value on the limit is within it", () => {
    expect(meet(null, definition, limit, 50, at(1))).toBeNull();
    expect(meet(null, definition, limit, 50.001, at(1))?.alarm.state).toBe("unack-active");
  });

  it("raised again before it was acknowledged it is the same occurrence; after its end it is a new one", () => {
    const steps = play([60, 10, 70].map((value) => ({ kind: "value", value })));
    expect(new Set(steps.map(({ alarm }) => alarm.id)).size).toBe(1);
    const ended = play([
      { kind: "value", value: 60 },
      { kind: "ack", stale: false },
      { kind: "value", value: 10 },
      { kind: "value", value: 60 },
    ]);
    expect(new Set(ended.map(({ alarm }) => alarm.id)).size).toBe(2);
  });

  it("an acknowledgement of a version that has passed is a conflict, a second one is illegal", () => {
    const raised = meet(null, definition, limit, 60, at(1))?.alarm;
    if (raised === undefined) throw new Error("not raised");
    expect(acknowledge(raised, 0, "li", null, at(2))).toMatchObject({ ok: false, code: "conflict" });
    const done = acknowledge(raised, 1, "li", "seen", at(2));
    if (!done.ok) throw new Error(done.detail);
    expect(done.step.alarm.comments).toEqual([{ at: 2_010, by: "li", text: "seen" }]);
    expect(acknowledge(done.step.alarm, 2, "wang", null, at(3))).toMatchObject({ ok: false, code: "illegal" });
  });

  it("a condition of the system begins once, however often it is said, and ends like any other alarm", () => {
    const system: Definition = { site: "system", factor: null, id: "system:history-behind", unit: "", priority: 2 };
    const begun = meetCondition(null, system, true, "away", at(1));
    if (begun === null) throw new Error("not begun");
    expect(meetCondition(begun.alarm, system, true, "away", at(2))).toBeNull();
    const ended = meetCondition(begun.alarm, system, false, "back", at(3));
    expect(ended?.alarm).toMatchObject({ state: "rtn-unack", active: false, version: 2 });
    expect(meetCondition(null, system, false, "back", at(4))).toBeNull();
  });
});

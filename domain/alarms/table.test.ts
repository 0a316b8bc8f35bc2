// The table of the alarm machine: every state meets every input. A legal one has exactly one result, an illegal one is refused and
// changes nothing.

import { describe, expect, it } from "vitest";
import type { AlarmState } from "#domain/alarm.ts";
import { alarmStates } from "#domain/alarm.ts";
import {
  ack,
  createPlayer,
  held,
  minute,
  outOfService,
  type Player,
  second,
  shelve,
} from "#test/harness/alarm-play.ts";

const at = 20 * minute;
const levels = [
  { op: "above", at: 1, priority: 2 },
  { op: "above", at: 2, priority: 1 },
] as const;

/** An instance in this state, at level 1. */
function arrive(state: AlarmState): Player {
  const latched = state === "latch-unack" || state === "latch-ack";
  const player = createPlayer({ record: { levels, latched, reAlarmMs: 60 * minute } });
  if (state === "normal") return player;
  player.value(110, 0);
  if (state === "ack-active") player.act(ack, second);
  if (state === "rtn-unack" || latched) player.value(90, minute);
  if (state === "latch-ack") player.act(ack, 2 * minute);
  expect(player.alarm?.state).toBe(state);
  return player;
}

interface Outcome {
  readonly state: AlarmState;
  /** Rows that it made, and calls. */
  readonly rows: number;
  readonly calls: number;
  readonly refused: "illegal" | "conflict" | "not-found" | null;
}

const inputs = {
  "a value beyond": (player: Player) => player.value(110, at),
  "a value beyond the next level": (player: Player) => player.value(210, at),
  "a value within": (player: Player) => player.value(90, at),
  "a value that is not known": (player: Player) => player.unknown(at),
  time: (player: Player) => player.tick(70 * minute),
  "an acknowledgement": (player: Player) => player.act(ack, at),
  "an acknowledgement of an old version": (player: Player) => player.act(ack, at, (player.alarm?.version ?? 1) - 1),
  "a remark": (player: Player) => player.act({ kind: "comment", comment: "seen" }, at, null),
  "an assignment": (player: Player) => player.act({ kind: "assign", user: "wang", comment: null }, at),
  "a case": (player: Player) => player.act({ kind: "link-case", case: "C-1" }, at, null),
  "a reset": (player: Player) => player.act({ kind: "reset", reason: "mended" }, at),
  "a shelf": (player: Player) => player.act(shelve(), at),
  "the end of a shelf": (player: Player) => player.act({ kind: "unshelve", comment: null }, at),
  "being held back": (player: Player) => player.suppress([held], at),
  "being out of service": (player: Player) => player.suppress([outOfService], at),
  "a disabled record": (player: Player) =>
    player.change({ record: { levels, enabled: false, version: 2, latched: player.context.record.latched } }, at, 110),
  "another version of the record": (player: Player) =>
    player.change({ record: { levels, version: 2, latched: player.context.record.latched } }, at),
} as const;
type InputName = keyof typeof inputs;

function meet(state: AlarmState, name: InputName): Outcome {
  const player = arrive(state);
  const [rows, calls] = [player.transitions.length, player.calls.length];
  const refusal = inputs[name](player) ?? null;
  return {
    state: player.alarm?.state ?? "normal",
    rows: player.transitions.length - rows,
    calls: player.calls.length - calls,
    refused: refusal?.code ?? null,
  };
}

/** state, rows, calls; or why it is refused. */
type Expected = readonly [state: AlarmState, rows: number, calls: number] | "illegal" | "conflict" | "not-found";

const A = "normal";
const B = "unack-active";
const C = "ack-active";
const D = "rtn-unack";
const E = "latch-unack";
const F = "latch-ack";

const table: Readonly<Record<InputName, Readonly<Record<AlarmState, Expected>>>> = {
  "a value beyond": {
    [A]: [B, 1, 1],
    [B]: [B, 0, 0],
    [C]: [C, 0, 0],
    [D]: [B, 1, 1],
    [E]: [B, 1, 1],
    [F]: [C, 1, 0],
  },
  "a value beyond the next level": {
    [A]: [B, 1, 1],
    [B]: [B, 1, 1],
    [C]: [B, 1, 1],
    [D]: [B, 1, 1],
    [E]: [B, 1, 1],
    [F]: [B, 1, 1],
  },
  "a value within": {
    [A]: [A, 0, 0],
    [B]: [D, 1, 0],
    [C]: [A, 1, 0],
    [D]: [D, 0, 0],
    [E]: [E, 0, 0],
    [F]: [F, 0, 0],
  },
  "a value that is not known": {
    [A]: [A, 0, 0],
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  time: {
    [A]: [A, 0, 0],
    [B]: [B, 0, 0],
    [C]: [B, 1, 1],
    [D]: [D, 0, 0],
    [E]: [E, 0, 0],
    [F]: [F, 0, 0],
  },
  "an acknowledgement": {
    [A]: "not-found",
    [B]: [C, 1, 0],
    [C]: "illegal",
    [D]: [A, 1, 0],
    [E]: [F, 1, 0],
    [F]: "illegal",
  },
  "an acknowledgement of an old version": {
    [A]: "not-found",
    [B]: "conflict",
    [C]: "conflict",
    [D]: "conflict",
    [E]: "conflict",
    [F]: "conflict",
  },
  "a remark": {
    [A]: "not-found",
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "an assignment": {
    [A]: "not-found",
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "a case": {
    [A]: "not-found",
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "a reset": {
    [A]: "not-found",
    [B]: "illegal",
    [C]: "illegal",
    [D]: "illegal",
    [E]: "illegal",
    [F]: [A, 1, 0],
  },
  "a shelf": {
    [A]: "not-found",
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "the end of a shelf": {
    [A]: "not-found",
    [B]: "illegal",
    [C]: "illegal",
    [D]: "illegal",
    [E]: "illegal",
    [F]: "illegal",
  },
  "being held back": {
    [A]: [A, 0, 0],
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "being out of service": {
    [A]: [A, 0, 0],
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "a disabled record": {
    [A]: [A, 0, 0],
    [B]: [D, 2, 0],
    [C]: [A, 2, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
  "another version of the record": {
    [A]: [A, 0, 0],
    [B]: [B, 1, 0],
    [C]: [C, 1, 0],
    [D]: [D, 1, 0],
    [E]: [E, 1, 0],
    [F]: [F, 1, 0],
  },
};

const cases = (Object.keys(inputs) as InputName[]).flatMap((name) =>
  alarmStates.map((state) => [state, name, table[name][state]] as const),
);

describe("every state and every input", () => {
  it.each(cases)("%s meets %s", (state, name, expected) => {
    const found = meet(state, name);
    if (typeof expected === "string") expect(found).toEqual({ state, rows: 0, calls: 0, refused: expected });
    else expect(found).toEqual({ state: expected[0], rows: expected[1], calls: expected[2], refused: null });
  });

  // Whatever holds calls back changes neither the states nor the refusals; calls are none.
  it.each(cases)("%s under a suppression meets %s the same way, and calls nobody", (state, name, expected) => {
    if (name === "being held back" || name === "being out of service") return;
    const player = arrive(state);
    player.suppress([held, outOfService], at - 1);
    const calls = player.calls.length;
    const refusal = inputs[name](player) ?? null;
    if (typeof expected === "string") expect(refusal?.code).toBe(expected);
    else expect([player.alarm?.state ?? "normal", refusal]).toEqual([expected[0], null]);
    expect(player.calls.length).toBe(calls);
  });
});

describe("a refusal", () => {
  it("carries the alarm as it is now", () => {
    const player = arrive("ack-active");
    expect(player.act(ack, at)).toMatchObject({ code: "illegal", current: { state: "ack-active", version: 2 } });
    expect(player.act(ack, at, 1)).toMatchObject({ code: "conflict", current: { version: 2 } });
  });

  it("asks for a version where a decision rests on one", () => {
    expect(arrive("unack-active").act(ack, at, null)?.detail).toMatch(/version/);
  });
});

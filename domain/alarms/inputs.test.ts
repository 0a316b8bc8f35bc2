// The subjects beside limits: silence, quality, conditions of the centre, numbers of the record itself; and remarks on what is over.

import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import {
  ack,
  begin,
  createPlayer,
  minute,
  occasion,
  type Player,
  runDue,
  second,
  shelve,
} from "#test/harness/alarm-play.ts";
import { amendEnded } from "./acts.ts";
import { builtInDefinitions } from "./built-in.ts";
import { memoryOfAlarm } from "./machine.ts";
import { nextSilenceAt } from "./signal.ts";

function builtIn(id: string): AlarmDefinition {
  const record = builtInDefinitions.find((each) => each.id === id);
  if (record === undefined) throw new Error(`there is no built-in record ${id}`);
  return record;
}

function silent(player: Player, sinceMs: number, atMs: number): void {
  player.input({ kind: "silence", on: occasion(7, atMs), since: begin + sinceMs });
}

describe("silence", () => {
  it("begins at the moment at which it was too long, however late somebody looks, and gets graver", () => {
    const player = createPlayer({ record: builtIn("silence-site") });
    silent(player, 0, 2 * minute);
    expect(player.memory).toBeNull();
    silent(player, 0, 3 * minute + 7 * second);
    expect(player.alarm).toMatchObject({ onset: begin + 3 * minute, priority: 4, value: 3, limit: 3, level: 1 });
    silent(player, 0, 30 * minute);
    expect(player.alarm).toMatchObject({ level: 2, priority: 3, limit: 10, onset: begin + 3 * minute });
    expect(player.transitions.map(({ eventTime }) => eventTime - begin)).toEqual([3 * minute, 10 * minute]);
  });

  it("is the same for who looks once and for who looks each second", () => {
    const [often, once] = [
      createPlayer({ record: builtIn("silence-site") }),
      createPlayer({ record: builtIn("silence-site") }),
    ];
    for (let at = 0; at <= 20 * minute; at += second) silent(often, 0, at);
    silent(once, 0, 20 * minute);
    const traces = [often, once].map(({ transitions }) =>
      transitions.map(({ toLevel, eventTime, alarmId }) => [toLevel, eventTime, alarmId]),
    );
    expect(traces[0]).toEqual(traces[1]);
  });

  it("is over with the first contact, and begins anew as another occurrence", () => {
    const player = createPlayer({ record: builtIn("silence-site") });
    silent(player, 0, 4 * minute);
    silent(player, 5 * minute, 5 * minute);
    expect(player.last).toMatchObject({ state: "normal", cleared: begin + 5 * minute });
    silent(player, 5 * minute, 60 * minute);
    expect(new Set(player.steps.map(({ alarm }) => alarm.id)).size).toBe(2);
  });

  it("counts short intervals as minutes, and says when to look next", () => {
    const player = createPlayer({ record: builtIn("silence-site"), intervalMs: 10 * second });
    expect(nextSilenceAt(player.context, 0, begin)).toBe(begin + 3 * minute);
    expect(nextSilenceAt(player.context, 1, begin)).toBe(begin + 10 * minute);
    expect(nextSilenceAt(player.context, 2, begin)).toBeNull();
    const hourly = createPlayer({ record: builtIn("silence-site"), intervalMs: 60 * minute });
    expect(nextSilenceAt(hourly.context, 0, begin)).toBe(begin + 180 * minute);
  });
});

describe("quality", () => {
  const faulty = (player: Player, value: boolean | null, atMs: number): void => {
    const validity = value === null ? "in-calibration" : value ? "bad" : "good";
    player.input({ kind: "sample", on: occasion(3, atMs), value: null, validity, faulty: value });
  };

  it("is told when a device has called itself faulty for ten minutes, not counting calibration", () => {
    const player = createPlayer({ record: builtIn("quality-factor") });
    for (let i = 0; i < 8; i++) faulty(player, true, i * minute);
    for (let i = 8; i < 20; i++) faulty(player, null, i * minute);
    for (let i = 20; i < 30; i++) faulty(player, true, i * minute);
    runDue(player, 30 * minute);
    expect(player.transitions).toMatchObject([{ to: "unack-active", eventTime: begin + 22 * minute }]);
    expect(player.alarm).toMatchObject({ onset: begin, priority: 3, validity: "good", value: null });
    faulty(player, false, 30 * minute);
    faulty(player, false, 31 * minute);
    runDue(player, 40 * minute);
    expect(player.alarm).toBeNull();
  });
});

describe("a condition of the centre", () => {
  it("begins once however often it is said, keeps what was seen, and ends like any other alarm", () => {
    const player = createPlayer({ record: builtIn("system") });
    const say = (active: boolean, detail: string, atMs: number): void => {
      player.input({ kind: "condition", on: occasion(5, atMs), active, detail });
    };
    say(false, "fine", 0);
    expect(player.memory).toBeNull();
    say(true, "disk 96 %", second);
    say(true, "disk 97 %", 2 * second);
    expect(player.transitions).toHaveLength(1);
    expect(player.alarm?.comments).toMatchObject([{ by: "system", text: "disk 96 %" }]);
    say(false, "disk 80 %", 3 * second);
    expect(player.alarm).toMatchObject({ state: "rtn-unack" });
    expect(player.transitions.at(-1)?.comment).toBe("disk 80 %");
    player.act(ack, 4 * second);
    expect(player.alarm).toBeNull();
  });
});

describe("numbers of the record itself", () => {
  it("may lie on both sides, each with its levels", () => {
    const record = {
      subject: "value",
      levels: [
        { op: "below", at: 6, priority: 3 },
        { op: "above", at: 9, priority: 3 },
        { op: "above", at: 11, priority: 1 },
      ],
    } as const;
    const player = createPlayer({ record, limit: null });
    player.value(5, 0);
    expect(player.alarm).toMatchObject({ level: 1, limit: 6, priority: 3 });
    player.value(12, minute);
    expect(player.alarm).toMatchObject({ level: 3, limit: 11, priority: 1, annunciations: 2 });
  });
});

describe("numbers of the record on both sides", () => {
  it("call again on the other side, in whatever order the levels are written", () => {
    const above = { op: "above", at: 9, priority: 3 } as const;
    const below = { op: "below", at: 6, priority: 3 } as const;
    for (const levels of [
      [above, below],
      [below, above],
    ]) {
      for (const delayMs of [0, 30 * second]) {
        const record = { subject: "value", levels, onDelayMs: delayMs, offDelayMs: delayMs } as const;
        const player = createPlayer({ record, limit: null });
        const see = (value: number, atMs: number): void => {
          player.value(value, atMs);
          player.value(value, atMs + 40 * second);
          runDue(player, atMs + 60 * second);
        };
        see(5, 0);
        player.act(ack, 2 * minute);
        see(9.5, 2 * minute + second);
        expect(player.alarm).toMatchObject({ state: "unack-active", value: 9.5, limit: 9, annunciations: 2 });
        player.act(ack, 4 * minute);
        see(5.5, 4 * minute + second);
        expect(player.alarm).toMatchObject({ state: "unack-active", value: 5.5, limit: 6, annunciations: 3 });
      }
    }
  });

  it("show no value with the number of the other side while it is neither", () => {
    const levels = [
      { op: "above", at: 9, priority: 3 },
      { op: "below", at: 6, priority: 3 },
    ] as const;
    const record = { subject: "value", levels, deadband: { kind: "absolute", value: 0.1 } } as const;
    const player = createPlayer({ record, limit: null });
    player.value(5, 0);
    player.act(ack, second);
    player.value(8.95, minute);
    expect(player.last).toMatchObject({ value: 5, limit: 6 });
    player.value(9.5, 2 * minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", value: 9.5, limit: 9 });
  });
});

describe("an occurrence that is over", () => {
  it("takes remarks and cases, and nothing else", () => {
    const player = createPlayer({ record: { ackRequired: false } });
    player.value(110, 0);
    player.value(90, minute);
    const input = {
      kind: "act",
      on: occasion(9, 5 * minute),
      expectedVersion: null,
      actor: "li",
      channel: "api",
    } as const;
    const said = amendEnded(player.last, { ...input, act: { kind: "comment", comment: "looked at it" } });
    expect(said).toMatchObject({ alarm: { version: 3, state: "normal" }, transition: { version: 3, actor: "li" } });
    expect(amendEnded(player.last, { ...input, act: { kind: "link-case", case: "C-1" } })).toMatchObject({
      alarm: { case: "C-1" },
    });
    expect(amendEnded(player.last, { ...input, act: ack })).toMatchObject({ code: "illegal" });
  });
});

describe("a shelf that is left over of an occurrence", () => {
  it("is taken away with a row that says by whom, on the version that was seen", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(ack, second);
    player.act(shelve(), 2 * second);
    player.value(90, minute);
    expect(player.last).toMatchObject({ state: "normal", version: 4, suppression: { kind: "shelved" } });
    const act = { kind: "unshelve", comment: "pump is back" } as const;
    const input = { kind: "act", on: occasion(9, 2 * minute), act, actor: "li", channel: "desk" } as const;
    expect(amendEnded(player.last, { ...input, expectedVersion: 3 })).toMatchObject({ code: "conflict" });
    expect(amendEnded(player.last, { ...input, expectedVersion: 4 })).toMatchObject({
      alarm: {
        version: 5,
        state: "normal",
        suppression: null,
        comments: [{ by: "li" }, { text: "pump is back", by: "li" }],
      },
      transition: {
        from: "normal",
        to: "normal",
        fromSuppression: "shelved",
        toSuppression: null,
        comment: "pump is back",
      },
      annunciation: null,
    });
    expect(player.input({ ...input, expectedVersion: 4 })).toBeNull();
    expect(player.memory?.shelf).toBeNull();
  });
});

describe("an occurrence of an older program", () => {
  it("goes on: it returns with the next value within the limit", () => {
    const older = createPlayer();
    older.value(110, 0);
    const player = createPlayer();
    player.memory = older.alarm === null ? null : memoryOfAlarm({ ...older.alarm, record: "", recordVersion: 0 });
    player.value(120, minute);
    expect(player.alarm?.version).toBe(1);
    player.value(90, 2 * minute);
    expect(player.alarm).toMatchObject({ state: "rtn-unack", record: "limit-realtime", version: 2 });
  });
});

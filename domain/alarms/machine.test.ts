// The alarm machine as operators meet it: what begins, what ends, who is called, and what is refused.

import { describe, expect, it } from "vitest";
import {
  ack,
  begin,
  createPlayer,
  held,
  minute,
  outOfService,
  runDue,
  second,
  shelve,
} from "#test/harness/alarm-play.ts";

const delayed = {
  onDelayMs: minute,
  offDelayMs: minute,
  deadband: { kind: "percent", value: 5 },
} as const;
const twoLevels = [
  { op: "above", at: 1, priority: 2 },
  { op: "above", at: 2, priority: 1 },
] as const;

describe("an alarm without a delay", () => {
  it("is there with the first value beyond its limit, and calls once", () => {
    const player = createPlayer();
    player.value(100, 0);
    expect(player.memory).toBeNull();
    player.value(101, minute);
    expect(player.alarm).toMatchObject({
      state: "unack-active",
      version: 1,
      value: 101,
      limit: 100,
      onset: begin + minute,
      annunciations: 1,
      journalSeq: 2,
    });
    player.value(102, 2 * minute);
    expect(player.calls.map(({ id, cause }) => [id, cause])).toEqual([[`${player.last.id}:1`, "raise"]]);
  });

  it("shows the worst value when it is worse by a tenth of the limit, without another version", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.value(119, minute);
    expect(player.alarm?.value).toBe(110);
    player.value(125, 2 * minute);
    expect(player.alarm).toMatchObject({ value: 125, version: 1 });
  });

  it("is the same occurrence while nobody has acknowledged it, and a new one afterwards", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.value(90, minute);
    player.value(115, 2 * minute);
    expect(player.alarm).toMatchObject({ version: 3, reraises: 1, annunciations: 2, state: "unack-active" });
    player.act(ack, 3 * minute);
    player.value(90, 4 * minute);
    expect(player.alarm).toBeNull();
    player.value(110, 9 * minute);
    expect(new Set(player.steps.map(({ alarm }) => alarm.id)).size).toBe(2);
  });

  it("needs no acknowledgement when its record asks for none", () => {
    const player = createPlayer({ record: { ackRequired: false } });
    player.value(110, 0);
    player.value(90, minute);
    expect(player.last).toMatchObject({ state: "normal", acked: false, cleared: begin + minute });
  });

  it("is not moved by a value older than the newest", () => {
    const player = createPlayer();
    player.value(110, minute);
    player.value(50, minute + second, 0);
    expect(player.alarm?.active).toBe(true);
  });
});

describe("delays and deadband", () => {
  it("raise at the exact moment, though it is noticed later", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.value(120, minute);
    player.tick(minute + 9 * second);
    expect(player.alarm).toBeNull();
    player.tick(minute + 10 * second);
    expect(player.alarm).toMatchObject({ onset: begin, value: 120, journalSeq: 1 });
    expect(player.transitions).toMatchObject([{ cause: "timer", eventTime: begin + minute }]);
  });

  it("end only past the deadband, after the off-delay, at the first value that was back", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.value(110, minute);
    runDue(player, minute + 20 * second);
    player.value(97, 2 * minute);
    player.value(95, 3 * minute);
    player.value(94, 4 * minute);
    runDue(player, 10 * minute);
    expect(player.transitions.at(-1)).toMatchObject({ to: "rtn-unack", eventTime: begin + 4 * minute });
    expect(player.last.cleared).toBe(begin + 3 * minute);
  });

  it("of an interval or more are satisfied by no single value, whatever comes after it", () => {
    const alone = createPlayer({ record: delayed });
    alone.value(110, 0);
    runDue(alone, 30 * minute);
    expect(alone.steps).toEqual([]);
    expect(alone.memory).toBeNull();
    const brief = createPlayer({ record: delayed });
    brief.value(110, 0);
    brief.value(90, minute);
    runDue(brief, 30 * minute);
    expect(brief.steps).toEqual([]);
    const back = createPlayer({ record: delayed });
    back.value(110, 0);
    back.value(110, minute);
    back.value(90, 2 * minute);
    back.value(110, 3 * minute);
    runDue(back, 5 * minute);
    expect(back.transitions).toHaveLength(1);
  });

  it("ask a value of the very moment first, though it comes as late as the order waits", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 45 * second } });
    player.value(110, 0);
    player.tick(55 * second);
    player.value(90, 55 * second, 45 * second);
    runDue(player, 10 * minute);
    expect(player.steps).toEqual([]);
  });

  it("pause between one and two intervals after a value, and go on with the next one", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 150 * second } });
    player.value(110, 0);
    player.value(110, 110 * second);
    player.value(110, 200 * second);
    runDue(player, 10 * minute);
    expect(player.transitions[0]).toMatchObject({ eventTime: begin + 230 * second });
    expect(player.last.onset).toBe(begin);
  });

  it("count for a device that sends minutes behind, though the delay is longer than two intervals", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 5 * minute } });
    for (let i = 0; i < 8; i++) {
      player.value(110, (i + 9) * minute, i * minute);
      runDue(player, (i + 10) * minute - 1);
    }
    expect(player.alarm).toMatchObject({ state: "unack-active", onset: begin });
  });

  it("are not satisfied by a gap", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 5 * minute } });
    player.value(110, 0);
    player.value(110, 4 * minute);
    player.value(110, 8 * minute);
    runDue(player, 60 * minute);
    expect(player.steps).toEqual([]);
    expect(player.memory).toBeNull();
  });

  it("stand still while the value is not known, and go on", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 90 * second } });
    player.value(110, 0);
    player.unknown(minute);
    player.unknown(2 * minute);
    player.value(110, 3 * minute);
    runDue(player, 20 * minute);
    expect(player.transitions).toMatchObject([{ eventTime: begin + 3 * minute + 30 * second }]);
    expect(player.last.onset).toBe(begin);
  });

  it("let nothing end while the value is not known", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.value(110, minute);
    runDue(player, 2 * minute);
    player.unknown(2 * minute);
    runDue(player, 5 * minute);
    expect(player.alarm).toMatchObject({ active: true, validity: "bad" });
    player.value(110, 5 * minute);
    runDue(player, 6 * minute);
    expect(player.alarm).toMatchObject({ active: true, validity: "good" });
  });

  it("count no time for the end while the value is not known", () => {
    const player = createPlayer({ record: { ...delayed, offDelayMs: 90 * second } });
    player.value(110, 0);
    player.value(110, minute);
    player.value(50, 2 * minute);
    player.unknown(3 * minute);
    player.unknown(4 * minute);
    player.value(50, 5 * minute);
    runDue(player, 10 * minute);
    expect(player.transitions.at(-1)).toMatchObject({
      to: "rtn-unack",
      eventTime: begin + 5 * minute + 30 * second,
    });
    expect(player.last.cleared).toBe(begin + 2 * minute);
  });

  it("raise first and say then that the value is not known, however late both are noticed", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.value(110, 30 * second);
    player.unknown(80 * second);
    player.tick(10 * minute);
    expect(player.transitions.map(({ to, toValidity }) => [to, toValidity])).toEqual([
      ["unack-active", "good"],
      ["unack-active", "bad"],
    ]);
  });

  it("hold a step up back for no longer than the order of samples asks", () => {
    const player = createPlayer({ record: { levels: twoLevels, offDelayMs: 90 * second } });
    player.value(110, 0);
    player.value(90, minute);
    player.value(210, 90 * second);
    player.tick(99 * second);
    expect(player.alarm?.level).toBe(1);
    player.tick(100 * second);
    expect(player.alarm?.level).toBe(2);
  });

  it("believe a device whose clock is ahead about the value; its time delays nothing, and no end lies before the onset", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0, 60 * minute);
    player.value(110, 30 * second, 61 * minute);
    runDue(player, 2 * minute);
    // Its own time is shown as it was sent; what counts is when it was received.
    expect(player.alarm).toMatchObject({ onset: begin + 60 * minute });
    expect(player.transitions[0]?.eventTime).toBe(begin + minute);
    player.value(50, 3 * minute);
    player.value(50, 4 * minute);
    runDue(player, 6 * minute);
    expect(player.alarm).toMatchObject({ state: "rtn-unack", cleared: begin + 60 * minute });
  });

  it("count for a device that sends a few minutes behind", () => {
    const player = createPlayer({ record: delayed });
    for (let i = 0; i < 8; i++) {
      player.value(110, (i + 4) * minute, i * minute);
      runDue(player, (i + 5) * minute - 1);
    }
    expect(player.alarm).toMatchObject({ state: "unack-active", onset: begin });
  });
});

describe("a limit with two ends", () => {
  const limit = { max: 9, min: 6 };

  it("calls again when the value is beyond the other end, though it was never back", () => {
    const player = createPlayer({ limit });
    player.value(5, 0);
    player.act(ack, second);
    player.value(9.5, minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", value: 9.5, limit: 9, ackedBy: null });
    player.value(9.6, 2 * minute);
    expect(player.calls.map(({ cause }) => cause)).toEqual(["raise", "raise-again"]);
    player.value(5, 10 * minute);
    expect(player.alarm).toMatchObject({ value: 5, limit: 6, annunciations: 3 });
  });

  it("shows the value that is furthest beyond its own end", () => {
    const player = createPlayer({ limit });
    player.value(5.5, 0);
    player.value(13.5, minute);
    expect(player.alarm).toMatchObject({ value: 13.5, limit: 9 });
    player.value(14.5, 2 * minute);
    expect(player.alarm).toMatchObject({ value: 14.5, limit: 9 });
    const pending = createPlayer({ limit, record: { ...delayed, deadband: { kind: "absolute", value: 0.1 } } });
    pending.value(5.8, 0);
    pending.value(13.5, 30 * second);
    pending.value(9.2, 50 * second);
    runDue(pending, 5 * minute);
    expect(pending.alarm).toMatchObject({ value: 13.5, limit: 9 });
    const late = createPlayer({ limit });
    const on = { seq: 1, receivedAt: begin + 60 * minute, eventTime: begin };
    late.input({ kind: "late", on, value: 5.5 });
    late.input({ kind: "late", on: { ...on, eventTime: begin + minute }, value: 13.5 });
    late.input({ kind: "late", on: { ...on, eventTime: begin + 2 * minute }, value: 7 });
    expect(late.last).toMatchObject({ value: 13.5, limit: 9 });
  });

  it("is a new call also while it is latched and was seen", () => {
    const player = createPlayer({ limit, record: { latched: true } });
    player.value(5, 0);
    player.act(ack, second);
    player.value(7, minute);
    player.value(9.5, 2 * minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", value: 9.5, limit: 9, annunciations: 2 });
  });

  it("folds calls from end to end when they chatter", () => {
    const player = createPlayer({ limit });
    for (let i = 0; i < 20; i++) player.value(i % 2 === 0 ? 5 : 9.5, i * 5 * second);
    expect(player.alarm).toMatchObject({ chattering: true });
    expect(player.calls.length).toBeLessThan(4);
  });
});

describe("levels", () => {
  it("call again when it gets graver, and take back the acknowledgement", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(110, 0);
    player.act(ack, second);
    player.value(210, minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", level: 2, priority: 1, limit: 200, ackedBy: null });
    expect(player.calls.map(({ cause }) => cause)).toEqual(["raise", "level-up"]);
  });

  it("say nothing when it gets milder", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(210, 0);
    player.act(ack, second);
    player.value(110, minute);
    expect(player.alarm).toMatchObject({ state: "ack-active", level: 1, priority: 2 });
    expect(player.calls).toHaveLength(1);
  });

  it("begin at the highest that is reached, with one call", () => {
    const player = createPlayer({ record: { levels: twoLevels, ...delayed } });
    player.value(210, 0);
    player.value(220, minute);
    runDue(player, 2 * minute);
    expect(player.transitions).toMatchObject([{ fromLevel: 0, toLevel: 2, priority: 1 }]);
  });

  it("step up each with its own delay", () => {
    const player = createPlayer({ record: { levels: twoLevels, ...delayed } });
    player.value(110, 0);
    player.value(210, 30 * second);
    player.value(210, 85 * second);
    runDue(player, 5 * minute);
    expect(player.transitions).toMatchObject([
      { toLevel: 1, eventTime: begin + minute },
      { fromLevel: 1, toLevel: 2, eventTime: begin + 90 * second },
    ]);
  });
});

describe("a latched alarm", () => {
  it("stays after the value is back until somebody acknowledged and reset it", () => {
    const player = createPlayer({ record: { latched: true } });
    player.value(110, 0);
    player.value(90, minute);
    expect(player.alarm).toMatchObject({ state: "latch-unack", active: false, latched: true });
    expect(player.act({ kind: "reset", reason: "seen" }, 2 * minute)).toMatchObject({ code: "illegal" });
    player.act(ack, 3 * minute);
    expect(player.alarm?.state).toBe("latch-ack");
    expect(player.act({ kind: "reset", reason: "valve mended" }, 4 * minute)).toBeNull();
    expect(player.last).toMatchObject({ state: "normal" });
    expect(player.transitions.at(-1)).toMatchObject({ reason: "valve mended", actor: "li", channel: "desk" });
  });

  it("comes back as the same occurrence: called when nobody had seen it, else quietly", () => {
    const player = createPlayer({ record: { latched: true } });
    player.value(110, 0);
    player.value(90, minute);
    player.value(110, 2 * minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", latched: false, annunciations: 2 });
    player.act(ack, 3 * minute);
    player.value(90, 4 * minute);
    player.value(110, 5 * minute);
    expect(player.alarm).toMatchObject({ state: "ack-active", annunciations: 2 });
  });
});

describe("an alarm that is told again", () => {
  it("wants another acknowledgement, counted from the last one", () => {
    const player = createPlayer({ record: { reAlarmMs: 60 * minute } });
    player.value(110, 0);
    player.act(ack, 5 * minute);
    player.tick(64 * minute);
    expect(player.alarm?.state).toBe("ack-active");
    player.tick(66 * minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", annunciations: 2 });
    expect(player.calls.at(-1)?.cause).toBe("re-alarm");
    expect(player.transitions.at(-1)?.eventTime).toBe(begin + 65 * minute);
  });

  it("waits while nobody knows whether it is still beyond", () => {
    const player = createPlayer({ record: { reAlarmMs: 60 * minute } });
    player.value(110, 0);
    player.act(ack, minute);
    player.unknown(2 * minute);
    player.tick(90 * minute);
    expect(player.alarm?.state).toBe("ack-active");
    player.value(110, 91 * minute);
    player.tick(91 * minute);
    expect(player.alarm?.state).toBe("unack-active");
  });
});

describe("a shelf", () => {
  it("hides the next occurrence too, and ends at its time with a call when somebody is waited for", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(shelve({ minutes: 30 }), minute);
    player.act(ack, 2 * minute);
    player.value(90, 3 * minute);
    player.value(110, 10 * minute);
    expect(player.alarm).toMatchObject({ state: "unack-active", annunciations: 0, suppression: { kind: "shelved" } });
    player.tick(31 * minute);
    expect(player.alarm).toMatchObject({ suppression: null, annunciations: 1 });
    expect(player.calls.map(({ cause }) => cause)).toEqual(["raise", "unsuppressed"]);
  });

  it("is over for a person who acts after its time, though no tick came in between", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(shelve({ minutes: 1 }), second);
    expect(player.act({ kind: "unshelve", comment: null }, 3 * minute)).toMatchObject({
      code: "conflict",
      current: { suppression: null, version: 3 },
    });
  });

  it("is broken by a graver level also when the alarm had returned", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(110, 0);
    player.act(shelve(), minute);
    player.value(90, 2 * minute);
    player.value(210, 3 * minute);
    expect(player.alarm).toMatchObject({ suppression: null, level: 2, state: "unack-active" });
    expect(player.calls.at(-1)?.cause).toBe("level-up");
  });

  it("does not hide a new occurrence that is graver than what was hidden", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(110, 0);
    player.act(shelve(), second);
    player.act(ack, 2 * second);
    player.value(90, minute);
    player.value(500, 2 * minute);
    expect(player.alarm).toMatchObject({ level: 2, suppression: null, annunciations: 1 });
    expect(player.memory?.shelf).toBeNull();
    const grave = createPlayer({ record: { levels: twoLevels } });
    grave.value(500, 0);
    grave.act(shelve(), second);
    grave.act(ack, 2 * second);
    grave.value(90, minute);
    grave.value(500, 2 * minute);
    expect(grave.alarm).toMatchObject({ level: 2, suppression: { kind: "shelved" }, annunciations: 0 });
  });

  it("of an older program, which does not say what it hid, hides every level", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(110, 0);
    player.act(shelve(), second);
    player.act(ack, 2 * second);
    player.value(90, minute);
    const { memory } = player;
    if (memory?.shelf === undefined || memory.shelf === null) throw new Error("there is no shelf");
    const { level: _, ...shelf } = memory.shelf;
    player.memory = { ...memory, shelf };
    player.value(500, 2 * minute);
    expect(player.alarm).toMatchObject({ level: 2, suppression: { kind: "shelved" } });
  });

  it("of one shot ends when the value comes back", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(shelve({ oneShot: true }), minute);
    player.value(90, 2 * minute);
    expect(player.alarm).toMatchObject({ state: "rtn-unack", suppression: null });
    expect(player.calls.at(-1)?.cause).toBe("unsuppressed");
  });

  it("is broken by a graver level, with one call", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    player.value(110, 0);
    player.act(shelve(), minute);
    player.value(210, 2 * minute);
    expect(player.alarm).toMatchObject({ suppression: null, level: 2 });
    expect(player.calls.map(({ cause }) => cause)).toEqual(["raise", "level-up"]);
  });

  it("is bounded by the class, needs words, and is no way around the third time", () => {
    const player = createPlayer();
    player.value(110, 0);
    expect(player.act(shelve({ minutes: 481 }), minute)?.detail).toMatch(/480 minutes at most/);
    expect(player.act(shelve({ comment: " " }), minute)?.detail).toMatch(/reason/);
    for (let i = 0; i < 3; i++) expect(player.act(shelve(), (i + 2) * minute)).toBeNull();
    expect(player.act(shelve(), 6 * minute)?.detail).toMatch(/3 times in a row/);
    expect(player.act(shelve({ second: "li" }), 6 * minute)?.detail).toMatch(/another/);
    expect(player.act(shelve({ second: "wang" }), 6 * minute)).toBeNull();
    player.act({ kind: "unshelve", comment: null }, 7 * minute);
    expect(player.act(shelve(), 68 * minute)).toBeNull();
  });

  it("of a statutory alarm needs a second person", () => {
    const player = createPlayer({ record: { class: "statutory" } });
    player.value(110, 0);
    expect(player.act(shelve(), minute)).toMatchObject({ code: "illegal" });
    expect(player.act(shelve({ second: "wang" }), minute)).toBeNull();
    expect(player.alarm?.suppression).toMatchObject({ kind: "shelved", of: "wang", by: "li" });
  });
});

describe("suppressions", () => {
  it("are shown in order: out of service, held back by design, shelved", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(shelve(), minute);
    player.suppress([held], 2 * minute);
    expect(player.alarm?.suppression?.kind).toBe("by-design");
    player.suppress([held, outOfService], 3 * minute);
    expect(player.alarm?.suppression?.kind).toBe("out-of-service");
    player.suppress([], 4 * minute);
    expect(player.alarm?.suppression?.kind).toBe("shelved");
    expect(player.calls).toHaveLength(1);
    player.act({ kind: "unshelve", comment: "back" }, 5 * minute);
    expect(player.calls.at(-1)?.cause).toBe("unsuppressed");
  });

  it("call nobody when they end over an alarm that was seen", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.suppress([held], minute);
    player.act(ack, 2 * minute);
    player.suppress([], 3 * minute);
    expect(player.calls).toHaveLength(1);
  });
});

describe("chattering", () => {
  it("is told once and folded until it has been quiet for five minutes", () => {
    const player = createPlayer();
    for (let i = 0; i < 6; i++) {
      player.value(110, i * 10 * second);
      player.value(90, i * 10 * second + 5 * second);
    }
    expect(player.alarm).toMatchObject({ chattering: true, annunciations: 2, reraises: 5 });
    const { version } = player.last;
    player.tick(50 * second + 5 * minute);
    expect(player.alarm).toMatchObject({ chattering: false, version });
    player.value(110, 10 * minute);
    expect(player.alarm?.annunciations).toBe(3);
  });

  it("loses no occurrence: what was folded from its beginning is told when it is quiet", () => {
    const player = createPlayer();
    for (let i = 0; i < 4; i++) {
      player.value(110, i * 10 * second);
      player.act(ack, i * 10 * second + second);
      player.value(90, i * 10 * second + 5 * second);
    }
    player.value(110, 40 * second);
    expect(player.alarm).toMatchObject({ annunciations: 0, state: "unack-active", chattering: true });
    runDue(player, 10 * minute);
    expect(player.alarm).toMatchObject({ annunciations: 1, chattering: false });
  });
});

describe("an alarm that swings between two levels", () => {
  it("is folded like one that comes and goes, and told when it is quiet if nobody has seen the last step", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    for (let i = 0; i < 20; i++) {
      player.value(210, i * 10 * second);
      player.act(ack, i * 10 * second + second);
      player.value(110, i * 10 * second + 5 * second);
    }
    player.value(210, 200 * second);
    expect(player.alarm).toMatchObject({ state: "unack-active", chattering: true });
    const before = player.calls.length;
    expect(before).toBeLessThan(4);
    runDue(player, 20 * minute);
    expect(player.calls.length).toBe(before + 1);
  });

  it("calls nobody when it is quiet and somebody has seen it", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    for (let i = 0; i < 10; i++) {
      player.value(210, i * 10 * second);
      player.act(ack, i * 10 * second + second);
      player.value(110, i * 10 * second + 5 * second);
    }
    const before = player.calls.length;
    runDue(player, 20 * minute);
    expect(player.alarm).toMatchObject({ state: "ack-active", chattering: false });
    expect(player.calls).toHaveLength(before);
  });

  it("is told of a level that it had not reached before, although it chatters", () => {
    const player = createPlayer({ record: { levels: twoLevels } });
    for (let i = 0; i < 6; i++) {
      player.value(110, i * 10 * second);
      player.value(90, i * 10 * second + 5 * second);
    }
    player.value(210, 60 * second);
    expect(player.calls.at(-1)?.cause).toBe("level-up");
    player.value(110, 62 * second);
    player.value(210, 64 * second);
    expect(player.calls.filter(({ cause }) => cause === "level-up")).toHaveLength(1);
  });
});

describe("a suppression that comes and goes", () => {
  it("is folded too: the end of each is no call of its own", () => {
    const player = createPlayer();
    player.value(110, 0);
    for (let i = 1; i < 12; i++) {
      player.suppress([held], i * 10 * second);
      player.suppress([], i * 10 * second + 5 * second);
    }
    expect(player.calls.length).toBeLessThan(4);
    runDue(player, 20 * minute);
    expect(player.calls.at(-1)).toMatchObject({ cause: "raise-again" });
  });
});

describe("the gravest alarm of the law", () => {
  it("is told each time, even while it chatters", () => {
    const record = { class: "statutory", levels: [{ op: "beyond", at: 1, priority: 1 }] } as const;
    const player = createPlayer({ record });
    for (let i = 0; i < 6; i++) {
      player.value(110, i * 10 * second);
      player.value(90, i * 10 * second + 5 * second);
    }
    expect(player.calls).toHaveLength(6);
  });
});

describe("a changed record", () => {
  it("goes on with live occurrences and calls nobody", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(ack, second);
    player.change({ record: { version: 2, nameEn: "reworded" } }, minute, 110);
    expect(player.alarm).toMatchObject({ state: "ack-active", recordVersion: 2, annunciations: 1 });
    expect(player.transitions.at(-1)).toMatchObject({ cause: "config", from: "ack-active", to: "ack-active" });
  });

  it("compares the newest value at once", () => {
    const player = createPlayer({ limit: { max: 200, min: null } });
    player.value(110, 0);
    player.change({ limit: { max: 100, min: null } }, minute, 110);
    expect(player.alarm).toMatchObject({ state: "unack-active", onset: begin + minute });
    player.change({ limit: { max: 200, min: null } }, 2 * minute, 110);
    expect(player.alarm).toMatchObject({ state: "rtn-unack" });
    expect(player.transitions.map(({ cause }) => cause)).toEqual(["config", "config"]);
  });

  it("that is disabled, or a limit that is gone, ends what is active", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.value(110, minute);
    runDue(player, 2 * minute);
    player.change({ record: { ...delayed, enabled: false, version: 2 } }, 3 * minute, 110);
    expect(player.alarm).toMatchObject({ state: "rtn-unack", cleared: begin + 3 * minute });
    player.value(300, 4 * minute);
    runDue(player, 10 * minute);
    expect(player.alarm?.active).toBe(false);
    const other = createPlayer();
    other.value(110, 0);
    other.change({ limit: null }, minute, 110);
    expect(other.alarm?.active).toBe(false);
  });

  it("starts no delay anew for a value that goes on", () => {
    const player = createPlayer({ record: delayed });
    player.value(110, 0);
    player.tick(15 * second);
    player.change({ record: { ...delayed, version: 2 } }, 40 * second, 110);
    runDue(player, 3 * minute);
    expect(player.transitions[0]).toMatchObject({ eventTime: begin + minute, recordVersion: 2 });
  });
});

describe("a limit that moves under an active alarm", () => {
  it("is the one that the alarm shows, and calls nobody", () => {
    const player = createPlayer();
    player.value(130, 0);
    player.change({ limit: { max: 120, min: null } }, minute, 130);
    expect(player.alarm).toMatchObject({ state: "unack-active", limit: 120, annunciations: 1 });
  });
});

describe("a value older than the newest", () => {
  it("brings nothing back that is over by now, whether it was told or not", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.value(90, 2 * minute);
    player.value(130, 2 * minute + second, minute);
    expect(player.alarm?.state).toBe("rtn-unack");
    player.act(ack, 3 * minute);
    runDue(player, 10 * minute);
    expect(player.memory).toBeNull();
    const on = { seq: 9, receivedAt: begin + 11 * minute, eventTime: begin + 9 * minute };
    const calmAt = begin + 10 * minute;
    player.input({ kind: "sample", on, value: 130, validity: "good", faulty: false, calmAt });
    expect(player.memory).toBeNull();
  });

  it("counts when that newest one was of a clock that was ahead", () => {
    const player = createPlayer();
    const on = { seq: 2, receivedAt: begin + minute, eventTime: begin + minute };
    player.input({ kind: "sample", on, value: 130, validity: "good", faulty: false, calmAt: begin + 9 * minute });
    expect(player.alarm).toMatchObject({ active: true, onset: begin + minute });
  });

  it("that is no number says nothing", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.value(Number.NaN, minute);
    expect(player.alarm?.active).toBe(true);
  });
});

describe("a shelf over an instance that is normal", () => {
  it("can be taken away before it hides the next occurrence", () => {
    const player = createPlayer();
    player.value(110, 0);
    player.act(ack, second);
    player.act(shelve(), 2 * second);
    player.value(90, minute);
    expect(player.alarm).toBeNull();
    expect(player.memory?.shelf).not.toBeNull();
    expect(player.act({ kind: "unshelve", comment: null }, 2 * minute, 3)).toBeNull();
    player.value(110, 3 * minute);
    expect(player.alarm).toMatchObject({ suppression: null, annunciations: 1 });
  });
});

describe("comments", () => {
  it("are bounded: a condition that comes and goes for ever fills no memory", () => {
    const player = createPlayer({ record: { subject: "system", basis: null } });
    for (let i = 0; i < 400; i++) {
      const on = { seq: i, receivedAt: begin + i * minute, eventTime: begin + i * minute };
      player.input({ kind: "condition", on, active: i % 2 === 0, detail: `seen ${i}` });
    }
    expect(player.alarm?.comments).toHaveLength(100);
    expect(player.act({ kind: "comment", comment: "and a person" }, 500 * minute)).toBeNull();
  });
});

describe("values that wait for their order", () => {
  it("are bounded: past the bound the oldest counts, and the alarm comes all the same", () => {
    const player = createPlayer({ record: delayed });
    for (let i = 0; i < 2_000; i++) player.value(110, 1_000 + i, 1_000 + i);
    expect(player.memory?.signal?.waiting.length).toBeLessThanOrEqual(512);
    runDue(player, 5 * minute);
    expect(player.alarm).toMatchObject({ onset: begin + 1_000 });
  });
});

describe("late values", () => {
  it("make one occurrence of the past and call nobody", () => {
    const player = createPlayer();
    const late = (value: number, eventMs: number): void => {
      const on = { seq: 50, receivedAt: begin + 200 * minute, eventTime: begin + eventMs };
      player.input({ kind: "late", on, value });
    };
    late(120, 0);
    late(150, minute);
    late(110, 2 * minute);
    expect(player.steps).toEqual([]);
    late(90, 3 * minute);
    expect(player.last).toMatchObject({
      retrospective: true,
      state: "normal",
      onset: begin,
      cleared: begin + 3 * minute,
      value: 150,
      annunciations: 0,
      annunciatedAt: null,
    });
    expect(player.memory).toBeNull();
  });

  it("are no occurrence when they would not have lasted for the delay", () => {
    const player = createPlayer({ record: { ...delayed, onDelayMs: 3 * minute } });
    const late = (value: number, eventMs: number): void => {
      const on = { seq: 50, receivedAt: begin + 200 * minute, eventTime: begin + eventMs };
      player.input({ kind: "late", on, value });
    };
    late(120, 0);
    late(90, 2 * minute);
    expect(player.steps).toEqual([]);
    late(120, 10 * minute);
    late(120, 11 * minute);
    late(90, 13 * minute);
    expect(player.steps).toHaveLength(1);
  });

  it("are told after a minute when nothing comes after them, and belong to a live occurrence when it knew of them", () => {
    const player = createPlayer();
    player.input({ kind: "late", on: { seq: 1, receivedAt: begin + 60 * minute, eventTime: begin }, value: 120 });
    runDue(player, 61 * minute);
    expect(player.steps).toHaveLength(1);
    player.value(110, 62 * minute);
    const on = { seq: 9, receivedAt: begin + 90 * minute, eventTime: begin + 70 * minute };
    player.input({ kind: "late", on, value: 120 });
    expect(player.memory?.retro).toBeNull();
  });
});

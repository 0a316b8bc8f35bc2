// What the watch over the system sees, and when it speaks.

import { describe, expect, it } from "vitest";
import type { Alarm } from "#domain/alarm.ts";
import type { ConditionName } from "#domain/condition.ts";
import type { Command } from "#domain/command.ts";
import { createWatch, judgeSystem, type SystemStatus } from "./watch.ts";

const well = {
  broker: { head: { seq: 100, frames: 80 }, writable: true, why: null, damaged: 0, upstream: null },
  ingest: { cursor: 100, frames: 80, lagMs: 0, damaged: 0, history: { ok: true, attached: true, why: null } },
} satisfies SystemStatus;

describe("the state of the system", () => {
  it("nothing holds while everything is well", () => {
    expect([...judgeSystem(well)]).toEqual([]);
  });

  it("frames that ingest has not reached yet are pending, not missing", () => {
    expect([...judgeSystem({ ...well, broker: { ...well.broker, head: { seq: 120, frames: 99 } } })]).toEqual([]);
  });

  it("a frame without an outcome makes the ledger unbalanced", () => {
    expect([...judgeSystem({ ...well, ingest: { ...well.ingest, frames: 79 } }).keys()]).toEqual(["ledger-unbalanced"]);
  });

  it("an outcome without a frame makes it unbalanced too, also while more is pending", () => {
    const more = {
      ...well,
      broker: { ...well.broker, head: { seq: 101, frames: 80 } },
      ingest: { ...well.ingest, frames: 81 },
    };
    expect([...judgeSystem(more).keys()]).toEqual(["ledger-unbalanced"]);
  });

  it("an external broker that is not connected is told with its address and what it said", () => {
    const away = { address: "mq:1883", connected: false, lastError: { at: 0, says: "not authorized" } };
    expect([...judgeSystem({ ...well, broker: { ...well.broker, upstream: away } })]).toEqual([
      ["upstream-away", "mq:1883: not authorized"],
    ]);
    const there = { ...away, connected: true };
    expect([...judgeSystem({ ...well, broker: { ...well.broker, upstream: there } })]).toEqual([]);
  });

  it("ingest that is a little behind is late, and one that is far behind stands still", () => {
    const behind = (lagMs: number) => [...judgeSystem({ ...well, ingest: { ...well.ingest, lagMs } }).keys()];
    expect(behind(5_000)).toEqual([]);
    expect(behind(5_001)).toEqual(["pipeline-late"]);
    expect(behind(10_001)).toEqual(["ingest-stalled"]);
  });

  it("ticks that are not worked off although ingest keeps up are told, unless the journal takes none", () => {
    const ingest = { ...well.ingest, tickAgeMs: 15_001 };
    expect([...judgeSystem({ ...well, ingest })]).toEqual([
      ["alarm-engine-stalled", "no tick of the journal was worked off for 15 s"],
    ]);
    expect([...judgeSystem({ ...well, ingest: { ...ingest, tickAgeMs: 15_000 } })]).toEqual([]);
    expect(
      judgeSystem({ ...well, ingest, broker: { ...well.broker, writable: false } }).has("alarm-engine-stalled"),
    ).toBe(false);
  });

  it("a journal of four fifths of its bound, and a disk with hardly any room, fill up", () => {
    const room = { waitingBytes: 80, waitingBytesMax: 100, diskBytes: 2 ** 40, diskFreeBytes: 3 * 2 ** 30 };
    const names = (folder: typeof room) => [...judgeSystem({ ...well, folder }).keys()];
    expect(names(room)).toEqual([]);
    expect(names({ ...room, waitingBytes: 81 })).toEqual(["journal-filling"]);
    expect(names({ ...room, diskFreeBytes: 2 ** 30 })).toEqual(["journal-filling"]);
    expect(names({ ...room, diskBytes: 2 ** 31, diskFreeBytes: 2 ** 30 })).toEqual([]);
  });

  it("notices that reach nobody are told with what keeps them", () => {
    expect([...judgeSystem({ ...well, notices: "mail: no answer" })]).toEqual([
      ["notification-failing", "mail: no answer"],
    ]);
  });

  it("history that is away or catches up is behind", () => {
    const history = { ok: true, attached: false, why: null };
    expect([...judgeSystem({ ...well, ingest: { ...well.ingest, history } }).keys()]).toEqual(["history-behind"]);
  });
});

function watched() {
  const sent: (Command & { type: "system.condition" })[] = [];
  const shown: Alarm[] = [];
  const open = new Set<ConditionName>();
  const world = { now: 0, refuse: false };
  const watch = createWatch({
    commands: {
      send(_, command) {
        if (world.refuse) return Promise.reject(new Error("away"));
        if (command.type === "system.condition") {
          sent.push(command);
          if (command.active) open.add(command.condition);
          else open.delete(command.condition);
        }
        return Promise.resolve({ id: "1", ok: true, seq: 1, result: null });
      },
      onBatch: () => undefined,
      stop: () => undefined,
    },
    open: () => open,
    show: (alarm) => shown.push(alarm),
    now: () => world.now,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  async function look(status: SystemStatus, seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      world.now += 1000;
      await watch.look(status);
    }
  }
  return { sent, shown, open, world, look };
}

describe("the watch over the system", () => {
  it("a condition is told once when it has held for a while, and once when it is over", async () => {
    const { sent, look } = watched();
    const behind = { ...well, ingest: { ...well.ingest, history: { ok: false, attached: true, why: "refused" } } };
    await look(behind, 3);
    expect(sent).toEqual([]);
    await look(behind, 10);
    await look(well, 3);
    expect(sent.map(({ condition, active }) => [condition, active])).toEqual([
      ["history-behind", true],
      ["history-behind", false],
    ]);
  });

  it("a passing moment is not told", async () => {
    const { sent, look } = watched();
    await look({ ...well, ingest: { ...well.ingest, lagMs: 60_000 } }, 3);
    await look(well, 20);
    expect(sent).toEqual([]);
  });

  it("what stops ingest is shown at once and journaled when it is over", async () => {
    const { sent, shown, look } = watched();
    await look({ ...well, ingest: null }, 10);
    expect(sent).toEqual([]);
    expect(shown).toMatchObject([{ definition: "system:ingest-stalled", state: "unack-active", priority: 1 }]);
    await look(well, 2);
    expect(shown.at(-1)).toMatchObject({ id: shown[0]?.id, state: "normal" });
    expect(sent.map(({ condition, active }) => [condition, active])).toEqual([
      ["ingest-stalled", true],
      ["ingest-stalled", false],
    ]);
  });

  it("an alarm that was raised before this watch began is ended by it", async () => {
    const { sent, open, look } = watched();
    open.add("history-behind");
    await look(well, 2);
    expect(sent.map(({ condition, active }) => [condition, active])).toEqual([["history-behind", false]]);
  });
});

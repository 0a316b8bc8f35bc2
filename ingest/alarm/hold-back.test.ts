// Whose word holds an alarm back, of whom out of service speaks, and what becomes of alarms whose site nobody hears: what entries
// of a journal do to them, in virtual time.

import { describe, expect, it } from "vitest";
import { atSite, begin, begins, createWorld, minute, put, recordOf, type World } from "#test/harness/alarm-world.ts";

const cod = "limit:w01018:realtime";

function enter(world: World, id: string, byEnterprise?: boolean): void {
  const span = { from: begins, to: begins + 30 * minute };
  const about = { id, site: "S", factors: ["w01018"], label: "maintenance" as const, reason: "service", evidence: [] };
  const marks = [{ ...about, ...span, ...(byEnterprise === undefined ? {} : { byEnterprise }) }];
  expect(world.order({ type: "marks.enter", marks })).toMatchObject({ ok: true });
}

describe("a mark", () => {
  it("of a plant holds nothing back until the centre accepts it", () => {
    const world = begin(createWorld());
    enter(world, "m1", true);
    world.send("S", { w01018: 80 });
    expect(world.alarm(cod)).toMatchObject({ annunciations: 1, suppression: null });
    const decision = { type: "marks.decide", mark: "m1", expectedVersion: 1, reason: "seen" } as const;
    expect(world.order({ ...decision, decision: "accept" }, "wang")).toMatchObject({ ok: true });
    expect(world.alarm(cod)).toMatchObject({ suppression: { kind: "by-design", reason: "marked", of: "m1" } });
  });

  it("of the centre does at once, and the row names who entered it", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80 });
    enter(world, "m1");
    expect(world.alarm(cod)).toMatchObject({ suppression: { kind: "by-design", of: "m1" } });
    expect(world.transitions.at(-1)).toMatchObject({ cause: "command", actor: "li", toSuppression: "by-design" });
  });
});

describe("out of service", () => {
  const draft = { id: "o", definitions: null, from: begins, to: null, workOrder: "", reason: "works" };
  const everywhere = { ...atSite, site: null };
  const fails = (world: World): void => {
    world.order({ type: "system.condition", condition: "journal-blocked", active: true, detail: "x" });
  };
  const system = "system:journal-blocked";

  it("of a kind, a factor or all does not silence the system itself", () => {
    for (const scope of [{ ...everywhere, kind: "process" as const }, everywhere, { ...everywhere, city: "" }]) {
      const world = begin(createWorld());
      expect(world.order({ type: "out-of-service.begin", draft: { ...draft, scope } })).toMatchObject({ ok: true });
      fails(world);
      expect(world.alarm(system, "system")).toMatchObject({ suppression: null, annunciations: 1 });
    }
  });

  it("that names the system, or the condition, does", () => {
    const named = [
      { ...draft, scope: { ...everywhere, site: "system" } },
      { ...draft, scope: everywhere, definitions: [system] },
    ];
    for (const each of named) {
      const world = begin(createWorld());
      world.order({ type: "out-of-service.begin", draft: each });
      fails(world);
      expect(world.alarm(system, "system")).toMatchObject({ annunciations: 0, suppression: { of: "o" } });
    }
  });

  it("is begun and ended by somebody, and the rows say by whom; its own end is the time's", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80 });
    world.order({ type: "out-of-service.begin", draft: { ...draft, scope: atSite } }, "wang");
    expect(world.transitions.at(-1)).toMatchObject({
      cause: "command",
      actor: "wang",
      toSuppression: "out-of-service",
    });
    world.order({ type: "out-of-service.end", id: "o", expectedVersion: 1, reason: "done" }, "zhao");
    expect(world.transitions.at(-1)).toMatchObject({ cause: "command", actor: "zhao", toSuppression: null });
    const timed = { ...draft, id: "p", scope: atSite, to: world.now + minute };
    world.order({ type: "out-of-service.begin", draft: timed }, "wang");
    for (let i = 0; i < 2; i++) {
      world.wait(minute);
      world.send("S", { w01018: 80 });
    }
    const ended = world.transitions.find(({ fromSuppression, seq }) => fromSuppression !== null && seq > 8);
    expect(ended).toMatchObject({ toSuppression: null });
    expect(world.transitions.at(-1)).toMatchObject({ cause: "timer", actor: null });
  });
});

describe("a limit alarm of a site that nobody hears", () => {
  it("stays, says that its value is not known, and is good again with the next one", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80, w01001: 7 });
    world.wait(4 * minute);
    expect(world.alarm(cod)).toMatchObject({ active: true, validity: "comms-lost", annunciations: 1 });
    const rows = world.transitions.filter(({ definition }) => definition === cod).length;
    world.wait(10 * minute);
    expect(world.transitions.filter(({ definition }) => definition === cod)).toHaveLength(rows);
    // Its clock is behind: the value counts all the same.
    world.send("S", { w01018: 10 }, { ageMs: 2 * minute });
    expect(world.alarm(cod)).toMatchObject({ active: false, validity: "good" });
  });

  it("is stale while only its own factor is silent", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80, w01001: 7 });
    for (let i = 0; i < 5; i++) {
      world.wait(minute);
      world.send("S", { w01001: 7 });
    }
    expect(world.alarm(cod)).toMatchObject({ active: true, validity: "stale" });
  });

  it("is not told again while it is not known whether it still holds", () => {
    const world = begin(createWorld());
    put(world, recordOf("limit-realtime", { id: "again", scope: atSite, reAlarmMs: 10 * minute }));
    world.send("S", { w01018: 80, w01001: 7 });
    world.act(world.alarm(cod), { kind: "ack", comment: null });
    world.wait(20 * minute);
    expect(world.alarm(cod)).toMatchObject({ state: "ack-active", annunciations: 1 });
    world.send("S", { w01018: 80 });
    expect(world.alarm(cod)).toMatchObject({ state: "unack-active", validity: "good", annunciations: 2 });
  });
});

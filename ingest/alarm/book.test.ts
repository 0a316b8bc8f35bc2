// Silence, and what holds alarms back: what entries of a journal do to them, in virtual time.

import { describe, expect, it } from "vitest";
import { atSite, begin, begins, calls, createWorld, minute, siteOf } from "#test/harness/alarm-world.ts";

describe("silence", () => {
  it("is told after three intervals, is graver after ten, and ends with the next reading", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10, w01001: 7 });
    const heard = world.now;
    world.wait(3 * minute - 10_000);
    expect(world.alarms()).toEqual({});
    world.wait(30_000);
    const silent = world.alarm("silence:site");
    expect(silent).toMatchObject({ state: "unack-active", priority: 4, onset: heard + 3 * minute, level: 1 });
    world.wait(8 * minute);
    expect(world.alarm("silence:site")).toMatchObject({ id: silent.id, level: 2, priority: 3 });
    world.send("S", { w01018: 10, w01001: 7 });
    expect(world.alarm("silence:site")).toMatchObject({ id: silent.id, state: "normal", active: false });
  });

  it("is not that of a site or a factor that never spoke", () => {
    const world = begin(createWorld());
    world.order({ type: "sites.put", sites: [siteOf("never")] });
    world.send("S", { w01018: 10 });
    world.wait(30 * minute);
    expect(Object.keys(world.alarms()).toSorted()).toEqual(["silence:site", "silence:w01018"]);
    expect(world.alarms("never")).toEqual({});
  });

  it("of factors is held back while their site is silent, with a link to it, and calls nobody when all of them follow", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10, w01001: 7 });
    world.wait(4 * minute);
    const site = world.alarm("silence:site");
    for (const factor of ["w01018", "w01001"])
      expect(world.alarm(`silence:${factor}`)).toMatchObject({
        annunciations: 0,
        suppression: { kind: "by-design", reason: "site-silent", of: site.id },
      });
    expect(calls(world)).toEqual([`${site.id}:1`]);
    world.send("S", { w01018: 10 });
    world.wait(20_000);
    world.send("S", { w01001: 7 });
    world.wait(2 * minute);
    expect(calls(world)).toEqual([`${site.id}:1`]);
  });

  it("of a factor is told when the site speaks again and the factor does not", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10, w01001: 7 });
    world.wait(4 * minute);
    for (let i = 0; i < 4; i++) {
      world.send("S", { w01018: 10 });
      world.wait(minute);
    }
    expect(world.alarm("silence:w01018")).toMatchObject({ active: false });
    const factor = world.alarm("silence:w01001");
    expect(factor).toMatchObject({ active: true, suppression: null, annunciations: 1 });
    expect(calls(world).at(-1)).toBe(`${factor.id}:1`);
  });

  it("does not count time in which the centre itself was down", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10 });
    world.pause(60 * minute);
    world.wait(2 * minute);
    world.send("S", { w01018: 10 });
    world.wait(2 * minute);
    expect(world.alarms()).toEqual({});
  });

  it("is not told of a site that hands over what it kept, however long that takes, and is when it stops", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10 });
    for (let i = 0; i < 20; i++) {
      world.wait(30_000);
      world.send("S", { w01018: 10 }, { ageMs: 60 * minute - i });
    }
    expect(world.alarms()).toEqual({});
    world.wait(4 * minute);
    expect(world.alarm("silence:site")).toMatchObject({ active: true });
  });

  it("of a factor ends when it is taken off the list of its site", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10, w01001: 7 });
    for (let i = 0; i < 5; i++) {
      world.wait(minute);
      world.send("S", { w01018: 10 });
    }
    expect(world.alarm("silence:w01001")).toMatchObject({ active: true });
    world.order({ type: "sites.put", sites: [siteOf("S", { factors: ["w01018"] })] });
    expect(world.alarm("silence:w01001")).toMatchObject({ active: false });
  });
});

describe("what holds an alarm back", () => {
  it("a mark does while it covers the moment; when it ends, whoever was not told is told", () => {
    const world = begin(createWorld());
    world.wait(10_000);
    const from = begins;
    const mark = {
      id: "m1",
      site: "S",
      factors: ["w01018"],
      label: "maintenance" as const,
      from,
      to: from + 5 * minute,
    };
    world.order({ type: "marks.enter", marks: [{ ...mark, reason: "service", evidence: [] }] });
    world.send("S", { w01018: 80 });
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({
      state: "unack-active",
      annunciations: 0,
      suppression: { kind: "by-design", reason: "marked", of: "m1", until: from + 5 * minute },
    });
    for (let i = 0; i < 5; i++) {
      world.wait(minute);
      world.send("S", { w01018: 80 });
    }
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ suppression: null, annunciations: 1 });
  });

  it("what is out of service is evaluated and written down, and calls nobody until it is put back", () => {
    const world = begin(createWorld());
    const draft = {
      id: "o1",
      scope: { ...atSite, site: null, city: "130200" },
      definitions: null,
      from: begins,
      to: null,
    };
    expect(
      world.order({ type: "out-of-service.begin", draft: { ...draft, workOrder: "W-1", reason: "works" } }),
    ).toMatchObject({ ok: true, result: { version: 1, endedBy: null } });
    world.send("S", { w01018: 80 });
    const held = world.alarm("limit:w01018:realtime");
    expect(held).toMatchObject({ annunciations: 0, suppression: { kind: "out-of-service", of: "o1" } });
    const end = { type: "out-of-service.end", id: "o1", reason: "done" } as const;
    expect(world.order({ ...end, expectedVersion: 7 })).toMatchObject({ ok: false, code: "conflict" });
    expect(world.order({ ...end, expectedVersion: 1 })).toMatchObject({ ok: true, result: { endedBy: "li" } });
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ id: held.id, suppression: null, annunciations: 1 });
    expect(world.order({ ...end, expectedVersion: 2 })).toMatchObject({ ok: false, code: "not-found" });
  });

  it("a shelf belongs to what can happen: the next occurrence begins under it, and its end calls", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80 });
    const first = world.alarm("limit:w01018:realtime");
    const shelf = { kind: "shelve", minutes: 30, oneShot: false, reason: "known-fault", second: null } as const;
    expect(world.act(first, { ...shelf, comment: "seen" })).toMatchObject({ ok: true });
    expect(world.act(world.alarm(first.definition), { kind: "ack", comment: null })).toMatchObject({ ok: true });
    world.send("S", { w01018: 10 });
    world.wait(minute);
    world.send("S", { w01018: 80 });
    const second = world.alarm(first.definition);
    expect(second).toMatchObject({ annunciations: 0, suppression: { kind: "shelved", by: "li" } });
    expect(second.id).not.toBe(first.id);
    for (let i = 0; i < 31; i++) {
      world.wait(minute);
      world.send("S", { w01018: 80 });
    }
    expect(world.alarm(first.definition)).toMatchObject({ id: second.id, suppression: null, annunciations: 1 });
  });
});

// Records, delays and flags: what entries of a journal do to alarms, in virtual time; and that a memory that is saved and read again
// comes to the same.

import { describe, expect, it } from "vitest";
import type { Flag } from "#domain/reading.ts";
import { createPipeline } from "#ingest/pipeline.ts";
import {
  atSite,
  begin,
  begins,
  calls,
  createWorld,
  minute,
  put,
  recordOf,
  siteOf,
  type World,
} from "#test/harness/alarm-world.ts";

describe("a record", () => {
  it("that changes keeps live occurrences: they go on under its new version, and nobody is called", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80 });
    const before = world.alarm("limit:w01018:realtime");
    const told = calls(world).length;
    expect(put(world, recordOf("limit-realtime", { offDelayMs: 30_000 }), 1)).toMatchObject({ ok: true });
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ id: before.id, active: true, recordVersion: 2 });
    expect(world.transitions.at(-1)).toMatchObject({ cause: "config", recordVersion: 2, annunciation: null });
    expect(calls(world)).toHaveLength(told);
  });

  it("that is disabled at one site ends its alarm there and nowhere else", () => {
    const world = begin(begin(createWorld()), siteOf("T"));
    for (const site of ["S", "T"]) world.send(site, { w01018: 80 });
    put(world, recordOf("limit-realtime", { id: "quiet", scope: atSite, enabled: false }));
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ active: false });
    expect(world.alarm("limit:w01018:realtime", "T")).toMatchObject({ active: true });
    const rows = world.transitions.length;
    world.send("S", { w01018: 90 });
    expect(world.transitions).toHaveLength(rows);
  });

  it("with numbers of its own looks at a factor without any limit, at once", () => {
    const world = begin(createWorld());
    const levels = [{ op: "below" as const, at: 6, priority: 3 as const }];
    const own = { subject: "value" as const, scope: { ...atSite, factor: "w01001" }, levels };
    expect(put(world, recordOf("limit-realtime", { id: "ph-low", ...own }))).toMatchObject({ ok: true });
    world.send("S", { w01001: 7 });
    expect(world.alarms()).toEqual({});
    world.send("S", { w01001: 5.5 });
    expect(world.alarm("value:ph-low:w01001")).toMatchObject({ active: true, value: 5.5, limit: 6, priority: 3 });
  });

  it("keeps what it is about, and is not lowered by one person when its class is highly managed", () => {
    const world = begin(createWorld());
    const hours = put(world, recordOf("limit-realtime", { basis: "hour" }), 1);
    expect(hours).toMatchObject({ ok: false, code: "invalid", current: { version: 1, basis: "realtime" } });
    const { version: _, ...off } = recordOf("limit-day", { enabled: false });
    const order = {
      type: "alarm-definitions.put",
      definitions: [{ ...off, expectedVersion: 1 }],
      reason: "x",
    } as const;
    expect(world.order(order)).toMatchObject({ ok: false, code: "illegal", current: { enabled: true } });
    expect(world.order({ ...order, second: "li" })).toMatchObject({ ok: false });
    expect(world.order({ ...order, second: "wang" })).toMatchObject({ ok: true });
  });

  it("is put in its next version only, and not with faults", () => {
    const world = begin(createWorld());
    expect(put(world, recordOf("limit-realtime"), 3)).toMatchObject({
      ok: false,
      code: "conflict",
      current: { version: 1 },
    });
    const nothing = put(world, recordOf("limit-realtime", { levels: [] }), 1);
    expect(nothing).toMatchObject({ ok: false, code: "invalid" });
    expect(JSON.stringify(nothing)).toContain("levels");
  });
});

describe("delays and flags", () => {
  const delayed = recordOf("limit-realtime", { id: "slow", scope: atSite, onDelayMs: minute });

  it("an on-delay is satisfied at its exact moment, however the values before came", () => {
    const world = begin(createWorld());
    put(world, delayed);
    world.send("S", { w01018: 80 });
    const onset = world.now;
    world.wait(40_000);
    world.send("S", { w01018: 85 });
    world.wait(29_000);
    expect(world.alarms()).toEqual({});
    world.wait(2_000);
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ active: true, onset });
    expect(world.transitions.at(-1)).toMatchObject({ cause: "timer", eventTime: onset + minute });
  });

  it("a flag pauses: nothing begins and nothing ends while the value is not known", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80 });
    world.wait(10_000);
    world.send("S", { w01018: 1 }, { flag: "C" });
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ active: true, validity: "in-calibration" });
    world.wait(10_000);
    world.send("S", { w01018: 1 });
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({ active: false, validity: "good" });
  });

  it("values that a device calls faulty for long are an alarm about their quality", () => {
    const world = begin(createWorld());
    for (let i = 0; i < 13; i++) {
      world.send("S", { w01018: 1, w01001: 7 }, { flag: "D" });
      world.wait(minute);
    }
    expect(world.alarm("quality:w01018")).toMatchObject({ active: true, priority: 3 });
    for (let i = 0; i < 4; i++) {
      world.send("S", { w01018: 1, w01001: 7 });
      world.wait(minute);
    }
    expect(world.alarm("quality:w01018")).toMatchObject({ active: false });
  });

  it("values beyond the limit that come late are told as what was, and call nobody", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 10 });
    const ageMs = 40 * minute;
    for (let i = 0; i < 3; i++) {
      world.send("S", { w01018: 80 + i }, { ageMs });
      world.wait(20_000);
    }
    world.send("S", { w01018: 10 });
    world.wait(2 * minute);
    expect(world.alarm("limit:w01018:realtime")).toMatchObject({
      retrospective: true,
      active: false,
      annunciations: 0,
    });
    expect(calls(world)).toEqual([]);
  });
});

/** A little of everything, long enough for delays, shelves and silences to begin and to end. */
function live(world: World): World {
  begin(begin(world), siteOf("T", { kind: "gas-outfall", factors: ["a21002"] }));
  const limit = { site: "T", factor: "a21002", max: 100, min: null, basis: "realtime" as const, from: 0, to: null };
  world.order({ type: "limits.put", limits: [{ id: "T:nox", ...limit, reason: "", by: "li", source: "site" }] });
  const values = [10, 80, 80, 10, 80, 10, 80, 80, 80, 10];
  for (let i = 0; i < 40; i++) {
    const flag: Flag = i % 9 === 8 ? "D" : "N";
    world.send("S", { w01018: values[i % values.length] ?? 0, ...(i % 13 < 6 ? { w01001: 7 } : {}) }, { flag });
    if (i < 20 || i > 32) world.send("T", { a21002: i % 12 < 6 ? 130 : 20 });
    if (i % 11 === 3) world.send("S", { w01018: 90 }, { ageMs: 30 * minute + i });
    if (i === 6) {
      const shelf = {
        kind: "shelve",
        minutes: 10,
        oneShot: false,
        reason: "nuisance",
        comment: "x",
        second: null,
      } as const;
      world.act(world.alarm("limit:w01018:realtime"), shelf);
    }
    if (i === 12) {
      const open = world.alarm("limit:w01018:realtime");
      if (open.state !== "normal" && !open.acked) world.act(open, { kind: "ack", comment: "seen" }, "wang");
    }
    if (i === 15) {
      const draft = {
        id: "o",
        scope: { ...atSite, site: "T" },
        definitions: null,
        from: begins,
        to: world.now + 8 * minute,
      };
      world.order({ type: "out-of-service.begin", draft: { ...draft, workOrder: "", reason: "works" } });
    }
    if (i === 22) put(world, recordOf("limit-realtime", { id: "slow", scope: atSite, onDelayMs: 90_000 }));
    if (i === 30) world.order({ type: "system.condition", condition: "history-behind", active: true, detail: "x" });
    world.wait(20_000 + (i % 3) * 20_000);
  }
  world.wait(5 * minute);
  return world;
}

describe("a memory that is saved and read again", () => {
  it("at every sixth entry comes to the same transitions and calls as one that never was", () => {
    const through = live(createWorld());
    const again = live(
      createWorld((pipeline) => {
        if (pipeline.seq % 6 !== 0) return pipeline;
        const saved = pipeline.save();
        const registry = { ...saved.registry, sites: [...saved.registry.sites] };
        return createPipeline(structuredClone({ ...saved, registry }));
      }),
    );
    expect(again.seq).toBe(through.seq);
    expect(again.transitions).toEqual(through.transitions);
    const kinds = new Set(through.transitions.map(({ cause }) => cause));
    expect([...kinds].toSorted()).toEqual(["command", "config", "sample", "timer"]);
    expect(new Set(through.transitions.map(({ definition }) => definition)).size).toBeGreaterThan(5);
    const ids = calls(through).map(String);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(5);
  }, 30_000);
});

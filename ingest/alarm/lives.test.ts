// That no alarm stays for ever, none is raised by what is not known any more, and what is remembered of one that is over can still be
// acted on; and that a restart changes nothing of it. Entries of a journal, in virtual time.

import { describe, expect, it } from "vitest";
import { createPipeline, type Pipeline } from "#ingest/pipeline.ts";
import { atSite, begin, createWorld, minute, put, recordOf, siteOf, type World } from "#test/harness/alarm-world.ts";

const cod = "limit:w01018:realtime";

function readAgain(pipeline: Pipeline): Pipeline {
  const saved = pipeline.save();
  return createPipeline(
    structuredClone({ ...saved, registry: { ...saved.registry, sites: [...saved.registry.sites] } }),
  );
}

describe("a restart", () => {
  it("between the return of a site and the next look at its factors changes no row", () => {
    const run = (everyEntry: (pipeline: Pipeline) => Pipeline): { world: World; backAt: number } => {
      const world = begin(createWorld(everyEntry));
      world.send("S", { w01018: 10, w01001: 7 });
      world.wait(4 * minute);
      world.send("S", { w01018: 10 }, { ageMs: 11 * minute });
      world.send("S", { w01018: 10 });
      const backAt = world.seq;
      world.wait(10_000);
      return { world, backAt };
    };
    const through = run((pipeline) => pipeline);
    for (const at of [through.backAt, through.backAt + 1]) {
      const again = run((pipeline) => (pipeline.seq === at ? readAgain(pipeline) : pipeline));
      expect(again.world.transitions).toEqual(through.world.transitions);
    }
  });
});

describe("an alarm ends", () => {
  it("when its factor is taken off the list of its site", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 80, w01001: 7 });
    const { id } = world.alarm(cod);
    world.order({ type: "sites.put", sites: [siteOf("S", { factors: ["w01001"] })] });
    expect(world.alarm(cod)).toMatchObject({ id, active: false, state: "rtn-unack" });
    expect(world.transitions.at(-1)).toMatchObject({ alarmId: id, cause: "config" });
    expect(world.act(world.alarm(cod), { kind: "ack", comment: null })).toMatchObject({ ok: true });
    expect(world.alarm(cod)).toMatchObject({ id, state: "normal" });
  });

  it("not when its site is put again with a factor that it never listed", () => {
    const world = begin(createWorld(), siteOf("S", { factors: ["w01001"] }));
    world.send("S", { w01018: 80, w01001: 7 });
    world.order({ type: "sites.put", sites: [siteOf("S", { factors: ["w01001"], name: "another" })] });
    expect(world.alarm(cod)).toMatchObject({ active: true });
  });

  it("when nobody sends its factor any more, which its site does not list", () => {
    const world = begin(createWorld(), siteOf("S", { factors: ["w01001"] }));
    world.send("S", { w01018: 80, w01001: 7 });
    for (let i = 0; i < 5; i++) {
      world.wait(minute);
      world.send("S", { w01001: 7 });
    }
    expect(world.alarm(cod)).toMatchObject({ active: false });
  });

  it("when its record with numbers of its own speaks of another place by now, or its site does", () => {
    const levels = [{ op: "below" as const, at: 6, priority: 3 as const }];
    const scope = { ...atSite, factor: "w01001" };
    const own = recordOf("limit-realtime", { id: "ph", subject: "value", scope, levels });
    const moves: ((world: World) => unknown)[] = [
      (world) => put(world, { ...own, scope: { ...scope, site: null, city: "110100" } }, 1),
      (world) => put(world, { ...own, enabled: false }, 1),
    ];
    for (const move of moves) {
      const world = begin(createWorld());
      put(world, own);
      world.send("S", { w01001: 3 });
      expect(world.alarm("value:ph:w01001")).toMatchObject({ active: true });
      expect(move(world)).toMatchObject({ ok: true });
      expect(world.alarm("value:ph:w01001")).toMatchObject({ active: false });
      expect(world.transitions.at(-1)).toMatchObject({ cause: "config", to: "rtn-unack" });
      world.send("S", { w01001: 3 });
      expect(world.alarm("value:ph:w01001")).toMatchObject({ active: false });
    }
    const world = begin(createWorld());
    put(world, { ...own, scope: { ...scope, site: null, city: "130200" } });
    world.send("S", { w01001: 3 });
    world.order({ type: "sites.put", sites: [siteOf("S", { city: "110100" })] });
    expect(world.alarm("value:ph:w01001")).toMatchObject({ active: false });
  });
});

describe("a limit that is lowered", () => {
  const lower = (world: World): void => {
    const limit = { id: "S:cod", site: "S", factor: "w01018", max: 40, min: null, basis: "realtime" as const };
    const rest = { from: 0, to: null, reason: "permit", by: "li", source: "site" as const };
    expect(world.order({ type: "limits.put", limits: [{ ...limit, ...rest }] })).toMatchObject({ ok: true });
  };

  it("is held against the newest value while that holds, and not when nobody has sent one since", () => {
    const fresh = begin(createWorld());
    fresh.send("S", { w01018: 45 });
    fresh.wait(minute);
    lower(fresh);
    expect(fresh.alarm(cod)).toMatchObject({ active: true, value: 45, limit: 40 });
    const silent = begin(createWorld());
    silent.send("S", { w01018: 45 });
    silent.pause(30 * minute);
    lower(silent);
    silent.wait(minute);
    expect(silent.alarms()[cod]).toBeUndefined();
    silent.wait(30 * minute);
    lower(silent);
    silent.wait(minute);
    expect(silent.alarms()[cod]).toBeUndefined();
    silent.send("S", { w01018: 45 });
    expect(silent.alarm(cod)).toMatchObject({ active: true, limit: 40 });
  });

  it("is not held against a value that came late", () => {
    const world = begin(createWorld());
    world.send("S", { w01018: 45 }, { ageMs: 40 * minute });
    lower(world);
    expect(world.alarms()[cod]).toBeUndefined();
  });
});

describe("an occurrence that is over", () => {
  const over = (world: World): World => {
    world.send("S", { w01018: 60, w01001: 7 });
    const shelf = { kind: "shelve", minutes: 480, oneShot: false, reason: "nuisance", second: null } as const;
    expect(world.act(world.alarm(cod), { ...shelf, comment: "x" })).toMatchObject({ ok: true });
    world.act(world.alarm(cod), { kind: "ack", comment: null });
    world.send("S", { w01018: 10 });
    expect(world.alarm(cod)).toMatchObject({ state: "normal" });
    return world;
  };

  it("leaves its shelf behind, which somebody can take away: the next one calls", () => {
    const world = over(begin(createWorld()));
    const ended = world.alarm(cod);
    expect(world.act(ended, { kind: "unshelve", comment: "mended" }, "wang")).toMatchObject({ ok: true, code: null });
    expect(world.transitions.at(-1)).toMatchObject({ alarmId: ended.id, actor: "wang", comment: "mended" });
    expect(world.act(world.alarm(cod), { kind: "unshelve", comment: null })).toMatchObject({ code: "illegal" });
    world.send("S", { w01018: 60 });
    expect(world.alarm(cod)).toMatchObject({ suppression: null, annunciations: 1 });
    const hidden = over(begin(createWorld()));
    hidden.send("S", { w01018: 60 });
    expect(hidden.alarm(cod)).toMatchObject({ suppression: { kind: "shelved" } });
  });

  it("takes remarks and a case while something of it is remembered, also after a restart, and nothing else", () => {
    const world = over(begin(createWorld(readAgain)));
    const { id, version } = world.alarm(cod);
    expect(world.act(world.alarm(cod), { kind: "comment", comment: "the pump" })).toMatchObject({
      ok: true,
      current: { id, version: version + 1, state: "normal", comments: [{}, { text: "the pump" }] },
    });
    expect(world.transitions.at(-1)).toMatchObject({
      alarmId: id,
      version: version + 1,
      cause: "command",
      actor: "li",
    });
    expect(world.act(world.alarm(cod), { kind: "link-case", case: "c1" })).toMatchObject({ current: { case: "c1" } });
    const stale = { ...world.alarm(cod), version };
    expect(world.act(stale, { kind: "comment", comment: "late" })).toMatchObject({ ok: false, code: "conflict" });
    expect(world.act(world.alarm(cod), { kind: "ack", comment: null })).toMatchObject({ ok: false, code: "illegal" });
  });
});

describe("the mean of an hour", () => {
  const hourly = (world: World, site: string, factor: string): void => {
    const limit = { id: `${site}:h`, site, factor, max: 50, min: null, basis: "hour" as const, from: 0, to: null };
    world.order({ type: "limits.put", limits: [{ ...limit, reason: "permit", by: "li", source: "site" }] });
  };

  it("of a stack raises no alarm with too few valid values, and does with enough", () => {
    for (const [minutes, raised] of [
      [10, false],
      [50, true],
    ] as const) {
      const world = createWorld();
      world.order({ type: "sites.put", sites: [siteOf("G", { kind: "gas-outfall", factors: ["a21002"] })] });
      hourly(world, "G", "a21002");
      for (let i = 0; i < minutes; i++) {
        world.send("G", { a21002: 90 });
        world.wait(minute - 1);
      }
      world.wait((62 - minutes) * minute);
      expect(world.alarms("G")["limit:a21002:hour"]?.active ?? false).toBe(raised);
    }
  });

  it("of waste water needs one valid value: a batch analyser has no more", () => {
    const world = begin(createWorld());
    hourly(world, "S", "w01018");
    world.send("S", { w01018: 500 });
    world.wait(62 * minute);
    expect(world.alarm("limit:w01018:hour")).toMatchObject({ active: true });
  });
});

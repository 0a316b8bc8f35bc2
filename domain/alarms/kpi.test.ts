// Figures about alarms: only calls count, floods begin and end where they should, and what cannot be known is not called good.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proposeTuning } from "./bad-actors.ts";
import { createFloodWatch, findFloods, type FloodItem, groupFlood } from "./flood.ts";
import { createKpi } from "./kpi.ts";
import type { KpiEvent, KpiFacts, KpiReport, KpiStanding } from "./kpi-shapes.ts";
import { verdictOf } from "./kpi-values.ts";
import { createActor, noteRaise, noteReturn } from "./bad-actors.ts";

const from = 1_795_305_600_000;
const minute = 60_000;
const hour = 60 * minute;
const nothing: KpiFacts = {
  withCase: null,
  judged: null,
  confirmed: null,
  noticesSent: null,
  noticesFailed: null,
  noticeLatencyMs: null,
  outOfServiceNow: null,
};

function event(changes: Partial<KpiEvent> & { readonly at: number }): KpiEvent {
  return {
    eventTime: changes.at,
    alarm: "A",
    site: "S",
    definition: "limit:w01018:realtime",
    class: "warning",
    priority: 2,
    from: "normal",
    to: "unack-active",
    fromSuppression: null,
    toSuppression: null,
    cause: "sample",
    actor: null,
    comment: null,
    reason: null,
    annunciation: null,
    ...changes,
  };
}

function call(at: number, alarm: string, changes: Partial<KpiEvent> = {}): KpiEvent {
  return event({ at, alarm, annunciation: `${alarm}:1`, ...changes });
}

function measure(
  events: readonly KpiEvent[],
  { ms = 24 * hour, standing = [] as KpiStanding[], facts = nothing, positions = 1 } = {},
): KpiReport {
  const kpi = createKpi({ from, to: from + ms, positions, shiftOf: () => "day" });
  for (const each of events) kpi.add(each);
  return kpi.end(standing, facts);
}

function valueOf(report: KpiReport, id: string): number | null {
  const found = report.values.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no figure ${id}`);
  return found.value;
}

describe("figures", () => {
  it("count calls, and neither acknowledgements nor remarks, shelves, returns or changed records", () => {
    const report = measure([
      call(from + minute, "A"),
      event({ at: from + 2 * minute, from: "unack-active", to: "ack-active", cause: "command", actor: "li" }),
      event({ at: from + 3 * minute, from: "ack-active", to: "ack-active", cause: "config" }),
      event({
        at: from + 4 * minute,
        from: "ack-active",
        to: "ack-active",
        cause: "command",
        actor: "li",
        comment: "x",
      }),
      event({ at: from + 5 * minute, from: "ack-active", to: "normal" }),
      // Raised while suppressed: nobody was called.
      event({ at: from + 6 * minute, alarm: "B" }),
    ]);
    expect(report.alarms).toBe(1);
    expect(valueOf(report, "per-day")).toBe(1);
    expect(valueOf(report, "ack-median")).toBe(60);
    expect(valueOf(report, "no-action")).toBe(0);
  });

  it("are those of one desk", () => {
    const events = Array.from({ length: 288 }, (_, i) => call(from + i * 5 * minute, `A${i}`));
    expect(valueOf(measure(events), "per-day")).toBe(288);
    expect(valueOf(measure(events, { positions: 2 }), "per-day")).toBe(144);
    expect(valueOf(measure(events), "max-ten-minutes")).toBe(2);
  });

  it("name the target, the source and how sure that is; a figure that is not known is no good one", () => {
    const report = measure([]);
    for (const { source, sureness, verdict, value, target } of report.values) {
      expect(source.length).toBeGreaterThan(5);
      expect(["second-hand", "from memory", "default"]).toContain(sureness);
      if (value === null) expect(verdict).toBe("unknown");
      else if (target === null) expect(verdict).toBe("no-target");
    }
    expect(report.values.find(({ id }) => id === "notices-sent")).toMatchObject({ value: null, verdict: "unknown" });
    expect(report.values.length).toBe(30);
  });

  it("know targets that are met from above, from below, and about", () => {
    expect([144, 145, 288, 289].map((value) => verdictOf(value, "low", 144, 288))).toEqual([
      "target",
      "manageable",
      "manageable",
      "beyond",
    ]);
    expect(verdictOf(94, "high", 95, 90)).toBe("manageable");
    expect([79, 20].map((value) => verdictOf(value, "mix", 80, null))).toEqual(["target", "beyond"]);
  });

  it("tell the priorities, the time to acknowledge by priority and shift, and what was in time", () => {
    const report = measure([
      call(from, "A", { priority: 1 }),
      call(from, "B", { priority: 4 }),
      call(from, "C", { priority: 1 }),
      event({
        at: from + 4 * minute,
        from: "unack-active",
        to: "ack-active",
        cause: "command",
        actor: "li",
        priority: 1,
      }),
      event({
        at: from + 9 * minute,
        alarm: "C",
        from: "unack-active",
        to: "ack-active",
        cause: "command",
        actor: "li",
        priority: 1,
      }),
    ]);
    expect(report.ack).toMatchObject([
      { priority: 1, shift: "day", count: 2, medianMs: 4 * minute, p95Ms: 9 * minute, inTime: 1 },
    ]);
    expect(valueOf(report, "acked-in-time")).toBe(50);
    expect(valueOf(report, "priority-4")).toBeCloseTo(33.3, 1);
  });

  it("take no return for an acknowledgement, and nothing that the centre says for an act of a person", () => {
    const report = measure([
      call(from, "A"),
      event({ at: from + minute, from: "unack-active", to: "normal", comment: "line is up" }),
    ]);
    expect(report.ack).toEqual([]);
    expect(valueOf(report, "no-action")).toBe(100);
    expect(report.values.find(({ id }) => id === "ack-median")).toMatchObject({ value: null, verdict: "unknown" });
  });

  it("count ten minutes with more than ten, not those with ten", () => {
    const share = (count: number): number | null =>
      valueOf(measure(Array.from({ length: count }, (_, i) => call(from + i * 1_000, `A${i}`))), "ten-minutes-over-10");
    expect([share(10), share(11)]).toEqual([0, 100 / 144]);
  });

  it("tell what stands for more than a day and what is shelved for long", () => {
    const row = (changes: Partial<KpiStanding>): KpiStanding => ({
      id: "A",
      site: "S",
      definition: "limit:w01018:hour",
      priority: 2,
      state: "ack-active",
      active: true,
      acked: true,
      onset: from,
      annunciatedAt: from,
      suppression: null,
      suppressedAt: null,
      ...changes,
    });
    const shelf = { kind: "shelved", until: null, by: "li", reason: "test", of: null, oneShot: false } as const;
    const standing = [row({}), row({ onset: from + 40 * hour }), row({ suppression: shelf, suppressedAt: from })];
    const report = measure([], { ms: 48 * hour, standing });
    expect([valueOf(report, "stale"), valueOf(report, "shelved-now"), valueOf(report, "shelved-long")]).toEqual([
      2, 1, 1,
    ]);
  });

  it("find no shelf that nobody answers for where a person and a reason are named", () => {
    const shelf = {
      at: from,
      from: "unack-active",
      to: "unack-active",
      toSuppression: "shelved",
      cause: "command",
    } as const;
    expect(valueOf(measure([event({ ...shelf, actor: "li", reason: "test" })]), "unauthorised")).toBe(0);
    expect(valueOf(measure([event({ ...shelf, actor: null })]), "unauthorised")).toBe(1);
  });

  it("lose no call between the hours: slots add up to all calls", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(24 * hour - 1), { maxLength: 300 }), (times) => {
        const ordered = times.toSorted((a, b) => a - b);
        const report = measure(ordered.map((time, i) => call(from + time, `A${i}`)));
        const sum = (slots: readonly { count: number }[]): number =>
          slots.reduce((total, { count }) => total + count, 0);
        expect([sum(report.hours), sum(report.tenMinutes), report.alarms]).toEqual(Array(3).fill(times.length));
        expect(report.tenMinutes).toHaveLength(144);
      }),
    );
  });
});

describe("bad actors", () => {
  it("are ranked by their calls, with their share and how they behave", () => {
    const events = Array.from({ length: 10 }, (_, i) => [
      call(from + i * 20_000, `A${i}`, { site: "S1" }),
      event({ at: from + i * 20_000 + 5_000, alarm: `A${i}`, site: "S1", from: "unack-active", to: "rtn-unack" }),
    ]).flat();
    const report = measure([...events, call(from + hour, "Z", { site: "S2" })]);
    expect(report.badActors).toMatchObject([
      { site: "S1", count: 10, chattering: true, fleeting: 10, raises: 10, medianActiveMs: 5_000 },
      { site: "S2", count: 1, chattering: false, proposal: null },
    ]);
    expect(report.badActors[0]?.share).toBeCloseTo(90.9, 1);
    expect(report.badActors[0]?.proposal).toMatchObject({ onDelayMs: 30_000, offDelayMs: 30_000 });
  });

  it("get no proposal where a delay could not help: means, silence, alarms that stand for hours", () => {
    const actor = (definition: string, activeMs: number): ReturnType<typeof proposeTuning> => {
      const sums = createActor("S", definition, 2);
      for (let i = 0; i < 8; i++) {
        noteRaise(sums, from + i * 3 * hour);
        noteReturn(sums, from + i * 3 * hour + activeMs);
      }
      return proposeTuning(sums);
    };
    expect(actor("limit:w01018:hour", minute)).toBeNull();
    expect(actor("silence:site", minute)).toBeNull();
    expect(actor("limit:w01018:realtime", 2 * hour)).toBeNull();
    expect(actor("limit:w01018:realtime", minute)).toMatchObject({ onDelayMs: minute, offDelayMs: null });
  });
});

describe("a flood", () => {
  const calls = (...times: number[]): { at: number; name: string }[] => times.map((at, i) => ({ at, name: `c${i}` }));

  it("begins with the eleventh call in ten minutes, and ends when fewer than five are left", () => {
    const times = Array.from({ length: 12 }, (_, i) => i * 10_000);
    const [flood, ...others] = findFloods(calls(...times), hour);
    expect(others).toEqual([]);
    expect(flood).toMatchObject({ from: 100_000, count: 12, peak: 12, first: { name: "c0" } });
    // The fifth newest leaves the window then.
    expect(flood?.to).toBe(70_000 + 10 * minute);
  });

  it("does not begin with ten, nor with eleven in more than ten minutes", () => {
    expect(findFloods(calls(...Array.from({ length: 10 }, (_, i) => i)), hour)).toEqual([]);
    expect(findFloods(calls(...Array.from({ length: 40 }, (_, i) => i * minute)), hour)).toEqual([]);
  });

  it("goes on while they keep coming, and has no end yet", () => {
    const times = Array.from({ length: 60 }, (_, i) => i * 30_000);
    expect(findFloods(calls(...times), 30 * minute)).toMatchObject([{ to: null, count: 60 }]);
  });

  it("is the same for who asks in between", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120_000), { maxLength: 80 }), (gaps) => {
        let at = 0;
        const list = gaps.map((gap) => ({ at: (at += gap) }));
        const ended: unknown[] = [];
        const watch = createFloodWatch<{ at: number }>((period) => ended.push({ ...period }));
        for (const each of list) {
          watch.at(each.at - 1);
          watch.meet(each);
        }
        const open = watch.at(at + 1);
        expect(open === null ? ended : [...ended, open]).toEqual(findFloods(list, at + 1));
      }),
    );
  });

  it("is told in groups: the gravest first, in each what came first", () => {
    const item = (id: string, at: number, site: string, priority: number): FloodItem => ({
      id,
      at,
      site,
      enterprise: "E",
      cause: "silence:site",
      priority,
    });
    const groups = groupFlood([item("b", 2, "S1", 3), item("a", 1, "S1", 4), item("c", 3, "S2", 1)], "site");
    expect(groups.map(({ key, items }) => [key, items.map(({ id }) => id)])).toEqual([
      ["S2", ["c"]],
      ["S1", ["a", "b"]],
    ]);
    expect(
      groupFlood(
        groups.flatMap(({ items }) => items),
        "enterprise",
      ),
    ).toHaveLength(1);
  });
});

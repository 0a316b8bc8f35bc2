// Limits as orders change them: versions, what is judged again, standards in their time, and two persons.

import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Limit } from "#domain/limit.ts";
import { limitInForce } from "#domain/limit.ts";
import type { Site, StandardKey } from "#domain/site.ts";
import { dayMs, dayStart, hourMs, parseDay } from "#domain/time.ts";
import { createAlarmBook } from "../alarm/book.ts";
import { createOutput, type Output } from "../output.ts";
import { createRegistry, type Registry } from "../registry.ts";
import { createLimits, type LimitsBook, type SavedLimitChanges } from "./limits.ts";

const now = Date.UTC(2026, 10, 22, 2);
const today = dayStart(now);
const sewage = { standard: "GB 18918-2002", industry: "urban wastewater treatment plant (城镇污水处理厂)" };
const class1A: StandardKey = { ...sewage, unit: "class 1A" };
const class1B: StandardKey = { ...sewage, unit: "class 1B" };

function siteOf(standard: StandardKey | null = null, version = 1, kind: Site["kind"] = "water-outfall"): Site {
  const place = { city: "130200", enterprise: null, lat: null, lon: null, mn: null, simulated: false } as const;
  const factors = kind === "water-outfall" ? ["w01018", "w00000", "w21003"] : ["a21002", "a21026", "a19001", "a20057"];
  return { id: "S", name: "S", kind, ...place, factors, intervalSeconds: 60, standard, version };
}

function limitOf(changes: Partial<Limit> = {}): Omit<Limit, "version"> {
  const { factor = "w01018", basis = "day", from = 0 } = changes;
  const id = `S:${factor}:${basis}:site:${from}`;
  const rest = { site: "S", max: 40, min: null, to: null, reason: "permit", by: "li", source: "site" };
  return { id, factor, basis, from, ...rest, ...changes };
}

const on = (receivedAt = now, seq = 7) => ({ seq, eventTime: receivedAt, receivedAt });
let told: unknown[][];
let registry: Registry;
let limits: LimitsBook;
let output: Output;

function create(saved?: SavedLimitChanges): LimitsBook {
  const agenda = { limit: (...all: unknown[]) => void told.push(all) };
  const alarms = createAlarmBook({ registry, marks: { effectiveIn: () => [] }, now });
  return createLimits({ registry, alarms, agenda }, saved);
}

function putSite(site: Site, receivedAt = now, hasData = true): void {
  const state = registry.putSite(site);
  limits.follow(state, on(receivedAt), output);
  // As if readings had come.
  if (hasData) for (const index of state.series) registry.series.columns.time[index] = now - 1000;
  else for (const index of state.series) registry.series.columns.time[index] = Number.NEGATIVE_INFINITY;
}

function beginAnew(): void {
  told = [];
  output = createOutput();
  let series = 0;
  registry = createRegistry(() => series++);
  limits = create();
  putSite(siteOf());
}

beforeEach(beginAnew);

const cod = (): Limit[] => registry.limitsOf("S").filter((limit) => limit.factor === "w01018");
const ids = () => output.state.limitVersions.map(({ limit }) => [limit.id, limit.version]);

describe("a limit", () => {
  it("gets a further version with each order about it, and all are told", () => {
    for (const max of [40, 35, 30]) limits.put([limitOf({ max })], on(), output);
    expect(output.state.limitVersions.map(({ limit }) => [limit.version, limit.max])).toEqual([
      [1, 40],
      [2, 35],
      [3, 30],
    ]);
    expect(output.state.limitVersions[0]).toMatchObject({ seq: 7, at: now });
    expect(cod()).toMatchObject([{ version: 3, max: 30 }]);
  });

  it("lets be judged again what lies under it, from its begin until now", () => {
    const from = now - 10 * dayMs;
    limits.put([limitOf({ from })], on(), output);
    limits.put([limitOf({ from, max: 35 })], on(), output);
    limits.put([limitOf({ from: from + dayMs, to: from + 2 * dayMs, max: 90 })], on(), output);
    expect(told).toEqual([
      ["S", "w01018", "day", from, now, false],
      ["S", "w01018", "day", from, now, false],
      ["S", "w01018", "day", from + dayMs, from + 2 * dayMs, false],
    ]);
  });

  it("with other words but the same numbers lets nothing be judged again", () => {
    limits.put([limitOf()], on(), output);
    limits.put([limitOf({ reason: "as in the permit of May" })], on(), output);
    expect([told.length, output.state.limitVersions.length]).toEqual([1, 2]);
  });

  it.each([
    ["that begins later", { from: now + hourMs }],
    ["for readings", { basis: "realtime" as const }],
    ["under one of the site's own that is in force", { source: "a standard", id: "S:w01018:day:other" }],
  ])("%s lets nothing be judged again", (_name, changes) => {
    limits.put([limitOf()], on(), output);
    told = [];
    limits.put([limitOf({ max: 20, ...changes })], on(), output);
    expect(told).toEqual([]);
  });

  it("at a site without any reading lets nothing be judged again", () => {
    putSite(siteOf(null, 2), now, false);
    limits.put([limitOf()], on(), output);
    expect(told).toEqual([]);
  });

  it("with another reference oxygen, and the first one of a factor that was not judged, need the means formed again", () => {
    putSite(siteOf(null, 2, "gas-outfall"));
    const order = (changes: Partial<Limit>) => limits.put([limitOf({ basis: "hour", ...changes })], on(), output);
    order({ factor: "a21002", refO2: 16 });
    order({ factor: "a21002", refO2: 16, max: 50 });
    order({ factor: "a21002", refO2: 9, max: 50 });
    // No factor that every outfall is judged by.
    order({ factor: "a20057", from: now - dayMs });
    order({ factor: "a20057", from: now - dayMs, max: 3 });
    order({ factor: "a20057", from: now - 2 * dayMs });
    expect(told.map((each) => [each[1], each.at(-1)])).toEqual([
      ["a21002", true],
      ["a21002", false],
      ["a21002", true],
      ["a20057", true],
      ["a20057", false],
      ["a20057", true],
    ]);
  });

  it("for a site or a factor that nobody knows is refused, with all that came with it", () => {
    const two = [limitOf(), limitOf({ site: "nobody" })];
    expect(limits.put(two, on(), output)).toMatchObject({ ok: false, code: "not-found" });
    const strange = [limitOf(), limitOf({ factor: "w99999" })];
    expect(limits.put(strange, on(), output)).toMatchObject({ ok: false, code: "invalid" });
    expect(cod()).toEqual([]);
  });
});

describe("the standard of a site", () => {
  it("counts from its own first day when there was none before", () => {
    putSite(siteOf(class1A, 2));
    expect(cod()).toMatchObject([{ id: "S:w01018:day:standard", max: 50, version: 1, from: parseDay("2003-07-01") }]);
  });

  it("stays as it is when the site changes otherwise", () => {
    putSite(siteOf(class1A, 2));
    const before = ids();
    told = [];
    putSite({ ...siteOf(class1A, 3), name: "renamed" }, now + 5 * dayMs);
    expect([ids(), told]).toEqual([before, []]);
  });

  it("is followed by another one from the day of the order on, and what was before stays under the old one", () => {
    putSite(siteOf(class1A, 2));
    told = [];
    putSite(siteOf(class1B, 3));
    expect([today - 1, today, now].map((time) => limitInForce(cod(), time)?.max)).toEqual([50, 60, 60]);
    expect(told).toContainEqual(["S", "w01018", "day", today, now, false]);
    expect(told.every((each) => each[3] === today)).toBe(true);
  });

  it("that is put back on the same day goes on as if nothing had been", () => {
    putSite(siteOf(class1A, 2));
    const before = cod();
    putSite(siteOf(class1B, 3));
    putSite(siteOf(class1A, 4));
    const moments = [0, today - 1, today, now, now + 400 * dayMs];
    const inForce = (list: readonly Limit[]) => moments.map((time) => limitInForce(list, time)?.id);
    expect(inForce(cod())).toEqual(inForce(before));
  });

  it("that is taken away ends with the day before", () => {
    putSite(siteOf(class1A, 2));
    putSite(siteOf(null, 3));
    expect([today - 1, today].map((time) => limitInForce(cod(), time)?.max)).toEqual([50, undefined]);
    putSite(siteOf(class1A, 4), now + 3 * dayMs);
    expect([today, today + 3 * dayMs].map((time) => limitInForce(cod(), time)?.max)).toEqual([undefined, 50]);
  });

  it("brings the limit of a factor that the site is given later from the standard's own first day", () => {
    putSite(siteOf(class1A, 2));
    const { factors } = siteOf();
    putSite({ ...siteOf(class1A, 3), factors: [...factors, "w01012"] });
    const added = registry.limitsOf("S").filter((limit) => limit.factor === "w01012");
    expect(added).toMatchObject([{ version: 1, from: parseDay("2003-07-01"), to: null }]);
  });

  it("is at every moment the one that the site had at the end of that day, whatever was ordered", () => {
    const anyOrder = fc.record({ days: fc.integer({ min: 0, max: 2 }), key: fc.constantFrom(class1A, class1B, null) });
    fc.assert(
      fc.property(fc.array(anyOrder, { minLength: 1, maxLength: 10 }), (orders) => {
        beginAnew();
        let day = 0;
        const done = orders.map(({ days, key }, i) => {
          day += days;
          putSite(siteOf(key, i + 2), now + day * dayMs);
          return { day, key };
        });
        const first = done.find(({ key }) => key !== null);
        for (let asked = -1; asked < day + 2; asked++) {
          const last = done.findLast((each) => each.day <= asked);
          const expected = first === undefined || asked < first.day ? first : last;
          const max = { [class1A.unit]: 50, [class1B.unit]: 60 }[expected?.key?.unit ?? ""];
          expect(limitInForce(cod(), now + asked * dayMs)?.max).toBe(max);
        }
      }),
    );
  });
});

describe("a proposal", () => {
  const propose = (change = "c1", author = "li", max = 30) =>
    limits.propose(
      { type: "limits.propose", change, limits: [limitOf({ max })], reason: "permit" },
      author,
      on(),
      output,
    );
  const decide = (decision: "approve" | "reject" | "withdraw", actor: string, change = "c1") =>
    limits.decide({ type: "limits.decide", change, decision, reason: "seen" }, actor, on(now + hourMs, 8), output);

  it("changes nothing until another person than its author approves it", () => {
    propose();
    expect([cod(), told, output.state.limitVersions]).toEqual([[], [], []]);
    expect(decide("approve", "li")).toMatchObject({ ok: false, code: "conflict" });
    expect(cod()).toEqual([]);
    const done = decide("approve", "wang");
    expect(done).toMatchObject({
      ok: true,
      objects: ["limit-change:c1", "S:w01018:day:site:0"],
      says: "c1 proposed by li: permit",
    });
    expect(cod()).toMatchObject([{ max: 30, by: "li", version: 1 }]);
    expect(output.state.limitChanges.get("c1")).toMatchObject({
      status: "approved",
      by: "li",
      decidedBy: "wang",
      seq: 8,
    });
  });

  it("is rejected by others, withdrawn by its author, and decided about once", () => {
    propose("c1");
    propose("c2");
    expect(decide("withdraw", "wang", "c1")).toMatchObject({ ok: false, code: "illegal" });
    expect(decide("withdraw", "li", "c1")).toMatchObject({ ok: true });
    expect(decide("reject", "wang", "c2")).toMatchObject({ ok: true });
    expect(decide("approve", "wang", "c2")).toMatchObject({ ok: false, code: "not-found" });
    expect([...output.state.limitChanges.values()].map(({ status }) => status)).toEqual(["withdrawn", "rejected"]);
    expect(cod()).toEqual([]);
  });

  it("waits through a restart", () => {
    propose();
    limits = create(structuredClone(limits.save()));
    expect(decide("approve", "wang")).toMatchObject({ ok: true });
    expect([cod().length, limits.save()]).toEqual([1, []]);
  });

  it("for a site that nobody knows is refused at once", () => {
    const command = {
      type: "limits.propose",
      change: "c",
      limits: [limitOf({ site: "nobody" })],
      reason: "x",
    } as const;
    expect(limits.propose(command, "li", on(), output)).toMatchObject({ ok: false, code: "not-found" });
    expect(output.state.limitChanges.size).toBe(0);
  });
});

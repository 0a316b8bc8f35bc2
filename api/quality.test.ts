// The rates of data quality: what is due, how outfalls and groups are formed, and how long a month of a province takes.

import { describe, expect, it } from "vitest";
import type { JudgedDay, JudgedHours } from "#domain/judged.ts";
import { noParts } from "#domain/rules/validity.ts";
import type { Site } from "#domain/site.ts";
import { assessedOf, countDay, countHoursOver, createQualityBook, type QualityScope } from "./quality.ts";

function makeSite(id: string, parts: Partial<Site> = {}): Site {
  return {
    id,
    name: id,
    kind: "water-outfall",
    city: "130200",
    enterprise: "mill",
    lat: null,
    lon: null,
    factors: ["w01018", "w21003", "w00000"],
    intervalSeconds: 60,
    standard: null,
    mn: null,
    simulated: false,
    version: 1,
    ...parts,
  };
}

const whole: JudgedHours = { due: 24, received: 24, valid: 24, stopped: 0, marked: 0 };

function makeDay(site: string, factor: string, hours: Partial<JudgedHours> = {}, day = "2026-11-02"): JudgedDay {
  const verdicts = { within: 0, exceeding: 0, unknown: 0 };
  return {
    site,
    day,
    factor,
    hours: { ...whole, ...hours },
    parts: noParts,
    hourVerdicts: verdicts,
    dayVerdicts: verdicts,
    value: null,
    isValid: true,
    why: null,
    rule: null,
    unit: "mg/L",
    kg: null,
    seq: 1,
    at: 1,
  };
}

function book(sites: readonly Site[], scope: QualityScope = "site", firstDay: string | undefined = "2026-11-01") {
  const keyOf = (site: Site) => (scope === "site" ? site.id : scope === "city" ? site.city : (site.enterprise ?? ""));
  return createQualityBook(
    sites.map((site) => ({ site, firstDay })),
    scope,
    keyOf,
  );
}

describe("what is due", () => {
  it("of a day that brought nothing every hour is due and missing", () => {
    expect(countDay(undefined, 24)).toEqual({ due: 24, received: 0, valid: 0, stopped: 0, marked: 0 });
  });

  it("stopped hours are not due", () => {
    const hours = { due: 20, received: 18, valid: 17, stopped: 4, marked: 1 };
    expect(countDay(hours, 24)).toEqual({ due: 20, received: 18, valid: 17, stopped: 4, marked: 1 });
  });

  it("of the running day only the hours that are over are due, and those that came are", () => {
    expect(countDay({ due: 24, received: 9, valid: 9, stopped: 0, marked: 0 }, 10)).toMatchObject({ due: 10 });
    expect(countDay({ due: 24, received: 10, valid: 9, stopped: 0, marked: 0 }, 9)).toMatchObject({ due: 10 });
  });

  it("an hour is asked for a quarter of an hour after its end, and a day has 24", () => {
    const start = Date.parse("2026-11-02T00:00:00+08:00");
    const over = (time: string) => countHoursOver(start, Date.parse(`2026-11-${time}:00+08:00`));
    expect(["02T01:14", "02T01:15", "02T23:59", "03T00:14", "03T00:15", "04T00:00"].map(over)).toEqual([
      0, 1, 23, 23, 24, 24,
    ]);
    expect(over("01T12:00")).toBe(0);
  });

  it("a site counts from its first judged day on, and one that never sent anything not at all", () => {
    const late = createQualityBook(
      [
        { site: makeSite("A"), firstDay: "2026-11-02" },
        { site: makeSite("B"), firstDay: undefined },
      ],
      "site",
      ({ id }) => id,
    );
    for (const day of ["2026-11-01", "2026-11-02", "2026-11-03"]) late.addDay(day, 24, []);
    const [row, ...others] = late.rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ key: "A", due: 96, received: 0, effective: 0, validity: null });
    expect(row?.days.map(({ due }) => due)).toEqual([0, 48, 48]);
    expect(row?.days[0]?.effective).toBeNull();
  });

  it("only assessed factors that are on the site's list count", () => {
    expect(assessedOf(makeSite("A"))).toEqual(["w01018", "w21003"]);
    expect(assessedOf(makeSite("A", { factors: ["w01018"] }))).toEqual(["w01018"]);
    expect(assessedOf(makeSite("A", { kind: "noise" }))).toEqual([]);
    const one = book([makeSite("A", { factors: ["w01018"] })]);
    one.addDay("2026-11-02", 24, [makeDay("A", "w01018"), makeDay("A", "w01001", { received: 0, valid: 0 })]);
    expect(one.rows()[0]).toMatchObject({ due: 24, received: 24, effective: 1 });
  });
});

describe("rates", () => {
  it("an outfall is the mean over its factors, a city sum over sum", () => {
    const sites = [makeSite("A"), makeSite("B", { factors: ["w01018"] })];
    const days = [
      makeDay("A", "w01018", { received: 12, valid: 12 }),
      makeDay("A", "w21003", { due: 8, received: 8, valid: 8, stopped: 16 }),
      makeDay("B", "w01018", { received: 24, valid: 18 }),
    ];
    const outfalls = book(sites);
    outfalls.addDay("2026-11-02", 24, days);
    const [a, b] = outfalls.rows();
    expect(a?.effective).toBeCloseTo((12 / 24 + 8 / 8) / 2, 12);
    expect(b).toMatchObject({ transmission: 1, validity: 0.75, effective: 0.75 });
    const cities = book(sites, "city");
    cities.addDay("2026-11-02", 24, days);
    expect(cities.rows()).toHaveLength(1);
    expect(cities.rows()[0]).toMatchObject({ key: "130200", sites: 2, due: 56, received: 44, valid: 38 });
    expect(cities.rows()[0]?.effective).toBeCloseTo(38 / 56, 12);
    expect(cities.total().effective).toBe(cities.rows()[0]?.effective);
  });

  it("the rate of a whole is transmission × validity", () => {
    const one = book([makeSite("A", { factors: ["w01018"] })]);
    one.addDay("2026-11-02", 24, [makeDay("A", "w01018", { received: 20, valid: 15 })]);
    const [row] = one.rows();
    expect((row?.transmission ?? 0) * (row?.validity ?? 0)).toBeCloseTo(row?.effective ?? 1, 12);
  });
});

it("a month of 1,211 outfalls is added up in well under a second of work", () => {
  const sites = Array.from({ length: 1_211 }, (_, n) => makeSite(`S-${n}`));
  const month = book(sites);
  const days = Array.from({ length: 30 }, (_, n) => `2026-11-${String(n + 1).padStart(2, "0")}`);
  const rows = days.map((day) =>
    sites.flatMap(({ id }) => [makeDay(id, "w01018", {}, day), makeDay(id, "w21003", { valid: 20 }, day)]),
  );
  // Time of the processor: other work of the machine is not what is measured.
  const begun = process.threadCpuUsage();
  for (const [n, day] of days.entries()) month.addDay(day, 24, rows[n] ?? []);
  const answer = month.rows();
  const { user, system } = process.threadCpuUsage(begun);
  expect((user + system) / 1_000).toBeLessThan(1_000);
  expect(answer).toHaveLength(1_211);
  expect(answer[0]?.effective).toBeCloseTo((1 + 20 / 24) / 2, 12);
});

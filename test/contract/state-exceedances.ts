// What the state store answers about exceedances and judged days, as a suite for every implementation: what is known now and
// what was known then, versions, filters, pages.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Exceedance, ExceedingWindow, JudgedDay, VerdictRange } from "#domain/judged.ts";
import { noParts } from "#domain/rules/validity.ts";
import { dayMs, hourMs } from "#domain/time.ts";
import type { ExceedanceFilter } from "#store/state/state.ts";
import type { OpenedState } from "./state.ts";
import { makeBatch, makeSite, onset } from "./state-rows.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const known = Date.parse("2026-11-23T00:00:00Z");

function makeWindow(start: number, value = 60): ExceedingWindow {
  return {
    start,
    end: start + hourMs,
    value,
    compared: value,
    bound: 50,
    side: "max",
    unit: "mg/m³",
    multiple: 0.2,
    method: "rounded",
    valid: 60,
    due: 60,
    correctedTo: null,
    limitId: "L",
    limitVersion: 1,
    source: "site",
    rule: "compare.rounded",
    sureness: "from memory",
  };
}

function makeRange(exceeding: readonly ExceedingWindow[], parts: Partial<VerdictRange> = {}): VerdictRange {
  const key = { site: "G-1", factor: "a21026", basis: "hour", from: t0, to: t0 + dayMs } as const;
  return { ...key, cause: "closed", seq: 10, at: known, exceeding, marked: [], ...parts };
}

function makeJudgedDay(day: string, site: string, factor: string): JudgedDay {
  const verdicts = { within: 23, exceeding: 1, unknown: 0 };
  return {
    day,
    site,
    factor,
    parts: noParts,
    hourVerdicts: verdicts,
    dayVerdicts: verdicts,
    value: 1,
    isValid: true,
    hours: { due: 24, received: 24, valid: 23, stopped: 0, marked: 1 },
    why: null,
    rule: null,
    unit: "mg/m³",
    kg: null,
    seq: 10,
    at: onset,
  };
}

export function describeExceedanceState(name: string, open: () => Promise<OpenedState>): void {
  describe(`exceedances and judged days in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    async function list(filter: Partial<ExceedanceFilter> = {}): Promise<Exceedance[]> {
      return (await opened.reader.exceedances({ limit: 100, ...filter })).items;
    }

    it("what was known at a time is answered as it was known then, newer versions or not", async () => {
      await opened.writer.commit(makeBatch(1, { verdicts: [makeRange([makeWindow(t0), makeWindow(t0 + hourMs)])] }));
      const corrected = makeRange([makeWindow(t0, 70)], { cause: "late", seq: 20, at: known + 1_000 });
      await opened.writer.commit(makeBatch(2, { verdicts: [corrected] }));
      expect((await list()).map(({ start, value, status }) => [start, value, status])).toEqual([
        [t0 + hourMs, 60, "withdrawn"],
        [t0, 70, "confirmed"],
      ]);
      const then = await list({ asOf: known + 999 });
      expect(then.map(({ value, version, status }) => [value, version, status])).toEqual([
        [60, 1, "confirmed"],
        [60, 1, "confirmed"],
      ]);
      expect(await list({ asOf: known - 1 })).toEqual([]);
      expect(await list({ asOf: known + 1_000 })).toEqual(await list());
    });

    it("all versions of a window are kept, oldest first", async () => {
      await opened.writer.commit(makeBatch(1, { verdicts: [makeRange([makeWindow(t0)])] }));
      const marked = makeRange([], { cause: "mark", seq: 20, at: known + 1_000, marked: [t0] });
      await opened.writer.commit(makeBatch(2, { verdicts: [marked] }));
      const key = { site: "G-1", factor: "a21026", basis: "hour", start: t0 } as const;
      const versions = await opened.reader.exceedanceVersions(key);
      expect(versions.map(({ version, status, at, supersededAt }) => [version, status, at, supersededAt])).toEqual([
        [1, "confirmed", known, known + 1_000],
        [2, "marked", known + 1_000, null],
      ]);
      expect(await opened.reader.exceedanceVersions({ ...key, basis: "day" })).toEqual([]);
      expect((await list({ statuses: ["marked"] })).map(({ version }) => version)).toEqual([2]);
      expect((await list({ statuses: ["superseded"] })).map(({ version }) => version)).toEqual([1]);
      expect(await list({ statuses: ["confirmed"] })).toEqual([]);
      expect((await list({ statuses: ["confirmed"], asOf: known })).map(({ version }) => version)).toEqual([1]);
    });

    it("filters by site, city, enterprise, factor, basis and time each leave out what they should", async () => {
      const sites = [
        makeSite("G-1", { city: "130200", enterprise: "first" }),
        makeSite("G-2", { city: "130300", enterprise: "second" }),
      ];
      const verdicts = [
        makeRange([makeWindow(t0)]),
        makeRange([makeWindow(t0)], { site: "G-2", factor: "a21002" }),
        makeRange([makeWindow(t0 + hourMs)], { site: "G-2", basis: "day" }),
      ];
      await opened.writer.commit(makeBatch(1, { sites, verdicts }));
      const idsOf = async (filter: Partial<ExceedanceFilter>) => (await list(filter)).map(({ id }) => id);
      const [first, second, third] = [
        `G-1:a21026:hour:${t0}`,
        `G-2:a21002:hour:${t0}`,
        `G-2:a21026:day:${t0 + hourMs}`,
      ];
      expect(await idsOf({})).toEqual([third, second, first]);
      expect(await idsOf({ site: "G-1" })).toEqual([first]);
      expect(await idsOf({ city: "130300" })).toEqual([third, second]);
      expect(await idsOf({ enterprise: "first" })).toEqual([first]);
      expect(await idsOf({ factor: "a21002" })).toEqual([second]);
      expect(await idsOf({ basis: "day" })).toEqual([third]);
      expect(await idsOf({ from: t0 + 1 })).toEqual([third]);
      expect(await idsOf({ to: t0 + 1 })).toEqual([second, first]);
    });

    it("pages follow each other without hole or repetition", async () => {
      const windows = Array.from({ length: 7 }, (_, hour) => makeWindow(t0 + hour * hourMs));
      await opened.writer.commit(makeBatch(1, { verdicts: [makeRange(windows)] }));
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await opened.reader.exceedances({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.total).toBe(7);
        seen.push(...page.items.map(({ start }) => start));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(windows.map(({ start }) => start).toReversed());
    });

    it("starts in a range are those that stand, as known at a time", async () => {
      const windows = [0, 1, 2, 3].map((hour) => makeWindow(t0 + hour * hourMs));
      await opened.writer.commit(makeBatch(1, { verdicts: [makeRange(windows)] }));
      await opened.writer.commit(
        makeBatch(2, { verdicts: [makeRange(windows.slice(1), { seq: 20, at: known + 1_000 })] }),
      );
      const series = { site: "G-1", factor: "a21026", basis: "hour", from: t0, to: t0 + 3 * hourMs } as const;
      expect(await opened.reader.exceedingStarts(series)).toEqual([t0 + hourMs, t0 + 2 * hourMs]);
      expect(await opened.reader.exceedingStarts({ ...series, asOf: known })).toEqual([
        t0,
        t0 + hourMs,
        t0 + 2 * hourMs,
      ]);
    });

    it("judged days are read of one site over days, of all sites for one day, and of each site the first", async () => {
      const days = [
        makeJudgedDay("2026-11-21", "G-1", "a21026"),
        makeJudgedDay("2026-11-22", "G-1", "a21026"),
        makeJudgedDay("2026-11-22", "G-1", "a34013"),
        makeJudgedDay("2026-11-22", "G-2", "a21026"),
      ];
      await opened.writer.commit(makeBatch(1, { sites: [makeSite("G-1"), makeSite("G-2"), makeSite("G-3")] }));
      await opened.writer.commit(makeBatch(2, { judgedDays: days }));
      const { reader } = opened;
      expect(await reader.judgedDays({ site: "G-1", from: "2026-11-21", to: "2026-11-23" })).toEqual(days.slice(0, 3));
      const some = { site: "G-1", from: "2026-11-22", to: "2026-11-23", factors: ["a34013"] };
      expect(await reader.judgedDays(some)).toEqual([days[2]]);
      expect(await reader.judgedHours("2026-11-22", ["a21026"])).toEqual(
        [days[1], days[3]].map((row) => ({ site: row?.site, factor: row?.factor, hours: row?.hours })),
      );
      expect(await reader.judgedHours("2026-11-20", ["a21026"])).toEqual([]);
      expect(await reader.firstJudgedDays()).toEqual(
        new Map([
          ["G-1", "2026-11-21"],
          ["G-2", "2026-11-22"],
        ]),
      );
      expect(await reader.firstJudgedDays("G-2")).toEqual(new Map([["G-2", "2026-11-22"]]));
    });
  });
}

// What the state store keeps of loggers, as a suite for every implementation: cards are added up, facts, gaps and findings
// replaced, changes appended.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FieldMeanFinding } from "#domain/field-mean.ts";
import { addDrift, createLoggerDay, type LoggerChange, type LoggerDay, type LoggerFacts } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import { hourMs } from "#domain/time.ts";
import type { OpenedState } from "./state.ts";
import { makeBatch, onset } from "./state-rows.ts";

const day = "2026-11-22";

function makeDay(site: string, packets: number, of = day): LoggerDay {
  const row = { ...createLoggerDay(of, site), frames: packets, packets };
  addDrift(row.drift, 1_000 * packets);
  return { ...row, commands: { "2061": packets }, excerpt: packets === 1 ? "##" : "" };
}

function makeFacts(site: string, heardAt: number | null): LoggerFacts {
  const rest = { edition: "2017", st: "32", firstAt: onset, door: "hj212", driftMs: 5, address: "10.0.0.7" } as const;
  return { ...rest, site, mn: "M", heardAt, lineSeenAt: null, realtimeSeconds: 60 };
}

function makeGaps(site: string, next: number, spans: LoggerGaps["spans"] = []): LoggerGaps {
  return { site, kind: "hour", stepMs: hourMs, stepFrom: "fixed", since: onset, next, spans, joined: 0 };
}

function makeChange(seq: number, part: number, at = onset): LoggerChange {
  return { seq, part, site: "L-1", at, kind: "parameter", code: "i13001", factor: "w01018", value: "1", before: null };
}

function makeFinding(start: number, parts: Partial<FieldMeanFinding> = {}): FieldMeanFinding {
  const numbers = { ours: 40, theirs: 50, difference: 10, tolerance: 5, valid: 60 };
  const key = { kind: "field-mean", site: "L-1", factor: "w01018", basis: "hour", start } as const;
  const rest = { unit: "mg/L", class: "water-concentration", status: "open", version: 1, seq: 9, at: onset } as const;
  return { ...key, ...numbers, ...rest, ...parts };
}

export function describeLoggerState(name: string, open: () => Promise<OpenedState>): void {
  describe(`loggers in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("cards of one day are added up, also over a restart; every other day is another card", async () => {
      await opened.writer.commit(makeBatch(1, { loggerDays: [makeDay("L-1", 1), makeDay("L-2", 5)] }));
      opened = await opened.reopen();
      await opened.writer.commit(makeBatch(2, { loggerDays: [makeDay("L-1", 3), makeDay("L-1", 7, "2026-11-23")] }));
      const rows = await opened.reader.loggerDays({ site: "L-1", from: day, to: "2026-11-23" });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({
        packets: 4,
        commands: { "2061": 4 },
        excerpt: "##",
        drift: { count: 2, sumMs: 4_000, leastMs: 1_000, greatestMs: 3_000 },
      });
      const all = await opened.reader.loggerDays({ from: day, to: "2026-11-24" });
      expect(all.map((row) => [row.day, row.site, row.packets])).toEqual([
        [day, "L-1", 4],
        [day, "L-2", 5],
        ["2026-11-23", "L-1", 7],
      ]);
    });

    it("facts and gaps are as they were written last", async () => {
      const span = { from: onset, to: onset + hourMs, stepMs: hourMs };
      const first = {
        loggers: [makeFacts("L-1", null), makeFacts("L-2", 1)],
        loggerGaps: [makeGaps("L-1", onset, [span])],
      };
      await opened.writer.commit(makeBatch(1, first));
      const later = {
        loggers: [makeFacts("L-1", 7)],
        loggerGaps: [makeGaps("L-1", onset + hourMs), makeGaps("L-3", 1)],
      };
      await opened.writer.commit(makeBatch(2, later));
      expect((await opened.reader.loggers()).map(({ site, heardAt }) => [site, heardAt])).toEqual([
        ["L-1", 7],
        ["L-2", 1],
      ]);
      expect(await opened.reader.logger("L-9")).toBeNull();
      expect(await opened.reader.loggerGaps({ site: "L-1", kind: "hour" })).toEqual([makeGaps("L-1", onset + hourMs)]);
      expect(await opened.reader.loggerGaps({ kind: "day" })).toEqual([]);
    });

    it("a change that is written again in a replay is there once; the newest comes first", async () => {
      const loggerChanges = [makeChange(5, 0), makeChange(5, 1), makeChange(6, 0, onset + 1)];
      await opened.writer.commit(makeBatch(6, { loggerChanges }));
      await opened.writer.commit(makeBatch(6, { loggerChanges }));
      const filter = { site: "L-1", from: onset, to: onset + 2, limit: 10 };
      const found = await opened.reader.loggerChanges(filter);
      expect(found.map(({ seq, part }) => [seq, part])).toEqual([
        [6, 0],
        [5, 1],
        [5, 0],
      ]);
      expect(await opened.reader.loggerChanges({ ...filter, to: onset + 1, limit: 1 })).toEqual([makeChange(5, 1)]);
    });

    it("a finding that is superseded replaces what it was; pages go by window, newest first", async () => {
      const findings = [makeFinding(onset), makeFinding(onset + hourMs), makeFinding(onset, { site: "L-2" })];
      await opened.writer.commit(makeBatch(1, { findings }));
      const after = makeFinding(onset, { status: "superseded", version: 2, difference: 0 });
      await opened.writer.commit(makeBatch(2, { findings: [after] }));
      const first = await opened.reader.findings({ limit: 2 });
      expect(first).toMatchObject({ total: 3, items: [{ start: onset + hourMs }, { site: "L-2" }] });
      const second = await opened.reader.findings({ limit: 2, cursor: first.next ?? "" });
      expect(second).toMatchObject({ items: [after], next: null });
      expect((await opened.reader.findings({ status: "open", site: "L-1", limit: 9 })).items).toEqual([findings[1]]);
      expect((await opened.reader.findings({ from: onset + 1, to: onset + hourMs, limit: 9 })).total).toBe(0);
    });
  });
}

// What the state store makes of verdicts: versions of exceedances, of which the newest stands. Asked of the tables themselves,
// so that no reader can hide a row.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Exceedance, ExceedingWindow, JudgedDay, VerdictRange } from "#domain/judged.ts";
import type { Hint } from "#domain/hint.ts";
import type { Limit } from "#domain/limit.ts";
import type { Mark } from "#domain/mark.ts";
import { hourMs } from "#domain/time.ts";
import { createSqliteState, type SqliteState } from "#store/state/sqlite.ts";
import { makeBatch, onset } from "./state-rows.ts";

const root = mkdtempSync(join(tmpdir(), "plumeline-judged-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const begin = Math.floor(onset / hourMs) * hourMs;

function makeWindow(hour: number, value: number, parts: Partial<ExceedingWindow> = {}): ExceedingWindow {
  const start = begin + hour * hourMs;
  const limit = { bound: 50, side: "max", limitId: "L", limitVersion: 1, source: "GB 1", correctedTo: null } as const;
  const said = { unit: "mg/m3", method: "rounded", rule: "comparison.general", sureness: "verified" } as const;
  const counts = { valid: 60, due: 60, multiple: (value - 50) / 50 };
  return { start, end: start + hourMs, value, compared: value, ...limit, ...said, ...counts, ...parts };
}

function makeRange(
  seq: number,
  exceeding: readonly ExceedingWindow[],
  parts: Partial<VerdictRange> = {},
): VerdictRange {
  const series = { site: "G-1", factor: "a21002", basis: "hour" } as const;
  const span = { from: begin, to: begin + 24 * hourMs, cause: "closed" } as const;
  return { ...series, ...span, seq, at: onset + seq * 1_000, exceeding, marked: [], ...parts };
}

describe("exceedances in the state store", () => {
  let files = 0;
  let file: string;
  let state: SqliteState;
  let cursor = 0;

  beforeEach(async () => {
    cursor = 0;
    file = join(root, `state-${++files}.sqlite`);
    state = createSqliteState({ file, log: { info: () => undefined } });
    await state.start();
  });
  afterEach(() => state.stop());

  function rowsOf(table: string): Record<string, unknown>[] {
    const db = new DatabaseSync(file, { readOnly: true });
    const rows = db.prepare(`select * from ${table}`).all();
    db.close();
    return rows;
  }

  async function judge(...verdicts: VerdictRange[]): Promise<void> {
    await state.commit(makeBatch(++cursor, { verdicts }));
  }

  function versions(hour: number): Exceedance[] {
    const rows = rowsOf("exceedances").filter((row) => row["start"] === begin + hour * hourMs);
    return rows.map((row) => {
      const version = JSON.parse(String(row["body"])) as Exceedance;
      // What rows are searched by is what they say.
      expect([row["version"], row["status"], row["at"], row["superseded_at"]]).toEqual([
        version.version,
        version.status,
        version.at,
        version.supersededAt,
      ]);
      return version;
    });
  }

  const standing = (hour: number): string | undefined =>
    versions(hour).find(({ supersededAt }) => supersededAt === null)?.status;

  it("a window that exceeds is a confirmed version; windows that never exceeded leave no row", async () => {
    await judge(makeRange(1, [makeWindow(3, 80)]));
    expect(rowsOf("exceedances")).toHaveLength(1);
    const [only] = versions(3);
    const known = { seq: 1, at: onset + 1_000, supersededAt: null, cause: "closed" };
    const id = `G-1:a21002:hour:${begin + 3 * hourMs}`;
    expect(only).toMatchObject({ id, version: 1, status: "confirmed", value: 80, ...known });
  });

  it("the same verdict again, also after a restart, changes nothing", async () => {
    await judge(makeRange(1, [makeWindow(3, 80)]));
    const before = rowsOf("exceedances");
    await judge(makeRange(2, [makeWindow(3, 80)]), makeRange(2, [makeWindow(3, 80)], { cause: "recompute" }));
    await state.stop();
    await state.start();
    await judge(makeRange(1, [makeWindow(3, 80)]));
    expect(rowsOf("exceedances")).toEqual(before);
  });

  it.each<[string, Partial<ExceedingWindow>]>([
    ["value", { value: 81 }],
    ["compared value", { compared: 81 }],
    ["bound", { bound: 40 }],
    ["limit", { limitId: "M" }],
    ["version of the limit", { limitVersion: 2 }],
    ["number of valid parts", { valid: 59 }],
  ])("another %s is a further version, and the one before is superseded when it came", async (_, changed) => {
    await judge(makeRange(1, [makeWindow(3, 80), makeWindow(4, 70)]));
    await judge(makeRange(5, [makeWindow(3, 80, changed), makeWindow(4, 70)], { cause: "late" }));
    const found = versions(3);
    expect(found.map(({ version, status, cause }) => [version, status, cause])).toEqual([
      [1, "confirmed", "closed"],
      [2, "confirmed", "late"],
    ]);
    expect(found[0]?.supersededAt).toBe(onset + 5_000);
    expect(found[1]).toMatchObject({ ...changed, at: onset + 5_000, supersededAt: null });
    expect(versions(4)).toHaveLength(1);
  });

  it("what exceeds no more is marked when a mark took it out, else withdrawn, and keeps its numbers", async () => {
    await judge(makeRange(1, [makeWindow(3, 80), makeWindow(4, 70)]));
    await judge(makeRange(2, [], { marked: [begin + 3 * hourMs], cause: "mark" }));
    expect([standing(3), standing(4)]).toEqual(["marked", "withdrawn"]);
    expect(versions(3)[1]).toMatchObject({ value: 80, version: 2, cause: "mark" });
    await judge(makeRange(3, []));
    expect([standing(3), standing(4)]).toEqual(["withdrawn", "withdrawn"]);
    await judge(makeRange(4, [makeWindow(3, 80), makeWindow(4, 70)]));
    expect(versions(3).map(({ status }) => status)).toEqual(["confirmed", "marked", "withdrawn", "confirmed"]);
    expect(versions(4).map(({ status }) => status)).toEqual(["confirmed", "withdrawn", "confirmed"]);
  });

  it("a verdict is of its own windows, factor, basis and site alone", async () => {
    await judge(makeRange(1, [makeWindow(3, 80), makeWindow(9, 90)]));
    await judge(
      makeRange(2, [], { factor: "a21026" }),
      makeRange(2, [], { site: "G-2" }),
      makeRange(2, [], { basis: "day" }),
      makeRange(2, [], { to: begin + 3 * hourMs }),
      makeRange(2, [], { from: begin + 4 * hourMs, to: begin + 9 * hourMs }),
    );
    expect([standing(3), standing(9)]).toEqual(["confirmed", "confirmed"]);
    expect(rowsOf("exceedances")).toHaveLength(2);
  });

  it("an older verdict does not overrule a newer one", async () => {
    await judge(makeRange(7, [makeWindow(3, 80)]));
    await judge(makeRange(6, []), makeRange(6, [makeWindow(3, 95)]));
    expect(versions(3)).toMatchObject([{ value: 80, seq: 7, supersededAt: null }]);
  });

  it("of every time there is exactly one version known then, back to the first", async () => {
    await judge(makeRange(1, [makeWindow(3, 80)]));
    await judge(makeRange(3, [makeWindow(3, 90)]));
    await judge(makeRange(5, []));
    const knownAt = (seq: number): number[] =>
      versions(3)
        .filter(({ at, supersededAt }) => at <= onset + seq * 1_000 && onset + seq * 1_000 < (supersededAt ?? Infinity))
        .map(({ version }) => version);
    expect([0, 1, 2, 3, 4, 5, 6].map(knownAt)).toEqual([[], [1], [1], [2], [2], [3], [3]]);
  });

  it("a batch that fails leaves no version behind", async () => {
    await judge(makeRange(1, [makeWindow(3, 80)]));
    const broken = { ...makeRange(2, [makeWindow(3, 95)]), at: Number.NaN };
    await expect(judge(broken)).rejects.toMatchObject({ code: "state-write" });
    expect(versions(3)).toMatchObject([{ value: 80, supersededAt: null }]);
  });

  it("days, marks, changes of limits and hints are replaced by their keys; versions of limits are all kept", async () => {
    const counts = { within: 20, exceeding: 1, unknown: 3 };
    const parts = { due: 0, received: 0, valid: 0, marked: 0, excluded: {}, missing: 0, surplus: 0 };
    const hours = { due: 24, received: 24, valid: 21, stopped: 0, marked: 0 };
    const verdicts = { hourVerdicts: counts, dayVerdicts: counts, parts, hours };
    const found = { value: 1, isValid: true, why: null, rule: "validity.flue-gas.day", unit: "mg/m3", kg: 3 };
    const day: JudgedDay = { site: "G-1", day: "2026-11-21", factor: "a21002", ...verdicts, ...found, seq: 1, at: 1 };
    const span = { from: begin, to: begin + hourMs };
    const undecided = { decidedBy: null, decidedAt: null, decision: null };
    const entered = { status: "entered", by: "li", at: 1, seq: 1, evidence: [], version: 1 } as const;
    const ofMark = { id: "M-1", site: "G-1", factors: null, label: "calibration", reason: "span gas" } as const;
    const mark: Mark = {
      ...ofMark,
      ...span,
      ...entered,
      ...undecided,
    };
    const finding = { rule: "R1", factors: [], day: "2026-11-21", score: 0.5, facts: {} };
    const hint: Hint = {
      ...finding,
      id: "H-1",
      version: 1,
      site: "G-1",
      status: "open",
      seq: 1,
      at: 1,
      ...span,
      ...undecided,
    };
    const inForce = { basis: "hour", from: 0, to: null, reason: "permit", by: "li", source: "site" } as const;
    const limit: Limit = { id: "L", version: 1, site: "G-1", factor: "a21002", max: 50, min: null, ...inForce };
    const change = { id: "C-1", status: "draft", limits: [limit], reason: "r", by: "li", at: 1, seq: 1 } as const;
    await state.commit(
      makeBatch(1, {
        judgedDays: [day, { ...day, value: 2 }],
        marks: [mark, { ...mark, status: "withdrawn" }],
        hints: [hint, { ...hint, status: "gone" }],
        limitChanges: [{ ...change, ...undecided }],
        limitVersions: [{ limit, seq: 1, at: 1 }],
      }),
    );
    await state.commit(
      makeBatch(2, {
        limitChanges: [{ ...change, ...undecided, status: "approved" }],
        limitVersions: [
          { limit: { ...limit, max: 1 }, seq: 1, at: 1 },
          { limit: { ...limit, max: 40, version: 2 }, seq: 2, at: 2 },
        ],
      }),
    );
    const bodies = (table: string): unknown[] => rowsOf(table).map((row) => JSON.parse(String(row["body"])) as unknown);
    expect(bodies("judged_days")).toEqual([{ ...day, value: 2 }]);
    expect(bodies("marks")).toEqual([{ ...mark, status: "withdrawn" }]);
    expect(bodies("hints")).toEqual([{ ...hint, status: "gone" }]);
    expect(bodies("limit_changes")).toMatchObject([{ status: "approved" }]);
    expect(bodies("limit_versions")).toMatchObject([{ limit: { max: 50 } }, { limit: { max: 40 } }]);
    expect(rowsOf("marks")).toMatchObject([{ status: "withdrawn", from_ms: begin }]);
    expect(rowsOf("hints")).toMatchObject([{ status: "gone", score: 0.5 }]);
  });
});

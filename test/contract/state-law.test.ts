// What the state store answers about limits in two times, proposals and marks: the same as plain arithmetic over all rows says.

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Limit, limitInForce } from "#domain/limit.ts";
import type { LimitChange, LimitVersion } from "#domain/limit-change.ts";
import { type Mark, markStatuses } from "#domain/mark.ts";
import { createSqliteState, type SqliteState } from "#store/state/sqlite.ts";
import type { Page } from "#store/state/state.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { makeBatch } from "./state-rows.ts";

let temp: TempDir;
let files = 0;
beforeAll(async () => {
  temp = await createTempDir("state-law");
});
afterAll(() => temp.remove());

async function open(file = join(temp.path, `state-${++files}.sqlite`)): Promise<SqliteState> {
  const state = createSqliteState({ file, log: createSilentLog() });
  await state.start();
  return state;
}

async function readAll<T>(page: (at: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const { items: more, total, next }: Page<T> = await page(cursor === null ? {} : { cursor });
    items.push(...more);
    expect(next === null ? total : items.length).toBe(items.length);
    cursor = next;
  } while (cursor !== null);
  return items;
}

const anyLimit = fc.record({
  site: fc.constantFrom("S1", "S2"),
  factor: fc.constantFrom("a21002", "a21026"),
  basis: fc.constantFrom("hour" as const, "day" as const),
  own: fc.boolean(),
  from: fc.integer({ min: 0, max: 9 }),
  length: fc.option(fc.integer({ min: 0, max: 6 })),
  max: fc.integer({ min: 1, max: 9 }),
});

describe("limits", () => {
  it("as known then and in force then are those that all versions together say", async () => {
    const anyOrders = fc.array(fc.array(anyLimit, { maxLength: 3 }), { maxLength: 8 });
    const anyTime = fc.option(fc.integer({ min: -1, max: 10 }), { nil: undefined });
    const check = fc.asyncProperty(anyOrders, anyTime, anyTime, async (orders, asOf, knownAt) => {
      const state = await open();
      const current = new Map<string, Limit>();
      const versions: LimitVersion[] = [];
      for (const [at, order] of orders.entries()) {
        for (const { own, length, ...rest } of order) {
          const source = own ? "site" : "GB 1";
          const id = `${rest.site}:${rest.factor}:${rest.basis}:${source}:${rest.from}`;
          if (versions.some(({ limit, seq }) => limit.id === id && seq === at)) continue;
          const version = (current.get(id)?.version ?? 0) + 1;
          const to = length === null ? null : rest.from + length;
          const limit: Limit = { id, ...rest, to, min: null, reason: "permit", by: "li", source, version };
          current.set(id, limit);
          versions.push({ limit, seq: at, at });
        }
      }
      await state.commit(makeBatch(1, { limits: [...current.values()], limitVersions: versions }));
      const known =
        knownAt === undefined
          ? [...current.values()]
          : [...new Map(versions.filter(({ at }) => at <= knownAt).map(({ limit }) => [limit.id, limit])).values()];
      const series = Map.groupBy(known, ({ site, factor, basis }) => `${site} ${factor} ${basis}`);
      const expected =
        asOf === undefined ? known : [...series.values()].flatMap((limits) => limitInForce(limits, asOf) ?? []);
      const asked = { ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }) };
      const found = await readAll((at) => state.limitsAt({ ...asked, ...at, limit: 2 }));
      const byId = (list: readonly Limit[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(byId(found)).toEqual(byId(expected));
      const one = await state.limitsAt({ ...asked, site: "S1", factor: "a21002", limit: 100 });
      expect(byId(one.items)).toEqual(
        byId(expected.filter(({ site, factor }) => site === "S1" && factor === "a21002")),
      );
      await state.stop();
    });
    await fc.assert(check, { numRuns: 40 });
  });

  it("from before there were versions count as known since ever", async () => {
    const file = join(temp.path, "older.sqlite");
    const about = { site: "S", factor: "a21002", basis: "hour", reason: "permit", by: "li", source: "site" } as const;
    const limit: Limit = { id: "L", version: 3, ...about, max: 50, min: null, from: 0, to: null };
    const before = await open(file);
    await before.commit(makeBatch(1, { limits: [limit] }));
    await before.stop();
    const raw = new DatabaseSync(file);
    raw.exec("drop table limit_versions; delete from kysely_migration where name >= '007-judgement'");
    raw.close();
    const state = await open(file);
    const corrected = { ...limit, version: 4, max: 40 };
    await state.commit(makeBatch(9, { limits: [corrected], limitVersions: [{ limit: corrected, seq: 9, at: 5_000 }] }));
    expect((await state.limitsAt({ knownAt: 4_999, limit: 9 })).items).toEqual([limit]);
    expect((await state.limitsAt({ knownAt: 5_000, limit: 9 })).items).toEqual([corrected]);
    expect(await state.limitVersions({ id: "L" })).toMatchObject([{ seq: 0 }, { seq: 9 }]);
    await state.stop();
  });
});

describe("proposals", () => {
  it("come newest first, by status, each once", async () => {
    const state = await open();
    const changes = Array.from({ length: 9 }, (_, i): LimitChange => {
      const status = i % 3 === 0 ? "draft" : "approved";
      const undecided = { decidedBy: null, decidedAt: null, decision: null };
      return {
        id: `c${i}`,
        status,
        limits: [],
        reason: "permit",
        by: "li",
        at: Math.floor(i / 2),
        ...undecided,
        seq: i,
      };
    });
    await state.commit(makeBatch(1, { limitChanges: changes }));
    expect(await readAll((at) => state.limitChanges({ ...at, limit: 2 }))).toEqual(changes.toReversed());
    const drafts = await readAll((at) => state.limitChanges({ status: "draft", ...at, limit: 2 }));
    expect(drafts.map(({ id }) => id)).toEqual(["c6", "c3", "c0"]);
    expect([await state.limitChange("c3"), await state.limitChange("none")]).toEqual([changes[3], null]);
    await state.stop();
  });
});

describe("marks", () => {
  it("come newest span first, by site, status and span, each once", async () => {
    const state = await open();
    const marks = Array.from({ length: 20 }, (_, i): Mark => {
      const [site, status] = [i % 2 === 0 ? "S1" : "S2", markStatuses[i % markStatuses.length] ?? "entered"];
      const about = { id: `m${10 + i}`, version: 1, site, factors: null, label: "fault" as const, status };
      const undecided = { decidedBy: null, decidedAt: null, decision: null };
      const [from, to] = [Math.floor(i / 3) * 10, Math.floor(i / 3) * 10 + 15];
      return { ...about, from, to, reason: "x", evidence: [], by: "li", at: i, ...undecided, seq: i };
    });
    await state.commit(makeBatch(1, { marks }));
    expect(await readAll((at) => state.marks({ ...at, limit: 3 }))).toEqual(marks.toReversed());
    const asked = { site: "S1", statuses: ["entered", "late"] as const, from: 20, to: 50 };
    const isAsked = ({ site, status, from, to }: Mark) =>
      site === "S1" && (status === "entered" || status === "late") && to > 20 && from < 50;
    expect(await readAll((at) => state.marks({ ...asked, ...at, limit: 1 }))).toEqual(
      marks.filter(isAsked).toReversed(),
    );
    expect(await state.marksIn("S2", 20, 30)).toEqual(
      marks.filter(({ site, from, to }) => site === "S2" && to > 20 && from < 30),
    );
    expect([await state.mark("m12"), await state.mark("none")]).toEqual([marks[2], null]);
    await state.stop();
  });
});

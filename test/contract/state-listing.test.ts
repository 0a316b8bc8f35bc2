// What there may be millions of comes part by part, in the order of its keys, each row once.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Limit } from "#domain/limit.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { createSqliteState, type SqliteState } from "#store/state/sqlite.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { makeBatch, makeSite, onset } from "./state-rows.ts";

const factors = ["a21002", "a21026"];
const ids = Array.from({ length: 25 }, (_, n) => `S${n}`).sort();

function makeLimit(site: string, factor: string, from: number): Limit {
  const id = `${site}:${factor}:hour:site:${from}`;
  const rest = { max: 50, min: null, basis: "hour", to: null, reason: "permit", by: "admin", source: "site" } as const;
  return { id, site, factor, from, version: 1, ...rest };
}

let temp: TempDir;
let state: SqliteState;
beforeAll(async () => {
  temp = await createTempDir("state-listing");
  state = createSqliteState({ file: join(temp.path, "state.sqlite"), log: createSilentLog() });
  await state.start();
  const latest = ids.flatMap((id) => factors.map((factor): LatestRow => [id, factor, onset, 1, "N", 0, onset]));
  // The same begin twice: what a page ends with is told by the id as well.
  const limits = ids.flatMap((id) => factors.flatMap((factor) => [0, 1, 2].map((from) => makeLimit(id, factor, from))));
  const sites = ids.map((id) => makeSite(id, { factors }));
  await state.commit(
    makeBatch(1, { sites: sites.toReversed(), latest: latest.toReversed(), limits: limits.toReversed() }),
  );
});
afterAll(async () => {
  await state.stop();
  await temp.remove();
});

describe("a long list", () => {
  it("of sites comes in parts by id", async () => {
    const seen: Site[] = [];
    for (let part = await state.sitesAfter(null, 10); part.length > 0;) {
      expect(part.length).toBeLessThanOrEqual(10);
      seen.push(...part);
      part = await state.sitesAfter(seen.at(-1)?.id ?? null, 10);
    }
    expect(seen.map((site) => site.id)).toEqual(ids);
  });

  it("of newest values comes in parts by site and factor, also when a part ends within a site", async () => {
    const seen: LatestRow[] = [];
    for (let part = await state.latestAfter(null, 7); part.length > 0;) {
      seen.push(...part);
      part = await state.latestAfter(seen.at(-1) ?? null, 7);
    }
    expect(seen.map(([site, factor]) => `${site} ${factor}`)).toEqual(
      ids.flatMap((id) => factors.map((factor) => `${id} ${factor}`)),
    );
  });

  it("of limits comes in pages with the number of all, and filters hold on every page", async () => {
    for (const filter of [{}, { site: "S7" }, { factor: "a21026" }, { site: "S7", factor: "a21002" }]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      let total = 0;
      do {
        const page = await state.limitPage({ ...filter, limit: 4, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.items.map((limit) => limit.id));
        ({ total, next: cursor } = page);
      } while (cursor !== null);
      const all = await state.limits(filter);
      expect(seen).toEqual(all.map((limit) => limit.id));
      expect(total).toBe(all.length);
    }
  });

  it("takes no cursor of another list", async () => {
    const { next } = await state.sites({ limit: 5 });
    await expect(state.limitPage({ limit: 5, cursor: next ?? "" })).rejects.toMatchObject({ code: "invalid-cursor" });
  });
});

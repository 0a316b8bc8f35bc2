// Files of other schema versions: version 1 is brought up to date with all it holds, a newer one is refused.

import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import type { History } from "#store/history/history.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { buildBatch, defaultSite } from "./history-batches.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");
const hour = 3_600_000;
const all = { from: 0, to: 1e15, limit: 1e9 };

/** Tables as version 1 made them. */
const version1 = [
  "CREATE TABLE names (id INTEGER, name VARCHAR)",
  ...["readings", "readings_0", "readings_1"].map(
    (table) => `CREATE TABLE ${table} (site INTEGER, factor INTEGER, kind UTINYINT, time BIGINT, value DOUBLE,
      flag UTINYINT, quality USMALLINT, received BIGINT, seq BIGINT, part USMALLINT)`,
  ),
  ...["means", "means_0", "means_1"].map(
    (table) => `CREATE TABLE ${table} (site INTEGER, factor INTEGER, tier UTINYINT, start BIGINT, mean DOUBLE,
      min DOUBLE, max DOUBLE, count INTEGER, valid INTEGER, seq BIGINT)`,
  ),
  "CREATE TABLE progress (schema_version INTEGER, cursor BIGINT)",
  "INSERT INTO progress VALUES (1, 77)",
];

/** Two sites, fourteen factors at the first one, a flag, a revision, a doubled row, and a window without a valid reading. */
const content = [
  `INSERT INTO names VALUES (0, '${defaultSite}'), (1, 'w01018'), (2, 'S2'), (3, 'w01001')`,
  ...Array.from({ length: 12 }, (_, index) => `INSERT INTO names VALUES (${4 + index}, 'f${index}')`),
  `INSERT INTO readings VALUES (0, 1, 0, ${t0}, 45.5, 0, 0, ${t0 + 15}, 1, 0), (0, 3, 0, ${t0}, 7.25, 4, 1, ${t0 + 15}, 1, 0),
    (0, 1, 0, ${t0}, 45.5, 0, 0, ${t0 + 15}, 1, 0), (2, 3, 1, ${t0}, 8, 0, 0, ${t0}, 2, 0)`,
  `INSERT INTO readings_0 VALUES (0, 1, 0, ${t0}, 46, 0, 8, ${t0 + 20}, 3, 0), (0, 1, 0, ${t0 + 1000}, 47, 0, 0, ${t0 + 20}, 4, 0)`,
  ...Array.from({ length: 12 }, (_, index) => {
    const row = `(0, ${4 + index}, 0, ${t0}, ${index}, 0, 0, ${t0}, 5, 0)`;
    return `INSERT INTO readings_1 VALUES ${row}`;
  }),
  `INSERT INTO means VALUES (0, 1, 1, ${t0}, 45.123456789, 44, 46, 60, 58, 9), (0, 1, 0, ${t0}, 45, 45, 45, 1, 1, 9)`,
  `INSERT INTO means_1 VALUES (0, 1, 1, ${t0 + hour}, 'nan', 'nan', 'nan', 3, 0, 10), (0, 1, 2, ${t0}, 1, 0, 2, 5, 5, 11)`,
];

async function makeFile(file: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

let dir: TempDir;
beforeAll(async () => {
  dir = await createTempDir("duckdb-versions");
});
afterAll(() => dir.remove());

async function open(file: string): Promise<History> {
  const history = createDuckdbHistory({ file, log: createSilentLog() });
  await history.start();
  return history;
}

async function expectContent(history: History): Promise<void> {
  const raw = { site: defaultSite, kind: "realtime" as const, ...all };
  const factors = ["w01018", "w01001", "f0", "f11"];
  expect(await history.readRaw({ ...raw, factors })).toEqual([
    { factor: "w01018", time: [t0, t0 + 1000], value: [46, 47], flag: ["N", "N"] },
    { factor: "w01001", time: [t0], value: [7.25], flag: ["D"] },
    { factor: "f0", time: [t0], value: [0], flag: ["N"] },
    { factor: "f11", time: [t0], value: [11], flag: ["N"] },
  ]);
  const [minute] = await history.readRaw({ ...raw, site: "S2", kind: "minute", factors: ["w01001"] });
  expect(minute?.value).toEqual([8]);
  const means = { site: defaultSite, factors: ["w01018"], ...all };
  expect(await history.readMeans({ ...means, tier: "1h" })).toEqual([
    {
      factor: "w01018",
      start: [t0, t0 + hour],
      mean: [45.123456789, Number.NaN],
      min: [44, Number.NaN],
      max: [46, Number.NaN],
      count: [60, 3],
      valid: [58, 0],
    },
  ]);
  const [oneMinute] = await history.readMeans({ ...means, tier: "1m" });
  expect([oneMinute?.mean, oneMinute?.min, oneMinute?.max]).toEqual([[45], [45], [45]]);
  const [day] = await history.readMeans({ ...means, tier: "1d" });
  expect(day?.mean).toEqual([1]);
}

describe("a history file", () => {
  it("of version 1 is brought up to date with everything it holds, once, and goes on being written", async () => {
    const file = join(dir.path, "one.duckdb");
    await makeFile(file, [...version1, ...content]);
    const first = await open(file);
    expect(await first.cursor()).toBe(77);
    await expectContent(first);
    await first.write(buildBatch(80, [{ time: t0 + 2000, seq: 80, values: { w01018: 48, f11: 12 } }]));
    await first.stop();
    const second = await open(file);
    expect(await second.cursor()).toBe(80);
    const query = { site: defaultSite, factors: ["w01018", "f11"], kind: "realtime" as const, ...all };
    const [cod, last] = await second.readRaw(query);
    expect([cod?.value, last?.value]).toEqual([
      [46, 47, 48],
      [11, 12],
    ]);
    await second.stop();
  });

  it("of version 1 without a row is brought up to date", async () => {
    const file = join(dir.path, "empty.duckdb");
    await makeFile(file, version1);
    const history = await open(file);
    expect(await history.cursor()).toBe(77);
    await history.stop();
  });

  it("of a newer version is refused, naming both", async () => {
    const file = join(dir.path, "newer.duckdb");
    await makeFile(file, [
      "CREATE TABLE progress (schema_version INTEGER, cursor BIGINT)",
      "INSERT INTO progress VALUES (3, 0)",
    ]);
    await expect(open(file)).rejects.toMatchObject({
      code: "history-invalid",
      retryable: false,
      message: expect.stringMatching(/version 3.*knows 2/) as string,
    });
  });

  it("shows every value by name in the view for people, as many rows as were written", async () => {
    const file = join(dir.path, "view.duckdb");
    const history = await open(file);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, index]));
    await history.write(
      buildBatch(2, [
        { time: t0, seq: 1, values: { ...many, w01018: [45, "D"] } },
        { time: t0, seq: 2, values: { w01018: 46 }, site: "S2" },
      ]),
    );
    await history.stop();
    const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
    const connection = await instance.connect();
    const count = await connection.runAndReadAll("SELECT count(*)::INTEGER, sum(value) FROM readings_by_value");
    expect(count.getRows()).toEqual([[32, 435 + 91]]);
    const rows = await connection.runAndReadAll(
      "SELECT site, value, flag, seq::INTEGER FROM readings_by_value WHERE factor = 'w01018' ORDER BY seq",
    );
    expect(rows.getRows()).toEqual([
      [defaultSite, 45, "D", 1],
      ["S2", 46, "N", 2],
    ]);
    connection.closeSync();
    instance.closeSync();
  });
});

// The history contract on the embedded store, and what only a file can suffer: a killed process, a second owner, sorting.

import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import type { History } from "#store/history/history.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { buildLoad } from "./history-batches.ts";
import { describeHistory, type HistoryHarness } from "./history.ts";

async function open(file: string, clusterRows?: number): Promise<History> {
  const history = createDuckdbHistory({
    file,
    log: createSilentLog(),
    ...(clusterRows === undefined ? {} : { clusterRows }),
  });
  await history.start();
  return history;
}

function createHarness(clusterRows?: number): HistoryHarness {
  let dir: TempDir | undefined;
  const file = () => join(dir?.path ?? "", "data", "history.duckdb");
  return {
    async openFresh() {
      dir = await createTempDir("duckdb");
      return open(file(), clusterRows);
    },
    reopen: () => open(file(), clusterRows),
    close: async () => dir?.remove(),
  };
}

describeHistory("DuckDB", () => createHarness());
describeHistory("DuckDB that sorts after every batch", () => createHarness(1));

describe("the history file", () => {
  let dir: TempDir;
  beforeAll(async () => {
    dir = await createTempDir("duckdb");
  });
  afterAll(() => dir.remove());

  async function readTimes(history: History): Promise<number[]> {
    const query = {
      site: "HB-130200-0",
      factors: ["w01010", "w01019"],
      kind: "realtime" as const,
      from: 0,
      to: 1e15,
      limit: 1e9,
    };
    const [first, last] = await history.readRaw(query);
    expect(last?.time).toEqual(first?.time);
    return first?.time ?? [];
  }

  it("opens after kill -9 in the middle of writing, with exactly the rows its cursor speaks of", async () => {
    const file = join(dir.path, "killed.duckdb");
    let killedAt = 0;
    for (const batchesBeforeKill of [1, 7, 23, 60]) {
      const child = spawn(process.execPath, [join(import.meta.dirname, "history-writer-child.ts"), file], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      await waitFor("the child to write", () => said.split("\n").length > batchesBeforeKill, {
        deadlineMs: 20_000,
        everyMs: 1,
      });
      child.kill("SIGKILL");
      await exited;
      const told = Number(said.trimEnd().split("\n").at(-1));
      const history = await open(file);
      const cursor = await history.cursor();
      expect(cursor).toBeGreaterThanOrEqual(told);
      expect(cursor).toBeGreaterThan(killedAt);
      const times = await readTimes(history);
      expect(times).toHaveLength(cursor);
      killedAt = cursor;
      await history.stop();
    }
  }, 60_000);

  it("is refused to a second owner with a hint, and is free again after stop", async () => {
    const file = join(dir.path, "owned.duckdb");
    const child = spawn(process.execPath, [join(import.meta.dirname, "history-writer-child.ts"), file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await expect(open(file)).rejects.toMatchObject({ code: "history-unavailable", retryable: true });
    child.kill("SIGTERM");
    await exited;
    const history = await open(file);
    expect(await history.cursor()).toBeGreaterThan(0);
    await history.stop();
  });

  it("that is no DuckDB file is refused as invalid", async () => {
    const file = join(dir.path, "text.duckdb");
    await writeFile(file, "this is not a database\n".repeat(1000));
    await expect(open(file)).rejects.toMatchObject({ code: "history-invalid", retryable: false });
  });

  it("loses nothing and doubles nothing while rows are sorted beside the writing", async () => {
    const file = join(dir.path, "sorted.duckdb");
    const history = await open(file, 1_000);
    for (let n = 0; n < 40; n++) {
      await history.write(buildLoad({ points: 1000, sites: 1, seqFrom: n * 1000 + 1, timeFrom: n * 1_000_000 }));
    }
    const times = await readTimes(history);
    expect(times).toHaveLength(40_000);
    expect(new Set(times).size).toBe(40_000);
    await history.stop();
  }, 30_000);
});

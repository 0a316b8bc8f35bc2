// Proves what the watch over the data folder tells: real files in a real folder, the clock moved by hand.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { createDataFolder, measureGrowth } from "./data-folder.ts";

let temp: TempDir;
beforeEach(async () => {
  temp = await createTempDir("data-folder");
});
afterEach(async () => {
  await temp.remove();
});

describe("the watch over the data folder", () => {
  it("tells the journal, everything beside it, what ingest has not consumed, and the room on the disk", () => {
    mkdirSync(join(temp.path, "journal"));
    mkdirSync(join(temp.path, "ingest"));
    writeFileSync(join(temp.path, "journal", "0000000000000001.plj.zst"), Buffer.alloc(1_000));
    writeFileSync(join(temp.path, "journal", "0000000000000050.plj"), Buffer.alloc(4_000));
    writeFileSync(join(temp.path, "ingest", "consumed"), "60\n");
    writeFileSync(join(temp.path, "history.duckdb"), Buffer.alloc(7_000));
    const folder = createDataFolder({ dataDir: temp.path, journalBytesMax: 9_000, now: () => 0 });
    const facts = folder.look();
    expect(facts).toMatchObject({
      journalBytes: 5_000,
      waitingBytes: 4_000,
      waitingBytesMax: 9_000,
      dataBytes: 12_003,
    });
    expect(facts.diskFreeBytes).toBeGreaterThan(0);
    expect(facts.diskFreeBytes).toBeLessThanOrEqual(facts.diskBytes);
    expect(facts.growthBytesPerDay).toBeNull();
  });

  it("tells no growth before a quarter of an hour, and then what was added since", () => {
    let at = 0;
    const folder = createDataFolder({ dataDir: temp.path, journalBytesMax: null, now: () => at });
    folder.start();
    try {
      writeFileSync(join(temp.path, "state.sqlite"), Buffer.alloc(6_000));
      at = 10 * minuteMs;
      expect(folder.look().growthBytesPerDay).toBeNull();
      at = hourMs;
      expect(folder.look()).toMatchObject({ growthBytesPerDay: 6_000 * 24, watchedMs: hourMs });
    } finally {
      folder.stop();
    }
  });

  it("takes a folder that is not there yet for an empty one, and says when the whole place is gone", () => {
    const folder = createDataFolder({ dataDir: temp.path, journalBytesMax: null, now: () => 0 });
    expect(folder.look()).toMatchObject({ journalBytes: 0, waitingBytes: 0, dataBytes: 0 });
    const gone = createDataFolder({ dataDir: join(temp.path, "gone"), journalBytesMax: null, now: () => 0 });
    rmSync(join(temp.path, "gone"), { recursive: true, force: true });
    expect(() => gone.look()).toThrow(/ENOENT/);
  });
});

describe("a small text of the api's own", () => {
  it("is there again after a restart, the newest one, and none is no error", () => {
    const parts = { dataDir: temp.path, journalBytesMax: null, now: () => 0 };
    const folder = createDataFolder(parts);
    expect(folder.readNote("throughput")).toBeNull();
    folder.keepNote("throughput", "[1]");
    folder.keepNote("throughput", "[1,2]");
    expect(createDataFolder(parts).readNote("throughput")).toBe("[1,2]");
  });
});

describe("the growth of the folder", () => {
  it("is that of the last day, not of the time before", () => {
    const samples = [
      { at: 0, bytes: 0 },
      { at: dayMs, bytes: 90_000 },
      { at: 1.5 * dayMs, bytes: 95_000 },
    ];
    expect(measureGrowth(samples, { at: 2 * dayMs, bytes: 100_000 })).toEqual({ watchedMs: dayMs, perDay: 10_000 });
  });
});

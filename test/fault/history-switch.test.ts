// Another history store under the same journal, and the same store under another journal: nothing is missing in either.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDevice } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

describe("history in another store", { timeout: 90_000 }, () => {
  let influxd: TestInfluxd;
  const folders: TempDir[] = [];

  beforeAll(async () => {
    influxd = await startInfluxd();
  }, 40_000);

  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await influxd?.stop();
  });

  async function folder(): Promise<string> {
    const made = await createTempDir("switch");
    folders.push(made);
    return made.path;
  }

  async function publish(system: RunningSystem, site: string, from: number, count: number): Promise<void> {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite(site));
    for (let i = 0; i < count; i++) await device.send({ w01018: i }, { time: from + i });
    await device.end();
  }

  async function stored(system: RunningSystem, site: string, from: number, count: number): Promise<number[]> {
    return waitFor(
      `${count} readings of ${site} in history`,
      async () => {
        const range = { from: from - 1, to: from + count + 1, interval: "raw" } as const;
        const points = await system.api.history(site, "w01018", range);
        return points.length >= count ? points.map((point) => Number(point[1])) : null;
      },
      { deadlineMs: 20_000, everyMs: 100 },
    );
  }

  const expected = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  it("an InfluxDB that is given to a running data folder is filled from the journal's beginning", async () => {
    const dataDir = await folder();
    const from = Date.now() - 10_000;
    const before = await startSystem({ dataDir });
    await publish(before, "MOVED", from, 50);
    await stored(before, "MOVED", from, 50);
    await before.stop();
    const after = await startSystem({ dataDir, env: { INFLUX_URL: influxd.url } });
    expect(await stored(after, "MOVED", from, 50)).toEqual(expected(50));
    await after.stop();
  });

  it("a fresh data folder on an InfluxDB that was used before keeps every reading, also across a kill", async () => {
    const dataDir = await folder();
    const from = Date.now() - 10_000;
    const system = await startSystem({ dataDir, env: { INFLUX_URL: influxd.url } });
    await publish(system, "FRESH", from, 20);
    await system.kill();
    await system.start();
    expect(await stored(system, "FRESH", from, 20)).toEqual(expected(20));
    await system.stop();
  });
});

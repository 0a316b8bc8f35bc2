// The main path with history in a real InfluxDB 1.x: one that is already running, and the private one of --influx. What is
// stored is looked at with InfluxDB's own command line.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { connectDevice } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { openLive } from "#test/harness/live-client.ts";
import { requireProgram } from "#test/harness/packages.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let influxd: TestInfluxd | null = null;
let system: RunningSystem | null = null;
afterEach(async () => {
  await system?.close();
  await influxd?.stop();
  system = influxd = null;
});

function query(url: string, text: string): string {
  const { hostname, port } = new URL(url);
  const args = ["-host", hostname, "-port", port, "-database", "plumeline", "-format", "csv", "-precision", "ms"];
  return execFileSync(requireProgram("influx"), [...args, "-execute", text], { encoding: "utf8" });
}

async function walkMainPath(running: RunningSystem, influxUrl: () => string): Promise<void> {
  const { api, addresses } = running;
  const site = "HB-130200-001";
  const device = await connectDevice(addresses.mqtt, await api.createSite(site));
  await api.putLimit(site, "w01018", 50);
  const live = await openLive(addresses.http, { token: api.token });
  const time = Date.now();
  await device.send({ w01018: 77.5, w01001: 7.25 }, { time });
  const alarm = await live.waitForAlarm("the alarm", (each) => each.state === "unack-active", 1_000);
  expect((await api.acknowledge(alarm)).status).toBe(200);
  expect((await api.latest(site))["w01018"]).toMatchObject({ value: 77.5, time: new Date(time).toISOString() });
  const range = { from: time - 60_000, to: time + 60_000, interval: "raw" } as const;
  const points = await waitFor(
    "the reading in history",
    async () => {
      const all = await api.history(site, "w01018", range);
      return all.length > 0 && all;
    },
    { deadlineMs: 3_000 },
  );
  expect(points).toEqual([[time, 77.5, 77.5, 77.5, 1, 1, "N"]]);
  expect(query(influxUrl(), `SELECT "w01018" FROM readings WHERE site='${site}'`)).toBe(
    `name,time,w01018\nreadings,${time},77.5\n`,
  );
  const ledger = await api.settledLedger("", 1);
  expect(ledger).toMatchObject({ balanced: true, frames: { acknowledged: 1, stored: 1 } });
  await live.close();
  await device.end();
}

describe("history in InfluxDB", () => {
  it("a running server named by INFLUX_URL takes the readings, and its own command line finds them", async () => {
    influxd = await startInfluxd();
    const { url } = influxd;
    system = await startSystem({ env: { INFLUX_URL: url } });
    await walkMainPath(system, () => url);
  });

  it("while the server is away everything is acknowledged and live, and arrives in history once it is back", async () => {
    influxd = await startInfluxd();
    const { url } = influxd;
    system = await startSystem({ env: { INFLUX_URL: url } });
    const { api, addresses } = system;
    const device = await connectDevice(addresses.mqtt, await api.createSite("A-1"));
    const from = Date.now();
    await device.send({ w01018: 1 }, { time: from });
    await influxd.kill();
    for (let i = 1; i <= 50; i++) await device.send({ w01018: i }, { time: from + i });
    await waitFor("the newest value", async () => (await api.latest("A-1"))["w01018"]?.value === 50, {
      deadlineMs: 2_000,
    });
    await influxd.restart();
    const points = await waitFor(
      "everything in history",
      async () => {
        const all = await api.history("A-1", "w01018", { from, to: from + 1_000, interval: "raw" }).catch(() => []);
        return all.length >= 51 && all;
      },
      { deadlineMs: 15_000 },
    );
    expect(points).toHaveLength(51);
    await device.end();
  });

  it("--influx starts a private server below the data folder, and it ends with the program", async () => {
    system = await startSystem({ args: ["--no-simulator", "--influx"] });
    const { dataDir } = system;
    const address = () =>
      (JSON.parse(readFileSync(join(dataDir, "influx", "address.json"), "utf8")) as { url: string }).url;
    await walkMainPath(system, address);
    const url = address();
    await system.stop();
    await expect(fetch(`${url}/ping`)).rejects.toThrow("fetch failed");
    await system.start();
    const points = await system.api.history("HB-130200-001", "w01018", {
      from: Date.now() - 600_000,
      to: Date.now(),
      interval: "raw",
    });
    expect(points).toHaveLength(1);
  });
});

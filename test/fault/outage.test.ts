// InfluxDB away: what was promised to devices and operators while it is gone, and when it comes back.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { openLive } from "#test/harness/live-client.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const factors = ["w01018", "w21003", "w21011", "w21001", "w01012", "w22001", "w21017", "w21016", "w21019", "w20116"];
const pointsPerFrame = 20;
/** A quarter of what history may have waiting before it lets go. */
const framesPerRound = Math.ceil(bounds.historyValuesMax / 4 / (factors.length * pointsPerFrame));

describe("InfluxDB is away", { timeout: 180_000 }, () => {
  let influxd: TestInfluxd;
  let system: RunningSystem;
  let device: Device;
  let watched: Device;
  let sent = 0;
  const begun = Date.now() - 300_000;

  beforeAll(async () => {
    influxd = await startInfluxd();
    system = await startSystem({ env: { INFLUX_URL: influxd.url } });
    device = await connectDevice(system.addresses.mqtt, await system.api.createSite("BULK", { factors }));
    watched = await connectDevice(system.addresses.mqtt, await system.api.createSite("WATCHED", { factors }));
    await system.api.putLimit("WATCHED", "w01018", 50);
  }, 60_000);

  afterAll(async () => {
    await device?.end();
    await watched?.end();
    await system?.close();
    await influxd?.stop();
  });

  /** Frames of many points, acknowledged one and all. */
  async function sendFrames(count: number): Promise<void> {
    let rest = count;
    const one = async (): Promise<void> => {
      while (rest > 0) {
        rest--;
        const points = Array.from({ length: pointsPerFrame }, () => {
          const time = begun + sent++;
          return { time, values: Object.fromEntries(factors.map((factor, i) => [factor, (time % 1000) / 100 + i])) };
        });
        await device.sendRaw(JSON.stringify(points));
      }
    };
    await Promise.all(Array.from({ length: 10 }, one));
  }

  it("readings are acknowledged, alarms are raised within a second, and it is said that history is behind", async () => {
    await sendFrames(20);
    await influxd.kill();
    // How much the batch holds that is being tried again is a matter of moments: enough is what makes history let go.
    await waitFor(
      "history to let go",
      async () => {
        await sendFrames(framesPerRound);
        return system.lines.some((line) => line.msg.startsWith("history does not keep up"));
      },
      { deadlineMs: 60_000 },
    );
    const live = await openLive(system.addresses.http, {
      token: system.api.token,
      subscribe: { sites: ["WATCHED"], alarms: true },
    });
    const at = performance.now();
    await watched.send({ w01018: 88.8 });
    await live.waitForAlarm("the alarm during the outage", (alarm) => alarm.site === "WATCHED" && alarm.active, 5_000);
    expect(performance.now() - at).toBeLessThan(1_000);
    await live.close();
    const behind = await waitFor(
      "the alarm that history is behind",
      async () =>
        (await system.api.alarms("site=system")).find((alarm) => alarm.definition === "system:history-behind"),
      { deadlineMs: 30_000 },
    );
    expect(behind).toMatchObject({ active: true, state: "unack-active", priority: 2 });
  });

  it("a kill in the middle of it loses nothing of the backlog", async () => {
    await system.kill();
    await system.start();
    await device.end();
    const { username, password } = (await system.api.call("POST", "/api/v1/sites/BULK/credentials")).body;
    device = await connectDevice(system.addresses.mqtt, { username: String(username), password: String(password) });
    await sendFrames(200);
    expect((await system.api.alarms("site=WATCHED")).map((alarm) => alarm.active)).toEqual([true]);
  });

  it("when it is back the backlog drains, every reading is there once, and the alarm about it ends", async () => {
    await influxd.restart();
    await waitFor(
      "history to catch up",
      async () => (await system.api.metrics()).value("plumeline_ingest_history_ok") === 1,
      {
        deadlineMs: 60_000,
      },
    );
    const stored = await waitFor(
      "all readings to be in InfluxDB",
      async () => {
        const count = await countPoints(influxd.url, "BULK");
        return count >= sent ? count : null;
      },
      { deadlineMs: 60_000, everyMs: 250 },
    );
    expect(stored).toBe(sent);
    const ledger = await system.api.settledLedger("site=BULK");
    expect(ledger.balanced).toBe(true);
    await waitFor(
      "the alarm about history to end",
      async () => !(await system.api.alarms("site=system")).some((alarm) => alarm.active),
      { deadlineMs: 30_000 },
    );
  });
});

async function countPoints(url: string, site: string): Promise<number> {
  const q = `SELECT count("w01018") FROM readings WHERE site='${site}'`;
  const response = await fetch(`${url}/query?${new URLSearchParams({ db: "plumeline", q }).toString()}`);
  const answer = (await response.json()) as { results: { series?: { values: [string, number][] }[] }[] };
  return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
}

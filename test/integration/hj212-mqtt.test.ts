// HJ 212 packets that a gateway publishes to MQTT, through the real program: values, an alarm, duplicates, and what is refused.

import { afterAll, beforeAll, expect, it } from "vitest";
import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import type { Credentials } from "#test/harness/api-client.ts";
import { mosquittoPublish } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const site = "HB-130200-212";
const soon = { deadlineMs: 10_000 };
let system: RunningSystem;
let logger: Credentials;
beforeAll(async () => {
  system = await startSystem();
  logger = await system.api.createSite(site);
  await system.api.putLimit(site, "w01018", 50);
}, 60_000);
afterAll(() => system?.close());

/** Local time of UTC+8 in fourteen digits. */
function stamp(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().replaceAll(/[-T:]/g, "").slice(0, 14);
}

function packet(command: string, area: string): string {
  const head = `QN=${stamp(Date.now())}000;ST=32;CN=${command};PW=123456;MN=010000A8900016F000169DC0;Flag=5`;
  const segment = `${head};CP=&&${area}&&`;
  const bytes = new TextEncoder().encode(segment);
  return `##${String(bytes.length).padStart(4, "0")}${segment}${formatCrc(crcOf(bytes))}\r\n`;
}

function publish(payload: string): Promise<{ readonly code: number | null }> {
  const topic = `v1/${site}/hj212`;
  return mosquittoPublish(system.addresses.mqtt, logger, { payload, qos: 1, topic });
}

it("real-time data is the newest value and raises the alarm, a repetition is a duplicate, a wrong checksum is quarantined with it", async () => {
  const time = Math.floor(Date.now() / 1000) * 1000;
  const realtime = packet(
    "2011",
    `DataTime=${stamp(time)};w01018-Rtd=88.8,w01018-Flag=N;w01001-Rtd=7.42,w01001-Flag=N`,
  );
  expect((await publish(realtime)).code).toBe(0);
  const values = await waitFor(
    "the newest values",
    async () => {
      const latest = await system.api.latest(site);
      return latest["w01018"]?.value === 88.8 && latest;
    },
    soon,
  );
  expect(values["w01018"]).toMatchObject({ value: 88.8, flag: "N", time: new Date(time).toISOString() });
  expect(values["w01001"]?.value).toBe(7.42);
  await waitFor(
    "the alarm",
    async () => {
      const [alarm] = await system.api.alarms(`site=${site}`);
      return alarm?.state === "unack-active";
    },
    soon,
  );
  expect((await publish(realtime)).code).toBe(0);
  expect((await publish(realtime.replace("88.8", "88.9"))).code).toBe(0);
  expect((await publish(packet("1013", ""))).code).toBe(0);
  const ledger = await system.api.settledLedger(`site=${site}`, 4);
  expect(ledger.balanced).toBe(true);
  expect(ledger.frames).toMatchObject({ acknowledged: 4, stored: 2, duplicate: 1, quarantined: 1 });
  expect(ledger.quarantine).toEqual({ "invalid-packet": 1 });
});

it("the hour mean of a logger is kept as its own, at the time at which the hour began", async () => {
  const start = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const hour = packet("2061", `DataTime=${stamp(start)};w01018-Min=30,w01018-Avg=32.6,w01018-Max=40,w01018-Flag=N`);
  expect((await publish(hour)).code).toBe(0);
  const range = { from: String(start - 60_000), to: String(start + 3_600_000) };
  const query = new URLSearchParams({ site, factor: "w01018", interval: "raw", kind: "hour", ...range });
  const points = await waitFor(
    "the hour",
    async () => {
      const reply = await system.api.call("GET", `/api/v1/history?${query.toString()}`);
      const [series] = reply.body["series"] as { readonly points: readonly unknown[] }[];
      return (series?.points.length ?? 0) > 0 && series?.points;
    },
    soon,
  );
  expect(points).toEqual([[start, 32.6, 32.6, 32.6, 1, 1, "N"]]);
});

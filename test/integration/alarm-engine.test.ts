// Alarms of the running program across its ends: shelves, delays and live occurrences go on where they were, and whatever kills it,
// nobody is called twice for one thing, and nobody is not called.

import { rm } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { AlarmTransition } from "#domain/alarm.ts";
import { formatDay } from "#domain/time.ts";
import { createRandom } from "#test/fault/load.ts";
import type { AlarmJson, ApiClient, Json } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { compareDumps, dumpStores, parseLine } from "#test/property/dump.ts";
import { replayAtOnce } from "#test/property/replays.ts";

const soon = { deadlineMs: 10_000 };
let system: RunningSystem | null = null;
afterEach(async () => {
  await system?.close();
  system = null;
});

async function start(): Promise<RunningSystem> {
  system = await startSystem();
  return system;
}

async function send({ api }: RunningSystem, site: string, value: number): Promise<void> {
  const body = { time: Date.now(), values: { w01018: value } };
  expect((await api.call("POST", `/api/v1/sites/${site}/readings`, body)).status).toBe(202);
}

async function createSite({ api }: RunningSystem, site: string): Promise<void> {
  await api.createSite(site);
  await api.putLimit(site, "w01018", 50);
}

const waitForAlarm = (running: RunningSystem, site: string, test: (alarm: AlarmJson) => boolean): Promise<AlarmJson> =>
  waitFor(
    `the alarm of ${site}`,
    async () => (await running.api.alarms(`site=${site}&definition=limit:w01018:realtime`)).find(test),
    soon,
  );

const fields = (
  "nameZh nameEn enabled subject basis scope class levels deadband onDelayMs offDelayMs latched ackRequired reAlarmMs " +
  "suppressWhen consequence causes action responseMs statutoryBasis rationale owner approvedBy reviewDue source"
).split(" ");

/** The built-in record of realtime limits with changes, as a record of its own or as its next version. */
async function putRecord(api: ApiClient, id: string, changes: Json): Promise<void> {
  const path = "/api/v1/alarm-definitions";
  const known = (await api.call("GET", `${path}/limit-realtime`)).body;
  const record = Object.fromEntries(fields.map((name) => [name, known[name]]));
  const expectedVersion = id === "limit-realtime" ? known["version"] : 0;
  const reply = await api.call("PUT", `${path}/${id}`, { ...record, ...changes, expectedVersion, reason: "trial" });
  expect([reply.status, reply.text]).toEqual([200, expect.anything()]);
}

describe("alarms of a program that ends and begins again", () => {
  it("a shelf holds over a restart: the next occurrence begins under it, until somebody takes it off", async () => {
    const running = await start();
    await createSite(running, "S-1");
    await send(running, "S-1", 80);
    const first = await waitForAlarm(running, "S-1", ({ state }) => state === "unack-active");
    const shelf = { expectedVersion: first.version, minutes: 30, reason: "known-fault", comment: "seen" };
    const shelved = await running.api.call("POST", `/api/v1/alarms/${first.id}/shelve`, shelf);
    expect([shelved.status, shelved.body["suppression"]]).toEqual([200, expect.objectContaining({ kind: "shelved" })]);
    const known = await running.api.alarm(first.id);
    expect((await running.api.acknowledge(known)).status).toBe(200);
    await running.stop();
    await running.start();
    await send(running, "S-1", 10);
    await waitForAlarm(running, "S-1", ({ id, state }) => id === first.id && state === "normal");
    await send(running, "S-1", 90);
    const second = await waitForAlarm(running, "S-1", ({ id }) => id !== first.id);
    expect(second).toMatchObject({ active: true, suppression: { kind: "shelved", by: "admin" }, annunciations: 0 });
    const unshelved = await running.api.call("POST", `/api/v1/alarms/${second.id}/unshelve`, {
      expectedVersion: second.version,
    });
    expect(unshelved.body).toMatchObject({ suppression: null, state: "unack-active" });
  });

  it("a delay that began before kill -9 is satisfied after it, at its own moment", async () => {
    const running = await start();
    await createSite(running, "S-1");
    const onDelayMs = 4_000;
    await putRecord(running.api, "slow", { onDelayMs, scope: { site: "S-1" } });
    const at = Date.now();
    await send(running, "S-1", 80);
    await running.kill();
    await running.start();
    expect(await running.api.alarms("site=S-1&definition=limit:w01018:realtime")).toEqual([]);
    const raised = await waitFor(
      "the delayed alarm",
      async () => (await running.api.alarms("site=S-1&definition=limit:w01018:realtime"))[0],
      { deadlineMs: 20_000 },
    );
    expect(raised).toMatchObject({ state: "unack-active", record: "slow", annunciations: 1 });
    const onset = Date.parse(raised.onset);
    expect(onset - at).toBeLessThan(1_000);
    const [row] = (await running.api.alarm(raised.id)).transitions;
    expect(row).toMatchObject({ cause: "timer", eventTime: new Date(onset + onDelayMs).toISOString() });
  });

  it("a record that changes leaves the live occurrence where it is, and it is ended by the new one's rules", async () => {
    const running = await start();
    await createSite(running, "S-1");
    await send(running, "S-1", 80);
    const before = await waitForAlarm(running, "S-1", ({ state }) => state === "unack-active");
    await putRecord(running.api, "limit-realtime", { deadband: { kind: "percent", value: 20 } });
    const after = await waitForAlarm(running, "S-1", (alarm) => alarm["recordVersion"] === 2);
    expect(after).toMatchObject({ id: before.id, state: "unack-active", annunciations: 1, onset: before.onset });
    await send(running, "S-1", 45);
    await send(running, "S-1", 39);
    const ended = await waitForAlarm(running, "S-1", ({ active }) => !active);
    const rows = (await running.api.alarm(ended.id)).transitions;
    expect(rows.map(({ cause, to, value }) => [cause, to, cause === "sample" ? value : null])).toEqual([
      ["sample", "unack-active", 80],
      ["config", "unack-active", null],
      ["sample", "rtn-unack", 39],
    ]);
  });

  it("kill -9 at many moments gives the alarms, transitions and calls of a program that nobody killed", async () => {
    const running = await start();
    const random = createRandom(Date.now() % 100_000);
    const sites = ["K-0", "K-1", "K-2", "K-3"];
    const passwords = new Map<string, Awaited<ReturnType<ApiClient["createSite"]>>>();
    for (const site of sites) {
      passwords.set(site, await running.api.createSite(site));
      await running.api.putLimit(site, "w01018", 50);
    }
    await putRecord(running.api, "slow", { onDelayMs: 1_000, offDelayMs: 1_000, scope: { site: "K-3" } });
    for (let kill = 0; kill < 3; kill++) {
      const devices = await Promise.all(
        sites.map((site) =>
          connectDevice(running.addresses.mqtt, passwords.get(site) ?? { username: site, password: "" }),
        ),
      );
      const endsAt = Date.now() + 1_000 + random() * 1_500;
      while (Date.now() < endsAt) {
        await Promise.all(devices.map((device) => device.send({ w01018: random() < 0.4 ? 90 : 10 })));
        const [open] = await running.api.alarms("acked=false");
        if (open !== undefined && random() < 0.5) await running.api.acknowledge(open);
      }
      // In the middle of what is being sent.
      const sending = devices.map((device) => device.send({ w01018: 90 }).catch(() => undefined));
      await running.kill();
      await Promise.race([Promise.all(sending), new Promise((done) => setTimeout(done, 500))]);
      await Promise.all(devices.map((device) => device.end().catch(() => undefined)));
      await running.start();
    }
    // The delay of the last site runs out by time alone, once no older value can come any more.
    const last = await connectDevice(running.addresses.mqtt, passwords.get("K-3") ?? { username: "K-3", password: "" });
    await last.send({ w01018: 90 });
    await waitForAlarm(running, "K-3", ({ definition }) => definition !== "");
    await last.end();
    await running.api.settledLedger(`day=${formatDay(Date.now())}`);
    const check = await running.api.call("GET", "/api/v1/alarms/journal/check");
    expect([check.status, check.text]).toEqual([200, expect.not.stringContaining('"unbroken":false')]);
    await running.stop();

    const fresh = await createTempDir("engine-replay");
    try {
      await replayAtOnce(running.dataDir, fresh.path);
      const [kept, again] = [await dumpStores(running.dataDir), await dumpStores(fresh.path)];
      const only = ({ alarms = [], transitions = [] }: typeof kept) => ({ alarms, transitions });
      expect(compareDumps(only(kept), only(again))).toEqual([]);
      const rows = only(kept).transitions.map((line) => parseLine<AlarmTransition>(line).row);
      const calls = rows.flatMap(({ annunciation }) => annunciation ?? []);
      expect(rows.length).toBeGreaterThan(20);
      expect(calls.length).toBeGreaterThanOrEqual(sites.length - 1);
      expect(new Set(calls).size).toBe(calls.length);
      expect(rows.some(({ cause }) => cause === "timer")).toBe(true);
    } finally {
      await rm(fresh.path, { recursive: true, force: true });
    }
  }, 120_000);
});

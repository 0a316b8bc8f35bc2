// Edge nodes of Sparkplug B at the real program: from birth and data to stored readings, and the way back.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectEdgeNode, type EdgeNode, type EdgeNodeOptions } from "#test/harness/edge-node.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const soon = { deadlineMs: 10_000 };
const factors = ["bfg.use", "elec.use", "bfg.pressure"];
let system: RunningSystem;
const open: EdgeNode[] = [];
let sites = 0;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system?.close());
afterEach(async () => {
  for (const node of open.splice(0)) await node.end();
});

async function register(): Promise<Credentials> {
  return system.api.createSite(`E-${++sites}`, { kind: "energy-centre", factors, intervalSeconds: 10 });
}

async function connect(who: Credentials, options: EdgeNodeOptions = { metrics: factors }): Promise<EdgeNode> {
  const node = await connectEdgeNode(system.addresses.mqtt, who, options);
  open.push(node);
  return node;
}

const values = (use: number) => ({ "bfg.use": use, "elec.use": 2 * use, "bfg.pressure": 11.5 });

async function whenLatest(site: string, factor: string, value: number): Promise<void> {
  await waitFor(`${factor} of ${value}`, async () => (await system.api.latest(site))[factor]?.value === value, soon);
}

describe("an edge node", () => {
  it("says by its birth what its aliases mean, and its data is stored with the units of the factors", async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1_000));
    await whenLatest(who.username, "bfg.use", 1_000);
    await node.data({ "bfg.use": 1_250.5, "bfg.pressure": 11.75 });
    await whenLatest(who.username, "bfg.use", 1_250.5);
    const latest = await system.api.latest(who.username);
    expect(latest["bfg.use"]?.unit).toBe("m3/h");
    expect(latest["elec.use"]).toMatchObject({ value: 2_000, flag: "N" });
    expect(latest["bfg.pressure"]).toMatchObject({ value: 11.75, unit: "kPa" });
    expect(node.asked).toBe(0);
  });

  it("that uses an alias of no birth is asked for its birth, once, and what it says after it is stored", async () => {
    const who = await register();
    const node = await connect(who);
    await node.data(values(7));
    await waitFor("an order", () => node.asked === 1, soon);
    await node.data(values(8));
    await node.birth(() => values(9));
    await whenLatest(who.username, "bfg.use", 9);
    const refused = await waitFor(
      "six rows of the quarantine",
      async () => {
        const rows = await system.api.quarantine(`site=${who.username}`);
        return rows.length === 6 && rows;
      },
      soon,
    );
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(["no-birth"]));
    expect(node.asked).toBe(1);
    await node.data({ "bfg.use": 10 });
    await whenLatest(who.username, "bfg.use", 10);
  });

  it("of which a message is missing is asked for its birth, and no alias counts before it", async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1));
    node.sender.data(Date.now(), null, { "bfg.use": 2 });
    await node.data({ "bfg.use": 3 });
    await waitFor("an order", () => node.asked === 1, soon);
    expect((await system.api.latest(who.username))["bfg.use"]?.value).toBe(1);
    await node.birth(() => values(4));
    await node.data({ "bfg.use": 5 });
    await whenLatest(who.username, "bfg.use", 5);
  });

  it("that loses its connection is dead from its will on, and its aliases count no more", async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1));
    await whenLatest(who.username, "bfg.use", 1);
    expect(await stateOf(who)).toMatchObject({ state: "born", metrics: 5, bdSeq: 0 });
    node.cut();
    await waitFor("the death", async () => (await stateOf(who))["state"] === "dead", soon);
    expect((await system.api.metrics()).value("plumeline_ingest_edge_nodes", { state: "dead" })).toBeGreaterThan(0);
    // It comes back and forgets its birth.
    const again = await connect(who, { metrics: factors, sender: node.sender });
    await again.data({ "bfg.use": 2 });
    await waitFor("an order", () => again.asked === 1, soon);
    await again.birth(() => values(3));
    await whenLatest(who.username, "bfg.use", 3);
    expect(await stateOf(who)).toMatchObject({ state: "born", bdSeq: 1 });
  });

  it("sends what it measured during an outage at the time at which it was measured", async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1));
    const from = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
    const times = [0, 1, 2].map((n) => from + n * 10_000);
    for (const time of times) {
      const rest = { timestamp: time, isHistorical: true };
      await node.publish([node.sender.data(Date.now(), null, { "elec.use": time - from }, rest)]);
    }
    const range = { from, to: from + 60_000, interval: "raw" } as const;
    const points = await waitFor(
      "three readings",
      async () => {
        const found = await system.api.history(who.username, "elec.use", range);
        return found.length === 3 && found;
      },
      soon,
    );
    expect(points.map(([time, value]) => [time, value])).toEqual(times.map((time) => [time, time - from]));
    expect((await system.api.latest(who.username))["elec.use"]?.value).toBe(2);
  });

  it("hears that the host is there, and before an orderly end that it is going", async () => {
    const who = await register();
    const node = await connect(who);
    const states = () =>
      node.heard
        .filter(({ topic }) => topic === "spBv1.0/STATE/plumeline")
        .map(({ payload }) => JSON.parse(Buffer.from(payload).toString("utf8")) as { online: boolean });
    await waitFor("the state", () => states().length === 1, soon);
    expect(states()[0]).toMatchObject({ online: true });
    await system.stop();
    expect(states().map(({ online }) => online)).toEqual([true, false]);
    await system.start();
  });
});

describe("a device that is not this edge node", () => {
  it("is disconnected when it publishes as another one, as a host, or gives orders", async () => {
    const [who, other] = [await register(), await register()];
    const foreign = [
      `spBv1.0/plumeline/NDATA/${other.username}`,
      `spBv1.0/other/NDATA/${who.username}`,
      `spBv1.0/plumeline/NCMD/${who.username}`,
      `spBv1.0/plumeline/DCMD/${who.username}/D`,
      "spBv1.0/STATE/plumeline",
      `spBv1.0/plumeline/NDATA/${who.username}/D`,
      `spBv1.0/plumeline/DDATA/${who.username}`,
    ];
    const before = (await system.api.metrics()).value("plumeline_broker_refused_total", { reason: "foreign-topic" });
    for (const topic of foreign) {
      const device = await connectDevice(system.addresses.mqtt, who);
      await device.sendRaw(Buffer.of(), { topic, qos: 0 });
      await waitFor(`${topic} to be refused`, () => device.closed, soon);
    }
    const after = (await system.api.metrics()).value("plumeline_broker_refused_total", { reason: "foreign-topic" });
    expect(after - before).toBe(foreign.length);
    expect(await nodesOf(other)).toEqual([]);
  });

  it("hears no orders and no data of others", async () => {
    const [who, other] = [await register(), await register()];
    const device = await connectDevice(system.addresses.mqtt, who);
    const own = [`spBv1.0/plumeline/NCMD/${who.username}/#`, `spBv1.0/plumeline/DCMD/${who.username}/#`];
    const foreign = [
      `spBv1.0/plumeline/NCMD/${other.username}`,
      `spBv1.0/plumeline/NDATA/${who.username}`,
      "spBv1.0/plumeline/NCMD/+",
      "spBv1.0/#",
      "spBv1.0/STATE/+",
    ];
    const granted = await device.client
      .subscribeAsync([...own, ...foreign], { qos: 0 })
      .catch((error: unknown) => error);
    // MQTT.js rejects as soon as one filter is refused.
    expect(String(granted)).toMatch(/Unspecified error/);
    const heard: string[] = [];
    device.client.on("message", (topic) => heard.push(topic));
    const neighbour = await connect(other);
    await neighbour.data(values(1));
    await waitFor("an order to the neighbour", () => neighbour.asked === 1, soon);
    await device.sendRaw(Buffer.of(), { topic: `spBv1.0/plumeline/NDATA/${who.username}`, qos: 1 });
    await waitFor("its own order", () => heard.length > 0, soon);
    expect(heard).toEqual([`spBv1.0/plumeline/NCMD/${who.username}`]);
    await device.end();
  });
});

describe("an edge node that the register names", () => {
  const tags = ["高炉/煤气流量", "版本"];
  const metrics = [
    { device: null, metric: "高炉/煤气流量", factor: "bfg.use" },
    { device: null, metric: "版本", factor: null },
    { device: "变电站 1", metric: "P", factor: "elec.use" },
  ];

  async function name(site: string, group: string, node: string, rows: readonly object[] = metrics) {
    return system.api.call("PATCH", `/api/v1/sites/${site}`, { sparkplug: { group, node, metrics: rows } });
  }

  it("speaks by that name, and its tags are the factors that the register says", async () => {
    const who = await register();
    expect((await name(who.username, "唐山", "GW 7")).status).toBe(200);
    const options = { group: "唐山", node: "GW 7", metrics: tags, devices: { "变电站 1": ["P"] } };
    const node = await connect(who, options);
    await node.birth((device) => (device === null ? { "高炉/煤气流量": 5, 版本: 3 } : { P: 6 }));
    await node.data({ P: 7 }, "变电站 1");
    await node.data({ "高炉/煤气流量": 8 });
    await whenLatest(who.username, "bfg.use", 8);
    expect((await system.api.latest(who.username))["elec.use"]?.value).toBe(7);
    const ledger = await system.api.settledLedger(`site=${who.username}`, 4);
    expect(ledger.frames).toMatchObject({ stored: 4, quarantined: 0 });
    expect(ledger.readings).toMatchObject({ received: 4, stored: 4 });
    expect(await stateOf(who)).toMatchObject({ group: "唐山", node: "GW 7", devices: ["变电站 1"] });
  });

  it("is that of one site, and nobody takes a name in the group of the unnamed", async () => {
    const [who, other] = [await register(), await register()];
    expect((await name(who.username, "G", "N")).status).toBe(200);
    const taken = await name(other.username, "G", "N");
    expect([taken.status, taken.body["code"]]).toEqual([409, "edge-node-taken"]);
    expect((await name(other.username, "plumeline", who.username)).status).toBe(400);
    const draft = { id: "E-import", name: "x", kind: "energy-centre", city: "130200", factors };
    const imported = await system.api.call("POST", "/api/v1/sites/import", {
      sites: [{ ...draft, sparkplug: { group: "G", node: "N" } }],
    });
    expect(imported.status).toBe(409);
    const freed = await system.api.call("PATCH", `/api/v1/sites/${who.username}`, { sparkplug: null });
    expect(freed.status).toBe(200);
    expect((await name(other.username, "G", "N")).status).toBe(200);
  });

  it("may say ten thousand things of which the register wants two", async () => {
    const who = await register();
    const names = Array.from({ length: 1_000 }, (_, n) => `tag ${n}`);
    const devices = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`line ${n}`, names]));
    const rows = [
      { device: "line 0", metric: "tag 7", factor: "bfg.use" },
      { device: "line 9", metric: "tag 999", factor: "elec.use" },
    ];
    const sparkplug = { group: "G3", node: "N3", metrics: rows, others: "aside" };
    expect((await system.api.call("PATCH", `/api/v1/sites/${who.username}`, { sparkplug })).status).toBe(200);
    const node = await connect(who, { group: "G3", node: "N3", metrics: [], devices });
    const all = (value: number) => Object.fromEntries(names.map((tag) => [tag, value]));
    await node.birth((device) => (device === null ? {} : all(1)));
    for (const device of Object.keys(devices)) await node.data(all(2), device);
    await whenLatest(who.username, "elec.use", 2);
    expect((await system.api.latest(who.username))["bfg.use"]?.value).toBe(2);
    expect(await stateOf(who)).toMatchObject({ state: "born", gaps: 0, metrics: 10_002 });
    const ledger = await system.api.settledLedger(`site=${who.username}`, 21);
    expect(ledger.frames).toMatchObject({ stored: 21, quarantined: 0 });
    expect(ledger.readings).toMatchObject({ received: 4, stored: 4 });
  });

  it("has refused metrics taken again under a new table, and the living node notices nothing of it", async () => {
    const who = await register();
    await name(who.username, "G2", "N2", []);
    const node = await connect(who, { group: "G2", node: "N2", metrics: tags });
    await node.birth(() => ({ "高炉/煤气流量": 1, 版本: 3 }));
    await node.data({ "高炉/煤气流量": 2 }, null, Date.now() + 1_000);
    const rows = await waitFor(
      "three refused metrics",
      async () => {
        const found = await system.api.quarantine(`site=${who.username}`);
        return found.length === 3 && found;
      },
      soon,
    );
    expect(new Set(rows.map(({ reason, factor }) => `${String(reason)} ${String(factor)}`))).toEqual(
      new Set(["unknown-factor 高炉/煤气流量", "unknown-factor 版本"]),
    );
    await name(who.username, "G2", "N2");
    const before = await stateOf(who);
    const seqs = [...new Set(rows.map(({ seq }) => seq))];
    const done = await system.api.call("POST", "/api/v1/quarantine/reprocess", {
      seqs,
      reason: "the table has it now",
    });
    expect(done.status, done.text).toBe(200);
    await whenLatest(who.username, "bfg.use", 2);
    expect(await stateOf(who)).toEqual(before);
    await node.data({ "高炉/煤气流量": 4 }, null, Date.now() + 2_000);
    await whenLatest(who.username, "bfg.use", 4);
    expect(node.asked).toBe(0);
    const ledger = await system.api.settledLedger(`site=${who.username}`, 3);
    expect(ledger.readings).toMatchObject({ received: 3, stored: 3, quarantined: 0 });
  });
});

async function nodesOf(who: Credentials): Promise<readonly Record<string, unknown>[]> {
  const reply = await system.api.call("GET", `/api/v1/edge-nodes?site=${who.username}`);
  expect(reply.status).toBe(200);
  return reply.body["items"] as readonly Record<string, unknown>[];
}

async function stateOf(who: Credentials): Promise<Record<string, unknown>> {
  const [node] = await nodesOf(who);
  return node ?? {};
}

// What edge nodes of Sparkplug B said, over kill -9, over processes, and in numbers: nothing of it is lost, and nothing that is
// read once more asks anybody for anything.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPayload } from "#domain/sparkplug/sparkplug.ts";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectEdgeNode, type EdgeNode } from "#test/harness/edge-node.ts";
import { type RunningSystem, startSplit, startSystem } from "#test/harness/system.ts";
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
  return system.api.createSite(`C-${++sites}`, { kind: "energy-centre", factors, intervalSeconds: 10 });
}

async function connect(who: Credentials, sender?: EdgeNode["sender"]): Promise<EdgeNode> {
  const options = { metrics: factors, ...(sender === undefined ? {} : { sender }) };
  const node = await connectEdgeNode(system.addresses.mqtt, who, options);
  open.push(node);
  return node;
}

const values = (use: number) => ({ "bfg.use": use, "elec.use": 2 * use, "bfg.pressure": 11.5 });

async function whenLatest(site: string, factor: string, value: number): Promise<void> {
  await waitFor(`${factor} of ${value}`, async () => (await system.api.latest(site))[factor]?.value === value, soon);
}

describe("what an edge node said", () => {
  it("is remembered over kill -9: data by alias is understood after it without a new birth", async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1));
    await whenLatest(who.username, "bfg.use", 1);
    await system.kill();
    await system.start();
    // A right node gives birth on a new connection; this one proves that its births were not lost.
    const again = await connect(who, node.sender);
    await again.data({ "bfg.use": 2 });
    await whenLatest(who.username, "bfg.use", 2);
    expect(again.asked).toBe(0);
    const { body } = await system.api.call("GET", `/api/v1/edge-nodes?site=${who.username}`);
    expect(body["items"]).toMatchObject([{ state: "born", bdSeq: 0 }]);
  });

  it("asks nobody for a birth when it is read once more after kill -9", async () => {
    const who = await register();
    const node = await connect(who);
    await node.data(values(1));
    await waitFor("an order", () => node.asked === 1, soon);
    await system.kill();
    await system.start();
    const again = await connect(who, node.sender);
    await system.api.settledLedger(`site=${who.username}`, 1);
    await again.birth(() => values(2));
    await whenLatest(who.username, "bfg.use", 2);
    expect(again.asked).toBe(0);
    expect((await system.api.metrics()).value("plumeline_broker_births_asked_total")).toBe(0);
  });

  it("comes back to it also when the roles are processes of their own", { timeout: 60_000 }, async () => {
    const split = await startSplit();
    try {
      const who = await split.api.createSite("E-split", { kind: "energy-centre", factors });
      const node = await connectEdgeNode(split.addresses.mqtt, who, { metrics: factors });
      open.push(node);
      await node.data(values(1));
      await waitFor("an order", () => node.asked === 1, soon);
      await node.birth(() => values(2));
      await waitFor("its value", async () => (await split.api.latest("E-split"))["bfg.use"]?.value === 2, soon);
    } finally {
      await split.close();
    }
  });

  it("ends in the ledger as stored, to the last of ten thousand metrics", { timeout: 30_000 }, async () => {
    const who = await register();
    const node = await connect(who);
    await node.birth(() => values(1));
    const from = Date.now() - 3_600_000;
    const sent: Promise<void>[] = [];
    for (let frame = 0; frame < 50; frame++) {
      const metrics = Array.from({ length: 200 }, (_, n) => ({
        alias: 1 + (n % 2),
        timestamp: from + (frame * 100 + Math.floor(n / 2)) * 500,
        type: "Double" as const,
        withoutType: true,
        value: frame * 200 + n + 0.5,
      }));
      const payload = buildPayload({ timestamp: Date.now(), seq: frame + 1, metrics });
      sent.push(node.publish([{ topic: `spBv1.0/plumeline/NDATA/${who.username}`, payload }], 1));
    }
    await Promise.all(sent);
    const ledger = await system.api.settledLedger(`site=${who.username}`, 51);
    expect(ledger.balanced).toBe(true);
    expect(ledger.frames).toMatchObject({ acknowledged: 50, unpromised: 1, stored: 51, quarantined: 0, pending: 0 });
    expect(ledger.readings).toMatchObject({ received: 10_003, stored: 10_003, quarantined: 0, duplicate: 0 });
    expect(node.asked).toBe(0);
  });
});

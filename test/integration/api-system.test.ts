// GET /api/v1/system: a real api with real files, between a broker and an ingest whose words the test chooses.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { LatestRow } from "#domain/live.ts";
import { type Running, startApi, until } from "./api-harness.ts";

interface System {
  readonly version: string;
  readonly conditions: readonly { readonly name: string; readonly says: string }[];
  readonly broker: { readonly ok: boolean; readonly why: string | null; readonly devices: number | null };
  readonly journal: { readonly writable: boolean | null; readonly headSeq: number | null };
  readonly ingest: { readonly ok: boolean; readonly lagSeconds: number | null };
  readonly history: { readonly ok: boolean };
  readonly ledger: { readonly balanced: boolean | null };
  readonly quarantine: { readonly open: number };
  readonly live: { readonly screens: number; readonly slow: number };
  readonly disk: { readonly freeBytes: number; readonly daysLeft: number | null } | null;
}

let api: Running;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

/** Asked anew: an answer is good for a second. */
async function ask(): Promise<System> {
  api.clock.offsetMs += 2_000;
  const reply = await api.call<System>("GET", "/api/v1/system");
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

describe("the system in one answer", () => {
  it("says that all is well, with the numbers of every part", async () => {
    const system = await ask();
    expect(system.conditions).toEqual([]);
    expect(system).toMatchObject({
      version: "0.0.0",
      broker: { ok: true, why: null, devices: 3 },
      journal: { writable: true, headSeq: api.broker.entries.length },
      ingest: { ok: true, lagSeconds: 0.02 },
      history: { ok: true },
      ledger: { balanced: true },
      quarantine: { open: 0 },
      live: { screens: 0, slow: 0 },
    });
    expect(system.disk?.freeBytes).toBeGreaterThan(0);
    expect(system.disk?.daysLeft).toBeNull();
  });

  it("names what is wrong while it is wrong, and why", async () => {
    api.broker.writable = false;
    api.ingest.lagMs = 12_000;
    api.ingest.historyOk = false;
    const system = await ask();
    expect(system.conditions.map(({ name }) => name).toSorted()).toEqual([
      "history-behind",
      "ingest-stalled",
      "journal-blocked",
    ]);
    expect(system).toMatchObject({
      broker: { ok: false, why: "disk full" },
      ingest: { ok: false, lagSeconds: 12 },
      history: { ok: false },
    });
    api.broker.writable = true;
    api.ingest.lagMs = 20;
    api.ingest.historyOk = true;
    expect((await ask()).conditions).toEqual([]);
  });

  it("does not call well what nobody can ask, and answers all the same", async () => {
    api.links.ingest();
    await until(async () => !(await ask()).ingest.ok);
    const system = await ask();
    expect(system).toMatchObject({
      broker: { ok: true },
      ingest: { ok: false, lagSeconds: null },
      history: { ok: false },
      ledger: { balanced: null },
    });
    api.relinkIngest();
    await until(async () => (await ask()).ingest.ok);
  });

  it("counts the screens, and those that do not take what is sent", { timeout: 30_000 }, async () => {
    const open = async (): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://${api.address}/live?token=${api.token}`);
      await until(() => socket.readyState === WebSocket.OPEN);
      socket.send(JSON.stringify({ subscribe: { alarms: true } }));
      return socket;
    };
    const [slow, quick] = [await open(), await open()];
    try {
      await until(async () => (await ask()).live.screens === 2);
      slow.pause();
      const rows = (value: number): LatestRow[] =>
        Array.from({ length: 10_000 }, (_, i) => [`T${i}`, "w01018", Date.now(), value, "N", 0, Date.now()]);
      let told = 0;
      // The kernel holds some megabytes for it first.
      await until(async () => {
        told += 1;
        await api.ingest.tell(api.ingest.seq + 1, { latest: rows(told) });
        return (await ask()).live.slow === 1;
      });
      slow.resume();
      await until(async () => (await ask()).live.slow === 0);
    } finally {
      slow.terminate();
      quick.terminate();
    }
    await until(async () => (await ask()).live.screens === 0);
  });

  it("is for people who are signed in", async () => {
    expect((await api.call("GET", "/api/v1/system", { token: "" })).status).toBe(401);
  });
});

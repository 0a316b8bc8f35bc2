// The calls of the quarantine answer in their declared form, with and without the frame, and send nothing to the journal
// that cannot become anything. The api alone, with stand-ins for broker and ingest.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerCounts, type QuarantineRow } from "#domain/ledger.ts";
import { type Running, siteBody, startApi } from "./api-harness.ts";

const receivedAt = Date.UTC(2026, 10, 22, 4);
let api: Running;

const row = (seq: number, rest: Partial<QuarantineRow> = {}): QuarantineRow => ({
  seq,
  part: 0,
  site: "S1",
  receivedAt,
  reason: "unknown-factor",
  detail: "=1+1",
  factor: "w99999",
  excerpt: "{",
  ...rest,
});
const counts = { received: 600, stored: 10, duplicate: 0, quarantined: 590, control: false };
const frame = { channel: 1, ...counts, reasons: { "unknown-factor": 590 }, places: "unknown" } as const;
const decision = { by: "li", at: receivedAt, why: "test", seq: 9 };

beforeAll(async () => {
  api = await startApi();
  await api.call("POST", "/api/v1/sites", { body: siteBody });
  const quarantine = [
    row(2),
    row(101, { frame, point: 0 }),
    row(102, { state: "dismissed", decision }),
    row(103, { frame: { ...frame, places: "all" } }),
  ];
  const ledger = [{ ...createLedgerCounts(), day: "2026-11-22", site: "=S", reasons: { "unknown-factor": 1 } }];
  await api.call("POST", "/api/v1/sites/S1/readings", { raw: '{"time":1,"values":{"w99999":1}}' });
  await api.commit({ cursor: api.ingest.seq, quarantine, ledger });
});
afterAll(() => api.stop());

describe("the calls of the quarantine", () => {
  it("answer as they are declared, for rows of this and of an older version, with and without the frame", async () => {
    const list = await api.call<{ items: object[]; total: number }>("GET", "/api/v1/quarantine");
    expect(list.body.total).toBe(4);
    expect(list.body.items[1]).toMatchObject({ state: "dismissed", decision: { by: "li", why: "test" } });
    const known = await api.call("GET", "/api/v1/quarantine/2");
    expect(known.body).toMatchObject({
      open: 1,
      readings: null,
      frame: { door: "http", text: '{"time":1,"values":{"w99999":1}}' },
    });
    const gone = await api.call("GET", "/api/v1/quarantine/101");
    expect(gone.body).toMatchObject({
      frame: null,
      readings: { received: 600, stored: 10, duplicate: 0, quarantined: 590 },
    });
    expect((await api.call("GET", "/api/v1/quarantine/55")).body).toMatchObject({
      status: 404,
      code: "frame-not-found",
    });
    expect(api.problems).toEqual([]);
  });

  it("say of each frame why nothing can be done about it, and journal nothing", async () => {
    const entries = api.broker.entries.length;
    const body = { seqs: [2, 101, 102, 103, 104, 104], reason: "try" };
    const reply = await api.call<{ frames: { seq: number; outcome: string }[] }>(
      "POST",
      "/api/v1/quarantine/reprocess",
      { body },
    );
    expect(reply.body.frames.map(({ seq, outcome }) => [seq, outcome])).toEqual([
      [2, "not-possible"],
      [101, "not-possible"],
      [102, "closed"],
      [103, "unreadable"],
      [104, "not-found"],
    ]);
    expect(api.broker.entries).toHaveLength(entries);
  });

  it("write files in which no cell is a formula", async () => {
    const csv = await api.call("GET", "/api/v1/quarantine?format=csv&state=open");
    expect(csv.text).toContain(",'=1+1,");
    expect(csv.text.trim().split("\r\n")).toHaveLength(4);
    expect((await api.call("GET", "/api/v1/ledger?day=2026-11-22&format=csv")).text).toContain(
      "2026-11-22,'=S,0,0,0,0,0,0,0,0,0,unknown-factor=1",
    );
    const lines = (await api.call("GET", "/api/v1/quarantine?format=ndjson&reason=none")).text;
    expect(lines).toBe("");
  });
});

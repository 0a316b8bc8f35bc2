// Refused frames on the real program: looked at with their bytes, reprocessed with their own receive time, dismissed; the
// ledger balanced throughout, and the same after a kill.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDay, parseDay } from "#domain/time.ts";
import { type ApiClient, type Json, signIn } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { addUser, journalFrames } from "#test/harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const late = Date.now() - 3 * 86_400_000;
const day = formatDay(late);
const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41]);
const frame = (i: number): Buffer =>
  Buffer.from(JSON.stringify({ time: late + i * 1_000, values: { w01018: 10 + i } }));

let system: RunningSystem;
let operator: ApiClient;
let viewer: ApiClient;

beforeAll(async () => {
  system = await startSystem();
  await system.stop();
  await addUser(system.dataDir, "operator", "operator");
  await addUser(system.dataDir, "viewer", "viewer");
  await journalFrames(system.dataDir, [
    ...[1, 2, 3, 4, 5].map((i) => ({ site: "Q-LATE", receivedAt: late + i * 1_000 + 200, payload: frame(i) })),
    { site: "Q-LATE", receivedAt: late + 9_000, payload: bytes },
  ]);
  await start();
}, 60_000);
afterAll(() => system?.close());

async function start(): Promise<void> {
  await system.start();
  operator = await signIn(system.addresses.http, "operator", "operator password");
  viewer = await signIn(system.addresses.http, "viewer", "viewer password");
}

interface Outcome {
  readonly seq: number;
  readonly outcome: string;
  readonly stored: number;
}

async function decide(
  what: "reprocess" | "dismiss",
  seqs: readonly number[],
  reason = "the site was late",
): Promise<Outcome[]> {
  const reply = await operator.call("POST", `/api/v1/quarantine/${what}`, { seqs, reason });
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return reply.body["frames"] as Outcome[];
}

async function list(query: string): Promise<Json[]> {
  return (await viewer.call("GET", `/api/v1/quarantine?limit=1000&${query}`)).body["items"] as Json[];
}

const seqsOf = (rows: readonly Json[]): number[] => rows.map((row) => Number(row["seq"])).toReversed();

async function dayOf(site: string) {
  const { frames, readings, quarantine, balanced } = await viewer.ledger(`day=${day}&site=${site}`);
  return { frames, readings, quarantine, balanced };
}

describe("a refused frame", () => {
  it("is found by site, time, reason and state, and shown with its bytes as they were received", async () => {
    const rows = await waitFor(
      "the refused frames",
      async () => {
        const found = await list("site=Q-LATE");
        return found.length === 6 && found;
      },
      { deadlineMs: 10_000 },
    );
    expect(rows.every((row) => row["reason"] === "unknown-site" && row["state"] === "open")).toBe(true);
    expect(await list(`site=Q-LATE&from=${late + 2_000}&to=${late + 4_200}`)).toHaveLength(2);
    expect(await list("site=Q-LATE&state=dismissed")).toEqual([]);
    expect(await list(`day=${day}&reason=unknown-site&state=open`)).toHaveLength(6);

    const [first = 0, last = 0] = [seqsOf(rows)[0], seqsOf(rows).at(-1)];
    const text = (await viewer.call("GET", `/api/v1/quarantine/${first}`)).body;
    expect(text).toMatchObject({
      seq: first,
      site: "Q-LATE",
      open: 1,
      receivedAt: new Date(late + 1_200).toISOString(),
    });
    const size = frame(1).length;
    expect(text["frame"]).toEqual({
      door: "mqtt",
      channel: "readings",
      promised: true,
      bytes: size,
      text: frame(1).toString(),
      base64: null,
      hex: null,
    });
    const binary = (await viewer.call("GET", `/api/v1/quarantine/${last}`)).body;
    expect(binary["frame"]).toMatchObject({ bytes: 4, text: null, base64: bytes.toString("base64"), hex: "fffe0041" });
    expect((await viewer.call("GET", "/api/v1/quarantine/999999")).body["code"]).toBe("frame-not-found");
    expect((await viewer.call("GET", "/api/v1/quarantine/x")).status).toBe(400);
  });

  it("is exported with all others of the filter, as CSV and as lines of JSON", async () => {
    const csv = await viewer.call("GET", "/api/v1/quarantine?site=Q-LATE&format=csv&limit=2");
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.text.trim().split("\r\n")).toHaveLength(7);
    expect(csv.text).toContain("unknown-site");
    const lines = (await viewer.call("GET", "/api/v1/quarantine?site=Q-LATE&format=ndjson")).text.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Json)["site"])).toEqual(Array.from({ length: 6 }, () => "Q-LATE"));
    const ledger = await viewer.call("GET", `/api/v1/ledger?day=${day}&format=csv`);
    expect(ledger.text).toContain(`${day},Q-LATE,6,0,6,0,0,`);
  });

  it("is for an operator to decide about, with a reason", async () => {
    for (const what of ["reprocess", "dismiss"]) {
      const path = `/api/v1/quarantine/${what}`;
      expect((await viewer.call("POST", path, { seqs: [1], reason: "x" })).body["code"]).toBe("not-allowed");
      for (const body of [
        { seqs: [1] },
        { seqs: [], reason: "x" },
        { seqs: [1], reason: "  " },
        { seqs: [0], reason: "x" },
      ]) {
        expect((await operator.call("POST", path, body)).status).toBe(400);
      }
      const many = Array.from({ length: 501 }, (_, i) => i + 1);
      expect((await operator.call("POST", path, { seqs: many, reason: "x" })).status).toBe(400);
    }
    expect(await decide("reprocess", [999_999])).toMatchObject([{ outcome: "not-found" }]);
  });
});

describe("reprocessing", () => {
  it("changes nothing while the reason holds", async () => {
    const before = await dayOf("Q-LATE");
    expect(before).toMatchObject({
      balanced: true,
      frames: { acknowledged: 6, quarantined: 6 },
      quarantine: { "unknown-site": 6 },
    });
    const outcomes = await decide("reprocess", seqsOf(await list("site=Q-LATE")));
    expect(outcomes.map((each) => each.outcome)).toEqual(Array.from({ length: 6 }, () => "quarantined"));
    expect(await dayOf("Q-LATE")).toEqual(before);
    expect(await list("site=Q-LATE&state=open")).toHaveLength(6);
  });

  it("stores what can be read now with its own receive time, moves it on its own day, and pages nobody", async () => {
    await system.api.createSite("Q-LATE");
    await system.api.putLimit("Q-LATE", "w01018", 1);
    const seqs = seqsOf(await list("site=Q-LATE&state=open"));
    const outcomes = await decide("reprocess", seqs);
    expect(outcomes.map(({ seq, outcome, stored }) => [seq, outcome, stored])).toEqual(
      seqs.map((seq, i) => (i < 5 ? [seq, "stored", 1] : [seq, "quarantined", 0])),
    );
    expect(await dayOf("Q-LATE")).toMatchObject({
      balanced: true,
      frames: { acknowledged: 6, stored: 5, quarantined: 1, duplicate: 0 },
      readings: { received: 5, stored: 5, quarantined: 0, duplicate: 0 },
      quarantine: { "invalid-json": 1 },
    });
    const points = await waitFor(
      "the readings in history",
      async () => {
        const found = await viewer.history("Q-LATE", "w01018", { from: late, to: late + 60_000, interval: "raw" });
        return found.length === 5 && found;
      },
      { deadlineMs: 10_000 },
    );
    expect(points.map(([time, value]) => [time - late, value])).toEqual(
      [1, 2, 3, 4, 5].map((i) => [i * 1_000, 10 + i]),
    );
    const midnight = parseDay(day) ?? 0;
    const means = () =>
      viewer.history("Q-LATE", "w01018", { from: midnight, to: midnight + 86_400_000, interval: "1d" });
    await waitFor("the mean of the day", async () => (await means())[0]?.[1] === 13, { deadlineMs: 10_000 });
    expect((await viewer.latest("Q-LATE"))["w01018"]).toMatchObject({
      value: 15,
      receivedAt: new Date(late + 5_200).toISOString(),
    });
    expect(await viewer.alarms("site=Q-LATE")).toEqual([]);
    const closed = await list("site=Q-LATE&state=reprocessed");
    expect(closed.length).toBeGreaterThanOrEqual(5);
    expect(closed[0]?.["decision"]).toMatchObject({ by: "operator", why: "the site was late" });
  });

  it("a second time finds nothing open, and both decisions stand in the audit", async () => {
    const [seq = 0] = seqsOf(await list("site=Q-LATE&state=reprocessed"));
    expect(await decide("reprocess", [seq])).toMatchObject([{ seq, outcome: "closed" }]);
    const audit = (await viewer.call("GET", `/api/v1/audit?object=frame:${seq}`)).body["items"] as Json[];
    expect(audit.map((row) => [row["actor"], row["action"], row["outcome"], row["detail"]])).toEqual(
      [1, 2].map(() => ["operator", "frames.reprocess", "ok", "the site was late"]),
    );
  });

  it("of a frame that is stored in part stores nothing twice and leaves what is still refused open", async () => {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("Q-PART"));
    const now = Date.now();
    await device.sendRaw(JSON.stringify({ time: now, values: { w01018: 20, w99999: 1, w01001: 400 } }));
    await device.end();
    const before = await system.api.settledLedger("site=Q-PART", 1);
    const [seq = 0] = seqsOf(
      await waitFor(
        "its rows",
        async () => {
          const rows = await list("site=Q-PART");
          return rows.length === 2 && rows;
        },
        { deadlineMs: 5_000 },
      ),
    );
    expect(await decide("reprocess", [seq])).toMatchObject([{ outcome: "quarantined", stored: 0 }]);
    expect(await system.api.settledLedger("site=Q-PART", 1)).toEqual(before);
    expect(await list("site=Q-PART&state=open")).toHaveLength(2);
    const points = await waitFor(
      "the good reading in history",
      async () => {
        const found = await viewer.history("Q-PART", "w01018", { from: now, to: now + 1, interval: "raw" });
        return found.length > 0 && found;
      },
      { deadlineMs: 5_000 },
    );
    expect(points).toHaveLength(1);
  });

  it("carries more bytes than one journal entry takes in several", async () => {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("Q-BIG"));
    for (let i = 0; i < 5; i++) await device.sendRaw(`{${"x".repeat(120_000)}`);
    await device.end();
    await system.api.settledLedger("site=Q-BIG", 5);
    const seqs = seqsOf(
      await waitFor(
        "its rows",
        async () => {
          const rows = await list("site=Q-BIG");
          return rows.length === 5 && rows;
        },
        { deadlineMs: 5_000 },
      ),
    );
    const outcomes = await decide("reprocess", seqs);
    expect(outcomes.map((each) => each.outcome)).toEqual(seqs.map(() => "quarantined"));
    const entries = new Set<unknown>();
    for (const seq of seqs) {
      const audit = (await viewer.call("GET", `/api/v1/audit?object=frame:${seq}`)).body["items"] as Json[];
      entries.add(audit[0]?.["seq"]);
    }
    expect(entries.size).toBe(3);
  });
});

describe("dismissing", () => {
  it("closes the refusals with who, when and why, and leaves the ledger as it is", async () => {
    const [seq = 0] = seqsOf(await list("site=Q-LATE&state=open"));
    const before = await dayOf("Q-LATE");
    expect(await decide("dismiss", [seq], "a port scan")).toMatchObject([{ seq, outcome: "dismissed" }]);
    const [row] = await list("site=Q-LATE&state=dismissed");
    expect(row).toMatchObject({ seq, reason: "invalid-json", decision: { by: "operator", why: "a port scan" } });
    expect(await dayOf("Q-LATE")).toEqual(before);
    expect(await decide("dismiss", [seq], "again")).toMatchObject([{ outcome: "closed" }]);
  });
});

describe("after a kill", () => {
  it("decisions, ledger and quarantine are what they were, read again from the journal", async () => {
    const before = { rows: await list(""), ledger: await dayOf("Q-LATE") };
    await system.kill();
    await start();
    expect(await list("")).toEqual(before.rows);
    expect(await dayOf("Q-LATE")).toEqual(before.ledger);
  });

  it("and also when the state store is made anew from the journal", async () => {
    const before = { rows: await list(""), ledger: await dayOf("Q-LATE") };
    await system.stop();
    for (const name of ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "ingest/checkpoint"]) {
      rmSync(join(system.dataDir, name), { force: true });
    }
    await start();
    await waitFor("the same rows", async () => isDeepStrictEqual(await list(""), before.rows), { deadlineMs: 10_000 });
    expect(await dayOf("Q-LATE")).toEqual(before.ledger);
  });
});

describe("the description of the api", () => {
  it("has the calls of the quarantine", async () => {
    const paths = (await viewer.call("GET", "/openapi.json")).body["paths"] as Json;
    for (const path of ["", "/{seq}", "/reprocess", "/dismiss"])
      expect(Object.keys(paths)).toContain(`/api/v1/quarantine${path}`);
  });
});

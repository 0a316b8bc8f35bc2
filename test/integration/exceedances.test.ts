// Exceedances over HTTP: lists as known now and then, episodes, explanations that recompute, and the raw frames behind them.
// A real api on real SQLite and DuckDB files; what is stored is written as ingest writes it.

import { hash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExceedingWindow, VerdictRange } from "#domain/judged.ts";
import type { Mark } from "#domain/mark.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import type { History } from "#store/history/history.ts";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { buildBatch } from "../contract/history-batches.ts";
import { type Running, startApi } from "./api-harness.ts";

const t0 = Date.parse("2026-11-21T16:00:00Z");
const knownAt = t0 + 3 * hourMs;
const iso = (ms: number) => new Date(ms).toISOString();
const idOf = (hour: number) => `G1:a21002:hour:${t0 + hour * hourMs}`;
const path = "/api/v1/exceedances";

interface ItemJson {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly mean: number;
  readonly siteName: string;
  readonly window: readonly [string, string];
  readonly episode: { readonly from: string; readonly to: string; readonly windows: number };
  readonly versions?: readonly ItemJson[];
}
interface PageJson {
  readonly items: readonly ItemJson[];
  readonly total: number;
  readonly next: string | null;
}

let api: Running;
let dir: TempDir;
let history: History;
let limitId = "";

/** Every minute of the hour has this value, but those that are named. */
async function writeHour(hour: number, value: number, seq: number, flagged: readonly number[] = []): Promise<void> {
  const minutes = Array.from({ length: 60 }, (_, minute) => {
    const start = t0 + hour * hourMs + minute * minuteMs;
    return { start, isFlagged: flagged.includes(minute) };
  });
  const batch = buildBatch(
    seq,
    minutes.map(({ start, isFlagged }) => ({
      site: "G1",
      time: start,
      seq,
      values: isFlagged ? { a21002: [value, "C"] as const } : { a21002: value },
    })),
    minutes.map(({ start, isFlagged }) => ({
      site: "G1",
      start,
      seq,
      values: {
        a21002: isFlagged ? [Number.NaN, Number.NaN, Number.NaN, 1, 0] : [value, value, value, 1, 1],
      },
    })),
  );
  await history.write(batch);
}

function makeWindow(hour: number, value: number, valid = 60): ExceedingWindow {
  const start = t0 + hour * hourMs;
  return {
    start,
    end: start + hourMs,
    value,
    compared: value,
    bound: 50,
    side: "max",
    unit: "mg/m3",
    multiple: (value - 50) / 50,
    method: "rounded",
    valid,
    due: 60,
    correctedTo: null,
    limitId,
    limitVersion: 1,
    source: "site",
    rule: "comparison.rounded",
    sureness: "from memory",
  };
}

function makeRange(exceeding: readonly ExceedingWindow[], parts: Partial<VerdictRange> = {}): VerdictRange {
  const span = { from: t0, to: t0 + 6 * hourMs, cause: "closed", seq: 50, at: knownAt, marked: [] } as const;
  return { site: "G1", factor: "a21002", basis: "hour", ...span, exceeding, ...parts };
}

beforeAll(async () => {
  dir = await createTempDir("exceedances");
  history = createDuckdbHistory({ file: join(dir.path, "history.duckdb"), log: createSilentLog() });
  await history.start();
  api = await startApi({ history });
  const site = { id: "G1", name: "三号烧结机头", kind: "gas-outfall", city: "130200", factors: ["a21002", "a21026"] };
  expect((await api.call("POST", "/api/v1/sites", { body: { ...site, enterprise: "唐山滦丰钢铁" } })).status).toBe(201);
  const limit = { site: "G1", factor: "a21002", max: 50, basis: "hour", from: 0, reason: "permit" };
  const made = await api.call<{ id: string }>("POST", "/api/v1/limits", { body: limit });
  expect(made.status).toBe(201);
  limitId = made.body.id;
  await writeHour(0, 60, 10);
  await writeHour(1, 70, 11, [3, 4]);
  await writeHour(2, 40, 12);
  await writeHour(4, 80, 13);
  const found = makeRange([makeWindow(0, 60), makeWindow(1, 70, 58), makeWindow(4, 80)]);
  await api.commit({ cursor: 50, verdicts: [found] });
});

afterAll(async () => {
  await api.stop();
  await history.stop();
  await dir.remove();
});

async function list(query = ""): Promise<PageJson> {
  const reply = await api.call<PageJson>("GET", `${path}${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

async function explain(id: string, query = "") {
  const reply = await api.call<Record<string, never>>("GET", `${path}/${id}/explanation${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.body as Readonly<Record<string, unknown>>;
}

describe("the list", () => {
  it("names site, window, mean, limit and rule, newest first, and says how many windows in a row", async () => {
    const { items, total } = await list();
    expect(total).toBe(3);
    expect(items.map(({ id, episode }) => [id, episode.windows])).toEqual([
      [idOf(4), 1],
      [idOf(1), 2],
      [idOf(0), 2],
    ]);
    expect(items[2]).toMatchObject({
      siteName: "三号烧结机头",
      city: "130200",
      enterprise: "唐山滦丰钢铁",
      window: [iso(t0), iso(t0 + hourMs)],
      mean: 60,
      limit: 50,
      unit: "mg/m3",
      multiple: 0.2,
      valid: 60,
      due: 60,
      limitVersion: "1",
      rule: "comparison.rounded",
      sureness: "from memory",
      status: "confirmed",
      version: 1,
      episode: { from: iso(t0), to: iso(t0 + 2 * hourMs), windows: 2 },
    });
  });

  it("filters, pages and CSV tell of the same windows", async () => {
    expect((await list("?enterprise=唐山滦丰钢铁&basis=hour&factor=a21002")).total).toBe(3);
    expect((await list("?city=130300")).total).toBe(0);
    expect((await list(`?from=${t0 + hourMs}&to=${t0 + 4 * hourMs}`)).items.map(({ id }) => id)).toEqual([idOf(1)]);
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([idOf(4), idOf(1), idOf(0)]);
    expect(second.next).toBeNull();
    const csv = (await api.call("GET", `${path}?format=csv`)).text.trim().split("\r\n");
    expect(csv).toHaveLength(4);
    expect(csv[1]).toContain("G1,三号烧结机头,130200,唐山滦丰钢铁,a21002,hour,2026-11-22 04:00:00");
  });

  it("refuses a turned range, and an id that names nothing", async () => {
    expect((await api.call("GET", `${path}?from=2&to=1`)).status).toBe(400);
    for (const id of ["nonsense", "G1:a21002:week:1", idOf(2), `${idOf(0)}0`]) {
      const reply = await api.call("GET", `${path}/${id}`);
      expect([reply.status, reply.body["code"]]).toEqual([404, "exceedance-not-found"]);
    }
    expect((await api.call("GET", path, { token: "" })).status).toBe(401);
  });
});

describe("an explanation", () => {
  it("recomputes the mean from the minutes, and agrees with what is stored", async () => {
    const told = await explain(idOf(1));
    expect(told).toMatchObject({
      agrees: true,
      disagreement: null,
      recomputed: 70,
      verdict: "exceeding",
      site: { id: "G1", name: "三号烧结机头", kind: "gas-outfall" },
      limit: { id: limitId, max: 50, basis: "hour" },
      comparison: { rule: "comparison.rounded", method: "rounded" },
      validity: { isValid: true, needed: 45, due: 60, received: 60, valid: 58, marked: 0, excluded: { C: 2 } },
      marks: [],
    });
    const inputs = told["inputs"] as readonly { start: string; value: number; counts: boolean; why: string }[];
    expect(inputs).toHaveLength(60);
    expect(inputs[0]).toMatchObject({ start: iso(t0 + hourMs), value: 70, corrected: 70, counts: true, why: null });
    expect(inputs[3]).toMatchObject({ value: null, counts: false, why: "C" });
  });

  it("names the raw frames of the window, page by page", async () => {
    const told = await explain(idOf(0), "?framesLimit=25");
    const seen = told["frames"] as { seq: number; time: string }[];
    expect(seen).toHaveLength(25);
    let next = told["framesNext"];
    while (typeof next === "string") {
      const page = await explain(idOf(0), `?framesLimit=25&frames=${next}`);
      seen.push(...(page["frames"] as typeof seen));
      next = page["framesNext"];
    }
    expect(seen.map(({ time }) => time)).toEqual(
      Array.from({ length: 60 }, (_, minute) => iso(t0 + minute * minuteMs)),
    );
    expect(new Set(seen.map(({ seq }) => seq))).toEqual(new Set([10]));
  });

  it("says that it does not agree when the stored data say something else", async () => {
    await writeHour(4, 30, 60);
    expect(await explain(idOf(4))).toMatchObject({
      agrees: false,
      recomputed: 30,
      verdict: "within",
      disagreement: "stored as an exceedance, but it is within",
    });
    await writeHour(4, 81, 61);
    expect(await explain(idOf(4))).toMatchObject({ agrees: false, disagreement: "another value, compared" });
  });

  it("of a window that a mark took out names the mark and agrees; before the mark it stood", async () => {
    const mark: Mark = {
      id: "M1",
      version: 1,
      site: "G1",
      factors: ["a21002"],
      label: "calibration",
      from: t0,
      to: t0 + 30 * minuteMs,
      reason: "zero and span",
      evidence: [],
      status: "entered",
      by: "plant",
      at: knownAt + 1_000,
      decidedBy: null,
      decidedAt: null,
      decision: null,
      seq: 70,
    };
    const range = makeRange([makeWindow(1, 70, 58), makeWindow(4, 80)], {
      cause: "mark",
      seq: 70,
      at: knownAt + 1_000,
      marked: [t0],
    });
    await api.commit({ cursor: 70, marks: [mark], verdicts: [range] });
    expect(await explain(idOf(0))).toMatchObject({
      agrees: true,
      verdict: "unknown",
      exceedance: { status: "marked", version: 2 },
      validity: { isValid: false, valid: 30, marked: 30 },
      marks: [{ id: "M1", label: "calibration", effective: true }],
    });
    const shown = await api.call<ItemJson>("GET", `${path}/${idOf(0)}`);
    expect(shown.body.versions?.map(({ version, status }) => [version, status])).toEqual([
      [1, "confirmed"],
      [2, "marked"],
    ]);
    const before = await list(`?asOf=${knownAt}`);
    expect(before.items.find(({ id }) => id === idOf(0))).toMatchObject({
      version: 1,
      status: "confirmed",
      episode: { windows: 2 },
    });
    expect((await list("?status=confirmed")).items.map(({ id }) => id)).toEqual([idOf(4), idOf(1)]);
    expect((await list()).items.find(({ id }) => id === idOf(1))?.episode.windows).toBe(1);
    expect((await list("?status=superseded")).items.map(({ id, status }) => [id, status])).toEqual([
      [idOf(0), "superseded"],
    ]);
  });
});

describe("a raw frame", () => {
  async function append(kind: number, channel: number, payload: Uint8Array): Promise<number> {
    const seq = api.broker.entries.length + 1;
    const rest = { door: doors.hj212, promised: true, receivedAt: knownAt, source: "G1", payload };
    api.broker.entries.push({ ...rest, seq, kind, channel } as (typeof api.broker.entries)[number]);
    return seq;
  }

  it("is shown as it was received, with its sum, and without the password of the logger", async () => {
    const text = "##0101QN=20261122040000000;ST=31;CN=2011;PW=123456;MN=M1;Flag=5;CP=&&a21002-Rtd=60.0&&1C80\r\n";
    const seq = await append(entryKinds.frame, channels.hj212, Buffer.from(text));
    const reply = await api.call("GET", `/api/v1/frames/${seq}`);
    expect(reply.body).toMatchObject({
      seq,
      site: "G1",
      siteName: "三号烧结机头",
      channel: "hj212",
      door: "hj212",
      receivedAt: iso(knownAt),
      bytes: text.length,
      text: text.replace("123456", "******"),
      hex: null,
      hidden: true,
      sha256: hash("sha256", text, "hex"),
    });
    expect(reply.text).not.toContain("123456");
  });

  it("that is no text comes in hex, a password in it hidden as well", async () => {
    const bytes = Buffer.from([0xff, ...Buffer.from("PW=987654;MN=M1"), 0xfe]);
    const seq = await append(entryKinds.frame, channels.hj212, bytes);
    const { body } = await api.call<{ text: null; hex: string }>("GET", `/api/v1/frames/${seq}`);
    expect(body.text).toBeNull();
    const shown = Buffer.from(body.hex, "hex");
    expect(shown.toString("latin1")).toContain("PW=******;MN=M1");
    expect([shown[0], shown.at(-1)]).toEqual([0xff, 0xfe]);
  });

  it("of JSON is not changed", async () => {
    const text = '{"time":1,"values":{"w01018":{"value":1}},"note":"PW=1"}';
    const seq = await append(entryKinds.frame, channels.readings, Buffer.from(text));
    expect((await api.call("GET", `/api/v1/frames/${seq}`)).body).toMatchObject({ text, hidden: false });
  });

  it("that retention has removed is said to be gone, and the archive's beginning with it", async () => {
    const seq = await append(entryKinds.frame, channels.readings, Buffer.from("{}"));
    api.broker.archiveBegin = seq + 1;
    const gone = await api.call("GET", `/api/v1/frames/${seq}`);
    api.broker.archiveBegin = 1;
    expect([gone.status, gone.body["code"]]).toEqual([410, "raw-frame-removed"]);
    expect(gone.body["detail"]).toContain(String(seq + 1));
  });

  it("is refused politely when there is none, and to whoever is not signed in", async () => {
    const missing = await api.call("GET", "/api/v1/frames/999999");
    expect([missing.status, missing.body["code"]]).toEqual([404, "raw-frame-not-found"]);
    expect((await api.call("GET", "/api/v1/frames/1", { token: "" })).status).toBe(401);
    expect((await api.call("GET", "/api/v1/frames/0")).status).toBe(400);
  });
});

// The calls of the api over a real socket: registry, readings, alarms, limits, ledger, history, health.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedgerCounts } from "#domain/ledger.ts";
import { doors, entryKinds } from "#domain/frame.ts";
import type { LatestRow } from "#domain/live.ts";
import { formatDay } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { makeAlarm } from "../contract/state-rows.ts";
import { siteBody, startApi, until, type Running } from "./api-harness.ts";

const minute = 60_000;
const historyFrom = Date.UTC(2026, 10, 20);
let broken = false;

/** A day of minutes for every series, value = number of the minute; fails from the second slice on when `broken`. */
const history: HistoryReader = {
  async readMeans({ factors, from, to, limit, tier }) {
    if (broken && from > historyFrom) throw new Error("disk gone at /secret/path");
    const step = tier === "1m" ? minute : 60 * minute;
    const start: number[] = [];
    for (
      let time = Math.max(historyFrom, Math.ceil(from / step) * step);
      time < Math.min(to, historyFrom + 5760 * minute);
      time += step
    ) {
      if (start.length < limit) start.push(time);
    }
    const mean = start.map((time) => (time - historyFrom) / minute);
    const ones = start.map(() => 1);
    return factors.map((factor) => ({ factor, start, mean, min: mean, max: mean, count: ones, valid: ones }));
  },
  async readRaw({ factors, from }) {
    return factors.map((factor) => ({ factor, time: [from + 1], value: [7.5], flag: ["M" as const] }));
  },
};

const dashboardDir = mkdtempSync(join(tmpdir(), "plumeline-dashboard-"));
let api: Running;
beforeAll(async () => {
  mkdirSync(join(dashboardDir, "assets"));
  writeFileSync(join(dashboardDir, "index.html"), "<!doctype html><title>Plumeline</title>");
  writeFileSync(join(dashboardDir, "assets", "app-1a2b.js"), "console.log(1)");
  writeFileSync(join(dashboardDir, "assets", "app-1a2b.js.gz"), gzipSync("console.log(1)"));
  api = await startApi({ history, dashboardDir });
  await api.call("POST", "/api/v1/sites", { body: siteBody });
});
afterAll(async () => {
  await api.stop();
  rmSync(dashboardDir, { recursive: true, force: true });
});

describe("the registry", () => {
  it("answers 201 with the site once ingest has applied it, and 409 when the id exists", async () => {
    const body = {
      ...siteBody,
      id: "S2",
      mn: "88880001",
      pw: "123456",
      standard: { standard: "GB 18918-2002", industry: "WWTP", unit: "1A" },
    };
    const made = await api.call("POST", "/api/v1/sites", { body });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: "S2",
      version: 1,
      intervalSeconds: 60,
      mn: "88880001",
      status: "offline",
      lat: null,
    });
    expect(made.text).not.toContain("123456");
    expect(api.accounts.loggerPassword("88880001")).toBe("123456");
    const journaled = api.broker.entries.map((entry) => new TextDecoder().decode(entry.payload)).join();
    expect(journaled).not.toContain("123456");
    expect((await api.call("POST", "/api/v1/sites", { body })).body["code"]).toBe("site-exists");
    const taken = await api.call("POST", "/api/v1/sites", { body: { ...body, id: "S3" } });
    expect([taken.status, taken.body["code"]]).toEqual([409, "mn-taken"]);
  });

  it("of two callers who register the same id at once, one is told that it exists", async () => {
    const body = { ...siteBody, id: "RACE" };
    const replies = await Promise.all([1, 2].map(() => api.call("POST", "/api/v1/sites", { body })));
    expect(replies.map((reply) => reply.status).sort()).toEqual([201, 409]);
  });

  it("refuses what is no site, saying which field", async () => {
    const refuse = async (parts: object) =>
      (await api.call("POST", "/api/v1/sites", { body: { ...siteBody, id: "X", ...parts } })).body;
    expect(await refuse({ factors: [] })).toMatchObject({ status: 400, code: "invalid-request" });
    expect(await refuse({ factors: ["w99999"] })).toMatchObject({
      status: 400,
      code: "unknown-factor",
      title: "unknown factor",
    });
    expect(await refuse({ id: "../etc" })).toMatchObject({ code: "invalid-request" });
    expect(await refuse({ city: "110000" })).toMatchObject({ code: "unknown-city" });
    expect((await refuse({ colour: "red" }))["detail"]).toContain("colour");
  });

  it("changes only what a change names", async () => {
    const before = (await api.call("GET", "/api/v1/sites/S2")).body;
    const reply = await api.call("PATCH", "/api/v1/sites/S2", { body: { name: "改名", enterprise: "清源水务" } });
    expect(reply.body).toMatchObject({
      name: "改名",
      enterprise: "清源水务",
      mn: "88880001",
      factors: before["factors"],
      version: 2,
    });
    const gone = await api.call("PATCH", "/api/v1/sites/S2", { body: { enterprise: null, expectedVersion: 2 } });
    expect(gone.body).toMatchObject({ enterprise: null, name: "改名", version: 3 });
    const stale = await api.call("PATCH", "/api/v1/sites/S2", { body: { name: "x", expectedVersion: 2 } });
    expect([stale.status, stale.body["code"]]).toEqual([409, "stale-version"]);
    expect(stale.body["current"]).toMatchObject({ version: 3 });
  });

  it("imports a fleet in commands of 200 and pages through it", async () => {
    const sites = Array.from({ length: 450 }, (_, index) => ({
      ...siteBody,
      id: `F-${String(index).padStart(3, "0")}`,
      simulated: true,
    }));
    const before = api.broker.entries.length;
    const reply = await api.call("POST", "/api/v1/sites/import", { body: { sites } });
    expect([reply.status, reply.body]).toEqual([201, { imported: 450 }]);
    expect(api.broker.entries.length - before).toBe(3);
    const again = await api.call("POST", "/api/v1/sites/import", { body: { sites: sites.slice(0, 2) } });
    expect([again.status, again.body["existing"]]).toEqual([409, ["F-000", "F-001"]]);
    const seen: string[] = [];
    let cursor = "";
    do {
      type Page = { items: { id: string }[]; total: number; next: string | null };
      const page = (await api.call<Page>("GET", `/api/v1/sites?q=F-&limit=200&cursor=${cursor}`)).body;
      expect(page.total).toBe(450);
      seen.push(...page.items.map((site) => site.id));
      cursor = page.next ?? "";
    } while (cursor !== "");
    expect(new Set(seen).size).toBe(450);
    const credentials = await api.call<{ items: { username: string; password: string }[] }>(
      "POST",
      "/api/v1/credentials",
      { body: { sites: seen } },
    );
    expect(credentials.body.items).toHaveLength(450);
    expect(credentials.body.items.every((row) => api.accounts.verifyDevice(row.username, row.password))).toBe(true);
    expect((await api.call("POST", "/api/v1/credentials", { body: { sites: ["nobody"] } })).body["code"]).toBe(
      "unknown-site",
    );
  });

  it("tells the one who waits too long that the change is safe and will be applied", { timeout: 15_000 }, async () => {
    api.ingest.silent = true;
    const reply = await api.call("POST", "/api/v1/sites", { body: { ...siteBody, id: "LATE" } });
    api.ingest.silent = false;
    expect([reply.status, reply.body["code"]]).toEqual([503, "not-applied-yet"]);
    expect(reply.body["seq"]).toBe(api.broker.entries.length);
  });
});

describe("readings over HTTP", () => {
  const frame = '{"time":"2026-11-22T08:00:00+08:00",  "values":{"w01018":45.20}}';

  it("are journaled as the exact bytes received, then answered 202", async () => {
    const reply = await api.call("POST", "/api/v1/sites/S1/readings", { raw: frame });
    const entry = api.broker.entries.at(-1);
    expect([reply.status, reply.body]).toEqual([202, { accepted: true, seq: entry?.seq }]);
    expect(entry).toMatchObject({ kind: entryKinds.frame, door: doors.http, source: "S1", promised: true });
    expect(new TextDecoder().decode(entry?.payload)).toBe(frame);
  });

  it("come from the device itself with its own password, and for its own site only", async () => {
    const { username, password } = (
      await api.call<{ username: string; password: string }>("POST", "/api/v1/sites/S1/credentials")
    ).body;
    const headers = { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
    const hand = (site: string, given: Record<string, string>) =>
      api.call("POST", `/api/v1/sites/${site}/readings`, { raw: frame, token: "", headers: given });
    expect((await hand("S1", headers)).status).toBe(202);
    expect((await hand("S2", headers)).status).toBe(403);
    expect((await hand("S1", { authorization: `Basic ${Buffer.from("S1:wrong").toString("base64")}` })).status).toBe(
      401,
    );
    expect((await api.call("GET", "/api/v1/sites", { token: "", headers })).status).toBe(401);
  });

  it("are refused before the journal when they are no JSON, too long, compressed, or for no site", async () => {
    const before = api.broker.entries.length;
    const hand = async (raw: string, headers = {}, site = "S1") =>
      (await api.call("POST", `/api/v1/sites/${site}/readings`, { raw, headers })).body;
    for (const raw of ["{", "", '"text"', "NaN", "null"])
      expect(await hand(raw)).toMatchObject({ status: 400, code: "invalid-json" });
    expect(await hand(`[${" ".repeat(256 * 1024)}]`)).toMatchObject({ status: 413, code: "body-too-large" });
    expect(await hand(frame, { "content-encoding": "gzip" })).toMatchObject({
      status: 415,
      code: "unsupported-encoding",
    });
    expect(await hand(frame, {}, "nobody")).toMatchObject({ status: 404, code: "site-not-found" });
    expect(api.broker.entries.length).toBe(before);
  });

  it("are not accepted while the journal takes nothing", async () => {
    api.broker.full = true;
    const reply = await api.call("POST", "/api/v1/sites/S1/readings", { raw: frame });
    api.broker.full = false;
    expect([reply.status, reply.body["code"], reply.headers.get("retry-after")]).toEqual([
      503,
      "journal-unavailable",
      "2",
    ]);
  });

  it("show as the newest values, with age and staleness by the server's clock", async () => {
    const now = Date.now();
    const rows: LatestRow[] = [
      ["S1", "w01018", now - 3_000, 45.2, "N", 3, now - 2_000],
      ["S1", "w01001", now - 200_000, 7.3, "M", 0, now],
    ];
    await api.ingest.tell(api.ingest.seq, { latest: rows });
    type Latest = { values: Record<string, { ageSeconds: number; stale: boolean; quality: string[]; time: string }> };
    await until(
      async () => Object.keys((await api.call<Latest>("GET", "/api/v1/sites/S1/latest")).body.values).length === 2,
    );
    const { values } = (await api.call<Latest>("GET", "/api/v1/sites/S1/latest")).body;
    expect(values["w01018"]).toMatchObject({
      value: 45.2,
      unit: "mg/L",
      flag: "N",
      quality: ["range", "late"],
      stale: false,
    });
    expect(values["w01018"]?.time).toBe(new Date(now - 3_000).toISOString());
    expect(values["w01001"]).toMatchObject({ flag: "M", stale: true });
    expect((await api.call<{ total: number }>("GET", "/api/v1/sites?status=online")).body.total).toBe(1);
    expect((await api.call<{ rows: unknown[] }>("GET", "/api/v1/latest?city=130600")).body.rows).toHaveLength(2);
  });
});

describe("alarms", () => {
  it("are acknowledged at the version they were seen in; a stale version shows how it is now", async () => {
    await api.ingest.tell(api.ingest.seq, { alarms: [makeAlarm("A1", { site: "S1", onset: Date.now() })] });
    await until(async () => (await api.call("GET", "/api/v1/alarms/A1")).status === 200);
    const stale = await api.call("POST", "/api/v1/alarms/A1/ack", { body: { expectedVersion: 7 } });
    expect([stale.status, stale.body["code"]]).toEqual([409, "stale-version"]);
    expect(stale.body["current"]).toMatchObject({
      version: 1,
      state: "unack-active",
      onset: expect.stringMatching(/Z$/),
    });
    const reply = await api.call("POST", "/api/v1/alarms/A1/ack", { body: { expectedVersion: 1, comment: "已派人" } });
    expect([reply.status, reply.body]).toMatchObject([200, { version: 2, state: "ack-active", ackedBy: "admin" }]);
    const twice = await api.call("POST", "/api/v1/alarms/A1/ack", { body: { expectedVersion: 2 } });
    expect([twice.status, twice.body["code"]]).toEqual([422, "illegal-move"]);
    expect((await api.call("POST", "/api/v1/alarms/none/ack", { body: { expectedVersion: 1 } })).body["code"]).toBe(
      "alarm-not-found",
    );
    expect((await api.call("POST", "/api/v1/alarms/A1/shelve", { body: { expectedVersion: 2 } })).status).toBe(400);
  });

  it("are listed by state, priority, site and time", async () => {
    type Page = { items: { id: string; onset: string }[]; total: number };
    const list = async (query: string) => (await api.call<Page>("GET", `/api/v1/alarms?${query}`)).body;
    await until(async () => (await list("state=ack-active,unack-active&site=S1")).total === 1);
    expect((await list("state=ack-active&state=unack-active&priority=2")).items[0]?.id).toBe("A1");
    expect((await list("priority=1")).total).toBe(0);
    expect((await list(`to=${Date.now() - 3_600_000}`)).total).toBe(0);
    expect((await api.call("GET", "/api/v1/alarms?state=loud")).status).toBe(400);
    expect((await api.call("GET", "/api/v1/alarms?cursor=nonsense")).body["code"]).toBe("invalid-cursor");
    expect((await api.call("GET", "/api/v1/alarms?sites=S1")).body["detail"]).toContain("sites");
  });
});

describe("limits", () => {
  it("are put one by one or in bulk, and the same one again is a correction", async () => {
    const body = {
      site: "S1",
      factor: "w01018",
      max: 50,
      basis: "realtime",
      from: "2026-11-01T00:00:00+08:00",
      reason: "permit",
    };
    const made = await api.call("POST", "/api/v1/limits", { body });
    expect([made.status, made.body]).toMatchObject([
      201,
      { version: 1, max: 50, min: null, by: "admin", source: "site", from: "2026-10-31T16:00:00.000Z" },
    ]);
    expect((await api.call("POST", "/api/v1/limits", { body: { ...body, max: 45 } })).body).toMatchObject({
      id: made.body["id"],
      version: 2,
      max: 45,
    });
    expect((await api.call("POST", "/api/v1/limits", { body: { ...body, max: null } })).body["detail"]).toContain(
      "max or min",
    );
    expect((await api.call("POST", "/api/v1/limits", { body: { ...body, site: "nobody" } })).body["code"]).toBe(
      "unknown-site",
    );
    const limits = Array.from({ length: 1_100 }, (_, index) => ({ ...body, from: index * 1000, min: 1 }));
    const before = api.broker.entries.length;
    expect((await api.call("POST", "/api/v1/limits/import", { body: { limits } })).body).toEqual({ imported: 1_100 });
    expect(api.broker.entries.length - before).toBe(3);
    const twice = await api.call("POST", "/api/v1/limits/import", { body: { limits: [limits[0], limits[0]] } });
    expect(twice.status).toBe(400);
    type Page = { items: object[]; total: number; next: string | null };
    const page = (await api.call<Page>("GET", "/api/v1/limits?site=S1&limit=1000")).body;
    expect([page.items.length, page.total]).toEqual([1000, 1101]);
    expect(
      (await api.call<Page>("GET", `/api/v1/limits?site=S1&limit=1000&cursor=${page.next}`)).body.items,
    ).toHaveLength(101);
    expect((await api.call<{ limits: object[] }>("GET", "/api/v1/sites/S1")).body.limits).toHaveLength(1101);
  });
});

describe("history", () => {
  const range = `from=${historyFrom}&to=${historyFrom + 5760 * minute}`;

  it("comes as points, 20,000 at most in one answer, and goes on with a cursor", async () => {
    type Answer = { series: { factor: string; unit: string; points: number[][] }[]; nextCursor: string | null };
    const path = `/api/v1/history?site=S1&factor=w01018&factor=w01001&factor=w21003&factor=w00000&${range}&interval=1m`;
    const first = (await api.call<Answer>("GET", path)).body;
    expect(first.series.map((series) => series.points.length)).toEqual([5760, 5760, 5760, 2720]);
    expect(first.series[0]).toMatchObject({
      factor: "w01018",
      unit: "mg/L",
      points: expect.arrayContaining([[historyFrom, 0, 0, 0, 1, 1]]),
    });
    const rest = (await api.call<Answer>("GET", `${path}&cursor=${first.nextCursor}`)).body;
    expect([rest.series.length, rest.series[0]?.points.length, rest.nextCursor]).toEqual([1, 3040, null]);
    expect(rest.series[0]?.points[0]?.[1]).toBe(2720);
    const folded = (await api.call<Answer>("GET", `/api/v1/history?site=S1&factor=w01018&${range}&interval=10m`)).body;
    expect(folded.series[0]?.points[1]).toEqual([historyFrom + 10 * minute, 14.5, 10, 19, 10, 10]);
  });

  it("of all sites is one question, which names no site", async () => {
    type Answer = { series: { site: string; factor: string; points: number[][] }[] };
    const path = `/api/v1/history?factor=w01018&from=${historyFrom}&to=${historyFrom + 60 * minute}&interval=1m&limit=100000`;
    const { series } = (await api.call<Answer>("GET", `${path}&sites=all`)).body;
    const one = (await api.call<Answer>("GET", `${path}&site=S1`)).body.series[0];
    expect(one?.points).toHaveLength(60);
    expect(series.find(({ site }) => site === "S1")).toEqual(one);
    expect(series.every(({ factor }) => factor === "w01018")).toBe(true);
    expect((await api.call("GET", `${path}&sites=all&site=S1`)).status).toBe(400);
  });

  it("comes whole as CSV with local times, and as NDJSON", async () => {
    const csv = await api.call("GET", `/api/v1/history?site=S1&factor=w01018&${range}&interval=1h&format=csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    const lines = csv.text.split("\r\n");
    // fetch's text() takes the byte order mark away.
    expect(lines[0]).toBe(
      "时间 time (UTC+8),监测点 site,名称 name,因子 factor,因子名称 factor name,单位 unit,均值 mean (mg/L),最小 min (mg/L),最大 max (mg/L),个数 count,有效 valid",
    );
    expect(lines[1]).toMatch(/^2026-11-20 08:00:00,S1,保定清源水务 总排口,w01018,.+,mg\/L,0,0,0,1,1$/);
    expect(lines).toHaveLength(96 + 2);
    const raw = await api.call(
      "GET",
      `/api/v1/history?site=S1&factor=w01018&from=${historyFrom}&to=${historyFrom + minute}&interval=raw&format=ndjson`,
    );
    expect(JSON.parse(raw.text)).toMatchObject({ site: "S1", factor: "w01018", value: 7.5, valid: 0, flag: "M" });
  });

  it("says plainly what it cannot do", async () => {
    const ask = async (query: string) => (await api.call("GET", `/api/v1/history?${query}`)).body;
    expect(await ask("site=S1&format=parquet")).toMatchObject({ status: 501, code: "format-not-built" });
    expect(await ask("site=nobody")).toMatchObject({ status: 404, code: "site-not-found" });
    expect(await ask("site=S1&factor=w99999")).toMatchObject({ status: 400, code: "unknown-factor" });
    expect(await ask("site=S1&from=2026-11-22&to=0")).toMatchObject({ status: 400, code: "invalid-request" });
    expect(await ask("site=S1&from=5&to=5")).toMatchObject({ detail: "from must be before to" });
    expect(await ask("")).toMatchObject({ status: 400 });
  });

  it("an answer that breaks half-way is cut off, never ended as if it were whole, and tells no paths", async () => {
    broken = true;
    const path = `/api/v1/history?site=S1&factor=w01018&from=${historyFrom}&to=${historyFrom + 40 * 5760 * minute}&interval=1m&format=csv`;
    await expect(api.call("GET", path)).rejects.toThrow();
    const early = await api.call(
      "GET",
      `/api/v1/history?site=S1&factor=w01018&from=${historyFrom + 1}&to=${historyFrom + minute}&interval=1m&format=ndjson`,
    );
    broken = false;
    expect(early.body).toMatchObject({ status: 500, code: "internal" });
    expect(early.text).not.toContain("secret");
    expect(api.problems.length).toBeGreaterThanOrEqual(2);
  });
});

describe("the ledger", () => {
  it("sums up the day, shows what is pending, and whether broker and ingest agree", async () => {
    const day = formatDay(Date.now());
    const counts = {
      ...createLedgerCounts(),
      framesStored: 5,
      framesQuarantined: 2,
      framesDuplicate: 1,
      framesUnpromised: 1,
    };
    const readings = { readingsReceived: 20, readingsStored: 17, readingsQuarantined: 2, readingsDuplicate: 1 };
    const row = { ...counts, ...readings, reasons: { "invalid-json": 2 }, day, site: "S1" };
    await api.commit({ cursor: api.ingest.seq, ledger: [row, { ...row, site: "S2" }] });
    const reply = await api.call("GET", `/api/v1/ledger?day=${day}`);
    expect(reply.body).toMatchObject({
      day,
      balanced: true,
      frames: { acknowledged: 14, stored: 10, quarantined: 4, duplicate: 2, unpromised: 2, pending: 0 },
      readings: { received: 40, stored: 34, quarantined: 4, duplicate: 2 },
      quarantine: { "invalid-json": 4 },
    });
    expect(reply.body["bySite"]).toHaveLength(2);
    api.ingest.frames -= 3;
    expect((await api.call("GET", "/api/v1/ledger")).body).toMatchObject({ balanced: false, frames: { pending: 3 } });
    api.ingest.frames += 3;
    expect((await api.call("GET", "/api/v1/ledger?day=2026-13-01")).status).toBe(400);
  });

  it("lists the refused frames and the decisions, newest first", async () => {
    const rows = [1, 2, 3].map((part) => ({
      seq: 4,
      part,
      site: "S1",
      receivedAt: Date.now(),
      reason: "not-a-number",
      detail: "",
      factor: null,
      excerpt: "{",
    }));
    const audit = [
      { seq: 3, at: Date.now(), actor: "admin", action: "sites.put", object: "S1", outcome: "ok", detail: "" },
    ];
    await api.commit({ cursor: api.ingest.seq, quarantine: rows, audit });
    type Page = { items: { part: number; object: string }[]; total: number };
    const page = (await api.call<Page>("GET", "/api/v1/quarantine?site=S1&reason=not-a-number&limit=2")).body;
    expect([page.items.map((row) => row.part), page.total]).toEqual([[3, 2], 3]);
    expect((await api.call<Page>("GET", "/api/v1/audit?object=S1")).body.items[0]?.object).toBe("S1");
  });
});

describe("for machines and screens", () => {
  it("the bootstrap answer is small enough for a first look", async () => {
    const reply = await api.call<{ sites: Record<string, unknown[]>; alarms: object[]; factors: object }>(
      "GET",
      "/api/v1/bootstrap",
    );
    expect(reply.body).toMatchObject({
      user: { username: "admin" },
      counts: { sitesTotal: reply.body.sites["id"]?.length },
    });
    expect(reply.body.alarms).toHaveLength(1);
    expect(Object.keys(reply.body.factors).sort()).toEqual(["w01001", "w01018"]);
    expect((await api.call<{ items: object[] }>("GET", "/api/v1/cities")).body.items).toHaveLength(11);
    expect((await api.call<{ items: object[] }>("GET", "/api/v1/factors")).body.items.length).toBeGreaterThan(50);
  });

  it("readiness names the part that is missing or late", async () => {
    expect((await api.call("GET", "/readyz", { token: "" })).body).toMatchObject({ status: "ready" });
    api.ingest.lagMs = 60_000;
    api.broker.writable = false;
    const late = await api.call("GET", "/readyz", { token: "" });
    api.ingest.lagMs = 10;
    api.broker.writable = true;
    expect([late.status, late.body["code"]]).toEqual([503, "not-ready"]);
    expect(late.body["detail"]).toBe("broker: disk full; ingest: ingest is 60 s behind the journal");
    expect((await api.call("GET", "/healthz", { token: "" })).status).toBe(200);
  });

  it("metrics of all roles come as one text", async () => {
    const { text } = await api.call("GET", "/metrics", { token: "" });
    for (const line of ["broker_connections 3", "ingest_frames_total 7", 'plumeline_role_up{role="broker"} 1'])
      expect(text).toContain(line);
    expect(text).toContain(
      'plumeline_api_request_seconds_count{method="post",route="/api/v1/sites/{id}/readings",status="202"}',
    );
  });

  it("the description lists every call with its forms", async () => {
    type Description = {
      openapi: string;
      paths: Record<string, Record<string, { responses: object; parameters?: { name: string }[] }>>;
    };
    const { body } = await api.call<Description>("GET", "/openapi.json", { token: "" });
    expect(body.openapi).toBe("3.1.0");
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(["/api/v1/limits/import", "/api/v1/history", "/openapi.json"]),
    );
    expect(body.paths["/api/v1/history"]?.["get"]?.parameters?.map((one) => one.name)).toEqual(
      expect.arrayContaining(["site", "factor", "interval"]),
    );
    expect(body.paths["/api/v1/sites/{id}"]?.["patch"]?.responses).toHaveProperty("200");
  });

  it("whatever goes wrong is a problem, never a page with a stack", async () => {
    for (const [method, path] of [
      ["GET", "/api/v1/nothing"],
      ["PUT", "/api/v1/sites"],
      ["GET", "/api/v1/sites/%E0%A4%A"],
      ["POST", "/nothing"],
    ] as const) {
      const reply = await api.call(method, path);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(Object.keys(reply.body)).toEqual(
        expect.arrayContaining(["type", "title", "status", "code", "detail", "hint", "requestId"]),
      );
    }
    expect((await api.call("POST", "/api/v1/sites", { raw: "{oops" })).body["code"]).toBe("invalid-json");
  });

  it("the dashboard's files come compressed, hashed ones for ever, and every page leads to it", async () => {
    const page = await api.call("GET", "/sites/S1", { token: "" });
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    expect(page.text).toContain("Plumeline");
    const asset = await api.call("GET", "/assets/app-1a2b.js", { token: "", headers: { "accept-encoding": "gzip" } });
    expect([asset.text, asset.headers.get("content-encoding")]).toEqual(["console.log(1)", "gzip"]);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    const headers = { "if-none-match": page.headers.get("etag") ?? "" };
    expect((await api.call("GET", "/", { token: "", headers })).status).toBe(304);
    for (const path of ["/assets/gone.js", "/..%2f..%2fetc%2fpasswd", "/.env", "/%00"]) {
      expect((await api.call("GET", path, { token: "" })).status).toBe(404);
    }
  });
});

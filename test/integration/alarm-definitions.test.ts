// Records of alarms on the running program: changed with versions and reasons, as text there and back, tried on the past before they
// are put; what is out of service; and the figures that all of it leads to.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minuteMs } from "#domain/time.ts";
import { type AlarmJson, type ApiClient, type Json, type Reply, signIn } from "../harness/api-client.ts";
import { addUser } from "../harness/refused-frames.ts";
import { adminPassword, type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const soon = { deadlineMs: 15_000 };
const records = "/api/v1/alarm-definitions";
let system: RunningSystem;
let api: ApiClient;
let li: ApiClient;

const record = {
  nameZh: "化学需氧量预警",
  nameEn: "COD warning",
  subject: "value",
  basis: "realtime",
  scope: { site: "W-1", factor: "w01018" },
  class: "warning",
  levels: [{ op: "above", at: 30, priority: 3 }],
  action: "call the plant",
};
const put = (id: string, parts: Json, who = api): Promise<Reply> =>
  who.call("PUT", `${records}/${id}`, { ...record, expectedVersion: 0, reason: "trial", ...parts });
async function send(site: string, value: number): Promise<void> {
  const body = { time: Date.now(), values: { w01018: value } };
  expect((await api.call("POST", `/api/v1/sites/${site}/readings`, body)).status).toBe(202);
}
const waitForAlarm = (query: string, fits: (alarm: AlarmJson) => boolean = () => true): Promise<AlarmJson> =>
  waitFor(`an alarm ${query}`, async () => (await api.alarms(query)).find(fits), soon);
async function ask(path: string, who = api): Promise<Json> {
  const reply = await who.call("GET", path);
  expect([path, reply.status]).toEqual([path, 200]);
  return reply.body;
}
const items = async (path: string): Promise<Json[]> => (await ask(path))["items"] as Json[];

beforeAll(async () => {
  system = await startSystem();
  ({ api } = system);
  await addUser(system.dataDir, "li", "operator");
  li = await signIn(system.addresses.http, "li", "li password");
  for (const site of ["W-1", "W-2", "W-3"]) await api.createSite(site, { factors: ["w01018"] });
  await api.putLimit("W-2", "w01018", 50);
}, 60_000);
afterAll(() => system.close());

describe("a record of alarms", () => {
  it("that comes with the program is there with its texts in both languages", async () => {
    const all = await items(records);
    const hour = all.find(({ id }) => id === "limit-hour");
    expect(hour).toMatchObject({ version: 1, builtIn: true, changedBy: null, subject: "limit", basis: "hour" });
    expect(hour).toMatchObject({ textsEn: { action: expect.stringMatching(/[a-z]{4}/) } });
    const classes = await items("/api/v1/alarm-classes");
    expect(classes.find(({ name }) => name === "statutory")).toMatchObject({ highlyManaged: true, shelfMinutesMax: 0 });
  });

  it("is made and changed with a reason, version by version, and raises alarms by its own number", async () => {
    const made = await put("cod-warning", {});
    expect([made.status, made.body]).toEqual([
      200,
      expect.objectContaining({ id: "cod-warning", version: 1, builtIn: false, changedBy: "admin", reason: "trial" }),
    ]);
    await send("W-1", 35);
    const alarm = await waitForAlarm("site=W-1&definition=value:cod-warning:w01018");
    expect(alarm).toMatchObject({ record: "cod-warning", recordVersion: 1, priority: 3, limit: 30, active: true });
    const changed = await put("cod-warning", {
      expectedVersion: 1,
      reason: "graver",
      levels: [{ op: "above", at: 25, priority: 2 }],
    });
    expect([changed.status, changed.body["version"]]).toEqual([200, 2]);
    const { versions } = await ask(`${records}/cod-warning`);
    expect((versions as Json[]).map(({ version, reason }) => [version, reason])).toEqual([
      [2, "graver"],
      [1, "trial"],
    ]);
    // The occurrence goes on.
    expect((await waitForAlarm("site=W-1", ({ id }) => id === alarm.id)).active).toBe(true);
    const stale = await put("cod-warning", { expectedVersion: 1 });
    expect([stale.status, stale.body["code"], (stale.body["current"] as Json)["version"]]).toEqual([
      409,
      "stale-version",
      2,
    ]);
    expect((await put("x", {}, li)).status).toBe(403);
    expect((await api.call("GET", `${records}/none`)).body["code"]).toBe("definition-not-found");
  });

  it("that makes no sense is refused with every mistake and how to mend it", async () => {
    const bad = await put("bad", { action: "", class: "royal", levels: [{ op: "beyond", at: 3, priority: 2 }] });
    expect([bad.status, bad.body["code"]]).toEqual([422, "invalid-definitions"]);
    const problems = bad.body["problems"] as { field: string; hint: string }[];
    expect(problems.map(({ field }) => field).toSorted()).toEqual(["action", "class", "levels.0.op"]);
    for (const { hint } of problems) expect(hint).not.toBe("");
    expect((await put("lost", { scope: { site: "W-99", factor: "w01018" } })).status).toBe(422);
    expect((await put("odd", { colour: "red" })).status).toBe(400);
  });

  it("keeps what it is about, and needs another administrator to be lowered when it is highly managed", async () => {
    const day = (await items(records)).find(({ id }) => id === "limit-day");
    const {
      id: _id,
      version,
      builtIn: _b,
      changedBy: _by,
      changedAt: _at,
      reason: _r,
      textsEn: _t,
      ...fields
    } = day ?? {};
    const change = (parts: Json): Promise<Reply> =>
      api.call("PUT", `${records}/limit-day`, { ...fields, expectedVersion: version, reason: "trial", ...parts });
    const problemOf = async (reply: Reply): Promise<string | undefined> =>
      (reply.body["problems"] as { field: string }[])[0]?.field;
    const other = await change({ basis: "hour" });
    expect([other.status, await problemOf(other)]).toEqual([422, "basis"]);
    const alone = await change({ enabled: false });
    expect([alone.status, await problemOf(alone)]).toEqual([422, "second"]);
    const asked = async (username: string, password: string): Promise<unknown> =>
      (await change({ enabled: false, second: { username, password } })).body["code"];
    expect(await asked("admin", adminPassword)).toBe("second-person-refused");
    expect(await asked("li", "li password")).toBe("second-person-refused");
    await addUser(system.dataDir, "zhao", "admin");
    expect(await asked("zhao", "wrong")).toBe("second-person-refused");
    const text = (await api.call("GET", `${records}/export?format=yaml`)).text;
    const milder = text.replaceAll("class: statutory", "class: averaging");
    const type = { "content-type": "application/yaml" };
    const tried = await api.call("POST", `${records}/import?dryRun=true`, milder, type);
    expect(await problemOf(tried)).toBe("second");
    const agreed = await change({ enabled: false, second: { username: "zhao", password: "zhao password" } });
    expect([agreed.status, agreed.body["enabled"], agreed.body["reason"]]).toEqual([
      200,
      false,
      "trial (agreed: zhao)",
    ]);
    // Back again: that takes nobody else.
    expect((await change({ expectedVersion: Number(version) + 1 })).status).toBe(200);
  });

  it("says for each thing that can happen at a site whether it is the one that holds", async () => {
    const site = "W-2";
    const own = { scope: { site }, subject: "limit", levels: [{ op: "beyond", at: 1, priority: 1 }] };
    expect((await put("own-limit", own)).status).toBe(200);
    const found = await items(`${records}/effective?site=${site}`);
    const holds = Object.fromEntries(found.map(({ name, record: id }) => [name, id]));
    expect(holds).toMatchObject({
      "limit:w01018:realtime": "own-limit",
      "silence:site": "silence-site",
      "silence:w01018": "silence-factor",
      "quality:w01018": "quality-factor",
    });
    expect(holds["limit:w01018:hour"]).toBeUndefined();
    expect(found[0]).toMatchObject({ limit: { max: 50, source: "site" } });
    expect((await items(`${records}/effective?site=system`)).map(({ name }) => name)).toContain(
      "system:journal-blocked",
    );
    // Disabled at its most specific place, there is no such alarm there.
    expect((await put("own-limit", { ...own, expectedVersion: 1, enabled: false })).status).toBe(200);
    const off = (await items(`${records}/effective?site=${site}`)).find(({ name }) => name === "limit:w01018:realtime");
    expect(off).toMatchObject({ record: "own-limit", enabled: false });
  });
});

describe("records as text", () => {
  const exported = async (): Promise<string> => (await api.call("GET", `${records}/export?format=yaml`)).text;
  const importText = (text: string, query: string): Promise<Reply> =>
    api.call("POST", `${records}/import?${query}`, text, { "content-type": "application/yaml" });

  it("that were exported change nothing when they are imported, and are the same text again", async () => {
    const text = await exported();
    const dry = await importText(text, "dryRun=true");
    expect([dry.status, dry.body["counts"]]).toEqual([
      200,
      expect.objectContaining({ new: 0, changed: 0, problems: 0 }),
    ]);
    const done = await importText(text, "reason=again");
    expect([done.status, (done.body["counts"] as Json)["changed"]]).toEqual([200, 0]);
    expect(await exported()).toBe(text);
  });

  it("show every difference in a dry run, which does nothing, and do it then", async () => {
    const before = await exported();
    const text = before.replace(/(id: cod-warning\n[\s\S]*?onDelayMs: )0/, "$12000");
    const dry = await importText(text, "dryRun=true");
    expect(dry.body["counts"]).toMatchObject({ changed: 1, problems: 0 });
    const changed = (dry.body["items"] as Json[]).filter(({ outcome }) => outcome === "changed");
    expect(changed).toMatchObject([
      { id: "cod-warning", changes: [{ field: "onDelayMs", before: "0", after: "2000" }] },
    ]);
    expect(await exported()).toBe(before);
    expect((await importText(text, "")).status).toBe(400);
    expect((await importText(text, "reason=calmer")).status).toBe(200);
    expect(await ask(`${records}/cod-warning`)).toMatchObject({ version: 3, onDelayMs: 2000, reason: "calmer" });
    // The text was exported before: its version is that of before.
    const late = await importText(text.replace("2000", "3000"), "dryRun=true");
    expect((late.body["problems"] as Json[])[0]).toMatchObject({ field: "version", id: "cod-warning" });
  });

  it("with one mistake do nothing at all, and say the line", async () => {
    const before = await exported();
    const text = before.replace(/(id: cod-warning\n[\s\S]*?class: )warning/, "$1royal");
    const line = text.split("\n").findIndex((each) => each.endsWith("class: royal")) + 1;
    const refused = await importText(text.replace(/(id: limit-hour\n[\s\S]*?onDelayMs: )0/, "$17"), "reason=x");
    expect([refused.status, refused.body["code"]]).toEqual([422, "invalid-definitions"]);
    const problems = refused.body["problems"] as { line: number; field: string }[];
    expect(problems.find(({ field }) => field === "class")).toMatchObject({ line, id: "cod-warning" });
    expect(await exported()).toBe(before);
  });
});

describe("what is out of service", () => {
  it("is previewed, calls nobody while it lasts, and is put back once", async () => {
    const scope = { site: "W-3" };
    expect(
      (await put("w3", { scope: { site: "W-3", factor: "w01018" }, levels: [{ op: "above", at: 30, priority: 2 }] }))
        .status,
    ).toBe(200);
    const preview = await li.call("POST", "/api/v1/out-of-service/preview", { scope });
    expect([preview.status, preview.body]).toEqual([
      200,
      expect.objectContaining({ sites: 1, siteIds: ["W-3"], alarms: 0 }),
    ]);
    expect((await api.call("POST", "/api/v1/out-of-service/preview", { scope: {} })).status).toBe(400);
    const body = { scope, workOrder: "WO-7", reason: "new pump" };
    expect((await li.call("POST", "/api/v1/out-of-service", body)).status).toBe(403);
    const key = { "idempotency-key": "o-1" };
    const [made, again] = [
      await api.call("POST", "/api/v1/out-of-service", body, key),
      await api.call("POST", "/api/v1/out-of-service", body, key),
    ];
    expect([made.status, again.text]).toEqual([201, made.text]);
    expect(made.body).toMatchObject({ active: true, by: "admin", workOrder: "WO-7", version: 1 });
    await send("W-3", 99);
    const alarm = await waitForAlarm("site=W-3&definition=value:w3:w01018");
    expect(alarm).toMatchObject({ suppression: { kind: "out-of-service" }, annunciations: 0, active: true });
    expect((await items("/api/v1/out-of-service?active=true")).map(({ id }) => id)).toEqual([made.body["id"]]);
    const end = (expectedVersion: number) =>
      api.call("POST", `/api/v1/out-of-service/${String(made.body["id"])}/end`, { expectedVersion, reason: "done" });
    expect((await end(7)).status).toBe(409);
    const ended = await end(1);
    expect([ended.status, ended.body]).toEqual([200, expect.objectContaining({ active: false, endedBy: "admin" })]);
    expect((await end(2)).status).toBe(422);
    const told = await waitForAlarm("site=W-3", (each) => each["suppression"] === null);
    expect(told).toMatchObject({ id: alarm.id, annunciations: 1 });
    expect(await items("/api/v1/out-of-service?active=false")).toHaveLength(1);
  });
});

describe("a look back", () => {
  it("says what records would have raised, beside those in force, and what would have been missed", async () => {
    const end = Math.floor(Date.now() / minuteMs) * minuteMs - 20 * minuteMs;
    const from = end - 120 * minuteMs;
    // Two hours of minutes; beyond 50 for three minutes, then for twenty.
    const high = (i: number): boolean => (i >= 30 && i < 33) || (i >= 60 && i < 80);
    await api.createSite("B-1", { factors: ["w01018"] });
    await api.putLimit("B-1", "w01018", 50);
    const readings = Array.from({ length: 120 }, (_, i) => ({
      time: from + i * minuteMs,
      values: { w01018: high(i) ? 60 : 20 },
    }));
    expect((await api.call("POST", "/api/v1/sites/B-1/readings", readings)).status).toBe(202);
    const range = { from, to: end, interval: "1m" as const };
    await waitFor("two hours of minutes", async () => (await api.history("B-1", "w01018", range)).length === 120, soon);
    const calmer = {
      id: "limit-realtime",
      ...record,
      subject: "limit",
      scope: {},
      levels: [{ op: "beyond", at: 1, priority: 2 }],
    };
    const body = { definitions: [{ ...calmer, onDelayMs: 5 * minuteMs }], sites: ["B-1"], from, to: end };
    const reply = await li.call("POST", `${records}/backtest`, body);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      before: {
        raises: 2,
        calls: 2,
        byPriority: { "2": 2 },
        bySite: [{ site: "B-1", siteName: "Outfall B-1", raises: 2 }],
      },
      after: { raises: 1 },
      series: 1,
      samples: 120,
      confirmed: 0,
      missedConfirmed: 0,
      skipped: [],
    });
    const lines = (await li.call("POST", `${records}/backtest?format=ndjson`, body)).text.trim().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({ progress: { done: 1, total: 1 } });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ report: { after: { raises: 1 } } });
    const silent = { ...calmer, id: "s", subject: "silence", basis: null };
    const skipped = await li.call("POST", `${records}/backtest`, { ...body, definitions: [silent] });
    expect(skipped.body).toMatchObject({ series: 0, skipped: [{ id: "s" }] });
    expect((await li.call("POST", `${records}/backtest`, { ...body, city: "130200" })).status).toBe(400);
    expect((await li.call("POST", `${records}/backtest`, { ...body, to: from })).status).toBe(400);
  });
});

describe("figures about alarms", () => {
  it("count calls to operators and nothing else, with targets and sources, and group them", async () => {
    const path = "/api/v1/alarms/kpi?by=site";
    const journal = await items("/api/v1/alarms/journal?limit=1000");
    const calls = journal.filter(({ annunciation }) => typeof annunciation === "string");
    expect(calls.length).toBeGreaterThan(1);
    expect(journal.length).toBeGreaterThan(calls.length);
    const kpi = await ask(path);
    expect([kpi["alarms"], kpi["rows"]]).toEqual([calls.length, journal.length]);
    const values = kpi["values"] as { id: string; value: number | null; source: string; ok: boolean | null }[];
    for (const { source } of values) expect(source).not.toBe("");
    expect(values.find(({ id }) => id === "max-ten-minutes")).toMatchObject({ ok: true, target: 10 });
    const groups = kpi["groups"] as { key: string; calls: number }[];
    expect(groups.reduce((sum, each) => sum + each.calls, 0)).toBe(calls.length);
    const own = groups.find(({ key }) => key === "W-3")?.calls;
    expect(own).toBe(calls.filter(({ site }) => site === "W-3").length);
    const hours = kpi["hours"] as number[][];
    expect(hours.reduce((sum, [, count = 0]) => sum + count, 0)).toBe(calls.length);
    expect((kpi["standing"] as Json)["total"]).toBe((await api.alarms("active=true")).length);
    expect(await ask("/api/v1/alarms/kpi?city=130100")).toMatchObject({ alarms: 0, rows: 0 });
    expect((await api.call("GET", "/api/v1/alarms/kpi?by=colour")).status).toBe(400);
    expect((await api.call("GET", "/api/v1/alarms/kpi?from=2&to=1")).status).toBe(400);
  });
});

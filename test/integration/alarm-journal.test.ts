// Lists of alarms and their journal on the running program: every filter, tables for spreadsheets read back by real readers, and
// a chain of hashes that tells whether somebody changed a row in the file.

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { readSheet } from "read-excel-file/universal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainHash } from "#store/state/chain.ts";
import type { AlarmJson, ApiClient, Json } from "../harness/api-client.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const soon = { deadlineMs: 10_000 };
let system: RunningSystem;
let api: ApiClient;
let begun = 0;

async function send(site: string, values: Readonly<Record<string, number>>): Promise<void> {
  const reply = await api.call("POST", `/api/v1/sites/${site}/readings`, { time: Date.now(), values });
  expect(reply.status).toBe(202);
}
const waitForAlarm = (site: string, state: string): Promise<AlarmJson> =>
  waitFor(`${site} ${state}`, async () => (await api.alarms(`site=${site}&state=${state}`))[0], soon);
const ids = async (query: string): Promise<string[]> => (await api.alarms(query)).map(({ site }) => site).toSorted();
const journal = async (query = ""): Promise<Json[]> =>
  (await api.call("GET", `/api/v1/alarms/journal?${query}`)).body["items"] as Json[];

beforeAll(async () => {
  system = await startSystem();
  ({ api } = system);
  begun = Date.now();
  await api.createSite("W-1");
  await api.createSite("W-2", { city: "130100" });
  for (const site of ["W-1", "W-2"]) {
    await api.putLimit(site, "w01018", 50);
    await send(site, { w01018: 88.8 });
    await waitForAlarm(site, "unack-active");
  }
  const said = "=SUM(A1) 巡检已派";
  expect((await api.acknowledge(await waitForAlarm("W-1", "unack-active"), said)).status).toBe(200);
}, 60_000);
afterAll(() => system.close());

describe("the list of alarms", () => {
  it("is asked by every word that people look for", async () => {
    await waitForAlarm("W-1", "ack-active");
    expect(await ids("active=true")).toEqual(["W-1", "W-2"]);
    expect(await ids("active=false")).toEqual([]);
    expect([await ids("acked=true"), await ids("acked=false")]).toEqual([["W-1"], ["W-2"]]);
    expect([await ids("city=130100"), await ids("factor=w01018")]).toEqual([["W-2"], ["W-1", "W-2"]]);
    expect([await ids("acker=admin"), await ids("acker=li")]).toEqual([["W-1"], []]);
    expect([await ids("suppressed=none"), await ids("suppressed=any")]).toEqual([["W-1", "W-2"], []]);
    expect([await ids("definition=limit:w01018:realtime"), await ids("definition=x")]).toEqual([["W-1", "W-2"], []]);
    expect([await ids(`q=${encodeURIComponent("巡检")}`), await ids("q=Outfall%20W-2")]).toEqual([["W-1"], ["W-2"]]);
    expect([await ids("state=ack-active&active=true"), await ids("state=ack-active&active=false")]).toEqual([
      ["W-1"],
      [],
    ]);
    expect((await api.call("GET", "/api/v1/alarms?suppressed=maybe")).status).toBe(400);
    expect((await api.call("GET", "/api/v1/alarms?colour=red")).status).toBe(400);
  });

  it("comes as CSV with byte order mark, both times and units, and no text of it is a formula", async () => {
    const reply = await fetch(`http://${api.address}/api/v1/alarms?site=W-1&format=csv`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    const bytes = new Uint8Array(await reply.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(reply.headers.get("content-disposition")).toContain("plumeline-alarms.csv");
    const text = new TextDecoder().decode(bytes);
    const [head = "", row = "", rest] = text.split("\r\n");
    expect([rest, head.split(",").length]).toEqual(["", row.split(",").length]);
    const onset = Date.parse((await waitForAlarm("W-1", "ack-active")).onset);
    const local = new Date(onset + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    expect(head).toContain("开始 onset (UTC+8),开始 onset (UTC)");
    expect(row).toContain(`88.8,50,mg/L,${local}`);
    expect(row).toContain(new Date(onset).toISOString());
    expect(row).toContain("admin: =SUM(A1)");
    expect(text).not.toMatch(/(?:^|,)=/m);
  });

  it("comes as a workbook that a reader of workbooks reads: numbers are numbers, moments are dates of UTC+8", async () => {
    const reply = await fetch(`http://${api.address}/api/v1/alarms?format=xlsx`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    expect(reply.headers.get("content-type")).toContain("spreadsheetml.sheet");
    const rows = await readSheet(await reply.arrayBuffer());
    const [head = [], ...rest] = rows;
    expect(rest).toHaveLength(2);
    const cell = (row: unknown[] | undefined, name: string): unknown => row?.[head.indexOf(name)];
    const own = rest.find((row) => cell(row, "监测点 site") === "W-1");
    expect([cell(own, "最差值 worst value"), cell(own, "限值 limit"), cell(own, "单位 unit")]).toEqual([
      88.8,
      50,
      "mg/L",
    ]);
    const local = cell(own, "开始 onset (UTC+8)");
    const utc = Date.parse(String(cell(own, "开始 onset (UTC)")));
    expect(local).toBeInstanceOf(Date);
    expect(Math.abs((local as Date).getTime() - 8 * 3_600_000 - utc)).toBeLessThan(1_000);
  });
});

describe("the journal of alarms", () => {
  it("is asked by time, site, city, actor and cause, newest first, with the hash of every row", async () => {
    const rows = await journal();
    const own = rows.filter(({ site }) => String(site).startsWith("W-"));
    expect(own.map(({ site, from, to, cause }) => [site, from, to, cause])).toEqual([
      ["W-1", "unack-active", "ack-active", "command"],
      ["W-2", "normal", "unack-active", "sample"],
      ["W-1", "normal", "unack-active", "sample"],
    ]);
    expect(own[0]).toMatchObject({
      actor: "admin",
      siteName: "Outfall W-1",
      unit: "mg/L",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await journal("actor=admin")).toEqual([own[0]]);
    expect(await journal("cause=command&site=W-2")).toEqual([]);
    expect(await journal("city=130100")).toEqual([own[1]]);
    expect(await journal(`to=${begun}`)).toEqual([]);
    const alarm = String(own[0]?.["alarmId"]);
    const shown = (await api.alarm(alarm)).transitions;
    expect(shown.map(({ version, to }) => [version, to])).toEqual([
      [1, "unack-active"],
      [2, "ack-active"],
    ]);
    const csv = await api.call("GET", "/api/v1/alarms/journal?format=csv&site=W-1");
    expect(csv.text.trim().split("\r\n")).toHaveLength(3);
    expect(csv.text).toContain(String(own[0]?.["hash"]));
  });

  it("holds together, and a row that is changed in the file is named by its place", async () => {
    const check = async (): Promise<Json> => (await api.call("GET", "/api/v1/alarms/journal/check")).body;
    const rows = await journal();
    const [newest] = rows;
    expect(await check()).toEqual({ unbroken: true, rows: rows.length, brokenAt: null, head: newest?.["hash"] });
    const db = new DatabaseSync(join(system.dataDir, "state.sqlite"));
    db.exec("drop trigger transitions_no_update");
    const body = String(db.prepare("select body from transitions where place = 2").get()?.["body"]);
    const forged = body.replace("88.8", "48.8");
    expect(forged).not.toBe(body);
    const put = db.prepare("update transitions set body = ?, hash = ? where place = 2");
    const first = String(db.prepare("select hash from transitions where place = 1").get()?.["hash"]);
    const hash = String(db.prepare("select hash from transitions where place = 2").get()?.["hash"]);
    put.run(forged, hash);
    expect(await check()).toMatchObject({ unbroken: false, brokenAt: 2, rows: 1 });
    // Whoever forges the hash of the row too is found at the next one.
    put.run(forged, chainHash(first, forged));
    expect(await check()).toMatchObject({ unbroken: false, brokenAt: 3, rows: 2 });
    put.run(body, hash);
    db.close();
    expect(await check()).toMatchObject({ unbroken: true });
  });
});

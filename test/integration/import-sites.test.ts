// A register imported from a table, through the real program: dry run, digest, the run itself, its audit; CSV and XLSX, headings
// in Chinese, GBK, twenty thousand rows, and tables that are made to harm.

import { spawnSync } from "node:child_process";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeXlsx } from "#api/io/xlsx.ts";
import type { ImportRow } from "#domain/site-import.ts";
import type { Json, Reply } from "#test/harness/api-client.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

interface Report {
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly ImportRow[];
  readonly ignored: readonly string[];
}

const path = "/api/v1/sites/import";
const post = (query: string, body: string | Uint8Array): Promise<Reply> =>
  system.api.call("POST", `${path}?${query}`, body, { "content-type": "text/csv" });

async function dryRun(body: string | Uint8Array): Promise<Report> {
  const reply = await post("dryRun=true", body);
  expect([reply.status, reply.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  return reply.body as Json & Report;
}

async function run(body: string | Uint8Array, digest: string, file = "register.csv"): Promise<Json> {
  const begun = await post(`dryRun=false&digest=${digest}&file=${file}`, body);
  expect([begun.status, begun.text.slice(0, 300)]).toEqual([202, expect.any(String)]);
  return waitFor(
    "the import to end",
    async () => {
      const { body: job } = await system.api.call("GET", `${path}/jobs/${String(begun.body["id"])}`);
      return job["state"] === "running" ? null : job;
    },
    { deadlineMs: 60_000, everyMs: 50 },
  );
}

const site = async (id: string): Promise<Json> => (await system.api.call("GET", `/api/v1/sites/${id}`)).body;

describe("a register from a table", () => {
  const table = "id,name,kind,city,factors,mn,pw\nR-1,One,water-outfall,130200,w01018,MN-R1,123456\n";

  it("is done as the dry run has shown it: new, then the same, then changed field by field", async () => {
    const first = await dryRun(table);
    expect(first.counts).toEqual({ new: 1, changed: 0, same: 0, refused: 0 });
    expect((await system.api.call("GET", "/api/v1/sites/R-1")).status).toBe(404);
    expect(await run(table, first.digest)).toMatchObject({ state: "done", total: 1, done: 1, skipped: [] });
    expect(await site("R-1")).toMatchObject({ name: "One", mn: "MN-R1", version: 1 });
    expect((await dryRun(table)).counts).toMatchObject({ new: 0, same: 1 });
    const second = await dryRun("id,name,lat,lon\nR-1,Uno,39.6,118.2\n");
    expect(second.rows[0]?.changes).toEqual([
      { field: "name", before: "One", after: "Uno" },
      { field: "lat", before: "", after: "39.6" },
      { field: "lon", before: "", after: "118.2" },
    ]);
  });

  it("is one decision in the audit, and every site of it names that", async () => {
    const { body } = await system.api.call("GET", "/api/v1/audit?limit=100");
    const rows = (body["items"] as Json[]).filter((each) => each["action"] === "sites.import");
    expect(rows.map((each) => String(each["object"]).replace(/:.*/, ":")).toSorted()).toEqual(["R-1", "import:"]);
    for (const each of rows) expect(each["detail"]).toMatch(/^import:\S+: register\.csv: 1 new, 0 changed, digest /);
  });

  it("that is not what the dry run has seen is not done", async () => {
    const body = "id,name\nR-1,Eins\n";
    const { digest } = await dryRun(body);
    expect((await post(`dryRun=false&digest=${digest}`, `${body}\n`)).body["code"]).toBe("import-changed");
    expect((await post("dryRun=false", body)).body["code"]).toBe("import-changed");
    await system.api.call("PATCH", "/api/v1/sites/R-1", { enterprise: "Somebody else" });
    const late = await post(`dryRun=false&digest=${digest}`, body);
    expect([late.status, late.body["code"]]).toEqual([409, "import-changed"]);
    expect(await site("R-1")).toMatchObject({ name: "One" });
  });

  it("with rows that are wrong does the others, and says which and why", async () => {
    const body = "id,name,kind,city,factors\nR-2,Two,gas-outfall,130200,a21026\nR 3,,volcano,Atlantis,x\n";
    const report = await dryRun(body);
    expect(report.counts).toMatchObject({ new: 1, refused: 1 });
    expect(report.rows[1]?.faults.map(({ field, reason }) => `${field} ${reason}`)).toEqual([
      "id invalid-id",
      "name missing",
      "kind unknown-kind",
      "city unknown-city",
      "factors unknown-factor",
    ]);
    expect(await run(body, report.digest)).toMatchObject({ state: "done", total: 1, counts: { new: 1, changed: 0 } });
    expect(await site("R-2")).toMatchObject({ name: "Two", kind: "gas-outfall" });
  });

  it("is for administrators: nobody else may look or do", async () => {
    const reply = await fetch(`http://${system.addresses.http}${path}?dryRun=true`, { method: "POST", body: "id\nx" });
    expect(reply.status).toBe(401);
  });
});

describe("a file as people have them", () => {
  it("with Chinese headings in GBK is read as what it says", async () => {
    const text = "站点编号,站点名称,类型,城市,监测因子,备注\r\nG-1,总排口,废水排口,唐山市,w01018 w01001,无\r\n";
    const gbk = spawnSync("iconv", ["-f", "utf-8", "-t", "gbk"], { input: text }).stdout;
    expect(gbk.length).toBeLessThan(Buffer.byteLength(text));
    const report = await dryRun(gbk);
    expect(report.ignored).toEqual(["备注"]);
    expect(await run(gbk, report.digest)).toMatchObject({ state: "done" });
    expect(await site("G-1")).toMatchObject({ name: "总排口", kind: "water-outfall", city: "130200" });
  });

  it.each(["csv", "xlsx"])("that is our template as %s is read as it is", async (format) => {
    const reply = await fetch(`http://${system.addresses.http}${path}/template?format=${format}`, {
      headers: { authorization: `Bearer ${system.api.token}` },
    });
    const report = await dryRun(new Uint8Array(await reply.arrayBuffer()));
    expect(report).toMatchObject({ counts: { new: 2, refused: 0 }, ignored: [] });
  });

  it("of twenty thousand rows as XLSX is imported, and nobody waits for it", async () => {
    const heads = ["id", "name", "kind", "city", "enterprise", "lat", "lon", "factors", "intervalSeconds"];
    const rows = Array.from({ length: 20_000 }, (_, i) => [
      `B-${i}`,
      `站点 ${i}`,
      "废水排口",
      "石家庄市",
      `企业 ${i % 500}`,
      "38.1",
      "114.5",
      "w01018 w01001 w00000",
      "60",
    ]);
    const file = writeXlsx("sites", [heads, ...rows]);
    const report = await dryRun(file);
    expect(report.counts).toEqual({ new: 20_000, changed: 0, same: 0, refused: 0 });
    const running = run(file, report.digest, "big.xlsx");
    const begun = performance.now();
    await system.api.call("PATCH", "/api/v1/sites/R-1", { name: "Meanwhile" });
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(await running).toMatchObject({ state: "done", total: 20_000, done: 20_000, why: null });
    expect((await system.api.call("GET", "/api/v1/sites?q=B-&limit=1")).body["total"]).toBe(20_000);
    expect((await dryRun(file)).counts).toMatchObject({ same: 20_000 });
  }, 90_000);
});

describe("a file that is made to harm", () => {
  const sheet = (xml: string): Uint8Array => zipSync({ "xl/worksheets/sheet1.xml": strToU8(xml) });

  it.each([
    ["a cell in the last corner of the sheet", sheet('<c r="XFD1048576"/>'), /more than 50000 rows/],
    ["a cell far to the right", sheet('<c r="ZZ1"/>'), /more than 100 columns/],
    ["a hundred and twenty megabytes of nothing", sheet(" ".repeat(120 * 1024 * 1024)), /when it is unpacked/],
    ["half a workbook", writeXlsx("x", [["id"], ["a"]]).subarray(0, 500), /no XLSX/],
    ["bytes", Uint8Array.of(0xff, 0x00, 0xff), /neither UTF-8/],
    ["a quote without end", 'id\n"x', /never closed/],
    ["no headings", "1,2,3\n4,5,6\n", /headings/],
    ["nothing", "", /empty/],
    ["two columns that mean the same", "id,name,名称\n1,2,3\n", /mean the same: 名称/],
  ])("is refused: %s", async (_name, body, says) => {
    const reply = await post("dryRun=true", body);
    expect([reply.status, reply.body["code"]]).toEqual([400, "unreadable-table"]);
    expect(reply.body["detail"]).toMatch(says);
  });

  it("that is too large is not read", async () => {
    const reply = await post("dryRun=true", "x".repeat(17 * 1024 * 1024)).catch(() => null);
    // The connection may be closed before all of it was sent.
    if (reply !== null) expect(reply.status).toBe(413);
    expect((await system.api.call("GET", "/api/v1/sites?limit=1")).status).toBe(200);
  });
});

// History as a workbook, from readings to the cells that a reader of workbooks finds.

import { readSheet } from "read-excel-file/universal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

let system: RunningSystem;
const times = [0, 1, 2].map((step) => Date.now() - 60_000 + step * 1_500);

beforeAll(async () => {
  system = await startSystem();
  await system.api.createSite("W-1");
  for (const [i, time] of times.entries()) {
    const body = { time, values: { w01018: { value: 40 + i, flag: i === 2 ? "D" : "N" } } };
    expect((await system.api.call("POST", "/api/v1/sites/W-1/readings", body)).status).toBe(202);
  }
}, 60_000);
afterAll(() => system.close());

describe("history as a workbook", () => {
  it("has a row for each point: number, unit, flag, and the moment in both times", async () => {
    const span = { from: times[0] ?? 0, to: Date.now(), interval: "raw" as const };
    await waitFor("three points", async () => (await system.api.history("W-1", "w01018", span)).length === 3, {
      deadlineMs: 10_000,
    });
    const query = `site=W-1&factor=w01018&interval=raw&from=${span.from}&to=${span.to}&format=xlsx`;
    const reply = await fetch(`http://${system.addresses.http}/api/v1/history?${query}`, {
      headers: { authorization: `Bearer ${system.api.token}` },
    });
    expect(reply.headers.get("content-disposition")).toContain("plumeline-history.xlsx");
    const [head = [], ...rows] = await readSheet(await reply.arrayBuffer());
    expect(head.slice(0, 3)).toEqual(["时间 time (UTC+8)", "时间 time (UTC)", "监测点 site"]);
    expect(rows.map((row) => row.slice(2))).toEqual(
      ["N", "N", "D"].map((flag, i) => ["W-1", "Outfall W-1", "w01018", expect.any(String), "mg/L", 40 + i, flag]),
    );
    for (const [i, row] of rows.entries()) {
      expect(row[1]).toBe(new Date(times[i] ?? 0).toISOString());
      expect(Math.abs(Number(row[0]) - 8 * 3_600_000 - (times[i] ?? 0))).toBeLessThan(1_000);
    }
  });
});

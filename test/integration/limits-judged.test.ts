// Orders about the past in the running program: another limit and a mark change the exceedances that lie under them, a preview
// says beforehand what comes, and what was known before is still answered.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { Json } from "../harness/api-client.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const begin = dayStart(Date.now()) - dayMs;
const site = "G-1";
const factor = "a21026";
/** mg/m³ of each hour of yesterday, from midnight on. */
const hours = [40, 60, 55];
let system: RunningSystem;

interface ExceedanceJson extends Json {
  readonly window: readonly [string, string];
  readonly limit: number;
  readonly status: string;
  readonly version: number;
}

const hourOf = (time: string): number => (Date.parse(time) - begin) / hourMs;

/** Hour, status and limit of each exceedance that is known, by hour. */
async function exceedances(query = ""): Promise<(readonly [number, string, number])[]> {
  const reply = await system.api.call("GET", `/api/v1/exceedances?site=${site}&limit=100&${query}`);
  expect(reply.status).toBe(200);
  const items = reply.body["items"] as readonly ExceedanceJson[];
  return items
    .map(({ window: [start], status, limit }) => [hourOf(start), status, limit] as const)
    .sort((a, b) => a[0] - b[0]);
}

async function until(wanted: (readonly [number, string, number])[]): Promise<void> {
  let seen: unknown = null;
  await waitFor(
    "the exceedances",
    async () => {
      seen = await exceedances();
      return JSON.stringify(seen) === JSON.stringify(wanted);
    },
    { deadlineMs: 30_000 },
  ).catch((error: unknown) => {
    throw new Error(`they stayed at ${JSON.stringify(seen)}`, { cause: error });
  });
}

const limitOf = (max: number) => ({ site, factor, basis: "hour", from: begin - dayMs, max, reason: "permit" });

beforeAll(async () => {
  system = await startSystem();
  await system.api.createSite(site, { kind: "gas-outfall", factors: [factor] });
  expect((await system.api.call("POST", "/api/v1/limits", limitOf(50))).status).toBe(201);
  const points = hours.flatMap((value, hour) =>
    Array.from({ length: 60 }, (_, minute) => ({
      time: begin + hour * hourMs + minute * minuteMs,
      values: { [factor]: value },
    })),
  );
  expect((await system.api.call("POST", `/api/v1/sites/${site}/readings`, points)).status).toBe(202);
  await until([
    [1, "confirmed", 50],
    [2, "confirmed", 50],
  ]);
}, 90_000);
afterAll(() => system.close());

describe("an order about the past", () => {
  it("is previewed, and then comes to what the preview said; what was known before is still answered", async () => {
    const knownBefore = Date.now();
    const body = { limits: [limitOf(57)], from: begin, to: begin + dayMs };
    // Means come into history a moment after the exceedances of them.
    const preview = await waitFor(
      "the means in history",
      async () => {
        const reply = await system.api.call("POST", "/api/v1/limits/preview", body);
        return reply.status === 200 && (reply.body["total"] as Json)["windows"] === hours.length && reply;
      },
      { deadlineMs: 20_000 },
    );
    expect(preview.body["total"]).toEqual({ windows: 3, before: 2, after: 1, appearing: 0, disappearing: 1 });
    expect(preview.body["series"]).toMatchObject([
      { note: null, unit: "mg/m3", disappears: [{ start: new Date(begin + 2 * hourMs).toISOString(), limit: 50 }] },
    ]);
    expect(await exceedances()).toHaveLength(2);
    await waitFor("the clock to go on", () => Date.now() > knownBefore + 5, { deadlineMs: 1_000 });
    expect((await system.api.call("POST", "/api/v1/limits", limitOf(57))).body).toMatchObject({ version: 2 });
    await until([
      [1, "confirmed", 57],
      [2, "withdrawn", 50],
    ]);
    expect(await exceedances(`asOf=${knownBefore}`)).toEqual([
      [1, "confirmed", 50],
      [2, "confirmed", 50],
    ]);
  });

  it("by a mark takes an exceedance out, and its rejection brings it back", async () => {
    const span = { from: begin + hourMs, to: begin + 2 * hourMs };
    const mark = { site, label: "calibration", reason: "span gas", ...span };
    let { body } = await system.api.call("POST", "/api/v1/marks", mark);
    const decide = async (decision: string) => {
      const order = { expectedVersion: body["version"], reason: "looked at it" };
      ({ body } = await system.api.call("POST", `/api/v1/marks/${String(body["id"])}/${decision}`, order));
      expect(body).toMatchObject({ decidedBy: "admin" });
    };
    // Entered on the next day in the afternoon it is late.
    if (body["status"] === "late") await decide("accept");
    await until([
      [1, "marked", 57],
      [2, "withdrawn", 50],
    ]);
    await decide("reject");
    await until([
      [1, "confirmed", 57],
      [2, "withdrawn", 50],
    ]);
  });

  it("that needs other means is not previewed as if it did not", async () => {
    const body = { limits: [{ ...limitOf(57), refO2: 9 }], from: begin, to: begin + dayMs };
    const preview = await system.api.call("POST", "/api/v1/limits/preview", body);
    expect(preview.body["series"]).toMatchObject([{ after: null, note: "other-reference" }]);
    const realtime = { ...body, limits: [{ ...limitOf(57), basis: "realtime" }] };
    expect((await system.api.call("POST", "/api/v1/limits/preview", realtime)).status).toBe(400);
  });
});

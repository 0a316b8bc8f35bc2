// GET /api/v1/trend: a real api with real files between a broker and an ingest whose words the test chooses.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import { makeAlarm, makeBatch, makeSite } from "../contract/state-rows.ts";
import { waitFor } from "../harness/wait.ts";
import { startApi, type Running } from "./api-harness.ts";

interface Trend {
  readonly alarms: {
    readonly from: string;
    readonly counts: readonly number[];
    readonly first: readonly number[];
    readonly cities: readonly { readonly city: string; readonly counts: readonly number[] }[];
  };
  readonly readings: { readonly stepSeconds: number; readonly perSecond: readonly (number | null)[] };
  readonly lastChange: string | null;
}

let api: Running;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

/** Asked anew: an answer is good for five seconds. */
async function ask(): Promise<Trend> {
  api.clock.offsetMs += 6_000;
  const reply = await api.call<Trend>("GET", "/api/v1/trend");
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

describe("the last day of the province", () => {
  it("is empty before anything happened: 24 hours without an alarm, no change, nothing counted", async () => {
    const { alarms, readings, lastChange } = await ask();
    expect([alarms.counts.length, sum(alarms.counts), alarms.cities, lastChange]).toEqual([24, 0, [], null]);
    expect(readings.perSecond).toHaveLength(144);
    expect(readings.perSecond.every((value) => value === null)).toBe(true);
  });

  it("counts alarms in the hour they were raised in, in all, of priority 1, and by city; asked again, each once", async () => {
    // Every question moves the clock on by seconds: none of them may come into another hour.
    const msLeft = hourMs - ((Date.now() + api.clock.offsetMs) % hourMs);
    if (msLeft < 120_000) api.clock.offsetMs += msLeft;
    const now = Date.now() + api.clock.offsetMs;
    const raised: [id: string, site: string, priority: 1 | 2, hoursAgo: number][] = [
      ["e", "T1", 2, 24],
      ["d", "system", 1, 23],
      ["c", "B1", 2, 5],
      ["a", "T1", 2, 0],
      // The mean of a day: its condition began long before it was judged.
      ["b", "T1", 1, 0],
    ];
    const hour = Math.floor(now / hourMs) * hourMs;
    await api.commit(
      makeBatch(50, {
        sites: [makeSite("T1", { city: "130200" }), makeSite("B1", { city: "130600" })],
        alarms: raised.map(([id, site, priority]) => makeAlarm(id, { site, priority, onset: hour - 40 * hourMs })),
        transitions: raised.map(([alarmId, , , hoursAgo], i) => ({
          alarmId,
          version: 1,
          seq: 40 + i,
          from: "normal",
          to: "unack-active",
          cause: "sample",
          value: 1,
          limit: 1,
          eventTime: hour - 40 * hourMs,
          receivedAt: hour - hoursAgo * hourMs + i,
          actor: null,
          comment: null,
        })),
      }),
    );
    for (let asked = 0; asked < 3; asked += 1) {
      const { alarms, lastChange } = await ask();
      expect([alarms.counts[23], alarms.counts[18], alarms.counts[0], sum(alarms.counts)]).toEqual([2, 1, 1, 4]);
      expect([alarms.first[23], alarms.first[0], sum(alarms.first)]).toEqual([1, 1, 2]);
      expect(alarms.cities.map(({ city, counts }) => [city, sum(counts)])).toEqual([
        ["130200", 2],
        ["130600", 1],
      ]);
      expect(Date.parse(alarms.from) % hourMs).toBe(0);
      expect(lastChange).toBe(new Date(hour + 4).toISOString());
    }
  });

  it("shows how many readings a second were processed, once there were two looks at the counter", async () => {
    let readings = 5_000;
    api.ingest.rpc.handle("metrics", () => {
      readings += 1_000;
      return `plumeline_ingest_readings_total{outcome="stored"} ${readings}\n`;
    });
    const rate = await waitFor(
      "a rate",
      async () => (await ask()).readings.perSecond.findLast((value) => value !== null),
      { deadlineMs: 35_000, everyMs: 1_000 },
    );
    expect(rate).toBeGreaterThan(0);
  });

  it("is for people who are signed in, and described with the other calls", async () => {
    expect((await api.call("GET", "/api/v1/trend", { token: "" })).status).toBe(401);
    const { paths } = (await api.call<{ paths: Record<string, object> }>("GET", "/openapi.json")).body;
    expect(Object.keys(paths["/api/v1/trend"] ?? {})).toEqual(["get"]);
  });
});

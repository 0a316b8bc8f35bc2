// Meters through the real program, on both stores: what passed in an hour is in history when the hour is over, hours of a gap are
// filled evenly when the next reading comes, a late reading changes its hour, a counter that falls makes nothing.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const begin = Math.floor(Date.now() / hourMs) * hourMs - 8 * hourMs;
const patience = { deadlineMs: 30_000, everyMs: 100 };
const factors = ["elec.use.total", "b.light.total"];

/** [start, amount, sure, amount, due, known] by hour of the test. */
type Row = readonly number[];

async function amounts(system: RunningSystem, site: string, factor: string): Promise<Map<number, Row>> {
  const span = `from=${new Date(begin - hourMs).toISOString()}&to=${new Date(begin + 8 * hourMs).toISOString()}`;
  const query = `site=${site}&factor=${factor}&interval=1h&mean=amount&${span}`;
  const reply = await system.api.call("GET", `/api/v1/history?${query}`);
  expect(reply.status).toBe(200);
  const [series] = reply.body["series"] as readonly { readonly unit: string; readonly points: readonly Row[] }[];
  expect(series?.unit).toBe("kWh");
  return new Map((series?.points ?? []).map((row) => [((row[0] ?? 0) - begin) / hourMs, row.slice(1)]));
}

describe.each([
  ["DuckDB", []],
  ["InfluxDB", ["--influx"]],
] as const)("meters on %s", (_, args) => {
  let system: RunningSystem;
  let device: Device;

  const send = async (minute: number, kwh: number): Promise<void> => {
    await device.send({ "elec.use.total": kwh }, { time: begin + minute * minuteMs });
  };

  beforeAll(async () => {
    system = await startSystem({ args: [...args] });
    const made: Credentials = await system.api.createSite("B-1", { kind: "building", factors, intervalSeconds: 60 });
    device = await connectDevice(system.addresses.mqtt, made);
  }, 60_000);

  afterAll(async () => {
    await device?.end();
    await system?.close();
  });

  it("count hour by hour, over a gap, again when something comes late, and nothing when a counter falls", async () => {
    // Two kWh a minute for two hours and a quarter, then silence until the fifth hour.
    for (let minute = -1; minute <= 135; minute++) await send(minute, 1_000 + 2 * (minute + 1));
    await waitFor(
      "two whole hours",
      async () => {
        const rows = await amounts(system, "B-1", "elec.use.total");
        return rows.get(0)?.[4] === 60 && rows.get(1)?.[4] === 60 && rows.get(2)?.[0] === 30;
      },
      patience,
    );
    const first = await amounts(system, "B-1", "elec.use.total");
    expect(first.get(0)).toEqual([120, 120, 120, 60, 60]);
    expect(first.get(2)).toEqual([30, 30, 30, 60, 15]);
    expect(first.get(3)).toBeUndefined();
    // 02:15 to 05:15: 180 minutes in which 90 kWh passed.
    for (let minute = 315; minute <= 330; minute++) await send(minute, 1_272 + 90 + 2 * (minute - 315));
    await waitFor("the gap", async () => (await amounts(system, "B-1", "elec.use.total")).get(4)?.[0] === 30, patience);
    const filled = await waitFor(
      "the hour behind it",
      async () => {
        const rows = await amounts(system, "B-1", "elec.use.total");
        return rows.get(5)?.[0] === 37.5 && rows;
      },
      patience,
    );
    expect(filled.get(2)?.slice(0, 2)).toEqual([52.5, expect.closeTo(13.125, 6)]);
    expect(filled.get(3)).toEqual([30, 0, 30, 60, 60]);
    expect([0, 1, 2, 3, 4, 5].reduce((sum, hour) => sum + (filled.get(hour)?.[0] ?? 0), 0)).toBeCloseTo(
      120 + 120 + 30 + 90 + 30 - 0,
      6,
    );
    // What was silent was only away: its own readings come late, and say when it really was.
    for (let minute = 136; minute < 315; minute++) await send(minute, minute < 225 ? 1_272 : 1_272 + (minute - 225));
    await waitFor(
      "the late hours",
      async () => {
        const rows = await amounts(system, "B-1", "elec.use.total");
        return rows.get(3)?.[0] === 15 && rows.get(4)?.[0] === 60 && rows.get(4)?.[1] === 60;
      },
      patience,
    );
    const late = await amounts(system, "B-1", "elec.use.total");
    expect(late.get(2)).toEqual([30, 30, 30, 60, 60]);
    expect(late.get(4)).toEqual([60, 60, 60, 60, 60]);
    // A counter that is wound back: nothing is made of it, and counting goes on from there.
    for (let minute = 331; minute <= 400; minute++) await send(minute, minute - 331);
    await waitFor(
      "the hour of the fall",
      async () => (await amounts(system, "B-1", "elec.use.total")).get(5)?.[4] === 59,
      patience,
    );
    const fallen = await amounts(system, "B-1", "elec.use.total");
    expect(fallen.get(5)?.[0]).toBe(15 + 30 + 29);
  }, 90_000);
});

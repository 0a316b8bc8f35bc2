// Screens on the real program: one that was away misses nothing, one on a slow line gets merged readings and every alarm.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type LiveClient, openLive } from "#test/harness/live-client.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
const busyFactors = [
  "w01018",
  "w21003",
  "w21011",
  "w21001",
  "w01012",
  "w01017",
  "w22001",
  "w20122",
  "w20119",
  "w19002",
];
beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system.close());

function open(options: Partial<Parameters<typeof openLive>[1]> = {}): Promise<LiveClient> {
  return openLive(system.addresses.http, { token: system.api.token, ...options });
}

async function isScreenSlow(): Promise<boolean> {
  const headers = { authorization: `Bearer ${system.api.token}` };
  const text = await (await fetch(`http://${system.addresses.http}/metrics`, { headers })).text();
  return /^plumeline_api_live_slow_screens [1-9]/m.test(text);
}

describe("a screen", () => {
  it("that comes back within the kept window is told everything it missed, and nothing twice", async () => {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("L-1"));
    await system.api.putLimit("L-1", "w01018", 50);
    const watching = await open();
    const leaving = await open();
    await device.send({ w01018: 1 });
    await waitFor("the first value", () => leaving.value("L-1", "w01018") === 1, { deadlineMs: 2_000 });
    const place = leaving.place;
    await leaving.close();
    for (const value of [60, 10, 70, 2]) await device.send({ w01018: value });
    await waitFor("the watching screen to have all", () => watching.value("L-1", "w01018") === 2, {
      deadlineMs: 2_000,
    });
    const back = await open({ resume: place });
    await waitFor("the last value", () => back.value("L-1", "w01018") === 2, { deadlineMs: 2_000 });
    expect(back.frames.map((frame) => frame.type)).not.toContain("snapshot");
    expect(back.frames.find((frame) => frame.type === "delta")?.seq).toBe(place.seq + 1);
    expect([...back.alarms.values()]).toEqual([...watching.alarms.values()]);
    await Promise.all([back.close(), watching.close(), device.end()]);
  });

  it("that resumes from another life of the server gets a snapshot", async () => {
    const live = await open({ resume: { epoch: "another", seq: 1 } });
    expect(live.frames[0]?.type).toBe("snapshot");
    await live.close();
  });

  it("sees the numbers of its frames grow by one, and only what it asked for", async () => {
    const [mine, other] = [await system.api.createSite("L-2"), await system.api.createSite("L-3")];
    const devices = await Promise.all([mine, other].map((each) => connectDevice(system.addresses.mqtt, each)));
    const all = await open();
    const one = await open({ subscribe: { sites: ["L-2"], alarms: true } });
    for (let i = 1; i <= 20; i++) for (const device of devices) await device.send({ w01018: i });
    await waitFor("the last value", () => all.value("L-3", "w01018") === 20 && one.value("L-2", "w01018") === 20, {
      deadlineMs: 3_000,
    });
    const deltas = all.frames.filter((frame) => frame.type === "delta");
    const first = all.frames[0]?.seq ?? 0;
    expect(deltas.map((frame) => frame.seq)).toEqual(deltas.map((_, i) => first + i + 1));
    expect(one.frames.flatMap((frame) => frame.latest ?? []).every(([site]) => site === "L-2")).toBe(true);
    await Promise.all([all.close(), one.close(), ...devices.map((device) => device.end())]);
  });

  it("on a line that stands still gets merged readings afterwards, is told so, and every alarm transition", async () => {
    const sites = Array.from({ length: 40 }, (_, i) => `S-${i}`);
    const issued: Credentials[] = [];
    for (const site of sites) issued.push(await system.api.createSite(site, { factors: busyFactors }));
    const limits = sites.flatMap((site) =>
      busyFactors.map((factor) => ({ site, factor, max: 50, basis: "realtime", from: 0, reason: "permit" })),
    );
    expect((await system.api.call("POST", "/api/v1/limits/import", { limits })).status).toBe(201);
    const devices = await Promise.all(issued.map((each) => connectDevice(system.addresses.mqtt, each)));
    const fast = await open();
    const slow = await open();
    const before = slow.frames.length;
    slow.pause();
    // Alarms are long and never merged: they fill the kernel's buffers, however large it has made them, until the server says
    // that this screen is slow; what comes then is merged.
    let [rounds, afterSlow] = [0, 0];
    const base = Date.now() - 5_000;
    for (let round = 0; afterSlow < 10; round++) {
      expect(round, "rounds without a slow screen").toBeLessThan(400);
      if (round % 4 === 0 || afterSlow > 0) afterSlow = (await isScreenSlow()) ? afterSlow + 1 : 0;
      rounds++;
      const value = (round % 2 === 0 ? 60 : 10) + round / 100;
      const values = Object.fromEntries([...busyFactors.map((factor) => [factor, value]), ["w01001", round / 10]]);
      await Promise.all(devices.map((device) => device.send(values, { time: base + round * 10 })));
    }
    const isDone = (client: LiveClient) => sites.every((site) => client.value(site, "w01001") === (rounds - 1) / 10);
    await waitFor("the fast screen to have all", () => isDone(fast), { deadlineMs: 20_000 });
    slow.resume();
    await waitFor("the slow screen to have all", () => isDone(slow), { deadlineMs: 20_000 });
    expect(slow.closeCode).toBeNull();
    const frames = slow.frames.slice(before);
    const merged = frames.reduce((sum, frame) => sum + (frame.merged ?? 0), 0);
    const wasReset = frames.some((frame) => frame.type === "snapshot");
    expect(wasReset).toBe(false);
    expect(merged).toBeGreaterThan(0);
    expect(frames.length).toBeLessThan(fast.frames.length);
    // Raised and cleared in turn, by every factor of every site in every round.
    expect(fast.told.size).toBeGreaterThanOrEqual(sites.length * busyFactors.length * rounds);
    expect(new Set(slow.told)).toEqual(new Set(fast.told));
    await Promise.all([fast.close(), slow.close(), ...devices.map((device) => device.end())]);
  }, 60_000);

  it("is closed when its user signs out", async () => {
    const other = await system.api.call("POST", "/api/v1/session", {
      username: "admin",
      password: "a password for tests",
    });
    const live = await open({ token: String(other.body["token"]) });
    await system.api.call("DELETE", "/api/v1/session", undefined, {
      authorization: `Bearer ${String(other.body["token"])}`,
    });
    await waitFor("the server to close it", () => live.closeCode !== null, { deadlineMs: 10_000 });
    expect(live.closeCode).toBe(1008);
  });
});

// The rules that open cases, in the real program: hours that add up, findings that are too old, hints, and an alarm by hand. What a
// hint is made of takes days of data, so its row is written into the state store as ingest writes it.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hint } from "#domain/hint.ts";
import { dayMs, dayStart, formatDay, hourMs, minuteMs } from "#domain/time.ts";
import type { Credentials, Json } from "../harness/api-client.ts";
import { connectDevice, type Device } from "../harness/device.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

interface CaseJson extends Json {
  readonly id: string;
  readonly site: string;
  readonly origin: string;
  readonly version: number;
  readonly key: string | null;
  readonly links: readonly { readonly kind: string; readonly id: string }[];
  readonly evidence: readonly { readonly note: string }[];
}
interface WatchJson extends Json {
  readonly lookedAt: string | null;
  readonly tooOld: number;
  readonly opened: number;
  readonly joined: number;
}

const path = "/api/v1/cases";
const yesterday = dayStart(Date.now()) - dayMs;
const patience = { deadlineMs: 30_000, everyMs: 50 };
let system: RunningSystem;
let device: Device;

const casesOf = async (query: string): Promise<readonly CaseJson[]> =>
  (await system.api.call("GET", `${path}?${query}`)).body["items"] as readonly CaseJson[];
const watch = async (): Promise<WatchJson> =>
  (await system.api.call("GET", `${path}/rules`)).body["watch"] as WatchJson;

async function whenLooked(times = 2): Promise<void> {
  for (let i = 0; i < times; i++) {
    const before = (await watch()).lookedAt;
    await waitFor("the watch to look again", async () => (await watch()).lookedAt !== before, patience);
  }
}

async function sendHour(start: number, value: number): Promise<void> {
  for (let i = 0; i < 60; i += 5) await device.send({ a21002: value }, { time: start + i * minuteMs });
}
async function whenExceeding(count: number, query: string): Promise<void> {
  await waitFor(
    `${count} exceedances`,
    async () => (await system.api.call("GET", `/api/v1/exceedances?${query}`)).body["total"] === count,
    patience,
  );
}

beforeAll(async () => {
  system = await startSystem();
  const factors = ["a21002"];
  const made: Credentials = await system.api.createSite("G-1", { kind: "gas-outfall", factors, intervalSeconds: 300 });
  await system.api.putLimit("G-1", "a21002", 50, "hour", yesterday - 60 * dayMs);
  device = await connectDevice(system.addresses.mqtt, made);
}, 60_000);
afterAll(async () => {
  await device.end();
  await system.close();
});

describe("hours beyond their limit", () => {
  it("open no case while they are few, one case when they are enough, and further ones join it", async () => {
    for (let hour = 0; hour < 5; hour++) await sendHour(yesterday + hour * hourMs, 60);
    await whenExceeding(5, "site=G-1");
    await whenLooked();
    expect(await casesOf("")).toEqual([]);
    await sendHour(yesterday + 6 * hourMs, 70);
    const [opened] = await waitFor(
      "the case",
      async () => {
        const found = await casesOf("site=G-1");
        return found.length > 0 && (found[0]?.evidence.length ?? 0) === 6 && found;
      },
      patience,
    );
    expect(opened).toMatchObject({ origin: "exceedance", key: `hour-exceedances:G-1:a21002:${formatDay(yesterday)}` });
    expect(opened?.links.map(({ id }) => Number(id.split(":")[3]))).toEqual(
      [0, 1, 2, 3, 4, 6].map((hour) => yesterday + hour * hourMs),
    );
    await sendHour(yesterday + 8 * hourMs, 80);
    await waitFor("the seventh hour to join", async () => (await casesOf("site=G-1"))[0]?.links.length === 7, patience);
    await whenLooked();
    expect(await casesOf("")).toHaveLength(1);
    expect(await watch()).toMatchObject({ opened: 1, joined: 1, tooOld: 0 });
  }, 60_000);

  it("of long ago open none, and are counted", async () => {
    for (let hour = 0; hour < 7; hour++) await sendHour(yesterday - 30 * dayMs + hour * hourMs, 60);
    await whenExceeding(7, `site=G-1&to=${yesterday - 20 * dayMs}`);
    await waitFor("all of them to be counted", async () => (await watch()).tooOld === 7, patience);
    await whenLooked();
    expect(await casesOf("")).toHaveLength(1);
    expect(await watch()).toMatchObject({ opened: 1, tooOld: 7 });
  }, 60_000);
});

function writeHint(part: Partial<Hint>): void {
  const hint: Hint = {
    id: "G-1:R1:a21002:x",
    version: 1,
    site: "G-1",
    rule: "R1",
    factors: ["a21002"],
    from: yesterday,
    to: yesterday + hourMs,
    score: 0.5,
    facts: {},
    day: formatDay(yesterday),
    status: "open",
    decidedBy: null,
    decidedAt: null,
    decision: null,
    seq: 1,
    at: Date.now(),
    ...part,
  };
  const db = new DatabaseSync(join(system.dataDir, "state.sqlite"));
  db.exec("pragma busy_timeout = 5000");
  const { id, site, rule, day, from, status, score } = hint;
  db.prepare(
    "insert or replace into hints (id, site, rule, day, from_ms, status, score, body) values (?,?,?,?,?,?,?,?)",
  ).run(id, site, rule, day, from, status, score, JSON.stringify(hint));
  db.close();
}

describe("a hint of falsification", () => {
  it("opens a case once it is confirmed or strong enough, and none before", async () => {
    writeHint({ id: "weak" });
    writeHint({ id: "strong", score: 0.97 });
    writeHint({ id: "old", score: 1, from: yesterday - 60 * dayMs });
    const suspicions = () => casesOf("site=G-1&q=falsification");
    await waitFor("the strong one", async () => (await suspicions()).length === 1, patience);
    writeHint({ id: "weak", status: "confirmed", decidedBy: "li", decision: "flat for a day" });
    await waitFor("the confirmed one", async () => (await suspicions()).length === 2, patience);
    expect((await suspicions()).map(({ key }) => key).sort()).toEqual(["falsification:strong", "falsification:weak"]);
    await system.kill();
    await system.start();
    // The first look after a start is at everything.
    await whenLooked();
    expect(await suspicions()).toHaveLength(2);
  }, 90_000);
});

describe("an alarm", () => {
  it("names the case that a person opened from it", async () => {
    const made = await system.api.createSite("W-1");
    await system.api.putLimit("W-1", "w01018", 50);
    const outlet = await connectDevice(system.addresses.mqtt, made);
    await outlet.send({ w01018: 90 });
    const alarm = await waitFor("the alarm", async () => (await system.api.alarms("site=W-1"))[0], patience);
    await outlet.end();
    const links = [{ kind: "alarm", id: alarm.id }];
    const opened = await system.api.call("POST", path, { site: "W-1", title: "90 mg/L", links, reason: "seen live" });
    expect([opened.status, opened.body["origin"]]).toEqual([201, "alarm"]);
    await waitFor(
      "the alarm to name it",
      async () => (await system.api.alarm(alarm.id))["case"] === opened.body["id"],
      patience,
    );
    const foreign = { site: "G-1", title: "x", links, reason: "x" };
    expect((await system.api.call("POST", path, foreign)).body["code"]).toBe("invalid-request");
  });
});

describe("the rules", () => {
  it("are shown with their parameters, the stages with their clocks, and the years whose holidays are known", async () => {
    const { body } = await system.api.call("GET", `${path}/rules`);
    expect(body).toMatchObject({
      source: "project default",
      stages: { source: expect.stringContaining("project default"), reply: { workingDays: 5 } },
      holidays: { sureness: "from memory", years: [2025, 2026] },
    });
    const rules = body["rules"] as readonly { id: string; parameters: Record<string, number> }[];
    expect(rules.find(({ id }) => id === "hour-exceedances")?.parameters).toMatchObject({ hours: 6, withinDays: 3 });
  });
});

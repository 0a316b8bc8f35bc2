// Hints through the whole program: an outlet whose analyser stood still yesterday, what the centre is told of it, what a person
// decides, and that a restart and a replay of the whole journal come to the same.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { Json, Reply } from "../harness/api-client.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const path = "/api/v1/hints";
const yesterday = dayStart(Date.now()) - dayMs;
const frozenFrom = yesterday + 10 * hourMs;
const frozenTo = yesterday + 12 * hourMs;
const deadlineMs = 40_000;
let system: RunningSystem;

interface HintJson extends Json {
  readonly id: string;
  readonly version: number;
  readonly status: string;
}

/** A value that moves, as every analyser does; the same for the same minute. */
function wave(minute: number, mean: number): number {
  return Math.round(mean * (1 + 0.1 * Math.sin(minute / 40) + 0.03 * Math.sin(minute * 1.7)) * 100) / 100;
}

function frameAt(time: number, isFrozen: boolean): Json {
  const minute = Math.round((time - yesterday) / minuteMs);
  const still = Math.round((frozenFrom - yesterday) / minuteMs);
  const values = {
    a21002: isFrozen ? wave(still, 30) : wave(minute, 30),
    a21026: wave(minute + 500, 12),
    a01011: wave(minute + 90, 14),
    a00000: wave(minute + 90, 400_000),
  };
  return { time, values };
}

async function send(site: string, from: number, to: number, isFrozen: (time: number) => boolean): Promise<void> {
  const frames: Json[] = [];
  for (let time = from; time < to; time += minuteMs) frames.push(frameAt(time, isFrozen(time)));
  for (let i = 0; i < frames.length; i += 60) {
    const reply = await system.api.call("POST", `/api/v1/sites/${site}/readings`, frames.slice(i, i + 60));
    expect(reply.status).toBe(202);
  }
}

const ask = async (query: string): Promise<readonly HintJson[]> =>
  (await system.api.call("GET", `${path}?${query}`)).body["items"] as readonly HintJson[];
const decide = (hint: HintJson, decision: string, reason = "looked at it on the spot"): Promise<Reply> =>
  system.api.call("POST", `${path}/${encodeURIComponent(hint.id)}/${decision}`, {
    expectedVersion: hint.version,
    reason,
  });
const findOne = (site: string): Promise<HintJson> =>
  waitFor(`a hint at ${site}`, async () => (await ask(`site=${site}&rule=R1`))[0], { deadlineMs });

beforeAll(async () => {
  system = await startSystem();
  for (const site of ["LIAR", "HONEST"]) {
    await system.api.createSite(site, { kind: "gas-outfall", factors: ["a21002", "a21026", "a01011", "a00000"] });
    await system.api.putLimit(site, "a21002", 50, "hour", yesterday - dayMs);
    await system.api.putLimit(site, "a21026", 35, "hour", yesterday - dayMs);
  }
  const span = [yesterday + 7 * hourMs, yesterday + 14 * hourMs] as const;
  await send("LIAR", ...span, (time) => time >= frozenFrom && time < frozenTo);
  await send("HONEST", ...span, () => false);
}, 120_000);
afterAll(() => system.close());

describe("a value that stood still for two hours of yesterday", () => {
  it("is told as a hint with its window, in plain words of both languages, and the outlet beside it is left alone", async () => {
    const hint = await findOne("LIAR");
    expect(hint).toMatchObject({
      id: `LIAR:R1:a21002:${new Date(yesterday + 8 * hourMs).toISOString().slice(0, 10)}`,
      version: 1,
      status: "open",
      factors: ["a21002"],
      from: new Date(frozenFrom).toISOString(),
      to: new Date(frozenTo).toISOString(),
      facts: { minutes: 120, unit: "mg/m3" },
      ruleZh: "恒值",
      siteName: "Outfall LIAR",
    });
    expect(hint["saysEn"]).toMatch(/^Nitrogen oxides .* hardly moved for 120 minutes \([\d.]+ mg\/m3\)/);
    expect(hint["saysZh"]).toMatch(/^氮氧化物.*连续 120 分钟/);
    expect(await ask("site=HONEST")).toEqual([]);
  }, 120_000);

  it("shows its evidence: minutes from two hours before to two hours after, with flow beside", async () => {
    const { id } = await findOne("LIAR");
    const { body } = await system.api.call("GET", `${path}/${encodeURIComponent(id)}/evidence`);
    const series = body["series"] as readonly { factor: string; unit: string; points: readonly number[][] }[];
    expect(series.map(({ factor, unit }) => [factor, unit])).toEqual([
      ["a21002", "mg/m3"],
      ["a00000", "m3/h"],
    ]);
    const [first, last] = [series[0]?.points[0], series[0]?.points.at(-1)];
    expect([first?.[0], last?.[0]]).toEqual([frozenFrom - 2 * hourMs, frozenTo + 2 * hourMs - minuteMs]);
  });

  it("is dismissed with a reason, by one of two who decide at the same time, and stays so over a power cut", async () => {
    const hint = await findOne("LIAR");
    const dismissed = await decide(hint, "dismiss");
    expect(dismissed.body).toMatchObject({ status: "dismissed", version: 2, decidedBy: "admin" });
    const stale = await decide(hint, "confirm");
    expect([stale.status, stale.body["code"]]).toEqual([409, "stale-version"]);
    expect(stale.body["current"]).toMatchObject({ status: "dismissed", version: 2 });
    expect((await decide({ ...hint, version: 2 }, "confirm")).status).toBe(422);
    expect((await decide({ ...hint, id: "nothing" }, "confirm")).body["code"]).toBe("hint-not-found");
    await system.kill();
    await system.start();
    expect((await findOne("LIAR")).status).toBe("dismissed");
    const { body } = await system.api.call("GET", `/api/v1/audit?object=hint:${hint.id}`);
    const audit = body["items"] as readonly Json[];
    expect(audit.map(({ action, detail }) => [action, detail])).toContainEqual([
      "hints.decide",
      "looked at it on the spot",
    ]);
  }, 120_000);

  it("is the same, decision and all, when everything is made again from the journal", async () => {
    const before = await ask("limit=1000");
    await system.stop();
    for (const name of ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "history.duckdb", "history.duckdb.wal"])
      rmSync(join(system.dataDir, name), { force: true });
    rmSync(join(system.dataDir, "ingest"), { recursive: true, force: true });
    await system.start();
    await findOne("LIAR");
    const timeless = (hints: readonly HintJson[]) => hints.map((hint) => ({ ...hint, at: null }));
    expect(timeless(await ask("limit=1000"))).toEqual(timeless(before));
  }, 120_000);

  it("is gone when a mark takes its ground away, and back with its decision when the mark is rejected", async () => {
    const span = { from: new Date(frozenFrom).toISOString(), to: new Date(frozenTo).toISOString() };
    const body = { site: "LIAR", factors: ["a21002"], label: "calibration", reason: "span gas", ...span };
    const mark = (await system.api.call("POST", "/api/v1/marks", body)).body as HintJson;
    if (mark.status === "late")
      await system.api.call("POST", `/api/v1/marks/${mark.id}/accept`, { expectedVersion: 1, reason: "seen" });
    const become = (status: string): Promise<HintJson> =>
      waitFor(`the hint to be ${status}`, async () => (await ask(`site=LIAR&status=${status}`))[0], { deadlineMs });
    const gone = await become("gone");
    expect((await decide(gone, "reopen")).body["code"]).toBe("illegal-move");
    const version = mark.status === "late" ? 2 : 1;
    await system.api.call("POST", `/api/v1/marks/${mark.id}/reject`, { expectedVersion: version, reason: "untrue" });
    expect(await become("dismissed")).toMatchObject({ version: 2, decision: "looked at it on the spot" });
  }, 120_000);

  it("goes when late data tell another story, and the rules say what they ask for and why", async () => {
    const { body } = await system.api.call("GET", `${path}/rules`);
    const rules = body["items"] as readonly Json[];
    expect(rules.find(({ id }) => id === "R1")).toMatchObject({ sureness: "default", parameters: { minutes: 60 } });
    expect(rules.length).toBeGreaterThan(12);
    await send("LIAR", frozenFrom + 30 * minuteMs, frozenFrom + 90 * minuteMs, () => false);
    await waitFor("the hint to go", async () => (await ask("site=LIAR&status=gone"))[0], { deadlineMs });
  }, 120_000);
});

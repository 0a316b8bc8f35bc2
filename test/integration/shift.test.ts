// Handing a shift over on the running program: two persons, a sheet made of what is really there, frozen with its hash, and kept
// over a crash.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sheetBlocks, type ShiftSheet } from "#domain/shift.ts";
import { type ApiClient, type Json, signIn } from "../harness/api-client.ts";
import { connectDevice, type Device } from "../harness/device.ts";
import { addUser } from "../harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

let system: RunningSystem;
let device: Device;
let li: ApiClient;
let wang: ApiClient;
let viewer: ApiClient;

beforeAll(async () => {
  system = await startSystem();
  for (const name of ["li", "wang"]) await addUser(system.dataDir, name, "operator");
  await addUser(system.dataDir, "viewer", "viewer");
  await signAllIn();
  const given = await system.api.createSite("W-1", { factors: ["w01018"], intervalSeconds: 3600 });
  await system.api.putLimit("W-1", "w01018", 50);
  device = await connectDevice(system.addresses.mqtt, given);
}, 60_000);
afterAll(async () => {
  await device.end();
  await system.close();
});

async function signAllIn(): Promise<void> {
  const { http } = system.addresses;
  [li, wang, viewer] = [
    await signIn(http, "li", "li password"),
    await signIn(http, "wang", "wang password"),
    await signIn(http, "viewer", "viewer password"),
  ];
}

async function sheetOf(who: ApiClient): Promise<Json & { readonly sheet: ShiftSheet; readonly shift: Json }> {
  const { status, body } = await who.call("GET", "/api/v1/shift/sheet");
  expect(status).toBe(200);
  return { ...body, shift: body["shift"] as Json, sheet: JSON.parse(String(body["text"])) as ShiftSheet };
}

const post = (who: ApiClient, what: string, body: unknown) => who.call("POST", `/api/v1/shift/${what}`, body);

describe("a desk", () => {
  it("that nobody has taken has no sheet, and is taken by an operator, once", async () => {
    expect((await li.call("GET", "/api/v1/shift")).body).toMatchObject({ desk: "province", shift: null });
    expect(await li.call("GET", "/api/v1/shift/sheet")).toMatchObject({
      status: 404,
      body: { code: "shift-not-found" },
    });
    expect((await post(viewer, "take", {})).status).toBe(403);
    expect(await post(li, "take", {})).toMatchObject({ status: 201, body: { person: "li", desk: "province" } });
    const second = await post(wang, "take", {});
    expect(second).toMatchObject({ status: 422, body: { code: "illegal-move", current: { person: "li" } } });
    expect((await post(wang, "take", { desk: "990000" })).status).toBe(400);
  });
});

describe("a handover", () => {
  it("names the alarm that is open, is signed as it was shown, and is accepted by another person, block by block", async () => {
    await device.send({ w01018: 88.8 });
    await waitFor("the alarm", async () => (await system.api.alarms("site=W-1")).length === 1, {
      deadlineMs: 10_000,
    });
    const [alarm] = await system.api.alarms("site=W-1");
    const shown = await sheetOf(li);
    expect(shown.sheet.blocks["open-alarms"].map(({ id }) => id)).toEqual([alarm?.id]);
    expect(shown.sheet.blocks.unacknowledged[0]?.en).toContain("Outfall W-1");
    expect(shown.sheet.blocks.kpi[0]?.en).toMatch(/^alarms in this shift: 1/);
    expect(shown.sheet.blocks.changes.map(({ en }) => en).join()).not.toContain("alarm.ack");
    const { id, version } = shown.shift as { id: string; version: number };

    const noted = await post(li, "note", { id, text: "泵 2 停用 pump 2 is out" });
    expect(noted.status).toBe(200);
    const stale = { id, expectedVersion: version, sha256: shown["sha256"] };
    expect(await post(li, "hand-over", stale)).toMatchObject({ status: 409, body: { code: "stale-version" } });
    const unseen = { ...stale, expectedVersion: version + 1, sha256: "0".repeat(64) };
    expect(await post(li, "hand-over", unseen)).toMatchObject({ status: 409, body: { code: "sheet-outdated" } });

    const again = await sheetOf(li);
    const sign = { id, expectedVersion: version + 1, sha256: again["sha256"] };
    expect((await post(wang, "hand-over", sign)).status).toBe(403);
    expect(await post(li, "hand-over", sign)).toMatchObject({ status: 200, body: { handedOverBy: "li" } });
    expect((await post(li, "note", { id, text: "too late" })).status).toBe(422);
    expect((await sheetOf(wang))["text"]).toBe(again["text"]);

    const ticked = sheetBlocks.filter((block) => block !== "unacknowledged");
    const accept = { id, expectedVersion: version + 2, ticked };
    expect(await post(li, "accept", accept)).toMatchObject({ status: 422, body: { code: "illegal-move" } });
    const wrong = { ...accept, second: { username: "wang", password: "not it" } };
    expect((await post(li, "accept", wrong)).status).toBeGreaterThan(400);
    const onTheSpot = { ...accept, second: { username: "wang", password: "wang password" } };
    expect(await post(li, "accept", onTheSpot)).toMatchObject({
      status: 200,
      body: { over: { acceptedBy: "wang", ticked }, next: { person: "wang" } },
    });
    const next = await sheetOf(wang);
    expect(next.sheet.carried.map(({ block, item }) => [block, item.id])).toEqual([["unacknowledged", alarm?.id]]);
  });

  it("stands after a crash to the byte, with its hash, and the carried item with it", async () => {
    const [, before] = (await li.call("GET", "/api/v1/shifts")).body["items"] as Json[];
    const one = async (): Promise<Json> => (await li.call("GET", `/api/v1/shifts/${String(before?.["id"])}`)).body;
    const signed = await one();
    expect(signed).toMatchObject({ intact: true, acceptedBy: "wang" });
    expect(createHash("sha256").update(String(signed["text"])).digest("hex")).toBe(signed["sha256"]);
    await system.kill();
    await system.start();
    await signAllIn();
    expect(await one()).toEqual(signed);
    const { sheet } = await sheetOf(wang);
    expect(sheet.carried.map(({ block }) => block)).toEqual(["unacknowledged"]);
  });

  it("of a person who is away is signed by an administrator, who cannot accept it", async () => {
    const { shift, sha256 } = await sheetOf(system.api);
    const { id, version } = shift as { id?: string; version?: number };
    const sign = { id, expectedVersion: version, sha256 };
    expect(await post(system.api, "hand-over", sign)).toMatchObject({
      status: 200,
      body: { person: "wang", handedOverBy: "admin" },
    });
    const accept = { id, expectedVersion: (version ?? 0) + 1, ticked: [...sheetBlocks] };
    expect((await post(system.api, "accept", accept)).status).toBe(422);
    expect((await post(wang, "accept", accept)).status).toBe(422);
    expect((await post(li, "accept", accept)).status).toBe(200);
    const { body } = await li.call("GET", `/api/v1/shifts/${String(id)}`);
    expect(body["before"]).not.toBeNull();
    // The same alarm stands on both sheets; what is different is named.
    expect((body["differences"] as { block: string }[]).map(({ block }) => block)).toContain("notes");
    expect((await sheetOf(li)).sheet.carried).toEqual([]);
  });
});

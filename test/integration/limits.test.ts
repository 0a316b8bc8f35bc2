// Limits of the running program: every version is kept, both times are answered, two persons are needed where it is set so, and
// nothing of it is lost with the power.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import { type ApiClient, type Json, type Reply, signIn } from "../harness/api-client.ts";
import { addUser } from "../harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

interface LimitJson extends Json {
  readonly id: string;
  readonly version: number;
  readonly max: number;
  readonly reason: string;
}
const itemsOf = <T = LimitJson>(reply: Reply): T[] => {
  expect(reply.status).toBe(200);
  return reply.body["items"] as T[];
};
const second = async (system: RunningSystem): Promise<ApiClient> => {
  await addUser(system.dataDir, "wang", "admin");
  return signIn(system.addresses.http, "wang", "wang password");
};

describe("limits of one person", () => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await startSystem();
    await system.api.createSite("W-1");
  }, 60_000);
  afterAll(() => system.close());
  const path = "/api/v1/limits";
  const put = (body: object) =>
    system.api.call("POST", path, { site: "W-1", factor: "w01018", basis: "day", from: 0, reason: "permit", ...body });
  const list = async (query: string) =>
    itemsOf(await system.api.call("GET", `${path}?site=W-1&factor=w01018&${query}`));

  it("are in force at once, with reference oxygen and decimals as they were given", async () => {
    const made = await put({ max: 50, decimals: 1, refO2: 6 });
    expect([made.status, made.body]).toEqual([
      201,
      expect.objectContaining({ version: 1, max: 50, refO2: 6, decimals: 1, by: "admin", source: "site" }),
    ]);
    expect((await put({ max: 50, refO2: 30 })).status).toBe(400);
  });

  it("are corrected by the same one again: the older version is answered to who asks what was known then", async () => {
    const before = Date.now();
    await waitFor("the clock to go on", () => Date.now() > before + 5, { deadlineMs: 1_000 });
    const corrected = await put({ max: 40, reason: "permit of 2026" });
    expect(corrected.body).toMatchObject({ version: 2, max: 40, refO2: null });
    expect((await list(`knownAt=${before}`)).map(({ max, version }) => [max, version])).toEqual([[50, 1]]);
    expect((await list(`knownAt=${Date.now() + 1000}`)).map(({ max }) => max)).toEqual([40]);
    expect(await list("knownAt=1000")).toEqual([]);
    const id = String(corrected.body["id"]);
    const versions = itemsOf<{ limit: LimitJson; knownFrom: string }>(
      await system.api.call("GET", `${path}/${encodeURIComponent(id)}/versions`),
    );
    expect(versions.map(({ limit }) => [limit.version, limit.max, limit.reason])).toEqual([
      [1, 50, "permit"],
      [2, 40, "permit of 2026"],
    ]);
    expect(Date.parse(versions[1]?.knownFrom ?? "")).toBeGreaterThan(before);
    expect((await system.api.call("GET", `${path}/nothing/versions`)).status).toBe(404);
  });

  it("override those of the standard in their time, and only then", async () => {
    const standard = { standard: "GB 18918-2002", industry: "urban wastewater treatment plant (城镇污水处理厂)" };
    const site = { standard: { ...standard, unit: "class 1A" }, factors: ["w01018"], city: "130200" };
    await system.api.call("POST", "/api/v1/sites", { id: "W-2", name: "two", kind: "water-outfall", ...site });
    const from = Date.parse("2026-05-01T00:00:00+08:00");
    const to = Date.parse("2026-06-01T00:00:00+08:00");
    await system.api.call("POST", path, {
      site: "W-2",
      factor: "w01018",
      basis: "day",
      max: 30,
      from,
      to,
      reason: "x",
    });
    const inForce = async (at: number) =>
      itemsOf(await system.api.call("GET", `${path}?site=W-2&asOf=${at}`)).map(({ max, source }) => [max, source]);
    expect(await inForce(from - 1)).toEqual([[50, expect.stringContaining("GB 18918-2002")]]);
    expect(await inForce(from)).toEqual([[30, "site"]]);
    expect(await inForce(to)).toEqual([[50, expect.stringContaining("GB 18918-2002")]]);
    // Another class from today on: yesterday stays under the old one.
    const now = Date.now();
    await system.api.call("PATCH", "/api/v1/sites/W-2", { standard: { ...standard, unit: "class 1B" } });
    expect(await inForce(now + hourMs)).toEqual([[60, expect.stringContaining("GB 18918-2002")]]);
    expect(await inForce(now - 24 * hourMs)).toEqual([[50, expect.stringContaining("GB 18918-2002")]]);
  });

  it("that are published are listed with source and confidence", async () => {
    const reply = await system.api.call("GET", `${path}/library?q=${encodeURIComponent("sinter")}&factor=a21026`);
    const rows = itemsOf<Json>(reply);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBe(reply.body["total"]);
    for (const row of rows) expect(row).toMatchObject({ factor: "a21026", confidence: expect.stringMatching(/./) });
    const all = itemsOf<Json>(await system.api.call("GET", `${path}/library`));
    expect(all.length).toBeGreaterThan(500);
    const old = itemsOf<Json>(await system.api.call("GET", `${path}/library?asOf=1990-01-01T00:00:00%2B08:00`));
    expect(old.length).toBeLessThan(all.length);
  });
});

describe("limits of two persons", () => {
  let system: RunningSystem;
  let wang: ApiClient;
  beforeAll(async () => {
    system = await startSystem({ env: { TWO_PERSON_LIMITS: "on" } });
    await system.api.createSite("W-1");
    wang = await second(system);
  }, 60_000);
  afterAll(() => system.close());
  const path = "/api/v1/limit-changes";
  const propose = async (max: number) => {
    const body = { site: "W-1", factor: "w01018", basis: "day", from: 0, max, reason: "permit" };
    const reply = await system.api.call("POST", "/api/v1/limits", body);
    expect([reply.status, reply.body]).toEqual([
      202,
      { status: "draft", change: expect.stringMatching(/^[\w-]{16}$/) },
    ]);
    return String(reply.body["change"]);
  };
  const limits = async () => itemsOf(await system.api.call("GET", "/api/v1/limits?site=W-1")).map(({ max }) => max);
  const decide = (who: ApiClient, id: string, decision: string) =>
    who.call("POST", `${path}/${id}/${decision}`, { reason: "seen" });

  it("wait as drafts, are not approved by their author, and are in force once another one approves", async () => {
    const change = await propose(40);
    expect(await limits()).toEqual([]);
    const drafts = itemsOf<Json>(await system.api.call("GET", `${path}?status=draft`));
    expect(drafts).toMatchObject([{ id: change, by: "admin", limits: [{ max: 40, site: "W-1" }], decidedBy: null }]);
    const own = await decide(system.api, change, "approve");
    expect([own.status, own.body["code"]]).toEqual([409, "second-person-needed"]);
    expect(await limits()).toEqual([]);
    const done = await decide(wang, change, "approve");
    expect([done.status, done.body]).toEqual([
      200,
      expect.objectContaining({ status: "approved", by: "admin", decidedBy: "wang", decision: "seen" }),
    ]);
    expect(await limits()).toEqual([40]);
    const again = await decide(wang, change, "reject");
    expect([again.status, again.body["code"]]).toEqual([422, "illegal-move"]);
    const audit = itemsOf<Json>(await system.api.call("GET", `/api/v1/audit?object=limit-change:${change}`));
    expect(audit.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ["wang", "limits.decide", "ok"],
      ["admin", "limits.decide", "conflict"],
      ["admin", "limits.propose", "ok"],
    ]);
    expect(audit[0]?.["detail"]).toContain("proposed by admin");
  });

  it("are rejected by another one, or withdrawn by their author", async () => {
    const [one, two] = [await propose(20), await propose(21)];
    expect((await decide(wang, one, "withdraw")).body["code"]).toBe("illegal-move");
    expect((await decide(system.api, one, "withdraw")).body).toMatchObject({ status: "withdrawn" });
    expect((await decide(wang, two, "reject")).body).toMatchObject({ status: "rejected" });
    expect((await decide(wang, "nothing", "reject")).body["code"]).toBe("limit-change-not-found");
    expect(await limits()).toEqual([40]);
  });

  it("wait for a second person when they are imported, too", async () => {
    const body = {
      limits: [{ site: "W-1", factor: "w01001", min: 6, max: 9, basis: "hour", from: 0, reason: "permit" }],
    };
    const reply = await system.api.call("POST", "/api/v1/limits/import", body);
    expect([reply.status, reply.body["changes"]]).toEqual([202, [reply.body["change"]]]);
    expect((await decide(wang, String(reply.body["change"]), "approve")).status).toBe(200);
    expect(await limits()).toEqual([9, 40]);
  });

  it("of simulated sites are in force at once: the simulator is no person", async () => {
    const site = {
      id: "SIM-1",
      name: "one",
      kind: "water-outfall",
      city: "130200",
      factors: ["w01018"],
      simulated: true,
    };
    await system.api.call("POST", "/api/v1/sites", site);
    const body = { site: "SIM-1", factor: "w01018", basis: "day", from: 0, max: 40, reason: "early warning" };
    expect((await system.api.call("POST", "/api/v1/limits", body)).status).toBe(201);
    const mixed = [body, { ...body, site: "W-1", from: 1 }];
    expect((await system.api.call("POST", "/api/v1/limits/import", { limits: mixed })).status).toBe(202);
  });

  it("keep waiting through a power cut", async () => {
    const change = await propose(35);
    await system.kill();
    await system.start();
    wang = await signIn(system.addresses.http, "wang", "wang password");
    expect((await decide(wang, change, "approve")).status).toBe(200);
    expect(await limits()).toEqual([9, 35]);
  }, 60_000);
});

// Marks of the running program: who enters and decides what, in time and late, and that nothing of it is lost with the power.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs } from "#domain/time.ts";
import { type ApiClient, type Json, type Reply, signIn } from "../harness/api-client.ts";
import { addUser } from "../harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";

interface MarkJson extends Json {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly effective: boolean;
}

const path = "/api/v1/marks";
const today = dayStart(Date.now());
let system: RunningSystem;
let li: ApiClient;
const asLi = () => signIn(system.addresses.http, "li", "li password");

beforeAll(async () => {
  system = await startSystem();
  await system.api.createSite("G-1", { kind: "gas-outfall", factors: ["a21026", "a21002"] });
  await addUser(system.dataDir, "li", "operator");
  li = await asLi();
}, 60_000);
afterAll(() => system.close());

async function enter(body: object = {}, who = li): Promise<Reply> {
  const span = { from: new Date(today).toISOString(), to: new Date(today + hourMs).toISOString() };
  return who.call("POST", path, { site: "G-1", label: "calibration", reason: "span gas", ...span, ...body });
}
async function entered(body: object = {}): Promise<MarkJson> {
  const reply = await enter(body);
  expect(reply.status).toBe(201);
  return reply.body as MarkJson;
}
const decide = (who: ApiClient, mark: MarkJson, decision: string) =>
  who.call("POST", `${path}/${mark.id}/${decision}`, { expectedVersion: mark.version, reason: "looked at it" });
const list = async (query: string) => (await li.call("GET", `${path}?${query}`)).body["items"] as readonly MarkJson[];

describe("a mark", () => {
  it("that an operator enters in time counts at once, with who, when, why and until when", async () => {
    const mark = await entered({ factors: ["a21026"], evidence: ["photo.jpg sha256:12ab"] });
    expect(mark).toMatchObject({
      status: "entered",
      effective: true,
      version: 1,
      by: "li",
      siteName: "Outfall G-1",
      factors: ["a21026"],
      evidence: ["photo.jpg sha256:12ab"],
      deadline: new Date(today + dayMs + 12 * hourMs).toISOString(),
      deadlineSureness: "from memory",
    });
    expect(await list(`site=G-1&from=${today}&to=${today + 1}`)).toEqual([mark]);
    expect(await list(`site=G-1&to=${today}`)).toEqual([]);
  });

  it("that comes after noon of the next day is late and counts once the centre accepts it", async () => {
    const late = await entered({ from: today - 3 * dayMs, to: today - 3 * dayMs + hourMs });
    expect([late.status, late.effective]).toEqual(["late", false]);
    expect((await decide(li, late, "accept")).status).toBe(403);
    const accepted = await decide(system.api, late, "accept");
    expect(accepted.body).toMatchObject({ status: "accepted", effective: true, decidedBy: "admin", version: 2 });
    expect((await list("status=accepted")).map(({ id }) => id)).toEqual([late.id]);
  });

  it("is withdrawn by whoever entered it, rejected by the centre, and stays in the list", async () => {
    const [one, two] = [await entered(), await entered()];
    const foreign = await decide(system.api, one, "withdraw");
    expect([foreign.status, foreign.body["code"]]).toEqual([422, "illegal-move"]);
    expect((await decide(li, one, "withdraw")).body).toMatchObject({ status: "withdrawn", effective: false });
    expect((await decide(system.api, two, "reject")).body).toMatchObject({ status: "rejected", effective: false });
    expect((await list("status=rejected,withdrawn")).map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    const over = await decide(system.api, { ...two, version: 2 }, "accept");
    expect([over.status, over.body["code"]]).toEqual([422, "illegal-move"]);
    const audit = (await li.call("GET", `/api/v1/audit?object=mark:${two.id}`)).body["items"] as readonly Json[];
    expect(audit.map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
      ["admin", "marks.decide", "looked at it"],
      ["li", "marks.enter", "calibration span gas"],
    ]);
  });

  it("that somebody decided about meanwhile answers 409 with how it is now", async () => {
    const mark = await entered();
    await decide(system.api, mark, "accept");
    const stale = await decide(system.api, mark, "reject");
    expect([stale.status, stale.body["code"]]).toEqual([409, "stale-version"]);
    expect(stale.body["current"]).toMatchObject({ version: 2, status: "accepted" });
    expect((await decide(system.api, { ...mark, id: "nothing" }, "reject")).body["code"]).toBe("mark-not-found");
  });

  it.each([
    ["of half a minute", { from: today + 30_000 }, 400, "invalid-request"],
    ["that ends before it begins", { to: today - 1 * hourMs }, 400, "invalid-request"],
    ["for a factor that the site has not", { factors: ["w01018"] }, 400, "invalid-request"],
    ["for a site that nobody knows", { site: "nobody" }, 400, "unknown-site"],
    ["with a label of its own", { label: "holiday" }, 400, "invalid-request"],
  ])("%s is refused", async (_name, body, status, code) => {
    const reply = await enter(body);
    expect([reply.status, reply.body["code"]]).toEqual([status, code]);
  });

  it("is there after a power cut, and may be decided about", async () => {
    const mark = await entered({ label: "fault" });
    const before = await list("limit=1000");
    await system.kill();
    await system.start();
    li = await asLi();
    expect(await list("limit=1000")).toEqual(before);
    expect((await decide(system.api, mark, "accept")).body).toMatchObject({ status: "accepted", version: 2 });
  }, 60_000);
});

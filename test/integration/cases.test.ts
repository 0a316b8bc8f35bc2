// A violation through the real program: readings of a day over MQTT, the day judged, a case opened by the rule once although the
// power went; then two people, an officer, evidence, the plant's replies, and the end. The chain over all of it is walked.

import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, formatDay, hourMs } from "#domain/time.ts";
import { type ApiClient, type Json, type Reply, signIn } from "../harness/api-client.ts";
import { connectDevice } from "../harness/device.ts";
import { addUser } from "../harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

interface EvidenceJson {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
  readonly by: string;
}
interface CaseJson extends Json {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly stage: string;
  readonly links: readonly { kind: string; id: string }[];
  readonly evidence: readonly EvidenceJson[];
  readonly replies: readonly Json[];
  readonly replyDueAt: string | null;
}

const path = "/api/v1/cases";
const plant = "滦河造纸";
const yesterday = dayStart(Date.now()) - dayMs;
const patience = { deadlineMs: 30_000, everyMs: 50 };
const exceedanceId = (site: string) => `${site}:w01018:day:${yesterday}`;

let system: RunningSystem;
let li: ApiClient;
let zhao: ApiClient;
let mill: ApiClient;
let millPassword = "";

async function signInAll(): Promise<void> {
  const { http } = system.addresses;
  li = await signIn(http, "li", "li password");
  zhao = await signIn(http, "zhao", "zhao password");
  mill = await signIn(http, "mill", millPassword);
}

async function createSite(id: string, enterprise: string): Promise<void> {
  const factors = ["w01018", "w00000"];
  const site = { id, name: `Outfall ${id}`, kind: "water-outfall", city: "130200", factors, intervalSeconds: 3_600 };
  expect((await system.api.call("POST", "/api/v1/sites", { ...site, enterprise })).status).toBe(201);
  await system.api.putLimit(id, "w01018", 50, "day", yesterday);
}

/** Every hour of yesterday beyond the limit. */
async function sendDay(id: string): Promise<void> {
  const made = await system.api.call("POST", `/api/v1/sites/${id}/credentials`);
  const credentials = { username: String(made.body["username"]), password: String(made.body["password"]) };
  const device = await connectDevice(system.addresses.mqtt, credentials);
  for (let hour = 0; hour < 24; hour++)
    await device.send({ w01018: 80 + hour, w00000: 10 }, { time: yesterday + hour * hourMs });
  await device.end();
}

const listCases = async (who: ApiClient, query = ""): Promise<readonly CaseJson[]> =>
  (await who.call("GET", `${path}?${query}`)).body["items"] as readonly CaseJson[];
const show = async (who: ApiClient, id: string): Promise<{ case: CaseJson; events: readonly Json[] }> => {
  const reply = await who.call("GET", `${path}/${id}`);
  expect(reply.status, reply.text).toBe(200);
  return { case: reply.body["case"] as CaseJson, events: reply.body["events"] as readonly Json[] };
};
async function act(who: ApiClient, id: string, kind: string, body: object): Promise<Reply> {
  const { case: known } = await show(who, id);
  return who.call("POST", `${path}/${id}/${kind}`, { expectedVersion: known.version, ...body });
}
async function done(who: ApiClient, id: string, kind: string, body: object): Promise<CaseJson> {
  const reply = await act(who, id, kind, body);
  expect(reply.status, reply.text).toBe(200);
  return reply.body as CaseJson;
}
const move = (who: ApiClient, id: string, to: string) => done(who, id, "move", { to, reason: "seen" });
const upload = (
  who: ApiClient,
  id: string,
  bytes: Uint8Array | string,
  query = "name=photo.jpg",
  type = "image/jpeg",
) => who.call("POST", `${path}/${id}/evidence?${query}`, bytes, { "content-type": type });

async function whenOpened(site: string): Promise<CaseJson> {
  return waitFor("the case of the day", async () => (await listCases(system.api, `site=${site}`))[0], patience);
}
async function whenLooked(times: number): Promise<void> {
  const look = async (): Promise<unknown> =>
    ((await system.api.call("GET", `${path}/rules`)).body["watch"] as Json)["lookedAt"];
  for (let i = 0; i < times; i++) {
    const before = await look();
    await waitFor("the watch to look again", async () => (await look()) !== before, patience);
  }
}

beforeAll(async () => {
  system = await startSystem();
  await createSite("W-1", plant);
  await createSite("W-2", "another mill");
  await addUser(system.dataDir, "li", "operator");
  await addUser(system.dataDir, "zhao", "operator");
  const person = { username: "mill", role: "enterprise", enterprise: plant, reason: "asked for it" };
  const made = await system.api.call("POST", "/api/v1/users", person);
  expect(made.status, made.text).toBe(201);
  millPassword = String(made.body["password"]);
  await signInAll();
}, 60_000);
afterAll(() => system.close());

describe("a day beyond its limit", () => {
  let opened: CaseJson;

  it("opens one case, though the power goes while it is opened, with its frozen explanation", async () => {
    await sendDay("W-1");
    await waitFor(
      "the day to stand as an exceedance",
      async () => (await system.api.call("GET", `/api/v1/exceedances/${exceedanceId("W-1")}`)).status === 200,
      patience,
    );
    await system.kill();
    await system.start();
    await signInAll();
    await whenOpened("W-1");
    await system.kill();
    await system.start();
    await signInAll();
    await whenLooked(2);
    const all = await listCases(system.api);
    expect(all).toHaveLength(1);
    [opened] = all as [CaseJson];
    expect(opened).toMatchObject({
      number: `130200-${formatDay(Date.now()).slice(0, 4)}-00001`,
      site: "W-1",
      siteName: "Outfall W-1",
      enterprise: plant,
      origin: "day-exceedance",
      stage: "opened",
      openedBy: "system",
      key: `day-exceedance:W-1:w01018:${formatDay(yesterday)}`,
      links: [{ kind: "exceedance", id: exceedanceId("W-1") }],
      overdue: false,
      calendarKnown: true,
    });
    const { events } = await show(system.api, opened.id);
    expect(events.map(({ what, actor, version }) => [what, actor, version])).toEqual([
      ["open", "system", 1],
      ["evidence", "system", 2],
    ]);
    const [frozen] = opened.evidence;
    const bytes = await system.api.call("GET", `${path}/${opened.id}/evidence/${frozen?.id}`);
    expect(createHash("sha256").update(bytes.text).digest("hex")).toBe(frozen?.sha256);
    expect(bytes.headers.get("content-disposition")).toContain("attachment");
    expect(bytes.headers.get("x-content-type-options")).toBe("nosniff");
    const { explanation } = bytes.body as { explanation: { exceedance: { id: string }; inputs: unknown[] } };
    expect([explanation.exceedance.id, explanation.inputs.length]).toEqual([exceedanceId("W-1"), 24]);
  }, 120_000);

  it("is not opened by hand once more, and a foreign exceedance is not linked to it", async () => {
    const draft = { site: "W-1", title: "again", links: opened.links, reason: "seen too" };
    const again = await li.call("POST", path, draft);
    expect([again.status, again.body["code"], (again.body["current"] as CaseJson).id]).toEqual([
      409,
      "case-exists",
      opened.id,
    ]);
    const strange = { link: { kind: "exceedance", id: "W-1:w01018:day:5" }, reason: "?" };
    expect((await act(li, opened.id, "link", strange)).body["code"]).toBe("exceedance-not-found");
  });

  it("is told that its ground was withdrawn when a mark takes the day out, and goes on", async () => {
    const span = { from: new Date(yesterday).toISOString(), to: new Date(yesterday + dayMs).toISOString() };
    const mark = await mill.call("POST", "/api/v1/marks", {
      site: "W-1",
      label: "calibration",
      reason: "span",
      ...span,
    });
    expect(mark.status, mark.text).toBe(201);
    // A mark that comes after its deadline counts once it is accepted.
    if (mark.body["effective"] !== true) {
      const body = { expectedVersion: 1, reason: "seen" };
      expect((await system.api.call("POST", `/api/v1/marks/${String(mark.body["id"])}/accept`, body)).status).toBe(200);
    }
    const withdrawn = await waitFor(
      "the case to hear of it",
      async () => (await show(li, opened.id)).events.find(({ what }) => what === "ground-withdrawn"),
      patience,
    );
    expect(withdrawn).toMatchObject({ about: `exceedance:${exceedanceId("W-1")}`, actor: "system", to: "opened" });
    expect((await show(li, opened.id)).case["grounds"]).toMatchObject([
      { exceedance: exceedanceId("W-1"), stands: false },
    ]);
  });

  it("goes to a plant that was asked: its reply is rejected, and a second one accepted", async () => {
    const id = opened.id;
    await done(li, id, "assign", { user: "li", reason: "on duty" });
    expect((await act(li, id, "assign", { user: "mill", reason: "x" })).body["code"]).toBe("user-not-found");
    await move(li, id, "triage");
    const early = await act(mill, id, "reply", { text: "nothing happened" });
    expect([early.status, early.body["code"]]).toEqual([422, "illegal-move"]);
    expect((await upload(mill, id, "x")).status).toBe(422);
    const asked = await done(li, id, "ask-reply", { workingDays: 3, reason: "why?" });
    expect(Date.parse(asked.replyDueAt ?? "")).toBeGreaterThan(Date.now());
    expect((await upload(mill, id, "<html>", "name=x.html", "text/html")).body["code"]).toBe("media-type-refused");
    const photo = await upload(mill, id, "a photo of the valve", "name=../阀门.jpg&note=valve&lat=39.6&lon=118.2");
    expect(photo.status, photo.text).toBe(201);
    const piece = (photo.body as CaseJson).evidence.at(-1);
    expect(piece).toMatchObject({ name: "阀门.jpg", by: "mill", place: { lat: 39.6, lon: 118.2 } });
    expect((await upload(mill, id, "a photo of the valve")).status).toBe(200);
    const replied = await done(mill, id, "reply", { text: "a valve was stuck", evidence: [piece?.id] });
    expect(replied.replies).toMatchObject([{ by: "mill", late: false, accepted: null, evidence: [piece?.id] }]);
    expect((await act(li, id, "reply", { text: "in its place" })).status).toBe(403);
    await done(li, id, "decide-reply", { accept: false, reason: "since when?" });
    await done(mill, id, "reply", { text: "since six" });
    const accepted = await done(li, id, "decide-reply", { accept: true, reason: "good" });
    expect(accepted.replies.map(({ accepted: yes }) => yes)).toEqual([false, true]);
  });

  it("is seen by the plant without officer, events of the centre and evidence of others, and by no other plant", async () => {
    const id = opened.id;
    await done(li, id, "dispatch", { officer: "wang", vehicle: "冀B 00001", checklist: ["meter"], reason: "go" });
    const inner = await upload(li, id, "what the officer saw", "name=inner.pdf", "application/pdf");
    const secret = (inner.body as CaseJson).evidence.at(-1);
    const { case: seen, events } = await show(mill, id);
    expect(seen).toMatchObject({
      stage: "triage",
      officer: null,
      dispatch: null,
      assignee: null,
      dueAt: null,
      steps: [],
    });
    expect(seen.evidence.map(({ by }) => by)).toEqual(["system", "mill"]);
    expect(new Set(events.map(({ what }) => what))).toEqual(new Set(["ask-reply", "reply", "decide-reply"]));
    expect((await mill.call("GET", `${path}/${id}/evidence/${secret?.id}`)).status).toBe(404);
    expect((await mill.call("GET", `${path}/${id}/evidence/${seen.evidence[0]?.id}`)).status).toBe(200);
    const other = await li.call("POST", path, { site: "W-2", title: "another", reason: "a call" });
    expect((await mill.call("GET", `${path}/${String(other.body["id"])}`)).body["code"]).toBe("case-not-found");
    const suspicion = { site: "W-1", title: "doubt", origin: "falsification", reason: "a letter" };
    const hidden = (await li.call("POST", path, suspicion)).body as CaseJson;
    expect((await mill.call("GET", `${path}/${hidden.id}`)).status).toBe(404);
    expect((await listCases(mill)).map((each) => each.id)).toEqual([id]);
    expect(await listCases(mill, "stage=dispatched")).toEqual([]);
    expect((await listCases(mill, "stage=triage")).map((each) => each.id)).toEqual([id]);
    await done(li, hidden.id, "ask-reply", { reason: "say something" });
    expect((await mill.call("GET", `${path}/${hidden.id}`)).status).toBe(200);
  });

  it("goes to its end with two people, and back by an administrator", async () => {
    const id = opened.id;
    for (const to of ["on-site", "evidence", "confirmed", "rectifying"]) await move(li, id, to);
    const skipped = await act(li, id, "move", { to: "closed", reason: "done" });
    expect([skipped.status, skipped.body["code"]]).toEqual([422, "illegal-move"]);
    await move(li, id, "recheck");
    const alone = await act(li, id, "move", { to: "closed", reason: "done" });
    expect([alone.status, String(alone.body["detail"])]).toEqual([422, expect.stringContaining("another person")]);
    expect(await move(zhao, id, "closed")).toMatchObject({ stage: "closed", outcome: "recheck", dueAt: null });
    expect((await upload(li, id, "too late")).status).toBe(422);
    expect((await act(li, id, "reopen", { reason: "new" })).status).toBe(403);
    expect(await done(system.api, id, "reopen", { reason: "new" })).toMatchObject({ stage: "triage" });
  });

  it("meets whoever looked at an older version with what it is now", async () => {
    const stale = await li.call("POST", `${path}/${opened.id}/comment`, { expectedVersion: 1, reason: "old" });
    const { case: known } = await show(li, opened.id);
    expect([stale.status, stale.body["code"], (stale.body["current"] as CaseJson).version]).toEqual([
      409,
      "stale-version",
      known.version,
    ]);
  });

  it("is merged into another one of its enterprise, and one is transferred", async () => {
    const [first] = await listCases(li, "q=doubt");
    const merged = await done(li, first?.id ?? "", "merge", { into: opened.id, reason: "the same" });
    expect(merged).toMatchObject({ stage: "merged", successor: opened.id });
    expect((await show(li, opened.id)).case.links.at(-1)).toEqual({ kind: "case", id: first?.id });
    const [foreign] = await listCases(li, "site=W-2");
    expect((await act(li, opened.id, "merge", { into: foreign?.id, reason: "x" })).status).toBe(422);
    expect((await act(li, foreign?.id ?? "", "transfer", { to: "province", reason: "x" })).status).toBe(403);
    const gone = await done(system.api, foreign?.id ?? "", "transfer", { to: "provincial centre", reason: "theirs" });
    expect(gone).toMatchObject({ stage: "transferred", successor: "provincial centre" });
  });
});

describe("evidence", () => {
  it("is bounded, and is not given out when the disk has changed it", async () => {
    const [known] = await listCases(li, "stage=triage");
    const id = known?.id ?? "";
    const large = await upload(li, id, new Uint8Array(20 * 1024 * 1024 + 1));
    expect([large.status, large.body["code"]]).toEqual([413, "body-too-large"]);
    const piece = ((await upload(li, id, new Uint8Array(5_000_000).fill(7))).body as CaseJson).evidence.at(-1);
    const good = await li.call("GET", `${path}/${id}/evidence/${piece?.id}`);
    expect([good.status, good.text.length]).toEqual([200, 5_000_000]);
    const sha256 = piece?.sha256 ?? "";
    writeFileSync(join(system.dataDir, "evidence", sha256.slice(0, 2), sha256), "something else");
    const damaged = await li.call("GET", `${path}/${id}/evidence/${piece?.id}`);
    expect([damaged.status, damaged.body["code"]]).toEqual([500, "evidence-damaged"]);
  });
});

describe("evidence that breaks off on its way", () => {
  it("is not in the case, leaves nothing on disk, and is no failure of the program", async () => {
    const [known] = await listCases(li, "stage=triage");
    const before = known?.evidence.length;
    const request = httpRequest(`http://${system.addresses.http}${path}/${known?.id}/evidence?name=film.mp4`, {
      method: "POST",
      headers: { authorization: `Bearer ${li.token}`, "content-type": "video/mp4", "content-length": "1000000" },
    });
    const gone = new Promise((settle) => request.on("error", settle));
    const coming = join(system.dataDir, "evidence", "coming");
    request.write(Buffer.alloc(200_000));
    await waitFor("the first piece to arrive", () => readdirSync(coming).length === 1, patience);
    request.destroy();
    await gone;
    await waitFor("the half file to be gone", () => readdirSync(coming).length === 0, patience);
    expect((await show(li, known?.id ?? "")).case.evidence.length).toBe(before);
    expect(
      system.lines.filter(({ msg, path: at }) => msg === "a request failed" && at === `${path}/${known?.id}/evidence`),
    ).toEqual([]);
  });
});

describe("somebody of a plant", () => {
  const own: readonly string[] = [
    "DELETE /api/v1/session",
    "GET /api/v1/cases",
    "GET /api/v1/cases/{id}",
    "GET /api/v1/cases/{id}/evidence/{evidence}",
    "GET /api/v1/enterprise",
    "GET /api/v1/session",
    "POST /api/v1/cases/{id}/evidence",
    "POST /api/v1/cases/{id}/reply",
    "POST /api/v1/marks",
    "POST /api/v1/session/password",
  ];
  /** For everybody, signed in or not. */
  const open: readonly string[] = [
    "GET /api/v1/ca",
    "GET /healthz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /readyz",
    "GET /sign-in/{token}",
    "POST /api/v1/provision",
    "POST /api/v1/session",
  ];

  it("may call what is meant for plants, and is refused by every other route there is", async () => {
    const { text } = await system.api.call("GET", "/openapi.json");
    const { paths } = JSON.parse(text) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    );
    expect(routes).toEqual(expect.arrayContaining(own.concat(open.filter((route) => !route.includes("openapi")))));
    const admitted: string[] = [];
    for (const route of routes.filter((each) => !own.includes(each) && !open.includes(each))) {
      const [method = "", target = ""] = route.split(" ");
      const reply = await mill.call(method, target.replaceAll(/\{\w+\}/g, "x"), method === "GET" ? undefined : {});
      if (reply.status !== 403 || reply.body["code"] !== "not-allowed") admitted.push(`${route}: ${reply.status}`);
    }
    expect(admitted).toEqual([]);
  }, 60_000);

  it("gets no live data", async () => {
    const socket = new WebSocket(`ws://${system.addresses.http}/live?token=${mill.token}`);
    const outcome = await new Promise((settle) => {
      socket.addEventListener("open", () => settle("open"));
      socket.addEventListener("error", () => settle("refused"));
    });
    expect(outcome).toBe("refused");
    expect((await system.api.metrics()).text).toMatch(/refused/);
  });

  it("knows the own sites, and enters no marks for others", async () => {
    const about = await mill.call("GET", "/api/v1/enterprise");
    expect(about.body).toMatchObject({ enterprise: plant, sites: [{ id: "W-1" }] });
    const span = { from: new Date(yesterday).toISOString(), to: new Date(yesterday + hourMs).toISOString() };
    const mark = await mill.call("POST", "/api/v1/marks", { site: "W-2", label: "fault", reason: "x", ...span });
    expect([mark.status, mark.body["code"]]).toEqual([400, "unknown-site"]);
  });

  it("is signed out the moment sign-in is ended", async () => {
    const ended = await system.api.call("PATCH", "/api/v1/users/mill", { disabled: true, reason: "left the plant" });
    expect([ended.status, ended.body["disabled"]]).toEqual([200, true]);
    expect((await mill.call("GET", path)).status).toBe(401);
    const again = { username: "mill", password: millPassword };
    expect((await mill.call("POST", "/api/v1/session", again)).body["code"]).toBe("wrong-password");
  });
});

describe("the chain over all events", () => {
  it("is whole, and names the first row that somebody changed behind the program's back", async () => {
    const check = async () => (await li.call("GET", `${path}/check`)).body;
    const whole = await check();
    expect(whole).toMatchObject({ ok: true, brokenAt: null, differing: [] });
    const db = new DatabaseSync(join(system.dataDir, "state.sqlite"));
    db.exec("pragma busy_timeout = 5000");
    const [known] = await listCases(li, "site=W-2");
    db.prepare("update cases set stage = 'opened', body = json_set(body, '$.stage', 'opened') where id = ?").run(
      known?.id ?? "",
    );
    expect(await check()).toMatchObject({ ok: false, brokenAt: null, differing: [known?.id] });
    db.exec("drop trigger case_events_no_update");
    db.exec("update case_events set body = replace(body, '\"seen\"', '\"not seen\"') where place = 6");
    db.exec("update case_events set body = json_set(body, '$.reason', 'another') where place = 4");
    db.close();
    expect(await check()).toMatchObject({ ok: false, brokenAt: 4, events: 3 });
  });
});

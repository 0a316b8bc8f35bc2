// A scripted operator at the interface of the running program: brings real alarms into every state by readings and acts, tries every
// act in every state, and looks whether each holds as the table says. Nobody's password goes anywhere.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alarmStates, type AlarmState } from "#domain/alarm.ts";
import { type AlarmJson, type ApiClient, type Json, type Reply, signIn } from "../harness/api-client.ts";
import { addUser } from "../harness/refused-frames.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

type Word = "ack" | "comment" | "assign" | "shelve" | "unshelve" | "reset";
type Step = "beyond" | "back" | "ack" | "reset";

/** How each state is reached on a point that latches, or that does not. */
const ways: Readonly<Record<AlarmState, { readonly latches: boolean; readonly steps: readonly Step[] }>> = {
  "unack-active": { latches: false, steps: ["beyond"] },
  "ack-active": { latches: false, steps: ["beyond", "ack"] },
  "rtn-unack": { latches: false, steps: ["beyond", "back"] },
  "latch-unack": { latches: true, steps: ["beyond", "back"] },
  "latch-ack": { latches: true, steps: ["beyond", "ack", "back"] },
  normal: { latches: true, steps: ["beyond", "ack", "back", "reset"] },
};

/** What each state becomes by an act; a state that is not named refuses it. */
const open = { "unack-active": "", "ack-active": "", "rtn-unack": "", "latch-unack": "", "latch-ack": "" } as const;
const table: Readonly<Record<Word, Readonly<Partial<Record<AlarmState, AlarmState | "">>>>> = {
  // Of what is over as long as something of it is remembered.
  comment: { ...open, normal: "" },
  assign: open,
  shelve: open,
  // Of a shelved one; see below.
  unshelve: {},
  ack: { "unack-active": "ack-active", "rtn-unack": "normal", "latch-unack": "latch-ack" },
  reset: { "latch-ack": "normal" },
};
const bodies: Readonly<Record<Word, Json>> = {
  ack: { comment: "seen" },
  comment: { comment: "巡检已派" },
  assign: { user: "wang" },
  shelve: { minutes: 5, reason: "known-fault", comment: "pump is being changed" },
  unshelve: {},
  reset: { reason: "pump was changed" },
};
const words = Object.keys(table) as Word[];

let system: RunningSystem;
let li: ApiClient;
let wang: ApiClient;
let sites = 0;

const post = (who: ApiClient, path: string, body: unknown, headers = {}): Promise<Reply> =>
  who.call("POST", `/api/v1${path}`, body, headers);
const act = (who: ApiClient, id: string, word: Word, body: Json, headers = {}): Promise<Reply> =>
  post(who, `/alarms/${id}/${word}`, body, headers);
const at = (alarm: AlarmJson, word: Word, more: Json = {}): Promise<Reply> =>
  act(li, alarm.id, word, { expectedVersion: alarm.version, ...bodies[word], ...more });

async function send(site: string, value: number): Promise<void> {
  const reply = await post(system.api, `/sites/${site}/readings`, { time: Date.now(), values: { w01018: value } });
  expect(reply.status).toBe(202);
}
async function addSite(name: string): Promise<string> {
  const site = `${name}-${++sites}`;
  await system.api.createSite(site, { factors: ["w01018"] });
  await system.api.putLimit(site, "w01018", 50);
  return site;
}
async function putRecord(id: string, parts: Json): Promise<void> {
  const record = {
    nameZh: "试验",
    nameEn: "trial",
    subject: "limit",
    basis: "realtime",
    class: "warning",
    levels: [{ op: "beyond", at: 1, priority: 2 }],
    action: "call the plant",
  };
  const body = { ...record, ...parts, expectedVersion: 0, reason: "trial" };
  const reply = await system.api.call("PUT", `/api/v1/alarm-definitions/${id}`, body);
  expect([reply.status, reply.body["code"]]).toEqual([200, undefined]);
}
const newest = async (site: string): Promise<AlarmJson | null> =>
  (await system.api.alarms(`site=${site}&definition=limit:w01018:realtime`))[0] ?? null;
const waitForAlarm = (site: string, fits: (alarm: AlarmJson) => boolean): Promise<AlarmJson> =>
  waitFor(
    `an alarm of ${site}`,
    async () => {
      const alarm = await newest(site);
      return alarm !== null && fits(alarm) && alarm;
    },
    { deadlineMs: 10_000 },
  );
const waitForState = (site: string, state: AlarmState): Promise<AlarmJson> =>
  waitForAlarm(site, (alarm) => alarm.state === state);

const afterStep: Readonly<Record<Step, (before: AlarmState | null, latches: boolean) => AlarmState>> = {
  beyond: (before) => (before === "latch-ack" ? "ack-active" : "unack-active"),
  back: (before, latches) => {
    if (latches) return before === "ack-active" ? "latch-ack" : "latch-unack";
    return before === "ack-active" ? "normal" : "rtn-unack";
  },
  ack: (before) => (before === "latch-unack" ? "latch-ack" : before === "rtn-unack" ? "normal" : "ack-active"),
  reset: () => "normal",
};

/** A fresh point, led into the state. */
async function lead(state: AlarmState): Promise<AlarmJson> {
  const { latches, steps } = ways[state];
  const site = await addSite(latches ? "LATCH" : "PLAIN");
  if (latches) await putRecord(`latch-${site.toLowerCase()}`, { latched: true, scope: { site } });
  let now: AlarmState | null = null;
  for (const step of steps) {
    const before = now;
    now = afterStep[step](before, latches);
    if (step === "beyond") await send(site, 88.8);
    else if (step === "back") await send(site, 12.5);
    else {
      const alarm = await waitForState(site, before ?? "normal");
      expect((await at(alarm, step)).status).toBe(200);
    }
    await waitForState(site, now);
  }
  expect(now).toBe(state);
  return waitForState(site, state);
}

beforeAll(async () => {
  system = await startSystem();
  for (const name of ["li", "wang"]) await addUser(system.dataDir, name, "operator");
  await addUser(system.dataDir, "sun", "viewer");
  li = await signIn(system.addresses.http, "li", "li password");
  wang = await signIn(system.addresses.http, "wang", "wang password");
}, 60_000);
afterAll(() => system.close());

describe("an operator", () => {
  it.each(alarmStates.map((state) => [state]))(
    "in the state %s can do what the table says, nothing else, and nothing on an older view",
    async (state) => {
      const alarm = await lead(state);
      for (const word of words) {
        const stale = await act(li, alarm.id, word, { expectedVersion: alarm.version - 1, ...bodies[word] });
        expect([word, stale.status, stale.body["code"]]).toEqual([word, 409, "stale-version"]);
        expect(stale.body["current"]).toMatchObject({ id: alarm.id, version: alarm.version, state });
        if (state in table[word]) continue;
        const refused = await at(alarm, word);
        expect([word, refused.status, refused.body["code"]]).toEqual([word, 422, "illegal-move"]);
        expect(refused.body["current"]).toMatchObject({ id: alarm.id, version: alarm.version, state });
      }
      // What keeps the state first, what ends it last.
      let { version } = alarm;
      for (const word of words.filter((each) => state in table[each])) {
        const to = table[word][state];
        const done = await at({ ...alarm, version }, word);
        expect([word, done.status]).toEqual([word, 200]);
        expect(done.body).toMatchObject({ id: alarm.id, version: version + 1, state: to === "" ? state : to });
        version++;
      }
      const { transitions } = await system.api.alarm(alarm.id);
      expect(transitions.at(-1)).toMatchObject({ version });
      const mine = transitions.filter(({ actor }) => actor === "li");
      for (const row of mine) expect(row).toMatchObject({ cause: "command", channel: "api" });
    },
    60_000,
  );

  it("sees a latched alarm become active again when the value leaves again, in the state it was", async () => {
    for (const [state, again] of [
      ["latch-unack", "unack-active"],
      ["latch-ack", "ack-active"],
    ] as const) {
      const alarm = await lead(state);
      await send(alarm.site, 99);
      expect((await waitForState(alarm.site, again)).id).toBe(alarm.id);
    }
    const returned = await lead("rtn-unack");
    await send(returned.site, 99);
    expect((await waitForState(returned.site, "unack-active")).id).toBe(returned.id);
  });

  it("is called again by a graver level, which takes the alarm from its shelf", async () => {
    const site = await addSite("LEVEL");
    const levels = [
      { op: "beyond", at: 1, priority: 2 },
      { op: "beyond", at: 2, priority: 1 },
    ];
    await putRecord("two-levels", { levels, scope: { site } });
    await send(site, 60);
    const first = await waitForState(site, "unack-active");
    expect((await at(first, "ack")).status).toBe(200);
    const shelved = await at({ ...first, version: first.version + 1 }, "shelve");
    expect(shelved.body).toMatchObject({ suppression: { kind: "shelved", by: "li" }, state: "ack-active" });
    await send(site, 120);
    const graver = await waitForAlarm(site, (alarm) => alarm["level"] === 2);
    expect(graver).toMatchObject({ id: first.id, state: "unack-active", acked: false, priority: 1, suppression: null });
  });

  it("finds a shelved alarm in its list, takes it down, and is not believed to take down what is not shelved", async () => {
    const alarm = await lead("unack-active");
    const shelved = (await at(alarm, "shelve", { minutes: 480, oneShot: true })).body as AlarmJson;
    expect(shelved).toMatchObject({ suppression: { kind: "shelved", oneShot: true }, state: "unack-active" });
    expect((await system.api.alarms(`suppressed=shelved&site=${alarm.site}`)).map(({ id }) => id)).toEqual([alarm.id]);
    const down = await at(shelved, "unshelve");
    expect([down.status, down.body["suppression"]]).toEqual([200, null]);
    expect((await at(down.body as AlarmJson, "unshelve")).status).toBe(422);
    const tooLong = await at(down.body as AlarmJson, "shelve", { minutes: 481 });
    expect([tooLong.status, tooLong.body["code"]]).toEqual([422, "illegal-move"]);
    expect(String(tooLong.body["detail"])).toContain("480 minutes");
  });

  it("needs the role, known people, and the forms of the description", async () => {
    const alarm = await lead("unack-active");
    const sun = await signIn(system.addresses.http, "sun", "sun password");
    expect((await act(sun, alarm.id, "ack", { expectedVersion: alarm.version })).status).toBe(403);
    expect((await at(alarm, "assign", { user: "nobody" })).body["code"]).toBe("user-not-found");
    expect((await at(alarm, "assign", { user: "sun" })).status).toBe(422);
    await addUser(system.dataDir, "gone", "operator");
    const gone = await system.api.call("PATCH", "/api/v1/users/gone", { disabled: true, reason: "left" });
    expect(gone.status).toBe(200);
    expect((await at(alarm, "assign", { user: "gone" })).body["code"]).toBe("user-not-found");
    expect((await at(alarm, "shelve", { minutes: 0 })).status).toBe(400);
    expect((await at(alarm, "shelve", { reason: "because" })).status).toBe(400);
    expect((await act(li, alarm.id, "ack", {})).status).toBe(400);
    expect((await act(li, "none", "ack", { expectedVersion: 1 })).status).toBe(404);
    expect(await newest(alarm.site)).toMatchObject({ version: alarm.version });
  });

  it("acts on many alarms at once, and each says for itself whether it holds", async () => {
    const [good, stale, acked, over] = [
      await lead("unack-active"),
      await lead("unack-active"),
      await lead("ack-active"),
      await lead("normal"),
    ];
    const targets = [
      { id: good.id, expectedVersion: good.version },
      { id: stale.id, expectedVersion: stale.version + 7 },
      { id: acked.id, expectedVersion: acked.version },
      { id: "stranger", expectedVersion: 1 },
      { id: over.id, expectedVersion: over.version },
    ];
    const reply = await post(li, "/alarms/acts", { act: { kind: "ack", comment: "all seen" }, targets });
    expect(reply.status).toBe(200);
    const results = reply.body["results"] as { id: string; ok: boolean; code?: string; alarm: AlarmJson | null }[];
    expect(results.map(({ ok, code }) => (ok ? "ok" : code))).toEqual([
      "ok",
      "stale-version",
      "illegal-move",
      "alarm-not-found",
      "illegal-move",
    ]);
    expect(results.map(({ id }) => id)).toEqual(targets.map(({ id }) => id));
    expect(results[0]?.alarm).toMatchObject({ state: "ack-active", ackedBy: "li" });
    expect(results[1]?.alarm).toMatchObject({ version: stale.version, state: "unack-active" });
    expect(results[3]?.alarm).toBeNull();
    const twice = { act: { kind: "ack" }, targets: [targets[0], targets[0]] };
    expect((await post(li, "/alarms/acts", twice)).status).toBe(400);
    const many = Array.from({ length: 201 }, (_, i) => ({ id: `x${i}`, expectedVersion: 1 }));
    expect((await post(li, "/alarms/acts", { act: { kind: "ack" }, targets: many })).status).toBe(400);
  });

  it("may press twice: the same key is the same answer, and it is done once", async () => {
    const alarm = await lead("unack-active");
    const key = { "idempotency-key": "k-1" };
    const body = { expectedVersion: alarm.version, comment: "once" };
    const replies = await Promise.all([1, 2, 3].map(() => act(li, alarm.id, "ack", body, key)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    const { transitions } = await system.api.alarm(alarm.id);
    expect(transitions.filter(({ comment }) => comment === "once")).toHaveLength(1);
    const other = await act(li, alarm.id, "ack", { ...body, comment: "twice" }, key);
    expect([other.status, other.body["code"]]).toEqual([422, "key-reused"]);
    // Keys are one's own.
    expect((await act(wang, alarm.id, "ack", body, key)).status).toBe(409);
  });
});

describe("a statutory alarm", () => {
  let alarm: AlarmJson;
  const second = (username: string, password: string): Json => ({ second: { username, password } });
  beforeAll(async () => {
    const site = await addSite("LAW");
    await putRecord("statutory-trial", { class: "statutory", statutoryBasis: "GB 18918-2002 4.1", scope: { site } });
    await send(site, 88.8);
    alarm = await waitForState(site, "unack-active");
    expect(alarm["class"]).toBe("statutory");
  });

  it("is shelved by two persons only, of whom the second is another operator with the right password", async () => {
    const alone = await at(alarm, "shelve");
    expect([alone.status, alone.body["code"]]).toEqual([422, "illegal-move"]);
    expect(String(alone.body["detail"])).toContain("second");
    for (const [name, password] of [
      ["li", "li password"],
      ["wang", "wrong"],
      ["nobody", "wrong"],
      ["sun", "sun password"],
    ] as const) {
      const refused = await at(alarm, "shelve", second(name, password));
      expect([name, refused.status, refused.body["code"]]).toEqual([name, 422, "second-person-refused"]);
    }
    const both = await at(alarm, "shelve", second("wang", "wang password"));
    expect([both.status, both.body["suppression"]]).toEqual([200, expect.objectContaining({ kind: "shelved" })]);
    expect((await system.api.alarm(alarm.id)).transitions.at(-1)).toMatchObject({ actor: "li", reason: "known-fault" });
  });

  it("does not let anybody guess the second password", async () => {
    const guess = async () => (await at(alarm, "shelve", second("wang", "a guess"))).status;
    const answers: number[] = [];
    for (let i = 0; i < 6; i++) answers.push(await guess());
    expect(answers.at(-1)).toBe(429);
    expect((await at(alarm, "shelve", second("wang", "wang password"))).status).toBe(429);
  });

  it("leaves no password in any file or line of the program", () => {
    const files = readdirSync(system.dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect([file.name, bytes.includes("wang password")]).toEqual([file.name, false]);
    }
    expect(system.output()).not.toContain("wang password");
  });
});

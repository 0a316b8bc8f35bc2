// Notices of the running program: channels, contacts, policies and calendars over REST, real mail and HTTP servers as the other
// side, kills in between. Steps of seconds stand for minutes.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, type Json, signIn } from "../harness/api-client.ts";
import { connectDevice } from "../harness/device.ts";
import { type MailServer, startMailServer } from "../harness/smtp.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";
import { answers, startWebHook, type WebHook } from "../harness/web-hook.ts";

interface NoticeJson extends Json {
  readonly id: string;
  readonly state: string;
  readonly cause: string;
  readonly contact: string;
  readonly alarms: readonly string[];
  readonly detail: string | null;
  readonly tries: number;
  readonly attempts: readonly { readonly channel: string; readonly ok: boolean; readonly detail: string }[];
}

const path = "/api/v1/notices";
const secret = "a secret that nobody may see";
const reason = "test";

describe("notices of the running program", () => {
  let system: RunningSystem;
  let mail: MailServer;
  let hook: WebHook;

  beforeAll(async () => {
    [mail, hook] = [await startMailServer(), await startWebHook()];
    system = await startSystem({ env: { PUBLIC_URL: "https://monitor.example.cn/" } });
    await put("channels/post", {
      kind: "mail",
      name: "post",
      settings: { host: "127.0.0.1", port: mail.port, security: "none", from: "plumeline@example.cn" },
    });
    await put("channels/hook", {
      kind: "webhook",
      name: "hook",
      settings: { url: hook.url, allowPrivate: true, secret },
    });
    for (const [name, channels] of [
      ["li", ["post"]],
      ["wang", ["post", "hook"]],
      ["zhao", ["hook"]],
    ] as const) {
      const addresses = channels.map((channel) => ({ channel, to: channel === "post" ? `${name}@example.cn` : name }));
      await put(`contacts/${name}`, { name, addresses });
    }
  }, 60_000);
  afterEach(() => {
    [mail.mood, hook.answer] = ["good", answers.good];
  });
  afterAll(async () => {
    await system.close();
    await mail.close();
    await hook.close();
  });

  async function put(what: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    const current = await system.api.call("GET", `${path}/${what}`);
    const expectedVersion = current.status === 200 ? Number(current.body["version"]) : 0;
    const reply = await system.api.call("PUT", `${path}/${what}`, { expectedVersion, reason, ...body });
    if (reply.status !== 200) throw new Error(`${what}: ${reply.status} ${reply.text}`);
    return reply.body;
  }

  const list = async (query = ""): Promise<NoticeJson[]> =>
    (await system.api.call("GET", `${path}?limit=200&${query}`)).body["items"] as NoticeJson[];
  const show = async (id: string): Promise<NoticeJson> =>
    (await system.api.call("GET", `${path}/${encodeURIComponent(id)}`)).body as NoticeJson;
  const whenEnded = (id: string, state: string, deadlineMs = 15_000): Promise<NoticeJson> =>
    waitFor(
      `${id} to be ${state}`,
      async () => {
        const found = await show(id);
        return found.state === state && found;
      },
      { deadlineMs },
    );
  async function testTo(contact: string): Promise<string> {
    const reply = await system.api.call("POST", `${path}/contacts/${contact}/test`);
    expect(reply.status).toBe(202);
    return String(reply.body["id"]);
  }

  it("go the whole way to a mail box and are recorded as sent, with what the server said", async () => {
    const done = await whenEnded(await testTo("li"), "sent");
    expect(done.attempts).toEqual([
      expect.objectContaining({ channel: "post", ok: true, detail: expect.stringMatching(/^250/) }),
    ]);
    const received = mail.mails.find((each) => each.header("x-plumeline-notice") === done.id);
    expect(received?.to).toEqual(["li@example.cn"]);
    const metrics = await system.api.metrics();
    expect(metrics.value("plumeline_notices_attempts_total", { kind: "mail", outcome: "sent" })).toBeGreaterThan(0);
  });

  it("are tested over one channel at once, and the answer of the other side is told", async () => {
    const good = await system.api.call("POST", `${path}/channels/post/test`, { to: "box@example.cn" });
    expect(good.body).toMatchObject({ ok: true, detail: expect.stringMatching(/^250/) });
    hook.answer = answers.status(418, {}, `teapot ${secret}`);
    const bad = await system.api.call("POST", `${path}/channels/hook/test`, {});
    expect(bad.body).toMatchObject({ ok: false, detail: "HTTP 418: teapot ***" });
  });

  it("say no secret anywhere: not in answers, the audit, the log, nor to whoever is no administrator more than is needed", async () => {
    const made = await system.api.call("POST", "/api/v1/users", { username: "op", role: "operator", reason });
    const operator: ApiClient = await signIn(system.addresses.http, "op", String(made.body["password"]));
    const seen = [
      ...(await Promise.all(
        ["channels", "channels/hook", "contacts", "health", "policies"].map((what) =>
          system.api.call("GET", `${path}/${what}`),
        ),
      )),
      await system.api.call("GET", "/api/v1/audit?limit=500"),
    ].map(({ text }) => text);
    expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    expect(system.output()).not.toContain(secret);
    expect(seen.at(-1)).toContain("channel-changed: webhook, on: test");
    expect((await system.api.call("GET", `${path}/channels/hook`)).body["settings"]).toMatchObject({ secret: true });
    const contact = await operator.call("GET", `${path}/contacts/li`);
    expect(contact.body["addresses"]).toEqual([{ channel: "post", to: "li@…cn" }]);
    expect((await operator.call("PUT", `${path}/channels/x`, {})).status).toBe(403);
  });

  it("keep the secret of a channel that is changed, unless it goes to another place, and refuse an outdated version", async () => {
    const body = { kind: "webhook", name: "hook", settings: { url: hook.url, allowPrivate: true }, reason };
    const { body: current } = await system.api.call("GET", `${path}/channels/hook`);
    const version = Number(current["version"]);
    const outdated = await system.api.call("PUT", `${path}/channels/hook`, { ...body, expectedVersion: version + 3 });
    expect([outdated.status, outdated.body["code"]]).toEqual([409, "stale-version"]);
    const moved = { ...body, settings: { url: "http://127.0.0.1:9", allowPrivate: true }, expectedVersion: version };
    expect((await system.api.call("PUT", `${path}/channels/hook`, moved)).status).toBe(400);
    expect((await system.api.call("PUT", `${path}/channels/hook`, { ...body, expectedVersion: version })).status).toBe(
      200,
    );
    expect((await system.api.call("POST", `${path}/channels/hook/test`, {})).body["ok"]).toBe(true);
    expect(hook.calls.at(-1)?.headers["plumeline-signature"]).toMatch(/^v1=[0-9a-f]{64}$/);
  });

  it("name in their health the steps that nobody would hear of, until somebody is named", async () => {
    const gaps = async () =>
      ((await system.api.call("GET", `${path}/health`)).body["gaps"] as { says: string }[]).map(({ says }) => says);
    expect(await gaps()).toContain("no contact for step 1 of policy urgent: nobody is on call in duty-lead");
    const turns = { name: "lead", contacts: ["li"], from: "2026-01-01T08:00:00+08:00", turnMs: 86_400_000 };
    const now = Date.now();
    const swap = { from: now + 3_600_000, to: now + 7_200_000, contact: "wang", reason: "ill" };
    const calendar = await put("calendars/duty-lead", { ...turns, swaps: [swap] });
    expect(calendar["swaps"]).toMatchObject([{ contact: "wang", by: "admin" }]);
    expect((await gaps()).filter((says) => says.includes("duty-lead"))).toEqual([]);
    const at = async (ms: number) =>
      (await system.api.call("GET", `${path}/calendars/duty-lead/on-call?at=${ms}`)).body["contact"];
    expect([await at(now), await at(now + 3_600_000), await at(now + 7_200_000)]).toEqual(["li", "wang", "li"]);
    const stranger = await system.api.call("PUT", `${path}/calendars/duty-lead`, {
      ...turns,
      expectedVersion: 2,
      reason,
      contacts: ["nobody"],
    });
    expect([stranger.status, stranger.body["detail"]]).toEqual([400, "there is no contact nobody"]);
  });

  it("take the next channel of a contact when the first one fails, which becomes an alarm and ends with the next success", async () => {
    mail.mood = "busy";
    const done = await whenEnded(await testTo("wang"), "sent", 30_000);
    expect(done.attempts.map(({ channel, ok }) => `${channel} ${ok}`)).toEqual([
      "post false",
      "post false",
      "post false",
      "hook true",
    ]);
    const alarms = () => system.api.alarms("state=unack-active,rtn-unack");
    const failing = await waitFor(
      "the alarm about the channel",
      async () => (await alarms()).find((each) => each["definition"] === "system:notification-failing" && each.active),
      { deadlineMs: 15_000 },
    );
    expect(JSON.stringify(failing["comments"])).toContain("post: 3 failures in a row");
    mail.mood = "good";
    await system.api.call("POST", `${path}/channels/post/test`, { to: "box@example.cn" });
    await waitFor("its end", async () => (await alarms()).some((each) => each.id === failing.id && !each.active), {
      deadlineMs: 15_000,
    });
  }, 60_000);

  it("over a slow endpoint hold up no other channel", async () => {
    hook.answer = answers.never;
    const slow = await testTo("zhao");
    await waitFor("the slow one to be under way", () => hook.calls.some(({ body }) => body.includes(slow)), {
      deadlineMs: 5_000,
    });
    const begun = Date.now();
    await whenEnded(await testTo("li"), "sent");
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect((await show(slow)).state).toBe("waiting");
    hook.answer = answers.good;
    hook.hangUp();
    await whenEnded(slow, "sent", 30_000);
  }, 60_000);

  it("are sent again after a kill between sending and recording, under the same Message-ID; none is lost", async () => {
    // One message has been begun and is never taken; of another one the program dies before it hears that it was taken.
    hook.answer = answers.never;
    const begun = await testTo("zhao");
    await waitFor("the slow one to be under way", () => hook.calls.some(({ body }) => body.includes(begun)), {
      deadlineMs: 10_000,
    });
    mail.mood = "takes-and-says-nothing";
    const taken = await testTo("li");
    const copies = () => mail.mails.filter((each) => each.header("x-plumeline-notice") === taken);
    await waitFor("the mail", () => copies().length === 1, { deadlineMs: 10_000 });
    await system.kill();
    [mail.mood, hook.answer] = ["good", answers.good];
    await system.start();
    await whenEnded(taken, "sent", 20_000);
    await whenEnded(begun, "sent", 20_000);
    expect(copies()).toHaveLength(2);
    expect(new Set(copies().map((each) => each.header("message-id"))).size).toBe(1);
  }, 90_000);

  it("tell a real alarm step by step until it is acknowledged, and its end to those who heard of it", async () => {
    for (const name of ["warning-to-enterprise", "urgent", "high"]) {
      const { body } = await system.api.call("GET", `${path}/policies/${name}`);
      const gone = await system.api.call(
        "DELETE",
        `${path}/policies/${name}?reason=test&expectedVersion=${String(body["version"])}`,
      );
      expect(gone.status).toBe(204);
    }
    const step = (seconds: number, contact: string, repeatMs: number | null = null) => ({
      afterMs: seconds * 1_000,
      until: "ack",
      targets: [{ kind: "contact", contact }],
      repeatMs,
    });
    await put("policies/quick", {
      name: "quick",
      enabled: true,
      order: 1,
      scope: {},
      classes: [],
      priorities: [1, 2],
      steps: [step(0, "zhao", 3_000), step(2, "wang"), step(60, "li")],
      groupMs: 0,
      quiet: null,
      tellEnd: true,
    });
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("N1"));
    await system.api.putLimit("N1", "w01018", 50);
    await device.send({ w01018: 88.8 });
    const alarm = await waitFor("the alarm", async () => (await system.api.alarms("site=N1"))[0], {
      deadlineMs: 10_000,
    });
    const told = async () =>
      (await list(`alarm=${alarm.id}`)).map(({ contact, cause, state }) => `${contact} ${cause} ${state}`);
    await waitFor(
      "two tiers and a repeat",
      async () => {
        const now = await told();
        return now.includes("wang step sent") && now.includes("zhao step sent") && now.includes("zhao repeat sent");
      },
      { deadlineMs: 20_000 },
    );
    const call = hook.calls.find(({ body }) => body.includes(alarm.id));
    const body = JSON.parse(call?.body ?? "{}") as {
      subject: string;
      url: string;
      alarms: { value: number; siteName: string }[];
    };
    expect(body.subject).toMatch(/^\[\d级告警\] Outfall N1 化学需氧量 实时值超限$/);
    expect(body.url).toBe(`https://monitor.example.cn/alarms?sel=${alarm.id}`);
    expect(body.alarms).toMatchObject([{ value: 88.8, siteName: "Outfall N1" }]);
    const acked = await system.api.acknowledge(await system.api.alarm(alarm.id), "on it");
    expect(acked.status).toBe(200);
    const atAck = (await told()).length;
    await device.send({ w01018: 12 });
    await waitFor(
      "the end to be told",
      async () => {
        const now = await told();
        return now.includes("zhao end sent") && now.includes("wang end sent");
      },
      { deadlineMs: 15_000 },
    );
    const after = await told();
    expect(after.filter((each) => each.startsWith("li"))).toEqual([]);
    expect(after.filter((each) => !each.includes(" end "))).toHaveLength(atAck);
    await device.end();
  }, 60_000);
});

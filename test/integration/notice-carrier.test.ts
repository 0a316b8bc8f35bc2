// The carrier over real web servers, with a record and a journal that are slow, away or full of waiting notices: nobody waits for
// somebody else's channel, what was sent is not sent again, and what could not be written down stops the sending.

import { afterEach, describe, expect, it } from "vitest";
import { sendNotice } from "#api/io/notice-sender.ts";
import { createNoticeCarrier, type NoticeCarrier } from "#api/notices/carrier.ts";
import { Problem } from "#api/problem.ts";
import type { Command } from "#domain/command.ts";
import { Failure } from "#domain/failure.ts";
import type { Notice, NoticeProgress } from "#domain/notice.ts";
import type { ChannelRow, ContactRow } from "#store/state/accounts-notices.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { waitFor } from "../harness/wait.ts";
import { answers, startWebHook, type WebHook } from "../harness/web-hook.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const changed = { version: 1, changedAt: 0, changedBy: "admin" } as const;

function makeNotice(id: string, contact: string, priority: Notice["priority"] = 2): Notice {
  const about = {
    step: 0,
    policy: "p",
    contact,
    alarms: [],
    annunciation: "A:1",
    site: "S1",
    priority,
    class: "warning",
  };
  const when = { createdAt: 0, dueAt: 0, attempts: [], endedAt: null, detail: null, seq: 1 };
  return { id, version: 1, state: "waiting", cause: "step", ...about, ...when };
}

/** A carrier with hooks "a", "b", … of which each is the only channel of the contact of its name. */
function startCarrier(hooks: Readonly<Record<string, WebHook>>, kind: "webhook" | "dingtalk" = "webhook") {
  const waiting = new Map<string, Notice>();
  const told: NoticeProgress[] = [];
  const world = { journal: true, record: true };
  const channels = Object.entries(hooks).map(([id, { url }]): ChannelRow => {
    const ways =
      kind === "webhook"
        ? { settings: { url, allowPrivate: true }, secrets: { secret: "s" } }
        : { settings: { allowPrivate: true }, secrets: { url } };
    return { id, kind, name: id, enabled: true, ...ways, ...changed };
  });
  const contacts = Object.keys(hooks).map((id): ContactRow => {
    return { id, name: id, enterprise: null, language: "zh", addresses: [{ channel: id, to: "" }], ...changed };
  });
  const carrier: NoticeCarrier = createNoticeCarrier({
    state: {
      async waitingNotices(limit) {
        if (!world.record) throw new Failure("state-unavailable", "the record is away", { retryable: true });
        return [...waiting.keys()].slice(0, limit);
      },
      noticesOf: async (ids) => ids.flatMap((id) => waiting.get(id) ?? []),
      notices: async () => ({ items: [], total: 0, next: null }),
      alarm: async () => null,
    },
    accounts: { channels: () => channels, contacts: () => contacts },
    findSite: () => undefined,
    findAlarm: () => undefined,
    commands: {
      async send(_, command: Command) {
        if (!world.journal) throw new Problem("journal-unavailable", "the disk is full");
        if (command.type !== "notices.progress") throw new Error(command.type);
        told.push(...command.progress);
        for (const { notice, attempt } of command.progress) if (attempt.ok) waiting.delete(notice);
        return { id: "", ok: true, seq: 1, result: null };
      },
    },
    send: sendNotice,
    publicUrl: null,
    onAttempt: () => undefined,
    now: Date.now,
    chance: () => 0,
    log: createSilentLog(),
  });
  carrier.start();
  closing.push(() => carrier.stop());
  return { carrier, waiting, told, world };
}

async function hooked(answer: WebHook["answer"] = answers.good): Promise<WebHook> {
  const hook = await startWebHook();
  closing.push(() => hook.close());
  hook.answer = answer;
  return hook;
}

const idsOf = (hook: WebHook) => hook.calls.map(({ headers }) => headers["plumeline-notice"]);

describe("the carrier of notices", () => {
  it("brings what is good while thousands wait for an endpoint that is dead, and asks the dead one seldom", async () => {
    const [dead, good] = [await hooked(answers.status(500)), await hooked()];
    const { waiting } = startCarrier({ a: dead, b: good });
    for (let i = 0; i < 3_000; i++) waiting.set(`dead-${i}`, makeNotice(`dead-${i}`, "a", 1));
    waiting.set("good", makeNotice("good", "b", 4));
    await waitFor("the good one", () => good.calls.length > 0, { deadlineMs: 15_000 });
    expect(dead.calls.length).toBeLessThan(20);
  }, 30_000);

  it("brings the gravest first when a channel takes one at a time", async () => {
    const hook = await hooked();
    const { waiting } = startCarrier({ a: hook });
    hook.answer = (response) => void setTimeout(() => answers.good(response), 20);
    for (const [i, priority] of ([4, 3, 2, 1, 2, 3, 4, 1] as const).entries())
      waiting.set(`n${i}`, makeNotice(`n${i}`, "a", priority));
    await waitFor("all", () => hook.calls.length === 8, { deadlineMs: 15_000 });
    expect(new Set(idsOf(hook).slice(0, 2))).toEqual(new Set(["n3", "n7"]));
  }, 30_000);

  it("keeps to the pace of a robot, and sends no message twice", async () => {
    const hook = await hooked();
    const { waiting, told } = startCarrier({ a: hook }, "dingtalk");
    for (let i = 0; i < 40; i++) waiting.set(`n${i}`, makeNotice(`n${i}`, "a"));
    await waitFor("as many as a minute has", () => told.length >= 18, { deadlineMs: 20_000 });
    const turns = Date.now();
    await waitFor("two turns more", () => Date.now() - turns > 2_500, { deadlineMs: 10_000 });
    expect(hook.calls.length).toBe(18);
    expect(new Set(told.map(({ notice }) => notice)).size).toBe(told.length);
  }, 30_000);

  it("does not send again what was sent while the journal could not take it, and tells it when it can", async () => {
    const hook = await hooked();
    const { waiting, told, world, carrier } = startCarrier({ a: hook });
    world.journal = false;
    waiting.set("n1", makeNotice("n1", "a"));
    await waitFor("the message", () => hook.calls.length > 0, { deadlineMs: 10_000 });
    const turns = Date.now();
    await waitFor("two turns more", () => Date.now() - turns > 2_500, { deadlineMs: 10_000 });
    world.journal = true;
    await waitFor("the report", () => told.length > 0, { deadlineMs: 10_000 });
    expect(hook.calls.length).toBe(1);
    expect(told.map(({ notice, attempt }) => [notice, attempt.ok])).toEqual([["n1", true]]);
    await waitFor("nothing to wait", () => carrier.waiting.count === 0, { deadlineMs: 5_000 });
  }, 30_000);

  it("goes on when the record was away, and says that a contact cannot be reached by anything", async () => {
    const hook = await hooked();
    const { waiting, told, world } = startCarrier({ a: hook });
    world.record = false;
    waiting.set("n1", makeNotice("n1", "a"));
    waiting.set("n2", makeNotice("n2", "nobody"));
    const turns = Date.now();
    await waitFor("a turn", () => Date.now() - turns > 1_500, { deadlineMs: 10_000 });
    expect(hook.calls).toEqual([]);
    world.record = true;
    await waitFor("both", () => told.length === 2, { deadlineMs: 10_000 });
    expect(told.find(({ notice }) => notice === "n2")?.attempt).toMatchObject({ ok: false, channel: "" });
  }, 30_000);
});

// Channels of notices against real servers: SMTP with TLS and a password, refusing, hanging up, silent; webhooks, robots and
// gateways over HTTP that fail in every way. What a channel says is what the record keeps, without any secret.

import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { isInside, sendWeb } from "#api/io/notice-web.ts";
import { sendMail } from "#api/io/notice-mail.ts";
import { sendNotice } from "#api/io/notice-sender.ts";
import { composeMessage } from "#api/notices/message.ts";
import type { DraftParts, Outcome } from "#api/notices/web-draft.ts";
import type { ChannelKind, Notice } from "#domain/notice.ts";
import type { ChannelRow } from "#store/state/accounts-notices.ts";
import { root } from "../house/sources.ts";
import { startMailServer } from "../harness/smtp.ts";
import { createTempDir } from "../harness/temp-dir.ts";
import { makeSelfSigned } from "../harness/tls.ts";
import { answers, startWebHook, type WebHook } from "../harness/web-hook.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function hooked(answer: WebHook["answer"] = answers.good): Promise<WebHook> {
  const hook = await startWebHook();
  closing.push(() => hook.close());
  hook.answer = answer;
  return hook;
}

async function posted(options: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer(options);
  closing.push(() => server.close());
  return server;
}

const notice: Notice = {
  id: "01J0A:1:0:0:li",
  version: 1,
  state: "waiting",
  cause: "test",
  step: 0,
  policy: "",
  contact: "li",
  alarms: ["01J0A"],
  annunciation: "01J0A:1",
  site: "S1",
  priority: 1,
  class: "statutory",
  createdAt: 0,
  dueAt: 0,
  attempts: [],
  endedAt: null,
  detail: null,
  seq: 1,
};
const now = 1_795_307_020_000;

function partsOf(
  kind: ChannelKind,
  settings: Record<string, unknown>,
  secrets: Record<string, string>,
  to = "",
): DraftParts {
  const channel: ChannelRow = {
    id: "c1",
    version: 1,
    kind,
    name: "c1",
    enabled: true,
    settings,
    secrets,
    changedAt: 0,
    changedBy: "admin",
  };
  const findSite = () => undefined;
  const message = composeMessage({
    notice,
    alarms: [],
    findSite,
    language: "zh",
    publicUrl: "https://monitor.example.cn",
  });
  return { channel, to, notice, alarms: [], findSite, message, now };
}

const says = (outcome: Outcome) => [outcome.ok, outcome.ok ? "" : outcome.scope];

describe("mail over SMTP", () => {
  const mailTo = (
    port: number,
    settings: Record<string, unknown> = {},
    secrets: Record<string, string> = {},
    to = "li@example.cn",
  ) =>
    partsOf(
      "mail",
      {
        host: "127.0.0.1",
        port,
        security: "none",
        username: null,
        from: "plumeline@example.cn",
        fromName: "Plumeline",
        ca: null,
        ...settings,
      },
      secrets,
      to,
    );

  it("carries a Chinese subject, text and HTML, the same Message-ID for the same notice, and one thread for one alarm", async () => {
    const server = await posted();
    for (const contact of ["li", "li", "wang"]) {
      const parts = mailTo(server.port);
      const outcome = await sendNotice({ ...parts, notice: { ...notice, id: `01J0A:1:0:0:${contact}` } });
      expect(says(outcome)).toEqual([true, ""]);
    }
    const [first, again, other] = server.mails;
    expect(first?.to).toEqual(["li@example.cn"]);
    expect(first?.header("message-id")).toMatch(/^<[\w-]{32}@example\.cn>$/);
    expect(again?.header("message-id")).toBe(first?.header("message-id"));
    expect(other?.header("message-id")).not.toBe(first?.header("message-id"));
    expect(other?.header("in-reply-to")).toBe(first?.header("in-reply-to"));
    expect(first?.header("subject")).toMatch(/^=\?UTF-8\?/);
    expect(first?.raw).toContain("text/plain");
    expect(first?.raw).toContain("text/html");
    expect(first?.header("x-plumeline-notice")).toBe("01J0A:1:0:0:li");
  });

  it("verifies the certificate: an unknown authority gets nothing, one's own is taken when it is named", async () => {
    const dir = await createTempDir("smtp");
    closing.push(() => dir.remove());
    const pair = makeSelfSigned(dir.path, "localhost", ["-addext", "subjectAltName=DNS:localhost"]);
    const { key, certificate: cert } = pair;
    const server = await posted({ secure: true, key, cert, login: ["plume", "s3cret-of-mail"] });
    const settings = { host: "localhost", security: "tls", username: "plume" };
    const secrets = { password: "s3cret-of-mail" };
    const strange = await sendNotice(mailTo(server.port, settings, secrets));
    expect([strange.ok, strange.detail]).toEqual([false, expect.stringMatching(/self-signed|unable to verify/i)]);
    expect(says(await sendNotice(mailTo(server.port, { ...settings, ca: cert }, secrets)))).toEqual([true, ""]);
    const wrong = await sendNotice(mailTo(server.port, { ...settings, ca: cert }, { password: "not-the-password" }));
    expect(says(wrong)).toEqual([false, "channel"]);
    expect(JSON.stringify(wrong)).not.toContain("not-the-password");
    expect(server.mails).toHaveLength(1);
  });

  it("does not send in clear what should be secure: STARTTLS that is not offered is a failure", async () => {
    const server = await posted({ hideSTARTTLS: true } as object);
    expect(says(await sendNotice(mailTo(server.port, { security: "starttls" })))).toEqual([false, "channel"]);
    expect(server.mails).toHaveLength(0);
  });

  it("tells a refused address from a server that fails", async () => {
    const server = await posted();
    server.mood = "refuses-recipients";
    expect(says(await sendNotice(mailTo(server.port)))).toEqual([false, "address"]);
    server.mood = "busy";
    expect(says(await sendNotice(mailTo(server.port)))).toEqual([false, "channel"]);
    server.mood = "hangs-up-in-data";
    expect(says(await sendNotice(mailTo(server.port)))).toEqual([false, "channel"]);
    await server.close();
    const gone = await sendNotice(mailTo(server.port));
    expect([gone.ok, gone.detail]).toEqual([false, expect.stringContaining("ECONNREFUSED")]);
  });

  it("gives up a silent server at the deadline", async () => {
    const server = await posted();
    server.mood = "silent";
    const outcome = await sendMail(mailTo(server.port), 300);
    expect(says(outcome)).toEqual([false, "channel"]);
  });
});

describe("webhooks", () => {
  const secret = "a signing secret of sixteen";
  const to = (hook: WebHook, settings: Record<string, unknown> = {}, secrets: Record<string, string> = {}) =>
    partsOf("webhook", { url: `${hook.url}/in`, allowPrivate: true, ...settings }, { secret, ...secrets });

  it("are signed so that the example of the documentation verifies them, and refuses another body, secret or an old time", async () => {
    const hook = await hooked();
    expect(says(await sendNotice({ ...to(hook), now: Date.now() }))).toEqual([true, ""]);
    const [call] = hook.calls;
    const example = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/notices.md"), "utf8"))?.[1] ?? "";
    expect(example.trim().split("\n").length).toBeLessThanOrEqual(12);
    const dir = await createTempDir("verify");
    closing.push(() => dir.remove());
    const file = join(dir.path, "verify.mjs");
    writeFileSync(file, example);
    const { verify } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      verify: (secret: string, headers: unknown, body: string) => boolean;
    };
    const { headers, body = "" } = call ?? {};
    expect(verify(secret, headers, body)).toBe(true);
    expect(verify(`${secret}.`, headers, body)).toBe(false);
    expect(verify(secret, headers, `${body} `)).toBe(false);
    expect(verify(secret, { ...headers, "plumeline-timestamp": "1" }, body)).toBe(false);
    expect(headers?.["plumeline-notice"]).toBe(notice.id);
    expect(JSON.parse(body)).toMatchObject({ id: notice.id, contact: "li", subject: "[测试] 通知通道测试" });
  });

  it.each([
    ["500", answers.status(500), null, /^HTTP 500: no$/],
    ["503 with Retry-After", answers.status(503, { "retry-after": "7" }), 7_000, /^HTTP 503/],
    ["429 with Retry-After", answers.status(429, { "retry-after": "30" }), 30_000, /^HTTP 429/],
    ["a redirect, which is not followed", answers.status(302, { location: "http://127.0.0.1:1/" }), null, /^HTTP 302/],
    ["a line that is cut", answers.hangsUp, null, /hang up|ECONNRESET/],
  ] as const)("fail with %s, and say so", async (_, answer, retryAfterMs, detail) => {
    const outcome = await sendNotice(to(await hooked(answer)));
    expect(outcome).toEqual({ ok: false, scope: "channel", retryAfterMs, detail: expect.stringMatching(detail) });
  });

  it("give up at the deadline, and read no more of an endless answer than is bounded", async () => {
    const slow = await hooked(answers.never);
    const draft = { url: slow.url, headers: {}, body: "{}", allowPrivate: true };
    await expect(sendWeb(draft, 200)).rejects.toThrow("no answer within 200 ms");
    const endless = await hooked(answers.endless);
    const answer = await sendWeb({ ...draft, url: endless.url }, 5_000);
    expect(answer.text.length).toBe(64 * 1024);
  });

  it("do not reach this machine or private networks unless the channel allows it, by name or by number", async () => {
    const hook = await hooked();
    const { port } = new URL(hook.url);
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) {
      const outcome = await sendNotice(to(hook, { url: `http://${host}:${port}/`, allowPrivate: false }));
      expect([host, outcome.ok, outcome.detail]).toEqual([host, false, expect.stringContaining("does not allow that")]);
    }
    expect(hook.calls).toEqual([]);
    const inside = [
      "10.1.2.3",
      "172.31.0.1",
      "192.168.0.1",
      "169.254.169.254",
      "100.64.0.1",
      "fd00::1",
      "fe80::1",
      "64:ff9b::a00:1",
      "0.0.0.0",
    ];
    expect(inside.filter((address) => !isInside(address))).toEqual([]);
    expect(["8.8.8.8", "172.32.0.1", "2400:3200::1"].filter(isInside)).toEqual([]);
  });

  it("keep their secrets out of what is recorded, also when the other side repeats them", async () => {
    const authorization = "Bearer abcdef-secret-token";
    const echo = await hooked(
      (response, { headers }) => void response.writeHead(500).end(`${secret} ${headers.authorization ?? ""}`),
    );
    const outcome = await sendNotice(to(echo, {}, { authorization }));
    expect(outcome.detail).toBe("HTTP 500: *** ***");
  });
});

describe("robots of group chats", () => {
  it("of DingTalk are signed in the address, mention by number, and their own error code counts", async () => {
    const hook = await hooked();
    const secret = "SEC0123456789";
    const parts = partsOf(
      "dingtalk",
      { allowPrivate: true },
      { url: `${hook.url}/robot/send?access_token=tok-123456`, secret },
      "13800000001, 13800000002",
    );
    expect(says(await sendNotice(parts))).toEqual([true, ""]);
    const [call] = hook.calls;
    const query = new URL(call?.path ?? "", hook.url).searchParams;
    const sign = createHmac("sha256", secret)
      .update(`${query.get("timestamp")}\n${secret}`)
      .digest("base64");
    expect([query.get("access_token"), query.get("sign")]).toEqual(["tok-123456", sign]);
    const body = JSON.parse(call?.body ?? "") as Record<string, Record<string, unknown>>;
    expect(body["at"]).toEqual({ atMobiles: ["13800000001", "13800000002"], isAtAll: false });
    expect(body["markdown"]?.["text"]).toContain("@13800000001 @13800000002");
    hook.answer = (response, { path }) => void response.end(`{"errcode":310000,"errmsg":"sign not match ${path}"}`);
    const refused = await sendNotice(parts);
    expect(says(refused)).toEqual([false, "channel"]);
    expect(refused.detail).not.toContain("tok-123456");
    hook.answer = (response) => void response.end('{"errcode":130101,"errmsg":"send too fast"}');
    expect(await sendNotice(parts)).toMatchObject({ ok: false, retryAfterMs: 60_000 });
  });

  it("of WeCom get text that fits, of Feishu a signature in the body", async () => {
    const hook = await hooked();
    const wecom = partsOf(
      "wecom",
      { allowPrivate: true },
      { url: `${hook.url}/cgi-bin/webhook/send?key=k` },
      "13800000001",
    );
    const long = { ...wecom.message, text: "化学需氧量超标".repeat(400) };
    expect(says(await sendNotice({ ...wecom, message: long }))).toEqual([true, ""]);
    const body = JSON.parse(hook.calls[0]?.body ?? "") as {
      text: { content: string; mentioned_mobile_list: string[] };
    };
    expect(Buffer.byteLength(body.text.content)).toBeLessThanOrEqual(2_000);
    expect(body.text.content.endsWith("…")).toBe(true);
    expect(body.text.mentioned_mobile_list).toEqual(["13800000001"]);
    const feishu = partsOf("feishu", { allowPrivate: true }, { url: `${hook.url}/hook`, secret: "fs" });
    expect(says(await sendNotice(feishu))).toEqual([true, ""]);
    const signed = JSON.parse(hook.calls[1]?.body ?? "") as { timestamp: string; sign: string; msg_type: string };
    expect([signed.timestamp, signed.msg_type]).toEqual([String(now / 1000), "text"]);
    expect(signed.sign).toBe(createHmac("sha256", `${signed.timestamp}\nfs`).digest("base64"));
  });
});

describe("gateways for text messages", () => {
  it("get a form of the channel's own, in which no text can break out of its place", async () => {
    const hook = await hooked((response) => void response.end("<code>OK</code>"));
    const settings = {
      url: hook.url,
      allowPrivate: true,
      encoding: "form",
      body: { phone: "{to}", key: "{secret}", msg: "{text}" },
      headers: { "X-Id": "{id}" },
      good: "<code>OK",
    };
    const parts = partsOf("sms", settings, { secret: "k&1=2" }, "13800000001");
    expect(says(await sendNotice({ ...parts, message: { ...parts.message, text: '&admin=1"}' } }))).toEqual([true, ""]);
    const form = new URLSearchParams(hook.calls[0]?.body);
    expect([...form.keys()]).toEqual(["phone", "key", "msg"]);
    expect([form.get("phone"), form.get("key")]).toEqual(["13800000001", "k&1=2"]);
    expect(form.get("msg")).toContain('&admin=1"}');
    expect(hook.calls[0]?.headers["x-id"]).toBe(notice.id);
    hook.answer = (response) => void response.end("<code>BALANCE</code>");
    expect(says(await sendNotice(parts))).toEqual([false, "channel"]);
    const json = partsOf(
      "sms",
      { ...settings, encoding: "json", good: "", body: { to: ["{to}"], text: "{text}" } },
      {},
      "138",
    );
    hook.answer = answers.good;
    await sendNotice({ ...json, message: { ...json.message, text: '","to":"x' } });
    expect(Object.keys(JSON.parse(hook.calls.at(-1)?.body ?? "") as object)).toEqual(["to", "text"]);
  });
});

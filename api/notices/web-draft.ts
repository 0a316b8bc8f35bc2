// A message for a channel of the web → the request that carries it, and the answer → whether it was taken. Webhooks are signed
// (docs/notices.md); robots have the forms and signatures of their makers; gateways for text messages a form of their own.

import { createHmac } from "node:crypto";
import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { Notice } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import { formatIso } from "#domain/time.ts";
import type { ChannelRow } from "#store/state/accounts-notices.ts";
import { kindFacts, type SmsSettings, type WebhookSettings } from "./channel-kinds.ts";
import { cutBytes, type Facts, fillJson, fillText } from "./fill.ts";
import type { Message } from "./message.ts";

export interface WebDraft {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
}

export interface WebAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

/** What became of one attempt. */
export type Outcome =
  | { readonly ok: true; readonly detail: string }
  | {
      readonly ok: false;
      readonly detail: string;
      /** channel: nobody could be reached over it now. address: this one is refused. */
      readonly scope: "channel" | "address";
      /** It asks for a pause; that is no failure of it. */
      readonly retryAfterMs: number | null;
    };

export interface DraftParts {
  readonly channel: ChannelRow;
  readonly to: string;
  readonly notice: Notice;
  readonly alarms: readonly Alarm[];
  readonly findSite: (id: string) => Site | undefined;
  readonly message: Message;
  readonly now: number;
}

export function signWebhook(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}

function webhookBody({ notice, alarms, findSite, message, to, now }: DraftParts): string {
  const { id, cause, step, policy, contact, more = 0 } = notice;
  return JSON.stringify({
    id,
    cause,
    step,
    policy,
    contact,
    to,
    subject: message.subject,
    text: message.text,
    url: message.url,
    sentAt: formatIso(now),
    more,
    alarms: alarms.map((alarm) => {
      const site = findSite(alarm.site);
      const { id: alarmId, site: siteId, factor, definition, priority, class: name, state, active, acked } = alarm;
      const { value, limit, unit, onset, cleared } = alarm;
      const place = {
        site: siteId,
        siteName: site?.name ?? siteId,
        city: site?.city ?? null,
        enterprise: site?.enterprise ?? null,
      };
      const what = { factor, definition, priority, class: name, state, active, acked, value, limit, unit };
      return {
        id: alarmId,
        ...place,
        ...what,
        onset: formatIso(onset),
        cleared: cleared === null ? null : formatIso(cleared),
      };
    }),
  });
}

function draftWebhook(parts: DraftParts): WebDraft {
  const { channel, notice, now } = parts;
  const settings = channel.settings as WebhookSettings;
  const body = webhookBody(parts);
  const timestamp = String(Math.floor(now / 1000));
  const { secret = "", authorization } = channel.secrets;
  const headers = {
    "content-type": "application/json",
    "plumeline-notice": notice.id,
    "plumeline-timestamp": timestamp,
    "plumeline-signature": signWebhook(secret, timestamp, body),
    ...(authorization === undefined ? {} : { authorization }),
  };
  return { url: settings.url, headers, body, allowPrivate: settings.allowPrivate };
}

/** The signature belongs into the address. */
export function signDingtalk(url: string, secret: string, now: number): string {
  const sign = createHmac("sha256", secret).update(`${now}\n${secret}`).digest("base64");
  const signed = new URL(url);
  signed.searchParams.set("timestamp", String(now));
  signed.searchParams.set("sign", sign);
  return signed.toString();
}

/** The signature belongs into the body. */
export function signFeishu(secret: string, now: number): { readonly timestamp: string; readonly sign: string } {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

function draftRobot({ channel, to, message, now }: DraftParts): WebDraft {
  const { kind, secrets } = channel;
  const { body: form, textBytesMax } = kindFacts(kind);
  const mobiles = to.split(/[\s,;]+/).filter((each) => each !== "");
  const text = cutBytes(message.text, textBytesMax - Buffer.byteLength(message.subject) - 1);
  const facts: Facts = {
    subject: message.subject,
    text,
    markdown: cutBytes(message.markdown, textBytesMax),
    mobiles,
    mentions: mobiles.map((mobile) => `@${mobile}`).join(" "),
  };
  const filled = fillJson(form, facts) as Record<string, unknown>;
  const { url = "", secret } = secrets;
  const signed = kind === "feishu" && secret !== undefined ? { ...signFeishu(secret, now), ...filled } : filled;
  return {
    url: kind === "dingtalk" && secret !== undefined ? signDingtalk(url, secret, now) : url,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(signed),
    allowPrivate: channel.settings["allowPrivate"] === true,
  };
}

function draftSms({ channel, to, notice, message }: DraftParts): WebDraft {
  const { url, allowPrivate, encoding, body, headers } = channel.settings as SmsSettings;
  const text = cutBytes(`${message.subject} ${message.text}`, kindFacts("sms").textBytesMax);
  const facts = { to, text, subject: message.subject, id: notice.id, secret: channel.secrets["secret"] ?? "" };
  const filled = fillJson(body, facts);
  const form = new URLSearchParams(
    Object.entries(filled as object).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const type = encoding === "json" ? "application/json" : "application/x-www-form-urlencoded";
  const own = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fillText(value, facts)]),
  );
  return {
    url,
    headers: { "content-type": type, ...own },
    body: encoding === "json" ? JSON.stringify(filled) : form.toString(),
    allowPrivate,
  };
}

export function draftWeb(parts: DraftParts): WebDraft {
  const { kind } = parts.channel;
  if (kind === "webhook") return draftWebhook(parts);
  return kind === "sms" ? draftSms(parts) : draftRobot(parts);
}

/** Nothing of an answer may repeat a secret. */
export function hideSecrets(text: string, channel: Pick<ChannelRow, "secrets">): string {
  let hidden = text;
  for (const secret of Object.values(channel.secrets)) {
    if (secret === "") continue;
    hidden = hidden.replaceAll(secret, "***").replaceAll(encodeURIComponent(secret), "***");
    if (!URL.canParse(secret)) continue;
    const { pathname, search, searchParams } = new URL(secret);
    for (const part of [`${pathname}${search}`, ...searchParams.values()]) {
      if (part.length >= 6) hidden = hidden.replaceAll(part, "***");
    }
  }
  return hidden;
}

function numberAt(text: string, field: string): number | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const value =
      typeof parsed === "object" && parsed !== null ? Object.entries(parsed).find(([key]) => key === field)?.[1] : null;
    return typeof value === "number" ? value : null;
  } catch {
    // No JSON: nothing is said.
    return null;
  }
}

const pauseMs = 60_000;

export function judgeAnswer(channel: ChannelRow, { status, retryAfterMs, text }: WebAnswer): Outcome {
  const said = hideSecrets(text.trim(), channel).slice(0, bounds.noticeAnswerChars);
  const detail = said === "" ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  const failed = (retry: number | null): Outcome => ({ ok: false, detail, scope: "channel", retryAfterMs: retry });
  if (status === 429) return failed(retryAfterMs ?? pauseMs);
  if (status < 200 || status > 299) return failed(status === 503 ? retryAfterMs : null);
  const { good, slowDown } = kindFacts(channel.kind);
  const wanted = channel.kind === "sms" ? (channel.settings as SmsSettings).good : "";
  if (wanted !== "") return text.includes(wanted) ? { ok: true, detail } : failed(null);
  if (good === null) return { ok: true, detail };
  const code = numberAt(text, good.field);
  if (code === good.value) return { ok: true, detail };
  return failed(code !== null && slowDown.includes(code) ? pauseMs : null);
}

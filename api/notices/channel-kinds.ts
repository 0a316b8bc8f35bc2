// What each kind of channel asks for when it is set up, which of it is secret, and what it takes (domain/tables/notice-channels.json).

import * as z from "zod";
import type { ChannelKind } from "#domain/notice.ts";
import table from "#domain/tables/notice-channels.json" with { type: "json" };

const host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/, "a host name or an address");
const line = z
  .string()
  .max(500)
  .regex(/^[^\r\n]*$/, "one line");
const webUrl = z
  .string()
  .max(2_000)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), "an http:// or https:// address")
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username === "",
    "no user in the address: there are secrets for that",
  );
const allowPrivate = z
  .boolean()
  .default(false)
  .meta({ description: "addresses of this machine and of private networks too" });

const mail = z.strictObject({
  host,
  port: z.number().int().min(1).max(65_535),
  security: z.enum(["tls", "starttls", "none"]),
  username: line.nullable().default(null),
  from: z.email().max(254),
  fromName: line.default("Plumeline"),
  ca: z.string().max(20_000).nullable().default(null).meta({ description: "PEM of an authority of one's own" }),
});
const webhook = z.strictObject({ url: webUrl, allowPrivate });
const robot = z.strictObject({ allowPrivate });
const sms = z.strictObject({
  url: webUrl,
  allowPrivate,
  encoding: z.enum(["json", "form"]),
  body: z
    .record(z.string().max(200), z.unknown())
    .refine((body) => JSON.stringify(body).length <= 4_000, "4,000 characters at most")
    .meta({ description: "texts with {to} {text} {subject} {id} {secret}" }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), line)
    .default({})
    .meta({ description: "texts with {secret}" }),
  good: line.default("").meta({ description: "text that a good answer contains; empty: status 2xx is enough" }),
});

export type MailSettings = z.output<typeof mail>;
export type WebhookSettings = z.output<typeof webhook>;
export type RobotSettings = z.output<typeof robot>;
export type SmsSettings = z.output<typeof sms>;

/** Settings and names of secrets by kind; a secret with "?" may be missing. */
export const channelForms = {
  mail: { settings: mail, secrets: ["password?"] },
  webhook: { settings: webhook, secrets: ["secret", "authorization?"] },
  dingtalk: { settings: robot, secrets: ["url", "secret?"] },
  wecom: { settings: robot, secrets: ["url"] },
  feishu: { settings: robot, secrets: ["url", "secret?"] },
  sms: { settings: sms, secrets: ["secret?"] },
} as const satisfies Record<ChannelKind, { readonly settings: z.ZodType; readonly secrets: readonly string[] }>;

export const secretText = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^\r\n]*$/, "one line");
export const secretUrl = webUrl;

export interface KindFacts {
  readonly perMinute: number;
  readonly parallel: number;
  readonly timeoutMs: number;
  readonly textBytesMax: number;
  readonly body: unknown;
  readonly good: { readonly field: string; readonly value: number } | null;
  readonly slowDown: readonly number[];
}

const kinds: ReadonlyMap<string, KindFacts> = new Map(
  table.kinds.map(({ kind, timeoutSeconds, ...facts }) => [kind, { ...facts, timeoutMs: timeoutSeconds * 1000 }]),
);

export function kindFacts(kind: ChannelKind): KindFacts {
  const facts = kinds.get(kind);
  if (facts === undefined) throw new Error(`notice-channels.json knows no ${kind}`);
  return facts;
}

/** Where the secrets of a channel go to; when it changes, they must be given again. */
export function destinationOf(kind: ChannelKind, settings: Readonly<Record<string, unknown>>): string {
  if (kind === "mail") return `${String(settings["host"])}:${String(settings["port"])}`;
  const url = settings["url"];
  return typeof url === "string" && URL.canParse(url) ? new URL(url).origin : "";
}

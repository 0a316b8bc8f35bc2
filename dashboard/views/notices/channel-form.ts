// The fields of each kind of channel, and what of a form is sent: settings as the kind wants them, secrets only when they were
// typed, so that one that is kept stays as it is.

import type { ChannelKind } from "#domain/notice.ts";
import { isFields } from "../../state/wire.ts";

export interface Field {
  readonly name: string;
  readonly type: "text" | "number" | "check" | "lines" | "json" | "choice";
  readonly isOptional?: boolean;
  readonly choices?: readonly string[];
  /** What stands there at first. */
  readonly usual?: string | boolean;
}

export interface Secret {
  readonly name: string;
  readonly isOptional: boolean;
}

interface KindForm {
  readonly fields: readonly Field[];
  readonly secrets: readonly Secret[];
  /** Does a contact have an address of its own there, or is the channel the address? */
  readonly hasAddress: boolean;
}

const allowPrivate: Field = { name: "allowPrivate", type: "check", usual: false };
const url: Field = { name: "url", type: "text" };
const needed = (name: string): Secret => ({ name, isOptional: false });
const optional = (name: string): Secret => ({ name, isOptional: true });

export const kindForms: Readonly<Record<ChannelKind, KindForm>> = {
  mail: {
    fields: [
      { name: "host", type: "text" },
      { name: "port", type: "number", usual: "465" },
      { name: "security", type: "choice", choices: ["tls", "starttls", "none"], usual: "tls" },
      { name: "username", type: "text", isOptional: true },
      { name: "from", type: "text" },
      { name: "fromName", type: "text", usual: "Plumeline" },
      { name: "ca", type: "lines", isOptional: true },
    ],
    secrets: [optional("password")],
    hasAddress: true,
  },
  webhook: { fields: [url, allowPrivate], secrets: [needed("secret"), optional("authorization")], hasAddress: false },
  dingtalk: { fields: [allowPrivate], secrets: [needed("url"), optional("secret")], hasAddress: false },
  wecom: { fields: [allowPrivate], secrets: [needed("url")], hasAddress: false },
  feishu: { fields: [allowPrivate], secrets: [needed("url"), optional("secret")], hasAddress: false },
  sms: {
    fields: [
      url,
      { name: "encoding", type: "choice", choices: ["json", "form"], usual: "json" },
      { name: "body", type: "json", usual: '{"phone": "{to}", "text": "{text}"}' },
      { name: "headers", type: "json", usual: "{}" },
      { name: "good", type: "text", isOptional: true },
      allowPrivate,
    ],
    secrets: [optional("secret")],
    hasAddress: true,
  },
};

export type Typed = Readonly<Record<string, string | boolean>>;

export function startOf(kind: ChannelKind, settings: Readonly<Record<string, unknown>>): Typed {
  const typed: Record<string, string | boolean> = {};
  for (const { name, type, usual } of kindForms[kind].fields) {
    const value = settings[name] ?? usual ?? (type === "check" ? false : "");
    typed[name] =
      type === "check" ? value === true : typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
  }
  return typed;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && !Array.isArray(value) ? value : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** Names of the fields that cannot be sent as they are. */
export function wrongFields(kind: ChannelKind, typed: Typed): string[] {
  return kindForms[kind].fields.flatMap(({ name, type, isOptional = false }) => {
    const value = typed[name] ?? "";
    if (typeof value === "boolean") return [];
    if (value.trim() === "") return isOptional ? [] : [name];
    if (type === "number") return Number.isInteger(Number(value)) && Number(value) > 0 ? [] : [name];
    return type === "json" && parseObject(value) === null ? [name] : [];
  });
}

export function toSettings(kind: ChannelKind, typed: Typed): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const { name, type, isOptional = false } of kindForms[kind].fields) {
    const value = typed[name] ?? "";
    if (typeof value === "boolean") settings[name] = value;
    // A text that may be missing is "" where the kind takes texts, and absent where it takes none.
    else if (value.trim() === "" && isOptional) continue;
    else if (type === "number") settings[name] = Number(value);
    else settings[name] = type === "json" ? parseObject(value) : value.trim();
  }
  return settings;
}

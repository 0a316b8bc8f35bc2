// The settings of a request as a form: which kind of field each of them is, what it holds first, what is wrong with it. Pure.

import { formatStamp, parseStamp } from "#domain/hj212/stamp.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { RequestForm, SettingForm } from "./request-data.ts";

/** `choice` and `whole` come out of the words of the api; a new wording there becomes a plain text field here. */
export type SettingField =
  | { readonly kind: "stamp" }
  | { readonly kind: "factor" }
  | { readonly kind: "information" }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "whole"; readonly least: number; readonly most: number }
  | { readonly kind: "text" };

export function readField({ wanted }: Pick<SettingForm, "wanted">): SettingField {
  if (wanted.startsWith("14 digits")) return { kind: "stamp" };
  if (wanted === "a factor code") return { kind: "factor" };
  if (wanted.startsWith("an information code")) return { kind: "information" };
  if (/^one of [\d, ]+$/.test(wanted)) return { kind: "choice", options: wanted.slice("one of ".length).split(", ") };
  const [, least, most] = /^a whole number from (\d+) to (\d+)$/.exec(wanted) ?? [];
  return least === undefined || most === undefined
    ? { kind: "text" }
    : { kind: "whole", least: Number(least), most: Number(most) };
}

/** The api fills in the moment of sending. */
export function isNeeded(form: RequestForm, setting: SettingForm): boolean {
  return setting.needed && !(form.cn === "1012" && setting.key === "SystemTime");
}

/** The last whole hour for data that is fetched; nothing else is guessed. */
export function firstSettings(form: RequestForm, now: number): Record<string, string> {
  const settings: Record<string, string> = {};
  const end = Math.floor(now / hourMs) * hourMs;
  for (const setting of form.settings) {
    const field = readField(setting);
    if (!isNeeded(form, setting)) settings[setting.key] = "";
    else if (setting.key === "BeginTime") settings[setting.key] = formatStamp(end - hourMs);
    else if (setting.key === "EndTime") settings[setting.key] = formatStamp(end);
    else if (field.kind === "choice") settings[setting.key] = field.options.includes("10") ? "10" : "";
    else if (field.kind === "stamp") settings[setting.key] = formatStamp(Math.floor(now / minuteMs) * minuteMs);
    else settings[setting.key] = "";
  }
  return settings;
}

export type SettingFault = "needed" | "wanted" | "order";

/** What is wrong, by key; empty when it can be sent. */
export function findFaults(
  form: RequestForm,
  settings: Readonly<Record<string, string>>,
): Readonly<Record<string, SettingFault>> {
  const faults: Record<string, SettingFault> = {};
  for (const setting of form.settings) {
    const value = settings[setting.key] ?? "";
    if (value === "") {
      if (isNeeded(form, setting)) faults[setting.key] = "needed";
    } else if (!fits(readField(setting), value)) faults[setting.key] = "wanted";
  }
  const [begin = "", end = ""] = [settings["BeginTime"], settings["EndTime"]];
  if (begin.length === 14 && end.length === 14 && end < begin && faults["EndTime"] === undefined)
    faults["EndTime"] = "order";
  return faults;
}

function fits(field: SettingField, value: string): boolean {
  if (field.kind === "stamp") return value.length === 14 && typeof parseStamp(value) === "number";
  if (field.kind === "choice") return field.options.includes(value);
  if (field.kind === "whole")
    return /^\d{1,9}$/.test(value) && Number(value) >= field.least && Number(value) <= field.most;
  return value.length <= 200 && !/[,;=&]/.test(value);
}

/** What is sent: without what was left out. */
export function filled(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
}

export type CommandGroup = "read" | "data" | "control" | "change";

/** Where a command stands in the list: data, what only reads, what moves something, what changes settings. */
export function groupOf({ cn, changes }: Pick<RequestForm, "cn" | "changes">): CommandGroup {
  if (changes) return "change";
  if (cn.startsWith("2")) return "data";
  return ["1011", "1061", "1063", "3017", "3018", "3019", "3020"].includes(cn) ? "read" : "control";
}

/** "a=1\nb=2" → settings; null when a line is none. */
export function readLines(text: string): Record<string, string> | null {
  const settings: Record<string, string> = {};
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const at = line.indexOf("=");
    const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 1 || key === "" || key.length > 64 || value.length > 200) return null;
    settings[key] = value;
  }
  return settings;
}

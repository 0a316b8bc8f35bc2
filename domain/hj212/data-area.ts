// The data area, what stands between CP=&& and the closing &&, into groups of pairs and back [HJ 212-2017 6.3.3]: values of
// one item are divided by commas, items by semicolons. Blanks around keys and values are trimmed, as the standard prints
// some itself. An instrument log, //…//, may hold every sign and is one value.

import type { Group, Pair } from "./message.ts";
import type { Remark } from "./refusal.ts";

/** `text` without its && signs. Never refuses: what has no equals sign becomes a key without a value, and is remarked. */
export function parseArea(text: string, remarks: Remark[]): Group[] {
  const groups: Group[] = [];
  let group: Pair[] = [];
  let blanks = false;
  for (let at = 0; at <= text.length;) {
    const equals = findEquals(text, at);
    const end = equals < 0 ? endOfToken(text, at) : endOfValue(text, equals + 1);
    const rawKey = text.slice(at, equals < 0 ? end : equals);
    const rawValue = equals < 0 ? "" : text.slice(equals + 1, end);
    const [key, value] = [rawKey.trim(), rawValue.trim()];
    if (key.length !== rawKey.length || value.length !== rawValue.length) blanks = true;
    if (equals < 0 && key !== "") remarks.push({ name: "pair-without-value", about: clip(key) });
    if (key !== "" || value !== "") group.push({ key, value });
    if (text[end] !== "," && group.length > 0) {
      groups.push(group);
      group = [];
    }
    at = end + 1;
  }
  if (blanks) remarks.push({ name: "blanks", about: "" });
  return groups;
}

/** The equals sign of the token that begins here, or -1 when a divider comes first. */
function findEquals(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === "=") return at;
    if (sign === "," || sign === ";") return -1;
  }
  return -1;
}

function endOfToken(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === "," || text[at] === ";") return at;
  return text.length;
}

function endOfValue(text: string, from: number): number {
  let start = from;
  while (text[start] === " ") start++;
  if (!text.startsWith("//", start)) return endOfToken(text, from);
  // The log ends with the first // that a divider or the end follows.
  for (let close = text.indexOf("//", start + 2); close >= 0; close = text.indexOf("//", close + 1)) {
    let after = close + 2;
    while (text[after] === " ") after++;
    if (after >= text.length || text[after] === "," || text[after] === ";") return after;
  }
  return endOfToken(text, from);
}

function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}

export function formatArea(groups: readonly Group[]): string {
  return groups.map(formatGroup).join(";");
}

export function formatGroup(group: Group): string {
  return group.map(({ key, value }) => `${key}=${value}`).join(",");
}

/**
 * Would this pair be read back as it is? Keys hold none of the dividing signs. A value holds them only within //…//, where
 * the closing slashes are the first ones before a divider.
 */
export function isWritablePair({ key, value }: Pair): boolean {
  if (key === "" || /[=,;&]/.test(key) || key !== key.trim()) return false;
  if (value !== value.trim() || value.includes("&&") || !`${key}${value}`.isWellFormed()) return false;
  // An unclosed log would swallow the pairs behind it.
  if (value.startsWith("//") && (value.length < 4 || !value.endsWith("//"))) return false;
  return endOfValue(value, 0) === value.length;
}

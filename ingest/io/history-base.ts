// A history store may have been used before: by another data folder, or by this one before it was emptied. Its cursor then
// speaks of another journal. Before the first row of this journal is written to a store, the store's cursor is put down as
// the base; from then on the store counts base + sequence number.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The base of the store `key`; when it is seen for the first time, `cursor` becomes it. */
export function readBase(path: string, key: string, cursor: number): number {
  const known = existsSync(path) ? parseBases(readFileSync(path, "utf8")) : {};
  const base = known[key];
  if (base !== undefined) return base;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify({ ...known, [key]: cursor }), { flush: true });
  renameSync(`${path}.new`, path);
  return cursor;
}

function parseBases(text: string): Record<string, number> {
  const json: unknown = JSON.parse(text);
  if (typeof json !== "object" || json === null) return {};
  return Object.fromEntries(
    Object.entries(json).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}

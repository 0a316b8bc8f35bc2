// Page cursors: the sort key of the last row shown, as opaque text. A cursor that is no cursor is a refusal of the caller,
// told apart from a failure of the store by its code.

import { Failure } from "#domain/failure.ts";

export type CursorKey = readonly (string | number)[];

export function formatCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** Throws Failure "invalid-cursor" unless the text is a cursor whose parts have the same types as `shape`. */
export function parseCursor<K extends CursorKey>(text: string, isKey: (key: unknown) => key is K): K {
  let key: unknown = null;
  try {
    key = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (cause) {
    throw invalidCursor(cause);
  }
  if (!isKey(key)) throw invalidCursor();
  return key;
}

function invalidCursor(cause?: unknown): Failure {
  return new Failure("invalid-cursor", "the cursor was not made by this service", {
    hint: "pass back the text of `next` unchanged, or leave the cursor out to begin anew",
    cause,
  });
}

export function isNumberPair(key: unknown): key is [number, number] {
  return Array.isArray(key) && key.length === 2 && Number.isFinite(key[0]) && Number.isFinite(key[1]);
}

export function isNumberTriple(key: unknown): key is [number, number, number] {
  return Array.isArray(key) && key.length === 3 && key.every((part) => Number.isFinite(part));
}

export function isNumberAndText(key: unknown): key is [number, string] {
  return Array.isArray(key) && key.length === 2 && Number.isFinite(key[0]) && typeof key[1] === "string";
}

export function isText(key: unknown): key is [string] {
  return Array.isArray(key) && key.length === 1 && typeof key[0] === "string";
}

export function isTexts(parts: readonly unknown[]): boolean {
  return parts.every((part) => typeof part === "string");
}

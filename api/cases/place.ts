// How far the watch that opens cases has looked, and what it has counted: a small note of the api's own. Lost, it looks again at
// what is young enough, which changes nothing.

import type { ApiParts } from "../parts.ts";

export interface Counts {
  readonly opened: number;
  readonly joined: number;
  readonly tooOld: number;
}

export interface Place {
  /** Everything known before this time was looked at. */
  readonly at: number;
  keep(at: number): void;
  count(what: keyof Counts): void;
  counts(): Counts;
}

const noteName = "case-watch";

function readNumber(parsed: unknown, name: string): number | null {
  if (typeof parsed !== "object" || parsed === null) return null;
  const value: unknown = Object.entries(parsed).find(([key]) => key === name)?.[1];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** `begin`: where it looks from when there is no note. */
export function createPlace(folder: Pick<ApiParts["folder"], "readNote" | "keepNote">, begin: number): Place {
  const note = folder.readNote(noteName);
  const parsed: unknown = note === null ? null : JSON.parse(note);
  let at = readNumber(parsed, "at") ?? begin;
  const counts = {
    opened: readNumber(parsed, "opened") ?? 0,
    joined: readNumber(parsed, "joined") ?? 0,
    tooOld: readNumber(parsed, "tooOld") ?? 0,
  };
  let written = note ?? "";

  return {
    get at() {
      return at;
    },
    keep(next) {
      at = next;
      const text = JSON.stringify({ at, ...counts });
      if (text === written) return;
      folder.keepNote(noteName, text);
      written = text;
    },
    count(what) {
      counts[what] += 1;
    },
    counts: () => ({ ...counts }),
  };
}

// What a session at an external broker needs from one start to the next: its client id, and what it was subscribed to. The
// session there keeps its subscriptions; one that is no longer wanted would go on bringing messages, some of them twice.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

export interface UpstreamSession {
  readonly clientId: string;
  /** Filters that the session may have and should not. */
  staleFilters(wanted: readonly string[]): readonly string[];
  keep(filters: readonly string[]): void;
}

interface Kept {
  readonly clientId: string;
  readonly filters: readonly string[];
}

/** `clientId`: the one that was set; null = one that is drawn once. */
export function openUpstreamSession(
  file: string,
  clientId: string | null,
  random: (bytes: number) => Uint8Array,
): UpstreamSession {
  const drawn = (): string => `plumeline-${Buffer.from(random(6)).toString("hex")}`;
  const found = existsSync(file) ? parseKept(readFileSync(file, "utf8")) : null;
  let kept: Kept = { clientId: clientId ?? found?.clientId ?? drawn(), filters: [] };
  // The subscriptions of another client id are another session's.
  if (found !== null && found.clientId === kept.clientId) kept = found;
  else write(kept);

  function write(next: Kept): void {
    writeFileSync(`${file}.new`, `${JSON.stringify(next)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }

  return {
    clientId: kept.clientId,
    staleFilters: (wanted) => kept.filters.filter((filter) => !wanted.includes(filter)),
    keep(filters) {
      if (JSON.stringify(filters) === JSON.stringify(kept.filters)) return;
      kept = { ...kept, filters };
      write(kept);
    },
  };
}

/** Null for a file that is not ours: a new session is begun then. */
function parseKept(text: string): Kept | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { clientId, filters } = value as { clientId?: unknown; filters?: unknown };
    if (typeof clientId !== "string" || clientId === "" || !Array.isArray(filters)) return null;
    return { clientId, filters: filters.filter((filter) => typeof filter === "string") };
  } catch {
    return null; // cut short by a crash: what is kept here can be drawn anew
  }
}

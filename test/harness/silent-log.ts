// A log that keeps its warnings and errors, for tests that ask what was said.

import type { Log } from "#domain/log.ts";

export interface SilentLog extends Log {
  readonly lines: { readonly level: "info" | "warn" | "error"; readonly object: object; readonly message: string }[];
}

export function createSilentLog(): SilentLog {
  const lines: SilentLog["lines"] = [];
  return {
    lines,
    info: (object, message) => void lines.push({ level: "info", object, message }),
    warn: (object, message) => void lines.push({ level: "warn", object, message }),
    error: (object, message) => void lines.push({ level: "error", object, message }),
  };
}

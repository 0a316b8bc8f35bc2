// What a logger says about itself and its analysers (boots, serial numbers, parameters, settings): told when it is not as it
// was before. Pure.

import { bounds } from "#domain/bounds.ts";
import type { MessageContent } from "#domain/hj212/hj212.ts";
import type { LoggerChange, LoggerChangeKind } from "#domain/logger-card.ts";

export type Told = Pick<LoggerChange, "kind" | "code" | "factor" | "value">;

export interface Values {
  /** What it was before; undefined when it is the same, null when nothing was known. */
  put(told: Told): string | null | undefined;
  save(): SavedValues;
}

export type SavedValues = readonly (readonly [key: string, value: string])[];

export function createValues(saved: SavedValues = []): Values {
  const known = new Map(saved);
  return {
    put({ kind, code, factor, value }) {
      const key = `${kind} ${factor} ${code}`;
      const before = known.get(key);
      if (before === value) return undefined;
      // The oldest is forgotten, and told as new when it comes again.
      known.delete(key);
      known.set(key, value);
      const [oldest] = known.keys();
      if (known.size > bounds.loggerValuesMax && oldest !== undefined) known.delete(oldest);
      return before ?? null;
    },
    save: () => [...known],
  };
}

function clip(text: string): string {
  return text.slice(0, bounds.textCharsMax);
}

const parameters: Readonly<Record<string, LoggerChangeKind>> = {
  RestartTime: "boot",
  RtdInterval: "setting",
  MinInterval: "setting",
};

/** i13… are parameters of instruments, i23… numbers of the logger's own parts [HJ 212-2017 annex B; i23 of 2025]. */
function kindOf(code: string, suffix: string): LoggerChangeKind | null {
  if (suffix === "SN") return "analyser";
  if (/^i13/i.test(code)) return "parameter";
  return /^i23/i.test(code) ? "hardware" : null;
}

/** What of a message is remembered. */
export function readTold(content: MessageContent): Told[] {
  const told: Told[] = [];
  for (const [code, kind] of Object.entries(parameters)) {
    const value = content.parameters.get(code);
    if (value !== undefined) told.push({ kind, code, factor: "", value: clip(value) });
  }
  for (const { code, polId, suffix, value } of content.information) {
    const kind = kindOf(code, suffix);
    if (kind === null) continue;
    // A serial number stands behind the code of its factor; a parameter behind a PolId.
    const about =
      kind === "analyser" ? { code: suffix, factor: clip(code) } : { code: clip(code), factor: clip(polId) };
    told.push({ kind, ...about, value: clip(value) });
  }
  return told;
}

// What an order of people came to: its result, or the refusal; and the objects of the audit. Words only.

import type { CommandOutcome } from "#domain/command.ts";

type Refused = Omit<Extract<CommandOutcome, { ok: false }>, "id" | "seq" | "ok">;

export interface Done {
  readonly ok: true;
  readonly result: unknown;
  readonly objects: readonly string[];
  /** What the audit says instead of the order's own words. */
  readonly says?: string;
}

export type RefusedAnswer = { readonly ok: false; readonly objects: readonly string[] } & Refused;
export type Answer = Done | RefusedAnswer;

export function refuse(
  code: Refused["code"],
  detail: string,
  objects: readonly string[],
  current: unknown = null,
): RefusedAnswer {
  return { ok: false, code, detail, current, objects };
}

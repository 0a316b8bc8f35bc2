// Quarantine: refused frames as work to be done. What is remembered of a frame so that it can be decoded again, what somebody
// decided about it, and how its rows look afterwards. A row is open until its frame is reprocessed or dismissed.

import { bounds } from "./bounds.ts";
import type { Channel } from "./frame.ts";
import type { QuarantineRow } from "./ledger.ts";
import type { Refusal } from "./refusal.ts";

export const quarantineStates = ["open", "reprocessed", "dismissed"] as const;
export type QuarantineState = (typeof quarantineStates)[number];

export interface QuarantineDecision {
  readonly by: string;
  readonly at: number;
  readonly why: string;
  /** Journal sequence of the command. */
  readonly seq: number;
}

/** A place in a frame: an object of it (null = all) and a factor in that object (null = all). */
export type Place = readonly [point: number | null, factor: string | null];

/** Which readings of a frame are refused. "unknown" = too many to remember, while others of the frame are stored. */
export type Places = "all" | "unknown" | readonly Place[];

/** What became of a frame with refusals, as the ledger counts it now. */
export interface RefusedFrame {
  readonly channel: Channel;
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly control: boolean;
  readonly reasons: Readonly<Record<string, number>>;
  readonly places: Places;
}

/** A refused frame on its way back into ingest. */
export interface FrameAgain {
  readonly seq: number;
  readonly site: string;
  /** When it was received first; validation and readings keep this time. */
  readonly receivedAt: number;
  /** Base64. */
  readonly payload: string;
  /** As the one who decided saw it. */
  readonly before: RefusedFrame;
}

/** What a decision does to the rows of one frame. */
export interface QuarantineChange {
  readonly frameSeq: number;
  readonly state: Exclude<QuarantineState, "open">;
  readonly decision: QuarantineDecision;
  /** What is refused still (or now): these stay open. */
  readonly still: readonly Refusal[];
  /** Null = as it was. */
  readonly frame: RefusedFrame | null;
}

/** What a decision about a frame came to; "changed" = somebody else had decided about it meanwhile, nothing was done. */
export interface FrameOutcome {
  readonly seq: number;
  readonly outcome: "stored" | "duplicate" | "quarantined" | "dismissed" | "changed";
  /** Readings that went this way by this decision. */
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
}

const labelChars = 64;

/** The factor of a place; codes that nobody knows may be of any length. */
export function placeLabel(factor: string): string {
  return factor.slice(0, labelChars);
}

export function placeOf(refusal: Pick<Refusal, "point" | "factor">): Place {
  return [refusal.point ?? null, refusal.factor === null ? null : placeLabel(refusal.factor)];
}

/** Is the reading (or what the refusal at `point` and `factor` is about) within these places? */
export function isWithin(places: Places, point: number | null, factor: string | null): boolean {
  if (places === "all") return true;
  if (places === "unknown") return false;
  const label = factor === null ? null : placeLabel(factor);
  return places.some(([p, f]) => (p === null || p === point) && (f === null || f === label));
}

/** The places of these refusals, as far as they can be remembered. */
export function placesOf(refusals: readonly Refusal[], anythingStored: boolean): Places {
  if (!anythingStored) return "all";
  return refusals.length > bounds.quarantinePlacesPerFrame ? "unknown" : refusals.map(placeOf);
}

function isSamePlace(row: QuarantineRow, refusal: Refusal): boolean {
  const [point, factor] = placeOf(refusal);
  return (row.point ?? null) === point && (row.factor === null ? null : placeLabel(row.factor)) === factor;
}

/**
 * The rows of one frame after a decision: open rows are closed, except where something is still refused; what is refused at
 * a new place gets a row of its own, as long as there is room. Rows that were closed before stay as they are.
 */
export function decideRows(rows: readonly QuarantineRow[], change: QuarantineChange): QuarantineRow[] {
  const left = [...change.still];
  const decided = rows.map((row): QuarantineRow => {
    if ((row.state ?? "open") !== "open") return row;
    const at = left.findIndex((refusal) => isSamePlace(row, refusal));
    const [refusal] = at < 0 ? [] : left.splice(at, 1);
    if (refusal !== undefined) return { ...row, reason: refusal.reason, detail: refusal.detail };
    return { ...row, state: change.state, decision: change.decision };
  });
  const [first] = decided;
  if (first === undefined) return [];
  const open = decided.filter((row) => (row.state ?? "open") === "open").length;
  const { decision: _decision, frame: _frame, ...same } = first;
  let part = Math.max(...decided.map((row) => row.part));
  for (const refusal of left.slice(0, Math.max(0, bounds.quarantineRowsPerFrame - open))) {
    const { reason, detail, factor, point = null } = refusal;
    decided.push({ ...same, part: ++part, reason, detail, factor, point, state: "open" });
  }
  const { frame } = change;
  return frame === null ? decided : decided.map((row) => (row.part === first.part ? { ...row, frame } : row));
}

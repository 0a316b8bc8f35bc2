// Mark (标记): a span of a site's data that does not count, with its reason. Made by a person of the plant or the centre, or by
// rule from the device's state. An overlay: readings are never changed, and a mark is withdrawn or rejected, never removed.
// 《污染物排放自动监测设备标记规则》 (announcement 2022 no. 21): data marked invalid judge no exceedance.

import type { Sureness } from "./rules/sureness.ts";
import markTable from "./tables/marks.json" with { type: "json" };
import { dayMs, hourMs, zoneOffsetMs } from "./time.ts";

export const markLabels = [
  "maintenance",
  "calibration",
  "fault",
  "communication",
  "missing",
  "start-up",
  "shutdown",
  "banked",
  "stopped",
  "other",
] as const;
export type MarkLabel = (typeof markLabels)[number];

/** Entered: counts until somebody rejects it. Late: entered after the deadline, counts only once accepted. */
export const markStatuses = ["entered", "late", "accepted", "rejected", "withdrawn"] as const;
export type MarkStatus = (typeof markStatuses)[number];

export interface Mark {
  readonly id: string;
  /** Grows with every decision about it. */
  readonly version: number;
  readonly site: string;
  /** Null: all factors of the site. */
  readonly factors: readonly string[] | null;
  readonly label: MarkLabel;
  /** From (inclusive) to (exclusive), epoch ms of event time; whole minutes. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  /** Names or hashes of what proves it. */
  readonly evidence: readonly string[];
  readonly status: MarkStatus;
  readonly by: string;
  /** The plant's own word: it judges like any other, but holds back nobody from looking until the centre has accepted it. */
  readonly byEnterprise?: boolean | undefined;
  /** Receive time of the order that entered it. */
  readonly at: number;
  /** The last decision about it. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decision: string | null;
  /** Journal number of the newest order about it. */
  readonly seq: number;
}

export const markDeadline: { readonly hour: number; readonly sureness: Sureness | string } = markTable.deadline;

/** Until when a mark of a span that ends at `toMs` may be entered and count at once: the next day at noon (UTC+8). */
export function markDeadlineOf(toMs: number): number {
  const day = Math.floor((toMs - 1 + zoneOffsetMs) / dayMs) * dayMs - zoneOffsetMs;
  return day + dayMs + markDeadline.hour * hourMs;
}

/** Does it take data out of what counts? */
export function isMarkEffective({ status }: Pick<Mark, "status">): boolean {
  return status === "entered" || status === "accepted";
}

/** Does the centre stand behind it? What a plant says of its own data silences no alarm by itself. */
export function isMarkOfCentre({ byEnterprise, status }: Pick<Mark, "byEnterprise" | "status">): boolean {
  return byEnterprise !== true || status === "accepted";
}

export function marksFactor({ factors }: Pick<Mark, "factors">, factor: string): boolean {
  return factors === null || factors.includes(factor);
}

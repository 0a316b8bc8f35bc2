// The figures of a time against their targets. A figure that cannot be known is null and says so; it is never a good one.

import kpiTable from "../tables/alarm-kpis.json" with { type: "json" };
import { dayMs } from "../time.ts";
import { quantile } from "./bad-actors.ts";
import parameters from "../tables/alarm-flood.json" with { type: "json" };
import type { KpiFacts, KpiReport, KpiSetting, KpiSlot, KpiStanding, KpiValue, KpiVerdict } from "./kpi-shapes.ts";

export interface SlotCounts {
  readonly calls: number;
  readonly occurrences: number;
  readonly withoutAction: number;
  readonly unauthorised: number;
  readonly mostInTen: number;
  readonly mostInMinute: number;
  readonly fleeting: number;
  readonly chattering: number;
  readonly hours: readonly KpiSlot[];
  readonly tenMinutes: readonly KpiSlot[];
  readonly floodMs: number;
  /** Calls of the ten points that called most. */
  readonly topTen: number;
  readonly ackTimes: readonly number[];
  readonly acksPromised: number;
  readonly acksInTime: number;
}

const staleMs: number = parameters.stale.afterMs;
/** A share that is aimed at is met within this factor of it. */
const mixTolerance = 1.5;

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}

/** All figures, in the order of the table. */
export function rateFigures(
  counts: SlotCounts,
  { from, to, positions }: Pick<KpiSetting, "from" | "to" | "positions">,
  standing: readonly KpiStanding[],
  facts: KpiFacts,
): KpiValue[] {
  const desks = Math.max(1, positions);
  const ms = Math.max(1, to - from);
  const { hours, tenMinutes } = counts;
  const shelved = standing.filter(({ suppression }) => suppression?.kind === "shelved");
  const mix = [0, 1, 2, 3].map((i) => tenMinutes.reduce((sum, { byPriority }) => sum + (byPriority[i] ?? 0), 0));
  const sent = facts.noticesSent;
  const tried = sent === null || facts.noticesFailed === null ? null : sent + facts.noticesFailed;
  const seconds = (value: number | null): number | null => (value === null ? null : value / 1000);
  const figures: Readonly<Record<string, number | null>> = {
    "per-day": (counts.calls * dayMs) / ms / desks,
    "per-hour": (counts.calls * 3_600_000) / ms / desks,
    "per-ten-minutes": (counts.calls * 600_000) / ms / desks,
    "hours-over-30": percent(hours.filter(({ count }) => count / desks > 30).length, hours.length),
    "ten-minutes-over-10": percent(tenMinutes.filter(({ count }) => count / desks > 10).length, tenMinutes.length),
    "max-ten-minutes": counts.mostInTen / desks,
    "flood-time": percent(counts.floodMs, ms),
    "top-ten-share": percent(counts.topTen, counts.calls),
    chattering: counts.chattering,
    fleeting: counts.fleeting,
    stale: standing.filter(({ active, onset }) => active && to - onset > staleMs).length,
    "priority-1": percent(mix[0] ?? 0, counts.calls),
    "priority-2": percent(mix[1] ?? 0, counts.calls),
    "priority-3": percent(mix[2] ?? 0, counts.calls),
    "priority-4": percent(mix[3] ?? 0, counts.calls),
    unauthorised: counts.unauthorised,
    "peak-hour": Math.max(0, ...hours.map(({ count }) => count)) / desks,
    "peak-minute": counts.mostInMinute / desks,
    "busy-ten-minutes": percent(tenMinutes.filter(({ count }) => count / desks > 5).length, tenMinutes.length),
    "ack-median": seconds(quantile(counts.ackTimes, 0.5)),
    "ack-95": seconds(quantile(counts.ackTimes, 0.95)),
    "acked-in-time": percent(counts.acksInTime, counts.acksPromised),
    "no-action": percent(counts.withoutAction, counts.occurrences),
    "shelved-now": shelved.length,
    "shelved-long": shelved.filter(({ suppressedAt }) => suppressedAt !== null && to - suppressedAt > dayMs).length,
    "out-of-service-now": facts.outOfServiceNow,
    "with-case": facts.withCase === null ? null : percent(facts.withCase, counts.occurrences),
    confirmed: facts.confirmed === null || facts.judged === null ? null : percent(facts.confirmed, facts.judged),
    "notices-sent": sent === null || tried === null ? null : percent(sent, tried),
    "notices-latency": seconds(facts.noticeLatencyMs),
  };
  return kpiTable.map((row) => {
    const value = figures[row.id];
    if (value === undefined) throw new Error(`alarm-kpis.json: nothing computes ${row.id}`);
    const better = readBetter(row.better);
    return { ...row, better, value, verdict: verdictOf(value, better, row.target, row.manageable) };
  });
}

function readBetter(text: string): KpiValue["better"] {
  if (text === "low" || text === "high" || text === "mix") return text;
  throw new Error(`alarm-kpis.json: ${text} is no direction`);
}

export function verdictOf(
  value: number | null,
  better: KpiValue["better"],
  target: number | null,
  manageable: number | null,
): KpiVerdict {
  if (value === null) return "unknown";
  if (target === null) return "no-target";
  if (better === "mix") {
    return value <= target * mixTolerance && value >= target / mixTolerance ? "target" : "beyond";
  }
  const keeps = (bound: number): boolean => (better === "low" ? value <= bound : value >= bound);
  if (keeps(target)) return "target";
  return manageable !== null && keeps(manageable) ? "manageable" : "beyond";
}

/** After the averages and the peaks of ten minutes; null = there was no time. */
export function eemuaClassOf({ tenMinutes, mostInTen }: SlotCounts, positions: number): KpiReport["eemuaClass"] {
  if (tenMinutes.length === 0) return null;
  const desks = Math.max(1, positions);
  const mean = tenMinutes.reduce((sum, { count }) => sum + count, 0) / tenMinutes.length / desks;
  const busy = (100 * tenMinutes.filter(({ count }) => count / desks > 5).length) / tenMinutes.length;
  const peak = mostInTen / desks;
  if (busy >= 50) return "overloaded";
  if (busy >= 25) return "reactive";
  if (busy >= 5 || peak >= 100) return "stable";
  return busy >= 1 || peak >= 10 || mean >= 1 ? "robust" : "predictive";
}

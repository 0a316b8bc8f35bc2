// Water resources (水资源): what was taken against the licence, how the water of a chain balances from source to drain, where the
// groundwater stands against its red line, and what is odd. Pure.

import { type Dated, findDated } from "../rules/sureness.ts";
import { dayMs } from "../time.ts";
import table from "../tables/water-resources.json" with { type: "json" };
import { type Amount, fromThousandths, sumThousandths, type Thousandths } from "./amount.ts";

export interface QuotaOutlook {
  /** m³ from the first of January to now. */
  readonly taken: number;
  readonly licensed: number;
  readonly share: number;
  /** What an even pace would have taken by now. */
  readonly evenPace: number;
  /** Days until the licence is used up at the pace of the last 30 days; null: not within the year. */
  readonly daysLeft: number | null;
  readonly verdict: "within" | "notice" | "warning" | "beyond";
  readonly coverage: number;
}

/** `days`: amounts by day since the beginning of the year, the last one may go on. */
export function quotaOutlook(
  days: readonly (Amount & { readonly start: number })[],
  licensedM3: number,
  yearStart: number,
  yearEnd: number,
  now: number,
): QuotaOutlook {
  const taken = fromThousandths(sumThousandths(days.map(({ amount }) => amount)));
  const recent = days.filter(({ start }) => start >= now - 30 * dayMs);
  const known = recent.reduce((sum, { coverage }) => sum + coverage, 0);
  const pace = known === 0 ? 0 : fromThousandths(sumThousandths(recent.map(({ amount }) => amount))) / known;
  const left = licensedM3 - taken;
  const daysLeft = left <= 0 ? 0 : pace <= 0 ? null : left / pace;
  const share = licensedM3 > 0 ? taken / licensedM3 : Number.POSITIVE_INFINITY;
  const { notice, warning } = table.quota;
  const passed = Math.max(1, (now - yearStart) / dayMs);
  return {
    taken,
    licensed: licensedM3,
    share,
    evenPace: (licensedM3 * (now - yearStart)) / (yearEnd - yearStart),
    daysLeft: daysLeft !== null && now + daysLeft * dayMs >= yearEnd ? null : daysLeft,
    verdict: share > 1 ? "beyond" : share >= warning ? "warning" : share >= notice ? "notice" : "within",
    coverage: Math.min(1, days.reduce((sum, each) => sum + each.coverage, 0) / passed),
  };
}

export interface WaterChain {
  readonly intake: Thousandths;
  readonly supply: Thousandths;
  readonly use: Thousandths;
  readonly drain: Thousandths;
}

export interface WaterBalance extends WaterChain {
  /** intake − supply: lost on the way (输水损失). */
  readonly conveyanceLoss: Thousandths;
  /** supply − use: 产销差. */
  readonly networkLoss: Thousandths;
  /** use − drain: 耗水. */
  readonly consumption: Thousandths;
}

/** The three differences close the chain: intake = conveyance loss + network loss + consumption + drain, exactly. */
export function balanceChain(chain: WaterChain): WaterBalance {
  const { intake, supply, use, drain } = chain;
  return { ...chain, conveyanceLoss: intake - supply, networkLoss: supply - use, consumption: use - drain };
}

export interface RedLine extends Dated {
  readonly site: string;
  /** Metres below ground that the water must not sink under. */
  readonly depthM: number;
}

/** How much room is left; below zero: it is beyond. Null: no line holds on this day. */
export function roomToRedLine(lines: readonly RedLine[], site: string, depthM: number, at: number): number | null {
  const line = findDated(
    lines.filter((each) => each.site === site),
    at,
  );
  return line === undefined ? null : line.depthM - depthM;
}

export interface WaterOddity {
  readonly rule: (typeof table.rules)[number]["rule"];
  readonly value: number;
  readonly threshold: number;
  readonly source: string;
}

/** Leak: what flows at night over the mean of the day. Reverse: less on the counter than before, by its own account. */
export function findWaterOddities(given: {
  readonly nightFlow: number | null;
  readonly meanFlow: number | null;
  readonly reverse: number;
}): WaterOddity[] {
  const { nightFlow, meanFlow, reverse } = given;
  const values: Readonly<Record<string, number | null>> = {
    leak: nightFlow === null || meanFlow === null || meanFlow <= 0 ? null : nightFlow / meanFlow,
    reverse,
  };
  return table.rules.flatMap(({ rule, threshold, source }) => {
    const value = values[rule] ?? null;
    return value !== null && value > threshold ? [{ rule, value, threshold, source }] : [];
  });
}

// Time-of-use tariffs (分时电价) as data: hours of the day of UTC+8, price per kWh, from which day on. Pure.

import { type Dated, findDated, readSureness, type Sureness } from "../rules/sureness.ts";
import { hourMs, zoneOffsetMs } from "../time.ts";
import table from "../tables/energy-tariffs.json" with { type: "json" };
import { fromThousandths, type Thousandths } from "./amount.ts";

export interface TariffPeriod {
  readonly name: "sharp" | "peak" | "flat" | "valley";
  /** Hours of the day of UTC+8, 0 … 23. */
  readonly hours: readonly number[];
  /** CNY per kWh. */
  readonly price: number;
}

export interface Tariff extends Dated {
  readonly id: string;
  readonly periods: readonly TariffPeriod[];
  readonly sureness: Sureness;
  readonly source: string;
}

export const tariffs: readonly Tariff[] = table.map((row) => ({
  ...row,
  periods: row.periods.map((period) => ({ ...period, name: readPeriod(period.name) })),
  sureness: readSureness(row.sureness),
}));

function readPeriod(name: string): TariffPeriod["name"] {
  if (name === "sharp" || name === "peak" || name === "flat" || name === "valley") return name;
  throw new Error(`energy-tariffs.json: ${name} is no period`);
}

/** Null: no tariff of this id holds then, or it forgot the hour. */
export function periodAt(id: string, timeMs: number): TariffPeriod | null {
  const tariff = findDated(
    tariffs.filter((each) => each.id === id),
    timeMs,
  );
  const hour = Math.floor((timeMs + zoneOffsetMs) / hourMs) % 24;
  return tariff?.periods.find(({ hours }) => hours.includes(hour)) ?? null;
}

export interface Cost {
  /** CNY. */
  readonly total: number;
  /** CNY and kWh by period. */
  readonly by: Readonly<Record<string, { readonly cost: number; readonly kwh: number }>>;
  /** kWh of hours for which no price is known: they are not in the total. */
  readonly unpriced: number;
}

/** Electricity by hours. */
export function costOf(id: string, hours: Iterable<{ readonly start: number; readonly amount: Thousandths }>): Cost {
  const by: Record<string, { cost: number; kwh: number }> = {};
  let [total, unpriced] = [0, 0];
  for (const { start, amount } of hours) {
    const kwh = fromThousandths(amount);
    const period = periodAt(id, start);
    if (period === null) {
      unpriced += kwh;
      continue;
    }
    const row = (by[period.name] ??= { cost: 0, kwh: 0 });
    row.cost += kwh * period.price;
    row.kwh += kwh;
    total += kwh * period.price;
  }
  return { total, by, unpriced };
}

// Hours of counters, formed from their readings: one wide point for each hour with all counters of the site that are known in it.
// Pure.

import { amountsOf, followCounter, type MeterFacts } from "#domain/energy/counter.ts";
import { amountCode } from "#domain/metered.ts";
import { hourMs } from "#domain/time.ts";
import type { MeanColumns } from "#store/history/history.ts";

export interface CounterSeries {
  readonly factor: string;
  /** Valid readings, ascending, from before the first hour to behind the last one where there are any. */
  readonly time: readonly number[];
  readonly value: readonly number[];
}

const minutesPerHour = 60;

/** Appends hours `from` to `to` (both inclusive, by number). Hours of which nothing is known get no value. */
export function pushAmounts(
  site: string,
  series: readonly CounterSeries[],
  facts: (factor: string) => MeterFacts,
  from: number,
  to: number,
  seq: number,
  means: MeanColumns,
): void {
  const edges = Array.from({ length: to - from + 2 }, (_, i) => (from + i) * hourMs);
  const lines = series.map(({ factor, time, value }) => ({
    factor,
    amounts: amountsOf(followCounter({ time, value }, facts(factor)), edges),
  }));
  for (let hour = from; hour <= to; hour++) {
    const valuesFrom = means.factor.length;
    for (const { factor, amounts } of lines) {
      const found = amounts[hour - from];
      if (found === undefined || found.coverage === 0) continue;
      const { amount, coverage, attributed } = found;
      means.factor.push(amountCode(factor));
      means.mean.push(amount / 1_000);
      // How much of a gap's share is certain nobody knows: by time.
      means.min.push((amount * (1 - attributed / coverage)) / 1_000);
      means.max.push(amount / 1_000);
      means.count.push(minutesPerHour);
      means.valid.push(Math.floor(coverage * minutesPerHour + 1e-9));
    }
    if (means.factor.length === valuesFrom) continue;
    means.site.push(site);
    means.tier.push("1h");
    means.start.push(hour * hourMs);
    means.seq.push(seq);
    means.valuesFrom.push(valuesFrom);
  }
}

// Emission and energy held against each other: a works that makes as much as always and emits much less, or whose treatment
// hardly draws power, is a lead for a person. Every finding names its numbers; none is a violation. Pure.

import table from "../tables/energy-cross-checks.json" with { type: "json" };

/** One day of a works: what it made, what its treatment drew, what its outlets emitted. Null = not known. */
export interface WorksDay {
  readonly day: string;
  /** Tonnes of the product, or kWh of the process where no product is counted. */
  readonly production: number | null;
  /** kWh of the treatment's own meters. */
  readonly treatmentKwh: number | null;
  /** kg of one pollutant over all outlets of the process. */
  readonly emissionKg: number | null;
}

export interface CrossFinding {
  readonly rule: (typeof table)[number]["rule"];
  readonly day: string;
  /** What it was on the day for one unit of production, and what is usual. */
  readonly value: number;
  readonly usual: number;
  readonly threshold: number;
  readonly source: string;
}

/** The last day held against the days before it; nothing with fewer than the table's days to compare with. */
export function crossCheck(days: readonly WorksDay[]): CrossFinding[] {
  const last = days.at(-1);
  if (last === undefined) return [];
  const before = days.slice(0, -1);
  return table.flatMap(({ rule, of, below, daysMin, source }) => {
    const ratio = (day: WorksDay): number | null => ratioOf(day, of === "emission" ? day.emissionKg : day.treatmentKwh);
    const usual = medianOf(
      before.map(ratio).filter((value) => value !== null),
      daysMin,
    );
    const value = ratio(last);
    if (usual === null || usual <= 0 || value === null || value >= usual * below) return [];
    return [{ rule, day: last.day, value, usual, threshold: below, source }];
  });
}

function ratioOf({ production }: WorksDay, amount: number | null): number | null {
  return production === null || production <= 0 || amount === null ? null : amount / production;
}

function medianOf(values: number[], least: number): number | null {
  if (values.length < least) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? (values[middle] ?? 0) : ((values[middle - 1] ?? 0) + (values[middle] ?? 0)) / 2;
}

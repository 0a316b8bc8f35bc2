// Many plants as one number: energy of a city, an industry, the province, what it was for one tonne, who is where in the order, and
// where the month will end. A sum says how much of it is known and never looks more complete than it is. Pure.

export interface PlantShare {
  readonly id: string;
  readonly name: string;
  readonly city: string;
  readonly industry: string;
  /** Tonnes of standard coal of the period; null = not known at all. */
  readonly tce: number | null;
  /** Tonnes of the product that the intensity is for. */
  readonly product: number;
  readonly coverage: number;
}

export interface Rollup {
  readonly key: string;
  readonly plants: number;
  /** Those of which nothing is known: they are not in the sum. */
  readonly missing: number;
  readonly tce: number;
  readonly product: number;
  /** kgce for one tonne, of the plants that are known; null = nothing was produced. */
  readonly intensity: number | null;
  /** The least of its plants, 0 when one is missing. */
  readonly coverage: number;
}

/** By city, by industry, or all as one ("all"). */
export function rollUp(plants: readonly PlantShare[], by: "city" | "industry" | "all"): Rollup[] {
  const groups = Map.groupBy(plants, (plant) => (by === "all" ? "all" : plant[by]));
  return [...groups].map(([key, members]) => {
    const known = members.filter(({ tce }) => tce !== null);
    const tce = known.reduce((sum, plant) => sum + (plant.tce ?? 0), 0);
    const product = known.reduce((sum, plant) => sum + plant.product, 0);
    return {
      key,
      plants: members.length,
      missing: members.length - known.length,
      tce,
      product,
      intensity: product > 0 ? (tce * 1_000) / product : null,
      coverage: known.length < members.length ? 0 : Math.min(...known.map(({ coverage }) => coverage)),
    };
  });
}

export interface Ranked {
  readonly id: string;
  readonly intensity: number;
  /** From 1, the best first; equal intensities share a place. */
  readonly place: number;
}

/** Plants whose intensity is known well enough, the lowest first. */
export function rankPlants(plants: readonly PlantShare[], coverageMin: number): Ranked[] {
  const known = plants.flatMap(({ id, tce, product, coverage }) =>
    tce === null || product <= 0 || coverage < coverageMin ? [] : [{ id, intensity: (tce * 1_000) / product }],
  );
  known.sort((a, b) => a.intensity - b.intensity || (a.id < b.id ? -1 : 1));
  let place = 0;
  return known.map((each, i) => {
    if (i === 0 || each.intensity !== known[i - 1]?.intensity) place = i + 1;
    return { ...each, place };
  });
}

export interface MonthOutlook {
  readonly soFar: number;
  /** At the pace of the days that are known; null = none is. */
  readonly forecast: number | null;
  readonly target: number | null;
  /** forecast / target; null without either. */
  readonly share: number | null;
}

/** `days`: what each day that is over used, null = not known; missing days are taken at the mean of the others. */
export function forecastMonth(
  days: readonly (number | null)[],
  daysOfMonth: number,
  target: number | null,
): MonthOutlook {
  const known = days.filter((day) => day !== null);
  const soFar = known.reduce((sum, day) => sum + day, 0);
  const forecast = known.length === 0 ? null : (soFar / known.length) * daysOfMonth;
  return {
    soFar,
    forecast,
    target,
    share: forecast === null || target === null || target <= 0 ? null : forecast / target,
  };
}

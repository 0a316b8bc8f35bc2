// Which series are looked at, as the address keeps them: `s=site.factor.agg,…`. A site's id may hold dots, a factor's code
// and the name of a statistic may not, so the text is read from its end. Pure.

/** What of each window is drawn as the line; the envelope of min and max is drawn around means. */
export const statistics = ["mean", "min", "max"] as const;
export type Statistic = (typeof statistics)[number];

export interface SeriesRef {
  readonly site: string;
  readonly factor: string;
  readonly statistic: Statistic;
}

export const seriesMax = 12;

const pattern = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})\.([A-Za-z0-9_-]+)\.(mean|min|max)$/;

export function keyOf({ site, factor }: Pick<SeriesRef, "site" | "factor">): string {
  return `${site}.${factor}`;
}

export function formatSeries(refs: readonly SeriesRef[]): string {
  return refs.map((ref) => `${keyOf(ref)}.${ref.statistic}`).join(",");
}

export interface SeriesRead {
  readonly refs: readonly SeriesRef[];
  /** Parts that are no series, and those beyond the most that are drawn. */
  readonly wrong: readonly string[];
}

/** The same series twice counts once: its first place, its last statistic. */
export function readSeries(text: string | null): SeriesRead {
  const refs = new Map<string, SeriesRef>();
  const wrong: string[] = [];
  for (const part of (text ?? "").split(",")) {
    if (part === "") continue;
    const [, site, factor, statistic] = pattern.exec(part) ?? [];
    const known = statistics.find((entry) => entry === statistic);
    if (site === undefined || factor === undefined || known === undefined) wrong.push(part);
    else if (refs.size >= seriesMax && !refs.has(keyOf({ site, factor }))) wrong.push(part);
    else refs.set(keyOf({ site, factor }), { site, factor, statistic: known });
  }
  return { refs: [...refs.values()], wrong };
}

/** Adds the series at the end, or takes it away when it is there. */
export function toggleSeries(refs: readonly SeriesRef[], ref: Pick<SeriesRef, "site" | "factor">): SeriesRef[] {
  const rest = refs.filter((each) => keyOf(each) !== keyOf(ref));
  if (rest.length < refs.length || refs.length >= seriesMax) return rest;
  return [...rest, { ...ref, statistic: "mean" }];
}

/** Whole files of the server hold every asked factor of every asked site: one per site, its factors together. */
export function groupBySite(refs: readonly SeriesRef[]): { readonly site: string; readonly factors: string[] }[] {
  const sites = new Map<string, string[]>();
  for (const { site, factor } of refs) sites.set(site, [...(sites.get(site) ?? []), factor]);
  return [...sites].map(([site, factors]) => ({ site, factors }));
}

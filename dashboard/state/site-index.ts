// The register of sites as columns, with the way from an id to its row.

import type { SiteKind } from "#domain/site.ts";
import type { SiteColumns } from "./wire.ts";

export interface SiteInfo {
  readonly id: string;
  readonly name: string;
  readonly kind: SiteKind;
  readonly city: string;
  readonly intervalSeconds: number;
}

export interface SiteIndex {
  readonly columns: SiteColumns;
  row(site: string): number | null;
  info(site: string): SiteInfo | null;
  cityOf(site: string): string | null;
  enterpriseOf(site: string): string | null;
}

export function createSiteIndex(columns: SiteColumns): SiteIndex {
  const rows = new Map(columns.id.map((id, i) => [id, i]));
  return {
    columns,
    row: (site) => rows.get(site) ?? null,
    cityOf: (site) => columns.city[rows.get(site) ?? -1] ?? null,
    enterpriseOf: (site) => columns.enterprise?.[rows.get(site) ?? -1] ?? null,
    info(site) {
      const i = rows.get(site) ?? -1;
      const name = columns.name[i];
      const kind = columns.kind[i];
      const city = columns.city[i];
      if (name === undefined || kind === undefined || city === undefined) return null;
      return { id: site, name, kind, city, intervalSeconds: columns.intervalSeconds[i] ?? 60 };
    },
  };
}

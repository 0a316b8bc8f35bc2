// Finds sites by what somebody types: parts of the id or of the name, in any order. Ids that begin so come first. Pure.

import type { SiteColumns } from "./wire.ts";

export interface SitesFound {
  /** Rows of the register, best first. */
  readonly rows: readonly number[];
  readonly total: number;
}

function rank(id: string, name: string, whole: string): number {
  if (id === whole) return 0;
  if (id.startsWith(whole)) return 1;
  if (name.startsWith(whole)) return 2;
  return id.includes(whole) || name.includes(whole) ? 3 : 4;
}

export function findSites(columns: SiteColumns, text: string, most: number): SitesFound {
  const whole = text.trim().toLowerCase();
  const parts = whole.split(/\s+/).filter((part) => part !== "");
  if (parts.length === 0) return { rows: [], total: 0 };
  const hits: { readonly row: number; readonly rank: number }[] = [];
  for (let row = 0; row < columns.id.length; row += 1) {
    const id = (columns.id[row] ?? "").toLowerCase();
    const name = (columns.name[row] ?? "").toLowerCase();
    if (parts.every((part) => id.includes(part) || name.includes(part))) {
      hits.push({ row, rank: rank(id, name, whole) });
    }
  }
  hits.sort((a, b) => a.rank - b.rank || a.row - b.row);
  return { rows: hits.slice(0, most).map((hit) => hit.row), total: hits.length };
}

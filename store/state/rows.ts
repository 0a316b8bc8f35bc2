// Rows of the state file into what is answered: bodies parsed, pages cut, matches counted.

import { sql, type SelectQueryBuilder } from "kysely";
import { formatCursor, type CursorKey } from "./page.ts";
import type { StateTables } from "./schema.ts";
import type { Page } from "./state.ts";

// The body columns hold what commit() wrote there and nothing else, so their shape is known.
export function parseBodies<T>(rows: readonly { body: string }[]): T[] {
  return rows.map((row) => JSON.parse(row.body) as T);
}

export function parseBody<T>(row: { body: string } | undefined): T | null {
  return row === undefined ? null : (JSON.parse(row.body) as T);
}

/** `rows` were asked with limit + 1: one too many means that there is more. */
export function toPage<T>(rows: T[], total: number, limit: number, keyOf: (row: T) => CursorKey): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, total, next: rows.length > limit && last !== undefined ? formatCursor(keyOf(last)) : null };
}

export async function countRows<T extends keyof StateTables>(
  query: SelectQueryBuilder<StateTables, T, object>,
): Promise<number> {
  const row = await query.select(sql<number>`count(*)`.as("n")).executeTakeFirstOrThrow();
  return Number(row.n);
}

/** Part of a text, for "like … escape '\\'". */
export function likePart(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

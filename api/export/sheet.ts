// A table of rows as a spreadsheet takes it: columns said once, written as CSV (byte order mark, CRLF) or as cells of XLSX. Times
// stand twice: local time of UTC+8 to read, ISO 8601 in UTC to compute with. Pure.

import { formatIso, formatLocal } from "#domain/time.ts";
import { byteOrderMark, formatCsvLine } from "./csv.ts";

/** `local`: a moment (epoch ms), shown as local time of UTC+8. */
export type Cell = string | number | null | { readonly local: number };

export interface Column<T> {
  readonly head: string;
  cell(row: T): Cell;
}

/** The two columns of a moment. */
export function timeColumns<T>(head: string, at: (row: T) => number | null): Column<T>[] {
  return [
    {
      head: `${head} (UTC+8)`,
      cell(row) {
        const time = at(row);
        return time === null ? null : { local: time };
      },
    },
    {
      head: `${head} (UTC)`,
      cell(row) {
        const time = at(row);
        return time === null ? null : formatIso(time);
      },
    },
  ];
}

function formatCell(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? formatLocal(cell.local) : String(cell);
}

/** CSV, part by part. */
export async function* writeCsv<T>(
  columns: readonly Column<T>[],
  parts: AsyncIterable<readonly T[]>,
): AsyncGenerator<string> {
  yield byteOrderMark + formatCsvLine(columns.map(({ head }) => head));
  for await (const rows of parts)
    yield rows.map((row) => formatCsvLine(columns.map((column) => formatCell(column.cell(row))))).join("");
}

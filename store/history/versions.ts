// Versions of one reading, or of one mean, in InfluxDB. It keeps what was written last under a time, and what a dead or a retried
// connection brings can be carried out behind something newer. So a version never lies where another one is: the first on
// the millisecond itself, each later one some nanoseconds behind it, as its journal number says. What is read is, of each
// millisecond, the one with the highest number. Pure.

/** The places behind a millisecond; entries so far apart that they share one are no versions of the same moment. */
const places = 999_999;

/** How many ns behind its ms a point is written. Only the first version of a series' moment may be called new. */
export function placeOf(timeMs: number, isNew: boolean, seq: number): number {
  return isNew || timeMs < 0 ? 0 : 1 + (seq % places);
}

/** Rows of an answer: the time in ms comes first, ascending. */
export type Row = readonly unknown[];

export interface Rows {
  readonly rows: readonly Row[];
  /** Some millisecond has more than one row: to choose, the numbers are needed too. */
  readonly repeated: { readonly from: number; readonly to: number } | null;
}

/** Rows that have something in column `column`, and from where to where a millisecond is there more than once. */
export function findRepeats(rows: readonly Row[], column: number): Rows {
  const kept = rows.every((row) => isThere(row[column])) ? rows : rows.filter((row) => isThere(row[column]));
  let from: number | null = null;
  let to = 0;
  for (let i = 1; i < kept.length; i++) {
    const time = Number(kept[i]?.[0]);
    if (time !== Number(kept[i - 1]?.[0])) continue;
    from ??= time;
    to = time;
  }
  return { rows: kept, repeated: from === null ? null : { from, to } };
}

/** One row per millisecond, the one with the highest number; of equal numbers the one that lies last. */
export function newestOf(rows: readonly Row[], seqColumn: number): Row[] {
  const newest: Row[] = [];
  for (const row of rows) {
    const last = newest.at(-1);
    if (last === undefined || last[0] !== row[0]) newest.push(row);
    else if (Number(row[seqColumn]) >= Number(last[seqColumn])) newest[newest.length - 1] = row;
  }
  return newest;
}

function isThere(cell: unknown): boolean {
  return cell !== null && cell !== undefined;
}

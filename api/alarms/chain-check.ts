// Is the journal of alarms unbroken? Its chain of hashes is walked from the first row to the last, part by part, so that other
// questions come between; a caller that leaves ends the walk.

import { chainHash, chainStart } from "#store/state/chain.ts";
import type { ChainedRow } from "#store/state/chained-row.ts";

export interface ChainReport {
  readonly unbroken: boolean;
  readonly rows: number;
  /** Place of the first row that does not fit to the one before it. */
  readonly brokenAt: number | null;
  /** Of the last row: whoever wrote it down can show later that nothing before it was changed. */
  readonly head: string;
}

const partRows = 2_000;

/** Yields null while it walks, then the report. */
export async function* walkChain(
  read: (after: number, limit: number) => Promise<ChainedRow[]>,
): AsyncGenerator<ChainReport | null> {
  let head = chainStart;
  let place = 0;
  for (;;) {
    const rows = await read(place, partRows);
    for (const row of rows) {
      const hash = chainHash(head, row.body);
      if (row.place !== place + 1 || row.hash !== hash) {
        yield { unbroken: false, rows: place, brokenAt: place + 1, head };
        return;
      }
      place = row.place;
      head = hash;
    }
    if (rows.length < partRows) break;
    yield null;
    // The questions of others that came meanwhile have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield { unbroken: true, rows: place, brokenAt: null, head };
}

/**
 * A long answer of one JSON value: white space while it is worked out, which JSON allows before a value, so that a caller that
 * left is noticed.
 */
export async function* writeWhenDone<T>(work: AsyncIterable<T | null>): AsyncGenerator<string> {
  for await (const part of work) yield part === null ? " " : JSON.stringify(part);
}

// Who was turned away lately, and why: counted by reason, site and address, so that a person can see which device has trouble
// and who tries doors. Pure and bounded: past its bound the rows that were quiet for longest are forgotten.

import { bounds } from "./bounds.ts";

export interface Refused {
  readonly reason: string;
  /** As it was claimed; null when nothing was. */
  readonly site: string | null;
  /** Without port; "" when unknown. */
  readonly address: string;
  readonly door: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of the newest one. */
  readonly detail: string;
}

export interface RefusedList {
  note(refused: Pick<Refused, "reason" | "site" | "address" | "door" | "detail">, now: number): void;
  /** The newest first. */
  list(): Refused[];
  /** Rows that were forgotten to make room. */
  readonly forgotten: number;
}

export function createRefusedList(rowsMax: number = bounds.refusedRowsMax): RefusedList {
  const rows = new Map<string, Refused>();
  let forgotten = 0;
  return {
    note({ reason, site, address, door, detail }, now) {
      const claimed = site === null ? null : site.slice(0, bounds.textCharsMax);
      const key = JSON.stringify([reason, claimed, address, door]);
      const known = rows.get(key);
      rows.delete(key);
      const [oldest] = rows.keys();
      if (rows.size >= rowsMax && oldest !== undefined) {
        rows.delete(oldest);
        forgotten += 1;
      }
      rows.set(key, {
        reason,
        site: claimed,
        address,
        door,
        count: (known?.count ?? 0) + 1,
        firstAt: known?.firstAt ?? now,
        lastAt: now,
        detail: detail.slice(0, bounds.textCharsMax),
      });
    },
    list: () => [...rows.values()].reverse(),
    get forgotten() {
      return forgotten;
    },
  };
}

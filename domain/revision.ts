// Revision: a reading that came again with another value. The newest counts; every version is kept, with what it replaced
// and the journal entry that brought it.

import type { Flag, ReadingKind } from "./reading.ts";

export interface RevisionRow {
  /** Journal sequence of the entry that brought the new value. */
  readonly seq: number;
  readonly site: string;
  readonly factor: string;
  readonly kind: ReadingKind;
  /** Event time, epoch ms: site, factor, kind and time say which reading it is. */
  readonly time: number;
  readonly value: number;
  readonly flag: Flag;
  readonly receivedAt: number;
  /** What counted until then; null when it is not remembered any more. */
  readonly before: number | null;
  readonly beforeFlag: Flag | null;
}

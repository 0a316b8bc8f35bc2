// What may be asked about shifts of desks. Words only.

import type { Shift } from "#domain/shift.ts";
import type { Page } from "./state.ts";

export interface ShiftFilter {
  readonly desk?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface ShiftReader {
  /** Newest first; the text of a sheet is not in the rows of a list. */
  shifts(filter: ShiftFilter): Promise<Page<Shift>>;
  shift(id: string): Promise<Shift | null>;
  /** The newest of this desk that began before this time and was accepted, with its sheet. */
  shiftBefore(desk: string, startedAt: number): Promise<Shift | null>;
  /** Of each desk the newest. */
  newestShifts(): Promise<Shift[]>;
}

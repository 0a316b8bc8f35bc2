// Shift and handover (交接班): who watches a desk, and what the next person must know. The sheet is made by the centre, frozen with
// its SHA-256 when the one who leaves signs it, and accepted by the one who comes, block by block. What was not ticked stands
// again on the next sheet.

/** The parts of a sheet, in its order. */
export const sheetBlocks = [
  "open-alarms",
  "unacknowledged",
  "shelved",
  "suppressed",
  "out-of-service",
  "cases-due",
  "silent-sites",
  "floods",
  "changes",
  "outages",
  "kpi",
  "notes",
] as const;
export type SheetBlock = (typeof sheetBlocks)[number];

/** The desk that watches everything; the others are called by their adcode. */
export const provinceDesk = "province";

export interface SheetItem {
  /** An alarm, a case, a site …, or empty for a number. */
  readonly id: string;
  readonly zh: string;
  readonly en: string;
}

export interface CarriedItem {
  readonly block: SheetBlock;
  readonly item: SheetItem;
}

export interface ShiftSheet {
  readonly desk: string;
  readonly from: number;
  readonly to: number;
  readonly blocks: Readonly<Record<SheetBlock, readonly SheetItem[]>>;
  /** Items that the incoming person of the sheet before did not tick. */
  readonly carried: readonly CarriedItem[];
}

export interface Shift {
  readonly id: string;
  readonly version: number;
  /** "province", or an adcode. */
  readonly desk: string;
  readonly person: string;
  readonly startedAt: number;
  /** Signed by the one who leaves; null while the shift lasts. */
  readonly handedOverAt: number | null;
  /** Who signed: the person, or an administrator for somebody who is not there any more. */
  readonly handedOverBy: string | null;
  /** The sheet as JSON text, exactly as signed, and its SHA-256. */
  readonly sheet: string | null;
  readonly sha256: string | null;
  readonly acceptedBy: string | null;
  readonly acceptedAt: number | null;
  readonly ticked: readonly SheetBlock[];
  readonly notes: readonly { readonly at: number; readonly by: string; readonly text: string }[];
  readonly seq: number;
}

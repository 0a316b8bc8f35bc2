// The import of a register from a table: its columns, what becomes of a row, and what may be wrong with it. Shared by the api,
// which decides, and the dashboard, which shows.

export const importFields = [
  "id",
  "name",
  "kind",
  "city",
  "enterprise",
  "lat",
  "lon",
  "factors",
  "intervalSeconds",
  "standard",
  "industry",
  "unit",
  "mn",
  "pw",
] as const;
export type ImportField = (typeof importFields)[number];

/** What an import would make of a row, or has made of it. */
export const importOutcomes = ["new", "changed", "same", "refused"] as const;
export type ImportOutcome = (typeof importOutcomes)[number];

export const importReasons = [
  "missing",
  "invalid",
  "too-long",
  "invalid-id",
  "reserved-id",
  "unknown-kind",
  "unknown-city",
  "unknown-factor",
  "unknown-standard",
  "bad-coordinates",
  "bad-interval",
  "bad-mn",
  "mn-taken",
  "twice-in-file",
] as const;
export type ImportReason = (typeof importReasons)[number];

export interface ImportFault {
  readonly field: ImportField;
  readonly reason: ImportReason;
  /** What stood there, or with whom it collides; short. */
  readonly detail: string;
}

export interface ImportChange {
  readonly field: ImportField;
  readonly before: string;
  readonly after: string;
}

export interface ImportRow {
  /** As a spreadsheet numbers it: the headings are row 1. */
  readonly row: number;
  readonly id: string;
  readonly name: string;
  readonly outcome: ImportOutcome;
  /** Of a changed one, field by field; of a password only that there is one. */
  readonly changes: readonly ImportChange[];
  /** Of a refused one. */
  readonly faults: readonly ImportFault[];
}

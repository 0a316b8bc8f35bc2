// What an import would do, row by row: rows of a table and the register as it is → new, changed (field by field), the same, or
// refused with the reason. An empty cell leaves a field as it is, "-" takes away what may be absent; nothing is ever deleted. Pure.

import { bounds } from "#domain/bounds.ts";
import { systemSite } from "#domain/condition.ts";
import { findFactor } from "#domain/factor.ts";
import { intervalSecondsDefault, isSiteId, type Site, type StandardKey } from "#domain/site.ts";
import type { ImportChange, ImportFault, ImportField, ImportReason, ImportRow } from "#domain/site-import.ts";
import { standardLimits } from "#domain/standard.ts";
import { type Columns, findCity, findColumns, findKind } from "./columns.ts";

/** The register, and what else a row may collide with. */
export interface Register {
  site(id: string): Site | undefined;
  ownerOfMn(mn: string): string | undefined;
  loggerPassword(mn: string): string | null;
}

export interface PlannedRow extends ImportRow {
  /** Null when there is nothing to do. */
  readonly site: Omit<Site, "version"> | null;
  /** 0 for a new one. */
  readonly expectedVersion: number;
  readonly pw: string | null;
}

export interface Plan {
  readonly rows: readonly PlannedRow[];
  readonly columns: Columns;
}

/** Null: the table has no column for the site's id, or nothing but headings. */
export function planImport(table: readonly (readonly string[])[], register: Register): Plan | null {
  const [first = [], ...rest] = table;
  const columns = findColumns(first);
  if (!columns.places.has("id") || rest.length === 0) return null;
  const seen: Seen = { ids: new Map(), mns: new Map() };
  const rows: PlannedRow[] = [];
  rest.forEach((cells, i) => {
    if (cells.every((cell) => cell.trim() === "")) return;
    rows.push(planRow(i + 2, cells, columns, register, seen));
  });
  return { rows, columns };
}

interface Seen {
  readonly ids: Map<string, number>;
  readonly mns: Map<string, number>;
}

const none = "-";
const detailCharsMax = 80;

function planRow(row: number, cells: readonly string[], columns: Columns, register: Register, seen: Seen): PlannedRow {
  const faults: ImportFault[] = [];
  const read = (field: ImportField): string => (cells[columns.places.get(field) ?? -1] ?? "").trim();
  const fail = (field: ImportField, reason: ImportReason, detail = read(field)): null => {
    faults.push({ field, reason, detail: detail.slice(0, detailCharsMax) });
    return null;
  };
  const id = read("id");
  const before = isSiteId(id) ? register.site(id) : undefined;
  checkId(id, row, seen, fail);

  /** `undefined`: as it was. */
  const text = (field: ImportField): string | null | undefined => {
    const value = read(field);
    if (value === "") return undefined;
    if (value === none) return null;
    return value.length > bounds.textCharsMax ? fail(field, "too-long") : value;
  };
  const needed = <T>(field: ImportField, known: T | undefined, parse: (value: string) => T | null): T | null => {
    const value = read(field);
    if (value === "" || value === none) return known ?? fail(field, "missing", "");
    return parse(value);
  };
  const optional = <T>(field: ImportField, known: T | null, parse: (value: string) => T | null): T | null => {
    const value = text(field);
    return value === undefined ? known : value === null ? null : parse(value);
  };
  const coordinate = (field: "lat" | "lon", most: number) =>
    optional(field, before?.[field] ?? null, (value) => {
      const degrees = /^[+-]?\d{1,3}(?:\.\d{1,12})?$/.test(value) ? Number(value) : Number.NaN;
      return Math.abs(degrees) <= most ? degrees : fail(field, "bad-coordinates");
    });

  const name = needed("name", before?.name, () => text("name") ?? null);
  const kind = needed("kind", before?.kind, (value) => findKind(value) ?? fail("kind", "unknown-kind"));
  const city = needed("city", before?.city, (value) => findCity(value) ?? fail("city", "unknown-city"));
  const factors = needed("factors", before?.factors, (value) => parseFactors(value, fail));
  const enterprise = optional("enterprise", before?.enterprise ?? null, (value) => value);
  const lat = coordinate("lat", 90);
  const lon = coordinate("lon", 180);
  if (faults.length === 0 && (lat === null) !== (lon === null)) fail(lat === null ? "lat" : "lon", "missing", "");
  const intervalSeconds = needed("intervalSeconds", before?.intervalSeconds ?? intervalSecondsDefault, (value) => {
    const seconds = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    return seconds >= 1 && seconds <= 86_400 ? seconds : fail("intervalSeconds", "bad-interval");
  });
  const standard = planStandard(before?.standard ?? null, text, fail);
  const mn = optional("mn", before?.mn ?? null, (value) => checkMn(value, id, row, register, seen, fail));
  const pw = read("pw");
  if (pw.length > 40) fail("pw", "too-long", "");
  if (pw !== "" && mn === null && faults.length === 0) fail("mn", "missing", "");

  const shown = { row, id: id.slice(0, detailCharsMax), name: (name ?? before?.name ?? read("name")).slice(0, 200) };
  const expectedVersion = before?.version ?? 0;
  const nothing = { ...shown, changes: [], site: null, expectedVersion, pw: null };
  if (faults.length > 0 || name === null || kind === null || city === null || factors === null) {
    return { ...nothing, outcome: "refused", faults };
  }
  const { version: _version, ...kept } = before ?? { simulated: false, version: 0 };
  const fields = { name, kind, city, enterprise, lat, lon, factors, standard, mn };
  const site = { ...kept, id, ...fields, intervalSeconds: intervalSeconds ?? intervalSecondsDefault };
  const isNewPw = pw !== "" && mn !== null && register.loggerPassword(mn) !== pw;
  const changes = before === undefined ? [] : listChanges(before, site, isNewPw);
  if (before !== undefined && changes.length === 0) return { ...nothing, outcome: "same", faults };
  const outcome = before === undefined ? "new" : "changed";
  return { ...shown, outcome, changes, faults, site, expectedVersion, pw: isNewPw ? pw : null };
}

type Fail = (field: ImportField, reason: ImportReason, detail?: string) => null;

function checkId(id: string, row: number, { ids }: Seen, fail: Fail): void {
  if (id === "") fail("id", "missing", "");
  else if (!isSiteId(id)) fail("id", "invalid-id");
  else if (id === systemSite) fail("id", "reserved-id");
  const first = ids.get(id);
  if (first !== undefined) fail("id", "twice-in-file", String(first));
  else if (id !== "") ids.set(id, row);
}

function checkMn(mn: string, id: string, row: number, register: Register, { mns }: Seen, fail: Fail): string | null {
  if (!/^[\w-]{1,40}$/.test(mn)) return fail("mn", "bad-mn");
  const owner = register.ownerOfMn(mn);
  if (owner !== undefined && owner !== id) return fail("mn", "mn-taken", owner);
  const first = mns.get(mn);
  if (first !== undefined) return fail("mn", "twice-in-file", String(first));
  mns.set(mn, row);
  return mn;
}

function parseFactors(text: string, fail: Fail): readonly string[] | null {
  const codes = [...new Set(text.split(/[\s;；,，、|]+/).filter((code) => code !== ""))];
  const unknown = codes.filter((code) => findFactor(code) === undefined);
  if (unknown.length > 0) return fail("factors", "unknown-factor", unknown.join(" "));
  if (codes.length === 0) return fail("factors", "missing", "");
  return codes.length > 500 ? fail("factors", "too-long", "") : codes;
}

const keyOf = ({ standard, industry, unit }: StandardKey): string => [standard, industry, unit].join("\n");
const knownStandards: ReadonlySet<string> = new Set(
  standardLimits.map(({ standard, industry, sourceUnit: unit }) => keyOf({ standard, industry, unit })),
);

/** All three columns, or none of them: together they are the key of the limits library. */
function planStandard(
  before: StandardKey | null,
  text: (field: ImportField) => string | null | undefined,
  fail: Fail,
): StandardKey | null {
  const [standard, industry, unit] = [text("standard"), text("industry"), text("unit")];
  if (standard === undefined && industry === undefined && unit === undefined) return before;
  if (standard === null) return null;
  const key = {
    standard: standard ?? before?.standard,
    industry: industry ?? before?.industry,
    unit: unit ?? before?.unit,
  };
  for (const field of ["standard", "industry", "unit"] as const)
    if (key[field] === undefined) fail(field, "missing", "");
  if (key.standard === undefined || key.industry === undefined || key.unit === undefined) return null;
  const whole = { standard: key.standard, industry: key.industry, unit: key.unit };
  return knownStandards.has(keyOf(whole))
    ? whole
    : fail("standard", "unknown-standard", Object.values(whole).join(", "));
}

const compared = ["name", "kind", "city", "enterprise", "lat", "lon", "intervalSeconds", "mn"] as const;

function listChanges(before: Site, after: Omit<Site, "version">, isNewPw: boolean): ImportChange[] {
  const show = (value: string | number | null): string => (value === null ? "" : String(value));
  const changes: ImportChange[] = [];
  const add = (field: ImportField, from: string, to: string): void => {
    if (from !== to) changes.push({ field, before: from, after: to });
  };
  for (const field of compared) add(field, show(before[field]), show(after[field]));
  add("factors", before.factors.join(" "), after.factors.join(" "));
  for (const field of ["standard", "industry", "unit"] as const)
    add(field, before.standard?.[field] ?? "", after.standard?.[field] ?? "");
  // Never what it was or is.
  if (isNewPw) changes.push({ field: "pw", before: "", after: "••••" });
  return changes;
}

// What devices say about a value beside it: the least and greatest of an interval, the total over it, the value converted to
// the reference oxygen. Kept in history like values of their own, under codes that are made of the factor's: so every store
// has room for them, versions count as for the value itself, and a value without any costs nothing. Pure.

export const fieldParts = ["min", "max", "total", "converted", "convertedMin", "convertedMax"] as const;
export type FieldPart = (typeof fieldParts)[number];

/** Null or absent: not sent. */
export type FieldValues = Readonly<Partial<Record<FieldPart, number | null>>>;

/** No factor has this sign in its code. */
const sign = ":";

/** The code that history keeps it under, e.g. "w01018:max". */
export function partCode(factor: string, part: FieldPart): string {
  return `${factor}${sign}${part}`;
}

/** Cou of HJ 212-2017 table 6: m³ for flows, kg for masses, g for those that are measured in µg; "" when no rule says. */
export function partUnit(unit: string, part: FieldPart): string {
  if (part !== "total") return unit;
  if (unit === "L/s" || unit === "m3/h") return "m3";
  if (unit.startsWith("ug/")) return "g";
  return unit.startsWith("mg/") ? "kg" : "";
}

/** Null when nothing was sent beside the value. */
export function pickFieldValues(sent: FieldValues): FieldValues | null {
  return fieldParts.some((part) => typeof sent[part] === "number") ? sent : null;
}

// The hours of a station → what its chart draws: one series by name, the limits it was held against, and where it did not count.

import { buildColumns, type ChartColumns, type LimitSpan, type MeanPoint } from "../../charts/series.ts";
import type { StationKind } from "#domain/stations/shapes.ts";
import { hourMs } from "#domain/time.ts";
import { decimalsOf, type Said, type SaidItem, type StationPage } from "./station-data.ts";

/** "": the number of the station itself; else a factor. */
export interface SeriesChoice {
  readonly code: string;
  readonly decimals: number;
  readonly unit: string;
}

export function listSeries(kind: StationKind, page: StationPage): SeriesChoice[] {
  const [first] = page.hours;
  const own: SeriesChoice = {
    code: "",
    decimals: kind === "radiation" || kind === "noise" ? 1 : 0,
    unit: first?.unit ?? page.station.now.unit,
  };
  // Where the station's number is the value of its one factor, a second line of it would be the same.
  if (kind === "radiation" || kind === "noise") return [own];
  const names = new Map(page.factors.map((factor) => [factor.code, factor]));
  const codes = new Set([...page.hours, page.station.now].flatMap(({ items }) => items.map(({ factor }) => factor)));
  return [
    own,
    ...[...codes].map((code) => ({
      code,
      decimals: decimalsOf(kind, names.get(code)),
      unit: names.get(code)?.unit ?? "",
    })),
  ];
}

function itemOf({ items }: Said, code: string): SaidItem | undefined {
  return code === "" && items.length === 1 ? items[0] : items.find(({ factor }) => factor === code);
}

/** Value and whether it counts, of one hour. */
function pointOf(hour: Said, code: string): { readonly value: number | null; readonly counts: boolean } {
  if (code === "") return { value: hour.value, counts: hour.standing !== "invalid" };
  const item = itemOf(hour, code);
  // A value of an earlier hour is not drawn again and again.
  if (item === undefined || item.at !== hour.from) return { value: null, counts: true };
  return { value: item.value, counts: item.why === null || item.why === "no-index" };
}

function listLimits(hours: readonly Said[], code: string): LimitSpan[] {
  const spans: LimitSpan[] = [];
  for (const hour of hours) {
    const item = itemOf(hour, code);
    const limit = item?.limit ?? null;
    if (item === undefined || limit === null) continue;
    const [from, to] = [Date.parse(hour.from), Date.parse(hour.to)];
    const [max, min] = item.side === "max" ? [limit, null] : [null, limit];
    const last = spans.at(-1);
    if (last !== undefined && last.to === from && last.max === max && last.min === min)
      spans[spans.length - 1] = { ...last, to };
    else spans.push({ from, to, max, min });
  }
  return spans;
}

export interface Course {
  readonly columns: ChartColumns;
  readonly points: readonly MeanPoint[];
  /** Hours that do not count, or lack an item. */
  readonly invalid: readonly { readonly from: number; readonly to: number }[];
}

export function buildCourse(hours: readonly Said[], code: string, from: number, to: number): Course {
  const points: MeanPoint[] = [];
  const invalid: { from: number; to: number }[] = [];
  for (const hour of hours) {
    const start = Date.parse(hour.from);
    const { value, counts } = pointOf(hour, code);
    // An index without an item that came, but too seldom, is not to be compared with the hours beside it.
    const lacks = code === "" && hour.items.some(({ why }) => why === "too-few-valid");
    if (!counts || lacks) invalid.push({ from: start, to: start + hourMs });
    if (value !== null) points.push([start, value, null, null, 1, 1]);
  }
  const limits = listLimits(hours, code);
  const input = { points, stepMs: hourMs, intervalMs: hourMs, limits, from, to, tail: null };
  return { columns: buildColumns(input), points, invalid };
}

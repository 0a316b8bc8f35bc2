// History as CSV for spreadsheets: byte order mark, CRLF, local times of UTC+8, one line per point. Text that a spreadsheet
// would run as a formula is defused. Pure.

import type { Interval, Points } from "./points.ts";
import { encodeText, type Text } from "./text.ts";

export const byteOrderMark = "\uFEFF";
const lineEnd = "\r\n";
const lineEndBytes = encodeText(lineEnd);
const comma = 0x2c;

/** A text cell: quoted where needed, and never a formula. */
export function formatCsvText(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** One line of any table. The first one of a file stands behind the byte order mark. */
export function formatCsvLine(cells: readonly string[]): string {
  return cells.map(formatCsvText).join(",") + lineEnd;
}

export interface CsvSeries {
  readonly site: string;
  readonly siteName: string;
  readonly factor: string;
  readonly factorName: string;
  readonly unit: string;
}

/** The head line. The unit stands in it when all series share one, and in a column of its own always. */
export function formatCsvHead(interval: Interval, series: readonly CsvSeries[]): string {
  const units = new Set(series.map((one) => one.unit));
  const [unit] = units;
  const inUnit = units.size === 1 && unit !== undefined && unit !== "" ? ` (${unit})` : "";
  const values =
    interval === "raw"
      ? [`数值 value${inUnit}`, "标记 flag"]
      : [`均值 mean${inUnit}`, `最小 min${inUnit}`, `最大 max${inUnit}`, "个数 count", "有效 valid"];
  const head = [
    "时间 time (UTC+8)",
    "监测点 site",
    "名称 name",
    "因子 factor",
    "因子名称 factor name",
    "单位 unit",
    ...values,
  ];
  return byteOrderMark + head.map(formatCsvText).join(",") + lineEnd;
}

/** The cells that all lines of a series share, commas around them. */
export function formatCsvSeries({ site, siteName, factor, factorName, unit }: CsvSeries): Uint8Array {
  return encodeText(`,${[site, siteName, factor, factorName, unit].map(formatCsvText).join(",")},`);
}

/** One line; a window without a valid reading has empty cells. */
export function putCsvLine(text: Text, same: Uint8Array, points: Points, at: number): void {
  text.putLocal(points.time[at] ?? 0);
  text.put(same);
  const mean = points.mean[at] ?? Number.NaN;
  if (points.flag !== null) {
    text.putNumber(mean);
    text.putCode(comma);
    text.putAscii(points.flag[at] ?? "B");
  } else {
    for (const value of [mean, points.min[at] ?? Number.NaN, points.max[at] ?? Number.NaN]) {
      if (!Number.isNaN(value)) text.putNumber(value);
      text.putCode(comma);
    }
    text.putNumber(points.count[at] ?? 0);
    text.putCode(comma);
    text.putNumber(points.valid[at] ?? 0);
  }
  text.put(lineEndBytes);
}

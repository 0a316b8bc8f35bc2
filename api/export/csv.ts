// History as CSV for spreadsheets: byte order mark, CRLF, local times of UTC+8, one line per point. Text that a spreadsheet
// would run as a formula is defused. Pure.

import { formatLocal } from "#domain/time.ts";
import type { Interval, Point } from "./points.ts";

export const byteOrderMark = "\uFEFF";
const lineEnd = "\r\n";

/** A text cell: quoted where needed, and never a formula. */
export function formatCsvText(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
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

function formatTime(timeMs: number): string {
  const milliseconds = ((timeMs % 1000) + 1000) % 1000;
  return milliseconds === 0 ? formatLocal(timeMs) : `${formatLocal(timeMs)}.${String(milliseconds).padStart(3, "0")}`;
}

export function formatCsvLines(series: CsvSeries, points: readonly Point[]): string {
  const { site, siteName, factor, factorName, unit } = series;
  const same = [site, siteName, factor, factorName, unit].map(formatCsvText).join(",");
  let text = "";
  for (const point of points) {
    const [time, mean, min, max, count, valid] = point;
    const values = point.length === 7 ? [mean, point[6]] : [mean ?? "", min ?? "", max ?? "", count, valid];
    text += `${formatTime(time)},${same},${values.join(",")}${lineEnd}`;
  }
  return text;
}

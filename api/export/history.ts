// Several series of history → the text of one answer, piece by piece: JSON with a cursor after so many points, CSV or
// NDJSON without end. Holds one slice of one series at a time.

import type { HistoryReader } from "#store/history/history.ts";
import { formatIso } from "#domain/time.ts";
import { formatCursor } from "#store/state/page.ts";
import { formatCsvHead, formatCsvLines, type CsvSeries } from "./csv.ts";
import { readPoints, type Point, type SeriesQuery } from "./points.ts";

export interface HistoryPlan extends Omit<SeriesQuery, "site" | "factor"> {
  readonly series: readonly CsvSeries[];
}

/** Where a JSON answer goes on: which series of the same request, from when. */
export type HistoryCursor = readonly [series: number, from: number];

function seriesQuery(plan: HistoryPlan, series: CsvSeries, from = plan.from): SeriesQuery {
  const { interval, kind, to } = plan;
  return { site: series.site, factor: series.factor, interval, kind, from, to };
}

export async function* writeHistoryJson(
  reader: HistoryReader,
  plan: HistoryPlan,
  begin: HistoryCursor,
  pointsMax: number,
): AsyncGenerator<string> {
  let left = pointsMax;
  let next: HistoryCursor | null = null;
  let separator = "";
  yield `{"interval":${JSON.stringify(plan.interval)},"series":[`;
  for (const [index, series] of plan.series.entries()) {
    if (index < begin[0]) continue;
    const { site, factor, unit } = series;
    yield `${separator}{"site":${JSON.stringify(site)},"factor":${JSON.stringify(factor)},"unit":${JSON.stringify(unit)},"points":[`;
    separator = ",";
    let comma = "";
    const from = index === begin[0] ? begin[1] : plan.from;
    for await (const points of readPoints(reader, seriesQuery(plan, series, from))) {
      const part = points.slice(0, left);
      if (part.length > 0) yield comma + part.map((point) => JSON.stringify(point)).join(",");
      if (part.length > 0) comma = ",";
      left -= part.length;
      const beyond = points[part.length];
      if (beyond === undefined) continue;
      next = [index, beyond[0]];
      break;
    }
    yield "]}";
    if (next !== null) break;
  }
  yield `],"nextCursor":${JSON.stringify(next === null ? null : formatCursor(next))}}`;
}

export async function* writeHistoryCsv(reader: HistoryReader, plan: HistoryPlan): AsyncGenerator<string> {
  yield formatCsvHead(plan.interval, plan.series);
  for (const series of plan.series) {
    for await (const points of readPoints(reader, seriesQuery(plan, series))) yield formatCsvLines(series, points);
  }
}

function formatJsonLine({ site, factor, unit }: CsvSeries, point: Point): string {
  const [time, mean, min, max, count, valid] = point;
  const head = { time: formatIso(time), site, factor, unit };
  const values = point.length === 7 ? { value: mean, valid, flag: point[6] } : { mean, min, max, count, valid };
  return `${JSON.stringify({ ...head, ...values })}\n`;
}

export async function* writeHistoryLines(reader: HistoryReader, plan: HistoryPlan): AsyncGenerator<string> {
  for (const series of plan.series) {
    for await (const points of readPoints(reader, seriesQuery(plan, series))) {
      let text = "";
      for (const point of points) text += formatJsonLine(series, point);
      yield text;
    }
  }
}

// Several series of history → the text of one answer, piece by piece: JSON with a cursor after so many points, CSV or
// NDJSON without end. Holds the points of one question to the store, and of the next one, at a time.

import type { HistoryReader } from "#store/history/history.ts";
import { formatCursor } from "#store/state/page.ts";
import { formatCsvHead, formatCsvSeries, putCsvLine, type CsvSeries } from "./csv.ts";
import { readPoints, type Points, type PointsQuery } from "./points.ts";
import { encodeText, Text } from "./text.ts";

export interface HistoryPlan extends Omit<PointsQuery, "series"> {
  readonly series: readonly CsvSeries[];
}

/** Where a JSON answer goes on: which series of the same request, from when. */
export type HistoryCursor = readonly [series: number, from: number];

const comma = 0x2c;
const nullBytes = encodeText("null");

function putMaybe(text: Text, value: number | undefined): void {
  if (value === undefined || Number.isNaN(value)) text.put(nullBytes);
  else text.putNumber(value);
}

/** [startMs, mean, min, max, count, valid], or [ms, value, value, value, 1, 1|0, flag]. */
function putJsonPoint(text: Text, points: Points, at: number): void {
  text.putCode(0x5b);
  text.putNumber(points.time[at] ?? 0);
  text.putCode(comma);
  putMaybe(text, points.mean[at]);
  text.putCode(comma);
  putMaybe(text, points.min[at]);
  text.putCode(comma);
  putMaybe(text, points.max[at]);
  text.putCode(comma);
  text.putNumber(points.count[at] ?? 0);
  text.putCode(comma);
  text.putNumber(points.valid[at] ?? 0);
  if (points.flag !== null) text.putAscii(`,"${points.flag[at] ?? "B"}"`);
  text.putCode(0x5d);
}

/** The series that was begun in the middle, and those behind it. */
async function* readFrom(reader: HistoryReader, plan: HistoryPlan, [begin, from]: HistoryCursor) {
  const [first, rest] = [plan.series.slice(begin, begin + 1), plan.series.slice(begin + 1)];
  if (from === plan.from) {
    for await (const part of readPoints(reader, { ...plan, series: plan.series.slice(begin) })) yield part;
    return;
  }
  for await (const part of readPoints(reader, { ...plan, series: first, from })) yield part;
  for await (const { series, points } of readPoints(reader, { ...plan, series: rest }))
    yield { series: series + 1, points };
}

export async function* writeHistoryJson(
  reader: HistoryReader,
  plan: HistoryPlan,
  begin: HistoryCursor,
  pointsMax: number,
): AsyncGenerator<Uint8Array> {
  const text = new Text();
  let left = pointsMax;
  let next: HistoryCursor | null = null;
  /** Series whose head is written. */
  let opened = 0;
  let isFirstPoint = true;
  function open(series: number): void {
    for (; opened <= series; opened++) {
      const { site, factor, unit } = plan.series[begin[0] + opened] ?? { site: "", factor: "", unit: "" };
      const head = `"site":${JSON.stringify(site)},"factor":${JSON.stringify(factor)},"unit":${JSON.stringify(unit)}`;
      text.put(encodeText(`${opened > 0 ? "]}," : ""}{${head},"points":[`));
      isFirstPoint = true;
    }
  }
  text.put(encodeText(`{"interval":${JSON.stringify(plan.interval)},"series":[`));
  for await (const { series, points } of readFrom(reader, plan, begin)) {
    for (let at = points.from; at < points.to && next === null; at++) {
      open(series);
      if (left === 0) {
        next = [begin[0] + series, points.time[at] ?? 0];
        break;
      }
      left--;
      if (isFirstPoint) isFirstPoint = false;
      else text.putCode(comma);
      putJsonPoint(text, points, at);
      if (text.isFull) yield text.take();
    }
    if (next !== null) break;
  }
  if (next === null) open(plan.series.length - begin[0] - 1);
  text.put(encodeText(`${opened > 0 ? "]}" : ""}],"nextCursor":`));
  text.put(encodeText(`${JSON.stringify(next === null ? null : formatCursor(next))}}`));
  yield text.take();
}

/** One line per point; `put` is given what `head` made of the series. */
async function* writeLines(
  reader: HistoryReader,
  plan: HistoryPlan,
  text: Text,
  head: (series: CsvSeries) => Uint8Array,
  put: (text: Text, same: Uint8Array, points: Points, at: number) => void,
): AsyncGenerator<Uint8Array> {
  let current = -1;
  let same: Uint8Array = new Uint8Array();
  for await (const { series, points } of readPoints(reader, plan)) {
    const one = plan.series[series];
    if (series !== current && one !== undefined) {
      current = series;
      same = head(one);
    }
    for (let at = points.from; at < points.to; at++) {
      put(text, same, points, at);
      if (text.isFull) yield text.take();
    }
  }
  yield text.take();
}

export async function* writeHistoryCsv(reader: HistoryReader, plan: HistoryPlan): AsyncGenerator<Uint8Array> {
  const text = new Text();
  text.put(encodeText(formatCsvHead(plan.interval, plan.series)));
  yield* writeLines(reader, plan, text, formatCsvSeries, putCsvLine);
}

const timeKey = encodeText('{"time":"');
const meanKeys = [encodeText('"mean":'), encodeText(',"min":'), encodeText(',"max":')] as const;
const countKey = encodeText(',"count":');
const validKey = encodeText(',"valid":');
const valueKey = encodeText('"value":');
const lineEnd = encodeText("}\n");

function formatLineSeries({ site, factor, unit }: CsvSeries): Uint8Array {
  return encodeText(
    `","site":${JSON.stringify(site)},"factor":${JSON.stringify(factor)},"unit":${JSON.stringify(unit)},`,
  );
}

function putJsonLine(text: Text, same: Uint8Array, points: Points, at: number): void {
  text.put(timeKey);
  text.putIso(points.time[at] ?? 0);
  text.put(same);
  if (points.flag !== null) {
    text.put(valueKey);
    putMaybe(text, points.mean[at]);
  } else {
    text.put(meanKeys[0]);
    putMaybe(text, points.mean[at]);
    text.put(meanKeys[1]);
    putMaybe(text, points.min[at]);
    text.put(meanKeys[2]);
    putMaybe(text, points.max[at]);
    text.put(countKey);
    text.putNumber(points.count[at] ?? 0);
  }
  text.put(validKey);
  text.putNumber(points.valid[at] ?? 0);
  if (points.flag !== null) text.putAscii(`,"flag":"${points.flag[at] ?? "B"}"`);
  text.put(lineEnd);
}

export async function* writeHistoryLines(reader: HistoryReader, plan: HistoryPlan): AsyncGenerator<Uint8Array> {
  yield* writeLines(reader, plan, new Text(), formatLineSeries, putJsonLine);
}

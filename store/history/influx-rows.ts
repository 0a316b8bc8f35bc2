// The rows of one site's factors in InfluxDB, one per moment: the question without journal numbers first, because nearly always
// no moment is there twice, and a second one only where it is.

import { isFlag } from "#domain/reading.ts";
import type { FrameMoments, FrameQuery, MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";
import { meanMeasurements, readingMeasurements } from "./influx-lines.ts";
import { findRepeats, newestOf, type Row } from "./versions.ts";

export interface RowQuery {
  readonly measurement: string;
  readonly site: string;
  /** The first one is there in every row. */
  readonly fields: readonly string[];
  /** From (inclusive) to (exclusive), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Infinity: all. */
  readonly limit: number;
}

/** The fields that are read of one factor; the one that is there for every version comes first. */
type FieldsOf = (factor: string) => readonly string[];

const rawFields: FieldsOf = (factor) => [factor, `${factor}_flag`];

const meanFields: FieldsOf = (factor) => [`${factor}_n`, `${factor}_valid`, factor, `${factor}_min`, `${factor}_max`];

interface FactorQuery extends Omit<RowQuery, "fields"> {
  readonly factors: readonly string[];
  readonly fieldsOf: FieldsOf;
}

/** The rows of each question, in their order; the columns are the time in ms and the fields. */
export type AskRows = (questions: readonly RowQuery[]) => Promise<(readonly Row[])[]>;

export async function readRawRows(query: RawQuery, ask: AskRows): Promise<RawSeries[]> {
  const measurement = readingMeasurements[query.kind];
  const rows = await readRows({ ...query, measurement, fieldsOf: rawFields }, ask);
  return query.factors.map((factor, index) => toRawSeries(factor, rows[index] ?? []));
}

export async function readMeanRows(query: MeanQuery, ask: AskRows): Promise<MeanSeries[]> {
  const measurement = meanMeasurements[query.tier];
  const rows = await readRows({ ...query, measurement, fieldsOf: meanFields }, ask);
  return query.factors.map((factor, index) => toMeanSeries(factor, rows[index] ?? []));
}

/** Every point knows its frame, and each version lies in a place of its own: nothing has to be chosen here. */
export async function readFrameRows(query: FrameQuery, ask: AskRows): Promise<FrameMoments> {
  const { kind, ...span } = query;
  const measurement = readingMeasurements[kind];
  const [rows = []] = await ask([{ ...span, measurement, fields: ["seq", "received"] }]);
  // What was replayed may lie in two places with one number.
  const once = new Map(
    rows.map(([time, seq, received]) => [`${Number(time)} ${Number(seq)}`, { time, seq, received }]),
  );
  if (rows.length >= query.limit && once.size < query.limit) {
    const more = await readFrameRows({ ...query, limit: query.limit * 2 }, ask);
    const cut = (column: readonly number[]) => column.slice(0, query.limit);
    return { time: cut(more.time), receivedAt: cut(more.receivedAt), seq: cut(more.seq) };
  }
  const sorted = [...once.values()].toSorted(
    (a, b) => Number(a.time) - Number(b.time) || Number(a.seq) - Number(b.seq),
  );
  return {
    time: sorted.map((row) => Number(row.time)),
    receivedAt: sorted.map((row) => Number(row.received)),
    seq: sorted.map((row) => Number(row.seq)),
  };
}

/** Rows per factor, in the asked order; the columns are the time and what `fieldsOf` says. At most `limit` for each factor. */
async function readRows(query: FactorQuery, ask: AskRows): Promise<Row[][]> {
  // One more than asked for: whether the last moment has another version shows in what follows it.
  const limit = query.limit + 1;
  const answers = await ask(query.factors.map((factor) => ({ ...query, limit, fields: query.fieldsOf(factor) })));
  return Promise.all(
    query.factors.map(async (factor, index) => {
      const asked = answers[index] ?? [];
      const moments = await chooseVersions(query, factor, asked, ask);
      if (asked.length < limit || moments.length === limit) return moments.slice(0, query.limit);
      // Versions took the places of later moments.
      const [more] = await readRows({ ...query, factors: [factor], limit: query.limit * 2 }, ask);
      return (more ?? []).slice(0, query.limit);
    }),
  );
}

async function chooseVersions(query: FactorQuery, factor: string, asked: readonly Row[], ask: AskRows): Promise<Row[]> {
  const { rows, repeated } = findRepeats(asked, 1);
  if (repeated === null) return [...rows];
  const fields = [...query.fieldsOf(factor), "seq"];
  const span = { from: repeated.from, to: repeated.to + 1, limit: Infinity };
  const [answer = []] = await ask([{ ...query, ...span, fields }]);
  const numbered = findRepeats(answer, 1).rows;
  return [
    ...rows.filter((row) => Number(row[0]) < repeated.from),
    ...newestOf(numbered, fields.length),
    ...rows.filter((row) => Number(row[0]) > repeated.to),
  ];
}

function toRawSeries(factor: string, rows: readonly Row[]): RawSeries {
  const series: RawSeries = { factor, time: [], value: [], flag: [] };
  for (const [time, value, flag] of rows) {
    if (typeof value !== "number") continue;
    series.time.push(Number(time));
    series.value.push(value);
    series.flag.push(isFlag(flag) ? flag : "N");
  }
  return series;
}

function toMeanSeries(factor: string, rows: readonly Row[]): MeanSeries {
  const series: MeanSeries = { factor, start: [], mean: [], min: [], max: [], count: [], valid: [] };
  for (const [start, count, valid, mean, min, max] of rows) {
    const number = (cell: unknown) => (valid !== 0 && typeof cell === "number" ? cell : NaN);
    series.start.push(Number(start));
    series.mean.push(number(mean));
    series.min.push(number(min));
    series.max.push(number(max));
    series.count.push(Number(count ?? 0));
    series.valid.push(Number(valid ?? 0));
  }
  return series;
}

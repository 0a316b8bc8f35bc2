// Questions of the history contract into InfluxQL, one statement per factor so that the limit counts for each by itself,
// and the answers' rows into series.

import { escape } from "influx";
import { isFlag, type Flag } from "#domain/reading.ts";
import { AnswerFailure } from "./influx-failure.ts";
import { meanMeasurements, readingMeasurements } from "./influx-lines.ts";
import type { MeanQuery, MeanSeries, RawQuery, RawSeries } from "./history.ts";

/** The rows of one statement; the first column is the time in ms. */
export interface Answer {
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** The times InfluxDB can hold, 1677 to 2262, in ms; bounds outside them are errors to it. */
const timeMsMin = -9_223_372_036_854;
const timeMsMax = 9_223_372_036_854;

export function timeMs(value: number): string {
  return `${Math.ceil(Math.min(Math.max(value, timeMsMin), timeMsMax))}ms`;
}

function select(fields: readonly string[], measurement: string, query: RawQuery | MeanQuery): string {
  const names = fields.map((field) => escape.quoted(field)).join(", ");
  const where = `"site" = ${escape.stringLit(query.site)} AND time >= ${timeMs(query.from)} AND time < ${timeMs(query.to)}`;
  const limit = Math.max(1, Math.floor(Math.min(query.limit, Number.MAX_SAFE_INTEGER)));
  return `SELECT ${names} FROM ${escape.quoted(measurement)} WHERE ${where} ORDER BY time ASC LIMIT ${limit}`;
}

export function buildRawQueries(query: RawQuery): string[] {
  return query.factors.map((factor) => select([factor, `${factor}_flag`], readingMeasurements[query.kind], query));
}

/** The count comes first: it is there for every window, the mean is not. */
export function buildMeanQueries(query: MeanQuery): string[] {
  return query.factors.map((factor) =>
    select(
      [`${factor}_valid`, `${factor}_n`, factor, `${factor}_min`, `${factor}_max`],
      meanMeasurements[query.tier],
      query,
    ),
  );
}

/** An error that stands in an answer of status 200. */
export function errorIn(error: string, where: string): AnswerFailure {
  const retryable = !/error parsing query/.test(error);
  return new AnswerFailure(200, "history-unavailable", `InfluxDB at ${where} could not answer: ${error}`, {
    retryable,
  });
}

/** The body of /query: one entry per statement, with or without a series. */
export function parseAnswers(body: string, where: string): Answer[] {
  const parsed = JSON.parse(body) as { results?: { error?: string; series?: Partial<Answer>[] }[]; error?: string };
  const error = parsed.error ?? parsed.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) {
    throw errorIn(error, where);
  }
  return (parsed.results ?? []).map((result) => ({
    columns: result.series?.[0]?.columns ?? [],
    values: result.series?.[0]?.values ?? [],
  }));
}

function toFlag(cell: unknown): Flag {
  return isFlag(cell) ? cell : "N";
}

export function toRawSeries(query: RawQuery, answers: readonly Answer[]): RawSeries[] {
  return query.factors.map((factor, index) => {
    const series: RawSeries = { factor, time: [], value: [], flag: [] };
    for (const [time, value, flag] of answers[index]?.values ?? []) {
      if (typeof value !== "number") continue;
      series.time.push(Number(time));
      series.value.push(value);
      series.flag.push(toFlag(flag));
    }
    return series;
  });
}

export function toMeanSeries(query: MeanQuery, answers: readonly Answer[]): MeanSeries[] {
  return query.factors.map((factor, index) => {
    const series: MeanSeries = { factor, start: [], mean: [], min: [], max: [], count: [], valid: [] };
    for (const [start, valid, count, mean, min, max] of answers[index]?.values ?? []) {
      const number = (cell: unknown) => (valid !== 0 && typeof cell === "number" ? cell : NaN);
      series.start.push(Number(start));
      series.mean.push(number(mean));
      series.min.push(number(min));
      series.max.push(number(max));
      series.count.push(Number(count ?? 0));
      series.valid.push(Number(valid ?? 0));
    }
    return series;
  });
}

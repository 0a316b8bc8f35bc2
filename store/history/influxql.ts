// Questions to InfluxDB in InfluxQL, and its answers. One statement per factor, so that the limit counts for each by itself.

import { escape } from "influx";
import { AnswerFailure } from "./influx-failure.ts";
import { cursorMeasurement, type StoredCursor } from "./influx-lines.ts";
import type { RowQuery } from "./influx-rows.ts";
import type { Row } from "./versions.ts";

/** The rows of one statement; the first column is the time in ms. */
export interface Answer {
  readonly columns: readonly string[];
  readonly values: readonly Row[];
}

/** The times InfluxDB can hold, 1677 to 2262, in ms; bounds outside them are errors to it. */
const timeMsMin = -9_223_372_036_854;
const timeMsMax = 9_223_372_036_854;

export function timeMs(value: number): string {
  return `${Math.ceil(Math.min(Math.max(value, timeMsMin), timeMsMax))}ms`;
}

export function buildRowQuery(query: RowQuery): string {
  const names = query.fields.map((field) => escape.quoted(field)).join(", ");
  const where = `"site" = ${escape.stringLit(query.site)} AND time >= ${timeMs(query.from)} AND time < ${timeMs(query.to)}`;
  const limit = query.limit < Number.MAX_SAFE_INTEGER ? ` LIMIT ${Math.max(1, Math.floor(query.limit))}` : "";
  return `SELECT ${names} FROM ${escape.quoted(query.measurement)} WHERE ${where} ORDER BY time ASC${limit}`;
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

/** Every field of the cursor's points only grows. */
export const cursorQuestion = `SELECT max("cursor"), max("newest"), max("format") FROM ${escape.quoted(cursorMeasurement)}`;

export function toStoredCursor(answer: Answer | undefined): StoredCursor {
  const [, cursor, newest, format] = answer?.values[0] ?? [];
  return {
    cursor: Number(cursor ?? 0),
    newest: typeof newest === "number" ? newest : -Infinity,
    format: Number(format ?? 0),
  };
}

// What an InfluxDB of any version answered, into a Failure that says whether trying again can help. Used by all versions.

import { Failure } from "#domain/failure.ts";

/** A server that answered, with something else than what was asked for. */
export class AnswerFailure extends Failure {
  /** Of HTTP; 200 when the error stood in the answer. */
  readonly status: number;

  constructor(status: number, ...rest: ConstructorParameters<typeof Failure>) {
    super(...rest);
    this.status = status;
  }
}

/** Statuses that say "not you" or "not here": no other answer is to be had by asking again. */
const notForUs: ReadonlySet<number> = new Set([200, 400, 401, 403, 404, 405, 501]);

/** Did the server refuse this question, rather than being away or in trouble? */
export function isQuestionRefused(error: unknown): boolean {
  return error instanceof AnswerFailure && notForUs.has(error.status);
}

const limitPattern = /max-values-per-tag|max-series-per-database|max-series/;
const limitHint =
  'The server\'s limit drops new series: set max-values-per-tag = 0 and max-series-per-database = 0 in its [data] section (index-version = "tsi1" for many sites) and restart it.';

/** HTTP status and body of an answer that was no success, to points or to a question. */
export function answerFailure(status: number, body: string, where: string, about: "points" | "question"): Failure {
  const said = body.trim().slice(0, 500);
  const message = `InfluxDB at ${where} answered ${status}: ${said}`;
  // A full server is not a bad batch: the same points will be taken once the limit is lifted.
  if (limitPattern.test(body))
    return new AnswerFailure(status, "history-unavailable", message, { retryable: true, hint: limitHint });
  if (status === 401 || status === 403) {
    const hint = "Check INFLUX_USERNAME and INFLUX_PASSWORD, or INFLUX_TOKEN, and what they may write.";
    return new AnswerFailure(status, "history-unavailable", message, { retryable: true, hint });
  }
  if (status === 404) {
    const hint =
      "The database or bucket is missing on the server: check INFLUX_DATABASE, or INFLUX_ORG and INFLUX_BUCKET.";
    return new AnswerFailure(status, "history-unavailable", message, { retryable: true, hint });
  }
  const isPermanent = status === 400 || status === 413 || status === 422;
  if (isPermanent && about === "points") return refusedFailure(message, said);
  if (isPermanent)
    return new AnswerFailure(status, "history-unavailable", message, {
      hint: "The server does not understand the question: is INFLUX_VERSION right?",
    });
  return new AnswerFailure(status, "history-unavailable", message, {
    retryable: true,
    hint: "The server has trouble of its own; see its log.",
  });
}

/** No answer at all. */
export function silenceFailure(cause: unknown, where: string): Failure {
  return new Failure("history-unavailable", `InfluxDB at ${where} does not answer`, {
    retryable: true,
    hint: "Is it running, and is INFLUX_URL its address?",
    cause,
  });
}

function refusedFailure(message: string, said: string): Failure {
  if (said.includes("field type conflict")) {
    const hint =
      "Another program wrote the same field with another type. Everything else of the batch is written; give Plumeline a database of its own.";
    return new Failure("history-refused", message, { hint });
  }
  if (said.includes("retention policy")) {
    const hint =
      "Points older than the retention policy were dropped; the rest is written. Give the database a policy without end, or one longer than the oldest back-fill.";
    return new Failure("history-refused", message, { hint });
  }
  return new Failure("history-refused", message, {
    hint: "The server will not take these points however often they are sent.",
  });
}

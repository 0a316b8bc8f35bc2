// What to ask a logger for next: missing intervals → one request of a bounded size, or nothing yet. Newest first, since those
// are looked at. What was asked for lately is judged by the record of requests, so that a restart forgets nothing. Pure.

import { type DeviceRequest, requestsOver } from "#domain/device-request.ts";
import { formatStamp, parseStamp } from "#domain/hj212/hj212.ts";
import type { IntervalKind } from "#domain/logger-card.ts";
import { cutSpan, type GapSpan, intervalsIn, type LoggerGaps, missingSpans } from "#domain/logger-gaps.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";

export const gapCommands: Readonly<Record<IntervalKind, string>> = { hour: "2061", day: "2031", minute: "2051" };
/** Judged means before the many minutes. */
const kindsInOrder: readonly IntervalKind[] = ["hour", "day", "minute"];
/** The most that one request asks for: a logger answers with a packet for each interval. */
const requestMsMax: Readonly<Record<IntervalKind, number>> = { minute: 6 * hourMs, hour: 7 * dayMs, day: 31 * dayMs };
/** Loggers send by themselves what they could not send before; what is missing for less than this is not asked for. */
export const patienceMs = 30 * minuteMs;
const waitMsFirst = hourMs;
const waitMsMax = dayMs;
/** Requests older than this are not looked at; long enough for the longest wait to be reached. */
export const pastMs = 8 * dayMs;

/** How long to wait after so many failures in a row. */
export function waitAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(waitMsMax, waitMsFirst * 2 ** (failures - 1));
}

/** The logger did not answer, or would not: nothing else is asked of it for a while. */
const loggerFailed: ReadonlySet<string> = new Set(["refused", "unanswered", "expired"]);

export interface Asked {
  readonly kind: IntervalKind;
  /** From (inclusive) to (inclusive), starts of intervals. */
  readonly from: number;
  readonly to: number;
  readonly request: DeviceRequest;
}

/** Requests for what was missing, whoever made them. */
export function readAsked(request: DeviceRequest): Asked | null {
  const kind = kindsInOrder.find((each) => gapCommands[each] === request.command);
  const from = parseStamp(request.settings["BeginTime"] ?? "");
  const to = parseStamp(request.settings["EndTime"] ?? "");
  if (request.protocol !== "hj212" || kind === undefined || typeof from !== "number" || typeof to !== "number")
    return null;
  return { kind, from, to, request };
}

export interface GapRequest {
  readonly kind: IntervalKind;
  readonly command: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly reason: string;
}

/** `past`: requests of the last days to this logger, newest first. */
export function planGapRequest(
  gaps: readonly LoggerGaps[],
  past: readonly DeviceRequest[],
  now: number,
): GapRequest | null {
  const own = past.filter(({ origin }) => origin === "gap");
  const failures = own.findIndex(({ state }) => !loggerFailed.has(state));
  const failed = failures < 0 ? own.length : failures;
  if (failed > 0 && now < (own[0]?.changedAt ?? 0) + waitAfter(failed)) return null;
  const asked = past.flatMap((request) => readAsked(request) ?? []);
  for (const kind of kindsInOrder) {
    const found = gaps.find((each) => each.kind === kind);
    if (found === undefined) continue;
    const missing = missingSpans(found, now)
      .flatMap((span) => cutSpan(span, span.from, lastWhole(span, now - patienceMs)) ?? [])
      .flatMap((span) =>
        splitWaiting(
          span,
          asked.filter((each) => each.kind === kind),
          now,
        ),
      );
    const request = requestFor(kind, missing);
    if (request !== null) return request;
  }
  return null;
}

/** The end of the last interval of a span that was over at this time: one that had only begun is not missing. */
function lastWhole({ from, stepMs }: GapSpan, time: number): number {
  return from + Math.floor((time - from) / stepMs) * stepMs;
}

/** The parts of a span that may be asked for now: each was not asked for, or its wait is over. */
function splitWaiting(span: GapSpan, asked: readonly Asked[], now: number): GapSpan[] {
  let parts = [span];
  const edges = asked.flatMap(({ from, to }) => [from, to + span.stepMs]);
  for (const edge of edges) {
    parts = parts.flatMap((part) => {
      const [before, after] = [cutSpan(part, part.from, edge), cutSpan(part, edge, part.to)];
      return [before, after].flatMap((each) => each ?? []);
    });
  }
  return parts.filter((part) => {
    const tries = asked.filter(({ from, to, request }) => {
      return (
        part.from >= from && part.from <= to && requestsOver.has(request.state) && !loggerFailed.has(request.state)
      );
    });
    return now >= (tries[0]?.request.changedAt ?? 0) + waitAfter(tries.length);
  });
}

/** The newest part, and what lies before it within the size of a request. */
function requestFor(kind: IntervalKind, missing: readonly GapSpan[]): GapRequest | null {
  const newest = missing.toSorted((a, b) => a.to - b.to).at(-1);
  if (newest === undefined) return null;
  const parts = missing.flatMap((span) => cutSpan(span, newest.to - requestMsMax[kind], newest.to) ?? []);
  const begin = Math.min(...parts.map(({ from }) => from));
  const last = newest.to - newest.stepMs;
  const count = parts.reduce((sum, part) => sum + intervalsIn(part), 0);
  const settings = { BeginTime: formatStamp(begin), EndTime: formatStamp(last) };
  return { kind, command: gapCommands[kind], settings, reason: `${count} ${kind} intervals are missing` };
}

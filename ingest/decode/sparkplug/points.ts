// Metrics of one payload → points of the pipeline, one for every event time, and refusals for what is no reading. Every metric
// ends as exactly one of: a value of a point, refused with a reason, aside. Which metric it is says the caller.

import { bounds } from "#domain/bounds.ts";
import type { Flag } from "#domain/reading.ts";
import type { Refusal } from "#domain/refusal.ts";
import { findDataType } from "#domain/sparkplug/data-types.ts";
import { isControlMetric, type Metric, type Payload, qualities } from "#domain/sparkplug/payload.ts";
import type { Point } from "../decode.ts";
import { aside } from "./metric-table.ts";
import { readTypedValue, toReading, type ValueRefusal } from "./value.ts";

export interface TakenMetrics {
  readonly points: Point[];
  /** For every point the place of the first metric of its time in the payload, from 0. */
  readonly places: number[];
  /** For every value of every point what its metric is called, as a refusal of it would say: its place within the frame. */
  readonly labels: string[][];
  /** `factor` is what the metric is called, so that it stays the same when the table changes. */
  readonly refusals: Refusal[];
  refusedReadings: number;
  /** Metrics that are no readings: orders, life counts, all of a death, and what the table puts aside. */
  aside: number;
}

export interface Identity {
  readonly name: string;
  /** As the birth gave it; null when it is not known. */
  readonly datatype: number | null;
}

export interface MetricsParts {
  readonly identify: (metric: Metric) => Identity | ValueRefusal;
  readonly find: (name: string) => string | typeof aside | null;
}

export function createTakenMetrics(): TakenMetrics {
  return { points: [], places: [], labels: [], refusals: [], refusedReadings: 0, aside: 0 };
}

/** Never throws. Historical metrics need a time of their own: that of the payload is when they were sent. */
export function takeMetrics(payload: Payload, { identify, find }: MetricsParts): TakenMetrics {
  const taken = createTakenMetrics();
  const times = new Map<number, Moment>();
  payload.metrics.forEach((metric, at) => {
    const identity = identify(metric);
    const time = timeOf(metric, payload);
    const moment = time === null ? null : (times.get(time) ?? { place: at, at: null });
    if (time !== null && moment !== null && moment.place === at) times.set(time, moment);
    const place = moment?.place ?? at;
    const refuse = ({ reason, detail }: ValueRefusal, label: string): void => {
      taken.refusedReadings++;
      const clipped = detail.slice(0, bounds.textCharsMax);
      const factor = label.slice(0, bounds.textCharsMax);
      taken.refusals.push({ reason, detail: clipped, factor, point: place, readings: 1 });
    };
    if (!isIdentity(identity)) {
      refuse(identity, labelOf(metric));
      return;
    }
    const { name, datatype } = identity;
    const factor = isControlMetric(name) ? aside : find(name);
    if (factor === aside) {
      taken.aside++;
      return;
    }
    const type = findDataType(metric.datatype ?? datatype ?? 0);
    const value = metric.isTransient ? transient : toReading(readTypedValue(metric, datatype), type);
    const flag = flagOf(metric.quality);
    if (typeof value !== "number") refuse(value, name);
    else if (factor === null) refuse({ reason: "unknown-factor", detail: name }, name);
    else if (flag === null) refuse({ reason: "invalid-flag", detail: "Quality is no whole number" }, name);
    else if (time === null || moment === null) refuse({ reason: "invalid-time", detail: sayTime(metric) }, name);
    else addValue(taken, moment, { time, name, factor, value, flag });
  });
  return taken;
}

const transient: ValueRefusal = { reason: "transient-value", detail: "is_transient" };

function isIdentity(identity: Identity | ValueRefusal): identity is Identity {
  return "name" in identity;
}

function labelOf({ name, alias }: Metric): string {
  return name ?? (alias === null ? "no name" : `alias ${alias}`);
}

function timeOf(metric: Metric, payload: Payload): number | null {
  const time = metric.timestamp ?? (metric.isHistorical ? null : payload.timestamp);
  return time !== null && time <= 8.64e15 ? time : null;
}

function sayTime({ timestamp, isHistorical }: Metric): string {
  if (timestamp !== null) return `timestamp: ${timestamp}`;
  return isHistorical ? "a historical metric without a time of its own" : "no timestamp";
}

/** Stale: the gateway has lost the device behind it. What else is not good counts in no mean either. */
function flagOf(quality: Metric["quality"]): Flag | null {
  if (quality === "unreadable") return null;
  if (quality === null || quality === qualities.good) return "N";
  return quality === qualities.stale ? "B" : "D";
}

/** An event time of the payload: the place of its first metric, and where its point is when it has one. */
interface Moment {
  readonly place: number;
  at: number | null;
}

interface TimedValue {
  readonly time: number;
  readonly name: string;
  readonly factor: string;
  readonly value: number;
  readonly flag: Flag;
}

function addValue(taken: TakenMetrics, moment: Moment, { time, name, factor, value, flag }: TimedValue): void {
  if (moment.at === null) {
    moment.at = taken.points.push({ time, kind: "realtime", factors: [], values: [], flags: [] }) - 1;
    taken.places.push(moment.place);
    taken.labels.push([]);
  }
  const point = taken.points[moment.at];
  point?.factors.push(factor);
  point?.values.push(value);
  point?.flags.push(flag);
  taken.labels[moment.at]?.push(name);
}

// A batch into InfluxDB line protocol: one point per (site, time), one field per factor. Written by hand because this loop
// decides how fast history is: 540 k values/s against 400 k by the client's writePoints, which wants an object per point.
//
//   readings[_minute|_hour|_day],site=S w01018=45.2,w01018_flag="D",w01018_q=1i,received=…i,seq=…i TIME
//   means_1m|1h|1d,site=S w01018=45.1,w01018_min=…,w01018_max=…,w01018_n=60i,w01018_valid=58i,seq=…i START
//
// Times are in nanoseconds. A first version lies on its millisecond; one that may be a correction lies some nanoseconds behind
// it, so that it overwrites nothing and is overwritten by nothing (see versions.ts, which reads them).
// Assumes values are finite (validation refuses others). Value fields are floats always: a bare 45 is one, 45i is not.

import { Failure } from "#domain/failure.ts";
import type { ReadingKind } from "#domain/reading.ts";
import type { Tier } from "#domain/window.ts";
import type { HistoryBatch, MeanColumns, ReadingColumns } from "./history.ts";
import { escapeKey, LaneBuilder } from "./influx-lane.ts";
import { placeOf } from "./versions.ts";

export const readingMeasurements: Readonly<Record<ReadingKind, string>> = {
  realtime: "readings",
  minute: "readings_minute",
  hour: "readings_hour",
  day: "readings_day",
};
export const meanMeasurements: Readonly<Record<Tier, string>> = {
  "1m": "means_1m",
  "1h": "means_1h",
  "1d": "means_1d",
};
export const cursorMeasurement = "plumeline_cursor";

const seriesKinds = [...Object.values(readingMeasurements), ...Object.values(meanMeasurements)];
const places = new Map(seriesKinds.map((measurement, index) => [measurement, index]));

/**
 * Knows which points may have been written before: those that are not later than everything their series has had. What was
 * written before this process began is all not later than `floor`, which is kept beside the cursor.
 */
export class Freshness {
  readonly #floor: number;
  readonly #rows = new Map<string, number>();
  /** The latest time of each series: a row per site, a column per measurement. */
  #newest = new Float64Array(64 * seriesKinds.length);
  #highest: number;

  constructor(floor: number) {
    this.#floor = floor;
    this.#highest = floor;
  }

  /** The latest time of all points so far. */
  get highest(): number {
    return this.#highest;
  }

  /** Is this the first point of the series at this time or later? Remembers it. */
  isNew(measurement: string, site: string, time: number): boolean {
    const at = this.#rowOf(site) * seriesKinds.length + (places.get(measurement) ?? 0);
    if (time <= (this.#newest[at] ?? this.#floor)) return false;
    this.#newest[at] = time;
    if (time > this.#highest) this.#highest = time;
    return true;
  }

  #rowOf(site: string): number {
    const known = this.#rows.get(site);
    if (known !== undefined) return known;
    const row = this.#rows.size;
    this.#rows.set(site, row);
    const from = row * seriesKinds.length;
    if (from === this.#newest.length) {
      const larger = new Float64Array(2 * from);
      larger.set(this.#newest);
      this.#newest = larger;
    }
    this.#newest.fill(this.#floor, from, from + seriesKinds.length);
    return row;
  }
}

/** Bodies of requests. Those of one lane must be sent one after the other; lanes do not depend on each other. */
export type Lane = Uint8Array[];

/** Points of one site share a lane, so that of two values for the same time the later one is written later. */
export function formatLanes(batch: HistoryBatch, freshness: Freshness, lanes: number): Lane[] {
  const builders = Array.from({ length: lanes }, () => new LaneBuilder());
  formatReadings(batch.readings, freshness, builders);
  formatMeans(batch.means, freshness, builders);
  return builders.map((builder) => builder.finish());
}

function laneOf(site: string, lanes: number): number {
  let hash = 0;
  for (let i = 0; i < site.length; i++) hash = (hash * 31 + site.charCodeAt(i)) | 0;
  return Math.abs(hash) % lanes;
}

function formatReadings(readings: ReadingColumns, freshness: Freshness, builders: readonly LaneBuilder[]): void {
  for (let point = 0; point < readings.site.length; point++) {
    const end = readings.valuesFrom[point + 1] ?? readings.factor.length;
    const begin = readings.valuesFrom[point] ?? end;
    const site = readings.site[point] ?? "";
    const lane = builders[laneOf(site, builders.length)];
    if (begin === end || lane === undefined) continue;
    const measurement = readingMeasurements[readings.kind[point] ?? "realtime"];
    const time = readings.time[point] ?? 0;
    const seq = readings.seq[point] ?? 0;
    const isNew = freshness.isNew(measurement, site, time);
    lane.begin(measurement, site);
    for (let i = begin; i < end; i++) {
      const key = escapeKey(readings.factor[i] ?? "");
      const flag = readings.flag[i] ?? "N";
      const quality = readings.quality[i] ?? 0;
      lane.float(key, "", readings.value[i] ?? 0);
      // Two versions of one entry are one point, which overwrites the fields it carries and leaves the others.
      if (!isNew || flag !== "N") lane.text(key, "_flag", flag);
      if (!isNew || quality !== 0) lane.integer(key, "_q", quality);
    }
    lane.integer("received", "", readings.receivedAt[point] ?? 0);
    lane.end(seq, time, placeOf(time, isNew, seq));
  }
}

/** A window without valid readings has no mean, min and max. */
function formatMeans(means: MeanColumns, freshness: Freshness, builders: readonly LaneBuilder[]): void {
  for (let point = 0; point < means.site.length; point++) {
    const end = means.valuesFrom[point + 1] ?? means.factor.length;
    const begin = means.valuesFrom[point] ?? end;
    const site = means.site[point] ?? "";
    const lane = builders[laneOf(site, builders.length)];
    if (begin === end || lane === undefined) continue;
    const measurement = meanMeasurements[means.tier[point] ?? "1m"];
    const start = means.start[point] ?? 0;
    const seq = means.seq[point] ?? 0;
    lane.begin(measurement, site);
    for (let i = begin; i < end; i++) {
      const key = escapeKey(means.factor[i] ?? "");
      const valid = means.valid[i] ?? 0;
      if (valid > 0) {
        lane.float(key, "", means.mean[i] ?? 0);
        lane.float(key, "_min", means.min[i] ?? 0);
        lane.float(key, "_max", means.max[i] ?? 0);
      }
      lane.integer(key, "_n", means.count[i] ?? 0);
      lane.integer(key, "_valid", valid);
    }
    lane.end(seq, start, placeOf(start, freshness.isNew(measurement, site, start), seq));
  }
}

/** What is written beside the rows. */
export interface StoredCursor {
  readonly cursor: number;
  /** The latest time written so far; -Infinity for an empty store. */
  readonly newest: number;
  /** The layout of the rows, 0 before there was such a mark. */
  readonly format: number;
}

/** 1: corrections lie behind their millisecond. Before it they overwrote what was there; both are read alike. */
const format = 1;

/** One point per day of writing; all fields only grow, so the largest is the newest whatever the clock did. */
export function formatCursor(cursor: number, newestTime: number, nowMs: number): Uint8Array {
  const day = Math.floor(nowMs / 86_400_000) * 86_400_000;
  const newest = Number.isFinite(newestTime) ? `,newest=${newestTime}i` : "";
  return Buffer.from(`${cursorMeasurement} cursor=${cursor}i${newest},format=${format}i ${day}000000\n`);
}

/** Throws Failure "history-invalid" when a later release has written there. */
export function checkFormat(stored: StoredCursor, where: string): void {
  if (stored.format <= format) return;
  const says = `history at ${where} has format ${stored.format}, this release knows ${format}`;
  throw new Failure("history-invalid", says, { hint: "start the release that wrote it, or a later one" });
}

/** Runs the lanes beside each other; a lane goes on after a body that was refused. The first error of all is thrown. */
export async function sendLanes(lanes: readonly Lane[], send: (body: Uint8Array) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  await Promise.all(
    lanes.map(async (bodies) => {
      for (const body of bodies) {
        try {
          await send(body);
        } catch (error) {
          errors.push(error);
        }
      }
    }),
  );
  // Something to try again outweighs something to give up: the batch is then written once more as a whole.
  const worst = errors.find((error) => isRetryable(error)) ?? errors[0];
  if (worst !== undefined) throw worst;
}

function isRetryable(error: unknown): boolean {
  return typeof error === "object" && error !== null && "retryable" in error && error.retryable === true;
}

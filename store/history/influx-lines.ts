// A batch into InfluxDB line protocol: one point per (site, time), one field per factor. Written by hand because this loop
// decides how fast history is: 540 k values/s against 400 k by the client's writePoints, which wants an object per point.
//
//   readings[_minute|_hour|_day],site=S w01018=45.2,w01018_flag="D",w01018_q=1i,received=…i,seq=…i TIME
//   means_1m|1h|1d,site=S w01018=45.1,w01018_min=…,w01018_max=…,w01018_n=60i,w01018_valid=58i,seq=…i START
//
// Assumes values are finite (validation refuses others). Value fields are floats always: a bare 45 is one, 45i is not.

import type { ReadingKind } from "#domain/reading.ts";
import type { Tier } from "#domain/window.ts";
import type { HistoryBatch, MeanColumns, ReadingColumns } from "./history.ts";

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

/** One request: InfluxDB's advice is 5,000 points; the bytes keep wide points in bounds. */
export const requestPointsMax = 5_000;
export const requestBytesMax = 2 * 1024 * 1024;

/**
 * Knows which points may have been written before. A point overwrites the fields it carries and leaves the others: when a
 * value flagged D is followed by a normal one for the same time, the old flag would stay. So the flag N is written out
 * whenever the point may be there already, that is unless its time is later than everything its site has had. What was
 * written before this process began is all not later than `floor`, which is kept beside the cursor.
 */
export class Freshness {
  readonly #floor: number;
  readonly #newest = new Map<string, number>();
  #highest: number;

  constructor(floor: number) {
    this.#floor = floor;
    this.#highest = floor;
  }

  /** The latest event time of all points so far. */
  get highest(): number {
    return this.#highest;
  }

  /** Is this the first point of the series at this time or later? Remembers it. */
  isNew(series: string, time: number): boolean {
    const newest = this.#newest.get(series) ?? this.#floor;
    if (time <= newest) return false;
    this.#newest.set(series, time);
    if (time > this.#highest) this.#highest = time;
    return true;
  }
}

/** Bodies of requests. Those of one lane must be sent one after the other; lanes do not depend on each other. */
export type Lane = string[];

/** Points of one site share a lane, so that of two values for the same time the later one is written later. */
export function formatLanes(batch: HistoryBatch, freshness: Freshness, lanes: number): Lane[] {
  const builders = Array.from({ length: lanes }, () => new LaneBuilder());
  formatReadings(batch.readings, freshness, builders);
  formatMeans(batch.means, builders);
  return builders.map((builder) => builder.finish());
}

class LaneBuilder {
  readonly #bodies: string[] = [];
  #body = "";
  #points = 0;

  add(line: string): void {
    // Lengths are counted in characters: identifiers and numbers are ASCII.
    if (this.#points === requestPointsMax || this.#body.length + line.length > requestBytesMax) this.#cut();
    this.#body += line;
    this.#points++;
  }

  finish(): string[] {
    this.#cut();
    return this.#bodies;
  }

  #cut(): void {
    if (this.#points > 0) this.#bodies.push(this.#body);
    this.#body = "";
    this.#points = 0;
  }
}

const escaped = new Map<string, string>();

/** Tag values and field keys: commas, blanks and equal signs are escaped. Codes and ids are few, so they are kept. */
export function escapeKey(text: string): string {
  const known = escaped.get(text);
  if (known !== undefined) return known;
  const result = text.replaceAll(/[,= \\]/g, (character) => `\\${character}`);
  escaped.set(text, result);
  return result;
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
    if (begin === end) continue;
    const site = readings.site[point] ?? "";
    const head = `${readingMeasurements[readings.kind[point] ?? "realtime"]},site=${escapeKey(site)}`;
    const isNew = freshness.isNew(head, readings.time[point] ?? 0);
    let line = head + " ";
    for (let i = begin; i < end; i++) {
      const key = escapeKey(readings.factor[i] ?? "");
      const flag = readings.flag[i] ?? "N";
      const quality = readings.quality[i] ?? 0;
      line += `${key}=${readings.value[i]},`;
      if (!isNew || flag !== "N") line += `${key}_flag="${flag}",`;
      if (!isNew || quality !== 0) line += `${key}_q=${quality}i,`;
    }
    line += `received=${readings.receivedAt[point]}i,seq=${readings.seq[point]}i ${readings.time[point]}\n`;
    builders[laneOf(site, builders.length)]?.add(line);
  }
}

/** A window without valid readings has no mean, min and max; older ones that stay are not read, because valid is 0. */
function formatMeans(means: MeanColumns, builders: readonly LaneBuilder[]): void {
  for (let point = 0; point < means.site.length; point++) {
    const end = means.valuesFrom[point + 1] ?? means.factor.length;
    const begin = means.valuesFrom[point] ?? end;
    if (begin === end) continue;
    const site = means.site[point] ?? "";
    let line = `${meanMeasurements[means.tier[point] ?? "1m"]},site=${escapeKey(site)} `;
    for (let i = begin; i < end; i++) {
      const key = escapeKey(means.factor[i] ?? "");
      const valid = means.valid[i] ?? 0;
      if (valid > 0) line += `${key}=${means.mean[i]},${key}_min=${means.min[i]},${key}_max=${means.max[i]},`;
      line += `${key}_n=${means.count[i]}i,${key}_valid=${valid}i,`;
    }
    line += `seq=${means.seq[point]}i ${means.start[point]}\n`;
    builders[laneOf(site, builders.length)]?.add(line);
  }
}

/** One point per day of writing; both fields only grow, so the largest is the newest whatever the clock did. */
export function formatCursor(cursor: number, newestTime: number, nowMs: number): string {
  const day = Math.floor(nowMs / 86_400_000) * 86_400_000;
  const newest = Number.isFinite(newestTime) ? `,newest=${newestTime}i` : "";
  return `${cursorMeasurement} cursor=${cursor}i${newest} ${day}\n`;
}

/** Runs the lanes beside each other; a lane goes on after a body that was refused. The first error of all is thrown. */
export async function sendLanes(lanes: readonly Lane[], send: (body: string) => Promise<void>): Promise<void> {
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

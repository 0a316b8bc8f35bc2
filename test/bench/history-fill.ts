// Years of an outfall's data as batches of the history contract, made as fast as a store takes them. Values wander around a
// base of their factor with the decimals of the factor table, as the simulator's do. Deterministic: a value follows from
// site, factor and time.

import { findFactor } from "#domain/factor.ts";
import type { ReadingKind } from "#domain/reading.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { tierMs, windowNumber, windowStart, type Tier } from "#domain/window.ts";
import { createMeanColumns, createReadingColumns, type History } from "#store/history/history.ts";
import { outfallFactors, wholePartOf } from "./values.ts";

/** As BenchSystem registers them. */
export function siteId(index: number): string {
  return `BENCH-${String(index + 1).padStart(6, "0")}`;
}

/** A whole number that looks like chance, from three. */
function scatter(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const scales = outfallFactors.map((code) => 10 ** (findFactor(code)?.decimals ?? 2));

/** The day's course, a slow wander and the noise of the instrument. */
export function valueAt(site: number, factor: number, timeMs: number): number {
  const base = wholePartOf(outfallFactors[factor] ?? "") * (0.8 + (0.4 * (scatter(site, factor, 1) % 1000)) / 1000);
  const day = 0.16 * Math.sin((2 * Math.PI * timeMs) / dayMs + site);
  const wander = 0.08 * Math.sin(timeMs / (3.7 * hourMs) + factor + site);
  const noise = 0.01 * ((scatter(site * 16 + factor, Math.floor(timeMs / 1000), 7) % 2001) / 1000 - 1);
  const scale = scales[factor] ?? 100;
  return Math.round(base * (1 + day + wander + noise) * scale) / scale;
}

const valuesPerBatch = 100_000;

interface Span {
  readonly sites: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly factors?: number;
}

/** Waits for one batch while the next is made. */
class Filler {
  readonly #history: History;
  #readings = createReadingColumns();
  #means = createMeanColumns();
  #writing: Promise<void> = Promise.resolve();
  values = 0;

  constructor(history: History) {
    this.#history = history;
  }

  get readings() {
    return this.#readings;
  }

  get means() {
    return this.#means;
  }

  async flush(least: number): Promise<void> {
    const held = this.#readings.factor.length + this.#means.factor.length;
    if (held < least) return;
    this.values += held;
    // The cursor stays 0: the store must look as if it had not met the journal of this data folder yet.
    const batch = { readings: this.#readings, means: this.#means, cursor: 0 };
    this.#readings = createReadingColumns();
    this.#means = createMeanColumns();
    await this.#writing;
    this.#writing = this.#history.write(batch);
  }

  async end(): Promise<number> {
    await this.flush(1);
    await this.#writing;
    return this.values;
  }
}

/** Means of every window, in the order of time as ingest forms them; the number of means. */
export async function fillMeans(
  history: History,
  tier: Tier,
  { sites, from, to, factors = 10 }: Span,
): Promise<number> {
  const filler = new Filler(history);
  const valid = tier === "1d" ? 1440 : tier === "1h" ? 60 : 6;
  for (let number = windowNumber(tier, from); windowStart(tier, number) < to; number++) {
    const start = windowStart(tier, number);
    for (const site of sites) {
      const { means } = filler;
      means.site.push(siteId(site));
      means.tier.push(tier);
      means.start.push(start);
      means.seq.push(Math.floor(start / 1000) + 1);
      means.valuesFrom.push(means.factor.length);
      for (let factor = 0; factor < factors; factor++) {
        const middle = valueAt(site, factor, start);
        const scale = scales[factor] ?? 100;
        const total =
          Math.round((middle + valueAt(site, factor, start + tierMs[tier] / 2)) * 0.5 * valid * scale) / scale;
        means.factor.push(outfallFactors[factor] ?? "");
        means.mean.push(total / valid);
        means.min.push(Math.round(middle * 0.98 * scale) / scale);
        means.max.push(Math.round(middle * 1.02 * scale) / scale);
        means.count.push(valid);
        means.valid.push(valid);
      }
      await filler.flush(valuesPerBatch);
    }
  }
  return filler.end();
}

/** Readings every `stepMs`, received within two seconds; the number of values. One in two thousand carries a flag. */
export async function fillReadings(
  history: History,
  kind: ReadingKind,
  stepMs: number,
  { sites, from, to, factors = 10 }: Span,
): Promise<number> {
  const filler = new Filler(history);
  let seq = 0;
  for (let time = Math.ceil(from / stepMs) * stepMs; time < to; time += stepMs) {
    for (const site of sites) {
      const { readings } = filler;
      readings.site.push(siteId(site));
      readings.kind.push(kind);
      readings.time.push(time);
      readings.receivedAt.push(time + 20 + (scatter(site, time / stepMs, 3) % 1500));
      readings.seq.push(++seq);
      readings.valuesFrom.push(readings.factor.length);
      for (let factor = 0; factor < factors; factor++) {
        const isFlagged = scatter(site, factor, Math.floor(time / minuteMs)) % 2000 === 0;
        readings.factor.push(outfallFactors[factor] ?? "");
        readings.value.push(valueAt(site, factor, time));
        readings.flag.push(isFlagged ? "D" : "N");
        readings.quality.push(0);
      }
      await filler.flush(valuesPerBatch);
    }
  }
  return filler.end();
}

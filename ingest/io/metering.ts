// Hours of metered sites that are formed anew: readings of the counters are read from history and become amounts. The hour before a
// job is formed again with it, since its last minutes wait for the first reading behind them; after a gap all hours of the gap are.
//
//   job ─▶ readings from an hour before to a quarter of an hour behind; none before? the last one, however old ─▶ line ─▶ hours

import type { MeterFacts } from "#domain/energy/counter.ts";
import { countersOf } from "#domain/metered.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import type { HistoryReader, RawSeries } from "#store/history/history.ts";
import type { FormJob } from "../judge/agenda.ts";
import { type CounterSeries, pushAmounts } from "../meter/form-amounts.ts";
import type { Bench } from "./judging.ts";

/** Readings before and behind the hours that are formed. */
const beforeMs = hourMs;
const behindMs = 15 * minuteMs;
/** A reading older than this before a gap is not looked for: nothing is attributed over so long a time. */
const gapMsMax = 31 * dayMs;
/** Hours and counters of one read: it must not hold up the thread. */
const hoursPerRead = 24;
const countersPerRead = 20;
const readingsMax = 40_000;

export async function meterForms(
  jobs: readonly FormJob[],
  bench: Bench,
  onDone: (job: FormJob) => void,
): Promise<void> {
  for (const job of jobs) {
    const state = bench.live.pipeline.registry.sites.get(job.site);
    const counters = state === undefined ? [] : countersOf(state.site.factors);
    const facts = factsOf(state?.site.intervalSeconds ?? 60);
    const first = job.from - 1;
    for (let from = first; from <= job.to; from += hoursPerRead) {
      const to = Math.min(job.to, from + hoursPerRead - 1);
      for (let at = 0; at < counters.length; at += countersPerRead) {
        const some = counters.slice(at, at + countersPerRead);
        await formHours(job.site, some, facts, from, to, bench);
        await bench.pause();
      }
    }
    onDone(job);
  }
}

/** What is known of every meter until a plant's record says more. */
function factsOf(intervalSeconds: number): MeterFacts {
  return {
    turnsAt: null,
    ratio: 1,
    perHourMax: null,
    gapMs: Math.max(3 * minuteMs, 3_000 * intervalSeconds),
    changes: [],
  };
}

async function formHours(
  site: string,
  counters: readonly string[],
  facts: MeterFacts,
  from: number,
  to: number,
  { history, live, on }: Bench,
): Promise<void> {
  const [begin, end] = [from * hourMs, (to + 1) * hourMs];
  const span = { from: begin - beforeMs, to: end + behindMs };
  const found = await history.readRaw({ site, factors: counters, kind: "realtime", ...span, limit: readingsMax });
  const series: CounterSeries[] = [];
  let earliest = from;
  for (const each of found) {
    const valid = validOf(each);
    const firstTime = valid.time[0];
    if (firstTime === undefined) continue;
    if (firstTime > begin) {
      const before = await lastBefore(site, each.factor, span.from, history);
      if (before !== null) {
        valid.time.unshift(...before.time);
        valid.value.unshift(...before.value);
        earliest = Math.min(earliest, before.hour);
      }
    }
    series.push({ factor: each.factor, ...valid });
  }
  // Over a gap the hours in it belong to the same difference, and are told together. They are few: a job follows each gap once.
  const tell = Math.max(earliest, from - Math.floor(gapMsMax / hourMs));
  pushAmounts(site, series, () => facts, tell, to, on.seq, live.output.history.means);
}

function validOf({ time, value, flag }: RawSeries): { readonly time: number[]; readonly value: number[] } {
  const valid = { time: [] as number[], value: [] as number[] };
  time.forEach((each, i) => {
    if (flag[i] !== "N") return;
    valid.time.push(each);
    valid.value.push(value[i] ?? Number.NaN);
  });
  return valid;
}

interface Before {
  /** The last hour with a valid reading. */
  readonly hour: number;
  /** Valid readings of it, and of the hour before it, so that it can be formed again as a whole. */
  readonly time: readonly number[];
  readonly value: readonly number[];
}

async function lastBefore(
  site: string,
  factor: string,
  before: number,
  history: HistoryReader,
): Promise<Before | null> {
  const span = { from: before - gapMsMax, to: before };
  const [hours] = await history.readMeans({ site, factors: [factor], tier: "1h", ...span, limit: gapMsMax / hourMs });
  const place = hours?.valid.findLastIndex((count) => count > 0) ?? -1;
  const start = hours?.start[place];
  if (start === undefined) return null;
  const around = { from: start - hourMs, to: start + hourMs };
  const [raw] = await history.readRaw({ site, factors: [factor], kind: "realtime", ...around, limit: readingsMax });
  return raw === undefined ? null : { hour: start / hourMs, ...validOf(raw) };
}

// Hours that are formed anew: minutes of some sites and days are read in one go, then judged day by day. The means and days
// are told at once, the verdicts of a job together: their cause is the job's, and hours beside it are none of its business.

import { codesOf } from "#domain/judge/facts.ts";
import type { JudgedSite, MinuteBlock, MinuteColumns, RawFlags } from "#domain/judge/shapes.ts";
import type { VerdictRange } from "#domain/judged.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import type { HistoryReader, MeanBlock } from "#store/history/history.ts";
import type { FormJob } from "../judge/agenda.ts";
import { cutRange, joinRanges, judgeDay, pushLawful } from "../judge/judge-day.ts";
import type { Bench } from "./judging.ts";

/** A day of a job. */
interface Unit {
  readonly job: FormJob;
  readonly facts: JudgedSite;
  readonly codes: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Minutes of all factors in one answer of history, at most: reading it must not hold up the thread. */
const pointsPerRead = 60_000;
const readingsPerReadMax = 200_000;

export async function judgeForms(
  jobs: readonly FormJob[],
  bench: Bench,
  onDone: (job: FormJob) => void,
): Promise<void> {
  const left = new Map<FormJob, number>();
  const ranges = new Map<FormJob, VerdictRange[][]>();
  const units = jobs.flatMap((job) => {
    const found = unitsOf(job, bench);
    left.set(job, found.length);
    if (found.length === 0) onDone(job);
    return found;
  });
  for (const group of groupUnits(units)) {
    const block = await readGroup(group, bench.history);
    let series = 0;
    for (const unit of group) {
      const minutes = minutesOf(block, unit.codes, series);
      series += unit.codes.length;
      const told = await judgeUnit(unit, minutes, bench);
      const { job } = unit;
      const known = ranges.get(job) ?? told.map(() => []);
      told.forEach((range, i) => known[i]?.push(range));
      ranges.set(job, known);
      left.set(job, (left.get(job) ?? 1) - 1);
      if (left.get(job) === 0) {
        for (const list of known) {
          const joined = joinRanges(list);
          if (joined !== null) bench.live.output.state.verdicts.push(joined);
        }
        ranges.delete(job);
        onDone(job);
      }
      await bench.pause();
    }
  }
}

/** The days of a job, each to the end of its last hour that is over. */
function unitsOf(job: FormJob, { factsOf, live }: Bench): Unit[] {
  const facts = factsOf(job.site);
  const open = (live.pipeline.agenda.openHour(job.site) ?? 0) * hourMs;
  if (facts === null || facts.factors.length === 0) return [];
  const codes = codesOf(facts);
  const units: Unit[] = [];
  for (let from = dayStart(job.from * hourMs); from <= job.to * hourMs; from += dayMs)
    if (from < open) units.push({ job, facts, codes, from, to: Math.min(from + dayMs, open) });
  return units;
}

/** Units of the same span that are read together. */
function* groupUnits(units: readonly Unit[]): Generator<Unit[]> {
  for (const alike of Map.groupBy(units, ({ from, to }) => `${from} ${to}`).values()) {
    let group: Unit[] = [];
    let points = 0;
    for (const unit of alike) {
      const more = (unit.codes.length * (unit.to - unit.from)) / minuteMs;
      if (group.length > 0 && points + more > pointsPerRead) {
        yield group;
        [group, points] = [[], 0];
      }
      group.push(unit);
      points += more;
    }
    if (group.length > 0) yield group;
  }
}

function readGroup(group: readonly Unit[], history: HistoryReader): Promise<MeanBlock> {
  const { from, to } = group[0] ?? { from: 0, to: 0 };
  const sites = group.map(({ job, codes }) => ({ site: job.site, factors: codes }));
  return readMeanBlock(history, { sites, tier: "1m", from, to, limit: dayMs / minuteMs });
}

function minutesOf(block: MeanBlock, codes: readonly string[], first: number): MinuteColumns[] {
  return codes.map((factor, i) => {
    const [from, to] = [block.from[first + i] ?? 0, block.from[first + i + 1] ?? 0];
    const { start, mean, count, valid } = block;
    return {
      factor,
      start: start.subarray(from, to),
      mean: mean.subarray(from, to),
      count: count.subarray(from, to),
      valid: valid.subarray(from, to),
    };
  });
}

async function judgeUnit(unit: Unit, minutes: readonly MinuteColumns[], bench: Bench): Promise<VerdictRange[]> {
  const { job, facts, from, to } = unit;
  const { live, on } = bench;
  const flags = await readFlags(unit, minutes, bench.history);
  const block: MinuteBlock = { minutes, flags };
  const marks = live.pipeline.marks.effectiveIn(job.site, from, to);
  const judged = judgeDay({ facts, block, marks, from, to }, job.cause, on);
  const [first, end] = [job.from * hourMs, (job.to + 1) * hourMs];
  pushLawful(facts, judged, first, end, on.seq, live.output.history.means);
  for (const day of judged.told) live.output.state.judgedDays.set(`${day.day} ${day.site} ${day.factor}`, day);
  return [...judged.hourRanges.map((range) => cutRange(range, first, end)), ...judged.dayRanges];
}

/** By which flags minutes were left out of which nothing is valid: only those are read as they came. */
async function readFlags(
  { job, facts }: Unit,
  minutes: readonly MinuteColumns[],
  history: HistoryReader,
): Promise<RawFlags[]> {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const factors: string[] = [];
  const judged = new Set(facts.factors.map(({ code }) => code));
  for (const { factor, start, count, valid } of minutes) {
    if (!judged.has(factor)) continue;
    let isLeftOut = false;
    for (let i = 0; i < start.length; i++) {
      if ((valid[i] ?? 0) > 0 || (count[i] ?? 0) === 0) continue;
      isLeftOut = true;
      from = Math.min(from, start[i] ?? from);
      to = Math.max(to, (start[i] ?? to) + minuteMs);
    }
    if (isLeftOut) factors.push(factor);
  }
  if (factors.length === 0) return [];
  return history.readRaw({ site: job.site, factors, kind: "realtime", from, to, limit: readingsPerReadMax });
}

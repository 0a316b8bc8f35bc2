// Series that meet another limit: their means that count are read from history, their days from the state store, many series
// in one go; days under a mark are formed anew, since only their minutes say what the mark took out.

import type { JudgedFactor, JudgedSite } from "#domain/judge/shapes.ts";
import { type JudgedBasis, lawfulCode } from "#domain/judged.ts";
import { formatDay } from "#domain/time.ts";
import { tierMs, windowStart } from "#domain/window.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import type { RejudgeJob } from "../judge/agenda.ts";
import { judgeAgain, splitByDays, type StoredLawful } from "../judge/judge-again.ts";
import type { Bench } from "./judging.ts";

/** A span of a series without marks. */
interface Piece {
  readonly job: RejudgeJob;
  readonly facts: JudgedSite;
  readonly factor: JudgedFactor;
  readonly from: number;
  readonly to: number;
}

const tierOf = { hour: "1h", day: "1d" } as const satisfies Record<JudgedBasis, string>;
const pointsPerRead = 60_000;

export async function judgeSeriesAgain(
  jobs: readonly RejudgeJob[],
  bench: Bench,
  onDone: (job: RejudgeJob) => void,
): Promise<void> {
  const left = new Map<RejudgeJob, number>();
  const pieces = jobs.flatMap((job) => {
    const found = piecesOf(job, bench);
    left.set(job, found.length);
    if (found.length === 0) onDone(job);
    return found;
  });
  for (const group of groupPieces(pieces)) {
    const [{ from, to, job: { basis } } = { from: 0, to: 0, job: { basis: "hour" as const } }] = group;
    const tier = tierOf[basis];
    const sites = group.map(({ job, factor }) => ({ site: job.site, factors: [lawfulCode(factor.code)] }));
    const limit = (to - from) / tierMs[tier];
    const block = await readMeanBlock(bench.history, { sites, tier, from, to, limit });
    for (const [i, piece] of group.entries()) {
      const [first, end] = [block.from[i] ?? 0, block.from[i + 1] ?? 0];
      const { start, mean, valid } = block;
      const stored = {
        start: start.subarray(first, end),
        mean: mean.subarray(first, end),
        valid: valid.subarray(first, end),
      };
      await judgePiece(piece, stored, bench);
      const { job } = piece;
      left.set(job, (left.get(job) ?? 1) - 1);
      if (left.get(job) === 0) onDone(job);
      await bench.pause();
    }
  }
}

async function judgePiece(piece: Piece, stored: StoredLawful, { live, state, on }: Bench): Promise<void> {
  const { job, facts, factor, from, to } = piece;
  const { site, basis } = job;
  // The last day may not be over.
  const days = await state.judgedDays({
    site,
    from: formatDay(from),
    to: formatDay(to - 1 + tierMs["1d"]),
    factors: [factor.code],
  });
  const { ranges, days: changed } = judgeAgain({ facts, factor, basis, from, to, stored, days }, on);
  live.output.state.verdicts.push(...ranges);
  for (const day of changed) live.output.state.judgedDays.set(`${day.day} ${day.site} ${day.factor}`, day);
}

/** Days under marks go back to the agenda, to be formed anew. */
function piecesOf(job: RejudgeJob, { live, factsOf }: Bench): Piece[] {
  const { site, basis } = job;
  const { agenda, marks } = live.pipeline;
  const facts = factsOf(site);
  const factor = facts?.factors.find(({ code }) => code === job.factor);
  if (facts === null || factor === undefined) return [];
  const tier = tierOf[basis];
  const [from, to] = [windowStart(tier, job.from), windowStart(tier, job.to + 1)];
  const { touched, rest } = splitByDays(from, to, marks.effectiveIn(site, from, to));
  for (const [begin, end] of touched) agenda.limit(site, factor.code, basis, begin, end, true);
  return rest.map(([begin, end]) => ({ job, facts, factor, from: begin, to: end }));
}

/** Pieces of the same span that are read together. */
function* groupPieces(pieces: readonly Piece[]): Generator<Piece[]> {
  for (const alike of Map.groupBy(pieces, ({ job, from, to }) => `${job.basis} ${from} ${to}`).values()) {
    const [one] = alike;
    if (one === undefined) continue;
    const points = (one.to - one.from) / tierMs[tierOf[one.job.basis]];
    const most = Math.max(1, Math.floor(pointsPerRead / points));
    for (let i = 0; i < alike.length; i += most) yield alike.slice(i, i + most);
  }
}

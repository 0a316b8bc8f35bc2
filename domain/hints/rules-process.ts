// Rules that hold what comes out against what the plant does: production without emission (R10), treatment that stands (R11),
// pumps that stand (R12), flow that does not fit the load (R13).

import table from "../tables/hints.json" with { type: "json" };
import { codes, fiveMinutes } from "./look.ts";
import { listRuns, medianOf, quantileOf, scoreOf, shorten, sortValid } from "./measure.ts";
import type { Found, Look, MinuteColumn, Rule } from "./shapes.ts";

const without = table.R10.parameters;
const idle = table.R11.parameters;
const pumps = table.R12.parameters;
const balance = table.R13.parameters;

/** Blocks of a day before that are enough to say what is usual. */
const usualLeast = 36;

function percentOf(value: number, usual: number): number {
  return Math.round((100 * value) / usual);
}

/** Flow for each unit of production power, as it was the day before; NaN when that is not known. */
function usualRatio({ table: { first }, production }: Look, flow: MinuteColumn): number {
  if (production === null) return Number.NaN;
  const full = quantileOf(production.sorted, 0.9);
  const ratios = flow.five
    .subarray(0, first / fiveMinutes)
    .map((value, i) =>
      (production.five[i] ?? 0) > balance.loadShare * full ? value / (production.five[i] ?? 1) : NaN,
    );
  const sorted = sortValid(ratios, 0, ratios.length);
  return sorted.length < usualLeast ? Number.NaN : quantileOf(sorted, 0.5);
}

interface Balance {
  readonly flow: MinuteColumn;
  readonly production: MinuteColumn;
  readonly full: number;
  /** Flow / what production asks for, by block of five minutes; NaN: not known, or hardly any production. */
  readonly share: Float64Array;
}

function weigh(look: Look): Balance | null {
  const flow = look.column(codes.gasFlow);
  const { production } = look;
  if (flow === undefined || production === null) return null;
  const ratio = usualRatio(look, flow);
  if (!(ratio > 0)) return null;
  const full = quantileOf(production.sorted, 0.9);
  const share = flow.five.map((value, i) => {
    const power = production.five[i] ?? Number.NaN;
    return power > without.loadShare * full ? value / (ratio * power) : Number.NaN;
  });
  return { flow, production, full, share };
}

export const findHiddenProduction: Rule = (look) => {
  const { first, count } = look.table;
  const found: Found[] = [...findIdleNormal(look)];
  const balanced = weigh(look);
  if (balanced === null) return found;
  const { flow, production, full, share } = balanced;
  const isSilent = (i: number): boolean => (share[i] ?? Number.NaN) < without.flowShare;
  for (const run of listRuns(first / fiveMinutes, count / fiveMinutes, without.minutes / fiveMinutes, 1, isSilent)) {
    const from = run.from * fiveMinutes;
    const to = run.to * fiveMinutes;
    const percent = Math.round(100 * medianOf(share, run.from, run.to));
    const power = percentOf(medianOf(production.mean, from, to), full);
    const facts = { minutes: to - from, power, percent };
    found.push({
      factors: [flow.factor, codes.production],
      from,
      to,
      score: scoreOf(to - from, without.minutes),
      facts,
    });
  }
  return found;
};

/** The plant stands, and the analysers say what they always say. */
function findIdleNormal(look: Look): Found[] {
  const { production, pollutants } = look;
  const { first, count } = look.table;
  const oxygen = look.column(codes.oxygen);
  if (production === null || (pollutants.length < 2 && oxygen === undefined)) return [];
  const full = quantileOf(production.sorted, 0.9);
  const usual = pollutants.map((column) => medianOf(column.five, 0, first / fiveMinutes, usualLeast));
  const usualOxygen = oxygen === undefined ? Number.NaN : medianOf(oxygen.five, 0, first / fiveMinutes, usualLeast);
  const isNormal = (i: number): boolean => {
    if (!((production.five[i] ?? Number.NaN) < without.idleShare * full)) return false;
    if (oxygen !== undefined && !(Math.abs((oxygen.five[i] ?? Number.NaN) - usualOxygen) < 1.5)) return false;
    return pollutants.every(({ five }, p) => {
      const level = usual[p] ?? Number.NaN;
      return Math.abs((five[i] ?? Number.NaN) - level) <= without.usualShare * level;
    });
  };
  const runs = listRuns(first / fiveMinutes, count / fiveMinutes, without.minutes / fiveMinutes, 2, isNormal);
  return runs.map((run) => {
    const from = run.from * fiveMinutes;
    const to = run.to * fiveMinutes;
    const power = percentOf(medianOf(production.mean, from, to), full);
    const flow = look.column(codes.gasFlow);
    const percent = flow === undefined ? 0 : percentOf(medianOf(flow.mean, from, to), quantileOf(flow.sorted, 0.5));
    const factors = [...pollutants.map(({ factor }) => factor), codes.production];
    return {
      factors,
      from,
      to,
      score: scoreOf(to - from, without.minutes),
      facts: { minutes: to - from, power, percent },
    };
  });
}

export const findIdleTreatment: Rule = (look) => {
  const { production, treatment } = look;
  const { first, count } = look.table;
  if (production === null || treatment === null) return [];
  const full = quantileOf(production.sorted, 0.9);
  const usual = quantileOf(treatment.sorted, 0.75);
  const most = idle.treatmentShare * usual;
  const isIdle = (i: number): boolean =>
    (production.mean[i] ?? 0) > idle.loadShare * full && (treatment.mean[i] ?? Number.NaN) <= most;
  return listRuns(first, count, idle.minutes, 2, isIdle).map(({ from, to }) => {
    const percent = usual === 0 ? 0 : percentOf(medianOf(treatment.mean, from, to), usual);
    const power = percentOf(medianOf(production.mean, from, to), full);
    const facts = { minutes: to - from, percent, power };
    return {
      factors: [codes.treatment, codes.production],
      from,
      to,
      score: scoreOf(to - from, idle.minutes),
      facts,
    };
  });
};

export const findIdlePumps: Rule = (look) => {
  const sulphur = look.column(codes.sulphurDioxide);
  const { first, count } = look.table;
  const { production } = look;
  const circulation = [...look.table.columns.values()].filter(
    ({ factor, sorted }) => factor.startsWith(codes.pumps) && sorted.length > 0,
  );
  if (sulphur === undefined || circulation.length === 0) return [];
  const full = production === null ? 0 : quantileOf(production.sorted, 0.9);
  // With one pump of several at work there is still washing.
  const isStanding = (i: number): boolean =>
    look.running[i] === 1 &&
    (production === null || (production.mean[i] ?? 0) > idle.loadShare * full) &&
    circulation.every(({ mean, sorted }) => (mean[i] ?? Number.NaN) <= pumps.pumpShare * quantileOf(sorted, 0.75));
  return listRuns(first, count, pumps.minutes, 2, isStanding).flatMap(({ from, to }) => {
    const before = medianOf(sulphur.mean, from - 60, from, 10);
    const during = medianOf(sulphur.mean, from + pumps.settleMinutes, Math.min(to, from + 60), 5);
    const change = (during - before) / before;
    // Near zero it cannot be told.
    if (!(before > 4) || !(change < pumps.changeShare)) return [];
    const facts = { minutes: to - from, percent: shorten(Math.round(100 * change)) };
    const factors = [...circulation.map(({ factor }) => factor), codes.sulphurDioxide].toSorted();
    return [{ factors, from, to, score: scoreOf(to - from, pumps.minutes), facts }];
  });
};

export const findUnbalanced: Rule = (look) => {
  const balanced = weigh(look);
  if (balanced === null) return [];
  const { flow, share } = balanced;
  const { first, count } = look.table;
  const isOff = (i: number): boolean => Math.abs((share[i] ?? Number.NaN) - 1) > balance.deviationShare;
  return listRuns(first / fiveMinutes, count / fiveMinutes, balance.minutes / fiveMinutes, 1, isOff).map((run) => {
    const from = run.from * fiveMinutes;
    const to = run.to * fiveMinutes;
    const percent = Math.round(100 * medianOf(share, run.from, run.to));
    const factors = [flow.factor, codes.production];
    return { factors, from, to, score: scoreOf(to - from, balance.minutes), facts: { minutes: to - from, percent } };
  });
};

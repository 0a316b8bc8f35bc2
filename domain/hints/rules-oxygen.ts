// R6: oxygen that reads lower than it is. Corrected values become smaller with it, and nobody sees it in the measured ones.

import table from "../tables/hints.json" with { type: "json" };
import { codes, fiveMinutes } from "./look.ts";
import { listRuns, medianOf, quantileOf, scoreOf, shorten, sortValid } from "./measure.ts";
import type { Found, Look, MinuteColumn, Rule } from "./shapes.ts";

const { parameters: low, floors } = table.R6;

interface Way {
  readonly how: string;
  readonly howEn: string;
}
const still: Way = { how: "不变", howEn: "stood still" };
const belowFloor: Way = { how: "低于该工艺的物理下限", howEn: "was below what the process can have" };
const belowUsual: Way = { how: "低于同负荷下的水平", howEn: "was below what belongs to the load" };
const justInTime: Way = {
  how: "多次在折算值将超限时下降",
  howEn: "fell again and again when the corrected value would have passed its limit",
};

export const findLowOxygen: Rule = (look) => {
  const oxygen = look.column(codes.oxygen);
  if (oxygen === undefined || oxygen.sorted.length === 0) return [];
  const windows = [
    ...listStill(look, oxygen).map((run) => ({ ...run, ...still, needed: low.constantMinutes })),
    ...listBelowFloor(look, oxygen).map((run) => ({ ...run, ...belowFloor, needed: low.minutes })),
    ...listBelowUsual(look, oxygen).map((run) => ({ ...run, ...belowUsual, needed: low.minutes })),
    ...listJustInTime(look, oxygen).map((run) => ({ ...run, ...justInTime, needed: low.minutes })),
  ];
  return windows.map(({ from, to, how, howEn, needed }): Found => {
    const value = shorten(medianOf(oxygen.mean, from, to));
    const usual = shorten(quantileOf(oxygen.sorted, 0.5));
    const facts = { minutes: to - from, value, usual, how, howEn };
    return { factors: [codes.oxygen], from, to, score: scoreOf(to - from, needed), facts };
  });
};

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The same to the last digit while gas goes on moving. */
function listStill({ table: { first, count }, running }: Look, { mean }: MinuteColumn): Window[] {
  const begin = Math.max(1, first - low.constantMinutes);
  const isStill = (i: number): boolean => running[i] === 1 && mean[i] === mean[i - 1];
  return listRuns(begin, count, low.constantMinutes, 3, isStill).map(({ from, to }) => ({ from, to }));
}

function listBelowFloor({ site, table: { first, count }, running }: Look, { mean }: MinuteColumn): Window[] {
  const floor = floors.find(({ source }) => site.source.includes(source))?.percent;
  if (floor === undefined) return [];
  return [...listRuns(first, count, low.minutes, 5, (i) => running[i] === 1 && (mean[i] ?? Number.NaN) < floor)];
}

/** Against the day before, at the same flow. */
function listBelowUsual(look: Look, oxygen: MinuteColumn): Window[] {
  const { first, count } = look.table;
  const before = first / fiveMinutes;
  const usual = medianOf(oxygen.five, 0, before, 72);
  if (Number.isNaN(usual)) return [];
  const flow = look.column(codes.gasFlow);
  const isLow = new Uint8Array(oxygen.five.length);
  for (let block = before; block < oxygen.five.length; block++) {
    const value = oxygen.five[block] ?? Number.NaN;
    if (look.running[block * fiveMinutes] === 0 || !(value < usual - low.points)) continue;
    if (value < expectOxygen(oxygen, flow, block, before, usual) - low.points) isLow[block] = 1;
  }
  return listRuns(before, count / fiveMinutes, low.minutes / fiveMinutes, 1, (i) => isLow[i] === 1).map(
    ({ from, to }) => ({ from: from * fiveMinutes, to: to * fiveMinutes }),
  );
}

/** Oxygen of the day before at the flow of this block; where flow was never like that, as usual. */
function expectOxygen(
  oxygen: MinuteColumn,
  flow: MinuteColumn | undefined,
  block: number,
  before: number,
  usual: number,
): number {
  const now = flow?.five[block] ?? Number.NaN;
  if (flow === undefined || Number.isNaN(now)) return usual;
  const alike = oxygen.five
    .subarray(0, before)
    .filter((_, i) => Math.abs((flow.five[i] ?? Number.NaN) - now) <= low.loadShare * now);
  const sorted = sortValid(alike, 0, alike.length);
  return sorted.length < 12 ? usual : quantileOf(sorted, 0.5);
}

/** It falls by a point just when the value at the oxygen of before would have been above the limit. */
function listJustInTime(look: Look, oxygen: MinuteColumn): Window[] {
  const { first, count } = look.table;
  const width = low.dropMinutes / fiveMinutes;
  // A probe that was blown free or a furnace that stood comes down from air: that is no fall.
  const most = quantileOf(oxygen.sorted, 0.95) + 0.5;
  const times: number[] = [];
  for (let block = first / fiveMinutes; block < oxygen.five.length; block++) {
    const was = oxygen.five[block - width] ?? Number.NaN;
    const is = oxygen.five[block] ?? Number.NaN;
    if (!(was - is >= low.dropPoints) || was > most || block - (times.at(-1) ?? -99) < 2 * width) continue;
    const hides = look.pollutants.some((column) => {
      const limit = look.site.limits.get(column.factor);
      if (limit === undefined) return false;
      const dry = column.five[block] ?? Number.NaN;
      const { refO2 } = limit;
      if (refO2 === null) return false;
      const at = (percent: number): number => (dry * (21 - refO2)) / Math.max(0.5, 21 - percent);
      return at(was) > limit.max && at(is) <= limit.max;
    });
    if (hides) times.push(block);
  }
  const [earliest] = times;
  const latest = times.at(-1);
  if (earliest === undefined || latest === undefined || times.length < low.dropsPerDay) return [];
  return [{ from: earliest * fiveMinutes, to: Math.min(count, (latest + width) * fiveMinutes) }];
}

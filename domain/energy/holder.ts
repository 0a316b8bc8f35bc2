// Gas holders (煤气柜): how fast the level moves, and how long until it meets a limit: the number an operator works with. A
// converter fills its holder in beats of some ten minutes, so two rates are looked at: the beat that is going on, and the trend
// over several of them. Pure.

import table from "../tables/energy-holders.json" with { type: "json" };

export interface LevelReadings {
  /** Ascending, epoch ms. */
  readonly time: ArrayLike<number>;
  /** Per cent of the capacity. */
  readonly level: ArrayLike<number>;
}

export interface HolderLimits {
  readonly lowLow: number;
  readonly low: number;
  readonly high: number;
  readonly highHigh: number;
}

export interface HolderOutlook {
  readonly time: number;
  readonly level: number;
  /** Per cent a minute: of the last minutes, and of the last hour; null = too few readings. */
  readonly beatRate: number | null;
  readonly trendRate: number | null;
  /** Minutes until it meets the highest or the lowest limit at the worse of both rates; null = it does not within the horizon. */
  readonly minutesToHigh: number | null;
  readonly minutesToLow: number | null;
}

const minuteMs = 60_000;
const { beatMinutes, trendMinutes, readingsMin, horizonMinutes } = table.outlook;

/** Least squares: per cent a minute over [now - span, now]; null with too few readings. */
export function levelRate({ time, level }: LevelReadings, now: number, spanMinutes: number): number | null {
  let [n, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (let i = time.length - 1; i >= 0; i--) {
    const each = time[i] ?? 0;
    if (each > now) continue;
    const x = (each - now) / minuteMs;
    if (x < -spanMinutes) break;
    const y = level[i] ?? 0;
    n++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  return n < readingsMin || spread === 0 ? null : (n * sumXY - sumX * sumY) / spread;
}

/** As it looks at `now`, from readings up to then. Null without a reading. */
export function lookAhead(readings: LevelReadings, limits: HolderLimits, now: number): HolderOutlook | null {
  const { time } = readings;
  let last = time.length - 1;
  while (last >= 0 && (time[last] ?? 0) > now) last--;
  const level = readings.level[last];
  if (level === undefined) return null;
  const beatRate = levelRate(readings, now, beatMinutes);
  const trendRate = levelRate(readings, now, trendMinutes);
  const rates = [beatRate, trendRate].filter((rate) => rate !== null);
  return {
    time: time[last] ?? 0,
    level,
    beatRate,
    trendRate,
    minutesToHigh: soonest(rates.map((rate) => minutesTo(limits.highHigh - level, rate))),
    minutesToLow: soonest(rates.map((rate) => minutesTo(level - limits.lowLow, -rate))),
  };
}

function minutesTo(room: number, rate: number): number | null {
  if (room <= 0) return 0;
  if (rate <= 0) return null;
  const minutes = room / rate;
  return minutes > horizonMinutes ? null : minutes;
}

function soonest(minutes: readonly (number | null)[]): number | null {
  const known = minutes.filter((each) => each !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Cubic metres in the holder at a level. */
export function storedM3(levelPercent: number, capacityM3: number): number {
  return (levelPercent / 100) * capacityM3;
}

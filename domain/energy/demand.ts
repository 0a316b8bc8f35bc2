// Demand (需量): the mean power of a quarter of an hour, which the contract with the grid bounds, and where the quarter that is
// going on will end. Pure.

import { fromThousandths, type Thousandths } from "./amount.ts";

export const demandMs = 15 * 60_000;

export interface DemandOutlook {
  /** The quarter of an hour that is going on. */
  readonly from: number;
  readonly to: number;
  /** kWh so far. */
  readonly soFar: number;
  /** kW at the end of it if the power stays as it is; null without a power. */
  readonly forecastKw: number | null;
  /** kW that the rest of it may have so that the contract is kept; null without a contract. Negative: it is broken already. */
  readonly roomKw: number | null;
}

/** `so far` is counted from the beginning of the quarter that holds `now`, `powerKw` is what flows now. */
export function forecastDemand(
  now: number,
  soFar: Thousandths,
  powerKw: number | null,
  contractKw: number | null,
): DemandOutlook {
  const from = Math.floor(now / demandMs) * demandMs;
  const to = from + demandMs;
  const kwh = fromThousandths(soFar);
  const leftHours = (to - now) / 3_600_000;
  const whole = demandMs / 3_600_000;
  return {
    from,
    to,
    soFar: kwh,
    forecastKw: powerKw === null ? null : (kwh + powerKw * leftHours) / whole,
    roomKw: contractKw === null ? null : (contractKw * whole - kwh) / leftHours,
  };
}

/** The highest mean of any `windows` neighbouring minutes (kW), and when it ended; sliding, minute by minute. Null: too few. */
export function peakDemand(
  minutes: readonly { readonly start: number; readonly amount: Thousandths }[],
  windows = 15,
): { readonly kw: number; readonly end: number } | null {
  let best: { kw: number; end: number } | null = null;
  let sum = 0;
  for (let i = 0; i < minutes.length; i++) {
    const here = minutes[i];
    if (here === undefined) break;
    sum += here.amount;
    const first = minutes[i - windows + 1];
    if (first === undefined) continue;
    // Minutes that are missing in between make no quarter of an hour.
    if (here.start - first.start === (windows - 1) * 60_000) {
      const kw = (fromThousandths(sum) * 60) / windows;
      if (best === null || kw > best.kw) best = { kw, end: here.start + 60_000 };
    }
    sum -= first.amount;
  }
  return best;
}

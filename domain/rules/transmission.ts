// Transmission-effectiveness rate (数据传输有效率): transmission rate × validity rate, a product and not a mean. Counts of one
// factor make its rate; an outfall is the mean of its factors; a city is sum over sum, because a mean of means would let one
// small outfall weigh as much as a large one.

import transmissionTable from "../tables/transmission.json" with { type: "json" };
import { meanExactly } from "./exact-sum.ts";
import { type Dated, findDated, readSureness, type Sureness } from "./sureness.ts";

/** Records of one factor at one outfall. */
export interface TransmissionCounts {
  /** Hours (or days) due: those of the calendar without declared stops. */
  readonly due: number;
  /** Records received for what was due; what came from stopped hours is not among them. */
  readonly received: number;
  /** Of those received, the valid ones. */
  readonly valid: number;
}

export interface TransmissionRate {
  readonly counts: TransmissionCounts;
  /** Shares from 0 to 1; null where nothing is counted that could have one. */
  readonly transmission: number | null;
  readonly validity: number | null;
  readonly effective: number | null;
}

/** Counts that cannot be are a fault of the one who counted. */
function assertCounts({ due, received, valid }: TransmissionCounts): void {
  if (!(valid >= 0 && valid <= received && received <= due)) {
    throw new Error(`transmission counts do not fit: ${valid} valid of ${received} received of ${due} due`);
  }
}

export function rateTransmission(counts: TransmissionCounts): TransmissionRate {
  assertCounts(counts);
  const { due, received, valid } = counts;
  const transmission = due === 0 ? null : received / due;
  const validity = received === 0 ? null : valid / received;
  // The product of both, in one division: nothing received is 0 of what was due, not unknown.
  const effective = due === 0 ? null : valid / due;
  return { counts, transmission, validity, effective };
}

/** The product, where only the two rates are known: 98.5 % × 96.2 %. */
export function effectiveRate(transmission: number, validity: number): number {
  return transmission * validity;
}

export function addTransmission(all: Iterable<TransmissionCounts>): TransmissionCounts {
  let [due, received, valid] = [0, 0, 0];
  for (const counts of all) {
    due += counts.due;
    received += counts.received;
    valid += counts.valid;
  }
  return { due, received, valid };
}

/** Mean over the factors that had anything due; null when none had. */
export function rateOutfall(factors: readonly TransmissionCounts[]): number | null {
  return meanExactly(factors.map((counts) => rateTransmission(counts).effective).filter((rate) => rate !== null));
}

/** All outfalls and factors of a city as one. */
export function rateCity(all: Iterable<TransmissionCounts>): TransmissionRate {
  return rateTransmission(addTransmission(all));
}

/** Factors that are assessed at a site of this kind; none for kinds that are not. */
export function assessedFactors(kind: string): readonly string[] {
  return transmissionTable.assessed.find((row) => row.kind === kind)?.factors ?? [];
}

export interface TransmissionTarget extends Dated {
  readonly percent: number;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
}

export const transmissionTargets: readonly TransmissionTarget[] = transmissionTable.targets.map((row) => ({
  ...row,
  sureness: readSureness(row.sureness),
}));

/** Undefined: no target is known for that time. */
export function findTransmissionTarget(timeMs: number): TransmissionTarget | undefined {
  return findDated(transmissionTargets, timeMs);
}

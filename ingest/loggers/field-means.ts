// The means of devices beside our own: whichever of the two comes last is compared with the other. A mean that is formed again
// is compared again. Of each series the means of the last hours and days are remembered, as long as our own windows are.
// Pure.
//
//   device mean (hour, day) ─▶ remembered ─┬─▶ our window is closed? ──▶ compare ─▶ finding · superseded · card
//   our window is closed (again) ──────────┘

import { bounds } from "#domain/bounds.ts";
import {
  type FieldMeanBasis,
  fieldMeanBases,
  type FieldMeanFinding,
  fieldTolerance,
  isComparable,
  tierOfBasis,
  toleranceFor,
} from "#domain/field-mean.ts";
import { windowNumber, windowStart } from "#domain/window.ts";
import type { ClosedWindow, Windows } from "../aggregate/windows.ts";
import type { Output } from "../output.ts";
import type { SiteState } from "../registry.ts";
import type { Loggers } from "./loggers.ts";

interface FieldMean {
  readonly start: number;
  readonly theirs: number;
  /** The flag says that it counts. */
  readonly valid: boolean;
  readonly compared: boolean;
  /** Our mean that it was compared with last. */
  readonly ours: number | null;
  /** There is a finding that is not superseded. */
  readonly off: boolean;
  /** Of the newest finding of this window; 0 = there never was one. */
  readonly version: number;
}

/** Which entry it is that leads to a comparison. */
export interface On {
  readonly seq: number;
  readonly receivedAt: number;
}

export interface FieldMeans {
  /** A device's own mean was stored. */
  meetTheirs(
    state: SiteState,
    offset: number,
    given: { readonly basis: FieldMeanBasis; readonly time: number; readonly value: number; readonly valid: boolean },
    on: On,
    output: Output,
  ): void;
  /** Our own window is closed, or was formed again. */
  meetOurs(state: SiteState, offset: number, window: ClosedWindow, on: On, output: Output): void;
  save(): SavedFieldMeans;
}

export type SavedFieldMeans = readonly (readonly [series: number, basis: FieldMeanBasis, list: readonly FieldMean[]])[];

export interface FieldMeansParts {
  readonly windows: Pick<Windows, "peek">;
  readonly loggers: Pick<Loggers, "compared">;
}

export function createFieldMeans({ windows, loggers }: FieldMeansParts, saved: SavedFieldMeans = []): FieldMeans {
  /** By basis and series; each list by start. */
  const means: Record<FieldMeanBasis, Map<number, FieldMean[]>> = { hour: new Map(), day: new Map() };
  let size = 0;
  for (const [series, basis, list] of saved) {
    means[basis].set(series, [...list]);
    size += list.length;
  }

  function keep(basis: FieldMeanBasis, series: number, mean: FieldMean): void {
    let list = means[basis].get(series);
    if (list === undefined) {
      list = [];
      means[basis].set(series, list);
    }
    const at = list.findIndex(({ start }) => start >= mean.start);
    if (at >= 0 && list[at]?.start === mean.start) {
      list[at] = mean;
      return;
    }
    // Like our own windows: past the bound of all, only the newest of each series is remembered.
    const most = size >= bounds.fieldMeansMax ? 1 : bounds.windowsKept[tierOfBasis[basis]] + 1;
    list.splice(at < 0 ? list.length : at, 0, mean);
    size += 1 - list.splice(0, list.length - most).length;
  }

  function compare(
    state: SiteState,
    offset: number,
    basis: FieldMeanBasis,
    mean: FieldMean,
    on: On,
    output: Output,
  ): void {
    const facts = state.layout.facts[offset] ?? null;
    const series = state.series[offset] ?? -1;
    if (facts === null) return;
    const { factor, unit } = facts;
    const tolerance = fieldTolerance(factor, unit);
    if (tolerance === null) return;
    const window = windows.peek(series, tierOfBasis[basis], mean.start);
    // Our window is open, or its sums are not to be trusted: what was found stays, unless the device takes its mean back.
    if (window === null && mean.valid) return;
    const { id: site, intervalSeconds } = state.site;
    const isGood = window !== null && mean.valid && isComparable(basis, window.valid, intervalSeconds);
    if (!isGood && !mean.off) return;
    const ours = window === null || window.valid === 0 ? null : window.mean;
    const allowed = toleranceFor(tolerance, mean.theirs, factor.decimals);
    const difference = ours === null ? null : Math.round((mean.theirs - ours) * 1e6) / 1e6;
    const isOff = isGood && difference !== null && Math.abs(difference) > allowed;
    const compared = mean.compared || isGood;
    loggers.compared(
      site,
      mean.start,
      Number(compared) - Number(mean.compared),
      Number(isOff) - Number(mean.off),
      output,
    );
    // A window that is told again with the mean it had says nothing new.
    const isTold = (isOff || mean.off) && (isOff !== mean.off || mean.ours !== ours);
    const version = isTold ? mean.version + 1 : mean.version;
    keep(basis, series, { ...mean, compared, ours, off: isOff, version });
    if (!isTold) return;
    const key = `${site} ${factor.code} ${basis} ${mean.start}`;
    const finding: FieldMeanFinding = {
      kind: "field-mean",
      site,
      factor: factor.code,
      basis,
      start: mean.start,
      ours,
      theirs: mean.theirs,
      difference,
      tolerance: Math.round(allowed * 1e6) / 1e6,
      unit,
      class: tolerance.class,
      valid: window?.valid ?? 0,
      status: isOff ? "open" : "superseded",
      version,
      seq: on.seq,
      at: on.receivedAt,
    };
    output.state.findings.set(key, finding);
  }

  function find(basis: FieldMeanBasis, series: number, start: number): FieldMean | undefined {
    return means[basis].get(series)?.find((each) => each.start === start);
  }

  return {
    meetTheirs(state, offset, { basis, time, value, valid }, on, output) {
      const tier = tierOfBasis[basis];
      const start = windowStart(tier, windowNumber(tier, time));
      // Another interval than ours cannot be compared.
      if (start !== time) return;
      const series = state.series[offset] ?? -1;
      const known = find(basis, series, start);
      const rest = known ?? { compared: false, off: false, version: 0 };
      const { compared, off, version } = rest;
      keep(basis, series, { start, theirs: value, valid, compared, ours: null, off, version });
      const kept = find(basis, series, start);
      if (kept !== undefined) compare(state, offset, basis, kept, on, output);
    },
    meetOurs(state, offset, { tier, start }, on, output) {
      const basis = tier === "1h" ? "hour" : tier === "1d" ? "day" : null;
      if (basis === null) return;
      const mean = find(basis, state.series[offset] ?? -1, start);
      if (mean !== undefined) compare(state, offset, basis, mean, on, output);
    },
    save: () =>
      fieldMeanBases.flatMap((basis) => [...means[basis]].map(([series, list]) => [series, basis, [...list]] as const)),
  };
}

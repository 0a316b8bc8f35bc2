// Values, means and states → items of a data area, as text: what stands between two semicolons [HJ 212-2017 table 4, 6.3.3].

import { findFactor } from "#domain/factor.ts";
import { formatStamp, type Group } from "#domain/hj212/hj212.ts";
import { mix, unit } from "../random.ts";
import type { NonsenseVariant } from "../scenarios/episode.ts";
import type { LoggerEdition } from "./identity.ts";
import type { Mean, Sample } from "./means.ts";
import type { ClosedWindow } from "./windows.ts";
import type { RecordCommand } from "./archive.ts";

export const commandOf: Readonly<Record<ClosedWindow["span"], RecordCommand>> = {
  minute: "2051",
  hour: "2061",
  day: "2031",
};

const totalDecimals = 3;

/** With so many decimals. The edition of 2025 rounds a five to the even neighbour. */
export function formatNumber(value: number, decimals: number, edition: LoggerEdition): string {
  const scale = 10 ** decimals;
  const scaled = value * scale;
  const floor = Math.floor(scaled);
  const isFive = Math.abs(scaled - floor - 0.5) < 1e-9;
  const whole = isFive && edition === "2025" ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled);
  // No -0.0.
  return ((whole === 0 ? 0 : whole) / scale).toFixed(decimals);
}

function decimalsOf(code: string): number {
  return findFactor(code)?.decimals ?? 2;
}

/** Real-time values: `w01018-Rtd=32.6,w01018-Flag=N`. */
export function formatValues(sample: Sample, edition: LoggerEdition): string[] {
  return [...sample].map(([code, { value, flag = "N", converted }]) => {
    const number = (what: number): string => formatNumber(what, decimalsOf(code), edition);
    const zs = converted === undefined ? "" : `,${code}-ZsRtd=${number(converted)}`;
    return `${code}-Rtd=${number(value)}${zs},${code}-Flag=${flag}`;
  });
}

/** Means: `w01018-Cou=2.980,w01018-Min=…,w01018-Avg=…,w01018-Max=…,w01018-Flag=N`. */
export function formatMeans(means: ReadonlyMap<string, Mean>, edition: LoggerEdition): string[] {
  return [...means].map(([code, { total, min, mean, max, converted, flag }]) => {
    const number = (what: number): string => formatNumber(what, decimalsOf(code), edition);
    const pairs: [string, string][] = [];
    if (total !== null) pairs.push(["Cou", formatNumber(total, totalDecimals, edition)]);
    pairs.push(["Min", number(min)], ["Avg", number(mean)], ["Max", number(max)]);
    if (converted !== null) {
      const { min: zsMin, mean: zsAvg, max: zsMax } = converted;
      pairs.push(["ZsMin", number(zsMin)], ["ZsAvg", number(zsAvg)], ["ZsMax", number(zsMax)]);
    }
    return [...pairs, ["Flag", flag]].map(([suffix, text]) => `${code}-${suffix}=${text}`).join(",");
  });
}

/** 0 off, 1 running, 3 maintenance [HJ 212-2017 table 4, RS]: mostly running, for stretches of half an hour. */
export function facilityStates(seed: number, facilities: number, ms: number): number[] {
  return Array.from({ length: facilities }, (_, i) => {
    const luck = unit(mix(mix(seed, 0x5b + i), Math.floor(ms / 1_800_000)));
    return luck < 0.03 ? 0 : luck < 0.045 ? 3 : 1;
  });
}

/** The data area behind DataTime broken in one way; a checksum is broken by whoever writes the frame. */
export function spoilItems(items: readonly string[], variant: NonsenseVariant): string[] {
  const [first = "w01018-Rtd=1,w01018-Flag=N", ...others] = items;
  const replaced = (value: string): string => first.replace(/-Rtd=[^,]*/, `-Rtd=${value}`);
  switch (variant) {
    case "nan":
      return [replaced("--"), ...others];
    case "unknown-factor":
      return [...items, "w99999-Rtd=1.5,w99999-Flag=N"];
    case "text-number":
      return [replaced("St"), ...others];
    case "wrong-flag":
      return [first.replace(/-Flag=./, "-Flag=X"), ...others];
    case "impossible-value":
      return [replaced("999999999999999"), ...others];
    case "no-values":
      return [];
    case "invalid-json":
    case "year-1970":
      return [...items];
  }
}

/** A battery that was empty: the clock begins in 1970. */
export function dataTimeOf(stampMs: number, variant: NonsenseVariant | null): string {
  return `DataTime=${variant === "year-1970" ? "19700101080012" : formatStamp(stampMs)}`;
}

/** Text of an item → pairs. No value of a logger holds a comma or an equals sign. */
export function toGroup(item: string): Group {
  return item.split(",").map((pair) => {
    const equals = pair.indexOf("=");
    return { key: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
}

// Which simulated outfalls have an HJ 212 logger instead of JSON over MQTT, and what kind of logger: edition, MN, password,
// how wrong its clock is, and which bad habit it has. Everything follows from the seed.

import type { Device } from "../fleet/device.ts";
import { hashText, mix, unit } from "../random.ts";

export type LoggerEdition = "2017" | "2025";

export const loggerHabits = [
  /** One of the minute packets of an hour is never sent by itself. */
  "forgetful",
  /** A packet is damaged on the way now and then; the same packet sent again is right. */
  "noisy-line",
  /** Says the edition of 2005 in Flag and speaks that of 2017. */
  "wrong-version",
  /** Sends minute, hour and day data two minutes before their end. */
  "early",
  /** Two packets in one segment of TCP. */
  "glued",
  "lower-case-checksum",
  "line-feed-only",
] as const;
export type LoggerHabit = (typeof loggerHabits)[number];

export interface LoggerIdentity {
  readonly site: string;
  readonly mn: string;
  readonly pw: string;
  readonly edition: LoggerEdition;
  readonly st: "31" | "32";
  /** Its clock minus the true time at the start, ms. */
  readonly clockOffMs: number;
  /** How much its clock gains, ms in a million. */
  readonly clockGainPpm: number;
  /** Asks the centre for the time by itself. */
  readonly asksTime: boolean;
  /** Treatment facilities that it watches. */
  readonly facilities: number;
  readonly habit: LoggerHabit | null;
}

/** Of all outfalls of water and gas, 0 … 1: those that have a logger. */
export const loggerShareDefault = 0.4;
/** Of the loggers: those of the edition of 2025. */
const newestShare = 0.25;
/** Of the loggers: bad habits, clocks that are minutes off, clocks that are half a minute off and ask for the time. */
const habitShare = 0.1;
const farOffShare = 0.04;
const asksTimeShare = 0.15;
/** Not a whole number of intervals: readings of before and after a correction then never claim the same moment. */
const oddMs = 7_300;

/** 24 hexadecimal digits as an EPC-96 has them: header 01, then a manufacturer, a type and a number. */
function formatMn(site: string): string {
  const words = [11, 12, 13].map((salt) => hashText(site, salt).toString(16).toUpperCase().padStart(8, "0"));
  return `010000A8${words.join("").slice(0, 16)}`;
}

function createIdentity(device: Device, rank: number, count: number): LoggerIdentity {
  const { site, seed } = device;
  const draw = (salt: number): number => unit(mix(seed, salt));
  const place = rank / count;
  const farOff = place < farOffShare;
  const asksTime = !farOff && place < farOffShare + asksTimeShare;
  const sign = rank % 2 === 0 ? 1 : -1;
  const offMs = farOff
    ? 360_000 + Math.floor(draw(0x21) * 6) * 30_000 + oddMs
    : asksTime
      ? 20_000 + draw(0x22) * 25_000
      : 0;
  // Dealt out, not drawn: in a small fleet as well a tenth has a habit, and all habits come in turn.
  const habits = Math.round(count * habitShare);
  const fromEnd = count - 1 - rank;
  return {
    site: site.id,
    mn: formatMn(site.id),
    pw: String(100_000 + (mix(seed, 0x23) % 900_000)),
    edition: isChosen(rank, count, newestShare) ? "2025" : "2017",
    st: site.kind === "gas-outfall" ? "31" : "32",
    clockOffMs: sign * Math.round(offMs) + Math.round((draw(0x24) - 0.5) * 800),
    clockGainPpm: (draw(0x25) - 0.5) * 40,
    asksTime,
    facilities: 2 + (mix(seed, 0x26) % 2),
    habit: fromEnd < habits ? (loggerHabits[fromEnd % loggerHabits.length] ?? null) : null,
  };
}

/** Every so-many-th, evenly over the ranks, so that habits and editions do not go together. */
function isChosen(rank: number, count: number, share: number): boolean {
  const step = Math.round(count * share) / Math.max(1, count);
  return Math.floor((rank + 1) * step + 1e-9) > Math.floor(rank * step + 1e-9);
}

/** The same outfall, told as often as its logger looks. */
export function withLogger(device: Device, seconds: number): Device {
  return { ...device, site: { ...device.site, intervalSeconds: seconds } };
}

/** Site id → its logger, for the share of the outfalls that has one. */
export function equipLoggers(devices: readonly Device[], share: number): Map<string, LoggerIdentity> {
  const ranked = devices
    .filter(({ site }) => site.kind === "water-outfall" || site.kind === "gas-outfall")
    .map((device) => ({ device, rank: hashText(device.site.id, mix(device.seed, 0x212)) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ device }) => device);
  const chosen = ranked.slice(0, Math.round(ranked.length * share));
  return new Map(chosen.map((device, i) => [device.site.id, createIdentity(device, i, chosen.length)]));
}

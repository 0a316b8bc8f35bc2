// Site (监测点): one monitored place that sends readings. The registry is a list of these; nothing here knows where
// it is kept.

import type { EdgeNodeSettings } from "./sparkplug/own-topics.ts";

export const siteKinds = [
  "water-outfall",
  "gas-outfall",
  "energy-centre",
  "air-station",
  "water-station",
  "drinking-water",
  "noise",
  "radiation",
  "building",
  "water-meter",
  "process",
] as const;
export type SiteKind = (typeof siteKinds)[number];

/** A key of the limits library: which published standard applies to this site. */
export interface StandardKey {
  readonly standard: string;
  readonly industry: string;
  readonly unit: string;
}

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly kind: SiteKind;
  /** GB/T 2260 adcode of the prefecture-level city, e.g. "130200". */
  readonly city: string;
  readonly enterprise: string | null;
  /** The firm that looks after the instruments and the logger. */
  readonly maintainer?: string | null | undefined;
  readonly lat: number | null;
  readonly lon: number | null;
  /** Codes of the factors measured here. */
  readonly factors: readonly string[];
  /** How often a reading is expected; a value older than 2 × this + 5 s is stale. */
  readonly intervalSeconds: number;
  readonly standard: StandardKey | null;
  /** HJ 212 identity of the logger, when there is one. Its password is a secret and is kept elsewhere. */
  readonly mn: string | null;
  /** The edge node of Sparkplug B that reports for it, and what its metrics mean. None: the usual name, our own codes. */
  readonly sparkplug?: EdgeNodeSettings | null | undefined;
  readonly simulated: boolean;
  readonly version: number;
}

export const intervalSecondsDefault = 60;

const siteIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** May this text be a site id? It becomes part of topics and of line protocol, so the alphabet is small. */
export function isSiteId(text: string): boolean {
  return siteIdPattern.test(text);
}

/** When a value of this age (ms) stops counting as live: 2 × the expected interval + 5 s. */
export function staleAfterMs(intervalSeconds: number): number {
  return (2 * intervalSeconds + 5) * 1000;
}

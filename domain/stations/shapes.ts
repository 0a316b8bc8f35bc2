// The words of a station's evaluation, the same for air, water, radiation and noise: a window of time, its number and its name,
// the items it was made of, what was noticed, and by which rules. Nothing here is judged before the law: it is what a station says.

import type { SiteKind } from "../site.ts";
import type { Sureness } from "../rules/sureness.ts";

export const stationKinds = [
  "air-station",
  "water-station",
  "drinking-water",
  "radiation",
  "noise",
] as const satisfies readonly SiteKind[];
export type StationKind = (typeof stationKinds)[number];

export function isStationKind(kind: SiteKind): kind is StationKind {
  return stationKinds.some((each) => each === kind);
}

/** What a number is called: a word, a place in an order, and, of air, the colour of the standard. */
export interface Category {
  readonly key: string;
  /** 1 the best. */
  readonly level: number;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Null: the standard has none. */
  readonly colour: string | null;
}

export const evaluatedWindows = ["hour", "day", "night", "month"] as const;
export type EvaluatedWindow = (typeof evaluatedWindows)[number];

/** valid: everything it needs; partial: of what was valid, the rest is named; invalid: no number of it counts. */
export const standings = ["valid", "partial", "invalid"] as const;
export type Standing = (typeof standings)[number];

export const whys = [
  "nothing-received",
  "too-few-valid",
  "not-over",
  "items-missing",
  "no-rule",
  "no-index",
  "no-baseline",
  "weather",
  "too-old",
] as const;
export type Why = (typeof whys)[number];

export interface Item {
  readonly factor: string;
  /** Of what was valid; of an invalid one what there is, so that it can be looked at. */
  readonly value: number | null;
  readonly unit: string;
  /** Index of the pollutant, or class of the item. */
  readonly index: number | null;
  readonly category: Category | null;
  /** What it is held against; null: nothing. */
  readonly limit: number | null;
  readonly side: "max" | "min";
  /** Beyond the limit: value / limit − 1. */
  readonly multiple: number | null;
  /** Oxygen: per cent of saturation at this temperature. */
  readonly saturation: number | null;
  /** Start of the hour the value is of, where it need not be the window's. */
  readonly at: number;
  /** Parts that count, those there should be, the least number; of minutes, hours, 4-hour values or stations. */
  readonly valid: number;
  readonly due: number;
  readonly needed: number;
  readonly of: "minute" | "hour" | "8-hour mean" | "4-hour value" | "station" | "result";
  readonly why: Why | null;
}

export const remarkCodes = [
  "fine-above-coarse",
  "no2-above-nox",
  "equal-hours",
  "lonely-jump",
  "below-zero",
  "class-down",
  "twice-above-target",
  "ammonia-doubled",
  "oxygen-low",
  "conductivity-step",
  "ph-outside",
  "table-2",
  "response-level",
  "dose-notice",
  "dose-warning",
  "dose-alarm",
  "dose-emergency",
  "rain",
  "above-limit",
  "night-peak",
  "level-implausible",
  "peak-implausible",
  "flat",
  "calibrator",
  "weather-excluded",
] as const;
export type RemarkCode = (typeof remarkCodes)[number];

/** doubt: is the value right? notice, warning, alarm: what it says is not right. info: worth knowing. */
export const severities = ["info", "doubt", "notice", "warning", "alarm"] as const;
export type Severity = (typeof severities)[number];

export interface Remark {
  readonly code: RemarkCode;
  readonly severity: Severity;
  readonly factors: readonly string[];
  readonly value: number | null;
  /** What it was held against. */
  readonly bound: number | null;
  readonly unit: string;
  readonly sureness: Sureness;
}

/** A further number: L10, the baseline, the share that complies. */
export interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly sureness: Sureness;
}

export interface RuleNote {
  readonly rule: string;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
}

export interface Evaluation {
  readonly window: EvaluatedWindow;
  /** [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Index, class, dose rate or level. */
  readonly value: number | null;
  readonly unit: string;
  readonly category: Category | null;
  readonly standing: Standing;
  readonly why: Why | null;
  /** Primary pollutants, or the items that made the class. */
  readonly deciding: readonly string[];
  readonly items: readonly Item[];
  readonly figures: readonly Figure[];
  readonly remarks: readonly Remark[];
  readonly rules: readonly RuleNote[];
}

/** What a station is held against, and whether somebody said so or it is assumed. */
export interface Target {
  /** "class III", "class 2"; null: nothing. */
  readonly name: string | null;
  readonly standard: string | null;
  readonly assumed: boolean;
}

// Stations of one kind → what each says now, with the course of its last day; one station → its hours and days over a range.
// Everything is made on read, out of history.

import type { Site } from "#domain/site.ts";
import type { Evaluation, StationKind, Target } from "#domain/stations/shapes.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { listAir, pageAir } from "./evaluate-air.ts";
import { listNoise, pageNoise } from "./evaluate-noise.ts";
import { listRadiation, pageRadiation } from "./evaluate-radiation.ts";
import { listWater, pageWater } from "./evaluate-water.ts";

export type TrendPoint = readonly [startMs: number, value: number | null];

export interface StationNow {
  readonly site: Site;
  readonly target: Target | null;
  readonly now: Evaluation;
  /** Hours, oldest first. */
  readonly trend: readonly TrendPoint[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PageQuestion extends Span {
  readonly site: Site;
  /** Other stations of its kind in its city. */
  readonly neighbours: readonly Site[];
  /** The time it is. */
  readonly at: number;
}

export interface StationCourse extends StationNow {
  readonly hours: readonly Evaluation[];
  readonly days: readonly Evaluation[];
  /** The calendar month of the end of the range, where the kind is judged by months. */
  readonly month: Evaluation | null;
}

export const trendHours = 24;

export function listStations(
  history: HistoryReader,
  kind: StationKind,
  sites: readonly Site[],
  at: number,
): Promise<StationNow[]> {
  switch (kind) {
    case "air-station":
      return listAir(history, sites, at);
    case "water-station":
    case "drinking-water":
      return listWater(history, sites, at);
    case "radiation":
      return listRadiation(history, sites, at);
    case "noise":
      return listNoise(history, sites, at);
  }
}

export function evaluateStation(
  history: HistoryReader,
  kind: StationKind,
  question: PageQuestion,
): Promise<StationCourse> {
  switch (kind) {
    case "air-station":
      return pageAir(history, question);
    case "water-station":
    case "drinking-water":
      return pageWater(history, question);
    case "radiation":
      return pageRadiation(history, question);
    case "noise":
      return pageNoise(history, question);
  }
}

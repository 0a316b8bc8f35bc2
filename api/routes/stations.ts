// Stations that are no outfalls: air, surface water, drinking water, radiation, noise. What each says now, the worst first; and
// of one its hours and days over a range. Evaluated on read.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { evaluateCityAir } from "#domain/stations/air.ts";
import { type Evaluation, isStationKind, type StationKind, stationKinds } from "#domain/stations/shapes.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { evaluateStation, listStations as evaluateStations, type StationNow } from "../stations/evaluate.ts";
import {
  cityNames,
  collectFactors,
  collectRules,
  evaluation,
  formatEvaluation,
  formatStation,
  ruleNote,
  stationNow,
} from "../stations/forms.ts";
import { createKeptAnswers } from "../stations/kept-answers.ts";
import { findSite } from "./sites.ts";

/** Screens look again and again: what was found out is given for a minute, and looked for anew when it is a few seconds old. */
const freshMs = 3_000;
const keptMs = 60_000;
const rangeMsDefault = 3 * dayMs;
const rangeMsMax = 31 * dayMs;
/** Stations of a city that one is compared with. */
const neighboursMax = 20;

const cityAir = z.object({
  city: z.string(),
  cityNameZh: z.string(),
  cityNameEn: z.string(),
  stations: z.number().int(),
  now: evaluation,
});

const stationList = z
  .object({
    kind: z.enum(stationKinds),
    time: shapes.isoTime.meta({ description: "when it was evaluated" }),
    items: z.array(stationNow),
    total: z.number().int().meta({ description: "registered; more than there are items: the rest is not evaluated" }),
    next: z.null(),
    cities: z.array(cityAir).meta({ description: "of air: the mean of the stations of each city" }),
    factors: z.array(shapes.factor),
    rules: z.array(ruleNote),
  })
  .meta({ id: "StationList" });

const stationPage = z
  .object({
    time: shapes.isoTime,
    from: shapes.isoTime,
    to: shapes.isoTime,
    station: stationNow,
    hours: z.array(evaluation),
    days: z.array(evaluation).meta({ description: "of noise: day and night by turns" }),
    month: evaluation.nullable(),
    factors: z.array(shapes.factor),
    rules: z.array(ruleNote),
  })
  .meta({ id: "StationPage" });

/** The gravest first; those that say nothing last. */
function rank(a: StationNow, b: StationNow): number {
  const order = ({ now }: StationNow): readonly number[] => [
    now.remarks.some(({ severity }) => severity === "alarm") ? 1 : 0,
    now.category?.level ?? -1,
    now.value ?? Number.NEGATIVE_INFINITY,
  ];
  const [left, right] = [order(a), order(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? 0;
    if (value !== other) return other - value;
  }
  return a.site.id < b.site.id ? -1 : 1;
}

/** Of each city with air stations, of those that speak of the same hour as the newest of them. */
function meanOfCities(stations: readonly StationNow[]) {
  return [...Map.groupBy(stations, ({ site }) => site.city)].flatMap(([city, all]) => {
    const newest = Math.max(...all.map(({ now }) => now.from));
    const now = evaluateCityAir(all.filter((each) => each.now.from === newest).map((each) => each.now));
    return now === null ? [] : [{ city, all, now }];
  });
}

async function evaluateKind(rooms: Rooms, kind: StationKind, at: number) {
  const sites = rooms.memory.sites().filter((site) => site.kind === kind);
  const found = await evaluateStations(rooms.history, kind, sites.slice(0, bounds.stationsMax), at);
  return { at, total: sites.length, stations: found.toSorted(rank) };
}

export function listStations(rooms: Rooms): Route {
  const kept = createKeptAnswers({
    now: rooms.now,
    make: (kind) => evaluateKind(rooms, stationKinds.find((each) => each === kind) ?? "air-station", rooms.now()),
    freshMs,
    keptMs,
    onFailed: (error) => rooms.log.warn({ err: error }, "stations could not be evaluated again"),
  });
  return defineRoute({
    method: "get",
    path: "/api/v1/stations",
    summary: "What the stations of a kind say now, the worst first",
    access: "viewer",
    query: z.strictObject({
      kind: z.enum(stationKinds),
      city: shapes.cityCode.optional(),
      at: shapes.time.optional().meta({ description: "as it was then, of what is stored now" }),
    }),
    replies: { 200: { says: "stations with their evaluation", schema: stationList } },
    async run({ query: { kind, city, at } }) {
      const found = at === undefined ? await kept.get(kind) : await evaluateKind(rooms, kind, at);
      const stations = found.stations.filter(({ site }) => city === undefined || site.city === city);
      const means = kind === "air-station" ? meanOfCities(stations) : [];
      const all: Evaluation[] = [...stations.map(({ now }) => now), ...means.map(({ now }) => now)];
      const body = {
        kind,
        time: formatIso(found.at),
        items: stations.map((each) => formatStation(each, kind)),
        total: city === undefined ? found.total : stations.length,
        next: null,
        cities: means
          .toSorted((a, b) => (b.now.value ?? -1) - (a.now.value ?? -1))
          .map(({ city: code, all: of, now }) => ({
            city: code,
            ...cityNames(code),
            stations: of.length,
            now: formatEvaluation(now),
          })),
        factors: collectFactors(all, kind),
        rules: collectRules(all),
      };
      return { status: 200, body };
    },
  });
}

export function showStation(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/stations/{id}",
    summary: "One station: what it says now, and its hours and days over a range",
    access: "viewer",
    params: z.object({ id: shapes.siteId }),
    query: z.strictObject({
      from: shapes.time.optional().meta({ description: "default: three days before `to`" }),
      to: shapes.time.optional().meta({ description: "default: now" }),
    }),
    replies: { 200: { says: "the station", schema: stationPage } },
    async run({ params: { id }, query }) {
      const site = findSite(rooms, id);
      const { kind } = site;
      if (!isStationKind(kind))
        throw new Problem("site-not-found", `${id} is no station`, { hint: "GET /api/v1/stations?kind= lists them" });
      const at = rooms.now();
      const to = query.to ?? at;
      const from = query.from ?? to - rangeMsDefault;
      if (from >= to) throw new Problem("invalid-request", "from must be before to");
      if (to - from > rangeMsMax)
        throw new Problem("invalid-request", "at most 31 days are evaluated at once", {
          hint: "ask for one month after the other",
        });
      const neighbours = rooms.memory
        .sites()
        .filter((each) => each.kind === kind && each.city === site.city && each.id !== id)
        .slice(0, neighboursMax);
      const found = await evaluateStation(rooms.history, kind, { site, neighbours, from, to, at });
      const { hours, days, month } = found;
      const all = [found.now, ...hours, ...days, ...(month === null ? [] : [month])];
      const body = {
        time: formatIso(at),
        from: formatIso(from),
        to: formatIso(to),
        station: formatStation(found, kind),
        hours: hours.map(formatEvaluation),
        days: days.map(formatEvaluation),
        month: month === null ? null : formatEvaluation(month),
        factors: collectFactors(all, kind),
        rules: collectRules(all),
      };
      return { status: 200, body };
    },
  });
}

// Dictionaries, and the one small answer a screen starts with.

import * as z from "zod";
import type { Alarm } from "#domain/alarm.ts";
import { factors, findFactor } from "#domain/factor.ts";
import { siteKinds, type Site } from "#domain/site.ts";
import { formatIso } from "#domain/time.ts";
import { alarm as alarmShape } from "../alarm-shapes.ts";
import { formatAlarm, formatCities } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const city = z
  .object({ adcode: z.string(), nameZh: z.string(), nameEn: z.string(), lat: z.number(), lon: z.number() })
  .meta({ id: "City" });

export function listFactors(): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/factors",
    summary: "Every factor that can be measured, with its unit",
    access: "viewer",
    replies: {
      200: {
        says: "the factors",
        schema: z.object({ items: z.array(shapes.factor.extend({ medium: z.string(), counter: z.boolean() })) }),
      },
    },
    run() {
      const items = factors.map(({ code, nameZh, nameEn, unit, decimals, medium, counter }) => {
        return { code, nameZh, nameEn, unit, decimals, medium, counter };
      });
      return { status: 200, body: { items } };
    },
  });
}

export function listCities(): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/cities",
    summary: "The cities of the province",
    access: "viewer",
    replies: { 200: { says: "the cities", schema: z.object({ items: z.array(city) }) } },
    run() {
      return { status: 200, body: { items: formatCities() } };
    },
  });
}

const alarmsFirst = 50;
const text = z.array(z.string());
const numberOrNull = z.array(z.number().nullable());
const factorName = shapes.factor.omit({ code: true });

const bootstrap = z
  .object({
    user: shapes.user,
    serverTime: shapes.isoTime,
    cities: z.array(city),
    factors: z.record(z.string(), factorName),
    sites: z.object({
      id: text,
      name: text,
      kind: z.array(z.enum(siteKinds)),
      city: text,
      lat: numberOrNull,
      lon: numberOrNull,
      intervalSeconds: z.array(z.number()),
      enterprise: z.array(z.string().nullable()),
    }),
    alarms: z.array(alarmShape),
    counts: shapes.counts,
  })
  .meta({ id: "Bootstrap" });

/** Unacknowledged before the rest, then by priority, then the newest. */
export function compareUrgency(a: Alarm, b: Alarm): number {
  return Number(a.acked) - Number(b.acked) || a.priority - b.priority || b.onset - a.onset;
}

function collectFactors(sites: readonly Site[]): Record<string, z.output<typeof factorName>> {
  const used = new Set(sites.flatMap((site) => site.factors));
  const found = [...used].sort().flatMap((code) => findFactor(code) ?? []);
  return Object.fromEntries(
    found.map(({ code, nameZh, nameEn, unit, decimals }) => [code, { nameZh, nameEn, unit, decimals }]),
  );
}

/** Eleven metres are enough for a map of a province, and the answer must be small. */
function roundDegrees(degrees: number | null): number | null {
  return degrees === null ? null : Math.round(degrees * 10_000) / 10_000;
}

export function showBootstrap({ memory, now }: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/bootstrap",
    summary: "What a screen needs before the live connection stands: names, places, the most urgent alarms",
    access: "viewer",
    replies: { 200: { says: "as columns where there are many", schema: bootstrap } },
    run({ user }) {
      const sites = memory.sites();
      const alarms = [...memory.alarms()].sort(compareUrgency).slice(0, alarmsFirst);
      const body: z.output<typeof bootstrap> = {
        user,
        serverTime: formatIso(now()),
        cities: formatCities(),
        factors: collectFactors(sites),
        sites: {
          id: sites.map((site) => site.id),
          name: sites.map((site) => site.name),
          kind: sites.map((site) => site.kind),
          city: sites.map((site) => site.city),
          lat: sites.map((site) => roundDegrees(site.lat)),
          lon: sites.map((site) => roundDegrees(site.lon)),
          intervalSeconds: sites.map((site) => site.intervalSeconds),
          enterprise: sites.map((site) => site.enterprise),
        },
        alarms: alarms.map(formatAlarm),
        counts: memory.counts(now()),
      };
      return { status: 200, body };
    },
  });
}

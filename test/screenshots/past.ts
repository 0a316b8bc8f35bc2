// What a few outfalls sent on earlier days, by the very models that the simulated fleet plays on: their present continues their
// past. Sent over HTTP in frames of many values, as a logger sends what it kept.

import { bounds } from "#domain/bounds.ts";
import { stationKinds } from "#domain/stations/shapes.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { createActor } from "#simulator/device.ts";
import { createFleet } from "#simulator/fleet.ts";
import type { Device } from "#simulator/fleet/device.ts";
import { falsifiedKinds } from "#simulator/scenarios/episode.ts";
import { createScenario, type Scenario, type ScenarioName } from "#simulator/scenarios/scenario.ts";
import type { ApiClient } from "#test/harness/api-client.ts";
import { waitFor } from "#test/harness/wait.ts";

/** Outfalls that go beyond a limit as soon as the fleet has reached the present; those with most factors first. */
export function findOpeners(seed: number, sites: number): readonly Device[] {
  const devices = createFleet(seed, { sites, energyCentres: 13, stations: true });
  const scenario = createScenario("everyday", devices, seed, [0]);
  return devices
    .filter((device) => scenario.planOpenings(device).length > 0)
    .toSorted((a, b) => b.site.factors.length - a.site.factors.length || a.site.id.localeCompare(b.site.id));
}

/** Stations of air, water, radiation and noise: what they say of now rests on the day before. */
export function findStations(seed: number, sites: number): readonly Device[] {
  const fleet = createFleet(seed, { sites, energyCentres: 13, stations: true });
  return fleet.filter(({ site }) => isOneOf(site.kind, stationKinds));
}

/** Outlets of gas at which something is made to look better than it is in these days; those that send most rarely first. */
export function findSuspects(seed: number, sites: number, fromMs: number, toMs: number): readonly Device[] {
  const devices = createFleet(seed, { sites, energyCentres: 13, stations: true });
  const scenario = createScenario("falsified", devices, seed, []);
  const hours = Array.from({ length: Math.floor((toMs - fromMs) / hourMs) }, (_, i) => Math.floor(fromMs / hourMs) + i);
  const isSuspect = (device: Device): boolean =>
    hours.some((hour) => scenario.planHour(device, hour).some(({ kind }) => isOneOf(kind, falsifiedKinds)));
  return devices
    .filter((device) => device.site.kind === "gas-outfall" && isSuspect(device))
    .toSorted((a, b) => b.site.intervalSeconds - a.site.intervalSeconds || a.site.id.localeCompare(b.site.id));
}

function isOneOf(text: string, list: readonly string[]): boolean {
  return list.includes(text);
}

interface Span {
  readonly seed: number;
  readonly sites: number;
  readonly days: number;
  /** Where the fleet's own past begins. */
  readonly toMs: number;
  readonly scenario: ScenarioName;
}

/** Well-formed frames of one outfall from the first to the last moment, each as JSON text. */
function* listFrames(device: Device, scenario: Scenario, fromMs: number, toMs: number): Generator<string> {
  const actor = createActor(device, scenario, () => undefined);
  for (let at = actor.nextEventAfter(fromMs); at < toMs; at = actor.nextEventAfter(at)) yield* actor.step(at).frames;
}

async function post(api: ApiClient, site: string, frames: readonly string[]): Promise<void> {
  const readings = frames.map((frame) => JSON.parse(frame) as unknown);
  const reply = await api.call("POST", `/api/v1/sites/${site}/readings`, readings);
  if (reply.status !== 202) throw new Error(`the past of ${site}: ${reply.status} ${reply.text.slice(0, 200)}`);
}

/** → how many frames were sent. */
export async function sendPast(api: ApiClient, devices: readonly Device[], span: Span): Promise<number> {
  const fleet = createFleet(span.seed, { sites: span.sites, energyCentres: 13, stations: true });
  const scenario = createScenario(span.scenario, fleet, span.seed, []);
  let sent = 0;
  for (const device of devices) {
    let chars = 0;
    let waiting: string[] = [];
    // Half of what a frame may hold: the same numbers written by JSON.stringify may be longer.
    const perFrame = Math.floor(bounds.frameValuesMax / Math.max(1, device.site.factors.length));
    for (const frame of listFrames(device, scenario, span.toMs - span.days * dayMs, span.toMs)) {
      if (waiting.length >= perFrame || chars + frame.length > bounds.frameBytesMax / 2) {
        await post(api, device.site.id, waiting);
        waiting = [];
        chars = 0;
      }
      waiting.push(frame);
      chars += frame.length;
      sent++;
    }
    if (waiting.length > 0) await post(api, device.site.id, waiting);
  }
  return sent;
}

const strictDays = 3;
/** So many of a hundred hours go beyond the limit of the permit. */
const beyondPercent = 15;

/**
 * A permit that is stricter than the standard, so that some hours of the last days are beyond it; and a mark for two hours during
 * which nobody can say.
 */
export async function makeVerdicts(api: ApiClient, operator: ApiClient, { site, limits }: Device): Promise<void> {
  const factor = limits.find(({ factor: code, max }) => max !== null && code !== "w01001")?.factor;
  if (factor === undefined) return;
  const hour = Math.floor(Date.now() / hourMs) * hourMs;
  const from = hour - strictDays * dayMs;
  const points = await api.history(site.id, factor, { from, to: hour, interval: "1h" });
  const means = points.flatMap(([, mean]) => (typeof mean === "number" ? [mean] : [])).toSorted((a, b) => b - a);
  const strict = means[Math.floor((means.length * beyondPercent) / 100)];
  if (strict === undefined || strict <= 0) return;
  await api.putLimit(site.id, factor, Number(strict.toPrecision(3)), "hour", from);
  const span = { from: new Date(hour - 20 * hourMs).toISOString(), to: new Date(hour - 18 * hourMs).toISOString() };
  const mark = { site: site.id, factors: [factor], label: "calibration", reason: "季度比对，通标气", ...span };
  const reply = await operator.call("POST", "/api/v1/marks", mark);
  if (reply.status !== 201) throw new Error(`a mark for ${site.id}: ${reply.status} ${reply.text.slice(0, 200)}`);
}

/** A reading of some minutes ago comes again with another value, as after a calibration. */
export async function sendRevision(api: ApiClient, site: string): Promise<void> {
  const latest = await waitFor("a value to be corrected", async () => Object.entries(await api.latest(site))[0], {
    deadlineMs: 30_000,
  });
  const [factor] = latest;
  const now = Date.now();
  const points = await waitFor(
    "readings of the last minutes",
    async () => {
      const found = await api.history(site, factor, { from: now - 20 * minuteMs, to: now, interval: "raw" });
      return found.length > 8 ? found : null;
    },
    { deadlineMs: 60_000, everyMs: 500 },
  );
  const [time, value] = points[points.length - 6] ?? [];
  if (typeof time !== "number" || typeof value !== "number") throw new Error(`no reading of ${site} to be corrected`);
  const corrected = Math.round(value * 0.94 * 1000) / 1000;
  const reply = await api.call("POST", `/api/v1/sites/${site}/readings`, { time, values: { [factor]: corrected } });
  if (reply.status !== 202) throw new Error(`the correction of ${site}: ${reply.status} ${reply.text.slice(0, 200)}`);
}

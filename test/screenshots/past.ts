// What a few outfalls sent on earlier days, by the very models that the simulated fleet plays on: their present continues their
// past. Sent over HTTP in frames of many values, as a logger sends what it kept.

import { bounds } from "#domain/bounds.ts";
import { dayMs, minuteMs } from "#domain/time.ts";
import { createActor } from "#simulator/device.ts";
import { createFleet } from "#simulator/fleet.ts";
import type { Device } from "#simulator/fleet/device.ts";
import { createScenario, type Scenario } from "#simulator/scenarios/scenario.ts";
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

interface Span {
  readonly seed: number;
  readonly sites: number;
  readonly days: number;
  /** Where the fleet's own past begins. */
  readonly toMs: number;
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
  const scenario = createScenario("everyday", fleet, span.seed, []);
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

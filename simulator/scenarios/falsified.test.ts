// The scenario "falsified": who lies, how it looks in the frames, what the truth says, and what honest plants do beside it.

import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { createActor, type TruthRecord } from "../device.ts";
import type { Device } from "../fleet/device.ts";
import { withProcessSignals } from "../fleet/process-signals.ts";
import { createFleet } from "../fleet.ts";
import { formatTruth } from "../truth.ts";
import { type Episode, type EpisodeKind, falsifiedKinds, honestKinds } from "./episode.ts";
import { createShow } from "./falsify.ts";
import { createFalsified } from "./falsified.ts";

const fleet = createFleet(7).map(withProcessSignals);
const scenario = createFalsified(fleet, 7);
const day = parseDay("2026-03-03") ?? 0;

function planOf(device: Device): Episode[] {
  const hours = Array.from({ length: 48 }, (_, i) => day / hourMs + i);
  return hours.flatMap((hour) => [...scenario.planHour(device, hour)]);
}

const plans = new Map(fleet.map((device) => [device.site.id, planOf(device)]));
const episodes = [...plans.values()].flat();
const find = (id: string): Device | undefined => fleet.find(({ site }) => site.id === id);
const gas = fleet.find(({ site }) => site.factors.includes("g10401") && site.factors.includes("a19001"));
if (gas === undefined) throw new Error("no washed boiler");
const washed: Device = gas;

function valueAt(device: Device, code: string, atMs: number, running: readonly Episode[] = []): number {
  return createShow(device, find)(atMs, running).values.get(code) ?? Number.NaN;
}
function episode(kind: EpisodeKind, more: Partial<Episode> = {}): Episode {
  const span = { fromMs: day + 6 * hourMs, toMs: day + 12 * hourMs };
  return { site: washed.site.id, kind, factor: null, ...span, strength: 0.5, variant: null, ...more };
}
const noon = day + 9 * hourMs;

describe("the scenario of falsification", () => {
  it("has every kind of lie and of honest trouble, at outfalls alone, within one day each", () => {
    const kinds = new Set(episodes.map(({ kind }) => kind));
    for (const kind of [...falsifiedKinds, ...honestKinds]) expect(kinds, kind).toContain(kind);
    for (const { site, fromMs, toMs } of episodes) {
      expect(find(site)?.site.kind).toMatch(/-outfall$/);
      expect(Math.floor((fromMs - day) / dayMs)).toBe(Math.floor((toMs - 1 - day) / dayMs));
    }
  });

  it("lets a site be a liar or honest, never both", () => {
    const lies: ReadonlySet<EpisodeKind> = new Set(falsifiedKinds);
    for (const plan of plans.values()) expect(new Set(plan.map(({ kind }) => lies.has(kind))).size).toBeLessThan(2);
  });

  it("plans the same again with the same seed, and something else with another", () => {
    const again = createFalsified(fleet, 7);
    const other = createFalsified(fleet, 8);
    const hour = day / hourMs + 4;
    const planned = (of: typeof scenario) => fleet.flatMap((device) => [...of.planHour(device, hour)]);
    expect(planned(again)).toEqual(planned(scenario));
    expect(planned(other)).not.toEqual(planned(scenario));
  });

  it("writes one line of truth for each episode that happened, with kind, times and what was done", () => {
    const [id = ""] = [...plans].find(([, plan]) => plan.some(({ kind }) => kind === "replay")) ?? [];
    const device = find(id);
    if (device === undefined) throw new Error("nobody replays");
    const truth: TruthRecord[] = [];
    const actor = createActor(device, scenario, (record) => truth.push(record));
    for (let at = day; at < day + 2 * dayMs; at = actor.nextEventAfter(at)) actor.observe(at, at);
    actor.finish();
    const planned = plans.get(id) ?? [];
    expect(truth.map(({ episode: { kind } }) => kind)).toEqual(planned.map(({ kind }) => kind));
    const line = JSON.parse(formatTruth(truth[0] ?? { episode: episode("drift"), firstMs: 0, lastMs: 0, frames: 0 }));
    expect(line).toMatchObject({ site: id, kind: "replay", lagMinutes: (planned[0]?.lagMs ?? 0) / minuteMs });
  });
});

describe("a plant", () => {
  it("draws power as its load goes, treats what it makes, and washes with pumps that run", () => {
    const [power, flow] = [valueAt(washed, "d20405", noon), valueAt(washed, "a00000", noon)];
    const stop = episode("process-stop");
    expect(power / flow).toBeGreaterThan(0.004);
    expect(valueAt(washed, "d20405", noon, [stop])).toBeLessThan(0.05 * power);
    expect(valueAt(washed, "a00000", noon, [stop])).toBeLessThan(0.05 * flow);
    expect(valueAt(washed, "a19001", noon, [stop])).toBeGreaterThan(20);
    expect(valueAt(washed, "g10401", noon, [stop])).toBe(0);
    expect(valueAt(washed, "g10401", noon)).toBeGreaterThan(40);
  });

  it("comes up slowly, and blows its probe free for three minutes in four hours", () => {
    const up = episode("start-up", { toMs: day + 8 * hourMs });
    const powers = [6.2, 6.6, 7, 7.4].map((hour) => valueAt(washed, "d20405", day + hour * hourMs, [up]));
    expect(powers).toEqual(powers.toSorted((a, b) => a - b));
    const blow = episode("back-blow", { toMs: day + 14 * hourMs });
    const minutes = Array.from({ length: 480 }, (_, i) =>
      valueAt(washed, "a19001", day + 6 * hourMs + i * minuteMs, [blow]),
    );
    expect(minutes.filter((oxygen) => oxygen > 20)).toHaveLength(6);
  });
});

describe("a lie", () => {
  it("of treatment that stands leaves every concentration as it was", () => {
    const off = episode("treatment-off");
    expect(valueAt(washed, "d30406", noon, [off])).toBeLessThan(0.1 * valueAt(washed, "d30406", noon));
    expect(valueAt(washed, "g10401", noon, [off])).toBe(0);
    expect(valueAt(washed, "a21026", noon, [off])).toBe(valueAt(washed, "a21026", noon));
  });

  it("of thinning lowers every pollutant by what air takes away, and raises oxygen by as much", () => {
    const thin = episode("dilution");
    const oxygen = [valueAt(washed, "a19001", noon), valueAt(washed, "a19001", noon, [thin])] as const;
    expect(20.9 - oxygen[1]).toBeCloseTo(0.5 * (20.9 - oxygen[0]), 6);
    expect(valueAt(washed, "a21002", noon, [thin])).toBeCloseTo(0.5 * valueAt(washed, "a21002", noon), 6);
  });

  it("of a replay shows what was there before, minute by minute", () => {
    const replay = episode("replay", { lagMs: 8 * hourMs });
    for (const at of [noon, noon + minuteMs])
      expect(valueAt(washed, "a21002", at, [replay])).toBe(valueAt(washed, "a21002", at - 8 * hourMs));
  });

  it("of a clipped value never passes the limit, corrected to the oxygen of the limit", () => {
    const clip = episode("clip", { factor: "a21002" });
    const limit = washed.limits.find(({ factor }) => factor === "a21002")?.max ?? 0;
    const ref = washed.profile.type === "gas" ? (washed.profile.refOxygen["a21002"] ?? null) : null;
    const shown = Array.from({ length: 120 }, (_, i) => {
      const { values } = createShow(washed, find)(noon + i * minuteMs, [clip]);
      const share = ref === null ? 1 : (21 - ref) / (21 - (values.get("a19001") ?? 0));
      return (values.get("a21002") ?? 0) * share;
    });
    expect(Math.max(...shown)).toBeLessThanOrEqual(0.9851 * limit);
    expect(Math.max(...shown)).toBeGreaterThan(0.9 * limit);
  });

  it("of flags takes the peaks out and nothing else", () => {
    const abused = episode("abused-flags", { factor: "a21002" });
    const show = createShow(washed, find);
    const flags = Array.from({ length: 240 }, (_, i) =>
      show(abused.fromMs + i * minuteMs, [abused]).flags.get("a21002"),
    );
    const flagged = flags.filter((flag) => flag === "M").length;
    expect(flagged).toBeGreaterThan(20);
    expect(flagged).toBeLessThan(120);
  });
});

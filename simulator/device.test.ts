// Devices acting out scenarios: what leaves them, when, and what the truth says about it.

import { describe, expect, it } from "vitest";
import { exceeds } from "#domain/limit.ts";
import type { Device } from "./fleet/device.ts";
import { createActor, type TruthRecord } from "./device.ts";
import { createFleet } from "./fleet.ts";
import { createOutbox } from "./outbox.ts";
import { nonsenseVariants, type Episode } from "./scenarios/episode.ts";
import { createScenario, type Scenario } from "./scenarios/scenario.ts";
import { formatTruth } from "./truth.ts";

const fleet = createFleet(7);
const startMs = Date.UTC(2026, 10, 22, 0, 10);
const endMs = startMs + 3 * 3_600_000;

interface Parsed {
  readonly time: string | number;
  readonly values: Record<string, number | { value: number; flag?: string; converted?: number }>;
}

function parse(payload: string): Parsed {
  return JSON.parse(payload) as Parsed;
}

function numberOf(entry: Parsed["values"][string] | undefined): number {
  if (entry === undefined) throw new Error("no such value");
  return typeof entry === "number" ? entry : entry.value;
}

function timeOf(frame: Parsed): number {
  return typeof frame.time === "number" ? frame.time : Date.parse(frame.time);
}

/** Factors of a frame whose measured or converted value is beyond the device's limit. */
function findExceeded(device: Device, frame: Parsed): string[] {
  const beyond = device.limits.filter((limit) => {
    const entry = frame.values[limit.factor];
    const converted = typeof entry === "object" ? entry.converted : undefined;
    return exceeds(limit, numberOf(entry)) || (converted !== undefined && exceeds(limit, converted));
  });
  return beyond.map((limit) => limit.factor);
}

/** All payloads of a device between two moments, with the event time of the step that sent them. */
function play(device: Device, scenario: Scenario, untilMs = endMs) {
  const truth: TruthRecord[] = [];
  const steps: { eventMs: number; frames: readonly string[]; online: boolean }[] = [];
  const actor = createActor(device, scenario, (record) => truth.push(record));
  for (let ms = actor.nextEventAfter(startMs); ms < untilMs; ms = actor.nextEventAfter(ms)) {
    steps.push({ eventMs: ms, ...actor.step(ms) });
  }
  actor.finish();
  return { steps, truth, frames: steps.flatMap((step) => step.frames) };
}

function only(episode: Partial<Episode> & Pick<Episode, "kind">, device: Device): Scenario {
  const full: Episode = {
    site: device.site.id,
    factor: null,
    fromMs: startMs + 60_000,
    toMs: startMs + 360_000,
    strength: 0.3,
    variant: null,
    ...episode,
  };
  return { name: "everyday", planHour: () => [], planOpenings: () => [full] };
}

const combustion = fleet.find(({ profile }) => profile.type === "gas" && "a21002" in profile.refOxygen);
if (combustion === undefined) throw new Error("no combustion outlet in the fleet");
const gas = combustion;

describe("the calm scenario", () => {
  it("exceeds nothing, breaks nothing, loses nothing", () => {
    const scenario = createScenario("calm", fleet, 7, [startMs]);
    const exceeded: string[] = [];
    for (const device of fleet.filter((_, i) => i % 4 === 0)) {
      const { steps, truth, frames } = play(device, scenario, startMs + 10 * 60_000);
      expect(truth).toEqual([]);
      expect(frames).toHaveLength(steps.length);
      exceeded.push(...frames.map(parse).flatMap((frame) => findExceeded(device, frame).map(() => device.site.name)));
    }
    expect(exceeded).toEqual([]);
  });
});

describe("the everyday scenario", () => {
  const scenario = createScenario("everyday", fleet, 7, [startMs]);
  const hours = [-1, 0, 1, 2, 3].map((i) => Math.floor(startMs / 3_600_000) + i);
  const planned = fleet.filter(
    (device) =>
      scenario.planOpenings(device).length > 0 || hours.some((hour) => scenario.planHour(device, hour).length > 0),
  );
  const played = planned.map((device) => ({ device, ...play(device, scenario) }));
  const truth = played.flatMap((entry) => entry.truth);

  it("makes at least three sites exceed within thirty seconds", () => {
    const early = truth.filter(({ episode, firstMs }) => episode.kind === "exceed" && firstMs < startMs + 30_000);
    expect(new Set(early.map(({ episode }) => episode.site)).size).toBeGreaterThanOrEqual(3);
  });

  it("leaves about 96 of 100 outfalls alone, and every station", () => {
    expect(planned.length).toBeGreaterThan(20);
    expect(planned.length).toBeLessThan(0.06 * 1211);
    expect(planned.filter((device) => !device.site.kind.endsWith("-outfall"))).toEqual([]);
  });

  it("knows every kind of trouble", () => {
    const kinds = new Set(truth.map(({ episode }) => episode.kind));
    expect([...kinds].toSorted()).toEqual(
      ["calibration", "disorder", "duplicate", "exceed", "line-loss", "maintenance", "nonsense", "silence"].toSorted(),
    );
  });

  it("exceeds exactly where and when the truth says so", () => {
    for (const { device, frames, truth } of played) {
      if (truth.some(({ episode }) => episode.kind !== "exceed")) continue;
      const wrong = frames.map(parse).filter((frame) => {
        const ms = timeOf(frame);
        const told = truth
          .filter(({ firstMs, lastMs }) => firstMs <= ms && ms <= lastMs)
          .map(({ episode }) => episode.factor);
        return findExceeded(device, frame).toSorted().join() !== [...new Set(told)].toSorted().join();
      });
      expect(wrong, device.site.id).toEqual([]);
    }
  });

  it("is the same again with the same seed", () => {
    const again = createScenario("everyday", fleet, 7, [startMs]);
    for (const { device, frames } of played.slice(0, 10))
      expect(play(device, again).frames.join() === frames.join()).toBe(true);
  });
});

describe("the storm", () => {
  it("makes a fifth of all outfalls exceed within half a minute", () => {
    const scenario = createScenario("storm", fleet, 7, [startMs]);
    const struck = fleet.filter((device) => play(device, scenario, startMs + 30_000).truth.length > 0);
    expect(struck.length).toBeGreaterThan(220);
    expect(struck.length).toBeLessThan(260);
  });
});

describe("an episode", () => {
  it("raises the measured and the converted value above the limit", () => {
    const { frames } = play(gas, only({ kind: "exceed", factor: "a21002", fromMs: startMs }, gas), startMs + 300_000);
    const limit = gas.limits.find(({ factor }) => factor === "a21002")?.max ?? Infinity;
    for (const frame of frames.map(parse)) {
      const entry = frame.values["a21002"];
      if (typeof entry !== "object") throw new Error("expected a converted value");
      expect(entry.value).toBeGreaterThan(limit);
      expect(entry.converted).toBeGreaterThan(limit);
    }
  });

  it("of lost line sends nothing until it ends, then everything, newest first and the newest twice", () => {
    const { steps, frames, truth } = play(gas, only({ kind: "line-loss" }, gas), startMs + 900_000);
    const offline = steps.filter((step) => !step.online);
    expect(offline).toHaveLength(20);
    expect(offline.flatMap((step) => step.frames)).toEqual([]);
    const times = frames.flatMap((frame) => {
      const body = JSON.parse(frame) as Parsed | Parsed[];
      return Array.isArray(body) ? body.map(timeOf) : [timeOf(body)];
    });
    expect(new Set(times)).toEqual(new Set(steps.map(({ eventMs }) => eventMs)));
    expect(times).toHaveLength(steps.length + 1);
    expect(truth[0]?.frames).toBe(20);
  });

  it("of silence makes no frame at all", () => {
    const { steps, frames } = play(gas, only({ kind: "silence" }, gas), startMs + 900_000);
    expect(frames).toHaveLength(steps.length - 20);
    expect(steps.every((step) => step.online)).toBe(true);
  });

  it("of calibration shows span gas above the limit under flag C", () => {
    const { frames } = play(
      gas,
      only({ kind: "calibration", factor: "a34013", fromMs: startMs }, gas),
      startMs + 60_000,
    );
    for (const frame of frames.map(parse)) expect(frame.values["a34013"]).toMatchObject({ flag: "C" });
  });

  it("of maintenance freezes all values under flag M", () => {
    const { frames } = play(gas, only({ kind: "maintenance", fromMs: startMs }, gas), startMs + 60_000);
    expect(new Set(frames.map((frame) => JSON.stringify(parse(frame).values))).size).toBe(1);
    expect(
      Object.values(parse(frames[0] ?? "{}").values).every((entry) => typeof entry === "object" && entry.flag === "M"),
    ).toBe(true);
  });

  it("of duplicates sends every frame twice, and one of disorder swaps neighbours but loses none", () => {
    const twice = play(gas, only({ kind: "duplicate", fromMs: startMs }, gas), startMs + 60_000);
    expect(twice.frames).toHaveLength(8);
    const swapped = play(gas, only({ kind: "disorder" }, gas), startMs + 600_000);
    const times = swapped.frames.map((frame) => timeOf(parse(frame)));
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
    expect(times.toSorted((a, b) => a - b)).toEqual(swapped.steps.map(({ eventMs }) => eventMs));
  });

  it("of nonsense breaks about every second frame in its own way", () => {
    for (const variant of nonsenseVariants) {
      const quiet = play(gas, only({ kind: "silence", fromMs: 0, toMs: 1 }, gas), startMs + 400_000).frames;
      const { frames, truth } = play(gas, only({ kind: "nonsense", variant }, gas), startMs + 400_000);
      const broken = frames.filter((frame) => !quiet.includes(frame));
      expect(broken.length, variant).toBe(truth[0]?.frames);
      expect(broken.length).toBeGreaterThan(2);
      expect(broken.length).toBeLessThan(20);
    }
  });

  it("that overlaps another of its kind is told to begin when that one ends", () => {
    const both: Scenario = {
      name: "everyday",
      planHour: () => [],
      planOpenings: (device) => [
        ...only({ kind: "exceed", factor: "a21002" }, device).planOpenings(device),
        ...only({ kind: "exceed", factor: "a34013", toMs: startMs + 600_000 }, device).planOpenings(device),
      ],
    };
    const { truth } = play(gas, both, startMs + 900_000);
    expect(truth.map(({ episode }) => episode.factor)).toEqual(["a21002", "a34013"]);
    expect((truth[1]?.firstMs ?? 0) - (truth[0]?.lastMs ?? 0)).toBe(15_000);
  });

  it("is written as one line of truth", () => {
    const { truth } = play(gas, only({ kind: "exceed", factor: "a21002" }, gas), startMs + 900_000);
    const [record] = truth;
    if (record === undefined) throw new Error("no truth");
    const line = JSON.parse(formatTruth(record)) as Record<string, unknown>;
    expect(line).toMatchObject({ site: gas.site.id, factor: "a21002", kind: "exceed", frames: 20, strength: 0.3 });
    expect(Date.parse(String(line["to"])) - Date.parse(String(line["from"]))).toBe(19 * 15_000);
  });
});

describe("the outbox", () => {
  it("keeps what is not acknowledged and sends it again first after a break", () => {
    const outbox = createOutbox(10);
    for (const name of ["a", "b", "c"]) outbox.push(name);
    const a = outbox.take();
    outbox.take();
    outbox.acknowledge(a?.id ?? 0);
    outbox.rewind();
    expect(outbox.size).toBe(2);
    expect(outbox.take()?.payload).toBe("b");
    expect(outbox.take()?.payload).toBe("c");
    expect(outbox.take()).toBeNull();
  });

  it("says so when it gives up the oldest frame because it is full", () => {
    const outbox = createOutbox(2);
    expect([outbox.push("a"), outbox.push("b"), outbox.push("c")]).toEqual([0, 0, 1]);
    expect(outbox.take()?.payload).toBe("b");
  });
});

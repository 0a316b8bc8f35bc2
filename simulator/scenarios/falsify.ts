// What a device shows while episodes of falsification, or of honest trouble that looks like it, are under way: the plant as it
// runs, then what was done to its numbers. A pure function of time and episodes.
//
//   stop, start-up ─▶ work ─▶ model ─▶ habits of analysers ─▶ back-blow, drift ─▶ falsified ─▶ shown

import type { Flag } from "#domain/reading.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { Device } from "../fleet/device.ts";
import { upperLimits } from "../models/clamp.ts";
import { convertToReference, createGasModel } from "../models/gas.ts";
import { createModel, type Model, type Values } from "../models/model.ts";
import { scatter, smoothNoise, wander } from "../models/noise.ts";
import { hashText, mix, unit } from "../random.ts";
import type { Episode } from "./episode.ts";

export interface Shown {
  readonly values: Values;
  /** Flags that somebody set by hand. */
  readonly flags: ReadonlyMap<string, Flag>;
}
export type Show = (eventMs: number, running: readonly Episode[]) => Shown;

const oxygenCode = "a19001";
const sulphurDioxide = "a21026";
const flows = ["a00000", "a01011"] as const;
const notPollutants = new Set(["w00000", "w01001", "w01010"]);
/** Analysers of waste water give a result every two hours, and repeat it until the next. */
const cycleMs = 2 * hourMs;
const rampMs = 90 * minuteMs;
const backBlowMs = 3 * minuteMs;
const averageMs = 45 * minuteMs;
const averageStepMs = 3 * minuteMs;
const flaggedFrom = 0.97;
const noFlags: ReadonlyMap<string, Flag> = new Map();

/** Washed so well that nothing is left to see: flat, and honest. */
export function isNearZero({ site, seed }: Device): boolean {
  return site.factors.includes("g10401") && unit(mix(seed, 0x2e40)) < 0.3;
}

export function pollutantsOf(device: Device): string[] {
  return [...upperLimits(device).keys()].filter((code) => !notPollutants.has(code));
}

/** `findDevice`: the other outlet of a mirror. */
export function createShow(device: Device, findDevice: (site: string) => Device | undefined): Show {
  const { profile } = device;
  const limits = upperLimits(device);
  const pollutants = pollutantsOf(device);
  let work = 1;
  const model: Model = profile.type === "gas" ? createGasModel(device, profile, () => work) : createModel(device);
  const partners = new Map<string, Show>();
  const phaseMs = mix(device.seed, 0xc1c) % cycleMs;
  const grid = new Map<number, Values>();

  /** As it is, with the habits of its analysers. */
  const measure = (eventMs: number, share: number): Values => {
    work = share;
    const values = model(eventMs);
    if (profile.type === "water") {
      const held = model(Math.floor((eventMs - phaseMs) / cycleMs) * cycleMs + phaseMs);
      for (const code of pollutants) values.set(code, held.get(code) ?? 0);
    }
    if (isNearZero(device)) {
      const level = 0.4 + 0.5 * (1 + smoothNoise(device.seed ^ 0x50, eventMs, 4 * hourMs));
      values.set(sulphurDioxide, share * (level + 0.1 * scatter(device.seed, eventMs)));
    }
    return values;
  };

  /** What one of a pollutant becomes at the oxygen of its limit. */
  const shareOf = (code: string, values: Values): number => {
    const ref = profile.type === "gas" ? profile.refOxygen[code] : undefined;
    const oxygen = values.get(oxygenCode);
    return ref === undefined || oxygen === undefined ? 1 : convertToReference(1, ref, oxygen);
  };

  const scale = (values: Values, codes: readonly string[], factor: number): void => {
    for (const code of codes) values.set(code, (values.get(code) ?? 0) * factor);
  };

  const thin = (values: Values, air: number): void => {
    scale(values, [...pollutants, "a01014"], 1 - air);
    const oxygen = values.get(oxygenCode);
    if (oxygen !== undefined) values.set(oxygenCode, oxygen + (20.9 - oxygen) * air);
  };

  /** The mean of the last three quarters of an hour. */
  const average = (eventMs: number): Values => {
    const last = Math.floor(eventMs / averageStepMs);
    const count = averageMs / averageStepMs;
    if (grid.size > 4 * count) grid.clear();
    const at = (step: number): Values => {
      const known = grid.get(step);
      if (known !== undefined) return known;
      const made = measure(step * averageStepMs, 1);
      grid.set(step, made);
      return made;
    };
    const meanBefore = (step: number, code: string): number => {
      let sum = 0;
      for (let i = step - count + 1; i <= step; i++) sum += at(i).get(code) ?? 0;
      return sum / count;
    };
    const f = eventMs / averageStepMs - last;
    return new Map(pollutants.map((code) => [code, meanBefore(last - 1, code) * (1 - f) + meanBefore(last, code) * f]));
  };

  const falsify = (episode: Episode, values: Values, eventMs: number, flags: Map<string, Flag>): void => {
    const { kind, factor, strength, fromMs, toMs } = episode;
    const codes = factor === null ? pollutants : [factor];
    switch (kind) {
      case "constant": {
        const frozen = measure(fromMs, 1);
        // Every second liar knows that nothing stands quite still.
        const noise = strength > 0.5 && profile.type === "gas" ? 1 + 0.0004 * scatter(device.seed, eventMs) : 1;
        for (const code of codes) values.set(code, (frozen.get(code) ?? 0) * noise);
        return;
      }
      case "clip":
        for (const code of codes) {
          const limit = limits.get(code) ?? 0;
          const dirty = 1.06 + 0.27 * wander(mix(device.seed, 0xd1), eventMs);
          values.set(code, (limit * Math.min(dirty, 0.985)) / shareOf(code, values));
        }
        return;
      case "step-drop":
      case "simultaneous":
        scale(values, codes, 1 - strength);
        return;
      case "dilution":
        thin(values, strength);
        return;
      case "mirror": {
        const partner = findDevice(episode.other ?? "");
        if (partner === undefined) return;
        const show = partners.get(partner.site.id) ?? createShow(partner, findDevice);
        partners.set(partner.site.id, show);
        const theirs = show(eventMs, []).values;
        for (const code of codes) values.set(code, (theirs.get(code) ?? values.get(code) ?? 0) * (1 - strength));
        return;
      }
      case "oxygen-low": {
        const oxygen = values.get(oxygenCode);
        if (oxygen !== undefined) values.set(oxygenCode, Math.max(0.6, oxygen - (2.4 + 2 * strength)));
        return;
      }
      case "treatment-off":
        scale(values, ["d30406"], 0.01 + 0.08 * strength);
        if (values.has("g10401")) values.set("g10401", 0);
        return;
      case "replay": {
        const before = measure(eventMs - (episode.lagMs ?? 24 * hourMs), 1);
        for (const code of [...codes, oxygenCode]) if (values.has(code)) values.set(code, before.get(code) ?? 0);
        return;
      }
      case "smooth":
        for (const [code, value] of average(eventMs)) if (codes.includes(code)) values.set(code, value);
        return;
      case "flow-low":
        scale(values, flows, 1 - strength);
        return;
      case "abused-flags": {
        // Peaks of a dirty process, and a hand that is quick each time.
        const periodMs = 40 * minuteMs;
        const inPeak = ((eventMs - fromMs) % periodMs) / periodMs;
        const isLast = toMs - eventMs < periodMs / 2;
        const height = isLast ? 0 : Math.max(0, Math.sin(Math.PI * Math.min(1, inPeak * 2)));
        for (const code of codes) {
          const limit = limits.get(code) ?? 0;
          const wanted = limit * (0.55 + 0.6 * height + 0.02 * scatter(device.seed, eventMs));
          values.set(code, wanted / shareOf(code, values));
          if (wanted > flaggedFrom * limit) flags.set(code, "M");
        }
        return;
      }
      default:
    }
  };

  return (eventMs, running) => {
    const values = measure(eventMs, findWork(running, eventMs));
    const flags = new Map<string, Flag>();
    for (const episode of running) {
      if (episode.kind === "back-blow" && isBlowing(device, episode, eventMs)) thin(values, 0.97);
      if (episode.kind === "drift") {
        const share = (eventMs - episode.fromMs) / (episode.toMs - episode.fromMs);
        scale(values, episode.factor === null ? pollutants : [episode.factor], 1 + 0.1 * share);
      }
      falsify(episode, values, eventMs, flags);
    }
    return { values, flags: flags.size === 0 ? noFlags : flags };
  };
}

/** Down within minutes, up again over an hour and a half. */
function findWork(running: readonly Episode[], eventMs: number): number {
  for (const { kind, fromMs, toMs } of running) {
    if (kind === "process-stop") return Math.max(0, 1 - (eventMs - fromMs) / (12 * minuteMs));
    if (kind === "start-up") return Math.min(1, (eventMs - fromMs) / Math.min(rampMs, toMs - fromMs));
  }
  return 1;
}

/** Every four hours, at a minute of its own. */
function isBlowing({ site }: Device, { fromMs }: Episode, eventMs: number): boolean {
  const everyMs = 4 * hourMs;
  return (eventMs - fromMs + (hashText(site.id, 3) % everyMs)) % everyMs < backBlowMs;
}

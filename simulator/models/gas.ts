// Flue gas: load drives flow and velocity, false air dilutes (more oxygen, less of everything else), temperature and
// moisture belong to the kind of furnace. Values are as measured; the O2-corrected value is added when the frame is made.
// Where they are measured, production draws power as the load goes, treatment and its pumps nearly always the same.

import type { Device, Profile } from "../fleet/device.ts";
import { mix, unit } from "../random.ts";
import { clamp, clampToInstrument, normalShareMax, upperLimits } from "./clamp.ts";
import type { Model } from "./model.ts";
import { wander } from "./noise.ts";
import { curveAt, season } from "./pattern.ts";

export type GasProfile = Extract<Profile, { type: "gas" }>;

/** Oxygen of air, as the correction formula has it. */
const airOxygen = 21;
/** How much of the swing of load a pollutant follows. */
const loadShare: Readonly<Record<string, number>> = { a21002: 0.5, a21026: 0.3, a34013: 0.2 };

/** Measured → converted to the reference oxygen of the limit: C × (21 − ref) / (21 − O2) [GB 13223-2011 and the like]. */
export function convertToReference(value: number, refOxygen: number, oxygen: number): number {
  return (value * (airOxygen - refOxygen)) / Math.max(0.5, airOxygen - oxygen);
}

/** How much of its usual load a plant has at a moment: 1 = as usual, 0 = it stands. */
export type Work = (timeMs: number) => number;
const asUsual: Work = () => 1;

const process = { production: "d20405", treatment: "d30406", pump: "g10401" } as const;
/** Below this share of work treatment is switched off, too. */
const treatedFrom = 0.04;

export function createGasModel(device: Device, profile: GasProfile, work: Work = asUsual): Model {
  const limits = upperLimits(device);
  const seedOf = (n: number): number => mix(device.seed, n);
  const { oxygenPercent } = profile;
  const parameters = new Set(["a19001", "a01011", "a01012", "a01013", "a01014", "a00000", ...Object.values(process)]);
  const pollutants = device.site.factors
    .filter((code) => !parameters.has(code))
    .map((code, i) => {
      const limit = limits.get(code) ?? 10;
      const ref = profile.refOxygen[code];
      // The converted value has to stay below the limit as well, so the base is chosen for whichever is larger.
      const usual =
        ref === undefined || oxygenPercent === null ? 1 : Math.max(1, convertToReference(1, ref, oxygenPercent));
      const base = (limit * (0.34 + 0.26 * unit(seedOf(10 + i)))) / usual;
      return { code, limit, ref, base, seed: seedOf(40 + i), share: loadShare[code] ?? 0.2 };
    });
  const designVelocity = 11 + 5 * unit(seedOf(1));
  const draught = -0.15 - 0.5 * unit(seedOf(2));
  const has = (code: string): boolean => device.site.factors.includes(code);
  /** kW; A for the pump. Plausible, not measured. */
  const ratedProduction = profile.flowM3PerHour * (0.006 + 0.006 * unit(seedOf(71)));
  const ratedTreatment = profile.flowM3PerHour * (0.0015 + 0.001 * unit(seedOf(72)));
  const ratedPump = 55 + 60 * unit(seedOf(73));

  return (timeMs) => {
    const share = work(timeMs);
    const fullLoad = clamp(curveAt(profile.curve, timeMs) * (0.9 + 0.12 * wander(seedOf(3), timeMs)), 0.35, 1.25);
    const load = fullLoad * share;
    const furnaceOxygen =
      oxygenPercent === null
        ? null
        : clamp(
            oxygenPercent + 0.7 * wander(seedOf(4), timeMs) + 0.8 * (0.95 - fullLoad),
            1,
            Math.min(19, oxygenPercent + 2),
          );
    // A plant that stands draws air.
    const oxygen = furnaceOxygen === null ? null : furnaceOxygen + (20.9 - furnaceOxygen) * (1 - share);
    const dilution = oxygen === null || oxygenPercent === null ? 1 : (airOxygen - oxygen) / (airOxygen - oxygenPercent);
    const values = new Map<string, number>();
    const fired = oxygen === null ? share : 1;
    for (const { code, limit, ref, base, seed, share: follows } of pollutants) {
      const swing = 1 + 0.3 * wander(seed, timeMs);
      const measured = base * dilution * (1 + follows * (fullLoad - 0.95)) * swing * fired;
      const worst = ref === undefined || oxygen === null ? 1 : Math.max(1, convertToReference(1, ref, oxygen));
      const least = 0.03 * limit * share;
      values.set(code, clampToInstrument(code, clamp(measured, least, (normalShareMax * limit) / worst)));
    }
    if (oxygen !== null) values.set("a19001", oxygen);
    const flow = profile.flowM3PerHour * load * (1 + 0.03 * wander(seedOf(5), timeMs));
    values.set("a00000", clampToInstrument("a00000", flow));
    values.set("a01011", designVelocity * load * (1 + 0.025 * wander(seedOf(5), timeMs)));
    values.set(
      "a01012",
      profile.temperatureC * (0.94 + 0.06 * fullLoad) * (0.4 + 0.6 * share) +
        2 * season(timeMs) +
        3 * wander(seedOf(6), timeMs),
    );
    values.set("a01013", draught * load + 0.06 * wander(seedOf(7), timeMs));
    values.set("a01014", Math.max(0.5, profile.moisturePercent * (1 + 0.07 * wander(seedOf(8), timeMs))));
    if (has(process.production)) {
      const drawn = ratedProduction * (0.02 + 0.98 * load) * (1 + 0.02 * wander(seedOf(9), timeMs));
      values.set(process.production, drawn);
    }
    const treats = share > treatedFrom;
    if (has(process.treatment)) {
      const drawn = ratedTreatment * (0.75 + 0.25 * load) * (1 + 0.03 * wander(seedOf(74), timeMs));
      values.set(process.treatment, treats ? drawn : 0.02 * ratedTreatment);
    }
    if (has(process.pump)) {
      const current = ratedPump * (0.95 + 0.05 * load) * (1 + 0.02 * wander(seedOf(75), timeMs));
      values.set(process.pump, treats ? current : 0);
    }
    return values;
  };
}

// A gas outlet with what HJ 212-2025 asks for beside the stack: the power of production and of treatment, and where sulphur
// is washed out the current of the slurry pump. Without them nobody can tell whether treatment ran.

import type { Device } from "./device.ts";

/** Wet washing cools the gas to about this; hotter stacks have a dry process or none. */
const washedBelowC = 60;

export function withProcessSignals(device: Device): Device {
  const { profile, site } = device;
  if (profile.type !== "gas") return device;
  const isWashed = site.factors.includes("a21026") && profile.temperatureC < washedBelowC;
  const added = ["d20405", "d30406", ...(isWashed ? ["g10401"] : [])].filter((code) => !site.factors.includes(code));
  return { ...device, site: { ...site, factors: [...site.factors, ...added] } };
}

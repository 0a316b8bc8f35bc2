// The command line of the torture. Turns arguments into options, or into the list of what is wrong with them.

import { parseArgs } from "node:util";
import { type FaultName, faultNames } from "./faults.ts";

export const canaries = ["lost", "doubled", "phantom"] as const;
export type Canary = (typeof canaries)[number];

export interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly influx: boolean;
  readonly split: boolean;
  /** This fault and no other. */
  readonly only: FaultName | null;
  /** Spoils the store on purpose before it is checked: the run must fail. */
  readonly canary: Canary | null;
  /** Leaves the last phase out, in which acknowledged parts of the journal are broken. */
  readonly damage: boolean;
  readonly keep: boolean;
}

export const usage = `npm run torture -- [--seconds N] [--seed S] [--influx | --duckdb] [--split]
                  [--only ${faultNames.join("|")}] [--no-damage] [--canary ${canaries.join("|")}] [--keep]
`;

export function parseOptions(argv: readonly string[], seedOfChance: number): Options | string[] {
  try {
    const { values } = parseArgs({
      args: [...argv],
      allowNegative: true,
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string", default: String(seedOfChance) },
        influx: { type: "boolean", default: false },
        duckdb: { type: "boolean", default: false },
        split: { type: "boolean", default: false },
        only: { type: "string" },
        canary: { type: "string" },
        damage: { type: "boolean", default: true },
        keep: { type: "boolean", default: false },
      },
    });
    const problems: string[] = [];
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    if (!(seconds > 0 && seconds <= 86_400))
      problems.push(`--seconds ${values.seconds}: must be above 0, at most a day`);
    if (!Number.isInteger(seed)) problems.push(`--seed ${values.seed}: must be a whole number`);
    if (values.influx && values.duckdb) problems.push("--influx and --duckdb: one of them");
    const canary = canaries.find((name) => name === values.canary) ?? null;
    if (values.canary !== undefined && canary === null)
      problems.push(`--canary ${values.canary}: one of ${canaries.join(", ")}`);
    const only = values.only ?? null;
    if (only !== null && !faultNames.includes(only)) problems.push(`--only ${only}: one of ${faultNames.join(", ")}`);
    const { influx, split, damage, keep } = values;
    return problems.length > 0 ? problems : { seconds, seed, influx, split, only, canary, damage, keep };
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

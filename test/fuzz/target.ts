// What every fuzzer is: cases drawn from a seed, each of which throws when the system breaks a promise. A fuzzer has a canary:
// the same cases against something that is known to be wrong, which must fail, so that a fuzzer that finds nothing means something.

import type { Random } from "../torture/random.ts";

export interface FuzzRun {
  /** One case; throws when a promise is broken. Draws from `random` alone, so that the seed of a case repeats it. */
  runCase(random: Random): void;
  /** Counters for the summary: how much of what was drawn. */
  summarise(): Readonly<Record<string, number>>;
}

export interface Fuzzer {
  readonly about: string;
  create(options: { readonly canary: boolean }): FuzzRun;
}

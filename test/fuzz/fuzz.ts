// `npm run fuzz -- [NAME …] [--seconds N] [--cases N] [--seed S] [--case I] [--canary]`: runs fuzzers one after the other. What
// fails is told on stderr with the seed and the number of the case, which repeat it. The last line is one JSON object with
// `cases` and `failures`. Exit code 1 when something failed, 2 when the command line is wrong.

import { parseArgs } from "node:util";
import { createRandom, mix } from "../torture/random.ts";
import type { Fuzzer } from "./target.ts";

/** Imported one by one: a fuzzer does not pay for what the others load. */
const files: Readonly<Record<string, string>> = {
  hj212: "./hj212.ts",
  json: "./json.ts",
  mqtt: "./mqtt.ts",
  sparkplug: "./sparkplug.ts",
};

const secondsDefault = 10;
const failuresToldMax = 5;

interface Options {
  readonly names: readonly string[];
  readonly seed: number;
  /** Null = until the time is over. */
  readonly cases: number | null;
  readonly seconds: number;
  /** This case and no other. */
  readonly only: number | null;
  readonly canary: boolean;
}

function parseOptions(argv: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        seed: { type: "string" },
        cases: { type: "string" },
        seconds: { type: "string" },
        case: { type: "string" },
        canary: { type: "boolean", default: false },
      },
    });
    const numbers = [values.seed, values.cases, values.seconds, values.case].map((text) => Number(text ?? 0));
    if (numbers.some((number) => !(number >= 0 && number <= 2 ** 32))) return "options take numbers from 0 on";
    const unknown = positionals.find((name) => !Object.hasOwn(files, name));
    if (unknown !== undefined) return `${unknown} is none of ${Object.keys(files).join(", ")}`;
    const cases = values.cases === undefined ? null : Number(values.cases);
    return {
      names: positionals.length > 0 ? positionals : Object.keys(files),
      seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed),
      cases,
      seconds: Number(values.seconds ?? (cases === null ? secondsDefault : 86_400)),
      only: values.case === undefined ? null : Number(values.case),
      canary: values.canary,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function load(name: string): Promise<Fuzzer> {
  const module = (await import(new URL(files[name] ?? "", import.meta.url).href)) as { readonly fuzzer?: Fuzzer };
  if (module.fuzzer === undefined) throw new Error(`${name} exports no fuzzer`);
  return module.fuzzer;
}

interface Result {
  readonly cases: number;
  readonly failures: number;
  readonly seconds: number;
  readonly details: Readonly<Record<string, number>>;
}

function run(name: string, fuzzer: Fuzzer, options: Options): Result {
  const { seed, seconds, only, canary } = options;
  const fuzz = fuzzer.create({ canary });
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const [first, last] = only === null ? [0, options.cases ?? Infinity] : [only, only + 1];
  let at = first;
  let failures = 0;
  for (; at < last; at++) {
    // Looking at the clock costs more than a small case.
    if (at % 64 === 0 && elapsed() > seconds) break;
    try {
      fuzz.runCase(createRandom(mix(seed, `${name} ${at}`)));
    } catch (error) {
      failures++;
      if (failures <= failuresToldMax) {
        const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.stderr.write(`${name} failed: --seed ${seed} --case ${at}\n${says}\n`);
      }
    }
  }
  return { cases: at - first, failures, seconds: Math.round(elapsed() * 10) / 10, details: fuzz.summarise() };
}

const options = parseOptions(process.argv.slice(2));
if (typeof options === "string") {
  process.stderr.write(`${options}\n`);
  process.exitCode = 2;
} else {
  const results: Record<string, Result> = {};
  for (const name of options.names) results[name] = run(name, await load(name), options);
  const all = Object.values(results);
  const sum = (of: (result: Result) => number): number => all.reduce((total, result) => total + of(result), 0);
  const [cases, failures, seconds] = [sum((r) => r.cases), sum((r) => r.failures), sum((r) => r.seconds)];
  const line = {
    seed: options.seed,
    seconds: Math.round(seconds * 10) / 10,
    cases,
    failures,
    casesPerSecond: seconds > 0 ? Math.round(cases / seconds) : cases,
    canary: options.canary,
    fuzzers: results,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.exitCode = failures > 0 ? 1 : 0;
}

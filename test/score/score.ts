// `npm run score -- falsification | energy`: compares what the system concludes with what the simulator knows to be true. One JSON
// object a line with --json, else a table. Exit code 2 when the command line is wrong, 1 when energy was created or an indicator
// is not the true one although nothing was lost.

import { parseArgs } from "node:util";
import { type EnergyLine, scoreEnergy } from "./energy.ts";
import { scoreFalsification, type ScoreLine } from "./falsification.ts";

const usage = `npm run score -- falsification [--json] [--sites N] [--days D] [--seed S]
  --sites N   outfalls (140)
  --days D    days of minutes; the first only says what is usual (5)
  --seed S    of the fleet and of everything it does (101)
  --misses    also, to stderr, every wrong hint and every episode that none points at
npm run score -- energy [--json] [--plants N] [--days D] [--seed S]
  --plants N  steel works (2)
  --days D    days (31)`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readNumber(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`--${name} ${text}: expected a whole number from ${least} to ${most}`);
}

function formatLine(line: ScoreLine): string {
  const share = (value: number | null): string => (value === null ? "    –" : value.toFixed(3));
  const counts = `found ${String(line.found).padStart(4)}, right ${String(line.right).padStart(4)}`;
  const misses = `true ${String(line.true).padStart(4)}, seen ${String(line.seen).padStart(4)}`;
  return `${line.rule.padEnd(6)} precision ${share(line.precision)}  recall ${share(line.recall)}  ${counts}, ${misses}`;
}

function formatEnergyLine(line: EnergyLine): string {
  const { plant, faults, indicators, maxRelativeError, worst, maxImbalanceError, coverage, created } = line;
  const errors = `indicators ${indicators}, worst ${maxRelativeError.toExponential(1)} (${worst})`;
  const rest = `imbalance ${maxImbalanceError.toExponential(1)}, coverage ${coverage.toFixed(4)}, created ${created}`;
  return `${plant.padEnd(4)} ${faults.padEnd(9)} ${errors}, ${rest}`;
}

/** Where no reading was lost, an indicator of a month is the true one but for the decimals of the meters. */
const errorMax = (days: number): number => 1e-6 * Math.max(1, 31 / days);
const losing: ReadonlySet<string> = new Set(["wild"]);

function runEnergy(size: Parameters<typeof scoreEnergy>[0], json: boolean): number {
  let isRight = true;
  for (const line of scoreEnergy(size)) {
    print(json ? JSON.stringify({ score: "energy", ...line }) : formatEnergyLine(line));
    isRight &&= line.created === 0 && (losing.has(line.faults) || line.maxRelativeError < errorMax(size.days));
  }
  return isRight ? 0 : 1;
}

function runFalsification(
  size: Parameters<typeof scoreFalsification>[0],
  options: { readonly json: boolean; readonly misses: boolean },
): number {
  const { lines, wrong, missed } = scoreFalsification(size);
  for (const line of lines)
    print(options.json ? JSON.stringify({ score: "falsification", ...line }) : formatLine(line));
  if (options.misses) for (const each of [...wrong, ...missed]) complain(each);
  return 0;
}

function run(argv: readonly string[]): number {
  try {
    const options = {
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      misses: { type: "boolean", default: false },
      sites: { type: "string", default: "140" },
      plants: { type: "string", default: "2" },
      days: { type: "string" },
      seed: { type: "string", default: "101" },
    } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    if (values.help || positionals.length === 0) {
      print(usage);
      return values.help ? 0 : 2;
    }
    const [name = "", ...others] = positionals;
    if (others.length > 0 || (name !== "falsification" && name !== "energy"))
      throw new RangeError(`${positionals.join(" ")}: there are two scores, falsification and energy`);
    const seed = readNumber(values.seed, "seed", 0, 4_294_967_295);
    const { json, misses } = values;
    if (name === "energy") {
      const plants = readNumber(values.plants, "plants", 1, 50);
      return runEnergy({ plants, days: readNumber(values.days ?? "31", "days", 1, 366), seed }, json);
    }
    const sites = readNumber(values.sites, "sites", 1, 5_000);
    return runFalsification({ sites, days: readNumber(values.days ?? "5", "days", 2, 60), seed }, { json, misses });
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    complain(`${error.message}\n${usage}`);
    return 2;
  }
}

process.exitCode = run(process.argv.slice(2));

// `npm run score -- falsification`: compares what the system concludes with what the simulator knows to be true. One JSON
// object a line with --json, else a table. Exit code 2 when the command line is wrong.

import { parseArgs } from "node:util";
import { scoreFalsification, type ScoreLine } from "./falsification.ts";

const usage = `npm run score -- falsification [--json] [--sites N] [--days D] [--seed S]
  --sites N   outfalls (140)
  --days D    days of minutes; the first only says what is usual (5)
  --seed S    of the fleet and of everything it does (101)
  --misses    also, to stderr, every wrong hint and every episode that none points at`;

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

function run(argv: readonly string[]): number {
  let parsed;
  try {
    const options = {
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      misses: { type: "boolean", default: false },
      sites: { type: "string", default: "140" },
      days: { type: "string", default: "5" },
      seed: { type: "string", default: "101" },
    } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    if (values.help || positionals.length === 0) {
      print(usage);
      return values.help ? 0 : 2;
    }
    if (positionals.length !== 1 || positionals[0] !== "falsification")
      throw new RangeError(`${positionals.join(" ")}: there is one score, falsification`);
    const sites = readNumber(values.sites, "sites", 1, 5_000);
    const days = readNumber(values.days, "days", 2, 60);
    const seed = readNumber(values.seed, "seed", 0, 4_294_967_295);
    parsed = { sites, days, seed, json: values.json, misses: values.misses };
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  const { json, misses, ...size } = parsed;
  const { lines, wrong, missed } = scoreFalsification(size);
  for (const line of lines) print(json ? JSON.stringify({ score: "falsification", ...line }) : formatLine(line));
  if (misses) for (const each of [...wrong, ...missed]) complain(each);
  return 0;
}

process.exitCode = run(process.argv.slice(2));

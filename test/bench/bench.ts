// `npm run bench`: runs the named benchmarks one after the other, or all quick ones. Results go to stdout, progress to
// stderr. Exit code 2 when the command line is wrong, 1 when a benchmark failed or we lost something; what a peer loses is told.

import { type Bench, type BenchContext, describeRun, formatJson, formatText, UsageError } from "./frame.ts";
import { ownLossOf } from "./own-loss.ts";

interface Entry {
  readonly file: string;
  /** Part of a run without names: done within a minute or two. */
  readonly quick: boolean;
}

const table: Readonly<Record<string, Entry>> = {
  pipeline: { file: "./pipeline.ts", quick: true },
  "influx-limit": { file: "./influx-limit.ts", quick: true },
  "alarm-latency": { file: "./alarm-latency.ts", quick: true },
  alarms: { file: "./alarms.ts", quick: false },
  backtest: { file: "./backtest.ts", quick: false },
  "alarm-kpi": { file: "./alarm-kpi.ts", quick: false },
  backlog: { file: "./backlog.ts", quick: false },
  cost: { file: "./cost.ts", quick: false },
  dashboard: { file: "./dashboard/dashboard.ts", quick: false },
  peers: { file: "./peers/peers.ts", quick: false },
  query: { file: "./query.ts", quick: false },
  disk: { file: "./disk.ts", quick: false },
  export: { file: "./export.ts", quick: false },
  devices: { file: "./devices.ts", quick: true },
  rejudge: { file: "./rejudge.ts", quick: false },
  sources: { file: "./sources.ts", quick: false },
  start: { file: "./start.ts", quick: true },
  upstream: { file: "./upstream.ts", quick: false },
};

const secondsMax = 3_600;

/** Imported one by one: a benchmark must not pay for what the others load. */
async function load(name: string): Promise<Bench> {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) throw new UsageError(`${name} is none of ${Object.keys(table).join(", ")}`);
  const module = (await import(new URL(entry.file, import.meta.url).href)) as { readonly bench?: Bench };
  if (module.bench === undefined) throw new Error(`${entry.file} exports no bench`);
  return module.bench;
}

interface Options {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly seconds: number | null;
  readonly args: readonly string[];
}

/** Options that are not ours belong to the benchmark, with the words behind them that are no name of one. */
function parseOptions(argv: readonly string[]): Options | "help" {
  const names: string[] = [];
  const args: string[] = [];
  let json = false;
  let seconds: number | null = null;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--help" || word === "-h") return "help";
    if (word === "--json") json = true;
    else if (word === "--seconds" || word.startsWith("--seconds=")) {
      const text = word.includes("=") ? word.slice(word.indexOf("=") + 1) : (argv[++at] ?? "");
      seconds = Number(text);
      if (!(seconds > 0 && seconds <= secondsMax)) {
        throw new UsageError(`--seconds ${text}: must be above 0, at most ${secondsMax}`);
      }
    } else if (word.startsWith("-")) args.push(word);
    else if (Object.hasOwn(table, word)) names.push(word);
    else if (args.length > 0) args.push(word);
    else throw new UsageError(`${word} is none of ${Object.keys(table).join(", ")}`);
  }
  if (args.length > 0 && names.length !== 1) {
    throw new UsageError(`${args.join(" ")}: options of a benchmark need exactly that one named`);
  }
  return {
    names: names.length > 0 ? names : Object.keys(table).filter((name) => table[name]?.quick),
    json,
    seconds,
    args,
  };
}

async function help(): Promise<string> {
  const lines = [
    "npm run bench -- [NAME …] [--json] [--seconds N] [options of NAME]",
    "",
    "Without a name those marked * run. --json prints one object per result line; progress goes to stderr.",
    "",
  ];
  for (const [name, { quick }] of Object.entries(table)) {
    const about = await load(name).then(
      (bench) => bench.about,
      (error: unknown) => `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
    lines.push(`${quick ? "*" : " "} ${name.padEnd(14)} ${about}`);
  }
  return `${lines.join("\n")}\n`;
}

async function runOne(name: string, { json, seconds, args }: Options): Promise<void> {
  const bench = await load(name);
  const begunAt = performance.now();
  const report = (line: Record<string, unknown>): void => {
    process.stdout.write(json ? formatJson(name, line) : formatText(name, line));
    const lost = ownLossOf(line);
    if (lost > 0) {
      process.stderr.write(`${name}: ${lost} LOST\n`);
      process.exitCode = 1;
    }
  };
  const context: BenchContext = {
    json,
    seconds,
    args,
    report,
    say: (text) =>
      void process.stderr.write(`${((performance.now() - begunAt) / 1000).toFixed(1).padStart(6)} ${name}: ${text}\n`),
  };
  report(describeRun());
  await bench.run(context);
}

function fail(error: unknown): void {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nnpm run bench -- --help lists what there is.\n`);
    process.exitCode = 2;
    return;
  }
  const causes: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) causes.push(at.stack ?? at.message);
  process.stderr.write(`${causes.length > 0 ? causes.join("\ncaused by ") : String(error)}\n`);
  process.exitCode = 1;
}

// Children are killed by handlers of "exit": a signal must pass through it.
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(await help());
  } else {
    for (const name of options.names) await runOne(name, options).catch(fail);
  }
} catch (error) {
  fail(error);
}

// What every benchmark is and gets: a name, a line about it, and a context to report figures and progress to. Figures go to
// stdout, one line each (JSON objects with --json, else aligned text); progress goes to stderr. Measures nothing itself.

import { execFileSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(context: BenchContext): Promise<void>;
}

export interface BenchContext {
  readonly json: boolean;
  /** One result line; a field `lost` above zero makes the command end with 1, unless the line has a `peer`. */
  report(line: Record<string, unknown>): void;
  /** How long the person wants it to measure; null = the benchmark's own default. */
  readonly seconds: number | null;
  /** Options of this benchmark alone, as they were given. */
  readonly args: readonly string[];
  /** Progress, for people. */
  say(text: string): void;
}

/** The command line is wrong: said without a stack, exit code 2. */
export class UsageError extends Error {}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the figures of one run hold for. Printed once per benchmark, before its lines. */
export function describeRun(): Record<string, unknown> {
  const [cpu] = cpus();
  return {
    machine: {
      cpu: cpu?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
      os: `${type()} ${release()}`,
      filesystem: filesystemOf(tmpdir()),
    },
    // Above a tenth of the cores something else is at work, and the figures are its too.
    loadAverage: round(loadavg()[0] ?? 0),
    versions: {
      node: process.versions.node,
      duckdb: packageVersion("@duckdb/node-api"),
      influxdb: influxVersion(),
      aedes: packageVersion("aedes"),
    },
    commit: findCommit(),
    fsync: fsyncMode,
    at: new Date().toISOString(),
  };
}

/** The one mode there is: the journal knows no other. */
export const fsyncMode = "fdatasync per group commit, acknowledged after it";

/** Magic numbers of statfs(2): where the data lies decides what a sync costs. */
const filesystems: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x1021994: "tmpfs",
  0x794c7630: "overlay",
  0x9123683e: "btrfs",
  0x58465342: "xfs",
  0x2fc12fc1: "zfs",
};

function filesystemOf(path: string): string {
  const { type: magic } = statfsSync(path);
  return filesystems[magic] ?? `0x${magic.toString(16)}`;
}

function packageVersion(name: string): string {
  // Not every package lets its package.json be required: it is looked for above its entry.
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (found.name === name && found.version !== undefined) return found.version;
    } catch {
      continue; // none in this folder
    }
  }
  return "unknown";
}

/** null when there is none on the PATH. */
function influxVersion(): string | null {
  try {
    const text = execFileSync("influxd", ["version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /InfluxDB v?(\S+)/.exec(text)?.[1] ?? text.trim();
  } catch {
    return null;
  }
}

/** "abc1234", "abc1234+" with changes that are not committed, null outside of a checkout. */
function findCommit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    return null;
  }
}

/** A figure with as many digits as it deserves: four of them, none behind the point above a thousand. */
export function round(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

export function formatJson(name: string, line: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ bench: name, ...line })}\n`;
}

/** "pipeline  store duckdb  readingsPerSecond 123,456 …": names and figures in the order of the line. */
export function formatText(name: string, line: Readonly<Record<string, unknown>>): string {
  const show = (value: unknown): string => {
    if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
    if (value !== null && typeof value === "object") {
      return Object.entries(value)
        .map(([key, each]) => `${key} ${show(each)}`)
        .join(", ");
    }
    return String(value);
  };
  const width = Math.max(...Object.keys(line).map((key) => key.length));
  const rows = Object.entries(line).map(([key, value]) => `  ${key.padEnd(width)}  ${show(value)}`);
  return `${[name, ...rows].join("\n")}\n\n`;
}

/** A whole number above 0 from the command line. */
export function parseCount(name: string, text: string, most = 60_000): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new UsageError(`${name} ${text}: a whole number from 1 to ${most}`);
  }
  return count;
}

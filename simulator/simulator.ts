// The simulator's process: devices of a whole province against a running system, over the same doors as real ones.
// Prints one line per ten seconds (JSON unless on a terminal). Exit codes: 0 ended or stopped, 1 the world failed, 2 bad options.

import { pino } from "pino";
import pretty from "pino-pretty";
import { Failure } from "#domain/failure.ts";
import { startSimulation } from "./io/run.ts";
import { parseOptions, usage } from "./options.ts";

const logOptions = {
  level: process.env["LOG_LEVEL"] ?? "info",
  base: { role: "simulator" },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label: string) => ({ level: label }) },
};
const log = process.stdout.isTTY
  ? pino(logOptions, pretty({ destination: 1, sync: true, ignore: "role", translateTime: "SYS:HH:MM:ss" }))
  : pino(logOptions, pino.destination({ dest: 1, sync: true }));

const args = process.argv.slice(2);
if (args.includes("--help")) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const parsed = parseOptions(args, process.env);
if (!parsed.ok) {
  process.stderr.write(`${parsed.problems.join("\n")}\n\n${usage}\n`);
  process.exit(2);
}

const simulation = startSimulation(parsed.options, log, Date.now);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    // A broker that does not answer must not keep the process: the links give up by themselves, and then nothing is left.
    void simulation.stop().finally(() => process.exit(0));
  });
}
simulation.ended.then(
  () => process.exit(0),
  (error: unknown) => {
    const hint = error instanceof Failure ? { code: error.code, hint: error.hint } : {};
    log.error({ err: error, ...hint }, "the simulator cannot go on");
    process.exit(1);
  },
);

// `npm run check`: types of the server, of the dashboard and of the pure files, lint, format and the rules of the house,
// side by side. Prints file, line and rule of everything that is wrong, then one line per step; exit code 1 when anything is.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { checkHouse } from "./house/house.ts";
import { formatProblem, root } from "./house/sources.ts";

interface Step {
  readonly name: string;
  run(): Promise<{ readonly ok: boolean; readonly output: string }>;
}

const stepMsMax = 120_000;

/** A program of node_modules/.bin; what it prints is the list of problems. */
function program(name: string, command: string, args: readonly string[]): Step {
  return {
    name,
    run: () =>
      new Promise((done) => {
        const child = spawn(join(root, "node_modules/.bin", command), args, {
          cwd: root,
          stdio: ["ignore", "pipe", "pipe"],
          timeout: stepMsMax,
        });
        let output = "";
        const take = (chunk: Buffer): void => {
          output += chunk.toString("utf8");
        };
        child.stdout.on("data", take);
        child.stderr.on("data", take);
        child.once("error", (error) => done({ ok: false, output: `${command}: ${error.message}` }));
        child.once("close", (code, signal) => {
          if (signal !== null) output += `\n${command} was stopped by ${signal}`;
          done({ ok: code === 0, output });
        });
      }),
  };
}

const house: Step = {
  name: "house rules",
  run() {
    const problems = checkHouse();
    return Promise.resolve({ ok: problems.length === 0, output: problems.map(formatProblem).join("\n") });
  },
};

const steps: readonly Step[] = [
  program("types", "tsc", ["--pretty", "false", "-p", "tsconfig.json"]),
  program("types of the dashboard", "tsc", ["--pretty", "false", "-p", "dashboard/tsconfig.json"]),
  program("types of the pure files", "tsc", ["--pretty", "false", "-p", "tsconfig.pure.json"]),
  program("lint", "oxlint", ["--format=unix", "--deny-warnings", "."]),
  program("format", "oxfmt", ["--list-different", "."]),
  house,
];

const startedAt = performance.now();
const results = await Promise.all(
  steps.map(async (step) => {
    const result = await step.run();
    return { ok: result.ok, output: result.output, name: step.name, ms: Math.round(performance.now() - startedAt) };
  }),
);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const { ok, name, output } of results) {
  if (ok) continue;
  say(`── ${name}`);
  const lines = output.trim();
  // oxfmt names files only; they are all wrong in the same way.
  say(name === "format" ? lines.replaceAll(/^(.+)$/gm, "$1:1: is not formatted: npm run format [oxfmt]") : lines);
}
for (const { ok, name, ms } of results) say(`${ok ? "ok    " : "FAILED"} ${name} (${ms} ms)`);
process.exitCode = results.every((result) => result.ok) ? 0 : 1;

// `npm test`: what is missing on the machine, the dashboard, the checks (one test), then every test. The last line is always
// "N passed, N failed"; exit code 1 when anything failed or nothing ran. Arguments go to Vitest, e.g. a folder.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installMissingPackages } from "./harness/packages.ts";
import { root } from "./house/sources.ts";
import type { TestCounts } from "./reporter.ts";

/** Past this something hangs, and the run says so instead of waiting for ever. */
const vitestMsMax = 45 * 60_000;

const args = process.argv.slice(2);
/** Tests that a name pattern leaves out were left out on purpose. */
const named = args.some((arg) => /^(?:-t|--testNamePattern)/.test(arg));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function run(
  command: string,
  commandArgs: readonly string[],
  options: { env?: NodeJS.ProcessEnv; msMax: number },
): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(command, commandArgs, {
      cwd: root,
      env: options.env ?? process.env,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: options.msMax,
    });
    const stop = (): void => void child.kill("SIGINT");
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    child.once("error", (error) => {
      say(`${command}: ${error.message}`);
      done(false);
    });
    child.once("close", (code, signal) => {
      if (signal !== null) say(`${command} ${commandArgs[0] ?? ""} was stopped by ${signal}`);
      done(code === 0);
    });
  });
}

async function runVitest(): Promise<{ readonly passed: number; readonly failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "plumeline-run-"));
  const file = join(folder, "counts.json");
  try {
    const ok = await run(
      join(root, "node_modules/.bin/vitest"),
      ["run", "--reporter=default", "--reporter=./test/reporter.ts", ...args],
      { env: { ...process.env, TEST_COUNTS_FILE: file }, msMax: vitestMsMax },
    );
    if (!existsSync(file)) {
      say("vitest ended without a result");
      return { passed: 0, failed: 1 };
    }
    const counts = JSON.parse(readFileSync(file, "utf8")) as TestCounts;
    for (const other of counts.others) say(`failed: ${other}`);
    const leftOut = named ? 0 : counts.leftOut;
    if (leftOut > 0) say(`failed: ${leftOut} tests did not run`);
    const failed = counts.failed + counts.others.length + leftOut;
    // An exit code of its own, e.g. no file matched: never lost.
    return { passed: counts.passed, failed: ok ? failed : Math.max(1, failed) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let passed = 0;
let failed = 0;
function count(ok: boolean): void {
  if (ok) passed++;
  else failed++;
}

const { stillMissing } = installMissingPackages(say);
// Not the end: the tests that need them fail and name them.
if (stillMissing.length > 0) say(`missing: ${stillMissing.join(", ")}`);
if (!(await run(process.execPath, ["dashboard/build.ts"], { msMax: 300_000 }))) {
  say("failed: the dashboard was not built");
  failed++;
}
count(await run(process.execPath, ["test/check.ts"], { msMax: 300_000 }));
const tests = await runVitest();
if (tests.passed + tests.failed === 0) {
  say("failed: no test ran");
  failed++;
}
passed += tests.passed;
failed += tests.failed;
process.exitCode = failed === 0 ? 0 : 1;
say(`${passed} passed, ${failed} failed`);

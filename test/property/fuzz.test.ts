// Every fuzzer for some hundred cases with a seed of chance, and its canary, which must fail.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { nodePath } from "#test/harness/system.ts";

const program = fileURLToPath(new URL("../fuzz/fuzz.ts", import.meta.url));

function fuzz(...args: string[]): { readonly code: number | null; readonly failures: number; readonly says: string } {
  const { status, stdout, stderr } = spawnSync(nodePath, [program, ...args], { encoding: "utf8" });
  const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { readonly failures?: number };
  return { code: status, failures: summary.failures ?? -1, says: stderr.slice(0, 4_000) };
}

it.each(["hj212", "json", "mqtt", "sparkplug"])("%s: no case fails, and of those of the canary some do", (name) => {
  const run = fuzz(name, "--cases", "400");
  expect(run, run.says).toMatchObject({ code: 0, failures: 0 });
  const canary = fuzz(name, "--cases", "400", "--seed", "1", "--canary");
  expect(canary.code).toBe(1);
  expect(canary.failures).toBeGreaterThan(0);
});

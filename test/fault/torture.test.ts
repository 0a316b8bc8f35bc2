// `npm run torture` with a fixed seed, short enough for every run of the tests; and the proof that it can fail: a store that
// was spoiled on purpose must be found out.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodePath } from "#test/harness/system.ts";

const program = join(import.meta.dirname, "../torture/torture.ts");

interface Outcome {
  readonly code: number | null;
  readonly result: Readonly<Record<string, unknown>>;
  readonly says: string;
}

function torture(args: readonly string[]): Promise<Outcome> {
  const child = spawn(nodePath, ["--disable-warning=ExperimentalWarning", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let says = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (says += chunk.toString("utf8")));
  const stop = (): void => void child.kill("SIGTERM");
  process.once("exit", stop);
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => {
      process.off("exit", stop);
      const last = out.trimEnd().split("\n").at(-1) ?? "";
      if (last.startsWith("{")) done({ code, result: JSON.parse(last) as Outcome["result"], says });
      else fail(new Error(`no result:\n${says}`));
    });
  });
}

const clean = { lost: 0, doubled: 0, damaged: 0, wrong: 0, phantom: 0, ledger: 0, alarms: 0 };

describe("the system under torture", () => {
  it.each([
    { where: "DuckDB, one process", args: ["--seconds", "20", "--seed", "20261122"] },
    { where: "InfluxDB, three processes", args: ["--seconds", "10", "--seed", "20261123", "--influx", "--split"] },
  ])("loses nothing, doubles nothing and invents nothing ($where)", async ({ args }) => {
    const { code, result, says } = await torture(args);
    expect(result, says).toMatchObject(clean);
    expect(code, says).toBe(0);
    expect(result["kills"]).toBeGreaterThan(0);
    expect(result["acked"]).toBeGreaterThan(1000);
  });

  it("is found out when one acknowledged entry is taken out of its history", async () => {
    const { code, result, says } = await torture(["--seconds", "3", "--seed", "1", "--canary", "lost"]);
    const kept = /kept: (\S+)/.exec(says)?.[1];
    if (kept !== undefined) rmSync(kept, { recursive: true, force: true });
    expect(result, says).toMatchObject({ ...clean, lost: 1 });
    expect(code).toBe(1);
    expect(says).toContain("again: npm run torture -- --seed 1 --seconds 3 --canary lost");
  });
});

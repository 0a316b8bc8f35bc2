// `npm run score`: falsification on a small fleet that the rules were not made with (floors a little below what is measured, so
// that a change which accuses honest plants or misses lies is seen here), and energy on a works for two days.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { nodePath } from "../harness/system.ts";

interface Line {
  readonly score: string;
  readonly rule: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly found: number;
  readonly true: number;
}

const script = join(import.meta.dirname, "../score/score.ts");
const run = async (...args: readonly string[]) =>
  promisify(execFile)(nodePath, ["--disable-warning=ExperimentalWarning", script, ...args]);

describe("the score", () => {
  it(
    "of falsification is right about what the rules tell and misses few of the lies of a small fleet",
    { timeout: 120_000 },
    async () => {
      const size = ["--sites", "60", "--days", "3", "--seed", "11"];
      const { stdout } = await run("falsification", "--json", ...size);
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line);
      const total = lines.at(-1);
      expect(total).toMatchObject({ score: "falsification", rule: "all" });
      expect(total?.true).toBeGreaterThan(20);
      expect(total?.precision).toBeGreaterThanOrEqual(0.9);
      expect(total?.recall).toBeGreaterThanOrEqual(0.8);
      expect(lines.filter(({ rule, true: episodes }) => /^R\d/.test(rule) && episodes > 0).length).toBeGreaterThan(6);
    },
  );

  it("of energy tells the true indicators where nothing was lost, and creates none where it was", async () => {
    const { stdout } = await run("energy", "--json", "--plants", "1", "--days", "5", "--seed", "3");
    const lines = stdout
      .trim()
      .split("\n")
      .map(
        (line) => JSON.parse(line) as { faults: string; maxRelativeError: number; created: number; coverage: number },
      );
    expect(lines.map(({ faults }) => faults)).toEqual(["none", "turns", "replaced", "silent", "wild"]);
    for (const { faults, maxRelativeError, created, coverage } of lines) {
      expect(created).toBe(0);
      expect(coverage).toBeGreaterThan(0.99);
      if (faults !== "wild") expect(maxRelativeError).toBeLessThan(6.2e-6);
    }
  });

  it("says what it does not understand, with exit code 2", async () => {
    await expect(run("weather")).rejects.toMatchObject({ code: 2 });
    await expect(run("falsification", "--days", "1")).rejects.toMatchObject({ code: 2 });
  });
});

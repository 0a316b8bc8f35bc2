// `npm run score -- falsification` on a small fleet that the rules were not made with: floors a little below what is measured,
// so that a change which accuses honest plants or misses lies is seen here.

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

describe("the score of the rules of falsification", () => {
  it("is right about what they tell and misses few of the lies of a small fleet", { timeout: 120_000 }, async () => {
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
  });

  it("says what it does not understand, with exit code 2", async () => {
    await expect(run("weather")).rejects.toMatchObject({ code: 2 });
    await expect(run("falsification", "--days", "1")).rejects.toMatchObject({ code: 2 });
  });
});

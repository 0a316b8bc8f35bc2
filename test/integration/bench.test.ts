// The benchmark of the data path as a smoke test: it runs on both stores and loses nothing. How fast is not asked here.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodePath } from "#test/harness/system.ts";

const root = join(import.meta.dirname, "../..");

interface Ran {
  readonly code: number;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly said: string;
}

function runBench(...args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    const command = ["--disable-warning=ExperimentalWarning", "test/bench/bench.ts", ...args];
    execFile(nodePath, command, { cwd: root, timeout: 50_000 }, (error, stdout, said) => {
      const lines = stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      done({ code: error === null ? 0 : Number(error.code ?? -1), lines, said });
    });
  });
}

describe("npm run bench", () => {
  it.each(["duckdb", "influx"])("the benchmark runs on %s and loses nothing", async (store) => {
    const { code, lines, said } = await runBench("pipeline", `--${store}`, "--max-only", "--json", "--seconds", "2");
    expect(code, said).toBe(0);
    const [run, line] = lines;
    expect(run).toMatchObject({ bench: "pipeline", machine: { cores: expect.any(Number) } });
    expect(line, said).toMatchObject({
      bench: "pipeline",
      store: store === "duckdb" ? "duckdb" : "influxdb",
      load: "max",
      lost: 0,
      unacked: 0,
      duplicate: 0,
      quarantined: 0,
    });
    const figure = (name: string): number => Number(line?.[name]);
    expect(figure("stored")).toBe(figure("acked"));
    expect(figure("found")).toBe(figure("acked"));
    for (const name of ["readingsPerSecond", "ackP50Ms", "ackP99Ms", "liveDeltas", "rssMiB", "cpuSeconds"]) {
      expect(figure(name), name).toBeGreaterThan(0);
    }
    expect(figure("ackP99Ms")).toBeGreaterThanOrEqual(figure("ackP50Ms"));
  });

  it("a name that is none is refused with exit code 2, and the names there are", async () => {
    const { code, said } = await runBench("pipelin", "--json");
    expect([code, said]).toEqual([2, expect.stringContaining("pipeline, influx-limit")]);
  });
});

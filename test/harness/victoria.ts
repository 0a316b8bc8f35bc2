// A real VictoriaMetrics on a free loopback port with its data in a fresh temporary folder. It speaks InfluxDB's write
// protocol; what it took is read back by its own export, where a field is the series `measurement_field`.

import { spawn } from "node:child_process";
import { findFreePort } from "./free-port.ts";
import { requireProgram } from "./packages.ts";
import { createTempDir } from "./temp-dir.ts";
import { waitFor } from "./wait.ts";

export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

export interface Victoria {
  readonly url: string;
  /** Everything of one series name, e.g. "readings_w01018". */
  export(name: string): Promise<ExportedSeries[]>;
  stop(): Promise<void>;
}

export async function startVictoria(): Promise<Victoria> {
  const program = requireProgram("victoria-metrics");
  const dir = await createTempDir("victoria");
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const options = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${dir.path}/data`, "-retentionPeriod=100y"];
  const child = spawn(program, [...options, "-memory.allowedBytes=256MB"], { stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  await waitFor(`victoria-metrics at ${url}`, async () => (await fetch(`${url}/health`)).ok, { deadlineMs: 20_000 });
  return {
    url,
    async export(name) {
      await fetch(`${url}/internal/force_flush`);
      const match = new URLSearchParams({ "match[]": `{__name__="${name}"}` });
      const text = await (await fetch(`${url}/api/v1/export?${match.toString()}`)).text();
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as ExportedSeries);
    },
    async stop() {
      process.off("exit", killAtExit);
      child.kill("SIGTERM");
      await exited;
      await dir.remove();
    },
  };
}

// A real InfluxDB 1.x on free loopback ports, with its data in a fresh temporary folder. It can be killed and started
// again on the same data and the same address.

import { join } from "node:path";
import {
  formatConfig,
  influxdUrl,
  ping,
  spawnInfluxd,
  stopInfluxd,
  type InfluxdProcess,
} from "#store/history/influxd-process.ts";
import { findFreePort } from "./free-port.ts";
import { requireProgram } from "./packages.ts";
import { createTempDir } from "./temp-dir.ts";
import { waitFor } from "./wait.ts";

export interface TestInfluxd {
  readonly url: string;
  readonly pid: number;
  /** As kill -9 does; the data stays. */
  kill(): Promise<void>;
  /** On the same data and address. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface TestInfluxdOptions {
  /** Default 0: no limit. Another number takes the index kept in memory, the only one that knows this limit. */
  readonly maxValuesPerTag?: number;
  /** An administrator; with one, nobody is let in without a password. */
  readonly admin?: { readonly username: string; readonly password: string };
}

export async function startInfluxd(options: TestInfluxdOptions = {}): Promise<TestInfluxd> {
  const program = requireProgram("influxd");
  const dir = await createTempDir("influxd");
  const ports = { httpPort: await findFreePort(), rpcPort: await findFreePort() };
  const url = influxdUrl(ports);
  const limit = options.maxValuesPerTag ?? 0;
  const change = (config: string) =>
    config
      .replace("max-values-per-tag = 0", `max-values-per-tag = ${limit}`)
      .replace("tsi1", limit === 0 ? "tsi1" : "inmem")
      .replace("[http]", `[http]\n  auth-enabled = ${options.admin !== undefined}`);
  let server: InfluxdProcess;

  async function launch(): Promise<void> {
    server = await spawnInfluxd(
      program,
      join(dir.path, "influx"),
      change(formatConfig(join(dir.path, "influx"), ports)),
    );
    await waitFor(`influxd at ${url}`, () => ping(url), { deadlineMs: 30_000 });
  }

  // It is in a group of its own, as the product starts it: a test run that breaks off must not leave it behind.
  const killAtExit = () => process.kill(server.pid, "SIGKILL");
  await launch();
  process.once("exit", killAtExit);
  if (options.admin !== undefined) await createAdmin(url, options.admin);
  return {
    url,
    get pid() {
      return server.pid;
    },
    async kill() {
      process.kill(server.pid, "SIGKILL");
      await server.exited;
    },
    restart: launch,
    async stop() {
      process.off("exit", killAtExit);
      await stopInfluxd(server, 3000);
      await dir.remove();
    },
  };
}

async function createAdmin(
  url: string,
  admin: { readonly username: string; readonly password: string },
): Promise<void> {
  const q = `CREATE USER "${admin.username}" WITH PASSWORD '${admin.password}' WITH ALL PRIVILEGES`;
  const response = await fetch(`${url}/query`, { method: "POST", body: new URLSearchParams({ q }) });
  if (!response.ok) throw new Error(`could not create the administrator: ${await response.text()}`);
}

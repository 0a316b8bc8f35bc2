// The private InfluxDB that Plumeline starts itself: one server per folder, one address, whoever of its users is killed.

import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ping } from "#store/history/influxd-process.ts";
import { createPrivateInfluxd } from "#store/history/private-influxd.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { requireProgram } from "#test/harness/packages.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

const deadline = { deadlineMs: 15_000 };

/** Process ids of the servers that run on this folder, as the system sees them. */
function serversOn(dir: string): number[] {
  const config = join(dir, "influx", "influxd.conf");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readCommandLine(pid).includes(config) && !readCommandLine(pid)[0]?.endsWith("node"))
    .map(Number);
}

function readCommandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // gone since it was listed
  }
}

interface User {
  readonly url: string;
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

async function startUser(dir: string, children: Set<ChildProcess>): Promise<User> {
  const script = join(import.meta.dirname, "history-influxd-child.ts");
  const child = spawn(process.execPath, [script, dir], { stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let said = "";
  let complained = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  await waitFor("the child to say its URL", () => said.includes("\n"), deadline).catch((error: unknown) => {
    throw new Error(complained, { cause: error });
  });
  return {
    url: said.trim(),
    async end(signal) {
      child.kill(signal);
      await exited;
      children.delete(child);
    },
  };
}

describe("the private influxd", () => {
  let dir: TempDir;
  const children = new Set<ChildProcess>();
  beforeEach(async () => {
    requireProgram("influxd");
    dir = await createTempDir("private-influxd");
  });
  afterEach(async () => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
    for (const pid of serversOn(dir.path)) process.kill(pid, "SIGKILL");
    await dir.remove();
  });

  it("starts, answers on the same address after the next start, and stops within three seconds", async () => {
    const first = createPrivateInfluxd({ dataDir: dir.path, log: createSilentLog() });
    const url = await first.start();
    expect(serversOn(dir.path)).toHaveLength(1);
    const stopsAt = performance.now();
    await first.stop();
    expect(performance.now() - stopsAt).toBeLessThan(3000);
    expect(serversOn(dir.path)).toEqual([]);
    const second = createPrivateInfluxd({ dataDir: dir.path, log: createSilentLog() });
    expect(await second.start()).toBe(url);
    await second.stop();
  }, 30_000);

  it("is one server for all processes, and goes on under the next one when its owner stops", async () => {
    const owner = await startUser(dir.path, children);
    const [second, third] = await Promise.all([startUser(dir.path, children), startUser(dir.path, children)]);
    expect([second.url, third.url]).toEqual([owner.url, owner.url]);
    expect(serversOn(dir.path)).toHaveLength(1);
    await owner.end("SIGTERM");
    await waitFor("another to take over", () => ping(owner.url), deadline);
    expect(serversOn(dir.path)).toHaveLength(1);
    await Promise.all([second.end("SIGTERM"), third.end("SIGTERM")]);
    await waitFor("the last to stop the server", () => serversOn(dir.path).length === 0, deadline);
  }, 60_000);

  it("outlives its killed owner, and is taken over by the next one, never doubled", async () => {
    const owner = await startUser(dir.path, children);
    const [pid] = serversOn(dir.path);
    await owner.end("SIGKILL");
    expect(serversOn(dir.path)).toEqual([pid]);
    const next = await startUser(dir.path, children);
    expect(next.url).toBe(owner.url);
    expect(serversOn(dir.path)).toEqual([pid]);
    await next.end("SIGTERM");
    expect(serversOn(dir.path)).toEqual([]);
  }, 60_000);

  it("is started again on the same address when it dies", async () => {
    const log = createSilentLog();
    const influxd = createPrivateInfluxd({ dataDir: dir.path, log });
    const url = await influxd.start();
    const [pid] = serversOn(dir.path);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    await waitFor(
      "another server",
      async () => serversOn(dir.path).some((one) => one !== pid) && (await ping(url)),
      deadline,
    );
    expect(serversOn(dir.path)).toHaveLength(1);
    expect(log.lines.some((line) => line.level === "warn" && line.message.includes("ended by itself"))).toBe(true);
    await influxd.stop();
    expect(serversOn(dir.path)).toEqual([]);
  }, 60_000);

  it("is started again when an adopted server dies", async () => {
    const owner = await startUser(dir.path, children);
    await owner.end("SIGKILL");
    const influxd = createPrivateInfluxd({ dataDir: dir.path, log: createSilentLog() });
    const url = await influxd.start();
    const [pid] = serversOn(dir.path);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    await waitFor(
      "another server",
      async () => serversOn(dir.path).some((one) => one !== pid) && (await ping(url)),
      deadline,
    );
    await influxd.stop();
    expect(serversOn(dir.path)).toEqual([]);
  }, 60_000);

  it("that is not installed is a failure that names the Debian package", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = dir.path;
    try {
      const influxd = createPrivateInfluxd({ dataDir: dir.path, log: createSilentLog() });
      await expect(influxd.start()).rejects.toMatchObject({
        code: "influxd-missing",
        hint: expect.stringContaining("apt-get install influxdb") as string,
      });
    } finally {
      process.env["PATH"] = path;
    }
  });
});

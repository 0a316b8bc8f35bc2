// The order of the system calls of the running program, seen by the kernel's own witness (strace): no acknowledgement
// leaves before the write that puts its frame on disk has returned.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { signIn } from "#test/harness/api-client.ts";
import { findFreePort } from "#test/harness/free-port.ts";
import { requireProgram } from "#test/harness/packages.ts";
import { adminPassword, nodePath } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { openMqttLine } from "#test/torture/mqtt-line.ts";
import { checkTrace } from "#test/torture/trace.ts";

const frameCount = 300;
const main = join(import.meta.dirname, "../../main.ts");

let folder: TempDir | null = null;
let traced: number | undefined;
afterEach(async () => {
  for (const pid of childrenOf(traced)) process.kill(pid, "SIGKILL");
  traced = undefined;
  await folder?.remove();
  folder = null;
});

function childrenOf(pid: number | undefined): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return pid === undefined || !existsSync(file)
    ? []
    : readFileSync(file, "utf8")
        .split(" ")
        .filter((text) => text !== "")
        .map(Number);
}

/** Runs the program under strace, sends frames with QoS 1 and 2, several at once, and gives back what strace wrote. */
async function traceAcknowledgements(dir: string, mqttPort: number): Promise<string> {
  const http = `127.0.0.1:${await findFreePort()}`;
  const mqtt = `127.0.0.1:${mqttPort}`;
  const file = join(dir, "trace");
  const calls = "trace=openat,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync";
  const command = [nodePath, "--disable-warning=ExperimentalWarning", main, "--no-simulator"];
  const child = spawn(
    requireProgram("strace"),
    ["-f", "--seccomp-bpf", "-yy", "-s", "100000", "-e", calls, "-o", file, ...command],
    {
      cwd: dir,
      env: {
        PATH: process.env["PATH"],
        DATA_DIR: dir,
        ADMIN_PASSWORD: adminPassword,
        MQTT_LISTEN: mqtt,
        HTTP_LISTEN: http,
        MQTT_WS_LISTEN: "127.0.0.1:0",
        HJ212_LISTEN: "127.0.0.1:0",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  traced = child.pid;
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const exited = new Promise<void>((done) => child.once("close", () => done()));
  await waitFor("the program to listen", () => said.includes('"msg":"listening"'), { deadlineMs: 60_000 }).catch(
    (error: unknown) => {
      throw new Error(`not listening under strace:\n${said}`, { cause: error });
    },
  );
  const api = await signIn(http, "admin", adminPassword);
  const { username, password } = await api.createSite("TRACED");
  let done = 0;
  let next = 1;
  const line = openMqttLine({
    address: mqtt,
    username,
    password,
    clientId: "traced",
    onOpen: () => fill(),
    onAck: () => undefined,
    onDone() {
      done++;
      fill();
    },
    onClose: () => undefined,
  });
  function fill(): void {
    for (; next <= frameCount && next - done <= 8; next++) {
      const payload = Buffer.from(`{"id":"t-${next}-","time":${Date.now()},"values":{"w01018":${next}}}`);
      line.publish(next, `v1/${username}/readings`, payload, next % 3 === 0 ? 2 : 1);
    }
  }
  await waitFor("every frame to be acknowledged", () => done === frameCount, { deadlineMs: 60_000 });
  line.end("fin");
  // The program and not its witness is told to stop; strace ends behind it, with everything written.
  for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGTERM");
  await exited;
  return readFileSync(file, "utf8");
}

describe("the order of system calls", () => {
  it("lets no acknowledgement leave before its frame is on disk", async () => {
    folder = await createTempDir("trace");
    const port = await findFreePort();
    const trace = await traceAcknowledgements(folder.path, port);
    const report = checkTrace(trace, port);
    expect(report.early).toEqual([]);
    expect(new Set(report.acknowledged)).toEqual(new Set(Array.from({ length: frameCount }, (_, i) => i + 1)));
    expect(report.writes).toBeGreaterThan(0);
    // Whoever says "never" must be able to say "here": without the flag that makes writes wait, everything is too early …
    expect(checkTrace(trace.replaceAll("|O_DSYNC", ""), port).early).toHaveLength(frameCount);
    // … and so is one frame whose write is torn out of the trace.
    const lines = trace.split("\n");
    const victim = lines.findIndex((each) => each.includes("pwrite64(") && each.includes("t-150-"));
    lines.splice(victim, 1);
    expect(checkTrace(lines.join("\n"), port).early).toContain("frame 150 was acknowledged before it was on disk");
  });
});

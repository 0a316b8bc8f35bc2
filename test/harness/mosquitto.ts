// A real Mosquitto on a free loopback port, with its sessions and queues in a fresh temporary folder. It can be killed or
// stopped and started again on the same data and the same address.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { requireProgram } from "./packages.ts";
import { createTempDir } from "./temp-dir.ts";
import { waitFor } from "./wait.ts";

export interface TestMosquitto {
  /** host:port */
  readonly address: string;
  output(): string;
  /** As a service manager does: it writes its sessions and queues first. */
  stop(): Promise<void>;
  /** On the same data and address. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

export interface TestMosquittoOptions {
  /** Lines of mosquitto.conf behind the listener; without any, anybody may come in. */
  readonly config?: readonly string[];
}

export async function startMosquitto(options: TestMosquittoOptions = {}): Promise<TestMosquitto> {
  const program = requireProgram("mosquitto");
  const dir = await createTempDir("mosquitto");
  const port = await findFreePort();
  const file = join(dir.path, "mosquitto.conf");
  mkdirSync(join(dir.path, "data"));
  writeFileSync(
    file,
    [
      `user ${userInfo().username}`,
      "persistence true",
      `persistence_location ${join(dir.path, "data")}/`,
      // Its own bounds would drop what waits for a subscriber that is away.
      "max_queued_messages 0",
      `listener ${port} 127.0.0.1`,
      ...(options.config ?? ["allow_anonymous true"]),
      "",
    ].join("\n"),
  );
  let child: ChildProcess | null = null;
  let exited: Promise<void> = Promise.resolve();
  let said = "";

  const killAtExit = (): void => void child?.kill("SIGKILL");

  async function start(): Promise<void> {
    const started = spawn(program, ["-c", file], { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    exited = new Promise((done) => started.once("exit", () => done()));
    const listens = (): Promise<boolean> => {
      if (started.exitCode !== null) throw new Error(`mosquitto ended with ${started.exitCode}:\n${said}`);
      return isListening(port);
    };
    await waitFor("mosquitto to listen", listens, { deadlineMs: 10_000 });
  }

  async function stop(): Promise<void> {
    child?.kill("SIGTERM");
    await exited;
  }

  await start();
  process.once("exit", killAtExit);
  return {
    address: `127.0.0.1:${port}`,
    output: () => said,
    start,
    stop,
    async close() {
      process.off("exit", killAtExit);
      await stop();
      await dir.remove();
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

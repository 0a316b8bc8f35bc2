// The simulator as a second process: devices are outside, also when they are simulated.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RoleLog } from "./role.ts";

export interface RunningSimulator {
  stop(): Promise<void>;
}

export interface SimulatorParts {
  /** host:port of the api, of the MQTT door and of the HJ 212 door; without the last one all devices speak MQTT. */
  readonly http: string;
  readonly mqtt: string;
  readonly hj212: string | null;
  readonly token: string;
  readonly log: RoleLog;
}

const stopMs = 1_500;
const restartMs = 5_000;

/** An address that listens everywhere is reached here. */
function reachable(address: string): string {
  return address.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}

export function startSimulator(parts: SimulatorParts): RunningSimulator {
  const script = fileURLToPath(new URL("../simulator/simulator.ts", import.meta.url));
  let child: ChildProcess | null = null;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  function begin(): void {
    const addresses = ["--api", `http://${reachable(parts.http)}`, "--broker", reachable(parts.mqtt)];
    if (parts.hj212 !== null) addresses.push("--hj212", reachable(parts.hj212));
    child = spawn(process.execPath, [...process.execArgv, script, ...addresses], {
      env: { ...process.env, SIMULATOR_TOKEN: parts.token },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("exit", (code, signal) => {
      child = null;
      if (stopping || code === 0) return;
      parts.log.warn({ code, signal, restartMs }, "the simulator ended and is started again");
      timer = setTimeout(begin, restartMs);
    });
  }
  begin();

  return {
    stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === null) return Promise.resolve();
      return new Promise((done) => {
        const kill = setTimeout(() => running.kill("SIGKILL"), stopMs);
        running.once("exit", () => {
          clearTimeout(kill);
          done();
        });
        running.kill("SIGTERM");
      });
    },
  };
}

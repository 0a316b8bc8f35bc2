// A role on a thread of its own (ingest, api). Main hands it ports to the other roles and tells it when to stop.

import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "#domain/failure.ts";
import { createPortLink } from "#store/link/port.ts";
import { createRpc } from "#store/link/rpc.ts";
import { dialLink, serveLinks, socketPath } from "#store/link/socket.ts";
import { createLog } from "./log.ts";
import type { FromThread, RoleName, RunningRole, ThreadData, ToThread } from "./role.ts";
import { runApi } from "./run-api.ts";
import { runIngest } from "./run-ingest.ts";

const data = workerData as ThreadData;
const { role, settings } = data;
const log = createLog(settings.logLevel, role);
const rpcs: Readonly<Record<RoleName, ReturnType<typeof createRpc>>> = {
  broker: createRpc("broker"),
  ingest: createRpc("ingest"),
  api: createRpc("api"),
};

const startPatienceMs = 1_500;

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

function run(): Promise<RunningRole> {
  const { embeddedHistory, withSimulator } = data;
  if (role === "ingest") return runIngest({ settings, log, rpc: rpcs.api, embeddedHistory });
  return runApi({ settings, log, broker: rpcs.broker, ingest: rpcs.ingest, embeddedHistory, withSimulator });
}

async function main(): Promise<void> {
  const diallers = data.remote.map((name) =>
    dialLink(socketPath(settings.dataDir, name), (link) => rpcs[name].attach(link)),
  );
  const server = data.serve ? serveLinks(socketPath(settings.dataDir, role), (link) => rpcs.api.attach(link)) : null;
  const { promise: starting, resolve: started } = Promise.withResolvers<RunningRole | null>();
  parentPort?.on("message", (message: ToThread) => {
    if (message.type === "link") {
      rpcs[message.role].attach(createPortLink(message.port));
      return;
    }
    void (async () => {
      // Asked to stop while it is still starting, a role is let up for a moment, so that it can close what it opened.
      const running = await Promise.race([starting, delay(startPatienceMs, null, { ref: false })]);
      await running?.stop();
      for (const dialler of diallers) dialler.stop();
      await server?.stop();
      for (const rpc of Object.values(rpcs)) rpc.close();
      say({ type: "stopped" });
      // A role that did not come up in time may hold things that would keep this thread alive.
      if (running === null) process.exit();
      parentPort?.close();
    })();
  });
  await server?.start();
  const running = await run();
  started(running);
  say({ type: "ready", addresses: running.addresses, notes: running.notes });
}

main().catch((error: unknown) => {
  const failure =
    error instanceof Failure
      ? error
      : new Failure("internal", error instanceof Error ? (error.stack ?? error.message) : String(error));
  say({ type: "failed", code: failure.code, message: failure.message, hint: failure.hint });
});

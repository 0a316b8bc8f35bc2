// Plumeline, composed. Reads like a parts list: settings, roles, the links between them, the simulator, and how it all ends.
//
//   main thread: broker + journal        thread: ingest        thread: api        second process: simulator
//
// With --roles the same parts run in several processes of one machine and find each other by sockets below DATA_DIR/run.

import { parseArgs } from "node:util";
import { Failure } from "#domain/failure.ts";
import { parseSettings, type Settings } from "#domain/settings.ts";
import { createPrivateInfluxd } from "#store/history/private-influxd.ts";
import { createPortLink } from "#store/link/port.ts";
import { createRpc } from "#store/link/rpc.ts";
import { serveLinks, socketPath } from "#store/link/socket.ts";
import { openDataFolder } from "./roles/data-folder.ts";
import { createLog } from "./roles/log.ts";
import { roleNames, type RoleName, type RunningRole } from "./roles/role.ts";
import { runBroker } from "./roles/run-broker.ts";
import { startSimulator } from "./roles/simulator.ts";
import { startThread, type RoleThread } from "./roles/start-thread.ts";

const stopDeadlineMs = 4_800;

interface Options {
  readonly roles: readonly RoleName[];
  readonly influx: boolean;
  readonly simulator: boolean;
}

function parseOptions(argv: readonly string[]): Options | string[] {
  const problems: string[] = [];
  try {
    const { values } = parseArgs({
      args: [...argv],
      allowNegative: true,
      options: {
        roles: { type: "string" },
        influx: { type: "boolean", default: false },
        simulator: { type: "boolean", default: true },
      },
    });
    const roles = (values.roles ?? roleNames.join(",")).split(",").map((name) => name.trim());
    const unknown = roles.filter((name) => !roleNames.some((known) => known === name));
    if (unknown.length > 0) problems.push(`--roles: ${unknown.join(", ")} is none of ${roleNames.join(", ")}`);
    if (problems.length > 0) return problems;
    return {
      roles: roleNames.filter((name) => roles.includes(name)),
      influx: values.influx,
      simulator: values.simulator,
    };
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function refuse(problems: readonly string[]): never {
  process.stderr.write(`Plumeline cannot start:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\n`);
  process.exit(2);
}

const options = parseOptions(process.argv.slice(2));
const parsed = parseSettings(process.env);
const problems = [...(Array.isArray(options) ? options : []), ...(parsed.ok ? [] : parsed.problems)];
if (Array.isArray(options) || !parsed.ok || problems.length > 0) refuse(problems);
await start(options, parsed.settings);

async function start({ roles, influx, simulator }: Options, given: Settings): Promise<void> {
  const log = createLog(given.logLevel, roles.length === roleNames.length ? "main" : roles.join("+"));
  const begunAt = performance.now();
  const has = (role: RoleName): boolean => roles.includes(role);
  const everything = roles.length === roleNames.length;
  const withSimulator = simulator && given.simulator && everything;
  const brokerRpc = createRpc("api");
  const threads: RoleThread[] = [];
  let broker: RunningRole | null = null;
  let devices: ReturnType<typeof startSimulator> | null = null;
  let stopping = false;

  const influxd =
    influx && given.influxUrl === null && (has("ingest") || has("api"))
      ? createPrivateInfluxd({ dataDir: given.dataDir, log })
      : null;
  const brokerSocket =
    has("broker") && !has("api")
      ? serveLinks(socketPath(given.dataDir, "broker"), (link) => brokerRpc.attach(link))
      : null;

  async function stop(code: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    const deadline = setTimeout(() => {
      log.error({}, "did not stop in time; what is missing is done at the next start");
      process.exit(code === 0 ? 1 : code);
    }, stopDeadlineMs);
    deadline.unref();
    await devices?.stop();
    await broker?.stop();
    // Ingest after the broker: what was acknowledged last is processed before it ends.
    await threads.find((thread) => thread.role === "ingest")?.stop();
    await threads.find((thread) => thread.role === "api")?.stop();
    await brokerSocket?.stop();
    await influxd?.stop();
    log.info({}, "stopped");
    process.exit(code);
  }
  process.on("SIGINT", () => void stop(0));
  process.on("SIGTERM", () => void stop(0));

  try {
    openDataFolder(given.dataDir);
    const settings: Settings =
      influxd === null ? given : { ...given, influxUrl: await influxd.start(), influxPrivate: true, influxVersion: 1 };
    if (has("broker")) {
      await brokerSocket?.start();
      broker = await runBroker({ settings, log, rpc: brokerRpc });
    }
    for (const role of roles) {
      if (role === "broker") continue;
      threads.push(
        startThread({
          log,
          data: {
            role,
            settings,
            embeddedHistory: settings.influxUrl === null,
            remote: role === "api" ? (["broker", "ingest"] as const).filter((other) => !has(other)) : [],
            serve: role === "ingest" && !has("api"),
            withSimulator: role === "api" && withSimulator,
          },
          wire: (thread) => wire(thread),
          onGone: () => void stop(1),
        }),
      );
    }
    const ready = await Promise.all(threads.map((thread) => thread.ready));
    const addresses: Record<string, string | null> = { mqtt: null, mqtts: null, mqttWs: null, hj212: null, http: null };
    Object.assign(addresses, broker?.addresses, ...ready.map((each) => each.addresses));
    const notes: Record<string, string> = Object.assign({}, ...ready.map((each) => each.notes));
    log.info({ addresses, roles, startMs: Math.round(performance.now() - begunAt) }, "listening");
    if (notes["signInToken"] !== undefined) {
      log.info(
        { link: `http://${addresses["http"]}/sign-in/${notes["signInToken"]}` },
        "sign in once with this link (good for one day)",
      );
      log.info(
        { user: "admin", passwordFile: notes["adminPasswordFile"] },
        "the password of user admin is in this file",
      );
    }
    const token = notes["simulatorToken"];
    if (token !== undefined && addresses["http"] && addresses["mqtt"]) {
      const hj212 = addresses["hj212"] ?? null;
      devices = startSimulator({ http: addresses["http"], mqtt: addresses["mqtt"], hj212, token, log });
    }
  } catch (error) {
    if (stopping) return;
    const failure = error instanceof Failure ? error : null;
    log.error({ err: error, ...(failure === null ? {} : { code: failure.code, hint: failure.hint }) }, "cannot start");
    await stop(failure !== null && !failure.retryable ? 2 : 1);
  }

  /** Connects a thread that has just begun with the roles of this process that it talks to. */
  function wire(thread: RoleThread): void {
    if (thread.role === "ingest") {
      const api = threads.find((other) => other.role === "api");
      if (api !== undefined) api.linkWith(thread);
      return;
    }
    if (has("broker")) thread.link("broker", (port) => brokerRpc.attach(createPortLink(port)));
    const ingest = threads.find((other) => other.role === "ingest");
    if (ingest !== undefined) thread.linkWith(ingest);
  }
}

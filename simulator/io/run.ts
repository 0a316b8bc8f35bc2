// The life of a simulator process: wait for the api, register, connect everybody, run, report, stop.
//
//   api ready ─▶ sites, limits ─▶ credentials ─▶ links through the gate ─▶ runner ─▶ (signal) ─▶ offline, disconnect

import { readFileSync } from "node:fs";
import { Failure } from "#domain/failure.ts";
import { formatIso } from "#domain/time.ts";
import { createActor } from "../device.ts";
import { withProcessSignals } from "../fleet/process-signals.ts";
import { createFleet } from "../fleet.ts";
import { equipLoggers, withLogger } from "../hj212/identity.ts";
import type { Options } from "../options.ts";
import { createRandom } from "../random.ts";
import { createScenario } from "../scenarios/scenario.ts";
import { createSimulatedClock } from "../schedule.ts";
import { createEdgeNodeActor } from "../sparkplug/actor.ts";
import { createSparkplugSpeech } from "../sparkplug/speech.ts";
import { createPlainSpeech } from "../speech.ts";
import { createApiClient, type ApiClient } from "./api-client.ts";
import { createGate } from "./gate.ts";
import type { Log } from "#domain/log.ts";
import { createLinkCounters, createMqttLink, type Link } from "./mqtt-link.ts";
import { createLoggerFleet, type LoggerFleet } from "./logger-fleet.ts";
import { fetchCredentials, type Loggers, registerFleet } from "./register.ts";
import { createRunner, type Runner } from "./runner.ts";
import { createTruthFile } from "./truth-file.ts";

/** About four seconds for the whole fleet, and few handshakes at the same time. */
const connectsPerSecond = 320;
const connectsAtOnce = 64;
const reportMs = 10_000;
const renewMs = 15_000;
/** Whoever started the process may kill it after 1.5 s. */
const stopMsMax = 1_200;
const doneCheckMs = 100;

export interface Simulation {
  /** Resolves when the run has ended by itself (--once) or was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

function readPassword(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Failure("simulator-password-file", `cannot read ${path}`, { cause, hint: "check --password-file" });
  }
}

async function openApi(options: Options, log: Log, signal: AbortSignal): Promise<ApiClient> {
  const { apiUrl, token, user, passwordFile } = options;
  const api = createApiClient({ apiUrl, token, random: createRandom(options.seed ^ 0x5eed), log, signal });
  await api.waitUntilReady();
  // The file may be written by the very process whose api has just come up, so it is read only now.
  if (token === null && passwordFile !== null) await api.signIn(user, readPassword(passwordFile));
  return api;
}

export function startSimulation(options: Options, log: Log, wallNow: () => number): Simulation {
  const abort = new AbortController();
  const gate = createGate(connectsPerSecond, connectsAtOnce);
  const counters = createLinkCounters();
  const links = new Map<string, Link>();
  const refused = new Set<string>();
  const timers: NodeJS.Timeout[] = [];
  let runner: Runner | null = null;
  let loggerFleet: LoggerFleet | null = null;
  let finish: () => void = () => undefined;

  const pending = (): number => [...links.values()].reduce((sum, link) => sum + link.pending, 0);

  const report = (simulatedMs: number, message: string): void => {
    const { connected, lost, reconnects, sent, acked, resent, dropped, refused: refusals } = counters;
    const rssMb = Math.round(process.memoryUsage.rss() / 1_048_576);
    const line = { simulated: formatIso(simulatedMs), connected, devices: links.size, sent, acked, outbox: pending() };
    const hj212 = loggerFleet === null ? {} : { hj212: { ...loggerFleet.counts } };
    log.info({ ...line, reconnects, lost, resent, dropped, refused: refusals, ...hj212, rssMb }, message);
  };

  /** The registry forgot or replaced a password: ask again, all refused devices in one call. */
  const renew = async (api: ApiClient): Promise<void> => {
    const sites = [...refused];
    refused.clear();
    if (sites.length === 0) return;
    const passwords = await fetchCredentials(api, sites);
    for (const [site, password] of passwords) links.get(site)?.setPassword(password);
    log.warn({ sites: sites.length }, "credentials were refused and have been renewed");
  };

  const run = async (): Promise<void> => {
    const truth = createTruthFile(options.truthFile);
    const plain = createFleet(options.seed, options.size);
    const fleet = options.scenario === "falsified" ? plain.map(withProcessSignals) : plain;
    const { hj212 } = options;
    const loggers: Loggers = hj212 === null ? new Map() : equipLoggers(fleet, options.loggerShare);
    const devices = fleet.map((each) => (loggers.has(each.site.id) ? withLogger(each, options.loggerSeconds) : each));
    const api = await openApi(options, log, abort.signal);
    await registerFleet(api, devices, loggers, log);
    const onMqtt = devices.filter((device) => !loggers.has(device.site.id));
    const passwords = await fetchCredentials(
      api,
      onMqtt.map((device) => device.site.id),
    );
    const edgeNodes = new Set(
      options.sparkplug ? onMqtt.filter(({ profile }) => profile.type === "energy").map(({ site }) => site.id) : [],
    );
    const isEdgeNode = (site: string): boolean => edgeNodes.has(site);
    for (const [i, { site }] of onMqtt.entries()) {
      const password = passwords.get(site.id);
      if (password === undefined) throw new Failure("simulator-credentials", `no credentials for ${site.id}`);
      const link = createMqttLink({
        host: options.brokerHost,
        port: options.brokerPort,
        site: site.id,
        password,
        speech: isEdgeNode(site.id)
          ? createSparkplugSpeech(site.id, site.factors, wallNow)
          : createPlainSpeech(site.id),
        gate,
        random: createRandom(options.seed + i),
        counters,
        onRefused: (id) => refused.add(id),
      });
      links.set(site.id, link);
      link.start();
    }
    const clock = createSimulatedClock(wallNow(), options.hoursBack * 3_600_000, options.speed);
    const openings = [...new Set([clock.startMs, clock.caughtUpAtMs])];
    const scenario = createScenario(options.scenario, devices, options.seed, openings);
    const isLive = (eventMs: number): boolean => eventMs >= clock.caughtUpAtMs;
    if (hj212 !== null) loggerFleet = createLoggerFleet({ door: hj212, loggers, gate, isLive, now: wallNow });
    const actors = devices.map((device, i) => {
      const actor = createActor(device, scenario, truth);
      const equipped = loggerFleet?.equip(actor, createRandom(options.seed - i)) ?? null;
      if (equipped === null) return isEdgeNode(device.site.id) ? createEdgeNodeActor(actor) : actor;
      links.set(device.site.id, equipped.link);
      return equipped.actor;
    });
    const linkOf = (site: string): Link => {
      const link = links.get(site);
      if (link === undefined) throw new Error(`no link for ${site}`);
      return link;
    };
    runner = createRunner({
      actors,
      linkOf,
      clock,
      wallNow,
      untilMs: options.once ? clock.caughtUpAtMs : null,
    });
    runner.start();
    log.info(
      { devices: devices.length, scenario: options.scenario, from: formatIso(clock.startMs) },
      "devices are starting",
    );
    timers.push(
      setInterval(() => report(clock.at(wallNow()), "simulator"), reportMs),
      setInterval(() => {
        renew(api).catch((error: unknown) => {
          if (!abort.signal.aborted) log.error({ err: error }, "renewing credentials failed");
        });
      }, renewMs),
    );
    await new Promise<void>((resolve) => {
      finish = resolve;
      if (abort.signal.aborted) resolve();
      if (!options.once) return;
      const isOver = (): boolean => clock.isCaughtUp(wallNow()) && runner?.isDone() === true;
      timers.push(setInterval(() => isOver() && resolve(), doneCheckMs));
    });
    report(clock.at(wallNow()), "simulator ends");
  };

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    abort.abort(new Error("stopped"));
    timers.forEach(clearInterval);
    gate.stop();
    runner?.stop();
    loggerFleet?.stop();
    finish();
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, stopMsMax).unref());
    await Promise.race([Promise.all([...links.values()].map((link) => link.stop())), deadline]);
  };
  const stopOnce = (): Promise<void> => (stopping ??= stop());

  const ended = run().then(stopOnce, async (error: unknown) => {
    const stoppedByUs = abort.signal.aborted;
    await stopOnce();
    if (!stoppedByUs) throw error;
  });
  return { ended, stop: stopOnce };
}

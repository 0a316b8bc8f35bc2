// The province under the budgets: the real program with 1,211 sites on the map, thousands of open alarms, and a load that
// comes in by MQTT from one connection per site: readings from the load generator, alarms from values that go beyond their
// limits and back.

import { join } from "node:path";
import { cities } from "#domain/city.ts";
import { factors as factorTable } from "#domain/factor.ts";
import { dayMs } from "#domain/time.ts";
import { createDuckdbHistory } from "#store/history/duckdb.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { killLeftovers, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { fillMeans, siteId } from "../history-fill.ts";
import { type LoadClient, startLoad, type StartedLoad } from "../load.ts";
import { outfallFactors } from "../values.ts";
import { type AlarmLoad, createAlarmLoad } from "./alarm-load.ts";

/** On-line outfalls of the province. */
const sitesAll = 1_211;
const alarmSitesCount = 125;
const alarmsPerSite = 40;
/** Their alarms are alone in their city, so that a list of it is short. */
const probeSitesCount = 4;
export const probeCity = "131100";
const sitesPerCall = 1_000;
const limitsPerCall = 2_500;
const readingsPerMessage = 10;
/** What quiet sites are expected in, s: at nominal load each sends about once a second. */
export const intervalSeconds = 2;
/** Low enough to lie inside the physical range of every factor. */
export const alarmLimit = 0.5;

export interface Nominal {
  readonly readingsPerSecond: number;
  readonly alarmsPerSecond: number;
}

export const nominal: Nominal = { readingsPerSecond: 10_000, alarmsPerSecond: 200 };
export const stress: Nominal = { readingsPerSecond: 50_000, alarmsPerSecond: 2_000 };

export interface LoadHeld {
  /** Acknowledged, per second. */
  readonly readingsPerSecond: number;
  /** Changes of alarms that were sent, per second. */
  readonly alarmsPerSecond: number;
}

export interface RunningLoad {
  /** Waits for the last acknowledgements; a second call answers the same. */
  stop(): Promise<LoadHeld>;
}

export interface Province {
  readonly system: RunningSystem;
  readonly token: string;
  readonly address: string;
  readonly quiet: readonly LoadClient[];
  readonly probes: readonly LoadClient[];
  readonly codes: readonly string[];
  /** A site of which five years of means are there. */
  readonly pastSite: string;
  readonly openAlarms: number;
  /** Until it is stopped. */
  load(wanted: Nominal): Promise<RunningLoad>;
  /** All readings from one site; so many of them at one time. */
  loadSite(client: LoadClient, readingsPerSecond: number, factors: number): Promise<RunningLoad>;
  close(): Promise<void>;
}

/** Around the middle of its city; the same in every run. */
function placeOf(city: (typeof cities)[number], n: number): { readonly lat: number; readonly lon: number } {
  const far = 0.5 * Math.sqrt((n % 137) / 137);
  const angle = n * 2.399963;
  return {
    lat: Math.round((city.lat + far * Math.sin(angle)) * 1e4) / 1e4,
    lon: Math.round((city.lon + far * Math.cos(angle)) * 1e4) / 1e4,
  };
}

async function fillPast(dataDir: string): Promise<void> {
  const history = createDuckdbHistory({ file: join(dataDir, "history.duckdb"), log: createSilentLog() });
  await history.start();
  const to = Math.floor(Date.now() / dayMs) * dayMs;
  const years = { sites: [0], from: to - 5 * 365 * dayMs, to, factors: 4 };
  await fillMeans(history, "1h", years);
  await fillMeans(history, "1d", years);
  await history.stop();
}

async function order(system: RunningSystem, path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const reply = await system.api.call("POST", path, body);
  if (reply.status > 299) throw new Error(`POST ${path}: ${reply.status} ${reply.text.slice(0, 500)}`);
  return reply.body;
}

async function register(system: RunningSystem, codes: readonly string[]): Promise<LoadClient[]> {
  const others = cities.filter((city) => city.adcode !== probeCity);
  const drafts = Array.from({ length: sitesAll }, (_, n) => {
    const kind = kindOf(n);
    const probe = cities.find((city) => city.adcode === probeCity);
    const city = kind === "probe" ? probe : others[n % others.length];
    if (city === undefined) throw new Error("a site lies in no city");
    return {
      id: siteId(n),
      name: `${city.nameZh}第${n + 1}污水处理厂总排口`,
      kind: "water-outfall",
      city: city.adcode,
      factors: kind === "alarm" ? codes : outfallFactors,
      intervalSeconds: kind === "quiet" ? intervalSeconds : 3_600,
      ...placeOf(city, n),
    };
  });
  const clients: LoadClient[] = [];
  for (let from = 0; from < drafts.length; from += sitesPerCall) {
    const part = drafts.slice(from, from + sitesPerCall);
    await order(system, "/api/v1/sites/import", { sites: part });
    const { items } = await order(system, "/api/v1/credentials", { sites: part.map(({ id }) => id) });
    clients.push(...(items as LoadClient[]));
  }
  const limits = drafts.flatMap(({ id, factors }, n) =>
    kindOf(n) === "quiet"
      ? []
      : factors.map((factor) => ({
          site: id,
          factor,
          basis: "realtime",
          max: alarmLimit,
          from: 0,
          reason: "benchmark",
        })),
  );
  for (let from = 0; from < limits.length; from += limitsPerCall) {
    await order(system, "/api/v1/limits/import", { limits: limits.slice(from, from + limitsPerCall) });
  }
  return clients;
}

function kindOf(n: number): "quiet" | "alarm" | "probe" {
  if (n >= sitesAll - probeSitesCount) return "probe";
  return n >= sitesAll - probeSitesCount - alarmSitesCount ? "alarm" : "quiet";
}

export async function startProvince(say: (text: string) => void): Promise<Province> {
  const folder = await createTempDir("dashboard-bench");
  say("filling five years of means");
  await fillPast(folder.path);
  const system = await startSystem({ dataDir: folder.path, keepAddresses: true });
  const cleanUp = (): void => killLeftovers(folder.path);
  process.once("exit", cleanUp);
  const close = async (): Promise<void> => {
    // Nobody looks at it any more: an orderly stop would first bring everything that was sent to the disk.
    await system.kill();
    await system.close();
    process.off("exit", cleanUp);
    await folder.remove();
  };
  try {
    say(`registering ${sitesAll} sites`);
    const codes = factorTable
      .filter((factor) => factor.medium === "water")
      .map((factor) => factor.code)
      .slice(0, alarmsPerSite);
    const clients = await register(system, codes);
    const mqttPort = Number(system.addresses.mqtt.split(":")[1]);
    const alarms = await createAlarmLoad(
      system.addresses.mqtt,
      clients.filter((_, n) => kindOf(n) === "alarm"),
      codes,
    );
    alarms.raiseAll();
    const openAlarms = alarmSitesCount * codes.length;
    await waitFor(
      `${openAlarms} alarms`,
      async () =>
        (await system.api.call("GET", "/api/v1/alarms?limit=1&state=unack-active")).body["total"] === openAlarms,
      { deadlineMs: 60_000, everyMs: 200 },
    );
    say(`${openAlarms} alarms are open`);
    const quiet = clients.filter((_, n) => kindOf(n) === "quiet");
    return {
      system,
      get token() {
        return system.api.token;
      },
      get address() {
        return system.addresses.http;
      },
      quiet,
      probes: clients.filter((_, n) => kindOf(n) === "probe"),
      codes,
      pastSite: siteId(0),
      openAlarms,
      async load({ readingsPerSecond, alarmsPerSecond }) {
        const readings = await startLoad({
          ...shapeOf(mqttPort, quiet, readingsPerMessage),
          messagesPerSecond: readingsPerSecond / readingsPerMessage,
        });
        return begin(readings, alarms, alarmsPerSecond);
      },
      async loadSite(client, readingsPerSecond, factors) {
        const readings = await startLoad({
          ...shapeOf(mqttPort, [client], factors),
          messagesPerSecond: readingsPerSecond / factors,
        });
        return begin(readings, null, 0);
      },
      async close() {
        alarms.end();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function shapeOf(port: number, clients: readonly LoadClient[], factors: number) {
  return {
    port,
    clients,
    topic: (site: string) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage: factors,
    inFlight: 64,
    qos: 1,
    seconds: 3_600,
    drainSeconds: 20,
  } as const;
}

function begin(readings: StartedLoad, alarms: AlarmLoad | null, alarmsPerSecond: number): RunningLoad {
  readings.begin();
  alarms?.begin(alarmsPerSecond);
  let held: Promise<LoadHeld> | null = null;
  const end = async (): Promise<LoadHeld> => {
    const alarmsPerSecond = alarms?.stop() ?? 0;
    readings.end();
    const result = await readings.result;
    return { readingsPerSecond: result.readings / result.seconds, alarmsPerSecond };
  };
  return { stop: () => (held ??= end()) };
}

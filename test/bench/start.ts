// How long a start takes, as those outside see it: from the start of the process to the first acknowledged reading of a
// device that keeps trying, and to the first paint of the dashboard in Chromium. On an empty folder, after an orderly stop,
// and after kill -9 in the middle of a load.

import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { createApiClient, type Credentials, signIn } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { findFreePort } from "#test/harness/free-port.ts";
import {
  adminPassword,
  killLeftovers,
  type Program,
  startProgram,
  stopProgram,
  whenListening,
} from "#test/harness/system.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { type LoadClient, startLoad, type StartedLoad } from "./load.ts";
import { readUsage } from "./processes.ts";
import { outfallFactors } from "./values.ts";

const startMsMax = 120_000;
const retryMs = 5;
const sitesPerCall = 1_000;
const readingsPerMessage = 10;
const speakingMax = 1_211;
/** As a fleet of this size would send that reports every second. */
const messagesPerSitePerSecond = 1;

/** The addresses stay the same over all starts, as those of a person's program do. */
interface Ports {
  readonly mqtt: string;
  readonly mqttWs: string;
  readonly http: string;
}

interface Begun {
  readonly program: Program;
  readonly at: number;
}

function begin(dataDir: string, ports: Ports): Begun {
  const env = { MQTT_LISTEN: ports.mqtt, MQTT_WS_LISTEN: ports.mqttWs, HTTP_LISTEN: ports.http };
  const at = Date.now();
  return { program: startProgram({ args: ["--no-simulator"], env, dataDir }), at };
}

/** A device that is not let in yet tries again at once. */
async function whenAcknowledged(ports: Ports, credentials: Credentials): Promise<number> {
  const device = await waitFor<Device>(
    "a connection of the device",
    () => connectDevice(ports.mqtt, credentials).catch(() => Promise.reject(new Error("not yet"))),
    { deadlineMs: startMsMax, everyMs: retryMs },
  );
  await device.send({ [outfallFactors[0]]: 31.4 });
  const at = Date.now();
  await device.end();
  return at;
}

interface Painted {
  readonly firstPaintAt: number;
  /** The live connection stands, and says so on the screen. */
  readonly liveAt: number;
}

async function whenPainted(browser: Browser, ports: Ports, token: string): Promise<Painted> {
  const baseUrl = `http://${ports.http}`;
  await waitFor("the http port", () => fetch(`${baseUrl}/healthz`).then((reply) => reply.ok), {
    deadlineMs: startMsMax,
    everyMs: retryMs,
  });
  const { page, close } = await openDashboard(browser, { baseUrl, cookie: token });
  await page.getByTestId("link-state").and(page.locator('[data-state="live"]')).waitFor({ timeout: startMsMax });
  const liveAt = Date.now();
  const firstPaintAt = await page.evaluate(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return paint === undefined ? null : performance.timeOrigin + paint.startTime;
  });
  await close();
  if (firstPaintAt === null) throw new Error("Chromium tells no first paint");
  return { firstPaintAt, liveAt };
}

async function whenCaughtUp(ports: Ports, token: string): Promise<number> {
  const api = createApiClient(ports.http, token);
  await waitFor("an outcome of every frame", async () => (await api.ledger()).frames.pending === 0, {
    deadlineMs: startMsMax,
  });
  return Date.now();
}

async function registerFleet(ports: Ports, token: string, sites: number): Promise<LoadClient[]> {
  const api = createApiClient(ports.http, token);
  const ids = Array.from({ length: sites }, (_, i) => `BENCH-${String(i + 1).padStart(6, "0")}`);
  const clients: LoadClient[] = [];
  for (let from = 0; from < sites; from += sitesPerCall) {
    const part = ids.slice(from, from + sitesPerCall);
    const site = { kind: "water-outfall", city: "130200", factors: outfallFactors };
    const drafts = part.map((id) => ({ id, name: `Outfall ${id}`, ...site }));
    const made = await api.call("POST", "/api/v1/sites/import", { sites: drafts });
    if (made.status !== 201) throw new Error(`import: ${made.status} ${made.text.slice(0, 300)}`);
    const { body } = await api.call("POST", "/api/v1/credentials", { sites: part });
    clients.push(...(body["items"] as LoadClient[]));
  }
  return clients;
}

function startSpeaking(ports: Ports, clients: readonly LoadClient[], seconds: number): Promise<StartedLoad> {
  return startLoad({
    port: Number(ports.mqtt.split(":")[1]),
    clients,
    topic: (site) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage,
    inFlight: 4,
    qos: 1,
    messagesPerSecond: clients.length * messagesPerSitePerSecond,
    seconds,
    drainSeconds: 1,
  });
}

/** Readings with an outcome, of the days since `from`. */
async function countAccounted(ports: Ports, token: string, from: number): Promise<number> {
  const api = createApiClient(ports.http, token);
  const days = new Set([from, Date.now()].map((at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)));
  let sum = 0;
  for (const day of days) {
    const { readings } = await api.ledger(`day=${day}`);
    sum += readings.stored + readings.duplicate + readings.quarantined;
  }
  return sum;
}

export const bench: Bench = {
  name: "start",
  about: "process start, first acknowledged reading, first paint in Chromium; empty, again, after kill -9 (--sites N)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({ args: [...args], options: { sites: { type: "string", default: "1211" } } });
    const sites = parseCount("--sites", values.sites, 1_000_000);
    const temp = await createTempDir("bench-start");
    const browser = await launchBrowser();
    const port = async (): Promise<string> => `127.0.0.1:${await findFreePort()}`;
    const ports = { mqtt: await port(), mqttWs: await port(), http: await port() };
    let running: Program | null = null;
    try {
      say("on an empty folder");
      const first = begin(temp.path, ports);
      running = first.program;
      await whenListening(first.program);
      const listeningAt = Date.now();
      const api = await signIn(ports.http, "admin", adminPassword);
      const credentials = await api.createSite("DEVICE-1", { factors: [outfallFactors[0]] });
      const [ackAt, painted] = await Promise.all([
        whenAcknowledged(ports, credentials),
        whenPainted(browser, ports, api.token),
      ]);
      report({
        start: "empty",
        sites: 1,
        listeningMs: listeningAt - first.at,
        firstAckMs: ackAt - first.at,
        firstPaintMs: round(painted.firstPaintAt - first.at),
        liveMs: painted.liveAt - first.at,
        says: "with signing in, and registering the one site",
      });

      /** Acknowledged readings so far. */
      let acked = 1;
      const again = async (name: string): Promise<void> => {
        const begun = begin(temp.path, ports);
        running = begun.program;
        const listening = whenListening(begun.program).then(() => Date.now());
        const caughtUp = listening.then(() => whenCaughtUp(ports, api.token));
        const [listeningSince, ackedAt, paint, caughtUpAt] = await Promise.all([
          listening,
          whenAcknowledged(ports, credentials),
          whenPainted(browser, ports, api.token),
          caughtUp,
        ]);
        acked++;
        await whenCaughtUp(ports, api.token);
        report({
          start: name,
          sites,
          listeningMs: listeningSince - begun.at,
          firstAckMs: ackedAt - begun.at,
          firstPaintMs: round(paint.firstPaintAt - begun.at),
          liveMs: paint.liveAt - begun.at,
          caughtUpMs: caughtUpAt - begun.at,
          rssMiB: round(readUsage(begun.program.pid).rssMiB),
          lost: Math.max(0, acked - (await countAccounted(ports, api.token, first.at))),
        });
      };

      say(`${sites} sites are registered, and ${Math.min(sites, speakingMax)} of them send`);
      const clients = await registerFleet(ports, api.token, sites);
      const speaking = clients.slice(0, speakingMax);
      const before = await startSpeaking(ports, speaking, seconds ?? 5);
      before.begin();
      acked += (await before.result).readings;
      await whenCaughtUp(ports, api.token);
      say("again, after an orderly stop");
      await stopProgram(first.program);
      await again("after a stop");
      say("again, after kill -9 under load");
      const during = await startSpeaking(ports, speaking, startMsMax / 1_000);
      during.begin();
      await new Promise((done) => setTimeout(done, (seconds ?? 5) * 1_000));
      running?.signal("SIGKILL");
      await running?.exited;
      during.end();
      acked += (await during.result).readings;
      await again("after kill -9");
    } finally {
      if (running?.isRunning() === true) await stopProgram(running).catch(() => running?.signal("SIGKILL"));
      killLeftovers(temp.path);
      await browser.close();
      await temp.remove();
    }
  },
};

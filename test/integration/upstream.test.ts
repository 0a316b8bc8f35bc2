// An external broker, a real Mosquitto, and what the program does with what is published there: stored or quarantined like
// what comes to its own door, and lost at no crash of either side.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Aedes } from "aedes";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import { mosquittoPublish } from "#test/harness/device.ts";
import { startMosquitto, type TestMosquitto } from "#test/harness/mosquitto.ts";
import { requireProgram } from "#test/harness/packages.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { type RunningSystem, type SplitSystem, startSplit, startSystem } from "#test/harness/system.ts";
import { openPublisher, type Publisher } from "#test/harness/upstream-publisher.ts";
import { waitFor } from "#test/harness/wait.ts";

let mosquitto: TestMosquitto;
const closing: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  mosquitto = await startMosquitto();
});
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});
afterAll(() => mosquitto.close());

/** A part of the topic tree for each test: sessions and queues of one do not reach the other. */
let tests = 0;
function nextSite(): string {
  return `UP-${++tests}`;
}

const env = (more: Readonly<Record<string, string>> = {}) => ({
  UPSTREAM_MQTT_URL: `mqtt://${mosquitto.address}`,
  ...more,
});

async function start(more: Readonly<Record<string, string>>): Promise<RunningSystem> {
  const system = await startSystem({ env: env(more) });
  closing.push(system);
  await subscribed(system);
  return system;
}

async function publisher(): Promise<Publisher> {
  const opened = await openPublisher(mosquitto.address);
  closing.push({ close: async () => opened.end() });
  return opened;
}

function subscribed({ api }: Pick<RunningSystem, "api">): Promise<unknown> {
  const isThere = async () => (await api.metrics()).value("plumeline_upstream_connected") === 1;
  return waitFor("the subscription", isThere, { deadlineMs: 15_000 });
}

/** For 127.0.0.1, signed by itself. */
function makeCertificate(dir: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  execFileSync(requireProgram("openssl"), [...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  return { cert, key };
}

const payload = (time: number, value: number): string => JSON.stringify({ time, values: { w01018: value } });

/** Real-time data as a logger sends it [HJ 212-2017 6.2]. */
function packet(time: number, area: string): string {
  const stamp = new Date(time + 8 * 3_600_000).toISOString().replaceAll(/[-T:]/g, "").slice(0, 14);
  const head = `QN=${stamp}000;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5`;
  const segment = `${head};CP=&&DataTime=${stamp};${area}&&`;
  const bytes = new TextEncoder().encode(segment);
  return `##${String(bytes.length).padStart(4, "0")}${segment}${formatCrc(crcOf(bytes))}\r\n`;
}

/** So many readings of one site, a second apart, the last one a minute ago. */
function messages(site: string, count: number, from = 0) {
  const first = Math.floor(Date.now() / 1_000) * 1_000 - 60_000 - count * 1_000;
  return Array.from({ length: count }, (_, i) => ({
    topic: `v1/${site}/readings`,
    payload: payload(first + i * 1_000, from + i),
  }));
}

async function upstreamState({ api }: Pick<RunningSystem, "api">) {
  const { body } = await api.call("GET", "/api/v1/system");
  return (body["broker"] as { upstream: Record<string, unknown> | null }).upstream;
}

describe.each(["5", "3.1.1"])("an external broker by MQTT %s", (version) => {
  it("brings readings, HJ 212 and status of a site, and what nobody registered goes into quarantine", async () => {
    const site = nextSite();
    const topics = `v1/${site}/readings,v1/${site}/hj212,v1/${site}/status,v1/${site}-NOBODY/readings`;
    const system = await start({ UPSTREAM_MQTT_VERSION: version, UPSTREAM_MQTT_TOPICS: topics });
    await system.api.createSite(site);
    const nobody = { username: "anybody", password: "" };
    const time = Date.now();
    const say = (topic: string, text: string) =>
      mosquittoPublish(mosquitto.address, nobody, { topic, payload: text, qos: 1, version: 5 });
    expect(await say(`v1/${site}/readings`, payload(time, 21.5))).toEqual({ code: 0, says: "" });
    await say(`v1/${site}/status`, "online");
    await say(`v1/${site}/hj212`, packet(time, "w01001-Rtd=7.42,w01001-Flag=N"));
    await say(`v1/${site}-NOBODY/readings`, payload(time, 1));
    const values = async () => {
      const { w01018, w01001 } = await system.api.latest(site);
      return w01018?.value === 21.5 && w01001?.value === 7.42;
    };
    await waitFor("the newest values", values, { deadlineMs: 5_000 });
    const ledger = await system.api.settledLedger("", 4);
    expect(ledger).toMatchObject({ balanced: true, frames: { acknowledged: 4, stored: 3, quarantined: 1 } });
    const [refused] = await system.api.quarantine(`site=${site}-NOBODY`);
    expect(refused).toMatchObject({ reason: "unknown-site" });
    const metrics = await system.api.metrics();
    expect(metrics.value("plumeline_broker_frames_acknowledged_total", { door: "upstream" })).toBe(4);
    expect(await upstreamState(system)).toMatchObject({
      address: mosquitto.address,
      connected: true,
      version,
      frames: 4,
      inFlight: 0,
      refused: 0,
      lastError: null,
    });
  });

  it("loses nothing at kill -9: what was not acknowledged comes again, and what comes twice is counted once", async () => {
    const site = nextSite();
    const system = await start({ UPSTREAM_MQTT_VERSION: version, UPSTREAM_MQTT_TOPICS: `v1/${site}/readings` });
    await system.api.createSite(site, { intervalSeconds: 1 });
    const total = 20_000;
    const sending = (await publisher()).send(messages(site, total));
    const taken = async () => Number((await upstreamState(system))?.["frames"]) > 1_000;
    await waitFor("some of them to be taken", taken, { deadlineMs: 20_000, everyMs: 1 });
    await system.kill();
    await sending;
    await system.start();
    const all = async () => (await system.api.ledger(`site=${site}`)).readings.stored >= total;
    await waitFor("every reading", all, { deadlineMs: 40_000, everyMs: 200 });
    const ledger = await system.api.settledLedger("", total);
    expect(ledger.balanced).toBe(true);
    expect(ledger.readings).toMatchObject({ stored: total, quarantined: 0 });
    expect(ledger.frames.acknowledged).toBe(total + ledger.frames.duplicate);
  });
});

describe("an external broker", () => {
  it("that is stopped and comes back is subscribed to again, and keeps what was published for us meanwhile", async () => {
    const own = await startMosquitto();
    closing.push(own);
    const site = nextSite();
    const system = await startSystem({
      env: { UPSTREAM_MQTT_URL: `mqtt://${own.address}`, UPSTREAM_MQTT_TOPICS: `v1/${site}/readings` },
    });
    closing.push(system);
    await subscribed(system);
    await system.api.createSite(site);
    await own.stop();
    const away = await waitFor(
      "the loss to be seen",
      async () => (await upstreamState(system))?.["connected"] === false && (await upstreamState(system)),
      { deadlineMs: 5_000 },
    );
    expect(away).toMatchObject({ lastError: { says: expect.stringMatching(/./) } });
    await own.start();
    await subscribed(system);
    // While we are away ourselves: the session there gathers it.
    await system.stop();
    const sender = await openPublisher(own.address);
    await sender.send(messages(site, 500));
    sender.end();
    await own.stop();
    await own.start();
    await system.start();
    const ledger = await system.api.settledLedger(`site=${site}`, 500);
    expect(ledger.readings).toMatchObject({ stored: 500, duplicate: 0 });
  });

  it("shares its messages among the programs of one group, and each of them comes once", async () => {
    const site = nextSite();
    const more = { UPSTREAM_MQTT_TOPICS: `v1/${site}/readings`, UPSTREAM_MQTT_GROUP: "two" };
    const systems = [await start(more), await start(more)];
    for (const { api } of systems) await api.createSite(site, { intervalSeconds: 1 });
    await (await publisher()).send(messages(site, 2_000));
    const stored = async (): Promise<number[]> =>
      Promise.all(systems.map(async ({ api }) => (await api.ledger(`site=${site}`)).readings.stored));
    const isWhole = async () => (await stored()).reduce((sum, each) => sum + each, 0) === 2_000;
    await waitFor("all of them", isWhole, { deadlineMs: 20_000, everyMs: 100 });
    expect(Math.min(...(await stored()))).toBeGreaterThan(500);
  });

  it("brings topics of nobody to a count, and what is good behind them to its site", async () => {
    const site = nextSite();
    const system = await start({ UPSTREAM_MQTT_TOPICS: `v1/${site}/#,other/${site}/#` });
    await system.api.createSite(site);
    const topics = [`v1/${site}/../B/readings`, `v1/${site}/readings/more`, `other/${site}/readings`, `v1/${site}/`];
    const sender = await publisher();
    await sender.send(topics.map((topic) => ({ topic, payload: payload(Date.now(), 1) })));
    await sender.send([{ topic: `v1/${site}/readings`, payload: Buffer.alloc(300 * 1024, "x") }]);
    // No broker and no client of ours would send it; Mosquitto itself refuses it.
    sender.sendBytes(Buffer.from(`v1/${site}\0/readings`), "{}");
    await (await publisher()).send(messages(site, 1, 7));
    await waitFor("the good one", async () => (await system.api.latest(site))["w01018"]?.value === 7, {
      deadlineMs: 5_000,
    });
    const metrics = await system.api.metrics();
    expect(metrics.value("plumeline_broker_refused_total", { reason: "foreign-topic" })).toBe(topics.length);
    expect(metrics.value("plumeline_broker_refused_total", { reason: "too-large" })).toBe(1);
    expect(await upstreamState(system)).toMatchObject({ connected: true, frames: 1, refused: topics.length + 1 });
    // Acknowledged, or they would come again with the next connection.
    await system.stop();
    await system.start();
    await subscribed(system);
    expect(await upstreamState(system)).toMatchObject({ refused: 0 });
  });

  it("that wants a password and TLS gets both; a wrong password is said on the system page and in the log, without it", async () => {
    const dir = await createTempDir("upstream-tls");
    closing.push({ close: () => dir.remove() });
    const tls = makeCertificate(dir.path);
    const passwords = join(dir.path, "passwords");
    execFileSync(requireProgram("mosquitto_passwd"), ["-c", "-b", passwords, "centre", "right secret"]);
    const own = await startMosquitto({
      config: [`cafile ${tls.cert}`, `certfile ${tls.cert}`, `keyfile ${tls.key}`, `password_file ${passwords}`],
    });
    closing.push(own);
    const url = (secret: string): string => `mqtts://centre:${secret}@${own.address}`;
    const dataDir = join(dir.path, "data");
    mkdirSync(dataDir);
    const more = { UPSTREAM_MQTT_CA: tls.cert };
    const wrong = await startSystem({ dataDir, env: { UPSTREAM_MQTT_URL: url("wrong%20secret"), ...more } });
    const error = async () => (await upstreamState(wrong))?.["lastError"];
    const said = await waitFor("the error", error, { deadlineMs: 10_000 });
    expect(said).toMatchObject({ says: expect.stringMatching(/user name or password are wrong|not authorized/) });
    expect(await upstreamState(wrong)).toMatchObject({ connected: false, version: null });
    await wrong.stop();
    expect(wrong.output()).not.toContain("wrong secret");
    const right = await startSystem({ dataDir, env: { UPSTREAM_MQTT_URL: url("right%20secret"), ...more } });
    closing.push(right);
    await subscribed(right);
    expect(await upstreamState(right)).toMatchObject({ connected: true, version: "5" });
  });

  it("that knows MQTT 3.1.1 only is spoken to in that", async () => {
    const aedes = await Aedes.createBroker();
    const server = createServer((socket) => aedes.handle(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push({
      close: async () => {
        server.close();
        await new Promise<void>((done) => aedes.close(() => done()));
      },
    });
    const { port } = server.address() as AddressInfo;
    const system = await start({ UPSTREAM_MQTT_URL: `mqtt://127.0.0.1:${port}` });
    expect(await upstreamState(system)).toMatchObject({ connected: true, version: "3.1.1" });
  });
});

describe("a journal that takes nothing more", () => {
  it("holds a thousand messages and more of the external broker unacknowledged, and all of them are stored later", async () => {
    const site = nextSite();
    const system: SplitSystem = await startSplit({
      env: env({
        JOURNAL_BYTES_MAX: String(80 * 1024 * 1024),
        UPSTREAM_MQTT_TOPICS: `v1/${site}/readings`,
      }),
    });
    closing.push(system);
    const { api } = system;
    await api.createSite(site, { intervalSeconds: 1 });
    await subscribed(system);
    await system.stopRole("ingest");
    const metric = async (name: string) => (await api.metrics()).value(name);
    const sender = await publisher();
    // Sealed segments are compressed: what fills the journal must not be.
    const padding = randomBytes(180 * 1024).toString("base64");
    let sent = 0;
    const begin = Date.now() - 3_600_000;
    await waitFor(
      "the journal to be full",
      async () => {
        await sender.send(
          Array.from({ length: 20 }, () => ({
            topic: `v1/${site}/readings`,
            payload: JSON.stringify({ time: begin + sent++, values: { w01018: 1 }, padding }),
          })),
        );
        return (await metric("plumeline_journal_writable")) === 0;
      },
      { deadlineMs: 30_000, everyMs: 1 },
    );
    const small = Array.from({ length: 6_000 }, () => ({
      topic: `v1/${site}/readings`,
      payload: payload(begin + sent++, 2),
    }));
    await sender.send(small);
    const most = await waitFor(
      "as many in flight as we take",
      async () => (await metric("plumeline_upstream_in_flight")) >= 4_000 && metric("plumeline_upstream_in_flight"),
      { deadlineMs: 10_000 },
    );
    expect(most).toBe(4_000);
    await system.startRole("ingest");
    await api.settledLedger(`site=${site}`, 200);
    // It writes down how far it has come when it stops: from then on there is room.
    await system.stopRole("ingest");
    await system.startRole("ingest");
    await waitFor("nothing to wait", async () => (await metric("plumeline_upstream_in_flight")) === 0, {
      deadlineMs: 40_000,
    });
    const ledger = await api.settledLedger(`site=${site}`, sent);
    expect(ledger).toMatchObject({ frames: { acknowledged: sent, stored: sent } });
  }, 120_000);
});

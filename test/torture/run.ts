// One torture run from the first start to the verdict.
//
//   start ─▶ load + faults, again and again ─▶ heal ─▶ drain ─▶ catch up ─▶ stop ─▶ CHECK ─▶ break the journal ─▶ CHECK
//
// It leaves no process, mount or folder behind, except the folder of a run that failed.

import { cpSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiClient, type Credentials, signIn } from "#test/harness/api-client.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { adminPassword } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { spoilDuckdb, spoilInflux } from "./canary.ts";
import { type Evidence, judge, type Verdict } from "./checker.ts";
import { createBreaker, type DamageVerdict, judgeDamage } from "./damage.ts";
import { createHttpDevice, createMqttDevice, type Device } from "./device.ts";
import { type FaultContext, pause, runFault } from "./faults.ts";
import { factors, limitMax } from "./frames.ts";
import { type JournalFrame, viewJournal } from "./journal-map.ts";
import { createNuisances } from "./nuisances.ts";
import type { Options } from "./options.ts";
import { createRandom } from "./random.ts";
import { createRecords, type Records } from "./records.ts";
import { readDuckdb, readInflux, readState } from "./stores.ts";
import { createTarget, type Target, waitUntilCaughtUp } from "./target.ts";
import { createClock, mountDisk } from "./worlds.ts";

export interface Report {
  readonly verdict: Verdict;
  readonly damage: DamageVerdict | null;
  /** Damages that the log named although nothing had been broken. */
  readonly falseAlarms: number;
  /** Roles that died of themselves. */
  readonly failures: readonly string[];
  readonly kills: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly tornTails: number;
  readonly balanced: boolean | null;
  readonly folder: string;
  readonly missing: readonly string[];
  readonly failed: boolean;
}

const mqttDevices = 20;
const httpDevices = 2;
const catchUpMs = 120_000;

interface Stage {
  readonly options: Options;
  readonly folder: string;
  readonly target: Target;
  readonly devices: readonly Device[];
  readonly records: Records;
  readonly influxd: TestInfluxd | null;
  readonly say: (line: string) => void;
}

async function register(target: Target): Promise<{ api: ApiClient; credentials: Credentials[] }> {
  const api = await signIn(target.addresses.http, "admin", adminPassword);
  const credentials: Credentials[] = [];
  for (let i = 0; i < mqttDevices + httpDevices + 1; i++) {
    const issued = await api.createSite(`TORTURE-${i}`, { factors: [...factors] });
    await api.putLimit(issued.username, "w01018", limitMax);
    credentials.push(issued);
  }
  return { api, credentials };
}

/** Every frame is promised. */
async function drain(devices: readonly Device[]): Promise<void> {
  const waiting = (): string =>
    devices
      .filter(({ unanswered }) => unanswered > 0)
      .map(({ site, unanswered }) => `${site} ${unanswered}`)
      .join(", ");
  await waitFor("every frame to be acknowledged", () => waiting() === "", { deadlineMs: catchUpMs, everyMs: 50 }).catch(
    (error: unknown) => {
      throw new Error(`still without an acknowledgement: ${waiting()}`, { cause: error });
    },
  );
}

async function gather(stage: Stage, journal: readonly JournalFrame[]): Promise<Evidence> {
  const { target, records, influxd } = stage;
  const state = readState(join(target.dataDir, "state.sqlite"));
  const readings =
    influxd === null
      ? await readDuckdb(join(target.dataDir, "history.duckdb"))
      : await readInflux(influxd.url, factors);
  return {
    sent: records.sent,
    acknowledged: records.readAcknowledged(),
    journal,
    readings,
    state,
    keepsVersions: influxd === null,
  };
}

/** Rest, a last frame of each device, everything acknowledged and written; then what the system's own books say. */
async function settle(stage: Stage): Promise<boolean | null> {
  const { target, devices } = stage;
  for (const device of devices) device.rest();
  await drain(devices);
  for (const device of devices) device.sendLast();
  await drain(devices);
  await waitUntilCaughtUp(target, catchUpMs);
  const api = await signIn(target.addresses.http, "admin", adminPassword);
  const ledger = await waitFor(
    "the ledger to have nothing pending",
    async () => {
      const found = await api.ledger();
      return found.frames.pending === 0 && found;
    },
    { deadlineMs: 10_000, everyMs: 200 },
  ).catch(() => null);
  return ledger?.balanced ?? null;
}

/** The first phase's verdict: not one exception is allowed. */
async function checkStrictly(stage: Stage): Promise<{ verdict: Verdict; balanced: boolean | null }> {
  const { options, target, influxd, say } = stage;
  const balanced = await settle(stage);
  await target.stopAll();
  if (options.canary !== null) {
    const file = join(target.dataDir, "history.duckdb");
    say(
      `canary: ${influxd === null ? await spoilDuckdb(file, options.canary) : await spoilInflux(influxd.url, options.canary)}`,
    );
  }
  const journal = viewJournal(target.journalDir);
  for (const { fromSeq, toSeq } of journal.damages) say(`the journal cannot be read from ${fromSeq} to ${toSeq}`);
  return { verdict: judge(await gather(stage, journal.frames)), balanced };
}

/** The second phase: load, kill, break, start, and again. */
async function breakJournal(stage: Stage, rounds: number): Promise<DamageVerdict> {
  const { options, target, devices, say } = stage;
  const random = createRandom(options.seed).fork("damage");
  const breaker = createBreaker(target.dataDir);
  for (let round = 0; round < rounds; round++) {
    await target.startAll();
    for (const device of devices) device.resume();
    await pause(random.between(1500, 4000));
    await target.killAll();
    breaker.remember();
    for (const line of breaker.breakSome(random)) say(`broken: ${line}`);
  }
  await target.startAll();
  await pause(1000);
  for (const device of devices) device.rest();
  await drain(devices);
  await waitUntilCaughtUp(target, catchUpMs);
  await target.stopAll();
  breaker.remember();
  return judgeDamage(await gather(stage, breaker.frames), target.damages(), breaker.broken);
}

async function runFaults(stage: Stage, context: FaultContext): Promise<Record<string, number>> {
  const { options, say, records, target } = stage;
  const end = performance.now() + options.seconds * 1000;
  const counts: Record<string, number> = {};
  while (performance.now() < end) {
    await pause(context.random.between(200, 2500));
    const begun = performance.now();
    const { name, says } = await runFault(context, options.only);
    counts[name] = (counts[name] ?? 0) + 1;
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    say(
      `${left} s left, ${records.acknowledged} acknowledged, ${target.kills} kills | ${name}: ${says} (${Math.round(performance.now() - begun)} ms)`,
    );
  }
  return counts;
}

export async function runTorture(options: Options, say: (line: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "plumeline-torture-"));
  const random = createRandom(options.seed);
  const dataDir = join(folder, "data");
  const disk = mountDisk(join(dataDir, "journal"));
  const clock = createClock(folder);
  const influxd = options.influx ? await startInfluxd() : null;
  const missing = [
    ...(disk === null ? ["no disk-full: it takes root to mount"] : []),
    ...(clock === null ? ["no clock jumps: libfaketime is missing"] : []),
  ];
  for (const line of missing) say(line);
  const records = createRecords(folder);
  const nuisances = createNuisances(random.fork("nuisances"));
  const devices: Device[] = [];
  const target = await createTarget({
    dataDir,
    logFile: join(folder, "system.log"),
    split: options.split,
    random: createRandom(process.pid).fork("ports"),
    env: { ...clock?.env, ...(influxd === null ? {} : { INFLUX_URL: influxd.url }) },
  });
  let failed = true;
  try {
    await target.startAll();
    const { credentials } = await register(target);
    let id = 0;
    for (const [index, each] of credentials.slice(0, -1).entries()) {
      const http = index >= mqttDevices;
      const make = http ? createHttpDevice : createMqttDevice;
      const parts = { index, credentials: each, random: random.fork(`device ${index}`), records, nextId: () => ++id };
      const address = (): string => (http ? target.addresses.http : target.addresses.mqtt);
      devices.push(make({ ...parts, address, framesPerSecond: http ? 8 : 18 }));
    }
    for (const device of devices) device.start();
    const stage: Stage = { options, folder, target, devices, records, influxd, say };
    const known = credentials.at(-1) ?? { username: "", password: "" };
    const faults = await runFaults(stage, {
      target,
      devices,
      known,
      nuisances,
      influxd,
      disk,
      clock,
      random: random.fork("faults"),
      signIn: () =>
        signIn(target.addresses.http, "admin", adminPassword).then(
          ({ token }) => token,
          () => null,
        ),
    });
    clock?.shift(0);
    await pause(1500);
    const { verdict, balanced } = await checkStrictly(stage);
    const falseAlarms = target.damages().length;
    const tornTails = target.countLines("cut a torn tail that was never acknowledged");
    const rounds = Math.min(8, 1 + Math.ceil(options.seconds / 60));
    const damage = options.damage && options.canary === null ? await breakJournal(stage, rounds) : null;
    const bad = verdict.lost + verdict.doubled + verdict.phantom + verdict.wrong + verdict.ledger + verdict.alarms;
    failed =
      bad +
        (damage === null ? 0 : damage.lost + damage.doubled + damage.phantom + damage.wrong) +
        falseAlarms +
        target.failures().length >
        0 || balanced !== true;
    return {
      verdict,
      damage,
      falseAlarms,
      failures: target.failures(),
      kills: target.kills,
      faults,
      tornTails,
      balanced,
      folder,
      missing,
      failed,
    };
  } finally {
    for (const device of devices) device.stop();
    nuisances.close();
    target.close();
    records.close();
    await influxd?.stop();
    if (!failed && !options.keep) {
      disk?.unmount();
      rmSync(folder, { recursive: true, force: true });
    } else {
      if (disk !== null) {
        // What lies on the disk in memory is moved to one that stays.
        const journal = join(dataDir, "journal");
        cpSync(journal, join(folder, "journal"), { recursive: true });
        disk.unmount();
        cpSync(join(folder, "journal"), journal, { recursive: true });
        rmSync(join(folder, "journal"), { recursive: true });
      }
      say(`kept: ${folder}`);
    }
  }
}

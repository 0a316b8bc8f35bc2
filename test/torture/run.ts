// One torture run from the first start to the verdict.
//
//   start ─▶ load + faults, again and again ─▶ heal ─▶ drain ─▶ catch up ─▶ stop ─▶ CHECK ─▶ break the journal ─▶ CHECK
//
// It leaves no process, mount or folder behind, except the folder of a run that failed.

import { cpSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Credentials, signIn } from "#test/harness/api-client.ts";
import { startInfluxd } from "#test/harness/influxd.ts";
import { adminPassword } from "#test/harness/system.ts";
import type { Verdict } from "./checker.ts";
import type { DamageVerdict } from "./damage.ts";
import { createHttpDevice, createMqttDevice, type Device } from "./device.ts";
import { type FaultContext, pause, runFault } from "./faults.ts";
import { factors, limitMax } from "./frames.ts";
import { createNuisances } from "./nuisances.ts";
import type { Options } from "./options.ts";
import { breakJournal, checkStrictly, type Stage } from "./phases.ts";
import { createRandom, type Random } from "./random.ts";
import { createRecords, type Records } from "./records.ts";
import { createTarget, type Target } from "./target.ts";
import { createClock, type Disk, mountDisk } from "./worlds.ts";

export interface Report {
  readonly verdict: Verdict;
  readonly damage: DamageVerdict | null;
  /** Damages that the log named although nothing had been broken. */
  readonly falseAlarms: number;
  /** Roles that died of themselves. */
  readonly failures: readonly string[];
  readonly kills: number;
  readonly lateStops: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly tornTails: number;
  readonly balanced: boolean | null;
  readonly failed: boolean;
}

const mqttDevices = 20;
const httpDevices = 2;
async function register(target: Target): Promise<Credentials[]> {
  const api = await signIn(target.addresses.http, "admin", adminPassword);
  const credentials: Credentials[] = [];
  for (let i = 0; i < mqttDevices + httpDevices + 1; i++) {
    const issued = await api.createSite(`TORTURE-${i}`, { factors: [...factors] });
    await api.putLimit(issued.username, "w01018", limitMax);
    credentials.push(issued);
  }
  return credentials;
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

/** The devices of the run; the last credentials belong to nobody and are for those who misbehave. */
function createDevices(
  target: Target,
  credentials: readonly Credentials[],
  records: Records,
  random: Random,
): { devices: Device[]; known: Credentials } {
  let id = 0;
  const devices = credentials.slice(0, -1).map((each, index) => {
    const http = index >= mqttDevices;
    const address = (): string => (http ? target.addresses.http : target.addresses.mqtt);
    const own = { index, credentials: each, random: random.fork(`device ${index}`), framesPerSecond: http ? 8 : 18 };
    return (http ? createHttpDevice : createMqttDevice)({ ...own, records, address, nextId: () => ++id });
  });
  return { devices, known: credentials.at(-1) ?? { username: "", password: "" } };
}

/** Asked for by screens; null while nobody can sign in. */
function signInForScreens(target: Target): Promise<string | null> {
  return signIn(target.addresses.http, "admin", adminPassword).then(
    ({ token }) => token,
    () => null,
  );
}

/** Everything that makes a run a failed one. */
function isFailed(report: Omit<Report, "failed">): boolean {
  const { verdict, damage, falseAlarms, failures, balanced } = report;
  const bad = verdict.lost + verdict.doubled + verdict.phantom + verdict.wrong + verdict.ledger + verdict.alarms;
  const worse = damage === null ? 0 : damage.lost + damage.doubled + damage.phantom + damage.wrong;
  return bad + worse + falseAlarms + failures.length > 0 || balanced !== true;
}

/** What lies on the disk in memory is moved to one that stays. */
function keepFolder(folder: string, disk: Disk | null): void {
  if (disk === null) return;
  const journal = join(folder, "data", "journal");
  cpSync(journal, join(folder, "journal"), { recursive: true });
  disk.unmount();
  cpSync(join(folder, "journal"), journal, { recursive: true });
  rmSync(join(folder, "journal"), { recursive: true });
}

async function runStages(stage: Stage, context: FaultContext): Promise<Report> {
  const { options, target } = stage;
  const faults = await runFaults(stage, context);
  context.clock?.shift(0);
  // libfaketime looks at its file once a second.
  await pause(1500);
  const { verdict, balanced } = await checkStrictly(stage);
  const falseAlarms = target.damages().length;
  const tornTails = target.countLines("cut a torn tail that was never acknowledged");
  const rounds = Math.min(5, Math.ceil(options.seconds / 40));
  const damage = options.damage && options.canary === null ? await breakJournal(stage, rounds) : null;
  const { kills, lateStops } = target;
  const report = {
    verdict,
    damage,
    falseAlarms,
    failures: target.failures(),
    kills,
    lateStops,
    faults,
    tornTails,
    balanced,
  };
  return { ...report, failed: isFailed(report) };
}

export async function runTorture(options: Options, say: (line: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "plumeline-torture-"));
  const random = createRandom(options.seed);
  const dataDir = join(folder, "data");
  const disk = mountDisk(join(dataDir, "journal"));
  const clock = createClock(folder);
  if (disk === null) say("no disk-full: it takes root to mount");
  if (clock === null) say("no clock jumps: libfaketime is missing");
  const influxd = options.influx ? await startInfluxd() : null;
  const records = createRecords(folder);
  const nuisances = createNuisances(random.fork("nuisances"));
  const target = await createTarget({
    dataDir,
    logFile: join(folder, "system.log"),
    split: options.split,
    random: createRandom(process.pid).fork("ports"),
    env: { ...clock?.env, ...(influxd === null ? {} : { INFLUX_URL: influxd.url }) },
  });
  let devices: Device[] = [];
  let failed = true;
  try {
    await target.startAll();
    const created = createDevices(target, await register(target), records, random);
    devices = created.devices;
    for (const device of devices) device.start();
    const signIn = (): Promise<string | null> => signInForScreens(target);
    const world = { nuisances, influxd, disk, clock, known: created.known, signIn };
    const stage: Stage = { options, target, devices, records, influxd, say };
    const report = await runStages(stage, { target, devices, ...world, random: random.fork("faults") });
    ({ failed } = report);
    return report;
  } finally {
    for (const device of devices) device.stop();
    nuisances.close();
    target.close();
    records.close();
    await influxd?.stop();
    if (failed || options.keep) {
      keepFolder(folder, disk);
      say(`kept: ${folder}`);
    } else {
      disk?.unmount();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

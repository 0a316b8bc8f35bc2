// The faults, one after another as the seed draws them. Each breaks something, keeps it broken for a while, and heals what
// it broke; what cannot be true at the same time (a bit flip and "nothing is damaged") is not here but in damage.ts.

import { waitFor } from "#test/harness/wait.ts";
import type { Credentials } from "#test/harness/api-client.ts";
import type { TestInfluxd } from "#test/harness/influxd.ts";
import type { Device } from "./device.ts";
import { tearTail } from "./journal-map.ts";
import type { Nuisances } from "./nuisances.ts";
import type { Random } from "./random.ts";
import type { Target } from "./target.ts";
import type { Clock, Disk } from "./worlds.ts";

export interface FaultContext {
  readonly target: Target;
  readonly random: Random;
  readonly devices: readonly Device[];
  readonly known: Credentials;
  readonly nuisances: Nuisances;
  readonly influxd: TestInfluxd | null;
  readonly disk: Disk | null;
  readonly clock: Clock | null;
  /** A session for the screens; null while nobody can sign in. */
  readonly signIn: () => Promise<string | null>;
}

interface Fault {
  readonly weight: number;
  readonly isPossible: (context: FaultContext) => boolean;
  /** Breaks, waits, heals; says what it did. */
  run(context: FaultContext): Promise<string>;
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const always = (): boolean => true;

/** Kill everything; sometimes tear the tail of the journal, sometimes kill again while it starts. */
async function killAll({ target, random }: FaultContext): Promise<string> {
  await target.killAll();
  const says = ["kill -9"];
  if (random.chance(0.4)) says.push(`torn tail: ${tearTail(target.journalDir, random)}`);
  if (random.chance(0.25)) {
    const ms = random.between(50, 1500);
    for (const part of target.parts) await target.start(part, false);
    await pause(ms);
    await target.killAll();
    says.push(`again ${ms} ms into the start`);
  }
  await pause(random.between(0, 300));
  await target.startAll();
  return says.join(", ");
}

/** Never lets it come up: a start that is killed again and again, as a machine that runs out of memory would do it. */
async function killStarts({ target, random }: FaultContext): Promise<string> {
  await target.killAll();
  const count = random.between(6, 9);
  for (let i = 0; i < count; i++) {
    for (const part of target.parts) await target.start(part, false);
    await pause(random.between(300, 1600));
    await target.killAll();
  }
  await target.startAll();
  return `kill -9, and ${count} times during the start`;
}

async function killRole({ target, random }: FaultContext): Promise<string> {
  const part = random.pick(target.parts);
  await target.kill(part);
  const ms = random.between(0, 2500);
  await pause(ms);
  await target.start(part);
  return `kill -9 of ${part}, ${ms} ms away`;
}

async function restart({ target }: FaultContext): Promise<string> {
  await target.stopAll();
  await target.startAll();
  return "stopped in order and started";
}

async function freeze({ target, random }: FaultContext): Promise<string> {
  const part = random.pick(target.parts);
  const ms = random.between(1000, 5000);
  target.freeze(part);
  await pause(ms);
  target.thaw(part);
  return `SIGSTOP of ${part} for ${ms} ms`;
}

async function loseInfluxd({ target, random, influxd }: FaultContext): Promise<string> {
  if (influxd === null) return "no InfluxDB";
  const ms = random.between(500, 5000);
  if (random.chance(0.4)) {
    process.kill(influxd.pid, "SIGSTOP");
    await pause(ms);
    process.kill(influxd.pid, "SIGCONT");
    return `SIGSTOP of InfluxDB for ${ms} ms`;
  }
  await influxd.kill();
  await pause(ms);
  const twice = random.chance(0.35);
  if (twice) {
    await target.killAll();
    // In a split start with InfluxDB the api does not come up without it; it is waited for below.
    for (const part of target.parts) await target.start(part, false);
    await pause(random.between(100, 2000));
  }
  await influxd.restart();
  if (twice) await waitForApi(target);
  return `InfluxDB killed, its port closed for ${ms} ms${twice ? ", the system killed and started meanwhile" : ""}`;
}

async function waitForApi(target: Target): Promise<void> {
  await waitFor("the system to answer", async () => (await target.metric("plumeline_journal_writable")) !== null, {
    deadlineMs: 60_000,
    everyMs: 100,
  });
}

/** The journal's disk takes nothing more. Frames of 200 KB bring the journal to the point where it needs room. */
async function fillDisk({ target, random, disk, devices }: FaultContext): Promise<string> {
  if (disk === null) return "no disk of our own";
  disk.fill();
  let killed = false;
  try {
    for (const device of devices) device.burst(30, 200_000);
    await waitFor("the journal to be full", async () => (await target.metric("plumeline_journal_writable")) === 0, {
      deadlineMs: 30_000,
      everyMs: 100,
    });
    await pause(random.between(200, 2000));
    killed = random.chance(0.3);
    if (killed) {
      await target.killAll();
      await target.startAll();
      await pause(random.between(200, 1000));
    }
  } finally {
    disk.free();
  }
  await waitFor(
    "the journal to take entries again",
    async () => (await target.metric("plumeline_journal_writable")) === 1,
    {
      deadlineMs: 30_000,
      everyMs: 100,
    },
  );
  return `disk full${killed ? ", and kill -9 while it was" : ""}`;
}

/** The same by its own bound. It is at the bound when it is stopped or killed, and starts with room again. */
async function boundJournal({ target, random, devices }: FaultContext): Promise<string> {
  await target.stopAll();
  target.set("JOURNAL_BYTES_MAX", "1");
  const killed = random.chance(0.5);
  try {
    await target.startAll();
    for (const device of devices) device.burst(15, 200_000);
    await waitFor(
      "the journal to be at its bound",
      async () => (await target.metric("plumeline_journal_writable")) === 0,
      {
        deadlineMs: 30_000,
        everyMs: 100,
      },
    );
    await pause(random.between(200, 1000));
    if (killed) await target.killAll();
    else await target.stopAll();
  } finally {
    target.set("JOURNAL_BYTES_MAX", undefined);
  }
  await target.startAll();
  return `the journal at its bound, ${killed ? "kill -9" : "a stop in order"}, and room again`;
}

async function jump({ random, clock }: FaultContext): Promise<string> {
  const seconds =
    random.pick([1, -1]) *
    random.pick([random.between(1, 240), random.between(400, 7200), random.between(86_400, 400_000)]);
  clock?.shift(seconds);
  await pause(random.between(1500, 4000));
  const back = random.chance(0.7);
  if (back) {
    clock?.shift(0);
    await pause(1500);
  }
  return `the clock jumped by ${seconds} s${back ? " and back" : ""}`;
}

async function cut({ devices, random }: FaultContext): Promise<string> {
  const how = random.pick(["fin", "reset"] as const);
  const hit = devices.filter(() => random.chance(0.7));
  for (const device of hit) device.cut(how);
  await pause(random.between(0, 300));
  return `${hit.length} connections ended by ${how}`;
}

async function annoy({ nuisances, target, known, random }: FaultContext): Promise<string> {
  return nuisances.rush(target.addresses.mqtt, known, random.between(3, 12));
}

async function openScreens({ nuisances, target, random, signIn }: FaultContext): Promise<string> {
  const token = await signIn();
  const count = random.between(1, 3);
  if (token === null) return "nobody could sign in";
  for (let i = 0; i < count; i++) nuisances.openSlowScreen(target.addresses.http, token);
  return `${count} screens that do not read`;
}

const faults: Readonly<Record<string, Fault>> = {
  kill: { weight: 30, isPossible: always, run: killAll },
  "kill-starts": { weight: 5, isPossible: always, run: killStarts },
  "kill-role": { weight: 40, isPossible: ({ target }) => target.parts.length > 1, run: killRole },
  restart: { weight: 6, isPossible: always, run: restart },
  freeze: { weight: 8, isPossible: always, run: freeze },
  influxdb: { weight: 25, isPossible: ({ influxd }) => influxd !== null, run: loseInfluxd },
  "disk-full": { weight: 7, isPossible: ({ disk }) => disk !== null, run: fillDisk },
  "journal-bound": { weight: 3, isPossible: always, run: boundJournal },
  clock: { weight: 10, isPossible: ({ clock }) => clock !== null, run: jump },
  cut: { weight: 12, isPossible: always, run: cut },
  nuisance: { weight: 6, isPossible: always, run: annoy },
  "slow-screen": { weight: 6, isPossible: always, run: openScreens },
};

export type FaultName = string;
export const faultNames: readonly FaultName[] = Object.keys(faults);

/** One fault, drawn; resolves when it is healed. */
export async function runFault(
  context: FaultContext,
  only: FaultName | null,
): Promise<{ name: FaultName; says: string }> {
  const possible = Object.entries(faults).filter(
    ([name, fault]) => fault.isPossible(context) && (only === null || name === only),
  );
  let at = context.random.next() * possible.reduce((sum, [, { weight }]) => sum + weight, 0);
  for (const [name, fault] of possible) {
    at -= fault.weight;
    if (at < 0) return { name, says: await fault.run(context) };
  }
  return { name: "nothing", says: "no fault is possible here" };
}

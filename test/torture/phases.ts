// What comes after the faults: rest, catch up, stop, compare; and then the part in which the journal is broken on purpose.
// Each phase leaves the system stopped and gives back a verdict.

import { join } from "node:path";
import { signIn } from "#test/harness/api-client.ts";
import type { TestInfluxd } from "#test/harness/influxd.ts";
import { adminPassword } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { spoilDuckdb, spoilInflux } from "./canary.ts";
import { type Evidence, judge, type Verdict } from "./checker.ts";
import { createBreaker, type DamageVerdict, judgeDamage } from "./damage.ts";
import type { Device } from "./device.ts";
import { pause } from "./faults.ts";
import { factors } from "./frames.ts";
import { type JournalFrame, viewJournal } from "./journal-map.ts";
import type { Options } from "./options.ts";
import { createRandom } from "./random.ts";
import type { Records } from "./records.ts";
import { readDuckdb, readInflux, readState } from "./stores.ts";
import { type Target, waitUntilCaughtUp } from "./target.ts";

const catchUpMs = 120_000;

export interface Stage {
  readonly options: Options;
  readonly target: Target;
  readonly devices: readonly Device[];
  readonly records: Records;
  readonly influxd: TestInfluxd | null;
  readonly say: (line: string) => void;
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
export async function checkStrictly(stage: Stage): Promise<{ verdict: Verdict; balanced: boolean | null }> {
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
export async function breakJournal(stage: Stage, rounds: number): Promise<DamageVerdict> {
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

// Crash and replay are the same thing: a journal that was written while ingest ran, stopped, and ran again, gives the same
// history, alarms and ledger when it is read from its first entry into empty stores.

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Alarm } from "#domain/alarm.ts";
import type { EntryDraft } from "#domain/frame.ts";
import { isValidFlag, type Flag } from "#domain/reading.ts";
import { type Tier, tierMs, tiers, windowNumber, windowStart } from "#domain/window.ts";
import { formWindow } from "#ingest/aggregate/windows.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Journal } from "#store/journal/journal.ts";
import { createRandom } from "#test/fault/load.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { type Dump, dumpStores, startIngest } from "./ingest-run.ts";
import { createRoughRun } from "./rough-run.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);

let live: TempDir;
let again: TempDir;
let first: Dump;
let second: Dump;
let told: Alarm[];
let toldAgain: readonly Alarm[];
let endsAt = 0;

function appendAll(journal: Journal, drafts: readonly EntryDraft[]): Promise<void> {
  return new Promise((done, fail) => {
    let left = drafts.length;
    for (const { kind, door, channel, promised, receivedAt, source, payload } of drafts) {
      journal.append(kind, door, channel, promised, receivedAt, source, payload, (failure) => {
        if (failure !== null) fail(failure);
        else if (--left === 0) done();
      });
    }
  });
}

/** Of what screens were told, what is not back to normal. */
function openAlarms(alarms: readonly Alarm[]): Alarm[] {
  const newest = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  return [...newest.values()].filter((alarm) => alarm.state !== "normal" && !alarm.acked);
}

async function liveRun(dataDir: string): Promise<void> {
  const random = createRandom(seed);
  const run = createRoughRun(random);
  const journal = createFileJournal({ dir: join(dataDir, "journal"), now: () => run.now, log: createSilentLog() });
  await journal.start();
  let ingest = await startIngest(dataDir);
  await appendAll(journal, run.begin());
  told = [];
  while (!run.isOver) {
    await appendAll(journal, run.next(openAlarms([...told, ...ingest.told])));
    if (random() < 0.3) await ingest.settle();
    // Now and then all windows are formed again at once; otherwise that falls where it falls.
    if (random() < 0.002) await ingest.settle(true);
    if (random() < 0.004) {
      await ingest.stop();
      told.push(...ingest.told);
      ingest = await startIngest(dataDir);
    }
  }
  await appendAll(journal, run.end());
  endsAt = run.now;
  await ingest.settle(true);
  await ingest.stop();
  told.push(...ingest.told);
  await journal.stop();
}

beforeAll(async () => {
  live = await createTempDir("live");
  again = await createTempDir("again");
  await liveRun(live.path);
  first = await dumpStores(live.path);
  await cp(join(live.path, "journal"), join(again.path, "journal"), { recursive: true });
  const ingest = await startIngest(again.path);
  await ingest.settle(true);
  await ingest.stop();
  toldAgain = ingest.told;
  second = await dumpStores(again.path);
}, 90_000);
afterAll(async () => {
  await live.remove();
  await again.remove();
});

describe(`a rough day, recorded and replayed (seed ${seed})`, () => {
  it("gives the same readings", () => {
    expect(Object.values(first.readings).flat().length).toBeGreaterThan(1_000);
    expect(second.readings).toEqual(first.readings);
  });

  it("gives the same minute, hour and day means, to the last bit", () => {
    expect(Object.values(first.means).flat().length).toBeGreaterThan(100);
    expect(second.means).toEqual(first.means);
  });

  it("gives the same alarms, transitions, quarantine, audit, newest values and ledger", () => {
    expect((first.state as { alarms: unknown[] }).alarms.length).toBeGreaterThan(5);
    expect((first.state as { tampered: unknown }).tampered).toBeNull();
    expect(second.state).toEqual(first.state);
  });

  it("tells screens every transition, with versions that grow by one", () => {
    const key = ({ id, version, state }: Alarm) => `${id} ${version} ${state}`;
    const { transitions } = first.state as { transitions: { alarmId: string; version: number; to: string }[][] };
    const kept = transitions.flat().map(({ alarmId, version, to }) => `${alarmId} ${version} ${to}`);
    expect(new Set(told.map(key))).toEqual(new Set(kept));
    for (const list of transitions) expect(list.map(({ version }) => version)).toEqual(list.map((_, i) => i + 1));
    expect(toldAgain.length).toBeLessThanOrEqual(told.length);
  });

  it.each(tiers)("every mean (%s) is the mean of the readings that history holds, and none is missing", (tier) => {
    for (const dump of [first, second]) expect(meansOf(dump, tier)).toEqual(expectedMeans(dump, tier));
  });
});

function meansOf(dump: Dump, tier: Tier): Record<string, unknown> {
  return Object.fromEntries(Object.entries(dump.means).filter(([key]) => key.endsWith(` ${tier}`)));
}

/** By the definition: the readings of each window that is over, whatever the order in which they came. */
function expectedMeans(dump: Dump, tier: Tier): Record<string, unknown> {
  const expected: Record<string, unknown> = {};
  for (const [key, rows] of Object.entries(dump.readings)) {
    if (!key.endsWith(" realtime")) continue;
    const windows = new Map<number, [number, boolean][]>();
    for (const [time, value, flag] of rows) {
      const number = windowNumber(tier, time);
      if (windowStart(tier, number) + tierMs[tier] > endsAt) continue;
      windows.set(number, [...(windows.get(number) ?? []), [value, isValidFlag(flag as Flag)]]);
    }
    expected[key.replace("realtime", tier)] = [...windows]
      .sort(([a], [b]) => a - b)
      .map(([number, readings]) => {
        const { start, mean, min, max, count, valid } = formWindow(tier, number, readings);
        return [start, mean, min, max, count, valid];
      });
  }
  return expected;
}

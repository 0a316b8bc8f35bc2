// Crash and replay are the same thing: a journal that was written while ingest ran, stopped and ran again, gives the same
// readings, means, alarms, ledger and decisions, to the byte, however it is read into empty stores again. A seed that fails is
// added to the known ones; SEED=n tries one more.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Alarm, AlarmTransition } from "#domain/alarm.ts";
import { isValidFlag, type Flag } from "#domain/reading.ts";
import { type Tier, tierMs, tiers, windowNumber, windowStart } from "#domain/window.ts";
import { formWindow } from "#ingest/aggregate/windows.ts";
import { createRandom } from "#test/fault/load.ts";
import { startInfluxd, type TestInfluxd } from "#test/harness/influxd.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import {
  compareDumps,
  type Dump,
  dumpStores,
  hashDump,
  type MeanRow,
  parseLine,
  type RawRow,
  toLines,
} from "./dump.ts";
import { type Recording, recordRun } from "./record-run.ts";
import { replayAtOnce, replayInPieces, replayKilled, replayThroughOutage } from "./replays.ts";

/** Seeds that found something once. */
const knownSeeds: readonly number[] = [21];
const seeds = [...knownSeeds, Number(process.env["SEED"] ?? Date.now() % 1_000_000)];
const kills = 6;

let influxd: TestInfluxd;
beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(async () => {
  await influxd?.stop();
});

describe.each(seeds)("two rough hours, recorded (seed %i)", (seed) => {
  const folders: TempDir[] = [];
  let live = "";
  let recording: Recording;
  let first: Dump;

  async function folder(): Promise<string> {
    const made = await createTempDir("replay");
    folders.push(made);
    return made.path;
  }

  beforeAll(async () => {
    live = await folder();
    recording = await recordRun(live, seed);
    first = await dumpStores(live);
  }, 180_000);
  afterAll(async () => {
    for (const made of folders) await made.remove();
  });

  function expectSame(found: Dump): void {
    expect(compareDumps(first, found)).toEqual([]);
    const hashes = hashDump(found);
    expect(hashDump(first)).toMatchObject(hashes);
  }

  it("are rough enough: every kind of thing happened", () => {
    const least: Record<string, number> = {
      readings: 1_000,
      means: 100,
      versions: 1_000,
      revisions: 20,
      alarms: 5,
      transitions: 30,
      quarantine: 50,
      audit: 50,
      ledger: 5,
      findings: 1,
      lawful: 20,
      exceedances: 2,
      judgedDays: 6,
      marks: 5,
      limitVersions: 8,
      loggers: 3,
      loggerDays: 5,
      loggerGaps: 2,
      loggerChanges: 5,
      alarmDefinitions: 3,
      outOfService: 2,
      notices: 5,
      noticePolicies: 4,
      cases: 1,
      caseEvents: 1,
    };
    // A seed that was drawn may lack one rare thing or another; those that are known lack none.
    const common = new Set(["readings", "means", "versions", "transitions", "quarantine", "audit"]);
    const isKnown = knownSeeds.includes(seed);
    for (const [name, count] of Object.entries(least))
      if (isKnown || common.has(name)) expect(first[name]?.length ?? 0, name).toBeGreaterThanOrEqual(count);
    if (!isKnown) return;
    const refused = (first["quarantine"] ?? []).join("\n");
    for (const word of [
      "reprocessed",
      "dismissed",
      "unknown-site",
      "time-in-future",
      "invalid-json",
      "no-birth",
      "invalid-protobuf",
    ])
      expect(refused, word).toContain(`"${word}"`);
    const times = recording.entries.map(({ receivedAt }) => receivedAt);
    const jumps = times.map((time, i) => time - (times[i - 1] ?? time));
    expect(Math.min(...jumps)).toBeLessThan(-5 * 60_000);
    expect(Math.max(...jumps)).toBeGreaterThan(5 * 60_000);
    expect(first["chain"]?.join("")).toContain("null");
  });

  it("give the same when the journal is read at once", async () => {
    const to = await folder();
    const told = await replayAtOnce(live, to);
    expectSame(await dumpStores(to));
    expect(told.length).toBeLessThanOrEqual(recording.told.length);
  });

  it.each([1, 2])("give the same in other pieces, with other sizes, pauses and restarts (%i)", async (time) => {
    const to = await folder();
    await replayInPieces(recording.entries, to, createRandom(seed + 10 * time));
    expectSame(await dumpStores(to));
  });

  it(`give the same when ingest is killed ${kills} times on the way`, async () => {
    const to = await folder();
    await replayKilled(recording.entries, to, createRandom(seed + 3), kills);
    expectSame(await dumpStores(to));
  });

  it("give the same with history in InfluxDB", async () => {
    const to = await folder();
    const place = { influxUrl: influxd.url, database: `at_once_${seed}` };
    await replayAtOnce(live, to, place);
    expectSame(await dumpStores(to, place));
  });

  it("give the same when InfluxDB is away at first and killed later, and history catches up from the journal", async () => {
    const to = await folder();
    const place = { influxUrl: influxd.url, database: `outage_${seed}` };
    const said = await replayThroughOutage(recording.entries, to, influxd, place);
    expect(said).toContain("history catches up from the journal");
    expect(said).toContain("history has caught up");
    expectSame(await dumpStores(to, place));
  });

  it("tell screens every transition, with versions that grow by one", () => {
    const key = ({ id, version, state }: Alarm) => `${id} ${version} ${state}`;
    const kept = (first["transitions"] ?? []).map((line) => parseLine<AlarmTransition>(line).row);
    expect(new Set(recording.told.map(key))).toEqual(
      new Set(kept.map(({ alarmId, version, to }) => `${alarmId} ${version} ${to}`)),
    );
    for (const list of Map.groupBy(kept, ({ alarmId }) => alarmId).values()) {
      const versions = list.map(({ version }) => version).toSorted((a, b) => a - b);
      expect(versions).toEqual(versions.map((_, i) => i + 1));
    }
  });

  it.each(tiers)("every mean (%s) is the mean of the readings that history holds, and none is missing", (tier) => {
    const found = (first["means"] ?? []).filter((line) => parseLine(line).key.endsWith(` ${tier}`));
    const expected = toLines(expectedMeans(first, tier, recording.endsAt));
    expect(compareDumps({ [tier]: expected }, { [tier]: found })).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("the comparison", () => {
  it("names the lines that one has and the other has not, and counts a line that is there twice", () => {
    const dump = { means: toLines([["a", [1, Number.NaN]]]), alarms: ["x", "y", "y"] };
    expect(compareDumps(dump, { ...dump })).toEqual([]);
    const other = { means: toLines([["a", [1, 0]]]), alarms: ["x", "y"] };
    expect(compareDumps(dump, other)).toEqual([
      "means: 1 missing, 1 added",
      'means - ["a",[1,"NaN"]]',
      'means + ["a",[1,0]]',
      "alarms: 1 missing, 0 added",
      "alarms - y",
    ]);
  });
});

/** By the definition: the readings of each window that is over, whatever the order in which they came. */
function expectedMeans(dump: Dump, tier: Tier, endsAt: number): [key: string, row: MeanRow][] {
  const windows = new Map<string, Map<number, [number, boolean][]>>();
  for (const line of dump["readings"] ?? []) {
    const { key, row } = parseLine<RawRow>(line);
    const [time, value, flag] = row;
    const number = windowNumber(tier, time);
    if (!key.endsWith(" realtime") || windowStart(tier, number) + tierMs[tier] > endsAt) continue;
    const name = key.replace("realtime", tier);
    const ofSeries = windows.get(name) ?? new Map<number, [number, boolean][]>();
    windows.set(name, ofSeries);
    ofSeries.set(number, [...(ofSeries.get(number) ?? []), [value, isValidFlag(flag as Flag)]]);
  }
  return [...windows].flatMap(([name, ofSeries]) =>
    [...ofSeries].map(([number, readings]): [string, MeanRow] => {
      const { start, mean, min, max, count, valid } = formWindow(tier, number, readings);
      return [name, [start, mean, min, max, count, valid]];
    }),
  );
}

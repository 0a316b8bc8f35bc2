// `rejudge`: a year of hourly means that count, of all outfalls that are monitored on line, and one limit that changes at all of
// them: how long until every verdict is in the state store. Real ingest on a real journal, stores filled beforehand.
//
//   journal: sites, one reading of a year ago each ─▶ ingest settles ─▶ "limit 60 instead of 100" ─▶ ingest ─▶ all verdicts committed
//   stores:  8,760 lawful hours and 365 judged days a site ─┘            0 % ▶ about 5 % of the hours exceed, and back

import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { channels, doors, entryKinds, type EntryDraft } from "#domain/frame.ts";
import { type JudgedDay, lawfulCode } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import { dayMs, dayStart, formatDay, hourMs } from "#domain/time.ts";
import { createMeanColumns, createReadingColumns, type History } from "#store/history/history.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Journal } from "#store/journal/journal.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { makeBatch } from "#test/contract/state-rows.ts";
import { startInfluxd } from "#test/harness/influxd.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import {
  type HistoryPlace,
  isComplete,
  type IngestRun,
  openHistoryAt,
  startIngest,
} from "#test/property/ingest-run.ts";
import { appendAll } from "#test/property/record-run.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";

const outfalls = 1_211;
const days = 365;
const factor = "w01018";
const yearEnd = dayStart(Date.UTC(2026, 5, 1));
const yearBegin = yearEnd - days * dayMs;
/** An hour behind it, so that the whole year is over. */
const now = yearEnd + 2 * hourMs;
const valuesPerBatch = 100_000;
const deadlineMs = 600_000;
const high = 100;
/** One in twenty of the values from 20 to 60. */
const low = 58;

const siteId = (index: number): string => `BENCH-${String(index + 1).padStart(6, "0")}`;

function valueAt(site: number, hour: number): number {
  let hash = Math.imul(site + 1, 0x9e3779b1) ^ Math.imul(hour + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return 20 + (((hash ^ (hash >>> 13)) >>> 0) % 4_000) / 100;
}

let commands = 0;
function order(command: Command): EntryDraft {
  const payload = new TextEncoder().encode(JSON.stringify({ id: `order-${++commands}`, actor: "bench", command }));
  const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
  return { ...place, receivedAt: now, source: "bench", payload };
}

function limits(sites: number, max: number): Omit<Limit, "version">[] {
  const about = { factor, max, min: null, basis: "hour", from: yearBegin, to: null, decimals: 2 } as const;
  const rest = { reason: "bench", by: "bench", source: "site" };
  return Array.from({ length: sites }, (_, i) => ({ id: `${siteId(i)}:limit`, site: siteId(i), ...about, ...rest }));
}

/** As many in one order as an import takes. */
function inParts<T>(list: readonly T[]): T[][] {
  const size = bounds.importSitesPerCommand;
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) => list.slice(part * size, (part + 1) * size));
}

function limitOrders(sites: number, max: number): EntryDraft[] {
  return inParts(limits(sites, max)).map((part) => order({ type: "limits.put", limits: part }));
}

function entriesOf(sites: number): EntryDraft[] {
  const place = { kind: "water-outfall", city: "130200", enterprise: null, lat: null, lon: null } as const;
  const rest = { factors: [factor], intervalSeconds: 60, standard: null, mn: null, simulated: true };
  const all = Array.from({ length: sites }, (_, i) => ({ id: siteId(i), name: siteId(i), ...place, ...rest }));
  const frames = all.map(({ id }, i): EntryDraft => {
    const payload = new TextEncoder().encode(JSON.stringify({ time: yearBegin, values: { [factor]: valueAt(i, 0) } }));
    const from = { door: doors.mqtt, channel: channels.readings, promised: true, receivedAt: now } as const;
    return { ...from, kind: entryKinds.frame, source: id, payload };
  });
  const tick = {
    door: doors.none,
    channel: channels.none,
    promised: false,
    kind: entryKinds.tick,
    source: "",
  } as const;
  const later = { ...tick, receivedAt: now + 120_000, payload: new Uint8Array(0) };
  return [
    ...inParts(all).map((part) => order({ type: "sites.put", sites: part })),
    ...limitOrders(sites, high),
    ...frames,
    later,
  ];
}

async function fillHours(history: History, sites: number): Promise<number> {
  let means = createMeanColumns();
  let writing = Promise.resolve();
  let values = 0;
  for (let site = 0; site < sites; site++) {
    for (let hour = 0; hour < days * 24; hour++) {
      const value = valueAt(site, hour);
      means.site.push(siteId(site));
      means.tier.push("1h");
      means.start.push(yearBegin + hour * hourMs);
      means.seq.push(0);
      means.valuesFrom.push(means.factor.length);
      means.factor.push(lawfulCode(factor));
      for (const column of [means.mean, means.min, means.max]) column.push(value);
      means.count.push(60);
      means.valid.push(60);
    }
    if (means.factor.length < valuesPerBatch && site < sites - 1) continue;
    values += means.factor.length;
    // The cursor stays 0: the store has not met this journal yet.
    const batch = { readings: createReadingColumns(), means, cursor: 0 };
    means = createMeanColumns();
    await writing;
    writing = history.write(batch);
  }
  await writing;
  return values;
}

function dayOf(site: string, at: number): JudgedDay {
  const parts = { due: 1_440, received: 1_440, valid: 1_440, marked: 0, excluded: {}, missing: 0, surplus: 0 };
  const hours = { due: 24, received: 24, valid: 24, stopped: 0, marked: 0 };
  const verdicts = {
    hourVerdicts: { within: 24, exceeding: 0, unknown: 0 },
    dayVerdicts: { within: 0, exceeding: 0, unknown: 1 },
  };
  const mean = { value: 40, isValid: true, why: null, rule: "validity.waste-water.day", unit: "mg/L", kg: null };
  return { site, day: formatDay(at), factor, hours, parts, ...verdicts, ...mean, seq: 0, at };
}

async function fillDays(dataDir: string, sites: number): Promise<void> {
  const state = createSqliteState({ file: join(dataDir, "state.sqlite"), log: createSilentLog() });
  await state.start();
  for (let site = 0; site < sites; site++)
    await state.commit(
      makeBatch(0, {
        judgedDays: Array.from({ length: days }, (_, day) => dayOf(siteId(site), yearBegin + day * dayMs)),
      }),
    );
  await state.stop();
}

/** Until everything is processed, judged and committed. */
async function settle(ingest: IngestRun, journal: Journal): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const status = await ingest.status();
    const { seq } = journal.head();
    if (status.cursor === seq && isComplete(status) && status.state.cursor >= seq) return;
    if (performance.now() > end) throw new Error(`not judged after ${deadlineMs / 1000} s: ${JSON.stringify(status)}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

function countExceedances(dataDir: string, statuses: readonly ("confirmed" | "withdrawn")[]): Promise<number> {
  const state = createSqliteState({ file: join(dataDir, "state.sqlite"), log: createSilentLog() });
  return (async () => {
    await state.start();
    const { total } = await state.exceedances({ statuses, limit: 1 });
    await state.stop();
    return total;
  })();
}

async function run(store: "duckdb" | "influxdb", sites: number, place: HistoryPlace | null, context: BenchContext) {
  const { report, say } = context;
  const dir = await createTempDir("rejudge");
  const log = createSilentLog();
  const history = openHistoryAt(dir.path, place, log);
  await history.start();
  const begun = performance.now();
  const hours = await fillHours(history, sites);
  await history.stop();
  await fillDays(dir.path, sites);
  say(
    `${store}: ${hours.toLocaleString("en-US")} lawful hours and their days in ${round((performance.now() - begun) / 1000)} s`,
  );
  const journal = createFileJournal({ dir: join(dir.path, "journal"), now: () => now, log });
  await journal.start();
  await appendAll(journal, entriesOf(sites));
  const ingest = await startIngest(dir.path, { place });
  await settle(ingest, journal);
  const expected = Array.from({ length: sites }, (_, site) => site).reduce((sum, site) => {
    for (let hour = 1; hour < days * 24; hour++) if (valueAt(site, hour) > low) sum++;
    return sum;
  }, 0);
  for (const [what, max] of [
    ["a limit that makes one hour in twenty exceed", low],
    ["and the former limit again", high],
  ] as const) {
    const cpu = process.cpuUsage();
    const at = performance.now();
    await appendAll(journal, limitOrders(sites, max));
    await settle(ingest, journal);
    const seconds = (performance.now() - at) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const cpuSeconds = round((user + system) / 1e6);
    report({
      store,
      question: what,
      sites,
      windows: hours,
      seconds: round(seconds),
      perSecond: round(hours / seconds),
      cpuSeconds,
    });
  }
  await ingest.stop();
  await journal.stop();
  const [confirmed, withdrawn] = [
    await countExceedances(dir.path, ["confirmed"]),
    await countExceedances(dir.path, ["withdrawn"]),
  ];
  const stateMiB = round(statSync(join(dir.path, "state.sqlite")).size / 2 ** 20);
  // The one reading of each site made an hour of its own, which is no longer as it was filled.
  report({ store, confirmed, withdrawn, expected, stateMiB, lost: Math.max(0, expected - withdrawn) });
  await dir.remove();
}

export const bench: Bench = {
  name: "rejudge",
  about:
    "one limit changed at 1,211 outfalls, a year of hourly means judged again (--sites N, --store duckdb|influxdb)",
  async run(context) {
    const { values } = parseArgs({
      args: [...context.args],
      options: { sites: { type: "string", default: String(outfalls) }, store: { type: "string", default: "both" } },
    });
    const sites = parseCount("--sites", values.sites);
    if (values.store !== "influxdb") await run("duckdb", sites, null, context);
    if (values.store === "duckdb") return;
    const influxd = await startInfluxd();
    await run("influxdb", sites, { influxUrl: influxd.url, database: "rejudge" }, context);
    await influxd.stop();
  },
};

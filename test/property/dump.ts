// All that the stores of a data folder hold, as canonical text: one JSON line per row, sorted, in sections. Two folders hold
// the same when the hashes of their sections are equal; when they are not, the first lines that differ say where.

import { hash } from "node:crypto";
import { join } from "node:path";
import { partCode } from "#domain/field-values.ts";
import { type Exceedance, type JudgedDay, lawfulCode, loadCode } from "#domain/judged.ts";
import { readingKinds } from "#domain/reading.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import { tiers } from "#domain/window.ts";
import type { MeanSeries, RawSeries } from "#store/history/history.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { readDuckdb } from "#test/torture/stores.ts";
import { type HistoryPlace, openHistoryAt } from "./ingest-run.ts";
import { runBegins, runFactors, runSites } from "./rough-run.ts";
import { stackFactors } from "./rough-stack.ts";

const lawfulFactors = [...runFactors, ...stackFactors];

/** Section → its lines, sorted. `versions` is every row of readings, which only DuckDB keeps. */
export type Dump = Readonly<Record<string, readonly string[]>>;

export type RawRow = readonly [time: number, value: number, flag: string];
export type MeanRow = readonly [start: number, mean: number, min: number, max: number, count: number, valid: number];

/** The key of a line and its row, as it was before it became text. */
export function parseLine<T>(line: string): { readonly key: string; readonly row: T } {
  const [key, row] = JSON.parse(line) as [string, T];
  return { key, row };
}

/** Sorted lines of JSON; NaN, which JSON does not know, is written as text. */
export function toLines(rows: readonly (readonly [key: string, row: unknown])[]): string[] {
  const text = (row: unknown): string =>
    JSON.stringify(row, (_, value: unknown) => (Number.isNaN(value) ? "NaN" : value));
  return rows.map(text).toSorted();
}

function rawRows({ time, value, flag }: RawSeries): RawRow[] {
  return time.map((at, i) => [at, value[i] ?? Number.NaN, flag[i] ?? ""]);
}

function meanRows({ start, mean, min, max, count, valid }: MeanSeries): MeanRow[] {
  const at = (column: readonly number[], i: number): number => column[i] ?? Number.NaN;
  return start.map((from, i) => [from, at(mean, i), at(min, i), at(max, i), at(count, i), at(valid, i)]);
}

async function dumpHistory(dataDir: string, place: HistoryPlace | null): Promise<Dump> {
  const history = openHistoryAt(dataDir, place, createSilentLog());
  await history.start();
  const range = {
    from: runBegins - 2 * dayMs,
    to: runBegins + 2 * dayMs,
    limit: 1_000_000,
    factors: [...runFactors, ...stackFactors, partCode("w01018", "max")],
  };
  const lawful: [string, MeanRow][] = [];
  const readings: [string, RawRow][] = [];
  const means: [string, MeanRow][] = [];
  for (const site of runSites) {
    for (const kind of readingKinds)
      for (const series of await history.readRaw({ ...range, site, kind }))
        for (const row of rawRows(series)) readings.push([`${site} ${series.factor} ${kind}`, row]);
    for (const tier of tiers)
      for (const series of await history.readMeans({ ...range, site, tier }))
        for (const row of meanRows(series)) means.push([`${site} ${series.factor} ${tier}`, row]);
    const factors = lawfulFactors.flatMap((factor) => [lawfulCode(factor), loadCode(factor)]);
    for (const tier of tiers)
      for (const series of await history.readMeans({ ...range, factors, site, tier }))
        for (const row of meanRows(series)) lawful.push([`${site} ${series.factor} ${tier}`, row]);
  }
  await history.stop();
  return { readings: toLines(readings), means: toLines(means), lawful: toLines(lawful) };
}

/**
 * What stands, and not how it came about: under which entry something was judged, and what stood for a while until other data
 * or a mark came, depends on when there was time to judge. So does which of two versions of a limit with the same numbers.
 */
function exceedanceRow(exceedance: Exceedance): object {
  return { ...exceedance, version: null, cause: null, seq: null, at: null, limitVersion: null };
}

function judgedDayRow(day: JudgedDay): object {
  return { ...day, seq: null, at: null };
}

async function dumpVersions(dataDir: string): Promise<Dump> {
  const rows = await readDuckdb(join(dataDir, "history.duckdb"));
  return { versions: toLines(rows.map(({ site, factor, ...row }) => [`${site} ${factor}`, row])) };
}

async function dumpState(dataDir: string): Promise<Dump> {
  const state = createSqliteState({ file: join(dataDir, "state.sqlite"), log: createSilentLog() });
  await state.start();
  const all = { limit: 1_000_000 };
  const alarms = (await state.alarms(all)).items;
  const transitions = (await Promise.all(alarms.map(({ id }) => state.transitions(id)))).flat();
  const days = [-1, 0, 1].map((days) => formatDay(runBegins + days * dayMs));
  const ledger = (await Promise.all(days.map((day) => state.ledger(day)))).flat();
  const dump = {
    alarms: toLines(alarms.map((row) => [row.id, row])),
    transitions: toLines(transitions.map((row) => [row.alarmId, row])),
    ledger: toLines(ledger.map((row) => [`${row.day} ${row.site}`, { ...row, reasons: sortKeys(row.reasons) }])),
    quarantine: toLines((await state.quarantine(all)).items.map((row) => [`${row.seq} ${row.part}`, row])),
    audit: toLines((await state.audit(all)).items.map((row) => [`${row.seq} ${row.object}`, row])),
    revisions: toLines((await state.revisions(all)).items.map((row) => [`${row.seq}`, row])),
    latest: toLines((await state.allLatest()).map((row) => [`${row[0]} ${row[1]}`, row])),
    sites: toLines((await state.allSites()).map((row) => [row.id, row])),
    limits: toLines((await state.limits({})).map((row) => [row.id, row])),
    limitChanges: toLines((await state.limitChanges(all)).items.map((row) => [row.id, row])),
    exceedances: toLines(
      (await state.exceedances({ ...all, statuses: ["confirmed"] })).items.map((row) => [row.id, exceedanceRow(row)]),
    ),
    judgedDays: toLines(
      (await Promise.all(runSites.map((site) => state.judgedDays({ site, from: "", to: "9" }))))
        .flat()
        .map((row) => [`${row.site} ${row.day} ${row.factor}`, judgedDayRow(row)]),
    ),
    hints: toLines(
      (await state.hints({ ...all, statuses: ["open", "dismissed", "confirmed"] })).items.map((row) => [
        row.id,
        { ...row, seq: null, at: null },
      ]),
    ),
    alarmDefinitions: toLines(
      (await state.alarmDefinitions()).map((row) => [`${row.definition.id} ${row.definition.version}`, row]),
    ),
    outOfService: toLines((await state.outOfService(all)).items.map((row) => [row.id, row])),
    notices: toLines((await state.notices(all)).items.map((row) => [row.id, row])),
    noticePolicies: toLines((await state.noticePolicies()).map((row) => [row.id, row])),
    calendars: toLines((await state.calendars()).map((row) => [row.id, row])),
    cases: toLines((await state.cases(all)).items.map((row) => [row.id, row])),
    caseEvents: toLines(
      (await Promise.all((await state.cases(all)).items.map(({ id }) => state.caseEvents(id))))
        .flat()
        .map((row) => [`${row.case} ${row.version}`, row]),
    ),
    caseChain: toLines([["the chain of cases", await state.checkCases()]]),
    marks: toLines((await state.marks(all)).items.map((row) => [row.id, row])),
    limitVersions: toLines((await state.limitVersions({})).map((row) => [`${row.limit.id} ${row.seq}`, row])),
    findings: toLines((await state.findings(all)).items.map((row) => [`${row.site} ${row.factor} ${row.start}`, row])),
    loggers: toLines((await state.loggers()).map((row) => [row.site, row])),
    loggerDays: toLines((await state.loggerDays({ from: "", to: "9" })).map((row) => [`${row.day} ${row.site}`, row])),
    loggerGaps: toLines((await state.loggerGaps({})).map((row) => [`${row.site} ${row.kind}`, row])),
    loggerChanges: toLines(
      (
        await Promise.all(
          ["P-1", "hj212:UNKNOWN-1"].map((site) => state.loggerChanges({ site, from: 0, to: 9e15, ...all })),
        )
      )
        .flat()
        .map((row) => [`${row.seq} ${row.part}`, row]),
    ),
    chain: toLines([["the first transition that was tampered with", state.findTamperedTransition()]]),
  };
  await state.stop();
  return dump;
}

/** Reasons are counted in the order in which they first came, which a row that was taken apart again does not keep. */
function sortKeys(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything both stores know; the stores must not be in use. */
export async function dumpStores(dataDir: string, place: HistoryPlace | null = null): Promise<Dump> {
  const versions = place === null ? await dumpVersions(dataDir) : {};
  return { ...(await dumpHistory(dataDir, place)), ...versions, ...(await dumpState(dataDir)) };
}

/** Section → SHA-256 of its text. */
export function hashDump(dump: Dump): Record<string, string> {
  const entries = Object.entries(dump).map(([name, lines]) => [name, hash("sha256", lines.join("\n"))]);
  return Object.fromEntries(entries) as Record<string, string>;
}

const linesShown = 5;

/** The first lines of each section that one has and the other has not; empty when both hold the same. */
export function compareDumps(expected: Dump, found: Dump): string[] {
  const sections = Object.keys(expected).filter((name) => found[name] !== undefined);
  const [before, after] = [hashDump(expected), hashDump(found)];
  return sections.flatMap((name) => {
    if (before[name] === after[name]) return [];
    const missing = difference(expected[name] ?? [], found[name] ?? []);
    const added = difference(found[name] ?? [], expected[name] ?? []);
    const show = (lines: readonly string[], sign: string): string[] =>
      lines.slice(0, linesShown).map((line) => `${name} ${sign} ${line}`);
    return [`${name}: ${missing.length} missing, ${added.length} added`, ...show(missing, "-"), ...show(added, "+")];
  });
}

/** Lines of `all` without those of `known`; a line that is there twice counts twice. */
function difference(all: readonly string[], known: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of known) left.set(line, (left.get(line) ?? 0) + 1);
  return all.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

// What a batch says of judgement → its tables: verdicts become versions of exceedances, the rest is replaced or appended. Part
// of the transaction of the batch.
//
//   verdict of [from, to)     newest version known        written
//   ────────────────────      ───────────────────────     ────────────────────────────────────────────────
//   window exceeds            none                        version 1, confirmed
//                             the same is known of it     nothing
//                             anything else               a further version, confirmed; the older one is superseded
//   window does not           none                        nothing: windows that never exceeded leave no row
//                             it does not stand already   nothing
//                             confirmed, or for another   a further version with the old numbers: marked when a mark took
//                             reason                      it out, else withdrawn

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Exceedance, ExceedingWindow, VerdictRange } from "#domain/judged.ts";
import type { StateBatch } from "./state.ts";

export interface JudgedStatements {
  readonly newest: StatementSync;
  readonly addVersion: StatementSync;
  readonly supersede: StatementSync;
  readonly judgedDay: StatementSync;
  readonly mark: StatementSync;
  readonly limitVersion: StatementSync;
  readonly limitChange: StatementSync;
  readonly hint: StatementSync;
}

export function prepareJudgedStatements(db: DatabaseSync): JudgedStatements {
  return {
    newest: db.prepare(
      `select body from exceedances where site = ? and factor = ? and basis = ? and start >= ? and start < ?
         and superseded_at is null`,
    ),
    addVersion: db.prepare(
      `insert into exceedances (site, factor, basis, start, version, status, at, superseded_at, body)
       values (?,?,?,?,?,?,?,null,?)`,
    ),
    supersede: db.prepare(
      `update exceedances set superseded_at = ?, body = ?
       where site = ? and factor = ? and basis = ? and start = ? and version = ?`,
    ),
    judgedDay: db.prepare("insert or replace into judged_days (day, site, factor, body) values (?,?,?,?)"),
    mark: db.prepare("insert or replace into marks (id, site, from_ms, to_ms, status, body) values (?,?,?,?,?,?)"),
    limitVersion: db.prepare(
      "insert or ignore into limit_versions (id, seq, site, factor, at, body) values (?,?,?,?,?,?)",
    ),
    limitChange: db.prepare("insert or replace into limit_changes (id, status, at, body) values (?,?,?,?)"),
    hint: db.prepare(
      "insert or replace into hints (id, site, rule, day, from_ms, status, score, body) values (?,?,?,?,?,?,?,?)",
    ),
  };
}

export function writeJudged(statements: JudgedStatements, batch: StateBatch): void {
  for (const { limit, seq, at } of batch.limitVersions ?? [])
    statements.limitVersion.run(limit.id, seq, limit.site, limit.factor, at, JSON.stringify({ limit, seq, at }));
  for (const change of batch.limitChanges ?? [])
    statements.limitChange.run(change.id, change.status, change.at, JSON.stringify(change));
  for (const mark of batch.marks ?? []) {
    const { id, site, from, to, status } = mark;
    statements.mark.run(id, site, from, to, status, JSON.stringify(mark));
  }
  for (const range of batch.verdicts ?? []) writeVerdicts(statements, range);
  for (const day of batch.judgedDays ?? [])
    statements.judgedDay.run(day.day, day.site, day.factor, JSON.stringify(day));
  for (const hint of batch.hints ?? []) {
    const { id, site, rule, day, from, status, score } = hint;
    statements.hint.run(id, site, rule, day, from, status, score, JSON.stringify(hint));
  }
}

function writeVerdicts(statements: JudgedStatements, range: VerdictRange): void {
  const { site, factor, basis, from, to } = range;
  const rows = statements.newest.all(site, factor, basis, from, to);
  const known = new Map<number, Exceedance>();
  for (const row of rows) {
    const version = JSON.parse(String(row["body"])) as Exceedance;
    known.set(version.start, version);
  }
  for (const window of range.exceeding) {
    const before = known.get(window.start);
    known.delete(window.start);
    if (before === undefined || (!isNewer(before, range) && !saysTheSame(before, window)))
      addVersion(statements, range, before, window, "confirmed");
  }
  if (known.size === 0) return;
  const marked = new Set(range.marked);
  for (const before of known.values()) {
    const status = marked.has(before.start) ? "marked" : "withdrawn";
    if (before.status !== status && !isNewer(before, range)) addVersion(statements, range, before, before, status);
  }
}

/** A verdict of an earlier entry never overrules one of a later entry. */
function isNewer(known: Exceedance, range: VerdictRange): boolean {
  return known.seq > range.seq;
}

/** Does the version that stands say of this window what was found now? Wording and rules' names make no version. */
function saysTheSame(known: Exceedance, found: ExceedingWindow): boolean {
  return (
    known.status === "confirmed" &&
    known.value === found.value &&
    known.compared === found.compared &&
    known.bound === found.bound &&
    known.side === found.side &&
    known.limitId === found.limitId &&
    known.limitVersion === found.limitVersion &&
    known.valid === found.valid &&
    known.due === found.due &&
    known.correctedTo === found.correctedTo
  );
}

function addVersion(
  { addVersion: add, supersede }: JudgedStatements,
  { site, factor, basis, cause, seq, at }: VerdictRange,
  before: Exceedance | undefined,
  window: ExceedingWindow,
  status: Exceedance["status"],
): void {
  if (before !== undefined) {
    const older: Exceedance = { ...before, supersededAt: at };
    supersede.run(at, JSON.stringify(older), site, factor, basis, window.start, before.version);
  }
  const version: Exceedance = {
    id: `${site}:${factor}:${basis}:${window.start}`,
    version: (before?.version ?? 0) + 1,
    site,
    factor,
    basis,
    status,
    cause,
    seq,
    at,
    supersededAt: null,
    ...windowOf(window),
  };
  add.run(site, factor, basis, window.start, version.version, status, at, JSON.stringify(version));
}

/** The window alone: an older version, which may be given for it, says more. */
function windowOf(window: ExceedingWindow): ExceedingWindow {
  const { start, end, value, compared, bound, side, unit, multiple, method } = window;
  const { valid, due, correctedTo, limitId, limitVersion, source, rule, sureness } = window;
  const compare = { start, end, value, compared, bound, side, unit, multiple, method, valid, due, correctedTo };
  return { ...compare, limitId, limitVersion, source, rule, sureness };
}

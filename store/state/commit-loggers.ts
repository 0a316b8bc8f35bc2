// What a batch says of loggers → their tables: cards are added up, facts and gaps replaced, changes appended. Part of the
// transaction of the batch.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { addLoggerDay, type LoggerDay, sortLoggerDay } from "#domain/logger-card.ts";
import type { StateBatch } from "./state.ts";

export interface LoggerStatements {
  readonly facts: StatementSync;
  readonly day: StatementSync;
  readonly setDay: StatementSync;
  readonly gaps: StatementSync;
  readonly change: StatementSync;
  readonly finding: StatementSync;
}

export function prepareLoggerStatements(db: DatabaseSync): LoggerStatements {
  return {
    facts: db.prepare("insert or replace into loggers (site, heard_at, body) values (?,?,?)"),
    day: db.prepare("select body from logger_days where day = ? and site = ?"),
    setDay: db.prepare("insert or replace into logger_days (day, site, body) values (?,?,?)"),
    gaps: db.prepare("insert or replace into logger_gaps (site, kind, body) values (?,?,?)"),
    finding: db.prepare(
      "insert or replace into findings (kind, site, factor, basis, start, status, body) values (?,?,?,?,?,?,?)",
    ),
    change: db.prepare("insert or ignore into logger_changes (seq, part, site, at, body) values (?,?,?,?,?)"),
  };
}

export function writeLoggers(statements: LoggerStatements, batch: StateBatch): void {
  for (const facts of batch.loggers ?? []) statements.facts.run(facts.site, facts.heardAt, JSON.stringify(facts));
  for (const change of batch.loggerDays ?? []) addDay(statements, change);
  for (const gaps of batch.loggerGaps ?? []) statements.gaps.run(gaps.site, gaps.kind, JSON.stringify(gaps));
  for (const found of batch.findings ?? []) {
    const { kind, site, factor, basis, start, status } = found;
    statements.finding.run(kind, site, factor, basis, start, status, JSON.stringify(found));
  }
  for (const change of batch.loggerChanges ?? []) {
    const { seq, part, site, at } = change;
    statements.change.run(seq, part, site, at, JSON.stringify(change));
  }
}

/** Keys in one order: the same sums are the same text, however they came together. */
function addDay({ day, setDay }: LoggerStatements, change: LoggerDay): void {
  const known = day.get(change.day, change.site);
  let sum = change;
  if (known !== undefined) {
    sum = JSON.parse(String(known["body"])) as LoggerDay;
    addLoggerDay(sum, change);
  }
  setDay.run(sum.day, sum.site, JSON.stringify(sortLoggerDay(sum)));
}

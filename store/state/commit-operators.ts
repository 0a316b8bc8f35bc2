// What a batch says of operators' work → its tables: definitions of alarms, what is out of service, notices with their policies
// and calendars, cases with their chained events, shifts. Part of the transaction of the batch.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { chainHash, chainStart } from "./chain.ts";
import type { StateBatch } from "./state.ts";

export interface OperatorStatements {
  readonly definition: StatementSync;
  readonly outOfService: StatementSync;
  readonly notice: StatementSync;
  readonly policy: StatementSync;
  readonly removePolicy: StatementSync;
  readonly calendar: StatementSync;
  readonly case: StatementSync;
  readonly hasEvent: StatementSync;
  readonly lastEvent: StatementSync;
  readonly event: StatementSync;
  readonly shift: StatementSync;
}

export function prepareOperatorStatements(db: DatabaseSync): OperatorStatements {
  return {
    definition: db.prepare("insert or ignore into alarm_definitions (id, version, seq, at, body) values (?,?,?,?,?)"),
    outOfService: db.prepare("insert or replace into out_of_service (id, from_ms, ended_at, body) values (?,?,?,?)"),
    notice: db.prepare(
      "insert or replace into notices (id, state, contact, site, created_at, due_at, body) values (?,?,?,?,?,?,?)",
    ),
    policy: db.prepare("insert or replace into notice_policies (id, body) values (?,?)"),
    removePolicy: db.prepare("delete from notice_policies where id = ?"),
    calendar: db.prepare("insert or replace into on_call_calendars (id, body) values (?,?)"),
    case: db.prepare(
      `insert or replace into cases (id, number, site, city, enterprise, stage, opened_at, due_at, body)
       values (?,?,?,?,?,?,?,?,?)`,
    ),
    hasEvent: db.prepare("select 1 from case_events where case_id = ? and version = ?"),
    lastEvent: db.prepare("select place, hash from case_events order by place desc limit 1"),
    event: db.prepare("insert into case_events (place, case_id, version, at, body, hash) values (?,?,?,?,?,?)"),
    shift: db.prepare("insert or replace into shifts (id, desk, started_at, body) values (?,?,?,?)"),
  };
}

export function writeOperators(statements: OperatorStatements, batch: StateBatch): void {
  for (const row of batch.alarmDefinitions ?? []) {
    const { definition, seq, at } = row;
    statements.definition.run(definition.id, definition.version, seq, at, JSON.stringify(row));
  }
  for (const row of batch.outOfService ?? []) {
    statements.outOfService.run(row.id, row.from, row.endedAt, JSON.stringify(row));
  }
  for (const row of batch.notices ?? []) {
    const { id, state, contact, site, createdAt, dueAt } = row;
    statements.notice.run(id, state, contact, site, createdAt, dueAt, JSON.stringify(row));
  }
  for (const [id, policy] of batch.noticePolicies ?? []) {
    if (policy === null) statements.removePolicy.run(id);
    else statements.policy.run(id, JSON.stringify(policy));
  }
  for (const row of batch.calendars ?? []) statements.calendar.run(row.id, JSON.stringify(row));
  for (const row of batch.cases ?? []) {
    const { id, number, site, city, enterprise, stage, openedAt, dueAt } = row;
    statements.case.run(id, number, site, city, enterprise, stage, openedAt, dueAt, JSON.stringify(row));
  }
  writeCaseEvents(statements, batch.caseEvents ?? []);
  for (const row of batch.shifts ?? []) statements.shift.run(row.id, row.desk, row.startedAt, JSON.stringify(row));
}

function writeCaseEvents(statements: OperatorStatements, events: NonNullable<StateBatch["caseEvents"]>): void {
  if (events.length === 0) return;
  const last = statements.lastEvent.get();
  let place = Number(last?.["place"] ?? 0);
  let hash = String(last?.["hash"] ?? chainStart);
  for (const row of events) {
    if (statements.hasEvent.get(row.case, row.version) !== undefined) continue;
    const body = JSON.stringify(row);
    place += 1;
    hash = chainHash(hash, body);
    statements.event.run(place, row.case, row.version, row.at, body, hash);
  }
}

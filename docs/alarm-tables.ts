// What docs/alarms.md says about built-in records, classes, starting values and figures, from the tables that the program reads.

import { alarmClasses, alarmSignals, builtInDefinitions } from "#domain/alarms/built-in.ts";
import type { AlarmDefinition, AlarmLevel, Deadband } from "#domain/alarm-definition.ts";
import kpiTable from "#domain/tables/alarm-kpis.json" with { type: "json" };
import validityTable from "#domain/tables/alarm-validity.json" with { type: "json" };

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

const code = (text: string): string => `\`${text}\``;

function formatMs(ms: number | null): string {
  if (ms === null) return "–";
  if (ms === 0) return "0";
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}

function formatBand({ kind, value }: Deadband): string {
  if (value === 0) return "0";
  return kind === "percent" ? `${value} %` : String(value);
}

function formatLevel({ subject }: AlarmDefinition, { op, at, priority }: AlarmLevel): string {
  if (subject === "limit") return `${op} ${at} × limit: ${priority}`;
  if (subject === "silence") return `${at} × interval: ${priority}`;
  return String(priority);
}

function formatScope({ scope: { kind, factor } }: AlarmDefinition): string {
  if (kind !== null) return kind;
  if (factor === "*") return "each factor";
  return "all";
}

export function formatAlarmRecords(table: Table): string {
  return table(
    ["record", "for", "class", "levels: priority", "deadband", "on / off delay", "told again", "held back when"],
    builtInDefinitions.map((record) => [
      code(record.id),
      formatScope(record),
      record.class,
      record.levels.map((level) => formatLevel(record, level)).join("; "),
      formatBand(record.deadband),
      `${formatMs(record.onDelayMs)} / ${formatMs(record.offDelayMs)}`,
      formatMs(record.reAlarmMs),
      record.suppressWhen.join(", "),
    ]),
  );
}

export function formatAlarmClasses(table: Table): string {
  return table(
    [
      "class",
      "told first",
      "shelf by one person",
      "by two",
      "acknowledged within, priority 1 / 2 / 3",
      "highly managed",
    ],
    alarmClasses.map((each) => [
      code(each.name),
      each.toldFirstEn,
      each.shelfMinutesMax === 0 ? "no" : `${each.shelfMinutesMax} min`,
      `${each.shelfMinutesMaxSecond} min`,
      ([1, 2, 3] as const).map((priority) => formatMs(each.ackMs[priority])).join(" / "),
      each.highlyManaged ? "yes" : "",
    ]),
  );
}

export function formatAlarmSignals(table: Table): string {
  return table(
    ["signal", "deadband", "on-delay", "off-delay", "source", "sureness"],
    alarmSignals.map((each) => [
      `${each.nameEn} ${each.nameZh}`,
      formatBand(each.deadband),
      formatMs(each.onDelayMs),
      formatMs(each.offDelayMs),
      each.source,
      each.sureness,
    ]),
  );
}

export function formatAlarmKpis(table: Table): string {
  const bound = (value: number | null, unit: string): string =>
    value === null ? "–" : `${value}${unit === "1" ? "" : ` ${unit}`}`;
  return table(
    ["figure", "target", "still manageable", "source", "sureness"],
    kpiTable.map(({ nameEn, nameZh, target, manageable, unit, source, sureness }) => [
      `${nameEn} ${nameZh}`,
      bound(target, unit),
      bound(manageable, unit),
      source,
      sureness,
    ]),
  );
}

export function formatAlarmFlags(table: Table): string {
  return table(
    ["flag", "the value is", "the device is faulty", "because"],
    validityTable.flags.map(({ flag, validity, faulty, why }) => [
      code(flag),
      validity,
      faulty === null ? "not known" : faulty ? "yes" : "no",
      why,
    ]),
  );
}

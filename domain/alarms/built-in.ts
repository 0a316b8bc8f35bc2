// Records, classes and starting values that come with the program, read from their tables. A built-in record is version 1; a person's
// change of it is the next version. Texts of a record are Chinese; the tables have them in English too, and `textsOf` gives
// those as long as nobody has changed the text.

import {
  type AlarmDefinition,
  type AlarmLevel,
  type AlarmSubject,
  alarmSubjects,
  type Deadband,
} from "../alarm-definition.ts";
import type { Priority } from "../alarm.ts";
import type { Factor } from "../factor.ts";
import { type LimitBasis, limitBases } from "../limit.ts";
import { readSureness, type Sureness } from "../rules/sureness.ts";
import { type SiteKind, siteKinds } from "../site.ts";
import classTable from "../tables/alarm-classes.json" with { type: "json" };
import definitionTable from "../tables/alarm-definitions.json" with { type: "json" };
import signalTable from "../tables/alarm-signals.json" with { type: "json" };
import type { AlarmClass } from "./shapes.ts";

function readOne<T extends string | number>(known: readonly T[], value: string | number, table: string): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new Error(`${table}: ${value} is not known`);
  return found;
}

const priorities: readonly Priority[] = [1, 2, 3, 4];
const ops = ["above", "below", "beyond"] as const;
const bandKinds = ["absolute", "percent"] as const;
const holds = ["marked", "site-silent"] as const;

function readBand({ kind, value }: { kind: string; value: number }, table: string): Deadband {
  return { kind: readOne(bandKinds, kind, table), value };
}

function readDefinition(row: (typeof definitionTable)[number]): AlarmDefinition {
  const table = "alarm-definitions.json";
  const { en: _, ...rest } = row;
  return {
    ...rest,
    subject: readOne<AlarmSubject>(alarmSubjects, row.subject, table),
    basis: row.basis === null ? null : readOne<LimitBasis>(limitBases, row.basis, table),
    scope: { ...row.scope, kind: row.scope.kind === null ? null : readOne<SiteKind>(siteKinds, row.scope.kind, table) },
    levels: row.levels.map(({ op, at, priority }): AlarmLevel => ({
      op: readOne(ops, op, table),
      at,
      priority: readOne(priorities, priority, table),
    })),
    deadband: readBand(row.deadband, table),
    suppressWhen: row.suppressWhen.map((each) => readOne(holds, each, table)),
  };
}

/** In force before anybody puts a record; newest last, as all lists of records. */
export const builtInDefinitions: readonly AlarmDefinition[] = definitionTable.map(readDefinition);

const layers = [1, 2] as const;

export const alarmClasses: readonly AlarmClass[] = classTable.map((row) => ({
  ...row,
  layer: row.layer === null ? null : readOne(layers, row.layer, "alarm-classes.json"),
}));

const classByName: ReadonlyMap<string, AlarmClass> = new Map(alarmClasses.map((each) => [each.name, each]));

export function findAlarmClass(name: string): AlarmClass | undefined {
  return classByName.get(name);
}

/** The class of a record; a record whose class is gone is handled as a warning. */
export function classOf({ class: name }: Pick<AlarmDefinition, "class">): AlarmClass {
  const found = classByName.get(name) ?? classByName.get("warning");
  if (found === undefined) throw new Error("alarm-classes.json lacks the class warning");
  return found;
}

/** Starting values for a kind of signal. */
export interface AlarmSignal {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly deadband: Deadband;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly source: string;
  readonly sureness: Sureness;
}

interface SignalRow extends AlarmSignal {
  readonly codes: readonly string[];
  readonly media: readonly string[];
  readonly units: readonly string[];
}

export const alarmSignals: readonly SignalRow[] = signalTable.map((row) => ({
  ...row,
  deadband: readBand(row.deadband, "alarm-signals.json"),
  sureness: readSureness(row.sureness),
}));

/** What is proposed for a new record of this factor. The first row that fits holds. */
export function alarmSignalOf({ code, medium, unit }: Pick<Factor, "code" | "medium" | "unit">): AlarmSignal {
  const found = alarmSignals.find(
    ({ codes, media, units }) =>
      (codes.length === 0 || codes.includes(code)) &&
      (media.length === 0 || media.includes(medium)) &&
      (units.length === 0 || units.includes(unit)),
  );
  if (found === undefined) throw new Error("alarm-signals.json lacks its last row");
  return found;
}

export interface AlarmTexts {
  readonly consequence: string;
  readonly causes: readonly string[];
  readonly action: string;
  readonly rationale: string;
}

/** The texts of a record in a language: of a built-in one that nobody has reworded in English too, else as they were written. */
export function textsOf(record: AlarmDefinition, language: "zh" | "en"): AlarmTexts {
  const { consequence, causes, action, rationale } = record;
  const row = language === "en" ? definitionTable.find(({ id }) => id === record.id) : undefined;
  if (row === undefined) return { consequence, causes, action, rationale };
  const isSame = causes.length === row.causes.length && causes.every((cause, i) => cause === row.causes[i]);
  return {
    consequence: consequence === row.consequence ? row.en.consequence : consequence,
    causes: isSame ? row.en.causes : causes,
    action: action === row.action ? row.en.action : action,
    rationale: rationale === row.rationale ? row.en.rationale : rationale,
  };
}

// `npm run docs:generate`: writes what the documentation says about settings, refusals, answers, failures and metrics from
// the code, into .env.example and between the markers of docs/*.md. Everything outside of the markers is written by hand and
// left alone. With no difference it writes nothing; a test compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor } from "vite";
import { problems } from "#api/problem.ts";
import { bounds } from "#domain/bounds.ts";
import { conditionDefinition, conditionNames, conditionPriority } from "#domain/condition.ts";
import conditionTable from "#domain/tables/conditions.json" with { type: "json" };
import { formatRuleTable } from "#domain/rules/rule-list.ts";
import { hintRules } from "#domain/hints/sentence.ts";
import { refusals } from "#domain/refusal.ts";
import { formatEnvExample, settingRows } from "#domain/settings.ts";
import { isTest, listSources, root, type Source } from "#test/house/sources.ts";
import {
  formatAlarmClasses,
  formatAlarmFlags,
  formatAlarmKpis,
  formatAlarmRecords,
  formatAlarmSignals,
} from "./alarm-tables.ts";
import { failureCodes } from "./failure-codes.ts";

const productFolders = /^(?:domain|store|broker|ingest|api|roles|simulator)\/|^main\.ts$/;

function listProduct(sources: readonly Source[]): Source[] {
  return sources.filter((source) => productFolders.test(source.path) && !isTest(source.path));
}

function textOf(node: { readonly type: string; readonly value?: unknown } | undefined): string | null {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

/** Codes of every Failure that the product raises: `new Failure("code", …)`, and the locks, which are given theirs. */
export function listRaisedCodes(sources: readonly Source[] = listSources()): string[] {
  const codes = new Set<string>();
  for (const source of listProduct(sources)) {
    new Visitor({
      NewExpression(node) {
        const code = textOf(node.arguments[0]);
        if (node.callee.type === "Identifier" && node.callee.name === "Failure" && code !== null) codes.add(code);
      },
      CallExpression(node) {
        const code = textOf(node.arguments[1]);
        if (node.callee.type === "Identifier" && node.callee.name === "takeLock" && code !== null) codes.add(code);
      },
    }).visit(source.program);
  }
  return [...codes].sort();
}

interface Metric {
  readonly name: string;
  readonly help: string;
}

/** Every metric of the project's own: `{name, help}` or `f("plumeline_…", "help")`. */
export function listMetrics(sources: readonly Source[] = listSources()): Metric[] {
  const found = new Map<string, Metric>();
  const add = (name: string | null, help: string | null): void => {
    if (name?.startsWith("plumeline_") === true && help !== null) found.set(name, { name, help });
  };
  for (const source of listProduct(sources)) {
    new Visitor({
      ObjectExpression(node) {
        const values = new Map<string, string | null>();
        for (const each of node.properties) {
          if (each.type === "Property" && each.key.type === "Identifier") {
            values.set(each.key.name, textOf(each.value));
          }
        }
        add(values.get("name") ?? null, values.get("help") ?? null);
      },
      CallExpression(node) {
        add(textOf(node.arguments[0]), textOf(node.arguments[1]));
      },
    }).visit(source.program);
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

const code = (text: string): string => `\`${text}\``;

function formatSettings(): string {
  return formatTable(
    ["setting", "default", "what it is"],
    settingRows.map((row) => [code(row.name), row.fallback === "" ? "" : code(row.fallback), row.says]),
  );
}

function formatRefusals(): string {
  return formatTable(
    ["reason", "refuses", "because"],
    Object.entries(refusals).map(([reason, { scope, says }]) => [
      code(reason),
      scope === "frame" ? "the frame, or one object of it" : "one reading",
      says,
    ]),
  );
}

function formatProblems(): string {
  return formatTable(
    ["code", "status", "title", "hint"],
    Object.entries(problems).map(([name, { status, title, hint }]) => [code(name), String(status), title, hint]),
  );
}

function formatFailures(): string {
  return formatTable(
    ["code", "means", "what to do"],
    failureCodes.map((row) => [code(row.code), row.means, row.todo]),
  );
}

function formatMetrics(sources: readonly Source[]): string {
  return formatTable(
    ["metric", "says"],
    listMetrics(sources).map(({ name, help }) => [code(name), help]),
  );
}

function formatConditions(): string {
  return formatTable(
    ["definition", "priority", "means"],
    conditionNames.map((name) => [
      code(conditionDefinition(name)),
      String(conditionPriority(name)),
      conditionTable.find((row) => row.name === name)?.why ?? "",
    ]),
  );
}

function formatHintRules(): string {
  const parametersOf = (parameters: Readonly<Record<string, unknown>>): string =>
    Object.entries(parameters)
      .map(([name, value]) => `${name} ${typeof value === "object" ? "(see the table)" : String(value)}`)
      .join(", ");
  return formatTable(
    ["rule", "name", "what it says", "parameters", "source", "sureness"],
    hintRules.map(({ id, nameZh, nameEn, saysEn, parameters, source, sureness }) => {
      const names = `${nameEn} ${nameZh}`;
      return [id, names, saysEn.replaceAll(/\{\w+\}/g, "…"), parametersOf(parameters), source, sureness];
    }),
  );
}

const groups = new Intl.NumberFormat("en-US");

function formatBounds(): string {
  const rows: [string, number, string][] = [
    ["payload of one frame", bounds.frameBytesMax, "bytes"],
    ["values in one frame", bounds.frameValuesMax, ""],
    ["frames per second of one device, in the long run", bounds.deviceFramesPerSecond, ""],
    ["frames of one device at once", bounds.deviceFramesBurst, ""],
    ["event time ahead of receive time", bounds.clockAheadMsMax / 1000, "s"],
    ["event time behind receive time", bounds.readingAgeMsMax / 86_400_000, "days"],
  ];
  return formatTable(
    ["bound", "at most"],
    rows.map(([what, value, unit]) => [what, `${groups.format(value)} ${unit}`.trim()]),
  );
}

interface Part {
  readonly file: string;
  readonly marker: string;
  readonly text: string;
}

function listParts(sources: readonly Source[]): Part[] {
  return [
    { file: "docs/operations.md", marker: "settings", text: formatSettings() },
    { file: "docs/operations.md", marker: "metrics", text: formatMetrics(sources) },
    { file: "docs/alarms.md", marker: "conditions", text: formatConditions() },
    { file: "docs/alarms.md", marker: "alarm-records", text: formatAlarmRecords(formatTable) },
    { file: "docs/alarms.md", marker: "alarm-classes", text: formatAlarmClasses(formatTable) },
    { file: "docs/alarms.md", marker: "alarm-signals", text: formatAlarmSignals(formatTable) },
    { file: "docs/alarms.md", marker: "alarm-flags", text: formatAlarmFlags(formatTable) },
    { file: "docs/alarms.md", marker: "alarm-kpis", text: formatAlarmKpis(formatTable) },
    { file: "docs/protocol.md", marker: "bounds", text: formatBounds() },
    { file: "docs/errors.md", marker: "refusals", text: formatRefusals() },
    { file: "docs/errors.md", marker: "problems", text: formatProblems() },
    { file: "docs/errors.md", marker: "failures", text: formatFailures() },
    { file: "docs/rules.md", marker: "rules", text: formatRuleTable() },
    { file: "docs/hints.md", marker: "hints", text: formatHintRules() },
  ];
}

/** Replaces what is between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. */
function fillMarker(document: string, marker: string, text: string): string {
  const [begin, end] = [`<!-- generated: ${marker} -->`, `<!-- end: ${marker} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the markers of "${marker}" are missing`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}

/** The generated files as they should be, by path. */
export function generateDocs(sources: readonly Source[] = listSources()): Map<string, string> {
  const files = new Map<string, string>([[".env.example", formatEnvExample()]]);
  for (const { file, marker, text } of listParts(sources)) {
    const before = files.get(file) ?? readFileSync(join(root, file), "utf8");
    files.set(file, fillMarker(before, marker, text));
  }
  return files;
}

if (import.meta.main) {
  for (const [file, text] of generateDocs()) writeFileSync(join(root, file), text);
}

// Records of alarms as text: written sorted, with their names as comments, so that two exports of the same are the same text;
// read with every problem at its line. An import of an export changes nothing.

import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  Document as YamlDocument,
} from "yaml";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import { formatIso } from "#domain/time.ts";
import { definitionFields, importedDefinition } from "./definition-shapes.ts";

export const yamlFormat = "plumeline-alarm-definitions/1";

export interface TextProblem {
  /** From 1; null: of the text as a whole. */
  readonly line: number | null;
  /** Of the record; null: not of one. */
  readonly id: string | null;
  readonly field: string;
  readonly problem: string;
  readonly hint: string;
}

export interface ReadDefinition {
  /** Null: whatever is in force. */
  readonly version: number | null;
  readonly definition: Omit<AlarmDefinition, "version">;
  /** Line of a field of this record, e.g. "levels.1.at". */
  lineOf(field: string): number | null;
}

export interface ReadText {
  readonly definitions: readonly ReadDefinition[];
  readonly problems: readonly TextProblem[];
}

const fieldOrder = ["id", "version", ...Object.keys(definitionFields)];

function toPlain(definition: AlarmDefinition): Record<string, unknown> {
  const { reviewDue } = definition;
  const all: Record<string, unknown> = { ...definition, reviewDue: reviewDue === null ? null : formatIso(reviewDue) };
  return Object.fromEntries(fieldOrder.map((field) => [field, all[field]]));
}

/** Sorted by id, fields always in the same order. */
export function writeDefinitions(definitions: readonly AlarmDefinition[]): string {
  const sorted = definitions.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const document = new YamlDocument({ format: yamlFormat, definitions: sorted.map(toPlain) });
  const items = document.getIn(["definitions"], true);
  if (isNode(items) && "items" in items && Array.isArray(items.items)) {
    items.items.forEach((item: unknown, i) => {
      const record = sorted[i];
      if (isNode(item) && record !== undefined) item.commentBefore = ` ${record.nameZh} · ${record.nameEn}`;
    });
  }
  document.commentBefore = [
    " 报警定义 · alarm definitions",
    " version 可省略：省略即以现行版本为准 · leave version out to change whatever is in force",
  ].join("\n");
  return document.toString({ lineWidth: 0 });
}

type Path = readonly (string | number)[];

/** Line of what stands at this path, or of the nearest thing above it that is there. */
function findLine(document: Document.Parsed, lines: LineCounter, path: Path): number | null {
  for (let depth = path.length; depth >= 0; depth--) {
    const parent = depth === 0 ? null : document.getIn(path.slice(0, depth - 1), true);
    const key = path[depth - 1];
    // A key names the line better than its value, which may begin below it.
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair !== undefined && isNode(pair.key) ? pair.key : document.getIn(path.slice(0, depth), true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    if (start !== undefined) return lines.linePos(start).line;
  }
  return null;
}

const formHint = "see AlarmDefinition in /openapi.json, or take an export as a pattern";

function readRecord(
  document: Document.Parsed,
  lines: LineCounter,
  index: number,
  value: unknown,
): ReadDefinition | TextProblem[] {
  const base: Path = ["definitions", index];
  const lineOf = (field: string): number | null =>
    findLine(document, lines, [
      ...base,
      ...field
        .split(".")
        .filter((part) => part !== "")
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    ]);
  const parsed = importedDefinition.safeParse(value);
  if (parsed.success) {
    const { version = null, ...definition } = parsed.data;
    return { version, definition, lineOf };
  }
  const named: unknown = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  const id = typeof named === "string" ? named.slice(0, bounds.textCharsMax) : null;
  return parsed.error.issues.flatMap((issue) => {
    const fields = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return fields.map((path) => {
      const field = path.map(String).join(".");
      const problem = issue.code === "unrecognized_keys" ? "nobody knows this field" : issue.message;
      return { line: lineOf(field), id, field, problem, hint: formHint };
    });
  });
}

function isTop(value: unknown): value is { readonly format: unknown; readonly definitions: unknown[] } {
  return typeof value === "object" && value !== null && "definitions" in value && Array.isArray(value.definitions);
}

/** Never throws for a bad text: it has problems. */
export function readDefinitions(text: string): ReadText {
  const lines = new LineCounter();
  const whole = (problem: string, hint: string): ReadText => ({
    definitions: [],
    problems: [{ line: null, id: null, field: "", problem, hint }],
  });
  // Anchors may make a small text very large: none are needed here.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, 50).map(({ message, pos }) => ({
      line: lines.linePos(pos[0]).line,
      id: null,
      field: "",
      problem: message,
      hint: "this is no YAML: look at indentation and quotation marks",
    }));
    return { definitions: [], problems };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return whole("anchors and aliases are not taken", "write every record out");
  }
  if (!isTop(value)) return whole("there is no list `definitions`", "take an export as a pattern");
  if (value.format !== yamlFormat) {
    const problem = `format is ${JSON.stringify(value.format)?.slice(0, 60) ?? "missing"}, not ${yamlFormat}`;
    return whole(problem, `write "format: ${yamlFormat}" first`);
  }
  if (value.definitions.length > bounds.definitionsPerOrderMax)
    return whole(`${value.definitions.length} records`, `${bounds.definitionsPerOrderMax} at most go into one text`);
  const definitions: ReadDefinition[] = [];
  const problems: TextProblem[] = [];
  const seen = new Map<string, number | null>();
  value.definitions.forEach((item, index) => {
    const read = readRecord(document, lines, index, item);
    if (Array.isArray(read)) {
      problems.push(...read);
      return;
    }
    const { id } = read.definition;
    const line = read.lineOf("id");
    const first = seen.get(id);
    if (first !== undefined)
      problems.push({ line, id, field: "id", problem: "this record stands here twice", hint: `line ${first} has it` });
    else {
      seen.set(id, line);
      definitions.push(read);
    }
  });
  return { definitions, problems };
}

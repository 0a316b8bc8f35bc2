// The project's own source files, parsed once each: path, text, syntax tree, imports. Assumes nothing about git, so that it
// works in an unpacked archive too. Reads only; a file that does not parse is a bug of that file and throws.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "vite";

export const root = join(import.meta.dirname, "../..");

const ignoredFolders: ReadonlySet<string> = new Set(["node_modules", "dist", "data", "coverage", "fixtures"]);

export interface ImportOf {
  readonly specifier: string;
  readonly line: number;
  /** Erased by type stripping: brings names, no code. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** From the root, with forward slashes, e.g. "ingest/decode/decode.ts". */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportOf[];
  readonly program: ReturnType<typeof parseSync>["program"];
  lineOf(offset: number): number;
}

export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly says: string;
}

export function formatProblem(problem: Problem): string {
  return `${problem.path}:${problem.line}: ${problem.says} [house/${problem.rule}]`;
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

/** Folder at the top, or the file itself when it lies at the root. */
export function topFolder(path: string): string {
  return path.split("/")[0] ?? path;
}

export function parseSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset: number): number => {
    let line = lineStarts.findIndex((start) => start > offset);
    if (line < 0) line = lineStarts.length;
    return line;
  };
  const imports: ImportOf[] = module.staticImports.map((each) => ({
    specifier: each.moduleRequest.value,
    line: lineOf(each.start),
    typeOnly: each.entries.length > 0 && each.entries.every((entry) => entry.isType),
  }));
  for (const each of module.staticExports) {
    for (const entry of each.entries) {
      if (entry.moduleRequest === null) continue;
      imports.push({ specifier: entry.moduleRequest.value, line: lineOf(each.start), typeOnly: entry.isType });
    }
  }
  new Visitor({
    ImportExpression(node) {
      if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
      imports.push({ specifier: node.source.value, line: lineOf(node.start), typeOnly: false });
    },
  }).visit(program);
  return { path, text, imports, program, lineOf };
}

/** Every .ts and .tsx file below the root, in order. Declaration files (.d.ts) say nothing that runs and are left out. */
export function listSources(): Source[] {
  const paths: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !ignoredFolders.has(entry.name)) walk(path);
      } else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) paths.push(path);
    }
  };
  walk("");
  return paths.sort().map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

/** Where an import of the project's own files leads, from the root; null for packages and Node's modules. */
export function resolveImport(from: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (!specifier.startsWith(".")) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

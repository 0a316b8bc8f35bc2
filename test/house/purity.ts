// Pure files read no clock and draw no dice. The compiler keeps sockets, files and the environment out (tsconfig.pure.json,
// with no ambient types); what the language itself brings, Date and Math.random, is kept out here, in the pure files and in
// all they import.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor } from "vite";
import { isTest, type Problem, resolveImport, root, type Source } from "./sources.ts";

interface PureConfig {
  readonly files: readonly string[];
  readonly include: readonly string[];
}

function readPureConfig(): PureConfig {
  return JSON.parse(readFileSync(join(root, "tsconfig.pure.json"), "utf8")) as PureConfig;
}

/** The pure files named by tsconfig.pure.json, and everything they import except types. */
export function listPureFiles(sources: readonly Source[], config: PureConfig = readPureConfig()): ReadonlySet<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const isNamed = (path: string): boolean =>
    config.files.includes(path) ||
    config.include.some((pattern) =>
      pattern.endsWith("/*.ts")
        ? path.startsWith(pattern.slice(0, -4)) && !path.slice(pattern.length - 4).includes("/")
        : path.startsWith(`${pattern}/`),
    );
  const pure = new Set<string>();
  const visit = (path: string): void => {
    const source = byPath.get(path);
    if (source === undefined || pure.has(path) || isTest(path)) return;
    pure.add(path);
    for (const { specifier, typeOnly } of source.imports) {
      const target = typeOnly ? null : resolveImport(path, specifier);
      if (target !== null) visit(target);
    }
  };
  for (const source of sources) if (isNamed(source.path)) visit(source.path);
  return pure;
}

/** Object → members that give another answer every time they are asked. */
const unsteady: Readonly<Record<string, readonly string[]>> = {
  Date: ["now"],
  Math: ["random"],
  performance: ["now", "timeOrigin"],
  crypto: ["randomUUID", "getRandomValues"],
};

export function checkPurity(source: Source): Problem[] {
  const problems: Problem[] = [];
  const say = (start: number, what: string): void => {
    problems.push({
      path: source.path,
      line: source.lineOf(start),
      rule: "pure",
      says: `${what} in a pure file: time and chance are arguments`,
    });
  };
  new Visitor({
    MemberExpression(node) {
      if (node.object.type !== "Identifier") return;
      const members = unsteady[node.object.name];
      const name = node.property.type === "Identifier" ? node.property.name : null;
      if (members !== undefined && name !== null && members.includes(name))
        say(node.start, `${node.object.name}.${name}`);
    },
    NewExpression(node) {
      const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0;
      if (isNow) say(node.start, "new Date()");
    },
    CallExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "Date") say(node.start, "Date()");
    },
  }).visit(source.program);
  return problems;
}

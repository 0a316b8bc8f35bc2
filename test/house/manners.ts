// How a file of this house looks: its name, its opening lines, its size, what it may not do to errors and types; and for
// test files: no test that is left out, no mocked module, titles that are sentences. Turns parsed sources into problems.

import { Visitor } from "vite";
import { isTest, type Problem, type Source } from "./sources.ts";

const linesMax = 350;
const headerLinesMax = 6;

const catchAllName = /^(?:index|utils?|helpers?|common|types|misc|shared|lib)$/;
const kebabCase = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
/** Named by what they are written in. */
const properNames: ReadonlySet<string> = new Set(["zh-CN"]);

export function checkName(source: Source): Problem[] {
  const problems: Problem[] = [];
  const parts = source.path.replace(/\.tsx?$/, "").split("/");
  for (const part of parts) {
    if (catchAllName.test(part.replace(/\.test$/, ""))) {
      problems.push({ path: source.path, line: 1, rule: "catch-all", says: `"${part}" does not say what is inside` });
    } else if (!kebabCase.test(part) && !properNames.has(part)) {
      problems.push({ path: source.path, line: 1, rule: "kebab-case", says: `"${part}" is not kebab-case` });
    }
  }
  return problems;
}

/** The first lines say what the file is for; a drawing may follow them after an empty comment line. */
export function checkHeader(source: Source): Problem[] {
  const lines = source.text.split("\n");
  const first = lines[0]?.startsWith("#!") === true ? 1 : 0;
  const say = (says: string): Problem[] => [{ path: source.path, line: first + 1, rule: "header", says }];
  const opening = lines.slice(first).findIndex((line) => !/^\/\/ \S/.test(line));
  if (opening <= 0) return say("the file does not open with a comment that says what it is for");
  return opening > headerLinesMax ? say(`${opening} opening lines: ${headerLinesMax} are enough`) : [];
}

export function checkSize(source: Source): Problem[] {
  const lines = source.text.split("\n").length;
  if (lines <= linesMax || isTest(source.path)) return [];
  return [{ path: source.path, line: linesMax, rule: "size", says: `${lines} lines hide a second idea` }];
}

/** Two casts in a row switch the compiler off; a catch that answers nothing loses an error. */
export function checkCare(source: Source): Problem[] {
  const problems: Problem[] = [];
  const say = (start: number, rule: string, says: string): void => {
    problems.push({ path: source.path, line: source.lineOf(start), rule, says });
  };
  new Visitor({
    TSAsExpression(node) {
      if (node.expression.type === "TSAsExpression") say(node.start, "double-cast", "a cast of a cast");
    },
    CatchClause(node) {
      const inside = source.text.slice(node.body.start, node.body.end);
      // A catch may do nothing when it says why.
      if (node.body.body.length === 0 && !/\/[/*]/.test(inside)) say(node.start, "swallowed", "an empty catch");
    },
  }).visit(source.program);
  return problems;
}

const testFunctions: ReadonlySet<string> = new Set(["it", "test", "describe"]);
const leavingOut: ReadonlySet<string> = new Set(["only", "skip", "todo", "skipIf", "runIf"]);
const mocking: ReadonlySet<string> = new Set(["mock", "doMock", "hoisted"]);

/** What is wrong with a title (that of its groups included), or null. */
export function findTitleFault(groups: readonly string[], title: string): string | null {
  const words = [...groups, title].join(" ").trim().split(/\s+/);
  if (words.length < 3) return "is too short to be a sentence";
  if (/^(?:should|tests?|check)\b/i.test(title)) return "tells what the test does, not what the system does";
  if (title.endsWith(".")) return "ends with a full stop";
  return null;
}

export function checkTests(source: Source): Problem[] {
  if (!source.path.startsWith("test/") && !isTest(source.path)) return [];
  const problems: Problem[] = [];
  const groups: string[] = [];
  const say = (start: number, rule: string, says: string): void => {
    problems.push({ path: source.path, line: source.lineOf(start), rule, says });
  };
  new Visitor({
    MemberExpression(node) {
      if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
      const { name } = node.property;
      if (testFunctions.has(node.object.name) && leavingOut.has(name)) {
        say(node.start, "left-out", `${node.object.name}.${name}: every test runs, everywhere`);
      }
      if (node.object.name === "vi" && mocking.has(name)) say(node.start, "mock", `vi.${name}: no module is mocked`);
    },
    CallExpression(node) {
      if (node.callee.type !== "Identifier" || !testFunctions.has(node.callee.name)) return;
      const [first] = node.arguments;
      const title = first?.type === "Literal" && typeof first.value === "string" ? first.value : null;
      if (node.callee.name === "describe") {
        groups.push(title ?? "(a group named at run time)");
        return;
      }
      const fault = title === null ? null : findTitleFault(groups, title);
      if (fault !== null) say(node.start, "title", `"${title}" ${fault}`);
    },
    "CallExpression:exit"(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "describe") groups.pop();
    },
  }).visit(source.program);
  return problems;
}

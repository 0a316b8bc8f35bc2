// The rules of the house, on the tree as it is; and that every rule notices what it forbids, on planted lines.

import { describe, expect, it } from "vitest";
import { checkBorders } from "./house/borders.ts";
import { checkHouse } from "./house/house.ts";
import { checkCare, checkHeader, checkName, checkSize, checkTests } from "./house/manners.ts";
import { checkPurity, listPureFiles } from "./house/purity.ts";
import { formatProblem, listSources, parseSource, type Problem } from "./house/sources.ts";

const header = "// Turns nothing into nothing.\n\n";

function plant(path: string, text: string, check: (source: ReturnType<typeof parseSource>) => Problem[]): string[] {
  return check(parseSource(path, text)).map((problem) => problem.rule);
}

describe("the house", () => {
  it("is tidy: every file keeps its borders, its purity and its manners", () => {
    expect(checkHouse().map(formatProblem)).toEqual([]);
    // It parses every file: longer than a test usually may take, on a busy machine.
  }, 60_000);

  it("counts the folders of the pipeline among the pure files", () => {
    const pure = listPureFiles(listSources());
    for (const path of ["ingest/pipeline.ts", "ingest/alarm/book.ts", "domain/time.ts", "broker/admit/rate.ts"]) {
      expect(pure).toContain(path);
    }
    expect(pure).not.toContain("ingest/io/ingest.ts");
  }, 60_000);
});

describe("a border", () => {
  const across: readonly (readonly [from: string, specifier: string, rule: string | null])[] = [
    ["ingest/x.ts", "#store/journal/journal.ts", null],
    ["ingest/x.ts", "#broker/broker.ts", "border"],
    ["api/x.ts", "#ingest/pipeline.ts", "border"],
    ["broker/x.ts", "#store/history/history.ts", "border"],
    ["broker/x.ts", "#store/journal/journal.ts", null],
    ["store/state/x.ts", "#ingest/output.ts", "border"],
    ["domain/x.ts", "#store/state/state.ts", "border"],
    ["domain/x.ts", "zod", "border"],
    ["dashboard/views/x.tsx", "#api/shapes.ts", "border"],
    ["simulator/x.ts", "#ingest/decode/decode.ts", "border"],
    ["simulator/x.ts", "#domain/time.ts", null],
    ["roles/x.ts", "#ingest/io/ingest.ts", null],
    ["elsewhere/x.ts", "#domain/time.ts", "border"],
    ["ingest/decode/x.ts", "../../domain/time.ts", "spelling"],
    ["ingest/decode/x.ts", "../ledger.ts", null],
    ["ingest/x.ts", "./ledger", "extension"],
    ["api/routes/x.ts", "express", "client-package"],
    ["api/io/x.ts", "express", null],
    ["ingest/write/x.ts", "influx/lib/src/pool.js", "client-package"],
    ["store/history/x.ts", "influx", null],
  ];

  it.each(across)("lets %s import %s, or names the rule: %3$s", (from, specifier, rule) => {
    const found = plant(from, `${header}import { x } from "${specifier}";\nx();\n`, checkBorders);
    expect(found).toEqual(rule === null ? [] : [rule]);
  });

  it("stands for an import at run time and for a re-export as well", () => {
    expect(plant("ingest/x.ts", `${header}await import("#api/api.ts");\n`, checkBorders)).toEqual(["border"]);
    expect(plant("ingest/x.ts", `${header}export * from "#api/api.ts";\n`, checkBorders)).toEqual(["border"]);
  });

  it("lets a type of a client package pass, because it is erased", () => {
    expect(plant("api/x.ts", `${header}import type { X } from "ws";\nexport type Y = X;\n`, checkBorders)).toEqual([]);
  });
});

describe("a pure file", () => {
  it.each(["Date.now()", "new Date()", "Date()", "Math.random()", "performance.now()", "crypto.randomUUID()"])(
    "reads no clock and draws no dice: %s",
    (expression) => {
      expect(plant("domain/x.ts", `${header}export const x = ${expression};\n`, checkPurity)).toEqual(["pure"]);
    },
  );

  it("may turn a time it was given into a date, and may mention the clock in words", () => {
    const text = `${header}// never Date.now()\nexport const x = [new Date(5), "Math.random()", Date.UTC(2026, 1)];\n`;
    expect(plant("domain/x.ts", text, checkPurity)).toEqual([]);
  });
});

describe("a file", () => {
  it("opens with a comment of one to six lines", () => {
    expect(plant("domain/x.ts", "export const x = 1;\n", checkHeader)).toEqual(["header"]);
    expect(plant("domain/x.ts", `${"// words\n".repeat(7)}\nexport const x = 1;\n`, checkHeader)).toEqual(["header"]);
    expect(plant("domain/x.ts", `// words\n//\n${"//  ──▶\n".repeat(9)}\nexport const x = 1;\n`, checkHeader)).toEqual(
      [],
    );
  });

  it("has a name that says what is inside", () => {
    expect(plant("api/index.ts", header, checkName)).toEqual(["catch-all"]);
    expect(plant("ingest/utils/x.ts", header, checkName)).toEqual(["catch-all"]);
    expect(plant("ingest/readingKinds.ts", header, checkName)).toEqual(["kebab-case"]);
  });

  it("ends before it hides a second idea", () => {
    expect(plant("api/x.ts", "//\n".repeat(351), checkSize)).toEqual(["size"]);
  });

  it("casts no cast and swallows no error", () => {
    expect(plant("api/x.ts", `${header}export const x = 1 as unknown as string;\n`, checkCare)).toEqual([
      "double-cast",
    ]);
    expect(plant("api/x.ts", `${header}try { f(); } catch {}\n`, checkCare)).toEqual(["swallowed"]);
  });
});

describe("a test file", () => {
  const forbidden: readonly (readonly [line: string, rule: string])[] = [
    ['it.only("a duplicate is counted once", f);', "left-out"],
    ['describe.skip("a duplicate is counted", f);', "left-out"],
    ['vi.mock("./x.ts");', "mock"],
    ['it("works", f);', "title"],
    ['it("should count a duplicate once", f);', "title"],
    ['it("a duplicate is counted once.", f);', "title"],
  ];

  it.each(forbidden)("has no line like %s", (line, rule) => {
    expect(plant("ingest/x.test.ts", `${header}${line}\n`, checkTests)).toEqual([rule]);
  });

  it("has titles that make a sentence together with their group", () => {
    const text = `${header}describe("a duplicate", () => {\n  it("counts once", f);\n});\n`;
    expect(plant("ingest/x.test.ts", text, checkTests)).toEqual([]);
  });
});

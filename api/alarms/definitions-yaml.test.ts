// Records of alarms as text: there and back without a difference, every problem at its line, what an import would do.

import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { planDefinitions } from "./definition-plan.ts";
import { readDefinitions, writeDefinitions, yamlFormat } from "./definitions-yaml.ts";

function make(id: string, parts: Partial<AlarmDefinition> = {}): AlarmDefinition {
  return {
    id,
    version: 3,
    nameZh: "小时均值超限: #1",
    nameEn: "hour mean beyond its limit",
    enabled: true,
    subject: "limit",
    basis: "hour",
    scope: { site: null, enterprise: null, city: "130200", kind: "gas-outfall", factor: "a21026" },
    class: "averaging",
    levels: [
      { op: "beyond", at: 0.9, priority: 3 },
      { op: "beyond", at: 1, priority: 2 },
    ],
    deadband: { kind: "percent", value: 5 },
    onDelayMs: 60_000,
    offDelayMs: 0,
    latched: false,
    ackRequired: true,
    reAlarmMs: null,
    suppressWhen: ["marked"],
    consequence: "yes\n- no: {}",
    causes: ["'quoted'", "ammonia pump"],
    action: "call the plant",
    responseMs: 900_000,
    statutoryBasis: "",
    rationale: "",
    owner: "centre",
    approvedBy: null,
    reviewDue: Date.UTC(2027, 0, 1),
    source: "from memory",
    ...parts,
  };
}

const all = [make("b"), make("a", { enabled: false, reviewDue: null })];
const inForce = new Map(all.map((one) => [one.id, one]));
const plan = (text: string, known: ReadonlyMap<string, AlarmDefinition> = inForce) =>
  planDefinitions(readDefinitions(text), known, ({ action }) =>
    action === "" ? [{ field: "action", problem: "no action, no alarm", hint: "say what to do" }] : [],
  );

describe("records of alarms as text", () => {
  it("are the same text whatever the order, with names as comments", () => {
    const text = writeDefinitions(all);
    expect(writeDefinitions(all.toReversed())).toBe(text);
    expect(text).toContain("# 小时均值超限: #1 · hour mean beyond its limit\n  - id: a\n");
    expect(text.indexOf("id: a")).toBeLessThan(text.indexOf("id: b"));
  });

  it("that were exported change nothing when they are imported", () => {
    const { items, problems, orders } = plan(writeDefinitions(all));
    expect([problems, orders]).toEqual([[], []]);
    expect(items.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["a", "same"],
      ["b", "same"],
    ]);
  });

  it("show what an import would do: new ones, and fields from what they were to what they are", () => {
    const text = writeDefinitions([make("b", { onDelayMs: 1000, deadband: { kind: "percent", value: 2 } }), make("c")]);
    const { items, problems, orders } = plan(text.replace("id: c\n    version: 3", "id: c"));
    expect(problems).toEqual([]);
    expect(items).toMatchObject([
      {
        id: "b",
        outcome: "changed",
        changes: [
          { field: "deadband.value", before: "5", after: "2" },
          { field: "onDelayMs", before: "60000", after: "1000" },
        ],
      },
      { id: "c", outcome: "new", changes: [] },
    ]);
    expect(orders.map(({ definition, expectedVersion }) => [definition.id, expectedVersion])).toEqual([
      ["b", 3],
      ["c", 0],
    ]);
  });

  it("of an older version than the one in force are a problem, unless they leave the version out", () => {
    const text = writeDefinitions([make("b", { version: 2, onDelayMs: 1 })]);
    expect(plan(text).problems).toMatchObject([{ field: "version", id: "b", problem: "it is at version 3, not 2" }]);
    expect(plan(text.replace("    version: 2\n", "")).problems).toEqual([]);
    expect(plan(writeDefinitions([make("new")])).problems).toMatchObject([{ problem: "there is no such record yet" }]);
  });

  it("tell every problem at its line", () => {
    const text = [
      `format: ${yamlFormat}`, // 1
      "definitions:",
      "  - id: a", // 3
      "    nameZh: 甲",
      "    nameEn: one",
      "    subject: weather", // 6
      "    class: averaging",
      "    levels:",
      "      - { op: above, at: much, priority: 2 }", // 9
      "      - op: above",
      "        at: 2",
      "        priority: 7", // 12
      "    colour: red", // 13
      "  - id: b",
      "    nameZh: 乙",
      "    nameEn: two",
      "    subject: limit",
      "    basis: hour",
      "    class: averaging",
      "    levels: [{ op: beyond, at: 1, priority: 2 }]",
      '    action: ""', // 21
      "  - id: b", // 22
      "    nameZh: 乙",
      "    nameEn: two",
      "    subject: limit",
      "    class: averaging",
      "    levels: [{ op: beyond, at: 1, priority: 2 }]",
    ].join("\n");
    const found = plan(text).problems.map(({ line, id, field }) => `${line} ${id} ${field}`);
    expect(found.toSorted()).toEqual(
      ["6 a subject", "9 a levels.0.at", "12 a levels.1.priority", "13 a colour", "21 b action", "22 b id"].toSorted(),
    );
  });

  it("that are no such text have one problem that says so", () => {
    for (const [text, says] of [
      ["", /no list/],
      ["definitions: []", /format is undefined|format is missing/],
      [`format: other\ndefinitions: []`, /format is "other"/],
      ["a: [", /./],
      ["a: &x 1\nb: *x", /anchors/],
      ["a: 1\na: 2", /unique/],
    ] as const) {
      const [problem] = readDefinitions(text).problems;
      expect(problem?.problem, text).toMatch(says);
    }
  });
});

// The form of a definition: what is typed is what is sent, mistakes stand at their field, and tuning fills in numbers only.

import { describe, expect, it } from "vitest";
import type { DefinitionRow } from "./definition-data.ts";
import { changedFields, forOneSite, readDefinition, tuneText, writeDefinition } from "./definition-text.ts";

const row: DefinitionRow = {
  id: "limit-hour",
  version: 3,
  nameZh: "小时均值超限",
  nameEn: "Hour mean over its limit",
  enabled: true,
  subject: "limit",
  basis: "hour",
  scope: { site: null, enterprise: null, city: "130200", kind: null, factor: "w01018" },
  class: "averaging",
  levels: [
    { op: "beyond", at: 1, priority: 2 },
    { op: "beyond", at: 1.5, priority: 1 },
  ],
  deadband: { kind: "percent", value: 5 },
  onDelayMs: 90_000,
  offDelayMs: 0,
  latched: false,
  ackRequired: true,
  reAlarmMs: 3_600_000,
  suppressWhen: ["marked"],
  consequence: "c",
  causes: ["a", "b"],
  action: "go and look",
  responseMs: null,
  statutoryBasis: "",
  rationale: "",
  owner: "",
  approvedBy: null,
  reviewDue: "2026-12-31T16:00:00.000Z",
  source: "from memory",
  builtIn: false,
  changedBy: "li",
  changedAt: "2026-11-01T00:00:00.000Z",
  reason: "first",
};

describe("the form of a definition", () => {
  it("gives back what was put into it", () => {
    const { id, draft, problems } = readDefinition(writeDefinition(row));
    expect(problems).toEqual([]);
    const { builtIn: _a, changedBy: _b, changedAt: _c, reason: _d, version: _e, id: _f, ...content } = row;
    expect({ id, ...draft }).toEqual({
      id: "limit-hour",
      ...content,
      reviewDue: Date.parse("2026-12-31T16:00:00.000Z"),
    });
  });

  it("names the field of each number that is none, and sends nothing", () => {
    const text = writeDefinition(row);
    const levels = text.levels.map((level, i) => (i === 1 ? { ...level, at: "1,5" } : level));
    const { draft, problems } = readDefinition({ ...text, onDelay: "soon", nameEn: " ", levels });
    expect(draft).toBeNull();
    expect(problems.map(({ field, problem }) => [field, problem])).toEqual([
      ["nameEn", "required"],
      ["levels.1.at", "not-a-number"],
      ["onDelayMs", "not-a-number"],
    ]);
  });

  it("is tuned by proposed numbers, for one site when asked, and says what is other", () => {
    const text = writeDefinition(row);
    const tuned = tuneText(forOneSite(text, "HB-1", "w01018"), new URLSearchParams("deadband=10&onDelay=120"));
    expect(tuned).toMatchObject({ id: "limit-hour-hb-1-w01018", deadband: "10", onDelay: "120", offDelay: "0" });
    expect(tuned.scope).toEqual({ site: "HB-1", enterprise: "", city: "", kind: "", factor: "w01018" });
    expect(changedFields(text, tuned)).toEqual(["id", "nameZh", "nameEn", "scope", "deadband", "onDelay"]);
    expect(forOneSite(tuned, "HB-1", "w01018")).toBe(tuned);
  });
});

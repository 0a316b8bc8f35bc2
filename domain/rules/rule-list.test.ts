// The list of rules: every rule that a result names is in it, and the page shows exactly the list.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDay } from "../time.ts";
import { airQualityRules, rateAirQuality } from "./air-quality.ts";
import { findComparison } from "./exceedance.ts";
import { oxygenReferences } from "./oxygen.ts";
import { doseSteps } from "./radiation.ts";
import { findRuleLines, formatRuleTable, ruleLines } from "./rule-list.ts";
import { substituteEmission, substituteLoad, substituteRun2007 } from "./substitution.ts";
import { validityRules } from "./validity.ts";

const folder = import.meta.dirname;
const page = readFileSync(join(folder, "../../docs/rules.md"), "utf8");
/** Tables are aligned by the formatter; what they say is compared. */
const withoutLayout = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/[ \t]+/g, " ");

const now = parseDay("2026-11-22") ?? Number.NaN;
const old = parseDay("2019-11-22") ?? Number.NaN;
const hour = { timeMs: now, state: "other", lastGoodCalibrationMs: now, failureMs: now } as const;
const valid = [{ timeMs: now - 1, kgPerHour: 1 }];

describe("the list of rules", () => {
  it("has every rule that a result names", () => {
    const named = [
      ...validityRules.map(({ rule }) => rule),
      ...airQualityRules.map(({ rule }) => rule),
      ...doseSteps({ mean: 1, sigma: 1, count: 2 }).map(({ rule }) => rule),
      ...["w01001", "w01018"].flatMap((factor) =>
        ["surface-water", "waste-water"].map((medium) => findComparison(factor, medium).rule),
      ),
      rateAirQuality({}, "day", now)?.rule,
      substituteEmission({ ...hour, capturePercent: 95, invalidHours: 1 }, valid).rule,
      substituteEmission({ ...hour, capturePercent: 95, invalidHours: 25 }, valid).rule,
      substituteEmission({ ...hour, capturePercent: 80, invalidHours: 1 }, valid).rule,
      substituteRun2007(old, 1, [1], [1], "w01018").rule,
      substituteLoad(now, [{ dayMs: old, kg: 1 }]).rule,
      ...oxygenReferences.map(({ plant }) => `oxygen.reference.${plant}`),
    ];
    expect(named.filter((rule) => rule === undefined || rule === null || findRuleLines(rule).length === 0)).toEqual([]);
  });

  it("says something of every rule, with days that are days", () => {
    for (const { rule, says, clause, from, until } of ruleLines) {
      expect([rule, says.length > 5, clause.length > 0]).toEqual([rule, true, true]);
      for (const day of [from, until]) expect(day === null || parseDay(day) !== null, `${rule}: ${day}`).toBe(true);
    }
  });

  it("has a rule twice only when one ends on the day on which the other begins", () => {
    for (const rule of new Set(ruleLines.map((each) => each.rule))) {
      const [first, ...later] = findRuleLines(rule);
      let end = first?.until;
      for (const line of later) {
        expect([rule, line.from]).toEqual([rule, end]);
        end = line.until;
      }
    }
  });

  it("names files that are there", () => {
    const files = [...new Set(ruleLines.map(({ file }) => file))];
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  });

  it("is what docs/rules.md shows (npm run docs:generate writes it)", () => {
    const shown = page.slice(page.indexOf("<!-- generated: rules -->"), page.indexOf("<!-- end: rules -->"));
    expect(withoutLayout(shown).trim()).toBe(`<!-- generated: rules -->\n\n${withoutLayout(formatRuleTable())}`);
  });
});

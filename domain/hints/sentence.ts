// What a rule found → one plain sentence in Chinese and in English, by the template in the table of rules; and the rules as a
// list. Nothing is said that the facts do not hold.

import { findFactor } from "../factor.ts";
import type { HintFinding } from "../hint.ts";
import { readSureness, type Sureness } from "../rules/sureness.ts";
import table from "../tables/hints.json" with { type: "json" };

export interface HintRule {
  /** "R1" … */
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** The sentence, with names of facts in braces. */
  readonly saysZh: string;
  readonly saysEn: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly sureness: Sureness;
}

export const hintRules: readonly HintRule[] = Object.entries(table).map(([id, row]) => {
  const { nameZh, nameEn, saysZh, saysEn, parameters, source, sureness, ...lists } = row;
  return {
    id,
    nameZh,
    nameEn,
    saysZh,
    saysEn,
    parameters: { ...parameters, ...lists },
    source,
    sureness: readSureness(sureness),
  };
});

const byId = new Map(hintRules.map((rule) => [rule.id, rule]));

export function findHintRule(id: string): HintRule | undefined {
  return byId.get(id);
}

/** Factors are named, never shown as codes alone; `nameSite`: what a site is called. */
export function describeHint(
  { rule, factors, facts }: Pick<HintFinding, "rule" | "factors" | "facts">,
  nameSite: (id: string) => string,
): { readonly zh: string; readonly en: string } {
  const found = findHintRule(rule);
  if (found === undefined) return { zh: rule, en: rule };
  const nameZh = (code: string): string => findFactor(code)?.nameZh ?? code;
  const nameEn = (code: string): string => findFactor(code)?.nameEn ?? code;
  const fill = (template: string, nameFactor: (code: string) => string, joint: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      if (name === "factor") return factors.map(nameFactor).join(joint);
      const value = facts[name];
      if (value === undefined) return "?";
      if (name === "other") return nameSite(String(value));
      return name === "part" || name === "whole" ? nameFactor(String(value)) : String(value);
    });
  return { zh: fill(found.saysZh, nameZh, "、"), en: fill(found.saysEn, nameEn, ", ") };
}

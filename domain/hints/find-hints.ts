// Minutes of a site's day and the day before → what looks as if somebody or something had falsified them. A lead for a
// person, never a violation. Pure: the same minutes, marks and limits give the same hints.

import type { HintFinding } from "../hint.ts";
import type { MinuteColumns } from "../judge/shapes.ts";
import type { Mark } from "../mark.ts";
import { minuteMs } from "../time.ts";
import { createLook, layMinutes } from "./look.ts";
import { findLowOxygen } from "./rules-oxygen.ts";
import { findAbusedFlags, findImpossible, findReplay } from "./rules-pairs.ts";
import { findHiddenProduction, findIdlePumps, findIdleTreatment, findUnbalanced } from "./rules-process.ts";
import { findSimultaneous, findSteps, findThinned } from "./rules-steps.ts";
import { findClippedAtLimit, findClippedAtRange, findConstant, findSmooth } from "./rules-values.ts";
import type { Found, HintSite, MinuteTable, Rule } from "./shapes.ts";

/** R17 looks at several sites, see twins.ts. */
const rules: readonly (readonly [id: string, rule: Rule])[] = [
  ["R1", findConstant],
  ["R2", findClippedAtLimit],
  ["R3", findClippedAtRange],
  ["R4", findSteps],
  ["R5", findSimultaneous],
  ["R6", findLowOxygen],
  ["R8", findThinned],
  ["R9", findAbusedFlags],
  ["R10", findHiddenProduction],
  ["R11", findIdleTreatment],
  ["R12", findIdlePumps],
  ["R13", findUnbalanced],
  ["R15", findImpossible],
  ["R16", findReplay],
  ["R18", findSmooth],
];

/**
 * `minutes`: minute means of all factors of the site from the beginning of the day before to the end of the day; `day`: the
 * first moment of the day (UTC+8). One finding for each rule and its factors: the longest, which says how often there was one.
 */
export function findHints(
  site: HintSite,
  minutes: readonly MinuteColumns[],
  marks: readonly Mark[],
  day: number,
): readonly HintFinding[] {
  const table = layMinutes(minutes, marks, day);
  const look = createLook(site, table);
  return rules.flatMap(([id, rule]) => joinFound(id, rule(look), table));
}

function joinFound(rule: string, found: readonly Found[], { from, first, count }: MinuteTable): HintFinding[] {
  const best = new Map<string, { readonly finding: HintFinding; readonly size: number; readonly times: number }>();
  for (const each of found) {
    const begin = Math.max(first, each.from);
    const end = Math.min(count, each.to);
    if (begin >= end) continue;
    const factors = each.factors.toSorted();
    const key = factors.join("+");
    const known = best.get(key);
    const times = (known?.times ?? 0) + 1;
    if (known !== undefined && known.size >= end - begin) {
      best.set(key, { ...known, times });
      continue;
    }
    const { score, facts } = each;
    const finding = { rule, factors, from: from + begin * minuteMs, to: from + end * minuteMs, score, facts };
    best.set(key, { finding, size: end - begin, times });
  }
  return [...best.values()].map(({ finding, times }) => ({
    ...finding,
    facts: times > 1 ? { ...finding.facts, windows: times } : finding.facts,
  }));
}

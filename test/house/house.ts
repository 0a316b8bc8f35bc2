// The rules of the house over all sources: borders, purity, manners. Turns the tree into a list of problems; an empty list
// is a tidy house. Used by `npm run check` and by tidy.test.ts, so that there is one opinion.

import { checkBorders } from "./borders.ts";
import { checkCare, checkHeader, checkName, checkSize, checkTests } from "./manners.ts";
import { checkPurity, listPureFiles } from "./purity.ts";
import { listSources, type Problem, type Source } from "./sources.ts";

export function checkHouse(sources: readonly Source[] = listSources()): Problem[] {
  const pure = listPureFiles(sources);
  const problems: Problem[] = [];
  for (const source of sources) {
    problems.push(
      ...checkName(source),
      ...checkHeader(source),
      ...checkSize(source),
      ...checkBorders(source),
      ...(pure.has(source.path) ? checkPurity(source) : []),
      ...checkCare(source),
      ...checkTests(source),
    );
  }
  return problems;
}

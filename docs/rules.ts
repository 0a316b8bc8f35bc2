// `node docs/rules.ts && oxfmt docs/rules.md`: writes the list of rules into docs/rules.md, between its markers. A test in
// domain/rules compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatRuleTable } from "#domain/rules/rule-list.ts";
import { root } from "#test/house/sources.ts";
import { fillMarker } from "./generate.ts";

const path = join(root, "docs/rules.md");
writeFileSync(path, fillMarker(readFileSync(path, "utf8"), "rules", formatRuleTable()));

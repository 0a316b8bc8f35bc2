// A reporter for Vitest that counts what test/run.ts needs and writes it as JSON into the file named by TEST_COUNTS_FILE.
// A test that was left out counts as failed: nothing here is skipped in silence. Prints nothing itself.

import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** What failed and is no test: files that do not load, hooks, errors nobody caught. */
  readonly others: readonly string[];
  readonly leftOut: number;
}

export function countTests(
  modules: readonly TestModule[],
  unhandled: readonly { readonly message: string }[],
): TestCounts {
  let passed = 0;
  let failed = 0;
  let leftOut = 0;
  const others = unhandled.map((error) => `nobody caught: ${error.message}`);
  for (const module of modules) {
    for (const error of module.errors()) others.push(`${module.relativeModuleId}: ${error.message}`);
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors())
        others.push(`${module.relativeModuleId}, ${suite.fullName}: ${error.message}`);
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed++;
      else if (state === "failed") failed++;
      else leftOut++;
    }
  }
  return { passed, failed, others, leftOut };
}

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message: string }[]): void {
    const file = process.env["TEST_COUNTS_FILE"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(countTests(modules, unhandled)));
  }
}

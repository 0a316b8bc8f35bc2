// Budgets of people that a program cannot judge here: what the test suite proves of them, and what nobody has done yet.

import type { BudgetId, Finding } from "./budget.ts";

export const provenElsewhere = {
  F5: {
    value: null,
    how: "not counted here; the suite goes by keyboard alone through acknowledging (test/e2e/console.test.ts), the explorer (history.test.ts), the quarantine (quarantine.test.ts) and the person's menu (profile.test.ts), and reaches every control of the console by Tab (access.test.ts); shelving, cases and the approval of rules have no screen yet",
  },
  F12: {
    value: null,
    how: "no gallery of states is built; the stories of test/e2e draw loading, empty, failed, partial, stale, refused and unknown where a screen has them",
  },
} as const satisfies Partial<Record<BudgetId, Finding>>;

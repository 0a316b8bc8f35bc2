// The budgets of the dashboard: what is promised, in which unit, and how a measured value is judged. A target is what we aim
// at; a hard line is what a build must keep. Some of them hold on any machine (sizes, bytes, counts); the others depend on
// how fast it is. Pure.

export type Section = "A" | "B" | "C" | "D" | "E" | "F";
export const sections: readonly Section[] = ["A", "B", "C", "D", "E", "F"];

export interface Budget {
  readonly name: string;
  readonly unit: string;
  /** null = there is a hard line only. */
  readonly target: number | null;
  /** null = a target alone: missing it is told and fails nothing. */
  readonly hard: number | null;
  /** Whether more is better, as with frames per second. */
  readonly isFloor?: true;
  /** Kept or missed whatever the machine: missing its hard line fails the run. */
  readonly isFixed?: true;
}

/** What was found out about one budget. */
export interface Finding {
  /** null = it could not be measured here; `how` says why. */
  readonly value: number | null;
  /** It should have been measured and was not: as bad as missed, since nobody knows. */
  readonly hasFailed?: true;
  /** What was done, in words that let somebody do it again. */
  readonly how: string;
  /** Further figures of the same measurement. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** A second figure that belongs to the target, e.g. a median beside the 95th percentile. */
  readonly isBesideTarget?: boolean;
}

export type Verdict = "target" | "hard" | "missed" | "not measured";

export function judge(budget: Budget, { value, isBesideTarget = false }: Finding): Verdict {
  if (value === null) return "not measured";
  // A value that is no number was measured wrongly: it keeps nothing.
  const keeps = (line: number): boolean => (budget.isFloor === true ? value >= line : value <= line);
  const { target, hard } = budget;
  if ((target === null || keeps(target)) && (hard === null || keeps(hard)) && !isBesideTarget) return "target";
  return hard !== null && keeps(hard) ? "hard" : "missed";
}

/** Missed, or not known, although it has a hard line and no machine can be blamed. */
export function isFatal(budget: Budget, finding: Finding): boolean {
  const isBad = judge(budget, finding) === "missed" || finding.hasFailed === true;
  return isBad && budget.hard !== null && budget.isFixed === true;
}

const kb = { unit: "kB gz", isFixed: true } as const;
const none = { target: 0, hard: 0, isFixed: true } as const;
const fps = { unit: "frames/s", isFloor: true } as const;

/** A size is that of the file at zlib level 9; 1 kB = 1000 B. */
export const budgets = {
  A1: { name: "initial JS of /alarms: shell, list, worker", target: 140, hard: 170, ...kb },
  A2: { name: "initial JS of /overview: adds the map", target: 170, hard: 200, ...kb },
  A3: { name: "largest chunk that is fetched on demand", target: 25, hard: 40, ...kb },
  A4: { name: "all JS", target: 380, hard: 450, ...kb },
  A5: { name: "all CSS", target: 15, hard: 25, ...kb },
  A6: { name: "boundary file of the province", target: 13, hard: 20, ...kb },
  A7: { name: "words of one language that a screen needs, the largest", target: 15, hard: 25, ...kb },
  A8: { name: "web fonts", unit: "requests", ...none },
  A9: { name: "requests to another origin", unit: "requests", ...none },
  B1: { name: "first alarm painted, cold cache, p95", unit: "ms", target: 900, hard: 1_200 },
  B2: { name: "first alarm painted, warm cache, p50", unit: "ms", target: 350, hard: 600 },
  B3: { name: "first alarm painted, processor throttled 4x", unit: "ms", target: 2_000, hard: 3_000 },
  B4: { name: "from the device's event to the mark on the screen, p95", unit: "ms", target: 250, hard: 500 },
  B5: { name: "from the device's event to the tone", unit: "ms", target: 300, hard: 600 },
  B6: { name: "change of screen to usable, data cached, p95", unit: "ms", target: 150, hard: 300 },
  B7: { name: "history of one month, one series", unit: "ms", target: 200, hard: 500 },
  B8: { name: "history of five years, four series", unit: "ms", target: 1_500, hard: 3_000 },
  B9: { name: "answer to a click or key under load, p95 of 50", unit: "ms", target: 100, hard: 200 },
  B10: {
    name: "live again with the right state after the server was killed and is back",
    unit: "s",
    target: 3,
    hard: 6,
  },
  B11: { name: "alarms lost over 100 cuts of the line", unit: "alarms", ...none },
  C1: { name: "frames per second of the overview under nominal load", target: 58, hard: 50, ...fps },
  C2: { name: "gap between frames, p99", unit: "ms", target: 34, hard: 50 },
  C3: { name: "gap between frames, largest", unit: "ms", target: 70, hard: 150 },
  C4: { name: "long tasks in 10 s", unit: "tasks", target: 0, hard: 2 },
  C5: { name: "main thread busy", unit: "%", target: 35, hard: 50 },
  C6: { name: "share of script", unit: "%", target: 12, hard: 20 },
  C7: { name: "script per frame, mean", unit: "ms", target: 2, hard: 4 },
  C8: { name: "script per frame, largest", unit: "ms", target: 15, hard: 30 },
  C9: { name: "frames per second at five times the readings and ten times the alarms", target: 55, hard: 45, ...fps },
  C10: { name: "frames per second while the alarm list is scrolled under load", target: 55, hard: 45, ...fps },
  C11: { name: "frames per second, processor throttled 4x", target: 30, hard: 20, ...fps },
  C12: { name: "frames per second of the wall at 3840x2160", target: 30, hard: 20, ...fps },
  C13: { name: "elements of the fullest screen", unit: "elements", target: 1_500, hard: 3_000, isFixed: true },
  D1: { name: "heap of the page after collecting, steady", unit: "MB", target: 25, hard: 40 },
  D2: { name: "growth of the heap in ten minutes", unit: "MB", target: 1, hard: 3 },
  D3: { name: "growth of the heap in an hour", unit: "MB", target: 2, hard: 6 },
  D4: { name: "heap after a day at tenfold speed", unit: "MB", target: 50, hard: 80 },
  D5: { name: "listeners more after the soak", unit: "listeners", target: 0, hard: 5 },
  D6: { name: "nodes more after the soak", unit: "nodes", target: 0, hard: 50 },
  D7: { name: "heap more after 200 changes of screen", unit: "MB", target: 1, hard: 4 },
  D8: { name: "detached elements after 200 changes of screen", unit: "elements", target: 0, hard: 20 },
  E1: { name: "bytes to one overview under nominal load", unit: "kB/s", target: 30, hard: 80, isFixed: true },
  E2: {
    name: "bytes to the page of a site that sends 10,000 readings/s",
    unit: "kB/s",
    target: 60,
    hard: 150,
    isFixed: true,
  },
  E3: {
    name: "first state: register, newest values and alarms, compressed",
    unit: "kB",
    target: 120,
    hard: 250,
    isFixed: true,
  },
  E4: { name: "memory of the server for one slow client", unit: "MB", target: 8, hard: 16 },
  E5: { name: "event loop lag of the api with 200 clients, p99", unit: "ms", target: 50, hard: 100 },
  F1: { name: "serious findings of axe: screens x themes x languages", unit: "findings", ...none },
  F2: { name: "least contrast of text", unit: ":1", target: 4.5, hard: 4.5, isFloor: true, isFixed: true },
  F3: { name: "least contrast of marks and lines", unit: ":1", target: 3, hard: 3, isFloor: true, isFixed: true },
  F4: { name: "targets smaller than 24x24 without room around them", unit: "targets", ...none },
  F5: { name: "actions that cannot be done by keyboard", unit: "actions", ...none },
  F6: { name: "priorities that need colour", unit: "priorities", ...none },
  F7: { name: "fastest flash", unit: "Hz", target: 3, hard: 3, isFixed: true },
  F8: {
    name: "messages of the polite live region in 5 s under nominal load",
    unit: "messages",
    target: 1,
    hard: 1,
    isFixed: true,
  },
  F9: { name: "missing words and truncated labels in both languages", unit: "labels", ...none },
  F10: { name: "texts that differ in a browser in New York", unit: "texts", ...none },
  F11: { name: "stale shown later than twice the interval and 5 s", unit: "s", ...none },
  F12: { name: "screens with pictures of all seven states", unit: "screens", target: 22, hard: 22, isFloor: true },
  F13: {
    name: "rows that an operator needs for 1,000 alarms in 60 s",
    unit: "rows",
    target: 25,
    hard: 25,
    isFixed: true,
  },
} as const satisfies Readonly<Record<string, Budget>>;

export type BudgetId = keyof typeof budgets;

export function sectionOf(id: BudgetId): Section {
  return sections.find((section) => id.startsWith(section)) ?? "A";
}

export interface Line {
  readonly [field: string]: unknown;
  readonly ok: Verdict;
  readonly isFatal: boolean;
}

/** The line of one budget as it is printed. */
export function formatFinding(id: BudgetId, finding: Finding): Line {
  const budget: Budget = budgets[id];
  const ok = judge(budget, finding);
  return {
    budget: `${id} ${budget.name}`,
    name: budget.name,
    value: finding.value,
    unit: budget.unit,
    target: budget.target,
    hard: budget.hard,
    ok,
    pass: ok === "not measured" ? null : ok !== "missed",
    isFatal: isFatal(budget, finding),
    ...finding.details,
    how: finding.how,
  };
}

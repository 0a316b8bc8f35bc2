// When an instrument is out of control (失控): its drift is beyond the table, from the last check that it passed to the next one
// that it passes. What it measured between is invalid, however good it looks.

import substitutionTable from "../tables/substitution.json" with { type: "json" };

export interface Check {
  readonly timeMs: number;
  readonly passed: boolean;
}

export interface OutOfControlSpan {
  /** The last passed check; null: none is known, so from the beginning. */
  readonly from: number | null;
  /** The next passed check; null: still out of control. */
  readonly to: number | null;
  /** Checks that failed within. */
  readonly failed: number;
}

/** Spans out of control, oldest first. Checks in any order; of two at the same time, a failed one counts. */
export function findOutOfControl(checks: readonly Check[]): OutOfControlSpan[] {
  const inOrder = checks.toSorted((a, b) => a.timeMs - b.timeMs || Number(b.passed) - Number(a.passed));
  const spans: OutOfControlSpan[] = [];
  let lastPassed: number | null = null;
  let failed = 0;
  for (const { timeMs, passed } of inOrder) {
    if (!passed) {
      failed += 1;
      continue;
    }
    if (failed > 0) spans.push({ from: lastPassed, to: timeMs, failed });
    failed = 0;
    lastPassed = timeMs;
  }
  if (failed > 0) spans.push({ from: lastPassed, to: null, failed });
  return spans;
}

export interface Drift {
  /** Per cent of full scale, with sign; null = not checked. */
  readonly zeroPercent: number | null;
  readonly spanPercent: number | null;
}

/** Is this drift beyond the table? Null: the table has no bound for what was checked. */
export function isBeyondControl(part: string, { zeroPercent, spanPercent }: Drift): boolean | null {
  const row = substitutionTable.outOfControl.find((each) => each.part === part);
  if (row === undefined) return null;
  const zero = zeroPercent === null ? null : Math.abs(zeroPercent) > row.zeroPercent;
  const span = spanPercent === null || row.spanPercent === null ? null : Math.abs(spanPercent) > row.spanPercent;
  if (zero === null && span === null) return null;
  return zero === true || span === true;
}

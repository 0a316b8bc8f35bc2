// How a mark is written everywhere: its state by sign and word, what waits for somebody bold; and its span.

import type { MarkStatus } from "#domain/mark.ts";
import { formatLocal } from "#domain/time.ts";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import type { MarkRow } from "./mark-data.ts";

const signs: Readonly<Record<MarkStatus, string>> = {
  entered: "●",
  late: "◷",
  accepted: "✓",
  rejected: "✕",
  withdrawn: "↩",
};

export function MarkState({ mark }: { readonly mark: Pick<MarkRow, "status" | "effective"> }) {
  const { markStatuses } = useJudgementWords();
  return (
    <span className="mark-state" data-status={mark.status} data-effective={mark.effective}>
      <span aria-hidden="true" className="mark-sign">
        {signs[mark.status]}
      </span>
      {markStatuses[mark.status]}
    </span>
  );
}

/** "2026-11-21 08:00 – 10:30", with the second day only where it is another one. */
export function formatSpan(from: string, to: string): string {
  const [first, last] = [formatLocal(Date.parse(from)), formatLocal(Date.parse(to))];
  const isSameDay = first.slice(0, 10) === last.slice(0, 10);
  return `${first.slice(0, 16)} – ${isSameDay ? last.slice(11, 16) : last.slice(0, 16)}`;
}

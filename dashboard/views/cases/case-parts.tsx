// What the list, the board and the page of a case draw alike: the stage by sign and word, the deadline in words, names instead
// of ids.

import type { CaseStage } from "#domain/case.ts";
import { isEnded } from "#domain/cases/stages.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { awaitsReply, type CaseRow, hasReplyToDecide, useCaseWords, useStageWords } from "./case-data.ts";
import { sayDue } from "./due.ts";

const signs: Partial<Record<CaseStage, string>> = {
  opened: "?",
  confirmed: "▲",
  dismissed: "⊘",
  "false-data": "⊘",
  explained: "⊘",
  closed: "✓",
  merged: "→",
  transferred: "→",
};

export function Stage({ stage }: { readonly stage: CaseStage }) {
  const words = useStageWords();
  return (
    <span className="case-stage" data-stage={stage} title={words.stageSays[stage]}>
      <span aria-hidden="true" className="case-sign">
        {signs[stage] ?? "●"}
      </span>
      {words.stages[stage]}
    </span>
  );
}

/** The clock of the stage; what is over stands out by weight and sign. */
export function Due({ row }: { readonly row: Pick<CaseRow, "dueAt" | "stage"> }) {
  const words = useStageWords();
  const now = useServerNow();
  if (isEnded(row.stage)) return <>—</>;
  const { text, isOver } = sayDue(words, row.dueAt, now);
  return isOver ? <b className="case-over">! {text}</b> : <>{text}</>;
}

/** What waits for somebody, in chips. */
export function CaseChips({ row }: { readonly row: CaseRow }) {
  const words = useCaseWords();
  return (
    <>
      {awaitsReply(row) && <span className="chip">{words.awaitsReply}</span>}
      {hasReplyToDecide(row) && <span className="chip case-chip-strong">{words.replyToDecide}</span>}
      {row.reminders > 0 && <span className="chip case-chip-strong">{words.reminded(row.reminders)}</span>}
    </>
  );
}

/** Names of people, sites and cities. */
export function useCaseNames() {
  const words = useWords();
  const { sites, cities, user } = useApp();
  return {
    site: (row: Pick<CaseRow, "site" | "siteName">): string => row.siteName ?? sites.info(row.site)?.name ?? row.site,
    city(adcode: string): string {
      const found = cities.find((each) => each.adcode === adcode);
      return found === undefined ? adcode : pickName(words, found);
    },
    /** One's own name is shown as others read it; names of others are those of their accounts. */
    person: (username: string): string => (username === user.username ? `${user.displayName} (${username})` : username),
  };
}

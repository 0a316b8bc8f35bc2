// What an enterprise is asked: its cases, what must be answered first and until when, and what became of its replies.

import { Link } from "wouter";
import { formatDay } from "#domain/time.ts";
import { type CaseRow, titleIn, useStageWords } from "../cases/case-data.ts";
import { sayDue } from "../cases/due.ts";
import { useWords } from "../../i18n/i18n.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { sortOwn, stateFor, useEnterpriseUser, useNow, useOwnCases, useReplyWords } from "./reply-data.ts";
import "../../style/devices.css";
import "../../style/cases.css";
import "../../style/reply.css";

export function ReplyView() {
  const words = useReplyWords();
  const user = useEnterpriseUser();
  const { href } = useUrl();
  if (user === null) {
    return (
      <Notice title={words.notEnterprise}>
        <Link href={href("/cases")}>{words.toCases}</Link>
      </Notice>
    );
  }
  return <OwnCases enterprise={user.enterprise ?? user.displayName} />;
}

function OwnCases({ enterprise }: { readonly enterprise: string }) {
  const words = useReplyWords();
  const found = useOwnCases();
  const rows = sortOwn(found.data ?? []);
  return (
    <section className="view reply-view" aria-label={words.title}>
      <h1>{words.title}</h1>
      <p className="reply-intro">{words.intro(enterprise)}</p>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={6} />}
      {found.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
      <ul className="reply-list" data-testid={found.data === undefined ? undefined : "reply-listed"}>
        {rows.map((row) => (
          <li key={row.id}>
            <OwnCase row={row} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OwnCase({ row }: { readonly row: CaseRow }) {
  const { locale } = useWords();
  const words = useReplyWords();
  const stages = useStageWords();
  const { href } = useUrl();
  const state = stateFor(row);
  return (
    <Link
      className="panel reply-card"
      href={href(`/reply/${encodeURIComponent(row.id)}`)}
      data-testid="reply-card"
      data-state={state}
    >
      <b className="reply-title">{titleIn(row.title, locale)}</b>
      <ReplyState row={row} />
      <span className="hint">
        {row.siteName ?? row.site} · {words.opened} {formatDay(Date.parse(row.openedAt))} · {stages.stages[row.stage]}
      </span>
      <span className="hint">
        {words.number} <span className="mono">{row.number}</span>
      </span>
    </Link>
  );
}

/** What is wanted of the enterprise, in one line, with the date. */
export function ReplyState({ row }: { readonly row: CaseRow }) {
  const words = useReplyWords();
  const stages = useStageWords();
  const now = useNow();
  const state = stateFor(row);
  const isWanted = state === "answer" || state === "again";
  return (
    <span className="reply-state" data-state={state}>
      {isWanted ? <b>! {words.states[state]}</b> : words.states[state]}
      {isWanted && ` — ${words.until(sayDue(stages, row.replyDueAt, now).text)}`}
    </span>
  );
}

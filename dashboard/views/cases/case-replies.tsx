// What the enterprise answered, and what was decided about it.

import { useState } from "react";
import { isEnded } from "#domain/cases/stages.ts";
import { formatLocal } from "#domain/time.ts";
import { mayAcknowledge, useApp } from "../app-context.ts";
import { type CaseRow, type ReplyRow, useCaseWords } from "./case-data.ts";
import { useCaseNames } from "./case-parts.tsx";
import { formatDeadline } from "./due.ts";
import { StepDialog } from "./step-dialog.tsx";

export function CaseReplies({ row }: { readonly row: CaseRow }) {
  const { replies: words } = useCaseWords();
  const { user } = useApp();
  const [verdict, setVerdict] = useState<boolean | null>(null);
  const may = mayAcknowledge(user) && !isEnded(row.stage);
  const isOpen = row.replies.some(({ accepted }) => accepted === null);
  return (
    <section className="panel sheet-panel" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
        <span className="hint">
          {row.replyDueAt !== null && words.asked(formatDeadline(Date.parse(row.replyDueAt)))}
          {row.replyDueAt === null && row.replies.length === 0 && words.notAsked}
        </span>
      </div>
      {row.replies.length === 0 && row.replyDueAt !== null && <p className="hint">{words.none}</p>}
      <ul className="case-replies">
        {row.replies.map((reply) => (
          <Reply key={reply.at} row={row} reply={reply} />
        ))}
      </ul>
      {isOpen && may && (
        <p className="device-buttons">
          <button type="button" className="primary" onClick={() => setVerdict(true)}>
            {words.accept}
          </button>
          <button type="button" onClick={() => setVerdict(false)}>
            {words.reject}
          </button>
        </p>
      )}
      {verdict !== null && (
        <StepDialog row={row} step={{ kind: "decide-reply" }} accept={verdict} close={() => setVerdict(null)} />
      )}
    </section>
  );
}

function Reply({ row, reply }: { readonly row: CaseRow; readonly reply: ReplyRow }) {
  const { replies: words } = useCaseWords();
  const names = useCaseNames();
  const files = row.evidence.filter(({ id }) => reply.evidence.includes(id));
  const at = formatLocal(Date.parse(reply.at)).slice(0, 16);
  const decidedAt = reply.decidedAt === null ? "" : formatLocal(Date.parse(reply.decidedAt)).slice(0, 16);
  const decidedBy = reply.decidedBy === null ? "" : names.person(reply.decidedBy);
  return (
    <li data-testid="case-reply" data-accepted={String(reply.accepted)}>
      <p className="hint">
        {names.person(reply.by)} · {at} {reply.late && <b className="case-over">! {words.late}</b>}
      </p>
      <p className="case-text">{reply.text}</p>
      {files.length > 0 && <p className="hint">{files.map(({ name }) => name).join(", ")}</p>}
      <p>
        {reply.accepted === null ? (
          <b>{words.waiting}</b>
        ) : (
          <>
            {reply.accepted ? `✓ ${words.accepted(decidedBy, decidedAt)}` : `✕ ${words.rejected(decidedBy, decidedAt)}`}
            {reply.decision !== null && `: ${reply.decision}`}
          </>
        )}
      </p>
    </li>
  );
}

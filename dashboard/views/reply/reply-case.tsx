// One case as the enterprise sees it: what it is about, what is asked and until when, the form of the reply, what became of
// earlier ones, and the way to mark data of that time.

import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { type CaseDetail, type ReplyRow, titleIn, useStageWords } from "../cases/case-data.ts";
import { useWords } from "../../i18n/i18n.ts";
import { EvidenceList } from "../cases/evidence-list.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import type { ScreenProps } from "../routes.ts";
import { useUrl } from "../url-state.ts";
import { ReplyGrounds } from "./reply-grounds.tsx";
import { ReplyForm } from "./reply-form.tsx";
import { ReplyMark } from "./reply-mark.tsx";
import { ReplyState } from "./reply.tsx";
import { useEnterpriseUser, useOwnCase, useReplyWords } from "./reply-data.ts";
import "../../style/devices.css";
import "../../style/cases.css";
import "../../style/reply.css";

export function ReplyCaseView({ params }: ScreenProps) {
  const words = useReplyWords();
  const user = useEnterpriseUser();
  const { href } = useUrl();
  const found = useOwnCase(params["id"] ?? "");
  if (user === null) {
    return (
      <Notice title={words.notEnterprise}>
        <Link href={href("/cases")}>{words.toCases}</Link>
      </Notice>
    );
  }
  const isMissing = found.error instanceof ApiProblem && found.error.status === 404;
  return (
    <section className="view reply-view" aria-label={words.title}>
      <p>
        <Link className="button" href={href("/reply")}>
          ← {words.home}
        </Link>
      </p>
      {isMissing && <Notice title={words.notFound} />}
      {found.error !== null && !isMissing && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={8} />}
      {found.data !== undefined && !isMissing && <OneCase detail={found.data} />}
    </section>
  );
}

function OneCase({ detail }: { readonly detail: CaseDetail }) {
  const { locale } = useWords();
  const words = useReplyWords();
  const stages = useStageWords();
  const { case: row, events } = detail;
  // The newest question is the one that counts.
  const asked = events.filter(({ what }) => what === "ask-reply").toSorted((a, b) => b.version - a.version)[0];
  return (
    <div className="reply-case" data-testid="reply-case" data-version={row.version}>
      <header className="panel reply-panel">
        <p className="hint">
          {words.number} <span className="mono">{row.number}</span>
        </p>
        <h1>{titleIn(row.title, locale)}</h1>
        <p className="case-next">
          <ReplyState row={row} />
        </p>
        {asked !== undefined && row.replyDueAt !== null && (
          <p className="reply-asks">
            <b>{words.asks}:</b> {asked.reason}
          </p>
        )}
      </header>
      <ReplyForm row={row} />
      <section className="panel reply-panel" aria-labelledby="reply-about">
        <h2 id="reply-about">{words.about}</h2>
        <dl className="device-facts">
          <div>
            <dt>{words.site}</dt>
            <dd>
              {row.siteName ?? row.site} <code>{row.site}</code>
            </dd>
          </div>
          <div>
            <dt>{words.stage}</dt>
            <dd>
              {stages.stages[row.stage]} <span className="hint">{stages.stageSays[row.stage]}</span>
            </dd>
          </div>
          <div>
            <dt>{words.opened}</dt>
            <dd>{formatLocal(Date.parse(row.openedAt)).slice(0, 16)}</dd>
          </div>
        </dl>
        <ReplyGrounds row={row} />
      </section>
      <ReplyMark site={row.site} />
      <Earlier detail={detail} />
      {row.evidence.length > 0 && (
        <section className="panel reply-panel" aria-labelledby="reply-files">
          <h2 id="reply-files">{words.files}</h2>
          <EvidenceList caseId={row.id} evidence={row.evidence} />
        </section>
      )}
    </div>
  );
}

function Earlier({ detail }: { readonly detail: CaseDetail }) {
  const words = useReplyWords();
  const { replies } = detail.case;
  return (
    <section className="panel reply-panel" aria-labelledby="reply-earlier">
      <h2 id="reply-earlier">{words.earlier.title}</h2>
      {replies.length === 0 && <p className="hint">{words.earlier.none}</p>}
      <ul className="case-replies">
        {replies
          .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
          .map((reply) => (
            <EarlierReply key={reply.at} reply={reply} />
          ))}
      </ul>
    </section>
  );
}

function EarlierReply({ reply }: { readonly reply: ReplyRow }) {
  const { earlier: words } = useReplyWords();
  const verdict =
    reply.accepted === null ? `… ${words.waiting}` : reply.accepted ? `✓ ${words.accepted}` : `✕ ${words.rejected}`;
  return (
    <li data-testid="reply-earlier" data-accepted={String(reply.accepted)}>
      <p className="hint">
        {words.by(reply.by, formatLocal(Date.parse(reply.at)).slice(0, 16))}
        {reply.late && ` · ${words.late}`}
      </p>
      <p className="case-text">{reply.text}</p>
      <p>
        <b>{verdict}</b>
        {reply.decision !== null && `: ${reply.decision}`}
      </p>
    </li>
  );
}

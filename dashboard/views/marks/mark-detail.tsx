// One mark beside the list: what it takes out, who says so with what proof, until when it could be entered, what was decided;
// and the ways to decide.

import { useState } from "react";
import { Link } from "wouter";
import { isSureness } from "#domain/rules/sureness.ts";
import { formatLocal } from "#domain/time.ts";
import { mayAcknowledge, useApp } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { historyQuery } from "../history-link.ts";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import { useNames } from "../judgement/exceedance-parts.tsx";
import { Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { decideMark, listDecisions, type MarkDecision, type MarkRow, useMarkWords } from "./mark-data.ts";
import { MarkState } from "./mark-state.tsx";

interface DetailProps {
  readonly mark: MarkRow | null;
  readonly close: () => void;
  readonly changed: () => void;
}

export function MarkDetail({ mark, close, changed }: DetailProps) {
  const words = useMarkWords();
  const own = useDeviceWords();
  return (
    <aside className="panel device-detail" aria-label={words.detail.title} data-testid="mark-detail">
      <div className="panel-head">
        <h2>{words.detail.title}</h2>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      {mark === null ? <Notice title={words.detail.missing} /> : <Details mark={mark} changed={changed} />}
    </aside>
  );
}

function Details({ mark, changed }: { readonly mark: MarkRow; readonly changed: () => void }) {
  const words = useMarkWords();
  const judged = useJudgementWords();
  const names = useNames();
  const { detail } = words;
  const time = (iso: string): string => formatLocal(Date.parse(iso));
  const sureness = isSureness(mark.deadlineSureness) ? judged.surenesses[mark.deadlineSureness] : mark.deadlineSureness;
  return (
    <div className="detail-scroll">
      <h3>
        {judged.markLabels[mark.label]} · {mark.siteName}
      </h3>
      <p className="request-says" data-testid="mark-says">
        <MarkState mark={mark} /> — {mark.effective ? detail.effective : detail.ineffective}
      </p>
      <Decisions mark={mark} changed={changed} />
      <dl className="device-facts">
        <Fact name={words.columns.site}>
          {mark.siteName} <code>{mark.site}</code>
        </Fact>
        <Fact name={words.columns.factors}>
          {mark.factors === null
            ? words.allFactors
            : mark.factors.map((code) => `${names.factor(code)} ${code}`).join(", ")}
        </Fact>
        <Fact name={detail.span}>
          {time(mark.from)} – {time(mark.to)}
        </Fact>
        <Fact name={detail.reason}>{mark.reason}</Fact>
        <Fact name={detail.evidence}>
          {mark.evidence.length === 0 ? (
            detail.noEvidence
          ) : (
            <ul className="sheet-list">
              {mark.evidence.map((each) => (
                <li key={each}>
                  <code>{each}</code>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name={detail.entered}>{detail.enteredAt(mark.by, time(mark.at))}</Fact>
        <Fact name={detail.deadline}>{detail.deadlineSays(time(mark.deadline), sureness)}</Fact>
        {mark.decidedBy !== null && mark.decidedAt !== null && (
          <Fact name={detail.decided}>
            {detail.decidedAt(mark.decidedBy, time(mark.decidedAt), mark.decision ?? "")} (
            {detail.version(String(mark.version))})
          </Fact>
        )}
      </dl>
      <Ways mark={mark} />
    </div>
  );
}

function Ways({ mark }: { readonly mark: MarkRow }) {
  const { detail } = useMarkWords();
  const { href } = useUrl();
  const [from, to] = [String(Date.parse(mark.from)), String(Date.parse(mark.to))];
  const [factor] = mark.factors ?? [];
  return (
    <p className="device-buttons">
      <Link className="button" href={href("/exceedances", { site: mark.site, from, to })}>
        {detail.exceedances}
      </Link>
      {factor !== undefined && (
        <Link className="button" href={href("/history", historyQuery([{ site: mark.site, factor }], { from, to }))}>
          {detail.history}
        </Link>
      )}
    </p>
  );
}

const says = { accept: "accepted", reject: "rejected", withdraw: "withdrawn" } as const;

function Decisions({ mark, changed }: { readonly mark: MarkRow; readonly changed: () => void }) {
  const words = useMarkWords();
  const { user } = useApp();
  const [asked, setAsked] = useState<MarkDecision | null>(null);
  /** Why this person may not, or null. */
  const barOf = (decision: MarkDecision): string | null => {
    if (!mayAcknowledge(user)) return words.readOnly;
    if (decision === "withdraw") return mark.by === user.username ? null : words.notYours;
    return user.role === "admin" ? null : words.adminOnly;
  };
  return (
    <>
      <p className="device-buttons">
        {listDecisions(mark).map((decision) => {
          const bar = barOf(decision);
          return (
            <button
              key={decision}
              type="button"
              disabled={bar !== null}
              title={bar ?? undefined}
              onClick={() => setAsked(decision)}
            >
              {words.decide[decision]}
            </button>
          );
        })}
      </p>
      {asked !== null && (
        <ReasonDialog
          title={words.decide[asked]}
          says={words.decide[says[asked]]}
          submit={words.decide[asked]}
          what={words.decide.failed}
          close={() => setAsked(null)}
          act={async (reason) => {
            // Somebody else may have been faster: what they did is shown either way.
            await decideMark(mark, asked, reason).finally(changed);
            setAsked(null);
          }}
        />
      )}
    </>
  );
}

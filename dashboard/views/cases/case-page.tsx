// One case as somebody needs it who has to decide about it: who owes the next step and by when, what can be done, what is proven,
// the evidence, the replies of the enterprise, and everything that happened with its hash. It prints on A4.

import { useState } from "react";
import { Link } from "wouter";
import { isEnded } from "#domain/cases/stages.ts";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useKeys } from "../key-map.ts";
import { Failed, Loading, NotFound } from "../panels.tsx";
import type { ScreenProps } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import {
  type CaseDetail,
  casePath,
  type CaseRow,
  titleIn,
  useCase,
  useCaseReload,
  useCaseWords,
  useStageWords,
} from "./case-data.ts";
import { CaseEvents } from "./case-events.tsx";
import { CaseProven } from "./case-proven.tsx";
import { CaseReplies } from "./case-replies.tsx";
import { CaseChips, Due, Stage, useCaseNames } from "./case-parts.tsx";
import { isAnswerOwed, nameStep, sayOwed, type Step, stepsOf } from "./case-steps.ts";
import { EvidenceDrop } from "./evidence-drop.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import { StepDialog } from "./step-dialog.tsx";
import "../../style/devices.css";
import "../../style/sheet.css";
import "../../style/cases.css";

export function CasePage({ params }: ScreenProps) {
  const words = useCaseWords();
  const { query, href, go } = useUrl();
  const id = params["id"] ?? "";
  const found = useCase(id);
  useInterest("none");
  // The list that led here, with its filters.
  const list = Object.fromEntries(new URLSearchParams(query.get("list") ?? ""));
  useKeys([{ keys: ["Escape"], says: words.page.back, act: () => go("/cases", list) }]);
  if (found.error instanceof ApiProblem && found.error.status === 404)
    return <NotFound title={words.page.notFound(id)} />;
  return (
    <section className="view devices-view sheet-view case-view" aria-label={words.title}>
      <div className="filters device-tabs">
        <Link className="button" href={href("/cases", list)}>
          {words.page.back}
        </Link>
        <span className="filters-count">
          <button type="button" onClick={() => globalThis.print()}>
            {words.page.print}
          </button>
        </span>
      </div>
      {found.error !== null && (
        <Failed
          what={words.loadOne}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={12} />}
      {found.data !== undefined && <Page detail={found.data} />}
    </section>
  );
}

function Page({ detail }: { readonly detail: CaseDetail }) {
  const words = useCaseWords();
  const { user } = useApp();
  const now = useServerNow();
  const reload = useCaseReload();
  const { case: row, events } = detail;
  const may = mayAcknowledge(user) && !isEnded(row.stage);
  return (
    <div className="sheet-page case-page" data-testid="case-page" data-stage={row.stage} data-version={row.version}>
      <Head row={row} />
      <Ways row={row} />
      <div className="case-columns">
        <div>
          <CaseProven row={row} />
          <section className="panel sheet-panel" aria-label={words.evidence.title}>
            <div className="panel-head">
              <h2>{words.evidence.title}</h2>
            </div>
            <EvidenceList caseId={row.id} evidence={row.evidence} />
            {may && <EvidenceDrop path={`${casePath(row.id)}/evidence`} label={words.evidence.add} sent={reload} />}
          </section>
          <CaseReplies row={row} />
        </div>
        <div>
          <Facts row={row} />
          <CaseEvents row={row} events={events} />
        </div>
      </div>
      <p className="print-only hint">{words.page.printed(formatLocal(now))}</p>
    </div>
  );
}

function Head({ row }: { readonly row: CaseRow }) {
  const words = useCaseWords();
  const { locale } = useWords();
  const names = useCaseNames();
  const { href } = useUrl();
  return (
    <header className="panel sheet-head case-head">
      <p className="hint">
        <span className="mono">{row.number}</span> <Stage stage={row.stage} /> <CaseChips row={row} />
      </p>
      <h1>{titleIn(row.title, locale)}</h1>
      <p>
        <Link href={href(`/sites/${encodeURIComponent(row.site)}`)}>{names.site(row)}</Link> <code>{row.site}</code>
        {row.enterprise !== null && ` · ${row.enterprise}`} · {names.city(row.city)}
      </p>
      <p className="case-next" data-testid="case-next">
        {!isEnded(row.stage) && <b>{words.page.next}: </b>}
        {sayOwed(words, row, names.person)}
        {!isEnded(row.stage) && (
          <>
            {" — "}
            {isAnswerOwed(row) ? <Due row={{ dueAt: row.replyDueAt, stage: row.stage }} /> : <Due row={row} />}
          </>
        )}
      </p>
    </header>
  );
}

/** The legal steps as buttons; those that are not possible are absent, and why is told. */
function Ways({ row }: { readonly row: CaseRow }) {
  const words = useCaseWords();
  const stages = useStageWords();
  const names = useCaseNames();
  const { user } = useApp();
  const [asked, setAsked] = useState<Step | null>(null);
  const { moves, others, obstacles } = stepsOf(row, user);
  if (!mayAcknowledge(user)) return <p className="hint case-ways">{words.page.readOnly}</p>;
  const button = (step: Step, isMain: boolean) => (
    <button
      key={step.kind === "move" ? step.to : step.kind}
      type="button"
      className={isMain ? "primary" : undefined}
      onClick={() => setAsked(step)}
      data-testid="case-step"
      data-step={step.kind === "move" ? `move-${step.to}` : step.kind}
    >
      {nameStep(words, step, stages.stages)}
    </button>
  );
  const mover = row.steps.at(-1)?.by ?? "";
  const blocked = words.page.blocked;
  return (
    <section className="panel case-ways" aria-label={words.page.moves}>
      <p className="device-buttons">
        {moves.map((step) => button(step, true))}
        {others.map((step) => button(step, false))}
        {moves.length + others.length === 0 && words.page.noMoves}
      </p>
      {obstacles.length > 0 && (
        <details className="case-why" open={moves.length === 0 || obstacles.includes("second")}>
          <summary>{words.page.whyNot}</summary>
          <ul>
            {obstacles.map((each) => (
              <li key={each}>{each === "second" ? blocked.second(names.person(mover)) : blocked[each]}</li>
            ))}
          </ul>
          <p className="hint">{words.page.whyNotSays}</p>
        </details>
      )}
      {asked !== null && <StepDialog row={row} step={asked} close={() => setAsked(null)} />}
    </section>
  );
}

function Facts({ row }: { readonly row: CaseRow }) {
  const words = useCaseWords();
  const stages = useStageWords();
  const names = useCaseNames();
  const { href } = useUrl();
  const { page } = words;
  const write = (time: string): string => formatLocal(Date.parse(time)).slice(0, 16);
  const isCase = row.successor !== null && row.stage === "merged";
  return (
    <section className="panel sheet-panel" aria-label={page.facts}>
      <div className="panel-head">
        <h2>{page.facts}</h2>
      </div>
      <dl className="device-facts">
        <Fact name={page.stage}>
          {stages.stages[row.stage]} <span className="hint">{stages.stageSays[row.stage]}</span>
        </Fact>
        <Fact name={page.since}>{write(row.stageSince)}</Fact>
        <Fact name={page.origin}>{stages.origins[row.origin]}</Fact>
        <Fact name={page.openedBy}>
          {row.openedBy === "system" ? words.events.system : names.person(row.openedBy)}, {write(row.openedAt)}
        </Fact>
        <Fact name={page.assignee}>{row.assignee === null ? words.nobody : names.person(row.assignee)}</Fact>
        {row.dispatch !== null && (
          <Fact name={page.officer}>
            {names.person(row.dispatch.officer)}
            {row.dispatch.vehicle !== "" && ` · ${words.dialog.vehicle} ${row.dispatch.vehicle}`}
            <ul className="case-checklist">
              {row.dispatch.checklist.map((line) => (
                <li key={line}>☐ {line}</li>
              ))}
            </ul>
          </Fact>
        )}
        {row.outcome !== null && (
          <Fact name={page.outcome}>
            {words.outcomes[row.outcome] ?? row.outcome}
            {row.closedAt !== null && `, ${write(row.closedAt)}`}
          </Fact>
        )}
        {row.successor !== null && (
          <Fact name={page.successor}>
            {isCase ? <Link href={href(casePath(row.successor))}>{row.successor}</Link> : row.successor}
          </Fact>
        )}
      </dl>
    </section>
  );
}

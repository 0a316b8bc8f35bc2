// Everything that happened to a case, newest first, with the hash of each row; and the check whether any row was changed.

import { useMutation } from "@tanstack/react-query";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { Failed } from "../panels.tsx";
import { type CaseRow, type EventRow, useCaseWords, useStageWords } from "./case-data.ts";
import { useCaseNames } from "./case-parts.tsx";

interface ChainCheck {
  readonly ok: boolean;
  readonly events: number;
  /** Place of the first row that was changed; null = none. */
  readonly brokenAt: number | null;
  /** Cases that are not as their newest row says. */
  readonly differing: readonly string[];
}

interface EventsProps {
  readonly row: CaseRow;
  readonly events: readonly EventRow[];
}

export function CaseEvents({ row, events }: EventsProps) {
  const { events: words } = useCaseWords();
  const rows = events.toSorted((a, b) => b.version - a.version);
  return (
    <section className="panel sheet-panel" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
        <ChainCheckButton />
      </div>
      <ol className="case-events">
        {rows.map((event) => (
          <Event key={event.version} row={row} event={event} />
        ))}
      </ol>
    </section>
  );
}

function Event({ row, event }: { readonly row: CaseRow; readonly event: EventRow }) {
  const catalogue = useCaseWords();
  const { events: words } = catalogue;
  const names = useCaseNames();
  return (
    <li data-testid="case-event" data-what={event.what}>
      <p>
        <time dateTime={event.at}>{formatLocal(Date.parse(event.at)).slice(0, 19)}</time>{" "}
        <b>{event.actor === "system" ? words.system : names.person(event.actor)}</b> <What event={event} row={row} />
      </p>
      {event.reason !== "" && event.reason !== event.about && <p className="case-text">{event.reason}</p>}
      <p className="hint">
        {words.columns.hash}{" "}
        <code className="case-hash" title={event.hash}>
          {event.hash}
        </code>
      </p>
    </li>
  );
}

/** The act by its name, with what it names and the stages it led between. */
function What({ event, row }: { readonly event: EventRow; readonly row: CaseRow }) {
  const catalogue = useCaseWords();
  const stages = useStageWords();
  const names = useCaseNames();
  const { events: words } = catalogue;
  const act = Object.entries(catalogue.acts).find(([kind]) => kind === event.what)?.[1];
  const isReminder = event.what === "remind" || event.what === "reminder";
  const told: Readonly<Record<string, string>> = {
    accepted: words.accepted,
    rejected: words.rejected,
    late: words.late,
    ...words.levels,
  };
  const about = event.about === null || event.about === row.key ? "" : (told[event.about] ?? names.person(event.about));
  return (
    <>
      {words.whats[event.what] ?? act ?? event.what}
      {event.from !== null && event.from !== event.to && (
        <> {words.moved(stages.stages[event.from], stages.stages[event.to])}</>
      )}
      {about !== "" && (isReminder ? ` → ${about}` : ` · ${about}`)}
    </>
  );
}

function ChainCheckButton() {
  const { events: words } = useCaseWords();
  const check = useMutation({ mutationFn: () => callApi<ChainCheck>("/cases/check") });
  return (
    <span className="case-chain" role="status">
      {check.data !== undefined && (
        <span data-testid="chain-check" data-ok={check.data.ok}>
          {check.data.ok
            ? `✓ ${words.unbroken(String(check.data.events))}`
            : `✕ ${words.broken(check.data.brokenAt === null ? check.data.differing.join(", ") : `#${check.data.brokenAt}`)}`}
        </span>
      )}
      {check.error !== null && (
        <Failed what={words.checkFailed} error={check.error} retry={() => check.mutate()} kept />
      )}
      <button type="button" disabled={check.isPending} onClick={() => check.mutate()}>
        {check.isPending ? words.checking : words.check}
      </button>
    </span>
  );
}

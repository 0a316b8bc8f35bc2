// Everything about one alarm, beside the list: value against the limit that was in force and where that comes from, what to do,
// where it stands, two hours around it, what happened to it and who was told, its case, the alarms around it.

import { Link } from "wouter";
import { ApiProblem } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { isCalling, isOpen } from "../../state/alarm-book.ts";
import { freezeWindow } from "../../state/time-range.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { historyQuery } from "../history-link.ts";
import { Mark } from "../mark.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { Value } from "../value.tsx";
import { useAckRefusal } from "./alarm-grid.tsx";
import { AroundChart, windowAround } from "./pane-chart.tsx";
import { useCourse, useRecord, type AlarmCourse } from "./pane-data.ts";
import { Facts } from "./pane-facts.tsx";
import { CaseLink, Comments, Course, Earlier, Notices, SameSite } from "./pane-lists.tsx";
import { RecordPart } from "./pane-record.tsx";
import { StateDrawing } from "./pane-state.tsx";
import type { Desk } from "./use-desk.ts";
import "../../style/alarm-pane.css";

interface PaneProps {
  readonly id: string;
  /** As the live feed knows it; absent once it is long over. */
  readonly known: AlarmView | undefined;
  readonly close: () => void;
  readonly select: (id: string | null) => void;
  readonly desk: Desk;
}

export function AlarmPane({ id, known, close, select, desk }: PaneProps) {
  const words = useWords();
  const course = useCourse(id, known?.version ?? 0);
  const fetched = course.data?.alarm;
  const alarm =
    known === undefined || (fetched !== undefined && fetched.version > known.version) ? (fetched ?? known) : known;
  const isMissing = alarm === undefined && course.error instanceof ApiProblem && course.error.status === 404;
  return (
    <aside className="panel alarm-pane" aria-label={words.alarm.pane.title}>
      {isMissing && (
        <Notice title={words.alarm.pane.notFound}>
          <button type="button" onClick={close}>
            {words.alarm.pane.close}
          </button>
        </Notice>
      )}
      {course.error !== null && !isMissing && (
        <Failed
          what={words.state.load.alarms}
          error={course.error}
          retry={() => void course.refetch()}
          kept={alarm !== undefined}
        />
      )}
      {alarm === undefined ? (
        course.isPending && <Loading />
      ) : (
        <PaneBody alarm={alarm} course={course.data ?? null} close={close} select={select} desk={desk} />
      )}
    </aside>
  );
}

interface BodyProps {
  readonly alarm: AlarmView;
  readonly course: AlarmCourse | null;
  readonly close: () => void;
  readonly select: (id: string | null) => void;
  readonly desk: Desk;
}

function PaneBody({ alarm, course, close, select, desk }: BodyProps) {
  const words = useWords();
  const { sites, factors } = useApp();
  const now = useServerNow();
  const isSystem = isSystemAlarm(alarm);
  const site = useSite(isSystem ? null : alarm.site).data;
  const record = useRecord(alarm);
  const siteName = isSystem ? words.systemSite : (sites.info(alarm.site)?.name ?? alarm.site);
  const decimals = factors[alarm.factor ?? ""]?.decimals ?? 2;
  return (
    <>
      <div className="pane-head">
        <Mark priority={alarm.priority} unacked={!alarm.acked && isCalling(alarm)} />
        <h2>
          {siteName}
          <br />
          {nameAlarm(words, factors, alarm)}
        </h2>
        <button type="button" className="quiet" aria-label={words.alarm.pane.close} onClick={close}>
          ✕
        </button>
      </div>
      <p className={`pane-value${alarm.validity === "good" ? "" : " is-stale"}`}>
        <Value value={alarm.value} decimals={decimals} unit={alarm.unit} limit={alarm.limit} isBeyond={alarm.active} />
      </p>
      <Facts alarm={alarm} site={site} select={select} />
      <Ways alarm={alarm} now={now} />
      <RecordPart alarm={alarm} record={record} />
      {!isSystem && alarm.factor !== null && site !== undefined && (
        <AroundChart alarm={alarm} site={site} definition={record.data?.atRaise ?? null} />
      )}
      <StateDrawing alarm={alarm} />
      <Course course={course} now={now} />
      <Comments alarm={alarm} field={desk.commentField} />
      <Notices alarm={alarm} />
      <CaseLink alarm={alarm} />
      <SameSite alarm={alarm} select={select} />
      <Earlier alarm={alarm} select={select} />
    </>
  );
}

/** The one thing to do at once, and the ways to what belongs to it. */
function Ways({ alarm, now }: { readonly alarm: AlarmView; readonly now: number }) {
  const words = useWords();
  const { acknowledger } = useApp();
  const { href } = useUrl();
  const refusal = useAckRefusal();
  const isSystem = isSystemAlarm(alarm);
  return (
    <div className="pane-actions">
      {!alarm.acked && isOpen(alarm) && (
        <button
          type="button"
          className="primary"
          disabled={refusal !== null}
          title={refusal ?? undefined}
          onClick={() => void acknowledger.acknowledge(alarm)}
        >
          {words.alarm.ack} (A)
        </button>
      )}
      {!isSystem && (
        <Link className="button" href={href(`/sites/${encodeURIComponent(alarm.site)}`, { factor: alarm.factor })}>
          {words.alarm.pane.openSite}
        </Link>
      )}
      {!isSystem && alarm.factor !== null && (
        <Link
          className="button"
          href={href(
            "/history",
            historyQuery([{ site: alarm.site, factor: alarm.factor }], freezeWindow(windowAround(alarm, now))),
          )}
          data-testid="open-history"
        >
          {words.alarm.pane.openHistory}
        </Link>
      )}
      {!isSystem && (
        <Link className="button" href={href("/exceedances", { site: alarm.site, from: "now-30d" })}>
          {words.nav.screens.exceedances}
        </Link>
      )}
    </div>
  );
}

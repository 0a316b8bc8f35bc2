// Everything about one alarm, beside the list: value against the limit that was in force and where that comes from, two hours
// around it, what happened to it, other alarms of its site, comments.

import { useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { limitBases, type LimitBasis } from "#domain/limit.ts";
import { formatLocal, hourMs } from "#domain/time.ts";
import { buildColumns } from "../../charts/series.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { formatUnit } from "../../format/number.ts";
import { formatDuration, formatMoment } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { isOpen } from "../../state/alarm-book.ts";
import { freezeWindow, type TimeWindow } from "../../state/time-range.ts";
import type { AlarmView } from "../../state/wire.ts";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { historyQuery } from "../history-link.ts";
import { useKeys } from "../key-map.ts";
import { Mark } from "../mark.tsx";
import { ApiProblem } from "../../feed/request.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { pickInterval, stepsMs, useHistory, useSite, type SiteDetails, type SiteLimit } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { Value } from "../value.tsx";
import { useAckRefusal } from "./alarm-grid.tsx";
import { CommentForm } from "./comment-form.tsx";
import { useCourse, type AlarmCourse } from "./pane-data.ts";
import "../../style/alarm-pane.css";

interface PaneProps {
  readonly id: string;
  /** As the live feed knows it; absent once it is long over. */
  readonly known: AlarmView | undefined;
  readonly close: () => void;
  readonly select: (id: string | null) => void;
}

export function AlarmPane({ id, known, close, select }: PaneProps) {
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
        <PaneBody alarm={alarm} course={course.data ?? null} close={close} select={select} />
      )}
    </aside>
  );
}

/** Basis of the limit that an alarm is about: "limit:w01018:hour" → hour. */
function basisOf(alarm: AlarmView): LimitBasis | null {
  const [kind, , basis] = alarm.definition.split(":");
  return kind === "limit" ? (limitBases.find((entry) => entry === basis) ?? "realtime") : null;
}

/** The limit that was in force when the alarm began. */
function limitAt(site: SiteDetails | undefined, alarm: AlarmView): SiteLimit | null {
  const basis = basisOf(alarm);
  const inForce = site?.limits.find(
    (limit) =>
      limit.factor === alarm.factor &&
      limit.basis === basis &&
      limit.from <= alarm.onset &&
      (limit.to === null || alarm.onset < limit.to),
  );
  return inForce ?? null;
}

interface BodyProps {
  readonly alarm: AlarmView;
  readonly course: AlarmCourse | null;
  readonly close: () => void;
  readonly select: (id: string | null) => void;
}

function PaneBody({ alarm, course, close, select }: BodyProps) {
  const words = useWords();
  const { sites, factors, acknowledger } = useApp();
  const { href } = useUrl();
  const now = useServerNow();
  const isSystem = isSystemAlarm(alarm);
  const site = useSite(isSystem ? null : alarm.site).data;
  const refusal = useAckRefusal();
  const about = nameAlarm(words, factors, alarm);
  const siteName = isSystem ? words.systemSite : (sites.info(alarm.site)?.name ?? alarm.site);
  const decimals = factors[alarm.factor ?? ""]?.decimals ?? 2;
  return (
    <>
      <div className="pane-head">
        <Mark priority={alarm.priority} unacked={!alarm.acked && isOpen(alarm)} />
        <h2>
          {siteName}
          <br />
          {about}
        </h2>
        <button type="button" className="quiet" aria-label={words.alarm.pane.close} onClick={close}>
          ✕
        </button>
      </div>
      <p className="pane-value">
        <Value value={alarm.value} decimals={decimals} unit={alarm.unit} limit={alarm.limit} isBeyond={alarm.active} />
      </p>
      <dl className="facts">
        <Fact name={words.alarm.columns.state}>
          {words.states[alarm.state]}
          {alarm.ackedBy !== null && ` · ${alarm.ackedBy}`}
        </Fact>
        {basisOf(alarm) !== null && (
          <Fact name={words.alarm.pane.limit}>
            <LimitWords alarm={alarm} limit={limitAt(site, alarm)} />
          </Fact>
        )}
        <Fact name={words.alarm.pane.onset}>{formatLocal(alarm.onset)}</Fact>
        <Fact name={words.alarm.pane.duration}>
          {formatDuration((alarm.cleared ?? now) - alarm.onset)} {alarm.cleared === null && words.alarm.lasting}
        </Fact>
      </dl>
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
      {!isSystem && alarm.factor !== null && site !== undefined && <AroundChart alarm={alarm} site={site} />}
      <SameSite alarm={alarm} select={select} />
      <Course course={course} now={now} />
      <Comments alarm={alarm} />
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function LimitWords({ alarm, limit }: { readonly alarm: AlarmView; readonly limit: SiteLimit | null }) {
  const words = useWords();
  const basis = basisOf(alarm);
  if (alarm.limit === null) return words.alarm.pane.noLimit;
  return (
    <>
      {basis === null ? "" : `${words.bases[basis]} `}
      {alarm.limit}
      {limit !== null && (
        <span className="pane-source">
          {words.alarm.pane.source(limit.source)}
          {limit.reason === "" ? "" : ` · ${limit.reason}`}
          <br />
          {words.alarm.pane.inForce(formatLocal(limit.from))}
        </span>
      )}
    </>
  );
}

const aroundMs = 2 * hourMs;
const roundMs = 60_000;

/** An hour before and after the beginning; of a young alarm the last two hours. */
function windowAround(alarm: AlarmView, now: number): TimeWindow {
  const to = Math.ceil(Math.min(now, alarm.onset + aroundMs / 2) / roundMs) * roundMs;
  return { from: to - aroundMs, to };
}

function AroundChart({ alarm, site }: { readonly alarm: AlarmView; readonly site: SiteDetails }) {
  const words = useWords();
  const { theme } = useUrl();
  const now = useServerNow();
  const window = windowAround(alarm, now);
  const { to } = window;
  const isLive = now - alarm.onset < aroundMs / 2;
  const history = useHistory({ site: site.id, factor: alarm.factor, window, isLive });
  const points = history.data?.factor === alarm.factor ? history.data?.points : undefined;
  const basis = basisOf(alarm) ?? "realtime";
  const stepMs = stepsMs[pickInterval(aroundMs)];
  const columns = useMemo(
    () =>
      buildColumns({
        points: points ?? [],
        stepMs,
        intervalMs: site.intervalSeconds * 1000,
        limits: site.limits.filter((limit) => limit.factor === alarm.factor && limit.basis === basis),
        from: to - aroundMs,
        to,
        tail: null,
      }),
    [points, stepMs, site, alarm.factor, basis, to],
  );
  return (
    <section>
      <h3>
        {words.alarm.pane.chart} <span className="unit">{formatUnit(alarm.unit)}</span>
      </h3>
      {history.error !== null && (
        <Failed
          what={words.state.load.history}
          error={history.error}
          retry={() => void history.refetch()}
          kept={points !== undefined}
        />
      )}
      {points === undefined && history.error === null && <Loading lines={4} />}
      {points !== undefined && (
        <TimeChart
          columns={columns}
          {...window}
          staleFrom={null}
          mark={alarm.onset}
          label={words.alarm.pane.chart}
          theme={theme}
          formatY={(y) => String(Number(y.toPrecision(5)))}
          describe={() => null}
        />
      )}
    </section>
  );
}

function SameSite({ alarm, select }: { readonly alarm: AlarmView; readonly select: (id: string) => void }) {
  const words = useWords();
  const { live, factors } = useApp();
  const book = useObservable(live.book);
  const now = useServerNow();
  const others = [...book.byId.values()]
    .filter((other) => other.site === alarm.site && other.id !== alarm.id && isOpen(other))
    .toSorted((a, b) => b.onset - a.onset);
  return (
    <section>
      <h3>{words.alarm.pane.sameSite}</h3>
      {others.length === 0 && <p className="muted">{words.alarm.pane.none}</p>}
      <ul className="pane-list">
        {others.slice(0, 12).map((other) => (
          <li key={other.id}>
            <button type="button" className="quiet" onClick={() => select(other.id)}>
              <Mark priority={other.priority} unacked={!other.acked} /> {formatMoment(other.onset, now)}{" "}
              {nameAlarm(words, factors, other)} · {words.states[other.state]}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Course({ course, now }: { readonly course: AlarmCourse | null; readonly now: number }) {
  const words = useWords();
  if (course === null) return null;
  return (
    <section>
      <h3>{words.alarm.pane.history}</h3>
      <ol className="pane-list">
        {course.transitions.map((step) => (
          <li key={step.version} title={words.alarm.pane.journal(step.seq)}>
            <span className="muted">{formatMoment(step.at, now)}</span> {words.states[step.to]} ·{" "}
            {step.actor ?? words.alarm.pane.causes[step.cause]}
            {step.comment !== null && ` · ${step.comment}`}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Comments({ alarm }: { readonly alarm: AlarmView }) {
  const words = useWords();
  const { user } = useApp();
  const now = useServerNow();
  const field = useRef<HTMLTextAreaElement>(null);
  useKeys([{ keys: ["c"], says: words.alarm.keys.comment, act: () => field.current?.focus() }]);
  const [draft, setDraft] = useState("");
  return (
    <section>
      <h3>{words.alarm.pane.comments}</h3>
      {alarm.comments.map((comment) => (
        <p key={`${comment.at} ${comment.text}`} className="event-comment">
          {comment.text}{" "}
          <span className="muted">
            — {comment.by} {formatMoment(comment.at, now)}
          </span>
        </p>
      ))}
      {mayAcknowledge(user) && <CommentForm id={alarm.id} field={field} draft={draft} setDraft={setDraft} />}
    </section>
  );
}

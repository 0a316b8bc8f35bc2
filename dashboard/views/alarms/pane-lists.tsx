// What happened around an alarm, as lists: its transitions, the notices about it, its case, comments, other alarms of its site,
// and when the same happened before.

import { useState } from "react";
import { Link } from "wouter";
import { formatMoment } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { isOpen } from "../../state/alarm-book.ts";
import type { AlarmView } from "../../state/wire.ts";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "../app-context.ts";
import { nameAlarm } from "../describe-alarm.ts";
import { Mark } from "../mark.tsx";
import { ApiProblem } from "../../feed/request.ts";
import { Failed } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { CommentForm } from "./comment-form.tsx";
import { type AlarmCourse, type Transition, useEarlier, useNotices, usePaneWords } from "./pane-data.ts";

const shownMax = 12;

interface OthersProps {
  readonly alarms: readonly AlarmView[];
  readonly select: (id: string) => void;
  readonly now: number;
}

function Others({ alarms, select, now }: OthersProps) {
  const words = useWords();
  const { factors } = useApp();
  return (
    <ul className="pane-list">
      {alarms.slice(0, shownMax).map((other) => (
        <li key={other.id}>
          <button type="button" className="quiet" onClick={() => select(other.id)}>
            <Mark priority={other.priority} unacked={!other.acked && isOpen(other)} /> {formatMoment(other.onset, now)}{" "}
            {nameAlarm(words, factors, other)} · {words.states[other.state]}
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ListProps {
  readonly alarm: AlarmView;
  readonly select: (id: string) => void;
}

export function SameSite({ alarm, select }: ListProps) {
  const words = useWords();
  const { live } = useApp();
  const book = useObservable(live.book);
  const now = useServerNow();
  const others = [...book.byId.values()]
    .filter((other) => other.site === alarm.site && other.id !== alarm.id && isOpen(other))
    .toSorted((a, b) => b.onset - a.onset);
  return (
    <section>
      <h3>{words.alarm.pane.sameSite}</h3>
      {others.length === 0 && <p className="muted">{words.alarm.pane.none}</p>}
      <Others alarms={others} select={select} now={now} />
    </section>
  );
}

export function Earlier({ alarm, select }: ListProps) {
  const { earlier: words } = usePaneWords();
  const { href } = useUrl();
  const now = useServerNow();
  const { items, data } = useEarlier(alarm);
  const { site, definition } = alarm;
  return (
    <section data-testid="earlier">
      <h3>
        {words.title}{" "}
        <Link href={href("/alarm-history", { site, definition, from: "now-30d" })} className="pane-more">
          {words.all}
        </Link>
      </h3>
      {data !== undefined && items.length === 0 && <p className="muted">{words.none}</p>}
      <Others alarms={items} select={select} now={now} />
    </section>
  );
}

/** What changed in one transition, in words: state, level, why calls were held back, data, record. */
export function useTransitionWords() {
  const { course: words, state } = usePaneWords();
  const { states: all, alarm: shared } = useWords();
  const states = { ...all, normal: state.normal };
  return (step: Transition): string => {
    const said: string[] = [];
    if (step.from !== step.to) said.push(words.say(states[step.from], states[step.to]));
    if (step.toLevel !== null && step.fromLevel !== step.toLevel) said.push(words.level(step.toLevel));
    if (step.fromSuppression !== step.toSuppression) {
      if (step.toSuppression !== null) said.push(`${shared.held[step.toSuppression]} ${words.begin}`);
      else if (step.fromSuppression !== null) said.push(`${shared.held[step.fromSuppression]} ${words.end}`);
    }
    if (step.toValidity !== null && step.fromValidity !== step.toValidity && step.fromValidity !== null) {
      said.push(`${words.validity} ${shared.validities[step.toValidity]}`);
    }
    if (step.cause === "config" && step.recordVersion !== null) said.push(`${words.config} ${step.recordVersion}`);
    if (said.length === 0) said.push(states[step.to]);
    return said.join(" · ");
  };
}

export function Course({ course, now }: { readonly course: AlarmCourse | null; readonly now: number }) {
  const words = useWords();
  const { course: own } = usePaneWords();
  const { href } = useUrl();
  const describe = useTransitionWords();
  if (course === null) return null;
  const { causes } = words.alarm.pane;
  const byWhom = ({ actor, channel, cause }: Transition): string => {
    if (actor === null) return causes[cause];
    return channel === null ? actor : own.by(actor, own.channels[channel] ?? channel);
  };
  return (
    <section>
      <h3>
        {words.alarm.pane.history}{" "}
        <Link className="pane-more" href={href("/alarm-history", { view: "journal", alarm: course.alarm.id })}>
          {own.all}
        </Link>
      </h3>
      <ol className="pane-list">
        {course.transitions.map((step) => (
          <li key={step.version} title={words.alarm.pane.journal(step.seq)} data-testid="transition">
            <span className="muted">{formatMoment(step.at, now)}</span> {describe(step)} · {byWhom(step)}
            {step.reason !== null && step.reason !== "" && ` · ${own.reasons[step.reason] ?? step.reason}`}
            {step.comment !== null && ` · ${step.comment}`}
            {step.isCall && <span className="chip">{own.call}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Notices({ alarm }: { readonly alarm: AlarmView }) {
  const { notices: words, failed } = usePaneWords();
  const now = useServerNow();
  const found = useNotices(alarm.id, alarm.version);
  const { data, error } = found;
  // Whoever may not see notices has no empty list of them.
  if (error instanceof ApiProblem && (error.status === 404 || error.status === 403)) return null;
  return (
    <section data-testid="alarm-notices">
      <h3>{words.title}</h3>
      {error !== null && (
        <Failed what={failed} error={error} retry={() => void found.refetch()} kept={data !== undefined} />
      )}
      {data?.length === 0 && <p className="muted">{words.none}</p>}
      <ul className="pane-list">
        {(data ?? []).slice(0, shownMax).map((notice) => (
          <li key={notice.id} data-state={notice.state}>
            <span className="muted">{formatMoment(notice.at, now)}</span> {words.states[notice.state]} ·{" "}
            {words.to(notice.contact)}
            {notice.detail !== null && ` · ${notice.detail}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function CaseLink({ alarm }: { readonly alarm: AlarmView }) {
  const { case: words } = usePaneWords();
  const { href } = useUrl();
  if (alarm.case === null) return null;
  return (
    <section data-testid="alarm-case">
      <h3>{words.title}</h3>
      <Link className="button" href={href(`/cases/${encodeURIComponent(alarm.case)}`)}>
        {words.open(alarm.case)}
      </Link>
    </section>
  );
}

interface CommentsProps {
  readonly alarm: AlarmView;
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
}

export function Comments({ alarm, field }: CommentsProps) {
  const words = useWords();
  const { user } = useApp();
  const now = useServerNow();
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

// The alarms of one site, newest first, with who did what when and what was said. Live: a change of the feed replaces the
// older version that was fetched.

import type { UseQueryResult } from "@tanstack/react-query";
import { formatDuration, formatMoment } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import type { AlarmView } from "../state/wire.ts";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "./app-context.ts";
import { AlarmValue } from "./alarm-value.tsx";
import { nameAlarm } from "./describe-alarm.ts";
import { Mark } from "./mark.tsx";
import { Failed, Loading, Notice } from "./panels.tsx";
import type { SiteDetails } from "./site-data.ts";

export interface SiteEventsProps {
  readonly site: SiteDetails;
  readonly query: UseQueryResult<readonly AlarmView[]>;
}

export function SiteEvents({ site, query }: SiteEventsProps) {
  const words = useWords();
  const { live } = useApp();
  const book = useObservable(live.book);
  const byId = new Map((query.data ?? []).map((alarm) => [alarm.id, alarm]));
  for (const alarm of book.byId.values()) {
    if (alarm.site === site.id && (byId.get(alarm.id)?.version ?? -1) < alarm.version) byId.set(alarm.id, alarm);
  }
  const events = [...byId.values()].sort((a, b) => b.onset - a.onset);
  return (
    <section className="panel site-events" aria-label={words.site.events}>
      <div className="panel-head">
        <h2>{words.site.events}</h2>
      </div>
      {query.error !== null && (
        <Failed
          what={words.state.load.alarms}
          error={query.error}
          retry={() => void query.refetch()}
          kept={events.length > 0}
        />
      )}
      {events.length === 0 && query.isPending && <Loading lines={4} />}
      {events.length === 0 && query.isSuccess && <Notice title={words.site.noEvents} />}
      <ul className="events">
        {events.map((alarm) => (
          <Event key={alarm.id} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
}

function Event({ alarm }: { readonly alarm: AlarmView }) {
  const words = useWords();
  const { factors, user, acknowledger } = useApp();
  const now = useServerNow();
  const note = useObservable(acknowledger.notes).get(alarm.id);
  const about = nameAlarm(words, factors, alarm);
  return (
    <li className="event" data-alarm-id={alarm.id} data-state={alarm.state}>
      <Mark priority={alarm.priority} unacked={!alarm.acked && alarm.state !== "normal"} />
      <div>
        <p>
          <b>{about}</b> <AlarmValue alarm={alarm} /> · {words.states[alarm.state]}
        </p>
        <p className="event-times">
          {words.site.onset} {formatMoment(alarm.onset, now)} ·{" "}
          {alarm.cleared === null ? words.alarm.lasting : `${words.site.cleared} ${formatMoment(alarm.cleared, now)}`} ·{" "}
          {formatDuration((alarm.cleared ?? now) - alarm.onset)}
        </p>
        {alarm.ackedBy !== null && (
          <p className="event-times">
            {words.site.acked(alarm.ackedBy, alarm.ackedAt === null ? "" : formatMoment(alarm.ackedAt, now))}
          </p>
        )}
        {alarm.comments.map((comment) => (
          <p key={`${comment.at} ${comment.text}`} className="event-comment">
            {comment.text}{" "}
            <span className="event-times">
              — {comment.by} {formatMoment(comment.at, now)}
            </span>
          </p>
        ))}
        {note?.kind === "failed" && (
          <p className="event-failed">{words.alarm.ackFailed(note.detail, note.requestId)}</p>
        )}
        {note?.kind === "conflict" && (
          <p className="event-failed">{words.alarm.conflict(note.by, formatMoment(note.at, now))}</p>
        )}
        {note?.kind === "changed" && <p className="event-failed">{words.alarm.conflictChanged}</p>}
      </div>
      {!alarm.acked && alarm.state !== "normal" && mayAcknowledge(user) && (
        <button
          type="button"
          className="ack-button"
          data-testid="ack-button"
          disabled={note?.kind === "pending"}
          aria-label={words.alarm.ackLabel("", about)}
          onClick={() => void acknowledger.acknowledge(alarm)}
        >
          {note?.kind === "pending" ? words.alarm.acking : words.alarm.ack}
        </button>
      )}
    </li>
  );
}

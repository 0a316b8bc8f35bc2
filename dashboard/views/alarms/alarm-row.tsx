// One alarm as a row of the grid. Colour is only in its mark; the rest is ink, bold while unacknowledged.

import { memo } from "react";
import type { AckNote } from "../../feed/acknowledger.ts";
import { formatClock, formatDuration, formatMoment } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import type { Catalogue } from "../../i18n/zh-CN.ts";
import { isCalling } from "../../state/alarm-book.ts";
import { exceedanceMultiple } from "../../state/alarm-list.ts";
import { chatterAbove } from "../../state/raises.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { AlarmValue } from "../alarm-value.tsx";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { Mark } from "../mark.tsx";

export type RowLayout = "full" | "compact";

export interface AlarmRowProps {
  readonly alarm: AlarmView;
  readonly layout: RowLayout;
  readonly now: number;
  readonly note: AckNote | undefined;
  /** Place among all rows, from 0. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  /** Null: this person or this moment does not allow it; the text says why. */
  readonly ackRefusal: string | null;
  readonly onAck: (alarm: AlarmView) => void;
  readonly onCurrent: (key: string) => void;
  /** As in `AlarmLine`; one by one, so that a line that did not change is not drawn anew. */
  readonly lineKey: string;
  readonly folded: number;
  readonly inGroup: boolean;
  readonly isFirstOut: boolean;
  readonly isSelected: boolean;
  /** It was raised while this screen was cut off. */
  readonly isFromGap: boolean;
  /** How often it was raised within the last minute. */
  readonly chatter: number;
  readonly select: ((id: string | null) => void) | undefined;
  /** Null: rows cannot be marked here. */
  readonly isMarked: boolean | null;
  readonly mark: ((id: string) => void) | undefined;
  /** The open alarm that holds this one back. */
  readonly parent: string | null;
  readonly shelve: ((alarm: AlarmView) => void) | undefined;
}

export const AlarmRow = memo(function AlarmRow(props: AlarmRowProps) {
  const { alarm, layout, now, note, isCurrent } = props;
  const words = useWords();
  const { sites, cities, factors } = useApp();
  const site = sites.info(alarm.site);
  const city = cities.find((entry) => entry.adcode === site?.city);
  const about = nameAlarm(words, factors, alarm);
  const siteName = isSystemAlarm(alarm) ? words.systemSite : (site?.name ?? alarm.site);
  const full = layout === "full";
  const multiple = exceedanceMultiple(alarm);
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.select === undefined ? undefined : props.isSelected}
      className={`alarm-row alarm-${layout}${alarm.acked ? "" : " is-unacked"}${alarm.active ? "" : " is-returned"}${alarm.value === null ? " is-wordy" : ""}${props.inGroup ? " in-group" : ""}${alarm.suppression === null ? "" : " is-held"}${props.isMarked === true ? " is-marked" : ""}`}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={(event) => {
        props.onCurrent(props.lineKey);
        // Not by the button: a pane that opens under the pointer would move what is aimed at next.
        if (event.target === event.currentTarget) props.select?.(alarm.id);
      }}
      data-line={props.lineKey}
      data-testid="alarm-row"
      data-alarm-id={alarm.id}
      data-state={alarm.state}
      data-priority={alarm.priority}
      data-held={alarm.suppression?.kind}
      data-marked={props.isMarked === true}
    >
      <span role="gridcell" className={`cell-mark edge-${alarm.priority}`}>
        {props.isMarked !== null && (
          <input
            type="checkbox"
            className="row-mark"
            tabIndex={-1}
            checked={props.isMarked}
            aria-label={words.alarm.markRow(siteName, about)}
            onChange={() => props.mark?.(alarm.id)}
          />
        )}
        <Mark priority={alarm.priority} unacked={!alarm.acked && isCalling(alarm)} />
      </span>
      <span role="gridcell" className="cell-time">
        {formatMoment(alarm.onset, now)}
      </span>
      {full && (
        <span role="gridcell" className="cell-duration">
          {formatDuration((alarm.cleared ?? now) - alarm.onset)}
        </span>
      )}
      {full && (
        <span role="gridcell" className="cell-city">
          {city === undefined ? "—" : pickName(words, city)}
        </span>
      )}
      <span role="gridcell" className="cell-site" title={`${siteName} (${alarm.site})`}>
        <SiteName name={siteName} />
      </span>
      <span
        role="gridcell"
        className="cell-factor"
        title={about}
        aria-colspan={alarm.value === null ? (full ? 3 : 2) : undefined}
      >
        <Remarks {...props} />
        <About about={about} basis={basisOf(alarm)} />
      </span>
      <span
        role="gridcell"
        className={`cell-value${alarm.validity === "good" ? "" : " is-stale"}`}
        title={alarm.validity === "good" ? undefined : words.alarm.validities[alarm.validity]}
        data-validity={alarm.validity}
      >
        <AlarmValue alarm={alarm} hasUnit={full} hasDash />
      </span>
      {full && (
        <span role="gridcell" className="cell-multiple" title={words.alarm.multipleTitle}>
          {multiple !== null && words.alarm.multiple(multiple.toFixed(2))}
        </span>
      )}
      <StateCell alarm={alarm} note={note} words={words} now={now} full={full} />
      <span role="gridcell" className="cell-action">
        {!alarm.acked && alarm.state !== "normal" && (
          <button
            type="button"
            className="ack-button"
            data-testid="ack-button"
            tabIndex={isCurrent ? 0 : -1}
            disabled={props.ackRefusal !== null || note?.kind === "pending"}
            title={props.ackRefusal ?? undefined}
            aria-label={words.alarm.ackLabel(siteName, about)}
            onClick={(event) => {
              // The button goes away with its alarm's state; a keyboard user must not lose the place with it.
              if (event.detail === 0) event.currentTarget.closest<HTMLElement>("[role=row]")?.focus();
              props.onAck(alarm);
            }}
          >
            {note?.kind === "pending" ? words.alarm.acking : words.alarm.ack}
          </button>
        )}
      </span>
    </div>
  );
});

function basisOf({ definition }: AlarmView): "hour" | "day" | null {
  const basis = definition.split(":")[2];
  return basis === "hour" || basis === "day" ? basis : null;
}

/** Of a mean it is said first over what: a long name must not hide it. */
function About({ about, basis }: { readonly about: string; readonly basis: "hour" | "day" | null }) {
  const { bases } = useWords();
  if (basis === null) return about;
  const said = `(${bases[basis]})`;
  return `${said} ${about.replace(` ${said}`, "")}`;
}

/** What else is to be known of this alarm: first of its group, repeated, chattering, raised unseen. */
function Remarks(props: AlarmRowProps) {
  const { alarm: words } = useWords();
  const { alarm, isFirstOut, folded, isFromGap, parent, select } = props;
  return (
    <>
      {isFirstOut && <span className="chip">{words.firstOut}</span>}
      <Chatter {...props} />
      {folded > 0 && (
        <span className="chip" title={words.foldedTitle}>
          {words.folded(folded)}
        </span>
      )}
      {alarm.level > 1 && (
        <span className="chip" title={words.levelTitle}>
          {words.level(alarm.level)}
        </span>
      )}
      {alarm.reraises > 0 && (
        <span className="chip" title={words.reraisesTitle}>
          {words.reraises(alarm.reraises)}
        </span>
      )}
      {alarm.retrospective && (
        <span className="chip" title={words.retrospectiveTitle}>
          {words.retrospective}
        </span>
      )}
      {alarm.case !== null && <span className="chip">{words.inCase}</span>}
      {parent !== null && (
        <button type="button" className="chip" tabIndex={-1} onClick={() => select?.(parent)}>
          {words.heldParent}
        </button>
      )}
      {isFromGap && <span className="chip">{words.inGap}</span>}
    </>
  );
}

/** One that comes and goes: how often, and the offer to shelve it. */
function Chatter({ alarm, chatter, shelve, ackRefusal }: AlarmRowProps) {
  const { alarm: words } = useWords();
  if (chatter <= chatterAbove && !alarm.chattering) return null;
  const said = words.chatter(Math.max(chatter, alarm.chattering ? alarm.reraises + 1 : 0));
  const mayShelve = shelve !== undefined && alarm.suppression === null && ackRefusal === null;
  if (!mayShelve) {
    return (
      <span className="chip" title={words.chatterTitle} data-testid="chatter">
        {said}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="chip"
      tabIndex={-1}
      title={words.chatteringTitle}
      data-testid="chatter"
      onClick={() => shelve(alarm)}
    >
      {said}
    </button>
  );
}

/** Long names give way in the middle: what tells two outfalls of one plant apart stands at the end. */
const tailChars = 7;

function SiteName({ name }: { readonly name: string }) {
  return (
    <span className="site-name">
      <span className="site-name-head">{name.slice(0, -tailChars)}</span>
      <span className="site-name-tail">{name.slice(-tailChars)}</span>
    </span>
  );
}

function describeNote(words: Catalogue, note: AckNote | undefined, now: number): string | null {
  if (note === undefined || note.kind === "pending") return null;
  if (note.kind === "changed") return words.alarm.conflictChanged;
  if (note.kind === "failed") {
    const say = note.act === undefined || note.act === "ack" ? words.alarm.ackFailed : words.alarm.actFailed;
    return say(note.detail, note.requestId);
  }
  if (note.what === "shelve") return words.alarm.conflictShelved(note.by);
  if (note.what === "assign") return words.alarm.conflictAssigned(note.by);
  return words.alarm.conflict(note.by, formatMoment(note.at, now));
}

/** Its state, or why it is held back and for how long still. */
function StateWords({ alarm, now }: { readonly alarm: AlarmView; readonly now: number }) {
  const words = useWords();
  const { suppression } = alarm;
  if (suppression === null) return words.states[alarm.state];
  const { kind, until, by, reason } = suppression;
  const said = words.alarm.held[kind];
  const title = words.alarm.heldTitle(said, by, until === null ? "" : formatMoment(until, now), reason);
  // The column is narrow: how it stands beside that is in the title and in the pane.
  return (
    <span title={`${words.states[alarm.state]} · ${title}`}>
      {said}
      {until !== null && ` ${formatDuration(Math.max(0, until - now))}`}
    </span>
  );
}

/** Who sees to it: the one it was given to, else the one who acknowledged. */
function Who({ alarm }: { readonly alarm: AlarmView }) {
  const { alarm: words } = useWords();
  const { assignee, ackedBy, ackedAt } = alarm;
  if (assignee !== null) return words.assignedTo(assignee);
  return ackedBy === null ? null : `${ackedBy}${ackedAt === null ? "" : ` ${formatClock(ackedAt)}`}`;
}

/** State and who acknowledged: two cells, or one that spans both when there is something to say about the attempt. */
function StateCell(props: {
  readonly alarm: AlarmView;
  readonly note: AckNote | undefined;
  readonly words: Catalogue;
  readonly now: number;
  readonly full: boolean;
}) {
  const { alarm, words, now, full } = props;
  const said = describeNote(words, props.note, now);
  if (said !== null) {
    return (
      <span role="gridcell" className="cell-note" aria-colspan={full ? 2 : 1} title={said}>
        {said}
      </span>
    );
  }
  return (
    <>
      <span role="gridcell" className="cell-state">
        <StateWords alarm={alarm} now={now} />
      </span>
      {full && (
        <span role="gridcell" className="cell-by" title={alarm.assignee ?? alarm.ackedBy ?? undefined}>
          <Who alarm={alarm} />
        </span>
      )}
    </>
  );
}

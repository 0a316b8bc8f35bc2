// The alarm list: a virtual grid over the lines of the console. Order held still while somebody is inside, new alarms announced
// by a pill, one current line for the keyboard.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmBook } from "../../state/alarm-book.ts";
import type { AlarmLine } from "../../state/alarm-lines.ts";
import type { AlarmListFilter } from "../../state/alarm-list.ts";
import { viewLink } from "../../state/link-state.ts";
import type { AlarmView } from "../../state/wire.ts";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "../app-context.ts";
import { isSystemAlarm } from "../describe-alarm.ts";
import { useListKeys } from "../use-list-keys.ts";
import { useUrl } from "../url-state.ts";
import { AlarmRow, type RowLayout } from "./alarm-row.tsx";
import { HeaderRow, Pill } from "./grid-parts.tsx";
import { GapRow, GroupRow } from "./group-row.tsx";
import type { Marks } from "./marks.ts";
import { useAlarmLines, type AlarmLines, type ListView } from "./use-alarm-lines.ts";

const rowHeight = 34;
const noGroups: ReadonlySet<string> = new Set();

export interface AlarmGridProps {
  readonly filter: AlarmListFilter;
  readonly view?: ListView;
  readonly layout: RowLayout;
  readonly isFlooded?: boolean;
  /** What stands there when nothing passes. */
  readonly empty: React.ReactNode;
  /** The alarm that is looked at beside the list. */
  readonly selected?: string | null;
  readonly select?: (id: string | null) => void;
  /** Told which alarms can be seen on the screen at this moment. */
  readonly onVisible?: (ids: readonly string[]) => void;
  /** Rows that are marked for an act; without it rows are acknowledged one by one. */
  readonly marks?: Marks;
  /** Set to what says which alarm the keyboard stands on; null = it is outside, or on a group. */
  readonly standing?: React.RefObject<(() => string | null) | null>;
  /** Offered for an alarm that comes and goes. */
  readonly shelve?: (alarm: AlarmView) => void;
}

const plainView: ListView = { sort: "urgency", group: "none" };

/** Why nobody can acknowledge now; null = it can be done. */
export function useAckRefusal(): string | null {
  const { live, user } = useApp();
  const words = useWords();
  const link = useObservable(live.link);
  if (!mayAcknowledge(user)) return words.alarm.readOnly;
  return viewLink(link, Date.now()).state === "down" ? words.alarm.offline : null;
}

interface LineFocus {
  /** Place of the line the keyboard stands on. */
  readonly current: number;
  readonly isInside: () => boolean;
  readonly focusLine: (index: number) => void;
  readonly setCurrentKey: (key: string) => void;
}

/** One line can be reached by Tab; the others by moving from it. */
function useLineFocus(
  grid: React.RefObject<HTMLElement | null>,
  lines: readonly AlarmLine[],
  scrollTo: (index: number) => void,
): LineFocus {
  const [currentKey, setCurrentKey] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const focusWanted = (): void => {
    if (wanted.current === null) return;
    const row = grid.current?.querySelector(`[data-line="${CSS.escape(wanted.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  };
  // A line that is far away exists only after the list has scrolled to it and drawn it.
  useLayoutEffect(focusWanted);
  const places = useRef<{ lines: readonly AlarmLine[]; of: Map<string, number> }>({ lines: [], of: new Map() });
  // Made when somebody stands in the list, and not ten times a second for thousands of lines that nobody walks through.
  const placeOf = (key: string): number => {
    if (places.current.lines !== lines) {
      places.current = { lines, of: new Map(lines.map((line, i) => [line.key, i])) };
    }
    return places.current.of.get(key) ?? 0;
  };
  return {
    current: currentKey === null ? 0 : placeOf(currentKey),
    isInside: () => grid.current?.contains(document.activeElement) === true,
    focusLine(index) {
      const line = lines[Math.min(lines.length - 1, Math.max(0, index))];
      if (line === undefined) return;
      wanted.current = line.key;
      setCurrentKey(line.key);
      scrollTo(placeOf(line.key));
      focusWanted();
    },
    setCurrentKey,
  };
}

export function AlarmGrid(props: AlarmGridProps) {
  const { filter, layout, empty, view = plainView, isFlooded = false, select, onVisible, marks } = props;
  const words = useWords();
  const { acknowledger } = useApp();
  const { go } = useUrl();
  const [open, setOpen] = useState(noGroups);
  const list = useAlarmLines(filter, view, open, isFlooded);
  const { book, lines, order, waiting } = list;
  const ackRefusal = useAckRefusal();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // Rows are equally high wherever they stand: with keys of their own all of them would be laid out anew for every change.
    overscan: 6,
  });
  const focus = useLineFocus(grid, lines, (index) => virtual.scrollToIndex(index));
  const onAck = useCallback((alarm: AlarmView) => void acknowledger.acknowledge(alarm), [acknowledger]);
  const toggle = useCallback((key: string) => {
    setOpen((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]));
  }, []);
  useVisibleIds(scroller, lines, virtual.range, onVisible);

  const current = lines[focus.current];
  const currentAlarm = current?.kind === "alarm" ? book.byId.get(current.id) : undefined;
  const openSite = (alarm: AlarmView | undefined): void => {
    if (alarm !== undefined && !isSystemAlarm(alarm)) go(`/sites/${encodeURIComponent(alarm.site)}`);
  };
  if (props.standing !== undefined)
    props.standing.current = () => (focus.isInside() ? (currentAlarm?.id ?? null) : null);
  const extend = (step: number): void => {
    const next = lines[focus.current + step];
    const ids = [current, next].flatMap((line) => (line?.kind === "alarm" ? [line.id] : []));
    marks?.add(ids);
    focus.focusLine(focus.current + step);
  };
  const mark = (): void => {
    if (currentAlarm !== undefined) marks?.toggle(currentAlarm.id);
  };
  useListKeys(
    grid,
    {
      // From outside, the list is entered at its top: that is what to do next.
      move: (step) => focus.focusLine(focus.isInside() ? focus.current + step : 0),
      jump: (to) => focus.focusLine(to === "first" ? 0 : lines.length - 1),
      open: () => (current?.kind === "group" ? toggle(current.key) : openSite(currentAlarm)),
      leave() {
        select?.(null);
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
      ...(marks === undefined ? {} : { pick: mark }),
    },
    marks === undefined
      ? [
          {
            keys: ["a"],
            says: words.alarm.ack,
            inside: grid,
            act: () => currentAlarm !== undefined && ackRefusal === null && onAck(currentAlarm),
          },
        ]
      : [
          { keys: ["x"], says: marks.says.mark, inside: grid, act: mark },
          {
            keys: ["Shift+ArrowDown", "Shift+ArrowUp"],
            says: marks.says.extend,
            inside: grid,
            act: (key) => extend(key === "ArrowDown" ? 1 : -1),
          },
        ],
  );
  const onClick = ({ target }: React.MouseEvent): void => {
    if (!(target instanceof HTMLElement) || target.closest(".cell-site") === null) return;
    openSite(book.byId.get(target.closest("[data-alarm-id]")?.getAttribute("data-alarm-id") ?? ""));
  };

  return (
    <div className={`alarm-list alarm-list-${layout}`} {...order.handlers}>
      {order.isFrozen && waiting.total > 0 && <Pill waiting={waiting} refresh={order.refresh} />}
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={words.alarm.title}
        aria-rowcount={lines.length + 1}
        className="alarm-grid"
        data-frozen={order.isFrozen}
        onClick={onClick}
      >
        <HeaderRow layout={layout} />
        <div ref={scroller} className="alarm-scroll" role="rowgroup">
          <div className="alarm-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
            <Lines
              list={list}
              items={virtual.getVirtualItems()}
              selected={props.selected ?? null}
              select={select}
              {...{ layout, focus, ackRefusal, onAck, toggle, marks }}
              shelve={props.shelve}
            />
          </div>
        </div>
      </div>
      {/* Beside the grid: a group of rows may hold nothing but rows. */}
      {lines.length === 0 && <div className="alarm-empty">{empty}</div>}
    </div>
  );
}

/** The alarm that holds this one back, while it is open. */
function parentOf({ byId }: AlarmBook, { suppression }: AlarmView): string | null {
  const of = suppression?.of ?? null;
  return of !== null && byId.has(of) ? of : null;
}

/** Says which alarms are on the screen: whole lines between the edges of the scroller, without those drawn in reserve. */
function useVisibleIds(
  scroller: React.RefObject<HTMLElement | null>,
  lines: readonly AlarmLine[],
  range: { readonly startIndex: number; readonly endIndex: number } | null,
  onVisible: ((ids: readonly string[]) => void) | undefined,
): void {
  const start = range?.startIndex ?? 0;
  const end = range?.endIndex ?? -1;
  useLayoutEffect(() => {
    if (onVisible === undefined || scroller.current === null) return;
    const top = scroller.current.scrollTop;
    const bottom = top + scroller.current.clientHeight;
    const shown = lines.slice(start, end + 1).filter((_, i) => {
      const at = (start + i) * rowHeight;
      return at + rowHeight / 2 >= top && at + rowHeight / 2 <= bottom;
    });
    onVisible(shown.flatMap((line) => (line.kind === "alarm" ? [line.id] : [])));
  }, [scroller, lines, start, end, onVisible]);
}

interface LinesProps {
  readonly list: AlarmLines;
  readonly items: readonly { readonly index: number; readonly start: number }[];
  readonly layout: RowLayout;
  readonly focus: LineFocus;
  readonly ackRefusal: string | null;
  readonly onAck: (alarm: AlarmView) => void;
  readonly toggle: (key: string) => void;
  readonly selected: string | null;
  readonly select: ((id: string | null) => void) | undefined;
  readonly marks: Marks | undefined;
  readonly shelve: ((alarm: AlarmView) => void) | undefined;
}

/** The lines on the screen and a few around them. */
function Lines(props: LinesProps) {
  const { list, items, layout, focus, ackRefusal, onAck, toggle, selected, select, marks, shelve } = props;
  const { book, lines } = list;
  const { acknowledger, live } = useApp();
  const notes = useObservable(acknowledger.notes);
  const gap = useObservable(live.gap);
  const now = useServerNow();
  return items.map(({ index, start }) => {
    const line = lines[index];
    if (line === undefined) return null;
    const place = { index, top: start, height: rowHeight, isCurrent: index === focus.current };
    const onCurrent = (): void => focus.setCurrentKey(line.key);
    if (line.kind === "group") {
      return <GroupRow key={line.key} {...place} {...{ line, book, now, toggle, onCurrent }} />;
    }
    if (line.kind === "gap") return <GapRow key={line.key} {...place} {...{ line, onCurrent }} />;
    const alarm = book.byId.get(line.id);
    if (alarm === undefined) return null;
    return (
      <AlarmRow
        key={line.key}
        {...place}
        {...{ alarm, layout, now, ackRefusal, onAck }}
        lineKey={line.key}
        folded={line.folded}
        inGroup={line.inGroup}
        isFirstOut={line.isFirstOut}
        note={notes.get(alarm.id)}
        isSelected={alarm.id === selected}
        isFromGap={gap?.ids.has(alarm.id) === true}
        chatter={live.raises.chatter(alarm, now)}
        onCurrent={focus.setCurrentKey}
        isMarked={marks === undefined ? null : marks.ids.has(alarm.id)}
        mark={marks?.toggle}
        parent={parentOf(book, alarm)}
        {...{ select, shelve }}
      />
    );
  });
}

// The alarm list: a virtual grid over the alarm book. Order frozen while somebody is inside, new alarms announced by a pill
// and (throttled) to screen readers, one current row for the keyboard.

import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmBook } from "../../state/alarm-book.ts";
import { countWaiting, listAlarms, type AlarmListFilter, type Waiting } from "../../state/alarm-list.ts";
import { viewLink } from "../../state/link-state.ts";
import type { AlarmView } from "../../state/wire.ts";
import { AlarmRow, type RowLayout } from "./alarm-row.tsx";
import { isSystemAlarm } from "../describe-alarm.ts";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "../app-context.ts";
import { useListKeys } from "../use-list-keys.ts";
import { useFrozenOrder } from "./use-frozen-order.ts";
import { useUrl } from "../url-state.ts";

const rowHeight = 34;

export interface AlarmGridProps {
  readonly filter: AlarmListFilter;
  readonly layout: RowLayout;
  /** What stands there when nothing passes. */
  readonly empty: React.ReactNode;
}

function useAckRefusal(): string | null {
  const { live, user } = useApp();
  const words = useWords();
  const link = useObservable(live.link);
  if (!mayAcknowledge(user)) return words.alarm.readOnly;
  return viewLink(link, Date.now()).state === "down" ? words.link.down : null;
}

/** The rows in the order to show, and what waits outside while it is frozen. */
function useRows(filter: AlarmListFilter) {
  const { live, sites } = useApp();
  const book = useObservable(live.book);
  const key = `${filter.state} ${filter.priorities.join()} ${filter.city ?? ""}`;
  // `key` says everything `filter` does and is the same text in every render.
  const fresh = useMemo(() => listAlarms(book, filter, sites.cityOf), [book, key, sites]);
  const order = useFrozenOrder(fresh, key);
  const rows = useMemo(() => order.shown.filter((id) => book.byId.has(id)), [order.shown, book]);
  const waiting = useMemo(() => countWaiting(order.shown, fresh, book), [order.shown, fresh, book]);
  return { book, order, rows, waiting };
}

interface RowFocus {
  /** Place of the row the keyboard stands on. */
  readonly current: number;
  readonly isInside: () => boolean;
  readonly focusRow: (index: number) => void;
  readonly setCurrentId: (id: string) => void;
}

/** One row can be reached by Tab; the others by moving from it. */
function useRowFocus(
  grid: React.RefObject<HTMLElement | null>,
  rows: readonly string[],
  scrollTo: (index: number) => void,
): RowFocus {
  const [currentId, setCurrentId] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const focusWanted = (): void => {
    if (wanted.current === null) return;
    const row = grid.current?.querySelector(`[data-alarm-id="${CSS.escape(wanted.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  };
  // A row that is far away exists only after the list has scrolled to it and drawn it.
  useLayoutEffect(focusWanted);
  return {
    current: currentId === null ? 0 : Math.max(0, rows.indexOf(currentId)),
    isInside: () => grid.current?.contains(document.activeElement) === true,
    focusRow(index) {
      const id = rows[Math.min(rows.length - 1, Math.max(0, index))];
      if (id === undefined) return;
      wanted.current = id;
      setCurrentId(id);
      scrollTo(rows.indexOf(id));
      focusWanted();
    },
    setCurrentId,
  };
}

export function AlarmGrid({ filter, layout, empty }: AlarmGridProps) {
  const words = useWords();
  const { acknowledger } = useApp();
  const { go } = useUrl();
  const { book, order, rows, waiting } = useRows(filter);
  const ackRefusal = useAckRefusal();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: (index) => rows[index] ?? index,
  });
  const focus = useRowFocus(grid, rows, (index) => virtual.scrollToIndex(index));
  const onAck = useCallback((alarm: AlarmView) => void acknowledger.acknowledge(alarm), [acknowledger]);
  const openSite = (id: string | null | undefined): void => {
    const alarm = book.byId.get(id ?? "");
    if (alarm !== undefined && !isSystemAlarm(alarm)) go(`/sites/${encodeURIComponent(alarm.site)}`);
  };
  const acknowledgeCurrent = (): void => {
    const alarm = book.byId.get(rows[focus.current] ?? "");
    if (alarm !== undefined && ackRefusal === null) onAck(alarm);
  };
  useListKeys(
    grid,
    {
      // From outside, the list is entered at its top: that is what to do next.
      move: (step) => focus.focusRow(focus.isInside() ? focus.current + step : 0),
      jump: (to) => focus.focusRow(to === "first" ? 0 : rows.length - 1),
      open: () => openSite(rows[focus.current]),
      leave() {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
    },
    [{ keys: ["a"], says: words.alarm.ack, inside: grid, act: acknowledgeCurrent }],
  );
  const onClick = ({ target }: React.MouseEvent): void => {
    if (!(target instanceof HTMLElement) || target.closest(".cell-site") === null) return;
    openSite(target.closest("[data-alarm-id]")?.getAttribute("data-alarm-id"));
  };

  return (
    <div className={`alarm-list alarm-list-${layout}`} {...order.handlers}>
      {order.isFrozen && waiting.total > 0 && <Pill waiting={waiting} refresh={order.refresh} />}
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={words.alarm.title}
        aria-rowcount={rows.length + 1}
        className="alarm-grid"
        data-frozen={order.isFrozen}
        onClick={onClick}
      >
        <HeaderRow layout={layout} />
        <div ref={scroller} className="alarm-scroll" role="rowgroup">
          <div className="alarm-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
            <Rows book={book} rows={rows} items={virtual.getVirtualItems()} {...{ layout, focus, ackRefusal, onAck }} />
          </div>
          {rows.length === 0 && <div className="alarm-empty">{empty}</div>}
        </div>
      </div>
    </div>
  );
}

function Pill({ waiting, refresh }: { readonly waiting: Waiting; readonly refresh: () => void }) {
  const words = useWords();
  return (
    <button
      type="button"
      className="pill"
      data-testid="new-alarms"
      // The focus stays in the list: it would otherwise vanish together with the pill.
      onPointerDown={(event) => event.preventDefault()}
      onClick={refresh}
    >
      {words.alarm.newOnes(waiting.total, waiting.firstPriority)}
    </button>
  );
}

interface RowsProps {
  readonly book: AlarmBook;
  readonly rows: readonly string[];
  readonly items: readonly VirtualItem[];
  readonly layout: RowLayout;
  readonly focus: RowFocus;
  readonly ackRefusal: string | null;
  readonly onAck: (alarm: AlarmView) => void;
}

/** The rows on the screen and a few around them. */
function Rows({ book, rows, items, layout, focus, ackRefusal, onAck }: RowsProps) {
  const notes = useObservable(useApp().acknowledger.notes);
  const now = useServerNow();
  return items.map((item) => {
    const alarm = book.byId.get(rows[item.index] ?? "");
    if (alarm === undefined) return null;
    return (
      <AlarmRow
        key={alarm.id}
        alarm={alarm}
        layout={layout}
        now={now}
        note={notes.get(alarm.id)}
        index={item.index}
        top={item.start}
        height={rowHeight}
        isCurrent={item.index === focus.current}
        ackRefusal={ackRefusal}
        onAck={onAck}
        onCurrent={focus.setCurrentId}
      />
    );
  });
}

function HeaderRow({ layout }: { readonly layout: RowLayout }) {
  const { columns } = useWords().alarm;
  const names =
    layout === "full"
      ? (["priority", "time", "duration", "city", "site", "factor", "value", "state", "ackedBy", "action"] as const)
      : (["priority", "time", "site", "factor", "value", "state", "action"] as const);
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={`alarm-head alarm-${layout}`}>
        {names.map((name) => (
          <span key={name} role="columnheader" className={`head-${name}`}>
            {columns[name]}
          </span>
        ))}
      </div>
    </div>
  );
}

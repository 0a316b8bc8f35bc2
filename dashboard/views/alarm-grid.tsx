// The alarm list: a virtual grid over the alarm book. Order frozen while somebody is inside, new alarms announced by a pill
// and (throttled) to screen readers, one current row for the keyboard.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useWords } from "../i18n/i18n.ts";
import { countWaiting, listAlarms, type AlarmListFilter } from "../state/alarm-list.ts";
import { viewLink } from "../state/link-state.ts";
import type { AlarmView } from "../state/wire.ts";
import { AlarmRow, type RowLayout } from "./alarm-row.tsx";
import { mayAcknowledge, useApp, useObservable, useServerNow } from "./app-context.ts";
import { useAlarmKeys } from "./use-alarm-keys.ts";
import { useFrozenOrder } from "./use-frozen-order.ts";
import { useUrl } from "./url-state.ts";

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

export function AlarmGrid({ filter, layout, empty }: AlarmGridProps) {
  const words = useWords();
  const { live, sites, acknowledger } = useApp();
  const { go } = useUrl();
  const book = useObservable(live.book);
  const notes = useObservable(acknowledger.notes);
  const now = useServerNow();
  const ackRefusal = useAckRefusal();
  const key = `${filter.state} ${filter.priorities.join()} ${filter.city ?? ""}`;
  // `key` says everything `filter` does and is the same text in every render.
  const fresh = useMemo(() => listAlarms(book, filter, sites.cityOf), [book, key, sites]);
  const order = useFrozenOrder(fresh, key);
  const rows = useMemo(() => order.shown.filter((id) => book.byId.has(id)), [order.shown, book]);
  const waiting = useMemo(() => countWaiting(order.shown, fresh, book), [order.shown, fresh, book]);
  const [currentId, setCurrentId] = useState<string | null>(null);
  const current = Math.max(0, currentId === null ? 0 : rows.indexOf(currentId));

  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: (index) => rows[index] ?? index,
  });
  useLayoutEffect(() => {
    if (focusNext.current === null) return;
    const row = grid.current?.querySelector(`[data-alarm-id="${CSS.escape(focusNext.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    focusNext.current = null;
  });

  const focusRow = (index: number): void => {
    const id = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (id === undefined) return;
    focusNext.current = id;
    setCurrentId(id);
    virtual.scrollToIndex(rows.indexOf(id));
  };
  const currentAlarm = (): AlarmView | undefined => book.byId.get(rows[current] ?? "");
  const isFocused = (): boolean => grid.current?.contains(document.activeElement) === true;
  const onAck = useCallback((alarm: AlarmView) => void acknowledger.acknowledge(alarm), [acknowledger]);
  useAlarmKeys(grid, {
    move: (step) => focusRow(isFocused() ? current + step : current),
    jump: (to) => focusRow(to === "first" ? 0 : rows.length - 1),
    acknowledge() {
      const alarm = currentAlarm();
      if (alarm !== undefined && ackRefusal === null) onAck(alarm);
    },
    open() {
      const alarm = currentAlarm();
      if (alarm !== undefined) go(`/sites/${encodeURIComponent(alarm.site)}`);
    },
    leave() {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    },
  });
  const openSite = (event: React.MouseEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.closest("button") !== null) return;
    if (event.target.closest(".cell-site") === null) return;
    const id = event.target.closest("[data-alarm-id]")?.getAttribute("data-alarm-id");
    const alarm = book.byId.get(id ?? "");
    if (alarm !== undefined) go(`/sites/${encodeURIComponent(alarm.site)}`);
  };

  return (
    <div className={`alarm-list alarm-list-${layout}`} {...order.handlers}>
      {order.isFrozen && waiting.total > 0 && (
        <button
          type="button"
          className="pill"
          data-testid="new-alarms"
          onPointerDown={(event) => event.preventDefault()}
          onClick={order.refresh}
        >
          {words.alarm.newOnes(waiting.total, waiting.firstPriority)}
        </button>
      )}
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={words.alarm.title}
        aria-rowcount={rows.length + 1}
        className="alarm-grid"
        data-frozen={order.isFrozen}
        onClick={openSite}
      >
        <HeaderRow layout={layout} />
        <div ref={scroller} className="alarm-scroll" role="rowgroup">
          <div className="alarm-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
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
                  isCurrent={item.index === current}
                  ackRefusal={ackRefusal}
                  onAck={onAck}
                  onCurrent={setCurrentId}
                />
              );
            })}
          </div>
          {rows.length === 0 && <div className="alarm-empty">{empty}</div>}
        </div>
      </div>
    </div>
  );
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

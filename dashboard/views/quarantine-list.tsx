// The refused frames and readings as a virtual list: one current row for the keyboard, frames that are picked for a decision,
// further pages when the end comes near.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { formatMoment } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { mayAcknowledge, useApp, useServerNow } from "./app-context.ts";
import type { RefusedRow } from "./quarantine-data.ts";
import { useListKeys } from "./use-list-keys.ts";

const rowHeight = 32;
/** So many rows before the end the next page is fetched. */
const nearEndRows = 40;

export interface QuarantineListProps {
  readonly rows: readonly RefusedRow[];
  readonly picked: ReadonlySet<number>;
  readonly setPicked: (picked: ReadonlySet<number>) => void;
  readonly openSeq: number | null;
  readonly open: (seq: number | null) => void;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
}

const keyOf = (row: RefusedRow): string => `${row.seq}-${row.part}`;

function toggle(picked: ReadonlySet<number>, seq: number): ReadonlySet<number> {
  const next = new Set(picked);
  if (!next.delete(seq)) next.add(seq);
  return next;
}

/** The row the keyboard stands on, by its key, so that rows arriving above do not move it. */
function useCurrent(
  grid: React.RefObject<HTMLElement | null>,
  rows: readonly RefusedRow[],
  scrollTo: (index: number) => void,
) {
  const [key, setKey] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const focusWanted = (): void => {
    if (wanted.current === null) return;
    const row = grid.current?.querySelector(`[data-key="${wanted.current}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  };
  // A row that is far away exists only after the list has scrolled to it and drawn it.
  useLayoutEffect(focusWanted);
  const index = Math.max(
    0,
    rows.findIndex((row) => keyOf(row) === key),
  );
  return {
    index,
    setKey,
    moveTo(to: number): void {
      const at = Math.min(rows.length - 1, Math.max(0, to));
      const row = rows[at];
      if (row === undefined) return;
      wanted.current = keyOf(row);
      setKey(keyOf(row));
      scrollTo(at);
      focusWanted();
    },
    isInside: () => grid.current?.contains(document.activeElement) === true,
  };
}

export function QuarantineList(props: QuarantineListProps) {
  const { rows, picked, setPicked, openSeq, open, hasMore, isLoadingMore, loadMore } = props;
  const words = useWords();
  const { user } = useApp();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => (rows[index] === undefined ? index : keyOf(rows[index])),
  });
  const current = useCurrent(grid, rows, (index) => virtual.scrollToIndex(index));
  const row = rows[current.index];
  const pick = (seq: number): void => setPicked(toggle(picked, seq));
  useListKeys(grid, {
    move(step) {
      const to = current.isInside() ? current.index + step : current.index;
      current.moveTo(to);
      // With the frame open beside it, moving reads on.
      const next = rows[Math.min(rows.length - 1, Math.max(0, to))];
      if (openSeq !== null && next !== undefined) open(next.seq);
    },
    jump: (to) => current.moveTo(to === "first" ? 0 : rows.length - 1),
    pick() {
      if (row?.state === "open" && mayAcknowledge(user)) pick(row.seq);
    },
    open() {
      if (row !== undefined) open(row.seq);
    },
    leave: () => open(null),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && lastShown >= rows.length - nearEndRows) loadMore();
  }, [hasMore, isLoadingMore, lastShown, rows.length, loadMore]);
  return (
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      aria-label={words.quarantine.title}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-multiselectable="true"
      className="quarantine-grid"
    >
      <Head />
      <div ref={scroller} className="ledger-scroll" role="rowgroup">
        <div className="alarm-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const shown = rows[item.index];
            return shown === undefined ? null : (
              <Row
                key={keyOf(shown)}
                row={shown}
                index={item.index}
                top={item.start}
                isCurrent={item.index === current.index}
                isPicked={picked.has(shown.seq)}
                isOpen={shown.seq === openSeq}
                onPick={pick}
                onOpen={open}
                onFocus={current.setKey}
              />
            );
          })}
        </div>
        {isLoadingMore && <p className="hint more">{words.quarantine.more}</p>}
      </div>
    </div>
  );
}

function Head() {
  const { columns } = useWords().quarantine;
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className="quarantine-row quarantine-head">
        <span role="columnheader">
          <span className="visually-hidden">{columns.pick}</span>
        </span>
        {(["time", "site", "reason", "detail", "state"] as const).map((name) => (
          <span key={name} role="columnheader">
            {columns[name]}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: RefusedRow;
  readonly index: number;
  readonly top: number;
  readonly isCurrent: boolean;
  readonly isPicked: boolean;
  readonly isOpen: boolean;
  readonly onPick: (seq: number) => void;
  readonly onOpen: (seq: number) => void;
  readonly onFocus: (key: string) => void;
}

function Row({ row, index, top, isCurrent, isPicked, isOpen, onPick, onOpen, onFocus }: RowProps) {
  const words = useWords();
  const { sites, user } = useApp();
  const now = useServerNow();
  const name = sites.info(row.site)?.name ?? row.site;
  const reason = words.reasons[row.reason] ?? row.reason;
  const detail = row.factor === null || row.factor === row.detail ? row.detail : `${row.factor}: ${row.detail}`;
  return (
    // The keys are those of the whole list (use-list-keys.ts).
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isPicked}
      className={`quarantine-row quarantine-body-row${isOpen ? " is-open" : ""}${row.state === "open" ? "" : " is-closed"}`}
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={() => onFocus(keyOf(row))}
      onClick={(event) => {
        if (!(event.target instanceof HTMLInputElement)) onOpen(row.seq);
      }}
      data-testid="quarantine-row"
      data-key={keyOf(row)}
      data-seq={row.seq}
      data-state={row.state}
    >
      <span role="gridcell">
        {row.state === "open" && mayAcknowledge(user) && (
          <input
            type="checkbox"
            checked={isPicked}
            tabIndex={isCurrent ? 0 : -1}
            aria-label={words.quarantine.pick(row.seq)}
            onChange={() => onPick(row.seq)}
          />
        )}
      </span>
      <span role="gridcell">{formatMoment(Date.parse(row.receivedAt), now)}</span>
      <span role="gridcell" title={`${name} (${row.site})`}>
        {name}
      </span>
      <span role="gridcell" title={`${reason} (${row.reason})`}>
        {reason}
      </span>
      <span role="gridcell" className="mono" title={detail}>
        {detail}
      </span>
      <span role="gridcell" title={row.decision === null ? undefined : `${row.decision.by}: ${row.decision.why}`}>
        {words.quarantine.states[row.state]}
      </span>
    </div>
  );
}

// A virtual grid of rows with one current row for the keyboard: columns are given, further pages are fetched when the end comes
// near. As a tree, arrows to the right and left open and close a row.

import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useListKeys } from "../use-list-keys.ts";
import { useDeviceWords } from "./device-words.ts";

export interface GridColumn<Row> {
  readonly name: string;
  readonly head: string;
  /** Of the grid's template: "minmax(110px, 3fr)". */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
  readonly cell: (row: Row) => ReactNode;
  readonly title?: (row: Row) => string | undefined;
}

export interface GridOrder {
  readonly column: string;
  readonly descending: boolean;
}

export interface GridTree<Row> {
  /** 1 = the root. */
  readonly level: (row: Row) => number;
  /** Null = nothing below it. */
  readonly isOpen: (row: Row) => boolean | null;
  readonly toggle: (row: Row) => void;
}

export interface RowGridProps<Row> {
  readonly label: string;
  readonly testId: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** For the style sheet and for whoever looks for a row. */
  readonly stateOf?: (row: Row) => string;
  readonly openKey: string | null;
  readonly open: (row: Row) => void;
  readonly leave: () => void;
  readonly sort?: GridOrder & { readonly choose: (order: GridOrder) => void };
  readonly tree?: GridTree<Row>;
  /** Reads on while something is open beside the list. */
  readonly isFollowing?: boolean;
  readonly hasMore?: boolean;
  readonly isLoadingMore?: boolean;
  readonly loadMore?: () => void;
}

const rowHeight = 32;
/** So many rows before the end the next page is fetched. */
const nearEndRows = 40;

/** The row the keyboard stands on, by its key, so that rows arriving above do not move it. */
function useCurrent(
  grid: React.RefObject<HTMLElement | null>,
  keys: readonly string[],
  scrollTo: (index: number) => void,
) {
  const [key, setKey] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const focusWanted = (): void => {
    if (wanted.current === null) return;
    const row = grid.current?.querySelector(`[data-key="${CSS.escape(wanted.current)}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = null;
  };
  // A row that is far away exists only after the list has scrolled to it and drawn it.
  useLayoutEffect(focusWanted);
  return {
    index: Math.max(0, keys.indexOf(key ?? "")),
    setKey,
    moveTo(to: number): number {
      const at = Math.min(keys.length - 1, Math.max(0, to));
      const found = keys[at];
      if (found === undefined) return at;
      wanted.current = found;
      setKey(found);
      scrollTo(at);
      focusWanted();
      return at;
    },
    isInside: () => grid.current?.contains(document.activeElement) === true,
  };
}

export function RowGrid<Row>(props: RowGridProps<Row>) {
  const { rows, keyOf, open, leave, tree, loadMore, hasMore = false, isLoadingMore = false } = props;
  const words = useDeviceWords();
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const keys = rows.map(keyOf);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => keys[index] ?? index,
  });
  const current = useCurrent(grid, keys, (index) => virtual.scrollToIndex(index));
  const row = rows[current.index];
  const fold = (isOpen: boolean): void => {
    if (row !== undefined && tree?.isOpen(row) === !isOpen) tree.toggle(row);
  };
  useListKeys(
    grid,
    {
      move(step) {
        const at = current.moveTo(current.isInside() ? current.index + step : current.index);
        const next = rows[at];
        if (props.isFollowing === true && next !== undefined) open(next);
      },
      jump: (to) => void current.moveTo(to === "first" ? 0 : rows.length - 1),
      open() {
        if (row !== undefined) open(row);
      },
      leave,
    },
    tree === undefined
      ? []
      : [
          { keys: ["ArrowRight"], says: words.grid.unfold, inside: grid, act: () => fold(true) },
          { keys: ["ArrowLeft"], says: words.grid.fold, inside: grid, act: () => fold(false) },
        ],
  );
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && lastShown >= rows.length - nearEndRows) loadMore?.();
  }, [hasMore, isLoadingMore, lastShown, rows.length, loadMore]);
  const template = props.columns.map((column) => column.width).join(" ");
  return (
    <div
      ref={grid}
      role={tree === undefined ? "grid" : "treegrid"}
      tabIndex={-1}
      aria-label={props.label}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      className="row-grid"
    >
      <Head columns={props.columns} template={template} {...(props.sort === undefined ? {} : { sort: props.sort })} />
      <div ref={scroller} className="row-scroll" role="rowgroup">
        <div className="row-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const shown = rows[item.index];
            return shown === undefined ? null : (
              <GridRow
                key={keys[item.index]}
                grid={props}
                row={shown}
                index={item.index}
                top={item.start}
                template={template}
                isCurrent={item.index === current.index}
                onFocus={current.setKey}
              />
            );
          })}
        </div>
        {isLoadingMore && <p className="hint row-more">{words.grid.more}</p>}
      </div>
    </div>
  );
}

interface HeadProps<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly template: string;
  readonly sort?: GridOrder & { readonly choose: (order: GridOrder) => void };
}

function Head<Row>({ columns, template, sort }: HeadProps<Row>) {
  const words = useDeviceWords();
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className="row-line row-head" style={{ gridTemplateColumns: template }}>
        {columns.map(({ name, head, isNumber = false, isSortable = false }) => {
          const isChosen = sort?.column === name;
          const descending = isChosen ? !sort.descending : isNumber;
          return (
            <span
              key={name}
              role="columnheader"
              className={isNumber ? "is-number" : undefined}
              aria-sort={isChosen ? (sort.descending ? "descending" : "ascending") : undefined}
            >
              {sort === undefined || !isSortable ? (
                head
              ) : (
                <button
                  type="button"
                  className="quiet"
                  title={words.grid.sortBy(head)}
                  onClick={() => sort.choose({ column: name, descending })}
                >
                  {head}
                  <span aria-hidden="true" className="sort-sign">
                    {isChosen ? (sort.descending ? "▼" : "▲") : ""}
                  </span>
                </button>
              )}
            </span>
          );
        })}
      </div>
    </div>
  );
}

interface GridRowProps<Row> {
  readonly grid: RowGridProps<Row>;
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly template: string;
  readonly isCurrent: boolean;
  readonly onFocus: (key: string) => void;
}

function GridRow<Row>({ grid, row, index, top, template, isCurrent, onFocus }: GridRowProps<Row>) {
  const { tree, openKey, columns, testId } = grid;
  const key = grid.keyOf(row);
  const isUnfolded = tree?.isOpen(row) ?? null;
  const level = tree?.level(row);
  return (
    // The keys are those of the whole list (use-list-keys.ts).
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-level={level}
      aria-expanded={isUnfolded ?? undefined}
      className={`row-line row-body${key === openKey ? " is-open" : ""}`}
      style={{ transform: `translateY(${top}px)`, height: rowHeight, gridTemplateColumns: template }}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={() => onFocus(key)}
      onClick={(event) => {
        // A link or button in the row goes where it says.
        if (event.target instanceof Element && event.target.closest("a, button") === null) grid.open(row);
      }}
      data-testid={testId}
      data-key={key}
      data-state={grid.stateOf?.(row)}
      data-level={level}
    >
      {columns.map((column, i) => (
        <span
          key={column.name}
          role="gridcell"
          className={column.isNumber === true ? "is-number" : undefined}
          title={column.title?.(row)}
        >
          {i === 0 && tree !== undefined && <Fold isOpen={isUnfolded} toggle={() => tree.toggle(row)} />}
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}

/** For the pointer; the keyboard folds by arrows. */
function Fold({ isOpen, toggle }: { readonly isOpen: boolean | null; readonly toggle: () => void }) {
  if (isOpen === null) return <span className="fold" aria-hidden="true" />;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <span
      className="fold"
      aria-hidden="true"
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
    >
      {isOpen ? "▾" : "▸"}
    </span>
  );
}

// What the chart shows, as a table: every time of every series, the newest first, only the rows in sight drawn.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { formatLocal } from "#domain/time.ts";
import { formatUnit, formatValue } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { nameFactor } from "../describe-alarm.ts";
import type { Answer, Loaded } from "./history-data.ts";
import { stepMs, tabulate, type Point, type TableRow } from "./points.ts";
import { keyOf } from "./series-list.ts";
import { Swatch } from "./swatch.tsx";
import { useHistoryWords } from "./words.ts";

const rowHeight = 28;

export function Table({ answer }: { readonly answer: Answer }) {
  const words = useHistoryWords().table;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => tabulate(answer.series.map((each) => ({ ...each, readingMs: 0 }))), [answer]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const width = 170 + answer.series.length * 210;
  return (
    // Both ways by the keyboard too: its rows cannot all be reached by Tab.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} className="history-table" role="region" aria-label={words.label} tabIndex={0}>
      <div role="table" aria-label={words.label} aria-rowcount={rows.length + 1} style={{ minWidth: width }}>
        <Head series={answer.series} />
        <div role="rowgroup" className="history-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <Row key={row.time} row={row} series={answer.series} index={item.index} top={item.start} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Head({ series }: { readonly series: readonly Loaded[] }) {
  const words = useHistoryWords().table;
  const catalogue = useWords();
  const { factors, sites } = useApp();
  return (
    <div role="rowgroup" className="history-table-head">
      <div role="row" aria-rowindex={1} className="history-row">
        <span role="columnheader">{words.time} (UTC+8)</span>
        {series.map(({ ref, unit }, i) => (
          <span
            key={keyOf(ref)}
            role="columnheader"
            title={`${sites.info(ref.site)?.name ?? ref.site} (${keyOf(ref)})`}
          >
            <Swatch index={i} /> {nameFactor(catalogue, factors, ref.factor)}{" "}
            <span className="unit">{formatUnit(unit)}</span>
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: TableRow;
  readonly series: readonly Loaded[];
  readonly index: number;
  readonly top: number;
}

function Row({ row, series, index, top }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="history-row history-body-row"
      style={{ transform: `translateY(${top}px)`, height: rowHeight }}
      data-testid="history-row"
    >
      <span role="rowheader">{formatLocal(row.time)}</span>
      {series.map((each, i) => (
        <span key={keyOf(each.ref)} role="cell">
          <CellText loaded={each} point={row.points[i] ?? null} />
        </span>
      ))}
    </div>
  );
}

function CellText({ loaded, point }: { readonly loaded: Loaded; readonly point: Point | null }) {
  const words = useHistoryWords().table;
  const { flags } = useWords();
  const { factors } = useApp();
  if (point === null) return null;
  const decimals = factors[loaded.ref.factor]?.decimals ?? 2;
  const [, mean, min, max, count, valid, flag] = point;
  const write = (value: number | null): string => (value === null ? "—" : formatValue(value, decimals));
  if (stepMs[loaded.interval] === 0) {
    const name = Object.entries(flags).find(([letter]) => letter === flag)?.[1];
    return (
      <>
        <b>{write(mean)}</b>{" "}
        {flag !== undefined && flag !== "N" && (
          <span className="chip" title={name}>
            {flag}
          </span>
        )}
      </>
    );
  }
  return (
    <>
      <b>{write(mean)}</b> {mean !== null && <span className="muted">{words.range(write(min), write(max))}</span>}{" "}
      {valid < count && <span className="chip">{words.valid(valid, count)}</span>}
    </>
  );
}

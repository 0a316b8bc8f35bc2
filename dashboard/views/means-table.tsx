// The chart as a table: one row for each mean, newest first, only those on the screen drawn.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { formatLocal } from "#domain/time.ts";
import type { MeanPoint } from "../charts/series.ts";
import { formatUnit, formatValue } from "../format/number.ts";
import { useWords } from "../i18n/i18n.ts";

const rowHeight = 28;

interface MeansTableProps {
  readonly points: readonly MeanPoint[];
  readonly stepMs: number;
  readonly decimals: number;
  readonly unit: string;
}

export function MeansTable({ points, stepMs, decimals, unit }: MeansTableProps) {
  const { site: words } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: points.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  const write = (value: number | null): string => (value === null ? "—" : formatValue(value, decimals));
  const heads = [words.columns.window, words.mean, words.smallest, words.largest, words.columns.valid];
  return (
    <div className="means" role="table" aria-label={words.table} aria-rowcount={points.length + 1}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className="means-row means-head">
          {heads.map((head, i) => (
            <span key={head} role="columnheader">
              {head}
              {i > 0 && i < 4 && unit !== "-" && <span className="unit"> {formatUnit(unit)}</span>}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className="means-scroll" role="rowgroup" tabIndex={0}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const point = points[points.length - 1 - item.index];
            if (point === undefined) return null;
            const [start, mean, min, max, count, valid] = point;
            return (
              <div
                key={start}
                role="row"
                aria-rowindex={item.index + 2}
                className="means-row"
                style={{ transform: `translateY(${item.start}px)`, height: rowHeight }}
              >
                <span role="cell">
                  {formatLocal(start).slice(0, 16)}–{formatLocal(start + stepMs).slice(11, 16)}
                </span>
                <span role="cell">
                  <b>{write(valid === 0 ? null : mean)}</b>
                </span>
                <span role="cell">{write(min)}</span>
                <span role="cell">{write(max)}</span>
                <span role="cell">
                  {valid}/{count}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

// Rows by days as one picture: as many rows as there are, only those in sight are drawn. The cell under the pointer or the arrow
// keys is said in words below it; Enter or a click opens it.

import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useDevicePixelRatio, useSize } from "../../map/use-canvas.ts";
import { formatCount } from "../ledger-sites.tsx";
import { useUrl } from "../url-state.ts";
import { useSpot } from "../use-spot.ts";
import { paintMatrix, readMatrixTones } from "./matrix-paint.ts";
import { formatShare, levelOf, levels, type QualityDay, type QualityRow, useQualityWords } from "./quality-data.ts";

/** CSS pixels. Names stand beside rows that are high enough. */
const rowHeights = { least: 5, named: 15, most: 32 } as const;

interface MatrixProps {
  readonly rows: readonly QualityRow[];
  /** The days of the month. */
  readonly days: readonly string[];
  readonly target: number | null;
  /** The cell whose day is shown beside the picture. */
  readonly opened: { readonly key: string; readonly day: string } | null;
  readonly open: (row: QualityRow, day: string) => void;
}

export function Matrix({ rows, days, target, opened, open }: MatrixProps) {
  const words = useQualityWords();
  const { theme } = useUrl();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const ratio = useDevicePixelRatio();
  const [top, setTop] = useState(0);
  const fitting = Math.floor(size.height / Math.max(1, rows.length));
  const rowHeight = Math.min(rowHeights.most, Math.max(rowHeights.least, fitting));
  const isNamed = rowHeight >= rowHeights.named;
  const cells = useMemo(
    () => rows.map((row) => new Map(row.days.map((each): [string, QualityDay] => [each.day, each]))),
    [rows],
  );
  const dayAt = useCallback((row: number, column: number) => cells[row]?.get(days[column] ?? ""), [cells, days]);
  const newest = rows[0]?.days.findLast(({ due }) => due > 0)?.day ?? "";
  const { spot, frame } = useSpot({
    columns: days.length,
    rows: rows.length,
    // The newest day that there is anything of, in the first row in sight.
    start: { column: Math.max(0, days.indexOf(newest)), row: Math.ceil(top / rowHeight) },
    page: Math.max(1, Math.floor(size.height / rowHeight) - 1),
    moved({ row }) {
      const y = row * rowHeight;
      const element = scroller.current;
      if (element === null) return;
      if (y < element.scrollTop) element.scrollTop = y;
      else if (y + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = y + rowHeight - element.clientHeight;
      }
    },
    open({ row, column }) {
      const [which, day] = [rows[row], days[column]];
      if (which !== undefined && day !== undefined) open(which, day);
    },
  });
  const openedRow = useMemo(() => rows.findIndex(({ key }) => key === opened?.key), [rows, opened?.key]);
  const openedColumn = opened === null ? -1 : days.indexOf(opened.day);
  const chosen = useMemo(
    () => spot ?? (openedRow < 0 || openedColumn < 0 ? null : { row: openedRow, column: openedColumn }),
    [spot, openedRow, openedColumn],
  );
  // `theme` decides what the style sheet answers.
  const tones = useMemo(() => readMatrixTones(document.body), [theme]);
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined || width === 0) return;
    const levelAt = (row: number, column: number) => levelOf(dayAt(row, column)?.effective ?? null, target);
    const { height } = size;
    const picture = { width, height, ratio, rowHeight, columns: days.length, top, rows: rows.length };
    paintMatrix(context, { ...picture, levelAt, chosen }, tones);
  }, [width, size, ratio, rowHeight, days, top, rows, dayAt, target, chosen, tones]);

  const cell = spot === null ? undefined : dayAt(spot.row, spot.column);
  return (
    <section className="panel quality-matrix" aria-label={words.matrix.title}>
      <div className="panel-head">
        <h2>{words.matrix.title}</h2>
      </div>
      <div className="matrix-days" data-named={isNamed} aria-hidden="true">
        <div className="matrix-line">
          {days.map((day, i) => (
            <span key={day}>{i === 0 || (i + 1) % 5 === 0 ? day.slice(8) : ""}</span>
          ))}
        </div>
      </div>
      <div
        ref={scroller}
        className="matrix-scroll"
        data-named={isNamed}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        {isNamed && (
          <div className="matrix-names" aria-hidden="true">
            {rows.map(({ key, title }) => (
              <span key={key} style={{ height: rowHeight, lineHeight: `${rowHeight}px` }}>
                {title}
              </span>
            ))}
          </div>
        )}
        <div
          ref={place}
          className="matrix-frame"
          style={{ height: rows.length * rowHeight }}
          role="application"
          tabIndex={0}
          aria-label={words.matrix.label(formatCount(rows.length), days.length)}
          data-testid="quality-matrix"
          {...frame}
        >
          <canvas
            ref={canvas}
            width={Math.round(width * ratio)}
            height={Math.round(size.height * ratio)}
            style={{ width, height: size.height }}
            aria-hidden="true"
          />
        </div>
      </div>
      <p className="matrix-says" role="status">
        {spot === null ? (
          <span className="muted">{words.matrix.hint}</span>
        ) : (
          <>
            <b>{rows[spot.row]?.title}</b> {days[spot.column]}{" "}
            {cell === undefined || cell.effective === null ? (
              words.matrix.notDue
            ) : (
              <>
                <b>{formatShare(cell.effective)}</b>{" "}
                {words.matrix.cell(formatCount(cell.received), formatCount(cell.due), formatCount(cell.valid))}
              </>
            )}
          </>
        )}
      </p>
      <p className="hint matrix-levels">
        {levels.map((level) => (
          <span key={level}>
            <i className="matrix-key" data-level={level} /> {words.matrix.levels[level]}
          </span>
        ))}
      </p>
    </section>
  );
}

// The strip itself: the canvas with its two scales, the hour under the pointer or the arrow keys in words, the way to its day.

import { useLayoutEffect, useMemo, useRef } from "react";
import { formatDay, formatLocal, hourMs } from "#domain/time.ts";
import { paintMonth, readTones } from "../charts/month-paint.ts";
import type { MonthDay, MonthHour } from "../charts/month.ts";
import { useWords } from "../i18n/i18n.ts";
import { useDevicePixelRatio, useSize } from "../map/use-canvas.ts";
import type { FactorDetails } from "./site-data.ts";
import { useMonthWords } from "./site-month-words.ts";
import { useUrl } from "./url-state.ts";
import { useSpot } from "./use-spot.ts";
import { Value } from "./value.tsx";

export interface MonthStripProps {
  readonly days: readonly MonthDay[];
  readonly info: FactorDetails;
  readonly label: string;
  /** Told the begin of the day that somebody wants to see. */
  readonly open: (dayMs: number) => void;
}

export function MonthStrip({ days, info, label, open }: MonthStripProps) {
  const words = useMonthWords();
  const { theme } = useUrl();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const ratio = useDevicePixelRatio();
  const { spot, frame: listeners } = useSpot({
    columns: days.length,
    rows: 24,
    open({ column }) {
      const day = days[column];
      if (day !== undefined) open(day.start);
    },
  });
  // `theme` decides what the style sheet answers.
  const tones = useMemo(() => readTones(document.body), [theme]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined || size.width === 0) return;
    paintMonth(context, size, ratio, days, spot === null ? null : { day: spot.column, hour: spot.row }, tones);
  }, [size, ratio, days, spot, tones]);

  const hour = spot === null ? undefined : days[spot.column]?.hours[spot.row];
  return (
    <>
      <div className="month-grid">
        <div className="month-scale" aria-hidden="true">
          {["00", "06", "12", "18"].map((text) => (
            <span key={text}>{text}</span>
          ))}
        </div>
        <div
          ref={frame}
          className="month-frame"
          role="application"
          tabIndex={0}
          aria-label={label}
          data-testid="month-strip"
          {...listeners}
        >
          <canvas
            ref={canvas}
            width={Math.round(size.width * ratio)}
            height={Math.round(size.height * ratio)}
            style={size}
            aria-hidden="true"
          />
        </div>
        <div className="month-days" aria-hidden="true">
          {days.map(({ start }, i) => (
            <span key={start}>{i === 0 || (i + 1) % 5 === 0 ? formatDay(start).slice(8) : ""}</span>
          ))}
        </div>
      </div>
      <p className="month-says" role="status" data-testid="month-hour">
        {hour === undefined ? <span className="muted">{words.hint}</span> : <HourWords hour={hour} info={info} />}
      </p>
    </>
  );
}

function HourWords({ hour, info }: { readonly hour: MonthHour; readonly info: FactorDetails }) {
  const words = useMonthWords();
  const { site } = useWords();
  const { start, state, mean, limit, valid, count } = hour;
  return (
    <>
      {formatLocal(start).slice(0, 16)}–{formatLocal(start + hourMs).slice(11, 16)} <b>{words.states[state]}</b>{" "}
      {count > 0 && (
        <>
          {site.mean}{" "}
          <Value
            value={mean}
            decimals={info.decimals}
            unit={info.unit}
            limit={limit?.max ?? limit?.min ?? null}
            isBeyond={state === "exceeded"}
            isBare
          />{" "}
          {words.valid(valid, count)}
        </>
      )}
    </>
  );
}

// The strip itself: the canvas with its two scales, the hour under the pointer or the arrow keys in words, the way to its day.

import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { formatDay, formatLocal, hourMs } from "#domain/time.ts";
import { paintMonth, readTones } from "../charts/month-paint.ts";
import type { MonthDay, MonthHour } from "../charts/month.ts";
import { useWords } from "../i18n/i18n.ts";
import { useDevicePixelRatio, useSize } from "../map/use-canvas.ts";
import type { FactorDetails } from "./site-data.ts";
import { useMonthWords } from "./site-month-words.ts";
import { useUrl } from "./url-state.ts";
import { Value } from "./value.tsx";

interface Spot {
  readonly day: number;
  readonly hour: number;
}

const arrows: Readonly<Record<string, readonly [days: number, hours: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface MonthStripProps {
  readonly days: readonly MonthDay[];
  readonly info: FactorDetails;
  readonly label: string;
  /** Told the begin of the day that somebody wants to see. */
  readonly open: (dayMs: number) => void;
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

export function MonthStrip({ days, info, label, open }: MonthStripProps) {
  const words = useMonthWords();
  const { theme } = useUrl();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const ratio = useDevicePixelRatio();
  const [spot, setSpot] = useState<Spot | null>(null);
  // `theme` decides what the style sheet answers.
  const tones = useMemo(() => readTones(document.body), [theme]);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined || size.width === 0) return;
    paintMonth(context, size, ratio, days, spot, tones);
  }, [size, ratio, days, spot, tones]);

  const locate = (event: React.PointerEvent<HTMLElement>): Spot => {
    const box = event.currentTarget.getBoundingClientRect();
    return {
      day: clamp(Math.floor(((event.clientX - box.left) / box.width) * days.length), days.length - 1),
      hour: clamp(Math.floor(((event.clientY - box.top) / box.height) * 24), 23),
    };
  };
  const show = (at: Spot | null): void => {
    const day = at === null ? undefined : days[at.day];
    if (day !== undefined) open(day.start);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = arrows[event.key];
    if (step !== undefined) {
      const [byDays, byHours] = spot === null ? [0, 0] : step;
      const from = spot ?? { day: days.length - 1, hour: 23 };
      setSpot({ day: clamp(from.day + byDays, days.length - 1), hour: clamp(from.hour + byHours, 23) });
    } else if (event.key === "Enter") show(spot);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const hour = spot === null ? undefined : days[spot.day]?.hours[spot.hour];
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
          onPointerMove={(event) => setSpot(locate(event))}
          onPointerLeave={() => setSpot(null)}
          onPointerUp={(event) => show(locate(event))}
          onKeyDown={onKeyDown}
          onBlur={() => setSpot(null)}
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

// The hours of 31 days as a small canvas: a column for each day, a row for each hour, darker the more is missing; the hour under
// the pointer or the arrow keys in words.

import { useLayoutEffect, useMemo, useRef } from "react";
import { dayMs, formatDay, formatLocal, hourMs } from "#domain/time.ts";
import { hourBox } from "../../charts/month-paint.ts";
import { useDevicePixelRatio, useSize } from "../../map/use-canvas.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { useUrl } from "../url-state.ts";
import { useSpot } from "../use-spot.ts";
import { type Gap, type GapLevel, hourCells, useGapWords, windowDays } from "./gap-data.ts";

/** How much of the ink; "all" gets a frame of it as well. */
const alphas: Readonly<Record<GapLevel, number>> = { none: 0, some: 0.3, part: 0.5, most: 0.72, all: 1 };

interface GapPictureProps {
  readonly gaps: readonly Gap[];
  readonly from: number;
  /** What begins later is not due. */
  readonly now: number;
}

export function GapPicture({ gaps, from, now }: GapPictureProps) {
  const words = useGapWords();
  const own = useDeviceWords();
  const { theme } = useUrl();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const ratio = useDevicePixelRatio();
  const { spot, frame: listeners } = useSpot({ columns: windowDays, rows: 24 });
  const nextHour = Math.ceil(now / hourMs) * hourMs;
  const days = useMemo(
    () => Array.from({ length: windowDays }, (_, i) => hourCells(gaps, from + i * dayMs)),
    [gaps, from],
  );
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined || size.width === 0) return;
    const style = getComputedStyle(document.body);
    const [ink, line] = [style.getPropertyValue("--ink").trim(), style.getPropertyValue("--line").trim()];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    days.forEach((hours, day) =>
      hours.forEach(({ start, level }, hour) => {
        if (start >= nextHour) return;
        const { x, y, width, height } = hourBox(size, windowDays, day, hour);
        context.globalAlpha = 1;
        context.fillStyle = line;
        context.fillRect(x, y, width, height);
        context.globalAlpha = alphas[level];
        context.fillStyle = ink;
        context.fillRect(x, y, width, height);
      }),
    );
    context.globalAlpha = 1;
    if (spot === null) return;
    const { x, y, width, height } = hourBox(size, windowDays, spot.column, spot.row);
    context.lineWidth = 2;
    context.strokeStyle = style.getPropertyValue("--focus").trim();
    context.strokeRect(x, y, width, height);
    // `theme` decides what the style sheet answers.
  }, [size, ratio, days, spot, theme, nextHour]);

  const missing = days.flat().filter(({ level }) => level !== "none").length;
  const cell = spot === null ? undefined : days[spot.column]?.[spot.row];
  return (
    <>
      <div className="gap-picture">
        <div className="gap-hours" aria-hidden="true">
          {["00", "06", "12", "18"].map((text) => (
            <span key={text}>{text}</span>
          ))}
        </div>
        <div
          ref={frame}
          className="gap-frame"
          role="application"
          tabIndex={0}
          aria-label={words.detail.picture(missing)}
          data-testid="gap-picture"
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
        <div className="gap-days" aria-hidden="true">
          {days.map((hours, i) => (
            <span key={hours[0]?.start ?? i}>
              {i % 5 === 0 && i < windowDays - 1 ? formatDay(from + i * dayMs).slice(5) : ""}
            </span>
          ))}
        </div>
      </div>
      <p className="gap-says" role="status">
        {cell === undefined ? (
          <span className="muted">{words.detail.hint}</span>
        ) : (
          words.detail.hour(
            formatLocal(cell.start).slice(0, 16),
            cell.start >= nextHour
              ? words.notDue
              : cell.parts.length === 0
                ? words.whole
                : cell.parts.map(({ kind, missing: n, due }) => words.part(own.kinds[kind], n, due)).join(", "),
          )
        )}
      </p>
    </>
  );
}

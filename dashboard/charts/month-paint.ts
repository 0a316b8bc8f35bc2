// Draws the month on a small canvas: a column for each day, a row for each hour. Told apart by tone and pattern, so that it is
// read in grey-scale too: within the limit grey, beyond it coloured with a dark core, invalid hatched, missing only a faint
// frame, not due not drawn.

import type { HourState, MonthDay } from "./month.ts";

export interface Tones {
  readonly ok: string;
  readonly exceeded: string;
  readonly line: string;
  readonly hatch: string;
  readonly ink: string;
}

export function readTones(element: Element): Tones {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ok: token("--line-strong"),
    exceeded: token("--p2"),
    line: token("--line"),
    hatch: token("--ink-2"),
    ink: token("--ink"),
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function paintHour(context: CanvasRenderingContext2D, state: HourState, box: Box, tones: Tones): void {
  const { x, y, width, height } = box;
  if (state === "none") return;
  if (state === "ok" || state === "exceeded") {
    context.fillStyle = tones[state];
    context.fillRect(x, y, width, height);
    if (state === "ok") return;
    // A dark core: orange alone would be a middle grey among greys.
    context.fillStyle = tones.ink;
    context.fillRect(x + width * 0.3, y + height * 0.3, width * 0.4, height * 0.4);
    return;
  }
  context.lineWidth = 1;
  context.strokeStyle = tones.line;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  if (state === "missing") return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = tones.hatch;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 4) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

/** Where an hour is drawn, in CSS pixels; whole pixels, so that frames are crisp. */
export function hourBox(
  size: { readonly width: number; readonly height: number },
  days: number,
  day: number,
  hour: number,
): Box {
  const [left, right] = [Math.round((day / days) * size.width), Math.round(((day + 1) / days) * size.width)];
  const [top, bottom] = [Math.round((hour / 24) * size.height), Math.round(((hour + 1) / 24) * size.height)];
  return { x: left, y: top, width: Math.max(1, right - left - 1), height: Math.max(1, bottom - top - 1) };
}

export function paintMonth(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  ratio: number,
  days: readonly MonthDay[],
  /** The hour that is pointed at. */
  chosen: { readonly day: number; readonly hour: number } | null,
  tones: Tones,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  days.forEach(({ hours }, day) => {
    hours.forEach(({ state }, hour) => paintHour(context, state, hourBox(size, days.length, day, hour), tones));
  });
  if (chosen === null) return;
  const { x, y, width, height } = hourBox(size, days.length, chosen.day, chosen.hour);
  context.lineWidth = 2;
  context.strokeStyle = tones.ink;
  context.strokeRect(x - 1, y - 1, width + 2, height + 2);
}

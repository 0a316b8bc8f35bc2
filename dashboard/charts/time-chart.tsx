// One series over time, by uPlot: envelope of min and max, line of means, dashed limits. Owns uPlot's habits: seconds, own
// UTC+8 axis, resizing, destroying. The right edge is hatched when the data ends before the chart does.

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatTicks } from "./axis.ts";
import { findIsolated, rangeY, type ChartColumns } from "./series.ts";

export interface TimeChartProps {
  readonly columns: ChartColumns;
  /** Window shown, ms. */
  readonly from: number;
  readonly to: number;
  /** Time of the last data when it has stopped, ms; null while it is live. */
  readonly staleFrom: number | null;
  readonly label: string;
  /** A moment to be seen, e.g. when an alarm began, ms. */
  readonly mark?: number;
  /** When that was over, ms. */
  readonly end?: number | null;
  /** What the two moments are called, at their lines. */
  readonly says?: { readonly mark: string; readonly end: string };
  /** Values between which nothing begins and nothing ends: shaded over the whole width. */
  readonly deadband?: { readonly from: number; readonly to: number } | null;
  /** A stretch that is meant, ms: shaded over the whole height. */
  readonly shaded?: { readonly from: number; readonly to: number };
  /** Stretches that a mark takes out, ms: a bar along the top. */
  readonly marked?: readonly { readonly from: number; readonly to: number }[];
  /** Stretches with flagged data, ms: hatched along the bottom. */
  readonly flagged?: readonly { readonly from: number; readonly to: number }[];
  /** A stretch was drawn with the pointer, ms; null = a plain click. */
  readonly onSelect?: (window: { readonly from: number; readonly to: number } | null) => void;
  /** Changes when the colours do. */
  readonly theme: string;
  readonly formatY: (value: number) => string;
  /** Text about the x under the pointer; null = no pointer. */
  readonly describe: (index: number) => string | null;
}

const laneHeightPx = 12;

/** Hatches from one moment to another, over the whole height or along the bottom. */
function hatch(chart: uPlot, fromMs: number, toMs: number, colour: string, isLane: boolean): void {
  const { ctx, bbox } = chart;
  const right = Math.min(bbox.left + bbox.width, chart.valToPos(toMs / 1000, "x", true));
  const left = Math.max(bbox.left, Math.min(right - devicePixelRatio, chart.valToPos(fromMs / 1000, "x", true)));
  const width = right - left;
  if (width <= 0 || right <= bbox.left) return;
  const height = isLane ? laneHeightPx * devicePixelRatio : bbox.height;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top + bbox.height - height, width, height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = left - bbox.height; x < left + width; x += 9 * devicePixelRatio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** A ground below it and a line at either end: the ground alone is hardly seen on some screens. */
function shade(chart: uPlot, fromMs: number, toMs: number, colour: string): void {
  const { ctx, bbox } = chart;
  const place = (ms: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, chart.valToPos(ms / 1000, "x", true)));
  const [left, right] = [place(fromMs), place(toMs)];
  ctx.save();
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.12;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.globalAlpha = 0.7;
  for (const x of [left, right - devicePixelRatio]) ctx.fillRect(x, bbox.top, devicePixelRatio, bbox.height);
  ctx.restore();
}

const barHeightPx = 6;

function drawBar(chart: uPlot, fromMs: number, toMs: number, colour: string): void {
  const { ctx, bbox } = chart;
  const place = (ms: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, chart.valToPos(ms / 1000, "x", true)));
  const [left, right] = [place(fromMs), place(toMs)];
  ctx.save();
  ctx.fillStyle = colour;
  ctx.fillRect(left, bbox.top, Math.max(devicePixelRatio, right - left), barHeightPx * devicePixelRatio);
  ctx.restore();
}

const wordPx = 11;

function drawMark(chart: uPlot, timeMs: number, colour: string, says: string, line: number): void {
  const { ctx, bbox } = chart;
  const x = Math.round(chart.valToPos(timeMs / 1000, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  if (says !== "") {
    ctx.font = `${wordPx * devicePixelRatio}px ${getComputedStyle(chart.root).fontFamily}`;
    // On the side where there is room.
    ctx.textAlign = x > bbox.left + bbox.width / 2 ? "right" : "left";
    const aside = (ctx.textAlign === "right" ? -4 : 4) * devicePixelRatio;
    ctx.fillText(says, x + aside, bbox.top + wordPx * line * devicePixelRatio);
  }
  ctx.restore();
}

function drawDeadband(chart: uPlot, from: number, to: number, colour: string): void {
  const { ctx, bbox } = chart;
  const place = (value: number): number =>
    Math.min(bbox.top + bbox.height, Math.max(bbox.top, chart.valToPos(value, "y", true)));
  const [top, bottom] = [place(Math.max(from, to)), place(Math.min(from, to))];
  ctx.save();
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.18;
  ctx.fillRect(bbox.left, top, bbox.width, Math.max(devicePixelRatio, bottom - top));
  ctx.restore();
}

function drawOver(chart: uPlot, props: TimeChartProps, token: (name: string) => string): void {
  if (props.shaded !== undefined) shade(chart, props.shaded.from, props.shaded.to, token("--ink"));
  if (props.staleFrom !== null) hatch(chart, props.staleFrom, props.to, token("--hatch"), false);
  for (const { from, to } of props.flagged ?? []) hatch(chart, from, to, token("--ink"), true);
  for (const { from, to } of props.marked ?? []) drawBar(chart, from, to, token("--ink"));
  const { deadband = null, mark, end = null, says } = props;
  if (deadband !== null) drawDeadband(chart, deadband.from, deadband.to, token("--chart-limit"));
  if (mark !== undefined) drawMark(chart, mark, token("--ink"), says?.mark ?? "", 1);
  if (end !== null) drawMark(chart, end, token("--ink-2"), says?.end ?? "", 2.2);
}

const selectPx = 5;

/** What was drawn with the pointer → a window of time; less than a few pixels is a click. */
function readSelection(chart: uPlot): { from: number; to: number } | null {
  const { left, width } = chart.select;
  if (width < selectPx) return null;
  return { from: chart.posToVal(left, "x") * 1000, to: chart.posToVal(left + width, "x") * 1000 };
}

type Latest = React.RefObject<TimeChartProps>;

function makeOptions(host: HTMLElement, latest: Latest, onCursor: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(host);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: token("--ink-2"), font: `12px ${style.fontFamily}`, ticks: { show: false } };
  const grid = { stroke: token("--chart-grid"), width: 1 };
  const bound = { stroke: "transparent", points: { show: false }, width: 0 };
  const limit = { stroke: token("--chart-limit"), width: 2, dash: [7, 5], points: { show: false } };
  return {
    width: Math.max(200, host.clientWidth),
    height: Math.max(120, host.clientHeight),
    legend: { show: false },
    cursor: { y: false, drag: { x: latest.current.onSelect !== undefined, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [latest.current.from / 1000, latest.current.to / 1000] },
      y: { range: (_, min, max) => rangeY(min, max) },
    },
    // The splits fall on round hours of UTC+8; the labels are our own.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Shanghai"),
    axes: [
      {
        ...axis,
        grid,
        size: 40,
        space: 70,
        values: (_, splits, __, ___, step) =>
          formatTicks(
            splits.map((seconds) => seconds * 1000),
            step * 1000,
          ),
      },
      { ...axis, grid, size: 62, values: (_, splits) => splits.map((value) => latest.current.formatY(value)) },
    ],
    series: [
      {},
      {
        stroke: token("--chart-line"),
        width: 1.75,
        points: {
          show: () => false,
          filter: () => findIsolated(latest.current.columns[1]),
          size: 6,
          fill: token("--chart-line"),
        },
      },
      bound,
      bound,
      limit,
      limit,
    ],
    bands: [{ series: [3, 2], fill: token("--chart-band") }],
    hooks: {
      draw: [(chart) => drawOver(chart, latest.current, token)],
      setSelect: [(chart) => latest.current.onSelect?.(readSelection(chart))],
      setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)],
    },
  };
}

export function TimeChart(props: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const { columns, from, to, staleFrom, theme, flagged, marked, end } = props;

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new uPlot(makeOptions(element, latest, setCursor), [[], [], [], [], [], []], element);
    chart.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(200, element.clientWidth), height: Math.max(120, element.clientHeight) }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [theme]);
  useEffect(() => {
    // uPlot's type asks for arrays of its own.
    const [times = [], ...values] = columns;
    chart.current?.setData([times.map(Number), ...values.map((column) => [...column])]);
  }, [columns, from, to, staleFrom, theme, flagged, marked, end]);

  const said = cursor === null ? null : props.describe(cursor);
  return (
    <div className="chart">
      <div ref={host} className="chart-host" role="img" aria-label={props.label} />
      <p className="chart-cursor">{said ?? "\u00a0"}</p>
    </div>
  );
}

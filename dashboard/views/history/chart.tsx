// Several series over time, by uPlot: a line each, its envelope of min and max, the window of comparison dashed, ticks where
// readings do not count. Drag chooses a window; the cursor is shared by all charts of the page. Owns uPlot's habits: seconds,
// own UTC+8 axis, resizing, destroying.

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatTicks } from "../../charts/axis.ts";
import { findIsolated, rangeY } from "../../charts/series.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import type { Picture } from "./points.ts";
import { colours } from "./styles.ts";

export interface LineStyle {
  /** Place among all series, from 0: colour and dashes follow from it. */
  readonly index: number;
  readonly isPast: boolean;
}

export interface ChartProps {
  readonly picture: Picture;
  readonly styles: readonly LineStyle[];
  readonly window: TimeWindow;
  readonly label: string;
  /** Changes when the colours do. */
  readonly theme: string;
  readonly onWindow: (window: TimeWindow) => void;
  /** Time under the pointer, ms; null = no pointer. */
  readonly onCursor: (timeMs: number | null) => void;
}

/** The second six series have the same colours, dashed. */
const dashes = [8, 4];
const pastDashes = [2, 4];
const syncKey = "history";

type Latest = React.RefObject<ChartProps>;

/** Numbers at the right ends of the lines: colour alone would not tell twelve of them apart. */
function drawEnds(chart: uPlot, { picture, styles }: ChartProps, colourOf: (index: number) => string): void {
  const { ctx } = chart;
  ctx.save();
  ctx.font = `700 ${11 * devicePixelRatio}px ${getComputedStyle(chart.root).fontFamily}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  picture.traces.forEach(({ line }, i) => {
    const style = styles[i];
    const at = line.findLastIndex((cell) => typeof cell === "number");
    const value = line[at];
    const seconds = picture.x[at];
    if (style === undefined || style.isPast || typeof value !== "number" || seconds === undefined) return;
    ctx.fillStyle = colourOf(style.index);
    const x = Math.min(chart.valToPos(seconds, "x", true), chart.bbox.left + chart.bbox.width - 2);
    ctx.fillText(String(style.index + 1), x, chart.valToPos(value, "y", true) - 2);
  });
  ctx.restore();
}

/** Small ticks at the foot of the chart, one lane per series, where readings in the window do not count. */
function drawFlags(chart: uPlot, { picture, styles }: ChartProps, colourOf: (index: number) => string): void {
  const { ctx, bbox } = chart;
  const lane = 8 * devicePixelRatio;
  picture.traces.forEach(({ flagged }, i) => {
    const style = styles[i];
    if (style === undefined || style.isPast) return;
    ctx.fillStyle = colourOf(style.index);
    const top = bbox.top + bbox.height - lane * (i + 1);
    for (const at of flagged) {
      const x = chart.valToPos(picture.x[at] ?? 0, "x", true);
      if (x >= bbox.left && x <= bbox.left + bbox.width) ctx.fillRect(x - 1, top, 3 * devicePixelRatio, lane - 2);
    }
  });
}

function makeOptions(host: HTMLElement, latest: Latest, styles: readonly LineStyle[]): uPlot.Options {
  const style = getComputedStyle(host);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const colourOf = (index: number): string => token(`--series-${(index % colours) + 1}`);
  const axis = { stroke: token("--ink-2"), font: `12px ${style.fontFamily}`, ticks: { show: false } };
  const grid = { stroke: token("--chart-grid"), width: 1 };
  const series = styles.flatMap(({ index, isPast }, i): uPlot.Series[] => {
    const stroke = colourOf(index);
    const dash = isPast ? pastDashes : index >= colours ? dashes : undefined;
    const line: uPlot.Series = {
      stroke,
      width: isPast ? 1.25 : 1.75,
      ...(dash === undefined ? {} : { dash }),
      points: {
        show: () => false,
        filter: () => findIsolated(latest.current.picture.traces[i]?.line ?? []),
        size: 6,
        fill: stroke,
      },
    };
    // A spike may be one pixel wide: the fill alone would be too pale to be seen there.
    const edge: uPlot.Series = { stroke: `${stroke}80`, points: { show: false }, width: isPast ? 0 : 1 };
    return [line, edge, edge];
  });
  return {
    width: Math.max(200, host.clientWidth),
    height: Math.max(100, host.clientHeight),
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: syncKey, setSeries: false },
    },
    scales: {
      x: { time: true, range: () => [latest.current.window.from / 1000, latest.current.window.to / 1000] },
      y: { range: (_, min, max) => rangeY(min, max) },
    },
    // The splits fall on round hours of UTC+8; the labels are our own.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Shanghai"),
    axes: [
      {
        ...axis,
        grid,
        size: 38,
        space: 80,
        values: (_, splits, __, ___, step) =>
          formatTicks(
            splits.map((seconds) => seconds * 1000),
            step * 1000,
          ),
      },
      { ...axis, grid, size: 62, values: (_, splits) => splits.map((value) => String(Number(value.toPrecision(6)))) },
    ],
    series: [{}, ...series],
    bands: styles.flatMap(({ index, isPast }, i) =>
      isPast ? [] : [{ series: [3 * i + 3, 3 * i + 2] as [number, number], fill: `${colourOf(index)}30` }],
    ),
    hooks: {
      draw: [
        (chart) => {
          drawFlags(chart, latest.current, colourOf);
          drawEnds(chart, latest.current, colourOf);
        },
      ],
      setCursor: [
        (chart) => {
          const { left } = chart.cursor;
          latest.current.onCursor(left === undefined || left < 0 ? null : chart.posToVal(left, "x") * 1000);
        },
      ],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 4) return;
          const from = chart.posToVal(left, "x") * 1000;
          const to = chart.posToVal(left + width, "x") * 1000;
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onWindow({ from, to });
        },
      ],
    },
  };
}

export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { picture, styles, window, theme } = props;
  const styleKey = JSON.stringify(styles);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const wanted = latest.current.styles;
    const made = new uPlot(makeOptions(element, latest, wanted), [[], ...wanted.flatMap(() => [[], [], []])], element);
    chart.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: Math.max(200, element.clientWidth), height: Math.max(100, element.clientHeight) }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [theme, styleKey]);
  useEffect(() => {
    const columns = picture.traces.flatMap(({ line, min, max }) => [[...line], [...min], [...max]]);
    chart.current?.setData([[...picture.x], ...columns]);
  }, [picture, window.from, window.to, theme, styleKey]);

  return <div ref={host} className="history-chart-host" role="img" aria-label={props.label} />;
}

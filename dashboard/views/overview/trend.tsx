// The last 24 hours of the province: how many alarms began in each hour as bars (those of priority 1 at their foot), how many
// readings a second were processed as a line with gaps. The same as a table, by a button.

import { useRef } from "react";
import { formatLocal, hourMs } from "#domain/time.ts";
import { readTime } from "../../state/wire.ts";
import { useSize } from "../../map/use-canvas.ts";
import { Failed, Loading } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import {
  formatRate,
  listHours,
  roundUp,
  traceRates,
  useTrend,
  type TrendAnswer,
  type TrendHour,
} from "./trend-data.ts";
import { useOverviewWords } from "./words.ts";
import "../../style/trend.css";

export function Trend() {
  const { trend: words } = useOverviewWords();
  const { query, set } = useUrl();
  const trend = useTrend();
  const isTable = query.get("trend") === "table";
  const { data } = trend;
  return (
    <section className="panel trend" aria-label={words.title} data-testid="trend">
      {trend.error !== null && (
        <Failed what={words.load} error={trend.error} retry={() => void trend.refetch()} kept={data !== undefined} />
      )}
      {data === undefined && trend.error === null && <Loading lines={3} />}
      {data !== undefined && (
        <>
          <Head answer={data} isTable={isTable} toggle={() => set({ trend: isTable ? null : "table" })} />
          {isTable ? <HoursTable hours={listHours(data)} /> : <Picture answer={data} />}
        </>
      )}
    </section>
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

interface HeadProps {
  readonly answer: TrendAnswer;
  readonly isTable: boolean;
  readonly toggle: () => void;
}

function Head({ answer, isTable, toggle }: HeadProps) {
  const { trend: words } = useOverviewWords();
  const now = answer.readings.perSecond.at(-1) ?? null;
  return (
    <div className="trend-head">
      <h2>{words.title}</h2>
      <span>
        <i className="trend-key-bar" aria-hidden="true" /> {words.alarms} ·{" "}
        <b>{words.sum(sum(answer.alarms.counts))}</b>
      </span>
      <span>
        <i className="trend-key-line" aria-hidden="true" /> {words.readings} ·{" "}
        <b data-testid="trend-rate">{words.now(now === null ? "—" : formatRate(now))}</b>
      </span>
      <button type="button" className="quiet" aria-pressed={isTable} onClick={toggle}>
        {words.table}
      </button>
    </div>
  );
}

const left = 34;
const right = 48;
const top = 6;
const bottom = 18;

function Picture({ answer }: { readonly answer: TrendAnswer }) {
  const { trend: words } = useOverviewWords();
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const hours = listHours(answer);
  const { perSecond, stepSeconds } = answer.readings;
  const mostAlarms = roundUp(Math.max(...hours.map((hour) => hour.alarms)));
  const mostReadings = roundUp(Math.max(...perSecond.map((rate) => rate ?? 0)));
  const from = readTime(answer.alarms.from) ?? 0;
  const begin = readTime(answer.readings.from) ?? 0;
  const plotWidth = Math.max(0, width - left - right);
  const plotHeight = Math.max(0, height - top - bottom);
  const xOf = (at: number): number => left + ((at - from) / (hours.length * hourMs)) * plotWidth;
  const yOf = (share: number): number => top + (1 - share) * plotHeight;
  const lines = traceRates(perSecond, (step, rate) => {
    // A step is drawn at its middle.
    const at = begin + (step + 0.5) * stepSeconds * 1000;
    return [xOf(at), yOf(rate / mostReadings)];
  });
  const now = perSecond.at(-1) ?? null;
  const label = words.label(sum(answer.alarms.counts), now === null ? "—" : formatRate(now));
  return (
    <div ref={place} className="trend-place">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          <line className="trend-base" x1={left} x2={width - right} y1={yOf(0)} y2={yOf(0)} />
          <line className="trend-grid" x1={left} x2={width - right} y1={yOf(1)} y2={yOf(1)} />
          {hours.map((hour) => (
            <Bar
              key={hour.at}
              hour={hour}
              x={xOf(hour.at)}
              width={plotWidth / hours.length}
              most={mostAlarms}
              yOf={yOf}
            />
          ))}
          {lines.map((points) => (
            <polyline key={points} className="trend-line" points={points} />
          ))}
          <text x={left - 5} y={yOf(1) + 8} textAnchor="end">
            {mostAlarms}
          </text>
          <text x={left - 5} y={yOf(0)} textAnchor="end">
            0
          </text>
          <text x={width - right + 5} y={yOf(1) + 8}>
            {formatRate(mostReadings)}
          </text>
          {hours
            .filter((hour) => Number(formatLocal(hour.at).slice(11, 13)) % 4 === 0)
            .map((hour) => (
              <text key={hour.at} x={xOf(hour.at)} y={height - 5} textAnchor="middle">
                {formatLocal(hour.at).slice(11, 16)}
              </text>
            ))}
        </svg>
      )}
    </div>
  );
}

interface BarProps {
  readonly hour: TrendHour;
  readonly x: number;
  readonly width: number;
  readonly most: number;
  readonly yOf: (share: number) => number;
}

function useHourWords(): (hour: TrendHour) => string {
  const { trend: words } = useOverviewWords();
  return ({ at }) => words.hour(formatLocal(at).slice(11, 16), formatLocal(at + hourMs).slice(11, 16));
}

function Bar({ hour, x, width, most, yOf }: BarProps) {
  const { trend: words } = useOverviewWords();
  const write = useHourWords();
  const air = Math.min(2, width * 0.15);
  const topOf = (count: number): number => yOf(count / most);
  return (
    <g data-testid="trend-hour" data-alarms={hour.alarms}>
      <title>{`${write(hour)} ${words.alarms} ${hour.alarms}${hour.first > 0 ? ` (${words.first(hour.first)})` : ""}`}</title>
      {/* As high as the picture: an hour without alarms has a title too. */}
      <rect className="trend-hit" x={x} width={width} y={yOf(1)} height={yOf(0) - yOf(1)} />
      <rect
        className="trend-bar"
        x={x + air}
        width={Math.max(1, width - 2 * air)}
        y={topOf(hour.alarms)}
        height={yOf(0) - topOf(hour.alarms)}
      />
      {hour.first > 0 && (
        <rect
          className="trend-first"
          x={x + air}
          width={Math.max(1, width - 2 * air)}
          y={topOf(hour.first)}
          height={yOf(0) - topOf(hour.first)}
        />
      )}
    </g>
  );
}

function HoursTable({ hours }: { readonly hours: readonly TrendHour[] }) {
  const { trend: words } = useOverviewWords();
  const write = useHourWords();
  return (
    // Scrolled by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="trend-place trend-table" role="region" aria-label={words.table} tabIndex={0}>
      <table className="city-table">
        <thead>
          <tr>
            {(["hour", "alarms", "first", "readings"] as const).map((name) => (
              <th key={name} scope="col">
                {words.columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.toReversed().map((hour) => (
            <tr key={hour.at}>
              <th scope="row">
                {formatLocal(hour.at).slice(5, 10)} {write(hour)}
              </th>
              <td>{hour.alarms}</td>
              <td>{hour.first}</td>
              <td>{hour.perSecond === null ? words.unwatched : formatRate(hour.perSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const sparkWidth = 72;
const sparkHeight = 16;

/** The alarms of a city, hour by hour: a shape, the number is its name. */
export function CitySpark({ counts }: { readonly counts: readonly number[] }) {
  const { trend: words } = useOverviewWords();
  const all = sum(counts);
  const most = Math.max(4, ...counts);
  const step = sparkWidth / counts.length;
  const bars = counts
    .map((count, hour) =>
      count === 0
        ? ""
        : `M${hour * step} ${sparkHeight}v${(-count / most) * sparkHeight}h${step - 0.6}V${sparkHeight}z`,
    )
    .join("");
  return (
    <svg
      className="city-spark"
      width={sparkWidth}
      height={sparkHeight}
      role="img"
      aria-label={words.spark(all)}
      data-alarms={all}
    >
      <title>{words.spark(all)}</title>
      <path className="trend-base" d={`M0 ${sparkHeight - 0.5}h${sparkWidth}`} />
      <path className="trend-bar" d={bars} />
    </svg>
  );
}

// The course of one factor of a site: choose factor and window, see means with their envelope against the limits that were in
// force and where data was flagged; the same as a table; numbers of a stretch that was drawn with the pointer; the way to take
// the data away. The old picture stays while a new one is fetched.

import { Suspense, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { formatLocal, hourMs } from "#domain/time.ts";
import { buildColumns, type MeanPoint } from "../charts/series.ts";
import { findFlagged, type Stretch } from "../charts/statistics.ts";
import { TimeChart } from "../charts/time-chart.tsx";
import { formatUnit, formatValue } from "../format/number.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { freshness } from "../state/staleness.ts";
import { formatWindow } from "../state/time-range.ts";
import { useServerNow } from "./app-context.ts";
import { historyQuery } from "./history-link.ts";
import { useKeys } from "./key-map.ts";
import { useMarkedSpans } from "./marks/site-marks-data.ts";
import { Failed, Loading } from "./panels.tsx";
import { patientLazy } from "./patient-lazy.ts";
import { ExportLinks, StretchNumbers } from "./site-chart-parts.tsx";
import {
  findLimit,
  pickInterval,
  stepsMs,
  useHistory,
  type FactorDetails,
  type Interval,
  type SiteDetails,
  type SiteLimit,
  type SiteValue,
} from "./site-data.ts";
import { useMonthWords } from "./site-month-words.ts";
import { TimeControl } from "./time-control.tsx";
import { useUrl } from "./url-state.ts";
import { useTimeRange, type TimeRangeState } from "./use-time-range.ts";

const MeansTable = patientLazy(async () => ({ default: (await import("./means-table.tsx")).MeansTable }));
const SiteMarks = patientLazy(async () => ({ default: (await import("./marks/site-marks.tsx")).SiteMarks }));

export interface SiteChartProps {
  readonly site: SiteDetails;
  readonly factor: string;
  readonly value: SiteValue | null;
}

/** Everything the picture is made of. */
function useChart({ site, factor, value }: SiteChartProps, time: TimeRangeState) {
  const { window, isLive } = time;
  const { from, to } = window;
  const now = useServerNow();
  const interval = pickInterval(to - from);
  const stepMs = stepsMs[interval];
  const history = useHistory({ site: site.id, factor, window, isLive });
  const found = history.data?.factor === factor ? history.data.points : undefined;
  // When the answer to another window fails, what was seen before stays: its times are on the axis.
  const kept = useRef<{ readonly of: string; readonly points: readonly MeanPoint[] } | null>(null);
  const of = `${site.id} ${factor}`;
  if (found !== undefined) kept.current = { of, points: found };
  const points = found ?? (history.error !== null && kept.current?.of === of ? kept.current.points : undefined);
  const basis = findLimit(site.limits, factor, now)?.basis ?? "realtime";
  const isShort = to - from <= 6 * hourMs;
  const tailTime = isLive && isShort && value !== null && value.flag === "N" ? value.time : null;
  const columns = useMemo(
    () =>
      buildColumns({
        points: points ?? [],
        stepMs,
        intervalMs: site.intervalSeconds * 1000,
        limits: site.limits.filter((limit) => limit.factor === factor && limit.basis === basis),
        from,
        to,
        tail: tailTime === null || value === null ? null : { time: tailTime, value: value.value },
      }),
    [points, stepMs, site, factor, basis, from, to, tailTime, value?.value],
  );
  const flagged = useMemo(() => findFlagged(points ?? [], stepMs), [points, stepMs]);
  const isStale = isLive && freshness(value?.time ?? null, site.intervalSeconds, now) === "stale";
  return { interval, history, points, columns, flagged, staleFrom: isStale ? (value?.time ?? null) : null };
}

export function SiteChart(props: SiteChartProps) {
  const { site, factor } = props;
  const words = useWords();
  const own = useMonthWords();
  const { query, theme, set, href } = useUrl();
  const time = useTimeRange({ from: "now-1h", to: "now" });
  const { from, to } = time.window;
  const { interval, history, points, columns, flagged, staleFrom } = useChart(props, time);
  const marked = useMarkedSpans(site.id, factor, time.window);
  const [stretch, setStretch] = useState<Stretch | null>(null);
  const info = site.factorDetails.find((entry) => entry.code === factor);
  const isTable = query.get("as") === "table";
  const toggle = (): void => set({ as: isTable ? null : "table" });
  const exports = useRef<HTMLSpanElement>(null);
  useKeys([
    { keys: ["t"], says: words.site.toggleTable, act: toggle },
    // The first of the files is the one people open.
    { keys: ["e"], says: own.exportKey, act: () => exports.current?.querySelector("a")?.click() },
  ]);
  if (info === undefined) return null;
  const hasLimit = columns[4].some((cell) => cell !== null) || columns[5].some((cell) => cell !== null);
  const write = (cell: number | null | undefined): string =>
    typeof cell === "number" ? formatValue(cell, info.decimals) : "—";
  const describe = (index: number): string | null => {
    const seconds = columns[0][index];
    const mean = columns[1][index];
    if (seconds === undefined || typeof mean !== "number") return null;
    return `${formatLocal(seconds * 1000)}  ${words.site.cursor(write(mean), write(columns[2][index]), write(columns[3][index]))} ${formatUnit(info.unit)}`;
  };
  const isWaiting = points === undefined && history.error === null;
  return (
    <section className="panel site-chart" aria-label={words.site.chart}>
      <ChartHead site={site} info={info} isTable={isTable} toggle={toggle}>
        <ExportLinks ref={exports} site={site.id} factor={factor} window={time.window} interval={interval} />
        <Link
          className="button"
          href={href("/history", historyQuery([{ site: site.id, factor }], time.range))}
          data-testid="open-history"
        >
          {own.openHistory}
        </Link>
      </ChartHead>
      <div className="chart-time">
        <TimeControl time={time} />
      </div>
      {history.error !== null && (
        <Failed
          what={words.state.load.history}
          error={history.error}
          retry={() => void history.refetch()}
          kept={points !== undefined}
        />
      )}
      {isWaiting && <Loading lines={7} />}
      {!isWaiting && isTable && (
        <Suspense fallback={<Loading lines={7} />}>
          <MeansTable points={points ?? []} stepMs={stepsMs[interval]} decimals={info.decimals} unit={info.unit} />
        </Suspense>
      )}
      {!isWaiting && !isTable && (
        <TimeChart
          columns={columns}
          from={from}
          to={to}
          staleFrom={staleFrom}
          flagged={flagged}
          {...(marked === null ? {} : { marked })}
          onSelect={setStretch}
          label={words.site.chartLabel(pickName(words, info), formatWindow(time.window))}
          theme={theme}
          formatY={(y) => String(Number(y.toPrecision(6)))}
          describe={describe}
        />
      )}
      {stretch !== null && !isTable && (
        <StretchNumbers
          stretch={stretch}
          points={points ?? []}
          info={info}
          zoom={() => {
            time.show(stretch);
            setStretch(null);
          }}
          close={() => setStretch(null)}
        />
      )}
      {marked !== null && marked.length > 0 && (
        <Suspense fallback={null}>
          <SiteMarks spans={marked} />
        </Suspense>
      )}
      <ChartLegend
        interval={interval}
        limit={hasLimit ? findLimit(site.limits, factor, to) : null}
        isEmpty={points !== undefined && !columns[1].some((mean) => typeof mean === "number")}
        hasFlagged={flagged.length > 0}
      />
    </section>
  );
}

interface ChartHeadProps {
  readonly site: SiteDetails;
  readonly info: FactorDetails;
  readonly isTable: boolean;
  readonly toggle: () => void;
  readonly children: React.ReactNode;
}

function ChartHead({ site, info, isTable, toggle, children }: ChartHeadProps) {
  const words = useWords();
  const { set } = useUrl();
  return (
    <div className="panel-head">
      <h2>
        {pickName(words, info)} <span className="unit">{formatUnit(info.unit)}</span>
      </h2>
      <select
        aria-label={words.site.factor}
        value={info.code}
        onChange={(event) => set({ factor: event.target.value })}
      >
        {site.factorDetails.map((entry) => (
          <option key={entry.code} value={entry.code}>
            {pickName(words, entry)}
          </option>
        ))}
      </select>
      <button type="button" aria-pressed={isTable} onClick={toggle}>
        {words.site.table}
      </button>
      {children}
    </div>
  );
}

interface ChartLegendProps {
  readonly interval: Interval;
  /** In force at the end of the window; null when no limit is in the picture. */
  readonly limit: SiteLimit | null;
  readonly isEmpty: boolean;
  readonly hasFlagged: boolean;
}

function ChartLegend({ interval, limit, isEmpty, hasFlagged }: ChartLegendProps) {
  const words = useWords();
  return (
    <p className="chart-legend">
      <span>
        <i className="key-line" /> {words.site.legendMean(words.site.steps[interval])}
      </span>
      <span>
        <i className="key-band" /> {words.site.legendEnvelope}
      </span>
      {limit !== null && (
        <span data-testid="limit-source">
          <i className="key-limit" /> {words.site.limitTitle(words.bases[limit.basis], limit.source, limit.reason)} ·{" "}
          {words.alarm.pane.inForce(formatLocal(limit.from))}
        </span>
      )}
      {hasFlagged && (
        <span>
          <i className="key-flag is-stale" /> {words.site.legendFlagged}
        </span>
      )}
      {isEmpty ? <b>{words.site.noPoints}</b> : <span className="muted">{words.site.dragHint}</span>}
    </p>
  );
}

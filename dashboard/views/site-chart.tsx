// The chart of one factor of a site: choose factor and range, see means with their envelope against the limits that were in
// force. The old picture stays while a new one is fetched.

import { useMemo } from "react";
import type { LimitBasis } from "#domain/limit.ts";
import { formatLocal, hourMs } from "#domain/time.ts";
import { buildColumns } from "../charts/series.ts";
import { TimeChart } from "../charts/time-chart.tsx";
import { formatUnit, formatValue } from "../format/number.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { freshness } from "../state/staleness.ts";
import { useApp, useServerNow } from "./app-context.ts";
import { Failed, Loading } from "./panels.tsx";
import {
  findLimit,
  ranges,
  rangeSpecs,
  useHistory,
  type Range,
  type FactorDetails,
  type RangeSpec,
  type SiteDetails,
  type SiteValue,
} from "./site-data.ts";
import { useUrl } from "./url-state.ts";

/** The window moves in steps of this: a chart that crawls a pixel per second is redrawn for nothing. */
const windowStepMs = 5_000;

export interface SiteChartProps {
  readonly site: SiteDetails;
  readonly factor: string;
  readonly value: SiteValue | null;
}

export function SiteChart({ site, factor, value }: SiteChartProps) {
  const words = useWords();
  const { ticker } = useApp();
  const { query, theme } = useUrl();
  const now = useServerNow();
  const range: Range = ranges.find((entry) => entry === query.get("range")) ?? "1h";
  const spec = rangeSpecs[range];
  const history = useHistory(site.id, factor, range, ticker.now.get);
  const info = site.factorDetails.find((entry) => entry.code === factor);
  const points = history.data?.factor === factor ? history.data.points : undefined;
  const to = Math.ceil(now / windowStepMs) * windowStepMs;
  const from = to - spec.lengthMs;
  const basis = findLimit(site.limits, factor, now)?.basis ?? "realtime";
  const tailTime = spec.lengthMs <= 6 * hourMs && value !== null && value.flag === "N" ? value.time : null;
  const columns = useMemo(
    () =>
      buildColumns({
        points: points ?? [],
        stepMs: spec.stepMs,
        intervalMs: site.intervalSeconds * 1000,
        limits: site.limits.filter((limit) => limit.factor === factor && limit.basis === basis),
        from,
        to,
        tail: tailTime === null || value === null ? null : { time: tailTime, value: value.value },
      }),
    [points, spec, site, factor, basis, from, to, tailTime, value?.value],
  );
  if (info === undefined) return null;
  const isStale = freshness(value?.time ?? null, site.intervalSeconds, now) === "stale";
  const hasLimit = columns[4].some((cell) => cell !== null) || columns[5].some((cell) => cell !== null);
  const write = (cell: number | null | undefined): string =>
    typeof cell === "number" ? formatValue(cell, info.decimals) : "—";
  const describe = (index: number): string | null => {
    const seconds = columns[0][index];
    const mean = columns[1][index];
    if (seconds === undefined || typeof mean !== "number") return null;
    return `${formatLocal(seconds * 1000)}  ${words.site.cursor(write(mean), write(columns[2][index]), write(columns[3][index]))} ${formatUnit(info.unit)}`;
  };
  return (
    <section className="panel site-chart" aria-label={words.site.chart}>
      <ChartHead site={site} info={info} range={range} />
      {history.error !== null && (
        <Failed
          what={words.state.load.history}
          error={history.error}
          retry={() => void history.refetch()}
          kept={points !== undefined}
        />
      )}
      {points === undefined && history.error === null ? (
        <Loading lines={7} />
      ) : (
        <TimeChart
          columns={columns}
          from={from}
          to={to}
          staleFrom={isStale ? (value?.time ?? null) : null}
          label={words.site.chartLabel(pickName(words, info), words.site.ranges[range])}
          theme={theme}
          formatY={(y) => String(Number(y.toPrecision(6)))}
          describe={describe}
        />
      )}
      <ChartLegend spec={spec} basis={hasLimit ? basis : null} isEmpty={points?.length === 0} />
    </section>
  );
}

function ChartHead(props: { readonly site: SiteDetails; readonly info: FactorDetails; readonly range: Range }) {
  const words = useWords();
  const { set } = useUrl();
  const { site, info, range } = props;
  return (
    <div className="panel-head">
      <h2>
        {pickName(words, info)} <span className="unit">{formatUnit(info.unit)}</span>
      </h2>
      <label>
        <span className="visually-hidden">{words.site.factor}</span>
        <select value={info.code} onChange={(event) => set({ factor: event.target.value })}>
          {site.factorDetails.map((entry) => (
            <option key={entry.code} value={entry.code}>
              {pickName(words, entry)}
            </option>
          ))}
        </select>
      </label>
      <div className="segments" role="group" aria-label={words.site.range}>
        {ranges.map((entry) => (
          <button
            key={entry}
            type="button"
            aria-pressed={entry === range}
            onClick={() => set({ range: entry === "1h" ? null : entry })}
          >
            {words.site.ranges[entry]}
          </button>
        ))}
      </div>
    </div>
  );
}

interface ChartLegendProps {
  readonly spec: RangeSpec;
  /** Null when no limit is in the picture. */
  readonly basis: LimitBasis | null;
  readonly isEmpty: boolean;
}

function ChartLegend({ spec, basis, isEmpty }: ChartLegendProps) {
  const words = useWords();
  return (
    <p className="chart-legend">
      <span>
        <i className="key-line" /> {words.site.legendMean(words.site.steps[spec.interval])}
      </span>
      <span>
        <i className="key-band" /> {words.site.legendEnvelope}
      </span>
      {basis !== null && (
        <span>
          <i className="key-limit" /> {words.site.legendLimit(words.bases[basis])}
        </span>
      )}
      {isEmpty && <b>{words.site.noPoints}</b>}
    </p>
  );
}

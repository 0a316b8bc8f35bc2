// Two hours around an alarm: the course of its factor with the limits in force, when it began and was over, and the band within
// which it is not over yet.

import { useMemo } from "react";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { hourMs } from "#domain/time.ts";
import { buildColumns } from "../../charts/series.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { formatUnit } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { TimeWindow } from "../../state/time-range.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useServerNow } from "../app-context.ts";
import { Failed, Loading } from "../panels.tsx";
import { pickInterval, stepsMs, useHistory, type SiteDetails } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { usePaneWords } from "./pane-data.ts";
import { basisOf } from "./pane-facts.tsx";

const aroundMs = 2 * hourMs;
const roundMs = 60_000;

/** An hour before and after the beginning; of a young alarm the last two hours. */
export function windowAround(alarm: AlarmView, now: number): TimeWindow {
  const to = Math.ceil(Math.min(now, alarm.onset + aroundMs / 2) / roundMs) * roundMs;
  return { from: to - aroundMs, to };
}

/** Between these the alarm neither begins nor ends; null = there is no such band. */
export function findDeadband(
  { limit, value }: Pick<AlarmView, "limit" | "value">,
  definition: Pick<AlarmDefinition, "deadband" | "levels"> | null,
): { readonly from: number; readonly to: number } | null {
  if (limit === null || definition === null || definition.deadband.value === 0) return null;
  const { kind, value: width } = definition.deadband;
  const band = kind === "percent" ? (Math.abs(limit) * width) / 100 : width;
  // Beyond a lower limit the way back leads upwards.
  const isBelow = definition.levels[0]?.op === "below" || (value !== null && value < limit);
  return isBelow ? { from: limit, to: limit + band } : { from: limit - band, to: limit };
}

interface AroundProps {
  readonly alarm: AlarmView;
  readonly site: SiteDetails;
  readonly definition: AlarmDefinition | null;
}

export function AroundChart({ alarm, site, definition }: AroundProps) {
  const words = useWords();
  const own = usePaneWords();
  const { theme } = useUrl();
  const now = useServerNow();
  const window = windowAround(alarm, now);
  const { to } = window;
  const isLive = now - alarm.onset < aroundMs / 2;
  const history = useHistory({ site: site.id, factor: alarm.factor, window, isLive });
  const points = history.data?.factor === alarm.factor ? history.data?.points : undefined;
  const basis = basisOf(alarm) ?? "realtime";
  const stepMs = stepsMs[pickInterval(aroundMs)];
  const columns = useMemo(
    () =>
      buildColumns({
        points: points ?? [],
        stepMs,
        intervalMs: site.intervalSeconds * 1000,
        limits: site.limits.filter((limit) => limit.factor === alarm.factor && limit.basis === basis),
        from: to - aroundMs,
        to,
        tail: null,
      }),
    [points, stepMs, site, alarm.factor, basis, to],
  );
  const deadband = findDeadband(alarm, definition);
  return (
    <section>
      <h3>
        {words.alarm.pane.chart} <span className="unit">{formatUnit(alarm.unit)}</span>
        {deadband !== null && <span className="chip deadband-chip">{own.legend.band}</span>}
      </h3>
      {history.error !== null && (
        <Failed
          what={words.state.load.history}
          error={history.error}
          retry={() => void history.refetch()}
          kept={points !== undefined}
        />
      )}
      {points === undefined && history.error === null && <Loading lines={4} />}
      {points !== undefined && (
        <TimeChart
          columns={columns}
          {...window}
          staleFrom={null}
          mark={alarm.onset}
          end={alarm.cleared}
          says={{ mark: own.legend.onset, end: own.legend.cleared }}
          deadband={deadband}
          label={words.alarm.pane.chart}
          theme={theme}
          formatY={(y) => String(Number(y.toPrecision(5)))}
          describe={() => null}
        />
      )}
    </section>
  );
}

// The month of one factor, hour by hour: what was within its limit, beyond it, invalid, missing; as a strip or as a table by
// day. Which limit the hours are held against is said. Month and form stand in the address.

import { useMemo } from "react";
import { dayMs, formatDay, minuteMs, parseDay } from "#domain/time.ts";
import {
  countHours,
  hourStates,
  judgeMonth,
  listHours,
  monthAround,
  pickBasis,
  type MonthDay,
} from "../charts/month.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { freezeWindow } from "../state/time-range.ts";
import { useApp, useServerNow } from "./app-context.ts";
import { Failed, Loading } from "./panels.tsx";
import type { FactorDetails, SiteDetails } from "./site-data.ts";
import { useFirstDay, useHours } from "./site-month-data.ts";
import { MonthStrip } from "./site-month-strip.tsx";
import { useMonthWords } from "./site-month-words.ts";
import { useUrl } from "./url-state.ts";
import "../style/month.css";

export interface SiteMonthProps {
  readonly site: SiteDetails;
  readonly factor: string;
}

/** `month=2026-10` of the address, or the month that goes on. */
function useMonth(now: number) {
  const { query } = useUrl();
  const asked = parseDay(`${query.get("month") ?? ""}-01`);
  return monthAround(asked === null || asked > now ? now : asked);
}

export function SiteMonth({ site, factor }: SiteMonthProps) {
  const words = useMonthWords();
  const { ticker } = useApp();
  const { query, set } = useUrl();
  // The hours are judged anew every minute, not every second.
  const now = Math.floor(useServerNow() / minuteMs) * minuteMs;
  const { from, to } = useMonth(now);
  const hours = useHours(site.id, factor, { from, to }, now < to);
  const first = useFirstDay(site.id, factor, ticker.now.get);
  const firstDay = first.data ?? null;
  const info = site.factorDetails.find((entry) => entry.code === factor);
  const limits = useMemo(
    () => site.limits.filter((limit) => limit.factor === factor && limit.from < to && (limit.to ?? to) > from),
    [site, factor, from, to],
  );
  const basis = pickBasis(limits);
  // What is missing cannot be told before it is known since when there is something.
  const isMine =
    !first.isPending && hours.data?.site === site.id && hours.data.factor === factor && hours.data.from === from;
  const points = isMine ? hours.data?.points : undefined;
  const days = useMemo(() => {
    const held = limits.filter((limit) => limit.basis === basis);
    const { intervalSeconds } = site;
    // A site of today has hours, but no day yet.
    const begun = Math.min(firstDay ?? Number.POSITIVE_INFINITY, points?.[0]?.[0] ?? Number.POSITIVE_INFINITY);
    return judgeMonth({ points: points ?? [], limits: held, intervalSeconds, from, to, now, begun });
  }, [points, limits, basis, site, from, to, now, firstDay]);
  if (info === undefined) return null;
  const error = hours.error ?? first.error;
  const retry = (): void => {
    void hours.refetch();
    void first.refetch();
  };
  const isTable = query.get("hours") === "table";
  return (
    <section className="panel month" aria-label={words.title(formatDay(from).slice(0, 7))} data-testid="month">
      <MonthHead from={from} isLast={now < to} isTable={isTable} />
      {error !== null && <Failed what={words.load} error={error} retry={retry} kept={points !== undefined} />}
      {points === undefined && error === null && <Loading lines={4} />}
      {points !== undefined && isTable && <MonthTable days={days} />}
      {points !== undefined && !isTable && (
        <Strip
          days={days}
          info={info}
          open={(day) => set({ ...freezeWindow({ from: day, to: Math.min(day + dayMs, now) }) })}
        />
      )}
      <Legend days={days} basis={basis} />
    </section>
  );
}

interface HeadProps {
  readonly from: number;
  /** It is the month that goes on. */
  readonly isLast: boolean;
  readonly isTable: boolean;
}

function MonthHead({ from, isLast, isTable }: HeadProps) {
  const words = useMonthWords();
  const { set } = useUrl();
  const go = (step: -1 | 1): void => set({ month: formatDay(monthAround(from, step).from).slice(0, 7) });
  return (
    <div className="panel-head">
      <h2>{words.title(formatDay(from).slice(0, 7))}</h2>
      <button type="button" aria-label={words.previous} title={words.previous} onClick={() => go(-1)}>
        ◂
      </button>
      <button type="button" aria-label={words.next} title={words.next} disabled={isLast} onClick={() => go(1)}>
        ▸
      </button>
      <button type="button" aria-pressed={isTable} onClick={() => set({ hours: isTable ? null : "table" })}>
        {words.table}
      </button>
    </div>
  );
}

interface StripProps {
  readonly days: readonly MonthDay[];
  readonly info: FactorDetails;
  readonly open: (dayMs: number) => void;
}

function Strip({ days, info, open }: StripProps) {
  const words = useMonthWords();
  const catalogue = useWords();
  const { exceeded, invalid, missing } = countHours(days);
  const month = formatDay(days[0]?.start ?? 0).slice(0, 7);
  const label = words.label(pickName(catalogue, info), month, exceeded, invalid, missing);
  return <MonthStrip days={days} info={info} label={label} open={open} />;
}

function Legend({ days, basis }: { readonly days: readonly MonthDay[]; readonly basis: ReturnType<typeof pickBasis> }) {
  const words = useMonthWords();
  const { bases } = useWords();
  const counts = countHours(days);
  return (
    <p className="chart-legend month-legend">
      {hourStates
        .filter((state) => state !== "none")
        .map((state) => (
          <span key={state} data-state={state} data-hours={counts[state]}>
            <i className={`month-key month-key-${state}`} aria-hidden="true" />
            {words.count(words.states[state], counts[state])}
          </span>
        ))}
      <span className="muted">
        {basis === null ? words.noLimit : words.judgedBy(bases[basis])}{" "}
        {basis !== null && basis !== "hour" && words.forOrientation}
      </span>
      <span className="muted">{words.share}</span>
    </p>
  );
}

/** One row per day that has begun, the newest first. */
function MonthTable({ days }: { readonly days: readonly MonthDay[] }) {
  const words = useMonthWords();
  const begun = days.filter(({ hours }) => hours.some((hour) => hour.state !== "none")).toReversed();
  return (
    // Scrolled by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="revisions-box" role="region" aria-label={words.table} tabIndex={0}>
      <table className="revisions">
        <thead>
          <tr>
            {(["day", "ok", "exceeded", "invalid", "missing"] as const).map((name) => (
              <th key={name} scope="col">
                {words.columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {begun.map((day) => (
            <tr key={day.start}>
              <th scope="row">{formatDay(day.start)}</th>
              <td>{day.hours.filter((hour) => hour.state === "ok").length}</td>
              <td>
                <b>{listHours(day, "exceeded")}</b>
              </td>
              <td>{listHours(day, "invalid")}</td>
              <td>{listHours(day, "missing")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

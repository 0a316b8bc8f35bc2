// The latest value of every factor of a site: number, unit, flag, limit, share of the limit, remarks, time and age. Stopped
// values are hatched and say for how long; missing ones are a dash with the reason.

import type { QualityName } from "#domain/reading.ts";
import { formatLimit, formatValue } from "../format/number.ts";
import { formatAge, formatMoment } from "../format/time.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { isOpen } from "../state/alarm-book.ts";
import { freshness } from "../state/staleness.ts";
import type { AlarmView } from "../state/wire.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";
import { Mark } from "./mark.tsx";
import {
  findLimit,
  useTodayShares,
  type Share,
  type SiteDetails,
  type SiteLimit,
  type SiteValue,
} from "./site-data.ts";
import { Value } from "./value.tsx";

export interface SiteValuesProps {
  readonly site: SiteDetails;
  readonly values: ReadonlyMap<string, SiteValue>;
  readonly isLoading: boolean;
  readonly chosen: string | null;
  readonly choose: (factor: string) => void;
}

export function SiteValues(props: SiteValuesProps) {
  const words = useWords();
  const { live, ticker } = useApp();
  const now = useServerNow();
  const today = useTodayShares(props.site, ticker.now.get).data ?? new Map<string, Share>();
  const book = useObservable(live.book);
  const alarms = [...book.byId.values()].filter((alarm) => alarm.site === props.site.id && isOpen(alarm));
  const { columns } = words.site;
  return (
    <section className="panel values-panel" aria-label={words.site.values}>
      <table className="values">
        <thead>
          <tr>
            <th scope="col">{columns.factor}</th>
            <th scope="col" className="number">
              {columns.value}
            </th>
            <th scope="col">{columns.flag}</th>
            <th scope="col" className="number">
              {columns.limit}
            </th>
            <th scope="col">{columns.share}</th>
            <th scope="col" className="number">
              {columns.validToday}
            </th>
            <th scope="col">{columns.quality}</th>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.age}</th>
          </tr>
        </thead>
        <tbody>
          {props.site.factorDetails.map((factor) => (
            <ValueRow
              key={factor.code}
              factor={factor}
              site={props.site}
              value={props.values.get(factor.code) ?? null}
              isLoading={props.isLoading}
              isChosen={props.chosen === factor.code}
              choose={props.choose}
              alarm={alarms.find((alarm) => alarm.factor === factor.code)}
              today={today.get(factor.code) ?? null}
              now={now}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ValueRowProps {
  readonly factor: SiteDetails["factorDetails"][number];
  readonly site: SiteDetails;
  readonly value: SiteValue | null;
  readonly isLoading: boolean;
  readonly isChosen: boolean;
  readonly choose: (factor: string) => void;
  readonly alarm: AlarmView | undefined;
  readonly today: Share | null;
  readonly now: number;
}

function ValueRow({ factor, site, value, isLoading, isChosen, choose, alarm, today, now }: ValueRowProps) {
  const words = useWords();
  const limit = findLimit(site.limits, factor.code, now);
  const state = freshness(value?.time ?? null, site.intervalSeconds, now);
  // A value of the moment cannot break a limit for hourly or daily means; its share is shown for orientation only.
  const isBeyond = value !== null && limit?.basis === "realtime" && isBeyondLimit(limit, value.value);
  const age = value === null ? "" : words.ago(formatAge(now - value.time, words.duration));
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <button
          type="button"
          className="quiet"
          aria-pressed={isChosen}
          onClick={() => choose(factor.code)}
          title={factor.code}
        >
          {alarm !== undefined && <Mark priority={alarm.priority} unacked={!alarm.acked} />} {pickName(words, factor)}
        </button>
      </th>
      <td className="number" data-testid="site-value" data-factor={factor.code} data-stale={state !== "fresh"}>
        <Value
          value={value?.value ?? null}
          decimals={factor.decimals}
          unit={factor.unit}
          isBeyond={isBeyond}
          isRevised={value?.quality.includes("revision") === true}
          staleMs={state === "stale" && value !== null ? now - value.time : null}
          missing={isLoading ? words.state.loading : words.site.missing}
          isBare
        />
      </td>
      <td>
        {value !== null && value.flag !== "N" && (
          <>
            <span className="chip" title={words.flags[value.flag]}>
              {value.flag}
            </span>{" "}
            {words.flags[value.flag]}
          </>
        )}
      </td>
      <td className="number">
        {limit === null ? <span className="muted">{words.site.noLimit}</span> : <LimitText limit={limit} />}
      </td>
      <td>
        {value !== null && limit !== null && <LimitShare value={value.value} limit={limit} isBeyond={isBeyond} />}
      </td>
      <td
        className="number"
        title={today === null ? undefined : words.site.validTodayTitle(today.valid, today.count)}
        data-short={today !== null && today.valid < today.count}
      >
        {today !== null && today.count > 0 && `${formatValue((today.valid / today.count) * 100, 1)}%`}
      </td>
      <td>
        {value === null ? (
          <span className="muted">{isLoading ? "" : words.site.missing}</span>
        ) : (
          nameQualities(words, value.quality)
        )}
      </td>
      <td className="time">{value !== null && formatMoment(value.time, now)}</td>
      <td className="age">
        {state === "stale" ? (
          <b>{`${words.site.stale} ${formatAge(now - (value?.time ?? now), words.duration)}`}</b>
        ) : (
          age
        )}
      </td>
    </tr>
  );
}

function isBeyondLimit(limit: SiteLimit, value: number): boolean {
  return (limit.max !== null && value > limit.max) || (limit.min !== null && value < limit.min);
}

function nameQualities(words: Catalogue, names: readonly string[]): string {
  return names.map((name) => words.qualities[name as QualityName] ?? name).join("、");
}

function LimitText({ limit }: { readonly limit: SiteLimit }) {
  const words = useWords();
  const text =
    limit.min !== null && limit.max !== null
      ? `${formatLimit(limit.min)}–${formatLimit(limit.max)}`
      : limit.max !== null
        ? formatLimit(limit.max)
        : `≥ ${formatLimit(limit.min ?? 0)}`;
  return (
    <span title={words.site.limitTitle(words.bases[limit.basis], limit.source, limit.reason)}>
      {text}
      {limit.basis !== "realtime" && <span className="muted"> {words.bases[limit.basis]}</span>}
    </span>
  );
}

/** Bar with a tick at the limit; it ends at 150 %. A range (pH) has no share of a limit and gets none. */
function LimitShare({
  value,
  limit,
  isBeyond,
}: {
  readonly value: number;
  readonly limit: SiteLimit;
  readonly isBeyond: boolean;
}) {
  const words = useWords();
  const beyond = isBeyond && <b className="beyond-text">{words.site.exceeded}</b>;
  if (limit.max === null || limit.max <= 0 || limit.min !== null) return beyond;
  const percent = (value / limit.max) * 100;
  return (
    <span className="share">
      <span className="share-track" aria-hidden="true">
        <span
          className="share-bar"
          data-beyond={isBeyond}
          style={{ width: `${(Math.min(150, Math.max(0, percent)) / 150) * 100}%` }}
        />
        <span className="share-tick" />
      </span>
      <span className="share-text">{`${formatValue(percent, 0)}%`}</span>
      {beyond}
    </span>
  );
}

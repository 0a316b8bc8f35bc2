// The statistics of the window, one line per series: the value under the pointer, least, largest, mean, how many readings
// count; and why there is nothing where there is nothing.

import { formatUnit, formatValue } from "../../format/number.ts";
import { formatLocal } from "#domain/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { nameFactor } from "../describe-alarm.ts";
import { explainError } from "../panels.tsx";
import { useEarliest, type Answer, type Loaded } from "./history-data.ts";
import { pickStatistic, pointAt, summarize } from "./points.ts";
import { keyOf, type SeriesRef } from "./series-list.ts";
import { Swatch } from "./swatch.tsx";
import type { Explorer } from "./use-explorer.ts";
import { useHistoryWords } from "./words.ts";

export interface StatsProps {
  readonly explorer: Explorer;
  readonly answer: Answer;
  readonly cursor: number | null;
}

export function Stats({ explorer, answer, cursor }: StatsProps) {
  const words = useHistoryWords().stats;
  const hasPast = answer.compared.length > 0;
  return (
    // Wider than a small screen; scrolled by the keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="history-stats" role="region" aria-label={words.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.number}</th>
            <th scope="col">{words.series}</th>
            <th scope="col" className="number">
              {words.cursor}
            </th>
            <th scope="col" className="number">
              {words.min}
            </th>
            <th scope="col" className="number">
              {words.mean}
            </th>
            <th scope="col" className="number">
              {words.max}
            </th>
            {hasPast && (
              <th scope="col" className="number">
                {words.past}
              </th>
            )}
            <th scope="col" className="number">
              {words.valid}
            </th>
            <th scope="col" className="number">
              {words.points}
            </th>
            <th scope="col">{words.resolution}</th>
          </tr>
        </thead>
        <tbody>
          {explorer.refs.map((ref, i) => (
            <StatsRow
              key={keyOf(ref)}
              seriesRef={ref}
              index={i}
              loaded={answer.series.find((each) => keyOf(each.ref) === keyOf(ref)) ?? null}
              past={answer.compared.find((each) => keyOf(each.ref) === keyOf(ref)) ?? null}
              hasPast={hasPast}
              cursor={cursor}
              explorer={explorer}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface StatsRowProps {
  readonly seriesRef: SeriesRef;
  readonly index: number;
  /** Null while it is on its way. */
  readonly loaded: Loaded | null;
  readonly past: Loaded | null;
  readonly hasPast: boolean;
  readonly cursor: number | null;
  readonly explorer: Explorer;
}

function useReadingMs(site: string): number {
  return (useApp().sites.info(site)?.intervalSeconds ?? 60) * 1000;
}

function StatsRow({ seriesRef, index, loaded, past, hasPast, cursor, explorer }: StatsRowProps) {
  const words = useHistoryWords();
  const catalogue = useWords();
  const { sites, factors } = useApp();
  const { site, factor, statistic } = seriesRef;
  const readingMs = useReadingMs(site);
  const decimals = factors[factor]?.decimals ?? 2;
  const write = (value: number | null): string => (value === null ? "—" : formatValue(value, decimals));
  const summary = summarize(loaded?.points ?? []);
  const at = loaded === null || cursor === null ? null : pointAt({ ...loaded, readingMs }, cursor);
  const pastMean = past === null ? null : summarize(past.points).mean;
  const change =
    pastMean === null || summary.mean === null || pastMean === 0
      ? ""
      : ` (${summary.mean >= pastMean ? "+" : "−"}${formatValue(Math.abs((summary.mean / pastMean - 1) * 100), 1)}%)`;
  const isEmpty = loaded !== null && loaded.error === null && loaded.points.length === 0;
  return (
    <tr data-testid="stats-row" data-series={keyOf(seriesRef)} data-points={summary.points}>
      <td>
        <Swatch index={index} />
      </td>
      <th scope="row" title={`${sites.info(site)?.name ?? site} (${keyOf(seriesRef)})`}>
        <b>{nameFactor(catalogue, factors, factor)}</b> <span className="unit">{formatUnit(loaded?.unit ?? "")}</span>{" "}
        {sites.info(site)?.name ?? site}
      </th>
      {loaded === null || loaded.error !== null || isEmpty ? (
        <td colSpan={hasPast ? 8 : 7}>
          {loaded === null ? (
            words.updating
          ) : isEmpty ? (
            <Empty loaded={loaded} explorer={explorer} />
          ) : (
            <b>{`✕ ${words.failed}: ${explainError(catalogue, loaded.error)}`}</b>
          )}
        </td>
      ) : (
        <>
          <td className="number" data-testid="at-cursor">
            {at === null ? "" : write(pickStatistic(at, statistic))}
          </td>
          <td className="number">{write(summary.min)}</td>
          <td className="number">{write(summary.mean)}</td>
          <td className="number">
            <b>{write(summary.max)}</b>
          </td>
          {hasPast && <td className="number">{pastMean === null ? "—" : `${write(pastMean)}${change}`}</td>}
          <td className="number">
            {summary.valid} / {summary.count}
          </td>
          <td className="number">{summary.points}</td>
          <td>{words.steps[loaded.interval]}</td>
        </>
      )}
    </tr>
  );
}

/** Nothing here: since when there is something, and the way to it. */
function Empty({ loaded, explorer }: { readonly loaded: Loaded; readonly explorer: Explorer }) {
  const words = useHistoryWords();
  const now = useServerNow();
  const earliest = useEarliest(loaded.ref, now, true);
  const at = earliest.data;
  const { from, to } = explorer.time.window;
  return (
    <span className="history-nothing">
      {words.empty}
      {at === undefined ? "" : `; ${at === null ? words.never : words.earliest(formatLocal(at))}`}
      {typeof at === "number" && (
        <button type="button" onClick={() => explorer.time.show({ from: at, to: at + (to - from) })}>
          {words.goThere}
        </button>
      )}
    </span>
  );
}

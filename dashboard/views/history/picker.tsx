// The left side of the explorer: find a site, choose its factors, see what is chosen, each with its number and colour.

import { useId, useState } from "react";
import { formatUnit } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { findSites } from "../../state/site-search.ts";
import { useApp } from "../app-context.ts";
import { Failed, Loading } from "../panels.tsx";
import { useSite } from "../site-data.ts";
import { nameFactor } from "../describe-alarm.ts";
import { Swatch } from "./swatch.tsx";
import { keyOf, seriesMax, statistics, type SeriesRef } from "./series-list.ts";
import type { Explorer } from "./use-explorer.ts";
import { useHistoryWords } from "./words.ts";

const shownMax = 60;

export function Picker({ explorer }: { readonly explorer: Explorer }) {
  const words = useHistoryWords().picker;
  const { sites } = useApp();
  const id = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const site = chosen ?? explorer.refs.at(-1)?.site ?? null;
  const isSearching = text.trim() !== "";
  const found = isSearching ? findSites(sites.columns, text, shownMax) : null;
  const rows = found?.rows ?? sites.columns.id.slice(0, shownMax).map((_, row) => row);
  const total = found?.total ?? sites.columns.id.length;
  return (
    <aside className="panel history-picker" aria-label={words.title}>
      <Chosen explorer={explorer} />
      <div className="history-find">
        <input
          type="search"
          value={text}
          placeholder={words.search}
          aria-label={words.search}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <ul className="history-sites" aria-label={words.sites}>
          {rows.map((row) => {
            const each = sites.columns.id[row] ?? "";
            return (
              <li key={each}>
                <button
                  type="button"
                  className="quiet"
                  aria-pressed={each === site}
                  data-testid="pick-site"
                  data-site={each}
                  title={each}
                  onClick={() => setChosen(each)}
                >
                  <span>{sites.columns.name[row]}</span> <span className="muted">{each}</span>
                </button>
              </li>
            );
          })}
        </ul>
        {total === 0 && <p className="hint">{words.none}</p>}
        {total > rows.length && <p className="hint">{words.more(total - rows.length)}</p>}
      </div>
      <div className="history-factors" role="group" aria-labelledby={id}>
        <h3 id={id}>{words.factors}</h3>
        {site === null ? <p className="hint">{words.pickSite}</p> : <Factors site={site} explorer={explorer} />}
      </div>
    </aside>
  );
}

function Factors({ site, explorer }: { readonly site: string; readonly explorer: Explorer }) {
  const catalogue = useWords();
  const words = useHistoryWords().picker;
  const { sites } = useApp();
  const details = useSite(site);
  const isFull = explorer.refs.length >= seriesMax;
  if (details.data === undefined) {
    if (details.error === null) return <Loading lines={4} />;
    return <Failed what={words.loadFactors} error={details.error} retry={() => void details.refetch()} />;
  }
  const chosen = new Set(explorer.refs.map(keyOf));
  return (
    <>
      <p className="hint">{sites.info(site)?.name ?? site}</p>
      <ul>
        {details.data.factorDetails.map((factor) => {
          const ref = { site, factor: factor.code };
          const isChosen = chosen.has(keyOf(ref));
          return (
            <li key={factor.code}>
              <label title={isFull && !isChosen ? words.full(seriesMax) : factor.code}>
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={isFull && !isChosen}
                  data-factor={factor.code}
                  onChange={() => explorer.toggle(ref)}
                />
                {pickName(catalogue, factor)} <span className="unit">{formatUnit(factor.unit)}</span>
              </label>
            </li>
          );
        })}
      </ul>
      {isFull && <p className="hint">{words.full(seriesMax)}</p>}
    </>
  );
}

function Chosen({ explorer }: { readonly explorer: Explorer }) {
  const words = useHistoryWords().picker;
  const catalogue = useWords();
  const { sites, factors } = useApp();
  const { refs } = explorer;
  const change = (at: number, next: SeriesRef): void => explorer.change(refs.map((ref, i) => (i === at ? next : ref)));
  return (
    <div className="history-chosen">
      <h2>
        {words.chosen(refs.length, seriesMax)}
        {refs.length > 0 && (
          <button type="button" className="quiet" onClick={() => explorer.change([])}>
            {words.clear}
          </button>
        )}
      </h2>
      <ol>
        {refs.map((ref, i) => {
          const info = sites.info(ref.site);
          const factor = nameFactor(catalogue, factors, ref.factor);
          const name = `${info?.name ?? ref.site} ${factor}`;
          return (
            <li key={keyOf(ref)} data-testid="chosen-series" data-series={keyOf(ref)}>
              <Swatch index={i} />
              <span className="history-chosen-name" title={`${name} (${ref.site}, ${ref.factor})`}>
                <b>{factor}</b>
                <small>{info?.name ?? `${ref.site}: ${words.unknownSite}`}</small>
              </span>
              <select
                value={ref.statistic}
                aria-label={words.statistic(name)}
                onChange={(event) => {
                  const statistic = statistics.find((entry) => entry === event.target.value);
                  if (statistic !== undefined) change(i, { ...ref, statistic });
                }}
              >
                {statistics.map((entry) => (
                  <option key={entry} value={entry}>
                    {words.statistics[entry]}
                  </option>
                ))}
              </select>
              <button
                type="button"
                className="quiet"
                aria-label={words.remove(name)}
                title={words.remove(name)}
                onClick={() => explorer.toggle(ref)}
              >
                ×
              </button>
            </li>
          );
        })}
      </ol>
      {explorer.wrong.length > 0 && (
        <p className="history-wrong" role="status">
          {words.wrong(explorer.wrong.join(", "))}
        </p>
      )}
    </div>
  );
}

// The back-test beside the form: where and how long, one sentence as its answer, bars before and after by priority and by day, the
// sites that change most. It runs where the form stands, can be stopped, and says when the form has changed since.

import { useEffect, useRef, useState } from "react";
import { cities } from "#domain/city.ts";
import { dayMs } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import {
  type BacktestQuestion,
  type BacktestResult,
  daysOf,
  mostChanged,
  placeOf,
  testSpans,
} from "./backtest-data.ts";
import { runBacktest } from "./backtest-run.ts";
import { type DefinitionDraft, useDefinitionWords } from "./definition-data.ts";

interface BacktestProps {
  readonly id: string;
  /** Null while the form cannot be read. */
  readonly draft: DefinitionDraft | null;
  readonly scope: { readonly city: string; readonly site: string };
}

type Run =
  | { readonly name: "idle" }
  | { readonly name: "running"; readonly percent: number | null }
  | { readonly name: "done"; readonly result: BacktestResult; readonly of: string; readonly days: number }
  | { readonly name: "failed"; readonly error: unknown };

export function BacktestPart({ id, draft, scope }: BacktestProps) {
  const { test: words } = useDefinitionWords();
  const catalogue = useWords();
  const { query, set } = useUrl();
  const now = useServerNow();
  const [run, setRun] = useState<Run>({ name: "idle" });
  const working = useRef<AbortController | null>(null);
  const place = placeOf(query, scope);
  const said = JSON.stringify([draft, place]);
  const isRunning = run.name === "running";

  async function start(): Promise<void> {
    if (draft === null || isRunning) return;
    const controller = new AbortController();
    working.current?.abort();
    working.current = controller;
    const { city, site, days } = place;
    const to = Math.floor(now / 60_000) * 60_000;
    const question: BacktestQuestion = { id, draft, city, site, from: to - days * dayMs, to };
    setRun({ name: "running", percent: null });
    try {
      const result = await runBacktest(question, controller.signal, (percent) => setRun({ name: "running", percent }));
      if (!controller.signal.aborted) setRun({ name: "done", result, of: said, days });
    } catch (error) {
      setRun(controller.signal.aborted ? { name: "idle" } : { name: "failed", error });
    }
  }

  useKeys([{ keys: ["b"], says: words.key, act: () => void start() }]);
  // A link that tunes something has asked for it already.
  const wants = query.get("test") === "1" && draft !== null;
  const begun = useRef(false);
  useEffect(() => {
    if (!wants || begun.current) return;
    begun.current = true;
    void start();
  });
  useEffect(() => () => working.current?.abort(), []);

  return (
    <section className="panel backtest" data-testid="backtest" data-state={run.name}>
      <h2>{words.title}</h2>
      <p className="hint">{words.says}</p>
      <p className="device-buttons">
        <select
          aria-label={words.city}
          value={place.city}
          disabled={place.site !== null}
          onChange={(event) => set({ city: event.target.value })}
        >
          {cities.map((city) => (
            <option key={city.adcode} value={city.adcode}>
              {pickName(catalogue, city)}
            </option>
          ))}
        </select>
        <input
          aria-label={words.site}
          placeholder={words.site}
          value={place.site ?? ""}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set({ for: event.target.value.trim() })}
        />
        <select aria-label={words.days} value={place.days} onChange={(event) => set({ days: event.target.value })}>
          {testSpans.map((span) => (
            <option key={span} value={span}>
              {words.lastDays(span)}
            </option>
          ))}
        </select>
        {isRunning ? (
          <button type="button" onClick={() => working.current?.abort()}>
            {words.cancel}
          </button>
        ) : (
          <button type="button" className="primary" disabled={draft === null} onClick={() => void start()}>
            {words.run}
          </button>
        )}
      </p>
      <div aria-live="polite">
        {run.name === "running" && (
          <p data-testid="backtest-progress">
            <progress max={100} {...(run.percent === null ? {} : { value: run.percent })} aria-label={words.runs} />{" "}
            {words.busy(run.percent)}
          </p>
        )}
        {run.name === "done" && <Answer run={run} isOld={run.of !== said} />}
      </div>
      {run.name === "failed" && <Failed what={words.runs} error={run.error} retry={() => void start()} />}
    </section>
  );
}

function Answer({ run, isOld }: { readonly run: Extract<Run, { name: "done" }>; readonly isOld: boolean }) {
  const { test: words } = useDefinitionWords();
  const { result, days } = run;
  const { before, after } = result;
  const most = mostChanged(result);
  const byDay = daysOf(result);
  if (result.skipped.length > 0) return <p data-testid="backtest-skipped">{words.skipped}</p>;
  return (
    <div className="backtest-answer">
      {isOld && (
        <p role="note" className="hint">
          {words.stale}
        </p>
      )}
      <p className="backtest-sentence" data-testid="backtest-sentence">
        <b>
          {words.sentence(
            formatCount(after.raises),
            formatCount(before.raises),
            days,
            formatCount(result.missedConfirmed),
          )}
        </b>
      </p>
      <p className="hint">
        {words.confirmed(formatCount(result.confirmed))} ·{" "}
        {words.numbers(formatCount(result.samples), result.seconds.toFixed(1))}
      </p>
      <h3>{words.byPriority}</h3>
      <Bars
        rows={(["1", "2", "3", "4"] as const).map((p) => ({
          key: p,
          name: `P${p}`,
          before: before.byPriority[p],
          after: after.byPriority[p],
        }))}
      />
      <h3>{words.byDay}</h3>
      <Days rows={byDay} />
      <h3>{words.bySite}</h3>
      {most.length === 0 ? <p className="hint">{words.noSites}</p> : <Bars rows={most} />}
    </div>
  );
}

interface Pair {
  readonly key: string;
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Two bars a row: hatched is what is in force, full is the form; with their numbers, so that nobody has to measure. */
function Bars({ rows }: { readonly rows: readonly Pair[] }) {
  const { test: words } = useDefinitionWords();
  const most = Math.max(1, ...rows.flatMap(({ before, after }) => [before, after]));
  return (
    <table className="backtest-bars">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{words.title}</span>
          </th>
          <th scope="col">{words.now}</th>
          <th scope="col">{words.typed}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, before, after }) => (
          <tr key={key}>
            <th scope="row" title={key}>
              {name}
            </th>
            <td>
              {before > 0 && <i className="bar-before" style={{ width: `${(before / most) * 70}%` }} />}{" "}
              {formatCount(before)}
            </td>
            <td>
              {after > 0 && <i className="bar-after" style={{ width: `${(after / most) * 70}%` }} />}{" "}
              {formatCount(after)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Days({ rows }: { readonly rows: readonly Pair[] }) {
  const { test: words } = useDefinitionWords();
  const most = Math.max(1, ...rows.flatMap(({ before, after }) => [before, after]));
  const title = ({ name, before, after }: Pair): string => `${name}  ${words.now} ${before}  ${words.typed} ${after}`;
  return (
    <div className="backtest-days" role="img" aria-label={rows.map(title).join("; ")}>
      {rows.map((row) => (
        <span key={row.key} title={title(row)}>
          <i className={row.before > 0 ? "bar-before" : ""} style={{ height: `${(row.before / most) * 100}%` }} />
          <i className={row.after > 0 ? "bar-after" : ""} style={{ height: `${(row.after / most) * 100}%` }} />
        </span>
      ))}
      <span className="backtest-axis">
        <span>{rows[0]?.name}</span>
        <span>
          <i className="bar-before" /> {words.now} <i className="bar-after" /> {words.typed}
        </span>
        <span>{rows.at(-1)?.name}</span>
      </span>
    </div>
  );
}

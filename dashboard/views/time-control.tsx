// Chooses the window of time: quick ranges, one window back and forward, twice as wide, expressions by hand, and the way back
// to live. Says which window is shown, in UTC+8.

import { useId, useState } from "react";
import { formatIso } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { formatWindow, quickRanges, resolveRange, resolveTime, type TimeRange } from "../state/time-range.ts";
import { useApp } from "./app-context.ts";
import { Ignored } from "./ignored.tsx";
import { useKeys } from "./key-map.ts";
import { useUrl } from "./url-state.ts";
import type { TimeRangeState } from "./use-time-range.ts";

/** The first of the quick ranges have buttons of their own, the others are in the list. */
const buttonsMax = 5;

export function TimeControl({ time }: { readonly time: TimeRangeState }) {
  const { timeControl: words, keys, zone } = useWords();
  const { query } = useUrl();
  useKeys([
    { keys: ["["], says: keys.back, act: () => time.step(-1) },
    { keys: ["]"], says: keys.forward, act: () => time.step(1) },
    { keys: ["l"], says: keys.live, act: time.toLive },
  ]);
  const isChosen = (range: TimeRange): boolean => range.from === time.range.from && range.to === time.range.to;
  const isQuick = quickRanges.some(isChosen);
  const { from, to } = time.window;
  return (
    <div className="time-control" role="group" aria-label={words.label}>
      <button type="button" aria-label={words.back} title={words.back} onClick={() => time.step(-1)}>
        ◂
      </button>
      <span className="segments">
        {quickRanges.slice(0, buttonsMax).map((range) => (
          <button key={range.from} type="button" aria-pressed={isChosen(range)} onClick={() => time.set(range)}>
            {words.ranges[range.from]}
          </button>
        ))}
      </span>
      <select
        aria-label={words.label}
        value={isQuick ? time.range.from : ""}
        onChange={(event) => {
          const range = quickRanges.find((entry) => entry.from === event.target.value);
          if (range !== undefined) time.set(range);
        }}
      >
        {!isQuick && <option value="">{words.custom}</option>}
        {quickRanges.map((range) => (
          <option key={range.from} value={range.from}>
            {words.ranges[range.from]}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={words.forward}
        title={words.forward}
        disabled={time.isLive}
        onClick={() => time.step(1)}
      >
        ▸
      </button>
      <button type="button" aria-label={words.zoomOut} title={words.zoomOut} onClick={time.widen}>
        ⤢
      </button>
      <CustomRange key={`${time.range.from} ${time.range.to}`} time={time} />
      <span className="time-window" title={`${zone} · ${formatIso(from)} – ${formatIso(to)}`}>
        {time.isLive ? `${words.live} · ` : ""}
        {formatWindow(time.window)}
      </span>
      {!time.isLive && (
        <button type="button" className="primary" onClick={time.toLive}>
          {words.toLive}
        </button>
      )}
      <Ignored names={time.isWrong ? ["from", "to"].filter((name) => query.has(name)) : []} />
    </div>
  );
}

function CustomRange({ time }: { readonly time: TimeRangeState }) {
  const { timeControl: words } = useWords();
  const { ticker } = useApp();
  const id = useId();
  const [from, setFrom] = useState(time.range.from);
  const [to, setTo] = useState(time.range.to);
  const [problem, setProblem] = useState<string | null>(null);

  function apply(): void {
    const now = ticker.now.get();
    if (resolveTime(from, now, false) === null || resolveTime(to, now, true) === null) setProblem(words.wrong);
    else if (resolveRange({ from, to }, now) === null) setProblem(words.order);
    else {
      setProblem(null);
      time.set({ from: from.trim(), to: to.trim() });
    }
  }

  return (
    <>
      <button type="button" popoverTarget={id}>
        {words.custom}
      </button>
      <form
        id={id}
        popover="auto"
        className="time-custom"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <label>
          {words.from}
          <input value={from} spellCheck={false} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label>
          {words.to}
          <input value={to} spellCheck={false} onChange={(event) => setTo(event.target.value)} />
        </label>
        <p className="hint">{words.hint}</p>
        <p role="alert" className="time-problem">
          {problem}
        </p>
        <button type="submit" className="primary">
          {words.apply}
        </button>
      </form>
    </>
  );
}

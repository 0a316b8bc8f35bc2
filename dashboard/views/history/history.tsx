// Any series over any time: choose on the left, look in the middle, compare, read the numbers below, take them away. The
// server picks the resolution for the pixels there are, and the page says which it was. The address holds all of it.

import { useMemo, useRef, useState } from "react";
import { formatUnit } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useSize } from "../../map/use-canvas.ts";
import { formatWindow } from "../../state/time-range.ts";
import { useApp } from "../app-context.ts";
import { nameFactor } from "../describe-alarm.ts";
import { useKeys } from "../key-map.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { TimeControl } from "../time-control.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { Chart, type LineStyle } from "./chart.tsx";
import { pointsMax, useHistory, type Answer } from "./history-data.ts";
import { Picker } from "./picker.tsx";
import { buildPicture, type Drawn } from "./points.ts";
import { keyOf, type SeriesRef } from "./series-list.ts";
import { Stats } from "./stats.tsx";
import { Table } from "./table.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useExplorer, type Explorer } from "./use-explorer.ts";
import { useHistoryWords } from "./words.ts";
import "../../style/history.css";

interface Shown {
  readonly answer: Answer | undefined;
  /** What has failed since, until there is a newer answer: a live window asks anew every few seconds. */
  readonly error: unknown;
}

/** The newest answer about the chosen series stays when a later question fails; of other series it would be a lie. */
function useShown(history: ReturnType<typeof useHistory>, refs: readonly SeriesRef[]): Shown {
  const of = refs.map(keyOf).join();
  const kept = useRef<Shown & { readonly of: string }>({ answer: undefined, error: null, of });
  if (kept.current.of !== of) kept.current = { answer: undefined, error: null, of };
  if (history.error !== null) kept.current = { ...kept.current, error: history.error };
  else if (history.data !== undefined && !history.isPlaceholderData) {
    kept.current = { answer: history.data, error: null, of };
  }
  if (refs.length === 0) return { answer: undefined, error: null };
  return { answer: history.data ?? kept.current.answer, error: kept.current.error };
}

export function HistoryView() {
  const words = useHistoryWords();
  useInterest("none");
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const explorer = useExplorer(width);
  const history = useHistory({
    ...explorer.question,
    refs: explorer.tooMany === null ? explorer.question.refs : [],
  });
  const { answer, error } = useShown(history, explorer.refs);
  useKeys([
    {
      keys: ["t"],
      says: words.keys.table,
      act: () => explorer.set({ view: explorer.view === "table" ? null : "table" }),
    },
  ]);
  return (
    <div className="view history-view">
      <div className="history-top">
        <h1 className="view-title">{words.title}</h1>
        <TimeControl time={explorer.time} />
      </div>
      <Picker explorer={explorer} />
      <section className="panel history-main" aria-label={words.title}>
        <Toolbar explorer={explorer} answer={answer} isUpdating={history.isFetching} />
        {error !== null && (
          <Failed what={words.load} error={error} retry={() => void history.refetch()} kept={answer !== undefined} />
        )}
        <div ref={place} className="history-place">
          <Body explorer={explorer} answer={answer} isFailed={error !== null} retry={() => void history.refetch()} />
        </div>
      </section>
    </div>
  );
}

interface BodyProps {
  readonly explorer: Explorer;
  readonly answer: Answer | undefined;
  readonly isFailed: boolean;
  readonly retry: () => void;
}

function Body({ explorer, answer, isFailed, retry }: BodyProps) {
  const words = useHistoryWords();
  const { state } = useWords();
  const [cursor, setCursor] = useState<number | null>(null);
  if (explorer.refs.length === 0) return <Notice title={words.start} />;
  if (explorer.tooMany !== null) {
    return (
      <Notice title={words.tooMany(explorer.tooMany.toLocaleString("en-US"), words.steps[explorer.step])}>
        <button type="button" className="primary" onClick={() => explorer.set({ step: null })}>
          {words.useAuto}
        </button>
      </Notice>
    );
  }
  if (answer === undefined) return isFailed ? null : <Loading lines={10} />;
  const failed = answer.series.filter((each) => each.error !== null).length;
  const isEmpty = answer.series.every((each) => each.points.length === 0);
  return (
    <>
      {failed > 0 && (
        <p className="history-partial" role="status" data-testid="partial">
          {words.partial(failed, answer.series.length)}{" "}
          <button type="button" onClick={retry}>
            {state.retry}
          </button>
        </p>
      )}
      {answer.series.some((each) => each.isCut) && (
        <p className="history-partial" role="status">
          {words.cut(pointsMax)}
        </p>
      )}
      <div className="history-charts">
        {isEmpty ? <Notice title={words.empty} /> : <Charts explorer={explorer} answer={answer} onCursor={setCursor} />}
      </div>
      <div className="history-below">
        {explorer.view === "table" && !isEmpty ? (
          <Table answer={answer} />
        ) : (
          <Stats explorer={explorer} answer={answer} cursor={cursor} />
        )}
      </div>
    </>
  );
}

interface Panel {
  readonly key: string;
  readonly unit: string;
  readonly refs: readonly SeriesRef[];
}

/** Series of one unit share an axis, or each has its own; two units never share one. */
function arrange({ refs, isSplit }: Explorer, answer: Answer): Panel[] {
  const panels = new Map<string, { key: string; unit: string; refs: SeriesRef[] }>();
  for (const ref of refs) {
    const loaded = answer.series.find((each) => keyOf(each.ref) === keyOf(ref));
    if (loaded === undefined || loaded.error !== null) continue;
    const key = isSplit ? keyOf(ref) : `unit ${loaded.unit}`;
    const panel = panels.get(key);
    if (panel === undefined) panels.set(key, { key, unit: loaded.unit, refs: [ref] });
    else panel.refs.push(ref);
  }
  return [...panels.values()];
}

interface ChartsProps {
  readonly explorer: Explorer;
  readonly answer: Answer;
  readonly onCursor: (timeMs: number | null) => void;
}

function Charts({ explorer, answer, onCursor }: ChartsProps) {
  const panels = useMemo(() => arrange(explorer, answer), [explorer.refs, explorer.isSplit, answer]);
  return panels.map((panel) => (
    <ChartPanel key={panel.key} panel={panel} explorer={explorer} answer={answer} onCursor={onCursor} />
  ));
}

function ChartPanel({ panel, explorer, answer, onCursor }: ChartsProps & { readonly panel: Panel }) {
  const words = useHistoryWords();
  const catalogue = useWords();
  const { sites, factors } = useApp();
  const { theme } = useUrl();
  const { refs } = explorer;
  const { picture, styles } = useMemo(() => {
    const drawn: Drawn[] = [];
    const lines: LineStyle[] = [];
    for (const [isPast, list] of [
      [false, answer.series],
      [true, answer.compared],
    ] as const) {
      for (const ref of panel.refs) {
        const loaded = list.find((each) => keyOf(each.ref) === keyOf(ref));
        if (loaded === undefined) continue;
        const readingMs = (sites.info(ref.site)?.intervalSeconds ?? 60) * 1000;
        const shiftMs = isPast ? (answer.question.compareMs ?? 0) : 0;
        drawn.push({ ...loaded, readingMs, shiftMs, statistic: ref.statistic });
        lines.push({ index: refs.findIndex((each) => keyOf(each) === keyOf(ref)), isPast });
      }
    }
    return { picture: buildPicture(drawn), styles: lines };
  }, [panel, answer, refs, sites]);
  const names = panel.refs.map(
    (ref) => `${sites.info(ref.site)?.name ?? ref.site} ${nameFactor(catalogue, factors, ref.factor)}`,
  );
  return (
    <div className="history-chart" data-testid="history-chart" data-unit={panel.unit} data-lines={styles.length}>
      <p className="history-chart-unit">{formatUnit(panel.unit)}</p>
      <Chart
        picture={picture}
        styles={styles}
        window={answer.question.window}
        label={words.chartLabel(names.join(", "), formatWindow(answer.question.window))}
        theme={theme}
        onWindow={explorer.time.show}
        onCursor={onCursor}
      />
    </div>
  );
}

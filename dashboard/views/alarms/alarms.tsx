// The alarm console: what to do next. Filters, order and the selected alarm are in the address; the list is live; beside it
// stands everything about the selected alarm.

import { Suspense, useCallback, useEffect, useRef, useState } from "react";
import { formatMoment } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmBook } from "../../state/alarm-book.ts";
import { matchesFilter, type AlarmListFilter } from "../../state/alarm-list.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { Ignored } from "../ignored.tsx";
import { Loading, Notice } from "../panels.tsx";
import { loadPatiently, patientLazy } from "../patient-lazy.ts";
import { useInterest } from "../use-interest.ts";
import { listUnreadable, readFilter, readListView, useUrl } from "../url-state.ts";
import { ActBar } from "./act-bar.tsx";
import { useActWords } from "./act-words.ts";
import { AlarmGrid } from "./alarm-grid.tsx";
import { AlarmToolbar, FloodBanner, useGrouping } from "./alarm-toolbar.tsx";
import { useMarks } from "./marks.ts";
import { useFlood } from "./use-alarm-lines.ts";
import { useDesk } from "./use-desk.ts";
import "../../style/alarm-acts.css";

const loadPane = async () => ({ default: (await import("./alarm-pane.tsx")).AlarmPane });
const AlarmPane = patientLazy(loadPane);
const loadDialog = async () => ({ default: (await import("./act-dialog.tsx")).ActDialog });
const ActDialog = patientLazy(loadDialog);

const visibleSettleMs = 120;
const paneAheadMs = 1_000;
/** The list is gone through faster than the pane beside it can follow. */
const selectDelayMs = 150;

function useSelection(): { readonly selected: string | null; readonly select: (id: string | null) => void } {
  const { query, set } = useUrl();
  const latest = useRef(set);
  latest.current = set;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      // Whoever has gone to another screen is not called back to this one.
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  const select = useCallback((id: string | null) => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current({ sel: id }), id === null ? 0 : selectDelayMs);
  }, []);
  return { selected: query.get("sel"), select };
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

export function AlarmsView() {
  const words = useWords();
  const { query, set } = useUrl();
  const { live, cities } = useApp();
  const filter = readFilter(query, cities);
  const view = readListView(query);
  const flood = useFlood();
  const book = useObservable(live.book);
  const { selected, select } = useSelection();
  const alarm = selected === null ? undefined : book.byId.get(selected);
  useEffect(() => {
    // Fetched before it is asked for: the first alarm that is opened may be one of a night when the server is away.
    const timer = setTimeout(() => void Promise.all([loadPatiently(loadPane), loadPatiently(loadDialog)]), paneAheadMs);
    return () => clearTimeout(timer);
  }, []);
  const [visible, setVisible] = useState<readonly string[]>([]);
  const settling = useRef<ReturnType<typeof setTimeout> | null>(null);
  const onVisible = useCallback((ids: readonly string[]) => {
    // While the list is scrolled nobody reads the number on the button.
    if (settling.current !== null) clearTimeout(settling.current);
    settling.current = setTimeout(() => setVisible((before) => (sameIds(before, ids) ? before : ids)), visibleSettleMs);
  }, []);
  useInterest(alarm === undefined ? "none" : { sites: [alarm.site] });
  const grouping = useGrouping(filter, view.group, flood.isFlood);
  const marks = useMarks(useActWords().keys);
  const desk = useDesk(marks, selected);
  const isFiltered = filter.state !== "all" || filter.priorities.length > 0 || filter.city !== null;
  const clear = (): void => set({ state: null, p: null, city: null });
  return (
    <section className="view alarms-view" aria-label={words.alarm.title}>
      <AlarmToolbar
        {...{ flood, grouping, visible, isFiltered, clear }}
        acts={<ActBar desk={desk} visible={visible} />}
      />
      <Ignored names={listUnreadable(query, cities)} />
      <FloodBanner flood={flood} grouping={grouping} />
      <div className={selected === null ? "console" : "console console-with-pane"}>
        <AlarmGrid
          filter={filter}
          view={view}
          isFlooded={flood.isFlood}
          layout="full"
          selected={selected}
          select={select}
          onVisible={onVisible}
          marks={marks}
          standing={desk.standing}
          shelve={desk.shelve}
          empty={<Empty filter={isFiltered ? filter : null} clear={clear} book={book} />}
        />
        {selected === null ? (
          <p className="panel pane-hint">{words.alarm.pane.hint}</p>
        ) : (
          <Suspense fallback={<Loading />}>
            <AlarmPane
              key={selected}
              id={selected}
              known={alarm}
              close={() => select(null)}
              select={select}
              desk={desk}
            />
          </Suspense>
        )}
      </div>
      {desk.asked !== null && (
        <Suspense fallback={null}>
          <ActDialog desk={desk} />
        </Suspense>
      )}
    </section>
  );
}

interface EmptyProps {
  /** Null = none is set. */
  readonly filter: AlarmListFilter | null;
  readonly clear: () => void;
  readonly book: AlarmBook;
}

/** The newest alarm of the chosen city and priorities, in whatever state it is. */
function findLast(book: AlarmBook, filter: AlarmListFilter, cityOf: (site: string) => string | null): AlarmView | null {
  let last: AlarmView | null = null;
  for (const alarm of book.byId.values()) {
    if (matchesFilter(alarm, { ...filter, state: "all" }, cityOf) && alarm.onset > (last?.onset ?? 0)) last = alarm;
  }
  return last;
}

function Empty(props: EmptyProps) {
  const words = useWords();
  const { sites } = useApp();
  const now = useServerNow();
  if (props.filter !== null) {
    const last = findLast(props.book, props.filter, sites.cityOf);
    return (
      <Notice title={words.alarm.emptyFiltered}>
        {last !== null && <p>{words.alarm.emptyFilteredLast(formatMoment(last.onset, now))}</p>}
        <button type="button" onClick={props.clear}>
          {words.alarm.showAll}
        </button>
      </Notice>
    );
  }
  const last = props.book.byId.get(props.book.closed.at(-1) ?? "");
  return (
    <Notice title={words.alarm.empty}>
      {last !== undefined && <p>{words.alarm.emptyLast(formatMoment(last.onset, now))}</p>}
    </Notice>
  );
}

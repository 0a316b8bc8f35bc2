// The alarms of the past and the journal of everything that happened to them: searched by the filters of the address, with figures
// of the selection, exports, print, and the check of the chain. One alarm is opened beside the list with its whole course.

import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { formatLocal } from "#domain/time.ts";
import { formatDuration } from "../../format/time.ts";
import { useServerNow } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { TimeControl } from "../time-control.tsx";
import { useInterest } from "../use-interest.ts";
import { useTimeRange } from "../use-time-range.ts";
import { useUrl } from "../url-state.ts";
import { HistoryDetail } from "./history-detail.tsx";
import { useAlarmColumns, useJournalColumns } from "./history-columns.tsx";
import {
  historyViews,
  isFiltered,
  listUnreadable,
  readView,
  sumUp,
  toQuery,
  useAlarmHistoryWords,
  useAlarmPages,
  useChainCheck,
  useJournalPages,
} from "./history-data.ts";
import { HistoryFilters } from "./history-filters.tsx";
import "../../style/alarm-history.css";

const ownRange = { from: "now-7d", to: "now" } as const;
/** A window that is live moves by steps of this, or the list would be asked for every five seconds. */
const stepMs = 60_000;

export function AlarmHistoryView() {
  const words = useAlarmHistoryWords();
  const { query, set } = useUrl();
  useInterest("none");
  const time = useTimeRange(ownRange);
  const view = readView(query);
  const { from, to } = time.window;
  const asked = toQuery(
    query,
    time.isLive ? { from: Math.floor(from / stepMs) * stepMs, to: Math.ceil(to / stepMs) * stepMs } : time.window,
  );
  return (
    <section className="view devices-view alarm-history-view" aria-label={words.title}>
      <GroupTabs group="alarms">
        <h1 className="view-title">{words.title}</h1>
        <div className="segments" role="group" aria-label={words.viewsLabel}>
          {historyViews.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === view}
              onClick={() => set({ view: each === "alarms" ? null : each, sel: null })}
            >
              {words.views[each]}
            </button>
          ))}
        </div>
        <TimeControl time={time} />
        <Exports asked={asked} path={view === "alarms" ? "/alarms" : "/alarms/journal"} />
      </GroupTabs>
      <HistoryFilters />
      <Ignored names={listUnreadable(query)} />
      {view === "alarms" ? <Alarms asked={asked} /> : <Journal asked={asked} />}
    </section>
  );
}

function Exports({ asked, path }: { readonly asked: string; readonly path: string }) {
  const words = useAlarmHistoryWords();
  const link = (format: string): string => `/api/v1${path}?${asked}&format=${format}`;
  return (
    <span className="filters-count">
      <a className="button" href={link("csv")} title={words.exportTitle} download>
        {words.csv}
      </a>
      <a className="button" href={link("xlsx")} title={words.exportTitle} download>
        {words.xlsx}
      </a>
      <button type="button" title={words.printTitle} onClick={() => window.print()}>
        {words.print}
      </button>
    </span>
  );
}

interface ListProps<Row> {
  readonly found: {
    readonly rows: readonly Row[] | undefined;
    readonly total: number | null;
    readonly error: unknown;
    readonly isPlaceholderData: boolean;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly refetch: () => unknown;
    readonly fetchNextPage: () => unknown;
  };
  readonly columns: readonly GridColumn<Row>[];
  readonly testId: string;
  readonly keyOf: (row: Row) => string;
  readonly alarmOf: (row: Row) => string;
}

function List<Row>({ found, columns, testId, keyOf, alarmOf }: ListProps<Row>) {
  const words = useAlarmHistoryWords();
  const { query, set } = useUrl();
  const { rows, total, error } = found;
  const selected = query.get("sel");
  const isPrinting = usePrinting();
  return (
    <>
      {error !== null && (
        <Failed what={words.load} error={error} retry={() => void found.refetch()} kept={rows !== undefined} />
      )}
      <div className="device-body" data-detail={selected !== null}>
        <div
          className="panel device-list device-fill"
          data-old={found.isPlaceholderData}
          data-testid={rows === undefined ? undefined : "history-listed"}
        >
          {rows === undefined && error === null && <Loading lines={10} />}
          {rows?.length === 0 && <Notice title={isFiltered(query) ? words.emptyFiltered : words.empty} />}
          {rows !== undefined && rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId={testId}
              columns={columns}
              rows={rows}
              keyOf={keyOf}
              openKey={
                rows.map((row) => (alarmOf(row) === selected ? keyOf(row) : "")).find((key) => key !== "") ?? null
              }
              open={(row) => set({ sel: alarmOf(row) })}
              leave={() => set({ sel: null })}
              isFollowing={selected !== null}
              hasMore={found.hasNextPage}
              isLoadingMore={found.isFetchingNextPage}
              loadMore={() => void found.fetchNextPage()}
            />
          )}
          {rows !== undefined && total !== null && rows.length < total && (
            <p className="hint row-more">{words.cut(formatCount(rows.length), formatCount(total))}</p>
          )}
        </div>
        {selected !== null && <HistoryDetail id={selected} close={() => set({ sel: null })} />}
      </div>
      <p className="hint">{words.keys}</p>
      {isPrinting && rows !== undefined && <Printed columns={columns} rows={rows} keyOf={keyOf} />}
    </>
  );
}

function Alarms({ asked }: { readonly asked: string }) {
  const found = useAlarmPages(asked, true);
  const columns = useAlarmColumns();
  const words = useAlarmHistoryWords();
  const { kpi } = words;
  const rows = found.rows ?? [];
  const figures = sumUp(rows);
  const isWhole = found.total !== null && rows.length >= found.total;
  return (
    <>
      <dl className="history-kpi" aria-label={kpi.label} data-testid="history-kpi">
        <Kpi name={kpi.count}>{found.total === null ? kpi.none : formatCount(found.total)}</Kpi>
        <Kpi name={kpi.median}>{figures.medianAckMs === null ? kpi.none : formatDuration(figures.medianAckMs)}</Kpi>
        <Kpi name={kpi.unacked}>{formatCount(figures.unacked)}</Kpi>
        <Kpi name={kpi.calls}>{formatCount(figures.calls)}</Kpi>
        {!isWhole && rows.length > 0 && <dd className="hint">{kpi.of(formatCount(rows.length))}</dd>}
      </dl>
      <List found={found} columns={columns} testId="history-row" keyOf={({ id }) => id} alarmOf={({ id }) => id} />
    </>
  );
}

function Kpi({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Journal({ asked }: { readonly asked: string }) {
  const found = useJournalPages(asked, true);
  const columns = useJournalColumns();
  return (
    <>
      <ChainCheck total={found.total} />
      <List
        found={found}
        columns={columns}
        testId="journal-row"
        keyOf={({ place }) => String(place)}
        alarmOf={({ alarmId }) => alarmId}
      />
    </>
  );
}

const hashShown = 16;

function ChainCheck({ total }: { readonly total: number | null }) {
  const words = useAlarmHistoryWords();
  const check = useChainCheck();
  const { data, error } = check;
  return (
    <div className="history-chain">
      {total !== null && <span>{words.listed(formatCount(total))}</span>}
      <button type="button" title={words.checkTitle} disabled={check.isPending} onClick={() => check.mutate()}>
        {check.isPending ? words.checking : words.check}
      </button>
      {error !== null && <Failed what={words.check} error={error} retry={() => check.mutate()} kept />}
      {data !== undefined && (
        <span role="status" data-testid="chain" data-unbroken={data.unbroken} className="chain-said">
          {data.unbroken
            ? `✓ ${words.unbroken(formatCount(data.rows), data.head.slice(0, hashShown))}`
            : `▲ ${words.broken(String(data.brokenAt ?? "?"), formatCount(data.rows))}`}
        </span>
      )}
    </div>
  );
}

/** A list of the screen holds only the rows in view; paper wants all that are loaded. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    // At once: the picture for the printer is taken when this returns.
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}

interface PrintedProps<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

function Printed<Row>({ columns, rows, keyOf }: PrintedProps<Row>) {
  const words = useAlarmHistoryWords();
  const now = useServerNow();
  return (
    <table className="printed">
      <caption>
        {words.title} · {words.printedAt(formatLocal(now))}
      </caption>
      <thead>
        <tr>
          {columns.map(({ name, head }) => (
            <th key={name}>{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ name, cell }) => (
              <td key={name}>{cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

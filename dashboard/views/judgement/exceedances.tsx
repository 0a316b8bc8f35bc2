// What was beyond its limit before the law: a list with its filters in the address, sums of it by city and factor on top. Enter
// opens the sheet that explains one of them.

import { useMemo } from "react";
import { exceedanceStatuses, judgedBases } from "#domain/judged.ts";
import { formatQn, formatStamp } from "#domain/hj212/stamp.ts";
import { formatDay, formatLocal } from "#domain/time.ts";
import { formatLimit, formatUnit } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { StampInput } from "../devices/stamp-input.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { TimeControl } from "../time-control.tsx";
import { useInterest } from "../use-interest.ts";
import { useTimeRange } from "../use-time-range.ts";
import { useUrl } from "../url-state.ts";
import {
  type ExceedanceFilter,
  exceedancePath,
  type ExceedanceRow,
  isFiltered,
  listUnreadable,
  readExceedanceFilter,
  readOrder,
  sortExceedances,
  toQuery,
  useExceedances,
  useJudgementWords,
} from "./exceedance-data.ts";
import { Choice, formatJudgedWindow, formatMultiple, useNames, Verdict } from "./exceedance-parts.tsx";
import { ExceedanceSums } from "./exceedance-sums.tsx";
import { JudgingNote } from "./judging-note.tsx";
import "../../style/judgement.css";

const ownRange = { from: "now-7d", to: "now" } as const;
/** A window that is live moves by steps of this, or the list would be asked for every five seconds. */
const stepMs = 60_000;

export function ExceedancesView() {
  const words = useJudgementWords();
  const { query, set, go } = useUrl();
  useInterest("none");
  const time = useTimeRange(ownRange);
  const filter = readExceedanceFilter(query);
  const { from, to } = time.window;
  const window = time.isLive
    ? { from: Math.floor(from / stepMs) * stepMs, to: Math.ceil(to / stepMs) * stepMs }
    : time.window;
  const asked = toQuery(filter, window);
  const found = useExceedances(asked);
  const items = found.data?.items ?? [];
  const sort = query.get("sort");
  const order = readOrder(sort);
  const rows = useMemo(() => sortExceedances(items, readOrder(sort)), [items, sort]);
  const columns = useColumns();
  return (
    <section className="view devices-view exceedances-view" aria-label={words.title}>
      <GroupTabs group="judgement">
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters filter={filter} rows={items} total={found.data?.total ?? null} asked={asked} />
      </GroupTabs>
      <div className="exceedance-times">
        <TimeControl time={time} />
        <AsOf asOf={filter.asOf} />
      </div>
      <Ignored names={listUnreadable(query)} />
      <JudgingNote />
      {filter.asOf !== null && (
        <p className="band band-note" role="status" data-testid="as-of">
          {words.asOfBand(formatLocal(filter.asOf))}
        </p>
      )}
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data !== undefined && items.length > 0 && <ExceedanceSums rows={items} />}
      <div
        className="panel device-list device-fill"
        data-old={found.isPlaceholderData}
        data-testid={found.data === undefined ? undefined : "exceedances-listed"}
      >
        {found.data === undefined && found.error === null && <Loading lines={10} />}
        {found.data !== undefined && rows.length === 0 && (
          <Notice title={isFiltered(filter) ? words.emptyFiltered : words.empty} />
        )}
        {rows.length > 0 && (
          <RowGrid
            label={words.title}
            testId="exceedance-row"
            columns={columns}
            rows={rows}
            keyOf={(row) => `${row.id}/${row.version}`}
            stateOf={(row) => row.status}
            openKey={null}
            open={(row) => {
              // An older version is what was known when it came.
              const asOf = row.status === "superseded" ? Date.parse(row.at) : filter.asOf;
              // The list goes along, so that the way back leads to this one.
              go(exceedancePath(row.id), {
                asOf: asOf === null ? null : formatQn(asOf),
                list: query.toString(),
              });
            }}
            leave={() => undefined}
            sort={{ ...order, choose: (next) => set({ sort: `${next.descending ? "-" : ""}${next.column}` }) }}
          />
        )}
        {found.data !== undefined && items.length < found.data.total && (
          <p className="hint row-more">{words.cut(formatCount(items.length), formatCount(found.data.total))}</p>
        )}
      </div>
      <p className="hint">{words.keys}</p>
    </section>
  );
}

interface FiltersProps {
  readonly filter: ExceedanceFilter;
  readonly rows: readonly ExceedanceRow[];
  readonly total: number | null;
  readonly asked: string;
}

function Filters({ filter, rows, total, asked }: FiltersProps) {
  const words = useJudgementWords();
  const shared = useWords();
  const own = useDeviceWords();
  const { cities } = useApp();
  const names = useNames();
  const { set } = useUrl();
  // Those there are, and the chosen one.
  const codes = new Set([...rows.map(({ factor }) => factor), ...(filter.factor === null ? [] : [filter.factor])]);
  const csv = new URLSearchParams(asked);
  csv.set("format", "csv");
  return (
    <>
      <Choice
        name="city"
        label={words.filters.city}
        none={words.filters.anyCity}
        chosen={filter.city}
        options={cities.map((city) => [city.adcode, pickName(shared, city)])}
      />
      <SiteFilter name="site" label={words.filters.site} />
      <Choice
        name="factor"
        label={words.filters.factor}
        none={words.filters.anyFactor}
        chosen={filter.factor}
        options={[...codes].sort().map((code) => [code, names.factor(code)])}
      />
      <Choice
        name="basis"
        label={words.filters.basis}
        none={words.filters.anyBasis}
        chosen={filter.basis}
        options={judgedBases.map((basis) => [basis, words.means[basis]])}
      />
      <Choice
        name="status"
        label={words.filters.status}
        none={words.filters.anyStatus}
        chosen={filter.status}
        options={exceedanceStatuses.map((status) => [status, words.statuses[status]])}
      />
      {isFiltered(filter) && (
        <button
          type="button"
          className="quiet"
          onClick={() => set({ city: null, site: null, factor: null, basis: null, status: null, asOf: null })}
        >
          {own.clear}
        </button>
      )}
      <span className="filters-count">
        {total !== null && own.listed(formatCount(total))}
        <a className="button" href={`/api/v1/exceedances?${csv}`} title={words.exportTitle} download>
          {own.csv}
        </a>
      </span>
    </>
  );
}

/** The list as the system knew it at a moment. */
export function AsOf({ asOf }: { readonly asOf: number | null }) {
  const words = useJudgementWords();
  const { query, set } = useUrl();
  const today = formatDay(useServerNow());
  return (
    <span className="as-of" title={words.filters.asOfTitle}>
      {words.filters.asOf}
      <StampInput
        label={words.filters.asOf}
        dayLabel={`${words.filters.asOf} ${words.filters.day}`}
        clockLabel={`${words.filters.asOf} ${words.filters.clock}`}
        value={asOf === null ? "" : formatStamp(asOf)}
        isWrong={query.get("asOf") !== null && asOf === null}
        maxDay={today}
        choose={(stamp) => set({ asOf: stamp })}
      />
      {asOf !== null && (
        <button type="button" className="quiet" onClick={() => set({ asOf: null })}>
          {words.filters.now}
        </button>
      )}
    </span>
  );
}

function useColumns(): readonly GridColumn<ExceedanceRow>[] {
  const words = useJudgementWords();
  const names = useNames();
  const { columns } = words;
  return [
    {
      name: "window",
      head: columns.window,
      width: "minmax(150px, 190px)",
      isSortable: true,
      cell: (row) => formatJudgedWindow(row.window, row.basis),
    },
    {
      name: "site",
      head: columns.site,
      width: "minmax(140px, 4fr)",
      isSortable: true,
      title: (row) => [row.siteName, row.site, row.enterprise].filter((each) => each !== null).join(" · "),
      cell: (row) => row.siteName ?? row.site,
    },
    {
      name: "city",
      head: columns.city,
      width: "minmax(64px, 1fr)",
      isSortable: true,
      cell: (row) => names.city(row.city ?? ""),
    },
    {
      name: "factor",
      head: columns.factor,
      width: "minmax(90px, 2fr)",
      isSortable: true,
      title: (row) => `${names.factor(row.factor)} ${row.factor}`,
      cell: (row) => names.factor(row.factor),
    },
    { name: "basis", head: columns.basis, width: "minmax(76px, 100px)", cell: (row) => words.means[row.basis] },
    {
      name: "mean",
      head: columns.mean,
      width: "minmax(96px, 130px)",
      isNumber: true,
      cell: (row) => (
        <>
          <b>{names.bare(row.factor, row.mean)}</b> <span className="unit">{formatUnit(row.unit)}</span>
        </>
      ),
    },
    {
      name: "limit",
      head: columns.limit,
      width: "minmax(56px, 84px)",
      isNumber: true,
      title: (row) => row.source,
      cell: (row) => `${row.side === "min" ? "≥ " : "≤ "}${formatLimit(row.limit)}`,
    },
    {
      name: "multiple",
      head: columns.multiple,
      width: "minmax(76px, 96px)",
      isNumber: true,
      isSortable: true,
      cell: (row) =>
        row.multiple === null ? (
          <span className="muted">{words.noMultiple}</span>
        ) : (
          <b>{words.multiple(formatMultiple(row.multiple))}</b>
        ),
    },
    {
      name: "duration",
      head: columns.duration,
      width: "minmax(64px, 84px)",
      isNumber: true,
      isSortable: true,
      cell: (row) => (row.episode === undefined ? "—" : words.windows[row.basis](formatCount(row.episode.windows))),
    },
    {
      name: "valid",
      head: columns.valid,
      width: "minmax(70px, 90px)",
      isNumber: true,
      cell: (row) => `${row.valid}/${row.due}`,
    },
    {
      name: "status",
      head: columns.status,
      width: "minmax(88px, 112px)",
      cell: (row) => <Verdict status={row.status} />,
    },
    { name: "version", head: columns.version, width: "44px", isNumber: true, cell: (row) => row.version },
  ];
}

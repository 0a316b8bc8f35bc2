// Cases: violations on their way from the first clue to the end, as a table and as a board by stage. What is due first stands
// first; filters are in the address; a new one is made by hand, or from an alarm or an exceedance that the address names.

import { useMemo } from "react";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { formatDay } from "#domain/time.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { Ignored } from "../ignored.tsx";
import { Choice } from "../judgement/exceedance-parts.tsx";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { CaseBoard } from "./case-board.tsx";
import {
  boardGroupNames,
  type CaseFilter,
  casePath,
  type CaseRow,
  isFiltered,
  listUnreadable,
  pickCases,
  readCaseFilter,
  readOrder,
  sortCases,
  titleIn,
  toQuery,
  useCases,
  useCaseWords,
  useStageWords,
} from "./case-data.ts";
import { NewCase } from "./case-new.tsx";
import { CaseChips, Due, Stage, useCaseNames } from "./case-parts.tsx";
import { TextFilter } from "./text-filter.tsx";
import "../../style/devices.css";
import "../../style/cases.css";

/** Deadlines move by the day; a list must not be sorted anew every second. */
const stepMs = 30_000;

export function CasesView() {
  const words = useCaseWords();
  const { query, set, go } = useUrl();
  const { user } = useApp();
  const now = Math.floor(useServerNow() / stepMs) * stepMs;
  useInterest("none");
  const isBoard = query.get("view") === "board";
  const asked = query.toString();
  const filter = useMemo(() => readCaseFilter(new URLSearchParams(asked)), [asked]);
  // The board shows every stage; of what has ended the newest.
  const found = useCases(toQuery(isBoard && filter.group === "open" ? { ...filter, group: "all" } : filter));
  const sort = query.get("sort");
  const items = found.data?.items;
  const rows = useMemo(
    () => sortCases(pickCases(items ?? [], filter, { username: user.username, now }), readOrder(sort)),
    [items, filter, user, now, sort],
  );
  const may = mayAcknowledge(user);
  const isNew = query.get("new") === "1" || query.has("alarm") || query.has("exceedance");
  const leaveNew = (): void => set({ new: null, alarm: null, exceedance: null });
  useKeys(may ? [{ keys: ["n"], says: words.create.open, act: () => set({ new: "1" }) }] : []);
  const open = (row: CaseRow): void => go(casePath(row.id), { list: asked });
  return (
    <section className="view devices-view cases-view" aria-label={words.title}>
      <div className="filters device-tabs">
        <h1>{words.title}</h1>
        <ViewChoice isBoard={isBoard} />
        <Filters filter={filter} />
        <span className="filters-count">
          {found.data !== undefined && <span data-testid="cases-listed">{words.listed(formatCount(rows.length))}</span>}
          {may && (
            <button type="button" className="primary" onClick={() => set({ new: "1" })}>
              {words.create.open}
            </button>
          )}
        </span>
      </div>
      <Ignored names={listUnreadable(query)} />
      {found.error !== null && (
        <Failed what={words.load} error={found.error} retry={() => void found.refetch()} kept={items !== undefined} />
      )}
      {items === undefined && found.error === null && (
        <div className="panel device-list">
          <Loading lines={10} />
        </div>
      )}
      {items !== undefined && (rows.length === 0 && !isBoard ? <Empty filter={filter} /> : null)}
      {items !== undefined && isBoard && <CaseBoard rows={rows} open={open} />}
      {!isBoard && rows.length > 0 && <CaseTable rows={rows} sort={sort} open={open} />}
      {found.data !== undefined && found.data.items.length < found.data.total && (
        <p className="hint">{words.cut(formatCount(found.data.items.length), formatCount(found.data.total))}</p>
      )}
      <p className="hint">{words.keys}</p>
      {isNew && may && <NewCase close={leaveNew} opened={(row) => go(casePath(row.id))} />}
    </section>
  );
}

function Empty({ filter }: { readonly filter: CaseFilter }) {
  const words = useCaseWords();
  return (
    <div className="panel device-list device-fill">
      <Notice title={isFiltered(filter) ? words.emptyFiltered : words.empty}>
        {isFiltered(filter) && <ClearFilter />}
      </Notice>
    </div>
  );
}

function ClearFilter() {
  const words = useCaseWords();
  const { set } = useUrl();
  const clear = { stage: null, city: null, site: null, overdue: null, mine: null, q: null };
  return (
    <button type="button" onClick={() => set(clear)}>
      {words.showAll}
    </button>
  );
}

function ViewChoice({ isBoard }: { readonly isBoard: boolean }) {
  const words = useCaseWords();
  const { set } = useUrl();
  return (
    <div className="segments" role="group" aria-label={words.view}>
      {(["table", "board"] as const).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={isBoard === (each === "board")}
          onClick={() => set({ view: each === "board" ? "board" : null })}
        >
          {words.views[each]}
        </button>
      ))}
    </div>
  );
}

function Filters({ filter }: { readonly filter: CaseFilter }) {
  const words = useCaseWords();
  const own = useDeviceWords();
  const shared = useWords();
  const { cities } = useApp();
  const { set } = useUrl();
  return (
    <>
      <select
        aria-label={words.filters.stage}
        value={filter.group}
        onChange={(event) => set({ stage: event.target.value === "open" ? null : event.target.value })}
      >
        <option value="open">{words.filters.open}</option>
        <option value="all">{words.filters.everything}</option>
        {boardGroupNames.map((name) => (
          <option key={name} value={name}>
            {words.groups[name]}
          </option>
        ))}
      </select>
      <Choice
        name="city"
        label={words.filters.city}
        none={words.filters.anyCity}
        chosen={filter.city}
        options={cities.map((city) => [city.adcode, pickName(shared, city)])}
      />
      <SiteFilter name="site" label={own.anySite} />
      <TextFilter name="q" label={words.filters.search} />
      <label className="check case-check">
        <input
          type="checkbox"
          checked={filter.isOverdue}
          onChange={(event) => set({ overdue: event.target.checked ? "1" : null })}
        />
        {words.filters.overdue}
      </label>
      <label className="check case-check">
        <input
          type="checkbox"
          checked={filter.isMine}
          onChange={(event) => set({ mine: event.target.checked ? "1" : null })}
        />
        {words.filters.mine}
      </label>
    </>
  );
}

interface TableProps {
  readonly rows: readonly CaseRow[];
  readonly sort: string | null;
  readonly open: (row: CaseRow) => void;
}

function CaseTable({ rows, sort, open }: TableProps) {
  const words = useCaseWords();
  const { set } = useUrl();
  const columns = useColumns();
  return (
    <div className="panel device-list device-fill">
      <RowGrid
        label={words.title}
        testId="case-row"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        stateOf={(row) => row.stage}
        openKey={null}
        open={open}
        leave={() => undefined}
        sort={{ ...readOrder(sort), choose: (next) => set({ sort: `${next.descending ? "-" : ""}${next.column}` }) }}
      />
    </div>
  );
}

function useColumns(): readonly GridColumn<CaseRow>[] {
  const words = useCaseWords();
  const stages = useStageWords();
  const names = useCaseNames();
  const { locale } = useWords();
  const { columns } = words;
  return [
    {
      name: "number",
      head: columns.number,
      width: "minmax(150px, 160px)",
      isSortable: true,
      cell: (row) => <span className="mono">{row.number}</span>,
    },
    {
      name: "title",
      head: columns.title,
      width: "minmax(160px, 4fr)",
      title: (row) => `${row.title} (${stages.origins[row.origin]})`,
      cell: (row) => (
        <>
          {titleIn(row.title, locale)} <CaseChips row={row} />
        </>
      ),
    },
    {
      name: "site",
      head: columns.site,
      width: "minmax(110px, 2fr)",
      isSortable: true,
      title: (row) => `${names.site(row)} (${row.site})`,
      cell: (row) => names.site(row),
    },
    {
      name: "enterprise",
      head: columns.enterprise,
      width: "minmax(100px, 2fr)",
      isSortable: true,
      title: (row) => row.enterprise ?? undefined,
      cell: (row) => row.enterprise ?? "—",
    },
    { name: "city", head: columns.city, width: "minmax(56px, 84px)", cell: (row) => names.city(row.city) },
    {
      name: "stage",
      head: columns.stage,
      width: "minmax(104px, 130px)",
      cell: (row) => <Stage stage={row.stage} />,
    },
    {
      name: "due",
      head: columns.due,
      width: "minmax(150px, 3fr)",
      isSortable: true,
      cell: (row) => <Due row={row} />,
    },
    {
      name: "owner",
      head: columns.owner,
      width: "minmax(84px, 1fr)",
      cell: (row) => (row.assignee === null ? <i>{words.nobody}</i> : names.person(row.assignee)),
    },
    {
      name: "opened",
      head: columns.opened,
      width: "minmax(88px, 96px)",
      isSortable: true,
      cell: (row) => formatDay(Date.parse(row.openedAt)),
    },
  ];
}

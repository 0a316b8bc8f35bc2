// Requests to devices: the record, newest first, with its filters in the address; one of them beside the list; the form of a new
// one. What is under way moves by itself.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { requestOrigins, requestStates } from "#domain/device-request.ts";
import { formatDay } from "#domain/time.ts";
import { formatMoment } from "../../format/time.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { DayInput } from "../day-input.tsx";
import { DeviceTabs } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { Ignored } from "../ignored.tsx";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { NewRequestDialog } from "./new-request.tsx";
import {
  isFiltered,
  listUnreadable,
  readRequestFilter,
  type RequestFilter,
  type RequestRow,
  toQuery,
  useRequests,
} from "./request-data.ts";
import { RequestDetail } from "./request-detail.tsx";
import { nameCommand, useRequestWords } from "./request-words.ts";
import "../../style/requests.css";

const blankForm = { new: null, for: null, with: null } as const;

export function RequestsView() {
  const words = useRequestWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const client = useQueryClient();
  const { query, set } = useUrl();
  useInterest("none");
  const filter = readRequestFilter(query);
  const found = useRequests(filter);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const openId = query.get("id");
  const columns = useColumns();
  const ask = (): void => set({ ...blankForm, new: "?", for: filter.site });
  useKeys([{ keys: ["n"], says: words.ask, act: ask }]);
  function changed(): void {
    void client.invalidateQueries({ queryKey: ["requests"] });
    void client.invalidateQueries({ queryKey: ["request"] });
  }
  return (
    <section className="view devices-view requests-view" aria-label={words.title}>
      <DeviceTabs>
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters filter={filter} total={found.data?.pages[0]?.total ?? null} />
        <button
          type="button"
          className="primary"
          disabled={!mayAcknowledge(user)}
          title={mayAcknowledge(user) ? undefined : own.readOnly}
          onClick={ask}
          data-testid="new-request"
        >
          {words.ask}
        </button>
      </DeviceTabs>
      <Ignored names={listUnreadable(query)} />
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="device-body" data-detail={openId !== null}>
        <div className="panel device-list">
          {found.data === undefined && found.error === null && <Loading lines={10} />}
          {found.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered(filter) ? words.emptyFiltered : words.empty} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="request-row"
              columns={columns}
              rows={rows}
              keyOf={(row) => row.id}
              stateOf={(row) => row.state}
              openKey={openId}
              isFollowing={openId !== null}
              open={(row) => set({ id: row.id })}
              leave={() => set({ id: null })}
              hasMore={found.hasNextPage}
              isLoadingMore={found.isFetchingNextPage}
              loadMore={() => void found.fetchNextPage()}
            />
          )}
        </div>
        {openId !== null && (
          <RequestDetail key={openId} id={openId} close={() => set({ id: null })} changed={changed} />
        )}
      </div>
      <p className="hint">{words.keys}</p>
      {query.get("new") !== null && (
        <NewRequestDialog
          close={() => set(blankForm)}
          sent={(request: RequestRow) => {
            changed();
            set({ ...blankForm, id: request.id });
          }}
        />
      )}
    </section>
  );
}

function useColumns(): readonly GridColumn<RequestRow>[] {
  const words = useRequestWords();
  const { sites } = useApp();
  const now = useServerNow();
  const { columns } = words;
  const nameOf = (row: RequestRow): string => sites.info(row.site)?.name ?? row.site;
  const commandOf = (row: RequestRow): string => nameCommand(words, row.command, row.name);
  const detailOf = (row: RequestRow): string =>
    row.detail === "" ? words.sayReason(row.reason) : words.sayDetail(row.detail);
  return [
    { name: "time", head: columns.time, width: "112px", cell: (row) => formatMoment(Date.parse(row.createdAt), now) },
    {
      name: "site",
      head: columns.site,
      width: "minmax(120px, 4fr)",
      cell: nameOf,
      title: (row) => `${nameOf(row)} (${row.site})`,
    },
    {
      name: "command",
      head: columns.command,
      width: "minmax(150px, 5fr)",
      cell: (row) => (
        <>
          <code>{row.command}</code> {commandOf(row)}
        </>
      ),
      title: commandOf,
    },
    { name: "origin", head: columns.origin, width: "minmax(64px, 88px)", cell: (row) => words.origins[row.origin] },
    { name: "actor", head: columns.actor, width: "minmax(56px, 80px)", cell: (row) => row.actor },
    { name: "state", head: columns.state, width: "116px", cell: (row) => <StateChip row={row} /> },
    { name: "detail", head: columns.detail, width: "minmax(90px, 5fr)", cell: detailOf, title: detailOf },
  ];
}

const signs: Readonly<Record<RequestRow["state"], string>> = {
  waiting: "◷",
  sent: "→",
  accepted: "⇄",
  done: "✓",
  failed: "✕",
  refused: "✕",
  unanswered: "?",
  expired: "⌛",
  withdrawn: "↩",
};

function StateChip({ row }: { readonly row: RequestRow }) {
  const { states } = useRequestWords();
  return (
    <span className="request-state" data-state={row.state}>
      <span aria-hidden="true" className="request-sign">
        {signs[row.state]}
      </span>
      {states[row.state]}
    </span>
  );
}

interface FiltersProps {
  readonly filter: RequestFilter;
  readonly total: number | null;
}

function Filters({ filter, total }: FiltersProps) {
  const words = useRequestWords();
  const own = useDeviceWords();
  const { set } = useUrl();
  const today = formatDay(useServerNow());
  return (
    <>
      <select
        aria-label={words.state}
        value={filter.state ?? ""}
        onChange={(event) => set({ state: event.target.value })}
      >
        <option value="">{words.allStates}</option>
        {requestStates.map((state) => (
          <option key={state} value={state}>
            {words.states[state]}
          </option>
        ))}
      </select>
      <select
        aria-label={words.origin}
        value={filter.origin ?? ""}
        onChange={(event) => set({ origin: event.target.value })}
      >
        <option value="">{words.allOrigins}</option>
        {requestOrigins.map((origin) => (
          <option key={origin} value={origin}>
            {words.origins[origin]}
          </option>
        ))}
      </select>
      <SiteFilter name="site" label={own.anySite} />
      <DayInput label={words.from} value={filter.from ?? ""} max={today} choose={(from) => set({ from })} />
      <span aria-hidden="true">–</span>
      <DayInput label={words.to} value={filter.to ?? ""} max={today} choose={(to) => set({ to })} />
      {isFiltered(filter) && (
        <button
          type="button"
          className="quiet"
          onClick={() => set({ state: null, origin: null, site: null, from: null, to: null })}
        >
          {own.clear}
        </button>
      )}
      <span className="filters-count">
        {total !== null && own.listed(formatCount(total))}
        <a
          className="button"
          href={`/api/v1/requests?${toQuery(filter, { format: "csv" })}`}
          title={words.exportTitle}
          download
        >
          {own.csv}
        </a>
      </span>
    </>
  );
}

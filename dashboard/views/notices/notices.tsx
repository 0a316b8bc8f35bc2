// Notices: what was told to whom, when and by which channel, failed ones first; and how it is decided: policies, calendars of who
// is on call, channels and contacts. Whether everybody can be reached stands on top of all of it.

import { useMemo } from "react";
import { noticeStates } from "#domain/notice.ts";
import { formatLocal } from "#domain/time.ts";
import { useApp } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { Choice } from "../judgement/exceedance-parts.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Mark } from "../mark.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { CalendarsPart } from "./calendars.tsx";
import { ChannelsPart } from "./channels.tsx";
import { ContactsPart } from "./contacts.tsx";
import { NoticeHealth } from "./notice-health.tsx";
import { NoticeDetail } from "./notice-detail.tsx";
import {
  listUnreadable,
  type NoticeFilter,
  type NoticeRow,
  noticeViews,
  readNoticeFilter,
  readView,
  sortNotices,
  useContacts,
  useNotices,
  useNoticeWords,
} from "./notice-data.ts";
import { NoticeState, useNoticeNames } from "./notice-parts.tsx";
import { PoliciesPart } from "./policies.tsx";
import "../../style/devices.css";
import "../../style/notices.css";

export function NoticesView() {
  const words = useNoticeWords();
  const { query, set } = useUrl();
  const { user } = useApp();
  useInterest("none");
  const view = readView(query);
  const filter = readNoticeFilter(query);
  return (
    <section className="view devices-view notices-view" aria-label={words.title}>
      <GroupTabs group="alarms">
        <h1 className="visually-hidden">{words.title}</h1>
        <div className="segments" role="group" aria-label={words.view}>
          {noticeViews.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={view === each}
              onClick={() => set({ view: each === "sent" ? null : each, id: null })}
            >
              {words.views[each]}
            </button>
          ))}
        </div>
        {view === "sent" && <Filters filter={filter} />}
      </GroupTabs>
      <Ignored names={listUnreadable(query)} />
      <NoticeHealth />
      {view !== "sent" && user.role !== "admin" && <p className="hint">{words.readOnly}</p>}
      {view === "sent" && <Sent filter={filter} />}
      {view === "policies" && <PoliciesPart />}
      {view === "calendars" && <CalendarsPart />}
      {view === "channels" && <ChannelsPart />}
      {view === "contacts" && <ContactsPart />}
    </section>
  );
}

function Filters({ filter }: { readonly filter: NoticeFilter }) {
  const words = useNoticeWords();
  const contacts = useContacts();
  return (
    <>
      <Choice
        name="state"
        label={words.filters.state}
        none={words.filters.anyState}
        chosen={filter.state}
        options={noticeStates.map((state) => [state, words.states[state]])}
      />
      <Choice
        name="contact"
        label={words.filters.contact}
        none={words.filters.anyContact}
        chosen={filter.contact}
        options={(contacts.data ?? []).map(({ id, name }) => [id, name])}
      />
    </>
  );
}

function Sent({ filter }: { readonly filter: NoticeFilter }) {
  const words = useNoticeWords();
  const { query, set } = useUrl();
  const found = useNotices(filter);
  const rows = useMemo(() => sortNotices(found.data?.pages.flatMap((page) => page.items) ?? []), [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const openId = query.get("id");
  const columns = useColumns();
  const isFiltered = filter.state !== null || filter.contact !== null;
  return (
    <>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="device-body" data-detail={openId !== null}>
        <div className="panel device-list" data-testid={found.data === undefined ? undefined : "notices-listed"}>
          {found.data === undefined && found.error === null && <Loading lines={10} />}
          {found.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered ? words.emptyFiltered : words.empty} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="notice-row"
              columns={openId === null ? columns : columns.filter(({ name }) => name !== "answer" && name !== "cause")}
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
        {openId !== null && <NoticeDetail key={openId} id={openId} close={() => set({ id: null })} />}
      </div>
      <p className="hint notices-foot">
        <span>{words.keys}</span>
        {found.data !== undefined && <span>{words.listed(formatCount(rows.length), formatCount(total))}</span>}
      </p>
    </>
  );
}

function useColumns(): readonly GridColumn<NoticeRow>[] {
  const words = useNoticeWords();
  const names = useNoticeNames();
  const { columns } = words;
  const answerOf = (row: NoticeRow): string => row.detail ?? row.attempts.at(-1)?.detail ?? words.noAnswer;
  return [
    {
      name: "state",
      head: columns.state,
      width: "minmax(84px, 120px)",
      cell: (row) => <NoticeState row={row} />,
    },
    {
      name: "at",
      head: columns.at,
      width: "minmax(130px, 150px)",
      cell: (row) => formatLocal(Date.parse(row.createdAt)).slice(5, 19),
    },
    { name: "contact", head: columns.contact, width: "minmax(90px, 2fr)", cell: (row) => <b>{names.contact(row)}</b> },
    {
      name: "site",
      head: columns.site,
      width: "minmax(110px, 3fr)",
      title: (row) => `${names.site(row)} (${row.site})`,
      cell: (row) => names.site(row),
    },
    {
      name: "priority",
      head: columns.priority,
      width: "minmax(50px, 60px)",
      cell: (row) => <Mark priority={row.priority} />,
    },
    {
      name: "cause",
      head: columns.cause,
      width: "minmax(110px, 1fr)",
      cell: (row) =>
        row.cause === "test" ? words.causes.test : `${words.causes[row.cause]} · ${words.step(row.step + 1)}`,
    },
    {
      name: "tries",
      head: columns.tries,
      width: "minmax(48px, 60px)",
      isNumber: true,
      cell: (row) => row.tries ?? row.attempts.length,
    },
    { name: "answer", head: columns.answer, width: "minmax(140px, 4fr)", title: answerOf, cell: answerOf },
  ];
}

// Marks: spans of data that do not count, with who says so and why. The list with its filters in the address, one of them
// beside it, the form of a new one.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { markStatuses } from "#domain/mark.ts";
import { formatDay } from "#domain/time.ts";
import { formatAge } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { DayInput } from "../day-input.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import { Choice, useNames } from "../judgement/exceedance-parts.tsx";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import {
  isFiltered,
  listUnreadable,
  type MarkFilter,
  type MarkRow,
  readMarkFilter,
  useMarks,
  useMarkWords,
} from "./mark-data.ts";
import { MarkDetail } from "./mark-detail.tsx";
import { MarkForm } from "./mark-form.tsx";
import { formatSpan, MarkState } from "./mark-state.tsx";
import "../../style/marks.css";

const blankForm = { new: null, for: null, span: null } as const;

export function MarksView() {
  const words = useMarkWords();
  const { user } = useApp();
  const client = useQueryClient();
  const { query, set } = useUrl();
  useInterest("none");
  const filter = readMarkFilter(query);
  const found = useMarks(filter);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const openId = query.get("id");
  const opened = rows.find(({ id }) => id === openId) ?? null;
  const columns = useColumns();
  const mayEnter = mayAcknowledge(user);
  const enter = (): void => {
    if (mayEnter) set({ ...blankForm, new: "1", for: filter.site });
  };
  useKeys([{ keys: ["n"], says: words.enter, act: enter }]);
  function changed(): void {
    void client.invalidateQueries({ queryKey: ["marks"] });
  }
  return (
    <section className="view devices-view marks-view" aria-label={words.title}>
      <GroupTabs group="judgement">
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters filter={filter} total={found.data?.pages[0]?.total ?? null} />
        <button
          type="button"
          className="primary"
          disabled={!mayEnter}
          title={mayEnter ? undefined : words.readOnly}
          onClick={enter}
          data-testid="new-mark"
        >
          {words.enter}
        </button>
      </GroupTabs>
      <Ignored names={listUnreadable(query)} />
      <p className="hint">{words.intro}</p>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="device-body" data-detail={openId !== null}>
        <div className="panel device-list" data-testid={found.data === undefined ? undefined : "marks-listed"}>
          {found.data === undefined && found.error === null && <Loading lines={10} />}
          {found.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered(filter) ? words.emptyFiltered : words.empty} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="mark-row"
              columns={openId === null ? columns : columns.filter(({ name }) => !narrowWithout.has(name))}
              rows={rows}
              keyOf={(row) => row.id}
              stateOf={(row) => row.status}
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
        {openId !== null && (found.data !== undefined || found.error !== null) && (
          <MarkDetail key={openId} mark={opened} close={() => set({ id: null })} changed={changed} />
        )}
      </div>
      <p className="hint">{words.keys}</p>
      {query.get("new") !== null && mayEnter && (
        <MarkForm
          close={() => set(blankForm)}
          entered={(mark) => {
            changed();
            set({ ...blankForm, id: mark.id, site: null, status: null, from: null, to: null });
          }}
        />
      )}
    </section>
  );
}

/** Columns that the detail beside the list says anyway. */
const narrowWithout: ReadonlySet<string> = new Set(["reason", "by", "duration", "factors"]);

function Filters({ filter, total }: { readonly filter: MarkFilter; readonly total: number | null }) {
  const words = useMarkWords();
  const judged = useJudgementWords();
  const own = useDeviceWords();
  const { set } = useUrl();
  const today = formatDay(useServerNow());
  return (
    <>
      <Choice
        name="status"
        label={words.status}
        none={words.anyStatus}
        chosen={filter.status}
        options={markStatuses.map((status) => [status, judged.markStatuses[status]])}
      />
      <SiteFilter name="site" label={own.anySite} />
      <DayInput label={words.form.from} value={filter.from ?? ""} max={today} choose={(from) => set({ from })} />
      <span aria-hidden="true">–</span>
      <DayInput label={words.form.to} value={filter.to ?? ""} max={today} choose={(to) => set({ to })} />
      {isFiltered(filter) && (
        <button type="button" className="quiet" onClick={() => set({ site: null, status: null, from: null, to: null })}>
          {own.clear}
        </button>
      )}
      <span className="filters-count">{total !== null && own.listed(formatCount(total))}</span>
    </>
  );
}

function useColumns(): readonly GridColumn<MarkRow>[] {
  const words = useMarkWords();
  const judged = useJudgementWords();
  const { duration } = useWords();
  const names = useNames();
  const { columns } = words;
  const factorsOf = ({ factors }: MarkRow): string =>
    factors === null ? words.allFactors : factors.map((code) => names.factor(code)).join(", ");
  return [
    {
      name: "span",
      head: columns.span,
      width: "minmax(200px, 250px)",
      title: (row) => formatSpan(row.from, row.to),
      cell: (row) => formatSpan(row.from, row.to),
    },
    {
      name: "site",
      head: columns.site,
      width: "minmax(120px, 4fr)",
      title: (row) => `${row.siteName} (${row.site})`,
      cell: (row) => row.siteName,
    },
    { name: "factors", head: columns.factors, width: "minmax(80px, 2fr)", title: factorsOf, cell: factorsOf },
    { name: "label", head: columns.label, width: "minmax(90px, 2fr)", cell: (row) => judged.markLabels[row.label] },
    {
      name: "duration",
      head: columns.duration,
      width: "minmax(90px, 110px)",
      isNumber: true,
      cell: (row) => formatAge(Date.parse(row.to) - Date.parse(row.from), duration),
    },
    { name: "by", head: columns.by, width: "minmax(70px, 110px)", cell: (row) => row.by },
    { name: "status", head: columns.status, width: "minmax(120px, 160px)", cell: (row) => <MarkState mark={row} /> },
    {
      name: "reason",
      head: columns.reason,
      width: "minmax(100px, 4fr)",
      title: (row) => row.reason,
      cell: (row) => row.reason,
    },
  ];
}

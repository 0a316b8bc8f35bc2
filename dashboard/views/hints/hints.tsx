// Leads: data that look as if somebody or something had falsified them, for people to look at. The list with its filters in the
// address, the evidence of one beside it, the rules with their parameters. Says on every view that a lead is no violation.

import { useMemo } from "react";
import { hintStatuses } from "#domain/hint.ts";
import { formatDay, formatLocal, parseDay } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import {
  type HintFilter,
  type HintRule,
  type HintRow,
  listUnreadable,
  readHintFilter,
  sayHint,
  spans,
  useHintRules,
  useHints,
  useHintWords,
} from "./hint-data.ts";
import { HintDetail } from "./hint-detail.tsx";
import { HintRules } from "./hint-rules.tsx";
import "../../style/hints.css";

export function HintsView() {
  const words = useHintWords();
  const { query } = useUrl();
  useInterest("none");
  const isRules = query.get("view") === "rules";
  const rules = useHintRules();
  // Whether a rule exists is known only when the rules have come.
  const unreadable = [
    ...(query.has("view") && !isRules ? ["view"] : []),
    ...(rules.data === undefined ? [] : listUnreadable(query, rules.data)),
  ];
  const filter = query.has("rule") && rules.isPending ? null : readHintFilter(query, rules.data ?? []);
  return (
    <section className="view devices-view hints-view" aria-label={words.title}>
      <GroupTabs group="judgement">
        <h1 className="visually-hidden">{words.title}</h1>
        <ViewChoice isRules={isRules} />
        {!isRules && filter !== null && <Filters filter={filter} rules={rules.data ?? []} />}
      </GroupTabs>
      <Ignored names={unreadable} />
      <p className="hints-caution" role="note" data-testid="hints-caution">
        {words.caution}
      </p>
      {isRules ? <HintRules /> : <HintList filter={filter} />}
    </section>
  );
}

function ViewChoice({ isRules }: { readonly isRules: boolean }) {
  const words = useHintWords();
  const { set } = useUrl();
  return (
    <div className="segments" role="group" aria-label={words.view}>
      {(["list", "rules"] as const).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={isRules === (each === "rules")}
          onClick={() => set({ view: each === "rules" ? each : null, id: null })}
        >
          {words.views[each]}
        </button>
      ))}
    </div>
  );
}

function Filters({ filter, rules }: { readonly filter: HintFilter; readonly rules: readonly HintRule[] }) {
  const words = useHintWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { set } = useUrl();
  return (
    <>
      <select
        aria-label={words.status}
        value={filter.status ?? "all"}
        onChange={(event) => set({ status: event.target.value === "open" ? null : event.target.value, id: null })}
      >
        {hintStatuses.map((each) => (
          <option key={each} value={each}>
            {words.statuses[each]}
          </option>
        ))}
        <option value="all">{words.allStatuses}</option>
      </select>
      <select
        aria-label={words.rule}
        value={filter.rule ?? ""}
        onChange={(event) => set({ rule: event.target.value, id: null })}
      >
        <option value="">{words.allRules}</option>
        {rules.map((each) => (
          <option key={each.id} value={each.id}>
            {each.id} {pickName(catalogue, each)}
          </option>
        ))}
      </select>
      <select
        aria-label={words.span}
        value={filter.days}
        onChange={(event) => set({ days: event.target.value, id: null })}
      >
        {spans.map((each) => (
          <option key={each} value={each}>
            {words.days(each)}
          </option>
        ))}
      </select>
      <SiteFilter name="site" label={own.anySite} />
    </>
  );
}

function HintList({ filter }: { readonly filter: HintFilter | null }) {
  const words = useHintWords();
  const { query, set } = useUrl();
  const today = parseDay(formatDay(useServerNow())) ?? 0;
  const found = useHints(filter, today);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const openId = query.get("id");
  const columns = useColumns();
  const total = found.data?.pages[0]?.total ?? null;
  const isFiltered = ["rule", "site", "status"].some((name) => query.has(name));
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
        <div className="panel device-list">
          {found.data === undefined && found.error === null && <Loading lines={10} />}
          {found.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered ? words.emptyFiltered : words.empty} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="hint-row"
              columns={openId === null ? columns : columns.filter(({ name }) => name !== "says" && name !== "window")}
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
        {openId !== null && (
          <HintDetail
            key={openId}
            id={openId}
            listed={rows.find(({ id }) => id === openId) ?? null}
            close={() => set({ id: null })}
          />
        )}
      </div>
      <p className="hint hints-foot">
        <span>{words.keys}</span>
        {total !== null && (
          <span data-testid="hints-listed">{words.listed(formatCount(rows.length), formatCount(total))}</span>
        )}
      </p>
    </>
  );
}

/** 0 … 100 as a bar and a number. */
function Score({ score }: { readonly score: number }) {
  const words = useHintWords();
  const percent = Math.round(score * 100);
  return (
    <span className="hint-score" title={words.scoreTitle(String(percent))}>
      <i style={{ backgroundSize: `${percent}% 100%` }} />
      <b>{percent}</b>
    </span>
  );
}

function useColumns(): readonly GridColumn<HintRow>[] {
  const words = useHintWords();
  const catalogue = useWords();
  const { factors, sites } = useApp();
  const { columns } = words;
  const isEnglish = catalogue.locale === "en";
  const siteOf = (row: HintRow): string => row.siteName ?? sites.info(row.site)?.name ?? row.site;
  const says = (row: HintRow): string => sayHint(row, catalogue.locale);
  const factorsOf = (row: HintRow): string =>
    row.factors
      .map((code) => factors[code])
      .map((info, i) => (info === undefined ? (row.factors[i] ?? "") : pickName(catalogue, info)))
      .join(", ");
  const ruleOf = (row: HintRow): string => `${row.rule} ${isEnglish ? row.ruleEn : row.ruleZh}`;
  return [
    { name: "score", head: columns.score, width: "76px", cell: (row) => <Score score={row.score} /> },
    { name: "rule", head: columns.rule, width: "minmax(110px, 2fr)", title: ruleOf, cell: ruleOf },
    {
      name: "site",
      head: columns.site,
      width: "minmax(130px, 3fr)",
      title: (row) => `${siteOf(row)} (${row.site})`,
      cell: siteOf,
    },
    { name: "factors", head: columns.factors, width: "minmax(90px, 2fr)", title: factorsOf, cell: factorsOf },
    {
      name: "window",
      head: columns.window,
      width: "minmax(180px, 190px)",
      cell: (row) => formatWindow(row, words.detail.until),
    },
    { name: "says", head: columns.says, width: "minmax(200px, 6fr)", title: says, cell: says },
    {
      name: "status",
      head: columns.status,
      width: "minmax(64px, 90px)",
      title: (row) => words.statusSays[row.status],
      cell: (row) => (row.status === "open" ? <b>{words.statuses.open}</b> : words.statuses[row.status]),
    },
  ];
}

/** "11-22 08:00 to 10:30", of UTC+8. */
export function formatWindow({ from, to }: Pick<HintRow, "from" | "to">, until: string): string {
  const [a, b] = [from, to].map((text) => formatLocal(Date.parse(text)).slice(5, 16));
  if (a === undefined || b === undefined) return "";
  return `${a} ${until} ${a.slice(0, 5) === b.slice(0, 5) ? b.slice(6) : b}`;
}

// The data-quality board: who does not send, or sends what does not count. A month by province, city, enterprise, maintainer or
// site: rates against the target as a table, days as a picture, one day of one site in full; what is missing span by span and
// how long it can still be repaired; who is offline now.

import { useCallback, useMemo } from "react";
import { formatDay } from "#domain/time.ts";
import { formatAge } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { SiteFilter } from "../devices/site-filter.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { Audit } from "./audit.tsx";
import { Matrix } from "./matrix.tsx";
import { Missing } from "./missing.tsx";
import { Offline } from "./offline.tsx";
import {
  daysOfMonth,
  type Grouping,
  groupings,
  orderColumns,
  parseMonth,
  type QualityRow,
  readQualityOrder,
  sortQuality,
  stepMonth,
  useJudgingBacklog,
  useQuality,
  useQualityWords,
} from "./quality-data.ts";
import { QualitySum, QualityTable } from "./quality-table.tsx";
import "../../style/quality.css";

const views = ["month", "missing", "offline"] as const;
type View = (typeof views)[number];

/** What the address says; whatever cannot be read is named and not in force. */
function useBoard() {
  const { query, set } = useUrl();
  const { cities } = useApp();
  const current = formatDay(useServerNow()).slice(0, 7);
  const [askedView, askedBy, askedMonth] = [query.get("view"), query.get("by"), query.get("month")];
  const view = views.find((each) => each === askedView) ?? "month";
  const by = groupings.find((each) => each === askedBy) ?? "city";
  const month = askedMonth !== null && parseMonth(askedMonth) !== null && askedMonth <= current ? askedMonth : current;
  const city = cities.find(({ adcode }) => adcode === query.get("city"))?.adcode ?? null;
  const sort = query.get("sort");
  const read = { view, by, month, city, sort: orderColumns.includes((sort ?? "").replace(/^-/, "")) ? sort : null };
  const unreadable = (["view", "by", "month", "city", "sort"] as const).filter(
    (name) => query.has(name) && query.get(name) !== read[name],
  );
  return {
    ...read,
    order: readQualityOrder(sort),
    site: query.get("site") ?? "",
    open: query.get("open"),
    day: query.get("day"),
    isLatest: month === current,
    unreadable,
    step(months: number): void {
      const next = stepMonth(month, months);
      if (next <= current) set({ month: next === current ? null : next, day: null, open: null });
    },
    toLatest: () => set({ month: null, day: null, open: null }),
  };
}

type Board = ReturnType<typeof useBoard>;

export function QualityView() {
  const words = useQualityWords();
  const { duration } = useWords();
  useInterest("none");
  const board = useBoard();
  const { view, month, site } = board;
  useKeys([
    { keys: ["["], says: words.back, act: () => board.step(-1) },
    { keys: ["]"], says: words.forward, act: () => board.step(1) },
  ]);
  const backlog = useJudgingBacklog();
  return (
    <section className="view devices-view quality-view" aria-label={words.title}>
      <GroupTabs group="judgement">
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters board={board} />
      </GroupTabs>
      <Ignored names={board.unreadable} />
      {backlog !== null && view !== "offline" && (
        <p className="band band-note" role="status" data-testid="quality-waits">
          {words.waiting(
            formatCount(backlog.waiting),
            backlog.secondsLeft === null ? "—" : formatAge(backlog.secondsLeft * 1000, duration),
          )}
        </p>
      )}
      {view === "month" && <Month board={board} />}
      {view === "missing" && <Missing month={month} site={site} city={board.city} />}
      {view === "offline" && <Offline city={board.city} />}
    </section>
  );
}

function Filters({ board }: { readonly board: Board }) {
  const words = useQualityWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { cities } = useApp();
  const { set } = useUrl();
  const { view, by, month } = board;
  const choose = (name: View): void => set({ view: name === "month" ? null : name, open: null, day: null });
  return (
    <>
      <div className="segments" role="group" aria-label={words.view}>
        {views.map((each) => (
          <button key={each} type="button" aria-pressed={view === each} onClick={() => choose(each)}>
            {words.views[each]}
          </button>
        ))}
      </div>
      {view !== "offline" && (
        <span className="quality-step" role="group" aria-label={words.month}>
          <button type="button" aria-label={words.back} title={words.back} onClick={() => board.step(-1)}>
            ◂
          </button>
          <b data-testid="quality-month">{month}</b>
          <button
            type="button"
            aria-label={words.forward}
            title={words.forward}
            disabled={board.isLatest}
            onClick={() => board.step(1)}
          >
            ▸
          </button>
          {!board.isLatest && (
            <button type="button" onClick={board.toLatest}>
              {words.latest}
            </button>
          )}
        </span>
      )}
      {view === "month" && (
        <label className="quality-by">
          {words.by}{" "}
          <select
            value={by}
            onChange={(event) => set({ by: event.target.value, open: null, day: null })}
            data-testid="quality-by"
          >
            {groupings.map((each) => (
              <option key={each} value={each}>
                {words.groupings[each]}
              </option>
            ))}
          </select>
        </label>
      )}
      {(view !== "month" || by === "site") && (
        <select
          aria-label={words.city}
          value={board.city ?? ""}
          onChange={(event) => set({ city: event.target.value, open: null, day: null })}
        >
          <option value="">{words.allCities}</option>
          {cities.map((each) => (
            <option key={each.adcode} value={each.adcode}>
              {pickName(catalogue, each)}
            </option>
          ))}
        </select>
      )}
      {view !== "offline" && <SiteFilter name="site" label={own.anySite} />}
      <span className="filters-count">
        <button type="button" onClick={() => globalThis.print()}>
          {words.print}
        </button>
      </span>
    </>
  );
}

/** Clicking a group shows what it is made of. */
function useOpening(board: Board) {
  const { set } = useUrl();
  const { by, month } = board;
  return (row: QualityRow, day: string | null): void => {
    if (by === "site")
      set({ open: row.key, day: day ?? row.days.findLast(({ due }) => due > 0)?.day ?? `${month}-01` });
    else if (by === "province") set({ by: "city" });
    else if (by === "city") set({ by: "site", city: row.key });
    // Whoever has none on record cannot be asked for by it.
    else if (row.key !== "") set({ by: "site", [by]: row.key });
  };
}

/** What a row is called: cities in the language in force, sites and enterprises as they are on record. */
function useTitles(by: Grouping): (row: { readonly key: string; readonly name: string | null }) => string {
  const words = useQualityWords();
  const catalogue = useWords();
  const { cities } = useApp();
  return useCallback(
    ({ key, name }) => {
      if (by === "province") return words.groupings.province;
      const city = by === "city" ? cities.find(({ adcode }) => adcode === key) : undefined;
      return city === undefined ? (name ?? (key === "" ? words.none : key)) : pickName(catalogue, city);
    },
    [by, words, catalogue, cities],
  );
}

function Month({ board }: { readonly board: Board }) {
  const words = useQualityWords();
  const { query, set } = useUrl();
  const { by, month, site, city, open, day, order } = board;
  const filter = new URLSearchParams({ by, month });
  if (site !== "") filter.set("site", site);
  const within = (["city", "enterprise", "maintainer"] as const).filter((name) => by === "site" && query.has(name));
  for (const name of within) filter.set(name, (name === "city" ? city : query.get(name)) ?? "");
  const quality = useQuality(filter.toString());
  const { data } = quality;
  const titleOf = useTitles(by);
  const rows = useMemo(
    () =>
      sortQuality(
        (data?.rows ?? []).map((row) => ({ ...row, title: titleOf(row) })),
        order,
      ),
    [data, titleOf, order.column, order.descending],
  );
  const days = useMemo(() => daysOfMonth(data?.month ?? month), [data, month]);
  const openAt = useOpening(board);
  const csv = new URLSearchParams(filter);
  csv.set("format", "csv");
  const named = within.filter((name): name is Exclude<Grouping & typeof name, "city"> => name !== "city");
  return (
    <>
      {quality.error !== null && (
        <Failed
          what={words.load}
          error={quality.error}
          retry={() => void quality.refetch()}
          kept={data !== undefined}
        />
      )}
      {data === undefined && quality.error === null && <Loading lines={12} />}
      {data !== undefined && (
        <>
          <QualitySum quality={data} />
          <div className="quality-body" data-old={quality.isPlaceholderData}>
            {rows.length === 0 ? (
              <div className="panel">
                <Notice title={site === "" && within.length === 0 ? words.empty : words.emptyFiltered} />
              </div>
            ) : (
              <Matrix
                rows={rows}
                days={days}
                target={data.aim}
                opened={open === null || day === null ? null : { key: open, day }}
                open={openAt}
              />
            )}
            {open !== null && day !== null ? (
              <Audit
                key={`${open} ${day}`}
                site={open}
                day={day}
                aim={data.aim}
                show={(next) => set({ day: next })}
                close={() => set({ open: null, day: null })}
              />
            ) : (
              rows.length > 0 && (
                <QualityTable
                  rows={rows}
                  target={data.aim}
                  order={order}
                  choose={(next) => set({ sort: `${next.descending ? "-" : ""}${next.column}` })}
                  openKey={open}
                  open={(row) => openAt(row, null)}
                />
              )
            )}
          </div>
        </>
      )}
      <p className="hint quality-foot">
        <span>{words.keys}</span>
        {named.map((name) => (
          <button key={name} type="button" onClick={() => set({ [name]: null })}>
            {words.groupings[name]}: {query.get(name) || words.none} ✕
          </button>
        ))}
        <a className="button" href={`/api/v1/quality?${csv}`} download>
          {words.csv}
        </a>
        {data !== undefined && <span>{words.listed(formatCount(rows.length))}</span>}
      </p>
    </>
  );
}

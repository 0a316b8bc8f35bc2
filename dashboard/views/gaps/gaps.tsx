// The gap board: what loggers owed and never sent, over 31 days. A row for each logger with a cell for each day, so that one sees
// where and when; beside it the hours and the spans of one logger, and the way to ask for them.

import { useMemo } from "react";
import { intervalKinds } from "#domain/logger-card.ts";
import { dayMs, formatDay, parseDay } from "#domain/time.ts";
import { formatAge } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { DeviceTabs } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useRequestWords } from "../requests/request-words.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import {
  dayCells,
  gapLevels,
  type GapRow,
  type Gaps,
  groupGaps,
  useGaps,
  useGapWords,
  windowDays,
} from "./gap-data.ts";
import { GapDetail } from "./gap-detail.tsx";
import "../../style/gaps.css";

/** `to` of the address is the last day of the window; without one it is today. */
function useWindow() {
  const { query, set } = useUrl();
  const today = parseDay(formatDay(useServerNow())) ?? 0;
  const asked = parseDay(query.get("to") ?? "");
  const last = asked !== null && asked <= today ? asked : today;
  const step = (windows: number): void => {
    const next = Math.min(today, last + windows * windowDays * dayMs);
    set({ to: next === today ? null : formatDay(next) });
  };
  return {
    from: last - (windowDays - 1) * dayMs,
    to: last + dayMs,
    isLatest: last === today,
    isWrong: query.has("to") && asked !== last,
    step,
    toLatest: () => set({ to: null }),
  };
}

type Window = ReturnType<typeof useWindow>;

export function GapsView() {
  const words = useGapWords();
  const { query, set } = useUrl();
  useInterest("none");
  const window = useWindow();
  const { from } = window;
  const kind = intervalKinds.find((each) => each === query.get("kind")) ?? null;
  const site = query.get("site") ?? "";
  const filter = new URLSearchParams({ from: String(from), to: String(window.to) });
  if (kind !== null) filter.set("kind", kind);
  if (site !== "") filter.set("site", site);
  const gaps = useGaps(filter.toString());
  const rows = useMemo(() => groupGaps(gaps.data?.items ?? []), [gaps.data]);
  const openSite = query.get("open");
  const opened = rows.find((row) => row.site === openSite) ?? null;
  const columns = useColumns(from);
  const unreadable = [...(query.has("kind") && kind === null ? ["kind"] : []), ...(window.isWrong ? ["to"] : [])];
  return (
    <section className="view devices-view gaps-view" aria-label={words.title}>
      <DeviceTabs>
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters window={window} kind={kind} filter={filter} />
      </DeviceTabs>
      <Ignored names={unreadable} />
      {gaps.data !== undefined && <Totals totals={gaps.data.totals} kind={kind} />}
      {gaps.error !== null && (
        <Failed what={words.load} error={gaps.error} retry={() => void gaps.refetch()} kept={gaps.data !== undefined} />
      )}
      <div className="device-body" data-detail={openSite !== null && gaps.data !== undefined}>
        <div className="panel device-list" data-old={gaps.isPlaceholderData}>
          {gaps.data === undefined && gaps.error === null && <Loading lines={10} />}
          {gaps.data !== undefined && rows.length === 0 && (
            <Notice title={kind === null && site === "" ? words.empty : words.emptyFiltered} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="gap-row"
              columns={openSite === null ? columns : columns.filter(({ name }) => name === "site" || name === "days")}
              rows={rows}
              keyOf={(row) => row.site}
              openKey={openSite}
              isFollowing={openSite !== null}
              open={(row) => set({ open: row.site })}
              leave={() => set({ open: null })}
            />
          )}
          {gaps.data !== undefined && gaps.data.items.length < gaps.data.total && (
            <p className="hint row-more">
              {words.cut(formatCount(gaps.data.items.length), formatCount(gaps.data.total))}
            </p>
          )}
        </div>
        {openSite !== null && gaps.data !== undefined && (
          <GapDetail key={openSite} site={openSite} row={opened} from={from} close={() => set({ open: null })} />
        )}
      </div>
      <p className="hint gap-legend">
        <span>{words.keys}</span>
        <span className="gap-levels">
          {gapLevels.map((level) => (
            <span key={level}>
              <i className="gap-cell" data-level={level} /> {words.legend[level]}
            </span>
          ))}
        </span>
      </p>
    </section>
  );
}

interface FiltersProps {
  readonly window: Window;
  readonly kind: string | null;
  readonly filter: URLSearchParams;
}

function Filters({ window, kind, filter }: FiltersProps) {
  const words = useGapWords();
  const own = useDeviceWords();
  const { set } = useUrl();
  const csv = new URLSearchParams(filter);
  csv.set("format", "csv");
  return (
    <>
      <div className="segments" role="group" aria-label={words.kind}>
        {[null, ...intervalKinds].map((each) => (
          <button key={each} type="button" aria-pressed={kind === each} onClick={() => set({ kind: each })}>
            {each === null ? words.allKinds : own.kinds[each]}
          </button>
        ))}
      </div>
      <button type="button" aria-label={words.back} title={words.back} onClick={() => window.step(-1)}>
        ◂
      </button>
      <span>{words.window(formatDay(window.from), formatDay(window.to - dayMs))}</span>
      <button
        type="button"
        aria-label={words.forward}
        title={words.forward}
        disabled={window.isLatest}
        onClick={() => window.step(1)}
      >
        ▸
      </button>
      {!window.isLatest && (
        <button type="button" onClick={window.toLatest}>
          {words.latest}
        </button>
      )}
      <SiteFilter name="site" label={own.anySite} />
      <span className="filters-count">
        <a className="button" href={`/api/v1/gaps?${csv}`} download>
          {own.csv}
        </a>
      </span>
    </>
  );
}

function Totals({ totals, kind }: { readonly totals: Gaps["totals"]; readonly kind: string | null }) {
  const words = useGapWords();
  const own = useDeviceWords();
  const shown = intervalKinds.filter((each) => kind === null || each === kind);
  return (
    <div className="gap-totals" role="group" aria-label={words.totals}>
      {shown.map((each) => {
        const { intervals, spans, loggers } = totals[each];
        return (
          <div key={each} className="panel" data-testid="gap-total" data-kind={each} data-zero={intervals === 0}>
            <span>
              {own.kinds[each]} {words.missing}
            </span>
            <b>{formatCount(intervals)}</b>
            <span className="hint">{words.ofLoggers(formatCount(spans), formatCount(loggers))}</span>
          </div>
        );
      })}
    </div>
  );
}

/** A page that shows ages need not ask the clock every second. */
const ageStepMs = 30_000;

function useColumns(from: number): readonly GridColumn<GapRow>[] {
  const words = useGapWords();
  const requests = useRequestWords();
  const { duration } = useWords();
  const { sites } = useApp();
  const now = Math.floor(useServerNow() / ageStepMs) * ageStepMs;
  const { columns } = words;
  const nameOf = (row: GapRow): string => row.name ?? sites.info(row.site)?.name ?? row.site;
  const count = (value: number) => (value === 0 ? <span className="muted">0</span> : <b>{formatCount(value)}</b>);
  return [
    {
      name: "site",
      head: columns.site,
      width: "minmax(140px, 3fr)",
      title: (row) => `${nameOf(row)} (${row.site})`,
      cell: nameOf,
    },
    {
      name: "days",
      head: `${columns.days} · ${formatDay(from).slice(5)} → ${formatDay(from + (windowDays - 1) * dayMs).slice(5)}`,
      width: "minmax(320px, 7fr)",
      cell: (row) => <Strip row={row} from={from} />,
    },
    ...intervalKinds.map((kind) => ({
      name: kind,
      head: columns[kind],
      width: "minmax(56px, 80px)",
      isNumber: true,
      cell: (row: GapRow) => count(row.missing[kind]),
    })),
    {
      name: "age",
      head: columns.age,
      width: "minmax(110px, 2fr)",
      cell: (row) => words.ago(formatAge(now - row.newest, duration)),
    },
    {
      name: "request",
      head: columns.request,
      width: "minmax(90px, 2fr)",
      cell: (row) =>
        row.request === null ? <span className="muted">{words.notAsked}</span> : requests.states[row.request.state],
    },
  ];
}

function Strip({ row, from }: { readonly row: GapRow; readonly from: number }) {
  const words = useGapWords();
  const own = useDeviceWords();
  const cells = useMemo(() => dayCells(row.gaps, from), [row.gaps, from]);
  return (
    <span
      className="gap-strip"
      role="img"
      aria-label={words.strip(cells.filter(({ level }) => level !== "none").length)}
    >
      {cells.map(({ start, parts, level }) => (
        <i
          key={start}
          className="gap-cell"
          data-level={level}
          title={words.dayTitle(
            formatDay(start),
            parts.length === 0
              ? words.whole
              : parts.map(({ kind, missing, due }) => words.part(own.kinds[kind], missing, due)).join(", "),
          )}
        />
      ))}
    </span>
  );
}

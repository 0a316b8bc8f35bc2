// All loggers: those of nobody first, when each was heard last, how right its clock is, what was wrong today. The counts on top
// are the filters.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { mnOfSource } from "#domain/logger.ts";
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
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { DriftBar } from "./drift-bar.tsx";
import {
  belongsTo,
  hasText,
  type LoggerRow,
  type LoggerShow,
  loggerShows,
  readLoggerOrder,
  sortLoggers,
  useLoggers,
  useLoggerWords,
} from "./logger-data.ts";
import { RegisterDialog } from "./register-dialog.tsx";
import "../../style/loggers.css";

/** A page that shows ages need not ask the clock every second. */
const ageStepMs = 5_000;

export function LoggersView() {
  const words = useLoggerWords();
  const own = useDeviceWords();
  const client = useQueryClient();
  const { query, set, go } = useUrl();
  useInterest("none");
  const now = Math.floor(useServerNow() / ageStepMs) * ageStepMs;
  const loggers = useLoggers();
  const all = loggers.data ?? [];
  const asked = query.get("show");
  const show = loggerShows.find((each) => each === asked) ?? "all";
  const text = query.get("q") ?? "";
  const sort = query.get("sort");
  const order = readLoggerOrder(sort);
  const rows = useMemo(
    () =>
      sortLoggers(
        all.filter((row) => belongsTo(row, show, now) && hasText(row, text)),
        readLoggerOrder(sort),
      ),
    [all, show, text, sort, now],
  );
  const columns = useColumns(now);
  const mn = query.get("register");
  return (
    <section className="view devices-view loggers-view" aria-label={words.title}>
      <DeviceTabs>
        <h1 className="visually-hidden">{words.title}</h1>
        <SiteFilter name="q" label={words.search} />
        <span className="filters-count">
          <a className="button" href="/api/v1/loggers?format=csv" download>
            {own.csv}
          </a>
        </span>
      </DeviceTabs>
      <Ignored names={asked === null || asked === show ? [] : ["show"]} />
      {loggers.data !== undefined && <Shows rows={all} shown={show} now={now} />}
      {loggers.error !== null && (
        <Failed
          what={words.load}
          error={loggers.error}
          retry={() => void loggers.refetch()}
          kept={loggers.data !== undefined}
        />
      )}
      <div className="panel device-list device-fill">
        {loggers.data === undefined && loggers.error === null && <Loading lines={10} />}
        {loggers.data !== undefined && rows.length === 0 && (
          <Notice title={all.length === 0 ? words.empty : words.emptyFiltered} />
        )}
        {rows.length > 0 && (
          <RowGrid
            label={words.title}
            testId="logger-row"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.site}
            stateOf={(row) => (row.known ? "known" : "unknown")}
            openKey={null}
            open={(row) => go(`/loggers/${encodeURIComponent(row.site)}`)}
            leave={() => undefined}
            sort={{ ...order, choose: (next) => set({ sort: `${next.descending ? "-" : ""}${next.column}` }) }}
          />
        )}
      </div>
      <p className="hint">{words.keys}</p>
      {mn !== null && (
        <RegisterDialog
          mn={mn}
          close={() => set({ register: null })}
          done={() => {
            void client.invalidateQueries({ queryKey: ["loggers"] });
            go("/quarantine", { site: `hj212:${mn}` });
          }}
        />
      )}
    </section>
  );
}

interface ShowsProps {
  readonly rows: readonly LoggerRow[];
  readonly shown: LoggerShow;
  readonly now: number;
}

/** Counts one can press; those of nothing are grey. */
function Shows({ rows, shown, now }: ShowsProps) {
  const words = useLoggerWords();
  const { set } = useUrl();
  return (
    <div className="logger-shows" role="group" aria-label={words.show}>
      {loggerShows.map((show) => {
        const count = rows.filter((row) => belongsTo(row, show, now)).length;
        return (
          <button
            key={show}
            type="button"
            aria-pressed={shown === show}
            data-zero={count === 0}
            data-show={show}
            onClick={() => set({ show: show === "all" ? null : show })}
          >
            <b>{formatCount(count)}</b> {words.shows[show]}
          </button>
        );
      })}
    </div>
  );
}

/** What a logger is called here: its site, else that it has none. */
export function nameLogger(words: ReturnType<typeof useLoggerWords>, site: string, name: string | null): string {
  const mn = mnOfSource(site);
  if (mn === null) return name ?? site;
  return mn === "*" ? words.many : mn === "" ? words.nameless : words.unknown;
}

function useColumns(now: number): readonly GridColumn<LoggerRow>[] {
  const words = useLoggerWords();
  const own = useDeviceWords();
  const { duration } = useWords();
  const { columns } = words;
  const heardOf = ({ heardAt }: LoggerRow): string =>
    heardAt === null ? own.never : words.ago(formatAge(now - Date.parse(heardAt), duration));
  const faultsOf = ({ faults }: LoggerRow): string =>
    Object.entries(faults)
      .map(([name, count]) => `${Object.entries(words.faults).find(([key]) => key === name)?.[1] ?? name}: ${count}`)
      .join("\n");
  return [
    {
      name: "name",
      head: columns.name,
      width: "minmax(140px, 4fr)",
      isSortable: true,
      title: (row) => [row.site, row.enterprise, row.maintainer].filter((each) => each !== null).join(" · "),
      cell: (row) => (
        <span className={row.known ? undefined : "logger-unknown"}>{nameLogger(words, row.site, row.name)}</span>
      ),
    },
    {
      name: "mn",
      head: columns.mn,
      width: "minmax(196px, 3fr)",
      isSortable: true,
      title: (row) => row.mn,
      cell: (row) => <code>{row.mn}</code>,
    },
    {
      name: "edition",
      head: columns.edition,
      width: "minmax(76px, 110px)",
      cell: (row) => (row.edition === null ? own.none : (own.editions[row.edition] ?? row.edition)),
    },
    {
      name: "heard",
      head: columns.heard,
      width: "minmax(104px, 2fr)",
      isSortable: true,
      cell: (row) => <span className={belongsTo(row, "silent", now) ? "is-silent" : undefined}>{heardOf(row)}</span>,
    },
    {
      name: "drift",
      head: columns.drift,
      width: "minmax(170px, 3fr)",
      isSortable: true,
      cell: (row) => <DriftBar driftMs={row.driftMs} />,
    },
    {
      name: "packets",
      head: columns.packets,
      width: "minmax(108px, 1fr)",
      isNumber: true,
      isSortable: true,
      cell: (row) => (
        <span className={row.packetsToday === 0 ? "muted" : undefined}>{formatCount(row.packetsToday)}</span>
      ),
    },
    {
      name: "faults",
      head: columns.faults,
      width: "minmax(100px, 1fr)",
      isNumber: true,
      isSortable: true,
      title: faultsOf,
      cell: (row) => (row.faultsToday === 0 ? <span className="muted">0</span> : <b>{formatCount(row.faultsToday)}</b>),
    },
    { name: "address", head: columns.address, width: "minmax(84px, 1fr)", cell: (row) => <code>{row.address}</code> },
    { name: "more", head: columns.more, width: "minmax(156px, 190px)", cell: (row) => <More row={row} /> },
  ];
}

function More({ row }: { readonly row: LoggerRow }) {
  const words = useLoggerWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const { href, set } = useUrl();
  const mn = mnOfSource(row.site);
  if (row.known) return <Link href={href(`/loggers/${encodeURIComponent(row.site)}`)}>{words.card}</Link>;
  const isAdmin = user.role === "admin";
  return (
    <span className="logger-actions">
      {mn !== null && mn !== "" && mn !== "*" && (
        <button
          type="button"
          disabled={!isAdmin}
          title={isAdmin ? undefined : own.adminOnly}
          onClick={() => set({ register: mn })}
        >
          {words.register}
        </button>
      )}
      <Link href={href("/quarantine", { site: row.site })}>{words.frames}</Link>
    </span>
  );
}

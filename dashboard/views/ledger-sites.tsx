// The ledger by site: a virtual table that can be sorted by every column and filtered by name; what was refused leads to the
// quarantine of that site and day.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { Link } from "wouter";
import { pickName, useWords } from "../i18n/i18n.ts";
import { useApp } from "./app-context.ts";
import {
  formatOrder,
  type LedgerDay,
  readOrder,
  siteColumns,
  type SiteColumn,
  type SiteRow,
  sortSites,
  toSiteRow,
} from "./ledger-data.ts";
import { Notice } from "./panels.tsx";
import { useUrl } from "./url-state.ts";

const rowHeight = 30;
const counts = new Intl.NumberFormat("en-US");

export function formatCount(count: number): string {
  return counts.format(count);
}

function useSiteRows(ledger: LedgerDay): SiteRow[] {
  const words = useWords();
  const { sites, cities } = useApp();
  const { query } = useUrl();
  const filter = (query.get("q") ?? "").trim().toLowerCase();
  const sort = query.get("sort");
  return useMemo(() => {
    const cityNames = new Map(cities.map((city) => [city.adcode, pickName(words, city)]));
    const rows = ledger.bySite.map((entry) => {
      const info = sites.info(entry.site);
      return toSiteRow(entry, { site: info?.name ?? entry.site, city: cityNames.get(info?.city ?? "") ?? "—" });
    });
    const passing = rows.filter(
      (row) => row.id.toLowerCase().includes(filter) || row.site.toLowerCase().includes(filter),
    );
    return sortSites(passing, readOrder(sort));
  }, [ledger, sites, cities, words, filter, sort]);
}

export function LedgerSites({ ledger }: { readonly ledger: LedgerDay }) {
  const words = useWords();
  const { query, set } = useUrl();
  const rows = useSiteRows(ledger);
  const all = ledger.bySite.length;
  return (
    <section className="panel ledger-sites" aria-labelledby="ledger-sites-title">
      <div className="panel-head">
        <h2 id="ledger-sites-title">{words.ledger.sites}</h2>
        <span className="hint">{words.ledger.listed(formatCount(rows.length), formatCount(all))}</span>
        <input
          type="search"
          value={query.get("q") ?? ""}
          placeholder={words.ledger.filter}
          aria-label={words.ledger.filter}
          onChange={(event) => set({ q: event.target.value })}
        />
      </div>
      {all === 0 ? <Notice title={words.ledger.empty} /> : <SiteTable rows={rows} day={ledger.day} />}
      {all > 0 && rows.length === 0 && (
        <Notice title={words.ledger.emptyFiltered}>
          <button type="button" onClick={() => set({ q: null })}>
            {words.ledger.clear}
          </button>
        </Notice>
      )}
    </section>
  );
}

function SiteTable({ rows, day }: { readonly rows: readonly SiteRow[]; readonly day: string }) {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  return (
    <div role="table" aria-label={words.ledger.sites} aria-rowcount={rows.length + 1} className="ledger-table">
      <Head />
      {/* Scrolled by the keyboard too: its rows cannot all be reached by Tab. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={scroller} className="ledger-scroll" role="rowgroup" tabIndex={0} aria-label={words.ledger.sites}>
        <div className="alarm-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <Row key={row.id} row={row} day={day} index={item.index} top={item.start} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Head() {
  const words = useWords();
  const { query, set } = useUrl();
  const order = readOrder(query.get("sort"));
  const sortBy = (column: SiteColumn): void => {
    const isText = column === "site" || column === "city";
    // Numbers begin with the largest; the second click turns the order around.
    const descending = order.column === column ? !order.descending : !isText;
    set({ sort: formatOrder({ column, descending }) });
  };
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className="ledger-row ledger-head">
        {siteColumns.map((column) => {
          const isChosen = order.column === column;
          const name = words.ledger.columns[column];
          return (
            <span
              key={column}
              role="columnheader"
              aria-sort={isChosen ? (order.descending ? "descending" : "ascending") : "none"}
            >
              <button type="button" className="quiet" title={words.ledger.sortBy(name)} onClick={() => sortBy(column)}>
                {name}
                <span aria-hidden="true" className="sort-sign">
                  {isChosen ? (order.descending ? "▼" : "▲") : ""}
                </span>
              </button>
            </span>
          );
        })}
      </div>
    </div>
  );
}

const refusedColumns: ReadonlySet<SiteColumn> = new Set(["quarantined", "readingsQuarantined"]);

function Row(props: { readonly row: SiteRow; readonly day: string; readonly index: number; readonly top: number }) {
  const { row, day } = props;
  const words = useWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const link = href("/quarantine", { day, site: row.id, state: "all" });
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      className="ledger-row ledger-body-row"
      style={{ transform: `translateY(${props.top}px)`, height: rowHeight }}
      data-testid="ledger-row"
      data-site={row.id}
    >
      {siteColumns.map((column) => (
        <span key={column} role="cell" title={column === "site" ? `${row.site} (${row.id})` : undefined}>
          {column === "site" ? (
            sites.info(row.id) === null ? (
              row.site
            ) : (
              <Link href={href(`/sites/${encodeURIComponent(row.id)}`)}>{row.site}</Link>
            )
          ) : column === "city" ? (
            row.city
          ) : refusedColumns.has(column) && row[column] > 0 ? (
            <Link href={link} aria-label={`${words.ledger.showSite(row.site)}: ${formatCount(row[column])}`}>
              {formatCount(row[column])}
            </Link>
          ) : (
            <span className={row[column] === 0 ? "muted" : undefined}>{formatCount(row[column])}</span>
          )}
        </span>
      ))}
    </div>
  );
}

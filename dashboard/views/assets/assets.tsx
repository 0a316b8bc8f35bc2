// What is installed: enterprises, their sites, and below each site its logger and its factors. Filters stand in the address; what
// is unfolded does not.

import { useMemo, useState } from "react";
import { Link } from "wouter";
import { siteKinds } from "#domain/site.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { DeviceTabs } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { screens } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { useImportWords } from "./import-data.ts";
import { type Asset, growTree, type TreeRow, useAssets, useAssetWords } from "./asset-data.ts";
import "../../style/assets.css";

const statuses = ["online", "offline"] as const;
/** So few enterprises are shown unfolded. */
const unfoldedMax = 12;

interface Filter {
  readonly q: string | null;
  readonly city: string | null;
  readonly kind: string | null;
  readonly status: string | null;
}

function useFilter(): { readonly filter: Filter; readonly unreadable: readonly string[] } {
  const { query } = useUrl();
  const { cities } = useApp();
  const known = (name: string, values: readonly string[]): string | null =>
    values.find((value) => value === query.get(name)) ?? null;
  const filter = {
    q: query.get("q"),
    city: known(
      "city",
      cities.map(({ adcode }) => adcode),
    ),
    kind: known("kind", siteKinds),
    status: known("status", statuses),
  };
  const unreadable = (["city", "kind", "status"] as const).filter(
    (name) => query.get(name) !== null && filter[name] === null,
  );
  return { filter, unreadable };
}

function toQuery(filter: Filter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== null && value !== "") query.set(name, value);
  return query.toString();
}

function useTree(items: readonly Asset[], isFiltered: boolean) {
  /** What somebody folded or unfolded by hand. */
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const few = useMemo(() => new Set(items.map(({ enterprise }) => enterprise)).size <= unfoldedMax, [items]);
  const isOpen = (key: string, level: 1 | 2): boolean => folds.get(key) ?? (level === 1 && (few || isFiltered));
  const rows = useMemo(() => growTree(items, isOpen), [items, folds, isFiltered, few]);
  const keyOpen = (row: TreeRow): boolean | null => (row.level === 3 ? null : isOpen(row.key, row.level));
  const toggle = (row: TreeRow): void => {
    if (row.level !== 3) setFolds(new Map(folds).set(row.key, !isOpen(row.key, row.level)));
  };
  const foldAll = (open: boolean): void =>
    setFolds(new Map(growTree(items, () => false).map((row) => [row.key, open] as const)));
  return { rows, keyOpen, toggle, foldAll };
}

export function AssetsView() {
  const words = useAssetWords();
  const importWords = useImportWords();
  const { user } = useApp();
  const { go, href } = useUrl();
  useInterest("none");
  const { filter, unreadable } = useFilter();
  const text = toQuery(filter);
  const assets = useAssets(text);
  const items = assets.data?.items ?? [];
  const tree = useTree(items, text !== "");
  const columns = useColumns();
  const open = (row: TreeRow): void => {
    if (row.level === 1) tree.toggle(row);
    else go(`/assets/${encodeURIComponent(row.site.id)}`);
  };
  const total = assets.data?.total ?? 0;
  return (
    <section className="view devices-view assets-view" aria-label={words.title}>
      <DeviceTabs>
        <h1 className="visually-hidden">{words.title}</h1>
        <Filters filter={filter} total={assets.data === undefined ? null : total} foldAll={tree.foldAll} />
        {user.role === "admin" && (
          <Link className="button" href={href("/assets/import")}>
            {importWords.link}
          </Link>
        )}
      </DeviceTabs>
      <Ignored names={unreadable} />
      {assets.error !== null && (
        <Failed
          what={words.load}
          error={assets.error}
          retry={() => void assets.refetch()}
          kept={assets.data !== undefined}
        />
      )}
      <div className="panel device-list device-fill">
        {assets.data === undefined && assets.error === null && <Loading lines={10} />}
        {assets.data !== undefined && items.length === 0 && (
          <Notice title={text === "" ? words.empty : words.emptyFiltered} />
        )}
        {items.length > 0 && (
          <RowGrid
            label={words.title}
            testId="asset-row"
            columns={columns}
            rows={tree.rows}
            keyOf={(row) => row.key}
            openKey={null}
            open={open}
            leave={() => undefined}
            tree={{ level: (row) => row.level, isOpen: tree.keyOpen, toggle: tree.toggle }}
          />
        )}
        {items.length < total && (
          <p className="hint row-more">{words.cut(formatCount(items.length), formatCount(total))}</p>
        )}
      </div>
      <p className="hint">{words.keys}</p>
    </section>
  );
}

function useColumns(): readonly GridColumn<TreeRow>[] {
  const words = useAssetWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { cities, factors } = useApp();
  const { columns } = words;
  const nameOf = (row: TreeRow): string => {
    if (row.level === 1) return row.enterprise ?? words.noEnterprise;
    if (row.level === 2) return row.site.name;
    if (row.part === "logger") return `${words.logger} · MN ${row.text}`;
    if (row.part === "edge-node") return `${words.edgeNode} · ${row.text}`;
    const info = factors[row.text];
    return info === undefined ? row.text : pickName(catalogue, info);
  };
  const linkOf = ({ mn, sparkplug = null }: Asset): string =>
    [mn === null ? null : own.protocols.hj212, sparkplug === null ? null : "Sparkplug B"]
      .filter((each) => each !== null)
      .join(" · ") || words.json;
  const cityOf = (code: string): string => {
    const city = cities.find(({ adcode }) => adcode === code);
    return city === undefined ? code : pickName(catalogue, city);
  };
  const ofSite = (row: TreeRow, say: (site: Asset) => React.ReactNode): React.ReactNode =>
    row.level === 2 ? say(row.site) : null;
  return [
    {
      name: "name",
      head: columns.name,
      width: "minmax(240px, 6fr)",
      title: nameOf,
      cell: (row) => (row.level === 1 ? <b>{nameOf(row)}</b> : nameOf(row)),
    },
    {
      name: "id",
      head: columns.id,
      width: "minmax(150px, 3fr)",
      cell: (row) =>
        row.level === 1 ? (
          <span className="hint">{words.sites(row.sites.length)}</span>
        ) : (
          <code>{row.level === 2 ? row.site.id : row.part === "factor" ? row.text : ""}</code>
        ),
    },
    {
      name: "kind",
      head: columns.kind,
      width: "minmax(90px, 2fr)",
      cell: (row) => ofSite(row, (site) => catalogue.kinds[site.kind]),
    },
    {
      name: "city",
      head: columns.city,
      width: "minmax(70px, 1fr)",
      cell: (row) => ofSite(row, (site) => cityOf(site.city)),
    },
    { name: "link", head: columns.link, width: "minmax(140px, 2fr)", cell: (row) => ofSite(row, linkOf) },
    {
      name: "status",
      head: columns.status,
      width: "110px",
      cell: (row) =>
        row.level === 1 ? (
          <span className="hint">
            {words.onlineOf(row.sites.filter(({ status }) => status === "online").length, row.sites.length)}
          </span>
        ) : (
          ofSite(row, ({ status }) => (
            <span className="asset-status" data-status={status}>
              {words[status]}
            </span>
          ))
        ),
    },
  ];
}

interface FiltersProps {
  readonly filter: Filter;
  readonly total: number | null;
  readonly foldAll: (open: boolean) => void;
}

function Filters({ filter, total, foldAll }: FiltersProps) {
  const words = useAssetWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { cities } = useApp();
  const { set, href } = useUrl();
  const hasImport = screens.some(({ path }) => path === "/assets/import");
  return (
    <>
      <SiteFilter name="q" label={words.search} />
      <select aria-label={words.city} value={filter.city ?? ""} onChange={(event) => set({ city: event.target.value })}>
        <option value="">{words.allCities}</option>
        {cities.map((city) => (
          <option key={city.adcode} value={city.adcode}>
            {pickName(catalogue, city)}
          </option>
        ))}
      </select>
      <select aria-label={words.kind} value={filter.kind ?? ""} onChange={(event) => set({ kind: event.target.value })}>
        <option value="">{words.allKinds}</option>
        {siteKinds.map((kind) => (
          <option key={kind} value={kind}>
            {catalogue.kinds[kind]}
          </option>
        ))}
      </select>
      <select
        aria-label={words.status}
        value={filter.status ?? ""}
        onChange={(event) => set({ status: event.target.value })}
      >
        <option value="">{words.allStatuses}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {words[status]}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => foldAll(true)}>
        {words.unfoldAll}
      </button>
      <button type="button" onClick={() => foldAll(false)}>
        {words.foldAll}
      </button>
      {toQuery(filter) !== "" && (
        <button type="button" className="quiet" onClick={() => set({ q: null, city: null, kind: null, status: null })}>
          {own.clear}
        </button>
      )}
      <span className="filters-count">
        {total !== null && words.sites(total)}
        {hasImport && (
          <Link className="button" href={href("/assets/import")}>
            {words.importPage}
          </Link>
        )}
      </span>
    </>
  );
}

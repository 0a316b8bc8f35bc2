// Who is offline now, longest first; live, once a second by the server's clock.

import { useMemo } from "react";
import { formatLocal } from "#domain/time.ts";
import { formatAge } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { useFreshness, useProvinceReadings } from "../overview/use-province.ts";
import { Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { useQualityWords } from "./quality-data.ts";

interface OfflineSite {
  readonly site: string;
  readonly name: string;
  readonly city: string;
  readonly kind: string;
  /** Event time of the newest reading; null: never. */
  readonly since: number | null;
}

/** Null while it is not known when each of them was heard. */
function useOffline(city: string | null): readonly OfflineSite[] | null {
  const { sites, live } = useApp();
  const only = useProvinceReadings(city);
  const complete = useObservable(live.complete);
  const fresh = useFreshness(only);
  const { columns } = sites;
  return useMemo(() => {
    if (!complete) return null;
    const found = fresh.flatMap((state, i): OfflineSite[] => {
      const [site, name, of, kind] = [columns.id[i], columns.name[i], columns.city[i], columns.kind[i]];
      if (site === undefined || name === undefined || of === undefined || kind === undefined) return [];
      if (state === "fresh" || (city !== null && of !== city)) return [];
      return [{ site, name, city: of, kind, since: live.latest.siteTime(site) }];
    });
    return found.toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.site < b.site ? -1 : 1));
  }, [complete, fresh, columns, live, city]);
}

export function Offline({ city }: { readonly city: string | null }) {
  const words = useQualityWords();
  const catalogue = useWords();
  const { duration, kinds } = catalogue;
  const { cities: all, sites, live } = useApp();
  const { go } = useUrl();
  const now = useServerNow();
  const rows = useOffline(city);
  const isLimited = useObservable(live.limited);
  const { offline } = words;
  const cityNames = useMemo(
    () => new Map(all.map((each) => [each.adcode, pickName(catalogue, each)])),
    [all, catalogue],
  );
  const columns: readonly GridColumn<OfflineSite>[] = [
    {
      name: "site",
      head: offline.columns.site,
      width: "minmax(160px, 4fr)",
      title: (row) => `${row.name} (${row.site})`,
      cell: (row) => row.name,
    },
    {
      name: "city",
      head: offline.columns.city,
      width: "minmax(80px, 1fr)",
      cell: (row) => cityNames.get(row.city) ?? row.city,
    },
    {
      name: "kind",
      head: offline.columns.kind,
      width: "minmax(90px, 1fr)",
      cell: (row) => Object.entries(kinds).find(([kind]) => kind === row.kind)?.[1] ?? row.kind,
    },
    {
      name: "since",
      head: offline.columns.since,
      width: "minmax(150px, 1fr)",
      cell: (row) => (row.since === null ? <span className="muted">{offline.never}</span> : formatLocal(row.since)),
    },
    {
      name: "age",
      head: offline.columns.age,
      width: "minmax(120px, 1fr)",
      isNumber: true,
      cell: (row) => (row.since === null ? "—" : <b>{formatAge(now - row.since, duration)}</b>),
    },
  ];
  if (isLimited && city === null) return <Notice title={offline.limited} />;
  const total = city === null ? sites.columns.id.length : sites.columns.city.filter((each) => each === city).length;
  return (
    <div className="panel device-list device-fill">
      <div className="panel-head">
        <h2 data-testid="offline-count">
          {rows === null ? offline.loading : offline.count(formatCount(rows.length), formatCount(total))}
        </h2>
        <span className="hint">{offline.rule}</span>
      </div>
      {rows === null && <Loading lines={10} />}
      {rows !== null && rows.length === 0 && <Notice title={offline.empty} />}
      {rows !== null && rows.length > 0 && (
        <RowGrid
          label={words.views.offline}
          testId="offline-row"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.site}
          openKey={null}
          open={(row) => go(`/sites/${encodeURIComponent(row.site)}`)}
          leave={() => undefined}
        />
      )}
    </div>
  );
}

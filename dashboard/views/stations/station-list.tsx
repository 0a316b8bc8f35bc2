// The stations of one kind, the worst first: state, what made it, what was noticed, the last day. One template for all kinds.

import { useMemo } from "react";
import type { StationKind } from "#domain/stations/shapes.ts";
import { formatLocal } from "#domain/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { Sparkline } from "./sparkline.tsx";
import { StationChip } from "./station-chip.tsx";
import {
  explainStanding,
  mapNames,
  nameFactors,
  type Station,
  type StationList,
  useStations,
  useStationWords,
} from "./station-data.ts";
import { describeTarget } from "./target.ts";
import "../../style/stations.css";

function fits({ id, name, city }: Station, text: string, wanted: string | null): boolean {
  const needle = text.trim().toLowerCase();
  return (
    (wanted === null || city === wanted) && (id.toLowerCase().includes(needle) || name.toLowerCase().includes(needle))
  );
}

/** Cities with a station, in the order of the register. */
function listCities(items: readonly Station[]): readonly Station[] {
  const found = new Map(items.map((each) => [each.city, each]));
  return [...found.values()].toSorted((a, b) => a.city.localeCompare(b.city));
}

export function StationListView({ kind }: { readonly kind: StationKind }) {
  const words = useStationWords();
  const { query, set, go } = useUrl();
  useInterest("none");
  const stations = useStations(kind);
  const { data } = stations;
  const all = data?.items ?? [];
  const asked = query.get("city");
  const city = all.some((each) => each.city === asked) ? asked : null;
  const text = query.get("q") ?? "";
  const rows = useMemo(() => all.filter((each) => fits(each, text, city)), [all, text, city]);
  const columns = useColumns(kind, data);
  return (
    <section className="view devices-view stations-view" aria-label={words.kinds[kind]}>
      <GroupTabs group="stations">
        <h1 className="visually-hidden">{words.kinds[kind]}</h1>
        <CityFilter items={all} city={city} choose={(next) => set({ city: next })} />
        <SiteFilter name="q" label={words.search} />
        {data !== undefined && (
          <span className="filters-count hint">{words.evaluated(formatLocal(Date.parse(data.time)))}</span>
        )}
      </GroupTabs>
      <Ignored names={asked !== null && data !== undefined && city === null ? ["city"] : []} />
      {stations.error !== null && (
        <Failed
          what={words.load}
          error={stations.error}
          retry={() => void stations.refetch()}
          kept={data !== undefined}
        />
      )}
      {data !== undefined && data.cities.length > 0 && (
        <Cities list={data} city={city} choose={(next) => set({ city: next })} />
      )}
      <div className="panel device-list device-fill" data-testid={data === undefined ? undefined : "stations-listed"}>
        {data === undefined && stations.error === null && <Loading lines={8} />}
        {data !== undefined && rows.length === 0 && (
          <Notice title={all.length === 0 ? words.empty : words.emptyFiltered} />
        )}
        {rows.length > 0 && (
          <RowGrid
            label={words.kinds[kind]}
            testId="station-row"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            stateOf={({ now }) => now.standing}
            openKey={null}
            open={({ id }) => go(`/stations/${encodeURIComponent(id)}`)}
            leave={() => undefined}
          />
        )}
        {data !== undefined && data.items.length < data.total && (
          <p className="hint row-more">{words.more(data.total - data.items.length)}</p>
        )}
      </div>
      <p className="hint">{words.keys}</p>
    </section>
  );
}

interface CityFilterProps {
  readonly items: readonly Station[];
  readonly city: string | null;
  readonly choose: (city: string | null) => void;
}

function CityFilter({ items, city, choose }: CityFilterProps) {
  const words = useStationWords();
  const { locale } = useWords();
  return (
    <select
      aria-label={words.city}
      value={city ?? ""}
      onChange={({ target }) => choose(target.value === "" ? null : target.value)}
    >
      <option value="">{words.anyCity}</option>
      {listCities(items).map((each) => (
        <option key={each.city} value={each.city}>
          {locale === "en" ? each.cityNameEn : each.cityNameZh}
        </option>
      ))}
    </select>
  );
}

interface CitiesProps {
  readonly list: StationList;
  readonly city: string | null;
  readonly choose: (city: string | null) => void;
}

/** Means of cities, the worst first; pressed, one is the filter. */
function Cities({ list, city, choose }: CitiesProps) {
  const words = useStationWords();
  const { locale } = useWords();
  return (
    <div className="station-cities" role="group" aria-label={words.cities}>
      {list.cities.map((each) => (
        <button
          key={each.city}
          type="button"
          aria-pressed={city === each.city}
          data-testid="station-city"
          onClick={() => choose(city === each.city ? null : each.city)}
        >
          <span>{locale === "en" ? each.cityNameEn : each.cityNameZh}</span>
          <StationChip kind={list.kind} said={each.now} />
          <span className="hint">{words.ofStations(each.stations)}</span>
        </button>
      ))}
    </div>
  );
}

function useColumns(kind: StationKind, list: StationList | undefined): readonly GridColumn<Station>[] {
  const words = useStationWords();
  const { locale } = useWords();
  const { columns } = words;
  const names = mapNames(list?.factors ?? [], locale === "en");
  const remarksOf = ({ now }: Station): string =>
    now.remarks.map(({ code, severity }) => `${words.severities[severity]} ${words.remark[code]}`).join("\n");
  return [
    {
      name: "state",
      head: `${columns.state} · ${words.value[kind]}`,
      width: "minmax(170px, 2fr)",
      title: ({ now }) => explainStanding(words, now),
      cell: ({ now }) => <StationChip kind={kind} said={now} />,
    },
    {
      name: "name",
      head: columns.name,
      width: "minmax(150px, 3fr)",
      title: ({ id, name, simulated }) => `${name} (${id})${simulated ? ` · ${words.simulated}` : ""}`,
      cell: ({ name }) => name,
    },
    {
      name: "city",
      head: columns.city,
      width: "minmax(84px, 1fr)",
      cell: ({ cityNameZh, cityNameEn }) => (locale === "en" ? cityNameEn : cityNameZh),
    },
    {
      name: "deciding",
      head: columns.deciding,
      width: "minmax(110px, 2fr)",
      title: ({ now }) => nameFactors(words, names, now.deciding),
      cell: ({ now }) =>
        now.deciding.length === 0 ? (
          <span className="muted">{words.noDeciding}</span>
        ) : (
          nameFactors(words, names, now.deciding)
        ),
    },
    {
      name: "remarks",
      head: columns.remarks,
      width: "minmax(160px, 4fr)",
      title: remarksOf,
      cell: ({ now }) => {
        const said = [explainStanding(words, now), ...now.remarks.map(({ code }) => words.remark[code])];
        const shown = said.filter((each) => each !== "");
        return shown.length === 0 ? <span className="muted">{words.noRemarks}</span> : shown.join(words.joints.part);
      },
    },
    {
      name: "trend",
      head: columns.trend,
      width: "130px",
      cell: ({ trend }) => <Sparkline kind={kind} trend={trend} />,
    },
    {
      name: "hour",
      head: columns.hour,
      width: "minmax(96px, 1fr)",
      cell: ({ now }) => formatLocal(Date.parse(now.from)).slice(5, 16),
    },
    {
      name: "target",
      head: columns.target,
      width: "minmax(120px, 2fr)",
      title: ({ target }) => (target === null ? "" : describeTarget(words, target)),
      cell: ({ target }) => (target === null ? <span className="muted">—</span> : describeTarget(words, target)),
    },
  ];
}

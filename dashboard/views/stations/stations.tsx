// All kinds of stations side by side: of each the gravest few, and the way to all of them.

import { Link } from "wouter";
import type { StationKind } from "#domain/stations/shapes.ts";
import { formatLocal } from "#domain/time.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { StationChip } from "./station-chip.tsx";
import { explainStanding, kindOrder, kindPaths, useStations, useStationWords } from "./station-data.ts";
import "../../style/stations.css";

/** More are in the list of the kind. */
const shownOfKind = 5;

export function StationsView() {
  const words = useStationWords();
  useInterest("none");
  return (
    <section className="view devices-view stations-view stations-overview" aria-label={words.title}>
      <GroupTabs group="stations">
        <h1 className="visually-hidden">{words.title}</h1>
      </GroupTabs>
      <div className="stations-kinds">
        {kindOrder.map((kind) => (
          <Kind key={kind} kind={kind} />
        ))}
      </div>
    </section>
  );
}

function Kind({ kind }: { readonly kind: StationKind }) {
  const words = useStationWords();
  const { href } = useUrl();
  const stations = useStations(kind);
  const { data } = stations;
  const items = data?.items ?? [];
  return (
    <section
      className="panel stations-kind"
      aria-label={words.kinds[kind]}
      data-testid="stations-kind"
      data-kind={kind}
    >
      <div className="panel-head">
        <h2>
          {words.kinds[kind]} {data !== undefined && <span className="hint">{data.total}</span>}
        </h2>
        <Link className="button" href={href(kindPaths[kind])}>
          {words.open}
        </Link>
      </div>
      {stations.error !== null && (
        <Failed
          what={words.load}
          error={stations.error}
          retry={() => void stations.refetch()}
          kept={data !== undefined}
        />
      )}
      {data === undefined && stations.error === null && <Loading lines={4} />}
      {data !== undefined && items.length === 0 && <Notice title={words.empty} />}
      <ul>
        {items.slice(0, shownOfKind).map(({ id, name, now }) => (
          <li key={id}>
            <StationChip kind={kind} said={now} />
            <Link href={href(`/stations/${encodeURIComponent(id)}`)}>{name}</Link>
            <span className="hint" title={explainStanding(words, now)}>
              {formatLocal(Date.parse(now.from)).slice(5, 16)} {explainStanding(words, now)}
            </span>
          </li>
        ))}
      </ul>
      {items.length > shownOfKind && <p className="hint">{words.more(items.length - shownOfKind)}</p>}
    </section>
  );
}

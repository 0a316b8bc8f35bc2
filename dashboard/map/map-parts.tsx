// What lies on the map: the tooltip of a site, the buttons, and the legend, which always says that this is a schematic drawing.

import { formatAge } from "../format/time.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { worstBySite } from "../state/alarm-book.ts";
import { freshness } from "../state/staleness.ts";
import { useApp, useObservable, useServerNow } from "../views/app-context.ts";
import { AlarmValue } from "../views/alarm-value.tsx";
import { nameAlarm } from "../views/describe-alarm.ts";
import { Mark } from "../views/mark.tsx";
import type { ViewControl } from "./use-view.ts";
import type { Size } from "./view.ts";

export interface SiteTipProps {
  /** Row of the site. */
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly size: Size;
}

const tipWidth = 300;
const tipHeight = 110;

export function SiteTip({ index, x, y, size }: SiteTipProps) {
  const words = useWords();
  const { sites, cities, factors, live } = useApp();
  const now = useServerNow();
  const book = useObservable(live.book);
  const site = sites.info(sites.columns.id[index] ?? "");
  if (site === null) return null;
  const city = cities.find((entry) => entry.adcode === site.city);
  const alarm = worstBySite(book).get(site.id);
  const time = live.latest.siteTime(site.id);
  const isStale = freshness(time, site.intervalSeconds, now) !== "fresh";
  const left = x + 18 + tipWidth > size.width ? x - 18 - tipWidth : x + 18;
  const top = Math.min(Math.max(4, y - 20), Math.max(4, size.height - tipHeight));
  return (
    <div className="map-tip" role="status" style={{ left: Math.max(4, left), top, width: tipWidth }}>
      <b>{site.name}</b>
      <span>
        {site.id} · {words.kinds[site.kind]} · {city === undefined ? site.city : pickName(words, city)}
      </span>
      <span className={isStale ? "is-stale" : undefined}>
        {time === null ? words.map.noData : words.map.lastData(formatAge(now - time, words.duration))}
      </span>
      {alarm !== undefined && (
        <span className="map-tip-alarm">
          <Mark priority={alarm.priority} unacked={!alarm.acked} /> {nameAlarm(words, factors, alarm)}{" "}
          <AlarmValue alarm={alarm} saysBeyond /> · {words.states[alarm.state]}
        </span>
      )}
    </div>
  );
}

export function MapLegend({ placeless }: { readonly placeless: number }) {
  const words = useWords();
  return (
    <div className="map-legend" role="group" aria-label={words.map.legend}>
      <b>{words.map.schematic}</b>
      {([1, 2, 3, 4] as const).map((priority) => (
        <span key={priority}>
          <Mark priority={priority} /> {words.priority[priority]}
        </span>
      ))}
      <span>
        <i className="legend-dot" aria-hidden="true" /> {words.map.normal}
      </span>
      <span>
        <i className="legend-dot legend-silent" aria-hidden="true" /> {words.map.stale}
      </span>
      <span>{words.map.unacked}</span>
      {placeless > 0 && <span>{words.map.noPlace(placeless)}</span>}
    </div>
  );
}

const buttonZoom = 1.6;

export function MapButtons({ control, size }: { readonly control: ViewControl; readonly size: Size }) {
  const words = useWords();
  const zoom = (factor: number) => () => control.zoomBy(factor, size.width / 2, size.height / 2);
  return (
    <div className="map-buttons">
      <button type="button" aria-label={words.map.zoomIn} onClick={zoom(buttonZoom)}>
        +
      </button>
      <button type="button" aria-label={words.map.zoomOut} onClick={zoom(1 / buttonZoom)}>
        −
      </button>
      <button type="button" aria-label={words.map.reset} onClick={control.reset}>
        0
      </button>
    </div>
  );
}

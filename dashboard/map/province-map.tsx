// The live map of the province: two canvases (province, sites), pointer and keyboard, a tooltip, a legend. It shows what the
// stores say; the table beside it says the same in words.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { pickName, useWords } from "../i18n/i18n.ts";
import { worstBySite } from "../state/alarm-book.ts";
import type { Freshness } from "../state/staleness.ts";
import { useApp, useObservable } from "../views/app-context.ts";
import { Failed } from "../views/panels.tsx";
import { useUrl } from "../views/url-state.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import type { CityInfo } from "../state/wire.ts";
import { createGeometry, loadTopology, type Geometry } from "./geometry.ts";
import boundaryAddress from "./hebei.topo.json?url";
import { MapLegend, SiteTip } from "./map-parts.tsx";
import { findNearest } from "./nearest.ts";
import { paintProvince, paintSites, readPalette, type SiteMark, type SitesOnScreen } from "./paint.ts";
import { useMapInput } from "./use-map-input.ts";
import { useView } from "./use-view.ts";
import { placeLabels } from "./labels.ts";
import type { Size, View } from "./view.ts";

const hitPx = 11;

/** Size of an element in CSS pixels, followed. */
function useSize(element: React.RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function useDevicePixelRatio(): number {
  const [ratio, setRatio] = useState(devicePixelRatio);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const follow = (): void => setRatio(devicePixelRatio);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [ratio]);
  return ratio;
}

function shortName(words: Catalogue, city: CityInfo): string {
  return pickName(words, city).replace(/市$/, "");
}

type Place = readonly [number, number] | null;

/** Where the names of the cities stand in this view. */
function useLabelSpots(geometry: Geometry | null, view: View, places: readonly Place[]) {
  const words = useWords();
  const { cities } = useApp();
  return useMemo(() => {
    const probe = document.createElement("canvas").getContext("2d");
    if (geometry === null || probe === null) return [];
    probe.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    const shown = cities.flatMap((city) => {
      const place = geometry.project(city.lon, city.lat);
      const path = geometry.cities.find((entry) => entry.adcode === city.adcode)?.path;
      if (place === null) return [];
      const anchor = {
        x: place[0] * view.k + view.x,
        y: place[1] * view.k + view.y,
        // Room for a count behind the name, so that a first alarm does not move it.
        width: probe.measureText(`${shortName(words, city)} 88`).width,
        isInside: (x: number, y: number) =>
          path === undefined || probe.isPointInPath(path, (x - view.x) / view.k, (y - view.y) / view.k),
      };
      return [{ city, anchor }];
    });
    const sites = {
      x: Float64Array.from(places, (place) => (place === null ? Number.NaN : place[0] * view.k + view.x)),
      y: Float64Array.from(places, (place) => (place === null ? Number.NaN : place[1] * view.k + view.y)),
    };
    const spots = placeLabels(
      shown.map((entry) => entry.anchor),
      sites,
    );
    return shown.flatMap(({ city }, i) => {
      const spot = spots[i];
      return spot === undefined ? [] : [{ city, ...spot }];
    });
  }, [geometry, view, places, words, cities]);
}

export interface ProvinceMapProps {
  /** Adcode of the chosen city. */
  readonly city: string | null;
  readonly freshness: readonly Freshness[];
  /** Open alarms per city, by adcode. */
  readonly openByCity: ReadonlyMap<string, number>;
}

export function ProvinceMap({ city, freshness, openByCity }: ProvinceMapProps) {
  const words = useWords();
  const { sites, live } = useApp();
  const { theme, go } = useUrl();
  const book = useObservable(live.book);
  const frame = useRef<HTMLDivElement>(null);
  const provinceCanvas = useRef<HTMLCanvasElement>(null);
  const sitesCanvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const ratio = useDevicePixelRatio();
  const boundary = useQuery({
    queryKey: ["boundary"],
    queryFn: ({ signal }) => loadTopology(boundaryAddress, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isSettled = boundary.status !== "pending";
  const geometry = useMemo(
    () => (isSettled ? createGeometry(boundary.data ?? null) : null),
    [isSettled, boundary.data],
  );
  const control = useView(geometry, size, city);
  const { view, zoom } = control;

  const places = useMemo(() => {
    const { lat, lon } = sites.columns;
    return lat.map((value, i) => {
      const east = lon[i] ?? null;
      return value === null || east === null || geometry === null ? null : geometry.project(east, value);
    });
  }, [sites, geometry]);
  const marks = useMemo(() => {
    const worst = worstBySite(book);
    return sites.columns.id.map((id): SiteMark | null => {
      const alarm = worst.get(id);
      return alarm === undefined ? null : { priority: alarm.priority, unacked: !alarm.acked };
    });
  }, [book, sites]);
  const onScreen = useMemo((): SitesOnScreen => {
    const along = (place: readonly [number, number] | null, axis: 0 | 1, shift: number): number =>
      place === null ? Number.NaN : place[axis] * view.k + shift;
    return {
      x: Float64Array.from(places, (place) => along(place, 0, view.x)),
      y: Float64Array.from(places, (place) => along(place, 1, view.y)),
      freshness,
      marks,
    };
  }, [places, view, freshness, marks]);
  const spots = useLabelSpots(geometry, view, places);
  const labels = useMemo(
    () =>
      spots.map(({ city: entry, x, y }) => {
        const open = openByCity.get(entry.adcode) ?? 0;
        const name = shortName(words, entry);
        return { text: open > 0 ? `${name} ${open}` : name, x, y };
      }),
    [spots, words, openByCity],
  );

  const rank = (i: number): number => {
    const mark = marks[i] ?? null;
    return mark === null ? 9 : mark.priority + (mark.unacked ? 0 : 4);
  };
  const input = useMapInput({
    element: frame,
    points: onScreen,
    size,
    control,
    find: (x, y) => findNearest(onScreen, x, y, hitPx, rank),
    open(i) {
      const id = sites.columns.id[i];
      if (id !== undefined) go(`/sites/${encodeURIComponent(id)}`);
    },
  });

  // `theme` decides what the style sheet answers.
  const palette = useMemo(() => readPalette(frame.current ?? document.body), [theme, size]);
  useLayoutEffect(() => {
    const context = provinceCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || size.width === 0) return;
    paintProvince(context, size, ratio, view, geometry, palette, city);
  }, [geometry, view, size, ratio, palette, city]);
  useLayoutEffect(() => {
    const context = sitesCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || size.width === 0) return;
    paintSites(context, size, ratio, onScreen, labels, input.chosen, zoom, palette);
  }, [geometry, onScreen, labels, input.chosen, zoom, size, ratio, palette]);

  const pixels = { width: Math.round(size.width * ratio), height: Math.round(size.height * ratio), style: size };
  const marked = marks.filter((mark) => mark !== null).length;
  const placeless = places.filter((place) => place === null).length;
  return (
    <div className="map">
      <div
        ref={frame}
        className="map-frame"
        role="application"
        tabIndex={0}
        aria-label={words.map.label(sites.columns.id.length, marked)}
        data-dragging={input.isDragging}
        data-over={input.chosen !== null}
        {...input.handlers}
      >
        <canvas ref={provinceCanvas} {...pixels} aria-hidden="true" />
        <canvas ref={sitesCanvas} {...pixels} aria-hidden="true" data-testid="map-canvas" />
        {input.chosen !== null && (
          <SiteTip
            index={input.chosen}
            x={onScreen.x[input.chosen] ?? 0}
            y={onScreen.y[input.chosen] ?? 0}
            size={size}
          />
        )}
      </div>
      <div className="map-buttons">
        <button
          type="button"
          aria-label={words.map.zoomIn}
          onClick={() => control.zoomBy(1.6, size.width / 2, size.height / 2)}
        >
          +
        </button>
        <button
          type="button"
          aria-label={words.map.zoomOut}
          onClick={() => control.zoomBy(1 / 1.6, size.width / 2, size.height / 2)}
        >
          −
        </button>
        <button type="button" aria-label={words.map.reset} onClick={control.reset}>
          0
        </button>
      </div>
      <MapLegend placeless={geometry === null ? 0 : placeless} />
      {marked === 0 && <p className="map-quiet">{words.map.allNormal}</p>}
      {boundary.isError && (
        <div className="map-failed">
          <Failed what={words.state.load.map} error={boundary.error} retry={() => void boundary.refetch()} />
          <p>{words.map.noBoundary}</p>
        </div>
      )}
    </div>
  );
}

// The live map of the province: two canvases (province, sites), pointer and keyboard, a tooltip, a legend. It shows what the
// stores say; the table beside it says the same in words.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useLayoutEffect, useMemo, useRef } from "react";
import { useWords } from "../i18n/i18n.ts";
import { isShown, type Layer } from "../state/layers.ts";
import type { Freshness } from "../state/staleness.ts";
import { useApp } from "../views/app-context.ts";
import { Failed } from "../views/panels.tsx";
import { useUrl } from "../views/url-state.ts";
import { createGeometry, loadTopology, type Geometry } from "./geometry.ts";
import boundaryAddress from "./hebei.topo.json?url";
import { MapButtons, MapLegend, SiteTip } from "./map-parts.tsx";
import { findNearest } from "./nearest.ts";
import { paintProvince, paintSites, readPalette, type CityLabel, type SitesOnScreen } from "./paint.ts";
import { useDevicePixelRatio, useSize } from "./use-canvas.ts";
import { useMapInput } from "./use-map-input.ts";
import { useLabels, useMarks, usePlaces, useSitesOnScreen } from "./use-scene.ts";
import { useView } from "./use-view.ts";
import type { Size, View } from "./view.ts";

const hitPx = 11;

interface Picture {
  readonly size: Size;
  readonly ratio: number;
  readonly theme: string;
  readonly view: View;
  readonly zoom: number;
  readonly geometry: Geometry | null;
  readonly city: string | null;
  readonly sites: SitesOnScreen;
  readonly labels: readonly CityLabel[];
  readonly chosen: number | null;
  readonly silentCities: ReadonlySet<string>;
}

type CanvasRef = React.RefObject<HTMLCanvasElement | null>;

/** Paints each canvas when something on it has changed, and only then. */
function usePainting(provinceCanvas: CanvasRef, sitesCanvas: CanvasRef, picture: Picture): void {
  const { size, ratio, theme, view, zoom, geometry, city, sites, labels, chosen, silentCities } = picture;
  // `theme` decides what the style sheet answers.
  const palette = useMemo(() => readPalette(document.body), [theme]);
  useLayoutEffect(() => {
    const context = provinceCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || size.width === 0) return;
    paintProvince(context, size, ratio, view, geometry, palette, city, silentCities);
  }, [provinceCanvas, geometry, view, size, ratio, palette, city, silentCities]);
  useLayoutEffect(() => {
    const context = sitesCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || size.width === 0) return;
    paintSites(context, size, ratio, sites, labels, chosen, zoom, palette);
  }, [sitesCanvas, geometry, sites, labels, chosen, zoom, size, ratio, palette]);
}

/** The boundary file as geometry: null while it comes, without borders when it does not. */
function useGeometry() {
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
  return { boundary, geometry };
}

export interface ProvinceMapProps {
  /** Adcode of the chosen city. */
  readonly city: string | null;
  readonly freshness: readonly Freshness[];
  /** Open alarms per city, by adcode. */
  readonly openByCity: ReadonlyMap<string, number>;
  /** Cities with too many silent sites to be believed. */
  readonly silentCities: ReadonlySet<string>;
  /** Which kinds of sites are drawn; none = all. */
  readonly layers: readonly Layer[];
  /** Said over the map when nothing is wrong; null = something is. */
  readonly quiet: ReactNode;
}

/** Which city lies under a point of the screen; null = none of the province. */
function findCity(geometry: Geometry | null, view: View, x: number, y: number): string | null {
  const probe = document.createElement("canvas").getContext("2d");
  const [px, py] = [(x - view.x) / view.k, (y - view.y) / view.k];
  return geometry?.cities.find(({ path }) => probe?.isPointInPath(path, px, py))?.adcode ?? null;
}

export function ProvinceMap({ city, freshness, openByCity, silentCities, layers, quiet }: ProvinceMapProps) {
  const words = useWords();
  const { sites } = useApp();
  const { theme, go, set } = useUrl();
  const frame = useRef<HTMLDivElement>(null);
  const provinceCanvas = useRef<HTMLCanvasElement>(null);
  const sitesCanvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const ratio = useDevicePixelRatio();
  const { boundary, geometry } = useGeometry();
  const control = useView(geometry, size, city);
  const { view, zoom } = control;

  const places = usePlaces(geometry, layers);
  const marks = useMarks();
  const onScreen = useSitesOnScreen(places, view, freshness, marks, zoom);
  const labels = useLabels(geometry, view, places, openByCity);

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
    openGround(x, y) {
      const adcode = findCity(geometry, view, x, y);
      if (adcode === null) return;
      // The first click looks closer, the second leads to what is wrong there.
      if (adcode === city) go("/alarms", { city: adcode });
      else set({ city: adcode });
    },
    leave: () => set({ city: null }),
  });

  usePainting(provinceCanvas, sitesCanvas, {
    size,
    ratio,
    theme,
    view,
    zoom,
    geometry,
    city,
    sites: onScreen,
    labels,
    chosen: input.chosen,
    silentCities,
  });

  const pixels = { width: Math.round(size.width * ratio), height: Math.round(size.height * ratio), style: size };
  const { kind, lat, lon } = sites.columns;
  const isDrawn = (_: unknown, i: number): boolean => isShown(layers, kind[i] ?? "process");
  const drawn = kind.filter(isDrawn).length;
  const marked = marks.filter((mark, i) => mark !== null && isDrawn(mark, i)).length;
  const placeless = kind.filter(
    (_, i) => isDrawn(_, i) && ((lat[i] ?? null) === null || (lon[i] ?? null) === null),
  ).length;
  return (
    <div className="map">
      <div
        ref={frame}
        className="map-frame"
        role="application"
        tabIndex={0}
        aria-label={words.map.label(drawn, marked)}
        data-sites={drawn}
        data-apart={onScreen.legs.length}
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
      <MapButtons control={control} size={size} />
      <MapLegend placeless={geometry === null ? 0 : placeless} />
      {quiet !== null && <p className="map-quiet">{quiet}</p>}
      {boundary.isError && (
        <div className="map-failed">
          <Failed what={words.state.load.map} error={boundary.error} retry={() => void boundary.refetch()} />
          <p>{words.map.noBoundary}</p>
        </div>
      )}
    </div>
  );
}

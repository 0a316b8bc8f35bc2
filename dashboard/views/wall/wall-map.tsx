// The province on the wall: the same drawing as on a desk, as many times larger as the room is deep. It takes no pointer and
// no key; the alarms beside it say the same in words.

import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useMemo, useRef } from "react";
import { useWords } from "../../i18n/i18n.ts";
import { createGeometry, loadTopology } from "../../map/geometry.ts";
import boundaryAddress from "../../map/hebei.topo.json?url";
import { paintProvince, paintSites, readPalette } from "../../map/paint.ts";
import { useDevicePixelRatio, useSize } from "../../map/use-canvas.ts";
import { useLabels, useMarks, usePlaces, useSitesOnScreen } from "../../map/use-scene.ts";
import { fitView } from "../../map/view.ts";
import { useApp } from "../app-context.ts";
import type { Province } from "../overview/use-province.ts";

/** A desk's map is drawn for so many pixels of height. */
const deskHeight = 720;
const marginPx = 26;

/** Nobody presses a button here. */
const retryMs = 30_000;

function useGeometry() {
  const boundary = useQuery({
    queryKey: ["boundary"],
    queryFn: ({ signal }) => loadTopology(boundaryAddress, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: (query) => (query.state.status === "error" ? retryMs : false),
  });
  const isSettled = boundary.status !== "pending";
  const geometry = useMemo(
    () => (isSettled ? createGeometry(boundary.data ?? null) : null),
    [isSettled, boundary.data],
  );
  return { geometry, isMissing: boundary.isError };
}

export function WallMap({ province }: { readonly province: Province }) {
  const { freshness, openByCity, silentCities } = province;
  const words = useWords();
  const { sites } = useApp();
  const frame = useRef<HTMLDivElement>(null);
  const provinceCanvas = useRef<HTMLCanvasElement>(null);
  const sitesCanvas = useRef<HTMLCanvasElement>(null);
  const room = useSize(frame);
  const scale = Math.max(1, room.height / deskHeight);
  const ratio = useDevicePixelRatio() * scale;
  const width = room.width / scale;
  const height = room.height / scale;
  const { geometry, isMissing } = useGeometry();
  const view = useMemo(
    () => (geometry === null ? { k: 1, x: 0, y: 0 } : fitView(geometry.box, { width, height }, marginPx)),
    [geometry, width, height],
  );
  const places = usePlaces(geometry);
  const marks = useMarks();
  const onScreen = useSitesOnScreen(places, view, freshness, marks);
  const labels = useLabels(geometry, view, places, openByCity);

  useLayoutEffect(() => {
    const context = provinceCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || width === 0 || frame.current === null) return;
    paintProvince(context, { width, height }, ratio, view, geometry, readPalette(frame.current), null, silentCities);
  }, [geometry, view, width, height, ratio, silentCities]);
  useLayoutEffect(() => {
    const context = sitesCanvas.current?.getContext("2d");
    if (context === null || context === undefined || geometry === null || width === 0 || frame.current === null) return;
    paintSites(context, { width, height }, ratio, onScreen, labels, null, 1, readPalette(frame.current));
  }, [geometry, onScreen, labels, width, height, ratio]);

  const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio), style: room };
  const marked = marks.filter((mark) => mark !== null).length;
  return (
    <div ref={frame} className="wall-map" role="img" aria-label={words.map.label(sites.columns.id.length, marked)}>
      <canvas ref={provinceCanvas} {...pixels} aria-hidden="true" />
      <canvas ref={sitesCanvas} {...pixels} aria-hidden="true" data-testid="wall-map" />
      <p className="wall-schematic">{isMissing ? words.map.noBoundary : words.map.schematic}</p>
    </div>
  );
}

// The view of the map as React sees it: fitted to the province or to the chosen city until somebody moves it; moved at most
// once per frame, however fast the pointer is.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Geometry } from "./geometry.ts";
import { fitView, panBy, zoomAt, type Size, type View } from "./view.ts";

const marginPx = 26;

export interface ViewControl {
  readonly view: View;
  /** Against the fitted province: 1 = all of it. */
  readonly zoom: number;
  zoomBy(factor: number, px: number, py: number): void;
  pan(dx: number, dy: number): void;
  reset(): void;
}

export function useView(geometry: Geometry | null, size: Size, city: string | null): ViewControl {
  const fitted = useMemo(
    () => (geometry === null ? { k: 1, x: 0, y: 0 } : fitView(geometry.box, size, marginPx)),
    [geometry, size],
  );
  const home = useMemo(() => {
    const box = geometry?.cities.find((entry) => entry.adcode === city)?.box;
    return box === undefined ? fitted : fitView(box, size, 2 * marginPx);
  }, [geometry, size, city, fitted]);
  const [moved, setMoved] = useState<View | null>(null);
  const pending = useRef<{ view: View; frame: number } | null>(null);
  const view = moved ?? home;

  const drop = useCallback(() => {
    if (pending.current !== null) cancelAnimationFrame(pending.current.frame);
    pending.current = null;
    setMoved(null);
  }, []);
  // Another city or another size: look at it as a whole again.
  useEffect(() => drop, [home, drop]);

  const change = (next: (view: View) => View): void => {
    const from = pending.current?.view ?? view;
    if (pending.current !== null) cancelAnimationFrame(pending.current.frame);
    const goal = next(from);
    const frame = requestAnimationFrame(() => {
      pending.current = null;
      setMoved(goal);
    });
    pending.current = { view: goal, frame };
  };
  return {
    view,
    zoom: view.k / fitted.k,
    zoomBy: (factor, px, py) => change((from) => zoomAt(from, factor, px, py, fitted)),
    pan: (dx, dy) => geometry !== null && change((from) => panBy(from, dx, dy, geometry.box, size)),
    reset: drop,
  };
}

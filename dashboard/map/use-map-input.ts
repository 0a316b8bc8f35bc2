// Pointer and keyboard on the map: hover and arrows choose a site, click and Enter open it, wheel and drag move the view.

import { useEffect, useRef, useState } from "react";
import { findNearest, findNeighbour, type Direction, type Points } from "./nearest.ts";
import type { ViewControl } from "./use-view.ts";
import type { Size } from "./view.ts";

const dragStartPx = 4;
const keyZoom = 1.4;
const edgePx = 30;

export interface MapInputParts {
  readonly element: React.RefObject<HTMLElement | null>;
  readonly points: Points;
  readonly size: Size;
  readonly control: ViewControl;
  readonly find: (x: number, y: number) => number | null;
  readonly open: (index: number) => void;
  /** A click on the map where there is no site. */
  readonly openGround: (x: number, y: number) => void;
  /** Escape with no site chosen. */
  readonly leave: () => void;
}

export interface MapInput {
  /** The site under the pointer, or the one the keyboard stands on. */
  readonly chosen: number | null;
  readonly isDragging: boolean;
  readonly handlers: {
    readonly onPointerDown: (event: React.PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: React.PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: React.PointerEvent<HTMLElement>) => void;
    readonly onPointerLeave: () => void;
    readonly onPointerCancel: () => void;
    readonly onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void;
    readonly onBlur: () => void;
  };
}

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export function useMapInput(parts: MapInputParts): MapInput {
  const { element, points, size, control, find, open, openGround, leave } = parts;
  const [chosen, setChosen] = useState<number | null>(null);
  const [isDragging, setDragging] = useState(false);
  const press = useRef<{ x: number; y: number; dragging: boolean } | null>(null);
  const latest = useRef(control);
  latest.current = control;

  useEffect(() => {
    const target = element.current;
    // React listens to wheels passively; the page must not scroll under the map.
    function onWheel(event: WheelEvent): void {
      event.preventDefault();
      const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      latest.current.zoomBy(
        Math.exp(-event.deltaY * lines * 0.0018),
        event.clientX - box.left,
        event.clientY - box.top,
      );
    }
    target?.addEventListener("wheel", onWheel, { passive: false });
    return () => target?.removeEventListener("wheel", onWheel);
  }, [element]);

  const locate = (event: React.PointerEvent<HTMLElement>): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const endPress = (): void => {
    press.current = null;
    setDragging(false);
  };

  function choose(index: number | null): void {
    setChosen(index);
    if (index === null) return;
    const x = points.x[index] ?? Number.NaN;
    const y = points.y[index] ?? Number.NaN;
    const isOff = x < edgePx || y < edgePx || x > size.width - edgePx || y > size.height - edgePx;
    if (isOff) control.pan(size.width / 2 - x, size.height / 2 - y);
  }

  function onKey(key: string): boolean {
    const direction = arrows[key];
    if (direction !== undefined) {
      if (chosen === null)
        choose(findNearest(points, size.width / 2, size.height / 2, Number.POSITIVE_INFINITY, () => 0));
      else choose(findNeighbour(points, chosen, direction) ?? chosen);
      return true;
    }
    const at = { x: size.width / 2, y: size.height / 2 };
    if (chosen !== null) Object.assign(at, { x: points.x[chosen] ?? at.x, y: points.y[chosen] ?? at.y });
    if (key === "+" || key === "=") control.zoomBy(keyZoom, at.x, at.y);
    else if (key === "-") control.zoomBy(1 / keyZoom, at.x, at.y);
    else if (key === "0") control.reset();
    else if (key === "Escape" && chosen === null) leave();
    else if (key === "Escape") setChosen(null);
    else if (key === "Enter" && chosen !== null) open(chosen);
    else return false;
    return true;
  }

  return {
    chosen,
    isDragging,
    handlers: {
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        press.current = { ...locate(event), dragging: false };
      },
      onPointerMove(event) {
        const at = locate(event);
        const pressed = press.current;
        if (pressed === null) {
          setChosen(find(at.x, at.y));
          return;
        }
        if (!pressed.dragging && Math.hypot(at.x - pressed.x, at.y - pressed.y) < dragStartPx) return;
        control.pan(at.x - pressed.x, at.y - pressed.y);
        press.current = { ...at, dragging: true };
        setDragging(true);
        setChosen(null);
      },
      onPointerUp(event) {
        const at = locate(event);
        const wasClick = press.current !== null && !press.current.dragging;
        endPress();
        const hit = wasClick ? find(at.x, at.y) : null;
        if (hit !== null) open(hit);
        else if (wasClick) openGround(at.x, at.y);
      },
      onPointerLeave: () => setChosen(null),
      onPointerCancel: endPress,
      onKeyDown(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      },
      onBlur: () => setChosen(null),
    },
  };
}

// Where the map is looked at from: screen = map × k + (x, y). Pure arithmetic for fitting, zooming and panning.

export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** [[left, top], [right, bottom]] in map units. */
export type Box = readonly [readonly [number, number], readonly [number, number]];

const zoomMost = 40;

/** The view that shows all of `box` with `margin` pixels around. */
export function fitView(box: Box, size: Size, margin: number): View {
  const [[left, top], [right, bottom]] = box;
  const width = Math.max(1, size.width - 2 * margin);
  const height = Math.max(1, size.height - 2 * margin);
  const k = Math.min(width / Math.max(1e-9, right - left), height / Math.max(1e-9, bottom - top));
  return {
    k,
    x: size.width / 2 - (k * (left + right)) / 2,
    y: size.height / 2 - (k * (top + bottom)) / 2,
  };
}

/** Zooms so that the map point under (`px`, `py`) stays there; between the fitted view and forty times it. */
export function zoomAt(view: View, factor: number, px: number, py: number, fitted: View): View {
  const k = Math.min(fitted.k * zoomMost, Math.max(fitted.k, view.k * factor));
  const ratio = k / view.k;
  return { k, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio };
}

/** Moves by pixels, but never so far that the middle of the screen leaves the box. */
export function panBy(view: View, dx: number, dy: number, box: Box, size: Size): View {
  const [[left, top], [right, bottom]] = box;
  const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
  return {
    k: view.k,
    x: clamp(view.x + dx, size.width / 2 - view.k * right, size.width / 2 - view.k * left),
    y: clamp(view.y + dy, size.height / 2 - view.k * bottom, size.height / 2 - view.k * top),
  };
}

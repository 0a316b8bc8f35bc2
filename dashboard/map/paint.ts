// Draws the map on a canvas: the province (only when the view changes), the sites (whenever something changed). Normal sites
// are small grey dots, silent ones hollow; colour is for alarms alone, the worst on top. Draws nothing outside of Hebei.

import type { Priority } from "#domain/alarm.ts";
import type { Freshness } from "../state/staleness.ts";
import type { Geometry } from "./geometry.ts";
import type { Size, View } from "./view.ts";

export interface Palette {
  readonly land: string;
  readonly landDimmed: string;
  readonly border: string;
  readonly outline: string;
  readonly dot: string;
  readonly ink: string;
  readonly halo: string;
  readonly hatch: string;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly onPriority: Readonly<Record<Priority, string>>;
  readonly font: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    land: token("--map-land"),
    landDimmed: token("--map-land-dimmed"),
    border: token("--map-border"),
    outline: token("--map-outline"),
    dot: token("--map-dot"),
    ink: token("--ink"),
    halo: token("--map-halo"),
    hatch: token("--hatch"),
    priority: { 1: token("--p1"), 2: token("--p2"), 3: token("--p3"), 4: token("--p4") },
    onPriority: { 1: token("--on-p1"), 2: token("--on-p2"), 3: token("--on-p3"), 4: token("--on-p4") },
    font: style.fontFamily,
  };
}

export interface SiteMark {
  readonly priority: Priority;
  readonly unacked: boolean;
}

/** The i-th entry of each belongs to the i-th site; NaN = no place. Screen pixels. */
export interface SitesOnScreen {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly freshness: readonly Freshness[];
  readonly marks: readonly (SiteMark | null)[];
  /** Sites that were drawn apart, with the place they really have: index, x, y. */
  readonly legs: readonly (readonly [site: number, x: number, y: number])[];
}

export interface CityLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

function clear(context: CanvasRenderingContext2D, size: Size, ratio: number): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
}

const hatchPx = 9;

/** A city most of whose sites are silent is hatched like a value that has stopped. */
function hatchCity(
  context: CanvasRenderingContext2D,
  city: Geometry["cities"][number],
  view: View,
  colour: string,
): void {
  const [[left, top], [right, bottom]] = city.box;
  const step = hatchPx / view.k;
  const height = bottom - top;
  context.save();
  context.clip(city.path);
  context.strokeStyle = colour;
  context.lineWidth = 1 / view.k;
  context.beginPath();
  for (let x = left - height; x < right; x += step) {
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

export function paintProvince(
  context: CanvasRenderingContext2D,
  size: Size,
  ratio: number,
  view: View,
  geometry: Geometry,
  palette: Palette,
  chosenCity: string | null,
  silentCities: ReadonlySet<string> = new Set(),
): void {
  clear(context, size, ratio);
  context.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
  for (const city of geometry.cities) {
    context.fillStyle = chosenCity === null || chosenCity === city.adcode ? palette.land : palette.landDimmed;
    context.fill(city.path);
    if (silentCities.has(city.adcode)) hatchCity(context, city, view, palette.hatch);
  }
  context.lineJoin = "round";
  for (const [path, colour, width] of [
    [geometry.borders, palette.border, 1],
    [geometry.outline, palette.outline, 1.25],
  ] as const) {
    if (path === null) continue;
    context.strokeStyle = colour;
    context.lineWidth = width / view.k;
    context.stroke(path);
  }
}

function tracePriority(context: CanvasRenderingContext2D, priority: Priority, x: number, y: number, r: number): void {
  context.beginPath();
  if (priority === 1) {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y);
    context.lineTo(x, y + r);
    context.lineTo(x - r, y);
  } else if (priority === 2) {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y + r * 0.85);
    context.lineTo(x - r, y + r * 0.85);
  } else if (priority === 3) context.arc(x, y, r * 0.85, 0, 2 * Math.PI);
  else context.rect(x - r * 0.8, y - r * 0.8, r * 1.6, r * 1.6);
  context.closePath();
}

const markRadius: Readonly<Record<Priority, number>> = { 1: 9.5, 2: 9, 3: 7, 4: 7 };

function paintMark(context: CanvasRenderingContext2D, mark: SiteMark, x: number, y: number, palette: Palette): void {
  const { priority, unacked } = mark;
  tracePriority(context, priority, x, y, markRadius[priority]);
  // The outline parts the mark from its neighbours; dark and thick says "nobody has acknowledged this".
  context.lineWidth = unacked ? 4 : 2.5;
  context.strokeStyle = unacked ? palette.ink : palette.halo;
  context.stroke();
  if (priority === 3) {
    context.fillStyle = palette.halo;
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = palette.priority[3];
    context.stroke();
  } else {
    context.fillStyle = palette.priority[priority];
    context.fill();
  }
  context.fillStyle = palette.onPriority[priority];
  context.font = `700 10px ${palette.font}`;
  context.fillText(String(priority), x, y + (priority === 2 ? 2.5 : 0.5));
}

function fillPath(context: CanvasRenderingContext2D, path: Path2D, colour: string): void {
  context.fillStyle = colour;
  context.fill(path);
}

function paintDots(context: CanvasRenderingContext2D, sites: SitesOnScreen, palette: Palette, radius: number): void {
  const fresh = new Path2D();
  const silent = new Path2D();
  for (let i = 0; i < sites.x.length; i += 1) {
    if (sites.marks[i] !== null) continue;
    const x = sites.x[i] ?? Number.NaN;
    const y = sites.y[i] ?? Number.NaN;
    if (Number.isNaN(x)) continue;
    const path = sites.freshness[i] === "fresh" ? fresh : silent;
    const r = sites.freshness[i] === "fresh" ? radius : radius + 0.8;
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
  fillPath(context, fresh, palette.dot);
  fillPath(context, silent, palette.halo);
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.1;
  context.stroke(silent);
}

function paintLegs(context: CanvasRenderingContext2D, sites: SitesOnScreen, palette: Palette): void {
  context.beginPath();
  for (const [site, x, y] of sites.legs) {
    context.moveTo(x, y);
    context.lineTo(sites.x[site] ?? x, sites.y[site] ?? y);
  }
  context.lineWidth = 1;
  context.strokeStyle = palette.outline;
  context.stroke();
}

function paintLabels(context: CanvasRenderingContext2D, labels: readonly CityLabel[], palette: Palette): void {
  context.font = `600 13px ${palette.font}`;
  context.lineWidth = 3.5;
  context.strokeStyle = palette.halo;
  context.fillStyle = palette.ink;
  for (const { text, x, y } of labels) {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}

/** Order of drawing: legs, dots, labels, marks from the least to the most urgent, the chosen site's ring. */
export function paintSites(
  context: CanvasRenderingContext2D,
  size: Size,
  ratio: number,
  sites: SitesOnScreen,
  labels: readonly CityLabel[],
  chosen: number | null,
  zoom: number,
  palette: Palette,
): void {
  clear(context, size, ratio);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  paintLegs(context, sites, palette);
  paintDots(context, sites, palette, Math.min(4.5, 2.1 + Math.log2(Math.max(1, zoom)) * 0.6));
  paintLabels(context, labels, palette);
  const marked = sites.marks.flatMap((mark, i) => (mark === null ? [] : [{ mark, i }]));
  marked.sort((a, b) => Number(a.mark.unacked) - Number(b.mark.unacked) || b.mark.priority - a.mark.priority);
  for (const { mark, i } of marked) {
    const x = sites.x[i] ?? Number.NaN;
    if (!Number.isNaN(x)) paintMark(context, mark, x, sites.y[i] ?? 0, palette);
  }
  if (chosen === null || Number.isNaN(sites.x[chosen] ?? Number.NaN)) return;
  context.beginPath();
  context.arc(sites.x[chosen] ?? 0, sites.y[chosen] ?? 0, 13, 0, 2 * Math.PI);
  context.lineWidth = 4;
  context.strokeStyle = palette.halo;
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = palette.ink;
  context.stroke();
}

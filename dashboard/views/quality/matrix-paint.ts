// Draws rows and days as cells: reached the target faint, darker the further below; a day with nothing has a core of another tone,
// so that it is told in grey-scale too; what was not due is not drawn. Only the rows in sight.

import type { Level } from "./quality-data.ts";

export interface MatrixTones {
  readonly ink: string;
  readonly line: string;
  readonly core: string;
  readonly focus: string;
}

export function readMatrixTones(element: Element): MatrixTones {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return { ink: token("--ink"), line: token("--line"), core: token("--p2"), focus: token("--focus") };
}

/** How much of the ink lies over the faint ground. */
const inks: Readonly<Record<Exclude<Level, "free">, number>> = {
  reached: 0,
  near: 0.32,
  low: 0.58,
  poor: 0.8,
  none: 1,
};

export interface MatrixPicture {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly rowHeight: number;
  readonly columns: number;
  /** How far it is scrolled, CSS pixels. */
  readonly top: number;
  readonly rows: number;
  readonly levelAt: (row: number, column: number) => Level;
  readonly chosen: { readonly column: number; readonly row: number } | null;
}

export function paintMatrix(context: CanvasRenderingContext2D, picture: MatrixPicture, tones: MatrixTones): void {
  const { width, height, ratio, rowHeight, columns, top, rows, levelAt, chosen } = picture;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  // Cells as low as these have no room for a line between them.
  const gap = rowHeight > 6 ? 1 : 0;
  const box = (row: number, column: number) => {
    const left = Math.round((column / columns) * width);
    const y = row * rowHeight - top;
    return { x: left, y, w: Math.round(((column + 1) / columns) * width) - left - 1, h: rowHeight - gap };
  };
  const last = Math.min(rows, Math.ceil((top + height) / rowHeight));
  for (let row = Math.floor(top / rowHeight); row < last; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const level = levelAt(row, column);
      if (level === "free") continue;
      const { x, y, w, h } = box(row, column);
      context.globalAlpha = 1;
      context.fillStyle = tones.line;
      context.fillRect(x, y, w, h);
      context.globalAlpha = inks[level];
      context.fillStyle = tones.ink;
      context.fillRect(x, y, w, h);
      if (level !== "none") continue;
      context.globalAlpha = 1;
      context.fillStyle = tones.core;
      context.fillRect(x + w * 0.25, y + h * 0.3, w * 0.5, Math.max(1, h * 0.4));
    }
  }
  context.globalAlpha = 1;
  if (chosen === null) return;
  const { x, y, w, h } = box(chosen.row, chosen.column);
  context.lineWidth = 2;
  context.strokeStyle = tones.focus;
  context.strokeRect(x, y, w, h);
}

// The cell of a picture made of columns and rows that is under the pointer or the arrow keys, for pictures on a canvas: what
// their frame has to listen to, and which cell is meant. Enter and a click open it where there is something to open.

import { useState } from "react";

export interface Spot {
  readonly column: number;
  readonly row: number;
}

interface SpotOptions {
  readonly columns: number;
  readonly rows: number;
  /** Where the keys begin; the last column of the last row without it. */
  readonly start?: Spot;
  /** Rows that Page Up and Page Down go; without it those keys are not taken. */
  readonly page?: number;
  /** Row at so many CSS pixels below the upper edge of the frame; without it all rows share the frame's height. */
  readonly rowAt?: (y: number) => number;
  /** By the keys, so that a picture larger than its frame can follow. */
  readonly moved?: (spot: Spot) => void;
  readonly open?: (spot: Spot) => void;
}

const arrows: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

/** How far a key goes; null when it is none of them. */
function stepOf(key: string, { columns, page }: SpotOptions): readonly [columns: number, rows: number] | null {
  if (page !== undefined && (key === "PageDown" || key === "PageUp")) return [0, key === "PageDown" ? page : -page];
  if (page !== undefined && (key === "Home" || key === "End")) return [key === "End" ? columns : -columns, 0];
  return arrows[key] ?? null;
}

export function useSpot(options: SpotOptions) {
  const { columns, rows, rowAt, moved, open } = options;
  const [spot, setSpot] = useState<Spot | null>(null);
  const locate = (event: React.PointerEvent<HTMLElement>): Spot => {
    const box = event.currentTarget.getBoundingClientRect();
    const y = event.clientY - box.top;
    return {
      column: clamp(Math.floor(((event.clientX - box.left) / box.width) * columns), columns - 1),
      row: clamp(rowAt === undefined ? Math.floor((y / box.height) * rows) : rowAt(y), rows - 1),
    };
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, options);
    if (step !== null) {
      const from = spot ?? options.start ?? { column: columns - 1, row: rows - 1 };
      const [byColumns, byRows] = spot === null ? [0, 0] : step;
      const next = { column: clamp(from.column + byColumns, columns - 1), row: clamp(from.row + byRows, rows - 1) };
      setSpot(next);
      moved?.(next);
    } else if (event.key === "Enter" && open !== undefined && spot !== null) open(spot);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    /** Null also when the picture has become smaller and the cell is gone. */
    spot: spot !== null && spot.column < columns && spot.row < rows ? spot : null,
    frame: {
      onPointerMove: (event: React.PointerEvent<HTMLElement>) => setSpot(locate(event)),
      onPointerLeave: () => setSpot(null),
      ...(open === undefined ? {} : { onPointerUp: (event: React.PointerEvent<HTMLElement>) => open(locate(event)) }),
      onKeyDown,
      onBlur: () => setSpot(null),
    },
  };
}

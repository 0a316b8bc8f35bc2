// The window of time of a screen, kept in the address as `from` and `to`; nothing there means the screen's own window. A
// window that is live moves in steps, because a chart that crawls a pixel per second is redrawn for nothing.

import { useMemo } from "react";
import {
  freezeWindow,
  isLiveRange,
  resolveRange,
  stepRange,
  widenRange,
  type TimeRange,
  type TimeWindow,
} from "../state/time-range.ts";
import { useServerNow } from "./app-context.ts";
import { useUrl } from "./url-state.ts";

export interface TimeRangeState {
  readonly range: TimeRange;
  readonly window: TimeWindow;
  readonly isLive: boolean;
  /** True when the address said something that is no window; the screen's own is shown instead. */
  readonly isWrong: boolean;
  set(range: TimeRange): void;
  step(direction: 1 | -1): void;
  widen(): void;
  /** Shows exactly this window, as after a drag over a chart. */
  show(window: TimeWindow): void;
  /** The screen's own live window. */
  toLive(): void;
}

const stepMs = 5_000;

export function useTimeRange(own: TimeRange): TimeRangeState {
  const { query, set } = useUrl();
  const now = Math.ceil(useServerNow() / stepMs) * stepMs;
  const asked = { from: query.get("from") ?? own.from, to: query.get("to") ?? own.to };
  const found = resolveRange(asked, now);
  const range = found === null ? own : asked;
  const window = found ?? resolveRange(own, now) ?? { from: now - 3_600_000, to: now };
  const { from, to } = window;
  return useMemo(() => {
    const write = (next: TimeRange): void => {
      const isOwn = next.from === own.from && next.to === own.to;
      set({ from: isOwn ? null : next.from, to: isOwn || next.to === "now" ? null : next.to });
    };
    return {
      range,
      window: { from, to },
      isLive: isLiveRange(range),
      isWrong: found === null,
      set: write,
      step: (direction: 1 | -1) => write(stepRange(range, now, direction)),
      widen: () => write(widenRange(range, now)),
      show: (shown: TimeWindow) => write(freezeWindow(shown)),
      toLive: () => write(own),
    };
  }, [range.from, range.to, from, to, found === null, set, own.from, own.to]);
}

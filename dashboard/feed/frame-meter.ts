// Listens for one second in five how evenly frames come, and sets the pace of the costly pictures by it. Not while the page is
// hidden: a tab in the background gets no frames, which says nothing about the machine.

import { createObservable, type Observable } from "../state/observable.ts";
import { adaptPace, fullPace, paceOf, type Pace } from "../state/pace.ts";

export interface FrameMeter {
  readonly pace: Observable<Pace>;
  start(): void;
  stop(): void;
}

const everyMs = 5_000;
const listenMs = 1_000;

export function createFrameMeter(): FrameMeter {
  let state = fullPace;
  const pace = createObservable(paceOf(state));
  let timer: ReturnType<typeof setInterval> | null = null;
  let frame = 0;

  function listen(): void {
    if (document.hidden) return;
    const gaps: number[] = [];
    const until = performance.now() + listenMs;
    let before: number | null = null;
    const onFrame = (at: number): void => {
      if (before !== null) gaps.push(at - before);
      before = at;
      if (at < until) {
        frame = requestAnimationFrame(onFrame);
        return;
      }
      if (document.hidden) return;
      state = adaptPace(state, gaps);
      const next = paceOf(state);
      const known = pace.get();
      if (next.chartHertz !== known.chartHertz || next.mapHertz !== known.mapHertz) pace.set(next);
    };
    frame = requestAnimationFrame(onFrame);
  }

  return {
    pace,
    start() {
      timer = setInterval(listen, everyMs);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      cancelAnimationFrame(frame);
    },
  };
}

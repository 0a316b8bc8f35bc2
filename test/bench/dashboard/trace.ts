// A trace of Chromium → how long the script of the page's main thread ran between two animation frames. Only the outermost
// pieces of script are counted; workers and the browser itself have threads of their own and are left out.

import type { Browser } from "playwright-core";
import { type MeasuredPage, measureFrames } from "./page.ts";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

export interface ScriptPerFrame {
  readonly maxMs: number;
  readonly meanMs: number;
  readonly frames: number;
}

const scripts: ReadonlySet<string> = new Set(["FunctionCall", "EvaluateScript", "RunMicrotasks"]);
const frame = "FireAnimationFrame";

/** The thread on which the page draws: of several renderers that with the most frames. */
export function sumScriptPerFrame(events: readonly TraceEvent[]): ScriptPerFrame {
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const own = mains
    .map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid && event.ph === "X"))
    .toSorted((a, b) => countFrames(b) - countFrames(a))[0];
  if (own === undefined) return { maxMs: Number.NaN, meanMs: Number.NaN, frames: 0 };
  const sorted = own.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const perFrame: number[] = [];
  let sum = 0;
  let scriptEnd = 0;
  let frameEnd = Number.NEGATIVE_INFINITY;
  for (const { name, ts, dur = 0 } of sorted) {
    // Several callbacks of one frame follow each other without a gap; a new frame is at least some milliseconds later.
    if (name === frame) {
      if (ts - frameEnd > 4_000) {
        perFrame.push(sum);
        sum = 0;
      }
      frameEnd = ts + dur;
    }
    if (!scripts.has(name) || ts < scriptEnd) continue;
    sum += dur / 1_000;
    scriptEnd = ts + dur;
  }
  const whole = perFrame.slice(1);
  return {
    maxMs: Math.max(0, ...whole),
    meanMs: whole.reduce((total, ms) => total + ms, 0) / Math.max(1, whole.length),
    frames: whole.length,
  };
}

function countFrames(events: readonly TraceEvent[]): number {
  return events.filter(({ name }) => name === frame).length;
}

export async function readScriptPerFrame(
  browser: Browser,
  opened: MeasuredPage,
  seconds: number,
): Promise<ScriptPerFrame> {
  await browser.startTracing(opened.page, { categories: ["devtools.timeline"] });
  // Asks for every frame, so that each of them is in the trace.
  await measureFrames(opened, seconds);
  const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  return sumScriptPerFrame(trace.traceEvents);
}

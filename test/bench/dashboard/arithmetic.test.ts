// What the arithmetic behind the budgets promises: sums of a trace, a slope, contrasts, flashes and heaps are what they say, and
// each of them notices what it is there for.

import { describe, expect, it } from "vitest";
import { findFlashHertz } from "./attention.ts";
import { contrast, readThemes } from "./contrast.ts";
import { slopePerSecond } from "./endurance.ts";
import { listGrown, summarizeHeap } from "./heap-snapshot.ts";
import { median, percentile } from "./page.ts";
import { isClosed } from "./screens.ts";
import { sumScriptPerFrame } from "./trace.ts";

describe("the script of a frame", () => {
  const main = { pid: 1, tid: 2 };
  const piece = (name: string, ts: number, dur: number, thread = main) => ({ name, ph: "X", ts, dur, ...thread });
  const named = (pid: number, tid: number, name: string) => ({
    name: "thread_name",
    ph: "M",
    ts: 0,
    pid,
    tid,
    args: { name },
  });
  const frames = [0, 16_000, 32_000, 48_000].map((ts) => piece("FireAnimationFrame", ts, 100));

  it("is the sum of its outermost pieces on the page's thread, and of no other", () => {
    const { maxMs, frames: count } = sumScriptPerFrame([
      named(1, 2, "CrRendererMain"),
      named(1, 3, "DedicatedWorker thread"),
      ...frames,
      piece("FunctionCall", 17_000, 4_000),
      // Inside the piece before it: counted once.
      piece("FunctionCall", 18_000, 1_000),
      piece("RunMicrotasks", 22_000, 2_000),
      piece("FunctionCall", 33_000, 1_000),
      piece("FunctionCall", 34_000, 9_000, { pid: 1, tid: 3 }),
    ]);
    // Of four moments the first has nothing before it, and what follows the last is not over.
    expect([maxMs, count]).toEqual([6, 3]);
  });

  it("of two renderers is that of the one that draws", () => {
    const { maxMs } = sumScriptPerFrame([
      named(1, 2, "CrRendererMain"),
      named(9, 9, "CrRendererMain"),
      ...frames,
      piece("FunctionCall", 17_000, 3_000),
      piece("FunctionCall", 17_000, 50_000, { pid: 9, tid: 9 }),
    ]);
    expect(maxMs).toBe(3);
  });
});

describe("a heap that is looked at again and again", () => {
  it("has the slope of the line through its looks", () => {
    expect(slopePerSecond([0, 10, 20, 30].map((at) => [at, 5 + at * 0.25]))).toBeCloseTo(0.25, 10);
    expect(slopePerSecond([0, 10, 20, 30].map((at) => [at, 7]))).toBe(0);
  });

  const snapshot = (nodes: readonly number[]) => ({
    snapshot: {
      meta: {
        node_fields: ["type", "name", "id", "self_size", "edge_count", "detachedness"],
        node_types: [["object", "string", "native"]] as const,
      },
    },
    nodes,
    strings: ["Foo", "Detached <div>", "words", "Detached <span>"],
  });

  it("tells elements that are in no document from those that are, and what has grown", () => {
    const before = summarizeHeap(snapshot([0, 0, 1, 100, 0, 0]));
    const after = summarizeHeap(
      snapshot([0, 0, 1, 100, 0, 0, 0, 0, 3, 60, 0, 0, 2, 1, 5, 40, 0, 2, 2, 3, 7, 40, 0, 1, 1, 2, 9, 10, 0, 2]),
    );
    expect([before.detachedElements, after.detachedElements]).toEqual([0, 1]);
    expect(listGrown(before, after)[0]).toBe("object Foo +0.1 kB (+1)");
  });
});

describe("colours", () => {
  it("differ as WCAG counts it", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });

  it("of a theme are those of the first one where it says nothing", () => {
    const css = `/* --ink: #000001; */ :root { --size: 14px; } :root, [data-theme="desk"] { --ink: #111111; --panel: #eeeeee; }
      [data-theme="wall"] { --ink: #dddddd; }
      @media print { :root { --ink: #222222; } }
      @media (prefers-contrast: more) { :root, [data-theme="desk"] { --ink: #000000; } [data-theme="wall"] { --ink: #ffffff; } }`;
    expect(readThemes(css)).toEqual({
      desk: { ink: "#111111", panel: "#eeeeee" },
      wall: { ink: "#dddddd", panel: "#eeeeee" },
      "desk more": { ink: "#000000", panel: "#eeeeee" },
      "wall more": { ink: "#ffffff", panel: "#eeeeee" },
    });
  });
});

it("a flash is an animation without an end, as often in a second as its length says", () => {
  expect(findFlashHertz("a { animation: blink 250ms steps(1) infinite; }")).toBe(4);
  expect(findFlashHertz("a { animation: blink 1s steps(1) infinite; } b { animation: appear 50ms both; }")).toBe(1);
});

it("a policy is closed only while it names no other host", () => {
  expect(isClosed("default-src 'self'; worker-src 'self' blob:")).toBe(true);
  for (const open of [
    "default-src *",
    "default-src 'self'; img-src https://tiles.example.org",
    "script-src 'self'",
    "none",
  ])
    expect(isClosed(open), open).toBe(false);
});

it("a percentile of few samples is one of them, and never flatters", () => {
  expect(percentile([5, 1, 9, 3], 0.95)).toBe(9);
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2]);
});

// What a screen keeps while it works: heap, elements and listeners while readings and alarms come without end, and after two
// hundred changes of the screen. The heap is always looked at after a collection.

import type { Browser } from "playwright-core";
import type { Finding } from "./budget.ts";
import { listGrown, readHeap } from "./heap-snapshot.ts";
import { goInside, type MeasuredPage, type Metrics, openPage, pause, readMetrics } from "./page.ts";
import { nominal, type Province } from "./province.ts";

const samples = 20;
const tenMinutes = 600;
const hour = 3_600;
/** Caches that every screen has are filled by then. */
const settleMs = 12_000;
/** Under load also most of the code is compiled by then that will ever be. */
const warmMs = 30_000;
/** What is just under way is in one look and not in the next: the smallest heap of three counts. */
const looksAtOnce = 3;
const betweenLooksMs = 150;
const routeChanges = 200;
const routes = ["/alarms?group=none", "/overview", "/system", "/history", "/ledger", "/quarantine"] as const;

/** Least squares: how much `read` grows per second. */
export function slopePerSecond(points: readonly (readonly [seconds: number, value: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

async function look({ cdp }: MeasuredPage): Promise<Metrics> {
  const looks: Metrics[] = [];
  for (let i = 0; i < looksAtOnce; i++) {
    looks.push(await readMetrics(cdp, true));
    await pause(betweenLooksMs);
  }
  const heapMb = Math.min(...looks.map((each) => each.heapMb));
  return { ...(looks.at(-1) ?? (await readMetrics(cdp, true))), heapMb };
}

type SoakId = "D1" | "D2" | "D3" | "D4" | "D5" | "D6";

/** Twenty looks over the time, at nominal load, nothing touched. */
export async function measureSoak(
  browser: Browser,
  province: Province,
  seconds: number,
): Promise<Record<SoakId, Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/overview" });
  const load = await province.load(nominal);
  try {
    await pause(warmMs);
    const heapBefore = await readHeap(opened.cdp);
    const looks: Metrics[] = [];
    for (let i = 0; i < samples; i++) {
      await pause((seconds * 1000) / samples);
      looks.push(await look(opened));
    }
    const heapAfter = await readHeap(opened.cdp);
    const held = await load.stop();
    const begun = looks[0]?.at ?? 0;
    const slope = slopePerSecond(looks.map(({ at, heapMb }) => [at - begun, heapMb]));
    const spanned = (looks.at(-1)?.at ?? 0) - begun;
    // Lists that are drawn have now a row more, now one less: the middle of the first looks against that of the last ones.
    const drift = (read: (metrics: Metrics) => number): number =>
      Math.round(mean(looks.slice(-5).map(read)) - mean(looks.slice(0, 5).map(read)));
    const how = `/overview for ${seconds} s under ${nominal.readingsPerSecond} readings/s and ${nominal.alarmsPerSecond} changes of alarms/s, ${samples} looks after a collection, the smallest of ${looksAtOnce} each`;
    const scaled = spanned >= tenMinutes * 0.9 ? "" : `, scaled from ${Math.round(spanned)} s`;
    const heap = { megabytes: looks.map(({ heapMb }) => round(heapMb)), grown: listGrown(heapBefore, heapAfter) };
    return {
      D1: {
        value: round(mean(looks.slice(-5).map(({ heapMb }) => heapMb))),
        how: `${how}; JSHeapUsedSize of the page, mean of the last five; its worker has a heap of its own`,
        details: { heldReadingsPerSecond: Math.round(held.readingsPerSecond) },
      },
      D2: { value: round(slope * tenMinutes), how: `${how}; linear fit${scaled}`, details: heap },
      D3:
        spanned >= hour * 0.9
          ? { value: round((looks.at(-1)?.heapMb ?? 0) - (looks[Math.floor(samples / 12)]?.heapMb ?? 0)), how }
          : { value: null, how: `needs --soak ${hour}; this run lasted ${seconds} s` },
      D4: {
        value: null,
        how: "a day at tenfold speed is no part of this run: feeds of the past are not replayed into /live",
      },
      D5: {
        value: Math.max(
          0,
          drift(({ listeners }) => listeners),
        ),
        how: `${how}; last five against first five`,
      },
      D6: {
        value: Math.max(
          0,
          drift(({ nodes }) => nodes),
        ),
        how: `${how}; last five against first five`,
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

async function goAround({ page }: MeasuredPage, changes: number): Promise<void> {
  for (let i = 0; i < changes; i++) {
    await goInside(page, routes[i % routes.length] ?? "/overview");
    await page.locator("main h1, main .view").first().waitFor();
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }
}

export async function measureRounds(browser: Browser, province: Province): Promise<Record<"D7" | "D8", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/overview" });
  try {
    // All of them several times: code and data of every screen are there before the first look.
    await goAround(opened, routes.length * 8);
    await goInside(opened.page, routes[1]);
    await pause(settleMs);
    const before = await look(opened);
    const heapBefore = await readHeap(opened.cdp);
    await goAround(opened, routeChanges - (routeChanges % routes.length));
    await goInside(opened.page, routes[1]);
    await pause(settleMs);
    const after = await look(opened);
    const heapAfter = await readHeap(opened.cdp);
    const how = `${routeChanges} changes between ${routes.length} screens inside one page, ${province.openAlarms} open alarms, no other load; after a collection`;
    return {
      D7: {
        value: round(after.heapMb - before.heapMb),
        how,
        details: {
          beforeMb: round(before.heapMb),
          afterMb: round(after.heapMb),
          nodes: [before.nodes, after.nodes],
          listeners: [before.listeners, after.listeners],
          grown: listGrown(heapBefore, heapAfter),
        },
      },
      D8: {
        value: heapAfter.detachedElements,
        how: `${how}; elements of the heap snapshot that are in no document`,
        details: { before: heapBefore.detachedElements, kinds: heapAfter.detached },
      },
    };
  } finally {
    await opened.close();
  }
}

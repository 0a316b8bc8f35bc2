// A page of the dashboard under measurement: a browser context of its own, the means of Chromium's own protocol, and the
// scripts that count inside the page. Scripts are text: the types of a page are none of this program's.

import type { Browser, BrowserContext, CDPSession, Page, ViewportSize } from "playwright-core";
import { sessionCookieName } from "#test/harness/browser.ts";
import { waitFor } from "#test/harness/wait.ts";

export interface PageOptions {
  /** "host:port" of the server, or of a line to it. */
  readonly address: string;
  readonly token: string;
  readonly path: string;
  readonly viewport?: ViewportSize;
  readonly timezoneId?: string;
  readonly reducedMotion?: "reduce" | "no-preference";
  /** Runs in the page before its own scripts. */
  readonly before?: string;
  /** The page is slowed down by this from its first byte on. */
  readonly throttle?: number;
  /** Without this it is waited for until the link is live. */
  readonly isBare?: boolean;
}

export interface MeasuredPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** As in the control room; the budgets are meant for it. */
export const desk: ViewportSize = { width: 1920, height: 1080 };
const liveMsMax = 60_000;

export async function openPage(browser: Browser, options: PageOptions): Promise<MeasuredPage> {
  const context = await browser.newContext({
    viewport: options.viewport ?? desk,
    locale: "zh-CN",
    timezoneId: options.timezoneId ?? "America/New_York",
    reducedMotion: options.reducedMotion ?? "no-preference",
  });
  const url = `http://${options.address}`;
  await context.addCookies([
    { name: sessionCookieName, value: options.token, url, httpOnly: true, sameSite: "Strict" },
  ]);
  if (options.before !== undefined) await context.addInitScript({ content: options.before });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const cdp = await context.newCDPSession(page);
  // Time on the processor, not on the clock: what others on the machine take from the page is not its own.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  if (options.throttle !== undefined) await throttle(cdp, options.throttle);
  await page.goto(new URL(options.path, url).href);
  const opened = { context, page, cdp, errors, close: () => context.close() };
  if (options.isBare !== true) await waitForLive(page);
  return opened;
}

/** The wall says it in a place of its own. */
export function waitForLive(page: Page, timeout = liveMsMax): Promise<void> {
  return page
    .locator('[data-testid="link-state"][data-state="live"], [data-testid="wall-link"][data-state="live"]')
    .first()
    .waitFor({ timeout });
}

export async function throttle(cdp: CDPSession, rate: number): Promise<void> {
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
}

/** By a change of the address inside the page, as a click on a link does it. */
export async function goInside(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, "", ${JSON.stringify(path)})`);
}

/** Asks the page until the expression is true; its policy forbids what Playwright would do in the page itself. */
export async function waitInside(page: Page, expression: string, deadlineMs = 30_000): Promise<void> {
  await waitFor(`${expression} in the page`, async () => Boolean(await page.evaluate(expression)), { deadlineMs });
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

export interface Metrics {
  readonly taskSeconds: number;
  readonly scriptSeconds: number;
  readonly at: number;
  readonly heapMb: number;
  readonly nodes: number;
  readonly listeners: number;
}

export async function readMetrics(cdp: CDPSession, isCollected = false): Promise<Metrics> {
  if (isCollected) await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const value = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    taskSeconds: value("TaskDuration"),
    scriptSeconds: value("ScriptDuration"),
    at: value("Timestamp"),
    heapMb: value("JSHeapUsedSize") / 1e6,
    nodes: value("Nodes"),
    listeners: value("JSEventListeners"),
  };
}

export interface Frames {
  readonly fps: number;
  readonly frames: number;
  readonly gapP99Ms: number;
  readonly gapMaxMs: number;
  readonly longTasks: number;
  readonly busyPercent: number;
  readonly scriptPercent: number;
  readonly scriptPerFrameMs: number;
}

function countFrames(seconds: number): string {
  return `new Promise((done) => {
    const gaps = [];
    let [begun, last, long] = [0, 0, 0];
    const watch = new PerformanceObserver((list) => (long += list.getEntries().length));
    watch.observe({ type: "longtask" });
    const onFrame = (at) => {
      if (last === 0) begun = at;
      else gaps.push(at - last);
      last = at;
      if (at - begun < ${seconds * 1000}) requestAnimationFrame(onFrame);
      else setTimeout(() => { long += watch.takeRecords().length; watch.disconnect(); done({ gaps, long }); }, 100);
    };
    requestAnimationFrame(onFrame);
  })`;
}

/** The page counts its own frames; how busy its thread was is told by Chromium over the same time. */
export async function measureFrames({ page, cdp }: MeasuredPage, seconds: number): Promise<Frames> {
  const before = await readMetrics(cdp, true);
  const counted = (await page.evaluate(countFrames(seconds))) as {
    readonly gaps: readonly number[];
    readonly long: number;
  };
  const after = await readMetrics(cdp);
  const sorted = counted.gaps.toSorted((a, b) => a - b);
  const spanMs = counted.gaps.reduce((sum, gap) => sum + gap, 0);
  const elapsed = after.at - before.at;
  const scriptSeconds = after.scriptSeconds - before.scriptSeconds;
  return {
    fps: (counted.gaps.length * 1000) / spanMs,
    frames: counted.gaps.length,
    gapP99Ms: percentile(sorted, 0.99),
    gapMaxMs: sorted.at(-1) ?? Number.NaN,
    longTasks: counted.long,
    busyPercent: ((after.taskSeconds - before.taskSeconds) * 100) / elapsed,
    scriptPercent: (scriptSeconds * 100) / elapsed,
    scriptPerFrameMs: (scriptSeconds * 1000) / Math.max(1, counted.gaps.length),
  };
}

/** Of few samples: the smallest one that `share` of all do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

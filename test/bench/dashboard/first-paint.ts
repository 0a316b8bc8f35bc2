// How soon the first alarm stands on the screen: from the start of the navigation to the second frame after the first row of
// the list is there, with a cold cache, with a warm one, and on a processor slowed down four times.

import type { Browser } from "playwright-core";
import type { Finding } from "./budget.ts";
import { type MeasuredPage, median, openPage, percentile, waitInside } from "./page.ts";
import type { Province } from "./province.ts";

const coldContexts = 10;
const warmVisits = 6;
const throttledContexts = 4;
const rate = 4;
const path = "/alarms?group=none";
const firstAlarmMsMax = 60_000;

/** Keeps the moment of the second frame after the first row, by the clock that began with the navigation. */
const watchFirstAlarm = `{
  const look = () => {
    if (document.querySelector('[data-testid="alarm-row"]') === null) return;
    watcher.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => (window.firstAlarmMs = performance.now())));
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
}`;

async function readFirstAlarm({ page }: Pick<MeasuredPage, "page">): Promise<number> {
  await waitInside(page, "window.firstAlarmMs > 0", firstAlarmMsMax);
  return Number(await page.evaluate("window.firstAlarmMs"));
}

async function visit(browser: Browser, province: Province, throttle?: number): Promise<number> {
  const opened = await openPage(browser, {
    address: province.address,
    token: province.token,
    path,
    before: watchFirstAlarm,
    isBare: true,
    ...(throttle === undefined ? {} : { throttle }),
  });
  try {
    return await readFirstAlarm(opened);
  } finally {
    await opened.close();
  }
}

async function visitAgain(browser: Browser, province: Province): Promise<number[]> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path, before: watchFirstAlarm });
  const times: number[] = [];
  try {
    for (let i = 0; i < warmVisits; i++) {
      await opened.page.goto(`http://${address}${path}`);
      times.push(await readFirstAlarm(opened));
    }
  } finally {
    await opened.close();
  }
  return times;
}

async function repeat(count: number, act: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await act());
  return times;
}

/** The budget of the cold start has a line for its median, too. */
const coldP50MsMax = 600;

export async function measureFirstPaint(
  browser: Browser,
  province: Province,
): Promise<Record<"B1" | "B2" | "B3", Finding>> {
  // The server's own first time is nobody's cold cache.
  await visit(browser, province);
  const cold = await repeat(coldContexts, () => visit(browser, province));
  const warm = await visitAgain(browser, province);
  const throttled = await repeat(throttledContexts, () => visit(browser, province, rate));
  const seen = `second frame after the first row of /alarms, ${province.openAlarms} open alarms, localhost, no other load`;
  const round = (times: readonly number[]): number[] => times.map(Math.round);
  const p50 = median(cold);
  return {
    B1: {
      value: Math.round(percentile(cold, 0.95)),
      isBesideTarget: p50 > coldP50MsMax,
      how: `${seen}; ${coldContexts} fresh contexts`,
      details: { p50: Math.round(p50), p50Target: coldP50MsMax, all: round(cold) },
    },
    B2: {
      value: Math.round(median(warm)),
      how: `${seen}; navigations after the first in one context, no service worker`,
      details: { all: round(warm) },
    },
    B3: {
      value: Math.round(median(throttled)),
      how: `${seen}; Emulation.setCPUThrottlingRate ${rate} from the first byte on, median of ${throttledContexts} fresh contexts`,
      details: { all: round(throttled) },
    },
  };
}

// How smoothly the screens move while the province sends: frames, gaps, long tasks and the share of the page's thread, at
// nominal load, at many times of it, while the list is scrolled, on a slow processor and on the wall. On a shared machine
// every figure is the best (frames) or the median (the rest) of three runs.

import type { Browser } from "playwright-core";
import type { Finding } from "./budget.ts";
import { type Frames, type MeasuredPage, measureFrames, median, openPage, pause, throttle } from "./page.ts";
import { nominal, type Nominal, type Province, stress } from "./province.ts";
import { readScriptPerFrame } from "./trace.ts";

const runs = 3;
const seconds = 10;
const warmUpMs = 3_000;
/** The page fetches the code of its other screens four seconds after it stands. */
const standsMs = 6_000;
/** The pace of costly pictures falls one level in five seconds. */
const adaptMs = 16_000;
const slowRate = 4;
const wheelEveryMs = 30;
const wheelPx = 400;

async function repeat(opened: MeasuredPage, count: number): Promise<Frames[]> {
  const all: Frames[] = [];
  for (let i = 0; i < count; i++) {
    all.push(await measureFrames(opened, seconds));
    await pause(warmUpMs);
  }
  return all;
}

function bestFps(all: readonly Frames[]): number {
  return round(Math.max(...all.map(({ fps }) => fps)));
}

function middle(all: readonly Frames[], read: (frames: Frames) => number): number {
  return round(median(all.map(read)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const says = ({ readingsPerSecond, alarmsPerSecond }: Nominal): string =>
  `${readingsPerSecond} readings/s and ${alarmsPerSecond} changes of alarms/s by MQTT through the whole program on the same machine, 1,211 sites on the map, 5,000 open alarms, 1920x1080, software rendering`;

function describe(all: readonly Frames[]): Record<string, unknown> {
  return {
    fpsAll: all.map(({ fps }) => round(fps)),
    gapP99Ms: middle(all, (frames) => frames.gapP99Ms),
    longTasks: middle(all, (frames) => frames.longTasks),
    busyPercent: middle(all, (frames) => frames.busyPercent),
    scriptPercent: middle(all, (frames) => frames.scriptPercent),
  };
}

type NominalId = "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7" | "C8";

export async function measureNominal(browser: Browser, province: Province): Promise<Record<NominalId, Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/overview" });
  const load = await province.load(nominal);
  try {
    await pause(standsMs);
    const all = await repeat(opened, runs);
    const script = await readScriptPerFrame(browser, opened, 5);
    const held = await load.stop();
    const how = `/overview, ${seconds} s after a warm-up, ${says(nominal)}`;
    const details = {
      heldReadingsPerSecond: Math.round(held.readingsPerSecond),
      heldAlarmsPerSecond: Math.round(held.alarmsPerSecond),
    };
    const of = (read: (frames: Frames) => number, what: string): Finding => ({
      value: middle(all, read),
      how: `${how}; ${what}, median of ${runs} runs`,
      details: { all: all.map((frames) => round(read(frames))) },
    });
    return {
      C1: { value: bestFps(all), how: `${how}; best of ${runs} runs`, details: { ...details, ...describe(all) } },
      C2: of((frames) => frames.gapP99Ms, "gaps between animation frames"),
      C3: of((frames) => frames.gapMaxMs, "gaps between animation frames"),
      C4: of((frames) => frames.longTasks, "tasks above 50 ms by PerformanceObserver"),
      C5: of((frames) => frames.busyPercent, "TaskDuration of Performance.getMetrics"),
      C6: of((frames) => frames.scriptPercent, "ScriptDuration of Performance.getMetrics"),
      C7: of((frames) => frames.scriptPerFrameMs, "ScriptDuration by frames"),
      C8: {
        value: round(script.maxMs),
        how: `${how}; script of the page's main thread between two animation frames in a trace of 5 s, which makes script slower itself (compare meanMs with C7)`,
        details: { meanMs: round(script.meanMs), frames: script.frames },
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

export async function measureStress(browser: Browser, province: Province): Promise<Record<"C9", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/overview" });
  const load = await province.load(stress);
  try {
    await pause(standsMs);
    const all = await repeat(opened, runs);
    const held = await load.stop();
    return {
      C9: {
        value: bestFps(all),
        how: `/overview, ${says(stress)}; best of ${runs} runs of ${seconds} s; held* says what the machine carried of it`,
        details: {
          heldReadingsPerSecond: Math.round(held.readingsPerSecond),
          heldAlarmsPerSecond: Math.round(held.alarmsPerSecond),
          ...describe(all),
        },
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

export async function measureScrolling(browser: Browser, province: Province): Promise<Record<"C10", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/alarms?group=none" });
  const { page } = opened;
  const load = await province.load(nominal);
  try {
    await page.locator(".alarm-scroll").hover();
    await pause(standsMs);
    const all: Frames[] = [];
    for (let i = 0; i < runs; i++) {
      let turning = true;
      const measured = measureFrames(opened, seconds).finally(() => (turning = false));
      for (let n = 0; turning; n++) {
        await page.mouse.wheel(0, n % 200 < 100 ? wheelPx : -wheelPx);
        await pause(wheelEveryMs);
      }
      all.push(await measured);
    }
    return {
      C10: {
        value: bestFps(all),
        how: `/alarms, the wheel turned by ${wheelPx} px every ${wheelEveryMs} ms, down and up, ${says(nominal)}; best of ${runs} runs of ${seconds} s`,
        details: describe(all),
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

/** The page tells its worker of every flush it has taken; with it the list is drawn anew. */
const countFlushes = `{
  window.flushes = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message?.type === "taken") window.flushes++;
    return post.call(this, message, ...rest);
  };
}`;
const flushSeconds = 5;

async function readFlushes({ page }: MeasuredPage): Promise<number> {
  return Number(await page.evaluate("window.flushes"));
}

export async function measureThrottled(browser: Browser, province: Province): Promise<Record<"C11", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/overview", before: countFlushes });
  const load = await province.load(nominal);
  try {
    await throttle(opened.cdp, slowRate);
    await pause(standsMs + adaptMs);
    const all = await repeat(opened, runs);
    const [flushesBefore, begunAt] = [await readFlushes(opened), performance.now()];
    await pause(flushSeconds * 1000);
    const listHertz = ((await readFlushes(opened)) - flushesBefore) / ((performance.now() - begunAt) / 1000);
    return {
      C11: {
        value: bestFps(all),
        how: `/overview, Emulation.setCPUThrottlingRate ${slowRate}, after ${(standsMs + adaptMs) / 1000} s in which the pace adapts, ${says(nominal)}; best of ${runs} runs of ${seconds} s`,
        details: { listPerSecond: round(listHertz), ...describe(all) },
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

export async function measureWall(browser: Browser, province: Province): Promise<Record<"C12", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/wall", viewport: { width: 3_840, height: 2_160 } });
  const load = await province.load(nominal);
  try {
    await pause(standsMs);
    const all = await repeat(opened, runs);
    return {
      C12: {
        value: bestFps(all),
        how: `/wall in 3840x2160, ${says(nominal)}; best of ${runs} runs of ${seconds} s`,
        details: describe(all),
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

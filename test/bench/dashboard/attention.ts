// What reaches a person's eyes and ears: how fast anything flashes, how often a screen reader is spoken to, how soon old values
// look old, and how many rows a flood of a thousand alarms takes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { staleAfterMs } from "#domain/site.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { beyond } from "./alarm-load.ts";
import type { Finding } from "./budget.ts";
import { openPage, pause } from "./page.ts";
import { alarmLimit, intervalSeconds, nominal, type Province } from "./province.ts";

const styles = join(import.meta.dirname, "../../../dashboard/style");
const regionSeconds = 30;
const regionWindowMs = 5_000;

/** "1s steps(1) infinite" → once a second; an animation that ends is no flash. */
export function findFlashHertz(css: string): number {
  let fastest = 0;
  for (const [, value = ""] of css.matchAll(/animation(?:-duration)?:\s*([^;}]+)/g)) {
    if (!value.includes("infinite")) continue;
    const [, amount = "0", unit = "s"] = /(?:^|\s)([\d.]+)(ms|s)\b/.exec(value) ?? [];
    const seconds = Number(amount) / (unit === "ms" ? 1000 : 1);
    if (seconds > 0) fastest = Math.max(fastest, 1 / seconds);
  }
  return fastest;
}

export async function measureFlash(browser: Browser, province: Province): Promise<Record<"F7", Finding>> {
  const css = readdirSync(styles).map((name) => readFileSync(join(styles, name), "utf8"));
  const hertz = Math.max(...css.map(findFlashHertz));
  const running = async (reducedMotion: "reduce" | "no-preference"): Promise<number> => {
    const { address, token } = province;
    const { page, close } = await openPage(browser, { address, token, path: "/alarms?group=none", reducedMotion });
    try {
      await page.getByTestId("alarm-row").first().waitFor();
      return Number(
        await page.evaluate(
          "document.getAnimations().filter((each) => each.effect.getTiming().iterations === Infinity).length",
        ),
      );
    } finally {
      await close();
    }
  };
  const [moving, reduced] = [await running("no-preference"), await running("reduce")];
  return {
    F7: {
      // Anything that still moves for somebody who asked for none is as bad as a fast flash.
      value: reduced > 0 ? Number.POSITIVE_INFINITY : hertz,
      how: `endless animations in ${css.length} style sheets; running ones on /alarms with and without prefers-reduced-motion`,
      details: { running: moving, runningWithReducedMotion: reduced },
    },
  };
}

const priorities = 4;

/** By what a mark is told apart when there is no colour: its outline and its digit. */
const readMarks = `[...document.querySelectorAll(".counts .mark")].map((mark) => {
  const drawn = [...mark.querySelectorAll("svg *")].map((part) => part.tagName +
    ["d", "points", "x", "y", "r", "width", "height", "transform"].map((name) => part.getAttribute(name)).join());
  return drawn.join() + " " + (mark.querySelector(".mark-digit")?.textContent ?? "");
})`;

export async function measureMarks(browser: Browser, province: Province): Promise<Record<"F6", Finding>> {
  const { address, token } = province;
  const { page, close } = await openPage(browser, { address, token, path: "/overview" });
  try {
    const marks = (await page.evaluate(readMarks)) as readonly string[];
    const shapes = new Set(marks.map((mark) => mark.slice(0, mark.lastIndexOf(" "))));
    const digits = new Set(marks.map((mark) => mark.slice(mark.lastIndexOf(" ") + 1)).filter((digit) => digit !== ""));
    return {
      F6: {
        value: priorities - Math.min(shapes.size, digits.size),
        how: "marks of the four priorities in the header: outlines and digits that are like another's; pictures without colour were looked at by nobody",
        details: { shapes: shapes.size, digits: digits.size },
      },
    };
  } finally {
    await close();
  }
}

const watchRegions = `window.regionsAt = [];
  for (const region of document.querySelectorAll('[aria-live="polite"], [role="status"]')) {
    new MutationObserver(() => window.regionsAt.push(performance.now()))
      .observe(region, { childList: true, subtree: true, characterData: true });
  }
  window.regionsAt.length`;

/** Under load; by the way, how soon the screens say that it has stopped. */
export async function measureRegionsAndStaleness(
  browser: Browser,
  province: Province,
): Promise<Record<"F8" | "F11", Finding>> {
  const { address, token, quiet } = province;
  const [site] = quiet.slice(1);
  const screens = await Promise.all(
    [
      { name: "overview", path: "/overview", stale: ".city-table tfoot td:nth-of-type(2)" },
      { name: "site", path: `/sites/${site?.username ?? ""}`, stale: ".site-age.is-stale" },
      { name: "alarms", path: "/alarms?group=none", stale: null },
    ].map(async (screen) => ({ ...screen, opened: await openPage(browser, { address, token, path: screen.path }) })),
  );
  const load = await province.load(nominal);
  try {
    await pause(8_000);
    for (const { opened } of screens) await opened.page.evaluate(watchRegions);
    await pause(regionSeconds * 1000);
    let most = 0;
    const perScreen: Record<string, number> = {};
    for (const { name, opened } of screens) {
      const times = (await opened.page.evaluate("window.regionsAt")) as readonly number[];
      const own = Math.max(
        0,
        ...times.map((at) => times.filter((other) => other >= at && other < at + regionWindowMs).length),
      );
      perScreen[name] = own;
      most = Math.max(most, own);
    }
    const before = await readStale(screens);
    await load.stop();
    const dueMs = staleAfterMs(intervalSeconds);
    const late: Record<string, number> = {};
    for (const { name, opened, stale } of screens) {
      if (stale === null) continue;
      const lastAt = await readLast(province, site?.username ?? "");
      await waitFor(
        `${name} to look stale`,
        async () => {
          const now = (await readStale([{ name, opened, stale }]))[name] ?? 0;
          return now > (before[name] ?? 0) + (name === "overview" ? quiet.length * 0.9 : 0);
        },
        { deadlineMs: 30_000, everyMs: 50 },
      );
      late[name] = Math.round((Date.now() - lastAt - dueMs) / 10) / 100;
    }
    return {
      F8: {
        value: most,
        how: `MutationObserver on every polite live region for ${regionSeconds} s under ${nominal.alarmsPerSecond} changes of alarms/s; most changes of one region's screen within ${regionWindowMs / 1000} s`,
        details: { perScreen },
      },
      F11: {
        value: Math.max(0, ...Object.values(late)),
        how: `all ${quiet.length} sites fall silent; from the last reading until the overview counts nine tenths of them as stale and the site's page hatches its age, less twice the interval of ${intervalSeconds} s and 5 s`,
        details: { secondsBeyond: late },
      },
    };
  } finally {
    await load.stop();
    for (const { opened } of screens) await opened.close();
  }
}

interface StaleScreen {
  readonly name: string;
  readonly stale: string | null;
  readonly opened: Awaited<ReturnType<typeof openPage>>;
}

/** How many sites the screen calls stale; a site's page: 1 when it says so. */
async function readStale(screens: readonly StaleScreen[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, opened, stale } of screens) {
    if (stale === null) continue;
    const script = `(() => {
      const element = document.querySelector(${JSON.stringify(stale)});
      return element === null ? 0 : ${name === "overview"} ? Number(element.textContent) : 1;
    })()`;
    counts[name] = Number(await opened.page.evaluate(script));
  }
  return counts;
}

async function readLast({ system }: Province, site: string): Promise<number> {
  const values = Object.values(await system.api.latest(site));
  return Math.max(...values.map(({ time }) => Date.parse(time)));
}

const floodSites = 25;
const floodFactors = 40;
const floodSeconds = 60;

/** On a system of its own: what stands there already would be grouped along. */
export async function measureFlood(browser: Browser, codes: readonly string[]): Promise<Record<"F13", Finding>> {
  const system = await startSystem();
  const devices: Device[] = [];
  const factors = codes.slice(0, floodFactors);
  try {
    for (let i = 0; i < floodSites; i++) {
      const id = `FLOOD-${i + 1}`;
      const given = await system.api.createSite(id, { factors, intervalSeconds: 3600 });
      const limits = factors.map((factor) => ({
        site: id,
        factor,
        basis: "realtime",
        max: alarmLimit,
        from: 0,
        reason: "permit",
      }));
      await system.api.call("POST", "/api/v1/limits/import", { limits });
      devices.push(await connectDevice(system.addresses.mqtt, given));
    }
    const opened = await openPage(browser, {
      address: system.addresses.http,
      token: system.api.token,
      path: "/alarms",
    });
    try {
      const rowCount = async (): Promise<number> =>
        Number(await opened.page.locator("[role=grid]").getAttribute("aria-rowcount")) - 1;
      let most = 0;
      const messages = floodSites * floodFactors;
      const begunAt = performance.now();
      let grouped = false;
      for (let sent = 0; sent < messages; sent++) {
        const factor = factors[Math.floor(sent / floodSites) % factors.length] ?? "";
        await devices[sent % floodSites]?.send({ [factor]: beyond });
        grouped ||= (await opened.page.getByTestId("flood-banner").count()) > 0;
        if (grouped && sent % 20 === 0) most = Math.max(most, await rowCount());
        const dueMs = ((sent + 1) * floodSeconds * 1000) / messages;
        await pause(Math.max(0, dueMs - (performance.now() - begunAt)));
      }
      await pause(1_000);
      const last = await rowCount();
      const firstGroup = await opened.page.getByTestId("alarm-group").first().textContent();
      return {
        F13: {
          value: Math.max(most, last),
          how: `${messages} alarms of ${floodSites} sites raised over ${Math.round((performance.now() - begunAt) / 1000)} s on an empty system; rows of the console by itself, nothing chosen, from the moment it calls it a flood`,
          details: { atTheEnd: last, groupedByItself: grouped, firstGroup },
        },
      };
    } finally {
      await opened.close();
    }
  } finally {
    for (const device of devices) await device.end();
    await system.close();
  }
}

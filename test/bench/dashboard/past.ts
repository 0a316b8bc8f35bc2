// How long somebody who judges waits for the past: a month of one series and five years of four, asked for inside the open
// history screen, each time another stretch, until the picture of the answer is painted.

import type { Browser } from "playwright-core";
import { dayMs } from "#domain/time.ts";
import { outfallFactors } from "../values.ts";
import type { Finding } from "./budget.ts";
import { openPage, pause, percentile } from "./page.ts";
import type { Province } from "./province.ts";

const monthTurns = 20;
const yearsTurns = 8;
const warmUps = 2;
const pictureMsMax = 30_000;

/** The label of the chart names the window of the answer it shows: another window, another label. */
const askInside = `(address, marks) => new Promise((done, fail) => {
  const labels = () => [...document.querySelectorAll(".history-chart-host")].map((host) => host.getAttribute("aria-label"));
  const before = new Set(labels());
  const begunAt = performance.now();
  const watcher = new MutationObserver(() => {
    const now = labels();
    if (now.length === 0 || now.some((label) => before.has(label))) return;
    watcher.disconnect();
    clearTimeout(timer);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begunAt)));
  });
  const timer = setTimeout(() => fail(new Error("no picture")), ${pictureMsMax});
  watcher.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });
  history.pushState(null, "", address);
})`;

export async function measurePast(browser: Browser, province: Province): Promise<Record<"B7" | "B8", Finding>> {
  const { address, token, pastSite } = province;
  const opened = await openPage(browser, { address, token, path: "/history" });
  const { page } = opened;
  const end = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
  const ask = async (factors: readonly string[], from: number, to: number): Promise<number> => {
    const series = factors.map((factor) => `${pastSite}.${factor}.mean`).join(",");
    const path = `/history?s=${series}&from=${from}&to=${to}`;
    const ms = Number(await page.evaluate(`(${askInside})(${JSON.stringify(path)})`));
    await pause(100);
    return ms;
  };
  const repeat = async (turns: number, act: (turn: number) => Promise<number>): Promise<number[]> => {
    const times: number[] = [];
    for (let turn = 0; turn < turns + warmUps; turn++) {
      const ms = await act(turn);
      if (turn >= warmUps) times.push(ms);
    }
    return times;
  };
  const points = async (): Promise<string[]> =>
    (await page.evaluate(
      "[...document.querySelectorAll('[data-testid=stats-row]')].map((row) => row.dataset.points)",
    )) as string[];
  try {
    await pause(3_000);
    const month = await repeat(monthTurns, (turn) => {
      const to = end - turn * 31 * dayMs;
      return ask(outfallFactors.slice(0, 1), to - 30 * dayMs, to);
    });
    const monthPoints = await points();
    const years = await repeat(yearsTurns, (turn) => {
      const to = end - turn * dayMs;
      return ask(outfallFactors.slice(0, 4), to - (5 * 365 - 20) * dayMs, to);
    });
    const yearsPoints = await points();
    const how =
      "from the change of the address inside /history to the second frame after the picture of that window; DuckDB with five years of hourly and daily means; no other load";
    const details = (times: readonly number[], drawn: readonly string[]) => ({
      p95: Math.round(percentile(times, 0.95)),
      max: Math.round(Math.max(...times)),
      points: drawn,
    });
    return {
      B7: {
        value: Math.round(percentile(month, 0.5)),
        how: `${how}; median of ${monthTurns} months`,
        details: details(month, monthPoints),
      },
      B8: {
        value: Math.round(percentile(years, 0.5)),
        how: `${how}; median of ${yearsTurns} stretches`,
        details: details(years, yearsPoints),
      },
    };
  } finally {
    await opened.close();
  }
}

// The history explorer as a regulator uses it: find a site, choose factors, see a spike in a day, zoom in, compare, read the
// table, take the file away; in both languages, by mouse and by keyboard, and with what is empty, too much or missing.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { formatLocal } from "#domain/time.ts";
import { waitFor } from "#test/harness/wait.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const site = "HIS.130200-1";
const other = "HIS-130200-2";
const spike = 987.5;
const minutes = 180;

/** Three hours up to now: a reading every twenty seconds, one of them a spike, a few of them flagged. */
beforeAll(async () => {
  const device = await stage.addSite(site, { w01018: 50, w21003: 5 }, { intervalSeconds: 10 });
  await stage.addSite(other, { w01018: 50 }, { intervalSeconds: 10 });
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const frames = Array.from({ length: minutes * 3 }, (_, i) => {
    const time = now - minutes * 60_000 + i * 20_000;
    const value = i === 100 ? spike : 20 + (i % 7);
    return {
      time,
      values: {
        w01018: value,
        w21003: i % 50 === 3 || i === minutes * 3 - 4 ? { value: 1, flag: "C" } : 1 + (i % 3) / 10,
      },
    };
  });
  for (let i = 0; i < frames.length; i += 60) await device.sendRaw(JSON.stringify(frames.slice(i, i + 60)));
  await waitFor(
    "the minutes to be closed",
    async () => {
      const range = { from: now - minutes * 60_000, to: now, interval: "1m" } as const;
      return (await stage.system.api.history(site, "w21003", range)).length >= minutes - 1;
    },
    { deadlineMs: 60_000 },
  );
}, 120_000);

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const resolution = (page: Page, interval: string) =>
  page.getByTestId("resolution").and(page.locator(`[data-interval="${interval}"]`));
const stats = (page: Page, series: string) =>
  page.getByTestId("stats-row").and(page.locator(`[data-series="${series}"]`));

describe.each([
  {
    language: "zh-CN",
    query: "lang=",
    find: "查找站点：编号或名称",
    says: /1 分钟均值，带最小–最大包络/,
    earliest: /此区间没有数据; 最早 20/,
    there: "跳到那里",
    auto: "改用自动分辨率",
  },
  {
    language: "en",
    query: "lang=en",
    find: "Find a site: id or name",
    says: /1 min buckets, mean with min–max/,
    earliest: /No data in this range; earliest 20/,
    there: "Go there",
    auto: "Use the automatic resolution",
  },
])("the explorer in $language", ({ language, query, find, says, earliest, there, auto }) => {
  it("leads from nothing to a day of a factor in which the spike is seen, and says its resolution", async () => {
    const { page, errors } = await stage.open(`/history?${query}`);
    await shoot(page, `history-start-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    await page.getByRole("searchbox", { name: find }).fill("his.13");
    await page
      .getByTestId("pick-site")
      .and(page.locator(`[data-site="${site}"]`))
      .click();
    await page.locator('[data-factor="w01018"]').check();
    await resolution(page, "1m").waitFor();
    expect(await page.getByTestId("resolution").textContent()).toMatch(says);
    await page.locator('[data-factor="w21003"]').check();
    await page.locator('[data-testid="history-chart"]').first().locator("canvas").waitFor();
    expect(new URL(page.url()).searchParams.get("s")).toBe(`${site}.w01018.mean,${site}.w21003.mean`);
    // The mean of its minute hides the spike; the largest value of the window does not.
    await stats(page, `${site}.w01018`)
      .filter({ hasText: String(spike) })
      .waitFor();
    // Not all of its readings count: some carry a flag.
    await stats(page, `${site}.w21003`)
      .filter({ hasText: /52\d \/ 5(3\d|40)/ })
      .waitFor();
    await shoot(page, `history-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(errors).toEqual([]);
  });

  it("says of an empty range since when there is data, and leads there", async () => {
    const { page, errors } = await stage.open(`/history?${query}&s=${site}.w01018.mean&from=2021-03-01&to=2021-03-02`);
    await stats(page, `${site}.w01018`).filter({ hasText: earliest }).waitFor();
    await shoot(page, `history-empty-${language}`);
    await page.getByRole("button", { name: there }).click();
    await page.locator(`[data-testid="stats-row"]:not([data-points="0"])`).waitFor();
    expect(errors).toEqual([]);
  });

  it("draws no more points than a picture holds, and offers what fits", async () => {
    const { page } = await stage.open(`/history?${query}&s=${site}.w01018.mean&from=now-60d&step=1m`);
    await page.getByRole("button", { name: auto }).click();
    await resolution(page, "1h").waitFor();
  });
});

describe("a drag over the chart", () => {
  it("zooms in: the server picks a finer resolution, and the old picture stays until the new one is there", async () => {
    const { page } = await stage.open(`/history?s=${site}.w01018.mean&from=now-24h`);
    await resolution(page, "1m").waitFor();
    const chart = page.getByTestId("history-chart");
    const over = chart.locator(".u-over");
    const box = await over.boundingBox();
    if (box === null) throw new Error("the chart has no place");
    await chart.evaluate((element) => element.setAttribute("data-kept", "yes"));
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + 50, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL((url) => /^\d+$/.test(url.searchParams.get("from") ?? ""));
    await resolution(page, "raw").waitFor();
    expect(await chart.getAttribute("data-kept")).toBe("yes");
    const length = await page.evaluate(
      "Number(new URLSearchParams(location.search).get('to')) - Number(new URLSearchParams(location.search).get('from'))",
    );
    expect(Number(length) / 3_600_000).toBeCloseTo(1.2, 0);
    await shoot(page, "history-zoomed");
  });

  it("gives up what was asked for before when something else is chosen, on a slow line too", async () => {
    const { page } = await stage.open(`/history?s=${site}.w01018.mean&from=now-24h`);
    await resolution(page, "1m").waitFor();
    await page.route("**/api/v1/history?**", async (route) => {
      await new Promise((done) => setTimeout(done, 1_500));
      // A request that was given up meanwhile cannot be continued.
      await route.continue().catch(() => undefined);
    });
    const given: string[] = [];
    page.on("requestfailed", (request) => given.push(request.failure()?.errorText ?? ""));
    const asked = page.waitForRequest((request) => request.url().includes("/api/v1/history?"));
    await page.getByRole("button", { name: "7 天" }).click();
    await asked;
    expect(await page.getByTestId("history-chart").count()).toBe(1);
    await page.getByRole("button", { name: "30 天" }).click();
    await waitFor("the first request to be given up", () => given.some((text) => text.includes("ABORTED")), {
      deadlineMs: 3_000,
    });
    await resolution(page, "1h").waitFor();
  });
});

describe("the other ways to look", () => {
  it("compares with the window before: twice the lines, and the change of the mean", async () => {
    const { page } = await stage.open(`/history?s=${site}.w01018.mean&from=now-1h&compare=window&step=1m`);
    await page.locator('[data-testid="history-chart"][data-lines="2"]').waitFor();
    await stats(page, `${site}.w01018`)
      .filter({ hasText: /\([+−]\d+\.\d%\)/ })
      .waitFor();
    await shoot(page, "history-compared");
  });

  it("splits the axes, and never puts two units on one", async () => {
    const series = [`${site}.w01018.mean`, `${site}.w21003.max`, `${other}.w01018.mean`].join(",");
    const { page } = await stage.open(`/history?s=${series}&from=now-6h`);
    await page.getByTestId("history-chart").first().waitFor();
    expect(await page.getByTestId("history-chart").count()).toBe(1);
    await page.getByLabel("坐标轴").selectOption("split");
    await waitFor("a chart each", async () => (await page.getByTestId("history-chart").count()) === 3, {
      deadlineMs: 3_000,
    });
  });

  it("shows the same as a table by one key, with the flags, and gives it away as a file", async () => {
    const { page } = await stage.open(`/history?s=${site}.w01018.mean,${site}.w21003.mean&from=now-2h`);
    await page.getByTestId("stats-row").first().waitFor();
    await page.keyboard.press("t");
    await page.getByTestId("history-row").first().waitFor();
    await page.getByRole("table").getByText("C", { exact: true }).first().waitFor();
    expect(await page.getByTestId("history-row").count()).toBeLessThan(60);
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "history-table");
    await page.getByRole("button", { name: /下载 CSV/ }).click();
    const address = await page.getByTestId("csv").getAttribute("href");
    const file = await page.request.get(new URL(address ?? "", page.url()).href);
    expect(file.headers()["content-disposition"]).toContain("attachment");
    const lines = (await file.text()).trim().split("\r\n");
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.filter((line) => line.includes("w21003") && line.endsWith(",C")).length).toBeGreaterThan(0);
  });

  it("is used by the keyboard alone", async () => {
    const { page, errors } = await stage.open("/history");
    await page.getByRole("searchbox", { name: "查找站点：编号或名称" }).focus();
    await page.keyboard.type("HIS.130200-1");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator('[data-factor="w01018"]').waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await resolution(page, "1m").waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("[");
    await page.waitForURL((url) => /^\d+$/.test(url.searchParams.get("from") ?? ""));
    await page.keyboard.press("l");
    await page.waitForURL((url) => !url.searchParams.has("from"));
    expect(errors).toEqual([]);
  });
});

describe("what is wrong", () => {
  it("with one series does not take the others along", async () => {
    const { page } = await stage.open(`/history?s=NOPE.w01018.mean,${site}.w01018.mean,rubbish&from=now-1h`);
    await page.getByTestId("partial").filter({ hasText: "2 条序列中有 1 条" }).waitFor();
    await stats(page, `${site}.w01018`).filter({ hasText: "原始读数" }).waitFor();
    await page.getByText(/已忽略：rubbish/).waitFor();
    await shoot(page, "history-partial");
    expect(await findingsOf(page)).toEqual([]);
  });

  it("with all of them is said with the number of the request and a way to try again", async () => {
    const { page } = await stage.open("/history?s=NOPE.w01018.mean&lang=en");
    const alert = page.getByRole("alert").filter({ hasText: "Loading history failed" });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/there is no site NOPE \(request .+\)/);
    expect(await alert.getByRole("button").count()).toBe(1);
  });
});

describe("wherever the browser believes to be", () => {
  it("times are those of UTC+8", async () => {
    const path = `/history?s=${site}.w01018.mean&view=table&from=now-2h&to=now-1h`;
    const texts = [];
    for (const timezoneId of ["Asia/Shanghai", "America/New_York"]) {
      const { page } = await stage.open(path, { timezoneId });
      await page.getByTestId("history-row").first().waitFor();
      const shown = (await page.getByTestId("history-row").first().textContent()) ?? "";
      const window = (await page.locator(".time-window").textContent()) ?? "";
      texts.push(`${shown.slice(0, 13)} ${window.slice(0, 13)}`);
    }
    expect(texts[1]).toBe(texts[0]);
    expect(texts[0]).toContain(formatLocal(Date.now() - 3_600_000).slice(0, 10));
  });

  it.each(["room", "wall"])("theme %s has no findings of axe", async (theme) => {
    const { page } = await stage.open(`/history?s=${site}.w01018.mean,${site}.w21003.mean&theme=${theme}&from=now-3h`);
    await page.getByTestId("stats-row").first().waitFor();
    await page.getByTestId("history-chart").first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, `history-${theme}`);
  });
});

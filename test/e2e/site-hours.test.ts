// The page of a site as a regulator uses it: the hours of a month told apart, by pointer, by keyboard and as a table; the numbers
// of a stretch; the file by a key; the way to the explorer of the history from the chart and from an alarm.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, formatDay, hourMs, minuteMs } from "#domain/time.ts";
import { waitFor } from "#test/harness/wait.ts";
import { alarmRow, openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
const site = "HOURS-1";
/** Today's or, early in a month, last month's: a day that is over and has neighbours before it. */
const day = dayStart(Date.now()) - 2 * dayMs;
const month = formatDay(day).slice(0, 7);
const dayPlace = Number(formatDay(day).slice(8)) - 1;

/** Six hours of that day: within, beyond, all flagged, half of the readings only, nothing, within again. */
beforeAll(async () => {
  const device = await stage.addSite(site, { w01018: 1e6 }, { intervalSeconds: 600 });
  await stage.system.api.putLimit(site, "w01018", 50, "hour");
  const hours: readonly (readonly { readonly value: number; readonly flag: string }[])[] = [
    Array.from({ length: 6 }, () => ({ value: 40, flag: "N" })),
    Array.from({ length: 6 }, (_, i) => ({ value: 60 + i, flag: "N" })),
    Array.from({ length: 6 }, () => ({ value: 45, flag: "M" })),
    Array.from({ length: 3 }, () => ({ value: 41, flag: "N" })),
    [],
    Array.from({ length: 6 }, () => ({ value: 42, flag: "N" })),
  ];
  const frames = hours.flatMap((readings, hour) =>
    readings.map((reading, i) => ({ time: day + hour * hourMs + i * 10 * minuteMs, values: { w01018: reading } })),
  );
  await device.sendRaw(JSON.stringify(frames));
  await waitFor(
    "the hours to be closed",
    async () => {
      const range = { from: day, to: day + dayMs, interval: "1h" } as const;
      return (await stage.system.api.history(site, "w01018", range)).length === 5;
    },
    { deadlineMs: 60_000 },
  );
}, 120_000);

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const says = (page: Page) => page.getByTestId("month-hour");
const legend = (page: Page, state: string) => page.locator(`.month-legend [data-state="${state}"]`);

describe.each([
  {
    lang: "zh-CN",
    query: "",
    words: ["达标", "超限", "无效", "无效", "缺失"],
    exceeded: /超限 均值 62\.5 \/ 50 mg\/L 有效 6\/6/,
    table: "表格",
    over: "01",
    judged: "小时均值按小时限值判定",
  },
  {
    lang: "en",
    query: "lang=en&",
    words: ["within", "over the limit", "invalid", "invalid", "missing"],
    exceeded: /over the limit Mean 62\.5 \/ 50 mg\/L valid 6\/6/,
    table: "Table",
    over: "01",
    judged: "Hourly means against the hourly limit",
  },
])("the hours of a month in $lang", ({ lang, query, words, exceeded, table, over, judged }) => {
  it("are within the limit, beyond it, invalid or missing, whichever way one looks", async () => {
    const { page, errors } = await stage.open(`/sites/${site}?${query}month=${month}`);
    const strip = page.getByTestId("month-strip");
    await legend(page, "exceeded").and(page.locator('[data-hours="1"]')).waitFor();
    expect(await legend(page, "ok").getAttribute("data-hours")).toBe("2");
    expect(await legend(page, "invalid").getAttribute("data-hours")).toBe("2");
    expect(await page.locator(".month-legend").textContent()).toContain(judged);

    // By the keyboard: to that day, then hour by hour.
    await strip.focus();
    await page.keyboard.press("ArrowLeft");
    for (let i = 0; i < 31; i += 1) await page.keyboard.press("ArrowLeft");
    for (let i = 0; i < dayPlace; i += 1) await page.keyboard.press("ArrowRight");
    for (let i = 0; i < 24; i += 1) await page.keyboard.press("ArrowUp");
    for (const [hour, word] of words.entries()) {
      await says(page)
        .filter({ hasText: `${formatDay(day)} 0${hour}:00` })
        .filter({ hasText: word })
        .waitFor();
      if (hour === 1) expect(await says(page).textContent()).toMatch(exceeded);
      await page.keyboard.press("ArrowDown");
    }
    await shoot(page, `site-hours-${lang}`);
    expect(await findingsOf(page)).toEqual([]);

    await page.getByTestId("month").getByRole("button", { name: table }).click();
    const row = page
      .getByTestId("month")
      .getByRole("row")
      .filter({ hasText: formatDay(day) });
    expect((await row.getByRole("cell").allTextContents()).slice(0, 3)).toEqual(["2", over, "02–03"]);
    expect(new URL(page.url()).searchParams.get("hours")).toBe("table");
    expect(await findingsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});

it("an hour that is clicked shows its day in the chart, and months are walked through by buttons", async () => {
  const { page } = await stage.open(`/sites/${site}?month=${month}`);
  await legend(page, "exceeded").and(page.locator('[data-hours="1"]')).waitFor();
  const box = await page.getByTestId("month-strip").boundingBox();
  const days = await page.locator(".month-days span").count();
  if (box === null) throw new Error("the strip has no place");
  await page.mouse.click(box.x + ((dayPlace + 0.5) / days) * box.width, box.y + (1.5 / 24) * box.height);
  await page.waitForURL((url) => url.searchParams.get("from") === String(day));
  expect(new URL(page.url()).searchParams.get("to")).toBe(String(day + dayMs));
  await page.getByRole("button", { name: "上一个月" }).click();
  await page.waitForURL((url) => url.searchParams.get("month") !== month);
  await legend(page, "exceeded").and(page.locator('[data-hours="0"]')).waitFor();
});

describe("the chart of that day", () => {
  const path = `/sites/${site}?factor=w01018&from=${day}&to=${day + 6 * hourMs}`;

  it("says least, mean, most and how many readings count of a stretch that was drawn over it", async () => {
    const { page } = await stage.open(path);
    const box = await page.locator(".site-chart .u-over").boundingBox();
    if (box === null) throw new Error("the chart has no place");
    // The first two hours: twelve readings, all of them valid.
    await page.mouse.move(box.x + 1, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + (2 / 6) * box.width - 2, box.y + 40, { steps: 5 });
    await page.mouse.up();
    const stretch = page.getByTestId("stretch");
    await stretch.waitFor();
    expect(await stretch.textContent()).toMatch(/最小 40\.0.*均值 5[12]\.\d.*最大 65\.0.*有效 1[12]\/1[12]/);
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("]");
    await page.waitForURL((url) => url.searchParams.get("from") === String(day + 6 * hourMs));
    await page.keyboard.press("[");
    await page.waitForURL((url) => url.searchParams.get("from") === String(day));
    await page.keyboard.press("t");
    await page.locator(".means").waitFor();
  });

  it("is taken away as a file by the key e, and looked at in the explorer with the same factor and time", async () => {
    const { page } = await stage.open(path);
    await page.locator(".site-chart .u-over").waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    const download = page.waitForEvent("download");
    await page.keyboard.press("e");
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    await page.getByTestId("open-history").click();
    await page.waitForURL((url) => url.pathname === "/history");
    const { searchParams } = new URL(page.url());
    expect(searchParams.get("s")).toBe(`${site}.w01018.mean`);
    expect([searchParams.get("from"), searchParams.get("to")]).toEqual([String(day), String(day + 6 * hourMs)]);
    await page.locator(`[data-testid="stats-row"][data-series="${site}.w01018"]:not([data-points="0"])`).waitFor();
  });
});

it("an alarm leads to its factor in the explorer, over the two hours around its beginning", async () => {
  const device = await stage.addSite("HOURS-ALARM", { w21003: 5 }, { intervalSeconds: 10 });
  await device.send({ w21003: 8 });
  const [alarm] = await openAlarms(stage, "HOURS-ALARM", 1);
  const { page } = await stage.open("/alarms?lang=en&group=none");
  await alarmRow(page, alarm?.id ?? "")
    .locator(".cell-factor")
    .click();
  await page.getByRole("complementary").getByTestId("open-history").click();
  await page.waitForURL((url) => url.pathname === "/history");
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("s")).toBe("HOURS-ALARM.w21003.mean");
  const [from, to] = [Number(searchParams.get("from")), Number(searchParams.get("to"))];
  expect(to - from).toBe(2 * hourMs);
  const onset = Date.parse(alarm?.onset ?? "");
  expect(from < onset && onset < to).toBe(true);
  await page.locator('[data-testid="stats-row"]:not([data-points="0"])').waitFor();
});

it("the explorer compares a window with the same dates of the month before", async () => {
  const { page } = await stage.open(
    `/history?s=${site}.w01018.mean&from=${formatDay(day)}&to=${formatDay(day)}&compare=month&lang=en`,
  );
  await page.locator('[data-testid="history-chart"][data-lines="2"]').waitFor();
  const before = new Date(day + 8 * hourMs);
  before.setUTCMonth(before.getUTCMonth() - 1);
  const text = await page.getByTestId("resolution").textContent();
  expect(text).toContain(`dotted = ${before.toISOString().slice(0, 8)}`);
  expect(await page.getByLabel("Compare").inputValue()).toBe("month");
});

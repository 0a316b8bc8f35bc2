// Exceedances, the sheet that explains one, and marks, in a real browser on the real program: what stands there is what a person
// can work out by hand from what the sites sent.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn, shoot } from "./device-stage.ts";
import {
  beyondHour,
  calibrated,
  fitsEverywhere,
  judgedDate,
  judgedDay,
  type JudgementStage,
  setJudgementStage,
  sewer,
  stack,
} from "./judgement-stage.ts";

const hourMs = 3_600_000;
const hourStart = judgedDay + beyondHour * hourMs;
const stackId = `${stack}:a21002:hour:${hourStart}`;
const sewerId = `${sewer}:w01018:day:${judgedDay}`;
const over = { deadlineMs: 20_000 };

let stage: JudgementStage;
beforeAll(async () => {
  stage = await setJudgementStage();
}, 180_000);
afterEach(async () => {
  await stage.closePages();
});
afterAll(async () => {
  await stage?.close();
});

const sheetOf = (id: string, query = ""): string => `/exceedances/${encodeURIComponent(id)}${query}`;

describe.each([
  { language: "zh-CN", query: "", tons: "0.1 倍", confirmed: "成立", mean: "小时均值" },
  { language: "en", query: "?lang=en", tons: "0.1 ×", confirmed: "Confirmed", mean: "hourly mean" },
])("exceedances in $language", ({ language, query, tons, confirmed, mean }) => {
  it("stand in a list with their multiple and verdict, summed by city and factor", async () => {
    const { page, errors, refusals } = await stage.open(`/exceedances${query}`, { who: stage.viewer });
    const row = page.locator(`[data-testid="exceedance-row"][data-key^="${stackId}/"]`);
    await row.filter({ hasText: `${judgedDate} 08:00–09:00` }).waitFor({ timeout: 20_000 });
    for (const text of ["Outlet LAW-STACK", "55", "≤ 50", tons, "45/60", confirmed, mean])
      await row.filter({ hasText: text }).waitFor();
    expect(await page.getByTestId("exceedance-sum").evaluateAll((all) => all.map((one) => one.dataset["key"]))).toEqual(
      ["130200", "a21002", "w01018"],
    );
    expect(await findingsOf(page)).toEqual([]);
    await fitsEverywhere(page, `exceedances-${language}`);
    expect(errors).toEqual([]);
    expect(refusals).toEqual([]);
  });

  it("are explained on one sheet", async () => {
    const { page, errors, refusals } = await stage.open(sheetOf(stackId, query), { who: stage.viewer });
    await page.getByTestId("agreement").and(page.locator('[data-agrees="true"]')).waitFor({ timeout: 20_000 });
    await page.getByTestId("sheet-versions").locator("li").first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await fitsEverywhere(page, `sheet-${language}`);
    expect(errors).toEqual([]);
    expect(refusals).toEqual([]);
  });

  it("and marks fit on the screen without a fault of accessibility, the form too", async () => {
    const { page, errors } = await stage.open(`/marks${query}`, { who: stage.operator });
    await page.locator(".marks-view .notice, [data-testid='mark-row']").first().waitFor();
    await page.keyboard.press("n");
    await page.getByTestId("mark-form").waitFor();
    await shoot(page, `marks-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe("the list of exceedances", () => {
  it("is filtered by what stands in the address, and handed out as CSV", async () => {
    const { page } = await stage.open("/exceedances");
    const rows = page.getByTestId("exceedance-row");
    await rows.nth(1).waitFor({ timeout: 20_000 });
    await page.getByLabel("判定时段").selectOption("day");
    await page.waitForURL((url) => url.searchParams.get("basis") === "day");
    await waitFor("one row", async () => (await rows.count()) === 1, over);
    expect(await rows.getAttribute("data-key")).toMatch(new RegExp(`^${sewerId}/`));
    const address = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const csv = await stage.viewer.call("GET", address ?? "");
    expect(csv.text.split("\r\n").filter((line) => line.includes(sewer))).toHaveLength(1);
    expect(csv.text).not.toContain(stack);
    await page.getByLabel("判定时段").selectOption("");
    await page.getByTestId("exceedance-sum").filter({ hasText: "氮氧化物" }).click();
    await page.waitForURL((url) => url.searchParams.get("factor") === "a21002");
    await waitFor("the row of the stack", async () => (await rows.count()) === 1, over);
    await page.getByLabel("结论").selectOption("withdrawn");
    await page.getByText("当前筛选下没有超标").waitFor();
  });

  it("as known before anything was judged is empty, and says so", async () => {
    const { page } = await stage.open("/exceedances?asOf=20260101000000");
    await page.getByTestId("as-of").filter({ hasText: "2026-01-01 00:00:00" }).waitFor();
    await page.getByText("当前筛选下没有超标").waitFor();
    const { page: other } = await stage.open("/exceedances?asOf=yesterday&basis=week");
    await other.getByRole("status").filter({ hasText: "asOf=yesterday" }).filter({ hasText: "basis=week" }).waitFor();
  });

  it("is gone through with j, opened with Enter and come back to with Esc, filters and all", async () => {
    const { page } = await stage.open("/exceedances?basis=hour");
    await page.getByTestId("exceedance-row").first().waitFor({ timeout: 20_000 });
    await page.locator("#content").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => decodeURIComponent(url.pathname) === `/exceedances/${stackId}`);
    await page.getByTestId("agreement").waitFor({ timeout: 20_000 });
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => url.pathname === "/exceedances" && url.searchParams.get("basis") === "hour");
  });

  it("is reached from the site's page", async () => {
    const { page } = await stage.open(`/sites/${sewer}`);
    await page.getByRole("navigation", { name: "评判" }).getByRole("link", { name: "超标" }).click();
    await page.locator(`[data-testid="exceedance-row"][data-key^="${sewerId}/"]`).waitFor({ timeout: 20_000 });
    expect(await page.getByTestId("exceedance-row").count()).toBe(1);
  });
});

describe("the explanation", () => {
  it("says in one sentence what the mean of the day is, weighted by flow, and how far it is beyond the limit", async () => {
    const { page } = await stage.open(sheetOf(sewerId));
    const sentence = `Outlet LAW-SEWER 化学需氧量 ${judgedDate} 日均值 42.742 mg/L（修约后 43 mg/L），超过限值 41 mg/L，超标 0.042 倍。`;
    await page.getByRole("heading", { name: sentence }).waitFor({ timeout: 20_000 });
    // 12 h × 100 L/s and 12 h × 200 L/s.
    await page.getByTestId("sheet-filled").filter({ hasText: "12960.0 = 42.742 mg/L" }).waitFor();
    await page
      .getByTestId("sheet-limit")
      .filter({ hasText: "permit 2026-11" })
      .filter({ hasText: "2026-01-01 – 至今" })
      .waitFor();
    expect(await page.getByTestId("sheet-inputs").locator("tbody tr").count()).toBe(24);
  });

  it("shows every minute of an hour, and of those that do not count why", async () => {
    const { page } = await stage.open(sheetOf(stackId));
    const sentence = `Outlet LAW-STACK 氮氧化物 ${judgedDate} 08:00–09:00 小时均值 55.0 mg/m³（折算至基准氧 16%），超过限值 50 mg/m³，超标 0.1 倍。`;
    await page.getByRole("heading", { name: sentence }).waitFor({ timeout: 20_000 });
    const validity = page.getByTestId("sheet-validity");
    for (const text of ["应有 60", "收到 60", "有效 45", `C 校准 ${calibrated}`, "至少需要 45 个"])
      await validity.filter({ hasText: text }).waitFor();
    const rows = page.getByTestId("sheet-inputs").locator("tbody tr");
    expect(await rows.count()).toBe(60);
    const left = page.locator('[data-testid="sheet-inputs"] tr[data-counts="false"]');
    expect(await left.count()).toBe(calibrated);
    expect(await left.first().textContent()).toContain("C 校准");
    await page.getByRole("button", { name: "只看不计入的" }).click();
    expect(await rows.count()).toBe(calibrated);
  });

  it("leads to the frame as it was received, with its hash", async () => {
    const { page } = await stage.open(sheetOf(stackId));
    const frame = page.getByTestId("sheet-frame");
    await frame.first().waitFor({ timeout: 20_000 });
    expect(await frame.count()).toBe(1);
    await frame.locator("summary").click();
    await frame
      .getByTestId("frame-text")
      .filter({ hasText: `"time":${hourStart}` })
      .waitFor();
    expect(await frame.getByTestId("frame-hash").textContent()).toBe(stage.frameHash);
  });

  it("prints without the frame around it, on A4", async () => {
    const { page } = await stage.open(sheetOf(stackId));
    await page.getByTestId("sheet-versions").locator("li").first().waitFor({ timeout: 20_000 });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".header").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "打印" }).isVisible()).toBe(false);
    expect(await page.getByTestId("agreement").isVisible()).toBe(true);
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    const pages = pdf.match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThanOrEqual(1);
    expect(pages.length).toBeLessThanOrEqual(4);
  });

  it("of what never exceeded is none, and the page says so", async () => {
    const { page } = await stage.open(sheetOf(`${stack}:a21002:hour:${judgedDay}`));
    await page.getByText(`没有编号为 ${stack}:a21002:hour:${judgedDay} 的超标记录`).waitFor({ timeout: 20_000 });
  });
});

describe("a mark", () => {
  it("cannot be entered by who may only look", async () => {
    const { page } = await stage.open("/marks", { who: stage.viewer });
    await page.getByText("没有标记").waitFor();
    expect(await page.getByTestId("new-mark").isDisabled()).toBe(true);
    await page.keyboard.press("n");
    expect(await page.getByTestId("mark-form").count()).toBe(0);
  });

  it("that is entered late counts once it is accepted: the exceedance is marked out, and what was known before stays", async () => {
    const stamp = judgedDate.replaceAll("-", "");
    const { page } = await stage.open(`/marks?new=1&for=${stack}&span=${stamp}080000,${stamp}090000`, {
      who: stage.operator,
    });
    const form = page.getByTestId("mark-form");
    await form.getByLabel("氮氧化物").check();
    await form.getByTestId("mark-deadline").and(page.locator('[data-late="true"]')).waitFor();
    await form.getByLabel("理由（必填）").fill("probe pulled for repair");
    await form.getByLabel("证明材料", { exact: false }).fill("order-17.pdf");
    await form.getByRole("button", { name: "录入", exact: true }).click();
    const detail = page.getByTestId("mark-detail");
    await detail.getByText("order-17.pdf").waitFor({ timeout: 20_000 });
    await page.getByTestId("mark-says").filter({ hasText: "逾期，待审核" }).waitFor();
    expect(await detail.getByRole("button", { name: "审核通过" }).isDisabled()).toBe(true);
    const id = new URL(page.url()).searchParams.get("id") ?? "";

    const { page: desk, errors } = await stage.open(`/marks?id=${id}`);
    await desk.getByRole("button", { name: "审核通过" }).click();
    const dialog = desk.getByRole("dialog");
    await dialog.locator("textarea").fill("the repair is on record");
    await dialog.getByRole("button", { name: "审核通过" }).click();
    await desk.getByTestId("mark-says").filter({ hasText: "审核通过" }).waitFor({ timeout: 20_000 });
    await shoot(desk, "mark-accepted");
    expect(await findingsOf(desk)).toEqual([]);
    expect(errors).toEqual([]);

    await waitFor(
      "the exceedance is marked out",
      async () => (await stage.viewer.call("GET", `/api/v1/exceedances/${stackId}`)).body["status"] === "marked",
      over,
    );
    const { page: sheet } = await stage.open(sheetOf(stackId));
    await sheet.locator('[data-testid="explanation"][data-status="marked"]').waitFor({ timeout: 20_000 });
    await sheet.getByRole("heading", { name: "[标记剔除]" }).waitFor();
    await sheet.getByTestId("sheet-marks").getByText("probe pulled for repair").waitFor();
    const versions = sheet.getByTestId("sheet-versions").locator("li");
    await versions.nth(1).waitFor();
    await versions.nth(1).getByRole("link").click();
    await sheet
      .locator('[data-testid="explanation"][data-status="confirmed"], [data-status="superseded"]')
      .first()
      .waitFor();
    await sheet.getByText("以下依据按现在所知重新计算").waitFor();

    const range = `from=${judgedDay}&to=${judgedDay + 24 * hourMs}`;
    const { page: site } = await stage.open(`/sites/${stack}?factor=a21002&${range}`);
    await site
      .getByTestId("site-marks")
      .getByRole("link", { name: `监测设备维护 ${judgedDate} 08:00 – 09:00` })
      .click();
    await site.waitForURL((url) => url.pathname === "/marks" && url.searchParams.get("id") === id);
  });
});

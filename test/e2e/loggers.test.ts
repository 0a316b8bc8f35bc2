// Loggers, their report cards and what they owe, on real screens with real loggers: one that is right, one that leaves holes and
// whose clock is behind, one of nobody. Both languages, both widths, light and dark, without findings of axe.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#test/harness/wait.ts";
import {
  type DeviceStage,
  findingsOf,
  fitsIn,
  leaky,
  plain,
  setDeviceStage,
  shoot,
  steady,
  stranger,
} from "./device-stage.ts";

let stage: DeviceStage;
beforeAll(async () => {
  stage = await setDeviceStage();
}, 120_000);
afterEach(() => stage.closePages());
afterAll(() => stage?.close());

describe.each([
  { language: "zh-CN", query: "", behind: "慢 95 秒", unknown: "未登记", fair: "可", range: "测量量程" },
  { language: "en", query: "lang=en&", behind: "95 s behind", unknown: "not registered", fair: "fair", range: "range" },
])("loggers in $language", ({ language, query, behind, unknown, fair, range }) => {
  it.each([1366, 1920])(
    "are listed with those of nobody first, and how far their clocks are off (%i wide)",
    async (width) => {
      const theme = width === 1920 ? "theme=wall&" : "";
      const { page, errors } = await stage.open(`/loggers?${query}${theme}`, { who: stage.viewer, width });
      const rows = page.getByTestId("logger-row");
      await rows.nth(2).waitFor();
      expect(await rows.first().getAttribute("data-state")).toBe("unknown");
      expect(await rows.first().textContent()).toContain(unknown);
      await page.locator(`[data-key="${leaky.site}"]`).filter({ hasText: behind }).waitFor();
      await shoot(page, `loggers-${language}-${width}`);
      expect(await findingsOf(page)).toEqual([]);
      expect(await fitsIn(page)).toBe(true);
      await page.locator('[data-show="drift"]').click();
      await page.waitForURL((url) => url.searchParams.get("show") === "drift");
      await waitFor("one row", async () => (await rows.count()) === 1, { deadlineMs: 5_000 });
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === `/loggers/${leaky.site}`);
      expect(errors).toEqual([]);
    },
  );

  it.each([1366, 1920])("have a card with a threshold and a mark on every line (%i wide)", async (width) => {
    const { page, errors } = await stage.open(`/loggers/${leaky.site}?${query}`, { who: stage.viewer, width });
    await page.getByTestId("report-card").waitFor();
    const drift = page.locator('[data-testid="card-line"][data-line="drift"]');
    expect(await drift.getAttribute("data-mark")).toBe("fair");
    const text = (await drift.textContent()) ?? "";
    for (const part of ["95", "60", "300", fair]) expect(text).toContain(part);
    const hours = page.locator('[data-testid="card-line"][data-line="received-hour"]');
    expect(await hours.textContent()).toMatch(/8\d(?:\.\d)?%/);
    await page.locator(".card-drift .uplot").waitFor();
    await page.getByTestId("card-change").filter({ hasText: range }).filter({ hasText: "400" }).first().waitFor();
    await shoot(page, `card-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(errors).toEqual([]);
  });

  it.each([1366, 1920])("have a board of what they owe, by the day, the hour and the span (%i wide)", async (width) => {
    const { page, errors } = await stage.open(`/gaps?${query}`, { who: stage.operator, width });
    const row = page.locator(`[data-testid="gap-row"][data-key="${leaky.site}"]`);
    await row.waitFor();
    expect(await page.locator('[data-testid="gap-total"][data-kind="hour"] b').textContent()).toBe("4");
    expect(await page.locator(`[data-testid="gap-row"][data-key="${steady.site}"]`).count()).toBe(0);
    await row.click();
    const detail = page.getByTestId("gap-detail");
    expect(await detail.getByTestId("gap-span").count()).toBe(1);
    await detail.getByTestId("gap-picture").focus();
    await page.keyboard.press("ArrowLeft");
    await detail
      .getByRole("status")
      .filter({ hasText: /\d{4}-\d\d-\d\d \d\d:00/ })
      .waitFor();
    await shoot(page, `gaps-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe("a gap", () => {
  it("is asked for at once, and says what came of it", async () => {
    const { page, refusals } = await stage.open(`/gaps?open=${leaky.site}`, { who: stage.operator });
    await page.getByTestId("gap-span").getByRole("link", { name: "立即补数" }).click();
    const form = page.getByTestId("request-form");
    await form.getByText(`MN ${leaky.mn}`).waitFor();
    await form.locator("textarea").fill("four hours are missing");
    await form.getByRole("button", { name: "下发", exact: true }).click();
    await page.locator('[data-testid="request-steps"][data-state="done"]').waitFor({ timeout: 10_000 });
    const asked = stage.loggers.leaky.requests.find(({ cn }) => cn === "2061");
    expect(asked?.area).toMatch(/^BeginTime=\d{10}0000,EndTime=\d{10}0000$/);
    await page.goto(new URL(`/gaps?open=${leaky.site}`, page.url()).href);
    await page.getByTestId("gap-span").getByRole("link", { name: /完成/ }).waitFor();
    expect(refusals).toEqual([]);
  });
});

describe("a report card", () => {
  it("of another span stands in the address, and prints without the frame", async () => {
    const { page } = await stage.open(`/loggers/${steady.site}`, { who: stage.viewer });
    await page.getByTestId("report-card").waitFor();
    await page.getByRole("button", { name: "近 30 天" }).click();
    await page.waitForURL((url) => url.searchParams.has("from"));
    await page.getByText("共 30 天").waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".header").isVisible()).toBe(false);
    expect(await page.getByTestId("report-card").isVisible()).toBe(true);
    await page.locator(".print-only").waitFor();
  });
});

describe("a logger of nobody", () => {
  it("leads to its data in quarantine, and is put on record for a site", async () => {
    const { page, errors } = await stage.open("/loggers");
    const row = page.locator(`[data-testid="logger-row"][data-key="hj212:${stranger}"]`);
    await row.waitFor();
    await row.getByRole("button", { name: "登记到站点" }).click();
    const form = page.getByTestId("register-form");
    await form.getByRole("combobox").fill("PLAIN");
    await form.getByRole("option", { name: new RegExp(plain) }).click();
    await shoot(page, "register-logger");
    expect(await findingsOf(page)).toEqual([]);
    await form.getByRole("button", { name: "登记", exact: true }).click();
    await page.waitForURL(
      (url) => url.pathname === "/quarantine" && url.searchParams.get("site") === `hj212:${stranger}`,
    );
    await page.getByTestId("quarantine-row").first().waitFor();
    const { body } = await stage.system.api.call("GET", `/api/v1/sites/${plain}`);
    expect(body["mn"]).toBe(stranger);
    expect(errors).toEqual([]);
  });
});

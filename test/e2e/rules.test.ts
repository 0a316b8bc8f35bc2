// Limits in a real browser on the real program, where two persons are asked for: which one is in force on which day, what another
// one would change, who proposes it and who may approve it.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findingsOf, shoot } from "./device-stage.ts";
import {
  fitsEverywhere,
  judgedDate,
  type JudgementStage,
  setJudgementStage,
  sewer,
  stack,
  whenJudged,
} from "./judgement-stage.ts";

let stage: JudgementStage;
beforeAll(async () => {
  stage = await setJudgementStage({ TWO_PERSON_LIMITS: "on" });
}, 180_000);
afterEach(async () => {
  await stage.closePages();
});
afterAll(async () => {
  await stage?.close();
});

const rowOf = (site: string, factor: string, basis: string): string =>
  `[data-testid="rule-row"][data-key="${site}:${factor}:${basis}"]`;
const stackRow = rowOf(stack, "a21002", "hour");

describe.each([
  { language: "zh-CN", query: "" },
  { language: "en", query: "?lang=en" },
])("limits in $language", ({ language, query }) => {
  const more = query === "" ? "?" : `${query}&`;

  it("are bars along the years, with the one in force on the day", async () => {
    const { page, errors, refusals } = await stage.open(`/rules${query}`, { who: stage.viewer });
    await page.locator(stackRow).filter({ hasText: "≤ 50" }).waitFor({ timeout: 20_000 });
    await page
      .locator(rowOf(sewer, "w01018", "day"))
      .filter({ hasText: "≤ 41" })
      .waitFor();
    await page.locator(stackRow).click();
    const detail = page.getByTestId("rule-detail");
    await detail
      .locator('[data-testid="rule-limit"][data-in-force="true"]')
      .filter({ hasText: "permit 2026-11" })
      .waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await fitsEverywhere(page, `rules-${language}`);
    expect(await page.getByTestId("new-limit").isDisabled()).toBe(true);
    expect(errors).toEqual([]);
    expect(refusals).toEqual([]);
  });

  it("that are published stand in a library, each with how sure it is", async () => {
    const { page, errors } = await stage.open(`/rules${more}tab=library&q=sinter`, { who: stage.viewer });
    const rows = page.getByTestId("library-row");
    await rows.filter({ hasText: "GB 28662-2012" }).first().waitFor({ timeout: 20_000 });
    expect(await rows.filter({ hasText: "GB 18918" }).count()).toBe(0);
    expect(await rows.locator(".sureness").count()).toBe(await rows.count());
    expect(await findingsOf(page)).toEqual([]);
    await fitsEverywhere(page, `library-${language}`);
    expect(errors).toEqual([]);
  });
});

describe("the day that is looked at", () => {
  it("stands in the address, and a slider moves it", async () => {
    const { page } = await stage.open("/rules?asof=2026-01-01");
    await page.locator(stackRow).filter({ hasText: "≤ 50" }).waitFor({ timeout: 20_000 });
    await page.getByTestId("asof-slider").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL((url) => url.searchParams.get("asof") === "2025-12-31");
    // The permit begins with the year.
    await page.locator(stackRow).filter({ hasText: "无" }).waitFor();
    await page.getByRole("button", { name: "回到今天" }).click();
    await page.waitForURL((url) => !url.searchParams.has("asof"));
    await page.locator(stackRow).filter({ hasText: "≤ 50" }).waitFor();
  });

  it("that is none is said and not in force", async () => {
    const { page } = await stage.open("/rules?asof=soon&tab=moon");
    await page.getByRole("status").filter({ hasText: "asof=soon" }).filter({ hasText: "tab=moon" }).waitFor();
  });
});

describe("a new limit", () => {
  it("says what it would change, waits for a second person, and judges anew once that one approves", async () => {
    const { page, errors } = await stage.open(`/rules?site=${stack}`);
    await page.locator(stackRow).waitFor({ timeout: 20_000 });
    await page.locator(stackRow).click();
    await page.getByRole("button", { name: "在此基础上变更" }).click();
    const form = page.getByTestId("limit-form");
    await form.getByLabel("上限").fill("44");
    expect(await form.getByLabel("基准氧", { exact: false }).inputValue()).toBe("16");
    await form.getByLabel("生效首日", { exact: true }).fill(judgedDate);
    await form.getByText("此后各时段将重新判定").waitFor();
    await form.getByTestId("preview-limit").click();
    // All other hours of the day have a mean of 45.
    const preview = form.getByTestId("limit-preview");
    await preview.getByText("该时段将有 24 个超标，现为 1 个").waitFor({ timeout: 20_000 });
    await form.getByLabel("理由", { exact: false }).fill("the new permit");
    await shoot(page, "limit-preview");
    expect(await findingsOf(page)).toEqual([]);
    await form.getByRole("button", { name: "提交" }).click();
    await page.locator('[data-testid="limit-done"][data-state="drafted"]').waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "知道了" }).click();

    await page.locator('[data-tab="changes"]').click();
    const own = page.getByTestId("limit-change").filter({ hasText: "the new permit" });
    await own.getByText("不能批准自己提出的变更").waitFor();
    expect(await own.getByRole("button", { name: "批准" }).isDisabled()).toBe(true);
    expect(errors).toEqual([]);

    const { page: desk } = await stage.open("/rules?tab=changes", { who: stage.second });
    const change = desk.getByTestId("limit-change").filter({ hasText: "the new permit" });
    for (const text of ["admin 于", "现行 ≤ 50", "改为 ≤ 44"]) await change.filter({ hasText: text }).waitFor();
    await shoot(desk, "limit-changes");
    expect(await findingsOf(desk)).toEqual([]);
    await change.getByRole("button", { name: "批准" }).click();
    const dialog = desk.getByRole("dialog");
    await dialog.locator("textarea").fill("compared with the permit");
    await dialog.getByRole("button", { name: "批准" }).click();
    await desk.getByText("没有待批准的变更").waitFor({ timeout: 20_000 });
    await whenJudged(stage.viewer, 25);

    await desk.goto(new URL(`/rules?site=${stack}`, desk.url()).href);
    const bars = desk.locator(`${stackRow} .rule-bar`);
    await desk.locator(stackRow).filter({ hasText: "≤ 44" }).waitFor({ timeout: 20_000 });
    // Both are in force: they stand one below the other.
    const tops = await bars.evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(2);
  });

  it("is proposed and decided by administrators alone", async () => {
    const { change } = (
      await stage.system.api.call("POST", "/api/v1/limits", {
        site: sewer,
        factor: "w01018",
        max: 30,
        basis: "day",
        from: "2027-01-01T00:00:00+08:00",
        reason: "from the next year on",
      })
    ).body;
    expect(typeof change).toBe("string");
    const { page } = await stage.open("/rules?tab=changes", { who: stage.operator });
    const waiting = page.getByTestId("limit-change").filter({ hasText: "from the next year on" });
    await waiting.waitFor({ timeout: 20_000 });
    for (const name of ["批准", "驳回", "撤回"])
      expect(await waiting.getByRole("button", { name }).isDisabled()).toBe(true);
    await page.keyboard.press("n");
    expect(await page.getByTestId("limit-form").count()).toBe(0);

    const { page: author } = await stage.open("/rules?tab=changes");
    const own = author.getByTestId("limit-change").filter({ hasText: "from the next year on" });
    await own.getByRole("button", { name: "撤回" }).click();
    await author.getByRole("dialog").locator("textarea").fill("a mistake in the number");
    await author.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
    await author.getByText("没有待批准的变更").waitFor({ timeout: 20_000 });
    await author.getByLabel("状态").selectOption("withdrawn");
    await own.getByText("a mistake in the number").waitFor();
  });
});

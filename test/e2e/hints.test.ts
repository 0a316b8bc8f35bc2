// Hints on a real screen: an outlet whose analyser stood still for two hours yesterday, found by the program itself; its evidence,
// and what people decide about it. Whoever may only look cannot decide; every view says that a hint is no violation.

import { beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const site = "HINT-STILL";
const yesterday = dayStart(Date.now()) - dayMs;
const stillFrom = yesterday + 10 * hourMs;
const stillTo = yesterday + 12 * hourMs;
let viewer: ApiClient;

/** A value that moves, as every analyser does; the same for the same minute. */
function wave(time: number, mean: number): number {
  const minute = Math.round((time - yesterday) / minuteMs);
  return Math.round(mean * (1 + 0.1 * Math.sin(minute / 40) + 0.03 * Math.sin(minute * 1.7)) * 100) / 100;
}

beforeAll(async () => {
  await stage.system.stop();
  await addUser(stage.system.dataDir, "viewer", "viewer");
  await stage.system.start();
  const { api, addresses } = stage.system;
  viewer = await signIn(addresses.http, "viewer", "viewer password");
  await api.createSite(site, { kind: "gas-outfall", factors: ["a21002", "a21026", "a01011", "a00000"] });
  await api.putLimit(site, "a21002", 50, "hour", yesterday - dayMs);
  await api.putLimit(site, "a21026", 35, "hour", yesterday - dayMs);
  const frames = Array.from({ length: (7 * hourMs) / minuteMs }, (_, i) => {
    const time = yesterday + 7 * hourMs + i * minuteMs;
    const isStill = time >= stillFrom && time < stillTo;
    const values = {
      a21002: wave(isStill ? stillFrom : time, 30),
      a21026: wave(time + 500 * minuteMs, 12),
      a01011: wave(time + 90 * minuteMs, 14),
      a00000: wave(time + 90 * minuteMs, 400_000),
    };
    return { time, values };
  });
  for (let i = 0; i < frames.length; i += 60) {
    const reply = await api.call("POST", `/api/v1/sites/${site}/readings`, frames.slice(i, i + 60));
    expect(reply.status).toBe(202);
  }
  await waitFor("a hint", async () => Number((await api.call("GET", "/api/v1/hints?rule=R1")).body["total"]) === 1, {
    deadlineMs: 40_000,
  });
}, 90_000);

describe.each([
  { language: "zh-CN", query: "", width: 1366, says: /连续 120 分钟/, caution: "不是违法结论", open: "待核" },
  {
    language: "en",
    query: "&lang=en&theme=wall",
    width: 1920,
    says: /hardly moved for 120 minutes/,
    caution: "no finding of a violation",
    open: "open",
  },
])("hints in $language", ({ language, query, width, says, caution, open }) => {
  const options = { viewport: { width, height: width === 1366 ? 768 : 1080 }, reducedMotion: "reduce" } as const;

  it("are listed in words, and shown with the minutes around the evidence, which is shaded", async () => {
    const { page, errors } = await stage.open(`/hints?rule=R1${query}`, options);
    const row = page.getByTestId("hint-row");
    await row.filter({ hasText: says }).filter({ hasText: open }).waitFor();
    expect(await page.getByTestId("hints-caution").textContent()).toContain(caution);
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByTestId("hint-says").filter({ hasText: says }).waitFor();
    await page.locator('[data-testid="hint-chart"][data-factor="a21002"] .uplot').waitFor();
    await page.locator('[data-testid="hint-chart"][data-factor="a00000"] .uplot').waitFor();
    await shoot(page, `hints-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("id"));
    expect(errors).toEqual([]);
  });

  it("come from rules that are shown with their numbers, sources and how sure they are", async () => {
    const { page, errors } = await stage.open(`/hints?view=rules${query}`, options);
    const rule = page.locator('[data-testid="hint-rule"][data-key="R1"]');
    await rule.filter({ hasText: "minutes 60" }).filter({ hasText: "ECO-Audit" }).waitFor();
    expect(await page.getByTestId("hint-rule").count()).toBeGreaterThan(10);
    expect(await page.getByTestId("hints-caution").textContent()).toContain(caution);
    await shoot(page, `hint-rules-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe("a hint", () => {
  it("is nothing that somebody could decide who may only look", async () => {
    const { page } = await stage.open("/hints?rule=R1", { cookie: viewer.token });
    await page.getByTestId("hint-row").click();
    const detail = page.getByTestId("hint-detail");
    const buttons = detail.getByRole("button", { name: /^(?:证实|排除)$/ });
    await buttons.nth(1).waitFor();
    expect([await buttons.nth(0).isDisabled(), await buttons.nth(1).isDisabled()]).toEqual([true, true]);
  });

  it("is dismissed with a reason, leaves the list of what is open, and is reopened", async () => {
    const { page, errors, refusals } = await stage.open("/hints?rule=R1");
    await page.getByTestId("hint-row").click();
    const detail = page.getByTestId("hint-detail");
    await detail.getByRole("button", { name: "排除", exact: true }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "排除", exact: true }).isDisabled()).toBe(true);
    await dialog.locator("textarea").fill("span gas was on the line");
    await dialog.getByRole("button", { name: "排除", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    // It is not in the list any more, and still to be read beside it.
    await detail.filter({ hasText: "已排除" }).filter({ hasText: "span gas was on the line" }).waitFor();
    await page.getByText("当前筛选下没有线索").waitFor();
    await page.getByLabel("状态").selectOption("dismissed");
    await page.locator('[data-testid="hint-row"][data-state="dismissed"]').click();
    await detail.getByRole("button", { name: "重新打开" }).click();
    await dialog.locator("textarea").fill("the gas bottle was empty");
    await dialog.getByRole("button", { name: "重新打开" }).click();
    await detail.getByRole("button", { name: "证实", exact: true }).waitFor();
    expect([errors, refusals]).toEqual([[], []]);
  });
});

// The frame around every screen: finding a site, moving in time, sharing what is seen, being heard, and saying what is wrong.

import { describe, expect, it } from "vitest";
import { openDashboard } from "#test/harness/browser.ts";
import { waitFor } from "#test/harness/wait.ts";
import { openAlarms, setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();
const hourMs = 3_600_000;

describe("sound", () => {
  it("is blocked until somebody touches the page and says so; then a new alarm is heard, and can be muted for two minutes", async () => {
    const device = await stage.addSite("FRAME-SOUND", { w01018: 50, w21003: 5 });
    // Every look into a page counts as a touch for Chromium: nobody looks until the page is all there.
    const { page, close } = await openDashboard(stage.browser, {
      baseUrl: `http://${stage.system.addresses.http}`,
      cookie: stage.system.api.token,
      path: "/alarms?lang=en&group=none",
    });
    await new Promise((wake) => setTimeout(wake, 6_000));
    const chip = page.getByTestId("sound-state");
    const state = (name: string) => chip.and(page.locator(`[data-state="${name}"]`)).waitFor({ timeout: 5_000 });
    const played = async (): Promise<number> => Number(await chip.getAttribute("data-played"));
    await state("blocked");
    await shoot(page, "sound-blocked-en");
    await chip.click();
    await state("on");
    const before = await played();
    await device.send({ w01018: 80 });
    await waitFor("the tone", async () => (await played()) > before, { deadlineMs: 3_000 });
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("m");
    await state("muted");
    expect(await chip.textContent()).toMatch(/Muted 0[12]:\d\d/);
    await page.keyboard.press("m");
    await state("on");
    await device.send({ w01018: 1 });
    await close();
  });
});

describe("finding", () => {
  it("a site goes from anywhere by typing part of its name, with arrows and Enter", async () => {
    await stage.addSite("FRAME-A1", { w01018: 50 });
    await stage.addSite("FRAME-A2", { w01018: 50 });
    const { page } = await stage.open("/ledger");
    await page.keyboard.press("/");
    await page.keyboard.type("frame-a");
    const options = page.getByRole("option");
    await waitFor("both sites", async () => (await options.count()) === 2, { deadlineMs: 3_000 });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sites\/FRAME-A2/);
    await page.getByRole("heading", { level: 1 }).filter({ hasText: "FRAME-A2" }).waitFor();
  });

  it("the worst outfall takes two steps: one click on the overview, and its limit, last week and data are there", async () => {
    const [near, far] = [
      await stage.addSite("FRAME-NEAR", { w01018: 50 }),
      await stage.addSite("FRAME-FAR", { w01018: 50 }, { city: "130400" }),
    ];
    await near.send({ w01018: 55 });
    await far.send({ w01018: 160 });
    await openAlarms(stage, "FRAME-FAR", 1);
    const { page } = await stage.open("/overview?lang=en");
    const worst = page.getByTestId("worst");
    await worst.filter({ hasText: "FRAME-FAR" }).waitFor({ timeout: 5_000 });
    expect(await worst.textContent()).toContain("2.20× over");
    await shoot(page, "overview-en");
    await worst.getByRole("link").click();
    await page.waitForURL(/\/sites\/FRAME-FAR.*from=now-7d/);
    await page.locator(".uplot").waitFor();
    await page.getByText("50", { exact: true }).first().waitFor();
    await shoot(page, "site-en");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    await near.send({ w01018: 1 });
    await far.send({ w01018: 1 });
  });
});

describe("time", () => {
  it("goes back a window by key, says so, can be shared as it stands, and returns to live", async () => {
    await stage.addSite("FRAME-TIME", { w01018: 50 });
    const { page } = await stage.open("/sites/FRAME-TIME?from=now-6h");
    await page.getByRole("group", { name: "时间范围" }).waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("[");
    await page.waitForURL(/from=\d+&?.*to=\d+/);
    const shown = new URL(page.url()).searchParams;
    expect(Number(shown.get("to")) - Number(shown.get("from"))).toBe(6 * hourMs);
    const text = await page.locator(".time-window").textContent();
    expect(text).not.toContain("实时");
    await page.getByRole("button", { name: "分享" }).click();
    const link = await page.getByRole("textbox", { name: /固定链接/ }).inputValue();
    const other = await stage.open(link.slice(new URL(link).origin.length));
    expect(await other.page.locator(".time-window").textContent()).toBe(text);
    await other.page.getByRole("button", { name: "回到实时" }).click();
    await other.page.locator(".time-window").filter({ hasText: "实时" }).waitFor();
  });

  it("is written by hand as people say it, and nonsense is told so", async () => {
    const { page } = await stage.open("/sites/FRAME-TIME?lang=en");
    await page.getByRole("button", { name: "Custom" }).click();
    const [from, to] = [page.getByLabel("From", { exact: true }), page.getByLabel("To", { exact: true })];
    await from.fill("yesterday");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("This is no time").waitFor();
    await from.fill("now-1d/d");
    await to.fill("now-1d/d");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForURL(/from=now-1d/);
    await page.locator(".time-window").filter({ hasText: "00:00:00" }).waitFor();
    await shoot(page, "site-yesterday-en");
  });
});

describe("keys of one letter", () => {
  it("do nothing once they are switched off, and the switch is kept", async () => {
    const { page } = await stage.open("/overview");
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "帮助" });
    await help.getByRole("checkbox").uncheck();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
    await page.reload();
    await waitForLink(page, "live");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.keyboard.press("?");
    // Something that takes at least as long as a change of the screen would.
    await page.getByRole("link", { name: "账目" }).click();
    await page.waitForURL(/\/ledger/);
    expect(await help.isVisible()).toBe(false);
  });
});

describe("what is wrong", () => {
  it("is said: a page that is none, a site that is none, a server that is away while old data stays", async () => {
    const { page } = await stage.open("/nowhere");
    await page.getByText("没有这个页面").waitFor();
    await page.goto(new URL("/sites/NO-SUCH-SITE", page.url()).href);
    await page.getByText("NO-SUCH-SITE").first().waitFor();
    await page.goto(new URL("/sites/FRAME-TIME", page.url()).href);
    await page.locator(".uplot").waitFor();
    await stage.system.kill();
    await waitForLink(page, "down");
    await page.getByRole("button", { name: "24 小时" }).click();
    await page.getByRole("alert").filter({ hasText: "连不上服务器" }).first().waitFor({ timeout: 20_000 });
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("FRAME-TIME");
    await shoot(page, "site-cut-off");
    await stage.system.start();
    await waitForLink(page, "live", 30_000);
  });
});

// The ledger and the quarantine on real screens: the balance of a day, from a reason to the frames, a raw frame with nothing
// hidden in it, a decision with its reason and its result; in both languages, by keyboard, and without findings of axe.
// Screenshots stay in a folder below the system's temporary one.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { formatDay } from "#domain/time.ts";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { addUser, journalFrames } from "#test/harness/refused-frames.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const shots = join(tmpdir(), "plumeline-e2e");
const late = Date.now() - 2 * 86_400_000;
const lateDay = formatDay(late);
const sites = 40;
const siteOf = (i: number): string => `HB-1302-${String(i).padStart(3, "0")}`;

let system: RunningSystem;
let operator: ApiClient;
let viewer: ApiClient;
let browser: Browser;
const opened: OpenedDashboard[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  system = await startSystem();
  await system.stop();
  await addUser(system.dataDir, "operator", "operator");
  await addUser(system.dataDir, "viewer", "viewer");
  const frames = Array.from({ length: 30 }, (_, i) => ({
    site: "HB-LATE",
    receivedAt: late + i * 1_000,
    payload: Buffer.from(JSON.stringify({ time: late + i * 1_000, values: { w01018: 20 + i } })),
  }));
  const binary = {
    site: "HB-LATE",
    receivedAt: late + 60_000,
    payload: Buffer.from("ff0102fe414243".repeat(60), "hex"),
  };
  await journalFrames(system.dataDir, [...frames, binary]);
  await system.start();
  operator = await signIn(system.addresses.http, "operator", "operator password");
  viewer = await signIn(system.addresses.http, "viewer", "viewer password");
  for (let i = 0; i < sites; i++) {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite(siteOf(i)));
    await sendAll(device, i);
    await device.end();
  }
  await system.api.settledLedger("", sites);
  browser = await launchBrowser();
}, 120_000);
afterEach(async () => {
  for (const dashboard of opened.splice(0)) await dashboard.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function sendAll(device: Device, i: number): Promise<void> {
  const now = Date.now();
  await device.send({ w01018: 30 + i, w01001: 7 }, { time: now });
  if (i % 3 === 0) await device.sendRaw(JSON.stringify({ time: now, values: { w01018: 1, w99999: 2, w01001: 400 } }));
  if (i % 4 === 0) await device.sendRaw(`{"time":${now},\t"values":\r\n{"w01018":\u0000\u202e12}`);
  if (i % 5 === 0) await device.sendRaw(JSON.stringify({ time: now + 4_000_000, values: { w01018: 1 } }));
}

async function open(path: string, who: ApiClient = operator, width = 1366): Promise<OpenedDashboard> {
  const viewport = { width, height: width === 1366 ? 768 : 1080 };
  const baseUrl = `http://${system.addresses.http}`;
  const dashboard = await openDashboard(browser, { baseUrl, cookie: who.token, path, viewport });
  opened.push(dashboard);
  return dashboard;
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const rows = (page: Page) => page.getByTestId("quarantine-row");

describe.each([
  { language: "zh-CN", query: "", balanced: "账目平衡", unknown: "站点未登记" },
  { language: "en", query: "lang=en", balanced: "Balanced", unknown: "The site is not registered" },
])("the ledger in $language", ({ language, query, balanced, unknown }) => {
  it.each([1366, 1920])(
    "says that the day balances, why something was refused, and by which site (%i wide)",
    async (width) => {
      const { page, errors } = await open(`/ledger?${query}`, viewer, width);
      await page.getByTestId("balance").and(page.locator('[data-balanced="yes"]')).waitFor();
      expect(await page.getByTestId("balance").textContent()).toContain(balanced);
      await page.getByTestId("ledger-row").first().waitFor();
      await shoot(page, `ledger-${language}-${width}`);
      expect(await findingsOf(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(errors).toEqual([]);
    },
  );

  it("goes from day to day, and from a reason to its frames", async () => {
    const { page, errors } = await open(`/ledger?day=${lateDay}&${query}`, viewer);
    const reason = page.getByRole("link", { name: new RegExp(unknown) });
    await reason.waitFor();
    await page.locator(".day-steps button").first().click();
    await page.waitForURL((url) => url.searchParams.get("day") === formatDay(late - 86_400_000));
    await page.getByText(language === "en" ? "No frame was received" : "没有收到任何帧").waitFor();
    await page.locator(".day-steps button").nth(1).click();
    await reason.click();
    await page.waitForURL((url) => url.pathname === "/quarantine" && url.searchParams.get("reason") === "unknown-site");
    await rows(page).first().waitFor();
    expect(await rows(page).first().textContent()).toContain(unknown);
    expect(errors).toEqual([]);
  });
});

describe("the table of sites", () => {
  it("is sorted by a click on a column and filtered by what is typed; both stand in the address", async () => {
    const { page } = await open("/ledger", viewer);
    const first = page.getByTestId("ledger-row").first();
    await first.waitFor();
    await page.getByRole("button", { name: /^站点/ }).click();
    await page.locator(`[data-testid=ledger-row][aria-rowindex="2"][data-site="${siteOf(0)}"]`).waitFor();
    await page.getByRole("button", { name: /^站点/ }).click();
    await page.locator(`[data-testid=ledger-row][aria-rowindex="2"][data-site="${siteOf(sites - 1)}"]`).waitFor();
    await page.getByRole("searchbox").fill("1302-01");
    await page.getByText("10 / 40 个站点").waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe("1302-01");
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-site");
  });
});

describe.each([
  { language: "zh-CN", query: "", reprocess: "重新处理", submit: "确定", still: "仍被拒收", dismiss: "驳回" },
  {
    language: "en",
    query: "lang=en&",
    reprocess: "Reprocess",
    submit: "Do it",
    still: "still refused",
    dismiss: "Dismiss",
  },
])("the quarantine in $language", ({ language, query, reprocess, submit, still, dismiss }) => {
  it.each([1366, 1920])(
    "shows a frame with its control characters, and other bytes as digits (%i wide)",
    async (width) => {
      const { page, errors } = await open(`/quarantine?${query}reason=invalid-json`, operator, width);
      await rows(page).first().click();
      const raw = page.getByTestId("raw-frame");
      await raw.waitFor();
      expect(await raw.textContent()).toContain("[TAB]");
      expect(await raw.textContent()).toContain("[NUL][U+202E]12");
      await shoot(page, `quarantine-${language}-${width}`);
      expect(await findingsOf(page)).toEqual([]);
      await page.goto(new URL(`/quarantine?${query}site=HB-LATE&day=${lateDay}`, page.url()).href);
      await rows(page).first().click();
      await raw.filter({ hasText: "ff 01 02 fe 41 42 43" }).waitFor();
      await shoot(page, `quarantine-hex-${language}-${width}`);
      expect(await findingsOf(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(errors).toEqual([]);
    },
  );

  it("reprocesses and dismisses with a reason, and says what came of it", async () => {
    const { page, errors, refusals } = await open(`/quarantine?${query}reason=time-in-future`);
    const before = await waitFor("rows", async () => (await rows(page).count()) || null, { deadlineMs: 5_000 });
    await rows(page).first().locator("input").check();
    await page
      .locator(".quarantine-view > .quarantine-actions")
      .getByRole("button", { name: reprocess, exact: true })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.getByRole("button", { name: submit }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("clock mended");
    await shoot(page, `decision-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: submit }).click();
    await page.getByTestId("decision-report").filter({ hasText: still }).waitFor();
    await shoot(page, `decided-${language}`);

    await rows(page).first().locator("input").check();
    await page
      .locator(".quarantine-view > .quarantine-actions")
      .getByRole("button", { name: dismiss, exact: true })
      .click();
    await dialog.getByRole("textbox").fill("test frames");
    await dialog.getByRole("textbox").press("Tab");
    await dialog.getByRole("button", { name: submit }).click();
    await waitFor("one row less", async () => (await rows(page).count()) === before - 1, { deadlineMs: 5_000 });
    expect(errors).toEqual([]);
    expect(refusals).toEqual([]);
  });
});

describe("the keyboard of the quarantine", () => {
  it("moves with j and k, opens with Enter, reads on while open, picks with Space, closes with Esc", async () => {
    const { page } = await open("/quarantine");
    await rows(page).first().waitFor();
    const seqAt = async (i: number) => rows(page).nth(i).getAttribute("data-seq");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.has("seq"));
    expect(new URL(page.url()).searchParams.get("seq")).toBe(await seqAt(0));
    for (const key of ["j", "j", "ArrowDown", "k"]) await page.keyboard.press(key);
    const second = await seqAt(2);
    await page.waitForURL((url) => url.searchParams.get("seq") === second);
    await page.keyboard.press("Space");
    await page.locator(`[data-seq="${second}"][aria-selected="true"]`).first().waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("seq"));
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL((url) => url.pathname === "/ledger");
  });
});

describe("without the right, or without an answer", () => {
  it("a viewer sees everything and is told why nothing can be decided", async () => {
    const { page } = await open("/quarantine", viewer);
    await rows(page).first().click();
    await page.getByTestId("raw-frame").waitFor();
    for (const button of await page.getByRole("button", { name: /^(重新处理|驳回)$/ }).all()) {
      expect(await button.isDisabled()).toBe(true);
    }
    await page.getByText("当前账户只能查看，不能处理").first().waitFor();
    await shoot(page, "quarantine-viewer");
  });

  it("nothing to do, nothing that passes, no such frame, and a failure each say so", async () => {
    const { page } = await open("/quarantine?site=nobody");
    await page.getByText("当前筛选下没有记录").waitFor();
    await page.goto(new URL("/quarantine?seq=999999", page.url()).href);
    await page.getByText("没有这一帧").waitFor();
    await page.route("**/api/v1/quarantine?*", (route) =>
      route.fulfill({ status: 403, body: "{}", contentType: "application/json" }),
    );
    await page.goto(new URL("/quarantine", page.url()).href);
    await page.getByText("没有权限查看此内容").waitFor();
    await page.route("**/api/v1/ledger?*", (route) =>
      route.fulfill({ status: 400, body: "{}", contentType: "application/json" }),
    );
    await page.goto(new URL("/ledger", page.url()).href);
    await page.getByRole("alert").waitFor();
    await shoot(page, "ledger-failed");
  });
});

describe("a frame that can be read now", () => {
  it("leaves the list of what is open, and the day it belongs to says so", async () => {
    await system.api.createSite("HB-LATE");
    const { page, errors } = await open(`/quarantine?site=HB-LATE`);
    await rows(page).first().waitFor();
    await page.getByRole("button", { name: /选择已载入/ }).click();
    await page.locator(".quarantine-view > .quarantine-actions").getByRole("button", { name: "重新处理" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("站点已登记");
    await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
    await page.getByTestId("decision-report").filter({ hasText: "30 帧 已入库" }).waitFor();
    await waitFor("the rows to go", async () => (await rows(page).count()) === 1, { deadlineMs: 5_000 });
    await page.goto(new URL(`/ledger?day=${lateDay}`, page.url()).href);
    await page.getByTestId("balance").and(page.locator('[data-balanced="yes"]')).waitFor();
    await page.getByRole("link", { name: /内容不是 JSON/ }).waitFor();
    expect(errors).toEqual([]);
  });
});

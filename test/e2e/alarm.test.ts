// A reading published is an alarm seen: the real program, the built dashboard and a real Chromium. Screenshots of what was
// seen stay in a folder below the system's temporary one.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const shots = join(tmpdir(), "plumeline-e2e");
const site = "HB-130200-001";

let system: RunningSystem;
let browser: Browser;
let device: Device;
const opened: OpenedDashboard[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  // Without a password, as at the first look: the program makes one and prints a sign-in link.
  system = await startSystem({ env: { ADMIN_PASSWORD: "" }, keepAddresses: true });
  browser = await launchBrowser();
  device = await connectDevice(system.addresses.mqtt, await system.api.createSite(site, { intervalSeconds: 1 }));
  await system.api.putLimit(site, "w01018", 50);
}, 120_000);
afterEach(async () => {
  for (const dashboard of opened.splice(0)) await dashboard.close();
});
afterAll(async () => {
  await device?.end();
  await browser?.close();
  await system?.close();
});

async function open(options: Partial<Parameters<typeof openDashboard>[1]> = {}): Promise<OpenedDashboard> {
  const dashboard = await openDashboard(browser, { baseUrl: `http://${system.addresses.http}`, ...options });
  opened.push(dashboard);
  return dashboard;
}

function signInLink(): string {
  const line = system.lines.find((each) => typeof each["link"] === "string");
  return String(line?.["link"]);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

async function waitForLink(page: Page, state: string, deadlineMs = 20_000): Promise<void> {
  await page
    .getByTestId("link-state")
    .and(page.locator(`[data-state="${state}"]`))
    .waitFor({ timeout: deadlineMs });
}

function row(page: Page, alarm: string) {
  return page.locator(`[data-testid="alarm-row"][data-alarm-id="${alarm}"]`);
}

/** Sends a value and gives back the occurrence that is open for it. */
async function raise(value: number): Promise<{ readonly id: string; readonly version: number }> {
  await device.send({ w01018: value });
  const isMine = (alarm: { readonly factor: string | null }) => alarm.factor === "w01018";
  return waitFor("the alarm", async () => (await system.api.alarms(`state=unack-active&site=${site}`)).find(isMine), {
    deadlineMs: 3_000,
  });
}

describe("the first look", () => {
  it("the printed link signs in without typing, and only once", async () => {
    const { page, errors, foreignRequests } = await open({ link: signInLink() });
    await waitForLink(page, "live");
    await shoot(page, "first-look");
    expect(await page.title()).not.toBe("");
    expect(errors).toEqual([]);
    expect(foreignRequests).toEqual([]);

    const second = await open({ link: signInLink() });
    expect(await second.page.getByRole("heading", { level: 1 }).textContent()).toMatch(/失效/);
    await shoot(second.page, "link-used");
    await second.page.goto(`http://${system.addresses.http}/alarms`);
    await second.page.getByTestId("sign-in-form").waitFor();
  });

  it("the generated password is in the data folder and signs in by the form; a wrong one is told so", async () => {
    const { page } = await open({ path: "/alarms", locale: "en-GB" });
    const form = page.getByTestId("sign-in-form");
    await form.locator("[name=username]").fill("admin");
    await form.locator("[name=password]").fill("wrong");
    await form.locator("button.primary").click();
    await form.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    await form.locator("[name=password]").fill(readFileSync(join(system.dataDir, "admin-password"), "utf8").trim());
    await form.locator("button.primary").click();
    await waitForLink(page, "live");
    expect(new URL(page.url()).pathname).toBe("/alarms");
  });
});

describe.each([
  { language: "zh-CN", query: "", unacked: "未确认", acked: "已确认" },
  { language: "en", query: "?lang=en", unacked: "Unacked", acked: "Acked" },
])("an alarm on the screens, in $language", ({ language, query, unacked, acked }) => {
  it("appears while nobody touches anything; acknowledged with the button it changes for a second person too; back within the limit it leaves", async () => {
    const options = { cookie: system.api.token, path: `/alarms${query}` };
    const [first, second] = [await open(options), await open(options)];
    await Promise.all([waitForLink(first.page, "live"), waitForLink(second.page, "live")]);
    const { id } = await raise(88.8);
    const [mine, theirs] = [row(first.page, id), row(second.page, id)];
    await Promise.all([mine.waitFor({ timeout: 3_000 }), theirs.waitFor({ timeout: 3_000 })]);
    expect(await theirs.getAttribute("data-state")).toBe("unack-active");
    expect(await theirs.textContent()).toContain(unacked);
    expect(await theirs.textContent()).toContain("88.8");
    await shoot(second.page, `alarm-${language}`);

    await mine.getByTestId("ack-button").click();
    for (const { page } of [first, second]) {
      await page.locator(`[data-alarm-id="${id}"][data-state="ack-active"]`).waitFor({ timeout: 3_000 });
    }
    expect(await theirs.textContent()).toContain(acked);
    expect(await theirs.textContent()).toContain("admin");
    expect(await theirs.getByTestId("ack-button").count()).toBe(0);
    await shoot(second.page, `acknowledged-${language}`);

    await device.send({ w01018: 10 });
    await theirs.waitFor({ state: "detached", timeout: 5_000 });
    expect(first.errors).toEqual([]);
    expect(second.errors).toEqual([]);
  });

  it("a value that is not renewed is shown as stale", async () => {
    await device.send({ w01018: 12.5 });
    const { page } = await open({ cookie: system.api.token, path: `/sites/${site}${query}` });
    const value = page.getByTestId("site-value").filter({ hasText: "12.5" });
    await value.and(page.locator('[data-stale="false"]')).waitFor({ timeout: 5_000 });
    // Twice the interval of one second and five seconds more.
    await value.and(page.locator('[data-stale="true"]')).waitFor({ timeout: 12_000 });
    await shoot(page, `stale-${language}`);
    await device.send({ w01018: 13.5 });
    await page
      .getByTestId("site-value")
      .filter({ hasText: "13.5" })
      .and(page.locator('[data-stale="false"]'))
      .waitFor({ timeout: 3_000 });
  });
});

describe("when the server goes away", () => {
  it("the screen says so, acknowledging is paused, and it comes back by itself with what it missed", async () => {
    const { page } = await open({ cookie: system.api.token, path: "/alarms?lang=en" });
    await waitForLink(page, "live");
    const { id } = await raise(77);
    await row(page, id).waitFor({ timeout: 3_000 });
    await system.kill();
    await waitForLink(page, "down");
    await page.locator(".band-down").waitFor();
    expect(await row(page, id).getByTestId("ack-button").isDisabled()).toBe(true);
    await shoot(page, "down");
    await system.start();
    await waitForLink(page, "live", 30_000);
    device = await connectDevice(system.addresses.mqtt, {
      username: site,
      password: String((await system.api.call("POST", `/api/v1/sites/${site}/credentials`)).body["password"]),
    });
    await row(page, id).getByTestId("ack-button").click();
    await page.locator(`[data-alarm-id="${id}"][data-state="ack-active"]`).waitFor({ timeout: 3_000 });
    await shoot(page, "back");
  });
});

// The page of the system's own health: calm while all is well, honest while a part is away, true again afterwards. Broker,
// ingest and api run as processes of their own, so that each can really go.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { nodePath, type SplitSystem, startSplit } from "#test/harness/system.ts";
import { shoot } from "./stage.ts";

let system: SplitSystem;
let browser: Browser;
let device: Device;
let sending: NodeJS.Timeout;
const opened: OpenedDashboard[] = [];

beforeAll(async () => {
  mkdirSync(join(tmpdir(), "plumeline-e2e"), { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  system = await startSplit();
  browser = await launchBrowser();
  device = await connectDevice(system.addresses.mqtt, await system.api.createSite("SYS-1", { intervalSeconds: 1 }));
  await device.sendRaw(JSON.stringify({ time: Date.now(), values: { w99999: 1 } }));
  // A story takes the broker away: what is not taken then is not what it looks at.
  sending = setInterval(() => void device.send({ w01018: 20, w01001: 7 }).catch(() => undefined), 200);
}, 120_000);
afterEach(async () => {
  for (const dashboard of opened.splice(0)) await dashboard.close();
});
afterAll(async () => {
  clearInterval(sending);
  await device?.end();
  await browser?.close();
  await system?.close();
});

async function open(path: string, width = 1366): Promise<OpenedDashboard> {
  const baseUrl = `http://${system.addresses.http}`;
  const viewport = { width, height: width === 1366 ? 768 : 1080 };
  const dashboard = await openDashboard(browser, { baseUrl, cookie: system.api.token, path, viewport });
  opened.push(dashboard);
  return dashboard;
}

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const tile = (page: Page, name: string, state?: string) =>
  page
    .getByTestId("tile")
    .and(page.locator(`[data-tile="${name}"]${state === undefined ? "" : `[data-state="${state}"]`}`));
const valueOf = (page: Page, name: string) => tile(page, name).getByTestId("tile-value").textContent();

describe.each([
  { language: "zh-CN", query: "", well: "一切正常", todo: "处理步骤", means: "应答即已落盘" },
  { language: "en", query: "?lang=en", well: "All is well", todo: "What to do", means: "Acknowledged means: on disk" },
])("the system's health in $language", ({ language, query, well, todo, means }) => {
  it.each([1366, 1920])("says in one line that all is well, and every number beside it (%i wide)", async (width) => {
    const { page, errors } = await open(`/system${query}`, width);
    await page.getByTestId("verdict").and(page.locator('[data-state="ok"]')).waitFor({ timeout: 20_000 });
    expect(await page.getByTestId("verdict").textContent()).toContain(well);
    // Two answers make a rate: five frames a second with two readings each.
    await tile(page, "frames").locator("polyline").waitFor({ state: "attached", timeout: 20_000 });
    expect(Number(await valueOf(page, "frames"))).toBeGreaterThan(2);
    expect(Number(await valueOf(page, "readings"))).toBeGreaterThan(4);
    expect(await valueOf(page, "devices")).toBe("1");
    expect(await valueOf(page, "quarantine")).toBe("1");
    expect(Number(await valueOf(page, "screens"))).toBeGreaterThan(0);
    expect(await page.getByTestId("tile").count()).toBe(14);
    await shoot(page, `system-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(errors).toEqual([]);
  });

  it("leads from a number to what to do about it, and to the pages behind it", async () => {
    const { page } = await open(`/system${query}`);
    await tile(page, "frames").waitFor();
    await tile(page, "frames").getByRole("link", { name: todo }).click();
    const entry = page.locator("#runbook-frames:target");
    await entry.waitFor();
    expect(await entry.textContent()).toContain(means);
    await shoot(page, `system-runbook-${language}`);
    await tile(page, "quarantine").getByRole("link").first().click();
    await page.waitForURL((url) => url.pathname === "/quarantine");
  });
});

describe.each(["room", "wall"])("in theme %s", (theme) => {
  it("there are no findings of axe", async () => {
    const { page } = await open(`/system?theme=${theme}`);
    await tile(page, "frames").locator("polyline").waitFor({ state: "attached", timeout: 20_000 });
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, `system-${theme}`);
  });
});

describe("when a part is away", () => {
  it("without ingest its numbers are unknown and not zero, the condition is named, and it becomes an alarm", async () => {
    const { page, errors } = await open("/system");
    await page.getByTestId("verdict").and(page.locator('[data-state="ok"]')).waitFor({ timeout: 20_000 });
    await system.stopRole("ingest");
    await tile(page, "lag", "unknown").waitFor({ timeout: 15_000 });
    for (const name of ["readings", "backlog", "history", "state", "ledger"]) {
      await tile(page, name, "unknown").waitFor({ timeout: 3_000 });
    }
    await tile(page, "frames", "ok").waitFor({ timeout: 3_000 });
    await page.getByTestId("partial").filter({ hasText: "处理" }).waitFor();
    await page.locator('[data-testid="system-alarm"][data-definition="system:ingest-stalled"]').waitFor({
      timeout: 20_000,
    });
    await page.getByTestId("verdict").and(page.locator('[data-state="look"]')).waitFor();
    await shoot(page, "system-partial");
    expect(await findingsOf(page)).toEqual([]);
    await system.startRole("ingest");
    await tile(page, "lag", "ok").waitFor({ timeout: 30_000 });
    await tile(page, "ledger", "ok").waitFor({ timeout: 10_000 });
    expect(errors).toEqual([]);
  });

  it("without the api the page says that it is old and keeps what it had, and comes back by itself", async () => {
    const { page } = await open("/system?lang=en");
    await tile(page, "frames").locator("polyline").waitFor({ state: "attached", timeout: 20_000 });
    await system.stopRole("api");
    await page.getByRole("alert").filter({ hasText: "Loading system health failed" }).waitFor({ timeout: 15_000 });
    await page.getByTestId("verdict").and(page.locator('[data-state="unknown"]')).waitFor({ timeout: 15_000 });
    expect(await valueOf(page, "devices")).toBe("1");
    expect(await tile(page, "devices").locator(".is-stale").count()).toBe(1);
    await shoot(page, "system-stale-en");
    await system.startRole("api");
    await page
      .locator('[data-testid="tile"][data-tile="devices"] p:not(.is-stale)')
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByTestId("verdict").and(page.locator('[data-state="unknown"]')).waitFor({
      state: "detached",
      timeout: 30_000,
    });
  });
});

// The wall as a room sees it: large enough at six metres, nothing to touch, an alarm there at once, and blindness said over
// everything. On one display of 3840x2160, and on three of 1080 lines side by side.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
const walls: OpenedDashboard[] = [];
afterEach(async () => {
  for (const wall of walls.splice(0)) await wall.close();
});

/** The wall has no header of the frame; it tells the state of its link itself. */
async function openWall(query: string, width: number, height: number): Promise<OpenedDashboard> {
  const { addresses, api } = stage.system;
  const baseUrl = `http://${addresses.http}`;
  const wall = await openDashboard(stage.browser, {
    baseUrl,
    cookie: api.token,
    path: `/wall${query}`,
    viewport: { width, height },
  });
  walls.push(wall);
  await wall.page.getByTestId("wall-link").and(wall.page.locator('[data-state="live"]')).waitFor({ timeout: 20_000 });
  return wall;
}

/** Font sizes of what matches, in pixels. */
async function sizesOf(page: Page, selector: string): Promise<number[]> {
  const sizes = await page.evaluate(
    `[...document.querySelectorAll("${selector}")].map((element) => parseFloat(getComputedStyle(element).fontSize))`,
  );
  return sizes as number[];
}

describe.each([
  { language: "zh-CN", query: "", width: 3840, height: 2160, online: "在线站点", blind: "画面已失效" },
  { language: "en", query: "?lang=en", width: 5760, height: 1080, online: "Sites online", blind: "This wall is blind" },
])("the wall in $language at $width x $height", ({ language, query, width, height, online, blind }) => {
  it("shows a new alarm by itself, in figures that are read at six metres, and nothing to touch", async () => {
    const site = `WALL-${language}`;
    const device = await stage.addSite(site, { w01018: 50 }, { intervalSeconds: 60 });
    const { page, errors } = await openWall(query, width, height);
    expect(await page.getByTestId("wall-online").textContent()).toContain(online);
    await device.send({ w01018: 88.8 });
    const [alarm] = await openAlarms(stage, site, 1);
    const row = page.locator(`[data-testid="wall-alarm"][data-alarm-id="${alarm?.id ?? ""}"]`);
    await row.waitFor({ timeout: 3_000 });
    expect(await row.textContent()).toMatch(/88\.8 \/ 50/);
    await page.getByTestId("wall-worst").filter({ hasText: "0.78" }).waitFor({ timeout: 3_000 });

    const figures = [".wall-number", ".wall-counts", ".wall-value", ".wall-clock", ".wall-link", ".wall-site"];
    for (const selector of figures) {
      for (const px of await sizesOf(page, selector)) expect(px, selector).toBeGreaterThanOrEqual(height / 50);
    }
    const touchable = "a, button, input, select, textarea, summary, [tabindex], [contenteditable]";
    expect(await page.locator(`.wall :is(${touchable})`).count()).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.wall')).cursor")).toBe("none");
    const overflows = await page.evaluate(
      "document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth",
    );
    expect(overflows).toBe(false);
    await shoot(page, `wall-${language}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((each) => each.id)).toEqual([]);
    expect(errors).toEqual([]);
    expect((await stage.system.api.acknowledge(alarm ?? { id: "", version: 0 })).status).toBe(200);
    await device.send({ w01018: 1 });
    await row.waitFor({ state: "detached", timeout: 10_000 });
  });

  it("says over everything that it is blind when nothing was heard for fifteen seconds, and sees again by itself", async () => {
    const { page } = await openWall(query, width, height);
    expect(await page.getByTestId("wall-blind").count()).toBe(0);
    await stage.system.kill();
    const killedAt = performance.now();
    await page.getByTestId("wall-blind").filter({ hasText: blind }).waitFor({ timeout: 25_000 });
    // Counted from the last thing that was heard: a heartbeat comes every five seconds.
    expect(performance.now() - killedAt).toBeGreaterThan(8_000);
    await shoot(page, `wall-blind-${language}`);
    await stage.system.start();
    await page.getByTestId("wall-blind").waitFor({ state: "detached", timeout: 40_000 });
  });
});

describe("a wall that nobody touches", () => {
  it("loads a new build of the program by itself, and stays as it is while there is none", async () => {
    const { addresses, api } = stage.system;
    const baseUrl = `http://${addresses.http}`;
    const wall = await openDashboard(stage.browser, { baseUrl, cookie: api.token, path: "/me" });
    walls.push(wall);
    const { page } = wall;
    await page.clock.install();
    await page.goto(`${baseUrl}/wall`);
    await page.getByTestId("wall").waitFor();
    let loads = 0;
    page.on("load", () => (loads += 1));
    const looked = page.waitForResponse((response) => response.url() === `${baseUrl}/`);
    await page.clock.fastForward(301_000);
    await looked;
    expect(loads).toBe(0);
    // What the server answers after an upgrade: the same page with scripts of other names.
    const next = (await (await fetch(`${baseUrl}/`)).text()).replace(
      /src="\/assets\/[^"]+"/,
      'src="/assets/next-build.js"',
    );
    await page.route(`${baseUrl}/`, (route) => route.fulfill({ contentType: "text/html", body: next }));
    await page.clock.fastForward(301_000);
    await page.waitForEvent("load", { timeout: 10_000 });
    await page.getByTestId("wall").waitFor();
    expect(loads).toBe(1);
  });
});

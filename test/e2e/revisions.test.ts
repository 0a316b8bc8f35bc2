// A reading that came again with another value is seen as revised on the page of its site: both values, when it was measured
// and received, and the journal number; and what the list says while there is none, or when it cannot be had.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { formatLocal } from "#domain/time.ts";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { connectDevice } from "#test/harness/device.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const shots = join(tmpdir(), "plumeline-e2e");
const measuredAt = Date.now() - 90_000;

let system: RunningSystem;
let browser: Browser;
const opened: OpenedDashboard[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  system = await startSystem();
  const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("HB-REVISED"));
  await system.api.createSite("HB-STEADY");
  await device.send({ w01018: 41.2, w01001: 7 }, { time: measuredAt });
  await device.sendRaw(JSON.stringify({ time: measuredAt, values: { w01018: { value: 41.2, flag: "D" }, w01001: 7 } }));
  await device.sendRaw(JSON.stringify({ time: measuredAt, values: { w01018: 41.204, w01001: 7 } }));
  await device.sendRaw(JSON.stringify({ time: measuredAt, kind: "minute", values: { w01001: 7.25 } }));
  await device.sendRaw(JSON.stringify({ time: measuredAt, kind: "minute", values: { w01001: 7.5 } }));
  await device.end();
  const listed = async () => (await system.api.call("GET", "/api/v1/revisions?site=HB-REVISED")).body["total"] === 3;
  await waitFor("the revisions", listed, { deadlineMs: 5_000 });
  browser = await launchBrowser();
}, 120_000);
afterEach(async () => {
  for (const dashboard of opened.splice(0)) await dashboard.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, width = 1366): Promise<OpenedDashboard> {
  const viewport = { width, height: width === 1366 ? 768 : 1080 };
  const baseUrl = `http://${system.addresses.http}`;
  const dashboard = await openDashboard(browser, { baseUrl, cookie: system.api.token, path, viewport });
  opened.push(dashboard);
  return dashboard;
}

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const rows = (page: Page) => page.getByTestId("revision-row");

describe.each([
  { language: "zh-CN", query: "", title: "修订过的读数", none: "本站没有修订过的读数", minute: "分钟" },
  { language: "en", query: "?lang=en", title: "Revised readings", none: "No reading of this site", minute: "minute" },
])("the revised readings of a site, in $language", ({ language, query, title, none, minute }) => {
  it.each([1366, 1920])("show every version with what it replaced, newest first (%i wide)", async (width) => {
    const { page, errors } = await open(`/sites/HB-REVISED${query}`, width);
    await rows(page).first().waitFor();
    const texts = (await rows(page).allTextContents()).map((text) => text.replaceAll(/\s+/g, " "));
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(new RegExp(`${minute}.*7\\.25.*→ 7\\.5`));
    expect(texts[1]).toMatch(/41\.2 D → 41\.204 mg\/L/);
    expect(texts[2]).toMatch(/41\.2 → 41\.2 D mg\/L/);
    expect(texts[1]).toContain(formatLocal(measuredAt).slice(11));
    const listed = (await system.api.call("GET", "/api/v1/revisions?site=HB-REVISED")).body["items"];
    const seqs = await rows(page).evaluateAll((all) => all.map((each) => Number(each.getAttribute("data-seq"))));
    expect(seqs).toEqual((listed as { seq: number }[]).map(({ seq }) => seq));
    await page.getByRole("heading", { name: title }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(shots, `revisions-${language}-${width}.png`) });
    expect(await findingsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(errors).toEqual([]);
  });

  it("say that there is none, and what failed when they cannot be had", async () => {
    const { page } = await open(`/sites/HB-STEADY${query}`);
    const panel = page.getByRole("region", { name: title });
    await panel.getByText(none).waitFor();
    await page.route("**/api/v1/revisions*", (route) => route.abort());
    await page.reload();
    await panel.getByRole("alert").waitFor({ timeout: 30_000 });
    await page.unroute("**/api/v1/revisions*");
    await panel.getByRole("button").click();
    await panel.getByText(none).waitFor();
  });
});

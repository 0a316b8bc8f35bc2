// The stage of the browser stories: the real program, the built dashboard, a real Chromium, devices that raise alarms, and a
// place for pictures. One per file; a story opens pages and they are closed after it.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { AlarmJson, SiteOptions } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard, type OpenedDashboard, type OpenOptions } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { nodePath, startSystem, type RunningSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const shots = join(tmpdir(), "plumeline-e2e");

export interface Stage {
  readonly system: RunningSystem;
  readonly browser: Browser;
  /** A page of a signed-in person, with the link live. */
  open(path: string, options?: Partial<OpenOptions>): Promise<OpenedDashboard>;
  /** A registered site with its device connected and a limit for each factor. */
  addSite(id: string, limits: Readonly<Record<string, number>>, options?: SiteOptions): Promise<Device>;
}

export function waitForLink(page: Page, state: string, deadlineMs = 20_000): Promise<void> {
  return page
    .getByTestId("link-state")
    .and(page.locator(`[data-state="${state}"]`))
    .waitFor({ timeout: deadlineMs });
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

export function alarmRow(page: Page, id: string) {
  return page.locator(`[data-testid="alarm-row"][data-alarm-id="${id}"]`);
}

/** The alarms of a site that are open, once there are `n`. */
export function openAlarms({ system }: Stage, site: string, n: number): Promise<AlarmJson[]> {
  return waitFor(
    `${n} open alarms of ${site}`,
    async () => {
      const found = await system.api.alarms(`site=${site}`);
      const open = found.filter((alarm) => alarm.state !== "normal");
      return open.length === n ? open : null;
    },
    { deadlineMs: 10_000 },
  );
}

/** Sets the stage for the stories of one file. */
/** `env`: settings of the program that is watched. */
export function setStage(env: Readonly<Record<string, string>> = {}): Stage {
  let running: { system: RunningSystem; browser: Browser } | null = null;
  const opened: OpenedDashboard[] = [];
  const devices: Device[] = [];
  const found = (): { system: RunningSystem; browser: Browser } => {
    if (running === null) throw new Error("the stage is set before all stories");
    return running;
  };
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
    running = { system: await startSystem({ keepAddresses: true, env }), browser: await launchBrowser() };
  }, 120_000);
  afterEach(async () => {
    for (const dashboard of opened.splice(0)) await dashboard.close();
  });
  afterAll(async () => {
    for (const device of devices) await device.end();
    await running?.browser.close();
    await running?.system.close();
  });
  return {
    get system() {
      return found().system;
    },
    get browser() {
      return found().browser;
    },
    async open(path, options = {}) {
      const { system, browser } = found();
      const baseUrl = `http://${system.addresses.http}`;
      const dashboard = await openDashboard(browser, { baseUrl, cookie: system.api.token, path, ...options });
      opened.push(dashboard);
      await waitForLink(dashboard.page, "live");
      return dashboard;
    },
    async addSite(id, limits, options = {}) {
      const { system } = found();
      const factors = Object.keys(limits);
      const given = await system.api.createSite(id, { intervalSeconds: 3600, factors, ...options });
      for (const [factor, max] of Object.entries(limits)) await system.api.putLimit(id, factor, max);
      const device = await connectDevice(system.addresses.mqtt, given);
      devices.push(device);
      return device;
    },
  };
}

// The pictures of devices, of judgement and of stations: lists with one of their rows looked at. What a province happens not to
// have that day is said on the screen, and the picture shows that.

import type { Page } from "playwright-core";
import { waitFor } from "#test/harness/wait.ts";
import { type Draft, pictureMsMax, see } from "./scene.ts";

/** Opens the first row of a list, if it has any, and waits for what it opens. */
function openFirst(row: string, opened: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.locator(`${row}, .notice`).first().waitFor({ timeout: pictureMsMax });
    const first = page.locator(row).first();
    if ((await first.count()) === 0) return;
    await first.click();
    await see(opened)(page);
  };
}

export const judgedDrafts: readonly Draft[] = [
  { name: "loggers", path: "/loggers", ready: see('[data-testid="logger-row"]') },
  {
    name: "logger-card",
    path: "/loggers",
    size: { width: 1600, height: 1400 },
    ready: openFirst('[data-testid="logger-row"][data-state="known"]', '[data-testid="report-card"]'),
  },
  { name: "gaps", path: "/gaps", ready: openFirst('[data-testid="gap-row"]', '[data-testid="gap-detail"]') },
  {
    name: "requests",
    path: "/requests",
    ready: openFirst('[data-testid="request-row"]', '[data-testid="request-steps"]'),
  },
  { name: "assets", path: "/assets", ready: see('[data-testid="asset-row"]') },
  { name: "exceedances", path: "/exceedances", ready: see('[data-testid="exceedance-row"], .notice') },
  {
    name: "exceedance",
    path: "/exceedances",
    size: { width: 1600, height: 1700 },
    async ready(page) {
      await openFirst('[data-testid="exceedance-row"]', '[data-testid="explanation"]')(page);
      await waitFor("the sheet", async () => (await page.locator(".loading").count()) === 0, {
        deadlineMs: pictureMsMax,
      });
    },
  },
  { name: "rules", path: "/rules", ready: openFirst('[data-testid="rule-row"]', '[data-testid="rule-limit"]') },
  { name: "marks", path: "/marks", languages: ["zh-CN"], ready: see('[data-testid="mark-row"], .notice') },
  { name: "quality", path: "/quality?by=site&sort=-valid", ready: see('[data-testid="quality-row"]') },
  {
    name: "quality-day",
    path: "/quality?by=site&sort=-valid",
    languages: ["zh-CN"],
    ready: openFirst('[data-testid="quality-row"]', '[data-testid="audit-factor"]'),
  },
  {
    name: "hints",
    path: "/hints?status=all",
    ready: openFirst('[data-testid="hint-row"]', '[data-testid="hint-chart"] .uplot'),
  },
  {
    name: "stations",
    path: "/stations",
    languages: ["en"],
    async ready(page) {
      await see('[data-testid="station-chip"]')(page);
      await waitFor("all kinds", async () => (await page.locator(".loading").count()) === 0, {
        deadlineMs: pictureMsMax,
      });
    },
  },
  { name: "air", path: "/air", languages: ["zh-CN"], ready: see('[data-testid="station-row"]') },
  {
    name: "station",
    path: "/air",
    ready: openFirst('[data-testid="station-row"]', '[data-testid="station-standing"]'),
  },
];

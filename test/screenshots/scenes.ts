// What is taken pictures of: every screen with the address that shows it at its best, what has to be there before the picture is
// taken, its size, its theme. A new screen is one more entry.

import type { Page } from "playwright-core";
import { waitFor } from "#test/harness/wait.ts";
import { judgedDrafts } from "./judged-scenes.ts";
import { defineScene, pictureMsMax, type Scene, see } from "./scene.ts";

/** A figure that has stood so long is no passing one. */
const settledMs = 3_000;

/** At least so many of them. */
async function seeMany(page: Page, selector: string, least: number): Promise<void> {
  const what = page.locator(selector);
  await waitFor(`${least} of ${selector}`, async () => (await what.count()) >= least, { deadlineMs: pictureMsMax });
}

async function seeMap(page: Page): Promise<void> {
  await page.locator(".overview-map canvas").first().waitFor({ timeout: pictureMsMax });
  await see('[data-testid="alarm-row"]')(page);
}

/** Alarms are there, and the readings of all sites have come: nearly nobody is silent on a day as it is. */
async function seeWall(page: Page): Promise<void> {
  await see('[data-testid="wall-alarm"]')(page);
  const stale = page.getByTestId("wall-stale").locator(".wall-number");
  let since = performance.now();
  await waitFor(
    "the readings of all sites",
    async () => {
      if (!(Number(await stale.textContent()) < 50)) since = performance.now();
      return performance.now() - since > settledMs;
    },
    { deadlineMs: pictureMsMax },
  );
}

/** The most urgent alarm of an outfall, looked at: its pane with its chart. */
async function openFirstAlarm(page: Page): Promise<void> {
  const row = page.locator('[data-testid="alarm-row"]:not(.is-wordy)').first();
  await row.waitFor({ timeout: pictureMsMax });
  await row.locator(".cell-factor").click();
  await see(".alarm-pane .uplot")(page);
}

async function openHelp(page: Page): Promise<void> {
  await page.keyboard.press("?");
  await page.locator("dialog.help[open]").waitFor();
}

/** Of these sites: what is measured there, in the order of the register. */
export interface Shown {
  readonly sites: readonly string[];
  readonly factorsOf: (site: string) => readonly string[];
}

/** On any day: a few alarms, some of them in somebody's hands. */
export function listCalmScenes(shown: Shown): readonly Scene[] {
  const [first = "", second = ""] = shown.sites;
  const series = [
    ...shown
      .factorsOf(first)
      .slice(0, 3)
      .map((factor) => `${first}.${factor}.mean`),
    ...shown
      .factorsOf(second)
      .slice(0, 1)
      .map((factor) => `${second}.${factor}.mean`),
  ].join(",");
  const overview = { path: "/overview", ready: seeMap };
  const alarms = { path: "/alarms", ready: openFirstAlarm };
  const wall = { path: "/wall", isBare: true, ready: seeWall };
  return [
    defineScene({ name: "sign-in", path: "/", isSignedOut: true, ready: see('[data-testid="sign-in-form"]') }),
    defineScene({ name: "overview", ...overview }),
    defineScene({ name: "alarms", ...alarms }),
    defineScene({ name: "site", path: `/sites/${first}?from=now-24h`, ready: see(".site-chart .uplot") }),
    defineScene({
      name: "site-whole",
      path: `/sites/${first}?from=now-7d`,
      languages: ["zh-CN"],
      size: { width: 1600, height: 1720 },
      ready: see(".site-chart .uplot"),
    }),
    defineScene({
      name: "history",
      path: `/history?from=now-7d&s=${series}`,
      ready: (page) => seeMany(page, '[data-testid="stats-row"][data-points]:not([data-points="0"])', 4),
    }),
    defineScene({ name: "ledger", path: "/ledger", ready: see(".reason-list li") }),
    defineScene({
      name: "quarantine",
      path: "/quarantine",
      async ready(page) {
        const row = page.getByTestId("quarantine-row").first();
        await row.waitFor({ timeout: pictureMsMax });
        await row.click();
        await see('[data-testid="raw-frame"]')(page);
      },
    }),
    defineScene({
      name: "system",
      path: "/system",
      // Ten seconds of answers: a rate and the beginning of its line.
      async ready(page) {
        await see('[data-tile="frames"] polyline')(page);
        await waitFor(
          "some answers in a row",
          async () =>
            ((await page.locator('[data-tile="frames"] polyline').first().getAttribute("points")) ?? "").split(" ")
              .length > 8,
          { deadlineMs: 60_000, everyMs: 500 },
        );
      },
    }),
    ...judgedDrafts.map(defineScene),
    defineScene({ name: "profile", path: "/me", ready: see(".profile-view fieldset") }),
    defineScene({ name: "help", path: "/overview", ready: openHelp }),
    defineScene({ name: "wall", ...wall, size: { width: 1920, height: 1080 } }),
    defineScene({ name: "wall-2160", ...wall, languages: ["zh-CN"], size: { width: 3840, height: 2160 } }),
    defineScene({ name: "overview-room", ...overview, languages: ["zh-CN"], theme: "room" }),
    defineScene({ name: "overview-dark", ...overview, languages: ["en"], theme: "wall" }),
    defineScene({ name: "overview-contrast", ...overview, languages: ["zh-CN"], media: { contrast: "more" } }),
    defineScene({ name: "alarms-room", ...alarms, languages: ["en"], theme: "room" }),
    defineScene({ name: "alarms-dark", ...alarms, languages: ["zh-CN"], theme: "wall" }),
    defineScene({ name: "alarms-contrast", ...alarms, languages: ["en"], media: { contrast: "more" } }),
  ];
}

/** A fifth of the province beyond its limits. */
export const floodScenes: readonly Scene[] = [
  defineScene({ name: "alarms-flood", path: "/alarms", ready: see('[data-testid="flood-banner"]') }),
  defineScene({ name: "overview-flood", path: "/overview", languages: ["zh-CN"], ready: seeMap }),
];

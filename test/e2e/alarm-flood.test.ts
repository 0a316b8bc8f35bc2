// A flood at the desk: alarms fold by enterprise, site and cause with what came first on top, the band says since when, an
// enterprise is heard once for each priority, what comes and goes is folded and offered for the shelf, and it ends by itself.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, it } from "vitest";
import type { Device } from "#test/harness/device.ts";
import { waitFor } from "#test/harness/wait.ts";
import { createClock } from "#test/torture/worlds.ts";
import { findViolations } from "./axe.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "plumeline-flood-"));
const clock = createClock(folder);
if (clock === null) throw new Error("libfaketime is missing: ten minutes must pass while a test looks");
const stage = setStage(clock.env);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Seconds that the program is ahead of this test. */
let ahead = 0;

function moveOn(seconds: number): void {
  ahead += seconds;
  clock?.shift(ahead);
}

const factors = ["w01018", "w21003", "w21011", "w21001", "w01012", "w01019"] as const;
const limits = Object.fromEntries(factors.map((factor) => [factor, 50]));
const values = (value: number): Record<string, number> => Object.fromEntries(factors.map((factor) => [factor, value]));

async function addWorks(id: string, enterprise: string): Promise<Device> {
  const device = await stage.addSite(id, limits, { city: "130200" });
  const changed = await stage.system.api.call("PATCH", `/api/v1/sites/${id}`, { enterprise });
  expect(changed.status, changed.text).toBe(200);
  return device;
}

async function countTones(page: Page): Promise<number> {
  return Number(await page.getByTestId("sound-state").getAttribute("data-played"));
}

it("folds by enterprise, site and cause, is heard once for each enterprise, and ends by itself", async () => {
  const steel = [await addWorks("FLOOD-S1", "Steel Works"), await addWorks("FLOOD-S2", "Steel Works")];
  const third = await addWorks("FLOOD-S3", "Steel Works");
  const paper = await addWorks("FLOOD-P1", "Paper Mill");
  const { page, errors } = await stage.open("/alarms?lang=en", { viewport: { width: 1920, height: 1080 } });
  await page.getByRole("heading", { level: 1 }).click();
  await page.locator('[data-testid="sound-state"][data-state="on"]').waitFor();
  expect(await page.getByTestId("alarm-rate").getAttribute("data-flood")).toBe("false");

  // What comes first stays first, however many follow.
  await steel[1]?.send({ w01018: 60 }, { time: Date.now() - 5_000 });
  await openAlarms(stage, "FLOOD-S2", 1);
  await steel[1]?.send(values(61));
  await steel[0]?.send(values(70));
  const band = page.getByTestId("flood-banner");
  await band
    .filter({ hasText: /Alarm flood since \d\d:\d\d:\d\d: 1\d in 10 minutes. Grouped by enterprise/ })
    .waitFor();
  expect(await page.getByTestId("alarm-rate").getAttribute("data-flood")).toBe("true");
  const group = page.getByTestId("alarm-group").filter({ hasText: "Steel Works" });
  await group.filter({ hasText: "12 alarms, 12 unacked" }).filter({ hasText: "2 sites" }).waitFor();

  // Another site of the same enterprise was heard; another enterprise was not.
  const before = await countTones(page);
  await third.send(values(80));
  await group.filter({ hasText: "18 alarms" }).waitFor({ timeout: 15_000 });
  expect(await countTones(page)).toBe(before);
  await paper.send(values(90));
  const other = page.getByTestId("alarm-group").filter({ hasText: "Paper Mill" });
  await other.waitFor();
  await waitFor("its one sound", async () => (await countTones(page)) === before + 1, { deadlineMs: 5_000 });

  await group.getByRole("button").first().click();
  const sites = page.locator('[data-testid="alarm-group"][data-depth="1"]');
  await waitFor("its sites", async () => (await sites.count()) === 3, { deadlineMs: 5_000 });
  expect(await sites.first().textContent()).toContain("FLOOD-S2");
  await sites.first().getByRole("button").click();
  const rows = page.locator(".in-group");
  await waitFor("the alarms of the site", async () => (await rows.count()) === factors.length, { deadlineMs: 5_000 });
  expect(await rows.first().textContent()).toMatch(/first.*COD/);
  expect(await findViolations(page)).toEqual([]);
  await shoot(page, "flood-grouped");

  // Eleven minutes later nobody was called: the flood is over, one by one again.
  moveOn(11 * 60 + 5);
  await band.waitFor({ state: "detached", timeout: 20_000 });
  await page.getByTestId("alarm-row").first().waitFor();
  expect(await page.getByTestId("alarm-group").count()).toBe(0);
  expect(errors).toEqual([]);
}, 90_000);

it("an alarm that comes and goes is one line that says how often, and offers the shelf", async () => {
  const device = await stage.addSite("FLOOD-CHATTER", { w01018: 50 }, { city: "130300" });
  const { page } = await stage.open("/alarms?lang=en&group=none&city=130300", {
    viewport: { width: 1920, height: 1080 },
  });
  const now = (): number => Date.now() + ahead * 1000;
  for (let i = 0; i < 7; i += 1) {
    await device.send({ w01018: 80 + i }, { time: now() });
    await device.send({ w01018: 1 }, { time: now() });
  }
  const chip = page.getByTestId("chatter");
  await chip.waitFor({ timeout: 10_000 });
  expect(await page.getByTestId("alarm-row").count()).toBe(1);
  await chip.click();
  await page.getByRole("dialog", { name: "Shelve" }).waitFor();
  await shoot(page, "flood-chatter");
});

// Signing in as a person does it: the click that signs in is enough to be heard later, and the time and place of the sign-in before
// are shown, so that one that was not one's own is noticed.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { formatLocal } from "#domain/time.ts";
import { openDashboard } from "#test/harness/browser.ts";
import { adminPassword } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();

async function openForm(path: string) {
  const dashboard = await openDashboard(stage.browser, { baseUrl: `http://${stage.system.addresses.http}`, path });
  await dashboard.page.getByTestId("sign-in-form").waitFor();
  return dashboard;
}

async function signIn(page: Page): Promise<void> {
  const form = page.getByTestId("sign-in-form");
  await form.locator("[name=username]").fill("admin");
  await form.locator("[name=password]").fill(adminPassword);
  await form.locator("[name=password]").press("Enter");
  await waitForLink(page, "live");
}

describe.each([
  { lang: "zh-CN", query: "", says: /上次登录：(\S+ \S+)（北京时间），来自 127\.0\.0\.1/, dismiss: "知道了" },
  { lang: "en", query: "?lang=en", says: /Last sign-in: (\S+ \S+) \(UTC\+8\) from 127\.0\.0\.1/, dismiss: "OK" },
])("signing in, in $lang", ({ lang, query, says, dismiss }) => {
  it("unlocks the sound, and says when and from where it was done the time before", async () => {
    // By a program, a moment ago: the stage itself.
    const before = Date.now();
    await stage.system.api.call("POST", "/api/v1/session", { username: "admin", password: adminPassword });
    const { page, errors, close } = await openForm(`/alarms${query}`);
    try {
      await signIn(page);
      const band = page.getByTestId("sign-in-before");
      const [, at = ""] = says.exec((await band.textContent()) ?? "") ?? [];
      expect(at.slice(0, 10)).toBe(formatLocal(before).slice(0, 10));
      expect(Math.abs(Date.parse(`${at.replace(" ", "T")}+08:00`) - before)).toBeLessThan(5_000);
      await shoot(page, `sign-in-before-${lang}`);
      // Nobody has touched the page since the form was sent.
      await page.locator('[data-testid="sound-state"][data-state="on"]').waitFor({ timeout: 5_000 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((each) => each.id)).toEqual([]);
      await band.getByRole("button", { name: dismiss }).click();
      await band.waitFor({ state: "detached" });
      await page.goto(new URL(`/me${query}`, page.url()).href);
      await page.getByTestId("profile-sign-in").filter({ hasText: at }).waitFor();
      await shoot(page, `profile-sign-in-${lang}`);
      expect(errors).toEqual([]);
    } finally {
      await close();
    }
  });
});

it("an alarm is heard by somebody who has done nothing but sign in", async () => {
  const device = await stage.addSite("SIGN-IN", { w01018: 50 });
  const { page, close } = await openForm("/alarms?group=none");
  try {
    await signIn(page);
    await page.locator('[data-testid="sound-state"][data-state="on"]').waitFor({ timeout: 5_000 });
    await device.send({ w01018: 90 });
    await waitFor(
      "the tone",
      async () => Number(await page.getByTestId("sound-state").getAttribute("data-played")) > 0,
      { deadlineMs: 5_000 },
    );
    expect(await page.getByTestId("sound-state").getAttribute("data-last")).toBe("2");
  } finally {
    await close();
  }
});

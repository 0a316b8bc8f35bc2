// What one person sets at one machine: language and theme go into the address, the rest stays in the browser; both hold after
// the page is loaded again. And the help, which needs no network.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

describe("the settings of a person", () => {
  it("change language and theme in the address, without findings of axe in any of the six", async () => {
    const { page, errors } = await stage.open("/me");
    for (const [theme, label] of [
      ["room", "大厅"],
      ["wall", "大屏"],
      ["desk", "值班台"],
    ] as const) {
      await page.getByRole("radio", { name: label }).check();
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      expect(await findingsOf(page), theme).toEqual([]);
    }
    await shoot(page, "profile-zh-CN");
    await page.getByRole("radio", { name: "English" }).check();
    await page.getByRole("heading", { name: "My settings" }).waitFor();
    expect(new URL(page.url()).searchParams.get("lang")).toBe("en");
    for (const label of ["Room", "Wall", "Desk"]) {
      await page.getByRole("radio", { name: label, exact: true }).check();
      expect(await findingsOf(page), label).toEqual([]);
    }
    await shoot(page, "profile-en");
    expect(errors).toEqual([]);
  });

  it("keep density, sound and single-letter keys in this browser, and the defaults are one button away", async () => {
    const { page } = await stage.open("/me");
    await page.getByRole("radio", { name: "紧凑" }).check();
    await page.getByTestId("profile-sound").uncheck();
    await page.getByTestId("profile-singleKeys").uncheck();
    await page.reload();
    await waitForLink(page, "live");
    expect(await page.getByRole("radio", { name: "紧凑" }).isChecked()).toBe(true);
    expect(await page.getByTestId("profile-sound").isChecked()).toBe(false);
    await page.getByTestId("sound-state").and(page.locator('[data-state="off"]')).waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("?");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe("/me");

    await page.getByRole("button", { name: "恢复默认" }).click();
    expect(await page.getByTestId("profile-singleKeys").isChecked()).toBe(true);
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  });

  it("are reached from the person's menu, by the keyboard", async () => {
    const { page } = await stage.open("/overview");
    await page.locator(".user-button").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "我的设置" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/me");
  });
});

describe("the help", () => {
  it.each([
    ["zh-CN", "/me", ["一级", "四级", "仪器故障", "历史", "系统"]],
    ["en", "/me?lang=en", ["Priority 1", "Priority 4", "instrument fault", "History", "System"]],
  ] as const)(
    "in %s names marks, flags and the keys of every screen, without asking the server",
    async (_, path, says) => {
      const { page } = await stage.open(path);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      const text = (await dialog.textContent()) ?? "";
      for (const word of says) expect(text).toContain(word);
      expect(asked.filter((url) => !url.includes("/api/v1/session"))).toEqual([]);
      expect(await findingsOf(page)).toEqual([]);
    },
  );
});

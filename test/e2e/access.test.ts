// Open to everybody: no serious fault by axe on the screens of the frame, in both languages and all themes; everything reachable by
// Tab; priorities told apart without colour by shape and digit.

import { describe, expect, it } from "vitest";
import { findViolations } from "./axe.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
const screens = [
  ["/overview", ".key-figures"],
  ["/alarms?group=none", '[data-testid="alarm-row"]'],
  ["/alarms?group=site&sort=time", ".alarm-scroll"],
  ["/alarm-history", '[data-testid="history-row"]'],
  ["/alarm-history?view=journal", '[data-testid="journal-row"]'],
  ["/sites/ACC-1", '[data-testid="site-value"]'],
  ["/sites/ACC-1?as=table", ".means"],
  ["/ledger", ".ledger-view"],
  ["/quarantine", ".quarantine-view"],
  ["/nowhere", ".notice"],
] as const;

describe("axe finds nothing serious", () => {
  it.each(["zh-CN", "en"])("on any screen, in %s and in every theme", async (lang) => {
    const known = await stage.system.api.call("GET", "/api/v1/sites/ACC-1");
    if (known.status === 404) {
      const device = await stage.addSite("ACC-1", { w01018: 50, w21003: 5 });
      await device.send({ w01018: 88, w21003: 9 });
      await openAlarms(stage, "ACC-1", 2);
    }
    const problems: string[] = [];
    const { page } = await stage.open(`/overview?lang=${lang}`, { viewport: { width: 1920, height: 1080 } });
    for (const [path, sign] of screens) {
      const url = new URL(path, page.url());
      url.searchParams.set("lang", lang);
      await page.goto(url.href);
      await page.locator(sign).first().waitFor();
      for (const theme of ["desk", "room", "wall"]) {
        // As the menu does it: the address says the theme, the page follows.
        await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(theme)}`);
        for (const problem of await findViolations(page)) problems.push(`${path} ${theme}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
  });

  it("in the open dialogs and menus: help, sharing, the person's menu, a selected alarm", async () => {
    const [alarm] = await openAlarms(stage, "ACC-1", 2);
    const { page } = await stage.open(`/alarms?group=none&lang=en&sel=${alarm?.id}`);
    await page.getByRole("complementary", { name: "Selected alarm" }).locator(".uplot").waitFor();
    const problems = await findViolations(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help" }).waitFor();
    await shoot(page, "help-en");
    problems.push(...(await findViolations(page)));
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Share" }).click();
    problems.push(...(await findViolations(page)));
    await page.keyboard.press("Escape");
    await page.locator("[popovertarget=user-menu]").click();
    problems.push(...(await findViolations(page)));
    expect(problems).toEqual([]);
  });
});

it("axe notices a picture without words and grey on grey, so that its silence means something", async () => {
  const { page } = await stage.open("/overview");
  await page.evaluate(`{
    const main = document.querySelector("main");
    main.insertAdjacentHTML("afterbegin", "<img src=/favicon.svg><p>hardly to be read</p>");
    // By script: the page's policy forbids styles in attributes.
    Object.assign(main.querySelector("p").style, { color: "#999", background: "#aaa" });
  }`);
  const found = (await findViolations(page)).join(" ");
  expect(found).toContain("image-alt");
  expect(found).toContain("color-contrast");
});

it("every control of the console can be reached by Tab, and the focus is seen", async () => {
  const { page } = await stage.open("/alarms?group=none");
  await page.getByTestId("alarm-row").first().waitFor();
  const reached = new Set<string>();
  let unseen = 0;
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const [name, outline] = (await page.evaluate(
      "[(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim(), getComputedStyle(document.activeElement).outlineStyle]",
    )) as [string, string];
    if (name.length < 200) reached.add(name);
    if (outline === "none") unseen += 1;
  }
  for (const wanted of ["分享", "帮助（?）", "城市", "排序", "分组", "一级", "EN"]) {
    expect([...reached].join("|")).toContain(wanted);
  }
  expect(unseen).toBeLessThanOrEqual(1);
});

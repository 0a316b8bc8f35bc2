// Handing a shift over on a real screen: two people, one of them at the other's screen with the own password; a block that nobody
// ticked stands again; what was signed can be looked at with its hash and printed. In both languages, by keys and by mouse.

import { beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
let li: ApiClient;
let wang: ApiClient;
let viewer: ApiClient;

beforeAll(async () => {
  await stage.system.stop();
  for (const name of ["li", "wang"]) await addUser(stage.system.dataDir, name, "operator");
  await addUser(stage.system.dataDir, "viewer", "viewer");
  await stage.system.start();
  const { http } = stage.system.addresses;
  [li, wang, viewer] = await Promise.all([
    signIn(http, "li", "li password"),
    signIn(http, "wang", "wang password"),
    signIn(http, "viewer", "viewer password"),
  ]);
  const device = await stage.addSite("SHIFT-1", { w01018: 50 });
  await device.send({ w01018: 77.7 });
  await openAlarms(stage, "SHIFT-1", 1);
}, 120_000);

const block = (name: string): string => `[data-testid="shift-block"][data-block="${name}"]`;

describe("a shift", () => {
  it("is begun, noted, signed and accepted on one screen by two people; what was not ticked stands again", async () => {
    const { page, errors, refusals } = await stage.open("/shift", { cookie: li.token });
    await page.getByRole("button", { name: "开始值班" }).click();
    await page.locator('[data-testid="shift-head"][data-person="li"]').waitFor();
    await page.locator(block("open-alarms")).filter({ hasText: "化学需氧量" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await page.getByRole("textbox", { name: /交班记事/ }).fill("2 号泵停用");
    await page.getByRole("button", { name: "记下" }).click();
    await page.locator(block("notes")).filter({ hasText: "2 号泵停用" }).waitFor();
    await shoot(page, "shift-on-zh");
    await page.getByRole("button", { name: "签字交班" }).click();
    await page.locator('[data-testid="shift-desk"][data-state="handed-over"]').waitFor();

    // By keys: the first blocks one after the other; two are left.
    for (let i = 0; i < 10; i++) await page.keyboard.press("t");
    await page.getByTestId("shift-ticked").filter({ hasText: "10/12" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "shift-handed-over-zh");
    await page.getByRole("textbox", { name: "接班人用户名" }).fill("wang");
    await page.getByLabel("接班人密码").fill("not the one");
    await page.getByRole("button", { name: "签收接班" }).click();
    await page.getByRole("alert").filter({ hasText: "签收接班" }).waitFor();
    await page.getByLabel("接班人密码").fill("wang password");
    await page.getByRole("button", { name: "签收接班" }).click();
    await page.locator('[data-testid="shift-head"][data-person="wang"]').waitFor();
    const carried = page.getByTestId("shift-carried");
    await carried.filter({ hasText: "2 号泵停用" }).waitFor();
    await page.getByTestId("on-shift").filter({ hasText: "wang" }).waitFor();
    await shoot(page, "shift-carried-zh");
    expect(errors).toEqual([]);
    expect(refusals.map((line) => line.split(" ")[0])).toEqual(["422"]);
  });

  it("whose sheet was signed is shown as it was, with its hash, its signatures and what is different", async () => {
    const { page, errors } = await stage.open("/shift?view=past&lang=en", { cookie: viewer.token });
    await page.getByTestId("shift-row").first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator('[data-testid="sheet-check"][data-intact="true"]').waitFor();
    const signatures = page.getByTestId("shift-signatures");
    await signatures.filter({ hasText: "li" }).filter({ hasText: "wang" }).waitFor();
    expect(await signatures.textContent()).toMatch(/[0-9a-f]{64}/);
    await page.getByTestId("sheet-differences").filter({ hasText: "first sheet" }).waitFor();
    expect(await page.locator(`${block("notes")} [data-ticked="false"]`).count()).toBe(1);
    expect(await page.locator(`${block("shelved")} [data-ticked="true"]`).count()).toBe(1);
    expect(await findingsOf(page)).toEqual([]);
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
    await shoot(page, "shift-sheet-print");
    await page.emulateMedia({ media: "screen" });
    await shoot(page, "shift-sheet-en");
    expect(await fitsIn(page)).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByTestId("shift-row").first().waitFor();
    expect(errors).toEqual([]);
  });

  it("is not begun, noted, signed or accepted by somebody who may only look", async () => {
    const { page, refusals } = await stage.open("/shift", { cookie: viewer.token });
    await page.locator('[data-testid="shift-head"][data-person="wang"]').waitFor();
    expect(await page.getByRole("button", { name: "签字交班" }).count()).toBe(0);
    expect(await page.getByRole("textbox", { name: /交班记事/ }).count()).toBe(0);
    await page.getByText("由本人交班").waitFor();
    expect(refusals).toEqual([]);
  });

  it("of another desk is empty until somebody takes it, and a desk nobody knows is the province's", async () => {
    const { page } = await stage.open("/shift?desk=130200&lang=en", { cookie: wang.token });
    await page.getByText("Nobody has taken this desk yet").waitFor();
    expect(await findingsOf(page)).toEqual([]);
    const other = await stage.open("/shift?desk=990000&lang=en", { cookie: wang.token });
    await other.page.locator('[data-testid="shift-head"][data-person="wang"]').waitFor();
    await other.page.getByRole("status").filter({ hasText: "desk" }).first().waitFor();
  });

  it("keeps its last state on the screen, marked, when the server does not answer, and draws itself before it has", async () => {
    const { page } = await stage.open("/shift", { cookie: wang.token });
    await page.locator('[data-testid="shift-head"]').waitFor();
    await page.route("**/api/v1/shift/**", (route) => route.abort());
    await page.getByRole("button", { name: "更新" }).click();
    await page.getByRole("alert").filter({ hasText: "交接单" }).waitFor();
    expect(await page.locator(block("kpi")).count()).toBe(1);
    const other = await stage.open("/overview", { cookie: wang.token });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await other.page.route("**/api/v1/shift**", async (route) => {
      await held;
      await route.continue();
    });
    await other.page.goto(other.page.url().replace("/overview", "/shift"));
    await other.page.locator(".shift-view .loading").waitFor();
    release();
    await other.page.locator('[data-testid="shift-head"]').waitFor();
  });
});

// The alarm console as an operator uses it: a list that stands still, a flood that folds, bulk acknowledgement that stays honest,
// two people at once, and everything about one alarm beside the list.

import { describe, expect, it } from "vitest";
import { signIn } from "#test/harness/api-client.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { waitFor } from "#test/harness/wait.ts";
import { alarmRow, openAlarms, setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();
const factors = ["w01018", "w21003", "w21011", "w21001", "w01012", "w01019", "w20119", "w22001"] as const;
const limits = Object.fromEntries(factors.map((factor) => [factor, 50]));

function values(value: number, names: readonly string[] = factors): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

describe("the list", () => {
  it("stands still while the pointer is inside, says how many wait, and takes them in when asked", async () => {
    const device = await stage.addSite("CON-STILL", limits);
    await device.send(values(60, factors.slice(0, 2)));
    const first = await openAlarms(stage, "CON-STILL", 2);
    const { page } = await stage.open("/alarms?group=none");
    const rows = page.getByTestId("alarm-row");
    await alarmRow(page, first[0]?.id ?? "").waitFor();
    const before = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-alarm-id")));
    await rows.first().hover();
    await device.send(values(61, factors.slice(2, 5)));
    await page.getByTestId("new-alarms").filter({ hasText: "3" }).waitFor({ timeout: 5_000 });
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-alarm-id")))).toEqual(before);
    await shoot(page, "console-pill");
    await page.getByTestId("new-alarms").click();
    await waitFor("the new rows", async () => (await rows.count()) === before.length + 3, { deadlineMs: 3_000 });
    await device.send(values(1));
  });

  it("shows beside it the limit that was in force, where it comes from, and what was said and done", async () => {
    const device = await stage.addSite("CON-PANE", { w01018: 50 });
    await device.send({ w01018: 72.5 });
    const [alarm] = await openAlarms(stage, "CON-PANE", 1);
    const { page, errors } = await stage.open("/alarms?lang=en&group=none");
    await alarmRow(page, alarm?.id ?? "")
      .locator(".cell-factor")
      .click();
    const pane = page.getByRole("complementary", { name: "Selected alarm" });
    await pane.getByText("permit").waitFor();
    expect(await pane.textContent()).toMatch(/72\.5.*\/ 50/);
    await pane.locator(".uplot").waitFor();
    expect(new URL(page.url()).searchParams.get("sel")).toBe(alarm?.id);
    await page.keyboard.press("c");
    await page.keyboard.type("pump is being changed");
    await pane.getByRole("button", { name: "Add comment" }).click();
    await pane.locator(".event-comment").filter({ hasText: "pump is being changed" }).waitFor();
    await shoot(page, "console-pane-en");
    await page.reload();
    await pane.locator(".event-comment").filter({ hasText: "pump is being changed" }).waitFor();
    expect(errors).toEqual([]);
    await device.send({ w01018: 1 });
  });
});

describe("a flood", () => {
  it("is announced, folds by site with the first alarm on top, and can be taken apart", async () => {
    const devices = [];
    for (const id of ["CON-FLOOD-1", "CON-FLOOD-2"]) devices.push(await stage.addSite(id, limits));
    const { page } = await stage.open("/alarms");
    for (const device of devices) {
      await device.send(values(70, ["w01018"]), { time: Date.now() - 5_000 });
      await device.send(values(70));
    }
    await page.getByTestId("flood-banner").waitFor({ timeout: 10_000 });
    const group = page.getByTestId("alarm-group").filter({ hasText: "CON-FLOOD-1" });
    await group.waitFor();
    await shoot(page, "console-flood");
    await group.getByRole("button").click();
    const inGroup = page.locator(".in-group");
    await waitFor("the rows of the group", async () => (await inGroup.count()) === factors.length, {
      deadlineMs: 3_000,
    });
    expect(await inGroup.first().textContent()).toContain("化学需氧量");
    expect(await inGroup.first().textContent()).toContain("首发");
    await page.getByRole("button", { name: "逐条显示" }).click();
    await page.getByTestId("alarm-group").first().waitFor({ state: "detached" });
    for (const device of devices) await device.send(values(1));
  });
});

describe("acknowledging", () => {
  it("in bulk takes the rows on the screen after asking, and no other", async () => {
    const device = await stage.addSite("CON-BULK", limits, { city: "131100" });
    await device.send(values(80));
    await openAlarms(stage, "CON-BULK", factors.length);
    // So small a window shows some of the rows only.
    const { page } = await stage.open("/alarms?city=131100&group=none", { viewport: { width: 1366, height: 420 } });
    await page.getByTestId("alarm-row").first().waitFor();
    const button = page.getByTestId("bulk-ack");
    // Which rows are on the screen is known a moment after they are drawn, and stays once all alarms have come.
    const readShown = async () => Number(/\d+/.exec((await button.textContent()) ?? "")?.[0] ?? 0);
    let shown = 0;
    await waitFor(
      "a number of rows that stays",
      async () => {
        const before = shown;
        shown = await readShown();
        return shown === before && shown > 1 && shown < factors.length;
      },
      { deadlineMs: 5_000, everyMs: 500 },
    );
    await button.click();
    await page
      .getByRole("dialog")
      .getByRole("heading")
      .filter({ hasText: String(shown) })
      .waitFor();
    await page.getByTestId("bulk-yes").click();
    await waitFor(
      "so many acknowledged",
      async () => (await stage.system.api.alarms("site=CON-BULK&state=ack-active")).length === shown,
      { deadlineMs: 5_000 },
    );
    expect(await stage.system.api.alarms("site=CON-BULK&state=unack-active")).toHaveLength(factors.length - shown);
    await device.send(values(1));
  });

  it("names the person who was faster, changes nothing, and is refused while the line is down", async () => {
    const device = await stage.addSite("CON-TWO", { w01018: 50, w21003: 5 });
    await device.send({ w01018: 90, w21003: 9 });
    const [one, two] = await openAlarms(stage, "CON-TWO", 2);
    const { page } = await stage.open("/alarms?lang=en&group=none");
    await alarmRow(page, one?.id ?? "").waitFor();
    // The answer to the colleague reaches this screen late: its socket is silent while it looks.
    await page.route(`**/alarms/${one?.id}/ack`, async (route) => {
      await stage.system.api.acknowledge({ id: one?.id ?? "", version: one?.version ?? 1 }, "mine");
      await route.continue();
    });
    await alarmRow(page, one?.id ?? "")
      .getByTestId("ack-button")
      .click();
    await alarmRow(page, one?.id ?? "")
      .locator(".cell-note")
      .filter({ hasText: /admin acknowledged/ })
      .waitFor({ timeout: 5_000 });
    expect(
      (await stage.system.api.alarm(one?.id ?? "")).transitions.filter((step) => step["cause"] === "command"),
    ).toHaveLength(1);

    await stage.system.kill();
    await waitForLink(page, "down");
    expect(
      await alarmRow(page, two?.id ?? "")
        .getByTestId("ack-button")
        .isDisabled(),
    ).toBe(true);
    expect(await page.getByTestId("bulk-ack").isDisabled()).toBe(true);
    await stage.system.start();
    await waitForLink(page, "live", 30_000);
    expect(
      await alarmRow(page, two?.id ?? "")
        .getByTestId("ack-button")
        .isDisabled(),
    ).toBe(false);
  });

  it("goes by keyboard alone: to the console, to the row, acknowledged, its site opened", async () => {
    const device = await stage.addSite("CON-KEYS", { w01018: 50 }, { city: "130900" });
    await device.send({ w01018: 99 });
    const [alarm] = await openAlarms(stage, "CON-KEYS", 1);
    const { page } = await stage.open("/overview");
    // On a busy machine the two keys may be too far apart to belong together; a person presses them again.
    await waitFor(
      "the console",
      async () => {
        if (/\/alarms/.test(page.url())) return true;
        await page.keyboard.press("g");
        await page.keyboard.press("a");
        await page.waitForTimeout(300);
        return /\/alarms/.test(page.url());
      },
      { deadlineMs: 10_000 },
    );
    await page.getByRole("combobox", { name: "城市" }).selectOption("130900");
    await alarmRow(page, alarm?.id ?? "").waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.locator(`[data-alarm-id="${alarm?.id}"][data-state="ack-active"]`).waitFor({ timeout: 3_000 });
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sites\/CON-KEYS/);
    await device.end();
  });
});

it("somebody who may only look sees everything and is told why nothing can be acknowledged", async () => {
  const device = await stage.addSite("CON-LOOK", { w01018: 50, w21003: 5 }, { city: "131000" });
  await device.send({ w01018: 90, w21003: 9 });
  const [alarm] = await openAlarms(stage, "CON-LOOK", 2);
  await stage.system.stop();
  await addUser(stage.system.dataDir, "viewer", "viewer");
  await stage.system.start();
  const viewer = await signIn(stage.system.addresses.http, "viewer", "viewer password");
  const { page } = await stage.open(`/alarms?city=131000&group=none&sel=${alarm?.id}`, { cookie: viewer.token });
  const button = alarmRow(page, alarm?.id ?? "").getByTestId("ack-button");
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  expect(await button.getAttribute("title")).toBe("当前账户只能查看，不能确认");
  expect(await page.getByTestId("bulk-ack").isDisabled()).toBe(true);
  const pane = page.getByRole("complementary", { name: "所选告警" });
  await pane.getByText("permit").waitFor();
  expect(await pane.getByRole("textbox").count()).toBe(0);
  await alarmRow(page, alarm?.id ?? "").focus();
  await page.keyboard.press("a");
  await page.keyboard.press("j");
  expect((await stage.system.api.alarm(alarm?.id ?? "")).acked).toBe(false);
});

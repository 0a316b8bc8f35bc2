// What a person does to alarms, by mouse and by keyboard alone: acknowledged, commented on, assigned, shelved and taken from the
// shelf, reset, made a case, one or many at a time; two desks at once; a line that is down. Every act is looked at in the server.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { type AlarmJson, signIn } from "#test/harness/api-client.ts";
import { waitFor } from "#test/harness/wait.ts";
import { createClock } from "#test/torture/worlds.ts";
import { findViolations } from "./axe.ts";
import { alarmRow, openAlarms, setStage, shoot, waitForLink } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "plumeline-acts-"));
const clock = createClock(folder);
if (clock === null) throw new Error("libfaketime is missing: a shelf must run out while a test looks");
const stage = setStage(clock.env);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const three = { w01018: 50, w21003: 50, w21011: 50 };
const values = (value: number): Record<string, number> => ({ w01018: value, w21003: value, w21011: value });

/** Of one site, looked at alone: its city is nobody else's. */
async function openDesk(city: string): Promise<Page> {
  const { page } = await stage.open(`/alarms?lang=en&group=none&city=${city}`, {
    viewport: { width: 1920, height: 1080 },
  });
  await page.getByTestId("alarm-row").first().waitFor();
  return page;
}

function inServer(what: string, id: string, holds: (alarm: AlarmJson) => boolean): Promise<boolean> {
  return waitFor(what, async () => holds(await stage.system.api.alarm(id)), { deadlineMs: 8_000 });
}

const kindOf = (alarm: AlarmJson): unknown => (alarm["suppression"] as { kind?: string } | null)?.kind ?? null;

/** A record for one site that is like that of the realtime limits but for some fields. */
async function putRecord(id: string, site: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  const { api } = stage.system;
  const { body } = await api.call("GET", "/api/v1/alarm-definitions/limit-realtime");
  const wanted = new Set(["nameZh", "nameEn", "enabled", "subject", "basis", "class", "levels", "deadband", "action"]);
  const record = Object.fromEntries(Object.entries(body).filter(([name]) => wanted.has(name)));
  const order = { ...record, scope: { site }, expectedVersion: 0, reason: "a story", ...more };
  const put = await api.call("PUT", `/api/v1/alarm-definitions/${id}`, order);
  expect(put.status, put.text).toBe(200);
}

describe("by keyboard alone", () => {
  it("rows are marked and extended, acknowledged together, assigned, commented on; the help lists the keys", async () => {
    const device = await stage.addSite("ACT-KEYS", three, { city: "130300" });
    await device.send(values(80));
    const alarms = await openAlarms(stage, "ACT-KEYS", 3);
    const page = await openDesk("130300");
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByTestId("marked").filter({ hasText: "2 marked" }).waitFor();
    await page.keyboard.press("a");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: /Acknowledge the 2 alarms/ }).waitFor();
    await page.keyboard.type("both seen");
    await page.keyboard.press("Control+Enter");
    await page.locator('[data-testid="alarm-row"][data-state="ack-active"]').nth(1).waitFor({ timeout: 8_000 });
    const acked = await stage.system.api.alarms("site=ACT-KEYS&state=ack-active");
    expect(acked).toHaveLength(2);

    // The row in hand, without a mark.
    await page.locator('[role="row"][data-state="unack-active"]').focus();
    const id = (await page.locator('[role="row"]:focus').getAttribute("data-alarm-id")) ?? "";
    expect(alarms.map((alarm) => alarm.id)).toContain(id);
    await page.keyboard.press("i");
    await inServer("who sees to it", id, (alarm) => alarm["assignee"] === "admin");
    await alarmRow(page, id).locator(".cell-by").filter({ hasText: "admin" }).waitFor();
    await page.getByRole("complementary", { name: "Selected alarm" }).locator(".comment-form").waitFor();
    await page.keyboard.press("c");
    await page.keyboard.type("pump is being changed");
    await page.keyboard.press("Control+Enter");
    await page.locator(".event-comment").filter({ hasText: "pump is being changed" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Help" });
    for (const says of ["Shelve / unshelve", "Make a case", "Assign to me", "Mark / unmark", "Extend the marks"]) {
      await help.getByText(says).first().waitFor();
    }
    await device.send(values(1));
  });

  it("an alarm is shelved with a reason, is seen on its shelf with the time that is left, and comes off again", async () => {
    const device = await stage.addSite("ACT-SHELF", { w01018: 50 }, { city: "130500" });
    await device.send({ w01018: 80 });
    const [alarm] = await openAlarms(stage, "ACT-SHELF", 1);
    const id = alarm?.id ?? "";
    const page = await openDesk("130500");
    await page.keyboard.press("j");
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "1 hour" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("the probe is being cleaned");
    await shoot(page, "acts-shelve");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await alarmRow(page, id).waitFor({ state: "detached", timeout: 8_000 });
    const shelved = await stage.system.api.alarm(id);
    const until = Date.parse(String((shelved["suppression"] as { until: string }).until));
    expect([kindOf(shelved), shelved.state]).toEqual(["shelved", "unack-active"]);
    expect((until - Date.now()) / 3_600_000).toBeCloseTo(4, 1);

    await page.getByTestId("state-shelved").click();
    await alarmRow(page, id)
      .filter({ hasText: /Shelved 3:5\d:\d\d/ })
      .waitFor();
    expect(await page.getByTestId("state-shelved").textContent()).toContain("1");
    expect(await findViolations(page)).toEqual([]);
    await shoot(page, "acts-shelved");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("j");
    await page.keyboard.press("s");
    // The list stands still while the focus is inside; the row changes where it stands.
    await page.locator(`[data-alarm-id="${id}"][data-held]`).waitFor({ state: "detached", timeout: 8_000 });
    await page.getByTestId("state-all").click();
    await alarmRow(page, id).waitFor();
    await device.send({ w01018: 1 });
  });
});

describe("by mouse", () => {
  it("marked rows are shelved at once and come off together; the line of buttons does what the keys do", async () => {
    const device = await stage.addSite("ACT-MOUSE", three, { city: "130600" });
    await device.send(values(90));
    const alarms = await openAlarms(stage, "ACT-MOUSE", 3);
    const page = await openDesk("130600");
    for (const { id } of alarms) await alarmRow(page, id).getByRole("checkbox").check();
    await page.getByTestId("act-shelve").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox").selectOption("test");
    await dialog.getByRole("textbox").fill("calibration of all three");
    await dialog.getByTestId("act-submit").click();
    await page.getByTestId("act-said").filter({ hasText: "3 done" }).waitFor({ timeout: 8_000 });
    await page.getByTestId("state-shelved").click();
    for (const { id } of alarms) await alarmRow(page, id).getByRole("checkbox").check();
    await page.getByTestId("act-unshelve").click();
    await page.getByTestId("act-said").filter({ hasText: "3 done" }).waitFor({ timeout: 8_000 });
    for (const { id } of alarms) await inServer("off the shelf", id, (alarm) => kindOf(alarm) === null);

    await page.getByTestId("state-all").click();
    const [first] = alarms;
    const id = first?.id ?? "";
    await alarmRow(page, id).locator(".cell-factor").click();
    await page.getByTestId("act-assign").click();
    await dialog.getByRole("combobox", { name: "Assignee" }).fill("nobody-of-this-name");
    await dialog.getByTestId("act-submit").click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByRole("combobox", { name: "Assignee" }).fill("admin");
    await dialog.getByTestId("act-submit").click();
    await inServer("assigned", id, (alarm) => alarm["assignee"] === "admin");

    await page.getByTestId("act-comment").click();
    await page.keyboard.type("by mouse");
    await page.getByRole("button", { name: "Add comment" }).click();
    await page.locator(".event-comment").filter({ hasText: "by mouse" }).waitFor();

    await page.getByTestId("act-makeCase").click();
    await dialog.getByRole("textbox", { name: "Why" }).fill("beyond its limit again");
    await dialog.getByTestId("act-submit").click();
    await page.getByTestId("act-said").filter({ hasText: "Case 130600-" }).waitFor({ timeout: 8_000 });
    await inServer("its case", id, (alarm) => typeof alarm["case"] === "string");
    await page.getByTestId("alarm-case").waitFor({ timeout: 5_000 });
    await device.send(values(1));
  });

  it("a latched alarm waits for its reset, which asks why", async () => {
    const device = await stage.addSite("ACT-LATCH", { w01018: 50 }, { city: "130700" });
    await putRecord("act-latched", "ACT-LATCH", { latched: true });
    await device.send({ w01018: 80 });
    const [alarm] = await openAlarms(stage, "ACT-LATCH", 1);
    const id = alarm?.id ?? "";
    const page = await openDesk("130700");
    await device.send({ w01018: 1 });
    await page.locator(`[data-alarm-id="${id}"][data-state="latch-unack"]`).waitFor({ timeout: 8_000 });
    await alarmRow(page, id).locator(".cell-factor").click();
    await page.getByTestId("act-reset").click();
    await page.getByTestId("act-said").filter({ hasText: "Only a latched alarm" }).waitFor();
    await alarmRow(page, id).getByTestId("ack-button").click();
    await page.locator(`[data-alarm-id="${id}"][data-state="latch-ack"]`).waitFor({ timeout: 8_000 });
    await page.getByTestId("state-reset").click();
    await alarmRow(page, id).waitFor();
    await page.locator('.state-box.is-here[data-state="latch-ack"]').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await shoot(page, "acts-latched");
    await page.keyboard.press("r");
    await page.getByRole("dialog").getByRole("textbox").fill("looked at on site");
    await page.getByTestId("act-submit").click();
    await inServer("reset", id, (each) => each.state === "normal");
  });

  it("a class that is highly managed asks for a second person, who is not believed with a wrong password", async () => {
    const { api, addresses } = stage.system;
    const device = await stage.addSite("ACT-LAW", { w01018: 50 }, { city: "130800" });
    await putRecord("act-law", "ACT-LAW", { class: "statutory", statutoryBasis: "a permit, clause 1" });
    await device.send({ w01018: 80 });
    const [alarm] = await openAlarms(stage, "ACT-LAW", 1);
    const id = alarm?.id ?? "";
    const added = await api.call("POST", "/api/v1/users", {
      username: "second",
      displayName: "Second",
      role: "operator",
      reason: "a story",
    });
    expect(added.status, added.text).toBe(201);
    await signIn(addresses.http, "second", String(added.body["password"]));
    const page = await openDesk("130800");
    await alarmRow(page, id).locator(".cell-factor").click();
    await page.getByTestId("act-shelve").click();
    const dialog = page.getByRole("dialog");
    const second = dialog.getByTestId("second-person");
    await second.waitFor();
    await dialog.getByRole("textbox", { name: "Explanation" }).fill("the analyser is away");
    await second.getByRole("textbox", { name: "Username" }).fill("second");
    await second.getByLabel("Password").fill("a wrong one");
    await dialog.getByTestId("act-submit").click();
    await dialog.getByRole("alert").waitFor({ timeout: 8_000 });
    expect(kindOf(await api.alarm(id))).toBeNull();
    await shoot(page, "acts-second");
    await second.getByLabel("Password").fill(String(added.body["password"]));
    await dialog.getByTestId("act-submit").click();
    await inServer("shelved by two", id, (each) => kindOf(each) === "shelved");
  });
});

it("alarms of priority 1 are left out where many are acknowledged", async () => {
  const device = await stage.addSite("ACT-FIRST", three, { city: "130900" });
  await putRecord("act-first", "ACT-FIRST", {
    levels: [{ op: "beyond", at: 1, priority: 1 }],
    scope: { site: "ACT-FIRST", factor: "w01018" },
  });
  await device.send(values(80));
  const alarms = await openAlarms(stage, "ACT-FIRST", 3);
  const page = await openDesk("130900");
  for (const { id } of alarms) await alarmRow(page, id).getByRole("checkbox").check();
  await page.getByTestId("act-ack").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: /the 2 alarms marked/ }).waitFor();
  await dialog.getByText("1 alarm of priority 1 left out").waitFor();
  await dialog.getByTestId("act-submit").click();
  await waitFor(
    "two of them acknowledged",
    async () => (await stage.system.api.alarms("site=ACT-FIRST&state=ack-active")).length === 2,
    { deadlineMs: 8_000 },
  );
  const [left] = await stage.system.api.alarms("site=ACT-FIRST&state=unack-active");
  expect(left?.["priority"]).toBe(1);
  await device.send(values(1));
});

it("two desks: the one that is later does nothing, and its row says who was faster", async () => {
  const { api } = stage.system;
  const device = await stage.addSite("ACT-TWO", { w01018: 50 }, { city: "131000" });
  await device.send({ w01018: 80 });
  const [alarm] = await openAlarms(stage, "ACT-TWO", 1);
  const id = alarm?.id ?? "";
  const page = await openDesk("131000");
  // What the colleague did reaches this screen late: its socket is silent while it looks.
  await page.route(`**/alarms/${id}/shelve`, async (route) => {
    const shelf = { minutes: 60, reason: "maintenance", comment: "mine", expectedVersion: alarm?.version };
    expect((await api.call("POST", `/api/v1/alarms/${id}/shelve`, shelf)).status).toBe(200);
    await route.continue();
  });
  await page.getByTestId("state-all").click();
  await alarmRow(page, id).locator(".cell-factor").click();
  await page.keyboard.press("s");
  await page.getByRole("dialog").getByRole("textbox").fill("theirs");
  await page.getByTestId("act-submit").click();
  await page.getByTestId("state-shelved").click();
  await alarmRow(page, id)
    .locator(".cell-note")
    .filter({ hasText: /admin shelved it first/ })
    .waitFor({ timeout: 8_000 });
  const steps = (await api.alarm(id)).transitions.filter((step) => step["cause"] === "command");
  expect(steps.map((step) => step["comment"])).toEqual(["mine"]);
  await device.send({ w01018: 1 });
});

it("while the line is down nothing can be done and nothing is kept for later; a shelf that runs out is seen to", async () => {
  const { api } = stage.system;
  const device = await stage.addSite("ACT-OUT", { w01018: 50, w21003: 50 }, { city: "131100" });
  await device.send({ w01018: 80, w21003: 80 });
  const [one, two] = await openAlarms(stage, "ACT-OUT", 2);
  const shelf = { minutes: 60, reason: "test", comment: "an hour", expectedVersion: one?.version };
  expect((await api.call("POST", `/api/v1/alarms/${one?.id}/shelve`, shelf)).status).toBe(200);
  const page = await openDesk("131100");
  await alarmRow(page, two?.id ?? "").waitFor();
  expect(await alarmRow(page, one?.id ?? "").count()).toBe(0);
  // An hour and a minute later.
  clock?.shift(3_660);
  await alarmRow(page, one?.id ?? "").waitFor({ timeout: 20_000 });
  expect(kindOf(await api.alarm(one?.id ?? ""))).toBeNull();
  expect(await alarmRow(page, one?.id ?? "").getAttribute("data-state")).toBe("unack-active");

  await stage.system.kill();
  await waitForLink(page, "down");
  expect(await page.getByTestId("act-ack").isDisabled()).toBe(true);
  await alarmRow(page, two?.id ?? "").focus();
  await page.keyboard.press("s");
  await page.getByTestId("act-said").filter({ hasText: "Disconnected" }).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("a");
  await stage.system.start();
  await waitForLink(page, "live", 30_000);
  expect((await api.alarm(two?.id ?? "")).acked).toBe(false);
});

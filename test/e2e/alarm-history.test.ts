// The alarm history: found by its filters, figures of what was found, one alarm with its course, the journal with its chain, tables
// to take away, a page for the printer; the address is the state.

import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#test/harness/wait.ts";
import { findViolations } from "./axe.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
let acked = "";

beforeAll(async () => {
  const one = await stage.addSite("HIST-1", { w01018: 50, w21003: 50 }, { city: "130200" });
  const two = await stage.addSite("HIST-2", { w01018: 50 }, { city: "130400" });
  await one.send({ w01018: 77.7, w21003: 66 });
  await two.send({ w01018: 99 });
  const [first] = await openAlarms(stage, "HIST-1", 2);
  await openAlarms(stage, "HIST-2", 1);
  acked = first?.id ?? "";
  const answer = await stage.system.api.acknowledge({ id: acked, version: first?.version ?? 1 }, "=seen by the desk");
  expect(answer.status, answer.text).toBe(200);
  await one.send({ w01018: 1, w21003: 1 });
  await waitFor("one that is over", async () => (await stage.system.api.alarm(acked)).state === "normal", {
    deadlineMs: 8_000,
  });
}, 60_000);

const wide = { viewport: { width: 1920, height: 1080 } } as const;

describe("the history of alarms", () => {
  it("is narrowed by site, city, state and text, says its figures, and the address shows the same to somebody else", async () => {
    const { page, errors } = await stage.open("/alarm-history?lang=en", wide);
    const rows = page.getByTestId("history-row");
    await waitFor("all three", async () => (await rows.count()) === 3, { deadlineMs: 8_000 });
    await page.getByTestId("history-kpi").getByText("Median time to ack").waitFor();
    expect(await page.getByTestId("history-kpi").textContent()).toMatch(/Alarms3.*Unacked2/);
    expect(await findViolations(page)).toEqual([]);
    await shoot(page, "alarm-history-en");
    await page.getByRole("combobox", { name: "City" }).selectOption("130400");
    await waitFor("one of the city", async () => (await rows.count()) === 1, { deadlineMs: 8_000 });
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByRole("searchbox", { name: "Site id" }).fill("HIST-1");
    await waitFor("two of the site", async () => (await rows.count()) === 2, { deadlineMs: 8_000 });
    await page.getByRole("combobox", { name: "State" }).selectOption("normal");
    await waitFor("one that is over", async () => (await rows.count()) === 1, { deadlineMs: 8_000 });
    const url = new URL(page.url());
    expect([url.searchParams.get("site"), url.searchParams.get("state")]).toEqual(["HIST-1", "normal"]);
    const second = await stage.open(url.pathname + url.search, wide);
    await waitFor("the same", async () => (await second.page.getByTestId("history-row").count()) === 1, {
      deadlineMs: 8_000,
    });
    await page.goto(`${url.origin}/alarm-history?lang=en&state=nonsense`);
    await page.getByText(/state=nonsense/).waitFor();
    expect(errors).toEqual([]);
  });

  it("opens one alarm by keyboard with its facts and its course, and leads to its journal", async () => {
    const { page } = await stage.open("/alarm-history?lang=en&site=HIST-1&state=normal", wide);
    await page.getByTestId("history-row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const detail = page.getByTestId("history-detail");
    await detail.getByTestId("transition").first().waitFor();
    expect(new URL(page.url()).searchParams.get("sel")).toBe(acked);
    expect(await detail.textContent()).toContain("=seen by the desk");
    await detail.getByRole("link", { name: "Show in the alarm history" }).click();
    const rows = page.getByTestId("journal-row");
    await waitFor("its whole course", async () => (await rows.count()) >= 3, { deadlineMs: 8_000 });
    expect(new URL(page.url()).searchParams.get("alarm")).toBe(acked);
  });

  it("has an empty state, and keeps its rows and says so when the server fails", async () => {
    const { page } = await stage.open("/alarm-history?lang=en&from=now-30d&to=now-29d", wide);
    await page.getByText("No alarm in this time").waitFor();
    await page.goto(`${new URL(page.url()).origin}/alarm-history?lang=en`);
    await page.getByTestId("history-row").first().waitFor();
    await page.route("**/api/v1/alarms?**", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByRole("combobox", { name: "City" }).selectOption("130400");
    await page.getByRole("alert").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await shoot(page, "alarm-history-failed");
  });
});

describe("the journal of alarms", () => {
  it("shows every transition with its hash, and the check finds its chain whole", async () => {
    const { page, errors } = await stage.open("/alarm-history?view=journal", wide);
    const rows = page.getByTestId("journal-row");
    await waitFor("the transitions", async () => (await rows.count()) >= 5, { deadlineMs: 8_000 });
    expect(await rows.first().locator("code").textContent()).toMatch(/^[0-9a-f]{10}$/);
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "核对链条" }).click();
    const said = page.getByTestId("chain");
    await said.filter({ hasText: "链条完整" }).waitFor({ timeout: 8_000 });
    await shoot(page, "alarm-journal-zh");
    expect(errors).toEqual([]);
  });

  it("the check names the row at which somebody has changed the journal", async () => {
    const { page } = await stage.open("/alarm-history?view=journal&lang=en", wide);
    const database = new DatabaseSync(join(stage.system.dataDir, "state.sqlite"));
    try {
      // With the rights of the file, past the program and what guards the table.
      const guards = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
      for (const { name } of guards) if (/transition/.test(String(name))) database.exec(`DROP TRIGGER ${String(name)}`);
      database.exec("UPDATE transitions SET body = replace(body, '77.7', '7.7') WHERE place = 1");
    } finally {
      database.close();
    }
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByTestId("chain").and(page.locator('[data-unbroken="false"]')).waitFor({ timeout: 8_000 });
    expect(await page.getByTestId("chain").textContent()).toContain("row 1");
  });
});

describe("to take away", () => {
  it("CSV and XLSX hold what passes the filters, and no text of theirs is a formula", async () => {
    const { page } = await stage.open("/alarm-history?lang=en&site=HIST-1", wide);
    await page.getByTestId("history-row").first().waitFor();
    const [csv] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
    const text = readFileSync((await csv.path()) ?? "", "utf8");
    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect(
      text
        .trimEnd()
        .split("\r\n")
        .filter((line) => line.includes("HIST-1")),
    ).toHaveLength(2);
    expect(text).not.toContain("HIST-2");
    const [xlsx] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "XLSX" }).click()]);
    expect(
      readFileSync((await xlsx.path()) ?? "")
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
  });

  it("the printed page has all rows and nothing of the frame", async () => {
    const { page } = await stage.open("/alarm-history?lang=en", wide);
    await page.getByTestId("history-row").first().waitFor();
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: "print" });
    const printed = page.locator(".printed");
    await printed.waitFor();
    expect(await printed.locator("tbody tr").count()).toBe(3);
    expect(await page.locator(".header").isVisible()).toBe(false);
    await shoot(page, "alarm-history-print");
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    await printed.waitFor({ state: "detached" });
  });
});

// Tuning alarms on a real screen: from the figures to a saved record with a back-test, a text with a mistake and without, what is out
// of service, versions with who and why. In both languages, by mouse and by keys; whoever may only look cannot change anything.

import { beforeAll, describe, expect, it } from "vitest";
import { definitionFields } from "#api/alarms/definition-shapes.ts";
import { dayMs, minuteMs } from "#domain/time.ts";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const site = "TUNE-1";
/** How often the value goes over its limit for a minute and comes back. */
const excursions = 6;
let viewer: ApiClient;
let li: ApiClient;

beforeAll(async () => {
  await stage.system.stop();
  await addUser(stage.system.dataDir, "viewer", "viewer");
  await addUser(stage.system.dataDir, "li", "operator");
  await stage.system.start();
  const { api, addresses } = stage.system;
  viewer = await signIn(addresses.http, "viewer", "viewer password");
  li = await signIn(addresses.http, "li", "li password");
  const device = await stage.addSite(site, { w01018: 50 }, { intervalSeconds: 60 });
  // Each of the values is one of its own minute, over the limit and back; the newest is now.
  const begin = Math.floor(Date.now() / minuteMs) * minuteMs - (4 * excursions - 1) * minuteMs;
  for (let i = 0; i < 4 * excursions; i++) {
    await device.send({ w01018: i % 4 === 2 ? 60 : 30 }, { time: begin + i * minuteMs });
  }
  await waitFor("the alarms", async () => (await api.alarms(`site=${site}`)).length > 0, { deadlineMs: 10_000 });
  const from = begin - minuteMs;
  await waitFor(
    "the minutes in history",
    async () => (await api.history(site, "w01018", { from, to: Date.now(), interval: "1m" })).length > 3 * excursions,
    { deadlineMs: 120_000, everyMs: 500 },
  );
}, 180_000);

const rowOf = (id: string): string => `[data-testid="definition-row"][data-key="${id}"]`;

describe("figures about alarms", () => {
  it("say value, target, verdict in words and source, and lead with one click to a tuned and back-tested record that is saved", async () => {
    const { page, errors } = await stage.open("/alarm-kpi?from=now-24h");
    await page.getByTestId("kpi-alarms").waitFor();
    await page.locator('[data-testid="kpi-row"][data-verdict]').first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "kpi-zh");
    const actor = page.locator(`[data-testid="bad-actor"][data-site="${site}"]`).first();
    await actor.getByRole("button", { name: "调整" }).click();
    await page.locator('[data-testid="backtest"][data-state="done"]').waitFor({ timeout: 60_000 });
    expect(new URL(page.url()).searchParams.get("for")).toBe(site);
    expect(await page.getByTestId("backtest-sentence").textContent()).toContain("漏掉 0 次确认超标");
    // What was proposed is not enough for this story: a delay that no excursion outlasts.
    const delay = page.locator('[data-field="onDelayMs"] input');
    await delay.fill("zehn");
    await page.locator('[data-field="onDelayMs"] .wrong').filter({ hasText: "请填写数字" }).waitFor();
    expect(await page.getByRole("button", { name: "保存", exact: true }).isDisabled()).toBe(true);
    await delay.fill("600");
    await page.locator("h2").first().click();
    await page.keyboard.press("b");
    await page.locator('[data-testid="backtest"][data-state="done"]').waitFor({ timeout: 60_000 });
    await page
      .getByTestId("backtest-sentence")
      .filter({ hasText: /会报 0 次，而不是 [1-9]/ })
      .waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "definition-tuned-zh");
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("一分钟的波动不必叫人");
    await page.getByRole("dialog").getByRole("button", { name: "保存", exact: true }).click();
    await page.getByTestId("definition-saved").waitFor();
    const version = page.getByTestId("definition-version").first();
    await version.filter({ hasText: "一分钟的波动不必叫人" }).filter({ hasText: "admin" }).waitFor();
    const found = await stage.system.api.call("GET", `/api/v1/alarm-definitions/effective?site=${site}`);
    const rows = found.body["items"] as { name: string; record: string; onDelayMs: number }[];
    const tuned = rows.find(({ name }) => name === "limit:w01018:realtime");
    expect(tuned).toMatchObject({ onDelayMs: 600_000 });
    expect(tuned?.record).toContain(site.toLowerCase());
    expect(errors).toEqual([]);
  });

  it("are there in English and on the wall, and say what they cannot read of an address", async () => {
    const { page, errors } = await stage.open("/alarm-kpi?lang=en&theme=wall&city=990000", {
      viewport: { width: 1920, height: 1080 },
    });
    await page
      .getByTestId("kpi-table")
      .filter({ hasText: /on target|beyond|no target/ })
      .waitFor();
    await page.getByRole("status").filter({ hasText: "city=990000" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await shoot(page, "kpi-en-wall");
    expect(errors).toEqual([]);
  });
});

describe("definitions", () => {
  it("are listed, filtered by the address, opened by keys, and closed again", async () => {
    const { page, errors } = await stage.open("/alarm-definitions?lang=en&subject=silence", { cookie: viewer.token });
    await page.locator(rowOf("silence-site")).waitFor();
    expect(await page.locator(rowOf("limit-hour")).count()).toBe(0);
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "definitions-en");
    await page.getByLabel("All subjects").selectOption("");
    await page.locator(rowOf("limit-day")).click();
    await page.getByTestId("definition-form").waitFor();
    expect(await page.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
    expect(await page.locator('[data-field="onDelayMs"] input').isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await page.locator(rowOf("limit-day")).waitFor();
    const nothing = await stage.open("/alarm-definitions?q=nothing-like-it", { cookie: viewer.token });
    await nothing.page.getByText("没有符合筛选的定义").waitFor();
    const missing = await stage.open("/alarm-definitions?id=no-such-record", { cookie: viewer.token });
    await missing.page.getByText("no-such-record").first().waitFor();
    expect(errors).toEqual([]);
  });

  it("that hold at a site are named, and an own one begins from there", async () => {
    const { page } = await stage.open(`/alarm-definitions?tab=sites&site=${site}`);
    const row = page.locator('[data-testid="effective-row"][data-name="limit:w01018:realtime"]');
    await row.filter({ hasText: "≤ 50" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "definitions-site-zh");
    const silence = page.locator('[data-testid="effective-row"][data-name="silence:site"]');
    await silence.getByRole("link", { name: "为本站单独设置" }).click();
    await page.locator("input[name=id]").waitFor();
    expect(await page.locator("input[name=id]").inputValue()).toBe(`silence-site-${site.toLowerCase()}`);
  });

  it("changed by somebody else meanwhile are not overwritten, and what was typed stays", async () => {
    const { page } = await stage.open("/alarm-definitions?lang=en&id=limit-hour");
    const rationale = page.locator('[data-field="rationale"] textarea');
    await rationale.fill("typed before the other one saved");
    const path = "/api/v1/alarm-definitions/limit-hour";
    const found = (await stage.system.api.call("GET", path)).body;
    const fields = Object.keys(definitionFields).map((field) => [field, found[field]]);
    const order = { ...Object.fromEntries(fields), owner: "the other one" };
    const put = { ...order, expectedVersion: found["version"], reason: "faster" };
    expect((await stage.system.api.call("PUT", path, put)).status).toBe(200);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("too late");
    await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alert").filter({ hasText: "Somebody has changed this definition" }).waitFor();
    expect(await rationale.inputValue()).toBe("typed before the other one saved");
    await page.getByRole("button", { name: "Load again" }).click();
    await page.locator("input[name=owner]").and(page.locator('[value="the other one"]')).waitFor();
  });

  it("as text: a mistake is told with its line and nothing is changed; without it the change is imported", async () => {
    const { page, refusals } = await stage.open("/alarm-definitions?tab=text&lang=en");
    const before = await stage.system.api.call("GET", "/api/v1/alarm-definitions/export?format=yaml");
    const lines = before.text.split("\n");
    const at = lines.findIndex(
      (line, i) => line.includes("onDelayMs") && lines.slice(0, i).some((l) => l.includes("id: limit-realtime")),
    );
    const wrong = lines.with(at, (lines[at] ?? "").replace(/onDelayMs:.*/, "onDelayMs: soon")).join("\n");
    await page.getByLabel("YAML text").fill(wrong);
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.locator(`[data-testid="import-problem"][data-line="${at + 1}"]`).waitFor();
    await shoot(page, "definitions-text-en");
    expect(await findingsOf(page)).toEqual([]);
    const right = lines.with(at, (lines[at] ?? "").replace(/onDelayMs:.*/, "onDelayMs: 5000")).join("\n");
    await page.getByLabel("YAML text").fill(right);
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.locator('[data-testid="import-item"][data-outcome="changed"]').filter({ hasText: "5000" }).waitFor();
    await page.getByLabel(/Reason/).fill("tried in the works");
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByTestId("import-done").waitFor();
    const after = await stage.system.api.call("GET", "/api/v1/alarm-definitions/export?format=yaml");
    expect(after.text).toContain("onDelayMs: 5000");
    expect(refusals).toEqual([]);
  });
});

describe("what is out of service", () => {
  it("begins with a look at what it concerns, is listed, and ends with a reason", async () => {
    const { page, errors } = await stage.open(`/alarm-definitions?tab=service&site=${site}`);
    await page.getByText("没有停用").waitFor();
    await page.getByRole("button", { name: "开始停用" }).click();
    const dialog = page.getByTestId("begin-outage");
    await dialog.locator("input[name=workOrder]").fill("WO-7");
    await dialog.locator("textarea[name=reason]").fill("换泵");
    const begin = dialog.getByRole("button", { name: "开始停用" });
    expect(await begin.isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "看看涉及哪些" }).click();
    await page.getByTestId("outage-preview").filter({ hasText: "涉及 1 个站点" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "out-of-service-zh");
    await begin.click();
    const row = page.locator('[data-testid="outage-row"][data-active="true"]');
    await row.filter({ hasText: "WO-7" }).waitFor();
    await row.getByRole("button", { name: "结束停用" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("换好了");
    await page.getByRole("dialog").getByRole("button", { name: "结束停用" }).click();
    await page.getByText("没有停用").waitFor();
    await page.getByRole("button", { name: "全部", exact: true }).click();
    await page.locator('[data-testid="outage-row"][data-active="false"]').waitFor();
    expect(errors).toEqual([]);
  });
});

describe("a screen of these", () => {
  it("says what failed and keeps what it has; an operator tests but does not save", async () => {
    const { page } = await stage.open("/alarm-definitions", { cookie: li.token });
    await page.locator(rowOf("limit-realtime")).waitFor();
    await page.route("**/api/v1/alarm-definitions/*", (route) => route.abort());
    await page.locator(rowOf("limit-realtime")).click();
    await page.getByRole("alert").filter({ hasText: "载入定义" }).waitFor();
    await page.unroute("**/api/v1/alarm-definitions/*");
    await page.getByRole("button", { name: "重试" }).click();
    await page.getByTestId("definition-form").waitFor();
    expect(await page.getByRole("button", { name: "保存", exact: true }).isDisabled()).toBe(true);
    await page.locator("h2").first().click();
    await page.keyboard.press("b");
    await page.locator('[data-testid="backtest"][data-state="done"]').waitFor({ timeout: 60_000 });
    const kpi = await stage.open(`/alarm-kpi?from=${Date.now() - 2 * dayMs}`, { cookie: li.token });
    await kpi.page.route("**/api/v1/alarms/kpi**", (route) => route.abort());
    await kpi.page.reload();
    await kpi.page.getByRole("alert").filter({ hasText: "载入告警绩效" }).waitFor();
  });
});

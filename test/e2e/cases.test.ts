// Cases on real screens: one goes from an alarm to its end with two people of the centre and one of the enterprise, each in a
// browser of their own; nobody can do alone what two must do, and what happened stands in a chain that is checked.

import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
const site = "CASE-OUTLET";
const enterprise = "唐山第一钢铁厂";
const desk = { width: 1440, height: 900 };
let first: ApiClient;
let second: ApiClient;
let alarmId = "";

/** A real picture of one pixel, with bytes of its own behind it. */
function picture(): Buffer {
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  return Buffer.concat([Buffer.from(pixel, "base64"), randomBytes(16)]);
}

async function addPerson(username: string, displayName: string, role: string): Promise<ApiClient> {
  const { api, addresses } = stage.system;
  const made = await api.call("POST", "/api/v1/users", { username, displayName, role, reason: "a story of cases" });
  expect(made.status).toBe(201);
  return signIn(addresses.http, username, String(made.body["password"]));
}

beforeAll(async () => {
  const { api } = stage.system;
  const factors = ["w01018", "w01001"];
  const made = { id: site, name: "一号废水总排口", kind: "water-outfall", city: "130200", enterprise, factors };
  expect((await api.call("POST", "/api/v1/sites", made)).status).toBe(201);
  await api.putLimit(site, "w01018", 50);
  const reading = [{ time: Date.now(), values: { w01018: 88.8, w01001: 7.2 } }];
  expect((await api.call("POST", `/api/v1/sites/${site}/readings`, reading)).status).toBe(202);
  first = await addPerson("zhang", "张三", "operator");
  second = await addPerson("li", "李四", "operator");
  alarmId = (await openAlarms(stage, site, 1))[0]?.id ?? "";
}, 60_000);

async function openAs(who: ApiClient, path: string): Promise<OpenedDashboard> {
  return stage.open(path, { cookie: who.token, viewport: desk, reducedMotion: "reduce" });
}

const stageOf = (page: Page, name: string) => page.locator(`[data-testid="case-page"][data-stage="${name}"]`);

/** A step by its button, with its reason and what else its form wants. */
async function take(page: Page, step: string, reason: string, fill?: (page: Page) => Promise<void>): Promise<void> {
  await page.locator(`[data-testid="case-step"][data-step="${step}"]`).click();
  const form = page.getByTestId("step-form");
  await form.waitFor();
  await fill?.(page);
  await form.getByLabel("理由（必填，记入案件）").fill(reason);
  await form.locator('button[type="submit"]').click();
  await form.waitFor({ state: "detached" });
}

async function addFile(page: Page, name: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "选择文件" }).click();
  await (await chooser).setFiles([{ name, mimeType: "image/png", buffer: picture() }]);
  await page.locator('[data-testid="evidence-sending"][data-step="kept"]').filter({ hasText: name }).waitFor();
}

describe("a case from an alarm to its end", () => {
  let caseId = "";
  let password = "";

  it("is opened from the alarm, whose site and ground stand in the form already", async () => {
    const { page, errors } = await openAs(first, `/cases?alarm=${alarmId}`);
    const form = page.getByTestId("case-form");
    await form.getByText(alarmId).waitFor();
    expect(await form.getByLabel("案由").inputValue()).toContain("化学需氧量");
    await form.getByText(enterprise).waitFor();
    await form.getByLabel("立案理由（必填，记入案件）").fill("实时值超过限值 1.7 倍");
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "case-new");
    await page.keyboard.press("Tab");
    await form.getByRole("button", { name: "立案" }).click();
    await stageOf(page, "opened").waitFor();
    caseId = decodeURIComponent(new URL(page.url()).pathname.slice("/cases/".length));
    await page.locator('[data-testid="case-link"][data-kind="alarm"]').getByText(alarmId).waitFor();
    expect(await page.getByTestId("case-next").textContent()).toContain("须核实");
    expect(errors).toEqual([]);
    // The same alarm opens no second case: the form leads to the one that there is.
    const again = await openAs(second, `/cases?alarm=${alarmId}`);
    await again.page.getByLabel("立案理由（必填，记入案件）").fill("再立一次");
    await again.page.getByTestId("case-form").getByRole("button", { name: "立案" }).click();
    await again.page.getByTestId("case-exists").waitFor();
  });

  it("is found in the list by the keyboard and stands on the board in the column of its stage", async () => {
    const { page, errors } = await openAs(second, "/cases");
    await page.getByTestId("case-row").filter({ hasText: "一号废水总排口" }).filter({ hasText: enterprise }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "cases-table");
    await page.getByRole("button", { name: "看板" }).click();
    const column = page.locator('[data-group="clue"]');
    await column.getByTestId("case-card").waitFor();
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await shoot(page, "cases-board");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await stageOf(page, "opened").waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("case-board").waitFor();
    expect(errors).toEqual([]);
  });

  it("goes to the plant with officer and checklist, and takes several files with their hashes", async () => {
    const { page, errors } = await openAs(first, `/cases/${caseId}`);
    await take(page, "move-triage", "核对原始数据后认为属实");
    await stageOf(page, "triage").waitFor();
    // What is not possible yet is absent, and why is told.
    expect(await page.locator('[data-step="move-closed"]').count()).toBe(0);
    await page.getByText("为什么有的操作不在这里").click();
    await page.getByText("请先关联说明原因的数据标记").waitFor();
    await take(page, "dispatch", "今日到场", async () => {
      await page.getByLabel("现场人员").fill("王五");
      await page.getByLabel("车辆").fill("冀B·12345");
      await shoot(page, "case-dispatch");
    });
    await stageOf(page, "dispatched").waitFor();
    expect(await page.getByTestId("case-next").textContent()).toContain("王五");
    await take(page, "move-on-site", "已到场");
    await take(page, "move-evidence", "开始取证");
    await stageOf(page, "evidence").waitFor();
    expect(await page.locator('[data-step="move-confirmed"]').count()).toBe(0);
    await addFile(page, "排口照片.png");
    await page.getByTestId("evidence").filter({ hasText: "排口照片.png" }).waitFor();
    expect(await page.getByTestId("evidence").locator("code").first().textContent()).toMatch(/^[0-9a-f]{64}$/);
    await page.locator('[data-step="move-confirmed"]').waitFor();
    await take(page, "ask-reply", "请说明 11 月 22 日超标的原因");
    await page.getByText("待企业答复").first().waitFor();
    expect(await page.getByTestId("case-next").textContent()).toContain(`${enterprise} 须答复`);
    await shoot(page, "case-page");
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(errors).toEqual([]);
  });

  it("is answered by the enterprise, whose account an administrator makes and who sees nothing else", async () => {
    const admin = await stage.open("/people", { viewport: desk, reducedMotion: "reduce" });
    await admin.page.getByTestId("people-listed").waitFor();
    await admin.page.getByRole("button", { name: "添加人员" }).click();
    const form = admin.page.getByTestId("person-form");
    await form.getByLabel("用户名").fill("plant-one");
    await form.getByLabel("姓名").fill("赵六");
    await form.getByLabel("角色").selectOption("enterprise");
    await form.getByLabel("所属企业").fill(enterprise);
    await form.getByLabel("理由（必填，记入审计）").fill("企业联系人");
    expect(await findingsOf(admin.page)).toEqual([]);
    await shoot(admin.page, "people-add");
    await form.getByRole("button", { name: "保存" }).click();
    password = await admin.page.getByTestId("made-once").getByLabel("密码", { exact: true }).inputValue();
    await admin.page.getByRole("button", { name: "已记下" }).click();
    await admin.page.getByTestId("person-row").filter({ hasText: enterprise }).waitFor();
    await shoot(admin.page, "people");

    const phone = { width: 375, height: 740 };
    const baseUrl = `http://${stage.system.addresses.http}`;
    const plant = await openDashboard(stage.browser, { baseUrl, path: "/", viewport: phone, reducedMotion: "reduce" });
    try {
      const { page } = plant;
      await page.locator('[name="username"]').fill("plant-one");
      await page.locator('[name="password"]').fill(password);
      await page.keyboard.press("Enter");
      const card = page.locator('[data-testid="reply-card"][data-state="answer"]');
      await card.waitFor();
      expect(new URL(page.url()).pathname).toBe("/reply");
      expect(await card.textContent()).toContain("请答复");
      expect(await findingsOf(page)).toEqual([]);
      expect(await fitsIn(page)).toBe(true);
      await shoot(page, "reply-list-375");
      await card.click();
      await page.getByText("请说明 11 月 22 日超标的原因").waitFor();
      await page.getByLabel("情况说明", { exact: false }).fill("污水站曝气机故障，已于当日 14 时修复。");
      await addFile(page, "检修记录.png");
      await page.getByText("已附 1 个文件").waitFor();
      expect(await findingsOf(page)).toEqual([]);
      expect(await fitsIn(page)).toBe(true);
      await page.screenshot({ path: join(tmpdir(), "plumeline-e2e", "reply-case-375.png"), fullPage: true });
      await page.getByRole("button", { name: "提交答复" }).click();
      await page.getByTestId("reply-done").waitFor();
      await page.locator('[data-testid="reply-earlier"]').filter({ hasText: "曝气机" }).waitFor();
      // No other screen of the centre opens for it.
      await page.goto(`${baseUrl}/alarms`);
      await page.getByTestId("reply-card").waitFor();
      expect(plant.errors).toEqual([]);
    } finally {
      await plant.close();
    }
  });

  it("is answered again when the reply is rejected, closed only by another person, and its chain is whole", async () => {
    const one = await openAs(first, `/cases/${caseId}`);
    await one.page.getByTestId("case-reply").filter({ hasText: "曝气机" }).waitFor();
    await one.page.getByRole("button", { name: "不接受" }).click();
    await one.page.getByLabel("理由（必填，记入案件）").fill("缺少检修工单");
    await one.page.getByTestId("step-form").locator('button[type="submit"]').click();
    await one.page.locator('[data-testid="case-reply"][data-accepted="false"]').waitFor();

    const plant = await signIn(stage.system.addresses.http, "plant-one", password);
    const baseUrl = `http://${stage.system.addresses.http}`;
    const path = `/reply/${caseId}`;
    const other = await openDashboard(stage.browser, { baseUrl, path, cookie: plant.token, viewport: desk });
    await other.page.getByText("答复未被接受，请重新答复").first().waitFor();
    await other.page.getByText("缺少检修工单").waitFor();
    await other.page.getByLabel("情况说明", { exact: false }).fill("补充检修工单 W-2026-118。");
    await other.page.getByRole("button", { name: "提交答复" }).click();
    await other.page.getByTestId("reply-done").waitFor();
    await shoot(other.page, "reply-case-desk");
    await other.close();

    const { page, errors } = one;
    await page.getByTestId("case-reply").filter({ hasText: "W-2026-118" }).waitFor({ timeout: 30_000 });
    await take(page, "decide-reply", "工单齐全");
    await take(page, "move-confirmed", "证据充分");
    await take(page, "move-rectifying", "限期 30 个工作日整改");
    await take(page, "move-recheck", "企业已完成整改");
    await stageOf(page, "recheck").waitFor();
    expect(await page.locator('[data-step="move-closed"]').count()).toBe(0);
    // The person's own name stands in it, for another one must close it.
    await page.getByText("须由另一人办结", { exact: false }).first().waitFor();

    const two = await openAs(second, `/cases/${caseId}`);
    await take(two.page, "move-closed", "复查合格");
    await stageOf(two.page, "closed").waitFor();
    await two.page.getByRole("button", { name: "核对整条记录链" }).click();
    await two.page.locator('[data-testid="chain-check"][data-ok="true"]').waitFor();
    await shoot(two.page, "case-closed");
    await two.page.emulateMedia({ media: "print" });
    await two.page.screenshot({ path: join(tmpdir(), "plumeline-e2e", "case-print.png"), fullPage: true });
    expect([...errors, ...two.errors]).toEqual([]);
  });
});

describe("two people at one case", () => {
  it("the one who was slower sees both texts and nothing of his own is lost", async () => {
    const { api } = stage.system;
    const draft = { site, title: "手工案件", links: [], reason: "群众举报" };
    const made = await api.call("POST", "/api/v1/cases", draft);
    const id = String(made.body["id"]);
    const { page } = await openAs(first, `/cases/${id}?lang=en`);
    await page.locator('[data-step="move-triage"]').click();
    await page.getByLabel("Reason (required, kept in the case)").fill("I look into it");
    const moved = await second.call("POST", `/api/v1/cases/${id}/move`, {
      expectedVersion: 1,
      to: "triage",
      reason: "I was first",
    });
    expect(moved.status).toBe(200);
    await page.getByTestId("step-form").locator('button[type="submit"]').click();
    const conflict = page.getByTestId("case-conflict");
    await conflict.filter({ hasText: "I look into it" }).filter({ hasText: "I was first" }).waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "case-conflict-en");
  });
});

describe("what people may and may not", () => {
  it("files are dropped several at once, and one that is too large is told before it is sent", async () => {
    const { api } = stage.system;
    const made = await api.call("POST", "/api/v1/cases", { site, title: "拖放", links: [], reason: "试验" });
    const { page, errors } = await openAs(first, `/cases/${String(made.body["id"])}`);
    const zone = page.getByTestId("evidence-drop");
    await zone.waitFor();
    const files = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["one"], "一.txt", { type: "text/plain" }));
      transfer.items.add(new File(["two"], "二.txt", { type: "text/plain" }));
      transfer.items.add(new File([new Uint8Array(21 * 1024 * 1024)], "大.mp4", { type: "video/mp4" }));
      return transfer;
    })()`);
    await zone.dispatchEvent("drop", { dataTransfer: files });
    await page.getByText("大.mp4 超过 20 MB").waitFor();
    await page.getByTestId("evidence").filter({ hasText: "一.txt" }).waitFor();
    await page.getByTestId("evidence").filter({ hasText: "二.txt" }).waitFor();
    expect(await page.getByTestId("evidence").count()).toBe(2);
    expect(errors).toEqual([]);
  });

  it("who may only look finds no buttons and is told so; accounts are an administrator's", async () => {
    const viewer = await addPerson("looker", "看客", "viewer");
    const { page } = await openAs(viewer, "/cases?lang=en");
    await page.getByTestId("case-row").first().click();
    await page.getByText("This account may only look").waitFor();
    expect(await page.getByTestId("case-step").count()).toBe(0);
    expect(await page.getByTestId("evidence-drop").count()).toBe(0);
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "case-viewer-en");
    await page.goto(new URL("/cases?new=1", page.url()).href);
    await page.getByTestId("case-row").first().waitFor();
    expect(await page.getByTestId("case-form").count()).toBe(0);
    const people = await openAs(first, "/people");
    await people.page.getByText("没有权限查看此内容").waitFor();
    const staff = await openAs(first, "/reply");
    await staff.page.getByText("这一页供企业账号使用", { exact: false }).waitFor();
  });

  it("a case that is none says so, to the centre and to an enterprise whose it is not", async () => {
    const { page } = await openAs(first, "/cases/nothing?lang=en");
    await page.getByText("There is no case nothing").waitFor();
    const { api, addresses } = stage.system;
    const account = { username: "plant-two", displayName: "钱七", role: "enterprise", enterprise: "另一家企业" };
    const made = await api.call("POST", "/api/v1/users", { ...account, reason: "a story of cases" });
    const other = await signIn(addresses.http, "plant-two", String(made.body["password"]));
    const cases = await api.call("GET", "/api/v1/cases?limit=1");
    const [{ id }] = cases.body["items"] as [{ id: string }];
    const baseUrl = `http://${addresses.http}`;
    const plant = await openDashboard(stage.browser, { baseUrl, cookie: other.token, path: `/reply/${id}` });
    try {
      await plant.page.getByText("没有这个案件，或它与贵企业无关").waitFor();
      await plant.page.getByRole("link", { name: "返回案件列表" }).click();
      await plant.page.getByText("目前没有与贵企业有关的案件").waitFor();
      // A line that breaks is told, and what was there comes back by asking again.
      await plant.page.route("**/api/v1/cases?*", (route) => route.abort("connectionrefused"));
      await plant.page.reload();
      const failed = plant.page.getByRole("alert").filter({ hasText: "连不上服务器" });
      await failed.waitFor({ timeout: 20_000 });
      await plant.page.unroute("**/api/v1/cases?*");
      await failed.getByRole("button", { name: "重试" }).click();
      await plant.page.getByText("目前没有与贵企业有关的案件").waitFor();
      await plant.page.getByTestId("lang-toggle").click();
      await plant.page.getByText("There is no case that concerns your enterprise").waitFor();
      expect(await findingsOf(plant.page)).toEqual([]);
    } finally {
      await plant.close();
    }
  });
});

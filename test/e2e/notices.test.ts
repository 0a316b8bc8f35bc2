// Notices on a real screen: a channel is added and tested against a real web server, a contact and a calendar are made, turns are
// swapped by the keyboard, a policy is written whose faults stand beside their fields; and what was told is shown with the
// answer of the other side.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDay } from "#domain/time.ts";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const desk = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" } as const;
const reasonLabel = "理由（必填，记入审计）";
let server: Server;
let address = "";
let status = 200;
const received: string[] = [];
let operator: ApiClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString("utf8")));
    request.on("end", () => {
      received.push(body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end('{"taken":true}');
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const { api, addresses } = stage.system;
  const person = { username: "duty", displayName: "值班员", role: "operator", reason: "a story of notices" };
  const made = await api.call("POST", "/api/v1/users", person);
  operator = await signIn(addresses.http, "duty", String(made.body["password"]));
}, 60_000);

afterAll(async () => {
  await new Promise((done) => server.close(done));
});

async function save(page: Page, form: string, reason: string): Promise<void> {
  const dialog = page.getByTestId(form);
  await dialog.getByLabel(reasonLabel).fill(reason);
  await dialog.getByRole("button", { name: "保存" }).click();
  await dialog.waitFor({ state: "detached" });
}

describe("how people are told", () => {
  it("a channel is added, its secret is never shown again, and a test tells what the other side said", async () => {
    const { page, errors } = await stage.open("/notices?view=channels", desk);
    await page.getByText("还没有渠道").waitFor();
    await page.getByRole("button", { name: "新增渠道" }).click();
    const form = page.getByTestId("channel-form");
    await form.getByLabel("类型").selectOption("webhook");
    await form.getByLabel("名称").fill("中心 Webhook");
    await form.getByLabel("编号").fill("hook");
    await form.getByLabel("地址", { exact: true }).fill(address);
    await form.getByLabel("允许本机和内网地址").check();
    await form.getByLabel("签名密钥").fill("a secret of this story");
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "notices-channel-form");
    await save(page, "channel-form", "接入");
    const row = page.locator('[data-testid="channel"][data-key="hook"]');
    await row.waitFor();
    await row.getByRole("button", { name: "修改" }).click();
    await form.getByText("已设置（不再显示；留空则不变）").waitFor();
    expect(await page.content()).not.toContain("a secret of this story");
    await page.keyboard.press("Escape");

    await row.getByRole("button", { name: "测试" }).click();
    await page.getByRole("button", { name: "发送测试消息" }).click();
    await page.locator('[data-testid="test-answer"][data-ok="true"]').waitFor();
    expect(received).toHaveLength(1);
    status = 403;
    await page.getByRole("button", { name: "发送测试消息" }).click();
    await page.locator('[data-testid="test-answer"][data-ok="false"]').filter({ hasText: "403" }).waitFor();
    await shoot(page, "notices-channel-test");
    status = 200;
    expect(errors).toEqual([]);
  });

  it("contacts take turns, and days of the month are swapped by the keyboard with a reason", async () => {
    const { page, errors } = await stage.open("/notices?view=contacts", desk);
    for (const [id, name] of [
      ["wang", "王值班"],
      ["zhao", "赵值班"],
    ] as const) {
      await page.getByRole("button", { name: "新增联系人" }).click();
      const form = page.getByTestId("contact-form");
      await form.getByLabel("姓名").fill(name);
      await form.getByLabel("编号").fill(id);
      await form.getByRole("button", { name: "增加地址" }).click();
      await form.getByLabel("渠道 1").selectOption("hook");
      await save(page, "contact-form", "值班人员");
      await page.locator(`[data-testid="contact"][data-key="${id}"]`).waitFor();
    }
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "notices-contacts");

    await page.getByRole("button", { name: "值班日历" }).click();
    await page.getByTestId("calendars-listed").waitFor();
    await page.getByLabel("日历").selectOption({ label: "值班长 duty lead" });
    await page.getByText("现在没有人值班").waitFor();
    await page.getByRole("button", { name: "修改轮值" }).click();
    const form = page.getByTestId("calendar-form");
    await form.getByLabel("加入").selectOption("wang");
    await form.getByLabel("加入").selectOption("zhao");
    await shoot(page, "notices-calendar-form");
    await save(page, "calendar-form", "排班");
    await page
      .getByTestId("on-call-now")
      .filter({ hasText: /王值班|赵值班/ })
      .waitFor();

    // Whoever is on duty swaps; the turns themselves are an administrator's.
    const other = await stage.open("/notices?view=calendars&calendar=duty-lead", { ...desk, cookie: operator.token });
    await other.page.getByTestId("on-call-now").filter({ hasText: "值班" }).waitFor();
    expect(await other.page.getByRole("button", { name: "修改轮值" }).count()).toBe(0);
    const today = formatDay(Date.now());
    const day = other.page.locator(`[data-testid="calendar-day"][data-day="${today}"]`);
    const before = (await day.textContent()) ?? "";
    await day.focus();
    await other.page.keyboard.press("Enter");
    await other.page.keyboard.press("ArrowRight");
    await other.page.keyboard.press("Enter");
    const swap = other.page.getByTestId("calendar-form");
    await swap.getByLabel("由谁值班").selectOption(before.includes("王值班") ? "zhao" : "wang");
    await save(other.page, "calendar-form", "家中有事");
    await day.filter({ hasText: "⇄" }).waitFor();
    await other.page.getByTestId("swap").filter({ hasText: "家中有事" }).filter({ hasText: "duty" }).waitFor();
    expect(await findingsOf(other.page)).toEqual([]);
    expect(await fitsIn(other.page)).toBe(true);
    await shoot(other.page, "notices-calendar");
    expect([...errors, ...other.errors]).toEqual([]);
  });

  it("a policy is a chain along time; what is wrong with a new one stands beside its fields", async () => {
    const { page, errors } = await stage.open("/notices?view=policies", desk);
    await page.locator('[data-testid="policy"][data-key="urgent"]').getByTestId("policy-step").first().waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, "notices-policies");
    await page.getByRole("button", { name: "新增策略" }).click();
    const form = page.getByTestId("policy-form");
    await form.getByRole("button", { name: "保存" }).click();
    for (const field of ["name", "id", "steps.0.targets", "reason"])
      await form.locator(`[data-testid="problem"][data-field="${field}"]`).waitFor();
    await shoot(page, "notices-policy-problems");
    await form.getByLabel(/^名称/).fill("唐山一级立即通知");
    await form.getByLabel(/^编号/).fill("tangshan");
    await form.getByLabel("顺序", { exact: false }).fill("5");
    await form.getByLabel("城市").selectOption("130200");
    await form.getByLabel("合并时间", { exact: false }).fill("0");
    const step = form.getByRole("group", { name: "第 1 步" });
    await step.getByLabel("王值班", { exact: true }).check();
    expect(await findingsOf(page)).toEqual([]);
    await save(page, "policy-form", "试用");
    const row = page.locator('[data-testid="policy"][data-key="tangshan"]');
    await row.filter({ hasText: "唐山" }).filter({ hasText: "王值班" }).waitFor();
    expect(errors).toEqual([]);
  });

  it("what was told stands in the list with the answer of the other side, and the health says what is missing", async () => {
    const { api } = stage.system;
    const factors = ["w01018"];
    const made = { id: "NOTICE-OUTLET", name: "通知排口", kind: "water-outfall", city: "130200", factors };
    expect((await api.call("POST", "/api/v1/sites", made)).status).toBe(201);
    await api.putLimit(made.id, "w01018", 50);
    const reading = [{ time: Date.now(), values: { w01018: 90 } }];
    expect((await api.call("POST", `/api/v1/sites/${made.id}/readings`, reading)).status).toBe(202);
    const told = async (): Promise<boolean> =>
      Number((await api.call("GET", "/api/v1/notices?state=sent")).body["total"]) > 0;
    await waitFor("a notice that was sent", told, { deadlineMs: 60_000 });
    const { page, errors } = await stage.open("/notices", desk);
    await page
      .getByTestId("notice-row")
      .filter({ hasText: "通知排口" })
      .filter({ hasText: "王值班" })
      .first()
      .waitFor();
    await page.locator('[data-testid="notice-health"][data-ok="false"]').waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByTestId("notice-detail").locator('[data-testid="attempt"][data-ok="true"]').waitFor();
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await shoot(page, "notices");
    const inEnglish = await stage.open("/notices?lang=en&theme=wall", desk);
    await inEnglish.page.getByTestId("notice-row").first().waitFor();
    expect(await findingsOf(inEnglish.page)).toEqual([]);
    await shoot(inEnglish.page, "notices-en");
    expect([...errors, ...inEnglish.errors]).toEqual([]);
  });
});

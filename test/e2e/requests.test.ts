// Requests to devices and the register of devices, on real screens with real loggers: asked, followed until it is over, withdrawn;
// a site changed, a change that somebody else was faster with, a password that is shown once. Both languages, both widths, by
// keyboard, without findings of axe.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectDevice } from "#test/harness/device.ts";
import { waitFor } from "#test/harness/wait.ts";
import { type DeviceStage, findingsOf, fitsIn, leaky, plain, setDeviceStage, shoot, steady } from "./device-stage.ts";

let stage: DeviceStage;
beforeAll(async () => {
  stage = await setDeviceStage();
}, 120_000);
afterEach(() => stage.closePages());
afterAll(() => stage?.close());

async function ask(site: string, command: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = { command, settings, reason: "a story" };
  const reply = await stage.system.api.call("POST", `/api/v1/sites/${site}/requests`, body);
  expect(reply.status).toBe(201);
  return String(reply.body["id"]);
}

const over = { deadlineMs: 10_000 };

describe.each([
  { language: "zh-CN", query: "", read: "提取实时数据间隔", done: "执行成功", wrong: "命令请求条件错误", send: "下发" },
  {
    language: "en",
    query: "&lang=en",
    read: "interval of real-time data",
    done: "done",
    wrong: "the condition of the request is wrong",
    send: "Send",
  },
])("requests in $language", ({ language, query, read, done, wrong, send }) => {
  it("are asked for by a form, and followed until the device has answered", async () => {
    const { page, errors, refusals } = await stage.open(`/requests?new=1061&for=${steady.site}${query}`, {
      who: stage.operator,
    });
    const form = page.getByTestId("request-form");
    await form.getByText(`MN ${steady.mn}`).waitFor();
    const button = form.getByRole("button", { name: send, exact: true });
    expect(await button.isDisabled()).toBe(true);
    await form.locator("textarea").fill("is it every half minute?");
    await shoot(page, `request-form-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    await button.click();
    const detail = page.getByTestId("request-detail");
    await detail.locator('[data-testid="request-steps"][data-state="done"]').waitFor({ timeout: 10_000 });
    const text = (await detail.textContent()) ?? "";
    for (const part of [read, "1061", "RtdInterval", "30", "is it every half minute?", "operator", done])
      expect(text).toContain(part);
    await page.locator('[data-testid="request-row"][data-state="done"]').first().waitFor();
    expect(errors).toEqual([]);
    expect(refusals).toEqual([]);
  });

  it.each([1366, 1920])("stand in a list with what came of them (%i wide)", async (width) => {
    const id = await ask(steady.site, "3011", { PolId: "w01018" });
    const { page, errors } = await stage.open(`/requests?id=${id}${query}`, { who: stage.viewer, width });
    const detail = page.getByTestId("request-detail");
    await detail.locator('[data-testid="request-steps"][data-state="failed"]').waitFor({ timeout: 10_000 });
    await detail.getByTestId("request-says").filter({ hasText: wrong }).waitFor();
    await page.locator(`[data-testid="request-row"][data-key="${id}"]`).waitFor();
    await shoot(page, `requests-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    expect(await page.getByTestId("new-request").isDisabled()).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe("a request", () => {
  it("that waits for a device that is away is withdrawn with a reason", async () => {
    const given = await stage.system.api.call("POST", "/api/v1/sites", {
      id: "DEV-AWAY",
      name: "Outfall DEV-AWAY",
      kind: "water-outfall",
      city: "130200",
      factors: ["w01018"],
      mn: "AWAY-1",
    });
    expect(given.status).toBe(201);
    const id = await ask("DEV-AWAY", "1063");
    const { page } = await stage.open(`/requests?site=DEV-AWAY&id=${id}`, { who: stage.operator });
    await page.getByRole("button", { name: "撤回" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("textarea").fill("not needed any more");
    await dialog.getByRole("button", { name: "撤回" }).click();
    await page.locator('[data-testid="request-steps"][data-state="withdrawn"]').waitFor();
    await page.getByTestId("request-says").filter({ hasText: "not needed any more" }).waitFor();
  });

  it("with a time of its own is sent in fourteen digits of UTC+8, and a wrong one is not sent", async () => {
    const { page } = await stage.open(`/requests?new=2061&for=${leaky.site}`, { who: stage.operator });
    const form = page.getByTestId("request-form");
    await form.getByText(`MN ${leaky.mn}`).waitFor();
    const end = form.getByRole("group", { name: "结束时间" });
    await end.getByRole("textbox", { name: "结束时间 日期" }).fill("2026-01-02");
    await end.getByRole("textbox", { name: "结束时间 时:分:秒" }).fill("03:00");
    await form.getByText("结束时间早于开始时间").waitFor();
    const begin = form.getByRole("group", { name: "开始时间" });
    await begin.getByRole("textbox", { name: "开始时间 日期" }).fill("2026-01-02");
    await begin.getByRole("textbox", { name: "开始时间 时:分:秒" }).fill("01:00");
    await form.locator("textarea").fill("hours of the night");
    await form.getByRole("button", { name: "下发", exact: true }).click();
    await page.getByTestId("request-detail").getByText("2026-01-02 03:00:00").waitFor();
    const asked = await waitFor(
      "the request at the logger",
      () => stage.loggers.leaky.requests.find(({ cn }) => cn === "2061"),
      over,
    );
    expect(asked.area).toBe("BeginTime=20260102010000,EndTime=20260102030000");
  });

  it("that changes a logger is an administrator's; an operator is told so", async () => {
    const { page } = await stage.open(`/requests?new=1072&for=${steady.site}`, { who: stage.operator });
    const form = page.getByTestId("request-form");
    await form.getByText("只有管理员可以下发").waitFor();
    await form.locator("textarea").fill("reason");
    expect(await form.getByRole("button", { name: "下发", exact: true }).isDisabled()).toBe(true);
  });

  it("is found by state, site and origin, which stand in the address; j, Enter and Esc lead through the list", async () => {
    const { page } = await stage.open(`/requests?site=${steady.site}`);
    const rows = page.getByTestId("request-row");
    await rows.first().waitFor();
    await page.getByLabel("状态").selectOption("failed");
    await page.waitForURL((url) => url.searchParams.get("state") === "failed");
    await waitFor(
      "only those that failed",
      async () => {
        const states = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-state")));
        return states.length > 0 && states.every((state) => state === "failed");
      },
      over,
    );
    await page.getByLabel("来源").selectOption("gap");
    await page.getByText("当前筛选下没有请求").waitFor();
    await page.getByLabel("来源").selectOption("person");
    await rows.first().waitFor();
    await page.locator("#content").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByTestId("request-detail").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("id"));
  });
});

describe.each([
  { language: "zh-CN", query: "", edit: "修改", save: "保存", issue: "签发新口令", copy: "口令" },
  { language: "en", query: "?lang=en", edit: "Change", save: "Save", issue: "Issue a new password", copy: "Password" },
])("assets in $language", ({ language, query, save, issue, copy }) => {
  it.each([1366, 1920])("are a tree of enterprises, sites, loggers and factors (%i wide)", async (width) => {
    const { page, errors } = await stage.open(`/assets${query}`, { who: stage.viewer, width });
    const row = page.locator(`[data-testid="asset-row"][data-key="s:${steady.site}"]`);
    await row.focus();
    await page.keyboard.press("ArrowRight");
    await page.locator(`[data-key="p:${steady.site}:logger:${steady.mn}"]`).waitFor();
    await page.locator(`[data-key="p:${steady.site}:factor:w01018"]`).waitFor();
    await shoot(page, `assets-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === `/assets/${steady.site}`);
    expect(await page.getByTestId("edit-asset").isDisabled()).toBe(true);
    expect(errors).toEqual([]);
  });

  it("give a device a password that is shown once and works", async () => {
    const { page, errors } = await stage.open(`/assets/${plain}${query}`);
    await page.getByTestId("issue-password").click();
    const dialog = page.getByRole("dialog");
    await shoot(page, `asset-${language}`);
    await dialog.getByRole("button", { name: issue }).click();
    const password = await dialog.getByRole("textbox", { name: copy }).inputValue();
    expect(await findingsOf(page)).toEqual([]);
    const device = await connectDevice(stage.system.addresses.mqtt, { username: plain, password });
    await device.send({ w01018: 12 });
    await device.end();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.content()).not.toContain(password);
    expect(errors).toEqual([]);
  });

  it("are changed by a form; when somebody else was faster it says what they changed, and nothing is lost", async () => {
    const { page, errors } = await stage.open(`/assets/${plain}?edit=1${query.replace("?", "&")}`);
    const form = page.getByTestId("asset-form");
    await form.waitFor();
    const seconds = language === "en" ? 30 : 20;
    await form
      .locator("label")
      .filter({ hasText: /^(上报间隔|Interval)/ })
      .locator("input")
      .fill(String(seconds));
    const enterprise = `Works ${language}`;
    const faster = await stage.system.api.call("PATCH", `/api/v1/sites/${plain}`, { enterprise });
    expect(faster.status).toBe(200);
    await form.getByRole("button", { name: save, exact: true }).click();
    const conflict = page.getByTestId("asset-conflict");
    await conflict.getByText(enterprise).waitFor();
    await shoot(page, `asset-conflict-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    await conflict.getByRole("button").click();
    await form.getByRole("button", { name: save, exact: true }).click();
    await form.waitFor({ state: "detached" });
    const { body } = await stage.system.api.call("GET", `/api/v1/sites/${plain}`);
    expect(body).toMatchObject({ intervalSeconds: seconds, enterprise });
    expect(errors).toEqual([]);
  });
});

describe("the identity of a device", () => {
  it("is a certificate whose key is shown once, until it is revoked with a reason; and a code for once", async () => {
    const { page, errors } = await stage.open(`/assets/${steady.site}`);
    const panel = page.getByTestId("certificates");
    await panel.getByText("没有签发过证书").waitFor();
    await panel.getByRole("button", { name: "签发证书" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "签发证书" }).click();
    expect(await dialog.getByRole("textbox", { name: "私钥（PEM）" }).inputValue()).toContain("PRIVATE KEY");
    expect(await findingsOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "我已保存" }).click();
    await panel.locator('[data-state="valid"]').getByRole("button", { name: "吊销" }).click();
    await dialog.locator("textarea").fill("the device was stolen");
    await dialog.getByRole("button", { name: "吊销" }).click();
    await panel.locator('[data-state="revoked"]').filter({ hasText: "the device was stolen" }).waitFor();
    await panel.getByRole("button", { name: "生成接入码" }).click();
    await dialog.getByRole("button", { name: "生成接入码" }).click();
    expect(await dialog.getByRole("textbox").inputValue()).toMatch(/\S{8,}/);
    expect(errors).toEqual([]);
  });

  it("that is wrong is seen where it was turned away, and by nobody who may only look", async () => {
    const wrong = { username: leaky.site, password: "not the password" };
    await expect(connectDevice(stage.system.addresses.mqtt, wrong)).rejects.toThrow();
    const { page } = await stage.open(`/assets/${leaky.site}`, { who: stage.operator });
    await page.getByTestId("refused-device").filter({ hasText: "用户名或口令不对" }).waitFor();
    await shoot(page, "asset-refused");
    const { page: other, refusals } = await stage.open(`/assets/${leaky.site}`, { who: stage.viewer });
    await other.getByText("当前账户不能查看证书和被拒登录").waitFor();
    expect(refusals).toEqual([]);
  });
});

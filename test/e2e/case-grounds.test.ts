// Cases that rest on exceedances, on real screens: one that a rule opened by itself, with the mean, the limit and the frozen
// explanation that its enterprise sees, too; and one that is opened from the explanation sheet.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn, shoot } from "./device-stage.ts";
import { type JudgementStage, setJudgementStage, sewer, stack } from "./judgement-stage.ts";

let stage: JudgementStage;
let plant: ApiClient;

beforeAll(async () => {
  stage = await setJudgementStage();
  const { api, addresses } = stage.system;
  const account = { username: "works", displayName: "Works One", role: "enterprise", enterprise: "Works One" };
  const made = await api.call("POST", "/api/v1/users", { ...account, reason: "a story of grounds" });
  plant = await signIn(addresses.http, "works", String(made.body["password"]));
}, 180_000);
afterEach(() => stage.closePages());
afterAll(() => stage?.close());

it("a rule opens a case for a day beyond its limit, and both sides see by how much", async () => {
  const { api } = stage.system;
  const found = async (): Promise<Readonly<Record<string, unknown>> | null> => {
    const { body } = await api.call("GET", `/api/v1/cases?site=${sewer}`);
    const [item] = body["items"] as Readonly<Record<string, unknown>>[];
    return item !== undefined && (item["evidence"] as unknown[]).length > 0 ? item : null;
  };
  const opened = await waitFor("a case with its frozen ground", found, { deadlineMs: 60_000, everyMs: 500 });
  const id = String(opened["id"]);
  const { page, errors } = await stage.open(`/cases/${id}`);
  const ground = page.locator('[data-testid="case-link"][data-kind="exceedance"]');
  await ground.filter({ hasText: "42.74" }).filter({ hasText: "限值 41 mg/L" }).waitFor();
  await page.getByTestId("evidence").filter({ hasText: "自动封存的依据" }).waitFor();
  expect(await findingsOf(page)).toEqual([]);
  expect(await fitsIn(page)).toBe(true);
  await shoot(page, "case-ground");
  await ground.getByRole("link").click();
  await page.getByTestId("explanation").waitFor();

  const asked = await api.call("POST", `/api/v1/cases/${id}/ask-reply`, {
    expectedVersion: opened["version"],
    workingDays: 5,
    reason: "请说明原因",
  });
  expect(asked.status).toBe(200);
  const own = await stage.open(`/reply/${id}`, { who: plant });
  await own.page.getByTestId("reply-ground").filter({ hasText: "42.74" }).filter({ hasText: "限值 41" }).waitFor();
  await own.page.getByRole("button", { name: "登记标记" }).click();
  expect(await findingsOf(own.page)).toEqual([]);
  const form = own.page.getByTestId("reply-mark-form");
  await form.getByLabel("情况").selectOption("fault");
  const day = String(opened["openedAt"]).slice(0, 10);
  for (const [end, clock] of [
    ["开始", "01:00"],
    ["结束", "02:00"],
  ] as const) {
    await form.getByLabel(`${end} 日期`).fill(day);
    await form.getByLabel(`${end} 时刻`).fill(clock);
  }
  await form.getByLabel("说明（必填）").fill("分析仪故障");
  await form.getByRole("button", { name: "提交标记" }).click();
  await own.page.getByTestId("mark-done").waitFor();
  await shoot(own.page, "reply-ground");
  const marks = await api.call("GET", `/api/v1/marks?site=${sewer}`);
  expect(marks.body["total"]).toBe(1);
  expect([...errors, ...own.errors]).toEqual([]);
});

it("the explanation sheet leads to a new case that has it as its ground", async () => {
  const { api } = stage.system;
  const { body } = await api.call("GET", `/api/v1/exceedances?site=${stack}`);
  const [{ id }] = body["items"] as [{ id: string }];
  const { page, errors } = await stage.open(`/exceedances/${encodeURIComponent(id)}`, { who: stage.operator });
  await page.getByRole("link", { name: "立案" }).click();
  const form = page.getByTestId("case-form");
  await form.getByText(id).waitFor();
  await form.getByLabel("立案理由（必填，记入案件）").fill("小时均值超标");
  await form.getByRole("button", { name: "立案" }).click();
  await page.locator('[data-testid="case-link"][data-kind="exceedance"]').filter({ hasText: "限值 50" }).waitFor();
  await page.getByTestId("evidence").filter({ hasText: "自动封存的依据" }).waitFor();
  expect(errors).toEqual([]);
});

// People on a real screen: an administrator changes a role, draws a new password, disables and enables an account; sessions end at
// once, and the last administrator stays one.

import { expect, it } from "vitest";
import { signIn } from "#test/harness/api-client.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const desk = { viewport: { width: 1366, height: 768 }, reducedMotion: "reduce" } as const;
const reason = "理由（必填，记入审计）";

it("a person is changed, disabled and enabled; the sessions end, and a new password is shown once", async () => {
  const { api, addresses } = stage.system;
  const person = { username: "sun", displayName: "孙七", role: "viewer", reason: "a story of people" };
  const made = await api.call("POST", "/api/v1/users", person);
  const sun = await signIn(addresses.http, "sun", String(made.body["password"]));
  const { page, errors } = await stage.open("/people", desk);
  const row = page.getByTestId("person-row").filter({ hasText: "孙七" });
  await row.click();
  const detail = page.getByTestId("person-detail");
  await detail.getByRole("button", { name: "修改" }).click();
  const form = page.getByTestId("person-form");
  await form.getByLabel("角色").selectOption("operator");
  await form.getByLabel(reason).fill("调岗");
  await form.getByRole("button", { name: "保存" }).click();
  await form.waitFor({ state: "detached" });
  await row.filter({ hasText: "值班员" }).waitFor();
  // Other rights, other session.
  expect((await sun.call("GET", "/api/v1/session")).status).toBe(401);

  await detail.getByRole("button", { name: "重设密码" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(reason).fill("忘记密码");
  await dialog.getByRole("button", { name: "重设密码" }).click();
  const password = await page.getByTestId("made-once").getByLabel("密码", { exact: true }).inputValue();
  await page.getByRole("button", { name: "已记下" }).click();
  expect(await page.content()).not.toContain(password);
  const again = await signIn(addresses.http, "sun", password);

  await detail.getByRole("button", { name: "停用" }).click();
  await dialog.getByLabel(reason).fill("离岗");
  await dialog.getByRole("button", { name: "停用" }).click();
  await page.locator('[data-testid="person-row"][data-state="disabled"]').filter({ hasText: "孙七" }).waitFor();
  expect((await again.call("GET", "/api/v1/session")).status).toBe(401);
  expect(await findingsOf(page)).toEqual([]);
  expect(await fitsIn(page)).toBe(true);
  await shoot(page, "people-disabled");
  await detail.getByRole("button", { name: "恢复" }).click();
  await dialog.getByLabel(reason).fill("返岗");
  await dialog.getByRole("button", { name: "恢复" }).click();
  await page.locator('[data-testid="person-row"][data-state="active"]').filter({ hasText: "孙七" }).waitFor();
  await signIn(addresses.http, "sun", password);
  expect(errors).toEqual([]);
});

it("the last administrator is refused in words, and everything reads in English", async () => {
  const { page } = await stage.open("/people?id=admin&lang=en", desk);
  const detail = page.getByTestId("person-detail");
  await detail.getByRole("button", { name: "Disable" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason", { exact: false }).fill("a try");
  await dialog.getByRole("button", { name: "Disable" }).click();
  await dialog.getByRole("alert").filter({ hasText: "only administrator" }).waitFor();
  expect(await findingsOf(page)).toEqual([]);
  await shoot(page, "people-last-admin-en");
});

// One's own password, changed in a browser. Alone in its file: it ends every other session of this person, the test's own too.

import { expect, it } from "vitest";
import { adminPassword } from "#test/harness/system.ts";
import { setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();

it("a person changes the password on the page of one's own settings; the page goes on", async () => {
  const { page, errors } = await stage.open("/me");
  const change = async (current: string, password: string, again = password): Promise<void> => {
    await page.getByLabel("当前密码").fill(current);
    await page.getByLabel("新密码（至少 10 个字符）").fill(password);
    await page.getByLabel("再输一次新密码").fill(again);
  };
  const button = page.getByRole("button", { name: "修改密码" });
  await change(adminPassword, "another password", "another passwort");
  await page.getByText("两次输入的新密码不一样").waitFor();
  expect(await button.isDisabled()).toBe(true);
  await change("not this one", "another password");
  await button.click();
  await page.getByText("当前密码不对，未作修改").waitFor();
  await change(adminPassword, "another password");
  await button.click();
  await page.getByText("密码已修改").waitFor();
  await shoot(page, "profile-password");
  await page.reload();
  await waitForLink(page, "live");
  await change("another password", adminPassword);
  await button.click();
  await page.getByText("密码已修改").waitFor();
  expect(errors.filter((each) => !each.includes("422"))).toEqual([]);
});

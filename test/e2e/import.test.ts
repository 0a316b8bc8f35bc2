// A register from a table on a real screen: a file is chosen, what would happen stands there row by row, it is confirmed, and the
// sites are there. In both languages, by keyboard, without findings of axe.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { writeXlsx } from "#api/io/xlsx.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { signIn } from "#test/harness/api-client.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const heads = ["站点编号", "站点名称", "类型", "城市", "监测因子", "纬度", "经度", "备注"];

function register(prefix: string, count: number): Buffer {
  const rows = Array.from({ length: count }, (_, i) => [
    `${prefix}-${i}`,
    `总排口 ${i}`,
    "废水排口",
    "唐山市",
    "w01018 w01001",
    "39.6",
    "118.2",
    "",
  ]);
  const wrong = [`${prefix} bad`, "", "火山", "唐山市", "w01018", "118.2", "39.6", ""];
  return Buffer.from(writeXlsx("sites", [heads, ...rows, wrong]));
}

const rows = (page: Page) => page.getByTestId("import-row");
const filter = (page: Page, name: RegExp) => page.getByRole("button", { name });

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer });
  await page.getByTestId("import-submit").waitFor({ timeout: 20_000 });
}

describe.each([
  {
    language: "zh-CN",
    query: "",
    refused: /^不能导入 1$/,
    fresh: /^新增 600$/,
    changed: /^变更 1$/,
    reason: "是否经纬度颠倒",
    done: "导入完成：新增 600，变更 0",
    another: "换一个文件",
    change: "站点名称：总排口 5 → 新名称",
  },
  {
    language: "en",
    query: "?lang=en",
    refused: /^refused 1$/,
    fresh: /^new 600$/,
    changed: /^changed 1$/,
    reason: "wrong way round",
    done: "Imported: 600 new, 0 changed",
    another: "Another file",
    change: "name: 总排口 5 → 新名称",
  },
])("the import of sites in $language", (words) => {
  const prefix = `E2E-${words.language}`;

  it("shows what a file would do, does that, and shows the difference of the next one", async () => {
    const { page, errors } = await stage.open(`/assets/import${words.query}`);
    await page.locator('input[type="file"]').waitFor({ state: "attached" });
    await shoot(page, `import-choose-${words.language}`);
    expect(await findingsOf(page)).toEqual([]);
    await choose(page, "register.xlsx", register(prefix, 600));
    // What needs a look comes first.
    expect(await filter(page, words.refused).getAttribute("aria-pressed")).toBe("true");
    expect(await rows(page).first().textContent()).toContain(words.reason);
    await rows(page).first().click();
    await shoot(page, `import-refused-${words.language}`);
    expect(await findingsOf(page)).toEqual([]);
    await filter(page, words.fresh).click();
    await rows(page).nth(5).waitFor();
    expect((await stage.system.api.call("GET", `/api/v1/sites?q=${prefix}`)).body["total"]).toBe(0);
    await shoot(page, `import-new-${words.language}`);
    await page.getByTestId("import-submit").click();
    const progress = page.getByTestId("import-progress");
    await progress.and(page.locator('[data-state="done"]')).waitFor({ timeout: 30_000 });
    expect(await progress.textContent()).toContain(words.done);
    await shoot(page, `import-done-${words.language}`);
    expect(await findingsOf(page)).toEqual([]);
    expect((await stage.system.api.call("GET", `/api/v1/sites?q=${prefix}`)).body["total"]).toBe(600);

    await page.getByRole("button", { name: words.another }).click();
    await choose(page, "changes.csv", Buffer.from(`站点编号,站点名称\n${prefix}-5,新名称\n${prefix}-6,总排口 6\n`));
    await filter(page, words.changed).click();
    expect(await rows(page).count()).toBe(1);
    expect(await rows(page).first().textContent()).toContain(words.change);
    // By keyboard: to the row, and all of it beside the list.
    await rows(page).first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".import-details").waitFor();
    await shoot(page, `import-changed-${words.language}`);
    expect(errors).toEqual([]);
  });
});

describe("the import of sites", () => {
  it("of a file that is dropped does nothing when the register has changed since it was looked at, and says so", async () => {
    await stage.system.api.createSite("E2E-RACE");
    const { page } = await stage.open("/assets/import");
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File(["id,name\\nE2E-RACE,Mine\\n"], "race.csv", { type: "text/csv" }));
      return data;
    })()`);
    await page.locator(".import-drop").dispatchEvent("drop", { dataTransfer: dropped });
    await page.getByTestId("import-submit").waitFor();
    await stage.system.api.call("PATCH", "/api/v1/sites/E2E-RACE", { name: "Theirs" });
    await page.getByTestId("import-submit").click();
    await page.getByText("与试算时不同").waitFor();
    await shoot(page, "import-race");
    expect((await stage.system.api.call("GET", "/api/v1/sites/E2E-RACE")).body["name"]).toBe("Theirs");
  });

  it("is not offered to somebody who may not", async () => {
    await addUser(stage.system.dataDir, "operator", "operator");
    const { token } = await signIn(stage.system.addresses.http, "operator", "operator password");
    const { page } = await stage.open("/assets/import", { cookie: token });
    await page.getByText("只有管理员可以导入站点").waitFor();
    expect(await page.locator('input[type="file"]').count()).toBe(0);
  });
});

// The overview as an operator uses it: nothing abnormal and since when; layers of the map; a city looked at closely and then its
// alarms; sites that lie on each other taken apart; the last 24 hours as a picture and as a table.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { formatLocal } from "#domain/time.ts";
import { waitFor } from "#test/harness/wait.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const map = (page: Page) => page.getByRole("application", { name: /示意图|Schematic/ });

/** Chooses a site with an arrow key, once the map has its places. */
async function chooseByKey(page: Page): Promise<void> {
  await waitFor(
    "a site to be chosen",
    async () => {
      await page.keyboard.press("ArrowRight");
      return (await page.locator(".map-tip").count()) === 1;
    },
    { deadlineMs: 10_000, everyMs: 100 },
  );
}

async function register(id: string, kind: string, lat: number, lon: number): Promise<void> {
  const body = { id, name: `Site ${id}`, kind, city: "130600", factors: ["w01018"], intervalSeconds: 3600, lat, lon };
  const { status, text } = await stage.system.api.call("POST", "/api/v1/sites", body);
  expect(status, text).toBe(201);
}

describe.each([
  { lang: "", never: "尚无任何告警记录", quiet: "全省无异常", last: "最近一次变化" },
  {
    lang: "lang=en",
    never: "There was never an alarm",
    quiet: "Nothing abnormal in the province",
    last: "Last change",
  },
])("a province without an alarm ($quiet)", ({ lang, never, quiet, last }) => {
  it("is said to be so, with the time of the last change", async () => {
    const known = (await stage.system.api.alarms()).length;
    const { page, errors } = await stage.open(`/overview?${lang}`);
    const over = page.locator(".map-quiet");
    await over.filter({ hasText: quiet }).waitFor();
    if (known === 0) await over.filter({ hasText: never }).waitFor();
    const device = await stage.addSite(`OV-QUIET-${lang.length}`, { w01018: 50 });
    await device.send({ w01018: 60 });
    const [alarm] = await openAlarms(stage, `OV-QUIET-${lang.length}`, 1);
    await over.waitFor({ state: "detached", timeout: 5_000 });
    await stage.system.api.acknowledge(alarm ?? { id: "", version: 0 });
    await device.send({ w01018: 1 });
    await over.filter({ hasText: `${quiet} · ${last} ${formatLocal(Date.now()).slice(11, 14)}` }).waitFor();
    expect(await page.locator(".overview-alarms .notice").textContent()).toContain(quiet);
    await shoot(page, `overview-quiet-${lang === "" ? "zh-CN" : "en"}`);
    expect(errors).toEqual([]);
  });
});

const watchSilent = `
  globalThis.seen = [];
  const look = () => {
    const text = document.querySelector(".city-table tfoot td:nth-of-type(2)")?.textContent ?? null;
    if (text !== null && seen.at(-1) !== text) seen.push(text);
    requestAnimationFrame(look);
  };
  look();`;

it("no site is called silent while its readings are still on their way to the screen", async () => {
  const device = await stage.addSite("OV-HEARD", { w01018: 50 });
  await device.send({ w01018: 20 });
  const { page, errors } = await stage.open("/help");
  // Looks at the total of silent sites in every frame that the page draws, from its first one on.
  await page.addInitScript({ content: watchSilent });
  await page.goto(new URL("/overview", page.url()).href);
  await page.locator(".map-frame[data-sites]").waitFor();
  // Silent is said at most once a second; the first words of a page that knows nothing come at once.
  await page.waitForTimeout(3_000);
  const seen = await page.evaluate<string[]>("seen");
  // The last one is the truth, and OV-HEARD is not in it.
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.map(Number).filter((silent) => silent > Number(seen.at(-1)))).toEqual([]);
  expect(errors).toEqual([]);
});

describe("the layers of the map", () => {
  it("leave the kinds of sites that were chosen, stand in the address, and nonsense in it is told", async () => {
    await register("OV-AIR", "air-station", 38.9, 115.5);
    await register("OV-STEEL", "energy-centre", 39.6, 118.2);
    await register("OV-STACK", "gas-outfall", 39.7, 118.1);
    const { page, errors } = await stage.open("/overview");
    const all = Number(await map(page).getAttribute("data-sites"));
    const chips = page.getByRole("group", { name: "图层" });
    await chips.locator('[data-layer="air"]').click();
    await page.locator('.map-frame[data-sites="1"]').waitFor();
    expect(new URL(page.url()).searchParams.get("layer")).toBe("air");
    await chips.locator('[data-layer="steel"]').press("Enter");
    await page.locator('.map-frame[data-sites="2"]').waitFor();
    expect(new URL(page.url()).searchParams.get("layer")).toBe("steel,air");
    await shoot(page, "overview-layers");
    await chips.getByRole("button", { name: "全部" }).click();
    await page.locator(`.map-frame[data-sites="${all}"]`).waitFor();
    await page.goto(new URL("/overview?layer=air,moon&lang=en", page.url()).href);
    await page.getByText(/layer=air,moon/).waitFor();
    await page.locator('.map-frame[data-sites="1"]').waitFor();
    expect(errors).toEqual([]);
  });

  it("an alarm of a layer that is not shown is not on the map, but in the list and in the figures", async () => {
    const device = await stage.addSite("OV-HIDDEN", { w01018: 50 });
    await device.send({ w01018: 77 });
    const [alarm] = await openAlarms(stage, "OV-HIDDEN", 1);
    const { page } = await stage.open("/overview?layer=air");
    await page.locator(`[data-alarm-id="${alarm?.id}"]`).waitFor();
    // The air station has never sent: it is not called normal.
    await page.locator(".map-quiet").filter({ hasText: "所选图层无告警，但 1 个站点没有新数据" }).waitFor();
    await page.getByTestId("figure-exceeding").filter({ hasText: "1" }).waitFor();
    await stage.system.api.acknowledge(alarm ?? { id: "", version: 0 });
    await device.send({ w01018: 1 });
  });
});

describe("a city", () => {
  it("that is clicked on the map is looked at closely, and clicked once more leads to its alarms", async () => {
    const { page } = await stage.open("/overview?layer=noise");
    const box = await map(page).boundingBox();
    if (box === null) throw new Error("the map has no place");
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    await page.mouse.click(...middle);
    await page.waitForURL(/city=13\d{4}/);
    const city = new URL(page.url()).searchParams.get("city");
    await page.locator(`tr[data-city="${city}"][data-chosen="true"]`).waitFor();
    await shoot(page, "overview-city");
    await page.mouse.click(...middle);
    await page.waitForURL((url) => url.pathname === "/alarms" && url.searchParams.get("city") === city);
  });

  it("goes by keyboard too: its name zooms and then leads on, Escape on the map leads back to the province", async () => {
    const { page } = await stage.open("/overview?lang=en");
    const name = page.locator('tr[data-city="130200"] button');
    await name.press("Enter");
    await page.waitForURL(/city=130200/);
    await map(page).focus();
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("city"));
    await name.press("Enter");
    await page.waitForURL(/city=130200/);
    expect(await name.getAttribute("title")).toContain("the alarms of");
    await name.press("Enter");
    await page.waitForURL((url) => url.pathname === "/alarms" && url.searchParams.get("city") === "130200");
  });
});

it("three sites on one place are taken apart when one looks closely, and each of them can be opened", async () => {
  for (const n of [1, 2, 3]) await register(`OV-SAME-${n}`, "radiation", 38.87, 115.46);
  const { page, errors } = await stage.open("/overview?layer=radiation");
  await map(page).focus();
  const tip = page.locator(".map-tip");
  await chooseByKey(page);
  expect(await map(page).getAttribute("data-apart")).toBe("0");
  await waitFor(
    "the sites to be taken apart",
    async () => {
      await page.keyboard.press("+");
      return (await map(page).getAttribute("data-apart")) === "3";
    },
    { deadlineMs: 10_000, everyMs: 100 },
  );
  await shoot(page, "overview-apart");
  const seen = new Set<string>();
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight", "ArrowLeft"]) {
    await page.keyboard.press(key);
    seen.add(/OV-SAME-\d/.exec((await tip.textContent()) ?? "")?.[0] ?? "");
  }
  expect([...seen].sort()).toEqual(["OV-SAME-1", "OV-SAME-2", "OV-SAME-3"]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/sites\/OV-SAME-/);
  expect(errors).toEqual([]);
});

it("the tip on the map and the row of the list draw the value of an alarm alike, with its limit and that it is beyond", async () => {
  await register("OV-TIP", "noise", 38.3, 116.8);
  await stage.system.api.putLimit("OV-TIP", "w01018", 50);
  const send = (value: number) =>
    stage.system.api.call("POST", "/api/v1/sites/OV-TIP/readings", { time: Date.now(), values: { w01018: value } });
  expect((await send(71.25)).status).toBe(202);
  const [alarm] = await openAlarms(stage, "OV-TIP", 1);
  const { page } = await stage.open("/overview?layer=noise");
  const inRow = page.locator(`[data-alarm-id="${alarm?.id}"] .cell-value .value.is-beyond`);
  expect(await inRow.textContent()).toMatch(/^71\.2 \/ 50$/);
  await map(page).focus();
  await chooseByKey(page);
  const inTip = page.locator(".map-tip .value.is-beyond");
  expect(await inTip.textContent()).toMatch(/^71\.2 \/ 50 mg\/L 超限$/);
  await shoot(page, "overview-tip");
  await stage.system.api.acknowledge(alarm ?? { id: "", version: 0 });
  await send(1);
});

describe("the last 24 hours", () => {
  it("show the alarms of this hour, in all and by city, and how many readings a second come in", async () => {
    const device = await stage.addSite("OV-TREND", { w01018: 50, w21003: 5 }, { city: "130900" });
    await device.send({ w01018: 60, w21003: 9 });
    await openAlarms(stage, "OV-TREND", 2);
    const { page, errors } = await stage.open("/overview?lang=en");
    const bars = page.getByTestId("trend-hour");
    await waitFor("two alarms in this hour", async () => Number(await bars.last().getAttribute("data-alarms")) >= 2, {
      deadlineMs: 25_000,
    });
    expect(await bars.count()).toBe(24);
    await page.locator('tr[data-city="130900"] .city-spark[data-alarms="2"]').waitFor({ timeout: 25_000 });
    // Counted every five seconds: there is a number after two looks.
    await page
      .getByTestId("trend-rate")
      .filter({ hasText: /\d+(\.\d)? now/ })
      .waitFor({ timeout: 40_000 });
    await shoot(page, "overview-trend-en");
    await page.getByTestId("trend").getByRole("button", { name: "Table" }).click();
    const rows = page.getByTestId("trend").getByRole("row");
    await waitFor("the table", async () => (await rows.count()) === 25, { deadlineMs: 3_000 });
    const now = formatLocal(Date.now());
    expect(await rows.nth(1).textContent()).toContain(`${now.slice(5, 10)} ${now.slice(11, 13)}:00`);
    expect(new URL(page.url()).searchParams.get("trend")).toBe("table");
    expect(await findingsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
    for (const alarm of await openAlarms(stage, "OV-TREND", 2)) await stage.system.api.acknowledge(alarm);
    await device.send({ w01018: 1, w21003: 1 });
  });

  it.each(["desk", "room", "wall"])("and all around them have no findings of axe in the theme %s", async (theme) => {
    const { page } = await stage.open(`/overview?theme=${theme}`);
    await page.getByTestId("trend-hour").first().waitFor({ state: "attached" });
    expect(await findingsOf(page)).toEqual([]);
    await shoot(page, `overview-${theme}`);
  });

  it("are kept when the program starts again", async () => {
    const { page } = await stage.open("/overview?lang=en&trend=table");
    const rows = page.getByTestId("trend").getByRole("row");
    await rows
      .nth(1)
      .filter({ hasText: /\d+(\.\d)?$/ })
      .waitFor({ timeout: 40_000 });
    await stage.system.stop();
    await stage.system.start();
    const { body } = await stage.system.api.call("GET", "/api/v1/trend");
    const { perSecond } = body["readings"] as { readonly perSecond: readonly (number | null)[] };
    expect(perSecond.filter((rate) => rate !== null).length).toBeGreaterThan(0);
  });
});

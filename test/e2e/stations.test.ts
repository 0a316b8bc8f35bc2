// Stations on real screens: their lists with the worst first, a page of each kind with its items, course, days and rules; both
// languages, light and dark, by keyboard, without findings of axe.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type PastStation, registerStation, sendPast } from "#test/harness/stations.ts";
import { waitFor } from "#test/harness/wait.ts";
import { setStage, shoot } from "./stage.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const stage = setStage();

const wave = (base: number, swing: number) => (hoursAgo: number) => base + swing * Math.sin(hoursAgo / 4);

const stations: readonly PastStation[] = [
  {
    id: "AIR-DIRTY",
    kind: "air-station",
    name: "开平区空气站",
    intervalSeconds: 900,
    hours: 60,
    standard: { standard: "GB 3095-2026", industry: "ambient air", unit: "grade 2, transition to 2030-12-31" },
    values: {
      // The last hour is the worked example; before it a wave, with an hour in which too little came.
      a34004: (hoursAgo, time) =>
        hoursAgo === 9 && time % hourMs > 0 ? null : hoursAgo === 1 ? 96 : wave(70, 25)(hoursAgo),
      a34002: (hoursAgo) => (hoursAgo === 1 ? 160 : wave(120, 30)(hoursAgo)),
      a21026: wave(14, 4),
      a21004: wave(52, 11),
      a21005: wave(1.2, 0.4),
      a05024: wave(40, 20),
    },
  },
  {
    id: "AIR-CLEAN",
    kind: "air-station",
    name: "双桥区空气站",
    city: "130800",
    intervalSeconds: 900,
    hours: 26,
    values: { a34004: wave(18, 4), a34002: wave(31, 5) },
  },
  {
    id: "AIR-SHORT",
    kind: "air-station",
    name: "高新区空气站",
    intervalSeconds: 900,
    hours: 4,
    values: { a34004: (hoursAgo, time) => (hoursAgo === 1 && time % hourMs >= 30 * minuteMs ? null : 44) },
  },
  {
    id: "RIVER-BAD",
    kind: "water-station",
    name: "府河入淀口水站",
    intervalSeconds: 3600,
    hours: 60,
    values: {
      w01010: wave(8.6, 1),
      w01001: wave(7.9, 0.1),
      w01009: wave(9.4, 0.3),
      w01014: wave(940, 30),
      w01003: wave(17, 2),
      w01019: wave(4.6, 0.3),
      w21003: (hoursAgo) => (hoursAgo > 6 ? 0.42 : 1.42),
      w21011: wave(0.112, 0.01),
      w21001: wave(3.3, 0.2),
    },
  },
  {
    id: "SOURCE",
    kind: "drinking-water",
    name: "水库水源地取水口",
    intervalSeconds: 3600,
    hours: 30,
    values: {
      w01001: wave(7.9, 0.1),
      w01009: wave(9.2, 0.2),
      w21003: wave(0.09, 0.02),
      w01019: wave(2.2, 0.2),
      w21011: wave(0.028, 0.002),
    },
  },
  {
    id: "GAMMA",
    kind: "radiation",
    name: "辐射环境自动站",
    intervalSeconds: 3600,
    hours: 31 * 24,
    values: { "X-GAMMA": (hoursAgo) => (hoursAgo <= 1 ? 96 : 82 + 2 * Math.sin(hoursAgo)) },
  },
  {
    id: "STREET",
    kind: "noise",
    name: "中山路声环境站",
    intervalSeconds: 300,
    hours: 60,
    values: { Leq: (_, time) => 52 + 9 * Math.sin(time / (7 * minuteMs)), LMx: () => 81, LMn: () => 38 },
  },
];

beforeAll(async () => {
  const { api } = stage.system;
  for (const each of stations) {
    await registerStation(api, each);
    await sendPast(api, each);
  }
  await waitFor(
    "the stations with something to say",
    async () => {
      const said = await Promise.all(
        ["air-station", "water-station", "drinking-water", "radiation", "noise"].map(async (kind) => {
          const { body } = await api.call("GET", `/api/v1/stations?kind=${kind}`);
          const items = body["items"] as readonly { readonly now: { readonly why: string | null } }[];
          return items.length > 0 && items.every(({ now }) => now.why !== "nothing-received");
        }),
      );
      return said.every((each) => each);
    },
    { deadlineMs: 40_000, everyMs: 500 },
  );
}, 120_000);

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

describe.each([
  {
    language: "zh-CN",
    query: "",
    dirty: "133轻度污染",
    invalid: "无效小时",
    short: "PM2.5 有效数据不足",
    rule: "已核实原文",
    above: "Ⅳ 轻度污染",
  },
  {
    language: "en",
    query: "lang=en&",
    dirty: "133light pollution",
    invalid: "invalid hour",
    short: "PM2.5 too few valid",
    rule: "read in the text",
    above: "IV light pollution",
  },
])("stations in $language", ({ language, query, dirty, invalid, short, rule, above }) => {
  it.each(["desk", "wall"])(
    "of air are listed with the worst first, and an hour that does not count says so (%s)",
    async (theme) => {
      const { page, errors } = await stage.open(`/air?${query}theme=${theme}`);
      const rows = page.getByTestId("station-row");
      await rows.nth(2).waitFor();
      expect(await rows.first().getByTestId("station-chip").textContent()).toBe(dirty);
      expect(await rows.nth(2).textContent()).toContain(invalid);
      expect(await page.getByTestId("station-city").count()).toBe(2);
      await shoot(page, `air-${language}-${theme}`);
      expect(await findingsOf(page)).toEqual([]);
      expect(errors).toEqual([]);
    },
  );

  it("lead by keyboard from the list to a page with items, course, days and the rules that were used", async () => {
    const { page, errors } = await stage.open(`/air?${query}`);
    await page.getByTestId("station-row").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/stations/AIR-DIRTY");
    await page.getByTestId("station-page").waitFor();
    const fine = page.locator('[data-testid="station-item"][data-factor="a34004"]');
    expect(await fine.textContent()).toContain("133");
    await page.locator(".station-picture canvas").waitFor();
    expect(await page.getByTestId("station-rule").filter({ hasText: "air-quality.2026" }).textContent()).toContain(
      rule,
    );
    await shoot(page, `air-page-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press("t");
    await page.waitForURL((url) => url.searchParams.get("as") === "table");
    // Nine hours ago PM2.5 was there for a quarter of an hour: the index lacks it, and the table says so.
    const hole = page.getByTestId("station-window").filter({ hasText: short });
    await hole.first().waitFor();
    expect(await hole.count()).toBe(1);
    expect(await hole.getAttribute("data-standing")).toBe("partial");
    await shoot(page, `air-table-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("of all kinds have a page, and the overview leads to each", async () => {
    const { page, errors } = await stage.open(`/stations?${query}`);
    await waitFor(
      "a chip of every kind",
      async () => (await page.locator(".stations-kind .station-chip").count()) === 7,
      {
        deadlineMs: 10_000,
      },
    );
    await shoot(page, `stations-${language}`);
    expect(await findingsOf(page)).toEqual([]);
    for (const id of ["RIVER-BAD", "SOURCE", "GAMMA", "STREET"]) {
      await page.locator(`a[href*="/stations/${id}"]`).click();
      await page.getByTestId("station-page").waitFor();
      await page.locator(".station-picture canvas").waitFor();
      await shoot(page, `station-${id}-${language}`);
      if (id === "RIVER-BAD") {
        expect(await page.locator(".station-head").getByTestId("station-chip").textContent()).toContain(above);
      }
      expect(await findingsOf(page)).toEqual([]);
      await page.goBack();
    }
    expect(errors).toEqual([]);
  });
});

describe("a list of stations", () => {
  it.each(["/water", "/drinking", "/radiation", "/noise"])("%s lists its stations without findings", async (path) => {
    const { page, errors } = await stage.open(`${path}`);
    await page.getByTestId("station-row").first().waitFor();
    await shoot(page, `list-${path.slice(1)}`);
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(await findingsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("of nobody says so on its page, and a filter nobody understands is named and ignored", async () => {
    const { page } = await stage.open("/stations/NOBODY");
    await page.getByText("没有监测站 NOBODY").waitFor();
    const { page: list } = await stage.open("/air?city=999999");
    await list.getByText("city=999999").waitFor();
    expect(await list.getByTestId("station-row").count()).toBe(3);
  });

  it("leads to pages that print without the frame, with every hour of a table", async () => {
    const { page } = await stage.open("/stations/AIR-DIRTY?as=table");
    await page.getByTestId("station-window").first().waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".header").isVisible()).toBe(false);
    expect(await page.locator(".station-printed").isVisible()).toBe(true);
    // Nothing is hidden behind a bar that scrolls.
    const cut = await page.evaluate<number>(
      "Array.from(document.querySelectorAll('.station-scroll')).filter((each) => each.scrollHeight > each.clientHeight + 1).length",
    );
    expect(cut).toBe(0);
    await shoot(page, "station-print");
  });

  it("is filtered by city and by name in the address", async () => {
    const { page } = await stage.open("/air?city=130800");
    await page.getByTestId("station-row").first().waitFor();
    expect(await page.getByTestId("station-row").count()).toBe(1);
    const { page: named } = await stage.open("/air?q=short");
    await named.getByTestId("station-row").first().waitFor();
    expect(await named.getByTestId("station-row").count()).toBe(1);
  });
});

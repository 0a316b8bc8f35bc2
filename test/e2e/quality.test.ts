// The data-quality board on a real screen: two outfalls that sent yesterday, one of them with a hole of two hours and an hour of
// calibration. The figures on the screen are those that one gets by counting what was sent.

import { beforeAll, describe, expect, it } from "vitest";
import { formatDay, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { waitFor } from "#test/harness/wait.ts";
import { findingsOf, fitsIn } from "./device-stage.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const holey = "QUALITY-HOLEY";
const whole = "QUALITY-WHOLE";
const yesterday = formatDay(Date.now() - 24 * hourMs);
const month = yesterday.slice(0, 7);
const start = parseDay(yesterday) ?? 0;
/** Hours of the day, UTC+8. */
const missing = new Set([5, 6]);
const calibrated = 9;

async function sendDay(site: string, isHoley: boolean): Promise<void> {
  const { api } = stage.system;
  const reply = await api.call("POST", "/api/v1/sites", {
    id: site,
    name: `Outfall ${site}`,
    kind: "water-outfall",
    city: "130200",
    enterprise: "Works One",
    factors: ["w01018", "w21003"],
    intervalSeconds: 600,
  });
  expect(reply.status).toBe(201);
  const frames = Array.from({ length: 24 * 6 }, (_, i) => ({
    time: start + i * 10 * minuteMs,
    hour: Math.floor(i / 6),
  }))
    .filter(({ hour }) => !(isHoley && missing.has(hour)))
    .map(({ time, hour }) => {
      const cod = isHoley && hour === calibrated ? { value: 30, flag: "C" } : 30 + hour / 10;
      return { time, kind: "realtime", values: { w01018: cod, w21003: 1 + hour / 100 } };
    });
  expect((await api.call("POST", `/api/v1/sites/${site}/readings`, frames)).status).toBe(202);
}

beforeAll(async () => {
  await sendDay(holey, true);
  await sendDay(whole, false);
  await waitFor(
    "the judged day of both",
    async () => {
      const { body } = await stage.system.api.call("GET", `/api/v1/quality?by=site&month=${month}`);
      const rows = body["rows"] as { readonly days: readonly { readonly day: string; readonly valid: number }[] }[];
      const valid = rows.map(({ days }) => days.find(({ day }) => day === yesterday)?.valid);
      return valid.join() === "43,48";
    },
    { deadlineMs: 30_000 },
  );
}, 60_000);

describe.each([
  {
    language: "zh-CN",
    query: "",
    theme: "",
    width: 1366,
    target: "目标 90%",
    said: "收到 44/48，有效 43",
    hours: /无效 09.*缺失 05–06/,
  },
  {
    language: "en",
    query: "lang=en&",
    theme: "theme=wall&",
    width: 1920,
    target: "target 90%",
    said: "44/48 received, 43 valid",
    hours: /invalid 09.*missing 05–06/,
  },
])("the data-quality board in $language", ({ language, query, theme, width, target, said, hours }) => {
  const viewport = { width, height: width === 1366 ? 768 : 1080 };

  it("shows the rates against the target, day by day, down to the hours of one day", async () => {
    const options = { viewport, reducedMotion: "reduce" } as const;
    const { page, errors } = await stage.open(`/quality?${query}${theme}by=site&month=${month}`, options);
    const rows = page.getByTestId("quality-row");
    await rows.nth(1).waitFor();
    expect(await rows.first().getAttribute("data-key")).toBe(holey);
    expect(await page.getByTestId("quality-sum").textContent()).toContain(target);
    await shoot(page, `quality-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);

    // By the keys: the picture begins with the newest day of the worst row.
    await page.getByTestId("quality-matrix").focus();
    await page.keyboard.press("ArrowUp");
    const says = page.locator(".matrix-says");
    for (let steps = 0; !((await says.textContent()) ?? "").includes(yesterday); steps += 1) {
      expect(steps).toBeLessThan(3);
      await page.keyboard.press("ArrowLeft");
    }
    expect(await says.textContent()).toContain(said);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("open") === holey && url.searchParams.get("day") === yesterday);
    const cod = page.locator('[data-testid="audit-factor"][data-factor="w01018"]');
    await cod.waitFor();
    expect(await cod.getByTestId("audit-hours").textContent()).toMatch(hours);
    expect(await cod.textContent()).toContain("87.5%");
    await cod.getByTestId("audit-missing").filter({ hasText: "05:00" }).filter({ hasText: "07:00" }).waitFor();
    await shoot(page, `quality-audit-${language}-${width}`);
    expect(await findingsOf(page)).toEqual([]);
    expect(await fitsIn(page)).toBe(true);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("open"));
    expect(errors).toEqual([]);
  });
});

describe("the data-quality board", () => {
  it("goes from the province by the city to the site, and says of an address what it cannot read", async () => {
    const { page } = await stage.open(`/quality?by=province&month=${month}&sort=colour`);
    await page.getByRole("status").filter({ hasText: "sort=colour" }).waitFor();
    await page.getByTestId("quality-row").first().click();
    await page.waitForURL((url) => url.searchParams.get("by") === "city");
    await page.locator('[data-testid="quality-row"][data-key="130200"]').click();
    await page.waitForURL((url) => url.searchParams.get("city") === "130200");
    await page.locator(`[data-testid="quality-row"][data-key="${whole}"]`).waitFor();
    expect(await page.getByTestId("quality-row").count()).toBe(2);
    await page.getByTestId("quality-by").selectOption("enterprise");
    await page.locator('[data-testid="quality-row"][data-key="Works One"]').click();
    await page.waitForURL((url) => url.searchParams.get("enterprise") === "Works One");
    await page.locator(`[data-testid="quality-row"][data-key="${holey}"]`).waitFor();
  });

  it("lists what is missing with the time that is left to repair it, and leads to that day", async () => {
    const { page, errors } = await stage.open(`/quality?view=missing&month=${month}&site=${holey}`);
    const row = page.getByTestId("missing-row").filter({ hasText: `${yesterday} 05:00 至 07:00` });
    await row.first().waitFor();
    // Two factors.
    expect(await row.count()).toBe(2);
    expect(await row.first().textContent()).toMatch(/补报期还剩 [89] 天/);
    expect(await findingsOf(page)).toEqual([]);
    await row.first().click();
    await page.getByTestId("quality-audit").getByTestId("audit-missing").first().waitFor();
    expect(errors).toEqual([]);
  });

  it("names who is offline now and for how long, and nobody who is not", async () => {
    const { page, errors } = await stage.open("/quality?view=offline");
    await page.locator(`[data-testid="offline-row"][data-key="${holey}"]`).waitFor();
    expect(await page.getByTestId("offline-count").textContent()).toBe("2 / 2 站离线");
    const { api } = stage.system;
    const now = [{ time: Date.now(), kind: "realtime", values: { w01018: 20 } }];
    expect((await api.call("POST", `/api/v1/sites/${holey}/readings`, now)).status).toBe(202);
    await page.getByTestId("offline-count").filter({ hasText: "1 / 2 站离线" }).waitFor();
    expect(await page.getByTestId("offline-row").getAttribute("data-key")).toBe(whole);
    expect(await findingsOf(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("hands its table out as a file, and prints without the frame", async () => {
    const { page } = await stage.open(`/quality?by=city&month=${month}`);
    await page.getByTestId("quality-row").first().waitFor();
    const link = page.locator('a[href^="/api/v1/quality?"]');
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toContain(month);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".header").isVisible()).toBe(false);
    expect(await page.getByTestId("quality-sum").isVisible()).toBe(true);
  });
});

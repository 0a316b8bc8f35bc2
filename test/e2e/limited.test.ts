// More series than a screen is sent: the overview says so and judges no site, alarms stay whole; a city that is chosen is sent
// again and judged; a site's own page never notices.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { waitFor } from "#test/harness/wait.ts";
import { openAlarms, setStage, shoot } from "./stage.ts";

const stage = setStage();
const cities = ["130100", "130200", "130300", "130400"];
const perSite = 200;

/** So many at a time: each answer waits for the disk. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

it("a province of more than fifty thousand series is shown by its alarms and city by city, and says so", async () => {
  const { api } = stage.system;
  const { items } = (await api.call("GET", "/api/v1/factors")).body;
  const codes = (items as readonly { readonly code: string }[]).map((factor) => factor.code).slice(0, perSite);
  expect(codes).toHaveLength(perSite);
  const count = Math.ceil(bounds.liveSnapshotRowsMax / perSite) + 1;
  const sites = Array.from({ length: count }, (_, i) => ({
    id: `LIM-${i}`,
    name: `Site LIM-${i}`,
    kind: "water-outfall",
    city: cities[i % cities.length],
    factors: codes,
    intervalSeconds: i < 8 ? 1 : 3600,
  }));
  const imported = await api.call("POST", "/api/v1/sites/import", { sites });
  expect(imported.status, imported.text.slice(0, 300)).toBeLessThan(300);
  const values = Object.fromEntries(codes.map((code) => [code, 0.25]));
  await inParallel(sites, 8, async ({ id }) => {
    const sent = await api.call("POST", `/api/v1/sites/${id}/readings`, { time: Date.now(), values });
    expect(sent.status, sent.text.slice(0, 300)).toBe(202);
  });
  await waitFor(
    "all series to be known",
    async () => {
      const metrics = await api.latest(`LIM-${count - 1}`);
      return Object.keys(metrics).length === perSite;
    },
    { deadlineMs: 60_000 },
  );

  const alarming = await stage.addSite("LIM-ALARM", { w01018: 50 }, { city: "130200" });
  await alarming.send({ w01018: 90 });
  const [alarm] = await openAlarms(stage, "LIM-ALARM", 1);
  const { page, errors } = await stage.open("/overview");
  const band = page.locator(".band-note").filter({ hasText: "站点过多" });
  await band.waitFor();
  await page.locator(`[data-alarm-id="${alarm?.id}"]`).waitFor();
  const stopped = (city: string) => page.locator(`tr[data-city="${city}"] td`).nth(1);
  // Two sites of each city have stopped by now (they send every second); who is not heard is not blamed.
  expect(await stopped("130200").textContent()).toBe("0");
  await shoot(page, "limited-province");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((each) => each.id)).toEqual([]);

  await page.locator('tr[data-city="130200"] button').click();
  await band.waitFor({ state: "detached", timeout: 10_000 });
  await waitFor("its silent sites", async () => (await stopped("130200").textContent()) === "2", {
    deadlineMs: 15_000,
  });
  expect(await stopped("130300").textContent()).toBe("0");
  await shoot(page, "limited-city");
  await page.goto(new URL("/sites/LIM-9?lang=en", page.url()).href);
  await page.locator('[data-testid="site-value"][data-stale="false"]').first().waitFor();
  expect(await page.locator(".band-note").count()).toBe(0);
  expect(errors).toEqual([]);
}, 180_000);

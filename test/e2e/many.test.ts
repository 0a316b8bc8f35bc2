// Five thousand alarms at once, for real: the list stays small in the page, quick to scroll, and folds to what can be read.

import { expect, it } from "vitest";
import { connectDevice } from "#test/harness/device.ts";
import { waitFor } from "#test/harness/wait.ts";
import { setStage, shoot } from "./stage.ts";

const stage = setStage();
const sitesCount = 125;
const perSite = 40;

/** So many at a time: the server answers a command when it is applied. */
async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Frames a second, over three seconds; in the page's own words. */
const countFrames = `new Promise((done) => {
  let n = 0;
  const until = performance.now() + 3_000;
  const count = (now) => {
    n += 1;
    if (now < until) requestAnimationFrame(count);
    else done(n / 3);
  };
  requestAnimationFrame(count);
})`;

it("5,000 alarms are listed, scrolled and folded without filling the page", async () => {
  const { api, addresses } = stage.system;
  const { items } = (await api.call("GET", "/api/v1/factors")).body;
  const codes = (items as readonly { readonly code: string }[]).map((factor) => factor.code).slice(0, perSite);
  expect(codes).toHaveLength(perSite);
  const ids = Array.from({ length: sitesCount }, (_, i) => `MANY-${i}`);
  const cities = ["130100", "130200", "130300", "130400", "130500"];
  await inParallel(ids, 10, async (id) => {
    const city = cities[ids.indexOf(id) % cities.length] ?? "130100";
    const given = await api.createSite(id, { factors: codes, intervalSeconds: 3600, city });
    for (const code of codes) await api.putLimit(id, code, 0.5);
    const device = await connectDevice(addresses.mqtt, given);
    await device.send(Object.fromEntries(codes.map((code) => [code, 1])));
    await device.end();
  });
  const { page, errors } = await stage.open("/alarms?group=none", { viewport: { width: 1920, height: 1080 } });
  const grid = page.getByRole("grid");
  await waitFor("5,000 rows", async () => (await grid.getAttribute("aria-rowcount")) === "5001", {
    deadlineMs: 60_000,
  });
  const elements = Number(await page.evaluate("document.querySelectorAll('*').length"));
  expect(elements).toBeLessThan(1_500);

  // Frames while the wheel turns all the time.
  await page.locator(".alarm-scroll").hover();
  const frames = page.evaluate(countFrames);
  for (let i = 0; i < 60; i += 1) await page.mouse.wheel(0, 400);
  const perSecond = Number(await frames);
  process.stdout.write(`scrolling 5,000 alarms: ${perSecond.toFixed(0)} frames/s, ${elements} elements\n`);
  expect(perSecond).toBeGreaterThan(15);
  await shoot(page, "many-scrolled");

  await page.mouse.move(5, 5);
  await page.getByRole("combobox", { name: "分组" }).selectOption("city");
  await waitFor("one line for each city", async () => (await page.getByTestId("alarm-group").count()) === 5, {
    deadlineMs: 5_000,
  });
  await shoot(page, "many-folded");
  expect(errors).toEqual([]);
}, 300_000);

// A minute of work: readings and alarms come without end, screens are changed all the time. Memory, elements and listeners of the
// page must not follow. The long runs are a matter of the bench.

import { expect, it } from "vitest";
import { setStage } from "./stage.ts";

const stage = setStage();
const factors = ["w01018", "w21003", "w21011", "w21001", "w01012", "w01019", "w20119", "w22001", "w03001", "w20115"];
const minuteMs = 60_000;

interface Measure {
  readonly heapMb: number;
  readonly nodes: number;
  readonly listeners: number;
}

it("a minute of readings, alarms and changing screens leaves the page as large as it was", async () => {
  const limits = Object.fromEntries(factors.map((factor) => [factor, 50]));
  const device = await stage.addSite("SOAK-1", limits, { intervalSeconds: 1 });
  const { page, context, errors } = await stage.open("/overview");
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const measure = async (): Promise<Measure> => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const value = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { heapMb: value("JSHeapUsedSize") / 1e6, nodes: value("Nodes"), listeners: value("JSEventListeners") };
  };
  let running = true;
  let sent = 0;
  const load = (async () => {
    for (let i = 0; running; i += 1) {
      // Up and down: every tenth message raises or clears ten alarms.
      const value = Math.floor(i / 10) % 2 === 0 ? 70 + (i % 7) : 1 + (i % 5);
      await device.send(Object.fromEntries(factors.map((factor) => [factor, value])));
      sent += factors.length;
      await new Promise((resume) => setTimeout(resume, 40));
    }
  })();
  const goAround = async (): Promise<void> => {
    for (const key of ["a", "o", "l", "q", "h", "s", "o"]) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.locator("main h1, main .view").first().waitFor();
    }
  };
  // Everything has been opened once, caches are filled.
  await goAround();
  await goAround();
  const before = await measure();
  const until = performance.now() + minuteMs;
  let rounds = 0;
  while (performance.now() < until) {
    await goAround();
    rounds += 1;
  }
  const after = await measure();
  running = false;
  await load;
  const grown = after.heapMb - before.heapMb;
  process.stdout.write(
    `soak: ${sent} readings, ${rounds * 7} changes of screen; heap ${before.heapMb.toFixed(1)} → ${after.heapMb.toFixed(1)} MB, ` +
      `nodes ${before.nodes} → ${after.nodes}, listeners ${before.listeners} → ${after.listeners}\n`,
  );
  expect(rounds).toBeGreaterThan(3);
  expect(grown).toBeLessThan(4);
  expect(after.listeners - before.listeners).toBeLessThan(50);
  expect(after.nodes - before.nodes).toBeLessThan(1_500);
  expect(errors).toEqual([]);
}, 180_000);

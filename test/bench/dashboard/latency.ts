// How quickly the page answers: an event at a device until its mark is painted, the tone of a new alarm, changing the screen,
// clicks and keys while the province sends.

import type { Browser } from "playwright-core";
import { waitFor } from "#test/harness/wait.ts";
import type { LoadClient } from "../load.ts";
import { beyond, openLine, within } from "./alarm-load.ts";
import type { Finding } from "./budget.ts";
import { desk, type MeasuredPage, openPage, pause, percentile, waitInside } from "./page.ts";
import { nominal, probeCity, type Province } from "./province.ts";
import { outfallFactors } from "../values.ts";

const betweenMs = { least: 60, most: 160 };
const routeChanges = 40;
const actionsWanted = 50;
const settleMs = 6_000;
const loadSays = `${nominal.readingsPerSecond} readings/s and ${nominal.alarmsPerSecond} changes of alarms/s`;

interface Raised {
  readonly site: string;
  readonly factor: string;
  readonly sentAt: number;
}

/** Every series of a device goes beyond its limit, one after the other, at uneven moments. */
async function raiseOneByOne(mqtt: string, client: LoadClient, factors: readonly string[]): Promise<Raised[]> {
  const line = await openLine(mqtt, client.username, client.password ?? "");
  const raised: Raised[] = [];
  let id = 0;
  const send = (values: Readonly<Record<string, number>>): number => {
    const time = Date.now();
    id += 1;
    line.publish(id, `v1/${client.username}/readings`, Buffer.from(JSON.stringify({ time, values })), 1);
    return time;
  };
  for (const factor of factors) {
    raised.push({ site: client.username, factor, sentAt: send({ [factor]: beyond }) });
    await pause(betweenMs.least + Math.random() * (betweenMs.most - betweenMs.least));
  }
  send(Object.fromEntries(factors.map((factor) => [factor, within])));
  await pause(200);
  line.end("fin");
  return raised;
}

/** Row by row the wall clock of the second frame after it appeared; when the first tone was begun. */
const watchMarks = `{
  window.paintedAt = {};
  window.tonesAt = [];
  const now = () => performance.timeOrigin + performance.now();
  new MutationObserver(() => {
    const fresh = [...document.querySelectorAll('[data-testid="alarm-row"]')]
      .map((row) => row.dataset.alarmId).filter((id) => !(id in window.paintedAt));
    for (const id of fresh) window.paintedAt[id] = 0;
    if (fresh.length === 0) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      for (const id of fresh) window.paintedAt[id] = now();
    }));
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-alarm-id"] });
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when = 0) {
    window.tonesAt.push(now() + Math.max(0, when - this.context.currentTime) * 1000);
    return start.call(this, when);
  };
}`;

/** B4 and B5 on one page: the first alarm of each probe site has a tone of its own, every alarm has a row. */
export async function measureEvents(browser: Browser, province: Province): Promise<Record<"B4" | "B5", Finding>> {
  const { address, token, system, probes } = province;
  const opened = await openPage(browser, {
    address,
    token,
    path: `/alarms?group=none&city=${probeCity}`,
    viewport: { width: desk.width, height: 1_800 },
    before: watchMarks,
  });
  const load = await province.load(nominal);
  try {
    // A browser lets a page be heard only after somebody has touched it.
    await opened.page.getByRole("heading", { level: 1 }).click();
    await opened.page.mouse.move(5, 5);
    await pause(settleMs);
    const raised: Raised[] = [];
    const toneMs: number[] = [];
    for (const client of probes) {
      const tonesBefore = ((await opened.page.evaluate("window.tonesAt")) as number[]).length;
      const own = await raiseOneByOne(system.addresses.mqtt, client, outfallFactors);
      raised.push(...own);
      const tones = (await opened.page.evaluate("window.tonesAt")) as readonly number[];
      const first = tones.slice(tonesBefore).find((at) => at >= (own[0]?.sentAt ?? 0));
      if (first !== undefined) toneMs.push(first - (own[0]?.sentAt ?? 0));
    }
    const paintMs = await readPaints(opened, province, raised);
    return {
      B4: {
        value: Math.round(percentile(paintMs, 0.95)),
        how: `the device's clock at its send to the second frame after the row is there, through MQTT, journal, ingest, /live; ${raised.length} alarms under ${loadSays}, the same machine`,
        details: { p50: Math.round(percentile(paintMs, 0.5)), max: Math.round(Math.max(...paintMs)) },
      },
      B5:
        toneMs.length === 0
          ? { value: null, how: "the browser played no tone: it has no sound here" }
          : {
              value: Math.round(percentile(toneMs, 0.95)),
              how: "the device's clock at its send to the start of the oscillator, under the same load; tones of priority 2, since priority 1 comes with the mean of a day; the same code plays both",
              details: { all: toneMs.map(Math.round) },
            },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

async function readPaints(
  { page }: MeasuredPage,
  { system }: Province,
  raised: readonly Raised[],
): Promise<readonly number[]> {
  const alarms = (
    await Promise.all([...new Set(raised.map(({ site }) => site))].map((site) => system.api.alarms(`site=${site}`)))
  ).flat();
  const idOf = new Map(alarms.map(({ id, site, factor }) => [`${site} ${factor}`, id]));
  return waitFor(
    "every row of the raised alarms",
    async () => {
      const painted = (await page.evaluate("window.paintedAt")) as Readonly<Record<string, number>>;
      const times = raised.flatMap(({ site, factor, sentAt }) => {
        const at = painted[idOf.get(`${site} ${factor}`) ?? ""] ?? 0;
        return at > 0 ? [at - sentAt] : [];
      });
      return times.length === raised.length ? times : null;
    },
    { deadlineMs: 10_000, everyMs: 200 },
  );
}

interface Stop {
  readonly key: string;
  readonly path: string;
  /** Its content, not its frame. */
  readonly sign: string;
}

const stops: readonly Stop[] = [
  { key: "a", path: "/alarms", sign: '.alarms-view [role=row][aria-rowindex="2"]' },
  { key: "o", path: "/overview", sign: ".key-figures" },
  { key: "l", path: "/ledger", sign: '.ledger-view [role=row][aria-rowindex="2"]' },
  { key: "q", path: "/quarantine", sign: ".quarantine-view" },
  { key: "h", path: "/history", sign: ".history-view" },
  { key: "s", path: "/system", sign: ".system-view" },
];

/** From the key to the second frame after the screen's content is there. */
const watchRoutes = `{
  window.routeMs = [];
  let wanted = null;
  let pressedAt = 0;
  window.expectRoute = (sign) => { wanted = sign; };
  document.addEventListener("keydown", (event) => { if (event.key !== "g") pressedAt = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (wanted === null || document.querySelector(wanted) === null) return;
    wanted = null;
    requestAnimationFrame(() => requestAnimationFrame(() => window.routeMs.push(performance.now() - pressedAt)));
  }).observe(document, { childList: true, subtree: true });
}`;

export async function measureRoutes(browser: Browser, { address, token }: Province): Promise<Record<"B6", Finding>> {
  const opened = await openPage(browser, { address, token, path: "/overview", before: watchRoutes });
  const { page } = opened;
  const change = async ({ key, sign }: Stop): Promise<void> => {
    const before = Number(await page.evaluate("window.routeMs.length"));
    await page.evaluate(`window.expectRoute(${JSON.stringify(sign)})`);
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await waitInside(page, `window.routeMs.length > ${before}`);
    await pause(150);
  };
  try {
    await pause(settleMs);
    // Everything once: what is measured has its data.
    for (const stop of stops) await change(stop);
    const first = Number(await page.evaluate("window.routeMs.length"));
    for (let i = 0; i < routeChanges; i++)
      await change(stops[i % stops.length] ?? { key: "o", path: "", sign: "main" });
    const times = ((await page.evaluate("window.routeMs")) as readonly number[]).slice(first);
    return {
      B6: {
        value: Math.round(percentile(times, 0.95)),
        how: `${times.length} changes between ${stops.map(({ path }) => path).join(", ")} by the keys g and a letter, all visited before; from the key to the second frame after the content is there; no other load`,
        details: { p50: Math.round(percentile(times, 0.5)), max: Math.round(Math.max(...times)) },
      },
    };
  } finally {
    await opened.close();
  }
}

/** The longest event of every interaction; what is quicker than 16 ms is not told and counts as 16. */
const watchInteractions = `{
  window.interactions = {};
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, name } of list.getEntries()) {
      if (interactionId === 0) continue;
      const known = window.interactions[interactionId];
      if (known === undefined || known[0] < duration) window.interactions[interactionId] = [duration, name];
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}`;
const leastToldMs = 16;

export async function measureInteractions(browser: Browser, province: Province): Promise<Record<"B9", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/alarms?group=none", before: watchInteractions });
  const { page } = opened;
  const load = await province.load(nominal);
  const row = (n: number) => page.getByTestId("alarm-row").nth(n);
  const acts: readonly (() => Promise<void>)[] = [
    () => row(2).getByTestId("ack-button").click({ timeout: 5_000 }),
    () => page.keyboard.press("2"),
    () => page.keyboard.press("2"),
    () => row(4).click({ position: { x: 300, y: 10 } }),
    () => page.keyboard.press("ArrowDown"),
    () => page.keyboard.press("j"),
    () => page.locator(".segments button").nth(1).click(),
    () => page.locator(".segments button").nth(0).click(),
    () => row(1).getByTestId("ack-button").click({ timeout: 5_000 }),
    () => page.keyboard.press("k"),
  ];
  try {
    await pause(settleMs);
    await page.evaluate("window.interactions = {}");
    for (let i = 0; i < actionsWanted; i++) {
      await acts[i % acts.length]?.();
      await pause(200);
    }
    await pause(500);
    const told = Object.values(
      (await page.evaluate("window.interactions")) as Readonly<Record<string, [number, string]>>,
    );
    const times = told.map(([ms]) => ms);
    while (times.length < actionsWanted) times.push(leastToldMs);
    const held = await load.stop();
    return {
      B9: {
        value: Math.round(percentile(times, 0.95)),
        how: `${actionsWanted} scripted actions on /alarms with ${province.openAlarms} alarms under ${loadSays}: acknowledge, filter, open a row, move by keys; longest entry of the browser's event timing per interaction, steps of 8 ms`,
        details: {
          p50: percentile(times, 0.5),
          max: Math.max(...times),
          slowest: told
            .toSorted((a, b) => b[0] - a[0])
            .slice(0, 5)
            .map(([ms, name]) => `${name} ${ms}`),
          heldReadingsPerSecond: Math.round(held.readingsPerSecond),
        },
      },
    };
  } finally {
    await load.stop();
    await opened.close();
  }
}

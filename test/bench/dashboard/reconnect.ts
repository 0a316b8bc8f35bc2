// What becomes of a screen when its server or its line goes away: how soon it shows again what is true, and whether an alarm
// was ever lost. The list on the screen is compared with what the server says.

import type { Browser } from "playwright-core";
import { startCutLine } from "#test/e2e/cut-line.ts";
import { launchBrowser } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { waitFor } from "#test/harness/wait.ts";
import { outfallFactors } from "../values.ts";
import { beyond, within } from "./alarm-load.ts";
import type { Finding } from "./budget.ts";
import { desk, type MeasuredPage, openPage, pause, percentile, waitForLive } from "./page.ts";
import { probeCity, type Province } from "./province.ts";

const restarts = 4;
const cuts = 100;
const backMsMax = 60_000;
/** All rows of the probe city fit: none is only in the part that is scrolled away. */
const tall = { width: desk.width, height: 2_400 };
const path = `/alarms?group=none&city=${probeCity}`;

const readRows = `[...document.querySelectorAll('[data-testid="alarm-row"]')]
  .map((row) => row.dataset.alarmId + " " + row.dataset.state).sort().join("\\n")`;

async function readServer({ system, probes }: Province): Promise<string> {
  const lists = await Promise.all(probes.map(({ username }) => system.api.alarms(`site=${username}`)));
  return lists
    .flat()
    .filter((alarm) => alarm.state !== "normal")
    .map((alarm) => `${alarm.id} ${alarm.state}`)
    .sort()
    .join("\n");
}

async function isSame({ page }: MeasuredPage, wanted: string): Promise<boolean> {
  return String(await page.evaluate(readRows)) === wanted;
}

async function withProbes<T>(province: Province, act: (devices: readonly Device[]) => Promise<T>): Promise<T> {
  const devices: Device[] = [];
  for (const { username, password = "" } of province.probes) {
    devices.push(await connectDevice(province.system.addresses.mqtt, { username, password }));
  }
  try {
    return await act(devices);
  } finally {
    for (const device of devices) await device.end();
  }
}

/** After many failed ones Chromium itself holds new WebSockets back, for all its pages: a browser that has met none yet. */
async function withFreshBrowser<T>(act: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchBrowser();
  try {
    return await act(browser);
  } finally {
    await browser.close();
  }
}

/** The moment of the first answer of a server that is starting. */
async function whenThere(address: string): Promise<number> {
  await waitFor("an answer", () => fetch(`http://${address}/healthz`).then((reply) => reply.ok), {
    deadlineMs: backMsMax,
    everyMs: 5,
  });
  return performance.now();
}

export function measureRestart(_: Browser, province: Province): Promise<Record<"B10", Finding>> {
  return withFreshBrowser((browser) => restart(browser, province));
}

async function restart(browser: Browser, province: Province): Promise<Record<"B10", Finding>> {
  await withProbes(province, async (devices) => {
    for (const device of devices) await device.send(Object.fromEntries(outfallFactors.map((code) => [code, beyond])));
  });
  const opened = await openPage(browser, { address: province.address, token: province.token, path, viewport: tall });
  const times: number[] = [];
  try {
    for (let i = 0; i < restarts; i++) {
      const wanted = await readServer(province);
      await waitFor("the list", () => isSame(opened, wanted), { deadlineMs: 20_000 });
      await province.system.kill();
      await opened.page.locator('[data-testid="link-state"][data-state="down"]').waitFor({ timeout: backMsMax });
      const [thereAt] = await Promise.all([whenThere(province.address), province.system.start()]);
      await waitForLive(opened.page, backMsMax);
      const server = await readServer(province);
      await waitFor("the state of the server", () => isSame(opened, server), { deadlineMs: backMsMax, everyMs: 20 });
      times.push((performance.now() - thereAt) / 1_000);
    }
  } finally {
    await opened.close();
  }
  const round = (seconds: number): number => Math.round(seconds * 100) / 100;
  return {
    B10: {
      value: round(percentile(times, 0.95)),
      how: `kill -9, started again on its folder with ${province.openAlarms} open alarms; from its first answer until link and list of the screen are those of the server; the slowest of ${restarts}`,
      details: { all: times.map(round) },
    },
  };
}

export function measureCuts(_: Browser, province: Province): Promise<Record<"B11", Finding>> {
  return withFreshBrowser((browser) => cutOften(browser, province));
}

/** Between two cuts a probe raises or clears an alarm while nobody can hear it. */
async function cutOften(browser: Browser, province: Province): Promise<Record<"B11", Finding>> {
  const line = await startCutLine(province.address);
  const opened = await openPage(browser, { address: line.address, token: province.token, path, viewport: tall });
  try {
    await withProbes(province, async (devices) => {
      for (let i = 0; i < cuts; i++) {
        line.cut();
        const factor = outfallFactors[Math.floor(i / devices.length) % outfallFactors.length] ?? "";
        await devices[i % devices.length]?.send({ [factor]: i < cuts * 0.6 ? beyond : within });
        await opened.page.locator('[data-testid="link-state"]:not([data-state="live"])').waitFor({ timeout: 20_000 });
        await waitForLive(opened.page, backMsMax);
      }
    });
    await pause(1_000);
    const wanted = await readServer(province);
    const shown = new Set(String(await opened.page.evaluate(readRows)).split("\n"));
    const lost = wanted.split("\n").filter((row) => !shown.has(row));
    return {
      B11: {
        value: lost.length,
        how: `the TCP line between page and server destroyed ${cuts} times, each time an alarm raised or cleared meanwhile; alarms of the server that the list lacks or shows in another state a second after the last`,
        details: { lost: lost.length, compared: wanted.split("\n").length },
      },
    };
  } finally {
    await opened.close();
    await line.close();
  }
}

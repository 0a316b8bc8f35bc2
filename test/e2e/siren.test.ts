// What is heard: an alarm of priority 1, raised for real by a day's mean beyond its limit, sounds at the desk and is seen; one
// site is one sound; three minutes without an answer make it louder; two minutes of silence by a key; a wall stays silent unless
// it was chosen to sound. What the page hands to the sound card is written down tone by tone.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, minuteMs } from "#domain/time.ts";
import { openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import type { Device } from "#test/harness/device.ts";
import { waitFor } from "#test/harness/wait.ts";
import { createClock } from "#test/torture/worlds.ts";
import { alarmRow, openAlarms, setStage, shoot, waitForLink } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "plumeline-siren-"));
const clock = createClock(folder);
if (clock === null) throw new Error("libfaketime is missing: a day must end while a test waits");
const stage = setStage(clock.env);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Seconds that the program is ahead of this test. */
let ahead = 0;

async function moveTo(time: number): Promise<void> {
  ahead = Math.ceil((time - Date.now()) / 1000);
  clock?.shift(ahead);
  const address = `http://${stage.system.addresses.http}/healthz`;
  const now = async (): Promise<number> => Date.parse((await fetch(address)).headers.get("date") ?? "");
  await waitFor("the program to notice its clock", async () => Math.abs((await now()) - time) < 10_000, {
    deadlineMs: 10_000,
  });
}

/** A site whose daily means have a limit. */
async function addDailySite(id: string, factors: readonly string[]): Promise<Device> {
  const device = await stage.addSite(id, Object.fromEntries(factors.map((factor) => [factor, 1e6])));
  for (const factor of factors) await stage.system.api.putLimit(id, factor, 50, "day");
  return device;
}

/** A reading in the last minute of the program's day makes its mean; then the day ends and is judged, five minutes later. */
async function endDay(device: Device, factors: readonly string[], value: number): Promise<void> {
  const midnight = dayStart(Date.now() + ahead * 1000) + dayMs;
  await moveTo(midnight - minuteMs);
  await device.send(Object.fromEntries(factors.map((factor) => [factor, value])), { time: midnight - 1.5 * minuteMs });
  await moveTo(midnight + 5.2 * minuteMs);
}

/** Statutory alarms that last call again every hour: those of earlier stories are answered. */
async function answerOthers(site = ""): Promise<void> {
  for (const state of ["unack-active", "rtn-unack"]) {
    for (const alarm of await stage.system.api.alarms(`state=${state}`)) {
      if (alarm.site !== site) await stage.system.api.acknowledge(alarm);
    }
  }
}

/** Every tone from now on: its first frequency is that of its priority, its gain says how loud. */
const listenIn = `{
  const heard = (window.heard = []);
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    heard.push({ hertz: this.frequency.value, at: performance.now() });
    return start.apply(this, when);
  };
  const ramp = AudioParam.prototype.linearRampToValueAtTime;
  window.loudest = 0;
  AudioParam.prototype.linearRampToValueAtTime = function (value, when) {
    window.loudest = Math.max(window.loudest, value);
    return ramp.call(this, value, when);
  };
}`;

async function openListening(path: string, isWall = false): Promise<OpenedDashboard> {
  const { addresses, api } = stage.system;
  const baseUrl = `http://${addresses.http}`;
  const dashboard = await openDashboard(stage.browser, { baseUrl, cookie: api.token, path: "/favicon.svg" });
  await dashboard.page.addInitScript(listenIn);
  await dashboard.page.goto(`${baseUrl}${path}`);
  if (isWall) await dashboard.page.locator('[data-testid="wall-link"][data-state="live"]').waitFor();
  else await waitForLink(dashboard.page, "live");
  return dashboard;
}

async function heardTones(page: Page): Promise<number[]> {
  return (await page.evaluate("window.heard.map((tone) => tone.hertz)")) as number[];
}

const chip = (page: Page) => page.getByTestId("sound-state");
const chipState = (page: Page, state: string) =>
  chip(page)
    .and(page.locator(`[data-state="${state}"]`))
    .waitFor();
const isFirst = (hertz: number): boolean => hertz === 880 || hertz === 1175;

describe("an alarm of priority 1", () => {
  it("raised by a day's mean is heard and seen on the desk, and three of one site are one sound", async () => {
    const factors = ["w01018", "w21003", "w21011"];
    const device = await addDailySite("SIREN-DAY", factors);
    const { page, errors, close } = await openListening("/alarms?lang=en&group=none");
    try {
      await page.getByRole("heading", { level: 1 }).click();
      await chipState(page, "on");
      const sentAt = performance.now();
      await endDay(device, factors, 88);
      await waitFor("the tone", async () => (await heardTones(page)).some(isFirst), { deadlineMs: 5_000 });
      const heardMs = performance.now() - sentAt;
      const alarms = await openAlarms(stage, "SIREN-DAY", 3);
      expect(alarms.map((alarm) => alarm["priority"])).toEqual([1, 1, 1]);
      const row = alarmRow(page, alarms[0]?.id ?? "");
      await row.waitFor();
      expect(await row.getAttribute("data-priority")).toBe("1");
      expect(await row.textContent()).toContain("(daily)");
      // Three alarms of one site came together: four beeps are one sound.
      expect((await heardTones(page)).filter(isFirst)).toEqual([880, 1175, 880, 1175]);
      expect(await chip(page).getAttribute("data-last")).toBe("1");
      await page
        .getByText(/Priority 1: 3|3 .*priority 1/i)
        .first()
        .waitFor({ state: "attached", timeout: 6_000 });
      process.stdout.write(`reading sent → tone of priority 1: ${heardMs.toFixed(0)} ms\n`);
      await shoot(page, "siren-first-en");
      expect(errors).toEqual([]);
      for (const alarm of alarms) await stage.system.api.acknowledge(alarm);
    } finally {
      await close();
    }
  });

  it("that nobody acknowledges is repeated, louder after three minutes, and ends with the acknowledgement", async () => {
    const device = await addDailySite("SIREN-LOUD", ["w01018"]);
    await answerOthers();
    const { page, close } = await openListening("/alarms?group=none");
    try {
      await page.clock.install();
      await page.reload();
      await waitForLink(page, "live");
      await page.getByRole("heading", { level: 1 }).click();
      await chipState(page, "on");
      await endDay(device, ["w01018"], 70);
      await waitFor("the tone", async () => (await heardTones(page)).some(isFirst), { deadlineMs: 10_000 });
      expect(Number(await page.evaluate("window.loudest"))).toBeLessThan(0.5);
      await openAlarms(stage, "SIREN-LOUD", 1);
      await answerOthers("SIREN-LOUD");
      await page.clock.fastForward(60_000);
      await waitFor("its repetition", async () => (await heardTones(page)).filter(isFirst).length >= 8, {
        deadlineMs: 5_000,
      });
      expect(await chip(page).getAttribute("data-last")).toBe("1");
      await page.clock.fastForward(130_000);
      await page.locator('[data-testid="sound-state"][data-last="1 loud"]').waitFor({ timeout: 5_000 });
      expect(Number(await page.evaluate("window.loudest"))).toBeGreaterThan(0.8);
      const [alarm] = await openAlarms(stage, "SIREN-LOUD", 1);
      await page.locator(`[data-alarm-id="${alarm?.id}"]`).getByTestId("ack-button").click();
      await page.locator(`[data-alarm-id="${alarm?.id}"][data-state="ack-active"]`).waitFor({ timeout: 5_000 });
      const before = (await heardTones(page)).length;
      const clock = await page.locator("time.clock").getAttribute("datetime");
      await page.clock.fastForward(60_000);
      // The clock of the header follows the same tick as whoever decides about tones.
      await waitFor(
        "a minute to be over",
        async () => {
          const now = await page.locator("time.clock").getAttribute("datetime");
          return Date.parse(now ?? "") - Date.parse(clock ?? "") >= 60_000;
        },
        { deadlineMs: 5_000 },
      );
      expect((await heardTones(page)).length).toBe(before);
    } finally {
      await close();
    }
  });

  it("breaks a mute of two minutes; what is less urgent does not", async () => {
    await answerOthers();
    const device = await stage.addSite("SIREN-MUTE", { w01018: 50, w21003: 1e6 });
    await stage.system.api.putLimit("SIREN-MUTE", "w21003", 5, "day");
    const { page, close } = await openListening("/alarms?group=none");
    try {
      await page.getByRole("heading", { level: 1 }).click();
      await chipState(page, "on");
      await page.keyboard.press("m");
      await chipState(page, "muted");
      await device.send({ w01018: 60 }, { time: Date.now() + ahead * 1000 });
      const [second] = await openAlarms(stage, "SIREN-MUTE", 1);
      await alarmRow(page, second?.id ?? "").waitFor();
      expect(await heardTones(page)).toEqual([]);
      await chipState(page, "muted");
      await endDay(device, ["w21003"], 9);
      await waitFor("the tone", async () => (await heardTones(page)).some(isFirst), { deadlineMs: 10_000 });
      await chipState(page, "on");
      for (const alarm of await openAlarms(stage, "SIREN-MUTE", 2)) await stage.system.api.acknowledge(alarm);
    } finally {
      await close();
    }
  });
});

describe("a wall", () => {
  it("shows an alarm of priority 1 without a sound, unless its address asks for one; then it says that it can be heard", async () => {
    const device = await addDailySite("SIREN-WALL", ["w01018"]);
    await answerOthers();
    const [silent, sounding] = [await openListening("/wall", true), await openListening("/wall?sound=on", true)];
    try {
      const wallSound = sounding.page.getByTestId("wall-sound");
      // Whether a page may sound before anybody touched it is the browser's to decide, and Chromium decides now so, now so.
      await wallSound.and(sounding.page.locator('[data-state="blocked"], [data-state="on"]')).waitFor();
      for (const { page } of [silent, sounding]) await page.mouse.click(5, 5);
      await wallSound.and(sounding.page.locator('[data-state="on"]')).waitFor();
      expect(await silent.page.getByTestId("wall-sound").count()).toBe(0);
      await endDay(device, ["w01018"], 99);
      const [alarm] = await openAlarms(stage, "SIREN-WALL", 1);
      for (const { page } of [silent, sounding]) {
        await page.locator(`[data-testid="wall-alarm"][data-alarm-id="${alarm?.id}"]`).waitFor();
      }
      await waitFor("the tone", async () => (await heardTones(sounding.page)).some(isFirst), { deadlineMs: 10_000 });
      expect(await wallSound.getAttribute("data-last")).toBe("1");
      await shoot(sounding.page, "siren-wall");
      // Its repetition would have come by now, too.
      await waitFor("the repetition there", async () => (await heardTones(sounding.page)).filter(isFirst).length >= 8, {
        deadlineMs: 15_000,
      });
      expect(await heardTones(silent.page)).toEqual([]);
    } finally {
      await silent.close();
      await sounding.close();
    }
  });
});

// The stage of the stories about judgements: the real program, a stack and a sewer that sent a whole day of minutes (the day before
// yesterday, so that every deadline has passed), their limits, people who may and may not, a real Chromium, a place for pictures.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { type ApiClient, type Json, signIn } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { fitsIn, shoot } from "./device-stage.ts";

export const stack = "LAW-STACK";
export const sewer = "LAW-SEWER";
const hourMs = 3_600_000;
const minuteMs = 60_000;
const zoneMs = 8 * hourMs;

/** Start of the judged day, of UTC+8. */
export const judgedDay = Math.floor((Date.now() + zoneMs) / (24 * hourMs)) * 24 * hourMs - zoneMs - 48 * hourMs;
/** "2026-11-20" */
export const judgedDate = new Date(judgedDay + zoneMs).toISOString().slice(0, 10);
/** The hour in which the stack exceeds: 44 mg/m³ at 17 % oxygen, 55 of it at 16 %. */
export const beyondHour = 8;
/** Minutes of that hour with flag C. */
export const calibrated = 15;

export interface JudgementStage {
  readonly system: RunningSystem;
  readonly viewer: ApiClient;
  readonly operator: ApiClient;
  /** Another administrator. */
  readonly second: ApiClient;
  /** SHA-256 of the frame that brought the hour in which the stack exceeds. */
  readonly frameHash: string;
  open(path: string, options?: { readonly who?: ApiClient }): Promise<OpenedDashboard>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is wider than the screen of an office or of a control room; takes a picture of both. */
export async function fitsEverywhere(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1366, 768],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await shoot(page, `${name}-${width}`);
    expect(await fitsIn(page)).toBe(true);
  }
}

type Values = Readonly<Record<string, unknown>>;

async function order(api: ApiClient, path: string, body: unknown): Promise<Json> {
  const reply = await api.call("POST", path, body);
  if (reply.status > 299) throw new Error(`POST ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

/** A frame for each hour of the day; gives back the hash of the one that is asked for. */
async function sendDay(api: ApiClient, site: string, valuesAt: (hour: number, minute: number) => Values) {
  let hash = "";
  for (let hour = 0; hour < 24; hour++) {
    const frame = Array.from({ length: 60 }, (_, minute) => ({
      time: judgedDay + hour * hourMs + minute * minuteMs,
      values: valuesAt(hour, minute),
    }));
    const text = JSON.stringify(frame);
    if (hour === beyondHour) hash = createHash("sha256").update(text).digest("hex");
    await order(api, `/api/v1/sites/${site}/readings`, frame);
  }
  return hash;
}

async function fill(api: ApiClient, second: ApiClient): Promise<string> {
  const register = (id: string, kind: string, factors: readonly string[]) =>
    order(api, "/api/v1/sites", { id, name: `Outlet ${id}`, kind, city: "130200", enterprise: "Works One", factors });
  await register(stack, "gas-outfall", ["a21002", "a19001", "a00000"]);
  await register(sewer, "water-outfall", ["w01018", "w00000"]);
  const limit = { from: Date.parse("2025-12-31T16:00:00Z"), reason: "permit 2026-11" };
  for (const own of [
    { site: stack, factor: "a21002", max: 50, basis: "hour", refO2: 16 },
    { site: sewer, factor: "w01018", max: 41, basis: "day" },
  ]) {
    const { change } = await order(api, "/api/v1/limits", { ...limit, ...own });
    if (typeof change === "string")
      await order(second, `/api/v1/limit-changes/${change}/approve`, { reason: "as filed" });
  }
  const hash = await sendDay(api, stack, (hour, minute) => {
    const nox = hour === beyondHour ? 44 : 36;
    const isCalibrated = hour === beyondHour && minute < calibrated;
    return { a21002: isCalibrated ? { value: 3, flag: "C" } : nox, a19001: 17, a00000: 300_000 };
  });
  // Weighted by flow: (40 × 100 + 44.113 × 200) / 300 = 42.742.
  await sendDay(api, sewer, (hour) => (hour % 2 === 0 ? { w01018: 40, w00000: 100 } : { w01018: 44.113, w00000: 200 }));
  return hash;
}

export async function whenJudged(api: ApiClient, n: number): Promise<void> {
  await waitFor(`${n} exceedances`, async () => (await api.call("GET", "/api/v1/exceedances")).body["total"] === n, {
    deadlineMs: 60_000,
    everyMs: 250,
  });
}

/** `env`: settings of the program, e.g. TWO_PERSON_LIMITS. */
export async function setJudgementStage(env: Readonly<Record<string, string>> = {}): Promise<JudgementStage> {
  mkdirSync(join(tmpdir(), "plumeline-e2e"), { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  const system = await startSystem({ keepAddresses: true, env: { GAP_FILLING: "off", ...env } });
  await system.stop();
  await addUser(system.dataDir, "operator", "operator");
  await addUser(system.dataDir, "viewer", "viewer");
  await addUser(system.dataDir, "second", "admin");
  await system.start();
  const { api, addresses } = system;
  const people = await Promise.all(
    ["viewer", "operator", "second"].map((name) => signIn(addresses.http, name, `${name} password`)),
  );
  const [viewer = api, operator = api, second = api] = people;
  const frameHash = await fill(api, second);
  await whenJudged(api, 2);
  const browser: Browser = await launchBrowser();
  const opened: OpenedDashboard[] = [];
  return {
    system,
    viewer,
    operator,
    second,
    frameHash,
    async open(path, { who = api } = {}) {
      const viewport = { width: 1366, height: 768 };
      const baseUrl = `http://${addresses.http}`;
      const options = { baseUrl, cookie: who.token, path, viewport, reducedMotion: "reduce" } as const;
      const dashboard = await openDashboard(browser, options);
      opened.push(dashboard);
      return dashboard;
    },
    async closePages() {
      for (const dashboard of opened.splice(0)) await dashboard.close();
    },
    async close() {
      await browser.close();
      await system.close();
    },
  };
}

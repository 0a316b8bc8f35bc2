// The stage of the stories about states: broker, ingest and api as processes of their own, a line that can be pulled, an outfall
// that sends, one that has stopped, one that never sent, somebody who may only look, and a place for pictures
// (PICTURES_OF_STATES, else a folder below the system's temporary one).

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page, Route } from "playwright-core";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard, type OpenedDashboard, type OpenOptions } from "#test/harness/browser.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { nodePath, type RunningSystem, type SplitSystem, startSplit, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";
import { type CutLine, startCutLine } from "./cut-line.ts";

export const sending = "STATE-SENDING";
export const stopped = "STATE-STOPPED";
export const silent = "STATE-NEW";

const picturesDir = process.env["PICTURES_OF_STATES"] ?? join(tmpdir(), "plumeline-e2e");

export interface StateStage {
  readonly system: SplitSystem;
  /** Nothing is registered there, nothing was ever received. */
  readonly empty: RunningSystem;
  readonly line: CutLine;
  readonly viewer: ApiClient;
  open(path: string, options?: Partial<OpenOptions>): Promise<OpenedDashboard>;
  /** The same in a system that has nothing yet. */
  openEmpty(path: string): Promise<OpenedDashboard>;
  /** A page on which nothing of the dashboard runs yet, so that its requests can be held before it opens. */
  openBlank(options?: Partial<OpenOptions>): Promise<OpenedDashboard>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(picturesDir, `${name}.png`) });
}

export interface HeldAnswers {
  /** Lets the answers that came meanwhile, and all later ones, through to the page. */
  release(): void;
}

/** The server answers, and its answer reaches the page only when it is let go: a slow line with the real body. */
export async function holdAnswers(page: Page, pattern: string): Promise<HeldAnswers> {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((done) => {
    release = done;
  });
  await page.route(pattern, async (route: Route) => {
    const response = await route.fetch();
    await gate;
    await route.fulfill({ response });
  });
  return { release: () => release() };
}

/** To another screen without loading the page anew, as a link of the dashboard does. */
export async function goInside(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, "", ${JSON.stringify(path)})`);
}

async function fill(system: SplitSystem): Promise<{ readonly devices: Device[]; readonly timer: NodeJS.Timeout }> {
  const { api, addresses } = system;
  const factors = ["w01018", "w01001"];
  const register = async (id: string, city: string): Promise<Device> => {
    const given = await api.createSite(id, { intervalSeconds: 5, factors, city });
    await api.putLimit(id, "w01018", 50);
    return connectDevice(addresses.mqtt, given);
  };
  const first = await register(sending, "130200");
  const second = await register(stopped, "130400");
  await api.createSite(silent, { intervalSeconds: 5, factors, city: "130600" });
  // Its logger is on record and away: what it is asked for waits.
  await api.call("PATCH", `/api/v1/sites/${silent}`, { mn: "STATE-MN-1" });
  await api.call("POST", `/api/v1/sites/${silent}/requests`, { command: "1061", reason: "a story of states" });
  await second.send({ w01018: 20, w01001: 7 });
  await second.send({ w01018: 21, w01001: 7 });
  await first.sendRaw('{"time": not json');
  const send = (): Promise<void> => first.send({ w01018: 88.8, w01001: 7.2 }).catch(() => undefined);
  await send();
  return { devices: [first, second], timer: setInterval(() => void send(), 1_000) };
}

export async function setStateStage(): Promise<StateStage> {
  mkdirSync(picturesDir, { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  const system = await startSplit();
  await system.stopRole("api");
  await addUser(system.dataDir, "viewer", "viewer");
  await system.startRole("api");
  const { devices, timer } = await fill(system);
  await waitFor("the alarm", async () => (await system.api.alarms("state=unack-active")).length === 1, {
    deadlineMs: 20_000,
  });
  const viewer = await signIn(system.addresses.http, "viewer", "viewer password");
  const empty = await startSystem();
  const line = await startCutLine(system.addresses.http);
  const browser: Browser = await launchBrowser();
  const opened: OpenedDashboard[] = [];
  const open = async (baseUrl: string, cookie: string, options: Partial<OpenOptions>): Promise<OpenedDashboard> => {
    const viewport = { width: 1366, height: 768 };
    const dashboard = await openDashboard(browser, { baseUrl, cookie, viewport, reducedMotion: "reduce", ...options });
    opened.push(dashboard);
    return dashboard;
  };
  const baseUrl = `http://${line.address}`;
  return {
    system,
    empty,
    line,
    viewer,
    open: (path, options = {}) => open(baseUrl, system.api.token, { path, ...options }),
    openEmpty: (path) => open(`http://${empty.addresses.http}`, empty.api.token, { path }),
    openBlank: (options = {}) => open(baseUrl, system.api.token, { path: "/healthz", ...options }),
    async closePages() {
      for (const dashboard of opened.splice(0)) await dashboard.close();
    },
    async close() {
      clearInterval(timer);
      for (const device of devices) await device.end();
      await browser.close();
      await line.close();
      await empty.close();
      await system.close();
    },
  };
}

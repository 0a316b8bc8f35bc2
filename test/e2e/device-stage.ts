// The stage of the stories about devices: the real program, two outfalls with loggers that speak HJ 212 over TCP (one of them
// leaves holes), an outfall without one, a logger of nobody, people who may and may not, a real Chromium, a place for pictures.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { type ApiClient, signIn } from "#test/harness/api-client.ts";
import { launchBrowser, openDashboard, type OpenedDashboard } from "#test/harness/browser.ts";
import { addUser } from "#test/harness/refused-frames.ts";
import { connectScriptedLogger, type Packet, type ScriptedLogger, stamp, wrap } from "#test/harness/scripted-logger.ts";
import { nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const shots = join(tmpdir(), "plumeline-e2e");
const hourMs = 3_600_000;

export const steady = { site: "DEV-STEADY", mn: "010000A8900016F000160001" } as const;
export const leaky = { site: "DEV-LEAKY", mn: "010000A8900016F000160002" } as const;
export const plain = "DEV-PLAIN";
export const stranger = "JLYP01_AIR01_0001";
/** Behind the centre by so much. */
export const behindMs = 95_000;

export interface DeviceStage {
  readonly system: RunningSystem;
  readonly viewer: ApiClient;
  readonly operator: ApiClient;
  readonly loggers: { readonly steady: ScriptedLogger; readonly leaky: ScriptedLogger };
  open(path: string, options?: { readonly who?: ApiClient; readonly width?: number }): Promise<OpenedDashboard>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

export async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

export function fitsIn(page: Page): Promise<boolean> {
  return page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth");
}

/** Obeys, tells its interval when asked, and cannot calibrate. */
function answer(request: Packet, logger: ScriptedLogger): void {
  const reply = { qn: request.qn, st: "91", flag: Number(request.flag) & ~3 };
  void logger.send({ ...reply, cn: "9011", area: "QnRtn=1" });
  if (request.cn === "1061") void logger.send({ cn: "1061", flag: 4, area: "RtdInterval=30" });
  void logger.send({ ...reply, cn: "9012", area: request.cn === "3011" ? "ExeRtn=3" : "ExeRtn=1" });
}

async function register(api: ApiClient, id: string, more: Readonly<Record<string, unknown>>): Promise<void> {
  const site = { id, name: `Outfall ${id}`, kind: "water-outfall", city: "130200", factors: ["w01018", "w01001"] };
  const reply = await api.call("POST", "/api/v1/sites", { ...site, ...more });
  if (reply.status !== 201) throw new Error(`POST /api/v1/sites: ${reply.text}`);
}

/** Hours of the last day, without those that `isMissing` says; and what else makes a card worth reading. */
async function tell(logger: ScriptedLogger, isMissing: (hoursAgo: number) => boolean): Promise<void> {
  const now = Date.now();
  const area = (time: number, suffix: string): string => `DataTime=${stamp(time)};w01018-${suffix}=32.6,w01018-Flag=N`;
  const end = Math.floor(now / hourMs) * hourMs;
  for (let ago = 24; ago > 0; ago--) {
    if (!isMissing(ago)) await logger.deliver({ cn: "2061", area: area(end - ago * hourMs, "Avg") });
  }
  await logger.deliver({ cn: "2011", area: area(now, "Rtd") });
  for (const range of ["400", "200"])
    await logger.deliver({ cn: "3020", area: `DataTime=${stamp(now)};PolId=w01018;i13001-Info=${range}` });
}

async function startLoggers(system: RunningSystem): Promise<DeviceStage["loggers"]> {
  const connect = (mn: string, now: () => number) =>
    connectScriptedLogger(system.addresses.hj212, { mn, now, obedience: answer });
  const first = await connect(steady.mn, Date.now);
  const second = await connect(leaky.mn, () => Date.now() - behindMs);
  await tell(first, () => false);
  await tell(second, (ago) => ago >= 5 && ago <= 8);
  const broken = `QN=${stamp(Date.now(), 17)};ST=32;CN=2011;PW=123456;MN=${leaky.mn};Flag=5;CP=&&w01018-Rtd=1&&`;
  await second.sendRaw(wrap(broken, { checksum: "0000" }));
  const third = await connect(stranger, Date.now);
  await third.deliver({ cn: "2011", area: `DataTime=${stamp(Date.now())};w01018-Rtd=12.5,w01018-Flag=N` });
  await third.end();
  return { steady: first, leaky: second };
}

export async function setDeviceStage(): Promise<DeviceStage> {
  mkdirSync(shots, { recursive: true });
  execFileSync(nodePath, [fileURLToPath(new URL("../../dashboard/build.ts", import.meta.url))], { stdio: "inherit" });
  const system = await startSystem({ keepAddresses: true, env: { HJ212_SETUP: "off", GAP_FILLING: "off" } });
  await system.stop();
  await addUser(system.dataDir, "operator", "operator");
  await addUser(system.dataDir, "viewer", "viewer");
  await system.start();
  const { api, addresses } = system;
  await register(api, steady.site, { mn: steady.mn, pw: "123456", enterprise: "Works One" });
  await register(api, leaky.site, { mn: leaky.mn, pw: "123456", enterprise: "Works Two" });
  await register(api, plain, { enterprise: "Works Two", lat: 39.5, lon: 118.2 });
  const loggers = await startLoggers(system);
  await waitFor(
    "the loggers on record",
    async () => {
      const { body } = await api.call("GET", `/api/v1/gaps?site=${leaky.site}`);
      return body["total"] === 1;
    },
    { deadlineMs: 20_000 },
  );
  const operator = await signIn(addresses.http, "operator", "operator password");
  const viewer = await signIn(addresses.http, "viewer", "viewer password");
  const browser: Browser = await launchBrowser();
  const opened: OpenedDashboard[] = [];
  return {
    system,
    viewer,
    operator,
    loggers,
    async open(path, { who = api, width = 1366 } = {}) {
      const viewport = { width, height: width === 1366 ? 768 : 1080 };
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
      for (const logger of Object.values(loggers)) logger.cut();
      await browser.close();
      await system.close();
    },
  };
}

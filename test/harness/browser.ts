// A real Chromium for tests: launches the installed one through playwright-core, opens the dashboard signed in, and keeps a
// list of what should not happen: errors on the console, uncaught exceptions, requests to any other origin.

import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page, type ViewportSize } from "playwright-core";
import { Failure } from "#domain/failure.ts";

export const chromiumPath = "/usr/bin/chromium";

export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(chromiumPath)) {
    throw new Failure("missing-chromium", `there is no ${chromiumPath}`, {
      hint: "apt-get install -y chromium fonts-noto-cjk",
    });
  }
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: chromiumFlags });
}

export interface OpenOptions {
  /** Where the dashboard is served, e.g. "http://127.0.0.1:8080". */
  readonly baseUrl: string;
  /** Session token for the cookie … */
  readonly cookie?: string;
  /** … or a one-time sign-in link, visited first. */
  readonly link?: string;
  /** View to open; "/" when absent, or what the link leads to. */
  readonly path?: string;
  readonly locale?: string;
  readonly timezoneId?: string;
  readonly viewport?: ViewportSize;
  readonly reducedMotion?: "reduce" | "no-preference";
}

export interface OpenedDashboard {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors and uncaught exceptions, in order; without the browser's own lines about refused requests. */
  readonly errors: readonly string[];
  /** "409 POST /api/v1/alarms/…/ack": every answer of 400 and above, in order. */
  readonly refusals: readonly string[];
  /** Addresses asked for outside of `baseUrl`. */
  readonly foreignRequests: readonly string[];
  close(): Promise<void>;
}

export const sessionCookieName = "plumeline_session";

interface Watched {
  readonly errors: string[];
  readonly refusals: string[];
  readonly foreignRequests: string[];
}

function watchPage(page: Page, origin: string, { errors, refusals, foreignRequests }: Watched): void {
  page.on("console", (message) => {
    if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
    errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("response", (response) => {
    if (response.status() < 400) return;
    refusals.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
  });
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
  const check = (address: string): void => {
    const url = new URL(address);
    if (url.protocol === "data:" || url.protocol === "blob:" || url.protocol === "about:") return;
    if (url.host !== new URL(origin).host) foreignRequests.push(address);
  };
  page.on("request", (request) => check(request.url()));
  page.on("websocket", (socket) => check(socket.url()));
}

/** A fresh context (no cookies, no cache) with one page. Without cookie and link it shows the sign-in form. */
export async function openDashboard(browser: Browser, options: OpenOptions): Promise<OpenedDashboard> {
  const context = await browser.newContext({
    locale: options.locale ?? "zh-CN",
    timezoneId: options.timezoneId ?? "Asia/Shanghai",
    viewport: options.viewport ?? { width: 1366, height: 768 },
    reducedMotion: options.reducedMotion ?? "no-preference",
  });
  const watched: Watched = { errors: [], refusals: [], foreignRequests: [] };
  if (options.cookie !== undefined) {
    await context.addCookies([
      { name: sessionCookieName, value: options.cookie, url: options.baseUrl, httpOnly: true, sameSite: "Strict" },
    ]);
  }
  const page = await context.newPage();
  watchPage(page, options.baseUrl, watched);
  if (options.link !== undefined) await page.goto(options.link);
  if (options.link === undefined || options.path !== undefined) {
    await page.goto(new URL(options.path ?? "/", options.baseUrl).href);
  }
  return { context, page, ...watched, close: () => context.close() };
}

// Every screen of the dashboard once, full of data: what it asks the network for, and how many elements it is made of.

import type { Browser } from "playwright-core";
import { openDashboard } from "#test/harness/browser.ts";
import type { Finding } from "./budget.ts";
import { openPage, pause, waitForLive } from "./page.ts";
import type { Province } from "./province.ts";

export interface Screen {
  readonly name: string;
  readonly path: string;
  /** Its content, not its frame. */
  readonly sign: string;
}

/** All that the routes of the dashboard lead to. */
export function listScreens({ pastSite, probes }: Pick<Province, "pastSite" | "probes">): readonly Screen[] {
  const site = probes[0]?.username ?? pastSite;
  return [
    { name: "overview", path: "/overview", sign: ".key-figures" },
    { name: "alarms", path: "/alarms?group=none", sign: '[data-testid="alarm-row"]' },
    { name: "alarms by site", path: "/alarms?group=site", sign: ".alarm-scroll" },
    { name: "alarm history", path: "/alarm-history", sign: ".alarm-history-view" },
    { name: "alarm journal", path: "/alarm-history?view=journal", sign: ".alarm-history-view" },
    { name: "site", path: `/sites/${site}`, sign: ".site-view" },
    { name: "site as a table", path: `/sites/${pastSite}?as=table&from=now-7d`, sign: ".site-view" },
    { name: "ledger", path: "/ledger", sign: ".ledger-view" },
    { name: "quarantine", path: "/quarantine", sign: ".quarantine-view" },
    { name: "history", path: `/history?s=${pastSite}.w01018.mean&from=now-30d`, sign: ".history-charts" },
    {
      name: "history as a table",
      path: `/history?s=${pastSite}.w01018.mean&from=now-30d&view=table`,
      sign: ".history-below",
    },
    { name: "loggers", path: "/loggers", sign: ".loggers-view" },
    { name: "gaps", path: "/gaps", sign: ".gaps-view" },
    { name: "requests", path: "/requests", sign: ".requests-view" },
    { name: "assets", path: "/assets", sign: ".assets-view" },
    { name: "exceedances", path: "/exceedances", sign: ".exceedances-view" },
    { name: "limits", path: "/rules", sign: ".rules-view" },
    { name: "marks", path: "/marks", sign: ".marks-view" },
    { name: "quality", path: "/quality?by=site", sign: ".quality-view" },
    { name: "hints", path: "/hints", sign: ".hints-view" },
    { name: "stations", path: "/stations", sign: ".stations-overview" },
    { name: "air", path: "/air", sign: ".stations-view:not(.stations-overview)" },
    { name: "system", path: "/system", sign: ".system-view" },
    { name: "wall", path: "/wall", sign: '[data-testid="wall"]' },
    { name: "profile", path: "/me", sign: ".profile-view" },
    { name: "no such page", path: "/nowhere", sign: ".notice" },
  ];
}

const contentMs = 1_500;

export async function measureRequests(browser: Browser, province: Province): Promise<Record<"A8" | "A9", Finding>> {
  const { address, token } = province;
  const baseUrl = `http://${address}`;
  const fonts: string[] = [];
  let requests = 0;
  const { page, foreignRequests, close } = await openDashboard(browser, { baseUrl, cookie: token, path: "/me" });
  page.on("request", (request) => {
    requests++;
    if (request.resourceType() === "font") fonts.push(request.url());
  });
  const screens = listScreens(province);
  const policies = new Set<string>();
  try {
    for (const { path, sign } of screens) {
      const response = await page.goto(`${baseUrl}${path}`);
      policies.add((await response?.headerValue("content-security-policy")) ?? "none");
      await page.locator(sign).first().waitFor();
      await pause(contentMs);
    }
    const open = [...policies].filter((policy) => !isClosed(policy));
    return {
      A8: {
        value: fonts.length,
        how: `requests of the type font, every one of ${screens.length} screens opened anew`,
        details: { requests, fonts },
      },
      A9: {
        value: foreignRequests.length + open.length,
        how: `requests and sockets to another host on ${screens.length} screens, and answers whose policy lets one through`,
        details: { requests, foreignRequests, policy: [...policies] },
      },
    };
  } finally {
    await close();
  }
}

/** Everything from here, nothing from elsewhere. */
export function isClosed(policy: string): boolean {
  const rules = policy.split(";").map((rule) => rule.trim());
  return rules.includes("default-src 'self'") && !/https?:|wss?:|\*/.test(policy);
}

export interface CountedScreen extends Screen {
  readonly elements: number;
}

export async function countElements(browser: Browser, province: Province): Promise<CountedScreen[]> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/me" });
  const counted: CountedScreen[] = [];
  try {
    for (const screen of listScreens(province)) {
      await opened.page.goto(`http://${address}${screen.path}`);
      await opened.page.locator(screen.sign).first().waitFor();
      await waitForLive(opened.page);
      await pause(contentMs);
      counted.push({
        ...screen,
        elements: Number(await opened.page.evaluate("document.querySelectorAll('*').length")),
      });
    }
  } finally {
    await opened.close();
  }
  return counted.toSorted((a, b) => b.elements - a.elements);
}

export async function measureElements(browser: Browser, province: Province): Promise<Record<"C13", Finding>> {
  const counted = await countElements(browser, province);
  return {
    C13: {
      value: counted[0]?.elements ?? 0,
      how: `querySelectorAll("*") on ${counted.length} screens at 1920x1080 with ${province.openAlarms} open alarms and 1,211 sites`,
      details: { screens: Object.fromEntries(counted.map(({ name, elements }) => [name, elements])) },
    },
  };
}

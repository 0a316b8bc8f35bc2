// What axe finds on every screen, in every theme and both languages: the serious and critical of it, and targets that are too
// small for a finger or a shaking hand (WCAG 2.2, 2.5.8).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import type { Finding } from "./budget.ts";
import { goInside, openPage, pause } from "./page.ts";
import type { Province } from "./province.ts";
import { listScreens } from "./screens.ts";

const axeCore = readFileSync(
  createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright")).resolve("axe-core/axe.min.js"),
  "utf8",
);
const themes = ["desk", "room", "wall"] as const;
const languages = ["zh-CN", "en"] as const;
const drawMs = 700;
const themeMs = 250;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly target: readonly string[] }[];
}

/** Rules that a page is checked for besides those that axe runs by itself. */
const runAxe = `axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then((all) => all.violations)`;

async function findViolations(page: Page): Promise<readonly Violation[]> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axeCore);
  return (await page.evaluate(runAxe)) as readonly Violation[];
}

const targetSize = "target-size";

export async function measureAxe(browser: Browser, province: Province): Promise<Record<"F1" | "F4", Finding>> {
  const { address, token } = province;
  const opened = await openPage(browser, { address, token, path: "/me" });
  const { page } = opened;
  const found: string[] = [];
  const small: string[] = [];
  let looks = 0;
  const screens = listScreens(province);
  try {
    for (const language of languages) {
      for (const { name, path, sign } of screens) {
        const url = new URL(path, `http://${address}`);
        url.searchParams.set("lang", language);
        // Inside the page, as a click does it: the code and axe are there already.
        await goInside(page, url.pathname + url.search);
        await page.locator(sign).first().waitFor();
        await pause(drawMs);
        for (const theme of themes) {
          await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
          // Charts take the room that the other size of letters leaves them.
          await pause(themeMs);
          looks++;
          for (const { id, impact, nodes } of await findViolations(page)) {
            const where = nodes.map(({ target }) => `${name} ${language} ${theme}: ${id} ${target.join(" ")}`);
            if (id === targetSize) small.push(...where);
            else if (impact === "serious" || impact === "critical") found.push(...where);
          }
        }
      }
    }
  } finally {
    await opened.close();
  }
  const how = `axe-core on ${screens.length} screens x ${themes.length} themes x ${languages.length} languages = ${looks} looks at 1920x1080`;
  return {
    F1: {
      value: found.length,
      how: `${how}; elements of serious and critical findings`,
      details: { first: found.slice(0, 10) },
    },
    F4: {
      value: small.length,
      how: `${how}; elements of the rule target-size: smaller than 24x24 and no room around them`,
      details: { first: small.slice(0, 10) },
    },
  };
}

// The words on the screens: labels that are cut off in either language, and texts that are others in a browser that believes to
// be in New York. Missing words do not compile.

import type { Browser, Page } from "playwright-core";
import type { Finding } from "./budget.ts";
import { goInside, type MeasuredPage, openPage, pause } from "./page.ts";
import type { Province } from "./province.ts";
import { listScreens } from "./screens.ts";

const languages = ["zh-CN", "en"] as const;
const drawMs = 1_200;
/** Clocks move on between two looks: the two pages are looked at in the same moment, again until they agree. */
const looksMax = 12;

/** Labels, not data: a name of a site may give way, it has a title with all of it. */
export const findCut = `[...document.querySelectorAll("button, th, h1, h2, h3, label, legend, dt, nav a, option, summary, .chip, [role=columnheader], [role=tab], .notice")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((element) => element.closest(".visually-hidden") === null && element.textContent.trim() !== "")
  .filter((element) => {
    const style = getComputedStyle(element);
    const clips = ["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis";
    const wide = element.scrollWidth > element.clientWidth + 1 && style.display !== "inline";
    // What sticks out of a box that does not clip is cut off by the first one around it that does.
    if (clips && wide) return true;
    const box = element.getBoundingClientRect();
    for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
      const other = getComputedStyle(around);
      if (!["hidden", "clip"].includes(other.overflowX)) continue;
      const outer = around.getBoundingClientRect();
      if (outer.width > 0 && box.width > 0 && (box.right > outer.right + 1 || box.left < outer.left - 1)) return true;
    }
    return false;
  })
  .map((element) => element.tagName.toLowerCase() + " " + element.textContent.trim().slice(0, 60))`;

async function openScreen(page: Page, path: string, sign: string, language?: string): Promise<void> {
  const url = new URL(path, page.url());
  if (language !== undefined) url.searchParams.set("lang", language);
  await goInside(page, url.pathname + url.search);
  await page.locator(sign).first().waitFor();
  await pause(drawMs);
}

export async function measureLabels(browser: Browser, province: Province): Promise<Record<"F9", Finding>> {
  const { address, token } = province;
  const widths = [1_366, 1_920];
  const cut: string[] = [];
  for (const width of widths) {
    const viewport = { width, height: width === 1_366 ? 768 : 1_080 };
    const { page, close } = await openPage(browser, { address, token, path: "/me", viewport });
    try {
      for (const language of languages) {
        for (const { name, path, sign } of listScreens(province)) {
          await openScreen(page, path, sign, language);
          const found = (await page.evaluate(findCut)) as readonly string[];
          cut.push(...found.map((label) => `${name} ${language} ${width}: ${label}`));
        }
      }
    } finally {
      await close();
    }
  }
  return {
    F9: {
      value: cut.length,
      how: `buttons, headings, labels, columns and chips whose text is wider than their box or reaches out of one that clips, on every screen in both languages at ${widths.join(" and ")} px; a missing word does not compile (npm run check)`,
      details: { first: cut.slice(0, 12) },
    },
  };
}

/** Without what two pages on one machine need not share: how fast each is, and whether its browser lets it be heard. */
const readTexts = `(() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (text !== "" && walker.currentNode.parentElement.closest("script, style, .link-note, .link-lag, .sound-chip") === null) texts.push(text);
  }
  for (const element of document.querySelectorAll("[title], [aria-label], time[datetime]"))
    if (element.closest(".link-note, .sound-chip, [data-testid=link-state]") === null)
      texts.push(...[element.title, element.ariaLabel, element.dateTime].filter((text) => Boolean(text)));
  // The clock in the header is exact to the millisecond at which its page looked at it.
  return texts.map((text) => text.replace(/\\.\\d{3}Z/, "Z"));
})()`;

/** Texts of the first that the second lacks, as often as they are there. */
function lacking(here: readonly string[], there: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of there) left.set(text, (left.get(text) ?? 0) + 1);
  return here.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

async function compare(a: MeasuredPage, b: MeasuredPage): Promise<string[]> {
  let fewest: string[] | null = null;
  for (let look = 0; look < looksMax && fewest?.length !== 0; look++) {
    if (look > 0) await pause(330);
    const [here, there] = (await Promise.all([a, b].map(({ page }) => page.evaluate(readTexts)))) as [
      string[],
      string[],
    ];
    const differing = [...lacking(here, there), ...lacking(there, here)];
    if (fewest === null || differing.length < fewest.length) fewest = differing;
  }
  return fewest ?? [];
}

export async function measureZones(browser: Browser, province: Province): Promise<Record<"F10", Finding>> {
  const { address, token } = province;
  const here = await openPage(browser, { address, token, path: "/me", timezoneId: "Asia/Shanghai" });
  const there = await openPage(browser, { address, token, path: "/me", timezoneId: "America/New_York" });
  const differing: string[] = [];
  let screens = 0;
  try {
    for (const { name, path, sign } of listScreens(province)) {
      // Counts of requests and bytes of the machine itself: no two looks at it are the same.
      if (name === "system") continue;
      screens++;
      await Promise.all([here, there].map(({ page }) => openScreen(page, path, sign)));
      differing.push(...(await compare(here, there)).map((text) => `${name}: ${text}`));
    }
    return {
      F10: {
        value: differing.length,
        how: `texts, titles and labels of ${screens} screens in two browsers, Asia/Shanghai and America/New_York, at the same moment; clocks move, so up to ${looksMax} looks until they agree; without the system page, whose figures change by the moment`,
        details: { first: differing.slice(0, 10) },
      },
    };
  } finally {
    await here.close();
    await there.close();
  }
}

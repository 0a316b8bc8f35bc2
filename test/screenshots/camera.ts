// A scene into a picture file: a fresh Chromium context in the scene's language, size and theme, signed in or not, waited for
// until it shows what it is about, then taken as WebP (small, for the documentation) or PNG. Refuses to take a picture of a
// page that reported an error.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openDashboard } from "#test/harness/browser.ts";
import { type Language, languages, type Scene } from "./scene.ts";

export type PictureFormat = "webp" | "png";

export interface CameraOptions {
  readonly browser: Browser;
  readonly baseUrl: string;
  /** Session of the person who looks. */
  readonly cookie: string;
  readonly folder: string;
  readonly format: PictureFormat;
  readonly say: (line: string) => void;
}

/** Text stays sharp, and a screen takes some sixty kilobytes. */
const webpQuality = 78;
const paintMs = 400;
const linkMsMax = 30_000;

function waitUntilLive(page: Page): Promise<void> {
  return page.getByTestId("link-state").and(page.locator('[data-state="live"]')).waitFor({ timeout: linkMsMax });
}

export function nameOf(scene: Scene, language: Language): string {
  return scene.languages.length === 1 ? scene.name : `${scene.name}-${language === "zh-CN" ? "zh" : "en"}`;
}

async function capture(page: Page, format: PictureFormat): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const options = format === "webp" ? { format, quality: webpQuality } : { format };
  const { data } = await session.send("Page.captureScreenshot", options);
  await session.detach();
  return Buffer.from(data, "base64");
}

async function takePicture(options: CameraOptions, scene: Scene, language: Language): Promise<number> {
  const { browser, baseUrl, cookie, folder, format, say } = options;
  const address = new URL(scene.path, baseUrl);
  if (language === "en") address.searchParams.set("lang", "en");
  if (scene.theme !== undefined) address.searchParams.set("theme", scene.theme);
  const opened = await openDashboard(browser, {
    baseUrl,
    ...(scene.isSignedOut === true ? {} : { cookie }),
    path: `${address.pathname}${address.search}`,
    locale: language,
    viewport: scene.size,
    // Blinking marks would be hollow on every other picture.
    reducedMotion: "reduce",
  });
  try {
    const { page, errors } = opened;
    if (scene.media !== undefined) {
      await page.emulateMedia(scene.media);
      // Canvases read their colours when they are made.
      await page.reload();
    }
    if (scene.isSignedOut !== true && scene.isBare !== true) {
      await waitUntilLive(page);
      // Somebody is there: the browser lets alarms be heard after a first touch, and the header says so.
      await page.locator(".clock").click();
    }
    await scene.ready(page);
    await page.evaluate("document.fonts.ready.then(() => true)");
    // Canvases are drawn a frame after what they show has come.
    await new Promise((wake) => setTimeout(wake, paintMs));
    if (errors.length > 0) throw new Error(`${scene.name}: ${errors.join("; ")}`);
    const bytes = await capture(page, format);
    const file = `${nameOf(scene, language)}.${format}`;
    await writeFile(join(folder, file), bytes);
    say(`${file} ${Math.round(bytes.length / 1024)} KiB`);
    return bytes.length;
  } catch (error) {
    const file = join(folder, `failed-${nameOf(scene, language)}.png`);
    await opened.page.screenshot({ path: file });
    throw new Error(`${scene.name}: see ${file}`, { cause: error });
  } finally {
    await opened.close();
  }
}

/** A busy machine may be too slow once. */
async function takePatiently(options: CameraOptions, scene: Scene, language: Language): Promise<number> {
  try {
    return await takePicture(options, scene, language);
  } catch (error) {
    options.say(`${error instanceof Error ? error.message : String(error)}; once more`);
    return takePicture(options, scene, language);
  }
}

/** → bytes of all pictures. */
export async function takePictures(options: CameraOptions, scenes: readonly Scene[]): Promise<number> {
  await mkdir(options.folder, { recursive: true });
  let total = 0;
  for (const scene of scenes) {
    for (const language of languages) {
      if (scene.languages.includes(language)) total += await takePatiently(options, scene, language);
    }
  }
  return total;
}

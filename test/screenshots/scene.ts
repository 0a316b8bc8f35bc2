// What a picture is made of, and how one waits for what it is about.

import type { Page } from "playwright-core";

export const languages = ["zh-CN", "en"] as const;
export type Language = (typeof languages)[number];

export interface Scene {
  /** Of the file. */
  readonly name: string;
  readonly path: string;
  readonly languages: readonly Language[];
  readonly size: { readonly width: number; readonly height: number };
  readonly theme?: "room" | "wall";
  readonly media?: { readonly contrast?: "more"; readonly forcedColors?: "active" };
  readonly isSignedOut?: boolean;
  /** Without the header, and so without the chip that tells the state of the line. */
  readonly isBare?: boolean;
  /** Resolves when the screen shows what the picture is about. */
  readonly ready: (page: Page) => Promise<void>;
}

export type Draft = Pick<Scene, "name" | "path" | "ready"> & Partial<Scene>;

const desk = { width: 1600, height: 1000 };
export const pictureMsMax = 30_000;

export function defineScene(draft: Draft): Scene {
  return { languages, size: desk, ...draft };
}

export function see(selector: string): (page: Page) => Promise<void> {
  return (page) => page.locator(selector).first().waitFor({ timeout: pictureMsMax });
}

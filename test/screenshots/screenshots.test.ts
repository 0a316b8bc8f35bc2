// The pictures of the documentation: all that are shown are there, all that are there are shown, every screen is among them in
// both languages, and together they stay small enough for a repository.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "#test/house/sources.ts";
import { nameOf } from "./camera.ts";
import { floodScenes, listCalmScenes } from "./scenes.ts";

const folder = join(root, "docs/screenshots");
const bytesMax = 6 * 1024 * 1024;

function listShown(): string[] {
  const linked = ["README.md", "docs/dashboard.md"].flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/!\[[^\]]+\]\((?:docs\/)?screenshots\/([^)]+)\)/g)].map(
      (match) => match[1] ?? "",
    ),
  );
  return [...new Set(linked)].toSorted();
}

describe("the pictures of the documentation", () => {
  it("are those that the command takes, no more and no fewer", () => {
    const scenes = [...listCalmScenes({ sites: [], factorsOf: () => [] }), ...floodScenes];
    const taken = scenes.flatMap((scene) => scene.languages.map((language) => `${nameOf(scene, language)}.webp`));
    expect(readdirSync(folder).toSorted()).toEqual(taken.toSorted());
  });

  it("are all shown, and none is missing that is shown", () => {
    expect(listShown()).toEqual(readdirSync(folder).toSorted());
  });

  it("take no more than six megabytes together", () => {
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(bytesMax);
  });
});

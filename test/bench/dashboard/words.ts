// The words that a browser has to fetch: those of the page itself and of the screen that it opens. Every screen brings its own
// words and no other's (docs/dashboard.md), so what somebody waits for is the page and the screen with the most to say; the sum
// over all screens is told beside it, and counts once more among all scripts. Found by following the imports of the sources.

import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = join(import.meta.dirname, "../../..");
const routes = join(root, "dashboard/views/routes.ts");

const languages = [
  { language: "zh-CN", own: /(?:^|\/)(?:zh-CN|[^/]+-zh)\.ts$/ },
  { language: "en", own: /(?:^|\/)(?:en|[^/]+-en)\.ts$/ },
] as const;

// Types are gone before a browser sees the file.
const staticImport = /^\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"(\.{1,2}\/[^"]+\.tsx?)"/gm;
const lazyImport = /\bimport\("(\.{1,2}\/[^"]+\.tsx?)"\)/g;

function listImports(file: string, pattern: RegExp): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(pattern)].map(([, path = ""]) => join(dirname(file), path));
}

/** The file and all that comes with it; with `isWhole` also what it fetches later itself. The screens never come with the list of them. */
function follow(file: string, isWhole: boolean, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const lazy = isWhole && file !== routes ? listImports(file, lazyImport) : [];
  for (const next of [...listImports(file, staticImport), ...lazy]) follow(next, isWhole, found);
  return found;
}

/** Kilobytes (1,000 bytes) of these files built into one, at zlib level 9. */
async function buildKb(files: readonly string[]): Promise<number> {
  // One entry that hands on all of them: nothing is shaken off.
  const entry = "all-words.js";
  const plugin = {
    name: "all-words",
    resolveId: (id: string) => (id.endsWith(entry) ? id : null),
    load: (id: string) =>
      id.endsWith(entry) ? files.map((file) => `export * from ${JSON.stringify(file)};`).join("\n") : null,
  };
  const built = await build({
    configFile: false,
    logLevel: "silent",
    root,
    plugins: [plugin],
    build: { write: false, minify: true, lib: { entry, formats: ["es"] }, target: "chrome114" },
  });
  const output = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  const code = output.flatMap((each) => (each.type === "chunk" ? [each.code] : []));
  const bytes = code.reduce((total, text) => total + gzipSync(text, { level: 9 }).length, 0);
  return Math.round(bytes / 10) / 100;
}

export interface WordSizes {
  readonly language: string;
  /** What the page brings with whatever screen. */
  readonly page: number;
  /** The page and the screen with the most words: what somebody waits for at worst. */
  readonly worst: number;
  readonly screen: string;
  /** All words there are. */
  readonly all: number;
}

export async function measureWords(): Promise<WordSizes[]> {
  const page = follow(join(root, "dashboard/main.tsx"), false);
  const screens = listImports(routes, lazyImport).map((file) => ({ file, needs: follow(file, true) }));
  const sizes: WordSizes[] = [];
  for (const { language, own } of languages) {
    const wordsOf = (files: Iterable<string>): string[] => [...files].filter((file) => own.test(file)).toSorted();
    const begin = wordsOf(page);
    let worst = { kb: 0, screen: "" };
    // Screens with the same words are built once.
    const seen = new Set<string>();
    for (const { file, needs } of screens) {
      const files = wordsOf(new Set([...page, ...needs]));
      const key = files.join();
      if (seen.has(key)) continue;
      seen.add(key);
      const kb = await buildKb(files);
      if (kb > worst.kb) worst = { kb, screen: relative(join(root, "dashboard/views"), file) };
    }
    const everything = new Set([...page, ...screens.flatMap(({ needs }) => [...needs])]);
    const all = await buildKb(wordsOf(everything));
    sizes.push({ language, page: await buildKb(begin), worst: worst.kb, screen: worst.screen, all });
  }
  return sizes;
}

// The sizes of what a browser has to fetch, from the files of the built dashboard: which chunks a screen needs to begin with,
// which come on demand, words, styles, boundaries. Compressed here at zlib level 9, whatever twins lie beside the files.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BudgetId, Finding } from "./budget.ts";
import { measureWords } from "./words.ts";

const root = join(import.meta.dirname, "../../..");
const built = join(root, "dist/dashboard");

export interface Asset {
  readonly name: string;
  readonly text: string;
  readonly kb: number;
}

function toKb(bytes: number): number {
  return Math.round(bytes / 10) / 100;
}

function gzipKb(bytes: Buffer | string): number {
  return toKb(gzipSync(bytes, { level: 9 }).length);
}

export function readAssets(): Asset[] {
  const folder = join(built, "assets");
  return readdirSync(folder)
    .filter((name) => !/\.(?:gz|br|map)$/.test(name))
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, text: bytes.toString("utf8"), kb: gzipKb(bytes) };
    });
}

const staticImport = /(?:^|[;\s}])import\s*(?:[^"'`()]*?from\s*)?["'`]\.\/([^"'`]+\.js)["'`]/g;

/** A chunk and all that it cannot begin without. */
function collect(assets: readonly Asset[], name: string, found = new Set<Asset>()): Set<Asset> {
  const asset = assets.find((each) => each.name === name);
  if (asset === undefined) throw new Error(`${name} is imported and is not there`);
  if (found.has(asset)) return found;
  found.add(asset);
  for (const [, imported = ""] of asset.text.matchAll(staticImport)) collect(assets, imported, found);
  return found;
}

function sum(assets: Iterable<Asset>): number {
  return Math.round([...assets].reduce((total, { kb }) => total + kb, 0) * 100) / 100;
}

function only<T>(what: string, list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length > 1) throw new Error(`${list.length} of ${what} instead of one`);
  return first;
}

function findEntry(): string {
  const html = readFileSync(join(built, "index.html"), "utf8");
  return only(
    "entries",
    [...html.matchAll(/<script[^>]+src="\/assets\/([^"]+)"/g)].map((match) => match[1] ?? ""),
  );
}

export interface InitialJs {
  readonly kb: number;
  readonly chunks: readonly string[];
}

/** The shell, the worker and the code of one screen, with everything these import at once. */
export function measureInitial(assets: readonly Asset[], screen: string): InitialJs {
  const entry = findEntry();
  const shell = assets.find((each) => each.name === entry);
  const lead = new RegExp(`import\\([\`"']\\./(${screen}-[^\`"']+\\.js)[\`"']\\)`).exec(shell?.text ?? "")?.[1];
  if (lead === undefined) throw new Error(`the shell leads to no screen ${screen}`);
  const worker = only(
    "workers",
    assets.filter(({ name }) => /^worker-.*\.js$/.test(name)),
  );
  const chunks = new Set([...collect(assets, entry), ...collect(assets, lead), worker]);
  return { kb: sum(chunks), chunks: [...chunks].map(({ name }) => name) };
}

export type SizeId = Extract<BudgetId, "A1" | "A2" | "A3" | "A4" | "A5" | "A6" | "A7">;

export async function measureSizes(): Promise<Record<SizeId, Finding>> {
  const assets = readAssets();
  const js = assets.filter(({ name }) => name.endsWith(".js"));
  const [alarms, overview] = [measureInitial(js, "alarms"), measureInitial(js, "overview")];
  const shell = collect(js, findEntry());
  const lazy = js.filter((asset) => !shell.has(asset)).toSorted((a, b) => b.kb - a.kb);
  const words = await measureWords();
  const how = "files of dist/dashboard, each compressed by zlib level 9";
  return {
    A1: {
      value: alarms.kb,
      how: `${how}: the entry, the screen, their static imports and the worker`,
      details: { ...alarms },
    },
    A2: { value: overview.kb, how: `${how}: the same`, details: { ...overview } },
    A3: {
      value: lazy[0]?.kb ?? 0,
      how: `${how}: every chunk that the page does not begin with, shared ones too`,
      details: { largest: lazy.slice(0, 3).map(({ name, kb }) => `${name} ${kb}`) },
    },
    A4: { value: sum(js), how: `${how}: sum of ${js.length} files`, details: { files: js.length } },
    A5: { value: sum(assets.filter(({ name }) => name.endsWith(".css"))), how },
    A6: {
      value: only(
        "boundary files",
        assets.filter(({ name }) => /^hebei.*\.json$/.test(name)),
      ).kb,
      how,
    },
    A7: {
      value: Math.max(...words.map(({ worst }) => worst)),
      how: "words of the page and of the screen with the most, one language, built into one file of their own, zlib level 9; in the product they are parts of the chunks, beside those of the other language",
      details: { words },
    },
  };
}

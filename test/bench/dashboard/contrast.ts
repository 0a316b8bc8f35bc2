// Contrast of the colour tokens in every theme (WCAG 2.2, 1.4.3 and 1.4.11), from the style sheet itself: every ink on every
// ground it may stand on, and every mark and line on what it is drawn on.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./budget.ts";

const file = join(import.meta.dirname, "../../../dashboard/style/tokens.css");

type Tokens = Readonly<Record<string, string>>;

const media = /@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*)\s*\}/g;

/** Puts what the rules say on top of the themes: first what all of them share, then what each says itself. */
function applyRules(css: string, themes: Record<string, Tokens>): void {
  const rules = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = "", body = ""]) => ({
    names: [...selector.matchAll(/data-theme="(\w+)"/g)].map((match) => match[1] ?? ""),
    isForAll: selector.includes(":root"),
    tokens: Object.fromEntries(
      [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]+)/gi)].map(([, name, value]) => [name, value] as const),
    ),
  }));
  for (const { names } of rules) for (const name of names) themes[name] ??= {};
  for (const name of Object.keys(themes)) {
    // A theme's own rule is as strong as that of :root; in the sheet it stands behind it.
    for (const rule of rules) {
      if (rule.isForAll || rule.names.includes(name)) themes[name] = { ...themes[name], ...rule.tokens };
    }
  }
}

/** Themes as the style sheet builds them up, and the same for whoever asks for more contrast ("desk more"). */
export function readThemes(css: string): Readonly<Record<string, Tokens>> {
  const text = css.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const themes: Record<string, Tokens> = {};
  applyRules(text.replaceAll(media, ""), themes);
  for (const [, query = "", rules = ""] of text.matchAll(media)) {
    if (!query.includes("prefers-contrast: more")) continue;
    const more = Object.fromEntries(Object.entries(themes));
    applyRules(rules, more);
    for (const [name, tokens] of Object.entries(more)) themes[`${name} more`] = tokens;
  }
  return themes;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["ground", "header", "panel", "panel-2", "button", "hover"];

/** Ink → what it may stand on. */
const texts: Readonly<Record<string, readonly string[]>> = {
  ink: grounds,
  "ink-2": grounds,
  "ink-3": ["ground", "panel", "panel-2", "button"],
  "on-button-on": ["button-on"],
  "on-p1": ["p1"],
  "on-p2": ["p2"],
  "on-p4": ["p4"],
};

/** Marks of priority, focus, lines that carry a meaning; separating lines and hatches carry none alone. */
const graphics: Readonly<Record<string, readonly string[]>> = {
  p1: ["panel", "panel-2", "header", "map-land"],
  p2: ["panel", "panel-2", "header", "map-land"],
  // Its outline is what is seen.
  "outline-p3": ["panel", "panel-2", "header", "map-land"],
  p4: ["panel", "panel-2", "header", "map-land"],
  focus: ["ground", "header", "panel", "panel-2"],
  "map-dot": ["map-land"],
  "chart-line": ["panel"],
  "chart-limit": ["panel"],
};

interface Pair {
  readonly pair: string;
  readonly ratio: number;
}

function listPairs(table: Readonly<Record<string, readonly string[]>>): Pair[] {
  const pairs: Pair[] = [];
  for (const [theme, tokens] of Object.entries(readThemes(readFileSync(file, "utf8")))) {
    for (const [front, backs] of Object.entries(table)) {
      for (const back of backs) {
        const [a, b] = [tokens[front], tokens[back]];
        if (a === undefined || b === undefined) throw new Error(`tokens.css lacks --${front} or --${back}`);
        pairs.push({ pair: `${theme}: ${front} on ${back}`, ratio: Math.round(contrast(a, b) * 100) / 100 });
      }
    }
  }
  return pairs.toSorted((a, b) => a.ratio - b.ratio);
}

export function measureContrast(): Record<"F2" | "F3", Finding> {
  const of = (table: Readonly<Record<string, readonly string[]>>, what: string): Finding => {
    const pairs = listPairs(table);
    return {
      value: pairs[0]?.ratio ?? Number.NaN,
      how: `computed from the tokens of the style sheet, every theme as it is and with more contrast, ${pairs.length} pairs of ${what}; axe looks at the pairs on the screens beside it`,
      details: { least: pairs.slice(0, 5).map(({ pair, ratio }) => `${pair} ${ratio}`) },
    };
  };
  return { F2: of(texts, "text and ground"), F3: of(graphics, "mark or line and ground") };
}

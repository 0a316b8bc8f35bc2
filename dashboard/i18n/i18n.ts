// Which words are in force. Chinese unless the address or the person says otherwise.

import { createContext, useContext } from "react";
import { en } from "./en.ts";
import { zhCN, type Catalogue } from "./zh-CN.ts";

export const languages = ["zh-CN", "en"] as const;
export type Language = (typeof languages)[number];

export const catalogues: Readonly<Record<Language, Catalogue>> = { "zh-CN": zhCN, en };

export function isLanguage(text: string | null): text is Language {
  return text === "zh-CN" || text === "en";
}

export const WordsContext = createContext<Catalogue>(zhCN);

export function useWords(): Catalogue {
  return useContext(WordsContext);
}

/** The name in the language in force, e.g. of a city or a factor. */
export function pickName(words: Catalogue, names: { readonly nameZh: string; readonly nameEn: string }): string {
  return words.locale === "en" ? names.nameEn : names.nameZh;
}

/**
 * The words of one screen, fetched together with it and not with the page: `const useHistoryWords = createWords(historyZh,
 * historyEn)`. The Chinese file is the type; what English lacks does not compile.
 */
export function createWords<T>(zh: T, other: NoInfer<T>): () => T {
  return () => (useWords().locale === "en" ? other : zh);
}

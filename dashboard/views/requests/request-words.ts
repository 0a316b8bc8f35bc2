// The words of the requests, fetched together with their screen, and the name of a command in the language in force.

import { createWords } from "../../i18n/i18n.ts";
import { requestsEn } from "../../i18n/requests-en.ts";
import { requestsZh } from "../../i18n/requests-zh.ts";

export const useRequestWords = createWords(requestsZh, requestsEn);
export type RequestWords = typeof requestsZh;

/** `name`: what the api calls it. */
export function nameCommand(words: RequestWords, command: string, name: string | null): string {
  return words.commands[command] ?? name ?? command;
}

/** "COD / 24 个代码 i13001 测量量程": the words for the key of a setting or of an answer, else the key itself. */
export function nameSetting(words: RequestWords, key: string): string {
  const code = key.replace(/-Info$/, "");
  return words.settings[key] ?? words.information[code] ?? key;
}

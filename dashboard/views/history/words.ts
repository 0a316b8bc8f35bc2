// The words of the explorer, fetched together with it.

import { historyEn } from "../../i18n/history-en.ts";
import { historyZh } from "../../i18n/history-zh.ts";
import { createWords } from "../../i18n/i18n.ts";

export const useHistoryWords = createWords(historyZh, historyEn);

// The words of the overview, fetched together with it.

import { createWords } from "../../i18n/i18n.ts";
import { overviewEn } from "../../i18n/overview-en.ts";
import { overviewZh } from "../../i18n/overview-zh.ts";

export const useOverviewWords = createWords(overviewZh, overviewEn);

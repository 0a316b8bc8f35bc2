// The words of the month, fetched together with the page of a site.

import { createWords } from "../i18n/i18n.ts";
import { siteMonthEn } from "../i18n/site-month-en.ts";
import { siteMonthZh } from "../i18n/site-month-zh.ts";

export const useMonthWords = createWords(siteMonthZh, siteMonthEn);

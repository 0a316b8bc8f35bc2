// The words of acts on alarms, fetched with the console and not with the page.

import { alarmActsEn } from "../../i18n/alarm-acts-en.ts";
import { alarmActsZh } from "../../i18n/alarm-acts-zh.ts";
import { createWords } from "../../i18n/i18n.ts";

export const useActWords = createWords(alarmActsZh, alarmActsEn);

// The words that the screens of devices share, fetched together with them.

import { devicesEn } from "../../i18n/devices-en.ts";
import { devicesZh } from "../../i18n/devices-zh.ts";
import { createWords } from "../../i18n/i18n.ts";

export const useDeviceWords = createWords(devicesZh, devicesEn);

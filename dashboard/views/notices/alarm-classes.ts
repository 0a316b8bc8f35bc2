// Names of the classes of alarms, from the same table as the server's.

import table from "#domain/tables/alarm-classes.json" with { type: "json" };
import { pickName } from "../../i18n/i18n.ts";
import type { Catalogue } from "../../i18n/zh-CN.ts";

export const alarmClasses: readonly { readonly name: string; readonly nameZh: string; readonly nameEn: string }[] =
  table;

export function classNames(words: Catalogue, name: string): string {
  const found = alarmClasses.find((each) => each.name === name);
  return found === undefined ? name : pickName(words, found);
}

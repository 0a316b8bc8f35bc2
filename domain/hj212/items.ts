// Groups of a data area → records: one for each DataTime, with its items by code. `w01018-Avg` is the field Avg of the item
// w01018. The order of groups and pairs is free, and an item may come in several groups [HJ 212-2017 6.3.3]. A PolId holds
// for the information that follows it. Nothing is interpreted beyond the names.

import type { Group } from "./message.ts";
import type { Remark } from "./refusal.ts";

/** What follows the last hyphen of a key, as the standard spells it; others are kept as they were sent. */
const suffixes = [
  "Rtd",
  "Min",
  "Avg",
  "Max",
  "Cou",
  "ZsRtd",
  "ZsMin",
  "ZsAvg",
  "ZsMax",
  "ZsCou",
  "Flag",
  "EFlag",
  "SampleTime",
  "Data",
  "DayData",
  "NightData",
  "RS",
  "RT",
  "Info",
  "SN",
  "RetentionTime",
  "PeakArea",
  "PeakHeight",
  "CompleteTime",
  "SampleType",
  "SampleRd",
  "StandardValue",
  "ResultType",
  "Ala",
  "LowValue",
  "UpValue",
] as const;
export type Suffix = (typeof suffixes)[number];

/** Keys without a code, as the standard spells them; its examples have CTime too. */
const settings = [
  "SystemTime",
  "QnRtn",
  "ExeRtn",
  "RtdInterval",
  "MinInterval",
  "RestartTime",
  "PolId",
  "InfoId",
  "BeginTime",
  "EndTime",
  "OverTime",
  "ReCount",
  "VaseNo",
  "CstartTime",
  "Ctime",
  "Stime",
];

const bySmallName: ReadonlyMap<string, string> = new Map(
  [...suffixes, ...settings].map((name) => [name.toLowerCase(), name]),
);

export interface Item {
  /** The code as it was sent. */
  readonly code: string;
  /** The PolId that stands before it, "" when there is none. */
  readonly polId: string;
  /** Suffix → text. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface AreaRecord {
  /** DataTime as it was sent; null when the data area has none. */
  readonly dataTime: string | null;
  readonly items: readonly Item[];
  /** Keys without a hyphen: PolId, RestartTime, QnRtn … in the order they came. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface OpenRecord {
  dataTime: string | null;
  readonly items: Map<string, { code: string; polId: string; fields: Map<string, string> }>;
  readonly parameters: Map<string, string>;
}

/** What stands before the first DataTime belongs to it; every further DataTime begins a record of its own. */
export function readRecords(groups: readonly Group[], remarks: Remark[]): AreaRecord[] {
  let record: OpenRecord = { dataTime: null, items: new Map(), parameters: new Map() };
  const records = [record];
  let polId = "";
  for (const group of groups) {
    for (const { key, value } of group) {
      if (key.toLowerCase() === "datatime") {
        if (record.dataTime !== null && record.dataTime !== value) {
          record = { dataTime: null, items: new Map(), parameters: new Map() };
          records.push(record);
          polId = "";
        }
        record.dataTime = value;
        continue;
      }
      const { code, suffix } = splitKey(key);
      if (suffix === null) {
        const name = bySmallName.get(key.toLowerCase()) ?? key;
        if (name === "PolId") polId = value;
        if (!record.parameters.has(name)) record.parameters.set(name, value);
        continue;
      }
      const place = `${polId}\n${code}`;
      const item = record.items.get(place) ?? { code, polId, fields: new Map<string, string>() };
      record.items.set(place, item);
      const before = item.fields.get(suffix);
      if (before === undefined) item.fields.set(suffix, value);
      else if (before !== value) remarks.push({ name: "repeated-value", about: key.slice(0, 40) });
    }
  }
  return records.map(({ dataTime, items, parameters }) => ({ dataTime, items: [...items.values()], parameters }));
}

/** At the last hyphen: the project's own codes have one themselves. */
function splitKey(key: string): { readonly code: string; readonly suffix: string | null } {
  const hyphen = key.lastIndexOf("-");
  if (hyphen <= 0 || hyphen === key.length - 1) return { code: key, suffix: null };
  const suffix = key.slice(hyphen + 1).trim();
  return { code: key.slice(0, hyphen).trim(), suffix: bySmallName.get(suffix.toLowerCase()) ?? suffix };
}

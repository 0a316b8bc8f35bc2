// The words that the screens of devices share, in English.

import type { devicesZh } from "./devices-zh.ts";

export const devicesEn: typeof devicesZh = {
  group: "Devices",
  grid: {
    more: "Loading more…",
    sortBy: (column) => `Sort by ${column.toLowerCase()}`,
    unfold: "unfold",
    fold: "fold",
  },
  site: "Site",
  anySite: "Site id",
  close: "Close",
  cancel: "Cancel",
  reason: "Reason (needed, kept in the audit)",
  csv: "CSV",
  clear: "Clear the filter",
  listed: (n) => `${n} in all`,
  readOnly: "This account may only look",
  adminOnly: "Only an administrator may do this",
  busy: "Working…",
  none: "—",
  never: "never",
  protocols: { hj212: "HJ 212", mqtt: "MQTT" },
  kinds: { minute: "minute", hour: "hour", day: "day" },
  editions: { "2005": "HJ/T 212-2005", "2017": "HJ 212-2017", "2025": "HJ 212-2025" },
  print: "Print",
};

// The words of the month on the page of a site in English.

import type { siteMonthZh } from "./site-month-zh.ts";

export const siteMonthEn: typeof siteMonthZh = {
  title: (month) => `${month} by the hour`,
  label: (factor, month, exceeded, invalid, missing) =>
    `${factor}, ${month} by the hour: ${exceeded} hours over the limit, ${invalid} invalid, ${missing} missing. Arrow keys move, Enter shows that day in the chart.`,
  states: { ok: "within", exceeded: "over the limit", invalid: "invalid", missing: "missing", none: "not due" },
  count: (state, n) => `${state} ${n}`,
  previous: "Previous month",
  next: "Next month",
  table: "Table",
  judgedBy: (basis) => `Hourly means against the ${basis} limit`,
  forOrientation: "(there is no hourly limit: for orientation only)",
  noLimit: "No limit: data or none is all that is shown",
  noData: "no limit",
  share: "invalid = less than 75 % of the readings due are valid",
  hint: "A click on an hour shows its day in the chart",
  valid: (valid, count) => `valid ${valid}/${count}`,
  load: "Loading the hourly means of the month",
  columns: {
    day: "Day",
    ok: "Hours within",
    exceeded: "Hours over the limit",
    invalid: "Invalid hours",
    missing: "Missing hours",
  },
  openHistory: "Open in history",
  exportKey: "export CSV",
};

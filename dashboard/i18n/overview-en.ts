// The words that only the overview needs, in English.

import type { overviewZh } from "./overview-zh.ts";

export const overviewEn: typeof overviewZh = {
  layers: {
    label: "Layers",
    all: "All",
    names: {
      outfall: "Outfalls",
      steel: "Steel energy",
      air: "Air",
      water: "Water",
      radiation: "Radiation",
      noise: "Noise",
      building: "Buildings",
    },
    title: (name, n) => `${name}: ${n} ${n === 1 ? "site" : "sites"}`,
  },
  quiet: {
    province: "Nothing abnormal in the province",
    layers: "Nothing abnormal in the chosen layers",
    city: "Nothing abnormal in this city",
  },
  silent: {
    province: (n) => `No alarm in the province, but ${n} ${n === 1 ? "site has" : "sites have"} no new data`,
    layers: (n) => `No alarm in the chosen layers, but ${n} ${n === 1 ? "site has" : "sites have"} no new data`,
    city: (n) => `No alarm in this city, but ${n} ${n === 1 ? "site has" : "sites have"} no new data`,
  },
  lastChange: (at) => `Last change ${at}`,
  neverChanged: "There was never an alarm",
  toCityAlarms: (city) => `Once more: the alarms of ${city}`,
  zoomToCity: (city) => `Zoom to ${city}`,
  trend: {
    title: "Last 24 hours",
    label: (alarms, rate) =>
      `Last 24 hours: ${alarms} new ${alarms === 1 ? "alarm" : "alarms"}, ${rate} readings processed per second now`,
    alarms: "Alarms per hour",
    readings: "Readings/s",
    sum: (n) => `${n} in all`,
    now: (rate) => `${rate} now`,
    hour: (from, to) => `${from}–${to}`,
    first: (n) => `priority 1: ${n}`,
    table: "Table",
    columns: { hour: "Hour (UTC+8)", alarms: "New alarms", first: "Priority 1", readings: "Readings/s (mean)" },
    spark: (n) => `${n} new ${n === 1 ? "alarm" : "alarms"} in 24 hours`,
    sparkHead: "24 h",
    load: "Loading the last 24 hours",
    unwatched: "no record",
  },
};

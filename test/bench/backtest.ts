// `backtest`: one city, a month of minutes, one record that would wait longer and one with a number of its own: how long until it is
// said what they would have raised, over HTTP, on the real program with a filled DuckDB.

import { dayMs } from "#domain/time.ts";
import { windowNumber, windowStart } from "#domain/window.ts";
import { type Bench, round } from "./frame.ts";
import { fillMeans, siteId, valueAt } from "./history-fill.ts";
import { startHistorySystem } from "./history-system.ts";
import { readUsage } from "./processes.ts";
import { outfallFactors } from "./values.ts";

/** The outfalls of a large city. */
const sites = 110;
const end = windowStart("1d", windowNumber("1d", Date.UTC(2026, 5, 1)));
const limitsPerCall = 200;
const targetSeconds = 10;

const record = {
  nameZh: "实时值超限",
  nameEn: "realtime value beyond its limit",
  subject: "limit",
  basis: "realtime",
  class: "warning",
  levels: [
    { op: "beyond", at: 1, priority: 2 },
    { op: "beyond", at: 1.05, priority: 1 },
  ],
  action: "call the plant",
};

export const bench: Bench = {
  name: "backtest",
  about: "a month of minutes of a city under other records of alarms (--factors N, default 5; --days N, default 30)",
  async run({ report, say, args }) {
    const option = (name: string, usual: number): number => {
      const at = args.indexOf(name);
      return at < 0 ? usual : Number(args[at + 1]);
    };
    const factors = outfallFactors.slice(0, option("--factors", 5));
    const from = end - option("--days", 30) * dayMs;
    const running = await startHistorySystem("duckdb", sites, async (history) => {
      const begun = performance.now();
      const all = Array.from({ length: sites }, (_, i) => i);
      const means = await fillMeans(history, "1m", { sites: all, from, to: end, factors: factors.length });
      say(`filled ${means.toLocaleString("en-US")} minute means in ${round((performance.now() - begun) / 1000)} s`);
    });
    try {
      const { api } = running.system;
      const limits = Array.from({ length: sites }, (_, site) =>
        factors.map((factor, i) => {
          const max = Math.round(valueAt(site, i, from) * 120) / 100;
          return { site: siteId(site), factor, basis: "realtime", max, from: 0, reason: "bench" };
        }),
      ).flat();
      for (let at = 0; at < limits.length; at += limitsPerCall) {
        const put = await api.call("POST", "/api/v1/limits/import", { limits: limits.slice(at, at + limitsPerCall) });
        if (put.status > 299) throw new Error(`limits: ${put.text.slice(0, 300)}`);
      }
      for (const [what, changes] of [
        ["waits two minutes", { onDelayMs: 120_000, offDelayMs: 120_000 }],
        ["deadband of 5 %", { deadband: { kind: "percent", value: 5 } }],
      ] as const) {
        const definitions = [{ ...record, ...changes, id: "limit-realtime" }];
        const { pid } = running.system.program;
        const cpuBefore = readUsage(pid).cpuSeconds;
        const begun = performance.now();
        const response = await fetch(`http://${api.address}/api/v1/alarm-definitions/backtest`, {
          method: "POST",
          headers: { authorization: `Bearer ${api.token}`, "content-type": "application/json" },
          body: JSON.stringify({ definitions, city: "130200", from, to: end }),
        });
        const answer = (await response.json()) as {
          readonly samples: number;
          readonly series: number;
          readonly before: { readonly raises: number };
          readonly after: { readonly raises: number };
        };
        if (!response.ok) throw new Error(`backtest: ${JSON.stringify(answer).slice(0, 300)}`);
        const seconds = (performance.now() - begun) / 1000;
        const { samples, series, before, after } = answer;
        const raises = { before: before.raises, after: after.raises };
        const samplesPerSecond = Math.round(samples / seconds);
        const pass = seconds <= targetSeconds;
        const cost = { cpuSeconds: round(readUsage(pid).cpuSeconds - cpuBefore), rssMiB: round(readUsage(pid).rssMiB) };
        const took = { seconds: round(seconds), samplesPerSecond, targetSeconds, pass };
        report({ what, sites, series, samples, ...raises, ...cost, ...took });
      }
    } finally {
      await running.close();
    }
  },
};

// What a reading costs: processor time per million readings at rising rates with the same sites, and at the same rate with a
// rising number of series. A figure that grows with either would be a cliff in the making.

import { parseArgs } from "node:util";
import { readingsPerMessage } from "./account.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { formatMeasured, measure } from "./measure.ts";
import { startBenchSystem, type Store } from "./system.ts";

const rates = [1_000, 10_000, 100_000];
const sitesOfRates = 50;
const seriesCounts = [1_000, 10_000, 100_000];
/** High enough that the seconds themselves, which cost something without any reading, do not hide the readings. */
const rateOfSeries = 50_000;

/** The processor time of a second in which nothing is sent. */
async function measureIdle(store: Store, seconds: number): Promise<number> {
  const system = await startBenchSystem(store);
  try {
    await system.register(sitesOfRates);
    await new Promise((done) => setTimeout(done, 2_000));
    const before = system.usage();
    await new Promise((done) => setTimeout(done, seconds * 1000));
    return (system.usage().cpuSeconds - before.cpuSeconds) / seconds;
  } finally {
    await system.close();
  }
}

export const bench: Bench = {
  name: "cost",
  about: "CPU-seconds per million readings, by readings/s and by number of series (--influx, --rates, --series)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        influx: { type: "boolean", default: false },
        rates: { type: "string", default: rates.join(",") },
        series: { type: "string", default: seriesCounts.join(",") },
      },
    });
    const list = (name: string, text: string): number[] =>
      text
        .split(",")
        .filter((part) => part !== "")
        .map((part) => parseCount(name, part, 1_000_000));
    const store = values.influx ? "influxdb" : "duckdb";
    const duration = seconds ?? 10;
    const idle = await measureIdle(store, Math.min(5, duration));
    report({ store, table: "idle", cpuSecondsPerSecond: round(idle) });
    const rows = [
      ...list("--rates", values.rates).map((rate) => ({ table: "rate", rate, sites: sitesOfRates })),
      ...list("--series", values.series).map((series) => ({
        table: "series",
        rate: rateOfSeries,
        sites: Math.ceil(series / readingsPerMessage),
      })),
    ];
    for (const { table, rate, sites } of rows) {
      const series = sites * readingsPerMessage;
      say(`${rate} readings per second, ${series} series`);
      const shape = { store, connections: sites, inFlight: 32, limits: ["realtime"] } as const;
      const measured = await measure({ ...shape, seconds: duration, rate: rate / readingsPerMessage });
      report({
        store,
        table,
        offeredPerSecond: rate,
        series,
        connections: sites,
        inFlight: 32,
        qos: 1,
        readingsPerMessage,
        idleCpuSecondsPerSecond: round(idle),
        ...formatMeasured(measured),
      });
    }
  },
};

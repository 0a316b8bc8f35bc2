// The whole way of a reading under load: MQTT with QoS 1, journal with a sync before every acknowledgement, decoding, means,
// limits, both stores, one screen that follows. As fast as it goes, and at half of that; on DuckDB and on InfluxDB.

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readingsPerMessage } from "./account.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { formatInfluxLimit, measureInfluxLimit } from "./influx-limit.ts";
import { formatMeasured, measure } from "./measure.ts";
import { type Store, stores } from "./system.ts";

interface Options {
  readonly stores: readonly Store[];
  readonly connections: number;
  readonly inFlight: number;
  /** Neither half load nor InfluxDB's own limit. */
  readonly maxOnly: boolean;
  /** Where the program's threads leave their profiles at the end; null = they make none. */
  readonly profile: string | null;
}

function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      duckdb: { type: "boolean", default: false },
      influx: { type: "boolean", default: false },
      connections: { type: "string", default: "50" },
      "in-flight": { type: "string", default: "32" },
      profile: { type: "string" },
      "max-only": { type: "boolean", default: false },
    },
  });
  const wanted = stores.filter((store) => (store === "duckdb" ? values.duckdb : values.influx));
  return {
    stores: wanted.length > 0 ? wanted : stores,
    connections: parseCount("--connections", values.connections),
    inFlight: parseCount("--in-flight", values["in-flight"]),
    maxOnly: values["max-only"],
    profile: values.profile === undefined ? null : resolve(values.profile),
  };
}

export const bench: Bench = {
  name: "pipeline",
  about:
    "everything on, QoS 1, 50 connections (--duckdb | --influx, --connections N, --in-flight N, --max-only, --profile DIR)",
  async run({ args, seconds, report, say }: BenchContext) {
    const options = parseOptions(args);
    const { connections, inFlight } = options;
    const duration = seconds ?? 20;
    const shape = { connections, inFlight, qos: 1, readingsPerMessage };
    for (const store of options.stores) {
      say(`${store}: as fast as it is acknowledged, ${connections} connections, ${inFlight} in flight on each`);
      const env =
        options.profile === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(options.profile, store)}` };
      const most = await measure({ store, connections, inFlight, seconds: duration, rate: null, env });
      if (most.throttled > 0) {
        say(`${most.throttled} frames waited for the rate of their device: more --connections may carry more`);
      }
      const line = { store, load: "max", ...shape, ...formatMeasured(most) };
      if (store === "influxdb" && !options.maxOnly) {
        say("InfluxDB alone, the same points in bulk");
        const limit = await measureInfluxLimit(duration, say, connections);
        report({ ...line, ratioToInfluxLimit: round(most.readingsPerSecond / limit.valuesPerSecond) });
        report({ part: "influx-limit", ...formatInfluxLimit(limit, connections) });
      } else report(line);
      if (options.maxOnly) continue;
      const rate = Math.max(1, Math.round(most.readingsPerSecond / readingsPerMessage / 2));
      say(`${store}: at half of that, ${rate} messages per second`);
      const half = await measure({ store, connections, inFlight, seconds: Math.min(10, duration), rate });
      report({ store, load: "half", messagesPerSecond: rate, ...shape, ...formatMeasured(half) });
    }
  },
};

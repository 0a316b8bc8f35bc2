// From the send of a reading beyond its limit to the raised alarm on /live, while the system carries 10 %, 50 % and 90 % of what it
// can, measured first.

import { parseArgs } from "node:util";
import { createAlarmProbe } from "./alarm-probe.ts";
import { readingsPerMessage } from "./account.ts";
import { type Bench, type BenchContext, parseCount, round, UsageError } from "./frame.ts";
import { formatMeasured, measure } from "./measure.ts";

const shares = [0.1, 0.5, 0.9];

export const bench: Bench = {
  name: "alarm-latency",
  about: "publish to alarm on /live at 10, 50, 90 % of the maximum (--influx, --max READINGS/S, --connections N)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        influx: { type: "boolean", default: false },
        max: { type: "string" },
        connections: { type: "string", default: "50" },
        "in-flight": { type: "string", default: "32" },
      },
    });
    const store = values.influx ? "influxdb" : "duckdb";
    const connections = parseCount("--connections", values.connections);
    const inFlight = parseCount("--in-flight", values["in-flight"]);
    const shape = { store, connections, inFlight } as const;
    let most = values.max === undefined ? null : Number(values.max);
    if (most !== null && !(most >= 100)) throw new UsageError(`--max ${values.max}: readings per second, at least 100`);
    if (most === null) {
      say("the maximum first");
      most = (await measure({ ...shape, seconds: seconds ?? 10, rate: null })).readingsPerSecond;
    }
    for (const share of shares) {
      const rate = Math.max(1, Math.round((most * share) / readingsPerMessage));
      say(`at ${share * 100} % of ${round(most)} readings per second: ${rate} messages per second`);
      const probe = createAlarmProbe();
      const measured = await measure({ ...shape, seconds: seconds ?? 10, rate, probe });
      const times = probe.times();
      report({
        store,
        load: share,
        maxReadingsPerSecond: round(most),
        messagesPerSecond: rate,
        alarmP50Ms: round(times.p50),
        alarmP90Ms: round(times.p90),
        alarmP99Ms: round(times.p99),
        alarmMaxMs: round(times.max),
        samples: times.samples,
        missing: times.missing,
        connections,
        inFlight,
        qos: 1,
        readingsPerMessage,
        ...formatMeasured(measured),
      });
    }
  },
};

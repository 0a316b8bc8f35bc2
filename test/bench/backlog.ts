// A province comes back after a day without a line: 24 hours of frames, one per minute of each of 1,211 outfalls, are sent as fast
// as they are acknowledged, while every outfall goes on with the present and a dozen others raise alarms.

import { parseArgs } from "node:util";
import { formAccount, readingsPerMessage } from "./account.ts";
import { type AlarmTimes, createAlarmProbe } from "./alarm-probe.ts";
import { type Bench, type BenchContext, fsyncMode, parseCount, round, UsageError } from "./frame.ts";
import { startLoad } from "./load.ts";
import { loadShape } from "./measure.ts";
import { watchMemory } from "./processes.ts";
import { openSubscriber } from "./subscriber.ts";
import { startBenchSystem, type Store } from "./system.ts";

const outfalls = 1_211;
const minutesOfDay = 1_440;
const minuteMs = 60_000;
/** Each outfall's present: one message in so many seconds. */
const presentEverySeconds = 15;
const quietSeconds = 5;

interface Options {
  readonly store: Store;
  readonly sites: number;
  readonly minutes: number;
  readonly inFlight: number;
}

function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      influx: { type: "boolean", default: false },
      scale: { type: "string", default: "1" },
      sites: { type: "string", default: String(outfalls) },
      "in-flight": { type: "string", default: "8" },
    },
  });
  const scale = Number(values.scale);
  if (!(scale > 0 && scale <= 1)) throw new UsageError(`--scale ${values.scale}: above 0, at most 1`);
  return {
    store: values.influx ? "influxdb" : "duckdb",
    sites: parseCount("--sites", values.sites),
    minutes: Math.max(1, Math.round(minutesOfDay * scale)),
    inFlight: parseCount("--in-flight", values["in-flight"]),
  };
}

function formatAlarms(name: string, times: AlarmTimes): Record<string, unknown> {
  return {
    [`${name}P50Ms`]: round(times.p50),
    [`${name}P99Ms`]: round(times.p99),
    [`${name}MaxMs`]: round(times.max),
    [`${name}Samples`]: times.samples,
    [`${name}Missing`]: times.missing,
  };
}

export const bench: Bench = {
  name: "backlog",
  about: "24 h of 1,211 outfalls at once while the present continues (--influx, --scale 0.1, --sites N, --in-flight N)",
  async run({ args, report, say }: BenchContext) {
    const { store, sites, minutes, inFlight } = parseOptions(args);
    const system = await startBenchSystem(store);
    try {
      say(`${sites} outfalls are registered`);
      const clients = await system.register(sites, { limits: ["realtime", "hour", "day"] });
      const probe = createAlarmProbe();
      await probe.prepare(system);
      const subscriber = await openSubscriber(system.http, system.api.token, (alarm, at) => probe.onAlarm(alarm, at));
      const shape = loadShape(system, clients, inFlight);
      const present = await startLoad({ ...shape, seconds: 3_600, messagesPerSecond: sites / presentEverySeconds });
      present.begin();
      say(`the present alone, for ${quietSeconds} s`);
      probe.begin();
      await new Promise((done) => setTimeout(done, quietSeconds * 1000));
      await probe.end();
      const quiet = probe.times();

      const fromMs = Math.floor(Date.now() / minuteMs) * minuteMs - minutes * minuteMs;
      const past = await startLoad({
        ...shape,
        messages: sites * minutes,
        messagesPerSecond: null,
        times: { fromMs, stepMs: minuteMs },
        drainSeconds: 600,
      });
      const before = { usage: system.usage(), throttled: await system.throttled() };
      const memory = watchMemory(system.pid);
      say(`${sites * minutes} messages of the past ${minutes} minutes, at once`);
      probe.begin();
      past.begin();
      const load = await past.result;
      say(`acknowledged after ${round(load.seconds)} s; waiting for the store`);
      const storedAt = await system.settled(load.last, 900_000);
      await probe.end();
      const busy = probe.times();
      present.end();
      const now = await present.result;
      await system.settled([...now.last, ...probe.last()]);
      const [usage, most] = [system.usage(), memory.stop()];
      const throttled = (await system.throttled()) - before.throttled;
      subscriber.close();
      const ledger = await system.ledger();
      const stopped = await system.stopAndCount();
      const account = formAccount([load, now], probe.acked, ledger, stopped.found);
      const seconds = Math.max(load.seconds, (storedAt - load.startedAt) / 1000);
      const cpuSeconds = usage.cpuSeconds - before.usage.cpuSeconds;
      report({
        store,
        sites,
        minutes,
        messages: load.acked,
        readingsPerSecond: round(load.readings / seconds),
        ackedPerSecond: round(load.readings / load.seconds),
        ...account,
        seconds: round(load.seconds),
        storedAfterSeconds: round(seconds),
        ackP50Ms: round(load.ackMs.p50),
        ackP99Ms: round(load.ackMs.p99),
        presentAckP50Ms: round(now.ackMs.p50),
        presentAckP99Ms: round(now.ackMs.p99),
        presentMessages: now.acked,
        ...formatAlarms("quietAlarm", quiet),
        ...formatAlarms("alarm", busy),
        cpuSeconds: round(cpuSeconds),
        cpuSecondsPerMillionReadings: round((cpuSeconds * 1e6) / load.readings),
        rssMiB: round(most.rssMiB),
        influxdRssMiB: round(most.influxdRssMiB),
        throttledFrames: throttled,
        stopSeconds: round(stopped.stopSeconds),
        exitCode: stopped.exitCode,
        liveClosed: subscriber.closed,
        liveMerged: subscriber.merged,
        inFlight,
        qos: 1,
        readingsPerMessage,
        fsync: fsyncMode,
      });
    } finally {
      await system.close();
    }
  },
};

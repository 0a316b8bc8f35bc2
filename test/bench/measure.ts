// One load on one fresh system, everything on, and what became of it: acknowledgements, the time until the store had all of
// it, cost, and the account of every reading. What the benchmarks of the data path share.

import { type Account, formAccount, readingsPerMessage } from "./account.ts";
import { fsyncMode, round } from "./frame.ts";
import type { AlarmProbe } from "./alarm-probe.ts";
import { type LoadClient, type LoadResult, runLoad } from "./load.ts";
import { watchMemory } from "./processes.ts";
import { openSubscriber, type Subscriber } from "./subscriber.ts";
import { type BenchSystem, type RegisterOptions, startBenchSystem, type Stopped, type Store } from "./system.ts";
import { outfallFactors } from "./values.ts";

/** At least one of every site; enough for the compiler of hot functions and for the first files of the stores. */
const warmUpMessages = 10_000;

export interface MeasureOptions {
  readonly store: Store;
  readonly connections: number;
  readonly inFlight: number;
  readonly seconds: number;
  /** Messages per second; null = as fast as they are acknowledged. */
  readonly rate: number | null;
  readonly limits?: RegisterOptions["limits"];
  /** Settings of the program. */
  readonly env?: Readonly<Record<string, string>>;
  /** Raises alarms beside the load. */
  readonly probe?: AlarmProbe;
}

export interface Measured {
  readonly load: LoadResult;
  /** What was stored, over the time from the first send until the store had everything. */
  readonly readingsPerSecond: number;
  /** What was acknowledged, over the time until the last acknowledgement. */
  readonly ackedPerSecond: number;
  /** From the last acknowledgement until the store had everything. */
  readonly settleSeconds: number;
  readonly cpuSeconds: number;
  readonly influxdCpuSeconds: number;
  /** Of this process: the screen, and the asking whether everything is stored. */
  readonly observerCpuSeconds: number;
  /** The most while it ran. */
  readonly rssMiB: number;
  readonly influxdRssMiB: number;
  readonly throttled: number;
  readonly live: Pick<Subscriber, "deltas" | "readings" | "merged">;
  readonly account: Account;
  readonly stopped: Stopped;
}

export async function measure(options: MeasureOptions): Promise<Measured> {
  const { store, connections, inFlight, seconds, rate } = options;
  const system = await startBenchSystem(store, options.env === undefined ? {} : { env: options.env });
  try {
    const clients = await system.register(connections, {
      limits: options.limits ?? ["realtime", "hour", "day"],
    });
    const { probe } = options;
    await probe?.prepare(system);
    const subscriber = await openSubscriber(system.http, system.api.token, (alarm, at) => probe?.onAlarm(alarm, at));
    const shape = loadShape(system, clients, inFlight);
    const warm = await runLoad({ ...shape, messages: Math.max(warmUpMessages, connections) });
    await system.settled(warm.last);

    const before = { usage: system.usage(), throttled: await system.throttled() };
    const live = { deltas: subscriber.deltas, readings: subscriber.readings, merged: subscriber.merged };
    const ownBefore = process.cpuUsage();
    const memory = watchMemory(system.pid);
    probe?.begin();
    const load = await runLoad({ ...shape, seconds, messagesPerSecond: rate });
    await probe?.end();
    const storedAt = await system.settled(load.last);
    const usage = system.usage();
    await system.settled(probe?.last() ?? []);
    const own = process.cpuUsage(ownBefore);
    const most = memory.stop();
    const throttled = (await system.throttled()) - before.throttled;
    subscriber.close();
    const ledger = await system.ledger();
    const stopped = await system.stopAndCount();
    const wholeSeconds = Math.max(load.seconds, (storedAt - load.startedAt) / 1000);
    return {
      load,
      readingsPerSecond: load.readings / wholeSeconds,
      ackedPerSecond: load.readings / load.seconds,
      settleSeconds: wholeSeconds - load.seconds,
      cpuSeconds: usage.cpuSeconds - before.usage.cpuSeconds,
      influxdCpuSeconds: usage.influxdCpuSeconds - before.usage.influxdCpuSeconds,
      observerCpuSeconds: (own.user + own.system) / 1e6,
      ...most,
      throttled,
      live: {
        deltas: subscriber.deltas - live.deltas,
        readings: subscriber.readings - live.readings,
        merged: subscriber.merged - live.merged,
      },
      stopped,
      account: formAccount([warm, load], probe?.acked ?? 0, ledger, stopped.found),
    };
  } finally {
    await system.close();
  }
}

export function loadShape(system: BenchSystem, clients: readonly LoadClient[], inFlight: number) {
  return {
    port: system.mqttPort,
    clients,
    topic: (site: string) => `v1/${site}/readings`,
    factors: outfallFactors,
    readingsPerMessage,
    inFlight,
    qos: 1,
  } as const;
}

export function formatMeasured(measured: Measured): Record<string, unknown> {
  const { load, account } = measured;
  const millions = load.readings / 1e6;
  return {
    readingsPerSecond: round(measured.readingsPerSecond),
    ackedPerSecond: round(measured.ackedPerSecond),
    ackP50Ms: round(load.ackMs.p50),
    ackP90Ms: round(load.ackMs.p90),
    ackP99Ms: round(load.ackMs.p99),
    ackMaxMs: round(load.ackMs.max),
    lost: account.lost,
    acked: account.acked,
    unacked: account.unacked,
    stored: account.stored,
    duplicate: account.duplicate,
    quarantined: account.quarantined,
    found: account.found,
    messages: load.acked,
    seconds: round(load.seconds),
    settleSeconds: round(measured.settleSeconds),
    cpuSeconds: round(measured.cpuSeconds),
    cpuSecondsPerMillionReadings: round(measured.cpuSeconds / millions),
    influxdCpuSeconds: round(measured.influxdCpuSeconds),
    generatorCpuSeconds: round(load.cpuSeconds),
    observerCpuSeconds: round(measured.observerCpuSeconds),
    rssMiB: round(measured.rssMiB),
    influxdRssMiB: round(measured.influxdRssMiB),
    generatorLagP99Ms: round(load.lagMs.p99),
    unsent: load.unsent,
    closedConnections: load.closed,
    throttledFrames: measured.throttled,
    stopSeconds: round(measured.stopped.stopSeconds),
    exitCode: measured.stopped.exitCode,
    liveDeltas: measured.live.deltas,
    liveReadings: measured.live.readings,
    liveMerged: measured.live.merged,
    fsync: fsyncMode,
  };
}

// Mosquitto + Node-RED + InfluxDB under the load of `pipeline`, and then Plumeline under the same load on the same machine.
// Mosquitto acknowledges what Node-RED has not seen yet, so what counts is what InfluxDB has and when it had it. The peers
// are asked twice, as fast as they acknowledge and for the rate they can follow; the ratio is taken to the better answer.

import { parseArgs } from "node:util";
import { type Bench, type BenchContext, parseCount, round } from "../frame.ts";
import { formatMeasured, measure } from "../measure.ts";
import { stores } from "../system.ts";
import { searchSustainedRate } from "./search.ts";
import { type PeerStack, readingsPerMessage, startPeerStack, type Trial } from "./stack.ts";

const peer = "mosquitto+node-red+influxdb";
const secondsByDefault = 8;
const warmUpSeconds = 1.5;
/** A lag of two seconds at the end of eight is a rate it cannot follow; of less time the same share. */
const lagSecondsMax = 2;
const lagShareMax = 1 / 4;
/** So much less than what was asked for still is the rate that was asked for. */
const sentShareMin = 0.98;

interface Shape {
  readonly sites: number;
  readonly inFlight: number;
  readonly seconds: number;
}

function parseOptions({ args, seconds }: BenchContext): Shape & { readonly peerOnly: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connections: { type: "string", default: "50" },
      "in-flight": { type: "string", default: "32" },
      "peer-only": { type: "boolean", default: false },
    },
  });
  return {
    sites: parseCount("--connections", values.connections),
    inFlight: parseCount("--in-flight", values["in-flight"]),
    seconds: seconds ?? secondsByDefault,
    peerOnly: values["peer-only"],
  };
}

export const bench: Bench = {
  name: "peers",
  about:
    "Mosquitto + Node-RED + InfluxDB with the load of pipeline, then ours (--connections N, --in-flight N, --peer-only)",
  async run(context: BenchContext) {
    const { peerOnly, ...shape } = parseOptions(context);
    const { line, best } = await measurePeers(context, shape);
    context.report(line);
    if (peerOnly) return;
    for (const store of stores) {
      context.say(`plumeline on ${store}: as fast as it acknowledges`);
      const { sites: connections, inFlight, seconds } = shape;
      const ours = await measure({ store, connections, inFlight, seconds, rate: null });
      const ratioToNodeRed = round(ours.readingsPerSecond / best);
      context.report({
        part: "plumeline",
        store,
        durable: true,
        ratioToNodeRed,
        ...describe(shape),
        ...formatMeasured(ours),
      });
    }
  },
};

async function measurePeers(
  { report, say }: BenchContext,
  shape: Shape,
): Promise<{ readonly line: Record<string, unknown>; readonly best: number }> {
  const stack = await startPeerStack(say);
  try {
    await stack.measure({ ...shape, seconds: warmUpSeconds, messagesPerSecond: null });
    say(`as fast as mosquitto acknowledges, for ${shape.seconds} s`);
    const flood = await stack.measure({ ...shape, messagesPerSecond: null });
    const trials = [flood];
    const readingsPerSecond = flood.stored / flood.seconds;
    const found = await searchSustainedRate(readingsPerSecond / readingsPerMessage, async (rate) => {
      say(`at ${Math.round(rate * readingsPerMessage)} readings per second`);
      const trial = await stack.measure({ ...shape, messagesPerSecond: rate });
      trials.push(trial);
      const sustained = isSustained(trial, rate, shape.seconds);
      report({
        part: "trial",
        peer,
        offeredPerSecond: round(rate * readingsPerMessage),
        sustained,
        ...formatTrial(trial),
      });
      return { sustained, trial };
    });
    const sustained = found === null ? 0 : found.load.readings / found.load.seconds;
    const line = {
      peer,
      ...formatTrial(flood),
      // Of all trials: a rate that lost was not sustained, but it lost.
      lost: trials.reduce((sum, trial) => sum + trial.lost, 0),
      sustainedReadingsPerSecond: round(sustained),
      sustainedAckP50Ms: found === null ? null : round(found.load.ackMs.p50),
      sustainedAckP99Ms: found === null ? null : round(found.load.ackMs.p99),
      sustainedCpuSecondsPerMillionReadings: found === null ? null : costOf(found),
      durable: false,
      fsync: "none: acknowledged before anything is on disk",
      ...describe(shape),
      says: tell(flood, stack),
      versions: stack.versions,
    };
    return { line, best: Math.max(readingsPerSecond, sustained) };
  } finally {
    await stack.stop();
  }
}

function isSustained(trial: Trial, rate: number, seconds: number): boolean {
  const sentInFull = trial.load.acked / trial.load.seconds >= sentShareMin * rate;
  const lagMax = Math.min(lagSecondsMax, lagShareMax * seconds);
  return sentInFull && trial.lost === 0 && trial.deferredSeconds < lagMax;
}

function formatTrial(trial: Trial): Record<string, unknown> {
  const { load } = trial;
  return {
    readingsPerSecond: round(trial.stored / trial.seconds),
    ackedPerSecond: round(load.readings / load.seconds),
    ackP50Ms: round(load.ackMs.p50),
    ackP99Ms: round(load.ackMs.p99),
    lost: trial.lost,
    deferredSeconds: round(trial.deferredSeconds),
    acked: load.readings,
    unacked: (load.sent - load.acked) * readingsPerMessage,
    stored: trial.stored,
    seconds: round(trial.seconds),
    cpuSeconds: round(trial.cpuSeconds),
    cpuSecondsPerMillionReadings: costOf(trial),
    generatorCpuSeconds: round(load.cpuSeconds),
    rssMiB: round(trial.rssMiB),
  };
}

function costOf(trial: Trial): number {
  return round(trial.cpuSeconds / (trial.stored / 1e6));
}

/** What became of the flood, in words: a stack that acknowledges more than it does must not look fast. */
function tell(flood: Trial, stack: PeerStack): string {
  const words = [
    flood.lost === 0 ? "lost nothing" : `LOST ${flood.lost} acknowledged readings`,
    flood.deferredSeconds < 1
      ? "kept up with what it acknowledged"
      : `DEFERRED: the last reading was stored ${flood.deferredSeconds.toFixed(1)} s after its acknowledgement`,
    "acknowledged before anything was on disk",
    ...stack.complaints().slice(0, 3),
  ];
  return words.join("; ");
}

function describe({ sites, inFlight }: Shape): Record<string, unknown> {
  return { connections: sites, inFlight, qos: 1, readingsPerMessage };
}

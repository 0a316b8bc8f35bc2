// One flow of the peers under load, and what became of it, in figures and words. Mosquitto acknowledges what Node-RED has not
// seen yet, so what counts is what InfluxDB has and when it had it. The flow is asked twice: as fast as Mosquitto acknowledges,
// and for the rate that it can follow.

import { type BenchContext, round } from "../frame.ts";
import { doesNot, type FlowName, tellWhatItDoes } from "./flow.ts";
import { searchSustainedRate } from "./search.ts";
import { type PeerStack, readingsPerMessage, startPeerStack, type Trial } from "./stack.ts";

const peer = "mosquitto+node-red+influxdb";
const warmUpSeconds = 1;
/** The rate of the flood is near the answer: from there four trials close in on it. */
const trialsMax = 4;
/** Of the time that was asked for: what waits when a load ends takes several times as long, and is measured too. */
const loadShare = 5 / 8;
/** A lag of two seconds at the end of eight is a rate it cannot follow; of less time the same share. Generous to the peers. */
const lagSecondsMax = 2;
const lagShareMax = 1 / 4;
/** So much less than what was asked for still is the rate that was asked for. */
const sentShareMin = 0.98;

export interface Shape {
  readonly sites: number;
  readonly inFlight: number;
  readonly seconds: number;
}

/** Reports the trials and then the line of the flow; the better of its two figures, readings per second, is the answer. */
export async function measureFlow(
  flow: FlowName,
  asked: Shape,
  about: Readonly<Record<string, unknown>>,
  { report, say }: Pick<BenchContext, "report" | "say">,
): Promise<number> {
  const seconds = asked.seconds * loadShare;
  const shape = { ...asked, seconds };
  const stack = await startPeerStack(flow, say);
  try {
    const warm = await stack.measure({ ...shape, seconds: warmUpSeconds, messagesPerSecond: null });
    if (warm.lost > 0) say(`${flow} flow: ${warm.lost} readings LOST while it warmed up`);
    say(`${flow} flow: as fast as mosquitto acknowledges, for ${seconds} s`);
    const flood = await stack.measure({ ...shape, messagesPerSecond: null });
    const trials = [warm, flood];
    const readingsPerSecond = flood.stored / flood.seconds;
    const search = await searchSustainedRate(readingsPerSecond / readingsPerMessage, trialsMax, async (rate) => {
      say(`${flow} flow: at ${Math.round(rate * readingsPerMessage)} readings per second`);
      const trial = await stack.measure({ ...shape, messagesPerSecond: rate });
      trials.push(trial);
      const sustained = isSustained(trial, rate, seconds);
      const offeredPerSecond = round(rate * readingsPerMessage);
      report({ part: "trial", peer, flow, offeredPerSecond, sustained, ...formatTrial(trial) });
      return { sustained, trial };
    });
    const { held } = search;
    const sustained = held === null ? 0 : held.load.readings / held.load.seconds;
    report({
      peer,
      flow,
      does: tellWhatItDoes(flow),
      doesNot,
      says: tell(flood, stack),
      ...formatTrial(flood),
      // Of all trials and the warm-up: a rate that lost was not sustained, but it lost.
      lost: trials.reduce((sum, trial) => sum + trial.lost, 0),
      sustainedReadingsPerSecond: round(sustained),
      tooHighReadingsPerSecond: search.tooHigh === null ? null : round(search.tooHigh * readingsPerMessage),
      sustainedAckP50Ms: held === null ? null : round(held.load.ackMs.p50),
      sustainedAckP99Ms: held === null ? null : round(held.load.ackMs.p99),
      sustainedCpuSecondsPerMillionReadings: held === null ? null : perMillion(held.cpuSeconds, held),
      sustainedNodeRedCpuSecondsPerMillionReadings: held === null ? null : perMillion(held.nodeRedCpuSeconds, held),
      durable: false,
      fsync: "none: acknowledged before anything is on disk",
      ...about,
      versions: stack.versions,
    });
    return Math.max(readingsPerSecond, sustained);
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
    cpuSecondsPerMillionReadings: perMillion(trial.cpuSeconds, trial),
    nodeRedCpuSecondsPerMillionReadings: perMillion(trial.nodeRedCpuSeconds, trial),
    generatorCpuSeconds: round(load.cpuSeconds),
    rssMiB: round(trial.rssMiB),
  };
}

function perMillion(cpuSeconds: number, { stored }: Trial): number {
  return round(cpuSeconds / (stored / 1e6));
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

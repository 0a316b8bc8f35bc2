// The whole register: every pollution source of a province with ten factors, all registered and each with values in ingest's
// memory. How long that takes, what it weighs, and how fast readings still go, beside the outfalls that are monitored on line.

import { parseArgs } from "node:util";
import { formAccount, readingsPerMessage } from "./account.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { measureInfluxLimit } from "./influx-limit.ts";
import { type LoadClient, type LoadResult, runLoad } from "./load.ts";
import { watchMemory } from "./processes.ts";
import { startBenchSystem, type Store, stores } from "./system.ts";
import { outfallFactors } from "./values.ts";

const sitesOnLine = 1_211;
const sitesMax = 1_000_000;
/** Connections at one time while every site sends its first values. */
const connectionsPerRound = 10_000;
/** Both registers are loaded in the same way: so many connections at a time, each time of other sites if there are others. */
const connections = sitesOnLine;
const inFlight = 4;
const rounds = 5;
const warmUpSeconds = 2;

interface Measured {
  readonly line: Readonly<Record<string, unknown>>;
  readonly readingsPerSecond: number;
}

/** So many of them, evenly spread over the whole list; other ones in every round. */
function spread<T>(all: readonly T[], count: number, round: number): T[] {
  const step = all.length / count;
  const shift = Math.floor((round * step) / rounds);
  return Array.from({ length: count }, (_, i) => all[Math.floor(i * step) + shift]).filter(
    (each) => each !== undefined,
  );
}

async function measureSites(
  store: Store,
  sites: number,
  seconds: number,
  say: (text: string) => void,
): Promise<Measured> {
  const system = await startBenchSystem(store);
  const own = ({ rssMiB, influxdRssMiB }: { rssMiB: number; influxdRssMiB: number }): number => rssMiB - influxdRssMiB;
  try {
    const shape = {
      port: system.mqttPort,
      topic: (site: string) => `v1/${site}/readings`,
      factors: outfallFactors,
      readingsPerMessage,
      qos: 1,
    } as const;
    say(`${store}: ${sites} sites are registered`);
    const registeringAt = performance.now();
    const clients = await system.register(sites);
    const registerSeconds = (performance.now() - registeringAt) / 1000;
    const registered = own(system.usage());

    say(`${store}: every site sends its first values`);
    const loads: LoadResult[] = [];
    const feedingAt = performance.now();
    for (let from = 0; from < sites; from += connectionsPerRound) {
      const part = clients.slice(from, from + connectionsPerRound);
      loads.push(await runLoad({ ...shape, clients: part, messages: part.length, inFlight: 1 }));
    }
    const feedSeconds = (performance.now() - feedingAt) / 1000;
    await system.settled(loads.at(-1)?.last ?? []);
    const fed = own(system.usage());

    say(`${store}: as fast as it is acknowledged, ${connections} connections, ${rounds} times of other sites`);
    const fast = { ...shape, inFlight };
    const warm = await runLoad({ ...fast, clients: spread(clients, connections, 0), seconds: warmUpSeconds });
    await system.settled(warm.last);
    loads.push(warm);
    const memory = watchMemory(system.pid);
    const acks: number[] = [];
    let [readings, wholeSeconds, cpuSeconds] = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      const some: LoadClient[] = spread(clients, connections, round);
      const cpuBefore = system.usage().cpuSeconds;
      const load = await runLoad({ ...fast, clients: some, seconds: seconds / rounds });
      // Until history has all of it, and not only until it is acknowledged.
      const storedAt = await system.settled(load.last);
      cpuSeconds += system.usage().cpuSeconds - cpuBefore;
      readings += load.readings;
      wholeSeconds += Math.max(load.seconds, (storedAt - load.startedAt) / 1000);
      acks.push(load.ackMs.p99);
      loads.push(load);
    }
    const most = memory.stop();
    const readingsPerSecond = readings / wholeSeconds;
    const ledger = await system.ledger();
    const stopped = await system.stopAndCount();
    const account = formAccount(loads, 0, ledger, stopped.found);
    return {
      readingsPerSecond,
      line: {
        store,
        sites,
        series: sites * outfallFactors.length,
        connections,
        inFlight,
        rounds,
        registerSeconds: round(registerSeconds),
        firstValuesSeconds: round(feedSeconds),
        rssRegisteredMiB: round(registered),
        rssAllValuesMiB: round(fed),
        rssMiB: round(own(most)),
        influxdRssMiB: round(most.influxdRssMiB),
        readingsPerSecond: round(readingsPerSecond),
        ackP99Ms: round(Math.max(...acks)),
        cpuSecondsPerMillionReadings: round((cpuSeconds / readings) * 1e6),
        acked: account.acked,
        stored: account.stored,
        found: account.found,
        duplicate: account.duplicate,
        quarantined: account.quarantined,
        lost: account.lost,
        stopSeconds: round(stopped.stopSeconds),
        exitCode: stopped.exitCode,
      },
    };
  } finally {
    await system.close();
  }
}

export const bench: Bench = {
  name: "sources",
  about: "400,000 sites x 10 factors against 1,211 (--sites N, --duckdb | --influx)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sites: { type: "string", default: "400000" },
        duckdb: { type: "boolean", default: false },
        influx: { type: "boolean", default: false },
      },
    });
    const sites = parseCount("--sites", values.sites, sitesMax);
    const wanted = stores.filter((store) => (store === "duckdb" ? values.duckdb : values.influx));
    const duration = seconds ?? 15;
    for (const store of wanted.length > 0 ? wanted : stores) {
      const few = await measureSites(store, sitesOnLine, duration, say);
      report({ ...few.line });
      const all = await measureSites(store, sites, duration, say);
      const ratio = { ratioToFewSites: round(all.readingsPerSecond / few.readingsPerSecond), fewSites: sitesOnLine };
      if (store === "duckdb") {
        report({ ...all.line, ...ratio });
        continue;
      }
      say(`InfluxDB alone, ${sites} sites`);
      const limit = await measureInfluxLimit(duration, say, sites);
      report({
        ...all.line,
        ...ratio,
        influxValuesPerSecond: round(limit.valuesPerSecond),
        ratioToInfluxLimit: round(all.readingsPerSecond / limit.valuesPerSecond),
      });
    }
  },
};

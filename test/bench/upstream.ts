// The way through an external broker: publishers at a real Mosquitto, the program subscribed there, and the time until every
// reading is stored. Mosquitto answers its publishers by itself, so what counts is when the program has taken everything.

import { parseArgs } from "node:util";
import { startMosquitto } from "#test/harness/mosquitto.ts";
import { waitFor } from "#test/harness/wait.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { runLoad } from "./load.ts";
import { startBenchSystem } from "./system.ts";
import { outfallFactors } from "./values.ts";

const readingsPerMessage = 10;
const connections = 50;

interface Case {
  readonly version: "5" | "3.1.1";
  /** Lines of mosquitto.conf. */
  readonly config: readonly string[];
}

/** With MQTT 5 the program says how much it takes at once; with 3.1.1 the broker's own setting does. */
const cases: readonly Case[] = [
  { version: "5", config: [] },
  { version: "3.1.1", config: ["max_inflight_messages 4000"] },
  { version: "3.1.1", config: [] },
];

async function measureCase({ version, config }: Case, messages: number): Promise<Record<string, unknown>> {
  const mosquitto = await startMosquitto({ config: ["allow_anonymous true", ...config] });
  const system = await startBenchSystem("duckdb", {
    env: { UPSTREAM_MQTT_URL: `mqtt://${mosquitto.address}`, UPSTREAM_MQTT_VERSION: version },
  });
  try {
    const clients = await system.register(connections);
    const metric = async (name: string): Promise<number> => (await system.api.metrics()).value(name);
    const isSubscribed = async (): Promise<boolean> => (await metric("plumeline_upstream_connected")) === 1;
    await waitFor("the subscription", isSubscribed, { deadlineMs: 10_000 });
    const cpuBefore = system.usage().cpuSeconds;
    const load = await runLoad({
      port: Number(mosquitto.address.split(":")[1]),
      // Mosquitto lets anybody in here.
      clients: clients.map(({ username }) => ({ username })),
      topic: (site) => `v1/${site}/readings`,
      factors: outfallFactors,
      readingsPerMessage,
      inFlight: 32,
      qos: 1,
      messages,
    });
    const hasAll = async (): Promise<boolean> => (await system.ledger()).received >= load.readings;
    await waitFor("every reading", hasAll, { deadlineMs: 300_000, everyMs: 100 });
    const seconds = (Date.now() - load.startedAt) / 1000;
    const { stored, duplicate, quarantined } = await system.ledger();
    return {
      version,
      config: config.join("; "),
      messages,
      publishedPerSecond: round(load.acked / load.seconds),
      seconds: round(seconds),
      messagesPerSecond: round(load.acked / seconds),
      readingsPerSecond: round(load.readings / seconds),
      inFlightMost: await metric("plumeline_upstream_in_flight_most"),
      paced: await metric("plumeline_broker_paced_total"),
      cpuShare: round((system.usage().cpuSeconds - cpuBefore) / seconds),
      duplicate,
      lost: Math.max(0, load.readings - stored - duplicate - quarantined),
    };
  } finally {
    await system.close();
    await mosquitto.close();
  }
}

export const bench: Bench = {
  name: "upstream",
  about: "through a Mosquitto that the program is subscribed to, QoS 1, MQTT 5 and 3.1.1 (--thousands N)",
  async run({ args, report, say }: BenchContext) {
    const { values } = parseArgs({ args: [...args], options: { thousands: { type: "string", default: "200" } } });
    const messages = parseCount("--thousands", values.thousands) * 1_000;
    for (const each of cases) {
      say(`MQTT ${each.version}, ${messages} messages ${each.config.join("; ")}`);
      report(await measureCase(each, messages));
    }
  },
};

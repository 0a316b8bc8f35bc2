// Proves that a flow does its job before anything is measured: a value beyond its limit and one within it again must give two
// alarm messages, and two points with exactly the values and times that were sent.

import { isDeepStrictEqual } from "node:util";
import mqtt from "mqtt";
import { waitFor } from "#test/harness/wait.ts";
import { quietLimitOf } from "../values.ts";
import { alarmsTopic, measurement, readingsTopic } from "./flow-parts.ts";

const site = "PROOF";
const deadlineMs = 10_000;

export interface Proved {
  readonly mqttPort: number;
  readonly influxUrl: string;
  readonly database: string;
  readonly factors: readonly string[];
}

export async function proveFlow({ mqttPort, influxUrl, database, factors }: Proved): Promise<void> {
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: mqttPort, clientId: "proof" });
  try {
    const heard: boolean[] = [];
    client.on("message", (_topic, payload) => {
      heard.push((JSON.parse(payload.toString()) as { active: boolean }).active);
    });
    await client.subscribeAsync(`${alarmsTopic}/${site}/#`, { qos: 1 });
    const [watched = ""] = factors;
    const sentAt = Date.now();
    const points: number[][] = [];
    for (const [i, step] of [1, -1].entries()) {
      const values = Object.fromEntries(factors.map((factor) => [factor, quietLimitOf(factor) - 1]));
      values[watched] = quietLimitOf(watched) + step;
      const time = sentAt + i;
      points.push([time, ...factors.map((factor) => values[factor] ?? Number.NaN)]);
      await client.publishAsync(readingsTopic(site), JSON.stringify({ time, values }), { qos: 1 });
    }
    const isDone = async () =>
      heard.length >= 2 && isDeepStrictEqual(await readPoints(influxUrl, database, factors), points);
    await waitFor("two alarm messages and two points", isDone, { deadlineMs });
    if (!isDeepStrictEqual(heard, [true, false])) throw new Error(`alarms came as ${heard.join(", ")}`);
  } finally {
    await client.endAsync();
  }
}

/** Time in epoch ms, then the factors; the oldest first. */
async function readPoints(url: string, database: string, factors: readonly string[]): Promise<unknown> {
  const columns = factors.map((factor) => `"${factor}"`).join(",");
  const q = `SELECT ${columns} FROM "${measurement}" WHERE site = '${site}'`;
  const body = new URLSearchParams({ db: database, epoch: "ms", q });
  const answer = await (await fetch(`${url}/query`, { method: "POST", body })).json();
  return (answer as { results: { series?: { values: unknown }[] }[] }).results[0]?.series?.[0]?.values;
}

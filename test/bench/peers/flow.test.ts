// The two flows as they will be deployed: the code of their function nodes runs here on the same messages. That they work in
// Node-RED, with Mosquitto and InfluxDB, is proved by the bench itself before each measurement.

import { createContext, runInContext } from "node:vm";
import { expect, it } from "vitest";
import { buildFlow, type FlowName } from "./flow.ts";
import type { FlowNode } from "./flow-parts.ts";

const parts = {
  mqttPort: 1,
  influxPort: 2,
  database: "peers",
  limits: { cod: 50, ph: 9 },
  batchPoints: 1,
  batchMs: 200,
};

interface Message {
  readonly topic?: string;
  readonly payload: unknown;
}

/** What a function node sends from each output for one message, whether it returns it or sends it by itself. */
function createRunner(node: FlowNode): (msg: Message) => unknown[] {
  const kept = new Map<string, unknown>();
  const sent: unknown[] = [];
  const sandbox = createContext({
    context: { get: (key: string) => kept.get(key), set: (key: string, value: unknown) => kept.set(key, value) },
    node: { send: (outputs: unknown[]) => sent.push(outputs[0]) },
    setInterval: () => 0,
  });
  runInContext(`(() => {${String(node["initialize"])}})()`, sandbox);
  const onMessage = runInContext(`(msg) => {${String(node["func"])}}`, sandbox) as (msg: Message) => unknown;
  return (msg) => {
    sent.length = 0;
    const returned: unknown = onMessage(structuredClone(msg));
    const [first, ...rest] = Array.isArray(returned) ? (returned as unknown[]) : [returned];
    return [first ?? sent[0], ...rest];
  };
}

function nodeOf(flow: FlowName, id: string): FlowNode {
  const found = buildFlow(flow, parts).find((node) => node.id === id);
  if (found === undefined) throw new Error(`the ${flow} flow has no node ${id}`);
  return found;
}

const steps = [
  { cod: 49, ph: 7 },
  { cod: 51, ph: 9.5 },
  { cod: 52, ph: 9 },
  { cod: 50, ph: 9.1 },
];
const messages = steps.map((values, i) => ({ topic: "v1/S-1/readings", payload: { time: 1_000 + i, values } }));

function payloadsOf(alarms: unknown): unknown[] {
  return ((alarms ?? []) as Message[]).map(({ topic, payload }) => ({ topic, payload }));
}

it("both flows raise an alarm when a factor goes beyond its limit, once, and send its return", () => {
  const usual = createRunner(nodeOf("usual", "limits"));
  const tuned = createRunner(nodeOf("tuned", "judge"));
  const alarm = (factor: "cod" | "ph", i: number, active: boolean) => {
    const value = steps[i]?.[factor];
    const payload = { site: "S-1", factor, value, limit: parts.limits[factor], time: 1_000 + i, active };
    return { topic: `alarms/S-1/${factor}`, payload };
  };
  const expected = [
    [],
    [alarm("cod", 1, true), alarm("ph", 1, true)],
    [alarm("ph", 2, false)],
    [alarm("cod", 3, false), alarm("ph", 3, true)],
  ];
  expect(messages.map((msg) => payloadsOf(usual(msg)[1]))).toEqual(expected);
  expect(messages.map((msg) => payloadsOf(tuned(msg)[1]))).toEqual(expected);
});

it("both flows make one point with all factors of a message", () => {
  const limits = createRunner(nodeOf("usual", "limits"));
  const points = createRunner(nodeOf("usual", "points"));
  const tuned = createRunner(nodeOf("tuned", "judge"));
  for (const msg of messages) {
    const { time, values } = msg.payload;
    const [passed] = limits(msg);
    const [point] = points(passed as Message);
    expect((point as Message).payload).toEqual({
      measurement: "readings",
      tags: { site: "S-1" },
      fields: values,
      timestamp: time,
    });
    const [batch] = tuned(msg);
    expect((batch as Message).payload).toBe(`readings,site=S-1 cod=${values.cod},ph=${values.ph} ${time}`);
  }
});

it("every wire of a flow ends at a node of it", () => {
  for (const flow of ["usual", "tuned"] as const) {
    const nodes = buildFlow(flow, parts);
    const ids = new Set(nodes.map(({ id }) => id));
    const ends = nodes.flatMap(({ wires }) => ((wires ?? []) as string[][]).flat());
    expect(
      ends.filter((id) => !ids.has(id)),
      flow,
    ).toEqual([]);
    const reached = nodes.filter(({ id, z, type }) => z !== undefined && type !== "mqtt in" && !ends.includes(id));
    expect(reached, flow).toEqual([]);
  }
});

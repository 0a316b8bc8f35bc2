// An edge node of Sparkplug B in the field: an MQTT.js client with a death as its will, and the counters of a right sender.
// What it hears is kept; it does nothing by itself, so that tests say when it gives birth.

import { connectAsync, type MqttClient } from "mqtt";
import {
  createEdgeNodeSender,
  type EdgeNodeSender,
  type MetricValues,
  rebirthMetric,
  type SparkplugMessage,
} from "#domain/sparkplug/sparkplug.ts";
import type { Credentials } from "./api-client.ts";

export interface EdgeNodeOptions {
  readonly group?: string;
  readonly node?: string;
  /** Names of metrics of the node and of its devices; all are Doubles. */
  readonly metrics: readonly string[];
  readonly devices?: Readonly<Record<string, readonly string[]>>;
  /** An older life that goes on counting. */
  readonly sender?: EdgeNodeSender;
  readonly filters?: readonly string[];
}

export interface EdgeNode {
  readonly client: MqttClient;
  readonly sender: EdgeNodeSender;
  /** Topics and payloads that came to it. */
  readonly heard: readonly SparkplugMessage[];
  /** How often it was asked for its birth. */
  readonly asked: number;
  readonly closed: boolean;
  /** QoS 0 unless told, as the specification has it. */
  publish(messages: readonly SparkplugMessage[], qos?: 0 | 1): Promise<void>;
  birth(valuesOf: (device: string | null) => MetricValues): Promise<void>;
  data(values: MetricValues, device?: string | null, time?: number): Promise<void>;
  /** As a power cut ends it: the broker publishes the will. */
  cut(): void;
  end(): Promise<void>;
}

const define = (names: readonly string[]) => names.map((name) => ({ name, type: "Double" as const }));

export function createSender(site: string, options: EdgeNodeOptions): EdgeNodeSender {
  const { group = "plumeline", node = site, metrics, devices = {} } = options;
  return createEdgeNodeSender({
    group,
    node,
    metrics: define(metrics),
    devices: Object.fromEntries(Object.entries(devices).map(([device, names]) => [device, define(names)])),
    withAliases: true,
  });
}

export async function connectEdgeNode(
  address: string,
  { username, password }: Credentials,
  options: EdgeNodeOptions,
): Promise<EdgeNode> {
  const { group = "plumeline", node = username } = options;
  const sender = options.sender ?? createSender(username, options);
  const will = sender.connect(Date.now());
  const client = await connectAsync(`mqtt://${address}`, {
    username,
    password,
    reconnectPeriod: 0,
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
  });
  let closed = false;
  client.on("close", () => {
    closed = true;
  });
  client.on("error", () => undefined);
  const heard: SparkplugMessage[] = [];
  client.on("message", (topic, payload) => heard.push({ topic, payload }));
  const filters = options.filters ?? [`spBv1.0/${group}/NCMD/${node}`, "spBv1.0/STATE/plumeline"];
  for (const filter of filters) await client.subscribeAsync(filter, { qos: 1 });
  async function publish(messages: readonly SparkplugMessage[], qos: 0 | 1 = 0): Promise<void> {
    for (const { topic, payload } of messages) await client.publishAsync(topic, Buffer.from(payload), { qos });
  }
  return {
    client,
    sender,
    heard,
    get asked() {
      return heard.filter(
        ({ topic, payload }) => topic.includes("/NCMD/") && Buffer.from(payload).includes(rebirthMetric),
      ).length;
    },
    get closed() {
      return closed;
    },
    publish,
    birth: (valuesOf) => publish(sender.birth(Date.now(), valuesOf)),
    data: (values, device = null, time = Date.now()) => publish([sender.data(time, device, values)]),
    cut: () => void client.stream.destroy(),
    async end() {
      await client.endAsync(true);
    },
  };
}

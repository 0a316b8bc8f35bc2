// Our side of Sparkplug B at the MQTT door, as a host application: says that it is there, and asks edge nodes for their births.
// It reads no payload.
//
//   ingest ──births wanted──▶ api ──▶ here ──NCMD Node Control/Rebirth──▶ edge node
//   start, orderly stop ──▶ spBv1.0/STATE/plumeline, retained: online true, false

import {
  type EdgeNodeName,
  formatHostState,
  formatRebirthOrder,
  hostTopic,
  sizes,
  usualEdgeNode,
  type WantedBirth,
} from "#domain/sparkplug/sparkplug.ts";
import type { BrokerMetrics } from "./metrics.ts";

/** Which edge node the register gives a site; null = none is named. */
export interface EdgeNodeDirectory {
  findEdgeNode(site: string): EdgeNodeName | null;
}

export interface SparkplugHost {
  start(): Promise<void>;
  /** Sends what is fresh; an old order would ask a node that has given birth since. */
  ask(wanted: readonly WantedBirth[]): void;
  stop(): Promise<void>;
}

export interface SparkplugHostParts {
  readonly publish: (
    topic: string,
    payload: string | Uint8Array,
    how: { readonly qos: 0 | 1; readonly retain: boolean },
  ) => Promise<void>;
  readonly metrics: Pick<BrokerMetrics, "birthAsked">;
  readonly now: () => number;
}

export function createSparkplugHost({ publish, metrics, now }: SparkplugHostParts): SparkplugHost {
  const sayState = (online: boolean): Promise<void> =>
    publish(hostTopic, formatHostState({ online, timestamp: now() }), { qos: 1, retain: true });
  return {
    start: () => sayState(true),
    ask(wanted) {
      for (const { group, node, at } of wanted) {
        if (now() - at > sizes.rebirthOrderMsMax) continue;
        const { topic, payload } = formatRebirthOrder({ group, node }, now());
        void publish(topic, payload, { qos: 0, retain: false });
        metrics.birthAsked();
      }
    },
    stop: () => sayState(false),
  };
}

/** A change in the register reaches a node that is connected after so long. */
const nodeMsMax = 5_000;

/** Which edge node a site may speak as, without asking the register for every message. */
export function rememberEdgeNodes(directory: EdgeNodeDirectory, now: () => number): (site: string) => EdgeNodeName {
  /** No more than sites that were here. */
  const nodes = new Map<string, { readonly name: EdgeNodeName; readonly at: number }>();
  return (site) => {
    const at = now();
    const known = nodes.get(site);
    if (known !== undefined && Math.abs(at - known.at) < nodeMsMax) return known.name;
    const name = directory.findEdgeNode(site) ?? usualEdgeNode(site);
    nodes.set(site, { name, at });
    return name;
  };
}

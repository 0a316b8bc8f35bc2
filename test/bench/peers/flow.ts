// The two flows that are measured, by name. Both do the same job: readings from Mosquitto, compared with the limits, alarms
// back to Mosquitto, points in batches to InfluxDB. The usual one says what people have, the tuned one what could be had. Pure.

import { buildEnds, type FlowNode, type FlowParts, type Way } from "./flow-parts.ts";
import { tunedWay } from "./tuned-flow.ts";
import { usualWay } from "./usual-flow.ts";

export type FlowName = "usual" | "tuned";

const ways: Readonly<Record<FlowName, Way>> = { usual: usualWay, tuned: tunedWay };

export function buildFlow(name: FlowName, parts: FlowParts): FlowNode[] {
  const between = ways[name].build(parts);
  return [...buildEnds(parts, between[0].id), ...between];
}

export function tellWhatItDoes(name: FlowName): string {
  return ways[name].does;
}

/** True of both flows, and of Mosquitto and InfluxDB as they are set here. */
export const doesNot =
  "asks nobody for a password, keeps nothing on disk before it acknowledges, " +
  "forms no means, recognises no duplicates, keeps no ledger of what was acknowledged";

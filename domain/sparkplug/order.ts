// The order to an edge node to give birth again, on its way from ingest, which wants it, to the broker, which sends it. It is
// no part of any outcome: what gets lost on the way is wanted again with the next message of that node.

import { buildRebirth } from "./build.ts";
import type { SparkplugMessage } from "./frame.ts";
import { formatSparkplugTopic } from "./topic.ts";

/** Why the birth of an edge node is wanted. */
export type RebirthCause = "no-birth" | "after-death" | "gap" | "no-device-birth" | "unknown-alias";

/** An order to an edge node, to be sent by whoever holds its connection. */
export interface RebirthOrder {
  readonly group: string;
  readonly node: string;
  readonly cause: RebirthCause;
}

export interface WantedBirth extends RebirthOrder {
  readonly site: string;
  /** Receive time of the message that gave the cause, epoch ms: an old order is worth nothing. */
  readonly at: number;
}

/** The order as a message to publish. */
export function formatRebirthOrder({ group, node }: Omit<RebirthOrder, "cause">, timestamp: number): SparkplugMessage {
  const topic = formatSparkplugTopic({ type: "NCMD", group, node, device: null });
  return { topic, payload: buildRebirth(timestamp) };
}

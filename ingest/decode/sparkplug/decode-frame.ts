// Frames of the channel Sparkplug B → points, by what is known of the site's edge node. A frame that says something besides
// readings (a birth, a death, only what is aside) is control. Remembers edge nodes; reads no clock.

import type { Refusal } from "#domain/refusal.ts";
import type { Site } from "#domain/site.ts";
import { unpackMessage } from "#domain/sparkplug/frame.ts";
import type { WantedBirth } from "#domain/sparkplug/order.ts";
import { parseSparkplugTopic } from "#domain/sparkplug/topic.ts";
import type { Decoded } from "../decode.ts";
import { createEdgeNodes, type EdgeNodes, type Outcome } from "./edge-nodes.ts";
import { createMetricTable, type MetricTable } from "./metric-table.ts";
import type { SavedEdgeNode } from "./node-store.ts";

export interface SparkplugFrame {
  readonly payload: Uint8Array;
  /** When it was received first. */
  readonly receivedAt: number;
  /** Its own place in the journal. */
  readonly seq: number;
  /** It was taken before: nothing that is remembered may change. */
  readonly again: boolean;
}

export interface DecodedSparkplug extends Decoded {
  /** What the values of each point are called, which is their place within the frame. */
  readonly labels: string[][];
  readonly control: boolean;
  /** Its edge node is to be asked for its birth. */
  readonly wanted: WantedBirth | null;
}

export interface SparkplugFrames {
  /** Never throws. */
  decode(frame: SparkplugFrame, site: Site): DecodedSparkplug;
  readonly nodes: EdgeNodes;
}

export function createSparkplugFrames(saved: Iterable<SavedEdgeNode> = []): SparkplugFrames {
  const nodes = createEdgeNodes(saved);
  /** Sites are replaced when they change, so a table is as old as its site. */
  const tables = new WeakMap<Site, MetricTable>();

  function tableOf(site: Site): MetricTable {
    const known = tables.get(site) ?? createMetricTable(site.sparkplug?.metrics ?? [], site.sparkplug?.others);
    tables.set(site, known);
    return known;
  }

  return {
    nodes,
    decode({ payload: bytes, receivedAt, seq, again }, site) {
      const packed = unpackMessage(bytes);
      if (packed === null) return refuse("the bytes do not begin with a topic");
      const topic = parseSparkplugTopic(packed.topic);
      if (typeof topic === "string") return refuse(`the topic ${topic}`);
      const message = { source: site.id, topic, payload: packed.payload, receivedAt, seq };
      const outcome = again ? nodes.takeAgain(message, tableOf(site)) : nodes.take(message, tableOf(site));
      return toDecoded(outcome, site.id, receivedAt);
    },
  };
}

function refuse(detail: string): DecodedSparkplug {
  const refusal: Refusal = { reason: "invalid-topic", detail, factor: null };
  return { points: [], places: [], labels: [], refusals: [refusal], refusedReadings: 0, control: false, wanted: null };
}

function toDecoded(outcome: Outcome, site: string, receivedAt: number): DecodedSparkplug {
  const { points, places, labels, refusals, refusedReadings, aside, event, order } = outcome;
  const isBare = event !== null && points.length + refusals.length === 0;
  if (isBare && !outcome.control && aside === 0)
    refusals.push({ reason: "no-values", detail: "no metric", factor: null });
  const control = outcome.control || (isBare && aside > 0);
  const wanted = order === null ? null : { ...order, site, at: receivedAt };
  return { points, places, labels, refusals, refusedReadings, control, wanted };
}

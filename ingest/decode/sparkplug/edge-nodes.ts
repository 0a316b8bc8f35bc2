// Edge nodes of Sparkplug B over time: every message → the points in it, what is refused and why, who has gone silent, and
// whether a birth should be asked for. A deterministic function of the messages and their receive times; reads no clock.
//
//              NBIRTH                     message missing
//   unborn ─────────────▶ born ──────────────────────────────▶ born, aliases not in force ──▶ order: rebirth
//      │                   │ ▲                                              │
//      │ data: by name     │ └──────────────── NBIRTH ──────────────────────┘
//      ▼ only, rebirth     ▼ NDEATH with the bdSeq of the birth
//                        dead ──── data: by name only, rebirth

import type { Refusal } from "#domain/refusal.ts";
import type { RebirthCause, RebirthOrder } from "#domain/sparkplug/order.ts";
import type { EdgeNodeRow } from "#domain/sparkplug/node-row.ts";
import type { Payload } from "#domain/sparkplug/payload.ts";
import { type DeviceTopic, type NodeTopic, type SparkplugTopic } from "#domain/sparkplug/topic.ts";
import {
  type Announced,
  type EdgeNode,
  identifyMetric,
  isInForce,
  mayAsk,
  meetSeq,
  readAnnounced,
  readBdSeq,
} from "./edge-node.ts";
import { createNodeStore, type SavedEdgeNode } from "./node-store.ts";
import type { MetricTable } from "./metric-table.ts";
import { parsePayload } from "./parse-payload.ts";
import { createTakenMetrics, takeMetrics, type TakenMetrics } from "./points.ts";

export type SparkplugEvent =
  | "node-birth"
  | "node-death"
  /** Of a life that is over, or of a node that is not known: it changes nothing. */
  | "old-death"
  | "node-data"
  | "device-birth"
  | "device-death"
  | "device-data"
  /** Orders and states of host applications: nothing for us. */
  | "not-for-us";

export interface Outcome extends TakenMetrics {
  /** Null when the frame is refused as a whole. */
  event: SparkplugEvent | null;
  /** True when it said something besides readings, and is stored even without one. */
  control: boolean;
  /** Who has gone silent by it: null = the edge node itself, else a device of it. */
  stale: (string | null)[];
  /** Null = nothing is wanted. */
  wants: RebirthCause | null;
  /** Null = nothing is wanted, or it was asked for a short while ago. */
  order: RebirthOrder | null;
}

export interface ReceivedMessage {
  /** Who sent it: the site of a device, or the name of a broker it was fetched from. Two sources share no edge node. */
  readonly source: string;
  readonly topic: SparkplugTopic;
  readonly payload: Uint8Array;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Its place in the journal. */
  readonly seq: number;
}

export interface EdgeNodes {
  /** Never throws. */
  take(message: ReceivedMessage, table: MetricTable): Outcome;
  /**
   * The readings of a message that was taken before, with today's table; `seq` is its own. It changes
   * nothing that is remembered. Aliases are read while the birth that it followed is in force; else it is refused as a whole.
   */
  takeAgain(message: ReceivedMessage, table: MetricTable): Outcome;
  /** Messages of this source may be missing, e.g. because a connection was lost: no alias of it counts until a birth. */
  doubt(source: string): void;
  /** What is known of one edge node; undefined when nothing is. */
  find(source: string, group: string, node: string): Readonly<EdgeNode> | undefined;
  /** For people: of one source, or of all. */
  list(source: string | null): EdgeNodeRow[];
  readonly count: number;
  /** Metrics that are remembered, of all edge nodes. */
  readonly metrics: number;
  /** Everything that is remembered, as plain data. */
  save(): SavedEdgeNode[];
}

export function createEdgeNodes(saved: Iterable<SavedEdgeNode> = []): EdgeNodes {
  const store = createNodeStore(saved);

  function takeNode(topic: NodeTopic, payload: Payload, message: ReceivedMessage, table: MetricTable): Outcome {
    const { group, node: name } = topic;
    if (topic.type === "NDEATH") return takeDeath(store.find(message.source, group, name), payload, message.receivedAt);
    const node = store.open(message.source, group, name, message.receivedAt);
    if (node === null) return refuseFrame("too-many-nodes", `${store.count} edge nodes`);
    return topic.type === "NBIRTH"
      ? takeBirth(node, payload, message.seq, table)
      : takeData(node, null, payload, message.receivedAt, table);
  }

  function takeDevice(topic: DeviceTopic, payload: Payload, message: ReceivedMessage, table: MetricTable): Outcome {
    const { group, node: name, device } = topic;
    const node = store.open(message.source, group, name, message.receivedAt);
    if (node === null) return refuseFrame("too-many-nodes", `${store.count} edge nodes`);
    if (topic.type === "DDATA") return takeData(node, device, payload, message.receivedAt, table);
    if (topic.type === "DBIRTH") return takeDeviceBirth(node, device, payload, message, table);
    return takeDeviceDeath(node, device, payload, message.receivedAt);
  }

  function takeBirth(node: EdgeNode, payload: Payload, seq: number, table: MetricTable): Outcome {
    const outcome = takeValues(payload, null, null, table, "node-birth");
    outcome.stale = [...node.devices.keys()];
    store.forget(node);
    const announced = readAnnounced(payload, 0, seq);
    if (!store.hasRoom(node, announced)) {
      node.state = "unborn";
      // Asked once more, it would be as large again.
      outcome.refusals.push(tooLarge(announced));
      return outcome;
    }
    node.state = "born";
    node.bdSeq = readBdSeq(payload);
    node.seq = payload.seq !== null && payload.seq <= 255 ? payload.seq : 0;
    node.gaps = 0;
    store.announce(node, null, announced);
    return outcome;
  }

  function takeDeath(node: EdgeNode | undefined, payload: Payload, now: number): Outcome {
    const bdSeq = readBdSeq(payload);
    const outcome = createDeath("node-death", payload);
    // A will of an older connection may come after the birth on a newer one.
    const isOld = node?.state !== "born" || (bdSeq !== null && node.bdSeq !== null && bdSeq !== node.bdSeq);
    if (node === undefined || isOld) {
      outcome.event = "old-death";
      return outcome;
    }
    node.lastAt = now;
    outcome.stale = [null, ...node.devices.keys()];
    store.forget(node);
    node.state = "dead";
    return outcome;
  }

  function takeDeviceBirth(
    node: EdgeNode,
    device: string,
    payload: Payload,
    { receivedAt: now, seq }: ReceivedMessage,
    table: MetricTable,
  ): Outcome {
    const outcome = takeValues(payload, device, null, table, "device-birth");
    const cause = meet(node, payload);
    if (node.state !== "born") return want(node, cause, outcome, now);
    const announced = readAnnounced(payload, node.gaps, seq);
    store.forgetDevice(node, device);
    if (store.hasRoom(node, announced)) store.announce(node, device, announced);
    else outcome.refusals.push(tooLarge(announced));
    return want(node, cause, outcome, now);
  }

  function takeDeviceDeath(node: EdgeNode, device: string, payload: Payload, now: number): Outcome {
    const outcome = createDeath("device-death", payload);
    const cause = meet(node, payload);
    if (store.forgetDevice(node, device)) outcome.stale = [device];
    return want(node, cause, outcome, now);
  }

  function takeData(node: EdgeNode, device: string | null, payload: Payload, now: number, table: MetricTable): Outcome {
    const cause = meet(node, payload);
    const announced = device === null ? node.own : node.devices.get(device);
    const inForce = isInForce(node, announced) ? announced : null;
    const outcome = takeValues(payload, device, inForce, table, device === null ? "node-data" : "device-data");
    if (cause !== null) return want(node, cause, outcome, now);
    if (announced === undefined) return want(node, "no-device-birth", outcome, now);
    const isUnknown = outcome.refusals.some(({ reason }) => reason === "no-birth");
    return want(node, isUnknown ? "unknown-alias" : null, outcome, now);
  }

  function takeAgain({ source, topic, payload: bytes, seq }: ReceivedMessage, table: MetricTable): Outcome {
    if (!isFromNode(topic)) return createOutcome("not-for-us", true);
    const { payload, refusal } = parsePayload(bytes);
    if (payload === null) return refuseFrame(refusal.reason, refusal.detail);
    const { group, node: name, device, type } = topic;
    const event = eventOf[type];
    if (type === "NDEATH" || type === "DDEATH") return createDeath(event, payload);
    if (type === "NBIRTH" || type === "DBIRTH") return takeValues(payload, device, null, table, event);
    const node = store.find(source, group, name);
    const announced = device === null ? node?.own : node?.devices.get(device);
    const inForce = node !== undefined && isInForce(node, announced) && announced.bornSeq < seq ? announced : null;
    if (inForce === null && payload.metrics.some((metric) => metric.name === null))
      return refuseFrame("no-birth", "the birth that its aliases are of is not in force any more");
    return takeValues(payload, device, inForce, table, event);
  }

  return {
    takeAgain,
    take(message, table) {
      const { topic } = message;
      if (!isFromNode(topic)) return createOutcome("not-for-us", true);
      const { payload, refusal } = parsePayload(message.payload);
      if (payload === null) return refuseFrame(refusal.reason, refusal.detail);
      return topic.device === null
        ? takeNode(topic, payload, message, table)
        : takeDevice(topic, payload, message, table);
    },
    doubt: (source) => store.doubt(source),
    find: (source, group, node) => store.find(source, group, node),
    list: (source) => store.list(source),
    get count() {
      return store.count;
    },
    get metrics() {
      return store.metrics;
    },
    save: () => store.save(),
  };
}

type FromNode = Exclude<SparkplugTopic["type"], "STATE" | "NCMD" | "DCMD">;

const eventOf: Readonly<Record<FromNode, SparkplugEvent>> = {
  NBIRTH: "node-birth",
  NDEATH: "node-death",
  NDATA: "node-data",
  DBIRTH: "device-birth",
  DDEATH: "device-death",
  DDATA: "device-data",
};

function isFromNode(topic: SparkplugTopic): topic is Exclude<SparkplugTopic, { type: "STATE" }> & { type: FromNode } {
  return Object.hasOwn(eventOf, topic.type);
}

function createOutcome(event: SparkplugEvent | null, control: boolean, taken = createTakenMetrics()): Outcome {
  return { ...taken, event, control, stale: [], wants: null, order: null };
}

/** What a death carries was written when the connection was made, and is no reading. */
function createDeath(event: SparkplugEvent, payload: Payload): Outcome {
  const outcome = createOutcome(event, true);
  outcome.aside = payload.metrics.length;
  return outcome;
}

function refuseFrame(reason: Refusal["reason"], detail: string): Outcome {
  const outcome = createOutcome(null, false);
  outcome.refusals.push({ reason, detail, factor: null });
  return outcome;
}

function tooLarge({ types }: Announced): Refusal {
  return { reason: "birth-too-large", detail: `${types.size} metrics more`, factor: null };
}

function takeValues(
  payload: Payload,
  device: string | null,
  announced: Announced | null,
  table: MetricTable,
  event: SparkplugEvent,
): Outcome {
  const taken = takeMetrics(payload, {
    identify: (metric) => identifyMetric(metric, announced),
    find: (name) => table.find(device, name),
  });
  return createOutcome(event, event === "node-birth" || event === "device-birth", taken);
}

/** Counts the message; null = it follows a birth without a hole. */
function meet(node: EdgeNode, payload: Payload): RebirthCause | null {
  if (node.state === "unborn") return "no-birth";
  if (node.state === "dead") return "after-death";
  meetSeq(node, payload.seq);
  return isInForce(node, node.own) ? null : "gap";
}

function want(node: EdgeNode, cause: RebirthCause | null, outcome: Outcome, now: number): Outcome {
  if (cause === null) return outcome;
  const { group, node: name } = node;
  outcome.wants = cause;
  if (mayAsk(node, now)) outcome.order = { group, node: name, cause };
  return outcome;
}

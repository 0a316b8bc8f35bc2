// What is remembered of one edge node: which metric each alias of its births means, how far its messages are counted, and
// whether that can still be trusted. Plain data and small steps; edge-nodes.ts decides when they are taken.

import type { NodeState } from "#domain/sparkplug/node-row.ts";
import { type Alias, bdSeqMetric, type Metric, type Payload } from "#domain/sparkplug/payload.ts";
import { sizes } from "#domain/sparkplug/sizes.ts";
import type { Identity } from "./points.ts";
import type { ValueRefusal } from "./value.ts";

/** What one birth announced, of an edge node or of a device. */
export interface Announced {
  /** Name → data type. */
  readonly types: Map<string, number | null>;
  /** Null = two metrics claim the alias. */
  readonly aliases: Map<Alias, string | null>;
  /** It is in force while the node has as many gaps as at the birth. */
  readonly atGap: number;
  /** Place of the birth in the journal. */
  readonly bornSeq: number;
}

export interface EdgeNode {
  readonly source: string;
  readonly group: string;
  readonly node: string;
  state: NodeState;
  /** Life count of the birth; null when it gave none. */
  bdSeq: number | null;
  /** Of the newest message. */
  seq: number;
  /** How often messages were missing since the birth. */
  gaps: number;
  own: Announced | null;
  devices: Map<string, Announced>;
  /** Receive time of the newest message. */
  lastAt: number;
  /** When its birth was asked for; null = never. */
  askedAt: number | null;
  pauseMs: number;
}

export function createEdgeNode(source: string, group: string, node: string): EdgeNode {
  return {
    source,
    group,
    node,
    state: "unborn",
    bdSeq: null,
    seq: 0,
    gaps: 0,
    own: null,
    devices: new Map(),
    lastAt: 0,
    askedAt: null,
    pauseMs: sizes.rebirthPauseMs,
  };
}

/** Does the message follow the one before it? What comes next is counted from this one. */
export function meetSeq(node: EdgeNode, seq: number | null): boolean {
  const expected = (node.seq + 1) % 256;
  const isNext = seq === expected;
  node.seq = seq !== null && seq <= 255 ? seq : expected;
  if (!isNext) node.gaps++;
  return isNext;
}

/**
 * A birth may have been among the missing messages and have given other aliases: one message lost, and an alias would put a
 * value into a wrong series. So an alias counts only while nothing is missing.
 */
export function isInForce(node: EdgeNode, announced: Announced | null | undefined): announced is Announced {
  return node.state === "born" && announced?.atGap === node.gaps;
}

/** Control signs and what was no UTF-8 are in no name. */
// oxlint-disable-next-line no-control-regex
const foreignSigns = /[\u0000-\u001f\u007f\ufffd]/;

function isName(name: string): boolean {
  return name !== "" && name.length <= sizes.nameCharsMax && !foreignSigns.test(name);
}

export function readAnnounced(payload: Payload, atGap: number, bornSeq: number): Announced {
  const announced: Announced = { types: new Map(), aliases: new Map(), atGap, bornSeq };
  for (const { name, alias, datatype } of payload.metrics) {
    if (name === null || !isName(name)) continue;
    announced.types.set(name, datatype);
    if (alias === null) continue;
    const taken = announced.aliases.get(alias);
    announced.aliases.set(alias, taken === undefined || taken === name ? name : null);
  }
  return announced;
}

/** Which metric it is; `announced` = null: only a name can say that. */
export function identifyMetric({ name, alias }: Metric, announced: Announced | null): Identity | ValueRefusal {
  if (name !== null) {
    if (!isName(name)) return { reason: "invalid-metric", detail: `a name of ${name.length} characters` };
    return { name, datatype: announced?.types.get(name) ?? null };
  }
  if (alias === null) return { reason: "invalid-metric", detail: "neither name nor alias" };
  const meant = announced?.aliases.get(alias);
  if (meant === null) return { reason: "invalid-metric", detail: `alias ${alias} is given to two metrics` };
  if (meant === undefined) return { reason: "no-birth", detail: `alias ${alias}` };
  return { name: meant, datatype: announced?.types.get(meant) ?? null };
}

/** The life count in a birth or death of an edge node; older senders give it another type than newer ones. */
export function readBdSeq(payload: Payload): number | null {
  const value = payload.metrics.find((metric) => metric.name === bdSeqMetric)?.value;
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

/** May its birth be asked for now? Who wants it again and again is asked less and less. */
export function mayAsk(node: EdgeNode, now: number): boolean {
  const { askedAt, pauseMs } = node;
  if (askedAt !== null && now < askedAt + pauseMs) return false;
  const isSoon = askedAt !== null && now < askedAt + 2 * pauseMs;
  node.pauseMs = isSoon ? Math.min(2 * pauseMs, sizes.rebirthPauseMsMax) : sizes.rebirthPauseMs;
  node.askedAt = now;
  return true;
}

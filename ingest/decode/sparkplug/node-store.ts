// The edge nodes that are remembered, and the room that their births take: all bounds on memory are kept here.

import type { EdgeNodeRow } from "#domain/sparkplug/node-row.ts";
import type { Alias } from "#domain/sparkplug/payload.ts";
import { sizes } from "#domain/sparkplug/sizes.ts";
import { type Announced, createEdgeNode, type EdgeNode } from "./edge-node.ts";

/** Plain data, for a snapshot. */
export interface SavedEdgeNode extends Omit<EdgeNode, "own" | "devices"> {
  readonly own: SavedAnnounced | null;
  readonly devices: readonly (readonly [device: string, announced: SavedAnnounced])[];
}

export interface SavedAnnounced {
  readonly types: readonly (readonly [name: string, datatype: number | null])[];
  readonly aliases: readonly (readonly [alias: Alias, name: string | null])[];
  readonly atGap: number;
  readonly bornSeq: number;
}

export interface NodeStore {
  readonly count: number;
  readonly metrics: number;
  find(source: string, group: string, node: string): EdgeNode | undefined;
  /** The known one, or a new one; null when there is no room, because every node that is remembered is alive. */
  open(source: string, group: string, node: string, now: number): EdgeNode | null;
  /** Is there room for one more birth? */
  hasRoom(node: EdgeNode, announced: Announced): boolean;
  /** Null: the birth of the node itself. The caller has asked for room. */
  announce(node: EdgeNode, device: string | null, announced: Announced): void;
  /** Forgets all births of a node. */
  forget(node: EdgeNode): void;
  /** False when the device was not born. */
  forgetDevice(node: EdgeNode, device: string): boolean;
  doubt(source: string): void;
  /** Of one source, or of all. */
  list(source: string | null): EdgeNodeRow[];
  save(): SavedEdgeNode[];
}

/** No identifier has a line break. */
function keyOf(source: string, group: string, node: string): string {
  return `${source}\n${group}\n${node}`;
}

function metricsOf({ own, devices }: EdgeNode): number {
  let count = own?.types.size ?? 0;
  for (const { types } of devices.values()) count += types.size;
  return count;
}

export function createNodeStore(saved: Iterable<SavedEdgeNode>): NodeStore {
  const nodes = new Map<string, EdgeNode>();
  let metrics = 0;
  for (const each of saved) {
    const node = restore(each);
    nodes.set(keyOf(node.source, node.group, node.node), node);
    metrics += metricsOf(node);
  }

  function forget(node: EdgeNode): void {
    metrics -= metricsOf(node);
    node.own = null;
    node.devices.clear();
  }

  function makeRoom(): boolean {
    if (nodes.size < sizes.nodesMax) return true;
    let oldest: [string, EdgeNode] | null = null;
    for (const each of nodes) {
      if (each[1].state !== "born" && (oldest === null || each[1].lastAt < oldest[1].lastAt)) oldest = each;
    }
    return oldest !== null && nodes.delete(oldest[0]);
  }

  return {
    get count() {
      return nodes.size;
    },
    get metrics() {
      return metrics;
    },
    find: (source, group, node) => nodes.get(keyOf(source, group, node)),
    open(source, group, name, now) {
      const key = keyOf(source, group, name);
      const known = nodes.get(key);
      if (known === undefined && !makeRoom()) return null;
      const node = known ?? createEdgeNode(source, group, name);
      if (known === undefined) nodes.set(key, node);
      node.lastAt = now;
      return node;
    },
    hasRoom(node, { types }) {
      return (
        node.devices.size < sizes.devicesPerNodeMax &&
        metricsOf(node) + types.size <= sizes.metricsPerNodeMax &&
        metrics + types.size <= sizes.metricsMax
      );
    },
    announce(node, device, announced) {
      metrics += announced.types.size;
      if (device === null) node.own = announced;
      else node.devices.set(device, announced);
    },
    forget,
    forgetDevice(node, device) {
      metrics -= node.devices.get(device)?.types.size ?? 0;
      return node.devices.delete(device);
    },
    doubt(source) {
      for (const node of nodes.values()) if (node.source === source && node.state === "born") node.gaps++;
    },
    list: (source) => [...nodes.values()].filter((node) => source === null || node.source === source).map(toRow),
    save: () => [...nodes.values()].map(toSaved),
  };
}

function toRow(edgeNode: EdgeNode): EdgeNodeRow {
  const { source: site, group, node, state, bdSeq, seq, gaps, lastAt: heardAt, askedAt } = edgeNode;
  const devices = [...edgeNode.devices.keys()].toSorted();
  return { site, group, node, state, bdSeq, seq, gaps, metrics: metricsOf(edgeNode), devices, heardAt, askedAt };
}

function toSaved({ own, devices, ...rest }: EdgeNode): SavedEdgeNode {
  const plain = ({ types, aliases, ...rest }: Announced): SavedAnnounced => ({
    ...rest,
    types: [...types],
    aliases: [...aliases],
  });
  return {
    ...rest,
    own: own === null ? null : plain(own),
    devices: [...devices].map(([device, announced]) => [device, plain(announced)] as const),
  };
}

function restore({ own, devices, ...rest }: SavedEdgeNode): EdgeNode {
  const alive = ({ types, aliases, ...rest }: SavedAnnounced): Announced => ({
    ...rest,
    types: new Map(types),
    aliases: new Map(aliases),
  });
  return {
    ...rest,
    own: own === null ? null : alive(own),
    devices: new Map(devices.map(([device, announced]) => [device, alive(announced)] as const)),
  };
}

// Which topics of Sparkplug B belong to a site: those of its edge node, and nothing else. The register says which edge node
// that is; a site of which it says nothing is the edge node of its own id in the usual group.

import {
  type DeviceMessage,
  formatSparkplugTopic,
  type NodeMessage,
  parseSparkplugTopic,
  sparkplugNamespace,
} from "./topic.ts";

/** How the register names the edge node of a site. */
export interface EdgeNodeName {
  readonly group: string;
  readonly node: string;
}

/** Which factor a metric is. */
export interface MetricRow {
  /** Null: a metric of the edge node itself. */
  readonly device: string | null;
  readonly metric: string;
  /** Null: no reading, by decision. */
  readonly factor: string | null;
}

export interface EdgeNodeSettings extends EdgeNodeName {
  readonly metrics: readonly MetricRow[];
  /** Metrics that no row names: refused, so that somebody notices (the default), or aside, for a gateway that says much. */
  readonly others?: "refused" | "aside" | undefined;
}

/** The group of sites whose edge node is not named; nobody may name an edge node in it. */
export const usualGroup = "plumeline";
/** The name of this host application: spBv1.0/STATE/plumeline. */
export const hostName = "plumeline";
export const hostTopic = formatSparkplugTopic({ type: "STATE", host: hostName });

export function usualEdgeNode(site: string): EdgeNodeName {
  return { group: usualGroup, node: site };
}

export function isSparkplugTopic(topic: string): boolean {
  return topic.startsWith(`${sparkplugNamespace}/`);
}

const said: ReadonlySet<NodeMessage | DeviceMessage> = new Set([
  "NBIRTH",
  "NDEATH",
  "NDATA",
  "DBIRTH",
  "DDEATH",
  "DDATA",
]);

/** May this edge node publish there? Its births, deaths and data; no orders and no states. */
export function mayPublishAs({ group, node }: EdgeNodeName, topic: string): boolean {
  const parsed = parseSparkplugTopic(topic);
  if (typeof parsed === "string" || parsed.type === "STATE") return false;
  return said.has(parsed.type) && parsed.group === group && parsed.node === node;
}

/** May this edge node subscribe to this filter? Orders to itself and its devices, and the state of this host. */
export function maySubscribeAs({ group, node }: EdgeNodeName, filter: string): boolean {
  if (filter === hostTopic) return true;
  const orders = `${sparkplugNamespace}/${group}`;
  if (filter === `${orders}/NCMD/${node}` || filter === `${orders}/NCMD/${node}/#`) return true;
  const devices = `${orders}/DCMD/${node}`;
  if (filter === `${devices}/#` || filter === `${devices}/+`) return true;
  const parsed = parseSparkplugTopic(filter);
  return typeof parsed !== "string" && parsed.type === "DCMD" && parsed.group === group && parsed.node === node;
}

/** May this message go to this edge node? */
export function mayHearAs({ group, node }: EdgeNodeName, topic: string): boolean {
  if (topic === hostTopic) return true;
  const parsed = parseSparkplugTopic(topic);
  if (typeof parsed === "string" || (parsed.type !== "NCMD" && parsed.type !== "DCMD")) return false;
  return parsed.group === group && parsed.node === node;
}

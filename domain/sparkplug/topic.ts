// Topics of Sparkplug B: spBv1.0/{group}/{type}/{node}[/{device}], and spBv1.0/STATE/{host} for a host application. A message
// about an edge node has no device, a message about a device has one; everything else is no such topic.

import { sizes } from "./sizes.ts";

export const sparkplugNamespace = "spBv1.0";

export const nodeMessages = ["NBIRTH", "NDEATH", "NDATA", "NCMD"] as const;
export const deviceMessages = ["DBIRTH", "DDEATH", "DDATA", "DCMD"] as const;
export type NodeMessage = (typeof nodeMessages)[number];
export type DeviceMessage = (typeof deviceMessages)[number];
export type MessageType = NodeMessage | DeviceMessage;

export interface NodeTopic {
  readonly type: NodeMessage;
  readonly group: string;
  readonly node: string;
  readonly device: null;
}

export interface DeviceTopic {
  readonly type: DeviceMessage;
  readonly group: string;
  readonly node: string;
  readonly device: string;
}

/** A host application says whether it is there. */
export interface HostTopic {
  readonly type: "STATE";
  readonly host: string;
}

export type SparkplugTopic = NodeTopic | DeviceTopic | HostTopic;

function isNodeMessage(text: string): text is NodeMessage {
  return (nodeMessages as readonly string[]).includes(text);
}

function isDeviceMessage(text: string): text is DeviceMessage {
  return (deviceMessages as readonly string[]).includes(text);
}

/** Wildcards and dividers of MQTT, signs that cannot be seen, and half surrogate pairs are in no identifier. */
// oxlint-disable-next-line no-control-regex
const foreignSigns = /[/+#\u0000-\u001f\u007f\ufffd]|\p{Surrogate}/u;

/** What is wrong with a group, node, device or host, or null. */
export function findIdFault(id: string): string | null {
  if (id === "") return "is empty";
  if (id.length > sizes.idCharsMax) return `has ${id.length} characters`;
  return foreignSigns.test(id) ? "has a sign that no identifier may have" : null;
}

function findFault(parts: Readonly<Record<string, string>>): string | null {
  for (const [what, id] of Object.entries(parts)) {
    const fault = findIdFault(id);
    if (fault !== null) return `the ${what} ${fault}`;
  }
  return null;
}

/** The topic, or what is wrong with it. */
export function parseSparkplugTopic(text: string): SparkplugTopic | string {
  const [namespace, second = "", third = "", fourth, ...rest] = text.split("/", 6);
  if (namespace !== sparkplugNamespace) return `does not begin with ${sparkplugNamespace}/`;
  if (second === "STATE" && fourth === undefined) {
    return findFault({ host: third }) ?? { type: "STATE", host: third };
  }
  if (fourth === undefined) return "names no edge node";
  const [device] = rest;
  if (rest.length > 1) return "has more parts than such a topic has";
  if (isNodeMessage(third)) {
    if (device !== undefined) return `${third} is about an edge node, and a device is named`;
    return findFault({ group: second, node: fourth }) ?? { type: third, group: second, node: fourth, device: null };
  }
  if (isDeviceMessage(third)) {
    if (device === undefined) return `${third} is about a device, and none is named`;
    return findFault({ group: second, node: fourth, device }) ?? { type: third, group: second, node: fourth, device };
  }
  return "has a message type that is not known";
}

export function formatSparkplugTopic(topic: SparkplugTopic): string {
  if (topic.type === "STATE") return `${sparkplugNamespace}/STATE/${topic.host}`;
  const { group, type, node, device } = topic;
  return `${sparkplugNamespace}/${group}/${type}/${node}${device === null ? "" : `/${device}`}`;
}

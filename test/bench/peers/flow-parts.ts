// What every flow of the peers has in common: the words, the readings from Mosquitto, the alarms back to it. Nodes are as
// Node-RED stores them and its editor shows them. Pure.

export interface FlowParts {
  readonly mqttPort: number;
  readonly influxPort: number;
  readonly database: string;
  /** Factor → what it must not exceed. */
  readonly limits: Readonly<Record<string, number>>;
  readonly batchPoints: number;
  readonly batchMs: number;
}

/** One node of a flow file; what belongs to its type beside what belongs to all. */
export type FlowNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** How one flow does its work between the two ends. */
export interface Way {
  /** In words, for people who read the figures. */
  readonly does: string;
  /** The first of them takes the readings. */
  build(parts: FlowParts): readonly [FlowNode, ...FlowNode[]];
}

export const readingsTopic = (site: string): string => `v1/${site}/readings`;
export const alarmsTopic = "alarms";
export const measurement = "readings";
export const tab = "outfalls";
/** Where alarms are sent to. */
export const alarmsId = "alarms";

export function buildEnds({ mqttPort }: FlowParts, firstId: string): FlowNode[] {
  return [
    { id: tab, type: "tab", label: "Outfalls", disabled: false, info: "" },
    {
      id: "broker",
      type: "mqtt-broker",
      name: "mosquitto",
      broker: "127.0.0.1",
      port: String(mqttPort),
      clientid: "flow",
      autoConnect: true,
      usetls: false,
      protocolVersion: "4",
      keepalive: "60",
      cleansession: true,
      autoUnsubscribe: true,
      birthTopic: "",
      closeTopic: "",
      willTopic: "",
    },
    {
      id: "readings",
      type: "mqtt in",
      z: tab,
      x: 120,
      y: 100,
      name: "readings",
      topic: readingsTopic("+"),
      qos: "1",
      datatype: "json",
      broker: "broker",
      nl: false,
      rap: true,
      rh: 0,
      inputs: 0,
      wires: [[firstId]],
    },
    {
      id: alarmsId,
      type: "mqtt out",
      z: tab,
      x: 560,
      y: 140,
      name: "alarms",
      topic: "",
      qos: "1",
      retain: "false",
      broker: "broker",
      wires: [],
    },
  ];
}

interface FunctionParts {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  /** "On Start" and "On Message" of the node. */
  readonly onStart?: string;
  readonly onMessage: string;
  readonly wires: readonly (readonly string[])[];
}

export function buildFunction({ id, name, x, onStart = "", onMessage, wires }: FunctionParts): FlowNode {
  return {
    id,
    type: "function",
    z: tab,
    x,
    y: 100,
    name,
    func: onMessage,
    initialize: onStart,
    finalize: "",
    outputs: wires.length,
    timeout: 0,
    noerr: 0,
    libs: [],
    wires,
  };
}

// The sending side of an edge node, for the simulator and for tests: keeps its counters and aliases and says which messages
// leave, in which order. Holds no connection and no clock.
//
//   connect ──▶ will (NDEATH n) ──▶ NBIRTH 0 ──▶ DBIRTH 1 … ──▶ NDATA, DDATA, DDEATH … 255, 0 …
//      ▲                               ▲──── when a host asks for it, with the same n
//      └──── n + 1, when the connection was lost

import { buildNodeBirth, buildNodeDeath, buildPayload, type MetricToSend } from "./build.ts";
import type { DataTypeName } from "./data-types.ts";
import type { SparkplugMessage } from "./frame.ts";
import { formatSparkplugTopic, type MessageType, type SparkplugTopic } from "./topic.ts";

export interface MetricDefinition {
  readonly name: string;
  readonly type: DataTypeName;
}

/** Values by the name of their metric; null is said as such. */
export type MetricValues = Readonly<Record<string, Exclude<MetricToSend["value"], undefined>>>;

/** What may be said of a metric beside its value. */
export type MetricRest = Pick<MetricToSend, "quality" | "isHistorical" | "isTransient" | "timestamp">;

export interface Moment {
  readonly values: MetricValues;
  readonly rest: MetricRest;
}

export interface EdgeNodeParts {
  readonly group: string;
  readonly node: string;
  readonly metrics: readonly MetricDefinition[];
  readonly devices: Readonly<Record<string, readonly MetricDefinition[]>>;
  /** Without aliases data comes by name. */
  readonly withAliases: boolean;
}

export interface EdgeNodeSender {
  /** A new connection: the will to leave with the broker. */
  connect(timestamp: number): SparkplugMessage;
  /** NBIRTH and a DBIRTH of every device; `valuesOf(null)` are those of the node. `rest` is added to every metric. */
  birth(timestamp: number, valuesOf: (device: string | null) => MetricValues, rest?: MetricRest): SparkplugMessage[];
  /** NDATA, or DDATA of a device. `rest` is added to every metric. */
  data(timestamp: number, device: string | null, values: MetricValues, rest?: MetricRest): SparkplugMessage;
  /** The same with the values of several moments. */
  moments(timestamp: number, device: string | null, moments: readonly Moment[]): SparkplugMessage;
  deviceDeath(timestamp: number, device: string): SparkplugMessage;
}

interface Known {
  readonly type: DataTypeName;
  readonly alias: number;
}

export function createEdgeNodeSender({ group, node, metrics, devices, withAliases }: EdgeNodeParts): EdgeNodeSender {
  let bdSeq = 255;
  let seq = 0;
  let aliases = 0;
  const number = (definitions: readonly MetricDefinition[]): ReadonlyMap<string, Known> =>
    new Map(definitions.map(({ name, type }) => [name, { type, alias: ++aliases }]));
  const own = number(metrics);
  const ofDevices = new Map(Object.entries(devices).map(([device, definitions]) => [device, number(definitions)]));
  const knownOf = (device: string | null): ReadonlyMap<string, Known> =>
    device === null ? own : (ofDevices.get(device) ?? new Map<string, Known>());

  function message(kind: "BIRTH" | "DATA" | "DEATH", device: string | null, payload: Uint8Array): SparkplugMessage {
    const type: MessageType = device === null ? `N${kind}` : `D${kind}`;
    const topic = formatSparkplugTopic({ type, group, node, device } as SparkplugTopic);
    return { topic, payload };
  }

  function announce(device: string | null, values: MetricValues, rest: MetricRest): MetricToSend[] {
    return [...knownOf(device)].map(([name, { type, alias }]) => ({
      name,
      type,
      value: values[name] ?? null,
      ...(withAliases ? { alias } : {}),
      ...rest,
    }));
  }

  function label(device: string | null, { values, rest }: Moment): MetricToSend[] {
    const known = knownOf(device);
    return Object.entries(values).map(([name, value]) => {
      const { type, alias } = known.get(name) ?? { type: "Double", alias: 0 };
      return { ...(withAliases ? { alias, withoutType: true } : { name }), type, value, ...rest };
    });
  }

  function next(): number {
    seq = (seq + 1) % 256;
    return seq;
  }

  return {
    connect(timestamp) {
      bdSeq = (bdSeq + 1) % 256;
      return message("DEATH", null, buildNodeDeath({ timestamp, bdSeq }));
    },
    birth(timestamp, valuesOf, rest = {}) {
      seq = 0;
      const node = buildNodeBirth({ timestamp, bdSeq, metrics: announce(null, valuesOf(null), rest) });
      const births = [message("BIRTH", null, node)];
      for (const device of ofDevices.keys()) {
        const metrics = announce(device, valuesOf(device), rest);
        births.push(message("BIRTH", device, buildPayload({ timestamp, seq: next(), metrics })));
      }
      return births;
    },
    data(timestamp, device, values, rest = {}) {
      const metrics = label(device, { values, rest });
      return message("DATA", device, buildPayload({ timestamp, seq: next(), metrics }));
    },
    moments(timestamp, device, moments) {
      const metrics = moments.flatMap((moment) => label(device, moment));
      return message("DATA", device, buildPayload({ timestamp, seq: next(), metrics }));
    },
    deviceDeath: (timestamp, device) => message("DEATH", device, buildPayload({ timestamp, seq: next() })),
  };
}

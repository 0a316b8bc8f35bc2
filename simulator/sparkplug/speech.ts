// Sparkplug B of one edge node: its death is left with the broker, its first frame is its birth, later ones come by alias. Who
// asks for its birth gets it, with what was measured last. Its bytes are written by domain/sparkplug, which decodes nothing.
//
//   connect ──▶ will NDEATH ──▶ first frame: NBIRTH ──▶ NDATA … ──▶ NDEATH, DISCONNECT
//                                  ▲── NCMD Node Control/Rebirth

import {
  createEdgeNodeSender,
  type MetricRest,
  type MetricValues,
  qualities,
  rebirthMetric,
  type SparkplugMessage,
  usualEdgeNode,
} from "#domain/sparkplug/sparkplug.ts";
import type { NonsenseVariant } from "../scenarios/episode.ts";
import type { MqttMessage, Speech } from "../speech.ts";
import { type KeptFrame, type KeptMoment, keepLate, readKept } from "./frame.ts";

/** Bytes that no reader of Protocol Buffers takes: a field that is longer than the message. */
const brokenBytes = Buffer.from([0x12, 0x7f, 0x0a]);
const unknownMetric = "w99999";
const longAgoMs = 12_000;
const impossible = 1e18;

export function createSparkplugSpeech(site: string, factors: readonly string[], now: () => number): Speech {
  const { group, node } = usualEdgeNode(site);
  const metrics = factors.map((name) => ({ name, type: "Double" as const }));
  const sender = createEdgeNodeSender({ group, node, metrics, devices: {}, withAliases: true });
  const orders = `spBv1.0/${group}/NCMD/${node}`;
  let death: SparkplugMessage | null = null;
  let isBorn = false;
  let newest: KeptMoment | null = null;

  /** Data and births are sent with QoS 1, so that a frame leaves the outbox when it is safe. */
  function toMqtt({ topic, payload }: SparkplugMessage, qos: 0 | 1 = 1): MqttMessage {
    return { topic, payload: Buffer.from(payload), qos, retain: false };
  }

  function birth(moment: KeptMoment): MqttMessage[] {
    isBorn = true;
    const { values, rest } = toMoment(moment, false);
    return sender.birth(now(), () => values, rest).map((message) => toMqtt(message));
  }

  function data({ moments, historical, nonsense }: KeptFrame): MqttMessage {
    if (nonsense === "invalid-json") return toMqtt({ topic: `spBv1.0/${group}/NDATA/${node}`, payload: brokenBytes });
    if (nonsense === "no-values") return toMqtt(sender.data(now(), null, {}));
    const told = moments.map((moment) => spoil(toMoment(moment, historical), nonsense));
    return toMqtt(sender.moments(now(), null, told));
  }

  function say(frame: KeptFrame): MqttMessage[] {
    const last = frame.moments.at(-1);
    if (last === undefined) return [];
    const isPlain = frame.nonsense === null && frame.moments.length === 1;
    if (newest === null || last.eventMs > newest.eventMs) newest = last;
    if (isBorn) return [data(frame)];
    // A birth says everything that one plain frame would say.
    return isPlain ? birth(last) : [...birth(last), data(frame)];
  }

  return {
    will() {
      death = sender.connect(now());
      isBorn = false;
      return toMqtt(death);
    },
    hello: () => [],
    say: (text) => say(readKept(text)),
    late: keepLate,
    goodbye: () => toMqtt(death ?? sender.connect(now()), 0),
    filters: [orders],
    hear(topic, payload) {
      if (topic !== orders || !payload.includes(rebirthMetric) || newest === null) return [];
      return birth(newest);
    },
  };
}

interface Told {
  readonly values: MetricValues;
  readonly rest: MetricRest;
}

/** A value that is not normal makes the whole moment bad: one quality for all is what this gateway has. */
function toMoment({ eventMs, values }: KeptMoment, historical: boolean): Told {
  const isBad = Object.values(values).some(({ flag }) => flag !== undefined && flag !== "N");
  return {
    values: Object.fromEntries(Object.entries(values).map(([code, { value }]) => [code, value])),
    rest: {
      timestamp: eventMs,
      ...(historical ? { isHistorical: true } : {}),
      ...(isBad ? { quality: qualities.bad } : {}),
    },
  };
}

/** The same, broken in one way. What is about JSON alone becomes what comes nearest to it here. */
function spoil({ values, rest }: Told, variant: NonsenseVariant | null): Told {
  const [first] = Object.keys(values);
  if (variant === null || first === undefined) return { values, rest };
  switch (variant) {
    case "nan":
      return { values: { ...values, [first]: Number.NaN }, rest };
    case "text-number":
      return { values: { ...values, [first]: null }, rest };
    case "impossible-value":
      return { values: { ...values, [first]: impossible }, rest };
    case "unknown-factor":
      return { values: { ...values, [unknownMetric]: 1.5 }, rest };
    case "year-1970":
      return { values, rest: { ...rest, timestamp: longAgoMs } };
    case "wrong-flag":
      return { values, rest: { ...rest, isTransient: true } };
    case "invalid-json":
    case "no-values":
      return { values, rest };
  }
}

// One whole packet of a connection that is logged in: is it a packet, may a device send it, do its parts fit each other
// [MQTT-3.1.1 2 and 3]? Whose topic it is, is asked later.

import { isTopicFilter, isTopicName } from "#domain/topic.ts";
import type { BrokerRefusal, Refusal } from "./refusal.ts";
import { createFieldReader, readText } from "./text.ts";

export const packetTypes = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

const no = (reason: BrokerRefusal, detail: string): Refusal => ({ reason, detail });

interface Kind {
  /** The lower half of the first byte [MQTT-2.2.2-1, -2]. */
  readonly flags: number;
  check(body: Uint8Array, name: string): Refusal | null;
}

const acknowledgement = (flags: number): Kind => ({
  flags,
  check(body, name) {
    if (body.length !== 2) return no("malformed", `${name} of ${body.length} bytes`);
    return body[0] === 0 && body[1] === 0 ? no("malformed", `${name} with identifier 0`) : null;
  },
});

const empty: Kind = {
  flags: 0,
  check: (body, name) => (body.length === 0 ? null : no("malformed", `${name} with ${body.length} bytes`)),
};

/** SUBSCRIBE and UNSUBSCRIBE: an identifier and at least one filter [MQTT-3.8.3-3, MQTT-3.10.3-2]. */
const filters = (hasQos: boolean): Kind => ({
  flags: 0x02,
  check(body, name) {
    const reader = createFieldReader(body);
    const packetId = reader.uint16();
    if (packetId === null || packetId === 0) return no("malformed", `${name} without an identifier`); // [MQTT-2.3.1-1]
    if (reader.left === 0) return no("malformed", `${name} without a filter`);
    while (reader.left > 0) {
      const bytes = reader.field();
      if (bytes === null) return no("malformed", `${name} ends inside a filter`);
      const filter = readText(bytes);
      if (filter === null) return no("bad-text", `a filter of ${name}`);
      if (!isTopicFilter(filter)) return no("bad-topic", `${name}: ${filter}`);
      if (!hasQos) continue;
      const qos = reader.byte();
      if (qos === null || qos > 2) return no("malformed", `${name} with no QoS that exists`); // [MQTT-3-8.3-4]
    }
    return null;
  },
});

const kinds: ReadonlyMap<number, Kind> = new Map([
  [packetTypes.puback, acknowledgement(0)],
  [packetTypes.pubrec, acknowledgement(0)],
  [packetTypes.pubrel, acknowledgement(0x02)],
  [packetTypes.pubcomp, acknowledgement(0)],
  [packetTypes.subscribe, filters(true)],
  [packetTypes.unsubscribe, filters(false)],
  [packetTypes.pingreq, empty],
  [packetTypes.disconnect, empty],
]);

const names: readonly string[] =
  "RESERVED CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK PINGREQ PINGRESP DISCONNECT RESERVED".split(
    " ",
  );

/** What is wrong with a packet behind CONNECT; null when the broker library may have it. */
export function checkPacket(firstByte: number, body: Uint8Array): Refusal | null {
  const type = firstByte >> 4;
  if (type === packetTypes.publish) return checkPublish(firstByte, body);
  const name = names[type] ?? "";
  const kind = kinds.get(type);
  if (kind === undefined) return no(name === "RESERVED" ? "malformed" : "out-of-turn", `${name} of a device`);
  if ((firstByte & 0x0f) !== kind.flags) return no("malformed", `${name} with wrong flags`);
  return kind.check(body, name);
}

export interface PublishPlaces {
  readonly topicEnd: number;
  /** 0 with QoS 0. */
  readonly packetId: number;
  readonly payloadFrom: number;
}

/** Where the parts of a PUBLISH body are; the topic begins at 2. Null when the packet is malformed [MQTT-3.1.1 3.3.2]. */
export function locatePublish(firstByte: number, body: Uint8Array): PublishPlaces | null {
  const qos = (firstByte >> 1) & 0x03;
  // [MQTT-3.3.1-4], and [MQTT-3.3.1-2]: what is not acknowledged is not sent again.
  if (qos === 3 || (firstByte & 0x0e) === 0x08 || body.length < 2) return null;
  const topicEnd = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
  const payloadFrom = qos === 0 ? topicEnd : topicEnd + 2;
  if (payloadFrom > body.length) return null;
  const packetId = qos === 0 ? 0 : ((body[topicEnd] ?? 0) << 8) | (body[topicEnd + 1] ?? 0);
  // [MQTT-2.3.1-1]: a packet that is to be acknowledged has an identifier other than 0.
  return qos > 0 && packetId === 0 ? null : { topicEnd, packetId, payloadFrom };
}

function checkPublish(firstByte: number, body: Uint8Array): Refusal | null {
  const places = locatePublish(firstByte, body);
  if (places === null) return no("malformed", "PUBLISH with wrong flags, cut short, or without an identifier");
  const topic = readText(body.subarray(2, places.topicEnd));
  if (topic === null) return no("bad-text", "the topic of a PUBLISH");
  return isTopicName(topic) ? null : no("bad-topic", `PUBLISH: ${topic}`); // [MQTT-3.3.2-2]
}

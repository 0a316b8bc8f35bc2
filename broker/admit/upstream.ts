// One message that an external broker brings: whose frame it is, or why it is none. The broker there has authenticated who
// published, and its access list says who may; here the topic alone says whose it is, by the same rules as at our own door.
// A message that is refused is acknowledged all the same: it would come again for ever, and take the place of good ones.

import { bounds } from "#domain/bounds.ts";
import type { Channel } from "#domain/frame.ts";
import { isTopicName, parsePublishTopic } from "#domain/topic.ts";
import type { MqttVersion } from "#domain/upstream.ts";
import { locatePublish } from "./packet.ts";
import type { BrokerRefusal, Refusal } from "./refusal.ts";
import { readText } from "./text.ts";

export interface UpstreamMessage {
  /** 0 with QoS 0: there is nothing to acknowledge. */
  readonly packetId: number;
  readonly outcome:
    | { readonly ok: true; readonly site: string; readonly channel: Channel; readonly payload: Uint8Array }
    | { readonly ok: false; readonly refusal: Refusal };
}

/** Reads a PUBLISH; null when its bytes are no PUBLISH, or one that nobody subscribed to (QoS 2). */
export function readMessage(firstByte: number, body: Uint8Array, version: MqttVersion): UpstreamMessage | null {
  const places = locatePublish(firstByte, body);
  if (places === null || ((firstByte >> 1) & 0x03) === 2) return null;
  const { packetId, topicEnd } = places;
  const payloadFrom = version === 5 ? skipProperties(body, places.payloadFrom) : places.payloadFrom;
  if (payloadFrom === null) return null;
  const no = (reason: BrokerRefusal, detail: string): UpstreamMessage => ({
    packetId,
    outcome: { ok: false, refusal: { reason, detail } },
  });
  const topic = readText(body.subarray(2, topicEnd));
  if (topic === null) return no("bad-text", "the topic of a message");
  if (!isTopicName(topic)) return no("bad-topic", topic);
  const parsed = parsePublishTopic(topic);
  if (parsed === null) return no("foreign-topic", topic);
  const payload = body.subarray(payloadFrom);
  if (payload.length > bounds.frameBytesMax) return no("too-large", `${payload.length} bytes`);
  return { packetId, outcome: { ok: true, site: parsed.site, channel: parsed.channel, payload } };
}

/** A PUBLISH of which only the beginning was kept, because it is too large. */
export function readTooLarge(firstByte: number, head: Uint8Array, bytes: number): UpstreamMessage | null {
  const places = locatePublish(firstByte, head);
  if (places === null || ((firstByte >> 1) & 0x03) === 2) return null;
  const refusal: Refusal = { reason: "too-large", detail: `${bytes} bytes` };
  return { packetId: places.packetId, outcome: { ok: false, refusal } };
}

/** How many bytes of a PUBLISH must be there before `readTooLarge` can read it; null while its topic's length is not there. */
export function headBytes(firstByte: number, body: Uint8Array): number | null {
  if (body.length < 2) return null;
  const topicEnd = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
  return ((firstByte >> 1) & 0x03) === 0 ? topicEnd : topicEnd + 2;
}

/** Where the properties end that begin at `at` [MQTT-5 2.2.2]; null when they do not fit into the packet. */
function skipProperties(body: Uint8Array, at: number): number | null {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = body[at + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return at + i + 1 + length <= body.length ? at + i + 1 + length : null;
  }
  return null;
}

/** Reason code of PUBACK [MQTT-5 3.4.2.1]; MQTT 3.1.1 knows none, there it is left out. */
export function ackCode(refusal: Refusal | null): number {
  if (refusal === null) return 0x00;
  return refusal.reason === "too-large" ? 0x83 : 0x90;
}

/** Bytes of one PUBACK, appended to `bytes`. */
export function pushAck(bytes: number[], packetId: number, code: number, version: MqttVersion): void {
  const hasCode = version === 5 && code !== 0;
  bytes.push(0x40, hasCode ? 3 : 2, packetId >> 8, packetId & 0xff);
  if (hasCode) bytes.push(code);
}

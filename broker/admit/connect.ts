// The login packet of a connection, looked at before anything of it is believed [MQTT-3.1.1 3.1]. The broker library would
// take most of what is refused here and guess the rest.

import { isTopicName } from "#domain/topic.ts";
import { doorBounds } from "./door-bounds.ts";
import type { BrokerRefusal, Refusal } from "./refusal.ts";
import { createFieldReader, type FieldReader, readText } from "./text.ts";

/** Protocol name → the level that belongs to it: MQTT 3.1 and 3.1.1. */
const levels: ReadonlyMap<string, number> = new Map([
  ["MQIsdp", 3],
  ["MQTT", 4],
]);

const no = (reason: BrokerRefusal, detail: string): Refusal => ({ reason, detail });
const short = no("malformed", "CONNECT ends before its fields do");

/** What is wrong with the body of a CONNECT packet; null when it may be believed. */
export function checkConnect(body: Uint8Array): Refusal | null {
  const reader = createFieldReader(body);
  const name = readField(reader);
  if (name === null) return short;
  const level = levels.get(name);
  // [MQTT-3.1.2-1]
  if (level === undefined) return no("unsupported-version", "another protocol name than MQTT");
  const given = reader.byte();
  if (given === null) return short;
  // [MQTT-3.1.2-2]: the only refusal of a version that a device of any version understands.
  if (given !== level)
    return { reason: "unsupported-version", detail: `level ${given} of ${name}, not ${level}`, returnCode: 1 };
  const flags = reader.byte();
  if (flags === null || reader.uint16() === null) return short;
  return checkFlags(flags) ?? checkPayload(reader, flags, level);
}

const flag = { reserved: 0x01, clean: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, username: 0x80 } as const;

function checkFlags(flags: number): Refusal | null {
  const willQos = (flags >> 3) & 0x03;
  if ((flags & flag.reserved) !== 0) return no("bad-connect", "the reserved flag is set"); // [MQTT-3.1.2-3]
  if (willQos === 3) return no("bad-connect", "a will with QoS 3"); // [MQTT-3.1.2-14]
  const hasWill = (flags & flag.will) !== 0;
  // [MQTT-3.1.2-11, -13, -15]
  if (!hasWill && (willQos > 0 || (flags & flag.willRetain) !== 0))
    return no("bad-connect", "flags of a will without a will");
  // [MQTT-3.1.2-22]
  if ((flags & flag.password) !== 0 && (flags & flag.username) === 0)
    return no("bad-connect", "a password without a user name");
  return null;
}

function checkPayload(reader: FieldReader, flags: number, level: number): Refusal | null {
  const id = reader.field();
  if (id === null) return short;
  if (readText(id) === null) return no("bad-text", "the client id");
  // [MQTT-3.1.3-8]; MQTT 3.1 knows no empty id at all.
  if (id.length === 0 && ((flags & flag.clean) === 0 || level === 3))
    return { reason: "bad-client-id", detail: "no client id, and a session to be kept", returnCode: 2 };
  if (id.length > doorBounds.clientIdBytesMax)
    return { reason: "bad-client-id", detail: `a client id of ${id.length} bytes`, returnCode: 2 };
  if ((flags & flag.will) !== 0) {
    const topic = reader.field();
    if (topic === null || reader.field() === null) return short;
    const text = readText(topic);
    if (text === null) return no("bad-text", "the topic of the will");
    if (!isTopicName(text)) return no("bad-topic", "the topic of the will");
  }
  if ((flags & flag.username) !== 0) {
    const username = reader.field();
    if (username === null) return short;
    if (readText(username) === null) return no("bad-text", "the user name");
  }
  if ((flags & flag.password) !== 0 && reader.field() === null) return short;
  return reader.left > 0 ? no("malformed", `${reader.left} bytes behind the last field of CONNECT`) : null;
}

function readField(reader: FieldReader): string | null {
  const bytes = reader.field();
  return bytes === null ? null : (readText(bytes) ?? "");
}

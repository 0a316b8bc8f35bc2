// A Sparkplug B message as one sequence of bytes, for the journal: what it means depends on its topic.
//
//   length of the topic (2 bytes, high byte first) │ topic in UTF-8 │ payload, as it was received

import { encodeText } from "../hj212/text.ts";

export interface SparkplugMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const topicBytesMax = 0xffff;

/** An MQTT topic has at most 65,535 bytes; a longer one is a mistake of the caller. */
export function packMessage({ topic, payload }: SparkplugMessage): Uint8Array {
  const text = encodeText(topic);
  if (text.length > topicBytesMax) throw new RangeError(`a topic of ${text.length} bytes`);
  const bytes = new Uint8Array(2 + text.length + payload.length);
  bytes[0] = text.length >> 8;
  bytes[1] = text.length & 0xff;
  bytes.set(text, 2);
  bytes.set(payload, 2 + text.length);
  return bytes;
}

/** Null when the bytes are no such sequence. The payload shares its memory with `bytes`. */
export function unpackMessage(bytes: Uint8Array): SparkplugMessage | null {
  const [high, low] = bytes;
  if (high === undefined || low === undefined) return null;
  const end = 2 + high * 256 + low;
  if (end > bytes.length) return null;
  try {
    return { topic: utf8.decode(bytes.subarray(2, end)), payload: bytes.subarray(end) };
  } catch {
    // Not UTF-8.
    return null;
  }
}

// One device's PUBLISH packet, made once by the packet codec and then only patched: message id, event time and two decimals
// of every value. So a message costs the generator a copy and some thirty bytes, and every one is unique by its time.

import { generate } from "mqtt-packet";

export interface MessageShape {
  readonly topic: string;
  readonly factors: readonly string[];
  /** Whole part of every value; the two decimals behind it change from message to message. */
  readonly wholes: readonly number[];
  readonly qos: 0 | 1;
  /** Any number; devices with different ones send different values. */
  readonly salt: number;
}

export interface Message {
  readonly bytes: number;
  /** Writes the whole packet into `target` at `at`. */
  write(target: Buffer, at: number, messageId: number, time: number): void;
}

/** Thirteen digits: every moment from 2001 to 2286. */
const timePlace = "1000000000000";

export function createMessage(shape: MessageShape): Message {
  const { topic, factors, wholes, qos, salt } = shape;
  const values = factors.map((factor, i) => `${JSON.stringify(factor)}:${wholes[i] ?? 1}.00`);
  const payload = Buffer.from(`{"time":${timePlace},"values":{${values.join(",")}}}`);
  const idPlace = 1;
  const packet = { cmd: "publish", topic, payload, qos, dup: false, retain: false } as const;
  const template = Buffer.from(generate(qos === 0 ? packet : { ...packet, messageId: idPlace }));
  const payloadAt = template.length - payload.length;
  const idAt = qos === 0 ? -1 : payloadAt - 2;
  const timeAt = payloadAt + payload.indexOf(timePlace);
  const decimalsAt: number[] = [];
  for (let at = payload.indexOf(".00"); at >= 0; at = payload.indexOf(".00", at + 1))
    decimalsAt.push(payloadAt + at + 1);
  let made = salt;

  function write(target: Buffer, at: number, messageId: number, time: number): void {
    target.set(template, at);
    if (idAt >= 0) {
      target[at + idAt] = messageId >> 8;
      target[at + idAt + 1] = messageId & 0xff;
    }
    // Not by the remainder of the whole number: past 2^31 that leaves small integers and costs three times as much.
    let high = Math.floor(time / 1e7);
    let low = time - high * 1e7;
    for (let digit = timeAt + at + 12; digit >= timeAt + at + 6; digit--) {
      target[digit] = 48 + (low % 10);
      low = (low / 10) | 0;
    }
    for (let digit = timeAt + at + 5; digit >= timeAt + at; digit--) {
      target[digit] = 48 + (high % 10);
      high = (high / 10) | 0;
    }
    made = (made + 1) % 1_000_003;
    for (let i = 0; i < decimalsAt.length; i++) {
      const decimals = (made * (2 * i + 1) + 37 * i) % 100;
      const place = at + (decimalsAt[i] ?? 0);
      target[place] = 48 + ((decimals / 10) | 0);
      target[place + 1] = 48 + (decimals % 10);
    }
  }

  return { bytes: template.length, write };
}

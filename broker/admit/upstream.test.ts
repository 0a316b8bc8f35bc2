// What is promised of messages of an external broker, byte by byte, and of the way back to it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channels } from "#domain/frame.ts";
import { ackCode, headBytes, pushAck, readMessage, readTooLarge } from "./upstream.ts";
import { createVersionChoice, retryMs } from "./upstream-retry.ts";

const text = new TextEncoder();

function publish(topic: string | Uint8Array, payload: string, version: 4 | 5, properties: readonly number[] = []) {
  const name = typeof topic === "string" ? text.encode(topic) : topic;
  const head = [name.length >> 8, name.length & 0xff, ...name, 0x12, 0x34];
  const extra = version === 5 ? [properties.length, ...properties] : [];
  return Uint8Array.from([...head, ...extra, ...text.encode(payload)]);
}

describe("a message of an external broker", () => {
  it.each([4, 5] as const)("is the frame of the site that its topic names (version %i)", (version) => {
    const message = readMessage(0x32, publish("v1/HB-1/readings", "{}", version), version);
    expect(message?.packetId).toBe(0x1234);
    expect(message?.outcome).toEqual({
      ok: true,
      site: "HB-1",
      channel: channels.readings,
      payload: text.encode("{}"),
    });
  });

  it("has its properties passed over, whatever they are", () => {
    const message = readMessage(0x32, publish("v1/HB-1/status", "online", 5, [0x01, 0x01]), 5);
    expect(message?.outcome).toMatchObject({ ok: true, payload: text.encode("online") });
    expect(readMessage(0x32, publish("v1/HB-1/status", "", 5, []).subarray(0, 18), 5)).toBeNull();
  });

  it.each([
    ["v1/A/../B/readings", "foreign-topic"],
    ["v1/A/readings/B", "foreign-topic"],
    ["v1//readings", "foreign-topic"],
    ["v1/A/commands", "foreign-topic"],
    ["other", "foreign-topic"],
    ["v1/+/readings", "bad-topic"],
    ["", "bad-topic"],
    ["v1/A\0/readings", "bad-text"],
    [Uint8Array.of(0x76, 0x31, 0x2f, 0xed, 0xa0, 0x80), "bad-text"],
  ])("with the topic %j is refused as %s", (topic, reason) => {
    const message = readMessage(0x32, publish(topic, "{}", 4), 4);
    expect(message).toMatchObject({ packetId: 0x1234, outcome: { ok: false, refusal: { reason } } });
  });

  it("with QoS 2 is a fault of the broker: nobody subscribed to it", () => {
    expect(readMessage(0x34, publish("v1/A/readings", "{}", 4), 4)).toBeNull();
  });

  it("of any bytes is read or refused, and never thrown at", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x30, max: 0x3f }), fc.uint8Array({ maxLength: 40 }), (first, body) => {
        for (const version of [4, 5] as const) {
          const message = readMessage(first, body, version);
          if (message?.outcome.ok === true) expect(message.outcome.payload.length).toBeLessThan(body.length);
        }
      }),
    );
  });

  it("that is too large is refused by its beginning alone", () => {
    const whole = publish("v1/HB-1/readings", "x".repeat(100), 5);
    expect(headBytes(0x32, whole.subarray(0, 1))).toBeNull();
    const wanted = headBytes(0x32, whole) ?? 0;
    expect(wanted).toBe(20);
    expect(readTooLarge(0x32, whole.subarray(0, wanted), 300_000)).toEqual({
      packetId: 0x1234,
      outcome: { ok: false, refusal: { reason: "too-large", detail: "300000 bytes" } },
    });
  });
});

describe("an acknowledgement", () => {
  it("says in MQTT 5 why a message was refused, and in 3.1.1 only that it is not to come again", () => {
    const bytes: number[] = [];
    pushAck(bytes, 0x1234, ackCode(null), 5);
    pushAck(bytes, 0x1235, ackCode({ reason: "foreign-topic", detail: "" }), 5);
    pushAck(bytes, 0x1236, ackCode({ reason: "too-large", detail: "" }), 4);
    expect(bytes).toEqual([0x40, 2, 0x12, 0x34, 0x40, 3, 0x12, 0x35, 0x90, 0x40, 2, 0x12, 0x36]);
  });
});

describe("the next attempt", () => {
  it("comes after a time that grows, is drawn, and is never nothing nor more than half a minute", () => {
    expect([0, 1, 2, 20].map((attempt) => retryMs(attempt, 0.999))).toEqual([600, 1_099, 2_098, 30_070]);
    expect(retryMs(20, 0)).toBe(100);
  });

  it("takes 3.1.1 for good when the broker has said that it does not speak 5", () => {
    const choice = createVersionChoice([5, 4]);
    choice.ended("version");
    choice.ended("other");
    expect(choice.current).toBe(4);
  });

  it("takes 3.1.1 once after a silence, and 5 again after that", () => {
    const choice = createVersionChoice([5, 4]);
    choice.ended("silent");
    expect(choice.current).toBe(4);
    choice.ended("other");
    expect(choice.current).toBe(5);
  });

  it("keeps to the only version that is allowed", () => {
    const choice = createVersionChoice([4]);
    choice.ended("version");
    choice.ended("silent");
    expect(choice.current).toBe(4);
  });
});

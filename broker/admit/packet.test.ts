// What the checks of one packet promise: what MQTT 3.1.1 allows a device is let through, what it forbids is named.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkConnect } from "./connect.ts";
import { createExactlyOnce } from "./exactly-once.ts";
import { checkPacket, locatePublish } from "./packet.ts";
import { readText } from "./text.ts";

const field = (text: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
};
const body = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? field(part) : Buffer.from(part))));

/** Any characters, surrogates alone excepted. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff))
  .map((codes) => String.fromCodePoint(...codes));

describe("text in a packet", () => {
  it("is the string its bytes are, and never two byte sequences the same string", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = readText(bytes);
        if (text !== null) expect(Buffer.from(text, "utf8")).toEqual(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readText(Buffer.from(text, "utf8"))).toBe(text.includes("\0") ? null : text);
      }),
    );
  });

  it.each([
    ["a NUL", "6100"],
    ["half a surrogate pair", "eda080"],
    ["a whole pair of encoded surrogates", "eda080edb080"],
    ["a byte that never occurs", "ff"],
    ["a longer form than needed", "c0af"],
    ["a sequence that is cut short", "e282"],
  ])("is not %s", (_, hex) => {
    expect(readText(Buffer.from(hex, "hex"))).toBeNull();
  });

  it("keeps a byte order mark, which is a character there", () => {
    expect(readText(Buffer.from("efbbbf61", "hex"))).toBe("\ufeffa");
  });
});

describe("a login", () => {
  const connect = (flags: number, ...rest: string[]): Buffer => body("MQTT", [4, flags, 0, 60], ...rest);
  it.each([
    ["with all its parts", connect(0xf6, "id", "v1/S/status", "offline", "S", "secret")],
    ["without an id that keeps nothing", connect(0x02, "")],
    ["of MQTT 3.1", body("MQIsdp", [3, 2, 0, 60], "id")],
  ])("%s is believed", (_, bytes) => {
    expect(checkConnect(bytes)).toBeNull();
  });

  it.each([
    ["bad-connect", undefined, connect(0x03, "id")],
    ["bad-connect", undefined, connect(0x1e, "id", "t", "m")],
    ["bad-connect", undefined, connect(0x0a, "id")],
    ["bad-connect", undefined, connect(0x22, "id")],
    ["bad-connect", undefined, connect(0x42, "id", "secret")],
    ["bad-client-id", 2, connect(0x00, "")],
    ["bad-client-id", 2, body("MQIsdp", [3, 2, 0, 60], "")],
    ["bad-client-id", 2, connect(0x02, "x".repeat(257))],
    ["unsupported-version", 1, body("MQTT", [5, 2, 0, 60, 0], "id")],
    ["unsupported-version", 1, body("MQTT", [3, 2, 0, 60], "id")],
    ["unsupported-version", 1, body("MQIsdp", [4, 2, 0, 60], "id")],
    ["unsupported-version", 1, body("MQTT", [0x84, 2, 0, 60], "id")],
    ["unsupported-version", undefined, body("MQTX", [4, 2, 0, 60], "id")],
    ["malformed", undefined, Buffer.concat([connect(0x02, "id"), Buffer.of(0)])],
    ["malformed", undefined, connect(0x82, "id")],
    ["malformed", undefined, connect(0x06, "id", "topic")],
    ["malformed", undefined, Buffer.alloc(0)],
    ["bad-text", undefined, connect(0x02, "a\0")],
    ["bad-text", undefined, connect(0x82, "id", "a\0")],
    ["bad-text", undefined, connect(0x06, "id", "a\0", "")],
    ["bad-topic", undefined, connect(0x06, "id", "v1/+/status", "")],
    ["bad-topic", undefined, connect(0x06, "id", "", "")],
  ])("that is wrong is turned away as %s, with return code %s", (reason, returnCode, bytes) => {
    expect(checkConnect(bytes)).toMatchObject(returnCode === undefined ? { reason } : { reason, returnCode });
    expect(checkConnect(bytes)?.returnCode).toBe(returnCode);
  });

  it("that is cut anywhere is malformed and nothing else", () => {
    const whole = connect(0xf6, "id", "v1/S/status", "offline", "S", "secret");
    for (let end = 0; end < whole.length; end++)
      expect([end, checkConnect(whole.subarray(0, end))?.reason]).toEqual([end, "malformed"]);
  });
});

describe("a packet behind the login", () => {
  it.each([
    ["PUBLISH", 0x30, body("v1/S/readings", [1])],
    ["PUBLISH again", 0x3a, body("v1/S/readings", [0, 1])],
    ["PUBACK", 0x40, body([0, 1])],
    ["PUBREL", 0x62, body([0, 1])],
    ["SUBSCRIBE", 0x82, body([0, 1], "v1/S/#", [1], "v1/S/+", [2])],
    ["UNSUBSCRIBE", 0xa2, body([0, 1], "v1/S/#")],
    ["PINGREQ", 0xc0, body()],
    ["DISCONNECT", 0xe0, body()],
  ])("%s as it must be is let through", (_, first, bytes) => {
    expect(checkPacket(first, bytes)).toBeNull();
  });

  it.each([
    ["malformed", 0x36, body("t", [0, 1])],
    ["malformed", 0x38, body("t")],
    ["malformed", 0x32, body("t", [0, 0])],
    ["malformed", 0x32, body("t")],
    ["malformed", 0x30, Buffer.of(0, 9, 1)],
    ["bad-topic", 0x30, body("")],
    ["bad-topic", 0x30, body("v1/S/#")],
    ["bad-topic", 0x30, body("v1/S/re+dings")],
    ["bad-text", 0x30, body("v1/S\0/readings")],
    ["bad-text", 0x34, Buffer.concat([field(Buffer.of(0xff)), Buffer.of(0, 1)])],
    ["malformed", 0x40, body([0, 0])],
    ["malformed", 0x40, body([0, 1, 0])],
    ["malformed", 0x41, body([0, 1])],
    ["malformed", 0x50, body([0])],
    ["malformed", 0x60, body([0, 1])],
    ["malformed", 0x70, body()],
    ["malformed", 0x80, body([0, 1], "t", [0])],
    ["malformed", 0x82, body([0, 0], "t", [0])],
    ["malformed", 0x82, body([0, 1])],
    ["malformed", 0x82, body([0, 1], "t")],
    ["malformed", 0x82, body([0, 1], "t", [3])],
    ["malformed", 0x82, body([0, 1], "t", [4])],
    ["bad-topic", 0x82, body([0, 1], "v1/S/a#", [0])],
    ["bad-topic", 0x82, body([0, 1], "v1/S/a+", [0])],
    ["bad-topic", 0x82, body([0, 1], "v1/#/S", [0])],
    ["bad-topic", 0x82, body([0, 1], "", [0])],
    ["bad-text", 0x82, body([0, 1], "a\0", [0])],
    ["malformed", 0xa2, body([0, 1])],
    ["bad-topic", 0xa2, body([0, 1], "v1/S/+a")],
    ["malformed", 0xc0, body([1])],
    ["malformed", 0xc2, body()],
    ["malformed", 0xe0, body([0])],
    ["malformed", 0x00, body()],
    ["malformed", 0xf0, body()],
    ["out-of-turn", 0x20, body([0, 0])],
    ["out-of-turn", 0x90, body([0, 1, 0])],
    ["out-of-turn", 0xb0, body([0, 1])],
    ["out-of-turn", 0xd0, body()],
  ])("that is wrong is turned away as %s", (reason, first, bytes) => {
    expect(checkPacket(first, bytes)?.reason).toBe(reason);
  });

  it("has its topic, identifier and payload where they were written", () => {
    const bytes = body("v1/S/readings", [1, 2], [0x7b, 0x7d]);
    expect(locatePublish(0x32, bytes)).toEqual({ topicEnd: 15, packetId: 258, payloadFrom: 17 });
    expect(locatePublish(0x30, body("t", [0x78]))).toEqual({ topicEnd: 3, packetId: 0, payloadFrom: 3 });
  });
});

describe("a PUBLISH with QoS 2", () => {
  it("is taken once until it is released, and answered as often as it comes", () => {
    const once = createExactlyOnce();
    expect([once.begin(7), once.begin(7), once.begin(7), once.begin(8)]).toEqual(["first", "waits", "waits", "first"]);
    expect(once.finish(7)).toBe(2);
    expect(once.begin(7)).toBe("answered");
    expect(once.release(7)).toBe(true);
    expect(once.begin(7)).toBe("first");
  });

  it("cannot be released before it was answered, and what is unknown can always be", () => {
    const once = createExactlyOnce();
    once.begin(7);
    expect([once.release(7), once.release(9)]).toEqual([false, true]);
  });
});

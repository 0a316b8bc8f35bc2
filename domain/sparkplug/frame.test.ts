// A message packed for the journal, and the text of a host application.

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { packMessage, unpackMessage } from "./frame.ts";
import { formatHostState, parseHostState } from "./host-state.ts";

describe("a message for the journal", () => {
  it("keeps topic and payload, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 300 }), (topic, payload) => {
        const packed = packMessage({ topic, payload });
        const message = unpackMessage(packed);
        expect(message?.topic).toBe(topic);
        expect([...(message?.payload ?? [])]).toEqual([...payload]);
      }),
    );
  });

  it("is read from any bytes, or is none, without an error", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 12, max: 160 }), (length, rest) => {
        const bytes = Uint8Array.of(0, length, ...rest);
        const message = unpackMessage(bytes);
        if (message === null) return;
        read++;
        expect([...packMessage(message)]).toEqual([...bytes]);
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(30);
  });

  it.each([[[]], [[0]], [[0, 1]], [[1, 0, 65]], [[0, 2, 0xff, 0xff]]])("is not in the bytes %j", (bytes) => {
    expect(unpackMessage(Uint8Array.from(bytes))).toBeNull();
  });

  it("has no topic that is longer than MQTT has", () => {
    expect(() => packMessage({ topic: "x".repeat(65_536), payload: new Uint8Array(0) })).toThrow(RangeError);
  });
});

describe("the state of a host application", () => {
  it("is read as it was written", () => {
    const state = { online: true, timestamp: 1_795_307_020_000 };
    expect(parseHostState(formatHostState(state))).toEqual(state);
    expect(formatHostState(state)).toBe('{"online":true,"timestamp":1795307020000}');
  });

  it.each(["", "ONLINE", "[]", "null", "1", "{}", '{"online":"yes","timestamp":1}', '{"online":true}'])(
    "is not in the text %j",
    (text) => {
      expect(parseHostState(text)).toBeNull();
    },
  );
});

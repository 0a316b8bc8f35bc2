// What cutting a connection's bytes into packets promises, in any chunking.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacketCutter, readPublish } from "./packets.ts";

function packet(firstByte: number, body: Uint8Array): Buffer {
  const head = [firstByte];
  let rest = body.length;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    head.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return Buffer.concat([Uint8Array.from(head), body]);
}

const filled = (bytes: number): Buffer => Buffer.alloc(bytes, 0xff);
const passAll = { take: () => false };

/** Everything passed on, or "too-large". */
function feed(cutter: ReturnType<typeof createPacketCutter>, bytes: Buffer, step: number): Buffer | "too-large" {
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const rest = cutter.accept(bytes.subarray(at, at + step));
    if (rest === "too-large") return rest;
    if (rest !== null) passed.push(Buffer.from(rest));
  }
  return Buffer.concat(passed);
}

const anyPacket = fc.record({
  first: fc.constantFrom(0x10, 0x30, 0x32, 0x34, 0x3a, 0x36, 0x82, 0xc0, 0xe0),
  bytes: fc.integer({ min: 0, max: 1_000 }),
  take: fc.boolean(),
});

describe("packets of a connection", () => {
  it("every PUBLISH with QoS 0 or 1 is offered once, whole and in order; all else is passed on as it came, in any chunking", () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 20 }), fc.integer({ min: 1, max: 700 }), (packets, step) => {
        const isOffered = (first: number): boolean => [0x30, 0x32, 0x3a].includes(first);
        const all = packets.map(({ first, bytes }, i) => packet(first, Buffer.alloc(bytes, i + 1)));
        const offered: [number, Buffer][] = [];
        const wanted = packets.filter(({ first }) => isOffered(first));
        const cutter = createPacketCutter(1_000, {
          take(first, body) {
            offered.push([first, Buffer.from(body)]);
            return wanted[offered.length - 1]?.take ?? false;
          },
        });
        const passed = feed(cutter, Buffer.concat(all), step);
        expect(offered.map(([first, body]) => packet(first, body))).toEqual(
          all.filter((_, i) => isOffered(packets[i]?.first ?? 0)),
        );
        expect(passed).toEqual(
          Buffer.concat(all.filter((_, i) => !(isOffered(packets[i]?.first ?? 0) && packets[i]?.take === true))),
        );
      }),
    );
  });

  it("a packet over the bound is found from its header alone", () => {
    const cutter = createPacketCutter(1_000, passAll);
    expect(cutter.accept(packet(0x32, filled(1_000)))).not.toBe("too-large");
    expect(cutter.accept(packet(0x32, filled(1_001)).subarray(0, 3))).toBe("too-large");
  });

  it("a length of five bytes is refused, wherever it is cut", () => {
    for (const step of [1, 2, 5]) {
      const bytes = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]);
      expect(feed(createPacketCutter(1e9, passAll), bytes, step)).toBe("too-large");
    }
  });
});

describe("the body of a PUBLISH", () => {
  const body = (topic: string, id: number[], payload: string): Buffer =>
    Buffer.concat([Buffer.from([0, topic.length]), Buffer.from(topic), Buffer.from(id), Buffer.from(payload)]);

  it("is topic, identifier and payload", () => {
    expect(readPublish(0x32, body("v1/S/readings", [1, 2], "{}"))).toEqual({
      topic: Buffer.from("v1/S/readings"),
      packetId: 258,
      payload: Buffer.from("{}"),
    });
    expect(readPublish(0x30, body("t", [], "x"))).toMatchObject({ packetId: 0, payload: Buffer.from("x") });
  });

  it("is refused without an identifier, with identifier 0, or cut short", () => {
    expect(readPublish(0x32, body("t", [], ""))).toBeNull();
    expect(readPublish(0x32, body("t", [0, 0], "x"))).toBeNull();
    expect(readPublish(0x30, Buffer.from([0]))).toBeNull();
    expect(readPublish(0x30, Buffer.from([0, 9, 1]))).toBeNull();
  });
});

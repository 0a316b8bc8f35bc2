// What cutting a connection's bytes into packets promises, in any chunking.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacketCutter, type PacketTaker } from "./packets.ts";

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
const passAll = (bytes: number): PacketTaker => ({ bytesMax: () => bytes, take: () => "pass" });

/** Everything passed on, or why it ended. */
function feed(cutter: ReturnType<typeof createPacketCutter>, bytes: Buffer, step: number): Buffer | string {
  const passed: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    for (let rest = cutter.accept(bytes.subarray(at, at + step)); ; rest = cutter.resume()) {
      if (typeof rest === "string") return rest;
      if (rest !== null) passed.push(Buffer.from(rest));
      if (cutter.behind === 0) break;
    }
  }
  return Buffer.concat(passed);
}

const anyPacket = fc.record({
  first: fc.constantFrom(0x10, 0x30, 0x32, 0x34, 0x3a, 0x36, 0x82, 0xc0, 0xe0),
  bytes: fc.integer({ min: 0, max: 1_000 }),
  verdict: fc.constantFrom("pass", "taken", "wait"),
});

describe("packets of a connection", () => {
  it("every one is offered once, whole and in order, and what is passed on comes out as it came, in any chunking", () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 20 }), fc.integer({ min: 1, max: 700 }), (packets, step) => {
        const all = packets.map(({ first, bytes }, i) => packet(first, Buffer.alloc(bytes, i + 1)));
        const offered: Buffer[] = [];
        const cutter = createPacketCutter({
          bytesMax: () => 1_000,
          take(first, body) {
            offered.push(packet(first, Buffer.from(body)));
            return packets[offered.length - 1]?.verdict ?? "pass";
          },
        });
        const passed = feed(cutter, Buffer.concat(all), step);
        expect(offered).toEqual(all);
        expect(passed).toEqual(Buffer.concat(all.filter((_, i) => packets[i]?.verdict !== "taken")));
        expect(cutter.heldBytes).toBe(0);
      }),
    );
  });

  it("what is behind a packet that waits is not looked at before it may be, and nothing comes behind one that stops", () => {
    const seen: number[] = [];
    const cutter = createPacketCutter({
      bytesMax: () => 1_000,
      take(first) {
        seen.push(first);
        return first === 0x10 ? "wait" : first === 0xe0 ? "stop" : "pass";
      },
    });
    const [first, second] = [packet(0x10, filled(3)), packet(0x30, filled(4))];
    expect(cutter.accept(Buffer.concat([first, second, packet(0xe0, filled(0)), second]))).toEqual(first);
    expect([seen, cutter.behind]).toEqual([[0x10], second.length * 2 + 2]);
    expect(cutter.resume()).toBeNull();
    expect(cutter.accept(second)).toBeNull();
    expect(seen).toEqual([0x10, 0x30, 0xe0]);
  });

  it("a packet that arrives byte by byte takes the memory of what arrived, not of what it announces", () => {
    const cutter = createPacketCutter(passAll(1_000_000));
    const bytes = packet(0x32, filled(900_000));
    for (let at = 0; at < 10_000; at++) cutter.accept(bytes.subarray(at, at + 1));
    expect(cutter.heldBytes).toBeLessThan(40_000);
  });

  it("a packet over the bound is found from its header alone", () => {
    const cutter = createPacketCutter(passAll(1_000));
    expect(cutter.accept(packet(0x32, filled(1_000)))).not.toBe("too-large");
    expect(cutter.accept(packet(0x32, filled(1_001)).subarray(0, 3))).toBe("too-large");
  });

  it("a length of five bytes is refused, wherever it is cut", () => {
    for (const step of [1, 2, 5]) {
      const bytes = Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]);
      expect(feed(createPacketCutter(passAll(1e9)), bytes, step)).toBe("bad-length");
    }
  });
});

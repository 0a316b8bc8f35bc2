// What the watch over packet sizes promises, in any chunking.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacketSizeWatch } from "./packet-size.ts";

function packet(bodyBytes: number): Uint8Array {
  const head = [0x32];
  let rest = bodyBytes;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    head.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  const bytes = new Uint8Array(head.length + bodyBytes).fill(0xff);
  bytes.set(head);
  return bytes;
}

describe("packet size", () => {
  it("packets up to the bound pass, in any chunking", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 700 }),
        (sizes, step) => {
          const stream = Buffer.concat(sizes.map(packet));
          const watch = createPacketSizeWatch(1000);
          for (let at = 0; at < stream.length; at += step)
            if (!watch.accept(stream.subarray(at, at + step))) return false;
          return true;
        },
      ),
    );
  });

  it("a packet over the bound is found from its header alone", () => {
    const watch = createPacketSizeWatch(1000);
    expect(watch.accept(packet(1000))).toBe(true);
    expect(watch.accept(packet(1001).subarray(0, 3))).toBe(false);
  });

  it("a length of five bytes is refused", () => {
    expect(createPacketSizeWatch(1e9).accept(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });
});

// The checksum, against the standard's own example and against itself as the standard spells it, bit by bit.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slowCrc } from "#test/fuzz/hj212-stream.ts";
import { crcOf, formatCrc, modbusCrcOf, readCrc } from "./crc.ts";

const example = "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&";

describe("the checksum", () => {
  it("of the standard's example is 1C80, and not the 0759 of Modbus", () => {
    expect(formatCrc(crcOf(Buffer.from(example)))).toBe("1C80");
    expect(formatCrc(modbusCrcOf(Buffer.from(example)))).toBe("0759");
  });

  it("of nothing is FFFF, and goes through BC81, 8581 and 7200 in the example's first signs", () => {
    const trace = ["", "Q", "QN", "QN="].map((text) => formatCrc(crcOf(Buffer.from(text))));
    expect(trace).toEqual(["FFFF", "BC81", "8581", "7200"]);
  });

  it("is what the standard's steps give, one bit after the other", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => crcOf(bytes) === slowCrc(bytes)));
  });

  it("has one of eight low bytes: it tells 255 of 256 corruptions, and no more", () => {
    const low = new Set([0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xc0, 0xc1]);
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (bytes) => low.has(crcOf(bytes) & 0xff)));
  });

  it("is read in either case, and from hexadecimal digits alone", () => {
    expect(["1C80", "1c80", "fFfF", "0000"].map((text) => readCrc(Buffer.from(text), 0))).toEqual([
      0x1c80, 0x1c80, 0xffff, 0,
    ]);
    expect(["1C8", "1C8G", "1C8 ", "+1C8", "1C8\r"].map((text) => readCrc(Buffer.from(text), 0))).toEqual(
      Array.from({ length: 5 }, () => null),
    );
  });
});

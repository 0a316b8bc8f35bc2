// The HJ 212 codec for whatever is drawn: any bytes in any chunks, good frames among bad bytes, every message that can be
// written. The same promises are asked by `npm run fuzz -- hj212` for as long as one likes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDeframer, formatQn, type Group, type Message, parseStamp, splitGroups } from "#domain/hj212/hj212.ts";
import { formatGroup } from "#domain/hj212/data-area.ts";
import { fuzzer } from "#test/fuzz/hj212.ts";
import {
  checkFrames,
  checkNothingLost,
  checkRoundTrip,
  checkSameEvents,
  checkSegment,
  checkTiling,
  feed,
} from "#test/fuzz/hj212-promises.ts";
import { concat, writeFrame } from "#test/fuzz/hj212-stream.ts";
import { createRandom, mix } from "#test/torture/random.ts";

const field = fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/);
const key = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/);
/** Everything but what divides; UTF-8 that could be GBK is not written by this house. */
const text = fc.string({ unit: fc.constantFrom(..."abzAZ019.-+_/:() 清洗管路校准µ°"), maxLength: 30 });
const value = text.map((drawn) => drawn.trim()).filter((drawn) => !drawn.startsWith("//"));
const log = fc
  .string({ unit: fc.constantFrom(..."ab19,;=& 清洗管路校准"), maxLength: 60 })
  .map((drawn) => `//${drawn.replaceAll("&&", "&")}//`);
const pair = fc.record({ key, value: fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: log }) });
const groups: fc.Arbitrary<Group[]> = fc.array(fc.array(pair, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

const message: fc.Arbitrary<Message> = fc
  .record({
    qn: fc.option(fc.date({ min: new Date("2011-01-01"), max: new Date("2099-01-01"), noInvalidDate: true })),
    st: fc.option(fc.stringMatching(/^[0-9A-Z]{2}$/)),
    cn: fc.stringMatching(/^\d{4}$/),
    pw: fc.option(fc.stringMatching(/^[A-Za-z0-9]{0,6}$/)),
    mn: field,
    version: fc.option(fc.integer({ min: 0, max: 2 })),
    answer: fc.boolean(),
    packet: fc.option(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 9998 }))),
    backfill: fc.boolean(),
    groups,
  })
  .map(({ qn, version, answer, packet, ...rest }) => ({
    ...rest,
    qn: qn === null ? null : formatQn(qn.getTime()),
    flag: version === null ? null : { version, answer, split: packet !== null },
    packet: packet === null ? null : { count: packet[0], number: (packet[1] % packet[0]) + 1 },
  }));

describe("any bytes in any chunks", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.constantFrom("#", "##", "0", "1", "0101", "QN=", "CP=&&", "&&", "//", "\r\n", "FFFF", ";", "\0"), {
        maxLength: 200,
      })
      .map((parts) => Buffer.from(parts.join(""))),
  );

  it("never throw, are all accounted for, stay within the bound, and give the same however they are cut", () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (stream, cuts) => {
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const size of cuts) {
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        const events = feed(createDeframer, [...chunks, stream.subarray(at)]);
        checkTiling(stream, events);
        checkFrames(events);
        checkSameEvents(feed(createDeframer, [stream]), events);
      }),
      { numRuns: 3_000 },
    );
  });

  it("as a data segment are read without a guess, or refused", () => {
    fc.assert(
      fc.property(bytes, (segment) => {
        checkSegment(segment);
        checkSegment(concat([Buffer.from("CN=2011;MN=M1;CP=&&"), segment, Buffer.from("&&")]));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("good frames", () => {
  const segment = groups.map((drawn) =>
    Buffer.from(`QN=20261122100000001;ST=32;CN=2011;PW=1;MN=M1;Flag=5;CP=&&${drawn.map(formatGroup).join(";")}&&`),
  );
  const piece = fc.oneof(
    segment.map((bytes) => ({ good: true, bytes: writeFrame(bytes) })),
    fc
      .tuple(segment, fc.nat(2_000))
      .map(([bytes, cut]) => ({ good: false, bytes: writeFrame(bytes).slice(0, cut % (bytes.length + 10)) })),
    fc
      .tuple(segment, fc.integer({ min: 0, max: 1_500 }))
      .map(([bytes, length]) => ({ good: false, bytes: writeFrame(bytes, 0xc0c0, length) })),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ good: false, bytes })),
  );

  it("behind, before and between bad bytes are found", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const good: { start: number; end: number }[] = [];
        let length = 0;
        for (const each of pieces) {
          if (each.good) good.push({ start: length, end: length + each.bytes.length });
          length += each.bytes.length;
        }
        const stream = { bytes: concat(pieces.map(({ bytes }) => bytes)), good };
        const events = feed(createDeframer, [stream.bytes]);
        checkTiling(stream.bytes, events);
        checkNothingLost(stream, events);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a message", () => {
  it("that is written is read as it was", () => {
    let written = 0;
    let drawn = 0;
    fc.assert(
      fc.property(message, (each) => {
        drawn++;
        if (checkRoundTrip(each)) written++;
      }),
      { numRuns: 3_000 },
    );
    // Those that are not written are too long, or no messages.
    expect(written / drawn).toBeGreaterThan(0.5);
  });

  it("that is split loses nothing and repeats only its DataTime", () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 40, max: 300 }), (drawn, bytesMax) => {
        const time: Group = [{ key: "DataTime", value: "20261122090000" }];
        const parts = splitGroups([time, ...drawn], bytesMax);
        expect(parts.every((part) => part[0] === time || formatGroup(part[0] ?? []) === formatGroup(time))).toBe(true);
        expect(parts.flatMap((part) => part.slice(1))).toEqual(drawn);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a time", () => {
  it("is read as it was written, and no other text is one", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2099, 0, 1) }), (ms) => {
        expect(parseStamp(formatQn(ms), true)).toBe(ms);
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{10,20}$/)), (drawn) => {
        const ms = parseStamp(drawn, true);
        if (typeof ms === "number") expect(formatQn(ms).startsWith(drawn.slice(0, 14))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the fuzzer of HJ 212", () => {
  const failuresOf = (canary: boolean, cases: number): number => {
    const run = fuzzer.create({ canary });
    let failures = 0;
    for (let at = 0; at < cases; at++) {
      try {
        run.runCase(createRandom(mix(212, `hj212 ${at}`)));
      } catch {
        failures++;
      }
    }
    return failures;
  };

  it("finds nothing in the first two thousand cases", () => {
    expect(failuresOf(false, 2_000)).toBe(0);
  });

  it("finds its canary, a deframer that jumps over the length of a bad frame", () => {
    expect(failuresOf(true, 200)).toBeGreaterThan(20);
  });
});

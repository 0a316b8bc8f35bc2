// Bytes of Sparkplug B into payloads: bytes written by hand and by a second writer, what is no payload, and the way there and
// back for what the product itself writes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import protobuf from "protobufjs";
import { bounds } from "#domain/bounds.ts";
import { buildPayload, type MetricToSend } from "#domain/sparkplug/build.ts";
import { dataTypeOf, dataTypes } from "#domain/sparkplug/data-types.ts";
import type { Metric, Payload } from "#domain/sparkplug/payload.ts";
import { message, metricFields as m, payloadFields as p, sized, text, whole } from "#test/fuzz/sparkplug-bytes.ts";
import { parsePayload } from "./parse-payload.ts";
import descriptor from "./sparkplug.json" with { type: "json" };
import { isRefusal, readTypedValue } from "./value.ts";

const fromHex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ""), "hex"));

function read(bytes: Uint8Array): Payload {
  const { payload, refusal } = parsePayload(bytes);
  if (payload === null) throw new Error(`${refusal.reason}: ${refusal.detail}`);
  return payload;
}

function readOne(...fields: readonly (readonly number[])[]): Metric {
  const [metric] = read(message(p.metric(...fields))).metrics;
  if (metric === undefined) throw new Error("no metric");
  return metric;
}

const empty: Metric = {
  name: null,
  alias: null,
  timestamp: null,
  datatype: null,
  isHistorical: false,
  isTransient: false,
  isNull: false,
  quality: null,
  field: null,
  value: null,
};

describe("the descriptor", () => {
  it("is what sparkplug.proto says", () => {
    const proto = readFileSync(join(import.meta.dirname, "sparkplug.proto"), "utf8");
    expect(protobuf.parse(proto).root.toJSON()).toEqual(descriptor);
  });
});

describe("a payload of Sparkplug B", () => {
  it("is read from bytes that were written down by hand", () => {
    // Timestamp as a varint, low bits first; a metric of 22 bytes: name, alias, type, double (low byte first); seq.
    const bytes = fromHex(`
      08 e0bd8c85a034
      12 16 0a 07 6266672e757365 10 05 20 0a 69 0000000000009b40
      18 2a`);
    expect(read(bytes)).toEqual({
      timestamp: 1_795_307_020_000,
      seq: 42,
      uuid: null,
      hasBody: false,
      metrics: [{ ...empty, name: "bfg.use", alias: 5, datatype: 10, field: "double", value: 1728 }],
    });
  });

  it("may be empty, as the death of an edge node sometimes is", () => {
    const nothing = { timestamp: null, seq: null, uuid: null, hasBody: false, metrics: [] };
    expect(read(new Uint8Array(0))).toEqual(nothing);
  });

  it("keeps zero apart from nothing", () => {
    const zero = message(
      p.timestamp(0),
      p.metric(m.name(""), m.alias(0), m.timestamp(0), m.type(0), m.int(0)),
      p.seq(0),
    );
    expect(read(zero)).toEqual({
      timestamp: 0,
      seq: 0,
      uuid: null,
      hasBody: false,
      metrics: [{ ...empty, name: "", alias: 0, timestamp: 0, datatype: 0, field: "int", value: 0 }],
    });
  });

  it("has every field of a metric", () => {
    const fields = [m.name("煤气"), m.alias(7), m.timestamp(9), m.type(3), m.historical, m.transient, m.null];
    expect(readOne(...fields, m.quality(192))).toEqual({
      ...empty,
      name: "煤气",
      alias: 7,
      timestamp: 9,
      datatype: 3,
      isHistorical: true,
      isTransient: true,
      isNull: true,
      quality: 192,
    });
  });

  it("keeps all digits of 64 bits, in values and aliases", () => {
    const largest = 18_446_744_073_709_551_615n;
    expect(readOne(m.alias(largest), m.long(largest))).toMatchObject({ alias: largest.toString(), value: largest });
    const odd = 9_007_199_254_740_993n;
    expect(readOne(m.alias(odd), m.long(odd))).toMatchObject({ alias: odd.toString(), value: odd });
    expect(readOne(m.alias(odd - 2n), m.long(odd - 2n))).toMatchObject({
      alias: Number.MAX_SAFE_INTEGER,
      value: Number.MAX_SAFE_INTEGER,
    });
  });

  it("keeps raw what no reading can be made of", () => {
    expect(readOne(m.bytes([1, 2]))).toMatchObject({ field: "bytes", value: Uint8Array.of(1, 2) });
    expect(readOne(m.dataset([8, 1]))).toMatchObject({ field: "dataset", value: Uint8Array.of(8, 1) });
    expect(readOne(m.template([255]))).toMatchObject({ field: "template", value: Uint8Array.of(255) });
    expect(readOne(m.extension([]))).toMatchObject({ field: "extension", value: Uint8Array.of() });
  });

  it("says so when a metric has two values", () => {
    expect(readOne(m.int(1), m.double(2))).toMatchObject({ field: "several", value: null });
  });

  it("finds the quality among other properties, and says when it is none", () => {
    const property = (...fields: readonly (readonly number[])[]): readonly number[] => sized(2, fields.flat());
    const set = (...fields: readonly (readonly number[])[]): readonly number[] => sized(9, fields.flat());
    const twoKeys = [...text(1, "Eng unit"), ...text(1, "Quality")];
    const unit = property(whole(1, 12), text(8, "m3/h"));
    expect(readOne(set(twoKeys, unit, property(whole(1, 3), whole(3, 500)))).quality).toBe(500);
    expect(readOne(set(twoKeys, unit, property(whole(1, 4), whole(4, 192)))).quality).toBe(192);
    expect(readOne(set(twoKeys, unit, property(whole(1, 12), text(8, "GOOD")))).quality).toBe("unreadable");
    expect(readOne(set(twoKeys, unit)).quality).toBe("unreadable");
    expect(readOne(set(text(1, "Eng unit"), unit)).quality).toBeNull();
    expect(readOne(set(text(1, "constructor"), unit)).quality).toBeNull();
  });

  it("may have fields that are not known", () => {
    const bytes = message(
      whole(900, 3),
      p.metric(m.name("a"), sized(8, text(2, "text/plain")), text(77, "x")),
      p.seq(1),
    );
    expect(read(bytes)).toMatchObject({ seq: 1, metrics: [{ ...empty, name: "a" }] });
  });
});

describe("what is no payload", () => {
  it.each([
    ["a metric that is longer than the rest", "12 05 0a"],
    ["a varint without an end", "08 ffffffffffffffffffffff"],
    ["half a double", "12 05 69 00000000"],
    ["a group that is not closed", "0b"],
    ["text", Buffer.from('{"timestamp":1}').toString("hex")],
    ["an HJ 212 frame", Buffer.from("##0101QN=20160801085857223").toString("hex")],
  ])("is refused: %s", (_, digits) => {
    expect(parsePayload(fromHex(digits)).refusal).toMatchObject({ reason: "invalid-protobuf" });
  });

  it("is refused when it is packed into another form", () => {
    const packed = message(text(4, "SPBV1.0_COMPRESSED"), sized(5, [31, 139, 8]), p.seq(3));
    expect(parsePayload(packed).refusal).toEqual({
      reason: "compressed-payload",
      detail: "uuid: SPBV1.0_COMPRESSED",
    });
  });

  it("is refused when it has more metrics than a frame may have values", () => {
    const metrics = (count: number): Uint8Array => message(...Array.from({ length: count }, () => p.metric()));
    expect(read(metrics(bounds.frameValuesMax)).metrics).toHaveLength(bounds.frameValuesMax);
    expect(parsePayload(metrics(bounds.frameValuesMax + 1)).refusal).toMatchObject({ reason: "too-many-values" });
  });

  it("costs time in proportion to its size, however the bytes are chosen", () => {
    const size = bounds.frameBytesMax;
    const filled = (...pattern: readonly number[]): Uint8Array =>
      Uint8Array.from({ length: size }, (_, at) => pattern[at % pattern.length] ?? 0);
    const hostile = [
      filled(0x12, 0),
      filled(0x0b),
      filled(0x12, 2, 0x4a, 0),
      filled(0xff),
      filled(0x52, 0),
      filled(0x08, 1),
    ];
    for (const bytes of hostile) {
      const startedAt = performance.now();
      parsePayload(bytes);
      expect(performance.now() - startedAt).toBeLessThan(1000);
    }
  });

  it("never ends in an error, whatever the bytes are", () => {
    let payloads = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const { payload, refusal } = parsePayload(bytes);
        if (payload === null) expect(refusal.detail.length).toBeGreaterThan(0);
        else payloads++;
      }),
      { numRuns: 2000 },
    );
    expect(payloads).toBeGreaterThan(20);
  });

  it("never ends in an error, when a right payload is damaged", () => {
    const right = message(
      p.timestamp(1_795_307_020_000),
      p.metric(m.name("bfg.use"), m.alias(1), m.type(9), m.quality(192), m.float(1.5)),
      p.metric(m.alias(2), m.type(4), m.long(12345678901234n)),
      p.seq(7),
    );
    let payloads = 0;
    fc.assert(
      fc.property(fc.nat({ max: right.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: 3 }), (at, byte, cut) => {
        const bytes = right.slice(0, right.length - cut);
        if (at < bytes.length) bytes[at] = byte;
        if (parsePayload(bytes).payload !== null) payloads++;
      }),
      { numRuns: 2000 },
    );
    expect(payloads).toBeGreaterThan(100);
  });
});

const bits = (name: MetricToSend["type"]): number => dataTypeOf(name).bits;

/** Any value of any type, as it is handed to the writer. */
const metricToSend: fc.Arbitrary<MetricToSend> = fc.constantFrom(...dataTypes).chain((type) => {
  const name = type.name as MetricToSend["type"];
  const values: Readonly<Record<typeof type.class, fc.Arbitrary<MetricToSend["value"]>>> = {
    signed: fc.bigInt({
      min: -(2n ** BigInt(Math.max(1, bits(name)) - 1)),
      max: 2n ** BigInt(Math.max(1, bits(name)) - 1) - 1n,
    }),
    unsigned: fc.bigInt({ min: 0n, max: 2n ** BigInt(bits(name)) - 1n }),
    moment: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    float: fc.float(),
    double: fc.double(),
    boolean: fc.boolean(),
    text: fc.string({ unit: "grapheme" }),
    raw: fc.uint8Array({ maxLength: 20 }),
  };
  return fc.record(
    {
      name: fc.string({ unit: "grapheme" }),
      alias: fc.oneof(fc.nat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }).map(String)),
      timestamp: fc.nat({ max: 2 ** 45 }),
      type: fc.constant(name),
      value: fc.oneof({ arbitrary: values[type.class], weight: 9 }, { arbitrary: fc.constant(null), weight: 1 }),
      quality: fc.constantFrom(0, 192, 500),
      isHistorical: fc.boolean(),
      isTransient: fc.boolean(),
    },
    { requiredKeys: ["type", "value"] },
  );
});

function expectSame(metric: Metric, sent: MetricToSend): void {
  expect(metric).toMatchObject({
    name: sent.name ?? null,
    alias: sent.alias ?? null,
    timestamp: sent.timestamp ?? null,
    datatype: dataTypeOf(sent.type).code,
    isHistorical: sent.isHistorical ?? false,
    isTransient: sent.isTransient ?? false,
    isNull: sent.value === null,
    quality: sent.quality ?? null,
  });
  const value = readTypedValue(metric, null);
  if (sent.value === null) {
    expect(value).toMatchObject({ reason: "no-value" });
  } else if (isRefusal(value)) {
    throw new Error(value.detail);
  } else if (typeof sent.value === "bigint") {
    expect(typeof value === "number" ? BigInt(value) : value).toBe(sent.value);
    expect(typeof value).toBe(Number.isSafeInteger(Number(sent.value)) ? "number" : "bigint");
  } else if (sent.type === "Float") {
    expect(Math.fround(Number(value))).toEqual(sent.value);
  } else {
    expect(value).toEqual(sent.value);
  }
}

describe("a payload on its way there and back", () => {
  it("says what was said, for values of every type", () => {
    const seen = new Set<string>();
    const payload = fc.record(
      {
        timestamp: fc.nat({ max: 2 ** 45 }),
        seq: fc.nat({ max: 255 }),
        metrics: fc.array(metricToSend, { maxLength: 8 }),
      },
      { requiredKeys: ["metrics"] },
    );
    fc.assert(
      fc.property(payload, (sent) => {
        const got = read(buildPayload(sent));
        expect(got).toMatchObject({ timestamp: sent.timestamp ?? null, seq: sent.seq ?? null });
        expect(got.metrics).toHaveLength(sent.metrics.length);
        got.metrics.forEach((metric, at) => {
          const one = sent.metrics[at];
          if (one === undefined) throw new Error("a metric too many");
          seen.add(one.type);
          expectSame(metric, one);
        });
      }),
      { numRuns: 200 },
    );
    expect(seen.size).toBe(dataTypes.length);
  });
});

// Payloads that are built, byte by byte against a second writer and against bytes written down by hand.

import { describe, expect, it } from "vitest";
import { message, metricFields as m, payloadFields as p, whole } from "#test/fuzz/sparkplug-bytes.ts";
import { buildNodeBirth, buildNodeDeath, buildPayload, buildRebirth, type MetricToSend } from "./build.ts";
import { createEdgeNodeSender } from "./edge-node.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("a payload that is built", () => {
  it("is, for the order to give birth again, these bytes", () => {
    // 08 90 4e: timestamp 10,000; 12 1c: a metric; 0a 14: its name; 18 90 4e: its timestamp; 20 0b: Boolean; 70 01: true
    const name = Buffer.from("Node Control/Rebirth").toString("hex");
    expect(hex(buildRebirth(10_000))).toBe(`08904e121d0a14${name}18904e200b7001`);
  });

  it("says the life count in birth and death alike", () => {
    const bdSeq = p.metric(m.name("bdSeq"), m.timestamp(5), m.type(4), m.long(7));
    const rebirth = p.metric(m.name("Node Control/Rebirth"), m.timestamp(5), m.type(11), m.boolean(false));
    expect(hex(buildNodeDeath({ timestamp: 5, bdSeq: 7 }))).toBe(hex(message(p.timestamp(5), bdSeq)));
    expect(hex(buildNodeBirth({ timestamp: 5, bdSeq: 7, metrics: [] }))).toBe(
      hex(message(p.timestamp(5), bdSeq, rebirth, p.seq(0))),
    );
  });

  const rows: readonly (readonly [MetricToSend, readonly number[]])[] = [
    [{ type: "Int8", value: -1 }, m.int(0xffffffff)],
    [{ type: "Int16", value: -32768 }, m.int(0xffff8000)],
    [{ type: "Int32", value: -2147483648 }, m.int(0x80000000)],
    [{ type: "Int64", value: -1n }, m.long(0xffffffffffffffffn)],
    [{ type: "UInt8", value: 255 }, m.int(255)],
    [{ type: "UInt32", value: 4294967295 }, m.int(4294967295)],
    [{ type: "UInt64", value: 18446744073709551615n }, m.long(18446744073709551615n)],
    [{ type: "DateTime", value: 1795307020000 }, m.long(1795307020000)],
    [{ type: "Float", value: 45.25 }, m.float(45.25)],
    [{ type: "Double", value: 45.2 }, m.double(45.2)],
    [{ type: "Boolean", value: false }, m.boolean(false)],
    [{ type: "String", value: "煤气" }, m.text("煤气")],
    [{ type: "Bytes", value: Uint8Array.of(1, 2) }, m.bytes([1, 2])],
    [{ type: "DataSet", value: Uint8Array.of(8, 1) }, m.dataset([8, 1])],
    [{ type: "Template", value: Uint8Array.of() }, m.template([])],
  ];
  it.each(rows.map((row) => [row[0].type, ...row] as const))(
    "writes %s where the specification has it",
    (_, metric, value) => {
      const code = whole(4, typeCodes[metric.type] ?? 0);
      expect(hex(buildPayload({ metrics: [metric] }))).toBe(hex(message(p.metric(code, value))));
    },
  );

  it("says what it is said about a metric", () => {
    const metric: MetricToSend = {
      alias: "18446744073709551615",
      timestamp: 9,
      type: "Double",
      withoutType: true,
      value: null,
      quality: 500,
      isHistorical: true,
      isTransient: true,
    };
    const fields = [m.alias(18446744073709551615n), m.timestamp(9), m.historical, m.transient, m.null, m.quality(500)];
    expect(hex(buildPayload({ seq: 255, metrics: [metric] }))).toBe(hex(message(p.metric(...fields), p.seq(255))));
  });

  it("is refused when a value does not fit its type, since that is a mistake of ours", () => {
    expect(() => buildPayload({ metrics: [{ type: "Double", value: "1" }] })).toThrow(TypeError);
    expect(() => buildPayload({ metrics: [{ type: "Int8", value: true }] })).toThrow(TypeError);
  });
});

const typeCodes: Readonly<Record<string, number>> = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  DataSet: 16,
  Bytes: 17,
  Template: 19,
};

describe("an edge node that sends", () => {
  const parts = { group: "G", node: "N", metrics: [], devices: { D: [] }, withAliases: true };

  it("counts its lives, and its messages from 0 to 255 and again from 0", () => {
    const sender = createEdgeNodeSender(parts);
    expect(hex(sender.connect(1).payload)).toBe(hex(buildNodeDeath({ timestamp: 1, bdSeq: 0 })));
    expect(hex(sender.connect(2).payload)).toBe(hex(buildNodeDeath({ timestamp: 2, bdSeq: 1 })));
    const births = sender.birth(3, () => ({}));
    expect(births.map(({ topic }) => topic)).toEqual(["spBv1.0/G/NBIRTH/N", "spBv1.0/G/DBIRTH/N/D"]);
    expect(hex(births[0]?.payload ?? Uint8Array.of())).toBe(
      hex(buildNodeBirth({ timestamp: 3, bdSeq: 1, metrics: [] })),
    );
    const seqs = Array.from({ length: 256 }, () => [...sender.data(4, null, {}).payload].slice(2));
    const wanted = Array.from({ length: 256 }, (_, at) => [...p.seq((at + 2) % 256)]);
    expect(seqs).toEqual(wanted);
    expect(sender.deviceDeath(5, "D").topic).toBe("spBv1.0/G/DDEATH/N/D");
  });
});

// Metrics into points: times, factors, flags, and a reason for everything that is no reading.

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { buildPayload, type MetricToSend } from "#domain/sparkplug/build.ts";
import { dataTypes, type DataTypeName } from "#domain/sparkplug/data-types.ts";
import { identifyMetric } from "./edge-node.ts";
import { createMetricTable, type MetricTable } from "./metric-table.ts";
import { parsePayload } from "./parse-payload.ts";
import { takeMetrics, type TakenMetrics } from "./points.ts";

const table = createMetricTable([
  { device: null, metric: "Gas/Flow", factor: "bfg.use" },
  { device: null, metric: "Gas/Holder", factor: "bfg.holder.level" },
  { device: null, metric: "Firmware", factor: null },
  { device: "Meter 1", metric: "P", factor: "elec.use" },
]);

function take(metrics: readonly MetricToSend[], device: string | null = null, timestamp = 5000): TakenMetrics {
  const { payload } = parsePayload(buildPayload({ timestamp, seq: 1, metrics }));
  if (payload === null) throw new Error("no payload");
  return takeMetrics(payload, {
    identify: (metric) => identifyMetric(metric, null),
    find: (name) => table.find(device, name),
  });
}

const reasons = ({ refusals }: TakenMetrics): readonly (readonly [string, string | null])[] =>
  refusals.map(({ reason, factor }) => [reason, factor]);

describe("metrics of a payload", () => {
  it("become one point for every event time, under their factors", () => {
    const taken = take([
      { name: "Gas/Flow", type: "Double", value: 1728 },
      { name: "Gas/Holder", type: "Float", value: Math.fround(62.4) },
      { name: "Gas/Flow", type: "Double", value: 1700, timestamp: 4000 },
      { name: "elec.use", type: "Int32", value: 12, timestamp: 4000 },
    ]);
    expect(taken).toEqual({
      points: [
        {
          time: 5000,
          kind: "realtime",
          factors: ["bfg.use", "bfg.holder.level"],
          values: [1728, 62.4],
          flags: ["N", "N"],
        },
        { time: 4000, kind: "realtime", factors: ["bfg.use", "elec.use"], values: [1700, 12], flags: ["N", "N"] },
      ],
      places: [0, 2],
      labels: [
        ["Gas/Flow", "Gas/Holder"],
        ["Gas/Flow", "elec.use"],
      ],
      refusals: [],
      refusedReadings: 0,
      aside: 0,
    });
  });

  it("keep their own time when they are historical, and are refused without one", () => {
    const taken = take([
      { name: "Gas/Flow", type: "Double", value: 1, isHistorical: true, timestamp: 1000 },
      { name: "Gas/Flow", type: "Double", value: 2, isHistorical: true },
    ]);
    expect(taken.points).toMatchObject([{ time: 1000, values: [1] }]);
    expect(reasons(taken)).toEqual([["invalid-time", "Gas/Flow"]]);
  });

  it("have the flag of an instrument fault when their quality is bad, and of communication when it is stale", () => {
    const value = { name: "Gas/Flow", type: "Double", value: 1 } as const;
    const qualities = [192, 0, 500, 17].map((quality, at) => ({ ...value, quality, timestamp: at }));
    expect(take(qualities).points.map(({ flags }) => flags[0])).toEqual(["N", "D", "B", "D"]);
  });

  it("are refused one by one, and their neighbours are taken", () => {
    const taken = take([
      { name: "Gas/Flow", type: "Double", value: null },
      { name: "Gas/Holder", type: "Float", value: 50 },
      { name: "Gas/Flow", type: "String", value: "1" },
      { name: "Gas/Flow", type: "DataSet", value: Uint8Array.of(1) },
      { name: "Gas/Flow", type: "UInt64", value: 2n ** 60n + 1n },
      { name: "Gas/Flow", type: "Double", value: 1, isTransient: true },
      { name: "Gas/Flow", type: "Double", value: Number.NaN },
      { name: "Who knows", type: "Double", value: 1 },
      { alias: 7, type: "Double", value: 1 },
      { type: "Double", value: 1 },
      { name: "x".repeat(300), type: "Double", value: 1 },
    ]);
    expect(taken.points).toMatchObject([{ factors: ["bfg.holder.level"], values: [50] }]);
    expect(reasons(taken)).toEqual([
      ["no-value", "Gas/Flow"],
      ["not-a-number", "Gas/Flow"],
      ["not-a-number", "Gas/Flow"],
      ["not-exact", "Gas/Flow"],
      ["transient-value", "Gas/Flow"],
      ["not-finite", "Gas/Flow"],
      ["unknown-factor", "Who knows"],
      ["no-birth", "alias 7"],
      ["invalid-metric", "no name"],
      ["invalid-metric", "x".repeat(200)],
    ]);
    expect(taken.refusedReadings).toBe(10);
  });

  it("are no readings when they are orders, life counts, or put aside by the table", () => {
    const taken = take([
      { name: "bdSeq", type: "Int64", value: 3 },
      { name: "Node Control/Rebirth", type: "Boolean", value: false },
      { name: "Device Control/Reboot", type: "Boolean", value: false },
      { name: "Firmware", type: "String", value: "1.2" },
    ]);
    expect(taken).toEqual({ points: [], places: [], labels: [], refusals: [], refusedReadings: 0, aside: 4 });
  });

  it("of devices are what the table says, and never what they call themselves", () => {
    expect(take([{ name: "P", type: "Double", value: 1 }], "Meter 1").points).toMatchObject([
      { factors: ["elec.use"] },
    ]);
    expect(reasons(take([{ name: "P", type: "Double", value: 1 }], "Meter 2"))).toEqual([["unknown-factor", "P"]]);
    expect(reasons(take([{ name: "elec.use", type: "Double", value: 1 }], "Meter 1"))).toEqual([
      ["unknown-factor", "elec.use"],
    ]);
  });

  it("end as exactly one of a value, a refusal, and aside, whatever they are", () => {
    const metric = fc.record(
      {
        name: fc.oneof(fc.constantFrom("Gas/Flow", "Gas/Holder", "bdSeq", "Firmware", "elec.use", ""), fc.string()),
        alias: fc.nat({ max: 3 }),
        timestamp: fc.nat({ max: 5 }),
        value: fc.oneof(fc.double(), fc.constant(null)),
        isHistorical: fc.boolean(),
        isTransient: fc.boolean(),
        quality: fc.constantFrom(0, 192),
      },
      { requiredKeys: ["value"] },
    );
    const counted = { values: 0, refused: 0, aside: 0 };
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 12 }), (metrics) => {
        const taken = take(metrics.map((each) => ({ ...each, type: "Double" as const })));
        const values = taken.points.reduce((sum, point) => sum + point.values.length, 0);
        expect(values + taken.refusedReadings + taken.aside).toBe(metrics.length);
        expect(taken.refusals.reduce((sum, { readings }) => sum + (readings ?? 0), 0)).toBe(taken.refusedReadings);
        expect(new Set(taken.points.map(({ time }) => time)).size).toBe(taken.points.length);
        expect(new Set(taken.places).size).toBe(taken.points.length);
        expect(taken.labels.map(({ length }) => length)).toEqual(taken.points.map((point) => point.factors.length));
        counted.values += values;
        counted.refused += taken.refusedReadings;
        counted.aside += taken.aside;
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(counted)) expect(count).toBeGreaterThan(10);
  });

  it("of every data type are a value or are refused with a reason", () => {
    const numbers = dataTypes.filter(({ class: kind }) => !["raw", "text", "moment"].includes(kind));
    expect(numbers.map(({ name }) => name)).toHaveLength(11);
    for (const type of dataTypes) {
      const samples = { signed: 1n, unsigned: 1n, moment: 1n, float: 1, double: 1, boolean: true, text: "1" } as const;
      const value = type.class === "raw" ? Uint8Array.of(1) : samples[type.class];
      const taken = take([{ name: "Gas/Flow", type: type.name as DataTypeName, value }]);
      if (numbers.includes(type)) expect(taken.points).toMatchObject([{ values: [1] }]);
      else expect(reasons(taken)).toEqual([["not-a-number", "Gas/Flow"]]);
    }
  });
});

describe("the table of metrics", () => {
  it("keeps to the last row of a metric, and to our codes for what an edge node names by them", () => {
    const rows: MetricTable = createMetricTable([
      { device: null, metric: "a", factor: "bfg.use" },
      { device: null, metric: "a", factor: "cog.use" },
      { device: null, metric: "elec.make", factor: "elec.use" },
    ]);
    expect(rows.find(null, "a")).toBe("cog.use");
    expect(rows.find(null, "elec.make")).toBe("elec.use");
    expect(rows.find(null, "bfg.use")).toBe("bfg.use");
    expect(rows.find(null, "constructor")).toBeNull();
    expect(rows.find("__proto__", "a")).toBeNull();
  });
});

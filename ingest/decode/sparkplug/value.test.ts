// From what stands on the wire to the number of a reading: types, signs, widths, digits.

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { dataTypeOf, type DataTypeName, findDataType } from "#domain/sparkplug/data-types.ts";
import type { Metric, ValueField } from "#domain/sparkplug/payload.ts";
import { readTypedValue, shortestOfFloat, toReading } from "./value.ts";

const plain: Metric = {
  name: "a",
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

function of(type: DataTypeName, field: ValueField, value: Metric["value"]): Metric {
  return { ...plain, datatype: dataTypeOf(type).code, field, value };
}

function readingOf(metric: Metric): unknown {
  return toReading(readTypedValue(metric, null), findDataType(metric.datatype ?? 0));
}

describe("the value of a metric", () => {
  it.each([
    ["Int8", "int", 127, 127],
    ["Int8", "int", 4294967295, -1],
    ["Int8", "int", 4294967168, -128],
    ["Int8", "int", 255, -1],
    ["Int8", "int", 128, -128],
    ["Int8", "long", 18446744073709551615n, -1],
    ["Int16", "int", 65535, -1],
    ["Int16", "int", 32767, 32767],
    ["Int16", "int", 4294934528, -32768],
    ["Int32", "int", 2147483647, 2147483647],
    ["Int32", "int", 2147483648, -2147483648],
    ["Int32", "long", 18446744073709551615n, -1],
    ["Int32", "long", 4294967295, -1],
    ["Int64", "long", 9223372036854775807n, 9223372036854775807n],
    ["Int64", "long", 9223372036854775808n, -9223372036854775808n],
    ["Int64", "long", 18446744073709551615n, -1],
    ["Int64", "int", 5, 5],
    ["UInt8", "int", 255, 255],
    ["UInt32", "long", 4294967295, 4294967295],
    ["UInt64", "long", 18446744073709551615n, 18446744073709551615n],
    ["DateTime", "long", 1795307020000, 1795307020000],
    ["Boolean", "boolean", false, false],
    ["Text", "string", "煤气", "煤气"],
    ["Double", "double", -0.1, -0.1],
    ["Double", "float", Math.fround(45.2), 45.2],
    ["Float", "double", 45.200000001, 45.200000001],
  ] as const)("of type %s in %s: %s is %s", (type, field, value, meant) => {
    expect(readTypedValue(of(type, field, value), null)).toBe(meant);
  });

  it.each([
    ["Int8", "int", 256],
    ["Int8", "int", 4294967167],
    ["Int8", "long", 4294967295],
    ["Int16", "int", 65536],
    ["UInt8", "int", 256],
    ["UInt16", "int", 4294967295],
    ["UInt32", "long", 4294967296],
    ["Int32", "double", 5],
    ["Double", "int", 5],
    ["Boolean", "int", 1],
    ["String", "bytes", Uint8Array.of(65)],
    ["Double", "several", null],
  ] as const)("does not fit the type %s in %s: %s", (type, field, value) => {
    expect(readTypedValue(of(type, field, value), null)).toMatchObject({ reason: "invalid-datatype" });
  });

  it("has the type of the birth where the message gives none", () => {
    const untyped: Metric = { ...plain, field: "int", value: 65535 };
    expect(readTypedValue(untyped, 2)).toBe(-1);
    expect(readTypedValue(untyped, 6)).toBe(65535);
    expect(readTypedValue(untyped, null)).toMatchObject({ reason: "invalid-datatype" });
  });

  it("is refused when message and birth give different types, or one that does not exist", () => {
    const int16: Metric = { ...plain, datatype: 2, field: "int", value: 65535 };
    expect(readTypedValue(int16, 6)).toEqual({ reason: "invalid-datatype", detail: "Int16, and UInt16 in the birth" });
    expect(readTypedValue({ ...int16, datatype: 99 }, null)).toMatchObject({ reason: "invalid-datatype" });
    expect(readTypedValue({ ...int16, datatype: 0 }, null)).toMatchObject({ reason: "invalid-datatype" });
  });

  it("is missing when it is said to be null, or when there is no field for it", () => {
    expect(readTypedValue({ ...plain, datatype: 10, isNull: true, field: "double", value: 0 }, null)).toMatchObject({
      reason: "no-value",
      detail: "is_null",
    });
    expect(readTypedValue({ ...plain, datatype: 10 }, null)).toMatchObject({ reason: "no-value" });
  });
});

describe("the reading of a metric", () => {
  it("is the number, and 1 or 0 for what is on or off", () => {
    expect(readingOf(of("Double", "double", 45.2))).toBe(45.2);
    expect(readingOf(of("Boolean", "boolean", true))).toBe(1);
    expect(readingOf(of("Boolean", "boolean", false))).toBe(0);
  });

  it("has every digit of a whole number, or is refused", () => {
    expect(readingOf(of("UInt64", "long", 2n ** 60n))).toBe(2 ** 60);
    expect(readingOf(of("UInt64", "long", 2n ** 60n + 1n))).toEqual({
      reason: "not-exact",
      detail: "value: 1152921504606846977",
    });
    expect(readingOf(of("Int64", "long", 18446744073709551615n))).toBe(-1);
  });

  it.each([
    ["String", "string", "45.2", "not-a-number"],
    ["UUID", "string", "x", "not-a-number"],
    ["DateTime", "long", 1795307020000, "not-a-number"],
    ["DataSet", "dataset", Uint8Array.of(1), "not-a-number"],
    ["Template", "template", Uint8Array.of(1), "not-a-number"],
    ["Bytes", "bytes", Uint8Array.of(1), "not-a-number"],
    ["File", "bytes", Uint8Array.of(1), "not-a-number"],
    ["FloatArray", "bytes", Uint8Array.of(1), "not-a-number"],
    ["Double", "double", Number.NaN, "not-finite"],
    ["Float", "float", Number.POSITIVE_INFINITY, "not-finite"],
  ] as const)("is not made of %s in %s", (type, field, value, reason) => {
    expect(readingOf(of(type, field, value))).toMatchObject({ reason });
  });
});

describe("a number of 32 bits", () => {
  it.each([45.2, 50.2, 0.1, 1e-7, 3.4e38, 1.17549435e-38, 16777217, 123456.7, 1e20, 0.001, -7.31, 7])(
    "is read as the decimal number it was made from: %s",
    (value) => {
      expect(Math.fround(shortestOfFloat(Math.fround(value)))).toBe(Math.fround(value));
      const digits = value
        .toPrecision(15)
        .replaceAll(/\D|e.*$/g, "")
        .replace(/^0+|0+$/g, "").length;
      if (digits <= 6) expect(shortestOfFloat(Math.fround(value))).toBe(value);
    },
  );

  it("is lost by no reading of it, whatever it is", () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(Math.fround(shortestOfFloat(value))).toBe(value);
      }),
      { numRuns: 6_000 },
    );
  });

  it("is read as sent, for every decimal number of up to six digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.nat({ max: 6 }), (whole, decimals) => {
        const value = whole / 10 ** decimals;
        expect(shortestOfFloat(Math.fround(value))).toBe(value);
      }),
      { numRuns: 6_000 },
    );
  });
});

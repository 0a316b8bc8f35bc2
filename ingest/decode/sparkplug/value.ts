// The value of a metric by its data type: what stands on the wire → what was meant, and from there → the number of a reading,
// or why there is none. No value is rounded.

import { type DataType, findDataType } from "#domain/sparkplug/data-types.ts";
import type { Metric } from "#domain/sparkplug/payload.ts";
import type { RefusalReason } from "#domain/refusal.ts";

export interface ValueRefusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

export type TypedValue = number | bigint | boolean | string | Uint8Array;

function refusal(reason: ValueRefusal["reason"], detail: string): ValueRefusal {
  return { reason, detail };
}

export function isRefusal(value: TypedValue | ValueRefusal): value is ValueRefusal {
  return typeof value === "object" && !(value instanceof Uint8Array);
}

/**
 * The value as its type has it: whole numbers with their sign, as bigint where a number would lose digits; moments as epoch ms;
 * what is kept raw as bytes. `announced`: the type that the birth gave, null when none is known.
 */
export function readTypedValue(metric: Metric, announced: number | null): TypedValue | ValueRefusal {
  const { field, value } = metric;
  if (metric.isNull) return refusal("no-value", "is_null");
  if (field === null) return refusal("no-value", "no value field");
  const code = metric.datatype ?? announced;
  if (code === null) return refusal("invalid-datatype", "no data type is known");
  if (metric.datatype !== null && announced !== null && metric.datatype !== announced)
    return refusal("invalid-datatype", `${nameOf(metric.datatype)}, and ${nameOf(announced)} in the birth`);
  const type = findDataType(code);
  if (type === undefined) return refusal("invalid-datatype", `type ${code}`);
  if (value === null) return misfit(metric, type);
  return readByClass(metric, type, value) ?? misfit(metric, type);
}

function readByClass(metric: Metric, type: DataType, value: NonNullable<Metric["value"]>): TypedValue | null {
  const { field } = metric;
  switch (type.class) {
    case "signed":
      return isWhole(value) ? readSigned(value, field === "int" ? 32 : 64, type.bits) : null;
    case "unsigned":
    case "moment":
      return isWhole(value) && value < 2 ** type.bits ? value : null;
    case "float":
    case "double":
      if (field === "float" && typeof value === "number") return shortestOfFloat(value);
      return field === "double" ? value : null;
    case "boolean":
      return field === "boolean" ? value : null;
    case "text":
      return field === "string" ? value : null;
    case "raw":
      return value instanceof Uint8Array ? value : null;
  }

  function isWhole(value: NonNullable<Metric["value"]>): value is number | bigint {
    return (field === "int" || field === "long") && (typeof value === "number" || typeof value === "bigint");
  }
}

function nameOf(code: number): string {
  return findDataType(code)?.name ?? `type ${code}`;
}

function misfit({ field }: Metric, type: DataType): ValueRefusal {
  return refusal("invalid-datatype", `${type.name} in ${field ?? "no field"}, or out of its range`);
}

/**
 * Senders write a negative number of few bits as its two's complement of the width of the field, or of the type itself: -1 as
 * an Int8 is 4294967295 or 255. Both are read. Null = it is neither.
 */
function readSigned(value: number | bigint, fieldBits: number, bits: number): number | bigint | null {
  if (typeof value === "number" && value < 2 ** (bits - 1)) return value;
  const whole = BigInt(value);
  const signed = BigInt.asIntN(whole < 2n ** BigInt(bits) ? bits : fieldBits, whole);
  if (signed >= 0n && signed < 2n ** BigInt(bits - 1)) return toNumberIfExact(signed);
  return signed < 0n && signed >= -(2n ** BigInt(bits - 1)) ? toNumberIfExact(signed) : null;
}

function toNumberIfExact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** As many decimals as this are tried one by one before the general way, which is slower. */
const decimalsTried = 6;
const powersOfTen = Array.from({ length: decimalsTried + 1 }, (_, n) => 10 ** n);

/**
 * The shortest decimal number that is this number of 32 bits: 45.2 and not 45.20000076293945, which no sender had in mind and
 * which would exceed a limit of 45.2. Nothing is lost: Math.fround gives the number of the wire back.
 */
export function shortestOfFloat(value: number): number {
  if (Math.abs(value) < 1e9) {
    for (const power of powersOfTen) {
      const short = Math.round(value * power) / power;
      if (Math.fround(short) === value && !(short === 0 && value !== 0)) return short === 0 ? value : short;
    }
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}

/** Truth is 1 or 0, as a switch or a valve says it. Moments and texts are no measured values. */
export function toReading(value: TypedValue | ValueRefusal, type: DataType | undefined): number | ValueRefusal {
  if (isRefusal(value)) return value;
  if (type?.class === "moment") return refusal("not-a-number", "a moment in time");
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number")
    return Number.isFinite(value) ? value : refusal("not-finite", `value: ${String(value)}`);
  if (typeof value === "bigint") {
    const number = Number(value);
    return BigInt(number) === value ? number : refusal("not-exact", `value: ${value.toString()}`);
  }
  if (typeof value === "string") return refusal("not-a-number", "a text");
  return refusal("not-a-number", `${type?.name ?? "raw"}, ${value.length} bytes`);
}

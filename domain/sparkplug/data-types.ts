// Data types of Sparkplug B by their number in a metric, and what kind of value each of them is.

/** `bits`: of whole numbers. `raw`: what no reading can be made of; it is kept as bytes. */
export type ValueClass = "signed" | "unsigned" | "float" | "double" | "boolean" | "text" | "moment" | "raw";

export interface DataType {
  readonly code: number;
  readonly name: string;
  readonly class: ValueClass;
  /** 0 for what is no whole number. */
  readonly bits: number;
}

const rows = [
  [1, "Int8", "signed", 8],
  [2, "Int16", "signed", 16],
  [3, "Int32", "signed", 32],
  [4, "Int64", "signed", 64],
  [5, "UInt8", "unsigned", 8],
  [6, "UInt16", "unsigned", 16],
  [7, "UInt32", "unsigned", 32],
  [8, "UInt64", "unsigned", 64],
  [9, "Float", "float", 0],
  [10, "Double", "double", 0],
  [11, "Boolean", "boolean", 0],
  [12, "String", "text", 0],
  [13, "DateTime", "moment", 64],
  [14, "Text", "text", 0],
  [15, "UUID", "text", 0],
  [16, "DataSet", "raw", 0],
  [17, "Bytes", "raw", 0],
  [18, "File", "raw", 0],
  [19, "Template", "raw", 0],
  [20, "PropertySet", "raw", 0],
  [21, "PropertySetList", "raw", 0],
  [22, "Int8Array", "raw", 0],
  [23, "Int16Array", "raw", 0],
  [24, "Int32Array", "raw", 0],
  [25, "Int64Array", "raw", 0],
  [26, "UInt8Array", "raw", 0],
  [27, "UInt16Array", "raw", 0],
  [28, "UInt32Array", "raw", 0],
  [29, "UInt64Array", "raw", 0],
  [30, "FloatArray", "raw", 0],
  [31, "DoubleArray", "raw", 0],
  [32, "BooleanArray", "raw", 0],
  [33, "StringArray", "raw", 0],
  [34, "DateTimeArray", "raw", 0],
] as const;

export type DataTypeName = (typeof rows)[number][1];

export const dataTypes: readonly DataType[] = rows.map(([code, name, valueClass, bits]) => ({
  code,
  name,
  class: valueClass,
  bits,
}));

const byCode: ReadonlyMap<number, DataType> = new Map(dataTypes.map((type) => [type.code, type]));
const byName: ReadonlyMap<string, DataType> = new Map(dataTypes.map((type) => [type.name, type]));

/** Undefined for 0, "unknown", and for numbers that no type has. */
export function findDataType(code: number): DataType | undefined {
  return byCode.get(code);
}

export function dataTypeOf(name: DataTypeName): DataType {
  const type = byName.get(name);
  if (type === undefined) throw new Error(`no data type ${name}`);
  return type;
}

// InfluxDB line protocol into points, written from its documentation and independent of the product's writer. Throws on
// what a server would refuse.

export type FieldValue =
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "long"; readonly value: number }
  | { readonly type: "string"; readonly value: string };

export interface LinePoint {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, FieldValue>;
  /** In the unit of the request. */
  readonly time: bigint;
}

export function parseLines(body: string): LinePoint[] {
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map(parseLine);
}

/** Splits at a character that is neither escaped nor inside double quotes. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function unescape(text: string): string {
  return text.replaceAll(/\\([,= \\])/g, "$1");
}

function parsePair(text: string): [string, string] {
  const [key, value, ...more] = splitAt(text, "=");
  if (key === undefined || value === undefined || key === "" || value === "" || more.length > 0)
    throw new Error(`bad pair: ${text}`);
  return [unescape(key), value];
}

function parseField(text: string): FieldValue {
  if (/^".*"$/s.test(text)) return { type: "string", value: text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") };
  if (/^-?\d+i$/.test(text)) return { type: "long", value: Number(text.slice(0, -1)) };
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return { type: "double", value: Number(text) };
  throw new Error(`bad field value: ${text}`);
}

function parseLine(line: string): LinePoint {
  const [head, fields, time, ...more] = splitAt(line, " ");
  if (head === undefined || fields === undefined || time === undefined || more.length > 0)
    throw new Error(`bad line: ${line}`);
  if (!/^-?\d+$/.test(time)) throw new Error(`bad time: ${line}`);
  const [measurement, ...tags] = splitAt(head, ",");
  return {
    measurement: unescape(measurement ?? ""),
    tags: new Map(tags.map(parsePair).map(([key, value]) => [key, unescape(value)])),
    fields: new Map(
      splitAt(fields, ",")
        .map(parsePair)
        .map(([key, value]) => [key, parseField(value)]),
    ),
    time: BigInt(time),
  };
}

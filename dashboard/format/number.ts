// Numbers as the field writes them: rounded by GB/T 8170 (a lone 5 goes to the even neighbour), units with real symbols.

/**
 * `value` with exactly `decimals` digits after the point. Works on the decimal text the sender wrote (15 significant
 * digits), so that 2.675 is a lone 5 although no binary number is.
 */
export function formatValue(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "—";
  const negative = value < 0;
  const [mantissa = "0", exponentText = "0"] = Math.abs(value).toExponential(14).split("e");
  const digits = mantissa.replace(".", "");
  // The value is 0.digits × 10^point; `keep` digits survive.
  const point = Number(exponentText) + 1;
  const keep = point + decimals;
  let kept = keep > 0 ? BigInt(digits.slice(0, keep).padEnd(keep, "0")) : 0n;
  if (keep >= 0 && keep < digits.length && roundsUp(digits.slice(keep), kept)) kept += 1n;
  const text = kept.toString().padStart(decimals + 1, "0");
  const body = decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
  return negative && kept !== 0n ? `-${body}` : body;
}

/** `value` as it was sent, with at least `decimals` digits after the point: two values that differ never look the same. */
export function formatInFull(value: number, decimals: number): string {
  const rounded = formatValue(value, decimals);
  return Number(rounded) === value ? rounded : String(value);
}

function roundsUp(rest: string, kept: bigint): boolean {
  const first = rest.charAt(0);
  if (first !== "5") return first > "5";
  return /[1-9]/.test(rest.slice(1)) || kept % 2n === 1n;
}

const unitSymbols: Readonly<Record<string, string>> = {
  "ug/L": "µg/L",
  "ug/m3": "µg/m³",
  "mg/m3": "mg/m³",
  m3: "m³",
  "m3/h": "m³/h",
  m2: "m²",
  "MJ/m3": "MJ/m³",
  degC: "°C",
  deg: "°",
  "uS/cm": "µS/cm",
  "-": "",
};

/** The unit with its real symbols; "" for a number without one. */
export function formatUnit(unit: string): string {
  return unitSymbols[unit] ?? unit;
}

/** Limits are printed as they were written, without invented digits. */
export function formatLimit(limit: number): string {
  return String(Number(limit.toPrecision(12)));
}

// Rounding as GB/T 8170 wants it: half goes to the even digit, on the decimal number and not on its binary shadow. A value is
// taken with 15 significant digits, which is what a decimal survives in a double: 1.005 is 1.005 here, and what is finer is
// dust. Rounds once, from the full value: the standard forbids rounding what was rounded before.

const digitsKept = 15;

interface Decimal {
  readonly negative: boolean;
  /** 15 digits; the first one is not 0 unless the value is. */
  readonly digits: string;
  /** Power of ten of the first digit. */
  readonly exponent: number;
}

function readDecimal(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = Math.abs(value)
    .toExponential(digitsKept - 1)
    .split("e");
  return { negative: value < 0, digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

/** Keeps the first `kept` digits. What can be kept whole is returned as it is; so are NaN and the infinities. */
function keepDigits(value: number, decimal: Decimal, kept: number): number {
  if (!Number.isFinite(value) || kept >= digitsKept) return value;
  if (kept < 0) return 0;
  const head = kept === 0 ? 0 : Number(decimal.digits.slice(0, kept));
  const tail = decimal.digits.slice(kept);
  const half = `5${"0".repeat(tail.length - 1)}`;
  // Digits of the same number compare as text.
  const up = tail > half || (tail === half && head % 2 === 1);
  const rounded = Number(`${head + (up ? 1 : 0)}e${decimal.exponent - kept + 1}`);
  return decimal.negative && rounded !== 0 ? -rounded : rounded;
}

/** `decimals` behind the point; negative: tens, hundreds. [GB/T 8170-2008 3.2] */
export function roundToDecimals(value: number, decimals: number): number {
  const decimal = readDecimal(value);
  return keepDigits(value, decimal, decimal.exponent + 1 + decimals);
}

/** To so many significant digits, at least one. */
export function roundToSignificant(value: number, digits: number): number {
  return keepDigits(value, readDecimal(value), digits);
}

/** How many decimals this number is written with: 0.05 → 2, 50 → 0. A limit of "1.0" must say its decimals itself. */
export function decimalsOf(value: number): number {
  const { digits, exponent } = readDecimal(value);
  return Math.max(0, digits.replace(/0+$/, "").length - 1 - exponent);
}

/** Rounded and written with all its decimals, for reports: 12 → "12.00". */
export function formatRounded(value: number, decimals: number): string {
  return roundToDecimals(value, decimals).toFixed(Math.max(0, decimals));
}

/** rounded: both sides with the limit's decimals (修约值比较法); full: the value as it is (全数值比较法). [GB/T 8170-2008 4.3] */
export const comparisonMethods = ["rounded", "full"] as const;
export type ComparisonMethod = (typeof comparisonMethods)[number];

export interface Comparison {
  readonly method: ComparisonMethod;
  /** The number that was held against the limit. */
  readonly compared: number;
  readonly side: "below" | "equal" | "above";
}

/** Holds a value against a bound; `decimals` are those the bound is written with. */
export function compareWithBound(
  value: number,
  bound: number,
  method: ComparisonMethod,
  decimals: number = decimalsOf(bound),
): Comparison {
  // The full value without its dust: a mean of 50 that a machine computes as 50.00000000000001 is not above 50.
  const compared = method === "rounded" ? roundToDecimals(value, decimals) : roundToSignificant(value, digitsKept - 1);
  return { method, compared, side: compared > bound ? "above" : compared < bound ? "below" : "equal" };
}

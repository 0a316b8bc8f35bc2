// Amounts of energy and matter, as whole thousandths of their unit (Wh of kWh, litres of m³, kg of t, MJ of GJ). Whole numbers
// add up without rounding, so that a balance closes exactly and the parts of a period are its whole. Pure.

/** Thousandths of a unit, a whole number: 1,234 of kWh are 1.234 kWh. */
export type Thousandths = number;

/** Beyond this, thousandths are not whole numbers any more: 9 × 10¹² of a unit. */
const largest = Number.MAX_SAFE_INTEGER / 1_000;

/** A value in its unit as thousandths. Throws RangeError for what is no number or beyond what can be counted. */
export function toThousandths(value: number): Thousandths {
  if (!(Math.abs(value) <= largest)) throw new RangeError(`${value} cannot be counted in thousandths`);
  // -0 would be another number to whoever compares texts.
  return Math.round(value * 1_000) + 0;
}

export function fromThousandths(amount: Thousandths): number {
  return amount / 1_000;
}

export function sumThousandths(amounts: Iterable<Thousandths>): Thousandths {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  if (!Number.isSafeInteger(sum)) throw new RangeError(`a sum of amounts is no whole number any more: ${sum}`);
  return sum;
}

/** What was used, made or lost in one window, and how much of the window is known. */
export interface Amount {
  readonly amount: Thousandths;
  /** Share of the window that readings cover, 0 … 1; the rest is not known, and nothing is counted for it. */
  readonly coverage: number;
  /**
   * Share of the window in which a total is known, but not when it came about (a gap between two good readings): it is spread
   * evenly over the gap.
   */
  readonly attributed: number;
}

export const nothing: Amount = { amount: 0, coverage: 0, attributed: 0 };

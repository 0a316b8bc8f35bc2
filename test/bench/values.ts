// What the generators send: ten factors of a wastewater outfall, values in their usual range, and limits that these values
// stay below, so that every value is compared and none exceeds by chance. Pure.

/** As an on-line outfall reports them: COD, ammonia, pH, flow, … */
export const outfallFactors = [
  "w01018",
  "w21003",
  "w01001",
  "w00000",
  "w21011",
  "w21001",
  "w01012",
  "w01010",
  "w01014",
  "w01009",
] as const;

const wholeParts: Readonly<Record<string, number>> = {
  w01018: 31,
  w21003: 2,
  w01001: 7,
  w00000: 45,
  w21011: 1,
  w21001: 9,
  w01012: 6,
  w01010: 18,
  w01014: 840,
  w01009: 5,
};

/** The value without its decimals; a factor without an entry is sent as 3.xx. */
export function wholePartOf(factor: string): number {
  return wholeParts[factor] ?? 3;
}

/** Above everything that is sent. */
export function quietLimitOf(factor: string): number {
  return wholePartOf(factor) + 10;
}

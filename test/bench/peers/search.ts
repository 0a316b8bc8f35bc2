// Finds the highest rate that a system follows, by trying: from a first guess up or down until one rate holds and one does
// not, then between the two. Knows nothing of what is tried. Pure but for the trials it is given.

/** Close enough: the next trial would differ by less than trials of one rate do. */
const gapMax = 1.06;
const stepUp = 1.25;
const stepDown = 0.8;

export interface Search<T> {
  /** The trial at the highest rate that held; null when none did. */
  readonly held: T | null;
  /** The lowest rate that did not hold; null when all did: then the true limit is somewhere above. */
  readonly tooHigh: number | null;
}

export async function searchSustainedRate<T>(
  firstRate: number,
  trialsMax: number,
  attempt: (rate: number) => Promise<{ readonly sustained: boolean; readonly trial: T }>,
): Promise<Search<T>> {
  let held: { readonly rate: number; readonly trial: T } | null = null;
  let tooHigh: number | null = null;
  let rate = firstRate;
  for (let i = 0; i < trialsMax; i++) {
    const { sustained, trial } = await attempt(rate);
    if (sustained) held = { rate, trial };
    else tooHigh = rate;
    if (held === null) rate *= stepDown;
    else if (tooHigh === null) rate *= stepUp;
    else if (tooHigh / held.rate <= gapMax) break;
    else rate = Math.sqrt(held.rate * tooHigh);
  }
  return { held: held?.trial ?? null, tooHigh };
}

// Seeded chance: a text or a number becomes the same sequence of numbers on every machine. Nothing in the pure part of the
// simulator draws from anywhere else, so a seed reproduces a whole run.

export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** low ≤ x < high */
  between(low: number, high: number): number;
  /** A whole number 0 … count − 1. */
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
  /** Mean 0, standard deviation 1, cut at ±3. */
  normal(): number;
}

/** Two 32-bit numbers → one that looks unrelated to both (finaliser of MurmurHash3, public domain). */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b | 0, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Text → 32-bit number (FNV-1a, then mixed with the seed). */
export function hashText(text: string, seed: number): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, seed);
}

/** 32-bit number → 0 ≤ x < 1. */
export function unit(hash: number): number {
  return hash / 4294967296;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    return unit(mix(state, 0x51ed270b));
  };
  const random: Random = {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (count) => Math.floor(next() * count),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error("pick: nothing to pick from");
      return item;
    },
    normal: () => {
      // Irwin–Hall: the sum of twelve uniforms is close enough to a normal for instruments, and has no tails to clip.
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return Math.max(-3, Math.min(3, sum));
    },
  };
  return random;
}

/** A new array in seeded order. */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random.next() }));
  return keyed.toSorted((a, b) => a.key - b.key).map((entry) => entry.item);
}

/**
 * Splits `total` whole things over places by weight, largest remainder first, never more than a place can take.
 * Throws when the places together cannot take them all.
 */
export function apportion(total: number, weights: readonly number[], caps?: readonly number[]): number[] {
  const shares = weights.map(() => 0);
  const room = (i: number): number => (caps === undefined ? total : (caps[i] ?? 0)) - (shares[i] ?? 0);
  for (let left = total; left > 0;) {
    // Places with weight 0 take what no weighted place has room for.
    const open = weights.map((weight, i) => (room(i) > 0 ? weight : 0));
    const share = open.some((weight) => weight > 0) ? open : weights.map((_, i) => (room(i) > 0 ? 1 : 0));
    const sum = share.reduce((a, b) => a + b, 0);
    if (sum === 0) throw new Error(`apportion: no room for ${left} of ${total}`);
    const exact = share.map((weight) => (left * weight) / sum);
    const given = exact.map((count, i) => Math.min(Math.floor(count), room(i)));
    const rest = left - given.reduce((a, b) => a + b, 0);
    const byFraction = exact
      .map((count, i) => ({ i, fraction: count - Math.floor(count) }))
      .filter(({ i }) => room(i) > (given[i] ?? 0) && (share[i] ?? 0) > 0)
      .toSorted((a, b) => b.fraction - a.fraction || a.i - b.i);
    for (const { i } of byFraction.slice(0, rest)) given[i] = (given[i] ?? 0) + 1;
    for (const [i, count] of given.entries()) shares[i] = (shares[i] ?? 0) + count;
    left -= given.reduce((a, b) => a + b, 0);
  }
  return shares;
}

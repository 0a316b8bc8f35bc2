// A list of spans as flat ascending numbers [from, to, from, to …], both inclusive. Small on purpose: what is remembered of
// long times must not grow with them.

/** Puts a span into the list; spans that overlap, or are at most `join` apart, become one. */
export function addSpan(list: number[], from: number, to: number, join: number): void {
  let i = 0;
  while (i < list.length && (list[i + 1] ?? 0) < from - join) i += 2;
  let end = i;
  let [low, high] = [from, to];
  while (end < list.length && (list[end] ?? 0) <= to + join) {
    low = Math.min(low, list[end] ?? 0);
    high = Math.max(high, list[end + 1] ?? 0);
    end += 2;
  }
  if (end - i === 2) {
    list[i] = low;
    list[i + 1] = high;
  } else list.splice(i, end - i, low, high);
}

/** Joins the two spans that are nearest to each other; the list must hold two at least. */
export function joinNearest(list: number[]): void {
  let nearest = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < list.length - 1; i += 2) {
    const gap = (list[i + 1] ?? 0) - (list[i] ?? 0);
    if (gap >= least) continue;
    least = gap;
    nearest = i;
  }
  list.splice(nearest, 2);
}

/** Does any span have a number from `from` to `to`, both inclusive? */
export function touchesSpan(list: readonly number[], from: number, to: number): boolean {
  for (let i = list.length - 2; i >= 0; i -= 2) {
    if (from > (list[i + 1] ?? 0)) return false;
    if (to >= (list[i] ?? 0)) return true;
  }
  return false;
}

/** Takes a span out of the list. */
export function cutSpan(list: number[], from: number, to: number): void {
  for (let i = list.length - 2; i >= 0; i -= 2) {
    const [low, high] = [list[i] ?? 0, list[i + 1] ?? 0];
    if (high < from || low > to) continue;
    const left: number[] = [];
    if (low < from) left.push(low, from - 1);
    if (high > to) left.push(to + 1, high);
    list.splice(i, 2, ...left);
  }
}

/** Numbers in all spans. */
export function sizeOfSpans(list: readonly number[]): number {
  let size = 0;
  for (let i = 0; i < list.length; i += 2) size += (list[i + 1] ?? 0) - (list[i] ?? 0) + 1;
  return size;
}

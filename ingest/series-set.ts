// A set of series by number, in the order in which they were put in. One is put in with every reading, so adding what is there
// already must cost next to nothing: a mark per series, and a queue. Pure.

export interface SeriesSet extends Iterable<number> {
  readonly size: number;
  add(series: number): void;
  /** Takes the first ones out. */
  takeSome(most: number): number[];
}

export function createSeriesSet(): SeriesSet {
  let marks = new Uint8Array(0);
  let queue: number[] = [];
  let first = 0;

  return {
    get size() {
      return queue.length - first;
    },
    add(series) {
      if (marks[series] === 1) return;
      if (series >= marks.length) {
        const larger = new Uint8Array(Math.max(1024, Math.ceil(series * 1.5)));
        larger.set(marks);
        marks = larger;
      }
      marks[series] = 1;
      queue.push(series);
    },
    takeSome(most) {
      const taken = queue.slice(first, first + most);
      for (const series of taken) marks[series] = 0;
      first += taken.length;
      if (first === queue.length) {
        queue = [];
        first = 0;
      } else if (first > queue.length / 2) {
        queue = queue.slice(first);
        first = 0;
      }
      return taken;
    },
    *[Symbol.iterator]() {
      for (let i = first; i < queue.length; i++) yield queue[i] ?? 0;
    },
  };
}

// When something is to be looked at again without a reading: a heap of times. What is due together is given in the order of
// time, then of name, so that a heap that was built again after a restart gives the same order. Pure.

export interface Wakes<T extends Sleeper> {
  /** `at`: receive time, epoch ms; null = not any more. A later call replaces an earlier one. */
  set(sleeper: T, at: number | null): void;
  /** All whose time has come, and forgets their times. */
  take(now: number): T[];
  readonly size: number;
}

export interface Sleeper {
  /** Unique, and the same after a restart. */
  readonly key: string;
  /** Held by the heap alone. */
  wakeAt: number | null;
}

interface Item<T> {
  readonly at: number;
  readonly sleeper: T;
}

export function createWakes<T extends Sleeper>(): Wakes<T> {
  /** Items whose sleeper has another time by now are left in it and skipped. */
  let heap: Item<T>[] = [];
  let size = 0;

  function push(item: Item<T>): void {
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || parent.at <= item.at) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = item;
  }

  function pop(): Item<T> | undefined {
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const isRight = right !== undefined && left !== undefined && right.at < left.at;
      const child = isRight ? right : left;
      if (child === undefined || child.at >= last.at) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
    return top;
  }

  /** Many times set anew leave many items behind: now and then they are swept out. */
  function sweep(): void {
    if (heap.length < 1_024 || heap.length < 4 * size) return;
    const kept = heap.filter(({ at, sleeper }) => sleeper.wakeAt === at);
    heap = [];
    for (const item of kept) push(item);
  }

  return {
    set(sleeper, at) {
      if (sleeper.wakeAt === at) return;
      if (sleeper.wakeAt === null) size++;
      if (at === null) size--;
      sleeper.wakeAt = at;
      if (at === null) return;
      push({ at, sleeper });
      sweep();
    },
    take(now) {
      const due: Item<T>[] = [];
      for (let top = heap[0]; top !== undefined && top.at <= now; top = heap[0]) {
        const item = pop();
        if (item === undefined || item.sleeper.wakeAt !== item.at) continue;
        item.sleeper.wakeAt = null;
        size--;
        due.push(item);
      }
      due.sort((a, b) => a.at - b.at || (a.sleeper.key < b.sleeper.key ? -1 : 1));
      return due.map(({ sleeper }) => sleeper);
    },
    get size() {
      return size;
    },
  };
}

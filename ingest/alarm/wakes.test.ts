// Times at which something is looked at again.

import { describe, expect, it } from "vitest";
import { createWakes, type Sleeper } from "./wakes.ts";

const sleeper = (key: string): Sleeper => ({ key, wakeAt: null });

describe("wakes", () => {
  it("gives what is due in the order of time, then of name, however it was put", () => {
    const wakes = createWakes();
    const names = ["b", "c", "a", "d"].map(sleeper);
    for (const [i, each] of names.entries()) wakes.set(each, i === 3 ? 5 : 10);
    expect(wakes.take(4)).toEqual([]);
    expect(wakes.take(10).map(({ key }) => key)).toEqual(["d", "a", "b", "c"]);
    expect(wakes.take(1_000)).toEqual([]);
    expect(wakes.size).toBe(0);
  });

  it("knows the last time that was set, and none for one that was let go", () => {
    const wakes = createWakes();
    const [moved, gone] = [sleeper("moved"), sleeper("gone")];
    wakes.set(moved, 10);
    wakes.set(gone, 10);
    wakes.set(moved, 20);
    wakes.set(gone, null);
    expect(wakes.take(10)).toEqual([]);
    expect(wakes.take(20)).toEqual([moved]);
  });

  it("agrees with a sorted list over many times that are set and set again", () => {
    const wakes = createWakes();
    const all = Array.from({ length: 500 }, (_, i) => sleeper(`s${i}`));
    let drawn = 1;
    const draw = (below: number): number => (drawn = (drawn * 48_271) % 2_147_483_647) % below;
    for (let i = 0; i < 20_000; i++) {
      const each = all[draw(all.length)];
      if (each !== undefined) wakes.set(each, draw(20) === 0 ? null : draw(100_000));
    }
    const expected = all
      .flatMap(({ key, wakeAt }) => (wakeAt === null ? [] : [{ key, at: wakeAt }]))
      .toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
    expect(wakes.size).toBe(expected.length);
    const found: string[] = [];
    for (let now = 0; now <= 100_000; now += 997) found.push(...wakes.take(now).map(({ key }) => key));
    found.push(...wakes.take(100_000).map(({ key }) => key));
    expect(found).toEqual(expected.map(({ key }) => key));
  });
});

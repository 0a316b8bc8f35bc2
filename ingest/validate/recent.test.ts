// Duplicates and revisions: what is told apart, what may be forgotten, and that saving changes nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { createRecent } from "./recent.ts";

describe("what one site sent lately", () => {
  it("the same value again is a duplicate, another value or flag is a revision, and then that is what was sent last", () => {
    const recent = createRecent();
    const see = (value: number, flag: "N" | "D" = "N") => recent.see("realtime", 1_000, "w01018", value, flag);
    expect([see(1), see(1), see(2), see(1), see(1), see(1, "D")]).toEqual([
      "new",
      "duplicate",
      "revision",
      "revision",
      "duplicate",
      "revision",
    ]);
  });

  it("kinds, factors and times are told apart", () => {
    const recent = createRecent();
    expect(recent.see("realtime", 1_000, "w01018", 1, "N")).toBe("new");
    expect(recent.see("minute", 1_000, "w01018", 1, "N")).toBe("new");
    expect(recent.see("realtime", 1_000, "w01001", 1, "N")).toBe("new");
    expect(recent.see("realtime", 1_001, "w01018", 1, "N")).toBe("new");
  });

  it("never calls a reading new that it may have forgotten, and never forgets the last minutes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 1, max: 3 })), { maxLength: 800 }),
        (frames) => {
          const recent = createRecent();
          const sent = new Map<number, number>();
          let newest = 0;
          for (const [second, value] of frames) {
            const time = second * 1_000;
            const before = sent.get(time);
            const sighting = recent.see("realtime", time, "w01018", value, "N");
            if (before !== undefined) expect(sighting).not.toBe("new");
            else expect(["new", "beyond"]).toContain(sighting);
            const isLate = time < newest - bounds.recentPointsMs;
            if (before !== undefined && !isLate) expect(sighting).toBe(before === value ? "duplicate" : "revision");
            sent.set(time, value);
            newest = Math.max(newest, time);
          }
        },
      ),
    );
  });

  it("remembers no more than its bound, however fast the device is", () => {
    const recent = createRecent();
    for (let i = 0; i < bounds.recentPointsMax + 1_000; i++) recent.see("realtime", i, "w01018", i, "N");
    expect(recent.save().points.length).toBeLessThanOrEqual(bounds.recentPointsMax);
    expect(recent.see("realtime", 0, "w01018", 0, "N")).toBe("beyond");
    expect(recent.see("realtime", bounds.recentPointsMax + 999, "w01018", bounds.recentPointsMax + 999, "N")).toBe(
      "duplicate",
    );
  });

  it("what is saved and loaded sees as before", () => {
    const times = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(times, times, (before, after) => {
        const run = (restart: boolean): string[] => {
          let recent = createRecent();
          for (const second of before) recent.see("realtime", second * 1_000, "w01018", second % 3, "N");
          if (restart) recent = createRecent(structuredClone(recent.save()));
          return after.map((second) => recent.see("realtime", second * 1_000, "w01018", second % 2, "N"));
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });
});

// Duplicates and revisions: what is remembered, what may be forgotten, and that saving changes nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import type { Flag, ReadingKind } from "#domain/reading.ts";
import {
  addPoint,
  createRecent,
  findPoint,
  flagAt,
  isCovered,
  isEmptySpan,
  nowhere,
  type Recent,
  setValue,
  valueAt,
  widen,
} from "./recent.ts";
import { packRecents, unpackRecents } from "./recent-pack.ts";

/** What was known of a reading before; it is remembered afterwards. */
function see(
  recent: Recent,
  time: number,
  value: number,
  flag: Flag = "N",
  kind: ReadingKind = "realtime",
  factor = 0,
) {
  let at = findPoint(recent, kind, time);
  const before = at === nowhere ? Number.NaN : valueAt(recent, at, factor);
  const flagBefore = at === nowhere ? "N" : flagAt(recent, at, factor);
  const unsure = kind === "realtime" && isCovered(recent, time);
  if (at === nowhere) at = addPoint(recent, kind, time, bounds.recentPointsMin);
  setValue(recent, at, factor, value, flag);
  if (Number.isNaN(before)) return unsure ? "unsure" : "new";
  return before === value && flagBefore === flag ? "duplicate" : "revision";
}

describe("what one site sent lately", () => {
  it("the same value again is known, another value or flag is told from it, and then that is what was sent last", () => {
    const recent = createRecent(1);
    const again = (value: number, flag: Flag = "N") => see(recent, 1_000, value, flag);
    expect([again(1), again(1), again(2), again(1), again(1), again(1, "D"), again(1)]).toEqual([
      "new",
      "duplicate",
      "revision",
      "revision",
      "duplicate",
      "revision",
      "revision",
    ]);
  });

  it("kinds, factors and times are told apart", () => {
    const recent = createRecent(2);
    expect(see(recent, 1_000, 1)).toBe("new");
    expect(see(recent, 1_000, 1, "N", "minute")).toBe("new");
    expect(see(recent, 1_000, 1, "N", "realtime", 1)).toBe("new");
    expect(see(recent, 1_001, 1)).toBe("new");
  });

  it("never calls a reading new that it may have forgotten, and never forgets the last minutes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 1, max: 3 })), { maxLength: 800 }),
        (frames) => {
          const recent = createRecent(1);
          const sent = new Map<number, number>();
          let newest = 0;
          for (const [second, value] of frames) {
            const time = second * 1_000;
            const before = sent.get(time);
            const sighting = see(recent, time, value);
            if (before !== undefined) expect(sighting).not.toBe("new");
            else expect(["new", "unsure"]).toContain(sighting);
            const isLate = time < newest - bounds.recentPointsMs;
            if (before !== undefined && !isLate) expect(sighting).toBe(before === value ? "duplicate" : "revision");
            sent.set(time, value);
            newest = Math.max(newest, time);
          }
          for (const time of sent.keys()) expect(isEmptySpan(recent, time - 500, time + 500)).toBe(false);
        },
      ),
    );
  });

  it("what falls into a gap is certainly new, days later too", () => {
    const recent = createRecent(1);
    for (let i = 0; i < 2_000; i++) if (i < 500 || i > 1_000) see(recent, i * 60_000, i);
    expect(see(recent, 700 * 60_000, 1)).toBe("new");
    expect(isEmptySpan(recent, 710 * 60_000, 720 * 60_000)).toBe(true);
    expect(isEmptySpan(recent, 700 * 60_000, 701 * 60_000)).toBe(false);
    expect(see(recent, 400 * 60_000 + 1, 1)).toBe("unsure");
  });

  it("remembers no more than its bounds, however fast the device is and however its times jump", () => {
    const recent = createRecent(1);
    for (let i = 0; i < bounds.recentPointsMax + 1_000; i++) see(recent, i, i);
    expect(recent.count).toBeLessThanOrEqual(bounds.recentPointsMax);
    expect(see(recent, 0, 0)).toBe("unsure");
    const newest = bounds.recentPointsMax + 999;
    expect(see(recent, newest, newest)).toBe("duplicate");
    for (let i = 0; i < 20_000; i++) see(recent, ((i * 7_919) % 20_000) * 3_600_000, i);
    expect(recent.count).toBeLessThanOrEqual(bounds.recentPointsMax);
    expect(recent.covered.length).toBeLessThanOrEqual(2 * bounds.coveredSpansMax);
  });

  it("one factor more leaves everything as it was", () => {
    const recent = createRecent(1);
    for (let i = 0; i < 100; i++) see(recent, i * 20_000, i, i % 7 === 0 ? "D" : "N");
    widen(recent, 3);
    for (let i = 40; i < 100; i++) {
      const at = findPoint(recent, "realtime", i * 20_000);
      expect([valueAt(recent, at, 0), flagAt(recent, at, 0)]).toEqual([i, i % 7 === 0 ? "D" : "N"]);
      expect(valueAt(recent, at, 2)).toBeNaN();
    }
  });

  it("what is saved and loaded sees as before", () => {
    const times = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(times, times, (before, after) => {
        const run = (restart: boolean): string[] => {
          let recent = createRecent(1);
          for (const second of before) see(recent, second * 1_000, second % 3, second % 5 === 0 ? "T" : "N");
          const other = createRecent(2);
          for (let i = 0; i < 7; i++) see(other, i * 1_000, i, "D", "hour", i % 2);
          if (restart) {
            const [first, second, third] = unpackRecents(structuredClone(packRecents([other, recent, other])));
            if (first === undefined || second === undefined || third === undefined)
              throw new Error("a site is missing");
            for (const each of [first, third]) expect(see(each, 3_000, 3, "D", "hour", 1)).toBe("duplicate");
            recent = second;
          }
          return after.map((second) => see(recent, second * 1_000, second % 2));
        };
        expect(run(true)).toEqual(run(false));
      }),
    );
  });
});

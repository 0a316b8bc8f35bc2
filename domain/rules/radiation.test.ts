// Dose rates against the station's own baseline, in rain and without.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DoseMean, doseSteps, evenDoseRate, findBaseline, judgeDose, toNanoGray } from "./radiation.ts";

const baseline = { mean: 100, sigma: 4, count: 720 };
const dry = (value: number): DoseMean => ({ value, minutes: 5, rainMm: 0 });
const wet = (value: number): DoseMean => ({ value, minutes: 5, rainMm: 0.6 });
const step = (means: readonly DoseMean[]): string | undefined => judgeDose(means, baseline)?.step;

describe("a baseline", () => {
  it("is the mean and the spread of a station's own values", () => {
    expect(findBaseline([98, 100, 102, 100], 4)).toEqual({ mean: 100, sigma: Math.sqrt(8 / 3), count: 4 });
  });

  it("needs three quarters of what was due", () => {
    expect(findBaseline([98, 100, 102], 4)?.count).toBe(3);
    expect(findBaseline([98, 102], 4)).toBeNull();
    expect([findBaseline([], 0), findBaseline([100], 1)]).toEqual([null, null]);
    expect(findBaseline([100, 102], 2)?.count).toBe(2);
  });

  it("is the same in any order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 40, max: 400, noNaN: true }), { minLength: 2, maxLength: 80 }),
        (values) => {
          expect(findBaseline(values.toReversed(), values.length)).toEqual(findBaseline(values, values.length));
        },
      ),
    );
  });
});

describe("a dose rate", () => {
  it("is noticed above three sigmas, at once", () => {
    expect([step([dry(112)]), step([dry(112.1)])]).toEqual([undefined, "notice"]);
  });

  it("is warned of after 15 minutes at 50 above the mean", () => {
    expect(step([dry(151), dry(151)])).toBe("notice");
    expect(step([dry(151), dry(151), dry(151)])).toBe("warning");
    expect(step([dry(151), dry(150), dry(151), dry(151)])).toBe("notice");
  });

  it("that rain has raised is neither noticed nor warned of", () => {
    expect(step([wet(151), wet(151), wet(151)])).toBeUndefined();
    expect(step([dry(151), wet(151), dry(151)])).toBe("notice");
    expect(step([{ ...wet(151), rainMm: 0.5 }])).toBe("notice");
    expect(step([{ ...wet(151), rainMm: null }])).toBe("notice");
  });

  it("of 300 nGy/h alarms and of 1 µSv/h is an emergency, in rain and without a baseline too", () => {
    expect([step([wet(300.1)]), step([wet(1000.1)])]).toEqual(["alarm", "emergency"]);
    expect(judgeDose([dry(301)], null)?.step).toBe("alarm");
    expect(judgeDose([dry(200)], null)).toBeNull();
    expect(doseSteps(null).map(({ threshold }) => threshold)).toEqual([300, 1000]);
    expect(judgeDose([], baseline)).toBeNull();
  });

  it("in sievert is held against the same steps, one for one", () => {
    expect([toNanoGray(107.4, "nGy/h"), toNanoGray(107.4, "nSv/h"), toNanoGray(1, "uSv/h")]).toEqual([
      107.4, 107.4, 1000,
    ]);
  });

  it("of 114 nSv/h above the background makes 1 mSv in a year", () => {
    expect([evenDoseRate(), evenDoseRate(2)].map(Math.round)).toEqual([114, 228]);
  });
});

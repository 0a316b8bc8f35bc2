// Transmission-effectiveness against the worked example; stops that were declared in time, and those that were not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, parseDay } from "../time.ts";
import { dayOf } from "./calendar.ts";
import { countHoursDue, type DeclaredStop, isHourStopped } from "./declared-stops.ts";
import { roundToDecimals } from "./rounding.ts";
import {
  addTransmission,
  assessedFactors,
  effectiveRate,
  findTransmissionTarget,
  rateCity,
  rateOutfall,
  rateTransmission,
  type TransmissionCounts,
} from "./transmission.ts";

const day = parseDay("2026-11-02") ?? Number.NaN;
const percent2 = (share: number | null): number | null => (share === null ? null : roundToDecimals(share * 100, 2));

const anyCounts: fc.Arbitrary<TransmissionCounts> = fc
  .tuple(fc.nat(744), fc.nat(744), fc.nat(744))
  .map((three) => three.toSorted((a, b) => b - a))
  .map(([due = 0, received = 0, valid = 0]) => ({ due, received, valid }));

describe("the effective transmission rate", () => {
  it("of 98.5 % transmitted and 96.2 % valid is 94.76 %, the product", () => {
    expect(percent2(effectiveRate(0.985, 0.962))).toBe(94.76);
    const { transmission, validity, effective } = rateTransmission({ due: 100_000, received: 98_500, valid: 94_757 });
    expect([transmission, validity, effective].map(percent2)).toEqual([98.5, 96.2, 94.76]);
  });

  it("of nothing due is unknown, and of nothing received is 0", () => {
    expect(rateTransmission({ due: 0, received: 0, valid: 0 })).toMatchObject({ transmission: null, effective: null });
    expect(rateTransmission({ due: 24, received: 0, valid: 0 })).toMatchObject({
      transmission: 0,
      validity: null,
      effective: 0,
    });
  });

  it("refuses counts that cannot be", () => {
    expect(() => rateTransmission({ due: 10, received: 11, valid: 1 })).toThrow("do not fit");
    expect(() => rateTransmission({ due: 10, received: 5, valid: 6 })).toThrow("do not fit");
  });

  it("of an outfall is the mean over its factors that had anything due", () => {
    const factors = [
      { due: 24, received: 24, valid: 24 },
      { due: 24, received: 12, valid: 12 },
      { due: 0, received: 0, valid: 0 },
    ];
    expect(rateOutfall(factors)).toBe(0.75);
    expect(rateOutfall([])).toBeNull();
  });

  it("of a city is sum over sum, not the mean of its outfalls", () => {
    const outfalls = [
      { due: 720, received: 720, valid: 720 },
      { due: 24, received: 0, valid: 0 },
    ];
    expect(percent2(rateCity(outfalls).effective)).toBe(96.77);
    expect(percent2(rateOutfall(outfalls))).toBe(50);
  });

  it("of a city does not depend on how its outfalls are grouped, and no record is lost", () => {
    fc.assert(
      fc.property(fc.array(anyCounts, { maxLength: 20 }), fc.nat(20), (all, cut) => {
        const grouped = addTransmission([addTransmission(all.slice(cut)), addTransmission(all.slice(0, cut))]);
        expect(grouped).toEqual(addTransmission(all));
        const { transmission, validity, effective } = rateCity(all);
        if (transmission !== null && validity !== null) expect(effective).toBeCloseTo(transmission * validity, 12);
      }),
    );
  });

  it("is asked for by date: 75 % in 2015, 90 % in 2026, nothing known between", () => {
    const target = (text: string): number | undefined => findTransmissionTarget(parseDay(text) ?? Number.NaN)?.percent;
    expect([target("2015-12-31"), target("2018-01-01"), target("2026-11-22")]).toEqual([75, undefined, 90]);
  });

  it("is counted for COD and ammonia of waste water, for particles, SO2 and NOx of flue gas", () => {
    expect(assessedFactors("water-outfall")).toEqual(["w01018", "w21003"]);
    expect(assessedFactors("gas-outfall")).toEqual(["a34013", "a21026", "a21002"]);
    expect(assessedFactors("noise")).toEqual([]);
  });
});

describe("a declared stop", () => {
  const inTime = { declaredAt: day + 3 * dayMs, evidenceAt: day + 5 * dayMs };
  const sixHours: DeclaredStop = { from: day + 6 * hourMs, to: day + 12 * hourMs, ...inTime };

  it("takes its hours off what is due", () => {
    expect(countHoursDue(dayOf(day), [sixHours])).toEqual({ due: 18, stopped: 6 });
    expect(countHoursDue(dayOf(day), [])).toEqual({ due: 24, stopped: 0 });
  });

  it("leaves an hour due that it touches only in part", () => {
    const ragged = { ...sixHours, from: sixHours.from + 1, to: sixHours.to - 1 };
    expect(countHoursDue(dayOf(day), [ragged])).toEqual({ due: 20, stopped: 4 });
  });

  it("covers an hour together with the one that follows it", () => {
    const half = day + 9 * hourMs + 30 * 60_000;
    const two = [
      { ...sixHours, from: half },
      { ...sixHours, to: half },
    ];
    expect(countHoursDue(dayOf(day), two)).toEqual({ due: 18, stopped: 6 });
    expect(isHourStopped([{ ...sixHours, from: half }], day + 9 * hourMs)).toBe(false);
  });

  it("counts for the hours it was entered for within ten days, and for no earlier ones", () => {
    const late = { ...sixHours, declaredAt: day + 9 * hourMs + 10 * dayMs };
    expect(countHoursDue(dayOf(day), [late])).toEqual({ due: 20, stopped: 4 });
  });

  it("without evidence by the 10th of the next month is ignored", () => {
    const end = (parseDay("2026-12-11") ?? 0) - 1;
    expect(countHoursDue(dayOf(day), [{ ...sixHours, evidenceAt: end }]).stopped).toBe(6);
    expect(countHoursDue(dayOf(day), [{ ...sixHours, evidenceAt: end + 1 }]).stopped).toBe(0);
    expect(countHoursDue(dayOf(day), [{ ...sixHours, evidenceAt: null }]).stopped).toBe(0);
  });

  it("in any order with others leaves every hour either due or stopped", () => {
    const stop = fc
      .tuple(fc.integer({ min: -120, max: 1600 }), fc.integer({ min: 0, max: 600 }))
      .map(([from, length]) => ({ from: day + from * 60_000, to: day + (from + length) * 60_000, ...inTime }));
    fc.assert(
      fc.property(fc.array(stop, { maxLength: 8 }), (stops) => {
        const found = countHoursDue(dayOf(day), stops);
        expect(found.due + found.stopped).toBe(24);
        expect(countHoursDue(dayOf(day), stops.toReversed())).toEqual(found);
      }),
    );
  });
});

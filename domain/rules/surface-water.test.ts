// Classes of surface water against the worked example, for each class and at its edges.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundToDecimals } from "./rounding.ts";
import { classOfItem, multipleOfClass, oxygenSaturation, rateSurfaceWater } from "./surface-water.ts";

const [ph, oxygen, codMn, ammonia, phosphorus, nitrogen] = [
  "w01001",
  "w01009",
  "w01019",
  "w21003",
  "w21011",
  "w21001",
] as const;

describe("surface water", () => {
  it("of the example is class III by CODMn and phosphorus", () => {
    const found = rateSurfaceWater({ [oxygen]: 9.4, [codMn]: 4.6, [ammonia]: 0.38, [phosphorus]: 0.112 }, "river", 8.6);
    expect(found.items.map((item) => item.class)).toEqual([1, 3, 2, 3]);
    expect(found).toMatchObject({ rating: { class: 3, name: "Ⅲ", qualityZh: "良好" }, deciding: [codMn, phosphorus] });
  });

  it.each([
    [codMn, [2, 4, 6, 10, 15, 15.1]],
    [ammonia, [0.15, 0.5, 1, 1.5, 2, 2.01]],
    [phosphorus, [0.02, 0.1, 0.2, 0.3, 0.4, 0.41]],
    [oxygen, [7.5, 6, 5, 3, 2, 1.99]],
  ])("passes %s into the next class behind its limit: %s", (factor, edges) => {
    expect(edges.map((value) => classOfItem(factor, value, "river"))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("of a lake has other limits for phosphorus", () => {
    expect([0.01, 0.025, 0.05, 0.1, 0.2, 0.21].map((value) => classOfItem(phosphorus, value, "lake"))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it("saturated with oxygen is class I although 7.5 mg/L cannot be reached", () => {
    expect(roundToDecimals(oxygenSaturation(30), 2)).toBe(7.6);
    expect(classOfItem(oxygen, 6.9, "river", 30)).toBe(1);
    expect(classOfItem(oxygen, 6.9, "river")).toBe(2);
    expect(classOfItem(codMn, 12, "river", 30)).toBe(5);
    expect(classOfItem(oxygen, 6.8, "river", 30)).toBe(2);
  });

  it("outside of pH 6 to 9 is worse than class V", () => {
    expect([5.99, 6, 9, 9.01].map((value) => classOfItem(ph, value, "river"))).toEqual([6, 1, 1, 6]);
  });

  it("is not classed by temperature, total nitrogen or coliforms, and says so", () => {
    const found = rateSurfaceWater(
      { w01010: 8.6, [nitrogen]: 3.56, w02003: 50_000, w01014: 1425, [ph]: 8.33 },
      "river",
    );
    expect(found).toMatchObject({ rating: { class: 1 }, notAssessed: ["w01010", nitrogen, "w02003", "w01014"] });
    expect(classOfItem(nitrogen, 1.2, "lake")).toBe(4);
    expect(rateSurfaceWater({}, "lake").rating).toBeNull();
  });

  it("beyond its target has a multiple, but not for pH and oxygen", () => {
    expect(roundToDecimals(multipleOfClass(codMn, 9, "river", 3) ?? 0, 9)).toBe(0.5);
    expect(multipleOfClass(codMn, 6, "river", 3)).toBeNull();
    expect([multipleOfClass(ph, 10, "river", 3), multipleOfClass(oxygen, 1, "river", 3)]).toEqual([null, null]);
  });

  it("is as bad as its worst item, in any order of items", () => {
    const value = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const forward = rateSurfaceWater({ [codMn]: a, [ammonia]: b, [phosphorus]: c }, "river");
        const back = rateSurfaceWater({ [phosphorus]: c, [ammonia]: b, [codMn]: a }, "river");
        expect(back.rating).toEqual(forward.rating);
        expect(back.deciding.toSorted()).toEqual(forward.deciding.toSorted());
        expect(forward.rating?.class).toBe(Math.max(...forward.items.map((item) => item.class)));
      }),
    );
  });
});

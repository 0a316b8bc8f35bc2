// Surface water and drinking water: the worked examples of the field, and the edges of the rules.

import { describe, expect, it } from "vitest";
import { dayMs, hourMs } from "../time.ts";
import { asDrinkingWater, complianceOf } from "./drinking.ts";
import type { HourColumns } from "./hours.ts";
import { codesOf as codes, column, day, hoursOf } from "./planted-hours.ts";
import type { Evaluation } from "./shapes.ts";
import { alertWater } from "./water-alerts.ts";
import { evaluateWaterHour, evaluateWaterNow, evaluateWaterPeriod, readWaterFacts } from "./water.ts";

const indexes = ({ items }: Evaluation) =>
  Object.fromEntries(items.flatMap(({ factor, index }) => (index === null ? [] : [[factor, index] as const])));

describe("surface water", () => {
  const facts = readWaterFacts(null, 3);
  const factors = ["w01010", "w01001", "w01009", "w01019", "w21003", "w21011", "w21001"];
  const say = (values: Readonly<Record<string, number>>, hours = 1) =>
    hoursOf(
      ...Object.entries(values).map(([factor, value]) =>
        column(
          factor,
          day,
          Array.from({ length: hours }, () => value),
        ),
      ),
    );
  const example = { w01009: 9.4, w01010: 8.6, w01019: 4.6, w21003: 0.38, w21011: 0.112 };

  it("has the class of the worked example: III, by permanganate and phosphorus", () => {
    const found = evaluateWaterNow(say(example), factors, facts, day + hourMs);
    expect([found.value, found.deciding, found.category?.nameZh]).toEqual([3, ["w01019", "w21011"], "Ⅲ 良好"]);
    expect(indexes(found)).toEqual({ w01009: 1, w01019: 3, w21003: 2, w21011: 3 });
    expect([found.standing, found.why]).toEqual(["partial", "items-missing"]);
  });

  it("takes oxygen by its saturation where it is cold: 90 % of it is class I", () => {
    const item = (oxygen: number, heat: number) =>
      evaluateWaterNow(say({ w01009: oxygen, w01010: heat }), factors, facts, day + hourMs).items.find(
        ({ factor }) => factor === "w01009",
      );
    expect(item(9.4, 8.6)?.saturation).toBeCloseTo(80.75, 1);
    expect(item(7.2, 27)).toMatchObject({ index: 1 });
    expect(item(7.2, 20)).toMatchObject({ index: 2 });
  });

  it("does not rate total nitrogen in a river, and shows it all the same", () => {
    const found = evaluateWaterNow(say({ ...example, w21001: 9 }), factors, facts, day + hourMs);
    expect(found.value).toBe(3);
    expect(found.items.find(({ factor }) => factor === "w21001")).toMatchObject({ value: 9, index: null });
  });

  it("is held against the class of the register, or class III that is called assumed", () => {
    expect(facts).toEqual({ body: "river", target: 3, assumed: true });
    const key = { standard: "GB 3838-2002 Table 1", industry: "surface water", unit: "class II (lake)" };
    expect(readWaterFacts(key, 3)).toEqual({ body: "lake", target: 2, assumed: false });
  });

  it("says how far beyond the target an item is, and of oxygen and pH nothing of the kind", () => {
    const found = evaluateWaterNow(say({ w21003: 1.5, w01009: 3.5 }), factors, facts, day + hourMs);
    expect(found.items.find(({ factor }) => factor === "w21003")).toMatchObject({ limit: 1, multiple: 0.5 });
    expect(found.items.find(({ factor }) => factor === "w01009")).toMatchObject({
      limit: 5,
      side: "min",
      multiple: null,
    });
  });

  it("keeps a value of a slow instrument for eight hours, and says then that it is too old", () => {
    const hours = say({ w21003: 0.3 });
    expect(evaluateWaterNow(hours, factors, facts, day + 8 * hourMs).value).toBe(2);
    const old = evaluateWaterNow(hours, factors, facts, day + 9 * hourMs);
    expect([old.value, old.items.find(({ factor }) => factor === "w21003")?.why]).toEqual([null, "too-old"]);
  });

  it("of a period is the class of arithmetic means, with 60 % of the 4-hour values", () => {
    const hours = hoursOf(column("w21003", day, [...Array.from({ length: 16 }, () => 0.4), 1.6, 1.6, 1.6, 1.6]));
    const found = evaluateWaterPeriod(
      hours,
      ["w21003"],
      facts,
      { window: "day", from: day, to: day + dayMs },
      day + dayMs,
    );
    expect(found.items[0]).toMatchObject({ value: 0.64, index: 3, valid: 5, due: 6, needed: 4 });
    const few = evaluateWaterPeriod(
      say({ w21003: 1 }, 12),
      ["w21003"],
      facts,
      { window: "day", from: day, to: day + dayMs },
      day + dayMs,
    );
    expect(few).toMatchObject({ value: null, why: "too-few-valid" });
  });

  it("raises what somebody should look at", () => {
    const last = day + 11 * hourMs;
    const alerts = (...columns: HourColumns[]) => {
      const hours = hoursOf(...columns);
      return codes(alertWater(hours, facts, evaluateWaterHour(hours, [...factors, "w01014"], facts, last)));
    };
    const flat = (value: number, count = 12) => Array.from({ length: count }, () => value);
    expect(alerts(column("w21003", day, flat(0.4)))).toEqual([]);
    expect(alerts(column("w21003", day, flat(1.2)))).toEqual(["class-down", "twice-above-target"]);
    expect(alerts(column("w21003", day, [...flat(0.3, 11), 0.6]))).toEqual(["ammonia-doubled"]);
    expect(alerts(column("w01014", day, [...flat(900, 11), 1200]))).toEqual(["conductivity-step"]);
    expect(alerts(column("w01009", last, [1.8]))).toEqual(["class-down", "oxygen-low"]);
    expect(alerts(column("w01001", last, [9.4]))).toEqual(["class-down", "ph-outside"]);
  });
});

describe("a source of drinking water", () => {
  const facts = readWaterFacts(null, 2);
  const factors = ["w21003", "w21038", "X-BIOTOX"];

  it("is held against class II, table 2 and the steps at which somebody is called", () => {
    const hours = hoursOf(column("w21003", day, [0.6]), column("w21038", day, [260]), column("X-BIOTOX", day, [55]));
    const found = asDrinkingWater(evaluateWaterHour(hours, factors, facts, day), hours, facts);
    expect(found.remarks.map(({ code, factors: of, severity }) => [code, of[0], severity])).toEqual([
      ["response-level", "w21003", "warning"],
      ["table-2", "w21038", "alarm"],
      ["response-level", "X-BIOTOX", "alarm"],
      ["class-down", "w21003", "warning"],
    ]);
    expect(found.items.find(({ factor }) => factor === "w21038")).toMatchObject({ limit: 250, multiple: 0.04 });
  });

  it("complies by volume where flow is measured, else by hours, and says which", () => {
    const ammonia = column("w21003", day, [0.1, 0.1, 0.1, 0.7]);
    const share = (...columns: HourColumns[]) =>
      complianceOf(hoursOf(...columns), factors, facts, day, day + 4 * hourMs)[0];
    expect(share(ammonia)).toMatchObject({ name: "compliance-by-hours", value: 75, sureness: "default" });
    expect(share(ammonia, column("w00000", day, [10, 10, 20, 40]))).toMatchObject({
      name: "compliance-by-volume",
      value: 50,
    });
  });
});

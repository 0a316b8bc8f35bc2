// Who has an HJ 212 logger, and which.

import { describe, expect, it } from "vitest";
import { createFleet } from "../fleet.ts";
import { equipLoggers, loggerHabits, loggerShareDefault } from "./identity.ts";

const fleet = createFleet(7);
const outfalls = fleet.filter(({ site }) => site.kind.endsWith("-outfall"));
const loggers = equipLoggers(fleet, loggerShareDefault);
const all = [...loggers.values()];

describe("the loggers of the fleet", () => {
  it("stand at two of five outfalls and nowhere else, a quarter of them of the edition of 2025", () => {
    expect(loggers.size).toBe(Math.round(outfalls.length * 0.4));
    expect([...loggers.keys()].every((id) => outfalls.some(({ site }) => site.id === id))).toBe(true);
    expect(all.filter(({ edition }) => edition === "2025").length).toBe(Math.round(loggers.size / 4));
    for (const { site, st } of all)
      expect(st).toBe(outfalls.find((each) => each.site.id === site)?.site.kind === "gas-outfall" ? "31" : "32");
  });

  it("each have an MN of 24 hexadecimal digits of their own and a password of six", () => {
    expect(new Set(all.map(({ mn }) => mn)).size).toBe(all.length);
    for (const { mn, pw } of all) {
      expect(mn).toMatch(/^[0-9A-F]{24}$/);
      expect(pw).toMatch(/^\d{6}$/);
    }
  });

  it("are the same for the same seed, others for another one, none for no share", () => {
    expect(equipLoggers(createFleet(7), loggerShareDefault)).toEqual(loggers);
    expect([...equipLoggers(createFleet(8), loggerShareDefault).keys()]).not.toEqual([...loggers.keys()]);
    expect(equipLoggers(fleet, 0).size).toBe(0);
  });

  it("have bad habits in a tenth, every habit among them, and clocks that are minutes off in one of 25", () => {
    const bad = all.filter(({ habit }) => habit !== null);
    expect(bad.length).toBe(Math.round(all.length / 10));
    expect(new Set(bad.map(({ habit }) => habit))).toEqual(new Set(loggerHabits));
    const far = all.filter(({ clockOffMs }) => Math.abs(clockOffMs) > 5 * 60_000);
    expect(far.length).toBeGreaterThan(0.03 * all.length);
    expect(far.length).toBeLessThan(0.05 * all.length);
    // Ten minutes ahead would be refused as the future.
    expect(all.every(({ clockOffMs }) => Math.abs(clockOffMs) < 9.5 * 60_000)).toBe(true);
  });
});

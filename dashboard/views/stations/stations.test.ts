// Stations on the screen: what a chart draws of hours, how a number is written, how a line of a day is broken by gaps.

import { describe, expect, it } from "vitest";
import { stationsEn } from "../../i18n/stations-en.ts";
import { stationsZh } from "../../i18n/stations-zh.ts";
import { buildCourse } from "./course.ts";
import { drawRuns } from "./sparkline.tsx";
import { decimalsOf, formatNumber, type Said, type SaidItem, shareOfLimit, toneOf } from "./station-data.ts";
import { describeTarget } from "./target.ts";

const hourMs = 3_600_000;
const from = Date.parse("2026-11-20T00:00:00+08:00");
const iso = (hour: number): string => new Date(from + hour * hourMs).toISOString();

const item = (hour: number, more: Partial<SaidItem> = {}): SaidItem => ({
  factor: "Leq",
  value: 50,
  unit: "dB(A)",
  index: null,
  category: null,
  limit: 60,
  side: "max",
  multiple: null,
  saturation: null,
  at: iso(hour),
  valid: 60,
  due: 60,
  needed: 45,
  of: "minute",
  why: null,
  ...more,
});

const said = (hour: number, more: Partial<Said> = {}): Said => ({
  window: "hour",
  from: iso(hour),
  to: iso(hour + 1),
  value: 50,
  unit: "dB(A)",
  category: null,
  standing: "valid",
  why: null,
  deciding: [],
  items: [item(hour)],
  figures: [],
  remarks: [],
  rules: [],
  ...more,
});

describe("the course of a station", () => {
  it("draws the limit that stood at each hour, by day and by night", () => {
    const hours = [0, 1, 2].map((hour) => said(hour, { items: [item(hour, { limit: hour < 2 ? 50 : 60 })] }));
    const { columns } = buildCourse(hours, "", from, from + 3 * hourMs);
    const limitAt = (hour: number) => columns[4][columns[0].indexOf((from + (hour + 0.5) * hourMs) / 1000)];
    expect([limitAt(0), limitAt(1), limitAt(2)]).toEqual([50, 50, 60]);
  });

  it("marks hours that do not count, and those that lack an item that came too seldom", () => {
    const hours = [
      said(0),
      said(1, { standing: "invalid", value: null }),
      said(2, { standing: "partial", items: [item(2), item(2, { factor: "LA", why: "too-few-valid" })] }),
    ];
    const { invalid, points } = buildCourse(hours, "", from, from + 3 * hourMs);
    expect(invalid.map((each) => (each.from - from) / hourMs)).toEqual([1, 2]);
    expect(points.map(([start]) => (start - from) / hourMs)).toEqual([0, 2]);
  });

  it("draws a value of an item only in the hour it was measured in", () => {
    const hours = [0, 1].map((hour) => said(hour, { items: [item(0, { factor: "w21003" })] }));
    expect(buildCourse(hours, "w21003", from, from + 2 * hourMs).points).toHaveLength(1);
  });
});

describe("a line of a day", () => {
  it("is broken by gaps, and a lonely value is a dot", () => {
    const runs = drawRuns([
      [0, 1],
      [1, 2],
      [2, null],
      [3, 3],
    ]);
    expect(runs).toHaveLength(2);
    const [first, second] = runs[1]?.split(" ") ?? [];
    expect(first).toBe(second);
  });
});

describe("what is written of a station", () => {
  it("has its unit, air in whole micrograms, and a dash for no number", () => {
    expect(formatNumber("noise", 64.108, "dB(A)")).toBe("64.1 dB(A)");
    expect(formatNumber("air-station", 133, "")).toBe("133");
    expect(formatNumber("radiation", null, "nGy/h")).toBe("—");
    const factor = { code: "a21026", nameZh: "", nameEn: "", decimals: 2 };
    expect(decimalsOf("air-station", { ...factor, unit: "ug/m3" })).toBe(0);
    expect(decimalsOf("air-station", { ...factor, unit: "mg/m3" })).toBe(1);
  });

  it("is as grave as its gravest remark; a doubt makes nothing grave", () => {
    const remark = { code: "flat", factors: [], value: null, bound: null, unit: "", sureness: "default" } as const;
    expect(toneOf({ remarks: [{ ...remark, severity: "doubt" }] })).toBe(null);
    expect(
      toneOf({
        remarks: [
          { ...remark, severity: "alarm" },
          { ...remark, severity: "notice" },
        ],
      }),
    ).toBe("alarm");
  });

  it("says when what it is held against is assumed", () => {
    const target = { name: "class III (river)", standard: "GB 3838-2002 Table 1", assumed: true };
    expect(describeTarget(stationsZh, target)).toBe("假定 · III 类（河流） · GB 3838-2002 Table 1");
    expect(describeTarget(stationsEn, { ...target, assumed: false })).toBe("class III (river) · GB 3838-2002 Table 1");
  });

  it("has a bar that ends at twice the limit", () => {
    expect([shareOfLimit(30, 60), shareOfLimit(60, 60), shareOfLimit(300, 60), shareOfLimit(null, 60)]).toEqual([
      0.25,
      0.5,
      1,
      null,
    ]);
  });
});

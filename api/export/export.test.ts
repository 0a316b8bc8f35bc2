// Proves the exports by hand-made series: folding, slicing over years, the cursor, and what a spreadsheet gets.

import { describe, expect, it } from "vitest";
import { dayMs, minuteMs } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { formatCsvHead, formatCsvLines, formatCsvText } from "./csv.ts";
import { createFold, tenMinutesMs } from "./fold.ts";
import { writeHistoryJson } from "./history.ts";
import { readPoints, slicePointsMax, type MeanPoint, type Point } from "./points.ts";

const start = Date.UTC(2026, 10, 22);
const labels = { site: "S1", siteName: "沧州, 东", factor: "w01018", factorName: "COD", unit: "mg/L" };

/** Minutes 0 … n - 1 with the value of their number; counts the questions and the longest answer. */
function createMinutes(n: number) {
  const asked = { questions: 0, longest: 0 };
  const reader: HistoryReader = {
    async readMeans({ from, to, limit, factors }) {
      const times: number[] = [];
      for (let minute = Math.max(0, Math.ceil((from - start) / minuteMs)); minute < n; minute += 1) {
        const time = start + minute * minuteMs;
        if (time >= to || times.length === limit) break;
        times.push(time);
      }
      asked.questions += 1;
      asked.longest = Math.max(asked.longest, times.length);
      const values = times.map((time) => (time - start) / minuteMs);
      const ones = times.map(() => 1);
      return [
        { factor: factors[0] ?? "", start: times, mean: values, min: values, max: values, count: ones, valid: ones },
      ];
    },
    async readRaw({ factors }) {
      return [{ factor: factors[0] ?? "", time: [start], value: [-5], flag: ["M"] }];
    },
  };
  return { reader, asked };
}

async function collect(points: AsyncIterable<Point[]>): Promise<Point[]> {
  const all: Point[] = [];
  for await (const part of points) all.push(...part);
  return all;
}

const query = { site: "S1", factor: "w01018", kind: "realtime", from: start, to: start + 365 * dayMs } as const;

describe("ten-minute means", () => {
  it("are weighted by how many readings count in each minute", () => {
    const fold = createFold(tenMinutesMs);
    expect(fold.add([start, 10, 9, 11, 4, 1])).toBeNull();
    expect(fold.add([start + minuteMs, 20, 15, 30, 4, 3])).toBeNull();
    expect(fold.add([start + 2 * minuteMs, null, null, null, 4, 0])).toBeNull();
    expect(fold.add([start + tenMinutesMs, null, null, null, 2, 0])).toEqual([start, 17.5, 9, 30, 12, 4]);
    expect(fold.end()).toEqual([start + tenMinutesMs, null, null, null, 2, 0]);
    expect(fold.end()).toBeNull();
  });

  it("are those windows that begin within the range, each complete", async () => {
    const { reader } = createMinutes(100);
    const [from, to] = [start + 5 * minuteMs, start + 25 * minuteMs];
    const points = await collect(readPoints(reader, { ...query, interval: "10m", from, to }));
    expect(points).toEqual([
      [start + tenMinutesMs, 14.5, 10, 19, 10, 10],
      [start + 2 * tenMinutesMs, 24.5, 20, 29, 10, 10],
    ] satisfies MeanPoint[]);
  });
});

describe("reading a long series", () => {
  it("gives every point once, in order, from bounded answers", async () => {
    const { reader, asked } = createMinutes(30_000);
    const points = await collect(readPoints(reader, { ...query, interval: "1m" }));
    expect(points.map((point) => point[1])).toEqual(Array.from({ length: 30_000 }, (_, index) => index));
    expect(asked.longest).toBeLessThanOrEqual(slicePointsMax);
  });

  it("asks few questions about years without data", async () => {
    const { reader, asked } = createMinutes(0);
    await collect(readPoints(reader, { ...query, interval: "1m", to: start + 3650 * dayMs }));
    expect(asked.questions).toBeLessThan(15);
  });

  it("as JSON ends after so many points with a cursor, and goes on where it ended", async () => {
    const { reader } = createMinutes(25);
    const plan = { ...query, interval: "1m", series: [labels, { ...labels, factor: "w21003" }] } as const;
    const texts: string[] = [];
    for await (const text of writeHistoryJson(reader, plan, [0, plan.from], 30)) texts.push(text);
    const answer = JSON.parse(texts.join(""));
    expect(answer.series.map((one: { points: Point[] }) => one.points.length)).toEqual([25, 5]);
    const [series, from] = JSON.parse(Buffer.from(answer.nextCursor, "base64url").toString());
    expect([series, from]).toEqual([1, start + 5 * minuteMs]);
    texts.length = 0;
    for await (const text of writeHistoryJson(reader, plan, [series, from], 30)) texts.push(text);
    const rest = JSON.parse(texts.join(""));
    expect([rest.series.length, rest.series[0].points.length, rest.nextCursor]).toEqual([1, 20, null]);
  });
});

describe("CSV", () => {
  it("begins with a byte order mark and names UTC+8 and the unit", () => {
    const head = formatCsvHead("1h", [labels]);
    expect(head.codePointAt(0)).toBe(0xfeff);
    expect(head).toContain("时间 time (UTC+8)");
    expect(head).toContain("均值 mean (mg/L)");
    expect(head.endsWith("\r\n")).toBe(true);
    expect(formatCsvHead("1h", [labels, { ...labels, unit: "kWh" }])).not.toContain("(mg/L)");
  });

  it("writes local times, empty cells for windows without a valid reading, and quotes what needs it", () => {
    const text = formatCsvLines(labels, [
      [start, null, null, null, 3, 0],
      [start + 1, -5, -5, -5, 1, 0, "M"],
    ]);
    expect(text).toBe(
      '2026-11-22 08:00:00,S1,"沧州, 东",w01018,COD,mg/L,,,,3,0\r\n2026-11-22 08:00:00.001,S1,"沧州, 东",w01018,COD,mg/L,-5,M\r\n',
    );
  });

  it("never lets a name become a formula", () => {
    for (const text of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
      expect(formatCsvText(text).replace(/^"/, "")).toMatch(/^'/);
    expect(formatCsvText('=HYPERLINK("x")')).toBe('"\'=HYPERLINK(""x"")"');
    expect(formatCsvText("plain")).toBe("plain");
  });
});

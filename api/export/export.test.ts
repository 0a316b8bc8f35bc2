// Proves the exports by hand-made series: folding, slicing over years, the cursor, numbers and times as text, and what a
// spreadsheet gets.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, formatIso, formatLocal, minuteMs } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { formatCsvHead, formatCsvSeries, formatCsvText, putCsvLine } from "./csv.ts";
import { foldColumns, tenMinutesMs } from "./fold.ts";
import { writeHistoryCsv, writeHistoryJson, writeHistoryLines } from "./history.ts";
import { readPoints, slicePointsMax, type Points, type SeriesPoints } from "./points.ts";
import { Text } from "./text.ts";

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

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

type Row = readonly (number | null)[];

function toRows(points: Points): Row[] {
  const shown = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  return Array.from({ length: points.to - points.from }, (_, index) => {
    const at = points.from + index;
    const values = [points.mean[at], points.min[at], points.max[at]].map(shown);
    return [points.time[at] ?? 0, ...values, points.count[at] ?? 0, points.valid[at] ?? 0];
  });
}

async function collect(parts: AsyncIterable<SeriesPoints>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const { points } of parts) all.push(...toRows(points));
  return all;
}

/** Rows of [start, mean, min, max, count, valid]. */
function toPoints(rows: readonly Row[], flag: Points["flag"] = null): Points {
  const column = (at: number): number[] => rows.map((row) => row[at] ?? Number.NaN);
  const [time = [], mean = [], min = [], max = [], count = [], valid = []] = [0, 1, 2, 3, 4, 5].map(column);
  return { time, mean, min, max, count, valid, flag, from: 0, to: rows.length };
}

const range = { kind: "realtime", from: start, to: start + 365 * dayMs } as const;
const query = { ...range, series: [{ site: "S1", factor: "w01018" }] } as const;

describe("ten-minute means", () => {
  it("are weighted by how many readings count in each minute", async () => {
    const minutes = [
      [start, 10, 9, 11, 4, 1],
      [start + minuteMs, 20, 15, 30, 4, 3],
      [start + 2 * minuteMs, null, null, null, 4, 0],
      [start + tenMinutesMs, null, null, null, 2, 0],
    ];
    // Parts end anywhere: in the middle of a window too.
    for (const cut of [0, 1, 2, 3, 4]) {
      const parts = [toPoints(minutes.slice(0, cut)), toPoints(minutes.slice(cut))];
      const rows: Row[] = [];
      for await (const part of foldColumns(parts, tenMinutesMs)) rows.push(...toRows(part));
      expect(rows).toEqual([
        [start, 17.5, 9, 30, 12, 4],
        [start + tenMinutesMs, null, null, null, 2, 0],
      ]);
    }
  });

  it("are those windows that begin within the range, each complete", async () => {
    const { reader } = createMinutes(100);
    const [from, to] = [start + 5 * minuteMs, start + 25 * minuteMs];
    const points = await collect(readPoints(reader, { ...query, interval: "10m", from, to }));
    expect(points).toEqual([
      [start + tenMinutesMs, 14.5, 10, 19, 10, 10],
      [start + 2 * tenMinutesMs, 24.5, 20, 29, 10, 10],
    ]);
  });
});

describe("reading a long series", () => {
  it("gives every point once, in order, from bounded answers", async () => {
    const { reader, asked } = createMinutes(100_000);
    const points = await collect(readPoints(reader, { ...query, interval: "1m" }));
    expect(points.map((point) => point[1])).toEqual(Array.from({ length: 100_000 }, (_, index) => index));
    expect(asked.longest).toBeLessThanOrEqual(slicePointsMax);
  });

  it("asks few questions about years without data", async () => {
    const { reader, asked } = createMinutes(0);
    await collect(readPoints(reader, { ...query, interval: "1m", to: start + 3650 * dayMs }));
    expect(asked.questions).toBeLessThan(15);
  });

  it("as JSON ends after so many points with a cursor, and goes on where it ended", async () => {
    const { reader } = createMinutes(25);
    const plan = { ...range, interval: "1m", series: [labels, { ...labels, factor: "w21003" }] } as const;
    const texts: string[] = [];
    for await (const text of writeHistoryJson(reader, plan, [0, plan.from], 30)) texts.push(decode(text));
    const answer = JSON.parse(texts.join(""));
    expect(answer.series.map((one: { points: Row[] }) => one.points.length)).toEqual([25, 5]);
    const [series, from] = JSON.parse(Buffer.from(answer.nextCursor, "base64url").toString());
    expect([series, from]).toEqual([1, start + 5 * minuteMs]);
    texts.length = 0;
    for await (const text of writeHistoryJson(reader, plan, [series, from], 30)) texts.push(decode(text));
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
    const same = formatCsvSeries(labels);
    const text = new Text();
    putCsvLine(text, same, toPoints([[start, null, null, null, 3, 0]]), 0);
    putCsvLine(text, same, toPoints([[start + 1, -5, -5, -5, 1, 0]], ["M"]), 0);
    expect(decode(text.take())).toBe(
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

describe("text", () => {
  const write = (put: (text: Text) => void): string => {
    const text = new Text();
    put(text);
    return decode(text.take());
  };

  it("shows every number as JavaScript does, so that it is read back as the same number", () => {
    const decimals = fc
      .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 9 }))
      .map(([digits, places]) => digits / 10 ** places);
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), decimals);
    fc.assert(
      fc.property(numbers, (value) => {
        expect(write((text) => text.putNumber(value))).toBe(String(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it("shows times as ISO 8601 and as local time of UTC+8", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_271_999_999 }), (time) => {
        expect(write((text) => text.putIso(time))).toBe(formatIso(time));
        const milliseconds = formatIso(time).slice(20, 23);
        const local = milliseconds === "000" ? formatLocal(time) : `${formatLocal(time)}.${milliseconds}`;
        expect(write((text) => text.putLocal(time))).toBe(local);
      }),
    );
  });

  it("comes in pieces of bounded size, however long the answer is", async () => {
    const { reader } = createMinutes(20_000);
    const plan = { ...range, interval: "1m", series: [labels] } as const;
    for (const pieces of [
      writeHistoryCsv(reader, plan),
      writeHistoryLines(reader, plan),
      writeHistoryJson(reader, plan, [0, plan.from], 1e6),
    ]) {
      const lengths: number[] = [];
      for await (const piece of pieces) lengths.push(piece.length);
      expect(lengths.length).toBeGreaterThan(3);
      expect(Math.max(...lengths)).toBeLessThan(256 * 1024);
    }
  });

  it("of many series without a point names each of them", async () => {
    const { reader } = createMinutes(0);
    const series = Array.from({ length: 5_000 }, (_, index) => ({ ...labels, site: `S${index}` }));
    const plan = { ...range, interval: "1d", series } as const;
    let all = "";
    for await (const piece of writeHistoryJson(reader, plan, [0, plan.from], 100)) all += decode(piece);
    const answer = JSON.parse(all);
    expect(answer.series).toHaveLength(5_000);
    expect(answer.series.at(-1)).toMatchObject({ site: "S4999", points: [] });
  });
});

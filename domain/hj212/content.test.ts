// What messages say: readings, facilities, information, settings; and what is not made into a number.

import { describe, expect, it } from "vitest";
import { type FieldReading, type MessageContent, readContent } from "./content.ts";
import { codesOf2005, findFactorCode } from "./factor-codes.ts";
import { parseSegment } from "./segment.ts";
import { formatQn, formatStamp, parseStamp } from "./stamp.ts";
import { readFlagOf, readValue } from "./value.ts";

function read(cn: string, area: string, st = "32"): MessageContent {
  const result = parseSegment(
    Buffer.from(`QN=20261122100000001;ST=${st};CN=${cn};PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&${area}&&`),
  );
  if (!result.ok) throw new Error(result.detail);
  return readContent(result.message);
}

const time = "DataTime=20261122090000";
/** 09:00 in UTC+8. */
const at = Date.UTC(2026, 10, 22, 1, 0, 0);
const remarked = ({ remarks }: MessageContent): string[] => remarks.map(({ name, about }) => `${name} ${about}`.trim());

const nothing: Omit<FieldReading, "factor" | "sentAs" | "kind" | "time" | "fields"> = {
  value: null,
  text: null,
  min: null,
  max: null,
  total: null,
  converted: null,
  convertedMin: null,
  convertedMax: null,
  day: null,
  night: null,
  flag: "N",
  sentFlag: null,
  instrumentFlag: null,
  sampleTime: null,
};

describe("real-time data", () => {
  it("are readings with value, converted value, flags and the time of the sample", () => {
    const { readings, remarks } = read(
      "2011",
      `${time};a21026-Rtd=14.20,a21026-ZsRtd=17.75,a21026-Flag=N;w01018-SampleTime=20261122080000,w01018-Rtd=32.6,w01018-Flag=D,w01018-EFlag=A01`,
    );
    expect(remarks).toEqual([]);
    expect(readings).toEqual([
      {
        ...nothing,
        factor: "a21026",
        sentAs: "a21026",
        kind: "realtime",
        time: at,
        value: 14.2,
        converted: 17.75,
        sentFlag: "N",
        fields: new Map([
          ["Rtd", "14.20"],
          ["ZsRtd", "17.75"],
          ["Flag", "N"],
        ]),
      },
      {
        ...nothing,
        factor: "w01018",
        sentAs: "w01018",
        kind: "realtime",
        time: at,
        value: 32.6,
        flag: "D",
        sentFlag: "D",
        instrumentFlag: "A01",
        sampleTime: at - 3_600_000,
        fields: expect.any(Map),
      },
    ]);
  });

  it("that are no numbers give no number, and keep their flag", () => {
    const content = read(
      "2011",
      `${time};w01018-Rtd=--,w01018-Flag=D;w21003-Rtd=,w21003-Flag=B;w21011-Rtd=-9999,w21011-Flag=D;w01001-Rtd=NaN`,
    );
    expect(content.readings.map(({ factor, value, text, flag }) => [factor, value, text, flag])).toEqual([
      ["w01018", null, "--", "D"],
      ["w21003", null, "", "B"],
      ["w21011", null, "-9999", "D"],
      ["w01001", null, "NaN", "N"],
    ]);
    expect(remarked(content)).toEqual([
      "no-number w01018",
      "no-number w21003",
      "fill-value w21011",
      "no-number w01001",
    ]);
  });

  it("of key production conditions are marks, kept as text", () => {
    const { readings } = read("2011", `${time};p99101-Rtd=St,p99101-Flag=N`, "45");
    expect(readings).toMatchObject([{ factor: "p99101", value: null, text: "St", flag: "N" }]);
  });

  it("may have a factor in two groups, groups in any order, and the DataTime at the end", () => {
    const { readings } = read("2011", `01-ZsRtd=5.8;S01-Rtd=17.0;01-Rtd=4.6,01-Flag=N;${time}`, "31");
    expect(readings).toMatchObject([
      { factor: "a34013", sentAs: "01", value: 4.6, converted: 5.8, time: at },
      { factor: "a19001", sentAs: "S01", value: 17 },
    ]);
  });
});

describe("minute, hour and day data", () => {
  it("have mean, least, greatest, total and converted values, timed by the start of the interval", () => {
    const area = `${time};a34013-Cou=4.12,a34013-Min=3.9,a34013-Avg=4.6,a34013-Max=5.5,a34013-ZsMin=4.9,a34013-ZsAvg=5.8,a34013-ZsMax=6.9,a34013-Flag=N`;
    for (const [cn, kind] of [
      ["2051", "minute"],
      ["2061", "hour"],
      ["2031", "day"],
    ] as const) {
      expect(read(cn, area, "31").readings).toMatchObject([
        {
          factor: "a34013",
          kind,
          time: at,
          value: 4.6,
          min: 3.9,
          max: 5.5,
          total: 4.12,
          converted: 5.8,
          convertedMin: 4.9,
          convertedMax: 6.9,
        },
      ]);
    }
  });

  it("with a total and no mean have no value: nothing is calculated from it", () => {
    expect(read("2031", `${time};B01-Cou=200`).readings).toMatchObject([
      { factor: "w00000", value: null, text: null, total: 200 },
    ]);
  });

  it("of noise have Data; day and night apart, unless there is only one of them", () => {
    const { readings, remarks } = read(
      "2031",
      `${time};Ldn-Data=58.0;LMx-Data=88.2;LMx-DayData=88.2;LMx-NightData=71.0;Ld-DayData=56.7;Ln-NightData=49.8;LMn-DayData=40,LMn-NightData=38`,
      "23",
    );
    expect(remarks).toEqual([]);
    expect(readings.map(({ factor, value, day, night }) => [factor, value, day, night])).toEqual([
      ["Ldn", 58, null, null],
      ["LMx", 88.2, 88.2, 71],
      ["Ld", 56.7, 56.7, null],
      ["Ln", 49.8, null, 49.8],
      ["LMn", null, 40, 38],
    ]);
  });

  it("of 2025: single noise measurements, raw data with peaks, the furnace mean of five minutes", () => {
    expect(read("2052", `${time};Leq-Data=61.2`, "23").readings).toMatchObject([
      { factor: "Leq", kind: "realtime", value: 61.2 },
    ]);
    const raw = read(
      "2013",
      `${time};v10101-SampleTime=20261122085500,v10101-CompleteTime=20261122085800,v10101-SampleType=1,v10101-Avg=1.23,v10101-PeakArea=120034,v10101-Flag=N`,
      "27",
    );
    expect(raw.readings).toMatchObject([{ factor: "v10101", kind: "realtime", value: 1.23, sampleTime: at - 300_000 }]);
    expect(raw.readings[0]?.fields.get("PeakArea")).toBe("120034");
    expect(remarked(raw)).toEqual(["unknown-factor v10101"]);
    expect(read("2111", `${time};a01901-Avg=912.5`, "31").readings).toMatchObject([
      { factor: "a01901", kind: "minute", value: 912.5 },
    ]);
  });

  it("of 2025: the electricity of production and treatment", () => {
    expect(read("2011", `${time};d20105-Rtd=220.20,d20105-Flag=N;d30406-Rtd=0.04`, "44").readings).toMatchObject([
      { factor: "d20105", value: 220.2 },
      { factor: "d30406", value: 0.04 },
    ]);
  });

  it("under an odd suffix are taken with a remark", () => {
    const content = read("2051", `${time};w01018-Rtd=32.6`);
    expect(content.readings).toMatchObject([{ value: 32.6, kind: "minute" }]);
    expect(remarked(content)).toEqual(["unusual-suffix w01018"]);
  });
});

describe("times", () => {
  it("that no calendar has, or that are missing, refuse their record and nothing else", () => {
    for (const [area, detail] of [
      [
        "DataTime=20260231090000;w01018-Avg=1,w01018-Flag=N;w21003-Avg=2",
        "DataTime 20260231090000: no such day or hour",
      ],
      ["DataTime=20261122240000;w01018-Avg=1;w21003-Avg=2", "DataTime 20261122240000: no such day or hour"],
      ["DataTime=20000101000000;w01018-Avg=1;w21003-Avg=2", "DataTime 20000101000000: before 2010"],
      ["DataTime=2026-11-22;w01018-Avg=1;w21003-Avg=2", "DataTime 2026-11-22: not a time"],
      ["w01018-Avg=1;w21003-Avg=2", "no DataTime"],
    ] as const) {
      const content = read("2061", area);
      expect(content.readings).toEqual([]);
      expect(content.refusals).toEqual([{ reason: "invalid-time", detail, values: 2 }]);
    }
    const both = read("2061", "DataTime=20260231090000;w01018-Avg=1;DataTime=20261122090000;w01018-Avg=2");
    expect(both.readings).toMatchObject([{ value: 2, time: at }]);
    expect(both.refusals.length).toBe(1);
  });

  it("with milliseconds count by their first 14 digits", () => {
    const content = read("2011", "DataTime=20261122090000123;w01018-Rtd=1");
    expect(content.readings).toMatchObject([{ time: at }]);
    expect(remarked(content)).toEqual(["time-too-precise 20261122090000123"]);
  });

  it("are local ones of UTC+8, in both directions", () => {
    expect(parseStamp("20261122090000")).toBe(at);
    expect(parseStamp("20261122090000123", true)).toBe(at + 123);
    expect(formatStamp(at)).toBe("20261122090000");
    expect(formatQn(at + 123)).toBe("20261122090000123");
    expect(parseStamp("20240229235959")).toBe(Date.UTC(2024, 1, 29, 15, 59, 59));
    expect(parseStamp("20230229000000")).toBe("no such day or hour");
  });
});

describe("what is no reading is told by itself:", () => {
  it("states and run hours of facilities", () => {
    expect(read("2021", `${time};SB1-RS=1;SB3-RS=3`, "31").facilities).toEqual([
      { facility: "SB1", time: at, state: 1, runHours: null },
      { facility: "SB3", time: at, state: 3, runHours: null },
    ]);
    expect(read("2041", `${time};SB1-RT=23.5`, "31").facilities).toEqual([
      { facility: "SB1", time: at, state: null, runHours: 23.5 },
    ]);
  });

  it("information of instruments, each under the PolId before it; logs lose their slashes", () => {
    const content = read(
      "3020",
      `${time};PolId=w01018,i12001-Info=1,i12002-Info=0;PolId=w21003,i12001-Info=2;i11001-Info=//清洗; 管路//`,
    );
    expect(content.information).toEqual([
      { code: "i12001", polId: "w01018", suffix: "Info", value: "1", time: at },
      { code: "i12002", polId: "w01018", suffix: "Info", value: "0", time: at },
      { code: "i12001", polId: "w21003", suffix: "Info", value: "2", time: at },
      { code: "i11001", polId: "w21003", suffix: "Info", value: "清洗; 管路", time: at },
    ]);
    expect(content.readings).toEqual([]);
  });

  it("serial numbers, checks with a standard, alarms of 2005, hardware numbers of 2025", () => {
    expect(read("3019", `${time};PolId=w01018;w01018-SN=010000A8900016F000169DC0`).information).toMatchObject([
      { code: "w01018", suffix: "SN", value: "010000A8900016F000169DC0" },
    ]);
    expect(
      read("2062", `${time};w01018-SampleRd=49.5;w01018-StandardValue=50;w01018-ResultType=1`).information.map(
        ({ suffix, value }) => [suffix, value],
      ),
    ).toEqual([
      ["SampleRd", "49.5"],
      ["StandardValue", "50"],
      ["ResultType", "1"],
    ]);
    const alarm = read("2072", "AlarmTime=20261122090000;101-Ala=1.1,AlarmType=1");
    expect(alarm.information).toMatchObject([{ code: "101", suffix: "Ala", value: "1.1", time: null }]);
    expect([...alarm.parameters.keys()]).toEqual(["AlarmTime", "AlarmType"]);
    expect(read("1001", "i23005-Info=L1;i23006-Info=C1", "91").information).toMatchObject([
      { code: "i23005", value: "L1", time: null },
      { code: "i23006", value: "C1" },
    ]);
  });

  it("settings and boot times", () => {
    const content = read("2081", `${time};RestartTime=20261122061324`);
    expect([...content.parameters]).toEqual([["RestartTime", "20261122061324"]]);
    expect(content.dataTime).toBe(at);
    expect(content.refusals).toEqual([]);
  });

  it("with names in whatever case they were written", () => {
    const content = read("3017", `DATATIME=20261122090000;polid=w01018;CTime=2,CSTARTTIME=000000`);
    expect([...content.parameters]).toEqual([
      ["PolId", "w01018"],
      ["Ctime", "2"],
      ["CstartTime", "000000"],
    ]);
    expect(read("2011", `${time};w01018-RTD=1,w01018-flag=N`).readings).toMatchObject([{ value: 1, sentFlag: "N" }]);
  });

  it("commands that are in no table, kept by their keys", () => {
    const content = read("8013", `${time};011-Rtd=27.3,011-Flag=N;Lng=114.03`);
    expect(content.readings).toEqual([]);
    expect(content.information).toMatchObject([
      { code: "011", suffix: "Rtd", value: "27.3", time: at },
      { code: "011", suffix: "Flag", value: "N" },
    ]);
    expect(content.parameters.get("Lng")).toBe("114.03");
  });
});

describe("numbers and flags", () => {
  it("are read as they are written, and nothing else is made into one", () => {
    const numbers = { "32.6": 32.6, "-0.120": -0.12, "0": 0, "1e3": 1000, " 7.4 ": 7.4, "1 2": 12, "-99.5": -99.5 };
    for (const [text, value] of Object.entries(numbers)) expect([text, readValue(text).value]).toEqual([text, value]);
    for (const text of [
      "",
      "-",
      "--",
      "NaN",
      "null",
      "Infinity",
      "1e999",
      "0x10",
      "1,5",
      ".5",
      "5.",
      "+1",
      "12a",
      "１",
    ])
      expect([text, readValue(text)]).toEqual([text, { value: null, fill: false }]);
    for (const text of ["-9999", "9999", "-99", "-9999.00", "9.999e3"])
      expect([text, readValue(text)]).toEqual([text, { value: null, fill: true }]);
  });

  it("are those of 2017, and the older ones in their sense; no flag means N, an unknown one is told", () => {
    expect([..."NFMSDCTB"].map(readFlagOf)).toEqual([..."NFMSDCTB"]);
    expect(["n", "P", "0", "1", "2", "3", "", undefined].map(readFlagOf)).toEqual([
      "N",
      "D",
      "C",
      "N",
      "D",
      "N",
      "N",
      "N",
    ]);
    expect(["Z", "NN", "hd"].map(readFlagOf)).toEqual([null, null, null]);
    const content = read("2011", `${time};w01018-Rtd=1,w01018-Flag=Z`);
    expect(content.readings).toMatchObject([{ flag: null, sentFlag: "Z" }]);
    expect(remarked(content)).toEqual(["flag-unknown w01018"]);
  });
});

describe("factor codes", () => {
  it("of 2005 become those of 2017, all 93 of annex B, each another one", () => {
    const of = (sent: string): string => findFactorCode(sent).factor;
    expect(["011", "060", "101", "001", "B01", "B02", "S01", "s08", "01", "02", "03"].map(of)).toEqual([
      "w01018",
      "w21003",
      "w21011",
      "w01001",
      "w00000",
      "a00000",
      "a19001",
      "a01013",
      "a34013",
      "a21026",
      "a21002",
    ]);
    expect(codesOf2005.size).toBe(93);
    expect(new Set(codesOf2005.values()).size).toBe(93);
    for (const [old, code] of codesOf2005) expect([old, code]).toEqual([old, expect.stringMatching(/^[aw]\d{5}$/)]);
  });

  it("that are in no table are kept as they were sent; those that lack their letter are not guessed", () => {
    expect(findFactorCode("w99999")).toEqual({ factor: "w99999", known: false, unprefixed: false });
    expect(findFactorCode("01018")).toEqual({ factor: "01018", known: false, unprefixed: true });
    expect(findFactorCode("W01018")).toEqual({ factor: "w01018", known: true, unprefixed: false });
    expect(findFactorCode("LMx")).toEqual({ factor: "LMx", known: true, unprefixed: false });
    expect(remarked(read("2011", `${time};01018-Rtd=1`))).toEqual(["unprefixed-code 01018"]);
  });

  it("given twice with different values count once, by the first", () => {
    const content = read("2011", `${time};w01018-Rtd=1;w01018-Rtd=2`);
    expect(content.readings).toMatchObject([{ value: 1 }]);
    expect(remarked(content)).toEqual(["repeated-value w01018-Rtd"]);
  });
});

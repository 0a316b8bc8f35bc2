// Data segments into messages and back: what is taken, with which remark, and what is refused.

import { describe, expect, it } from "vitest";
import { buildFrame, splitGroups } from "./build.ts";
import { editionOf, findValue, type Message } from "./message.ts";
import { parseSegment, type ParseResult } from "./segment.ts";

const header = "QN=20261122100000001;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;";
const area = "CP=&&DataTime=20261122090000;w01018-Avg=32.6,w01018-Flag=N&&";

function parse(text: string | Uint8Array): ParseResult {
  return parseSegment(typeof text === "string" ? Buffer.from(text) : text);
}

function read(text: string | Uint8Array): { message: Message; remarks: string[] } {
  const result = parse(text);
  if (!result.ok) throw new Error(result.detail);
  return { message: result.message, remarks: result.remarks.map(({ name }) => name) };
}

describe("a data segment", () => {
  it("is header fields and groups of pairs", () => {
    expect(parse(`${header}${area}`)).toEqual({
      ok: true,
      remarks: [],
      message: {
        qn: "20261122100000001",
        st: "32",
        cn: "2061",
        pw: "123456",
        mn: "010000A8900016F000169DC0",
        flag: { version: 1, split: false, answer: true },
        packet: null,
        backfill: false,
        groups: [
          [{ key: "DataTime", value: "20261122090000" }],
          [
            { key: "w01018-Avg", value: "32.6" },
            { key: "w01018-Flag", value: "N" },
          ],
        ],
      },
    });
  });

  it("says its edition by Flag, on one port: none and 0 to 3 are 2005, 4 to 7 2017, 8 to 11 2025", () => {
    const edition = (flag: string): string => {
      const { message } = read(`QN=20261122100000001;ST=32;CN=2011;PW=1;MN=M1;${flag}${area}`);
      return `${editionOf(message)} ${message.flag?.answer === true} ${message.flag?.split === true}`;
    };
    expect(["", "Flag=0;", "Flag=1;", "Flag=3;", "Flag=4;", "Flag=5;", "Flag=6;", "Flag=7;"].map(edition)).toEqual([
      "2005 false false",
      "2005 false false",
      "2005 true false",
      "2005 true true",
      "2017 false false",
      "2017 true false",
      "2017 false true",
      "2017 true true",
    ]);
    expect(["Flag=8;", "Flag=9;", "Flag=11;", "Flag=13;", "Flag=255;"].map(edition)).toEqual([
      "2025 false false",
      "2025 true false",
      "2025 true true",
      "2025 true false",
      "2025 true true",
    ]);
  });

  it("of 2005 needs no QN and no Flag, has its fields in any order, and may have its QN in the data area", () => {
    const { message, remarks } = read(
      "ST=32;CN=2051;PW=123456;MN=88888880000001;PNO=1;PNUM=1;CP=&&QN=20110513092300001;DataTime=20110513092300;B01-Cou=200&&",
    );
    expect(remarks).toEqual([]);
    expect(message).toMatchObject({ qn: null, flag: null, packet: { number: 1, count: 1 } });
    expect(findValue(message, "qn")).toBe("20110513092300001");
  });

  it("of 2025 may be marked as sent again", () => {
    expect(read(`${header}RF=1;${area}`).message.backfill).toBe(true);
    expect(read(`${header}RF=0;${area}`).message.backfill).toBe(false);
  });

  it("is part of a split message when Flag says so and the numbers are possible", () => {
    const split = (rest: string): unknown => {
      const { message, remarks } = read(`${header.replace("Flag=5", "Flag=7")}${rest}${area}`);
      return [message.packet, remarks];
    };
    expect(split("PNUM=3;PNO=2;")).toEqual([{ number: 2, count: 3 }, []]);
    expect(split("PNUM=0003;PNO=0002;")).toEqual([{ number: 2, count: 3 }, []]);
    for (const wrong of ["", "PNUM=2;", "PNUM=2;PNO=3;", "PNUM=0;PNO=0;", "PNUM=x;PNO=1;", "PNUM=10000;PNO=1;"])
      expect([wrong, split(wrong)]).toEqual([wrong, [null, ["split-without-numbers"]]]);
    // Without the bit the numbers are not looked at.
    expect(read(`${header}PNUM=9;PNO=1;${area}`)).toMatchObject({ message: { packet: null }, remarks: [] });
  });

  it("is taken, with a remark, where the standard's own examples and the field are not exact", () => {
    const remarked: Record<string, string> = {
      [`QN=20261122100000001,ST=32;CN=2061;PW=1;MN=M1;Flag=5;${area}`]: "comma-in-header",
      [`${header.slice(0, -1)}${area}`]: "separator-missing",
      [`${header}X=1;${area}`]: "field-without-name",
      [`${header}MN=OTHER;${area}`]: "repeated-field",
      [`QN=20261122100000001;ST=32;CN=2061;PW=1;MN=M1;Flag=N;${area}`]: "flag-unreadable",
      [`QN=20261122100000001;ST=32;CN=2061;PW=1;MN=M1;Flag=256;${area}`]: "flag-unreadable",
      [`QN=20261122100000001;ST=32;CN=2061;PW=1;MN=M1;Flag=21;${area}`]: "version-unknown",
      [`ST=32;CN=2061;PW=1;MN=M1;Flag=5;${area}`]: "qn-missing",
      [`QN=2026112210000;ST=32;CN=2061;PW=1;MN=M1;Flag=5;${area}`]: "qn-unreadable",
      [`QN=20261122100000001;CN=2061;PW=1;MN=M1;Flag=5;${area}`]: "st-missing",
      [`${header}CP=&& DataTime=20261122090000 ; i12003-Info =0 &&`]: "blanks",
      [`${header}${area} `]: "blanks",
      [`${header}CP=&&DataTime=20261122090000;nonsense&&`]: "pair-without-value",
    };
    for (const [text, name] of Object.entries(remarked)) expect([text, read(text).remarks]).toEqual([text, [name]]);
  });

  it("has keys and values without the blanks around them, and no trace of empty groups", () => {
    const { message } = read(`${header}CP=&& DataTime = 20261122090000;;, ;i12003-Info =0 ;&&`);
    expect(message.groups).toEqual([
      [{ key: "DataTime", value: "20261122090000" }],
      [{ key: "i12003-Info", value: "0" }],
    ]);
  });

  it("is refused when it is no header, CP=&& and closing &&, or names no command or device", () => {
    const refused: Record<string, string> = {
      [header]: "CP=&& is missing",
      [`${header}CP=&&w01018-Avg=1`]: "the closing && is missing",
      [`${header}CP=&&`]: "the closing && is missing",
      [`${header}CP=&&&`]: "the closing && is missing",
      [`${header}${area}x`]: "the closing && is missing",
      [`QN=20261122100000001;ST=32;PW=1;MN=M1;${area}`]: "CN is missing",
      [`CN=20a1;MN=M1;${area}`]: "CN is not four digits",
      [`CN=2011;MN=;${area}`]: "MN is missing",
      [`CN=2011;PW=1;${area}`]: "MN is missing",
      [`CN=2011;MN=a b;${area}`]: "MN has signs that no field has, or too many",
      [`CN=2011;MN=a.b;${area}`]: "MN has signs that no MN has",
      [`CN=2011;MN=${"A".repeat(41)};${area}`]: "MN has signs that no MN has",
      [`CN=2011;PW=\u0007;MN=M1;${area}`]: "PW has signs that no field has, or too many",
    };
    for (const [text, detail] of Object.entries(refused))
      expect([text, parse(text)]).toEqual([text, { ok: false, reason: "structure", detail }]);
  });

  it("keeps an instrument's log whole, with every sign that divides elsewhere", () => {
    const log = "//清洗管路; R:4e,26=&& http://x //y//";
    const { message, remarks } = read(`${header}CP=&&PolId=w01018;i11001-Info=${log};i12001-Info=1&&`);
    expect(remarks).toEqual([]);
    expect(message.groups).toEqual([
      [{ key: "PolId", value: "w01018" }],
      [{ key: "i11001-Info", value: log }],
      [{ key: "i12001-Info", value: "1" }],
    ]);
  });

  it("may be written in GBK; what is neither GBK nor UTF-8 is read by its ASCII signs", () => {
    const [before, after] = [`${header}CP=&&PolId=w01018;i11001-Info=//`, "//&&"].map((text) => Buffer.from(text));
    const join = (middle: number[]): Uint8Array =>
      Buffer.concat([before ?? Buffer.alloc(0), Buffer.from(middle), after ?? Buffer.alloc(0)]);
    // The first is no UTF-8; the second is, by chance.
    for (const [word, codes] of [
      ["清洗", [0xc7, 0xe5, 0xcf, 0xb4]],
      ["校准", [0xd0, 0xa3, 0xd7, 0xbc]],
    ] as const) {
      const gbk = read(join([...codes]));
      expect([findValue(gbk.message, "i11001-Info"), gbk.remarks]).toEqual([`//${word}//`, ["gbk-text"]]);
    }
    expect(read(join([...Buffer.from("5 µg/m³, 20 °C")])).remarks).toEqual([]);
    const neither = read(join([0xff, 0xff]));
    expect([findValue(neither.message, "PolId"), neither.remarks]).toEqual(["w01018", ["unreadable-text"]]);
  });
});

describe("a frame that is built", () => {
  const { message } = read(`${header}${area}`);

  it("has the length in bytes, the checksum and CR LF", () => {
    const built = buildFrame({ ...message, groups: [[{ key: "i11001-Info", value: "//校准//" }]] });
    if (!built.ok) throw new Error(built.problem);
    const text = Buffer.from(built.frame).toString();
    expect(text).toMatch(/^##0109QN=.*CP=&&i11001-Info=\/\/校准\/\/&&[0-9A-F]{4}\r\n$/);
    expect(read(built.frame.subarray(6, -6)).message.groups).toEqual([[{ key: "i11001-Info", value: "//校准//" }]]);
  });

  it("is none when it could not be read back, or is longer than the standard allows", () => {
    const problem = (change: Partial<Message>): string => {
      const built = buildFrame({ ...message, ...change });
      return built.ok ? "" : built.problem;
    };
    expect([
      problem({ cn: "20a1" }),
      problem({ mn: "a;b" }),
      problem({ pw: "1,2" }),
      problem({ qn: "" }),
      problem({ packet: { number: 1, count: 2 } }),
      problem({ groups: [[]] }),
      problem({ groups: [[{ key: "a", value: "1;2" }]] }),
      problem({ groups: [[{ key: "a", value: "//open" }]] }),
      problem({ groups: [[{ key: "a", value: "x&&" }]] }),
      problem({ groups: [[{ key: "a", value: "x".repeat(1024) }]] }),
    ]).toEqual([
      "CN is four digits",
      "MN is letters, digits, _ and -",
      "PW has signs that no field has",
      "an empty QN or ST is left out",
      "Flag and PNUM contradict each other",
      "a group is empty",
      "a cannot be written into a data area",
      "a cannot be written into a data area",
      "a cannot be written into a data area",
      "1113 bytes are more than the 1024 of a packet",
    ]);
  });
});

describe("content that is too long for one packet", () => {
  it("is cut between items, each packet within 950 bytes and with the DataTime", () => {
    const time = [{ key: "DataTime", value: "20261122090000" }];
    const items = Array.from({ length: 60 }, (_, at) => [
      { key: `a${String(at).padStart(5, "0")}-Avg`, value: "12.345" },
      { key: `a${String(at).padStart(5, "0")}-Flag`, value: "N" },
    ]);
    const parts = splitGroups([time, ...items]);
    expect(parts.length).toBe(3);
    for (const part of parts) {
      expect(part[0]).toEqual(time);
      expect(
        part.map((group) => group.map(({ key, value }) => `${key}=${value}`).join()).join(";").length,
      ).toBeLessThanOrEqual(950);
    }
    expect(parts.flatMap((part) => part.slice(1))).toEqual(items);
  });

  it("leaves an item whole that is too long by itself", () => {
    const long = [{ key: "i11001-Info", value: `//${"x".repeat(2000)}//` }];
    const time = [{ key: "DataTime", value: "20261122090000" }];
    expect(splitGroups([time, long, time])).toEqual([[time], [time, long], [time, time]]);
    expect(splitGroups([])).toEqual([[]]);
  });
});

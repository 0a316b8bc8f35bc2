// What is answered to which message, what the centre may ask, and how packets of one message come together.

import { describe, expect, it } from "vitest";
import { buildFrame } from "./build.ts";
import { commands, findCommand } from "./commands.ts";
import {
  buildExecutionResult,
  buildLoginAnswer,
  buildRequestAnswer,
  type Exchange,
  readExchange,
  readReply,
} from "./exchange.ts";
import type { Message } from "./message.ts";
import { createReassembly } from "./reassembly.ts";
import { buildRequest, type RequestAddress } from "./requests.ts";
import { parseSegment } from "./segment.ts";

function parse(text: string): Message {
  const result = parseSegment(Buffer.from(text));
  if (!result.ok) throw new Error(result.detail);
  return result.message;
}

const from = (cn: string, flag: string, area = ""): Message =>
  parse(`QN=20261122100000001;ST=32;CN=${cn};PW=123456;MN=010000A8900016F000169DC0;${flag}CP=&&${area}&&`);

function write(message: Message | null): string | null {
  if (message === null) return null;
  const built = buildFrame(message);
  return built.ok ? Buffer.from(built.frame).toString().trim() : built.problem;
}

const answerOf = (exchange: Exchange): string | null => write(exchange.answer);

describe("an upload", () => {
  it("is answered with 9014, the same QN and ST=91, in the sender's edition, when its Flag asks for it", () => {
    expect(answerOf(readExchange(from("2061", "Flag=5;")))).toBe(
      "##0087QN=20261122100000001;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&EB01",
    );
    expect(answerOf(readExchange(from("2061", "Flag=7;PNUM=2;PNO=1;")))).toContain(";Flag=4;CP=&&&&");
    expect(answerOf(readExchange(from("2061", "Flag=9;")))).toContain(";Flag=8;CP=&&&&");
    for (const flag of ["", "Flag=0;", "Flag=4;", "Flag=6;", "Flag=8;"])
      expect(answerOf(readExchange(from("2061", flag)))).toBeNull();
  });

  it("of 2005 is answered with QN and CN in the data area", () => {
    expect(answerOf(readExchange(from("2051", "Flag=1;")))).toContain(";Flag=0;CP=&&QN=20261122100000001;CN=2051&&");
    const inArea = parse("ST=32;CN=2051;PW=1;MN=M1;Flag=1;CP=&&DataTime=20110513092300;QN=20110513092300001&&");
    expect(answerOf(readExchange(inArea))).toContain("QN=20110513092300001;ST=91;CN=9014;PW=1;MN=M1;Flag=0;");
  });

  it("with a command that is in no table is answered too: else the logger holds back what follows", () => {
    expect(readExchange(from("8013", "Flag=5;"))).toMatchObject({ role: "data", answer: { cn: "9014" } });
  });
});

describe("other messages", () => {
  it("a notice is answered with 9013; asking for the time is followed by setting it", () => {
    const exchange = readExchange(from("1013", "Flag=5;"));
    expect(exchange).toMatchObject({ role: "control", follow: "set-time" });
    expect(answerOf(exchange)).toContain(";ST=91;CN=9013;");
    expect(readExchange(from("1014", "Flag=9;"))).toMatchObject({ follow: "set-key", answer: { cn: "9013" } });
  });

  it("a heartbeat is answered with 9013 when it asks for it", () => {
    expect(answerOf(readExchange(from("9015", "Flag=9;")))).toContain(";ST=91;CN=9013;PW=123456;");
    expect(readExchange(from("9015", "Flag=8;"))).toEqual({ role: "control", answer: null, follow: null });
  });

  it("a login of 2005 is answered with 9022", () => {
    const login = from("9021", "Flag=1;");
    expect(answerOf(readExchange(login))).toContain(
      ";CN=9022;PW=123456;MN=010000A8900016F000169DC0;Flag=0;CP=&&QN=20261122100000001;Logon=1&&",
    );
    expect(write(buildLoginAnswer(login, false))).toContain(";Logon=0&&");
  });

  it("a reply is answered with nothing, and says what became of the request", () => {
    expect(readExchange(from("9011", "Flag=4;", "QnRtn=1"))).toEqual({ role: "reply", answer: null, follow: null });
    expect(readReply(from("9011", "Flag=4;", "QnRtn=1"))).toEqual({ cn: "9011", qn: "20261122100000001", code: 1 });
    expect(readReply(from("9012", "Flag=4;", "ExeRtn=100"))).toMatchObject({ cn: "9012", code: 100 });
    expect(readReply(from("9013", "Flag=4;"))).toMatchObject({ cn: "9013", code: null });
    const of2005 = parse("ST=91;CN=9011;PW=1;MN=M1;Flag=0;CP=&&QN=20040516010101001;QnRtn=3&&");
    expect(readReply(of2005)).toEqual({ cn: "9011", qn: "20040516010101001", code: 3 });
    expect(readReply(from("2011", "Flag=4;"))).toBeNull();
  });

  it("the side that is asked can answer: ready, and done", () => {
    const request = from("1012", "Flag=5;", "SystemTime=20261122100000");
    expect(readReply(buildRequestAnswer(request, 1))).toEqual({ cn: "9011", qn: "20261122100000001", code: 1 });
    expect(readReply(buildExecutionResult(request, 1))).toEqual({ cn: "9012", qn: "20261122100000001", code: 1 });
    expect(write(buildRequestAnswer(from("1061", "Flag=1;"), 1))).toContain("CP=&&QN=20261122100000001;QnRtn=1&&");
  });
});

describe("a request of the centre", () => {
  const address: RequestAddress = {
    mn: "010000A8900016F000169DC0",
    pw: "100000",
    st: "32",
    qn: "20160801085857223",
    edition: "2017",
  };
  const request = (cn: string, settings: Record<string, string> = {}): string | null => {
    const result = buildRequest(cn, address, settings);
    return result.ok ? write(result.message) : result.problems.join("; ");
  };

  it("to set the interval of real-time data is the standard's own example", () => {
    expect(request("1062", { RtdInterval: "30" })).toBe(
      "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80",
    );
  });

  it("for the time of the logger is, in 2025, that edition's own example", () => {
    const result = buildRequest("1011", { ...address, pw: "123456", qn: "20240601085857223", edition: "2025" });
    expect(write(result.ok ? result.message : null)).toBe(
      "##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2200",
    );
  });

  it("for data names their span, with a comma as the standard has it", () => {
    expect(request("2051", { BeginTime: "20261122000000", EndTime: "20261122010000" })).toContain(
      "CP=&&BeginTime=20261122000000,EndTime=20261122010000&&",
    );
    expect(request("3020", { PolId: "w01018", InfoId: "i12001" })).toContain("CP=&&PolId=w01018;InfoId=i12001&&");
    expect(request("3021", { PolId: "w01018", InfoId: "i13004", Info: "168" })).toContain(
      "CP=&&PolId=w01018;InfoId=i13004;i13004-Info=168&&",
    );
  });

  it("with settings that are impossible, missing or foreign is not built, and all of them are named", () => {
    expect(request("1062", { RtdInterval: "29" })).toBe("RtdInterval: a whole number from 30 to 3600");
    expect(request("1064", { MinInterval: "7" })).toBe("MinInterval: one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30");
    expect(request("1012")).toBe("SystemTime is missing");
    expect(request("1000", { OverTime: "x", Color: "red" })).toBe(
      "OverTime: a whole number from 1 to 99; ReCount is missing; CN 1000 takes no Color",
    );
    expect(request("9014")).toBe("CN 9014 is no request of a centre");
    expect(request("2072")).toBe("CN 2072 is no request of a centre");
  });

  it("exists for every command of 2017 and 2025 that the table says a centre gives", () => {
    const missing = commands.filter(
      ({ cn, fromCentre, until }) =>
        (fromCentre === "request" || fromCentre === "notice") &&
        until !== "2005" &&
        request(cn) === `CN ${cn} is no request of a centre`,
    );
    expect(missing.map(({ cn }) => cn)).toEqual([]);
    expect(findCommand("2011")).toMatchObject({ content: "realtime", since: "2005" });
  });
});

describe("packets of a split message", () => {
  const part = (number: number, area: string, time = "20261122090000", count = 3): Message =>
    from("3020", `Flag=7;PNUM=${count};PNO=${number};`, `DataTime=${time};PolId=w01018;${area}`);

  it("come together in their order, however they arrive, with one DataTime", () => {
    const reassembly = createReassembly();
    expect(reassembly.add(part(3, "c-Info=3"), 0).message).toBeNull();
    expect(reassembly.add(part(1, "a-Info=1"), 1).message).toBeNull();
    expect(reassembly.add(part(1, "a-Info=1"), 2).message).toBeNull();
    const { message } = reassembly.add(part(2, "b-Info=2"), 3);
    expect(message?.packet).toBeNull();
    expect(message?.flag).toEqual({ version: 1, split: false, answer: true });
    expect(message?.groups.map((group) => group.map(({ key, value }) => `${key}=${value}`).join())).toEqual([
      "DataTime=20261122090000",
      "PolId=w01018",
      "a-Info=1",
      "PolId=w01018",
      "b-Info=2",
      "PolId=w01018",
      "c-Info=3",
    ]);
    expect(reassembly.waiting()).toEqual({ messages: 0, bytes: 0 });
  });

  it("of different times and devices do not mix", () => {
    const reassembly = createReassembly();
    reassembly.add(part(1, "a-Info=1"), 0);
    expect(reassembly.add(part(2, "a-Info=1", "20261122100000", 2), 0).message).toBeNull();
    expect(reassembly.add({ ...part(2, "a-Info=1"), mn: "OTHER" }, 0).message).toBeNull();
    expect(reassembly.waiting().messages).toBe(3);
  });

  it("that never come are waited for no longer than the time given, and what was there is told", () => {
    const reassembly = createReassembly({ waitMsMax: 1_000 });
    reassembly.add(part(1, "a-Info=1"), 5_000);
    expect(reassembly.expire(6_000)).toEqual([]);
    expect(reassembly.expire(6_001)).toMatchObject([
      { why: "too-late", count: 3, packets: [{ packet: { number: 1 } }] },
    ]);
    expect(reassembly.waiting()).toEqual({ messages: 0, bytes: 0 });
  });

  it("wait within bounds: past them the oldest message is given up", () => {
    const reassembly = createReassembly({ messagesMax: 2 });
    reassembly.add(part(1, "a-Info=1", "20261122090000"), 0);
    reassembly.add(part(1, "a-Info=1", "20261122090100"), 1);
    const { givenUp } = reassembly.add(part(1, "a-Info=1", "20261122090200"), 2);
    expect(givenUp).toMatchObject([{ why: "no-room" }]);
    expect(reassembly.waiting().messages).toBe(2);
    const small = createReassembly({ bytesMax: 700 });
    for (let number = 1; number <= 3; number++) small.add(part(number, "a-Info=1", "20261122090000", 9), number);
    expect(small.waiting().bytes).toBeLessThanOrEqual(700);
  });

  it("that contradict each other in number begin anew", () => {
    const reassembly = createReassembly();
    reassembly.add(part(1, "a-Info=1"), 0);
    const { givenUp } = reassembly.add(part(1, "a-Info=1", "20261122090000", 2), 1);
    expect(givenUp).toMatchObject([{ why: "contradiction", count: 3 }]);
    expect(reassembly.add(part(2, "b-Info=1", "20261122090000", 2), 2).message).not.toBeNull();
  });

  it("a message that is whole comes back at once", () => {
    const whole = from("2011", "Flag=5;", "DataTime=20261122090000");
    expect(createReassembly().add(whole, 0)).toEqual({ message: whole, givenUp: [] });
  });
});

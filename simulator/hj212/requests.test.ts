// Requests of a centre to a simulated logger: what is answered, what comes of it, and what is refused.

import { describe, expect, it } from "vitest";
import { formatStamp, type Message, readContent } from "#domain/hj212/hj212.ts";
import { stageLogger, stageStartMs as startMs } from "#test/harness/simulated-logger.ts";

/** A logger that has been at work for 65 minutes, with the line up. */
function stage() {
  const { centre, logger, counts, run } = stageLogger();
  centre.up();
  run(65 * 60_000);
  /** What is said because of a request, as command and data area. */
  const ask = (cn: string, settings: Readonly<Record<string, string>> = {}, pw?: string): string[] => {
    const before = centre.messages.length;
    const qn = centre.ask(cn, settings, pw);
    centre.pass(4_000);
    return centre.messages
      .slice(before)
      .filter((message) => message.qn === qn || message.cn === cn)
      .map(say);
  };
  return { centre, logger, counts, run, ask };
}

function say({ cn, groups }: Message): string {
  return `${cn} ${groups.map((group) => group.map(({ key, value }) => `${key}=${value}`).join(",")).join(";")}`.trim();
}

const ready = "9011 QnRtn=1";
const done = "9012 ExeRtn=1";

describe("a logger that is asked", () => {
  it("tells and takes settings, and says them back", () => {
    const { ask, logger, counts } = stage();
    expect(ask("1061")).toEqual([ready, "1061 RtdInterval=30", done]);
    expect(ask("1062", { RtdInterval: "60" })).toEqual([ready, done]);
    expect(ask("1061")).toEqual([ready, "1061 RtdInterval=60", done]);
    expect(ask("1064", { MinInterval: "5" })).toEqual([ready, done]);
    expect(ask("1063")).toEqual([ready, "1063 MinInterval=5", done]);
    expect(ask("1000", { OverTime: "5", ReCount: "2" })).toEqual([ready, done]);
    expect(logger.settings).toMatchObject({ realtimeSeconds: 60, minutes: 5, overTimeSeconds: 5, resends: 2 });
    expect(counts).toMatchObject({ requests: 6, refusals: 0 });
  });

  it("lives by its new intervals", () => {
    const { ask, centre, run } = stage();
    ask("1062", { RtdInterval: "60" });
    ask("1064", { MinInterval: "5" });
    const before = centre.messages.length;
    run(20 * 60_000);
    const since = centre.messages.slice(before);
    expect(since.filter(({ cn }) => cn === "2011")).toHaveLength(20);
    // The interval that was open goes on to its end, those of five minutes follow.
    expect(since.filter(({ cn }) => cn === "2051").length).toBeGreaterThanOrEqual(3);
  });

  it("tells its time, and takes another one", () => {
    const { ask, centre, logger } = stage();
    const [, told] = ask("1011");
    expect(told).toMatch(/^1011 SystemTime=\d{14}$/);
    const wanted = centre.nowMs + 3_600_000;
    expect(ask("1012", { SystemTime: formatStamp(wanted) })).toEqual([ready, done]);
    expect(Math.abs(logger.clockAt(centre.nowMs) - wanted)).toBeLessThan(6_000);
    const before = logger.clockAt(centre.nowMs) - centre.nowMs;
    expect(ask("1012", { SystemTime: formatStamp(startMs), PolId: "w01018" })).toEqual([ready, done]);
    expect(logger.clockAt(centre.nowMs) - centre.nowMs).toBeCloseTo(before, 0);
  });

  it("stops real-time data and facilities, and begins again", () => {
    const { ask, centre, run } = stage();
    expect(ask("2012")).toEqual(["9013"]);
    expect(ask("2022")).toEqual(["9013"]);
    const before = centre.messages.length;
    run(15 * 60_000);
    expect(centre.messages.slice(before).filter(({ cn }) => cn === "2011" || cn === "2021")).toEqual([]);
    expect(ask("2011")).toEqual([ready, done]);
    expect(ask("2021").slice(0, 2)).toEqual([ready, done]);
    run(10 * 60_000);
    expect(centre.messages.slice(before).filter(({ cn }) => cn === "2011").length).toBeGreaterThan(18);
    expect(centre.messages.slice(before).filter(({ cn }) => cn === "2021").length).toBeGreaterThan(0);
  });

  it("brings the past from BeginTime to EndTime, both included, each packet with a number of its own", () => {
    const { ask, centre } = stage();
    const at = (minute: number): string => formatStamp(Date.UTC(2026, 10, 22, 0, minute));
    const before = centre.messages.length;
    const said = ask("2051", { BeginTime: at(10), EndTime: at(40) });
    expect(said[0]).toBe(ready);
    expect(said.at(-1)).toBe(done);
    const packets = centre.messages.slice(before).filter(({ cn }) => cn === "2051");
    expect(packets.map((message) => readContent(message).dataTime)).toEqual(
      [10, 20, 30, 40].map((minute) => Date.UTC(2026, 10, 22, 0, minute)),
    );
    expect(new Set(centre.messages.slice(before).map(({ qn }) => qn)).size).toBe(5);
    const sent = centre.of("2051").find((message) => readContent(message).dataTime === Date.UTC(2026, 10, 22, 0, 10));
    expect(say(packets[0] ?? fail())).toBe(say(sent ?? fail()));
    expect(ask("2061", { BeginTime: at(0), EndTime: at(0) })).toHaveLength(3);
    const empty = formatStamp(Date.UTC(2026, 10, 20));
    expect(ask("2031", { BeginTime: empty, EndTime: empty })).toEqual([ready, "9012 ExeRtn=100"]);
    expect(ask("2051", { BeginTime: at(40), EndTime: at(10) })).toEqual([ready, "9012 ExeRtn=3"]);
  });

  it("tells a kept sample, a serial number and information, and calibrates what it has", () => {
    const { ask, centre } = stage();
    expect(ask("3015")[1]).toMatch(/^3015 DataTime=\d{14};VaseNo=\d+$/);
    expect(ask("3019", { PolId: "w01018" })[1]).toMatch(/^3019 DataTime=\d{14};PolId=w01018;w01018-SN=[0-9A-F]{24}$/);
    expect(ask("3020", { PolId: "w01018", InfoId: "i13001" })[1]).toMatch(
      /^3020 DataTime=\d{14};PolId=w01018;i13001-Info=\d00$/,
    );
    const askedAt = centre.nowMs;
    expect(ask("3011", { PolId: "w01018" })).toEqual([ready, done]);
    expect(centre.nowMs - askedAt).toBeGreaterThanOrEqual(2_000);
    expect(ask("3012", { PolId: "a21026" })).toEqual([ready, "9012 ExeRtn=3"]);
    expect(ask("3019", { PolId: "a21026" })).toEqual([ready, "9012 ExeRtn=3"]);
    expect(ask("3020", { InfoId: "i99999" })).toEqual([ready, "9012 ExeRtn=100"]);
  });

  it("refuses a wrong password, a foreign MN and what it does not know", () => {
    const { ask, centre, counts } = stage();
    expect(ask("1061", {}, "000000")).toEqual(["9011 QnRtn=3"]);
    expect(ask("1002", { MN: "0".repeat(24) })).toEqual(["9011 QnRtn=8"]);
    const before = centre.messages.length;
    const heard = centre.messages[0] ?? fail();
    const flag = { version: 1, split: false, answer: true };
    const qn = "20261122091300777";
    centre.say({ ...heard, mn: "SOMEBODYELSE01", qn, st: "32", cn: "1061", flag, groups: [] });
    expect(centre.messages.slice(before).map(say)).toEqual(["9011 QnRtn=4"]);
    expect(counts).toMatchObject({ requests: 0, refusals: 3 });
  });

  it("takes a new password after its last answer under the old one", () => {
    const { ask, centre, run } = stage();
    const before = centre.messages.length;
    expect(ask("1072", { NewPW: "abc123" })).toEqual([ready, done]);
    const [accepted, executed] = centre.messages.slice(before).filter(({ st }) => st === "91");
    expect(accepted?.pw).not.toBe("abc123");
    expect(executed?.pw).toBe(accepted?.pw);
    run(60_000);
    expect(centre.of("2011").at(-1)?.pw).toBe("abc123");
    expect(ask("1061")).toEqual(["9011 QnRtn=3"]);
    expect(ask("1061", {}, "abc123")).toHaveLength(3);
  });

  it("is busy while it carries out another request, and repeats its 9011 for the same one", () => {
    const { centre } = stage();
    const before = centre.messages.length;
    const qn = centre.ask("3012", { PolId: "w01018" });
    const other = centre.ask("1061");
    centre.pass(4_000);
    const said = centre.messages.slice(before).map((message) => [message.qn, say(message)]);
    expect(said).toContainEqual([other, "9012 ExeRtn=5"]);
    expect(said).toContainEqual([qn, done]);
    const again = centre.messages.length;
    const repeated = centre.messages[again - 1] ?? fail();
    const flag = { version: 1, split: false, answer: true };
    const request = { ...repeated, st: "32", cn: "3012", flag, groups: [[{ key: "PolId", value: "w01018" }]] };
    centre.say({ ...request, qn: "20261122091313001" });
    centre.say({ ...request, qn: "20261122091313001" });
    centre.pass(4_000);
    expect(
      centre.messages
        .slice(again)
        .filter((message) => message.st === "91")
        .map(say),
    ).toEqual([ready, ready, done]);
  });

  it("lets go of a request when the line goes, and keeps answering on the next one", () => {
    const { centre, ask } = stage();
    centre.ask("3012", { PolId: "w01018" });
    centre.down();
    const before = centre.messages.length;
    centre.up();
    centre.pass(5_000);
    expect(centre.messages.slice(before).filter(({ cn }) => cn === "9012")).toEqual([]);
    expect(ask("1063")).toEqual([ready, "1063 MinInterval=10", done]);
  });
});

function fail(): never {
  throw new Error("there is no such message");
}

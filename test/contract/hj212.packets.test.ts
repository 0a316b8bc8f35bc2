// The packets of test/fixtures/hj212: the standard's own examples, realistic ones and a public one, read and written again byte
// for byte; and those that are wrong, each with what a receiver does. Around every wrong one stand good ones, which come out.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  buildFrame,
  createDeframer,
  editionOf,
  type Message,
  parseSegment,
  readContent,
  readExchange,
  type StreamEvent,
} from "#domain/hj212/hj212.ts";
import { concat, slowCrc, writeFrame } from "#test/fuzz/hj212-stream.ts";

interface Packet {
  readonly id: string;
  readonly raw: string;
  readonly len?: number;
  readonly crc?: string;
  readonly expect?: string;
}

const file = new URL("../fixtures/hj212/packets.json", import.meta.url);
const packets = JSON.parse(readFileSync(file, "utf8")) as { good: Packet[]; malformed: Packet[] };

function find(id: string): Uint8Array {
  const packet = [...packets.good, ...packets.malformed].find((each) => each.id === id);
  if (packet === undefined) throw new Error(`${id} is no packet`);
  return Buffer.from(packet.raw);
}

function read(...parts: readonly (Uint8Array | string)[]): StreamEvent[] {
  const deframer = createDeframer();
  const bytes = concat(parts.map((part) => (typeof part === "string" ? find(part) : part)));
  return [...deframer.push(bytes), ...deframer.flush()];
}

function tell(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "trailer") return `trailer ${event.fault}`;
    if (event.kind === "refused") return `refused ${event.reason}${event.hint === null ? "" : ` (${event.hint})`}`;
    const parsed = parseSegment(event.segment);
    return parsed.ok ? ["frame", ...parsed.remarks.map(({ name }) => name)].join(" ") : `refused ${parsed.reason}`;
  });
}

function messageOf(part: Uint8Array | string): Message {
  const event = read(part).find((each) => each.kind === "frame");
  const parsed = event === undefined ? null : parseSegment(event.segment);
  if (parsed === null || !parsed.ok) throw new Error("no message");
  return parsed.message;
}

/** A segment with its right length and checksum, and CR LF. */
function frameOf(segment: string | Uint8Array): Uint8Array {
  const bytes = typeof segment === "string" ? Buffer.from(segment) : segment;
  return concat([writeFrame(bytes), Buffer.from("\r\n")]);
}

describe("a good packet", () => {
  const cases = packets.good.map((packet): [string, Packet] => [packet.id, packet]);

  it.each(cases)("%s comes out of the stream, and is written again byte for byte", (_id, { raw, len, crc }) => {
    const events = read(Buffer.from(raw));
    expect(tell(events)).toEqual(["frame"]);
    const [event] = events;
    if (event?.kind !== "frame") throw new Error("no frame");
    expect([event.segment.length, slowCrc(event.segment)]).toEqual([len, Number.parseInt(crc ?? "", 16)]);
    const built = buildFrame(messageOf(Buffer.from(raw)));
    expect(built.ok && Buffer.from(built.frame).toString()).toBe(raw);
  });

  it.each([1, 7, 37, 1024])("comes out of chunks of %d bytes as of one", (size) => {
    const bytes = concat(packets.good.map(({ raw }) => Buffer.from(raw)));
    const deframer = createDeframer();
    const events: StreamEvent[] = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...deframer.push(bytes.subarray(at, at + size)));
    expect(events.map((event) => (event.kind === "frame" ? Buffer.from(event.frame).toString() : event.kind))).toEqual(
      packets.good.map(({ raw }) => raw.trimEnd()),
    );
  });

  it("says what its description says", () => {
    const content = (id: string): ReturnType<typeof readContent> => readContent(messageOf(id));
    expect(content("S06-stack-rtd").readings[0]).toMatchObject({
      factor: "a34013",
      kind: "realtime",
      time: Date.UTC(2026, 10, 22, 1, 1, 0),
      value: 4.6,
      converted: 5.8,
      flag: "N",
    });
    expect(content("S25-flags").readings.map(({ flag }) => flag)).toEqual(["C", "B", "T"]);
    expect(content("S21-noise-day").readings.length).toBe(8);
    expect(content("S19-facility-rs").facilities.map(({ state }) => state)).toEqual([1, 1, 3]);
    expect(content("S17-info-state").information.map(({ polId, value }) => [polId, value])).toEqual([
      ["w01018", "1"],
      ["w01018", "0"],
    ]);
    expect(content("S15-restart").parameters.get("RestartTime")).toBe("20261122061324");
    expect(messageOf("S07-stack-hour-1").packet).toEqual({ number: 1, count: 2 });
    expect(["S31-public-air", "S30-2025-heartbeat"].map((id) => editionOf(messageOf(id)))).toEqual(["2017", "2025"]);
  });

  it("is answered as the standard's exchanges are: the time request with the very packet of the table", () => {
    const answer = (id: string): string | null => {
      const message = readExchange(messageOf(id)).answer;
      const built = message === null ? null : buildFrame(message);
      return built?.ok === true ? Buffer.from(built.frame).toString() : null;
    };
    expect(answer("S10-time-req")).toBe(Buffer.from(find("S11-9013")).toString());
    expect(answer("M05-no-crlf")).toBe(Buffer.from(find("S09-ack-9014")).toString());
    expect(["S11-9013", "S13-9011", "S14-9012", "S31-public-air"].map(answer)).toEqual([null, null, null, null]);
  });
});

describe("a wrong packet", () => {
  const told: Record<string, readonly string[]> = {
    "M01-bad-crc": ["refused crc"],
    "M02-lower-crc": ["frame"],
    "M04-len-nondigit": ["refused length"],
    "M05-no-crlf": ["frame", "trailer missing"],
    "M06-lf-only": ["frame", "trailer lf-only"],
    "M07-modbus-crc": ["refused crc (modbus)"],
    "M09-half": ["refused half"],
    "M10-garbage-prefix": ["refused garbage", "frame"],
    "M12-noCPend": ["refused structure"],
    "M14-qn-comma": ["frame comma-in-header"],
    "M15-spaces": ["frame blanks"],
    "M17-nonnumeric": ["frame"],
    "M18-unknown-factor": ["frame"],
    "M20-future": ["frame"],
    "M22-oversize": ["refused too-long"],
  };

  it.each(packets.malformed.map(({ id }): [string] => [id]))("%s is treated as its description says", (id) => {
    expect([id, tell(read(id))]).toEqual([id, told[id]]);
  });

  it.each(packets.malformed.map(({ id }): [string] => [id]))("%s does not harm the good one behind it", (id) => {
    const deframer = createDeframer();
    const before = [...deframer.push(concat([find(id), find("S27-2025-std")]))];
    // At once, and not when the stream ends.
    const last = before.at(-1);
    expect(last?.kind === "frame" && Buffer.from(last.frame).toString()).toBe(
      Buffer.from(find("S27-2025-std")).toString().trimEnd(),
    );
  });

  it("of two in one segment are two frames", () => {
    expect(tell(read("S02-ww-rtd", "S03-ww-min"))).toEqual(["frame", "frame"]);
  });

  it("whose length is one too small or counts characters for bytes is refused for its length", () => {
    const good = Buffer.from(find("S03-ww-min")).toString();
    expect(tell(read(Buffer.from(good.replace("##0414", "##0413"))))).toEqual(["refused length"]);
    const log = Buffer.from(
      "QN=20261122132000050;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20261122132000;PolId=w01018;i11001-Info=//清洗管路//&&",
    );
    const characters = writeFrame(log, slowCrc(log), log.toString().length);
    expect(tell(read(characters, "S27-2025-std"))).toEqual(["refused length", "frame"]);
  });

  const header = "QN=20261122100000001;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;";

  it("with the misprints of the standard's tables is taken with a remark", () => {
    const area = "CP=&&DataTime=20261122090000;w01018-Avg=32.6,w01018-Flag=N&&";
    expect(tell(read(frameOf(`${header}Flag=5${area}`)))).toEqual(["frame separator-missing"]);
    expect(messageOf(frameOf(`${header}Flag=5${area}`)).flag).toEqual({ version: 1, split: false, answer: true });
    expect(tell(read(frameOf(`${header}Flag=7;${area}`)))).toEqual(["frame split-without-numbers"]);
    const unprefixed = readContent(messageOf(frameOf(`${header}Flag=5;CP=&&DataTime=20261122090000;01018-Avg=1&&`)));
    expect(unprefixed.readings).toMatchObject([{ factor: "01018", value: 1 }]);
    expect(unprefixed.remarks).toEqual([{ name: "unprefixed-code", about: "01018" }]);
  });

  it("with a time that no calendar has is answered, and its record refused", () => {
    const message = messageOf(frameOf(`${header}Flag=5;CP=&&DataTime=20260231090000;w01018-Avg=1&&`));
    expect(readContent(message).refusals).toMatchObject([{ reason: "invalid-time", values: 1 }]);
    expect(readExchange(message).answer).toMatchObject({ cn: "9014" });
    const precise = messageOf(frameOf(`${header}Flag=5;CP=&&DataTime=20261122090000123;w01018-Avg=1&&`));
    expect(readContent(precise).readings).toMatchObject([{ time: Date.UTC(2026, 10, 22, 1, 0, 0) }]);
  });

  it("with values that are no numbers gives none, and keeps the flags", () => {
    const { readings } = readContent(messageOf("M17-nonnumeric"));
    expect(readings.map(({ factor, value, flag }) => [factor, value, flag])).toEqual([
      ["w01018", null, "D"],
      ["w21003", null, "B"],
      ["w21011", null, "D"],
      ["w01001", null, "D"],
    ]);
  });

  it("is kept by its first 256 bytes and its size", () => {
    const [event] = read("M01-bad-crc");
    const raw = find("M01-bad-crc");
    expect(event).toMatchObject({ kind: "refused", size: raw.length - 2, at: 0 });
    expect(event?.kind === "refused" && Buffer.from(event.bytes).equals(raw.subarray(0, 256))).toBe(true);
  });
});

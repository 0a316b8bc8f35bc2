// What the centre learns about its loggers, through the pipeline: cards, facts, gaps and changes that come out for the state
// store.

import { describe, expect, it } from "vitest";
import type { Command } from "#domain/command.ts";
import { type Channel, channels, doors, entryKinds } from "#domain/frame.ts";
import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import { formatQn, formatStamp } from "#domain/hj212/hj212.ts";
import { addLoggerDay, createLoggerDay, driftWithin, type LoggerDay } from "#domain/logger-card.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import { createOutput } from "../output.ts";
import { createPipeline } from "../pipeline.ts";

/** 08:00 of 22 November in UTC+8. */
const begin = Date.UTC(2026, 10, 22);
const day = "2026-11-22";
const mn = "010000A8900016F000169DC0";
const encoder = new TextEncoder();

interface Sent {
  readonly cn: string;
  readonly area: string;
  /** Of the logger's clock. */
  readonly sentAt: number;
  readonly flag?: number | string;
  readonly rf?: boolean;
}

function packet({ cn, area, sentAt, flag = 5, rf = false }: Sent): string {
  const back = rf ? "RF=1;" : "";
  const segment = `QN=${formatQn(sentAt)};ST=32;CN=${cn};PW=123456;MN=${mn};Flag=${flag};${back}CP=&&${area}&&`;
  return `##${String(segment.length).padStart(4, "0")}${segment}${formatCrc(crcOf(encoder.encode(segment)))}\r\n`;
}

function start() {
  let pipeline = createPipeline();
  const output = createOutput();
  let seq = 0;
  const place = { door: doors.hj212, promised: true };
  const run = {
    output,
    frame(receivedAt: number, text: string, source = "S", channel: Channel = channels.hj212): void {
      const payload = encoder.encode(text);
      pipeline.process({ ...place, kind: entryKinds.frame, channel, receivedAt, source, payload, seq: ++seq }, output);
    },
    command(command: Command, receivedAt = begin): void {
      const payload = encoder.encode(JSON.stringify({ id: `c${seq}`, actor: "admin", command }));
      const rest = { kind: entryKinds.command, channel: channels.none, receivedAt, source: "admin", payload };
      pipeline.process({ ...place, ...rest, seq: ++seq }, output);
    },
    /** A packet that arrives `delayMs` after it was sent. */
    send(sent: Sent, delayMs = 0): void {
      run.frame(sent.sentAt + delayMs, packet(sent));
    },
    hour(number: number, rest: Partial<Sent> = {}): void {
      const from = begin + number * hourMs;
      const area = `DataTime=${formatStamp(from)};w01018-Avg=30,w01018-Flag=N`;
      run.send({ cn: "2061", area, sentAt: from + hourMs + 2_000, ...rest });
    },
    restart(): void {
      const saved = pipeline.save();
      const registry = { ...saved.registry, sites: [...saved.registry.sites] };
      pipeline = createPipeline(structuredClone({ ...saved, registry }));
    },
    card: (site = "S", of = day): LoggerDay | undefined => output.state.loggerDays.get(`${of} ${site}`),
    spans: (kind: string) =>
      output.state.loggerGaps
        .get(`S ${kind}`)
        ?.spans.map(({ from, to }) => [(from - begin) / hourMs, (to - begin) / hourMs]),
  };
  const site = {
    id: "S",
    name: "S",
    kind: "water-outfall",
    city: "130200",
    enterprise: null,
    lat: null,
    lon: null,
  } as const;
  const rest = { factors: ["w01018"], intervalSeconds: 60, standard: null, mn, simulated: false };
  run.command({ type: "sites.put", sites: [{ ...site, ...rest }] });
  return run;
}

const realtime = `DataTime=${formatStamp(begin)};w01018-Rtd=30,w01018-Flag=N`;

describe("the card of a logger", () => {
  it("counts packets by command and edition, and measures the clock by live packets that are no repetition", () => {
    const run = start();
    run.send({ cn: "2011", area: realtime, sentAt: begin }, 1_500);
    run.send({ cn: "2011", area: realtime, sentAt: begin }, 12_000);
    run.send({ cn: "2011", area: realtime, sentAt: begin + minuteMs, flag: 8 }, -90_000);
    run.send({ cn: "9999", area: "", sentAt: begin + minuteMs });
    expect(run.card()).toMatchObject({
      frames: 4,
      packets: 4,
      commands: { "2011": 3, other: 1 },
      editions: { "2017": 3, "2025": 1 },
      answersWanted: 3,
      drift: { count: 2, sumMs: -88_500, leastMs: -90_000, greatestMs: 1_500 },
    });
    expect(driftWithin(run.card()?.drift ?? createLoggerDay("", "").drift, 0.95)).toBe(90_000);
    expect(run.output.state.loggers.get("S")).toMatchObject({ mn, edition: "2017", door: "hj212", driftMs: -90_000 });
  });

  it("names deviations from the standard, and what was refused by its reason", () => {
    const run = start();
    run.send({ cn: "2011", area: realtime, sentAt: begin, flag: "x" });
    run.send({ cn: "2011", area: "DataTime=20261199;w01018-Rtd=1", sentAt: begin + 1 });
    run.frame(begin, packet({ cn: "2011", area: realtime, sentAt: begin }).replace("30", "31"));
    run.frame(begin, packet({ cn: "2011", area: realtime, sentAt: begin }), "S", channels.hj212Doubtful);
    const card = run.card();
    expect(card?.remarks["flag-unreadable"]).toBe(1);
    expect(card?.refused).toEqual({ "invalid-time": 1, "invalid-packet": 1, "wrong-password": 1 });
    expect(card).toMatchObject({ frames: 4, packets: 2 });
  });

  it("counts every interval once, how late it came, and what was back-filled", () => {
    const run = start();
    run.hour(0);
    run.hour(0);
    run.hour(1, { sentAt: begin + 2 * hourMs + 5 * minuteMs });
    run.hour(3);
    run.hour(2, { sentAt: begin + 9 * hourMs });
    expect(run.card()?.kinds.hour).toEqual({
      due: 4,
      received: 4,
      live: 3,
      withinMinute: 2,
      delaySumMs: 2_000 + 5 * minuteMs + 2_000,
      delayGreatestMs: 5 * minuteMs,
      backfilled: 1,
    });
    expect(run.spans("hour")).toEqual([]);
  });

  it("with RF=1 data are back-filled however soon they come", () => {
    const run = start();
    run.hour(0, { rf: true, flag: 9 });
    expect(run.card()?.kinds.hour).toMatchObject({ received: 1, live: 0, backfilled: 1 });
  });

  it("counts due hours on the day they lie on", () => {
    const run = start();
    run.hour(0);
    run.hour(17);
    expect(run.card("S", day)?.kinds.hour).toMatchObject({ due: 16, received: 1 });
    expect(run.card("S", "2026-11-23")?.kinds.hour).toMatchObject({ due: 2, received: 1 });
    expect(run.spans("hour")).toEqual([[1, 17]]);
  });

  it("keeps what the door saw, also of loggers that no site has", () => {
    const run = start();
    const rest = { address: "10.0.0.7", connections: 1, connectedMs: 50_000, frames: 3, repeats: 1, lineEnds: 2 };
    const line = { ...rest, from: begin, to: begin + minuteMs, faults: { crc: 2, modbus: 2 }, excerpt: "##0101QN=…" };
    run.command({
      type: "logger.lines",
      lines: [
        { ...line, site: "S" },
        { ...line, site: "hj212:XX" },
      ],
    });
    run.command({ type: "logger.lines", lines: [{ ...line, site: "S", excerpt: "" }] });
    const seen = { connections: 2, connectedMs: 100_000, repeats: 2, lineEnds: 4, faults: { crc: 4, modbus: 4 } };
    expect(run.card()).toMatchObject({ ...seen, excerpt: "##0101QN=…" });
    expect(run.card("hj212:XX")?.faults).toEqual({ crc: 2, modbus: 2 });
    const unknown = run.output.state.loggers.get("hj212:XX");
    expect(unknown).toMatchObject({ mn: "XX", heardAt: null, address: "10.0.0.7", lineSeenAt: begin + minuteMs });
  });

  it("frames of an unknown logger are on a card of its own, without gaps", () => {
    const run = start();
    const area = `DataTime=${formatStamp(begin)};w01018-Avg=30,w01018-Flag=N`;
    run.frame(begin + hourMs, packet({ cn: "2061", area, sentAt: begin + hourMs }), "hj212:XX");
    expect(run.card("hj212:XX")).toMatchObject({ packets: 1, refused: { "unknown-logger": 1 } });
    expect(run.output.state.loggerGaps.size).toBe(0);
  });
});

describe("what changes in a logger", () => {
  it("is kept with its time: boots, serial numbers, parameters and settings, each once", () => {
    const run = start();
    const serial = `DataTime=${formatStamp(begin)};PolId=w01018;w01018-SN=0011223344556677889900AA`;
    const range = (value: string) => `DataTime=${formatStamp(begin)};PolId=w01018;i13001-Info=${value}`;
    run.send({ cn: "2081", area: `DataTime=${formatStamp(begin)};RestartTime=${formatStamp(begin)}`, sentAt: begin });
    run.send({ cn: "3019", area: serial, sentAt: begin + 1 });
    run.send({ cn: "3020", area: range("500"), sentAt: begin + 2 });
    run.send({ cn: "3020", area: range("500"), sentAt: begin + 3 });
    run.restart();
    run.send({ cn: "3020", area: range("100"), sentAt: begin + 4 });
    run.send({ cn: "1063", area: "MinInterval=10", sentAt: begin + 5 });
    const told = run.output.state.loggerChanges.map(({ kind, code, factor, value, before }) => [
      kind,
      code,
      factor,
      value,
      before,
    ]);
    expect(told).toEqual([
      ["boot", "RestartTime", "", formatStamp(begin), null],
      ["analyser", "SN", "w01018", "0011223344556677889900AA", null],
      ["parameter", "i13001", "w01018", "500", null],
      ["parameter", "i13001", "w01018", "100", "500"],
      ["setting", "MinInterval", "", "10", null],
    ]);
    expect(run.card()).toMatchObject({ boots: 1, changes: 1 });
  });
});

describe("gaps through the pipeline", () => {
  it("an interval that the logger was set to counts from there on, and nothing seems to be missing at the change", () => {
    const run = start();
    const minute = (at: number): void => {
      const time = begin + at * minuteMs;
      const area = `DataTime=${formatStamp(time)};w01018-Avg=30,w01018-Flag=N`;
      run.send({ cn: "2051", area, sentAt: time + 10 * minuteMs + 1_000 });
    };
    for (const at of [0, 1, 2, 3]) minute(at);
    const ask = { id: "r", site: "S", protocol: "hj212", command: "1064", origin: "set-up", reason: "" } as const;
    const request = { ...ask, settings: { MinInterval: "10" }, validUntil: begin + 9 * hourMs };
    run.command({ type: "device.request", requests: [request] });
    run.command({
      type: "device.progress",
      progress: [{ id: "r", state: "done", attempts: 1, detail: "", answer: null }],
    });
    for (const at of [10, 20, 40]) minute(at);
    expect(run.output.state.loggerGaps.get("S minute")).toMatchObject({ stepMs: 10 * minuteMs, stepFrom: "told" });
    expect(run.spans("minute")).toEqual([[0.5, 40 / 60]]);
  });

  it("survive a restart, and are closed by what comes late", () => {
    const run = start();
    run.hour(0);
    run.hour(4);
    run.restart();
    run.hour(2, { sentAt: begin + 9 * hourMs });
    expect(run.spans("hour")).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("data with a wrong password close none, until they are taken all the same", () => {
    const run = start();
    run.hour(0);
    run.hour(2);
    const area = `DataTime=${formatStamp(begin + hourMs)};w01018-Avg=30,w01018-Flag=N`;
    const text = packet({ cn: "2061", area, sentAt: begin + 5 * hourMs });
    run.frame(begin + 5 * hourMs, text, "S", channels.hj212Doubtful);
    expect(run.spans("hour")).toEqual([[1, 2]]);
    const before = run.output.state.quarantine.at(-1)?.frame;
    if (before === undefined) throw new Error("nothing was refused");
    const payload = Buffer.from(text).toString("base64");
    const again = { seq: 4, site: "S", receivedAt: begin + 5 * hourMs, payload, before };
    run.command({ type: "frames.reprocess", reason: "its password had changed", asOf: 4, frames: [again] });
    expect(run.spans("hour")).toEqual([]);
  });
});

describe("cards put together", () => {
  it("give the same in one piece and in several", () => {
    const whole = start();
    const pieces = start();
    const sum = createLoggerDay(day, "S");
    for (const number of [0, 1, 4, 2, 6]) {
      for (const run of [whole, pieces]) {
        run.hour(number);
        run.send({ cn: "2011", area: realtime, sentAt: begin + number * hourMs }, number * 17_000);
      }
      addLoggerDay(sum, pieces.card() ?? createLoggerDay(day, "S"));
      pieces.output.state.loggerDays.clear();
    }
    expect(sum).toEqual(whole.card());
  });
});

// A simulated logger and a centre without a socket between them: what it says of itself, what it keeps, and how it comes back.

import { describe, expect, it } from "vitest";
import { formatStamp, type Message, parseStamp, readContent } from "#domain/hj212/hj212.ts";
import { stageLogger as stage, stageStartMs as startMs } from "#test/harness/simulated-logger.ts";

const minuteMs = 60_000;
/** Days of a logger's life, on a machine that may be busy. */
const patient = { timeout: 30_000 };

function dataTimes(messages: readonly Message[]): (number | null)[] {
  return messages.map((message) => readContent(message).dataTime);
}

describe("a logger at work", () => {
  it("tells its start, then real-time data every interval, and minute data when their interval is over", () => {
    const { centre, run, counts, device } = stage();
    centre.up();
    run(25 * minuteMs);
    expect(centre.messages[0]?.cn).toBe("2081");
    expect(centre.of("2081")).toHaveLength(1);
    expect(centre.of("2011")).toHaveLength(50);
    const starts = [0, 10, 20].map((minute) => Date.UTC(2026, 10, 22, 0, minute));
    expect(dataTimes(centre.of("2051"))).toEqual(starts);
    const codes = new Set(readContent(centre.of("2011")[0] ?? fail()).readings.map(({ factor }) => factor));
    expect([...codes].toSorted()).toEqual([...device.site.factors].toSorted());
    expect(centre.of("2021").length).toBeGreaterThanOrEqual(4);
    expect(counts.acked).toBe(counts.sent);
    expect(counts).toMatchObject({ resent: 0, realtimeLost: 0, unanswered: 0, unreadable: 0 });
    expect(centre.faults).toEqual([]);
  });

  it(
    "reports the hour from its minutes and the day from its hours, and the run hours of its facilities",
    patient,
    () => {
      const { centre, run, counts } = stage();
      centre.up();
      run(17 * 60 * minuteMs);
      expect(dataTimes(centre.of("2061"))).toHaveLength(17);
      const [day] = centre.of("2031");
      const [hours] = centre.of("2041");
      expect(readContent(day ?? fail()).dataTime).toBe(Date.UTC(2026, 10, 21, 16));
      const cod = readContent(day ?? fail()).readings.find(({ factor }) => factor === "w01018");
      const minutes = centre
        .of("2051")
        .filter((message) => (readContent(message).dataTime ?? 0) < Date.UTC(2026, 10, 22, 16));
      const of = (message: Message, factor: string) =>
        readContent(message).readings.find((reading) => reading.factor === factor);
      const volume = minutes.reduce((sum, message) => sum + (of(message, "w00000")?.total ?? 0), 0);
      const mass = minutes.reduce((sum, message) => sum + (of(message, "w01018")?.total ?? 0), 0);
      expect(cod?.total).toBeCloseTo(mass, 0);
      expect(cod?.value).toBeCloseTo((mass * 1000) / volume, 1);
      expect(cod?.min).toBeLessThan(cod?.value ?? 0);
      const [state] = readContent(hours ?? fail()).facilities;
      expect(state?.runHours).toBeGreaterThan(8);
      expect(state?.runHours).toBeLessThanOrEqual(16);
      expect(counts.records).toBe(counts.delivered);
    },
  );

  it("splits what is longer than a packet, each part a packet with its own number and the DataTime", () => {
    const { centre, run } = stage({ kind: "gas" });
    centre.up();
    run(25 * minuteMs);
    const parts = centre.of("2051");
    expect(parts.length).toBeGreaterThan(2);
    const [one, two] = parts.filter(({ packet }) => packet !== null);
    expect(one?.packet).toEqual({ number: 1, count: 2 });
    expect(two?.packet).toEqual({ number: 2, count: 2 });
    expect(one?.qn).not.toBe(two?.qn);
    expect(readContent(one ?? fail()).dataTime).toBe(readContent(two ?? fail()).dataTime);
    const reading = readContent(one ?? fail()).readings.find(({ converted }) => converted !== null);
    expect(reading?.convertedMin).toBeLessThanOrEqual(reading?.converted ?? 0);
  });

  it("carries the flags of a scenario into its real-time data and its means", () => {
    const { centre, run } = stage({ episode: { kind: "maintenance" } });
    centre.up();
    run(15 * minuteMs);
    for (const cn of ["2011", "2051"])
      expect(readContent(centre.of(cn)[0] ?? fail()).readings.every(({ flag }) => flag === "M")).toBe(true);
  });

  it("of 2025 sends heartbeats and says so in its Flag; of 2017 it does not", () => {
    const newer = stage({ edition: "2025" });
    newer.centre.up();
    newer.run(12 * minuteMs);
    expect(newer.centre.of("9015").length).toBeGreaterThanOrEqual(2);
    expect(newer.centre.messages.every(({ flag }) => flag?.version === 2)).toBe(true);
    const older = stage();
    older.centre.up();
    older.run(12 * minuteMs);
    expect(older.centre.of("9015")).toEqual([]);
    expect(older.centre.messages.every(({ flag }) => flag?.version === 1)).toBe(true);
  });
});

describe("a logger that is not answered", () => {
  it("sends the same bytes three times more, ten seconds apart, and then looks for another line", () => {
    const { centre, counts, logger } = stage();
    centre.isAnswering = false;
    centre.up();
    centre.pass(60_000);
    expect(centre.writes).toHaveLength(4);
    expect(new Set(centre.writes.map((bytes) => Buffer.from(bytes).toString("latin1"))).size).toBe(1);
    expect(centre.hangUps).toBe(1);
    expect(counts).toMatchObject({ resent: 3, unanswered: 1 });
    expect(logger.pending).toBe(0);
  });

  it("says its start again on the next line", () => {
    const { centre } = stage();
    centre.isAnswering = false;
    centre.up();
    centre.pass(60_000);
    centre.isAnswering = true;
    centre.up();
    centre.pass(1_000);
    expect(centre.of("2081").length).toBe(5);
    centre.down();
    centre.up();
    expect(centre.of("2081").length).toBe(5);
  });

  it("keeps reports over an outage and sends them oldest first, marked in 2025, among live data; real-time data never comes later", () => {
    for (const edition of ["2017", "2025"] as const) {
      const { centre, run, counts, logger } = stage({ edition });
      centre.up();
      run(5 * minuteMs);
      const before = centre.of("2011").length;
      centre.down();
      run(60 * minuteMs);
      expect(logger.pending).toBe(7);
      centre.up();
      run(2 * minuteMs);
      const late = centre.messages.filter(({ cn }) => ["2051", "2061"].includes(cn)).slice(1);
      const times = dataTimes(late).map(Number);
      expect(late).toHaveLength(7);
      // The hour is over with its last minutes, and comes right behind them.
      expect(times.filter((_, i) => late[i]?.cn === "2051")).toEqual(
        times.filter((_, i) => late[i]?.cn === "2051").toSorted((a, b) => a - b),
      );
      expect(late.map(({ backfill }) => backfill)).toEqual(late.map(() => edition === "2025"));
      expect(new Set(late.map(({ qn }) => qn?.slice(0, 10))).size).toBe(1);
      const outage = [startMs + 5 * minuteMs, startMs + 65 * minuteMs] as const;
      const inOutage = dataTimes(centre.of("2011")).filter(
        (time) => Number(time) > outage[0] && Number(time) < outage[1],
      );
      expect(inOutage).toEqual([]);
      expect(centre.of("2011").length).toBe(before + 4);
      expect(counts).toMatchObject({ late: 7, records: 8, delivered: 8, dropped: 0 });
      expect(counts.realtimeLost).toBe(120);
    }
  });

  it("gives up its oldest report when its memory is full, and counts it", patient, () => {
    const { run, counts, logger } = stage();
    run(60 * 60 * minuteMs);
    expect(counts.records).toBeGreaterThan(288 + 60);
    expect(counts.dropped).toBe(counts.records - logger.pending);
    expect(counts.dropped).toBeGreaterThan(50);
  });

  it("brings the past of a run as late reports, and real-time data only from now on", () => {
    const { centre, run, counts } = stage({ edition: "2025", liveFromMs: startMs + 30 * minuteMs });
    centre.up();
    run(29 * minuteMs);
    expect(centre.of("2011")).toEqual([]);
    expect(centre.of("2051").map(({ backfill }) => backfill)).toEqual([true, true, true]);
    run(5 * minuteMs);
    expect(centre.of("2011").length).toBeGreaterThan(5);
    expect(counts.late).toBe(3);
    expect(counts.delivered).toBe(4);
  });
});

describe("the clock of a logger", () => {
  it("is wrong in everything it says until the centre sets it", () => {
    const { centre, run, counts } = stage({ clockOffMs: 400_000 });
    centre.up();
    run(2 * minuteMs);
    const [wrong] = centre.of("2011");
    expect(Number(parseStamp(wrong?.qn ?? "", true)) - startMs).toBeGreaterThan(400_000);
    const qn = centre.ask("1012", { SystemTime: formatStamp(centre.nowMs) });
    run(minuteMs);
    expect(centre.messages.filter((message) => message.qn === qn).map(({ cn }) => cn)).toEqual(["9011", "9012"]);
    const right = centre.of("2011").at(-1);
    expect(Math.abs(Number(parseStamp(right?.qn ?? "", true)) - centre.nowMs)).toBeLessThan(31_000);
    expect(Math.abs(Number(readContent(right ?? fail()).dataTime) - centre.nowMs)).toBeLessThan(31_000);
    expect(counts.clocksSet).toBe(1);
  });

  it("is asked for by loggers that do so, and the notice is answered", () => {
    const { centre, run, counts } = stage({ asksTime: true });
    centre.up();
    run(2 * minuteMs);
    expect(centre.of("1013")).toHaveLength(1);
    expect(counts.acked).toBe(counts.sent);
  });

  it("that is set back reports no interval twice", () => {
    const { centre, run } = stage({ clockOffMs: 400_000 });
    centre.up();
    run(5 * minuteMs);
    centre.ask("1012", { SystemTime: formatStamp(centre.nowMs) });
    run(30 * minuteMs);
    const times = dataTimes(centre.of("2051"));
    expect(new Set(times).size).toBe(times.length);
    expect(times.length).toBeGreaterThanOrEqual(3);
  });
});

describe("a bad habit", () => {
  it("of a wrong version claims the edition of 2005", () => {
    const { centre, run } = stage({ habit: "wrong-version" });
    centre.up();
    run(minuteMs);
    expect(centre.messages.every(({ flag }) => flag?.version === 0)).toBe(true);
  });

  it("of a noisy line hurts a packet now and then, and the same packet follows whole", () => {
    const { centre, run, counts } = stage({ habit: "noisy-line" });
    centre.up();
    run(30 * minuteMs);
    expect(centre.faults.length).toBeGreaterThan(2);
    expect(centre.faults.every((fault) => fault.kind === "refused")).toBe(true);
    expect(counts.resent).toBeGreaterThan(2);
    expect(counts.acked).toBeGreaterThanOrEqual(counts.sent - 1);
    expect(centre.hangUps).toBe(0);
  });

  it("of lower case and of a lone line feed is still understood", () => {
    const lower = stage({ habit: "lower-case-checksum" });
    lower.centre.up();
    lower.run(10 * minuteMs);
    const texts = lower.centre.writes.map((bytes) => Buffer.from(bytes).toString("latin1").slice(-6));
    expect(texts.some((text) => /[a-f]/.test(text)) && texts.every((text) => !/[A-F]/.test(text))).toBe(true);
    expect(lower.counts.acked).toBe(lower.counts.sent);
    const feed = stage({ habit: "line-feed-only" });
    feed.centre.up();
    feed.run(2 * minuteMs);
    expect(feed.centre.writes.every((bytes) => bytes.at(-1) === 0x0a && bytes.at(-2) !== 0x0d)).toBe(true);
    expect(feed.counts.acked).toBe(feed.counts.sent);
  });

  it("of gluing puts two packets into one piece", () => {
    const { centre, run } = stage({ habit: "glued" });
    centre.up();
    run(2 * minuteMs);
    const glued = centre.writes.filter((bytes) => Buffer.from(bytes).toString("latin1").split("##").length === 3);
    expect(glued.length).toBe(centre.of("2011").length);
    expect(centre.faults).toEqual([]);
  });

  it("of forgetting leaves out one minute report of an hour, and has it when it is asked for", () => {
    const { centre, run, counts } = stage({ habit: "forgetful" });
    centre.up();
    run(3 * 60 * minuteMs);
    const sent = new Set(dataTimes(centre.of("2051")));
    const all = Array.from({ length: 19 }, (_, i) => Date.UTC(2026, 10, 22) + i * 10 * minuteMs);
    const missing = all.filter((time) => !sent.has(time) && time + 10 * minuteMs < centre.nowMs - minuteMs);
    expect(missing.length).toBeGreaterThanOrEqual(2);
    expect(counts.forgotten).toBeGreaterThanOrEqual(missing.length);
    const [gap = 0] = missing;
    centre.ask("2051", { BeginTime: formatStamp(gap), EndTime: formatStamp(gap) });
    centre.pass(2_000);
    expect(dataTimes(centre.of("2051")).at(-1)).toBe(gap);
  });

  it("of being early sends a report two minutes before its end", () => {
    const { centre, run } = stage({ habit: "early" });
    centre.up();
    run(11 * minuteMs);
    const [, report] = centre.of("2051");
    const sentAt = Number(parseStamp(report?.qn ?? "", true));
    const endsAt = Number(readContent(report ?? fail()).dataTime) + 10 * minuteMs;
    expect(endsAt - sentAt).toBeGreaterThan(110_000);
    expect(endsAt - sentAt).toBeLessThanOrEqual(120_000);
  });
});

function fail(): never {
  throw new Error("there is no such message");
}

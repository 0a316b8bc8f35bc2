// The pipeline entry by entry, with receive times of our own: what comes out for history, for state and for screens.

import { describe, expect, it } from "vitest";
import type { CommandEnvelope } from "#domain/command.ts";
import { channels, doors, entryKinds, type Entry } from "#domain/frame.ts";
import { bounds } from "#domain/bounds.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import { createOutput, type Output } from "./output.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";

const begin = Date.UTC(2026, 10, 22, 8);
const encoder = new TextEncoder();

/** A pipeline with one site, fed entry by entry. */
function startPipeline() {
  let pipeline: Pipeline = createPipeline();
  let output: Output = createOutput();
  let seq = 0;
  function feed(entry: Pick<Entry, "kind" | "receivedAt" | "source" | "payload"> & Partial<Entry>): void {
    const place = { door: doors.mqtt, channel: channels.readings, promised: true };
    pipeline.process({ ...place, ...entry, seq: ++seq }, output);
  }
  const run = {
    get pipeline() {
      return pipeline;
    },
    /** What came out since the last time. */
    take(): Output {
      const taken = output;
      output = createOutput();
      return taken;
    },
    command(command: CommandEnvelope["command"], receivedAt = begin): void {
      const payload = encoder.encode(JSON.stringify({ id: `c${seq}`, actor: "admin", command }));
      feed({ kind: entryKinds.command, receivedAt, source: "admin", payload });
    },
    send(receivedAt: number, time: number, value: number, rest: Partial<Entry> = {}): void {
      const payload = encoder.encode(JSON.stringify({ time, values: { w01018: value } }));
      feed({ kind: entryKinds.frame, receivedAt, source: "S", payload, ...rest });
    },
    tick: (receivedAt: number) => feed({ kind: entryKinds.tick, receivedAt, source: "", payload: new Uint8Array(0) }),
    restart(): void {
      const saved = pipeline.save();
      const registry = { ...saved.registry, sites: [...saved.registry.sites] };
      pipeline = createPipeline(structuredClone({ ...saved, registry }));
    },
  };
  run.command({
    type: "sites.put",
    sites: [
      {
        id: "S",
        name: "S",
        kind: "water-outfall",
        city: "130200",
        enterprise: null,
        lat: null,
        lon: null,
        factors: ["w01018"],
        intervalSeconds: 60,
        standard: null,
        mn: null,
        simulated: false,
      },
    ],
  });
  return run;
}

function putLimit(run: ReturnType<typeof startPipeline>, max: number, basis: "realtime" | "hour" = "realtime"): void {
  const limit = {
    id: `S:w01018:${basis}:site:0`,
    site: "S",
    factor: "w01018",
    max,
    min: null,
    basis,
    from: 0,
    to: null,
    reason: "permit",
    by: "admin",
    source: "site",
  };
  run.command({ type: "limits.put", limits: [limit] });
}

/** Tier and value of the means that came out. */
function meansOf({ history }: Output): [string, number][] {
  return history.means.tier.map((tier, i) => [tier, history.means.mean[history.means.valuesFrom[i] ?? 0] ?? 0]);
}

const afterMinute = begin + minuteMs + bounds.windowGraceMs["1m"];

describe("the pipeline", () => {
  it("keeps what was sent beside a value behind the values of its point, and leaves out what is impossible", () => {
    const run = startPipeline();
    const values = { w01018: { value: 30, min: 20, max: -1e9, total: 2.5 }, w01001: 7 };
    const payload = encoder.encode(JSON.stringify({ time: begin, kind: "hour", values }));
    run.send(begin, begin, 0, { payload });
    const { readings } = run.take().history;
    expect(readings.factor).toEqual(["w01018", "w01001", "w01018:min", "w01018:total"]);
    expect(readings.value).toEqual([30, 7, 20, 2.5]);
    expect(run.pipeline.totals).toMatchObject({ readingsReceived: 2, readingsStored: 2 });
    run.send(begin, begin, 0, { payload });
    expect(run.take().history.readings.factor).toEqual([]);
  });

  it("writes the mean of a minute once, when it is over", () => {
    const run = startPipeline();
    run.send(begin, begin, 10);
    run.send(begin + 1_000, begin + 1_000, 20);
    expect(meansOf(run.take())).toEqual([]);
    run.tick(afterMinute);
    expect(meansOf(run.take())).toEqual([["1m", 15]]);
    run.tick(afterMinute + minuteMs);
    expect(meansOf(run.take())).toEqual([]);
    expect(run.pipeline.windowsDue).toBe(0);
  });

  it.each([false, true])("a revision changes the mean of its window, open or closed (restart: %s)", (restart) => {
    const run = startPipeline();
    run.send(begin, begin, 10);
    run.send(begin + 2_000, begin + 1_000, 20);
    run.send(begin + 3_000, begin + 1_000, 40);
    if (restart) run.restart();
    run.tick(afterMinute);
    // What was the largest value may not be it any more: nobody writes a wrong mean.
    expect(meansOf(run.take())).toEqual([]);
    const taken = run.pipeline.takeReopened(10, () => 10);
    expect(taken).toEqual([{ site: "S", tier: "1m", from: begin / minuteMs, to: begin / minuteMs }]);
    run.pipeline.formedAgain(taken, true);
    run.send(afterMinute, begin + minuteMs, 7);
    run.send(afterMinute + 1, begin + minuteMs, 8);
    run.tick(afterMinute + minuteMs);
    expect(meansOf(run.take())).toEqual([["1m", 8]]);
    run.send(afterMinute + minuteMs + 2, begin + minuteMs, 9);
    if (restart) run.restart();
    run.tick(afterMinute + 2 * minuteMs + 1);
    expect(meansOf(run.take())).toEqual([["1m", 9]]);
    expect(run.pipeline.windowsWaiting).toBe(0);
  });

  it.each([false, true])("late readings re-open their windows by the windows' own sums (restart: %s)", (restart) => {
    const run = startPipeline();
    run.send(begin, begin, 10);
    run.tick(begin + 3 * hourMs);
    run.take();
    if (restart) run.restart();
    run.send(begin + 3 * hourMs + 1, begin + 1_000, 20);
    run.send(begin + 3 * hourMs + 2, begin + 5 * minuteMs, 30);
    expect(meansOf(run.take())).toEqual([]);
    if (restart) run.restart();
    run.tick(begin + 3 * hourMs + 2 * minuteMs);
    // Nothing is known any more of the first minute but that there was something; the hour is kept.
    expect(meansOf(run.take()).sort()).toEqual([
      ["1h", 20],
      ["1m", 30],
    ]);
    expect([...run.pipeline.takeReopened(10, () => 10)]).toMatchObject([{ tier: "1m", from: begin / minuteMs }]);
  });

  it("a gap that is filled days later needs no history, however the readings come", () => {
    const run = startPipeline();
    const dayLater = begin + 40 * 24 * hourMs;
    run.tick(begin);
    run.send(dayLater, dayLater, 1);
    for (let i = 0; i < 120; i++) run.send(dayLater + i, begin + i * 30_000, i);
    run.tick(dayLater + 2 * minuteMs);
    const formed = meansOf(run.take()).filter(([, mean]) => mean !== 1);
    expect(formed.filter(([tier]) => tier === "1m")).toHaveLength(60);
    expect(formed.filter(([tier]) => tier !== "1m").sort()).toEqual([
      ["1d", 59.5],
      ["1h", 59.5],
    ]);
    expect(run.pipeline.windowsDue).toBe(0);
  });

  it("an hour formed again by late readings neither raises an alarm nor takes one back, however much of it is there", () => {
    const run = startPipeline();
    putLimit(run, 50, "hour");
    run.send(begin, begin, 40);
    run.send(begin + hourMs, begin + hourMs, 60);
    run.tick(begin + 2 * hourMs + 2 * minuteMs);
    expect(run.take().state.transitions).toMatchObject([{ to: "unack-active", value: 60, eventTime: begin + hourMs }]);
    // The newest hour, brought down; then the one before, brought up.
    run.send(begin + 2 * hourMs + 6 * minuteMs, begin + hourMs + 1_000, 10);
    run.send(begin + 2 * hourMs + 7 * minuteMs, begin + 1_000, 99);
    run.tick(begin + 2 * hourMs + 8 * minuteMs);
    const { history, state } = run.take();
    expect(history.means.mean).toEqual(expect.arrayContaining([35, 69.5]));
    expect(state.transitions).toEqual([]);
  });

  it("an hour that was empty when it closed is not judged by the first of its late readings", () => {
    const run = startPipeline();
    putLimit(run, 50, "hour");
    run.send(begin, begin, 40);
    run.tick(begin + 2 * hourMs + 2 * minuteMs);
    run.take();
    run.send(begin + 2 * hourMs + 6 * minuteMs, begin + hourMs + 1_000, 99);
    run.tick(begin + 2 * hourMs + 8 * minuteMs);
    // So late that it is told by the round of the next hour, and still not judged.
    run.send(begin + 3 * hourMs + minuteMs - 500, begin + hourMs + 2_000, 98);
    run.tick(begin + 3 * hourMs + 2 * minuteMs);
    expect(run.take().state.transitions).toEqual([]);
  });

  it("every revision says what counted before", () => {
    const run = startPipeline();
    run.send(begin, begin, 10);
    run.send(begin + 1_000, begin, 12);
    expect(run.take().state.revisions).toEqual([
      {
        seq: 3,
        site: "S",
        factor: "w01018",
        kind: "realtime",
        time: begin,
        value: 12,
        flag: "N",
        receivedAt: begin + 1_000,
        before: 10,
        beforeFlag: "N",
      },
    ]);
  });

  it("a window taken into work and not formed waits again, also for the next start", () => {
    const run = startPipeline();
    run.send(begin, begin, 10);
    run.send(begin + 1_000, begin + 1_000, 20);
    run.send(begin + 2_000, begin + 1_000, 40);
    run.tick(afterMinute);
    const taken = run.pipeline.takeReopened(10, () => 10);
    expect([run.pipeline.windowsWaiting, run.pipeline.windowsDue]).toEqual([0, 1]);
    run.restart();
    expect(run.pipeline.windowsWaiting).toBe(1);
    run.pipeline.formedAgain(taken, true);
    expect(run.pipeline.takeReopened(10, () => 10)).toHaveLength(1);
  });

  it("tells screens every transition of an alarm, also when several come in one step", () => {
    const run = startPipeline();
    putLimit(run, 50);
    run.take();
    for (const [i, value] of [60, 10, 70].entries()) run.send(begin + i, begin + i, value);
    const { live, state } = run.take();
    expect(live.alarms.map(({ version, state: label }) => [version, label])).toEqual([
      [1, "unack-active"],
      [2, "rtn-unack"],
      [3, "unack-active"],
    ]);
    expect(state.transitions).toHaveLength(3);
    expect(state.alarms.size).toBe(1);
  });

  it("a changed limit is compared with the newest value at once", () => {
    const run = startPipeline();
    run.send(begin, begin, 45);
    putLimit(run, 40);
    const { state } = run.take();
    expect(state.transitions).toMatchObject([{ to: "unack-active", cause: "config", value: 45, limit: 40 }]);
    putLimit(run, 50);
    expect(run.take().state.transitions).toMatchObject([{ to: "rtn-unack", cause: "config" }]);
  });

  it("an hour over its limit raises an alarm when it is closed", () => {
    const run = startPipeline();
    putLimit(run, 50, "hour");
    run.send(begin, begin, 60);
    run.send(begin + minuteMs, begin + minuteMs, 50);
    expect(run.take().state.transitions).toEqual([]);
    run.tick(begin + hourMs + 2 * minuteMs);
    expect(run.take().state.transitions).toMatchObject([
      { to: "unack-active", value: 55, limit: 50, eventTime: begin },
    ]);
  });

  it("a flagged reading is stored and counted and moves no alarm", () => {
    const run = startPipeline();
    putLimit(run, 50);
    const payload = encoder.encode(JSON.stringify({ time: begin, values: { w01018: { value: 99, flag: "C" } } }));
    run.send(begin, begin, 0, { payload });
    const { state, history } = run.take();
    expect(state.transitions).toEqual([]);
    expect(history.readings.value).toEqual([99]);
  });

  it("a reading late by more than ten minutes is stored and raises no alarm", () => {
    const run = startPipeline();
    putLimit(run, 50);
    run.send(begin + bounds.lateMsNoted + 1_000, begin, 99);
    expect(run.take().state.transitions).toEqual([]);
  });

  it("every frame is booked as exactly one of stored, quarantined, duplicate", () => {
    const run = startPipeline();
    run.send(begin, begin, 1);
    run.send(begin, begin, 1);
    run.send(begin, 0, 1);
    run.send(begin, begin, 1, { source: "nobody" });
    run.send(begin, begin, 1, { channel: channels.status });
    run.send(begin, begin, 1, { channel: channels.sparkplug });
    run.send(begin, begin + 1, 2, { promised: false });
    const { framesStored, framesDuplicate, framesQuarantined, framesUnpromised } = run.pipeline.totals;
    expect([framesStored, framesDuplicate, framesQuarantined, framesUnpromised]).toEqual([3, 1, 3, 1]);
    expect(run.pipeline.frames).toBe(7);
    const { readingsReceived, readingsStored, readingsDuplicate, readingsQuarantined } = run.pipeline.totals;
    expect(readingsReceived).toBe(readingsStored + readingsDuplicate + readingsQuarantined);
  });

  it("an order that ingest did not survive is left out, and whoever gave it is told", () => {
    const output = createOutput();
    const payload = encoder.encode(JSON.stringify({ id: "c1", actor: "admin", command: { type: "no such order" } }));
    const place = { door: doors.none, channel: channels.none, promised: false, source: "admin", receivedAt: begin };
    createPipeline(undefined, new Set([1])).process({ ...place, kind: entryKinds.command, seq: 1, payload }, output);
    expect(output.state.outcomes).toMatchObject([{ id: "c1", ok: false, code: "invalid", seq: 1 }]);
  });

  it("acknowledging an alarm that is not there is refused, and said to whoever asked", () => {
    const run = startPipeline();
    run.take();
    run.command({ type: "alarm.ack", alarm: "nothing", expectedVersion: 1, comment: null });
    const { state } = run.take();
    expect(state.outcomes).toMatchObject([{ ok: false, code: "not-found" }]);
    expect(state.audit).toMatchObject([
      { action: "alarm.ack", object: "nothing", outcome: "not-found", actor: "admin" },
    ]);
  });
});

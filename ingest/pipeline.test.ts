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
      pipeline = createPipeline(structuredClone(pipeline.save()));
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

  it.each([false, true])(
    "a revision in an open window lets its mean be formed from history once it is over, and no wrong one be written before (restart: %s)",
    (restart) => {
      const run = startPipeline();
      run.send(begin, begin, 10);
      run.send(begin + 1_000, begin + 1_000, 20);
      run.send(begin + 2_000, begin + 1_000, 40);
      expect(run.pipeline.windowsDue).toBe(0);
      if (restart) run.restart();
      run.tick(afterMinute);
      expect(meansOf(run.take())).toEqual([]);
      expect(run.pipeline.takeReopened(10)).toEqual([
        { site: "S", factor: "w01018", tier: "1m", number: begin / minuteMs },
      ]);
      run.tick(begin + hourMs + 2 * minuteMs);
      expect(run.pipeline.takeReopened(10)).toMatchObject([{ tier: "1h", number: begin / hourMs }]);
    },
  );

  it("late data of a closed window lets it be formed again at once; what is still open takes it as any other", () => {
    const run = startPipeline();
    run.tick(begin);
    run.send(begin + 5 * minuteMs, begin, 10);
    expect(run.pipeline.takeReopened(10)).toMatchObject([{ tier: "1m", number: begin / minuteMs }]);
    run.tick(begin + hourMs + 2 * minuteMs);
    expect(meansOf(run.take())).toEqual([["1h", 10]]);
  });

  it("a window taken into work and not formed waits again, also for the next start", () => {
    const run = startPipeline();
    run.tick(begin);
    run.send(begin + 5 * minuteMs, begin, 10);
    const taken = run.pipeline.takeReopened(10);
    expect([run.pipeline.reopened.size, run.pipeline.windowsDue]).toEqual([0, 1]);
    run.restart();
    expect(run.pipeline.reopened.size).toBe(1);
    run.pipeline.formedAgain(taken, true);
    expect(run.pipeline.takeReopened(10)).toHaveLength(1);
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

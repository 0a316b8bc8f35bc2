// Means of devices beside ours, through the pipeline: compared whichever comes last, and again when one is formed again.

import { describe, expect, it } from "vitest";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { bounds } from "#domain/bounds.ts";
import type { FieldMeanFinding } from "#domain/field-mean.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import { createOutput } from "../output.ts";
import { createPipeline } from "../pipeline.ts";

/** 08:00 of 22 November in UTC+8. */
const begin = Date.UTC(2026, 10, 22);
const encoder = new TextEncoder();

function start(factor = "w01018") {
  let pipeline = createPipeline();
  const output = createOutput();
  let seq = 0;
  const place = { door: doors.mqtt, channel: channels.readings, promised: true };
  const run = {
    output,
    feed: (kind: 1 | 2 | 3, receivedAt: number, source: string, json: unknown): void =>
      pipeline.process(
        { ...place, kind, receivedAt, source, payload: encoder.encode(JSON.stringify(json)), seq: ++seq },
        output,
      ),
    tick: (receivedAt: number): void => run.feed(entryKinds.tick, receivedAt, "", null),
    read: (time: number, value: number, receivedAt = time): void =>
      run.feed(entryKinds.frame, receivedAt, "S", { time, values: { [factor]: value } }),
    /** A reading every minute of this hour. */
    fill(number: number, value: number, minutes = 60): void {
      for (let i = 0; i < minutes; i++) run.read(begin + number * hourMs + i * minuteMs, value);
    },
    theirs: (number: number, value: number | object, receivedAt = begin + (number + 1) * hourMs + 2_000): void =>
      run.feed(entryKinds.frame, receivedAt, "S", {
        time: begin + number * hourMs,
        kind: "hour",
        values: { [factor]: value },
      }),
    close: (number: number): void => run.tick(begin + (number + 1) * hourMs + bounds.windowGraceMs["1h"] + 1_000),
    restart(): void {
      const saved = pipeline.save();
      pipeline = createPipeline(
        structuredClone({ ...saved, registry: { ...saved.registry, sites: [...saved.registry.sites] } }),
      );
    },
    finding: (number = 0): FieldMeanFinding | undefined =>
      output.state.findings.get(`S ${factor} hour ${begin + number * hourMs}`),
    counts: () => {
      const { meansCompared = 0, meansOff = 0 } = output.state.loggerDays.get("2026-11-22 S") ?? {};
      return [meansCompared, meansOff];
    },
  };
  const site = { id: "S", name: "S", kind: "water-outfall", city: "130200", enterprise: null, lat: null, lon: null };
  const rest = { factors: [factor], intervalSeconds: 60, standard: null, mn: null, simulated: false };
  const command = { type: "sites.put", sites: [{ ...site, ...rest }] };
  run.feed(entryKinds.command, begin, "admin", { id: "c", actor: "admin", command });
  return run;
}

describe("a mean of a device", () => {
  it("that is near ours is compared and raises nothing", () => {
    const run = start();
    run.fill(0, 40);
    run.theirs(0, 43);
    expect(run.counts()).toEqual([0, 0]);
    run.close(0);
    expect(run.counts()).toEqual([1, 0]);
    expect(run.output.state.findings.size).toBe(0);
  });

  it("that is far from ours is a finding with both numbers and the tolerance of its class", () => {
    const run = start();
    run.fill(0, 40);
    run.theirs(0, 50);
    run.restart();
    run.close(0);
    expect(run.finding()).toMatchObject({
      ours: 40,
      theirs: 50,
      difference: 10,
      tolerance: 5,
      class: "water-concentration",
      valid: 60,
      status: "open",
      version: 1,
    });
    expect(run.counts()).toEqual([1, 1]);
  });

  it("that comes after our hour was closed is compared at once", () => {
    const run = start();
    run.fill(0, 40);
    run.close(0);
    run.theirs(0, 30, begin + 5 * hourMs);
    expect(run.finding()).toMatchObject({ ours: 40, theirs: 30, difference: -10, status: "open" });
  });

  it("is compared again when late readings form our mean again, and the finding is superseded", () => {
    const run = start();
    run.fill(0, 40, 50);
    run.theirs(0, 50);
    run.close(0);
    expect(run.finding()).toMatchObject({ ours: 40, status: "open", version: 1 });
    run.restart();
    for (let i = 50; i < 60; i++) run.read(begin + i * minuteMs, 100, begin + 2 * hourMs + i);
    run.tick(begin + 2 * hourMs + 10_000);
    expect(run.finding()).toMatchObject({ ours: 50, theirs: 50, difference: 0, status: "superseded", version: 2 });
    expect(run.counts()).toEqual([1, 0]);
  });

  it("that is corrected by the device, or flagged, is compared again", () => {
    const run = start();
    run.fill(0, 40);
    run.theirs(0, 60);
    run.close(0);
    run.theirs(0, 70, begin + 2 * hourMs);
    expect(run.finding()).toMatchObject({ theirs: 70, status: "open", version: 2 });
    run.theirs(0, { value: 70, flag: "D" }, begin + 3 * hourMs);
    expect(run.finding()).toMatchObject({ status: "superseded", version: 3 });
    expect(run.counts()).toEqual([1, 0]);
  });

  it("is told once, however often our window is told with the same mean", () => {
    const run = start();
    run.fill(0, 40, 50);
    run.theirs(0, 60);
    run.close(0);
    run.read(begin + 55 * minuteMs, 40, begin + 2 * hourMs);
    run.tick(begin + 2 * hourMs + 10_000);
    expect(run.finding()).toMatchObject({ ours: 40, status: "open", version: 1 });
    run.read(begin + 56 * minuteMs, 41, begin + 3 * hourMs);
    run.tick(begin + 3 * hourMs + 10_000);
    expect(run.finding()).toMatchObject({ status: "open", version: 2, valid: 52 });
  });

  it("is not compared when too few of our readings are there, or our hour is still open", () => {
    const run = start();
    run.fill(0, 40, 44);
    run.theirs(0, 90);
    run.close(0);
    run.fill(2, 40);
    run.theirs(2, 90, begin + 3 * hourMs + 1_000);
    expect(run.output.state.findings.size).toBe(0);
    expect(run.counts()).toEqual([0, 0]);
  });

  it("in decibels is not compared: levels have no arithmetic mean", () => {
    const run = start("LA");
    run.fill(0, 40);
    run.theirs(0, 90);
    run.close(0);
    expect(run.counts()).toEqual([0, 0]);
  });
});

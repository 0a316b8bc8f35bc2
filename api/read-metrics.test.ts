// Proves that the numbers of a Prometheus text are found by name and label, against text that prom-client itself wrote.

import { Counter, Gauge, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { readMetrics } from "./read-metrics.ts";

describe("the numbers of a Prometheus text", () => {
  it("are found by name, summed over labels, and told apart by one of them", async () => {
    const registers = [new Registry()];
    const frames = new Counter({ name: "frames_total", help: "Frames", labelNames: ["door", "kind"], registers });
    frames.inc({ door: "mqtt", kind: "a" }, 5);
    frames.inc({ door: "mqtt", kind: "b" }, 7);
    frames.inc({ door: "http", kind: "a" });
    new Gauge({ name: "frames", help: "Another name that begins alike", registers }).set(2.5e-7);
    const metrics = readMetrics((await registers[0]?.metrics()) ?? "");
    expect(metrics.value("frames_total")).toBe(13);
    expect(metrics.byLabel("frames_total", "door")).toEqual({ mqtt: 12, http: 1 });
    expect(metrics.value("frames")).toBe(2.5e-7);
  });

  it("are null for a name that is not there, not zero", () => {
    const metrics = readMetrics("# HELP lag Lag\nlag NaN\n\nnot a line of it at all\n");
    expect(metrics.value("lag")).toBeNull();
    expect(metrics.value("missing")).toBeNull();
    expect(metrics.byLabel("missing", "door")).toEqual({});
  });
});

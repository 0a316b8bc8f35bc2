// Options and simulated time.

import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.ts";
import { createAgenda, createSimulatedClock } from "./schedule.ts";

describe("the options", () => {
  it("have defaults for everything but the credentials", () => {
    const parsed = parseOptions([], { SIMULATOR_TOKEN: "t" });
    expect(parsed).toMatchObject({
      ok: true,
      options: {
        apiUrl: "http://127.0.0.1:8080",
        brokerHost: "127.0.0.1",
        brokerPort: 1883,
        seed: 7,
        speed: 1,
        scenario: "everyday",
      },
    });
  });

  it("take the broker from the flag before the environment", () => {
    const env = { SIMULATOR_TOKEN: "t", SIMULATOR_BROKER: "10.0.0.1:1884" };
    expect(parseOptions([], env)).toMatchObject({ options: { brokerHost: "10.0.0.1", brokerPort: 1884 } });
    expect(parseOptions(["--broker", "[::1]:1885"], env)).toMatchObject({
      options: { brokerHost: "::1", brokerPort: 1885 },
    });
  });

  it("take the HJ 212 door from the flag before the environment; without one there are no loggers", () => {
    expect(parseOptions([], { SIMULATOR_TOKEN: "t" })).toMatchObject({ options: { hj212: null, loggerShare: 0.4 } });
    const env = { SIMULATOR_TOKEN: "t", SIMULATOR_HJ212: "10.0.0.1:8212" };
    expect(parseOptions(["--logger-share", "0.1"], env)).toMatchObject({
      options: { hj212: { host: "10.0.0.1", port: 8212 }, loggerShare: 0.1, loggerSeconds: 30 },
    });
    expect(parseOptions(["--hj212", "x"], env)).toMatchObject({
      ok: false,
      problems: ["--hj212 x: expected HOST:PORT"],
    });
  });

  it("name every problem at once", () => {
    const parsed = parseOptions(
      ["--speed", "0", "--scenario", "chaos", "--broker", "x", "--sites", "1.5", "--api", "nowhere"],
      {},
    );
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problems).toHaveLength(6);
    expect(parseOptions(["--unheard-of"], {}).ok).toBe(false);
  });
});

describe("simulated time", () => {
  it("starts in the past, runs faster, and never passes the wall", () => {
    const clock = createSimulatedClock(1_000_000, 590_000, 60);
    expect(clock.at(1_000_000)).toBe(410_000);
    expect(clock.at(1_005_000)).toBe(710_000);
    expect(clock.caughtUpAtMs).toBe(1_010_000);
    expect(clock.at(1_010_000)).toBe(1_010_000);
    expect(clock.at(1_020_000)).toBe(1_020_000);
  });

  it("is the wall clock at speed 1", () => {
    const clock = createSimulatedClock(1_000, 590_000, 1);
    expect(clock.at(5_000)).toBe(5_000);
    expect(clock.isCaughtUp(1_000)).toBe(true);
  });
});

describe("the agenda", () => {
  it("hands out what is due in order of time", () => {
    const agenda = createAgenda<string>();
    agenda.add(30, "c");
    agenda.add(10, "a");
    agenda.add(20, "b");
    expect([agenda.takeDue(25), agenda.takeDue(25), agenda.takeDue(25)]).toEqual(["a", "b", undefined]);
    expect(agenda.nextAtMs()).toBe(30);
    expect(agenda.size).toBe(1);
  });
});

// The pure parts of the MQTT door under packets right and wrong, in any chunks. `npm run fuzz -- mqtt` does the same for longer.

import { describe, expect, it } from "vitest";
import { fuzzer, fuzzMqtt } from "#test/fuzz/mqtt.ts";
import { createRandom } from "#test/torture/random.ts";

describe("the checks in front of the broker library", () => {
  it("throw at nothing, hold no more than arrived, let through only what is readable, however it is cut", () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    try {
      const counted = fuzzMqtt(seed, 1_000);
      expect(counted["letThrough"]).toBeGreaterThan(1_000);
      expect(counted["refused"]).toBeGreaterThan(100);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }, 60_000);

  it("would be found out if they let everything through", () => {
    const canary = fuzzer.create({ canary: true });
    const runAll = (): void => {
      for (let at = 0; at < 200; at++) canary.runCase(createRandom(at));
    };
    expect(runAll).toThrow();
  });
});

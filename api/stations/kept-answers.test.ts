// Answers that are kept: fresh ones as they are, older ones at once and made anew behind the caller, too old ones waited for.

import { describe, expect, it } from "vitest";
import { createKeptAnswers } from "./kept-answers.ts";

function setUp() {
  let clock = 0;
  let made = 0;
  let isBroken = false;
  const failures: unknown[] = [];
  const kept = createKeptAnswers({
    now: () => clock,
    make: async (key) => {
      if (isBroken) throw new Error("history does not answer");
      made += 1;
      return `${key} ${made}`;
    },
    freshMs: 3_000,
    keptMs: 60_000,
    onFailed: (error) => failures.push(error),
  });
  return {
    kept,
    failures,
    at: (ms: number) => (clock = ms),
    breakIt: (broken: boolean) => (isBroken = broken),
  };
}

/** Lets what was begun behind the caller's back come to its end. */
const settle = () => new Promise((done) => setImmediate(done));

describe("a kept answer", () => {
  it("is given again while it is fresh", async () => {
    const { kept, at } = setUp();
    expect(await kept.get("air")).toBe("air 1");
    at(2_999);
    expect(await kept.get("air")).toBe("air 1");
  });

  it("is given once more when it is older, and the next caller has a new one", async () => {
    const { kept, at } = setUp();
    await kept.get("air");
    at(3_000);
    expect(await kept.get("air")).toBe("air 1");
    await settle();
    expect(await kept.get("air")).toBe("air 2");
  });

  it("that is too old is not given: the caller waits for a new one", async () => {
    const { kept, at } = setUp();
    await kept.get("air");
    at(60_000);
    expect(await kept.get("air")).toBe("air 2");
  });

  it("stays when it could not be made anew, until it is too old; then the failure is the caller's", async () => {
    const { kept, at, breakIt, failures } = setUp();
    await kept.get("air");
    breakIt(true);
    at(10_000);
    expect(await kept.get("air")).toBe("air 1");
    await settle();
    expect(failures).toHaveLength(1);
    at(70_000);
    await expect(kept.get("air")).rejects.toThrow("history does not answer");
    breakIt(false);
    expect(await kept.get("air")).toBe("air 2");
  });

  it("of one kind is not that of another", async () => {
    const { kept } = setUp();
    expect([await kept.get("air"), await kept.get("noise")]).toEqual(["air 1", "noise 2"]);
  });
});

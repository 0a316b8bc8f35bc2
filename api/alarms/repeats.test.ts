// Repeated requests: the same answer, and the work once.

import { describe, expect, it } from "vitest";
import { Problem } from "../problem.ts";
import { createRepeats } from "./repeats.ts";

function setUp(most?: number) {
  let now = 0;
  let done = 0;
  const repeats = createRepeats(() => now, most);
  const ask = (key: string | null, user = "li", asked = "a", fails?: Problem) =>
    repeats.once({ user, key, asked }, async () => {
      const body = ++done;
      await Promise.resolve();
      if (fails !== undefined) throw fails;
      return { status: 200, body };
    });
  return { repeats, ask, done: () => done, advance: (ms: number) => (now += ms) };
}

describe("a request that comes again", () => {
  it("is done once, also while the first one is under way, for ten minutes", async () => {
    const { ask, done, advance } = setUp();
    const [one, two] = await Promise.all([ask("k"), ask("k")]);
    expect([one, two]).toEqual([
      { status: 200, body: 1 },
      { status: 200, body: 1 },
    ]);
    advance(599_999);
    await ask("k");
    expect(done()).toBe(1);
    advance(1);
    await ask("k");
    expect(done()).toBe(2);
  });

  it("is told apart by person and key, and without a key every one counts", async () => {
    const { ask, done } = setUp();
    await ask("k");
    await ask("k", "wang");
    await ask("other");
    await ask(null);
    await ask(null);
    expect(done()).toBe(5);
  });

  it("under the same key with another content is refused", async () => {
    const { ask, done } = setUp();
    await ask("k");
    await expect(ask("k", "li", "b")).rejects.toMatchObject({ code: "key-reused" });
    await expect(ask("x".repeat(201))).rejects.toMatchObject({ code: "invalid-request" });
    expect(done()).toBe(1);
  });

  it("gets the refusal again, and is done again when nothing was done", async () => {
    const { ask, done } = setUp();
    const fails = async (key: string, problem: Problem) =>
      expect(ask(key, "li", "a", problem)).rejects.toMatchObject({ code: problem.code });
    for (const _ of [1, 2]) await fails("stale", new Problem("stale-version", "x"));
    expect(done()).toBe(1);
    for (const _ of [1, 2]) await fails("late", new Problem("not-applied-yet", "x"));
    expect(done()).toBe(2);
    await fails("down", new Problem("journal-unavailable", "x"));
    await ask("down");
    await fails("early", new Problem("too-many-attempts", "x"));
    await ask("early");
    expect(done()).toBe(6);
  });

  it("past the bound the oldest is forgotten, and counted", async () => {
    const { ask, done, repeats } = setUp(2);
    for (const key of ["a", "b", "c"]) await ask(key);
    expect(repeats.forgotten).toBe(1);
    await ask("c");
    expect(done()).toBe(3);
    await ask("a");
    expect(done()).toBe(4);
  });
});

// Long work: one at a time per person, and a place that is always given back.

import { describe, expect, it } from "vitest";
import { createRunning } from "./running.ts";

async function* count(to: number, fails = false): AsyncGenerator<number> {
  for (let i = 1; i <= to; i++) yield i;
  if (fails) throw new Error("broken");
}
const drain = async (work: AsyncIterable<number>): Promise<number> => {
  let last = 0;
  for await (const each of work) last = each;
  return last;
};

describe("long work", () => {
  it("is one at a time per person, and few in all", async () => {
    const run = createRunning(2);
    const first = run("li", () => count(3));
    await first.next();
    await expect(drain(run("li", () => count(1)))).rejects.toMatchObject({ code: "backtest-running" });
    const second = run("wang", () => count(3));
    await second.next();
    await expect(drain(run("sun", () => count(1)))).rejects.toMatchObject({ code: "backtest-running" });
    expect(await drain(first)).toBe(3);
    expect(await drain(run("sun", () => count(2)))).toBe(2);
  });

  it("gives its place back when it fails and when nobody waits for it any more", async () => {
    const run = createRunning(1);
    await expect(drain(run("li", () => count(1, true)))).rejects.toThrow("broken");
    const left = run("li", () => count(9));
    await left.next();
    await left.return(undefined);
    expect(await drain(run("li", () => count(4)))).toBe(4);
  });
});

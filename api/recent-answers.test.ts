// Answers that are kept for a moment: worked out once, never for long, never when they failed.

import { expect, it } from "vitest";
import { createRecentAnswers } from "./recent-answers.ts";

it("the same question within a moment is worked out once, another one and a later one anew", async () => {
  const recent = createRecentAnswers<number>(5_000, 8);
  let made = 0;
  const make = async (): Promise<number> => ++made;
  expect(await Promise.all([recent.get("a", 0, make), recent.get("a", 4_999, make)])).toEqual([1, 1]);
  expect(await recent.get("b", 0, make)).toBe(2);
  expect(await recent.get("a", 5_000, make)).toBe(3);
  // A clock that was set back keeps nothing alive.
  expect(await recent.get("a", 0, make)).toBe(4);
});

it("only so many answers are kept, the newest ones", async () => {
  const recent = createRecentAnswers<number>(5_000, 2);
  let made = 0;
  const make = async (): Promise<number> => ++made;
  for (const question of ["a", "b", "c"]) await recent.get(question, 0, make);
  expect(await recent.get("c", 0, make)).toBe(3);
  expect(await recent.get("a", 0, make)).toBe(4);
});

it("a failure is told to whoever asked, and not kept", async () => {
  const recent = createRecentAnswers<number>(5_000, 2);
  await expect(recent.get("a", 0, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await recent.get("a", 1, async () => 7)).toBe(7);
});

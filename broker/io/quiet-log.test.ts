// What the bounded log of the door promises.

import { expect, it } from "vitest";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createQuietLog } from "./quiet-log.ts";

it("a flood of refusals writes twenty lines a second, and the next line says how many were left out", () => {
  const log = createSilentLog();
  let at = 5_000;
  const say = createQuietLog(log, () => at);
  for (let i = 0; i < 1_000; i++) say({ i }, "refused");
  expect(log.lines).toHaveLength(20);
  at += 1_000;
  say({ i: 1_000 }, "refused");
  say({ i: 1_001 }, "refused");
  expect(log.lines.slice(20).map(({ object }) => object)).toEqual([{ i: 1_000, leftOut: 980 }, { i: 1_001 }]);
});

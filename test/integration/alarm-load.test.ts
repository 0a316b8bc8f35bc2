// Many alarms at once on the real program, the benchmark "alarms" in small: what stands costs nothing, and every transition is on the
// screens within a second.

import { expect, it } from "vitest";
import { measureAlarms } from "#test/bench/alarms.ts";

it("above 2,000 records and 500 standing alarms, every transition is at /live within a second, and none is missing", async () => {
  const said: string[] = [];
  const load = { records: 2_000, standing: 500, transitionsPerSecond: 40, seconds: 4 };
  const result = await measureAlarms({ ...load, say: (text) => said.push(text) });
  expect(result, said.join("; ")).toMatchObject({ standing: 500, lost: 0, late: 0 });
  expect(result.transitions).toBeGreaterThan(100);
  expect(result.standingAfter).toBeGreaterThanOrEqual(500);
}, 120_000);

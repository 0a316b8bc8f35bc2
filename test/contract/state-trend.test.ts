// Alarms as a course of time: the state store counts them by step, city and priority, and knows when anything changed last.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hourMs } from "#domain/time.ts";
import { createSqliteState, createSqliteStateReader, type SqliteState } from "#store/state/sqlite.ts";
import type { AlarmTrend, StateReader } from "#store/state/state.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { makeAlarm, makeBatch, makeSite } from "./state-rows.ts";

const from = Date.UTC(2026, 10, 21, 1);
const to = from + 24 * hourMs;

let temp: TempDir;
let writer: SqliteState;
let reader: StateReader;
beforeAll(async () => {
  temp = await createTempDir("state-trend");
  const file = join(temp.path, "state.sqlite");
  writer = createSqliteState({ file, log: createSilentLog() });
  await writer.start();
  reader = createSqliteStateReader({ file });
  await reader.start();
});
afterAll(async () => {
  await reader.stop();
  await writer.stop();
  await temp.remove();
});

function sorted({ counts }: AlarmTrend): string[] {
  return counts.map(({ step, city, priority, count }) => `${step} ${city ?? "none"} ${priority}: ${count}`).sort();
}

describe("the alarms of a day", () => {
  it("are none at first, and nothing has changed", async () => {
    expect(await reader.alarmTrend({ from, to, stepMs: hourMs })).toEqual({ counts: [], lastChange: null });
  });

  it("are counted in the hour they began in, by city and priority, those of no registered site too", async () => {
    const alarm = (id: string, site: string, priority: 1 | 2, onset: number) =>
      makeAlarm(id, { site, priority, onset });
    await writer.commit(
      makeBatch(1, {
        sites: [makeSite("T1", { city: "130200" }), makeSite("B1", { city: "130600" })],
        alarms: [
          alarm("before", "T1", 2, from - 1),
          alarm("first", "T1", 2, from),
          alarm("same-hour", "T1", 2, from + hourMs - 1),
          alarm("worse", "T1", 1, from + 5),
          alarm("next-hour", "T1", 2, from + hourMs),
          alarm("elsewhere", "B1", 2, from + hourMs + 7),
          alarm("own", "system", 1, to - 1),
          alarm("after", "B1", 2, to),
        ],
      }),
    );
    const trend = await reader.alarmTrend({ from, to, stepMs: hourMs });
    expect(sorted(trend)).toEqual(["0 130200 1: 1", "0 130200 2: 2", "1 130200 2: 1", "1 130600 2: 1", "23 none 1: 1"]);
  });

  it("have changed last when the newest of their transitions was received", async () => {
    const step = (version: number, receivedAt: number) => ({
      alarmId: "first",
      version,
      seq: version,
      from: "normal" as const,
      to: "unack-active" as const,
      cause: "sample" as const,
      value: 1,
      limit: 1,
      eventTime: from,
      receivedAt,
      actor: null,
      comment: null,
    });
    await writer.commit(makeBatch(2, { transitions: [step(1, from + 300), step(2, from + 9_000)] }));
    expect((await reader.alarmTrend({ from, to, stepMs: hourMs })).lastChange).toBe(from + 9_000);
  });
});

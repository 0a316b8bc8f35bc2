// Transitions of alarms in the order they were written: a walk begins where a day begins, goes on behind what it has seen, and
// knows of each alarm its city and priority.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AlarmTransition } from "#domain/alarm.ts";
import { createSqliteState, createSqliteStateReader, type SqliteState } from "#store/state/sqlite.ts";
import type { StateReader } from "#store/state/state.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { makeAlarm, makeBatch, makeSite, onset } from "./state-rows.ts";

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

function makeStep(alarmId: string, version: number, receivedAt: number): AlarmTransition {
  const moved = { from: version === 1 ? "normal" : "unack-active", to: version === 1 ? "unack-active" : "ack-active" };
  const rest = { cause: "sample", value: 1, limit: 1, eventTime: onset, actor: null, comment: null } as const;
  return { alarmId, version, seq: version, receivedAt, ...rest, ...(moved as Pick<AlarmTransition, "from" | "to">) };
}

describe("the steps of all alarms", () => {
  it("are none at first, and nothing has changed", async () => {
    expect(await reader.alarmSteps({ after: null, from: 0, limit: 10 })).toEqual([]);
    expect(await reader.lastAlarmChange()).toBeNull();
  });

  it("begin with the first that was received in the time asked for, and know site, city and priority", async () => {
    await writer.commit(
      makeBatch(1, {
        sites: [makeSite("T1", { city: "130200" })],
        alarms: [makeAlarm("a", { site: "T1", priority: 1 }), makeAlarm("own", { site: "system", priority: 2 })],
        transitions: [makeStep("a", 1, onset - 10), makeStep("own", 1, onset), makeStep("a", 2, onset + 500)],
      }),
    );
    const steps = await reader.alarmSteps({ after: null, from: onset, limit: 10 });
    expect(steps).toMatchObject([
      { site: "system", city: null, priority: 2, before: "normal", to: "unack-active", receivedAt: onset },
      { site: "T1", city: "130200", priority: 1, before: "unack-active", to: "ack-active", receivedAt: onset + 500 },
    ]);
    expect(await reader.lastAlarmChange()).toBe(onset + 500);
  });

  it("go on behind the last place that was seen, part by part, each of them once", async () => {
    const alarms = Array.from({ length: 25 }, (_, i) => makeAlarm(`m${i}`, { site: "T1" }));
    const transitions = alarms.map((alarm, i) => makeStep(alarm.id, 1, onset + 1_000 + i));
    await writer.commit(makeBatch(2, { alarms, transitions }));
    const seen: number[] = [];
    let after: number | null = null;
    for (;;) {
      const steps = await reader.alarmSteps({ after, from: onset + 1_000, limit: 10 });
      if (steps.length === 0) break;
      expect(steps.length).toBeLessThanOrEqual(10);
      seen.push(...steps.map((step) => step.receivedAt - onset - 1_000));
      after = steps.at(-1)?.place ?? after;
    }
    expect(seen).toEqual(alarms.map((_, i) => i));
  });
});

// The process that state-sqlite.test.ts kills: commits batch after batch, every row carrying the batch's cursor.

import { createLedgerCounts } from "#domain/ledger.ts";
import type { LatestRow } from "#domain/live.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { makeAlarm, makeBatch } from "./state-rows.ts";

const file = process.argv[2] ?? "";
const state = createSqliteState({ file, log: { info: () => undefined } });
await state.start();
const states = { from: "normal", to: "unack-active", cause: "sample" } as const;

for (let cursor = (await state.cursor()) + 1; ; cursor += 1) {
  const latest = ["a", "b", "c"].map((factor): LatestRow => ["S", factor, cursor, 1, "N", 0, cursor]);
  const times = { eventTime: cursor, receivedAt: cursor, actor: null, comment: null };
  const transitions = [{ alarmId: "A", version: cursor, seq: cursor, ...states, value: 1, limit: 1, ...times }];
  const ledger = [{ ...createLedgerCounts(), framesStored: cursor, day: "2026-11-22", site: "S" }];
  await state.commit(makeBatch(cursor, { latest, transitions, ledger, alarms: [makeAlarm("A", { version: cursor })] }));
  if (cursor % 10 === 0) process.send?.(cursor);
}

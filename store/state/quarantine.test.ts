// Refused frames in the state store: decisions change their rows, sums of old days change by a difference, and files of an
// older version keep what they have.

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLedgerCounts, type QuarantineRow } from "#domain/ledger.ts";
import type { QuarantineChange } from "#domain/quarantine.ts";
import { makeBatch } from "#test/contract/state-rows.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { createSqliteState, type SqliteState } from "./sqlite.ts";

let temp: TempDir;
let state: SqliteState;
const file = (): string => join(temp.path, "state.sqlite");
const receivedAt = Date.UTC(2026, 10, 22, 4);

beforeEach(async () => {
  temp = await createTempDir("state");
  state = createSqliteState({ file: file(), log: createSilentLog() });
  await state.start();
});
afterEach(async () => {
  await state.stop();
  await temp.remove();
});

const row = (seq: number, part = 0): QuarantineRow => ({
  seq,
  part,
  site: "S",
  receivedAt: receivedAt + seq,
  reason: "unknown-factor",
  detail: "x",
  factor: `f${part}`,
  excerpt: "{",
  point: 0,
});
const change = (frameSeq: number, rest: Partial<QuarantineChange> = {}): QuarantineChange => ({
  frameSeq,
  state: "reprocessed",
  decision: { by: "li", at: receivedAt, why: "mended", seq: 90 },
  still: [],
  frame: null,
  ...rest,
});

describe("refused frames in the state store", () => {
  it("are closed by a decision, in the batch they came with or a later one, and found by their state and time", async () => {
    const still = [{ reason: "out-of-range", detail: "400", factor: "f1", point: 0, readings: 1 } as const];
    await state.commit(makeBatch(5, { quarantine: [row(1), row(2), row(2, 1)], quarantineChanges: [change(1)] }));
    await state.commit(makeBatch(6, { quarantineChanges: [change(2, { still })] }));
    const open = await state.quarantine({ state: "open", limit: 10 });
    expect(open.items).toEqual([{ ...row(2, 1), reason: "out-of-range", detail: "400" }]);
    expect(
      (await state.quarantine({ state: "reprocessed", limit: 10 })).items.map(({ seq, part }) => [seq, part]),
    ).toEqual([
      [2, 0],
      [1, 0],
    ]);
    expect((await state.quarantine({ reason: "out-of-range", limit: 10 })).total).toBe(1);
    expect((await state.quarantine({ from: receivedAt + 2, to: receivedAt + 3, limit: 10 })).total).toBe(2);
    expect((await state.quarantineOf([1, 2, 9])).map(({ seq, part }) => [seq, part])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    expect(await state.quarantineOf([])).toEqual([]);
  });

  it("change the sums of a day by a difference, after what the same batch says of that day", async () => {
    const counts = { ...createLedgerCounts(), framesQuarantined: 2, reasons: { "unknown-site": 2 } };
    const less = { ...createLedgerCounts(), framesStored: 1, framesQuarantined: -1, reasons: { "unknown-site": -1 } };
    const day = { day: "2026-11-02", site: "S" };
    await state.commit(makeBatch(1, { ledger: [{ ...day, ...counts }], ledgerChanges: [{ ...day, ...less }] }));
    expect(await state.ledger("2026-11-02")).toMatchObject([
      { framesStored: 1, framesQuarantined: 1, reasons: { "unknown-site": 1 } },
    ]);
    await state.commit(makeBatch(2, { ledgerChanges: [{ ...day, ...less }] }));
    expect(await state.ledger("2026-11-02")).toMatchObject([{ framesStored: 2, framesQuarantined: 0, reasons: {} }]);
  });

  it("of a file of an older version are open, and found by their time", async () => {
    await state.commit(makeBatch(3, { quarantine: [row(1), row(2)] }));
    await state.stop();
    const db = new DatabaseSync(file());
    db.exec(`drop index quarantine_state; drop index quarantine_received;
      alter table quarantine drop column state; alter table quarantine drop column received_at;
      drop table revisions;
      delete from kysely_migration where name >= '002'`);
    db.close();
    await state.start();
    expect((await state.quarantine({ state: "open", from: receivedAt + 2, limit: 10 })).items).toEqual([row(2)]);
    expect(await state.cursor()).toBe(3);
  });
});

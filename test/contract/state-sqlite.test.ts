// The state contract on SQLite, and what only a file can be asked: a tampered row, a killed process, speed.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import type { LatestRow } from "#domain/live.ts";
import { createSqliteState, createSqliteStateReader } from "#store/state/sqlite.ts";
import { describeAlarmBook } from "./state-alarm-book.ts";
import { describeExceedanceState } from "./state-exceedances.ts";
import { describeHintState } from "./state-hints.ts";
import { describeNoticeState } from "./state-notices.ts";
import { describeLoggerState } from "./state-loggers.ts";
import { describeShiftState } from "./state-shifts.ts";
import { makeAlarm, makeBatch, makeRevision } from "./state-rows.ts";
import { describeStateContract, type OpenedState } from "./state.ts";

const log = { info: () => undefined };
const root = mkdtempSync(join(tmpdir(), "plumeline-state-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let files = 0;
function freshFile(): string {
  files += 1;
  return join(root, `state-${files}.sqlite`);
}

async function openState(file: string): Promise<OpenedState> {
  const writer = createSqliteState({ file, log });
  await writer.start();
  const reader = createSqliteStateReader({ file });
  await reader.start();
  async function close(): Promise<void> {
    await reader.stop();
    await writer.stop();
  }
  async function reopen(): Promise<OpenedState> {
    await close();
    return openState(file);
  }
  return { writer, reader, reopen, close };
}

describeStateContract("SQLite", () => openState(freshFile()));
describeLoggerState("SQLite", () => openState(freshFile()));
describeExceedanceState("SQLite", () => openState(freshFile()));
describeHintState("SQLite", () => openState(freshFile()));
describeShiftState("SQLite", () => openState(freshFile()));
describeNoticeState("SQLite", () => openState(freshFile()));
describeAlarmBook("SQLite", () => openState(freshFile()));

function transition(version: number) {
  const states = { from: "normal", to: "unack-active", cause: "sample" } as const;
  return {
    alarmId: "A",
    version,
    seq: version,
    ...states,
    value: 1,
    limit: 1,
    eventTime: 1,
    receivedAt: 1,
    actor: null,
    comment: null,
  };
}

describe("the SQLite file", () => {
  it("shows which alarm transition was changed behind the program's back", async () => {
    const file = freshFile();
    const state = createSqliteState({ file, log });
    await state.start();
    await state.commit(makeBatch(1, { transitions: [transition(1), transition(2)] }));
    await state.commit(makeBatch(2, { transitions: [transition(3)] }));
    expect(state.findTamperedTransition()).toBeNull();
    const intruder = new DatabaseSync(file);
    expect(() => intruder.exec("update transitions set body = '{}' where version = 2")).toThrow(/append-only/);
    expect(() => intruder.exec("delete from transitions where version = 2")).toThrow(/append-only/);
    intruder.exec("drop trigger transitions_no_update");
    intruder.exec("update transitions set body = replace(body, '\"value\":1', '\"value\":0') where version = 2");
    intruder.close();
    expect(state.findTamperedTransition()).toBe(2);
    await state.stop();
  });

  it("continues the hash chain after a restart", async () => {
    const file = freshFile();
    for (const version of [1, 2, 3]) {
      const state = createSqliteState({ file, log });
      await state.start();
      await state.commit(makeBatch(version, { transitions: [transition(version)] }));
      expect(state.findTamperedTransition()).toBeNull();
      await state.stop();
    }
  });

  it("refuses to answer before it is started, and says so", async () => {
    const state = createSqliteState({ file: freshFile(), log });
    await expect(state.cursor()).rejects.toMatchObject({ code: "state-not-started" });
  });

  it("of an older program is brought up to date, and one of a newer program is refused by writer and reader", async () => {
    const file = freshFile();
    const state = createSqliteState({ file, log });
    await state.start();
    await state.commit(makeBatch(3, { transitions: [transition(1)] }));
    await state.stop();
    const raw = new DatabaseSync(file);
    raw.exec("drop table revisions; delete from kysely_migration where name >= '003'");
    raw.close();
    await state.start();
    expect(await state.cursor()).toBe(3);
    await state.commit(makeBatch(4, { revisions: [makeRevision(4)] }));
    expect((await state.revisions({ limit: 9 })).total).toBe(1);
    await state.stop();
    const newer = new DatabaseSync(file);
    newer.exec("insert into kysely_migration (name, timestamp) values ('999-later', '2030-01-01T00:00:00.000Z')");
    newer.close();
    const refusal = {
      code: "state-migration",
      retryable: false,
      message: expect.stringMatching(/"999-later".*"\d{3}-/),
    };
    await expect(state.start()).rejects.toMatchObject(refusal);
    await expect(createSqliteStateReader({ file }).start()).rejects.toMatchObject(refusal);
  });

  it("a reader whose writer never comes says what is missing", async () => {
    const reader = createSqliteStateReader({ file: freshFile(), waitMs: 100 });
    await expect(reader.start()).rejects.toMatchObject({ code: "state-missing", retryable: true });
  });

  it("takes far more rows per second than ingest produces", { timeout: 20_000 }, async () => {
    const state = createSqliteState({ file: freshFile(), log });
    await state.start();
    const latest = Array.from({ length: 1000 }, (_, index): LatestRow => [
      `S${index % 250}`,
      `w0${1000 + Math.floor(index / 250)}`,
      index,
      1.5,
      "N",
      0,
      index,
    ]);
    const alarms = Array.from({ length: 200 }, (_, index) => makeAlarm(`A${index}`));
    const started = performance.now();
    for (let cursor = 1; cursor <= 20; cursor += 1) await state.commit(makeBatch(cursor, { latest, alarms }));
    const rowsPerSecond = (20 * 1200 * 1000) / (performance.now() - started);
    await state.stop();
    expect(rowsPerSecond).toBeGreaterThan(20_000);
  });
});

describe("a writer killed in the middle of its commits", () => {
  it("leaves a file whose cursor and rows agree, every time", { timeout: 60_000 }, async () => {
    const file = freshFile();
    let before = 0;
    for (let round = 0; round < 5; round += 1) {
      const child = fork(join(import.meta.dirname, "state-sqlite-child.ts"), [file], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      const exited = once(child, "exit");
      // The child reports every tenth commit; killing on a report lands somewhere inside the next commits.
      await new Promise<void>((resolve) => {
        let reports = 0;
        child.on("message", () => {
          reports += 1;
          if (reports === 3 + round) resolve();
        });
      });
      child.kill("SIGKILL");
      await exited;
      const state = createSqliteState({ file, log });
      await state.start();
      const cursor = await state.cursor();
      expect(cursor).toBeGreaterThan(before);
      expect((await state.latest("S")).map((row) => row[2])).toEqual([cursor, cursor, cursor]);
      expect((await state.alarm("A"))?.version).toBe(cursor);
      expect((await state.transitions("A")).length).toBe(cursor);
      expect((await state.ledger("2026-11-22", "S"))[0]?.framesStored).toBe(cursor);
      expect(state.findTamperedTransition()).toBeNull();
      await state.stop();
      before = cursor;
    }
  });
});

// The contract of the state store as a suite: every implementation's test calls it with a way to open a fresh store.
// Assumes nothing about the implementation but store/state/state.ts.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AlarmTransition } from "#domain/alarm.ts";
import { createLedgerCounts, type LedgerRow, type QuarantineRow } from "#domain/ledger.ts";
import type { Limit } from "#domain/limit.ts";
import type { AuditRow, StateReader, StateWriter } from "#store/state/state.ts";
import { makeAlarm, makeBatch, makeRevision, makeSite, onset } from "./state-rows.ts";

export interface OpenedState {
  readonly writer: StateWriter & StateReader;
  /** A reader as another process would open it. */
  readonly reader: StateReader;
  /** Stops everything and opens the same store again. */
  reopen(): Promise<OpenedState>;
  close(): Promise<void>;
}

function makeTransition(alarmId: string, version: number): AlarmTransition {
  const states = { from: "normal", to: "unack-active", cause: "sample" } as const;
  const times = { eventTime: onset, receivedAt: onset + 300 };
  return {
    alarmId,
    version,
    seq: 10 + version,
    ...states,
    value: 88.8,
    limit: 50,
    ...times,
    actor: null,
    comment: null,
  };
}

function makeQuarantine(seq: number, part: number, parts: Partial<QuarantineRow> = {}): QuarantineRow {
  const reason = { reason: "unknown-factor", detail: "w99999 is in no table", factor: "w99999", excerpt: "{" };
  return { seq, part, site: "HB-130200-001", receivedAt: onset, ...reason, ...parts };
}

function makeLedger(site: string, framesStored: number): LedgerRow {
  return { ...createLedgerCounts(), framesStored, reasons: { "invalid-json": 2 }, day: "2026-11-22", site };
}

function makeAudit(seq: number, object: string): AuditRow {
  return { seq, at: onset, actor: "admin", action: "alarm.ack", object, outcome: "ok", detail: "" };
}

function makeLimit(id: string, parts: Partial<Limit> = {}): Limit {
  const key = { site: "HB-130200-001", factor: "w01018", basis: "realtime" } as const;
  const rest = { max: 50, min: null, from: 0, to: null, reason: "permit", by: "admin", source: "site" };
  return { id, version: 1, ...key, ...rest, ...parts };
}

export function describeStateContract(name: string, open: () => Promise<OpenedState>): void {
  describe(`state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened.close();
    });

    describeWriting(
      () => opened,
      (next) => (opened = next),
    );
    describeReading(() => opened);
  });
}

function describeWriting(current: () => OpenedState, replace: (next: OpenedState) => void): void {
  it("an empty store has the cursor 0 and no rows", async () => {
    const { writer, reader } = current();
    expect(await writer.cursor()).toBe(0);
    expect(await reader.allSites()).toEqual([]);
    expect(await reader.alarm("none")).toBeNull();
    expect(await reader.alarms({ limit: 10 })).toEqual({ items: [], total: 0, next: null });
  });

  it("a batch and its cursor are there together after reopening", async () => {
    const site = makeSite("HB-130200-001");
    const alarm = makeAlarm("A1", { comments: [{ at: onset, by: "admin", text: "巡检已派" }] });
    const latest = ["HB-130200-001", "w01018", onset, 88.8, "N", 3, onset + 300] as const;
    const rows = { sites: [site], alarms: [alarm], latest: [latest], limits: [makeLimit("L1")] };
    await current().writer.commit(makeBatch(7, { ...rows, ledger: [makeLedger(site.id, 3)] }));
    replace(await current().reopen());
    const { reader } = current();
    expect(await reader.cursor()).toBe(7);
    expect(await reader.site(site.id)).toEqual(site);
    expect(await reader.alarm("A1")).toEqual(alarm);
    expect(await reader.latest(site.id)).toEqual([latest]);
    expect(await reader.limits({ site: site.id, factor: "w01018" })).toEqual([makeLimit("L1")]);
    expect(await reader.ledger("2026-11-22")).toEqual([makeLedger(site.id, 3)]);
  });

  it("rows with the same key replace the older row", async () => {
    const { writer, reader } = current();
    await writer.commit(
      makeBatch(1, { sites: [makeSite("S")], alarms: [makeAlarm("A")], ledger: [makeLedger("S", 1)] }),
    );
    const sites = [makeSite("S", { name: "renamed", version: 2 })];
    const alarms = [makeAlarm("A", { version: 2, state: "ack-active", acked: true, ackedBy: "admin", ackedAt: onset })];
    await writer.commit(makeBatch(2, { sites, alarms, ledger: [makeLedger("S", 9)] }));
    expect((await reader.site("S"))?.name).toBe("renamed");
    expect((await reader.alarm("A"))?.state).toBe("ack-active");
    expect((await reader.ledger("2026-11-22", "S"))[0]?.framesStored).toBe(9);
    expect((await reader.sites({ limit: 10 })).total).toBe(1);
  });

  it("a batch that is replayed after a crash adds nothing twice", async () => {
    const { writer, reader } = current();
    const batch = makeBatch(5, {
      transitions: [makeTransition("A", 1), makeTransition("A", 2)],
      quarantine: [makeQuarantine(3, 0), makeQuarantine(3, 1)],
      audit: [makeAudit(4, "A")],
      revisions: [makeRevision(4), makeRevision(4, { value: 42 }), makeRevision(5)],
    });
    await writer.commit(batch);
    await writer.commit(batch);
    await writer.commit(makeBatch(6, { transitions: [makeTransition("A", 2), makeTransition("A", 3)] }));
    expect((await reader.transitions("A")).map((row) => row.version)).toEqual([1, 2, 3]);
    expect((await reader.quarantine({ limit: 10 })).total).toBe(2);
    expect((await reader.audit({ limit: 10 })).total).toBe(1);
    expect((await reader.revisions({ limit: 10 })).total).toBe(3);
  });

  it("a batch behind the cursor is refused, and so is going backwards", async () => {
    const { writer } = current();
    await writer.commit(makeBatch(5));
    await expect(writer.commit(makeBatch(4))).rejects.toMatchObject({ code: "state-cursor-behind" });
    expect(await writer.cursor()).toBe(5);
  });

  it("a batch that fails half-way leaves neither rows nor cursor", async () => {
    const { writer, reader } = current();
    // No number: the store must refuse it, after the site of the same batch went in.
    const broken = { ...makeLedger("S", 1), framesStored: Number.NaN };
    const batch = makeBatch(9, { sites: [makeSite("S")], ledger: [broken], transitions: [makeTransition("A", 1)] });
    await expect(writer.commit(batch)).rejects.toMatchObject({ code: "state-write" });
    expect(await writer.cursor()).toBe(0);
    expect(await reader.site("S")).toBeNull();
    await writer.commit(makeBatch(9, { transitions: [makeTransition("A", 1)] }));
    expect(await reader.transitions("A")).toHaveLength(1);
  });

  it("a reader sees what is committed while it is open", async () => {
    const { writer, reader } = current();
    expect(await reader.site("S")).toBeNull();
    await writer.commit(makeBatch(1, { sites: [makeSite("S")] }));
    expect((await reader.site("S"))?.id).toBe("S");
  });
}

function describeReading(current: () => OpenedState): void {
  it("sites are filtered by city, kind and part of a name, and paged by id", async () => {
    const { writer, reader } = current();
    const sites = Array.from({ length: 25 }, (_, index) =>
      makeSite(`HB-${String(index).padStart(3, "0")}`, { city: index % 2 === 0 ? "130100" : "130200" }),
    );
    await writer.commit(makeBatch(1, { sites: [...sites, makeSite("Z_1", { kind: "building", enterprise: "100%" })] }));
    const first = await reader.sites({ city: "130100", limit: 10 });
    expect([first.items.length, first.total]).toEqual([10, 13]);
    const second = await reader.sites({
      city: "130100",
      limit: 10,
      ...(first.next === null ? {} : { cursor: first.next }),
    });
    expect([second.items.length, second.next]).toEqual([3, null]);
    expect(new Set([...first.items, ...second.items].map((site) => site.id)).size).toBe(13);
    expect((await reader.sites({ kind: "building", limit: 5 })).items.map((site) => site.id)).toEqual(["Z_1"]);
    expect((await reader.sites({ q: "0%", limit: 5 })).items.map((site) => site.id)).toEqual(["Z_1"]);
    expect((await reader.sites({ q: "_1", limit: 5 })).items.map((site) => site.id)).toEqual(["Z_1"]);
  });

  it("alarms come newest onset first, filtered by state, site, city, priority and time", async () => {
    const { writer, reader } = current();
    const alarms = Array.from({ length: 12 }, (_, index) =>
      makeAlarm(`A${String(index).padStart(2, "0")}`, {
        onset: onset + Math.floor(index / 2) * 1000,
        state: index < 4 ? "normal" : "unack-active",
        priority: index === 11 ? 1 : 2,
        site: index % 3 === 0 ? "S1" : "S2",
      }),
    );
    await writer.commit(makeBatch(1, { alarms, sites: [makeSite("S1", { city: "130100" }), makeSite("S2")] }));
    const open = await reader.alarms({ states: ["unack-active"], limit: 5 });
    expect(open.total).toBe(8);
    expect(open.items.map((alarm) => alarm.id)).toEqual(["A11", "A10", "A09", "A08", "A07"]);
    const rest = await reader.alarms({ states: ["unack-active"], limit: 5, cursor: open.next ?? "" });
    expect(rest.items.map((alarm) => alarm.id)).toEqual(["A06", "A05", "A04"]);
    expect((await reader.alarms({ priorities: [1], limit: 5 })).items.map((alarm) => alarm.id)).toEqual(["A11"]);
    expect((await reader.alarms({ city: "130100", limit: 20 })).total).toBe(4);
    expect((await reader.alarms({ site: "S2", limit: 20 })).total).toBe(8);
    expect((await reader.alarms({ from: onset + 1000, to: onset + 2000, limit: 20 })).total).toBe(2);
  });

  it("quarantine and audit are paged newest first and filtered", async () => {
    const { writer, reader } = current();
    const rows = [1, 2, 3].flatMap((seq) => [
      makeQuarantine(seq, 0),
      makeQuarantine(seq, 1, { reason: "out-of-range" }),
    ]);
    const elsewhere = makeQuarantine(9, 0, { site: "S2", receivedAt: onset + 86_400_000 });
    const audit = [1, 2, 3].map((seq) => makeAudit(seq, seq === 2 ? "B" : "A"));
    await writer.commit(makeBatch(1, { quarantine: [...rows, elsewhere], audit }));
    const page = await reader.quarantine({ day: "2026-11-22", limit: 4 });
    expect(page.items.map((row) => [row.seq, row.part])).toEqual([
      [3, 1],
      [3, 0],
      [2, 1],
      [2, 0],
    ]);
    const rest = await reader.quarantine({ day: "2026-11-22", limit: 4, cursor: page.next ?? "" });
    expect([rest.items.length, rest.total, rest.next]).toEqual([2, 6, null]);
    expect((await reader.quarantine({ reason: "out-of-range", site: "HB-130200-001", limit: 9 })).total).toBe(3);
    expect((await reader.audit({ object: "A", limit: 9 })).items.map((row) => row.seq)).toEqual([3, 1]);
  });

  it("revisions come newest event time first, every version of a reading, filtered and paged", async () => {
    const { writer, reader } = current();
    const again = [makeRevision(4), makeRevision(4, { value: 42, before: 41.25, beforeFlag: "N" })];
    const later = [5, 6].map((seq) => makeRevision(seq, { time: onset + 60_000, factor: "w01001", before: null }));
    await writer.commit(makeBatch(4, { revisions: again }));
    await writer.commit(makeBatch(6, { revisions: [...later, makeRevision(6, { site: "S2" })] }));
    const page = await reader.revisions({ site: "HB-130200-001", limit: 3 });
    expect(page.items).toEqual([later[1], later[0], again[1]]);
    expect(page.total).toBe(4);
    const rest = await reader.revisions({ site: "HB-130200-001", limit: 3, cursor: page.next ?? "" });
    expect(rest).toEqual({ items: [again[0]], total: 4, next: null });
    expect((await reader.revisions({ factor: "w01018", limit: 9 })).total).toBe(3);
    expect((await reader.revisions({ from: onset, to: onset + 60_000, limit: 9 })).total).toBe(3);
    expect((await reader.revisions({ from: onset + 60_000, limit: 9 })).total).toBe(2);
    await expect(reader.revisions({ limit: 9, cursor: "WzEsMl0" })).rejects.toMatchObject({ code: "invalid-cursor" });
  });

  it("a cursor that was not made here is refused", async () => {
    const { reader } = current();
    await expect(reader.alarms({ limit: 5, cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid-cursor" });
    await expect(reader.sites({ limit: 5, cursor: "WzFd" })).rejects.toMatchObject({ code: "invalid-cursor" });
  });
}

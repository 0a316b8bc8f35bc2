// What the state store keeps of alarms for people, as a suite for every implementation: pages by every filter, the journal with
// the hashes that chain it, records with their versions, and what is out of service.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AlarmTransition } from "#domain/alarm.ts";
import type { AlarmDefinition, AlarmDefinitionVersion, OutOfService } from "#domain/alarm-definition.ts";
import { findChainBreak } from "#store/state/chain.ts";
import type { AlarmFilter, AlarmJournalFilter } from "#store/state/alarm-reader.ts";
import type { OpenedState } from "./state.ts";
import { makeAlarm, makeBatch, makeSite, onset } from "./state-rows.ts";

const everything = { site: null, enterprise: null, city: null, kind: null, factor: null } as const;

export function makeDefinition(id: string, parts: Partial<AlarmDefinition> = {}): AlarmDefinition {
  const told = { consequence: "the outlet is beyond its limit", causes: ["the dosing pump"], action: "call the plant" };
  const rest = {
    statutoryBasis: "",
    rationale: "",
    owner: "centre",
    approvedBy: null,
    reviewDue: null,
    source: "site",
  };
  return {
    id,
    version: 1,
    nameZh: "超限",
    nameEn: "beyond the limit",
    enabled: true,
    subject: "limit",
    basis: "realtime",
    scope: everything,
    class: "warning",
    levels: [{ op: "beyond", at: 1, priority: 2 }],
    deadband: { kind: "percent", value: 0 },
    onDelayMs: 0,
    offDelayMs: 0,
    latched: false,
    ackRequired: true,
    reAlarmMs: null,
    suppressWhen: [],
    responseMs: 900_000,
    ...told,
    ...rest,
    ...parts,
  };
}

function makeTransition(alarmId: string, version: number, parts: Partial<AlarmTransition> = {}): AlarmTransition {
  const states = { from: "normal", to: "unack-active", cause: "sample" } as const;
  const times = { eventTime: onset, receivedAt: onset + version * 1000 };
  const rest = { value: 88.8, limit: 50, actor: null, comment: null };
  return { alarmId, version, seq: 10 + version, ...states, ...times, ...rest, ...parts };
}

function makeOutage(id: string, parts: Partial<OutOfService> = {}): OutOfService {
  const span = { scope: { ...everything, site: "S1" }, definitions: null, from: onset, to: null };
  const why = { workOrder: "WO-7", reason: "new pump", by: "admin", at: onset, seq: 5, endedBy: null, endedAt: null };
  return { id, version: 1, ...span, ...why, ...parts };
}

export function describeAlarmBook(name: string, open: () => Promise<OpenedState>): void {
  describe(`the book of alarms in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("alarms are found by every word that people look for", async () => {
      const shelf = {
        kind: "shelved",
        until: onset + 1000,
        by: "li",
        reason: "test",
        of: null,
        oneShot: false,
      } as const;
      const sites = [
        makeSite("S1", { city: "130100", enterprise: "滦河 100%", name: "一号排口" }),
        makeSite("S2", { city: "130200", enterprise: "Other_Works" }),
      ];
      const comments = [{ at: onset, by: "li", text: "pump 7 is 50% broken" }];
      const acked = { state: "ack-active", acked: true, ackedBy: "li", ackedAt: onset } as const;
      const alarms = [
        makeAlarm("A", { site: "S1", ...acked, assignee: "wang" }),
        makeAlarm("B", {
          site: "S1",
          factor: "w21003",
          definition: "limit:w21003:day",
          class: "statutory",
          priority: 1,
        }),
        makeAlarm("C", { site: "S2", suppression: shelf, record: "own-record", comments }),
        makeAlarm("D", { site: "S2", state: "normal", active: false }),
      ];
      await opened.writer.commit(makeBatch(1, { sites, alarms }));
      const find = async (filter: Partial<AlarmFilter>): Promise<string> => {
        const { items, total } = await opened.reader.alarms({ limit: 10, ...filter });
        expect(total).toBe(items.length);
        return items
          .map(({ id }) => id)
          .toSorted()
          .join("");
      };
      expect(await find({})).toBe("ABCD");
      expect(await find({ states: ["unack-active", "ack-active"] })).toBe("ABC");
      expect([await find({ acked: true }), await find({ acked: false })]).toEqual(["A", "BCD"]);
      expect([await find({ site: "S1" }), await find({ city: "130200" })]).toEqual(["AB", "CD"]);
      expect([await find({ enterprise: "滦河 100%" }), await find({ enterprise: "滦河" })]).toEqual(["AB", ""]);
      expect([await find({ factor: "w21003" }), await find({ class: "statutory" })]).toEqual(["B", "B"]);
      expect([await find({ definition: "limit:w21003:day" }), await find({ definition: "own-record" })]).toEqual([
        "B",
        "C",
      ]);
      expect([await find({ suppressed: "any" }), await find({ suppressed: "shelved" })]).toEqual(["C", "C"]);
      expect([await find({ suppressed: "none" }), await find({ suppressed: "by-design" })]).toEqual(["ABD", ""]);
      expect([await find({ assignee: "wang" }), await find({ acker: "li" })]).toEqual(["A", "A"]);
      expect([await find({ q: "100%" }), await find({ q: "50% broken" }), await find({ q: "er_W" })]).toEqual([
        "AB",
        "C",
        "CD",
      ]);
      expect([await find({ q: "一号" }), await find({ q: "w21003" }), await find({ q: "%" })]).toEqual([
        "AB",
        "B",
        "ABC",
      ]);
      expect(await find({ q: "x' or 1=1 --" })).toBe("");
      expect(await opened.reader.alarms({ uncounted: true, limit: 2 })).toMatchObject({ items: [{}, {}], total: 0 });
    });

    it("the journal comes newest first with place and hash, by time, site, city, actor, cause and definition", async () => {
      const sites = [makeSite("S1", { city: "130100" }), makeSite("S2")];
      const alarms = [makeAlarm("A", { site: "S1" }), makeAlarm("B", { site: "S2", definition: "limit:w21003:day" })];
      const ack = { from: "unack-active", to: "ack-active", cause: "command", actor: "li", comment: "seen" } as const;
      const transitions = [
        makeTransition("A", 1),
        makeTransition("B", 1, { definition: "limit:w21003:day", record: "limit-day" }),
        makeTransition("A", 2, { ...ack, channel: "desk" }),
      ];
      await opened.writer.commit(makeBatch(1, { sites, alarms, transitions }));
      const find = async (filter: Partial<AlarmJournalFilter>): Promise<number[]> => {
        const { items, total } = await opened.reader.alarmJournal({ limit: 10, ...filter });
        expect(total).toBe(items.length);
        return items.map(({ place }) => place);
      };
      expect(await find({})).toEqual([3, 2, 1]);
      expect([await find({ site: "S1" }), await find({ city: "130200" })]).toEqual([[3, 1], [2]]);
      expect([await find({ actor: "li" }), await find({ causes: ["command", "timer"] })]).toEqual([[3], [3]]);
      expect(await find({ definition: "limit:w01018:realtime" })).toEqual([3, 1]);
      expect([await find({ definition: "limit-day" }), await find({ alarm: "B" })]).toEqual([[2], [2]]);
      expect(await find({ from: onset + 1000, to: onset + 2000 })).toEqual([2, 1]);
      const first = await opened.reader.alarmJournal({ limit: 2 });
      const rest = await opened.reader.alarmJournal({ limit: 2, cursor: first.next ?? "" });
      expect([first.items.map(({ place }) => place), rest.items.map(({ place }) => place), rest.next]).toEqual([
        [3, 2],
        [1],
        null,
      ]);
      // Rows of older programs do not name their definition.
      expect(rest.items[0]).toMatchObject({
        site: "S1",
        factor: "w01018",
        unit: "mg/L",
        transition: { definition: "limit:w01018:realtime" },
      });
      const chain = [...(await opened.reader.alarmChain(0, 2)), ...(await opened.reader.alarmChain(2, 2))];
      expect(findChainBreak(chain)).toBeNull();
      expect(chain.map(({ hash }) => hash)).toEqual(
        [...rest.items, ...first.items.toReversed()].map(({ hash }) => hash),
      );
    });

    it("what called operators comes in the order of receiving, part by part, of all or of one city", async () => {
      const sites = [makeSite("S1", { city: "130100" })];
      const alarms = [makeAlarm("A", { site: "S1" }), makeAlarm("B", { site: "system" })];
      const transitions = [1, 2, 3].flatMap((version) => [makeTransition("A", version), makeTransition("B", version)]);
      await opened.writer.commit(makeBatch(1, { sites, alarms, transitions }));
      const span = { from: onset + 1000, to: onset + 3000 };
      const first = await opened.reader.alarmCalls({ ...span, after: null, limit: 3 });
      expect(first.map(({ place, city }) => [place, city])).toEqual([
        [1, "130100"],
        [2, null],
        [3, "130100"],
      ]);
      const after = { receivedAt: onset + 2000, place: 3 };
      const rest = await opened.reader.alarmCalls({ ...span, after, limit: 3 });
      expect(rest.map(({ place }) => place)).toEqual([4]);
      const own = await opened.reader.alarmCalls({ ...span, city: "130100", after: null, limit: 9 });
      expect(own.map(({ place }) => place)).toEqual([1, 3]);
    });

    it("of each record the newest version counts, and all of them are kept", async () => {
      const put = (id: string, version: number): AlarmDefinitionVersion => ({
        definition: makeDefinition(id, { version, onDelayMs: version * 1000 }),
        reason: `change ${version}`,
        by: "admin",
        seq: version,
        at: onset + version,
      });
      await opened.writer.commit(makeBatch(1, { alarmDefinitions: [put("b", 2), put("a", 2)] }));
      await opened.writer.commit(makeBatch(3, { alarmDefinitions: [put("a", 3), put("a", 10)] }));
      opened = await opened.reopen();
      const all = await opened.reader.alarmDefinitions();
      expect(all.map(({ definition }) => [definition.id, definition.version])).toEqual([
        ["a", 10],
        ["b", 2],
      ]);
      expect(await opened.reader.alarmDefinitionVersions("a")).toEqual([put("a", 10), put("a", 3), put("a", 2)]);
      expect(await opened.reader.alarmDefinitionVersions("none")).toEqual([]);
    });

    it("what is out of service counts from its begin until it ends or runs out", async () => {
      const rows = [
        makeOutage("lasting"),
        makeOutage("planned", { from: onset + 5000 }),
        makeOutage("short", { to: onset + 1000 }),
        makeOutage("ended", { version: 2, endedBy: "li", endedAt: onset + 500 }),
      ];
      await opened.writer.commit(makeBatch(1, { outOfService: rows }));
      const activeAt = async (at: number): Promise<string[]> =>
        (await opened.reader.outOfService({ activeAt: at, limit: 9 })).items.map(({ id }) => id);
      expect(await activeAt(onset + 999)).toEqual(["short", "lasting"]);
      expect(await activeAt(onset + 1000)).toEqual(["lasting"]);
      expect(await activeAt(onset + 5000)).toEqual(["planned", "lasting"]);
      expect(await activeAt(onset - 1)).toEqual([]);
      const others = await opened.reader.outOfService({ inactiveAt: onset + 1000, limit: 9 });
      expect(others.items.map(({ id }) => id)).toEqual(["planned", "short", "ended"]);
      const page = await opened.reader.outOfService({ limit: 3 });
      expect([page.total, page.items[0]?.id]).toEqual([4, "planned"]);
      expect((await opened.reader.outOfService({ limit: 3, cursor: page.next ?? "" })).items).toHaveLength(1);
      expect(await opened.reader.outOfServiceOf("ended")).toEqual(rows[3]);
      expect(await opened.reader.outOfServiceOf("none")).toBeNull();
    });
  });
}

// The alarm book and the list made from it.

import { describe, expect, test } from "vitest";
import { addAlarms, countUnacked, emptyBook, replaceAlarms, worstBySite } from "./alarm-book.ts";
import {
  countStates,
  countWaiting,
  exceedanceMultiple,
  findAlarms,
  matchesFilter,
  type AlarmListFilter,
} from "./alarm-list.ts";
import { readAlarm, type AlarmView } from "./wire.ts";

function alarm(id: string, more: Partial<AlarmView> = {}): AlarmView {
  const read = readAlarm({
    id,
    version: 1,
    site: "HB-1",
    factor: "w01018",
    definition: "limit:w01018:realtime",
    priority: 3,
    state: "unack-active",
    active: true,
    acked: false,
    value: 60,
    limit: 50,
    unit: "mg/L",
    onset: 1000,
  });
  if (read === null) throw new Error("the alarm of the test is none");
  return { ...read, ...more };
}

const shelf = { kind: "shelved", until: null, by: "x", reason: "test", of: null, oneShot: false } as const;

const everything: AlarmListFilter = { state: "all", priorities: [], city: null };
const cityOf = (site: string): string => (site === "HB-1" ? "130100" : "130200");

describe("the alarm book", () => {
  test("an older version never replaces a newer one, in whatever order they arrive", () => {
    const acked = alarm("a", { version: 2, acked: true, state: "ack-active" });
    const book = addAlarms(addAlarms(emptyBook, [acked]), [alarm("a")]);
    expect(book.byId.get("a")).toBe(acked);
  });

  test("a delta that says nothing new leaves the book as it is", () => {
    const book = addAlarms(emptyBook, [alarm("a")]);
    expect(addAlarms(book, [alarm("a")])).toBe(book);
  });

  test("two versions of one alarm in one delta end as the later one", () => {
    const book = addAlarms(emptyBook, [alarm("a", { version: 2, acked: true, state: "ack-active" }), alarm("a")]);
    expect(book.byId.get("a")?.version).toBe(2);
  });

  test("a snapshot closes what it no longer contains", () => {
    const before = addAlarms(emptyBook, [alarm("gone"), alarm("stays")]);
    const book = replaceAlarms(before, [alarm("stays"), alarm("fresh")]);
    expect([...book.byId.keys()].sort()).toEqual(["fresh", "stays"]);
  });

  test("an acknowledgement that is newer than the snapshot survives it", () => {
    const before = addAlarms(emptyBook, [alarm("a", { version: 3, acked: true, state: "ack-active" })]);
    expect(replaceAlarms(before, [alarm("a", { version: 2 })]).byId.get("a")?.acked).toBe(true);
  });

  test("alarms back to normal are remembered, but not without bound", () => {
    let book = emptyBook;
    for (let i = 0; i < 600; i += 1)
      book = addAlarms(book, [alarm(`n${i}`, { state: "normal", active: false, acked: true })]);
    expect(book.byId.size).toBe(500);
    expect(book.byId.has("n0")).toBe(false);
    expect(book.byId.has("n599")).toBe(true);
  });

  test("only open, unacknowledged alarms are counted as such", () => {
    const book = addAlarms(emptyBook, [
      alarm("a", { priority: 1 }),
      alarm("b", { priority: 1, acked: true, state: "ack-active" }),
      alarm("c", { priority: 2, state: "rtn-unack", active: false }),
      alarm("d", { priority: 4, state: "normal", active: false }),
    ]);
    expect(countUnacked(book)).toEqual({ 1: 1, 2: 1, 3: 0, 4: 0 });
  });

  test("the mark of a site is its unacknowledged alarm before a higher acknowledged one", () => {
    const book = addAlarms(emptyBook, [
      alarm("acked", { priority: 1, acked: true, state: "ack-active" }),
      alarm("open", { priority: 3 }),
    ]);
    expect(worstBySite(book).get("HB-1")?.id).toBe("open");
  });
});

describe("the alarm list", () => {
  const listAlarms = (...[book, filter, city, sort]: Parameters<typeof findAlarms>): string[] =>
    findAlarms(book, filter, city, sort).map((entry) => entry.id);
  const book = addAlarms(emptyBook, [
    alarm("old-p1", { priority: 1, onset: 1 }),
    alarm("new-p1", { priority: 1, onset: 9, site: "HB-2" }),
    alarm("p2-acked", { priority: 2, onset: 99, acked: true, state: "ack-active" }),
    alarm("p4", { priority: 4, onset: 50, active: false, state: "rtn-unack" }),
  ]);

  test("what to do next stands first: unacknowledged, then priority, then the newest", () => {
    expect(listAlarms(book, everything, cityOf)).toEqual(["new-p1", "old-p1", "p4", "p2-acked"]);
  });

  test("filters by state, priority and city narrow the list", () => {
    expect(listAlarms(book, { ...everything, state: "unack" }, cityOf)).toEqual(["new-p1", "old-p1", "p4"]);
    expect(listAlarms(book, { ...everything, state: "returned" }, cityOf)).toEqual(["p4"]);
    expect(listAlarms(book, { ...everything, priorities: [2, 4] }, cityOf)).toEqual(["p4", "p2-acked"]);
    expect(listAlarms(book, { ...everything, city: "130200" }, cityOf)).toEqual(["new-p1"]);
    expect(matchesFilter(alarm("x", { active: false }), { ...everything, state: "active" }, cityOf)).toBe(false);
  });

  test("by time the newest stands first, whatever its priority", () => {
    expect(listAlarms(book, everything, cityOf, "time")).toEqual(["p2-acked", "p4", "new-p1", "old-p1"]);
  });

  test("by multiple the one furthest beyond its limit stands first, and what broke no upper limit last", () => {
    const far = addAlarms(book, [
      alarm("far", { priority: 4, value: 75, limit: 50 }),
      alarm("ph", { priority: 1, value: 5, limit: 6 }),
    ]);
    const ids = listAlarms(far, everything, cityOf, "multiple");
    expect([ids[0], ids.at(-1)]).toEqual(["far", "ph"]);
    expect(exceedanceMultiple({ value: 75, limit: 50, unit: "mg/L" })).toBe(0.5);
    expect(exceedanceMultiple({ value: 14, limit: 9, unit: "-" })).toBeNull();
  });

  test("the buttons of the states say how many alarms they would show", () => {
    expect(countStates(book, { ...everything, state: "unack" }, cityOf)).toEqual({
      all: 4,
      unack: 3,
      active: 3,
      returned: 1,
      reset: 0,
      shelved: 0,
      "by-design": 0,
      "out-of-service": 0,
    });
  });

  test("what is held back is in a list of its own, calls nobody and marks no site", () => {
    const held = addAlarms(emptyBook, [
      alarm("shelved", { suppression: shelf, priority: 1 }),
      alarm("latched", { active: false, acked: true, latched: true, state: "latch-ack" }),
    ]);
    expect(listAlarms(held, everything, cityOf)).toEqual(["latched"]);
    expect(listAlarms(held, { ...everything, state: "shelved" }, cityOf)).toEqual(["shelved"]);
    expect(listAlarms(held, { ...everything, state: "reset" }, cityOf)).toEqual(["latched"]);
    expect(listAlarms(held, { ...everything, state: "returned" }, cityOf)).toEqual([]);
    expect(countUnacked(held)).toEqual({ 1: 0, 2: 0, 3: 0, 4: 0 });
    expect(worstBySite(held).get("HB-1")?.id).toBe("latched");
  });

  test("alarms that arrive while the order is frozen are counted, not inserted", () => {
    const shown = new Set(["p2-acked", "old-p1"]);
    expect(countWaiting(shown, findAlarms(book, everything, cityOf))).toEqual({ total: 2, firstPriority: 1 });
  });
});

test("an alarm of the wire becomes one with times in milliseconds, and nonsense becomes nothing", () => {
  const read = readAlarm({
    ...alarm("a"),
    onset: "2026-11-22T00:43:40.000Z",
    comments: [{ at: "2026-11-22T00:44:00Z", by: "x", text: "y" }],
  });
  expect(read?.onset).toBe(Date.UTC(2026, 10, 22, 0, 43, 40));
  expect(read?.comments[0]?.at).toBe(Date.UTC(2026, 10, 22, 0, 44));
  expect(readAlarm({ ...alarm("a"), priority: 9, onset: "2026-11-22T00:43:40Z" })).toBeNull();
  expect(readAlarm("alarm")).toBeNull();
});

// Floods, chatter, groups, folding and the line of a gap.

import { describe, expect, test } from "vitest";
import { addAlarms, emptyBook } from "./alarm-book.ts";
import { buildLines, chooseGrouping, type AlarmLine, type LineOptions } from "./alarm-lines.ts";
import { createRaises, isFlood } from "./raises.ts";
import { readAlarm, type AlarmView } from "./wire.ts";

function alarm(id: string, more: Partial<Record<keyof AlarmView, unknown>> = {}): AlarmView {
  const read = readAlarm({
    id,
    version: 1,
    site: "s1",
    definition: `limit:${id}:realtime`,
    priority: 3,
    state: "unack-active",
    active: true,
    acked: false,
    onset: 1000,
    ...more,
  });
  if (read === null) throw new Error(`no alarm: ${id}`);
  return read;
}

const plain: LineOptions = {
  grouping: "none",
  sort: "urgency",
  open: new Set(),
  gap: null,
  cityOf: (site) => (site === "s3" ? "130200" : "130100"),
  enterpriseOf: (site) => (site.startsWith("steel") ? "Steel" : null),
};

const show = (lines: readonly AlarmLine[]): string[] =>
  lines.map((line) => {
    if (line.kind === "alarm") return `${line.inGroup ? "  " : ""}${line.id}${line.isFirstOut ? " first" : ""}`;
    return line.kind === "group" ? `${line.of} ${line.ids.length}/${line.unacked}` : "gap";
  });

describe("the lines of the console", () => {
  const alarms = [
    alarm("p1", { priority: 1, onset: 500, site: "s2" }),
    alarm("a", { onset: 30 }),
    alarm("b", { onset: 10, acked: true, state: "ack-active" }),
    alarm("c", { onset: 20 }),
    alarm("d", { onset: 5, site: "s3" }),
  ];

  test("alarms of one site fold into one line that stands where its most urgent alarm stood", () => {
    expect(show(buildLines(alarms, { ...plain, grouping: "site" }))).toEqual(["p1", "s1 3/2", "d"]);
  });

  test("an opened group shows the alarm that came first on top, then the others in their order", () => {
    const lines = buildLines(alarms, { ...plain, grouping: "site", open: new Set(["site s1"]) });
    expect(show(lines)).toEqual(["p1", "s1 3/2", "  b first", "  a", "  c", "d"]);
  });

  test("a thousand alarms of a thousand sites fold into no more lines than there are cities", () => {
    const many = Array.from({ length: 1000 }, (_, i) => alarm(`m${i}`, { site: `site-${i}` }));
    const grouping = chooseGrouping(many);
    expect(grouping).toBe("city");
    const cityOf = (site: string): string => `city-${Number(site.slice(5)) % 11}`;
    expect(buildLines(many, { ...plain, grouping, cityOf })).toHaveLength(11);
  });

  test("alarms of one enterprise fold into one line, opened by site and then by cause, what came first always on top", () => {
    const steel = [
      ...Array.from({ length: 11 }, (_, i) => alarm(`v${i}`, { site: "steel-1", onset: 100 + i })),
      alarm("gone", { site: "steel-1", definition: "silence:w01018", onset: 50 }),
      alarm("other", { site: "steel-2", onset: 200 }),
      alarm("alone", { site: "s9", onset: 300 }),
    ];
    const grouping = chooseGrouping(steel, plain.enterpriseOf);
    expect(grouping).toBe("enterprise");
    const fold = (...open: string[]): string[] => show(buildLines(steel, { ...plain, grouping, open: new Set(open) }));
    expect(fold()).toEqual(["Steel 13/13", "alone"]);
    const [firm, site] = ["enterprise Steel", "enterprise Steel/site steel-1"];
    expect(fold(firm)).toEqual(["Steel 13/13", "steel-1 12/12", "  other", "alone"]);
    expect(fold(firm, site)).toEqual(["Steel 13/13", "steel-1 12/12", "  gone", "limit 11/11", "  other", "alone"]);
  });

  test("occurrences of one alarm fold into the newest, and the line says how many", () => {
    const same = [
      alarm("new", { definition: "limit:x:realtime", onset: 9 }),
      alarm("old", { definition: "limit:x:realtime", onset: 1, state: "rtn-unack", active: false }),
    ];
    expect(buildLines(same, plain)).toEqual([
      { kind: "alarm", key: "alarm new", id: "new", folded: 1, inGroup: false, isFirstOut: false },
    ]);
  });

  test("the line of a gap stands on top by urgency and in its place by time", () => {
    const gap = { from: 15, to: 25, added: 1 };
    const byTime = alarms.toSorted((a, b) => b.onset - a.onset);
    expect(show(buildLines(alarms, { ...plain, gap }))[0]).toBe("gap");
    expect(show(buildLines(byTime, { ...plain, gap, sort: "time" }))).toEqual(["p1", "a", "gap", "c", "b", "d"]);
  });
});

describe("a flood", () => {
  test("says when it began, and goes on between ten and five", () => {
    const raises = createRaises();
    const now = 10_000_000;
    const raised = Array.from({ length: 12 }, (_, i) => alarm(`f${i}`, { onset: now + i * 1000 }));
    raises.note(emptyBook, raised, now + 12_000);
    expect(raises.flood(now + 12_000)).toEqual({ isFlood: true, rate: 12, since: now + 10_000 });
    expect(raises.line(now + 12_000).at(-1)).toBe(12);
    // Six of them are still within ten minutes.
    expect(raises.flood(now + 605_500)).toEqual({ isFlood: true, rate: 6, since: now + 10_000 });
    expect(raises.flood(now + 608_500)).toEqual({ isFlood: false, rate: 3, since: null });
  });

  test("is made of calls: an alarm that is held back counts when it is told, and one that is told again counts again", () => {
    const raises = createRaises();
    const now = 10_000_000;
    const held = { kind: "shelved", until: null, by: "x", reason: "test", of: null, oneShot: false };
    const quiet = alarm("q", { onset: now, suppression: held, annunciations: 0 });
    raises.note(emptyBook, [quiet], now);
    expect(raises.rate(now)).toBe(0);
    const book = addAlarms(emptyBook, [quiet]);
    const told = alarm("q", { onset: now, version: 2, annunciations: 1, annunciatedAt: now + 60_000 });
    raises.note(book, [told], now + 60_000);
    const again = alarm("q", { onset: now, version: 3, annunciations: 2, annunciatedAt: now + 90_000 });
    raises.note(addAlarms(book, [told]), [again], now + 90_000);
    expect(raises.rate(now + 90_000)).toBe(2);
  });

  test("begins above ten in ten minutes and is over below five", () => {
    expect([isFlood(false, 10), isFlood(false, 11), isFlood(true, 5), isFlood(true, 4)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test("counts conditions that are raised, not acknowledgements, and forgets them after ten minutes", () => {
    const raises = createRaises();
    const now = 1_000_000;
    let book = emptyBook;
    for (let i = 0; i < 12; i += 1) {
      const raised = [alarm(`r${i}`, { onset: now })];
      raises.note(book, raised, now);
      book = addAlarms(book, raised);
      const acked = [alarm(`r${i}`, { onset: now, version: 2, acked: true, state: "ack-active" })];
      raises.note(book, acked, now);
      book = addAlarms(book, acked);
    }
    expect(raises.rate(now)).toBe(12);
    expect(raises.rate(now + 600_001)).toBe(0);
  });

  test("a snapshot adds what was raised lately, not what has been open for a day", () => {
    const raises = createRaises();
    const now = 100_000_000;
    const over = alarm("over", { onset: now - 9000, active: false, state: "rtn-unack" });
    raises.note(emptyBook, [alarm("new", { onset: now - 5000 }), over, alarm("old", { onset: 5 })], now);
    expect(raises.rate(now)).toBe(2);
  });

  test("an alarm that comes and goes six times in a minute chatters", () => {
    const raises = createRaises();
    let book = emptyBook;
    for (let i = 0; i < 6; i += 1) {
      for (const active of [true, false]) {
        const version = 2 * i + (active ? 1 : 2);
        const next = [alarm("x", { version, active, state: active ? "unack-active" : "rtn-unack", onset: 1_000_000 })];
        raises.note(book, next, 1_000_000 + i * 5000);
        book = addAlarms(book, next);
      }
    }
    expect(raises.chatter({ site: "s1", definition: "limit:x:realtime" }, 1_030_000)).toBe(6);
    expect(raises.chatter({ site: "s1", definition: "limit:x:realtime" }, 1_200_000)).toBe(0);
  });
});

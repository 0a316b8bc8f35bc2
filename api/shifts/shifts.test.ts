// What is on a sheet: floods by their rule, drafts that may be signed, and lines that name things in both languages.

import { describe, expect, it } from "vitest";
import { type Alarm, completeAlarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { Shift } from "#domain/shift.ts";
import { mostInTenMinutes } from "./calls.ts";
import { createSheetDrafts } from "./drafts.ts";
import { type DeskFacts, makeSheet } from "./sheet.ts";

const minute = 60_000;
describe("calls to operators", () => {
  it("are counted in the densest ten minutes, wherever those begin", () => {
    const calls = [0, 9 * minute, 9.5 * minute, 10 * minute, 40 * minute];
    expect(mostInTenMinutes(calls)).toBe(3);
    expect(mostInTenMinutes([])).toBe(0);
  });
});

describe("sheets that may be signed", () => {
  it("are forgotten past their time and past their number", () => {
    const drafts = createSheetDrafts();
    drafts.keep("a", { shift: "1", version: 1, text: "{}", at: 0 });
    expect(drafts.find("a", bounds.sheetDraftMs)).not.toBeNull();
    expect(drafts.find("a", bounds.sheetDraftMs + 1)).toBeNull();
    for (let i = 0; i < bounds.sheetDraftsMax; i++) drafts.keep(`b${i}`, { shift: "1", version: 1, text: "{}", at: 0 });
    expect(drafts.find("a", 1)).toBeNull();
    expect(drafts.find(`b${bounds.sheetDraftsMax - 1}`, 1)).not.toBeNull();
  });
});

const shift: Shift = {
  id: "s1",
  version: 1,
  desk: "province",
  person: "li",
  startedAt: 0,
  handedOverAt: null,
  handedOverBy: null,
  sheet: null,
  sha256: null,
  acceptedBy: null,
  acceptedAt: null,
  ticked: [],
  notes: [{ at: minute, by: "li", text: "pump 2 is out" }],
  seq: 1,
};

const alarm = (id: string, own: Partial<Alarm>): Alarm =>
  completeAlarm({
    id,
    version: 1,
    site: "A",
    factor: "w01018",
    definition: "limit:w01018:hour",
    record: "limit-hour",
    recordVersion: 1,
    class: "averaging",
    priority: 2,
    level: 1,
    state: "unack-active",
    active: true,
    acked: false,
    latched: false,
    suppression: null,
    validity: "good",
    value: 61.5,
    limit: 50,
    unit: "mg/L",
    onset: 0,
    cleared: null,
    ackedBy: null,
    ackedAt: null,
    assignee: null,
    journalSeq: 1,
    annunciations: 1,
    annunciatedAt: 0,
    reraises: 0,
    chattering: false,
    retrospective: false,
    comments: [],
    case: null,
    ...own,
  });

const facts: DeskFacts = {
  shift,
  now: 60 * minute,
  carried: [],
  alarms: [],
  outages: [],
  outOfService: [],
  casesDue: [],
  calls: [],
  changes: [],
  nameSite: (id) => `排口 ${id}`,
};

describe("a sheet", () => {
  it("names each alarm in the block that it belongs to, and the held back ones nowhere else", () => {
    const held = { by: "wang", reason: "nuisance", of: null, oneShot: false } as const;
    const alarms = [
      alarm("1", {}),
      alarm("2", { state: "ack-active", acked: true }),
      alarm("3", { suppression: { kind: "shelved", until: 90 * minute, ...held } }),
      alarm("4", { suppression: { kind: "by-design", until: null, ...held } }),
      alarm("5", { definition: "silence:site", factor: null, value: null, limit: null, priority: 3 }),
    ];
    const { blocks } = makeSheet({ ...facts, alarms });
    const ids = (name: keyof typeof blocks): string[] => blocks[name].map(({ id }) => id);
    expect(ids("open-alarms")).toEqual(["1", "2", "5"]);
    expect(ids("unacknowledged")).toEqual(["1", "5"]);
    expect(ids("shelved")).toEqual(["3"]);
    expect(ids("suppressed")).toEqual(["4"]);
    expect(ids("silent-sites")).toEqual(["5"]);
    expect(blocks.unacknowledged[0]?.zh).toContain("排口 A 化学需氧量小时均值超限 61.5/50 mg/L");
    expect(blocks.unacknowledged[0]?.en).toContain("waits 60 min, overdue");
    expect(blocks.notes[0]?.en).toContain("pump 2 is out");
  });

  it("names outages of the system, cases due and what is out of service in both languages", () => {
    const outage = alarm("o", {
      site: "system",
      factor: null,
      definition: "system:history-behind",
      value: null,
      limit: null,
    });
    const scope = { site: "A", enterprise: null, city: null, kind: null, factor: null };
    const ended = { endedBy: null, endedAt: null, at: 0, seq: 1 };
    const service = { id: "s", version: 1, scope, definitions: null, from: 0, to: null, workOrder: "WO-7", ...ended };
    const { blocks } = makeSheet({
      ...facts,
      outages: [outage, { ...outage, id: "p", state: "normal", active: false, cleared: 30 * minute }],
      outOfService: [{ ...service, reason: "new pump", by: "admin" }],
    });
    expect(blocks.outages[0]?.zh).toContain("本系统 历史库落后");
    expect(blocks.outages[0]?.en).toContain("still there");
    expect(blocks.outages[1]?.en).toContain("over 01-01 08:30");
    expect(blocks["out-of-service"][0]?.zh).toContain("排口 A，工单 WO-7，恢复时间未定");
  });

  it("says how many alarms it does not list", () => {
    const alarms = Array.from({ length: bounds.sheetItemsMax + 20 }, (_, i) => alarm(`a${i}`, {}));
    const { blocks } = makeSheet({ ...facts, alarms });
    expect(blocks["open-alarms"]).toHaveLength(bounds.sheetItemsMax);
    expect(blocks["open-alarms"].at(-1)?.en).toContain("21 more");
  });

  it("names a flood, and says when it still lasts", () => {
    const calls = Array.from({ length: 30 }, (_, i) => ({ at: i * 20_000, priority: 3 as const, alarm: `a${i}` }));
    const [flood] = makeSheet({ ...facts, calls, now: 10 * minute }).blocks.floods;
    expect(flood?.en).toContain("still on, 30 alarms");
    expect(makeSheet({ ...facts, calls }).blocks.floods[0]?.en).not.toContain("still on");
  });

  it("is the same for the same facts, to the byte", () => {
    const alarms = [alarm("1", {}), alarm("2", {})];
    const [a, b] = [alarms, alarms.toReversed()].map((list) => JSON.stringify(makeSheet({ ...facts, alarms: list })));
    expect(a).toBe(b);
  });
});

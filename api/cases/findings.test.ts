// What the rules make of what they find: which alarms count, which sites are silent, and when so many are that it is the centre.

import { describe, expect, it } from "vitest";
import { type Alarm, type AlarmTransition, completeAlarm } from "#domain/alarm.ts";
import type { Mark } from "#domain/mark.ts";
import type { Site } from "#domain/site.ts";
import { hourMs } from "#domain/time.ts";
import { findingOfSilence, findSilent, isExplained, isUnanswered, unansweredSince } from "./findings.ts";

const now = Date.parse("2026-11-20T12:00:00+08:00");
const site = (id: string): Site => ({
  id,
  name: id,
  kind: "water-outfall",
  city: "130200",
  enterprise: null,
  lat: null,
  lon: null,
  factors: ["w01018"],
  intervalSeconds: 60,
  standard: null,
  mn: null,
  simulated: false,
  version: 1,
});
const sites = Array.from({ length: 20 }, (_, i) => site(`S-${i}`));
const silentFor = (hours: Readonly<Record<string, number>>) => (id: string) => now - (hours[id] ?? 0) * hourMs;

describe("missing data", () => {
  it("is that of a site whose newest reading is too old, and not of one that never had any", () => {
    const newest = silentFor({ "S-1": 23, "S-2": 25 });
    const found = findSilent(sites, (id) => (id === "S-3" ? null : newest(id)), now);
    expect(found.silent.map((each) => each.site.id)).toEqual(["S-2"]);
    expect(found).toMatchObject({ tooOld: 0, tooMany: false });
  });

  it("of very long ago is counted, not opened", () => {
    expect(findSilent(sites, silentFor({ "S-1": 500 }), now)).toMatchObject({ silent: [], tooOld: 1 });
  });

  it("of too large a share of all sites is the line of the centre, but few sites are never too many", () => {
    const all = Object.fromEntries(sites.map(({ id }) => [id, 30]));
    expect(findSilent(sites, silentFor(all), now).tooMany).toBe(true);
    expect(findSilent(sites.slice(0, 2), silentFor(all), now)).toMatchObject({ tooMany: false, silent: { length: 2 } });
  });

  it("is the same finding as long as nothing new comes", () => {
    const key = (newest: number): string => findingOfSilence({ site: site("S-1"), newest }).key;
    expect(key(now)).toBe(key(now));
    expect(key(now)).not.toBe(key(now + hourMs));
  });

  it("is explained by an effective mark of the whole site, and by no other", () => {
    const mark = { factors: null, status: "entered" } as Mark;
    expect(isExplained([mark])).toBe(true);
    expect(
      isExplained([
        { ...mark, status: "late" },
        { ...mark, factors: ["w01018"] },
      ]),
    ).toBe(false);
  });
});

describe("a mark that the plant entered for itself", () => {
  const own = { factors: null, status: "entered", byEnterprise: true } as Mark;
  it("explains no gap until the centre has accepted it", () => {
    expect(isExplained([own])).toBe(false);
    expect(isExplained([{ ...own, status: "accepted" }])).toBe(true);
    expect(isExplained([own, { ...own, byEnterprise: false }])).toBe(true);
  });
});

describe("an alarm that nobody acknowledged", () => {
  const about = { id: "A", version: 1, site: "S-1", factor: "w01018", definition: "limit:w01018:day", priority: 1 };
  const stands = { state: "unack-active", active: true, acked: false, latched: false, suppression: null };
  const rest = {
    validity: "good",
    value: 1,
    limit: 1,
    unit: "",
    onset: 5,
    cleared: null,
    ackedBy: null,
    ackedAt: null,
  };
  const alarm = (part: Partial<Alarm>): Alarm =>
    completeAlarm({
      ...about,
      ...stands,
      ...rest,
      journalSeq: 7,
      comments: [],
      case: null,
      class: "statutory",
      annunciatedAt: 9,
      ...part,
    } as Alarm);

  it("is asked about", () => {
    expect(isUnanswered(alarm({}))).toBe(true);
  });

  const row = (receivedAt: number, part: Partial<AlarmTransition>): AlarmTransition => ({
    alarmId: "A",
    version: receivedAt,
    seq: receivedAt,
    from: "unack-active",
    to: "unack-active",
    cause: "sample",
    value: null,
    limit: null,
    eventTime: receivedAt,
    receivedAt,
    actor: null,
    comment: null,
    annunciation: null,
    ...part,
  });
  const raised = row(9, { from: "normal", annunciation: "A:1" });
  const again = row(20, { from: "rtn-unack", annunciation: "A:2" });

  it("counts from the first call that nobody answered, not from the last", () => {
    const gone = row(15, { to: "rtn-unack" });
    expect(unansweredSince([raised, gone, again, row(30, { toLevel: 2, annunciation: "A:3" })])).toBe(9);
    expect(unansweredSince([row(9, { from: "normal", annunciation: undefined }), again])).toBe(9);
  });

  it.each<readonly [string, Partial<AlarmTransition>]>([
    ["an acknowledgement", { to: "ack-active" }],
    ["a shelf", { toSuppression: "shelved" }],
    ["being taken out of service", { toSuppression: "out-of-service" }],
  ])("counts anew from the first call behind %s", (_, part) => {
    expect(unansweredSince([raised, row(12, part)])).toBeNull();
    expect(unansweredSince([raised, row(12, part), again, row(30, { annunciation: "A:3" })])).toBe(20);
  });

  it.each<readonly [string, Partial<Alarm>]>([
    ["of another class", { class: "warning" }],
    ["that is acknowledged", { acked: true }],
    ["that is over", { state: "normal" }],
    [
      "that is shelved",
      { suppression: { kind: "shelved", until: null, by: "li", reason: "x" } as Alarm["suppression"] },
    ],
    ["that has a case", { case: "c" }],
    ["that was never called out", { annunciatedAt: null }],
    ["of long ago, found afterwards", { retrospective: true }],
    ["that is only shown, not journaled", { journalSeq: 0 }],
  ])("is not asked about: one %s", (_, part) => {
    expect(isUnanswered(alarm(part))).toBe(false);
  });
});

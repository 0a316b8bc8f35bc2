// The book of notices alone: calls, acknowledgements, ticks and reports in, rows out. Time is the journal's, so that hours
// pass in no time; every promise is kept as well when the book is saved and read again between any two entries.

import { describe, expect, it } from "vitest";
import { type Alarm, annunciationId } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import type { Notice, NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { createOutput } from "../output.ts";
import { createNotices, type NoticesBook, type SavedNotices } from "./notices.ts";

/** 2026-11-20 10:00 in UTC+8. */
const begin = Date.UTC(2026, 10, 20, 2);
const site = (id: string): Site => ({
  id,
  name: id,
  kind: "water-outfall",
  city: "130200",
  enterprise: "清源水务",
  maintainer: "冀运维",
  lat: null,
  lon: null,
  factors: ["w01018"],
  intervalSeconds: 60,
  standard: null,
  mn: null,
  simulated: false,
  version: 1,
});

type NoticeCommand = Parameters<NoticesBook["apply"]>[0];

const toLi = [{ kind: "contact", contact: "li" }] as const;
const policy = (changes: Partial<NoticePolicy> = {}): NoticePolicy => ({
  id: "all",
  version: 0,
  name: "all",
  enabled: true,
  order: 1,
  scope: { site: null, enterprise: null, city: null, kind: null, factor: null },
  classes: [],
  priorities: [1, 2, 3, 4],
  steps: [{ afterMs: 0, until: "ack", targets: toLi, repeatMs: null }],
  groupMs: 0,
  quiet: null,
  tellEnd: false,
  ...changes,
});

const alarmOf = (id: string, changes: Partial<Alarm> = {}): Alarm => ({
  id,
  version: 1,
  site: "S1",
  factor: "w01018",
  definition: "limit:w01018:realtime",
  record: "limit-realtime",
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
  value: 88,
  limit: 50,
  unit: "mg/L",
  onset: begin,
  cleared: null,
  ackedBy: null,
  ackedAt: null,
  assignee: null,
  journalSeq: 1,
  annunciations: 1,
  annunciatedAt: begin,
  reraises: 0,
  chattering: false,
  retrospective: false,
  comments: [],
  case: null,
  ...changes,
});

/** A book with its journal; `reborn`: saved and read again behind every entry, as after a kill. */
function startBook(policies: readonly NoticePolicy[], reborn = false) {
  const findSite = (id: string): Site | undefined => (id.startsWith("S") ? site(id) : undefined);
  let book = createNotices({ findSite });
  let at = begin;
  let seq = 0;
  const rows = new Map<string, Notice>();
  const alarms = new Map<string, Alarm>();
  const said: string[] = [];

  function enter(
    work: (on: { seq: number; eventTime: number; receivedAt: number }, output: ReturnType<typeof createOutput>) => void,
  ): void {
    const output = createOutput();
    book.begin(output);
    work({ seq: ++seq, eventTime: at, receivedAt: at }, output);
    for (const [id, notice] of output.state.notices) {
      expect(notice.version).toBeGreaterThan(rows.get(id)?.version ?? 0);
      rows.set(id, notice);
      said.push(`${seq} ${id} ${notice.state}`);
    }
    if (reborn) book = createNotices({ findSite }, structuredClone(book.save()));
  }

  const run = {
    rows,
    said,
    get book() {
      return book;
    },
    get now() {
      return at;
    },
    states: (): string[] => [...rows.values()].map(({ contact, state, cause }) => `${contact} ${cause} ${state}`),
    of: (contact: string): Notice[] => [...rows.values()].filter((notice) => notice.contact === contact),
    command(command: NoticeCommand): boolean {
      let ok = false;
      enter((on, output) => {
        ok = book.apply(command, on, output).ok;
      });
      return ok;
    },
    contact: (contact: string, enterprise: string | null = null, there = true): boolean =>
      run.command({ type: "notices.contact", contact, enterprise, there }),
    call(alarm: Alarm, cause: "raise" | "raise-again" | "level-up" | "re-alarm" | "unsuppressed" = "raise"): void {
      const call = { ...alarm, annunciations: (alarms.get(alarm.id)?.annunciations ?? 0) + 1 };
      alarms.set(alarm.id, call);
      enter((on, output) => {
        book.meet({ id: annunciationId(call.id, call.annunciations), alarm: call, cause, at, seq }, on, output);
        book.follow(call, on, output);
      });
    },
    change(id: string, changes: Partial<Alarm>): void {
      const alarm = { ...alarmOf(id), ...alarms.get(id), ...changes };
      alarms.set(id, alarm);
      enter((on, output) => book.follow(alarm, on, output));
    },
    ack: (id: string, by = "wang"): void =>
      run.change(id, {
        acked: true,
        ackedBy: by,
        ackedAt: at,
        state: alarms.get(id)?.active === false ? "normal" : "ack-active",
      }),
    clear: (id: string): void =>
      run.change(id, { active: false, cleared: at, state: alarms.get(id)?.acked === true ? "normal" : "rtn-unack" }),
    /** Ticks once a second, or in larger strides. */
    pass(ms: number, strideMs = 1_000): void {
      for (const end = at + ms; at < end;) {
        at = Math.min(end, at + strideMs);
        enter((on, output) => book.tick(on, output));
      }
    },
    report: (notice: string, ok: boolean, last = false): boolean =>
      run.command({
        type: "notices.progress",
        progress: [{ notice, attempt: { at, channel: "mail", ok, detail: ok ? "250 ok" : "timeout" }, last }],
      }),
    /** All that waits is sent. */
    deliver(): void {
      for (const { id } of [...rows.values()].filter(({ state }) => state === "waiting")) run.report(id, true);
    },
  };
  run.command({
    type: "notices.put-policies",
    policies: policies.map(({ version, ...each }) => ({ ...each, expectedVersion: version })),
    reason: "test",
  });
  for (const name of ["li", "wang", "zhao"]) run.contact(name);
  return run;
}

const calendar = (
  changes: Partial<OnCallCalendar & { expectedVersion: number }> = {},
): Extract<Command, { type: "notices.put-calendar" }> => ({
  type: "notices.put-calendar",
  calendar: {
    id: "duty",
    expectedVersion: 0,
    name: "duty",
    contacts: ["li", "wang"],
    from: begin,
    turnMs: hourMs,
    swaps: [],
    ...changes,
  },
  reason: "test",
});

const tiers = policy({
  steps: [
    { afterMs: 0, until: "ack", targets: toLi, repeatMs: null },
    { afterMs: 5 * minuteMs, until: "ack", targets: [{ kind: "contact", contact: "wang" }], repeatMs: null },
    { afterMs: 15 * minuteMs, until: "clear", targets: [{ kind: "contact", contact: "zhao" }], repeatMs: null },
  ],
});

describe.each([false, true])("notices of a book (saved and read again behind every entry: %s)", (reborn) => {
  const start = (...policies: NoticePolicy[]) => startBook(policies, reborn);

  it("go to one tier after the other while nobody acknowledges, to the second exactly", () => {
    const run = start(tiers);
    run.call(alarmOf("A1"));
    expect(run.states()).toEqual(["li step waiting"]);
    run.pass(5 * minuteMs - 1_000);
    expect(run.of("wang")).toEqual([]);
    run.pass(1_000);
    expect(run.of("wang").map(({ createdAt }) => createdAt - begin)).toEqual([5 * minuteMs]);
    run.pass(10 * minuteMs);
    expect(run.of("zhao").map(({ id }) => id)).toEqual(["A1:1:2:0:zhao"]);
  });

  it("stop at the acknowledgement: what was not sent is cancelled with the reason, only steps until it is over go on", () => {
    const run = start(tiers);
    run.call(alarmOf("A1"));
    run.pass(minuteMs);
    run.ack("A1");
    expect(run.of("li").map(({ state, detail }) => [state, detail])).toEqual([["cancelled", "acknowledged by wang"]]);
    run.pass(20 * minuteMs);
    expect(run.of("wang")).toEqual([]);
    expect(run.states()).toEqual(["li step cancelled", "zhao step waiting"]);
    run.clear("A1");
    expect(run.states()).toEqual(["li step cancelled", "zhao step cancelled"]);
    expect(run.book.chains).toBe(0);
  });

  it("are repeated until somebody acknowledges, and not piled up while a channel is down", () => {
    const run = start(policy({ steps: [{ afterMs: 0, until: "ack", targets: toLi, repeatMs: 10 * minuteMs }] }));
    run.call(alarmOf("A1"));
    run.deliver();
    run.pass(10 * minuteMs);
    expect(run.states()).toEqual(["li step sent", "li repeat waiting"]);
    // Down: the repeat of twenty, thirty, … minutes would say the same.
    run.pass(40 * minuteMs, 10_000);
    expect(run.of("li")).toHaveLength(2);
    run.deliver();
    run.pass(10 * minuteMs, 10_000);
    expect(run.of("li").map(({ id }) => id)).toEqual(["A1:1:0:0:li", "A1:1:0:1:li", "A1:1:0:6:li"]);
    run.ack("A1");
    run.pass(hourMs, 10_000);
    expect(run.of("li")).toHaveLength(3);
  });

  it("go to whoever is on call when the step is due, swaps before turns, and to nobody while nobody is named", () => {
    const onCall = policy({
      steps: [0, 90].map((minutes) => ({
        afterMs: minutes * minuteMs,
        until: "ack",
        targets: [{ kind: "on-call", calendar: "duty" }],
        repeatMs: null,
      })),
    });
    const run = start(onCall);
    run.call(alarmOf("A0"));
    expect([...run.rows]).toEqual([]);
    const swaps = [
      { from: begin + 80 * minuteMs, to: begin + 100 * minuteMs, contact: "zhao", reason: "ill", by: "wang" },
    ];
    expect(run.command(calendar({ swaps }))).toBe(true);
    expect(run.command(calendar())).toBe(false);
    run.call(alarmOf("A1"));
    run.pass(2 * hourMs, 10_000);
    expect([...run.rows.values()].map(({ alarms, contact }) => `${alarms[0]} ${contact}`)).toEqual([
      "A1 li",
      "A0 zhao",
      "A1 zhao",
    ]);
    run.contact("wang", null, false);
    run.call(alarmOf("A2"));
    expect(run.of("wang")).toEqual([]);
  });

  it("reach the enterprise and its maintainer first", () => {
    const run = start(
      policy({
        classes: ["warning"],
        steps: [{ afterMs: 0, until: "clear", targets: [{ kind: "enterprise" }], repeatMs: null }],
      }),
    );
    run.contact("plant", "清源水务");
    run.contact("service", "冀运维");
    run.contact("other", "别家");
    run.call(alarmOf("A1", { class: "warning" }));
    run.call(alarmOf("A2", { class: "averaging" }));
    expect(run.states()).toEqual(["plant step waiting", "service step waiting"]);
  });

  it("of one site within the group time are one message; another site and priority 1 of a statutory class are not", () => {
    const run = start(policy({ groupMs: 30_000 }));
    run.call(alarmOf("A1", { priority: 3 }));
    run.pass(20_000);
    run.call(alarmOf("A2", { priority: 2 }));
    run.call(alarmOf("B1", { site: "S2" }));
    run.call(alarmOf("C1", { class: "statutory", priority: 1 }));
    expect([...run.rows.values()].map(({ state, alarms, priority }) => [state, alarms, priority])).toEqual([
      ["held", ["A1", "A2"], 2],
      ["held", ["B1"], 2],
      ["waiting", ["C1"], 1],
    ]);
    run.pass(10_000);
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("waiting");
    expect(run.rows.get("B1:1:0:0:li")?.state).toBe("held");
    run.ack("A1");
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("waiting");
    run.ack("A2");
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("cancelled");
  });

  it("wait for the end of quiet hours, over midnight too, and are left out when it is over by then; grave ones do not wait", () => {
    // 10:00 to 07:00 of the next day.
    const run = start(policy({ quiet: { from: 600, to: 420 } }));
    run.call(alarmOf("A1"));
    run.call(alarmOf("A2", { site: "S2" }));
    run.call(alarmOf("P1", { priority: 1 }));
    run.call(alarmOf("T4", { class: "statutory", priority: 4 }));
    expect([...run.rows.values()].map(({ state, alarms }) => `${state} ${alarms.join()}`)).toEqual([
      "held A1,A2",
      "waiting P1",
      "waiting T4",
    ]);
    expect(run.rows.get("A1:1:0:0:li")?.dueAt).toBe(begin + 21 * hourMs);
    run.pass(21 * hourMs - 1_000, minuteMs);
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("held");
    run.pass(1_000);
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("waiting");
    run.pass(4 * hourMs, minuteMs);
    run.call(alarmOf("A3"));
    run.clear("A3");
    run.ack("A3");
    expect(run.rows.get("A3:1:0:0:li")?.state).toBe("cancelled");
  });

  it("become one digest for a contact who is flooded, except those of statutory priority 1", () => {
    const run = start(policy());
    for (let i = 0; i < 40; i++) run.call(alarmOf(`F${i}`, { site: `S${i}` }));
    run.call(alarmOf("C1", { class: "statutory", priority: 1 }));
    const held = [...run.rows.values()].filter(({ state }) => state === "held");
    expect(run.rows.size).toBe(bounds.noticeFloodMax + 2);
    expect(held.map(({ alarms }) => alarms.length)).toEqual([30]);
    expect(run.rows.get("C1:1:0:0:li")?.state).toBe("waiting");
    run.pass(bounds.noticeDigestMs);
    expect(held.map(({ id }) => run.rows.get(id)?.state)).toEqual(["waiting"]);
    run.pass(bounds.noticeFloodMs + minuteMs, 10_000);
    run.call(alarmOf("N1"));
    expect(run.rows.get("N1:1:0:0:li")?.state).toBe("waiting");
  });

  it("name no more alarms than there is room for, and say how many more there are", () => {
    const run = start(policy({ groupMs: 30_000 }));
    for (let i = 0; i < bounds.noticeAlarmsMax + 7; i++) run.call(alarmOf(`F${i}`));
    expect([...run.rows.values()].map(({ alarms, more }) => [alarms.length, more])).toEqual([
      [bounds.noticeAlarmsMax, 7],
    ]);
  });

  it("are told once of an alarm that chatters, and again when it was quiet", () => {
    const run = start(policy());
    for (const id of ["A1", "A2", "A3"]) {
      run.call(alarmOf(id, { chattering: true }));
      run.clear(id);
      run.ack(id);
    }
    expect([...run.rows.keys()]).toEqual(["A1:1:0:0:li"]);
    run.change("A3", { chattering: false });
    run.call(alarmOf("A4", { chattering: true }));
    expect([...run.rows.keys()]).toEqual(["A1:1:0:0:li", "A4:1:0:0:li"]);
  });

  it("tell of an alarm that gets worse or is called again after its acknowledgement, although it chatters", () => {
    const run = start(policy());
    const ids = (): string[] => run.of("li").map(({ annunciation }) => annunciation);
    run.call(alarmOf("A1", { chattering: true, priority: 3 }));
    run.deliver();
    run.ack("A1");
    run.call(alarmOf("A1", { chattering: true, priority: 1, level: 2 }), "level-up");
    expect(ids()).toEqual(["A1:1", "A1:2"]);
    run.ack("A1");
    run.call(alarmOf("A1", { chattering: true }), "re-alarm");
    expect(ids()).toEqual(["A1:1", "A1:2", "A1:3"]);
    run.clear("A1");
    run.ack("A1");
    run.call(alarmOf("A2", { chattering: true }));
    expect(ids()).toHaveLength(3);
    run.call(alarmOf("A3", { chattering: true, class: "statutory", priority: 1 }));
    expect(ids().at(-1)).toBe("A3:1");
  });

  it("tell of an alarm that comes back after somebody had answered it, or graver than it was", () => {
    const run = start(policy());
    run.call(alarmOf("A1"));
    run.call(alarmOf("A1"), "raise-again");
    expect(run.of("li")).toHaveLength(1);
    run.call(alarmOf("A1", { priority: 1 }), "raise-again");
    expect(run.of("li")).toHaveLength(2);
    run.ack("A1");
    run.call(alarmOf("A1", { priority: 1 }), "raise-again");
    expect(run.of("li")).toHaveLength(3);
  });

  it("are not made while an alarm is suppressed; its steps begin anew when that ends", () => {
    const run = start(tiers);
    const shelf = { kind: "shelved", until: null, by: "li", reason: "test", of: null, oneShot: false } as const;
    run.call(alarmOf("A1"));
    run.change("A1", { suppression: shelf });
    expect(run.of("li").map(({ state, detail }) => [state, detail])).toEqual([["cancelled", "suppressed: shelved"]]);
    run.pass(20 * minuteMs, 10_000);
    run.call(alarmOf("A2", { suppression: shelf }));
    expect(run.rows.size).toBe(1);
    run.call(alarmOf("A1", { suppression: null }), "unsuppressed");
    expect(run.states()).toEqual(["li step cancelled", "li step waiting"]);
    run.pass(5 * minuteMs);
    expect(run.of("wang")).toHaveLength(1);
  });

  it("tell the end to those whom a message has reached, and to nobody else", () => {
    const run = start(policy({ ...tiers, tellEnd: true, id: "all" }));
    run.call(alarmOf("A1"));
    run.deliver();
    run.pass(5 * minuteMs);
    run.clear("A1");
    expect(run.states()).toEqual(["li step sent", "wang step waiting", "li end waiting"]);
    run.deliver();
    // That of wang arrived after the end: he hears of both.
    expect(run.states()).toEqual(["li step sent", "wang step sent", "li end sent", "wang end waiting"]);
    run.call(alarmOf("A1"), "raise-again");
    expect(run.of("li").map(({ cause }) => cause)).toEqual(["step", "end", "step"]);
  });

  it("tell an end that came while the alarm was suppressed as soon as that is over", () => {
    const shelf = { kind: "shelved", until: null, by: "li", reason: "test", of: null, oneShot: false } as const;
    const run = start(policy({ tellEnd: true }));
    for (const id of ["A1", "A2"]) run.call(alarmOf(id));
    run.deliver();
    for (const id of ["A1", "A2"]) {
      run.change(id, { suppression: shelf });
      run.clear(id);
    }
    const ended = (): string[] =>
      run.of("li").flatMap(({ cause, alarms: [first = ""] }) => (cause === "end" ? [first] : []));
    run.pass(minuteMs);
    expect(ended()).toEqual([]);
    run.change("A1", { suppression: null });
    expect(ended()).toEqual(["A1"]);
    // Acknowledged on its shelf: no later word would come.
    run.ack("A2");
    expect(ended()).toEqual(["A1", "A2"]);
    run.ack("A1");
    run.pass(minuteMs);
    expect([ended(), run.book.chains]).toEqual([["A1", "A2"], 0]);
  });

  it("say what happened when a message was under way as it was cancelled", () => {
    const run = start(policy({ tellEnd: true }));
    run.call(alarmOf("A1"));
    run.clear("A1");
    run.ack("A1");
    expect(run.states()).toEqual(["li step cancelled"]);
    run.report("A1:1:0:0:li", true);
    expect(run.rows.get("A1:1:0:0:li")?.detail).toBe("sent before it was cancelled (acknowledged by wang)");
    expect(run.states()).toEqual(["li step sent", "li end waiting"]);
  });

  it("begin their clock anew after a re-alarm, and go on with it when an alarm gets worse", () => {
    const run = start(tiers);
    run.call(alarmOf("A1"));
    run.pass(4 * minuteMs);
    run.call(alarmOf("A1", { priority: 1, level: 2 }), "level-up");
    run.pass(minuteMs);
    expect(run.of("wang").map(({ annunciation }) => annunciation)).toEqual(["A1:2"]);
    run.ack("A1");
    run.pass(minuteMs);
    run.call(alarmOf("A1", { acked: false }), "re-alarm");
    run.pass(5 * minuteMs - 1_000);
    expect(run.of("wang")).toHaveLength(1);
    run.pass(1_000);
    expect(run.of("wang")).toHaveLength(2);
  });

  it("lose nothing while an endpoint is away for an hour, and count as failed after a day, visibly", () => {
    const run = start(policy());
    run.call(alarmOf("A1"));
    for (let i = 0; i < 60; i++) {
      run.pass(minuteMs, minuteMs);
      run.report("A1:1:0:0:li", false);
    }
    const row = run.rows.get("A1:1:0:0:li");
    expect([row?.state, row?.tries, row?.attempts.length]).toEqual(["waiting", 60, bounds.noticeAttemptsKept]);
    expect(row?.attempts.map(({ at }) => (at - begin) / minuteMs).slice(0, 5)).toEqual([1, 2, 3, 44, 45]);
    run.report("A1:1:0:0:li", true);
    expect(run.rows.get("A1:1:0:0:li")?.state).toBe("sent");
    run.call(alarmOf("A2"));
    run.pass(dayMs + minuteMs, minuteMs);
    expect(run.rows.get("A2:1:0:0:li")).toMatchObject({
      state: "failed",
      detail: "no channel took it within 24 hours",
    });
  });

  it("are cancelled when their policy is switched off or their contact removed", () => {
    const run = start(tiers);
    run.call(alarmOf("A1"));
    run.contact("li", null, false);
    expect(run.states()).toEqual(["li step cancelled"]);
    run.pass(5 * minuteMs);
    expect(run.command({ type: "notices.remove-policy", id: "all", expectedVersion: 3, reason: "test" })).toBe(false);
    expect(run.command({ type: "notices.remove-policy", id: "all", expectedVersion: 1, reason: "test" })).toBe(true);
    expect(run.states()).toEqual(["li step cancelled", "wang step cancelled"]);
    run.pass(hourMs, minuteMs);
    expect(run.rows.size).toBe(2);
  });
  it("go on by the policy that fits then, when theirs is switched off for another: nobody hears the same twice", () => {
    const other = policy({
      id: "other",
      order: 2,
      steps: [
        { afterMs: 0, until: "ack", targets: [...toLi, { kind: "contact", contact: "zhao" }], repeatMs: null },
        { afterMs: 10 * minuteMs, until: "ack", targets: [...toLi], repeatMs: null },
      ],
    });
    const run = start(tiers);
    run.call(alarmOf("A1"));
    run.deliver();
    run.pass(6 * minuteMs);
    expect(run.states()).toEqual(["li step sent", "wang step waiting"]);
    const orders = [{ ...tiers, enabled: false }, other].map(({ version, ...each }, i) => ({
      ...each,
      expectedVersion: version + 1 - i,
    }));
    expect(run.command({ type: "notices.put-policies", policies: orders, reason: "new rules" })).toBe(true);
    expect(run.of("wang").map(({ state, detail }) => [state, detail])).toEqual([
      ["cancelled", "the policy is not in force any more"],
    ]);
    run.pass(1_000);
    expect(run.of("zhao").map(({ cause, state, policy: name }) => [cause, state, name])).toEqual([
      ["step", "waiting", "other"],
    ]);
    expect(run.of("li")).toHaveLength(1);
    run.pass(4 * minuteMs);
    expect(run.of("li").map(({ cause, createdAt }) => [cause, createdAt - begin])).toEqual([
      ["step", 0],
      ["step", 10 * minuteMs],
    ]);
    // Wang had not heard of it: what takes the place of the other policy later tells him under an id of its own.
    const wangs = policy({
      id: "wangs",
      order: 3,
      steps: [0, 5].map((minutes) => ({
        afterMs: minutes * minuteMs,
        until: "ack",
        targets: [{ kind: "contact", contact: "wang" }],
        repeatMs: null,
      })),
    });
    const again = [{ ...other, enabled: false }, wangs].map(({ version, ...each }, i) => ({
      ...each,
      expectedVersion: version + 1 - i,
    }));
    expect(run.command({ type: "notices.put-policies", policies: again, reason: "newer rules" })).toBe(true);
    run.pass(1_000);
    expect(new Set(run.of("wang").map(({ id }) => id)).size).toBe(run.of("wang").length);
    expect(run.of("wang").filter(({ policy: name }) => name === "wangs").length).toBeGreaterThan(0);
    expect(run.book.chains).toBe(1);
  });
});

describe("the book of notices", () => {
  it("has built-in policies and calendars, says them once, and tells nobody while nobody is named", () => {
    const output = createOutput();
    const book = createNotices({ findSite: () => site("S1") });
    book.begin(output);
    expect([...output.state.noticePolicies.keys()]).toEqual(["warning-to-enterprise", "urgent", "high"]);
    expect([...output.state.calendars.keys()]).toEqual(["duty-lead", "centre-director", "county-officer"]);
    const on = { seq: 1, eventTime: begin, receivedAt: begin };
    const alarm = alarmOf("A1", { class: "warning" });
    book.meet({ id: "A1:1", alarm, cause: "raise", at: begin, seq: 1 }, on, output);
    book.tick({ ...on, receivedAt: begin + hourMs }, output);
    expect(output.state.notices.size).toBe(0);
    const again = createOutput();
    createNotices({ findSite: () => undefined }, book.save()).begin(again);
    expect(again.state.noticePolicies.size).toBe(0);
  });

  it("follows a built-in chain when people are named: warnings go to the enterprise at once, to the lead after a quarter", () => {
    const run = startBook([]);
    run.contact("plant", "清源水务");
    run.command(calendar({ id: "duty-lead", expectedVersion: 1, turnMs: dayMs }));
    run.call(alarmOf("A1", { class: "warning" }));
    run.pass(30_000);
    expect(run.states()).toEqual(["plant step waiting"]);
    run.pass(15 * minuteMs - 1_000);
    expect(run.states()).toEqual(["plant step waiting", "li step held"]);
  });

  it("makes the same rows in the same order whether it lives through or is read again behind every entry", () => {
    const live = (reborn: boolean): string[] => {
      const run = startBook([policy({ ...tiers, id: "all", groupMs: 10_000, tellEnd: true })], reborn);
      for (let i = 0; i < 30; i++) {
        run.call(
          alarmOf(`A${i}`, {
            site: `S${i % 4}`,
            priority: i % 5 === 0 ? 1 : 3,
            class: i % 10 === 0 ? "statutory" : "warning",
          }),
        );
        run.pass(7_000);
        if (i % 3 === 0) run.deliver();
        if (i % 4 === 1) run.ack(`A${i}`);
        if (i % 7 === 2) run.clear(`A${i}`);
      }
      run.pass(30 * minuteMs, 5_000);
      return run.said;
    };
    const once = live(false);
    expect(once.length).toBeGreaterThan(60);
    expect(live(true)).toEqual(once);
  });

  it("keeps at its bounds, and says each call that it could not follow as a failed notice", () => {
    const saved: SavedNotices = createNotices({ findSite: () => site("S1") }).save();
    const run = startBook([policy()]);
    const chain = (id: string) => ({
      alarm: alarmOf(id),
      suppressed: false,
      annunciation: `${id}:1`,
      policy: policy(),
      from: begin,
      steps: [],
      reached: [],
      endTold: false,
    });
    const full = { ...saved, chains: Array.from({ length: bounds.noticeChainsMax }, (_, i) => chain(`X${i}`)) };
    const book = createNotices({ findSite: () => site("S1") }, { ...full, rules: run.book.save().rules });
    const output = createOutput();
    const on = { seq: 9, eventTime: begin, receivedAt: begin };
    book.meet({ id: "A1:1", alarm: alarmOf("A1"), cause: "raise", at: begin, seq: 9 }, on, output);
    expect([...output.state.notices.values()].map(({ state, contact }) => [state, contact])).toEqual([["failed", ""]]);
    expect([book.dropped, book.chains]).toEqual([1, bounds.noticeChainsMax]);
  });
});

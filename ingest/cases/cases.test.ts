// The book of cases: what opens once, which moves hold, the second person, clocks and reminders, and that a replay from any
// place comes to the same.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import {
  type Case,
  type CaseAct,
  type CaseDraft,
  type CaseEvent,
  type CaseEvidence,
  caseStages,
} from "#domain/case.ts";
import { findMove, isEnded, stageTable } from "#domain/cases/stages.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import { workingDays } from "#domain/working-days.ts";
import type { Answer } from "../answer.ts";
import { createOutput } from "../output.ts";
import { createCases, type CasesBook, type SavedCases } from "./cases.ts";

const t0 = Date.parse("2026-11-20T10:00:00+08:00"); // a Friday
const sites: Readonly<Record<string, { city: string; enterprise: string | null }>> = {
  "T-1": { city: "130200", enterprise: "Steel One" },
  "T-2": { city: "130200", enterprise: "Steel One" },
  "T-3": { city: "130200", enterprise: "Paper Two" },
  "B-1": { city: "130100", enterprise: null },
};

function startBook(saved?: SavedCases, table = stageTable) {
  const parts = { findSite: (id: string) => sites[id], rules: { table, days: workingDays } };
  let book: CasesBook = createCases(parts, saved);
  let seq = 0;
  const events: CaseEvent[] = [];
  const rows = new Map<string, Case>();
  const output = createOutput();

  function run<T>(
    work: (on: { seq: number; eventTime: number; receivedAt: number }, output: ReturnType<typeof createOutput>) => T,
    at: number,
  ): T {
    seq += 1;
    const result = work({ seq, eventTime: at, receivedAt: at }, output);
    events.push(...output.state.caseEvents.splice(0));
    for (const [id, row] of output.state.cases) rows.set(id, row);
    output.state.cases.clear();
    return result;
  }

  return {
    events,
    rows,
    get book() {
      return book;
    },
    restart() {
      book = createCases(parts, structuredClone(book.save()));
    },
    open(draft: Partial<CaseDraft> = {}, at = t0, actor = "li"): Answer {
      const whole = {
        id: `case-${seq}`,
        site: "T-1",
        title: "t",
        origin: "hand",
        links: [],
        reason: "seen",
        key: null,
      } as const;
      return run(
        (on, output) => book.open({ type: "case.open", draft: { ...whole, ...draft } }, actor, on, output),
        at,
      );
    },
    act(id: string, act: CaseAct, actor = "li", at = t0, expectedVersion = rows.get(id)?.version ?? 0): Answer {
      return run((on, output) => book.act({ type: "case.act", case: id, expectedVersion, act }, actor, on, output), at);
    },
    tick(at: number): void {
      run((on, output) => book.tick(on, output), at);
    },
  };
}

const reason = "because";
const move = (to: Case["stage"]): CaseAct => ({ kind: "move", to, reason });
const dispatch: CaseAct = { kind: "dispatch", officer: "wang", vehicle: "冀B 00001", checklist: ["meter"], reason };
const photo = (id = "e1"): CaseEvidence => {
  const file = { id, name: "photo.jpg", mediaType: "image/jpeg", bytes: 3, sha256: "ab".repeat(32) };
  return { ...file, by: "li", at: t0, takenAt: null, place: null, note: "" };
};
const evidence = (id = "e1"): CaseAct => ({ kind: "evidence", evidence: photo(id), reason });
function caseOf(answer: Answer): Case {
  expect(answer).toMatchObject({ ok: true });
  if (!answer.ok) throw new Error(answer.detail);
  return answer.result as Case;
}

const toOnSite: readonly CaseAct[] = [move("triage"), dispatch, move("on-site")];
const toConfirmed: readonly CaseAct[] = [...toOnSite, evidence(), move("evidence"), move("confirmed")];

/** Acts that bring a new case to a stage, as one person and another one would do it. */
const ways: Readonly<Partial<Record<Case["stage"], readonly CaseAct[]>>> = {
  opened: [],
  triage: [move("triage")],
  "false-data": [move("triage"), move("false-data")],
  explained: [move("triage"), { kind: "link", link: { kind: "mark", id: "m" }, reason }, move("explained")],
  dispatched: [move("triage"), dispatch],
  "on-site": [move("triage"), dispatch, move("on-site")],
  evidence: [move("triage"), dispatch, move("on-site"), move("evidence"), evidence()],
  confirmed: toConfirmed,
  dismissed: [move("triage"), dispatch, move("on-site"), move("evidence"), evidence(), move("dismissed")],
  rectifying: [...toConfirmed, move("rectifying")],
  recheck: [...toConfirmed, move("rectifying"), move("recheck")],
  transferred: [{ kind: "transfer", to: "provincial centre", reason }],
};

function bringTo(run: ReturnType<typeof startBook>, stage: Case["stage"], draft: Partial<CaseDraft> = {}): Case {
  let known = caseOf(run.open(draft));
  for (const act of ways[stage] ?? []) known = caseOf(run.act(known.id, act));
  expect(known.stage).toBe(stage);
  return known;
}

describe("a case", () => {
  it("gets a number without gaps in its city and year, also when orders between are refused", () => {
    const run = startBook();
    const numbers = [
      run.open(),
      run.open({ site: "none" }),
      run.open({ site: "B-1" }),
      run.open(),
      run.open({}, Date.parse("2026-12-31T17:00:00Z")),
    ];
    expect(numbers.map((answer) => (answer.ok ? (answer.result as Case).number : answer.code))).toEqual([
      "130200-2026-00001",
      "not-found",
      "130100-2026-00001",
      "130200-2026-00002",
      "130200-2027-00001",
    ]);
  });

  it("that a rule finds again is not opened again: what is new of it is linked, as long as it is looked into", () => {
    const run = startBook();
    const link = (id: string) => ({ kind: "exceedance", id }) as const;
    const first = caseOf(run.open({ key: "k", links: [link("a"), link("a")] }));
    expect(first.links).toEqual([link("a")]);
    expect(caseOf(run.open({ key: "k", links: [link("a")] })).version).toBe(1);
    run.restart();
    const more = caseOf(run.open({ key: "k", links: [link("a"), link("b"), link("c")] }));
    expect([more.id, more.version, more.links]).toEqual([first.id, 3, [link("a"), link("b"), link("c")]]);
    for (const act of ways.confirmed ?? []) caseOf(run.act(first.id, act));
    expect(caseOf(run.open({ key: "k", links: [link("d")] })).links).not.toContainEqual(link("d"));
    expect(run.book.size).toBe(1);
  });

  it("goes the whole way with two people, each step with its clock, and is over", () => {
    const run = startBook();
    const known = bringTo(run, "recheck");
    const way = "opened triage dispatched on-site evidence confirmed rectifying recheck";
    expect(known.steps.map(({ stage }) => stage).join(" ")).toBe(way);
    expect(formatDay((known.dueAt ?? 0) - 1)).toBe("2026-11-27");
    expect(run.act(known.id, move("closed"))).toMatchObject({
      ok: false,
      code: "illegal",
      detail: expect.stringContaining("another person"),
    });
    const closed = caseOf(run.act(known.id, move("closed"), "zhao"));
    expect(closed).toMatchObject({ stage: "closed", outcome: "recheck", dueAt: null, closedAt: t0 });
    expect(run.events.map(({ version }) => version)).toEqual(run.events.map((_, i) => i + 1));
  });

  it.each(["false-data", "explained", "dismissed"] as const)(
    "that is %s needs a second person to close, who may send it back",
    (stage) => {
      const run = startBook();
      const known = bringTo(run, stage);
      expect(run.act(known.id, move("closed"))).toMatchObject({ ok: false, code: "illegal" });
      const back = caseOf(run.act(known.id, move(stage === "dismissed" ? "evidence" : "triage"), "zhao"));
      caseOf(run.act(back.id, move(stage), "zhao"));
      expect(run.act(known.id, move("closed"), "zhao")).toMatchObject({ ok: false });
      expect(caseOf(run.act(known.id, move("closed"), "li")).outcome).toBe(stage);
    },
  );

  it("is confirmed on evidence only, and explained by a mark only", () => {
    const run = startBook();
    const known = bringTo(run, "on-site");
    caseOf(run.act(known.id, move("evidence")));
    expect(run.act(known.id, move("confirmed"))).toMatchObject({
      ok: false,
      detail: expect.stringContaining("evidence"),
    });
    const other = bringTo(run, "triage");
    expect(run.act(other.id, move("explained"))).toMatchObject({ ok: false, detail: expect.stringContaining("mark") });
  });

  it("refuses every move that the table does not have, with the moves that are possible", () => {
    for (const stage of Object.keys(ways) as Case["stage"][]) {
      for (const to of caseStages) {
        if (findMove(stage, to, stageTable) !== undefined) continue;
        const run = startBook();
        const known = bringTo(run, stage);
        const refused = run.act(known.id, move(to), "zhao");
        expect([stage, to, refused.ok, refused.ok ? "" : refused.code]).toEqual([stage, to, false, "illegal"]);
        expect(refused.ok ? "" : refused.detail).not.toBe("");
        expect(run.rows.get(known.id)).toEqual(known);
      }
    }
  });

  it("meets an older version with what it is now", () => {
    const run = startBook();
    const known = bringTo(run, "triage");
    expect(run.act(known.id, move("false-data"), "li", t0, 1)).toMatchObject({
      ok: false,
      code: "conflict",
      current: known,
    });
  });

  it("is asked, answered, rejected, answered late and accepted", () => {
    const run = startBook();
    const known = bringTo(run, "evidence");
    const reply = (text: string, id: string): CaseAct => ({
      kind: "reply",
      text,
      evidence: [{ ...photo(id), by: "plant" }],
    });
    expect(run.act(known.id, reply("early", "r0"), "plant")).toMatchObject({ ok: false, code: "illegal" });
    const asked = caseOf(run.act(known.id, { kind: "ask-reply", workingDays: 2, reason }));
    expect(formatDay((asked.replyDueAt ?? 0) - 1)).toBe("2026-11-24");
    caseOf(run.act(known.id, reply("a valve", "r1"), "plant"));
    caseOf(run.act(known.id, { kind: "decide-reply", accept: false, reason: "no" }));
    const late = caseOf(run.act(known.id, reply("a pump", "r2"), "plant", asked.replyDueAt ?? 0));
    expect(late.replies.map((each) => [each.text, each.late, each.accepted, each.evidence])).toEqual([
      ["a valve", false, false, ["r1"]],
      ["a pump", true, null, ["r2"]],
    ]);
    const accepted = caseOf(run.act(known.id, { kind: "decide-reply", accept: true, reason: "yes" }));
    expect([accepted.replyDueAt, accepted.replies.at(-1)?.decidedBy]).toEqual([null, "li"]);
    expect(run.act(known.id, { kind: "decide-reply", accept: true, reason: "yes" })).toMatchObject({ ok: false });
    expect(run.act(known.id, reply("more", "r3"), "plant")).toMatchObject({ ok: false });
    expect(
      run.act(bringTo(run, "triage", { site: "B-1" }).id, { kind: "ask-reply", workingDays: 2, reason }),
    ).toMatchObject({ ok: false, code: "illegal" });
  });

  it("is merged into another one of the same enterprise, which takes over what it points at and what is found again", () => {
    const run = startBook();
    const link = (id: string) => ({ kind: "exceedance", id }) as const;
    const source = caseOf(run.open({ key: "k1", links: [link("a"), link("b")] }));
    const target = caseOf(run.open({ site: "T-2", links: [link("b")] }));
    const foreign = caseOf(run.open({ site: "T-3" }));
    expect(run.act(source.id, { kind: "merge", into: foreign.id, reason })).toMatchObject({
      ok: false,
      code: "illegal",
    });
    expect(run.act(source.id, { kind: "merge", into: source.id, reason })).toMatchObject({
      ok: false,
      code: "illegal",
    });
    expect(run.act(source.id, { kind: "merge", into: "none", reason })).toMatchObject({ ok: false, code: "not-found" });
    expect(caseOf(run.act(source.id, { kind: "merge", into: target.id, reason }))).toMatchObject({
      stage: "merged",
      successor: target.id,
    });
    expect(run.rows.get(target.id)?.links).toEqual([link("b"), link("a"), { kind: "case", id: source.id }]);
    expect(run.events.slice(-2).map(({ case: id, what, about }) => [id, what, about])).toEqual([
      [source.id, "merge", target.number],
      [target.id, "merged-in", source.number],
    ]);
    const again = caseOf(run.open({ key: "k1", links: [link("c")] }));
    expect([again.id, again.links.at(-1)]).toEqual([target.id, link("c")]);
    expect(run.act(source.id, move("triage"))).toMatchObject({ ok: false, code: "illegal" });
  });

  it("ends with another authority, and a closed one is reopened as triage", () => {
    const run = startBook();
    const gone = bringTo(run, "transferred");
    expect([gone.successor, gone.dueAt]).toEqual(["provincial centre", null]);
    expect(run.act(gone.id, { kind: "reopen", reason })).toMatchObject({ ok: false });
    const known = bringTo(run, "false-data");
    caseOf(run.act(known.id, move("closed"), "zhao"));
    expect(run.act(known.id, evidence("late"))).toMatchObject({ ok: false, code: "illegal" });
    caseOf(run.act(known.id, { kind: "comment", reason: "a letter came" }));
    expect(caseOf(run.act(known.id, { kind: "reopen", reason }))).toMatchObject({
      stage: "triage",
      outcome: null,
      closedAt: null,
    });
  });

  it("hears once that an exceedance was withdrawn, and once that it stands again, also when it is over", () => {
    const run = startBook();
    const known = bringTo(run, "false-data");
    caseOf(run.act(known.id, move("closed"), "zhao"));
    const ground = (version: number, stands: boolean): CaseAct => ({
      kind: "ground",
      exceedance: "x",
      version,
      stands,
      reason,
    });
    const order = [
      ground(1, true),
      ground(2, false),
      ground(2, false),
      ground(1, true),
      ground(3, false),
      ground(4, true),
    ];
    expect(order.map((act) => run.act(known.id, act, "system").ok)).toEqual([false, true, false, false, false, true]);
    expect(run.events.slice(-2).map(({ what }) => what)).toEqual(["ground-withdrawn", "ground-stands"]);
    expect(run.rows.get(known.id)?.stage).toBe("closed");
  });

  it("takes no more than its bounds", () => {
    const run = startBook();
    const known = bringTo(run, "triage");
    for (let i = 0; i < bounds.caseEvidenceMax; i++) caseOf(run.act(known.id, evidence(`p${i}`)));
    expect(run.act(known.id, evidence("one more"))).toMatchObject({ ok: false, code: "illegal" });
    expect(run.act(known.id, evidence("p0"))).toMatchObject({ ok: false, code: "illegal" });
  });
});

describe("the clock of a stage", () => {
  it("reminds the next level each working day once it is over, and once after a pause", () => {
    const run = startBook();
    const known = caseOf(run.open());
    const due = known.dueAt ?? 0;
    expect(formatDay(due - 1)).toBe("2026-11-23");
    run.tick(due - 1);
    expect(run.rows.get(known.id)?.reminders).toBe(0);
    run.tick(due);
    run.tick(due + 1);
    run.restart();
    run.tick(due + dayMs);
    run.tick(due + 30 * dayMs);
    const reminders = run.events.filter(({ what }) => what === "reminder");
    expect(reminders.map(({ about, actor, reason: why }) => [about, actor, why])).toEqual([
      ["assignee", "system", "overdue in the stage opened"],
      ["duty-lead", "system", "overdue in the stage opened"],
    ]);
    run.tick(due + 60 * dayMs);
    expect(run.events.at(-1)).toMatchObject({ what: "reminder", about: "centre-director" });
    const moved = caseOf(run.act(known.id, move("triage"), "li", due + 61 * dayMs));
    expect(moved.reminders).toBe(0);
  });

  it("of nought working days is over at once", () => {
    const stages = stageTable.stages.map((rule) => (rule.stage === "opened" ? { ...rule, workingDays: 0 } : rule));
    const run = startBook(undefined, { ...stageTable, stages });
    const known = caseOf(run.open());
    run.tick(t0);
    expect(run.rows.get(known.id)?.reminders).toBe(1);
  });

  it("does not run when nobody owes a step", () => {
    const run = startBook();
    const known = bringTo(run, "transferred");
    run.tick(t0 + 400 * dayMs);
    expect(run.rows.get(known.id)).toEqual(known);
  });
});

describe("the book", () => {
  it("keeps every case that is not over, forgets the oldest that are, and takes no more open ones than it may", () => {
    const run = startBook();
    for (let i = 0; i < bounds.casesOpenMax; i++) run.open({ id: `c${i}`, key: `k${i}` });
    expect(run.open({ key: "one more" })).toMatchObject({ ok: false, code: "illegal" });
    for (let i = 0; i < 10; i++) caseOf(run.act(`c${i}`, { kind: "transfer", to: "province", reason }));
    expect(caseOf(run.open({ key: "one more" })).number).toBe(`130200-2026-0${bounds.casesOpenMax + 1}`);
    for (let n = 0; n < bounds.casesKept; n++) {
      const known = caseOf(run.open({ id: `later${n}` }));
      caseOf(run.act(known.id, { kind: "transfer", to: "province", reason }));
    }
    expect(run.book.size).toBeLessThanOrEqual(bounds.casesKept);
    expect(run.act("c0", { kind: "comment", reason })).toMatchObject({ ok: false, code: "not-found" });
    expect(run.act("c10", { kind: "comment", reason }).ok).toBe(true);
    // What is over for long is still not found anew.
    expect(run.open({ key: "k0" })).toMatchObject({ ok: true, result: null });
  });

  it("comes to the same cases, events and numbers when it begins again from any checkpoint", () => {
    const act = fc.oneof(
      fc.constantFrom(...caseStages).map(move),
      fc.constantFrom<CaseAct>(
        dispatch,
        evidence("e1"),
        evidence("e2"),
        { kind: "comment", reason },
        { kind: "ask-reply", workingDays: 1, reason },
        { kind: "reply", text: "t", evidence: [] },
        { kind: "decide-reply", accept: true, reason },
        { kind: "reopen", reason },
        { kind: "remind", reason },
        { kind: "transfer", to: "x", reason },
        { kind: "merge", into: "c0", reason },
        { kind: "merge", into: "c1", reason },
        { kind: "link", link: { kind: "mark", id: "m" }, reason },
        { kind: "ground", exceedance: "x", version: 2, stands: false, reason },
      ),
    );
    const step = fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({ open: fc.constantFrom("k0", "k1", null), site: fc.constantFrom(...Object.keys(sites)) }),
      },
      { weight: 12, arbitrary: fc.record({ place: fc.nat(5), act, actor: fc.constantFrom("li", "zhao") }) },
      { weight: 2, arbitrary: fc.record({ hours: fc.nat(100) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, restartAt) => {
        const [straight, broken] = [startBook(), startBook()];
        for (const run of [straight, broken]) {
          let at = t0;
          steps.forEach((each, i) => {
            if (run === broken && i === restartAt) run.restart();
            if ("hours" in each) run.tick((at += each.hours * 3_600_000));
            else if ("open" in each)
              run.open(
                { id: `c${i}`, site: each.site, key: each.open, links: [{ kind: "exceedance", id: `x${i}` }] },
                at,
              );
            else run.act([...run.rows.keys()][each.place] ?? "none", each.act, each.actor, at);
          });
        }
        expect(broken.events).toEqual(straight.events);
        expect(broken.book.save()).toEqual(straight.book.save());
        const next = new Map<string, CaseEvent>();
        for (const event of straight.events) {
          const before = next.get(event.case);
          // No version is left out, no stage is skipped: a row begins where the one before it ended, by a move of the table.
          expect([event.version, event.from]).toEqual([(before?.version ?? 0) + 1, before?.to ?? null]);
          if (event.what === "move") expect(findMove(event.from ?? "opened", event.to, stageTable)).toBeDefined();
          if (event.what === "move" && event.to === "closed") {
            const steps = straight.rows.get(event.case)?.steps ?? [];
            const place = steps.findIndex(({ stage, at }) => stage === "closed" && at === event.at);
            expect(steps[place - 1]?.by).not.toBe(event.actor);
          }
          if (event.from !== event.to)
            expect(["open", "move", "dispatch", "merge", "transfer", "reopen"]).toContain(event.what);
          next.set(event.case, event);
        }
        const numbers = [...straight.rows.values()].map(({ number }) => number);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect([...straight.rows.values()].every(({ stage, dueAt }) => isEnded(stage) === (dueAt === null))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

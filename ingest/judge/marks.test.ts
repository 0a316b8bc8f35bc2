// The book of marks: what counts at once, what waits, who may decide what, and that a restart forgets nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import type { MarkDraft } from "#domain/command.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { createOutput } from "../output.ts";
import { createMarks, type SavedMarks } from "./marks.ts";

const day = parseDay("2026-11-20") ?? 0;
const now = day + 10 * hourMs;
const place = { kind: "gas-outfall", city: "130200", enterprise: null, lat: null, lon: null, standard: null } as const;
const facts = { factors: ["a21026", "a21002"], intervalSeconds: 60, mn: null, simulated: false, version: 1 };
const site = (id: string): Site => ({ id, name: id, ...place, ...facts });
const draft = (id: string, changes: Partial<MarkDraft> = {}): MarkDraft => ({
  id,
  site: "A",
  factors: null,
  label: "calibration",
  from: day,
  to: day + hourMs,
  reason: "span gas",
  evidence: [],
  ...changes,
});
const at = (receivedAt: number) => ({ seq: receivedAt / 1000, eventTime: receivedAt, receivedAt });
const decide = (mark: string, decision: "accept" | "reject" | "withdraw", expectedVersion = 1) =>
  ({ type: "marks.decide", mark, decision, expectedVersion, reason: "because" }) as const;

function start(saved?: SavedMarks) {
  const told: [string, number, number][] = [];
  const agenda = { mark: (id: string, from: number, to: number) => void told.push([id, from, to]) };
  const findSite = (id: string) => (id === "A" || id === "B" ? site(id) : undefined);
  return { marks: createMarks({ findSite, agenda }, saved), told, output: createOutput() };
}

describe("a mark", () => {
  it("that is entered until noon of the next day counts at once, and its span is judged again", () => {
    const { marks, told, output } = start();
    const noon = day + dayMs + 12 * hourMs;
    marks.enter([draft("1")], "li", at(noon), output);
    expect(output.state.marks.get("1")).toMatchObject({ status: "entered", version: 1, by: "li", at: noon });
    expect(told).toEqual([["A", day, day + hourMs]]);
    expect(marks.effectiveIn("A", day, day + 1)).toMatchObject([{ id: "1" }]);
  });

  it("that comes later counts only once somebody accepts it", () => {
    const { marks, told, output } = start();
    marks.enter([draft("1")], "li", at(day + dayMs + 12 * hourMs + 1000), output);
    expect(output.state.marks.get("1")).toMatchObject({ status: "late" });
    expect([told, marks.effectiveIn("A", day, day + 1)]).toEqual([[], []]);
    marks.decide(decide("1", "accept"), "wang", at(day + 3 * dayMs), output);
    expect(output.state.marks.get("1")).toMatchObject({ status: "accepted", version: 2, decidedBy: "wang" });
    expect(told).toEqual([["A", day, day + hourMs]]);
    expect(marks.effectiveIn("A", day, day + 1)).toHaveLength(1);
  });

  it("that is accepted in time changes nothing of what counts, and is judged no second time", () => {
    const { marks, told, output } = start();
    marks.enter([draft("1")], "li", at(now), output);
    marks.decide(decide("1", "accept"), "wang", at(now), output);
    expect([told.length, marks.effectiveIn("A", day, day + 1).length]).toEqual([1, 1]);
  });

  it.each(["reject", "withdraw"] as const)("lets its data count again by %s, and leaves the book", (decision) => {
    const { marks, told, output } = start();
    marks.enter([draft("1")], "li", at(now), output);
    expect(marks.decide(decide("1", decision), "li", at(now), output)).toMatchObject({ ok: true });
    expect(output.state.marks.get("1")).toMatchObject({ decision: "because", decidedBy: "li", version: 2 });
    expect([told.length, marks.size, marks.effectiveIn("A", day, day + 1)]).toEqual([2, 0, []]);
    expect(marks.decide(decide("1", "accept", 2), "li", at(now), output)).toMatchObject({
      ok: false,
      code: "not-found",
    });
  });

  it("is withdrawn by whoever entered it and by nobody else", () => {
    const { marks, output } = start();
    marks.enter([draft("1")], "li", at(now), output);
    expect(marks.decide(decide("1", "withdraw"), "wang", at(now), output)).toMatchObject({ code: "illegal" });
    expect(marks.decide(decide("1", "reject"), "wang", at(now), output)).toMatchObject({ ok: true });
  });

  it("that somebody decided about meanwhile is shown as it is now, and left", () => {
    const { marks, output } = start();
    marks.enter([draft("1")], "li", at(now), output);
    marks.decide(decide("1", "accept"), "wang", at(now), output);
    const late = marks.decide(decide("1", "reject"), "zhao", at(now), output);
    expect(late).toMatchObject({ ok: false, code: "conflict", current: { version: 2, status: "accepted" } });
  });

  it("of which a part is still to come tells of the part that was", () => {
    const { marks, told, output } = start();
    marks.enter([draft("1", { to: now + dayMs }), draft("2", { from: now, to: now + dayMs })], "li", at(now), output);
    expect(told).toEqual([["A", day, now]]);
    expect(marks.effectiveIn("A", now + hourMs, now + 2 * hourMs)).toHaveLength(2);
  });

  it.each([
    ["not of whole minutes", { from: day + 1 }, "invalid"],
    ["that ends before it begins", { to: day }, "invalid"],
    ["longer than a year and a day", { from: day - 366 * dayMs }, "invalid"],
    ["more than a year ahead", { from: now + 367 * dayMs, to: now + 368 * dayMs }, "invalid"],
    ["for a factor that the site has not", { factors: ["a21026", "w01018"] }, "invalid"],
    ["for no factor", { factors: [] }, "invalid"],
    ["for a site that nobody knows", { site: "C" }, "not-found"],
  ] as const)("%s is refused, with all that came with it", (_name, changes, code) => {
    const { marks, output } = start();
    const answer = marks.enter([draft("1"), draft("2", changes)], "li", at(now), output);
    expect([answer.ok, answer.ok ? "" : answer.code]).toEqual([false, code]);
    expect([marks.size, output.state.marks.size]).toEqual([0, 0]);
  });

  it("past the bound is refused, and says so", { timeout: 20_000 }, () => {
    const first = start();
    first.marks.enter([draft("0")], "li", at(now), first.output);
    const many = first.marks.save().flatMap((mark) => {
      const { from, to, ...rest } = mark;
      return Array.from({ length: bounds.marksMax }, (_, i) => ({ ...rest, id: String(i), from, to }));
    });
    const { marks, output } = start(many);
    expect(marks.enter([draft("more")], "li", at(now), output)).toMatchObject({ ok: false, code: "illegal" });
    expect([marks.size, output.state.marks.size]).toEqual([bounds.marksMax, 0]);
  });

  it("is found by every span that it touches, whatever was entered and decided, and after a restart", () => {
    const anyStep = fc.record({
      site: fc.constantFrom("A", "B"),
      from: fc.integer({ min: -600, max: 600 }),
      minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.constant(300 * 1440)),
      decision: fc.constantFrom("accept", "reject", "withdraw", null),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), fc.integer({ min: -700, max: 700 }), (steps, asked) => {
        const { marks, output } = start();
        for (const [i, { decision, minutes, ...step }] of steps.entries()) {
          const from = day + step.from * minuteMs;
          const entered = draft(String(i), { site: step.site, from, to: from + minutes * minuteMs });
          marks.enter([entered], "li", at(now), output);
          if (decision !== null) marks.decide(decide(String(i), decision), "li", at(now), output);
        }
        const [from, to] = [day + asked * minuteMs, day + (asked + 60) * minuteMs];
        const counts = (status: string) => status === "entered" || status === "accepted";
        const expected = [...output.state.marks.values()]
          .filter((mark) => mark.site === "A" && counts(mark.status) && mark.from < to && mark.to > from)
          .map(({ id }) => id);
        const restarted = start(structuredClone(marks.save())).marks;
        for (const book of [marks, restarted])
          expect(
            book
              .effectiveIn("A", from, to)
              .map(({ id }) => id)
              .sort(),
          ).toEqual(expected.sort());
        expect(restarted.effectiveIn("A", from, to)).toEqual(marks.effectiveIn("A", from, to));
      }),
    );
  });
});

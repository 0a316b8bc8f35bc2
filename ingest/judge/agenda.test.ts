// What waits to be judged: every hour that is over, once, under the strongest cause, whatever the order in which things happen.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { hourMs } from "#domain/time.ts";
import { type Agenda, createAgenda, type FormJob, type SavedAgenda } from "./agenda.ts";

/** Hour 0 of a day in UTC+8. */
const midnight = 492_472;
const at = (hour: number): number => (midnight + hour) * hourMs;

let open = midnight;
function createIt(now: () => number = () => 1_000, saved?: SavedAgenda): Agenda {
  return createAgenda({ now, openHour: () => open }, saved);
}

function agendaOf(sites: readonly string[], openHour = 0): Agenda {
  open = midnight + openHour;
  const agenda = createIt();
  for (const site of sites) agenda.told(site, midnight);
  for (const job of agenda.takeForms(1_000)) agenda.settle(job, true);
  return agenda;
}

function over(agenda: Agenda, site: string, hour: number): void {
  open = midnight + hour;
  agenda.hourOver(site);
}

function hoursOf({ from, to }: Pick<FormJob, "from" | "to">): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i - midnight);
}

function take(agenda: Agenda, most = 1e6): string[] {
  return agenda.takeForms(most).map((job) => `${job.site} ${job.cause} ${job.from - midnight}-${job.to - midnight}`);
}

describe("an hour", () => {
  it("waits once it is over, also when nothing came in it; a site that never sent anything waits for nothing", () => {
    const agenda = agendaOf(["A"]);
    agenda.told("A", midnight);
    expect(agenda.hours).toBe(0);
    over(agenda, "A", 2);
    over(agenda, "A", 2);
    over(agenda, "B", 2);
    expect(agenda.hours).toBe(2);
    expect(take(agenda)).toEqual(["A closed 0-1"]);
    expect(take(agenda)).toEqual([]);
  });

  it("that is over waits again when one of its means is told", () => {
    const agenda = agendaOf(["A"], 5);
    agenda.told("A", midnight + 3);
    agenda.told("A", midnight + 5);
    agenda.told("A", midnight - 3);
    expect(take(agenda)).toEqual(["A late -3--3", "A late 3-3"]);
  });

  it("that waits for several reasons is done once, under the strongest", () => {
    const agenda = agendaOf(["A"], 10);
    over(agenda, "A", 12);
    agenda.told("A", midnight + 10);
    agenda.mark("A", at(11), at(12));
    expect(take(agenda)).toEqual(["A mark 10-11"]);
    expect(agenda.hours).toBe(2);
  });

  it("of today comes before the past that somebody wants again", () => {
    const agenda = agendaOf(["A", "B"], 48);
    agenda.again("A", at(0), "recompute");
    over(agenda, "B", 49);
    expect(take(agenda)).toEqual(["B closed 48-48", "A recompute 0-47"]);
  });
});

it("what was stored before anything was judged can be judged when somebody wants it", () => {
  const agenda = agendaOf(["A"], 24);
  agenda.recompute("A", at(-24), at(5));
  agenda.recompute("B", at(-24), at(5));
  expect(take(agenda)).toEqual(["A recompute -24-4", "B recompute -24-4"]);
});

describe("orders of people", () => {
  it("reach no further back than the first day of the site, and not beyond the last hour that is over", () => {
    open = midnight + 5;
    const agenda = createIt();
    agenda.told("A", midnight + 5);
    over(agenda, "A", 6);
    agenda.mark("A", at(5), at(6));
    agenda.mark("A", at(-100), at(100));
    agenda.mark("B", at(-100), at(100));
    expect(take(agenda)).toEqual(["A mark 5-5", "A mark 0-4"]);
    agenda.mark("A", at(6), at(100));
    expect(take(agenda)).toEqual([]);
  });

  it("about a part of an hour touch the whole hour", () => {
    const agenda = agendaOf(["A"], 30);
    agenda.mark("A", at(3) + 1, at(4) + 1);
    expect(take(agenda)).toEqual(["A mark 3-4"]);
  });

  it("that only change a limit leave the means as they are", () => {
    const agenda = agendaOf(["A"], 48);
    agenda.limit("A", "a21002", "hour", 0, at(30), false);
    agenda.limit("A", "a21002", "day", at(26), at(30), false);
    agenda.limit("A", "a21005", "day", at(26), at(30), true);
    // Whole days.
    expect(agenda.windows).toBe(48 + 1);
    expect(take(agenda)).toEqual(["A limit 26-29"]);
    const jobs = agenda.takeRejudges(1_000);
    expect(jobs.map(({ basis, from, to }) => [basis, to - from + 1])).toEqual([
      ["hour", 48],
      ["day", 1],
    ]);
    expect(agenda.windows).toBe(49);
    for (const job of jobs) agenda.settle(job, true);
    expect(agenda.windows).toBe(0);
  });
});

describe("work", () => {
  it("is cut at days, a month at most at a time, and goes round all sites", () => {
    const agenda = agendaOf(["A", "B"], 24 * 50);
    agenda.again("A", at(5), "recompute");
    agenda.again("B", at(5), "recompute");
    expect(take(agenda, 1_400)).toEqual(["A recompute 5-743", "B recompute 5-743"]);
    expect(take(agenda, 1)).toEqual(["A recompute 744-1199"]);
    expect(take(agenda)).toEqual(["B recompute 744-1199"]);
  });

  it("that could not be done waits again, with its age", () => {
    let now = 1_000;
    open = midnight;
    const agenda = createIt(() => now);
    agenda.told("A", midnight);
    over(agenda, "A", 1);
    const [job] = agenda.takeForms(10);
    now = 9_000;
    expect([agenda.hours, agenda.oldest]).toEqual([1, 1_000]);
    if (job !== undefined) agenda.settle(job, false);
    expect([agenda.hours, agenda.oldest]).toEqual([1, 1_000]);
    expect(take(agenda)).toEqual(["A closed 0-0"]);
  });

  it("after a long pause is bounded", () => {
    const agenda = agendaOf(["A"]);
    over(agenda, "A", 10 * bounds.judgedGapHoursMax);
    expect(agenda.hours).toBe(bounds.judgedGapHoursMax);
  });

  it("of very many places apart is joined, and none of it is forgotten", () => {
    const agenda = agendaOf(["A"], 10_000);
    const late = Array.from({ length: 300 }, (_, i) => midnight + 7 * i);
    for (const hour of late) agenda.told("A", hour);
    const { forms } = agenda.save();
    expect(forms.length).toBeLessThanOrEqual(bounds.reopenedSpansMax);
    expect(late.filter((hour) => !forms.some(({ from, to }) => from <= hour && hour <= to))).toEqual([]);
  });
});

const step = fc.oneof(
  fc.record({ type: fc.constant("told"), hour: fc.integer({ min: -40, max: 80 }) }),
  fc.record({ type: fc.constant("over"), hour: fc.integer({ min: 0, max: 80 }) }),
  fc.record({ type: fc.constant("mark"), hour: fc.integer({ min: -40, max: 80 }) }),
  fc.record({ type: fc.constant("take"), hour: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ type: fc.constant("fail"), hour: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ type: fc.constant("restart"), hour: fc.constant(0) }),
);

it("whatever happens, and however often it is saved in between, every hour that must be judged is taken afterwards", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      open = midnight;
      let agenda = createIt();
      const due = new Set<number>();
      let [opened, isKnown] = [0, false];
      for (const { type, hour } of steps) {
        if (type === "told" && hour <= opened) {
          agenda.told("A", midnight + hour);
          if (hour < opened) due.add(hour);
          isKnown = true;
        } else if (type === "over" && hour > opened) {
          if (isKnown) for (let each = opened; each < hour; each++) due.add(each);
          opened = hour;
          over(agenda, "A", hour);
        } else if (type === "mark") {
          agenda.mark("A", at(hour), at(hour + 1));
        } else if (type === "take" || type === "fail") {
          for (const job of agenda.takeForms(hour)) {
            if (type === "take") for (const each of hoursOf(job)) due.delete(each);
            agenda.settle(job, type === "take");
          }
        } else if (type === "restart") {
          // What is in work when it is saved waits again.
          agenda.takeForms(24);
          agenda = createIt(() => 0, structuredClone(agenda.save()));
        }
      }
      const left = new Set(agenda.takeForms(1e6).flatMap(hoursOf));
      expect([...due].filter((hour) => !left.has(hour))).toEqual([]);
    }),
  );
});

// What the screens of notices compute themselves: a month of turns and swaps, the faults of a policy, what a channel's form sends.

import { describe, expect, test } from "vitest";
import type { OnCallCalendar } from "#domain/notice.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import { monthGrid, stepMonth, swapSpan } from "./calendar-month.ts";
import { startOf as startOfChannel, toSettings, wrongFields } from "./channel-form.ts";
import { formatSpan } from "./span.ts";
import { findProblems, formatClock, parseClock, readTarget, startOf, targetKey, toBody } from "./policy-form.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);
const calendar: OnCallCalendar = {
  id: "duty",
  version: 1,
  name: "duty",
  contacts: ["wang", "zhao"],
  from: at("2026-11-02T08:00:00"),
  turnMs: dayMs,
  swaps: [],
};

describe("a month of a calendar", () => {
  test("has whole weeks from Monday on, and each day who is on call from its turn on", () => {
    const weeks = monthGrid(calendar, 2026, 11);
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    // November 2026 begins on a Sunday.
    expect(formatDay(weeks[0]?.[0]?.start ?? 0)).toBe("2026-10-26");
    const days = weeks.flat().filter((day) => day.isInMonth);
    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    // Nobody before the calendar begins, then in turn.
    expect(days.slice(0, 4).map(({ parts }) => parts.map(({ contact }) => contact))).toEqual([
      [null],
      ["wang"],
      ["zhao"],
      ["wang"],
    ]);
  });

  test("shows both halves of a day whose turns are shorter, and a swap in its place", () => {
    const halves = { ...calendar, turnMs: dayMs / 2 };
    const day = monthGrid(halves, 2026, 11)[1]?.[0];
    expect(day?.parts.map(({ contact }) => contact)).toEqual(["wang", "zhao"]);
    const { from, to } = swapSpan(calendar, at("2026-11-10T00:00:00"), at("2026-11-09T00:00:00"));
    expect([from, to]).toEqual([at("2026-11-09T08:00:00"), at("2026-11-11T08:00:00")]);
    const swap = { from, to, contact: "sun", reason: "ill", by: "admin" };
    const swapped = monthGrid({ ...calendar, swaps: [swap] }, 2026, 11).flat();
    const sun = swapped.filter(({ parts }) => parts.some(({ contact }) => contact === "sun"));
    expect(sun.map(({ start }) => formatDay(start))).toEqual(["2026-11-09", "2026-11-10"]);
    expect(sun.every(({ parts }) => parts.length === 1 && parts[0]?.isSwap === true)).toBe(true);
  });

  test("turns pages over the end of a year", () => {
    expect(stepMonth({ year: 2026, month: 12 }, 1)).toEqual({ year: 2027, month: 1 });
    expect(stepMonth({ year: 2026, month: 1 }, -1)).toEqual({ year: 2025, month: 12 });
  });
});

test("a length of time is told without its noughts", () => {
  const words = { seconds: "s", minutes: "min", hours: "h", days: "d" };
  const lengths = [300_000, dayMs, 5_400_000, 30_000, 0].map((ms) => formatSpan(ms, words));
  expect(lengths).toEqual(["5 min", "1 d", "1 h 30 min", "30 s", "0 s"]);
});

describe("the form of a policy", () => {
  const whole = {
    ...startOf(null),
    id: "a",
    name: "A",
    reason: "why",
    steps: [{ after: "0", until: "ack", repeat: "", targets: ["on-call:duty"] }],
  } as const;

  test("tells what is missing field by field, and nothing when it is whole", () => {
    expect(Object.keys(findProblems(startOf(null)))).toEqual(["id", "name", "steps.0.targets", "reason"]);
    expect(findProblems(whole)).toEqual({});
  });

  test("wants steps that come later and later, and quiet hours that are some", () => {
    const twice = [whole.steps[0], { ...whole.steps[0], repeat: "0" }];
    expect(findProblems({ ...whole, steps: twice })).toEqual({ "steps.1.after": "rising", "steps.1.repeat": "repeat" });
    expect(findProblems({ ...whole, hasQuiet: true, quietFrom: "22:00", quietTo: "22:00" })).toEqual({
      quiet: "quiet",
    });
    expect(findProblems({ ...whole, groupSeconds: "901" })).toEqual({ groupSeconds: "group" });
  });

  test("sends minutes as milliseconds and keeps what it does not show", () => {
    const body = toBody({ ...whole, steps: [{ ...whole.steps[0], after: "15", repeat: "30" }] }, null);
    expect(body["steps"]).toEqual([
      { afterMs: 900_000, until: "ack", targets: [{ kind: "on-call", calendar: "duty" }], repeatMs: 1_800_000 },
    ]);
    expect(body["expectedVersion"]).toBe(0);
    for (const key of ["enterprise", "on-call:duty", "contact:wang"]) expect(targetKey(readTarget(key))).toBe(key);
  });

  test("reads times of the day as people write them", () => {
    expect([parseClock("7:05"), parseClock("24:00"), formatClock(22.5 * 60)]).toEqual([425, null, "22:30"]);
  });
});

describe("the form of a channel", () => {
  test("wants whole numbers and JSON objects, and sends settings without empty texts", () => {
    const typed = { ...startOfChannel("mail", {}), host: "mail.example", from: "alarm@example.cn" };
    expect(wrongFields("mail", { ...typed, port: "x" })).toEqual(["port"]);
    expect(wrongFields("mail", typed)).toEqual([]);
    expect(toSettings("mail", typed)).toEqual({
      host: "mail.example",
      port: 465,
      security: "tls",
      from: "alarm@example.cn",
      fromName: "Plumeline",
    });
    expect(wrongFields("sms", { ...startOfChannel("sms", {}), url: "https://x", body: "[1]" })).toEqual(["body"]);
  });

  test("shows settings as they are, and never a secret", () => {
    const typed = startOfChannel("webhook", { url: "https://x/y", allowPrivate: true, secret: true });
    expect(typed).toEqual({ url: "https://x/y", allowPrivate: true });
  });
});

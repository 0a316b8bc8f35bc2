// What a logger is asked for next, and when it is left in peace.

import { describe, expect, it } from "vitest";
import type { DeviceRequest, RequestState } from "#domain/device-request.ts";
import { buildRequest, formatStamp } from "#domain/hj212/hj212.ts";
import type { IntervalKind } from "#domain/logger-card.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { type GapRequest, planGapRequest, waitAfter } from "./gap-plan.ts";

/** 08:00 of 22 November in UTC+8. */
const now = Date.UTC(2026, 10, 22);
const stepOf: Record<IntervalKind, number> = { minute: 10 * minuteMs, hour: hourMs, day: dayMs };

/** Spans by intervals before now; everything else came. */
function gapsOf(kind: IntervalKind, ...spans: readonly (readonly [from: number, to: number])[]): LoggerGaps {
  const stepMs = stepOf[kind];
  const end = kind === "day" ? now - 8 * hourMs : now;
  const list = spans.map(([from, to]) => ({ from: end - from * stepMs, to: end - to * stepMs, stepMs }));
  return { site: "S", kind, stepMs, stepFrom: "fixed", since: 0, next: end, spans: list, joined: 0 };
}

function past(wanted: GapRequest | null, state: RequestState, changedAt: number): DeviceRequest {
  if (wanted === null) throw new Error("nothing was wanted");
  const { command, settings, reason } = wanted;
  const who = { id: "r", site: "S", protocol: "hj212", actor: "system", origin: "gap" } as const;
  const rest = { createdAt: changedAt, validUntil: changedAt, attempts: 1, detail: "", answer: null, version: 3 };
  return { ...who, ...rest, command, settings, reason, state, changedAt };
}

const at = (before: number): string => formatStamp(now - before);

describe("what is asked for", () => {
  it("hours before days before minutes, each by the command that the logger answers", () => {
    const all = [gapsOf("minute", [12, 9]), gapsOf("hour", [30, 20]), gapsOf("day", [3, 2])];
    expect(planGapRequest(all, [], now)).toEqual({
      kind: "hour",
      command: "2061",
      settings: { BeginTime: at(30 * hourMs), EndTime: at(21 * hourMs) },
      reason: "10 hour intervals are missing",
    });
    expect(
      planGapRequest(
        all.filter(({ kind }) => kind !== "hour"),
        [],
        now,
      )?.command,
    ).toBe("2031");
    expect(planGapRequest(all.slice(0, 1), [], now)).toMatchObject({
      command: "2051",
      reason: "3 minute intervals are missing",
    });
  });

  it("can be written as a packet", () => {
    const wanted = planGapRequest([gapsOf("minute", [12, 9])], [], now);
    const address = { edition: "2017", st: "32", pw: "123456", mn: "010000A8900016F000169DC0" } as const;
    const qn = "20261122080000000";
    expect(buildRequest("2051", { ...address, qn }, wanted?.settings)).toMatchObject({ ok: true });
  });

  it("never more than six hours of minutes or a week of hours; spans that lie near go along", () => {
    const wanted = planGapRequest([gapsOf("minute", [900, 60], [50, 40], [10, 8])], [], now);
    expect(wanted?.settings).toEqual({ BeginTime: at(80 * minuteMs + 6 * hourMs), EndTime: at(90 * minuteMs) });
    const hours = planGapRequest([gapsOf("hour", [1000, 100])], [], now);
    expect(hours?.settings).toEqual({ BeginTime: at(100 * hourMs + 7 * dayMs), EndTime: at(101 * hourMs) });
  });

  it("nothing that is missing for less than half an hour: it may be on its way", () => {
    expect(planGapRequest([gapsOf("minute", [3, 1])], [], now)).toBeNull();
    expect(planGapRequest([gapsOf("minute", [5, 1])], [], now)?.settings["EndTime"]).toBe(at(40 * minuteMs));
  });

  it("whole intervals only, at whatever moment it is looked at: never an end before its begin", () => {
    for (let seconds = 1; seconds < 600; seconds += 37) {
      const wanted = planGapRequest([gapsOf("minute", [4, 0])], [], now + seconds * 1000);
      expect(wanted?.settings).toEqual({ BeginTime: at(40 * minuteMs), EndTime: at(40 * minuteMs) });
    }
  });

  it("of a logger that fell silent and is there again, what has been due since", () => {
    const silent = { ...gapsOf("hour"), next: now - 5 * hourMs };
    expect(planGapRequest([silent], [], now)?.settings).toEqual({ BeginTime: at(5 * hourMs), EndTime: at(2 * hourMs) });
  });
});

describe("after a failure", () => {
  const hours = gapsOf("hour", [30, 20]);
  const first = planGapRequest([hours], [], now);

  it("a logger that does not answer is left in peace for an hour, then for two, at most for a day", () => {
    const once = [past(first, "unanswered", now)];
    expect(planGapRequest([hours], once, now + hourMs - 1)).toBeNull();
    expect(planGapRequest([hours], once, now + hourMs)).toMatchObject({ command: "2061" });
    const twice = [past(first, "expired", now), ...once];
    expect(planGapRequest([hours], twice, now + 2 * hourMs - 1)).toBeNull();
    expect(planGapRequest([hours], twice, now + 2 * hourMs)).not.toBeNull();
    expect([1, 2, 3, 4, 5, 6, 40].map((failures) => waitAfter(failures) / hourMs)).toEqual([1, 2, 4, 8, 16, 24, 24]);
  });

  it("what it does not have is not asked for again at once, but the rest is", () => {
    const asked = [past(first, "done", now)];
    expect(planGapRequest([hours], asked, now + minuteMs)).toBeNull();
    const more = gapsOf("hour", [300, 290], [30, 20]);
    expect(planGapRequest([more], asked, now + minuteMs)?.settings).toEqual({
      BeginTime: at(300 * hourMs),
      EndTime: at(291 * hourMs),
    });
    expect(planGapRequest([more], asked, now + hourMs)?.settings["EndTime"]).toBe(at(21 * hourMs));
  });

  it("only that part of a gap waits which was asked for", () => {
    const asked = [
      past(
        { ...(first as GapRequest), settings: { BeginTime: at(30 * hourMs), EndTime: at(26 * hourMs) } },
        "failed",
        now,
      ),
    ];
    expect(planGapRequest([hours], asked, now + minuteMs)?.settings).toEqual({
      BeginTime: at(25 * hourMs),
      EndTime: at(21 * hourMs),
    });
  });

  it("requests of people tell nothing about whether the logger answers the centre's own", () => {
    const person = [{ ...past(first, "unanswered", now), origin: "person" as const }];
    expect(planGapRequest([hours], person, now + minuteMs)).not.toBeNull();
  });
});

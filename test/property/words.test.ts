// The words everyone shares, against everything a stranger may write: times, days, topics.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channels } from "#domain/frame.ts";
import { dayMs, dayStart, formatDay, formatIso, parseDay, parseIsoTime } from "#domain/time.ts";
import { maySubscribe, parsePublishTopic } from "#domain/topic.ts";
import { tierMs, tiers, windowNumber, windowStart } from "#domain/window.ts";

const timeMs = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2099, 11, 31) });
const two = (n: number): string => String(n).padStart(2, "0");

describe("times", () => {
  it("written with any offset are the same moment", () => {
    fc.assert(
      fc.property(timeMs, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offset) => {
        const sign = offset < 0 ? "-" : "+";
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
        expect(parseIsoTime(`${local}${sign}${two(hours)}:${two(minutes)}`)).toBe(ms);
        expect(parseIsoTime(`${local.replace("T", " ")}${sign}${two(hours)}${two(minutes)}`)).toBe(ms);
        expect(parseIsoTime(formatIso(ms))).toBe(ms);
      }),
    );
  });

  it("without an offset, and days that no calendar has, are refused", () => {
    for (const text of [
      "2026-11-22T08:00:00",
      "2026-11-22",
      "2026-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-00-10T00:00:00Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T08:60:00Z",
      "2026-11-22T08:00:60Z",
      "2026-11-22T08:00:00+15:00",
      "2026-11-22T08:00:00+08:60",
      "22.11.2026 08:00",
      "",
    ]) {
      expect([text, parseIsoTime(text)]).toEqual([text, null]);
    }
    expect(parseIsoTime("2028-02-29T00:00:00Z")).toBe(Date.UTC(2028, 1, 29));
  });

  it("never make a time out of anything else, and never throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9TZ:.+\- ]{0,30}$/)), (text) => {
        const ms = parseIsoTime(text);
        if (ms !== null) expect(Number.isInteger(ms) && Math.abs(ms) <= 8.64e15).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("belong to one calendar day of UTC+8, which begins at 16:00 UTC", () => {
    fc.assert(
      fc.property(timeMs, (ms) => {
        const start = dayStart(ms);
        expect(start <= ms && ms < start + dayMs).toBe(true);
        expect(parseDay(formatDay(ms))).toBe(start);
        expect(new Date(start).getUTCHours()).toBe(16);
      }),
    );
  });

  it("belong to one window of each tier", () => {
    fc.assert(
      fc.property(timeMs, fc.constantFrom(...tiers), (ms, tier) => {
        const start = windowStart(tier, windowNumber(tier, ms));
        expect(start <= ms && ms < start + tierMs[tier]).toBe(true);
        expect(windowNumber(tier, start)).toBe(windowNumber(tier, ms));
        expect(windowNumber(tier, start - 1)).toBe(windowNumber(tier, ms) - 1);
      }),
    );
  });
});

const siteId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

describe("topics", () => {
  it("name a site and a channel, and nothing else is taken", () => {
    fc.assert(
      fc.property(siteId, (site) => {
        expect(parsePublishTopic(`v1/${site}/readings`)).toEqual({ site, channel: channels.readings });
        expect(parsePublishTopic(`v1/${site}/commands/answers`)).toEqual({ site, channel: channels.answers });
        for (const topic of [
          `v1/${site}`,
          `v1/${site}/`,
          `v1/${site}/commands`,
          `v1/${site}/readings/x`,
          `v2/${site}/readings`,
          `/v1/${site}/readings`,
        ])
          expect(parsePublishTopic(topic)).toBeNull();
      }),
    );
  });

  it("that come from a stranger never throw, and never name a site that cannot be one", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `v1/${text}/readings`),
        ),
        (topic) => {
          const parsed = parsePublishTopic(topic);
          if (parsed !== null) expect(parsed.site).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
        },
      ),
      { numRuns: 2_000 },
    );
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"])
      expect(parsePublishTopic(`v1/S/${name}`)).toBeNull();
  });

  it("may be subscribed below the own site only", () => {
    fc.assert(
      fc.property(siteId, siteId, (own, other) => {
        expect(maySubscribe(own, `v1/${own}/#`)).toBe(true);
        if (own !== other) expect(maySubscribe(own, `v1/${other}/readings`)).toBe(false);
        for (const filter of ["#", "+/+/#", "v1/#", "v1/+/readings", `v1/${own}`, `$share/x/v1/${own}/#`])
          expect(maySubscribe(own, filter)).toBe(false);
      }),
    );
  });
});

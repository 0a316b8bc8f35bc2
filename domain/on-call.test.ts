// Turns and swaps of a calendar.

import { describe, expect, it } from "vitest";
import type { OnCallCalendar } from "./notice.ts";
import { onCallAt } from "./on-call.ts";
import { hourMs } from "./time.ts";

const calendar: OnCallCalendar = {
  id: "duty",
  version: 1,
  name: "duty",
  contacts: ["li", "wang", "zhao"],
  from: 8 * hourMs,
  turnMs: 8 * hourMs,
  swaps: [],
};
const swap = (from: number, to: number, contact: string) => ({ from, to, contact, reason: "ill", by: "li" });

describe("a calendar of turns", () => {
  it("gives one contact after the other, and begins again behind the last", () => {
    const names = [8, 15.99, 16, 24, 32].map((hour) => onCallAt(calendar, hour * hourMs)?.contact);
    expect(names).toEqual(["li", "li", "wang", "zhao", "li"]);
    expect(onCallAt(calendar, 17 * hourMs)?.until).toBe(24 * hourMs);
  });

  it("names nobody before it begins, and when nobody is in it", () => {
    expect(onCallAt(calendar, 8 * hourMs - 1)).toBeNull();
    expect(onCallAt({ ...calendar, contacts: [] }, 9 * hourMs)).toBeNull();
  });

  it("lets a swap go before the turn, to its end and not longer, and the later of two swaps before the earlier", () => {
    const swapped = {
      ...calendar,
      swaps: [swap(10 * hourMs, 12 * hourMs, "zhao"), swap(11 * hourMs, 12 * hourMs, "wang")],
    };
    const names = [9, 10, 11, 12].map((hour) => onCallAt(swapped, hour * hourMs)?.contact);
    expect(names).toEqual(["li", "zhao", "wang", "li"]);
    expect([9, 10].map((hour) => (onCallAt(swapped, hour * hourMs)?.until ?? 0) / hourMs)).toEqual([10, 11]);
  });
});

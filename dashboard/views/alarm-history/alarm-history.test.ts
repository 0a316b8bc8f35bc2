// The filters of the alarm history and its figures.

import { expect, test } from "vitest";
import { readAlarms } from "../../state/wire.ts";
import { listUnreadable, sumUp, toQuery } from "./history-data.ts";

const window = { from: Date.UTC(2026, 10, 22), to: Date.UTC(2026, 10, 23) };

test("the filters of the address are asked of the server by its own names, and what means nothing is left out", () => {
  const query = new URLSearchParams("site=HB-1&p=2&actor=zhang&state=nonsense&q=pump");
  const asked = new URLSearchParams(toQuery(query, window));
  expect([asked.get("site"), asked.get("priority"), asked.get("acker"), asked.get("q")]).toEqual([
    "HB-1",
    "2",
    "zhang",
    "pump",
  ]);
  expect(asked.has("state")).toBe(false);
  expect(listUnreadable(query)).toEqual(["state"]);
});

test("the journal of one alarm is asked for as a whole, whenever it was", () => {
  const asked = new URLSearchParams(toQuery(new URLSearchParams("view=journal&alarm=01J&actor=zhang"), window));
  expect(asked.toString()).toBe("actor=zhang&alarm=01J");
});

test("the median time to acknowledge is of those that were acknowledged, from their call on", () => {
  const alarm = (id: string, more: object): object => ({
    id,
    version: 1,
    site: "s",
    priority: 2,
    state: "ack-active",
    active: true,
    acked: true,
    onset: 1_000,
    ...more,
  });
  const figures = sumUp(
    readAlarms([
      alarm("a", { annunciatedAt: 2_000, ackedAt: 12_000 }),
      alarm("b", { annunciatedAt: 90_000, ackedAt: 31_000, annunciations: 3 }),
      alarm("c", { acked: false, state: "unack-active" }),
      alarm("d", { annunciatedAt: 1_000, ackedAt: 5_000 }),
    ]),
  );
  expect(figures).toEqual({ calls: 6, unacked: 1, medianAckMs: 10_000 });
  expect(sumUp([]).medianAckMs).toBeNull();
});

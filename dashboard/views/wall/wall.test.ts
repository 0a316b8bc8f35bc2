// Proves what the wall picks: the most urgent alarms first, the others counted, nothing that is over.

import { describe, expect, it } from "vitest";
import { addAlarms, emptyBook } from "../../state/alarm-book.ts";
import { readAlarms } from "../../state/wire.ts";
import { pickUrgent } from "./wall-data.ts";

const alarm = (id: string, more: object) => ({
  id,
  version: 1,
  site: "S1",
  factor: "w01018",
  definition: "limit:w01018:realtime",
  priority: 2,
  state: "unack-active",
  active: true,
  acked: false,
  value: 60,
  limit: 50,
  unit: "mg/L",
  onset: "2026-11-22T00:00:00Z",
  comments: [],
  ...more,
});
const bookOf = (...alarms: object[]) => addAlarms(emptyBook, readAlarms(alarms));

describe("the wall", () => {
  it("shows the most urgent alarms and counts the others", () => {
    const book = bookOf(
      alarm("late", { onset: "2026-11-22T01:00:00Z" }),
      alarm("acked", { priority: 1, acked: true, state: "ack-active" }),
      alarm("first", { priority: 1 }),
      alarm("over", { priority: 1, state: "normal", active: false }),
      alarm("early", {}),
    );
    const { shown, more } = pickUrgent(book, 3);
    expect(shown.map((each) => each.id)).toEqual(["first", "late", "early"]);
    expect(more).toBe(1);
  });
});

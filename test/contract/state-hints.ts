// What the state store keeps of hints, as a suite for every implementation: replaced by id, listed newest evidence first.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Hint } from "#domain/hint.ts";
import { hourMs } from "#domain/time.ts";
import type { HintFilter } from "#store/state/hint-reader.ts";
import type { OpenedState } from "./state.ts";
import { makeBatch, makeSite, onset } from "./state-rows.ts";

function makeHint(site: string, hour: number, parts: Partial<Hint> = {}): Hint {
  const from = onset + hour * hourMs;
  const found = { rule: "R1", factors: ["w01018"], from, to: from + hourMs, score: 0.6, facts: { minutes: 60 } };
  const open = { status: "open", decidedBy: null, decidedAt: null, decision: null, seq: 1, at: onset } as const;
  return { ...found, ...open, id: `${site}:R1:w01018:${hour}`, version: 1, site, day: "2026-11-22", ...parts };
}

export function describeHintState(name: string, open: () => Promise<OpenedState>): void {
  describe(`hints in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const idsOf = async (filter: Partial<HintFilter>): Promise<string[]> =>
      (await opened.reader.hints({ limit: 10, ...filter })).items.map(({ id }) => id);

    it("the newest of one id counts, over a restart, and committing it twice changes nothing", async () => {
      await opened.writer.commit(makeBatch(1, { hints: [makeHint("A", 1)] }));
      const dismissed = makeHint("A", 1, { status: "dismissed", version: 2, decidedBy: "li", decision: "seen" });
      await opened.writer.commit(makeBatch(2, { hints: [dismissed] }));
      opened = await opened.reopen();
      await opened.writer.commit(makeBatch(3, { hints: [dismissed] }));
      expect(await opened.reader.hint(dismissed.id)).toEqual(dismissed);
      expect(await opened.reader.hint("nothing")).toBeNull();
      expect(await opened.reader.hints({ limit: 10 })).toEqual({ items: [dismissed], total: 1, next: null });
    });

    it("are listed by site, city, rule, status and begin of the evidence, page by page without a gap", async () => {
      const hints = [
        makeHint("A", 1),
        makeHint("A", 2, { rule: "R4" }),
        makeHint("B", 3),
        makeHint("B", 4, { status: "gone" }),
      ];
      const sites = [makeSite("A", { city: "130100" }), makeSite("B", { city: "130200" })];
      await opened.writer.commit(makeBatch(1, { hints, sites }));
      const [one = "", two = "", three = "", four = ""] = hints.map(({ id }) => id);
      expect(await idsOf({})).toEqual([four, three, two, one]);
      expect(await idsOf({ site: "A" })).toEqual([two, one]);
      expect(await idsOf({ city: "130200" })).toEqual([four, three]);
      expect(await idsOf({ rule: "R4" })).toEqual([two]);
      expect(await idsOf({ statuses: ["gone"] })).toEqual([four]);
      expect(await idsOf({ from: onset + 2 * hourMs, to: onset + 4 * hourMs })).toEqual([three, two]);
      const first = await opened.reader.hints({ limit: 3 });
      const rest = await opened.reader.hints({ limit: 3, cursor: first.next ?? "" });
      expect(
        [first.total, ...first.items, ...rest.items].map((row) => (typeof row === "number" ? row : row.id)),
      ).toEqual([4, four, three, two, one]);
    });
  });
}

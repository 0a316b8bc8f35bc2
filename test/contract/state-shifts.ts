// What the state store keeps of shifts, as a suite for every implementation: the newest of one id counts, sheets are kept to the
// byte, and the one before is found.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Shift } from "#domain/shift.ts";
import type { OpenedState } from "./state.ts";
import { makeBatch, onset } from "./state-rows.ts";

function makeShift(id: string, hour: number, parts: Partial<Shift> = {}): Shift {
  const startedAt = onset + hour * 3_600_000;
  const open = { handedOverAt: null, handedOverBy: null, sheet: null, sha256: null, acceptedBy: null } as const;
  const rest = { acceptedAt: null, ticked: [], notes: [], seq: hour } as const;
  return { id, version: 1, desk: "province", person: "li", startedAt, ...open, ...rest, ...parts };
}

const over = (id: string, hour: number, parts: Partial<Shift> = {}): Shift =>
  makeShift(id, hour, {
    version: 3,
    handedOverAt: onset + (hour + 1) * 3_600_000,
    handedOverBy: "li",
    sheet: '{ "desk" :\t"唐山"}',
    sha256: "ab",
    acceptedBy: "wang",
    acceptedAt: onset + (hour + 1) * 3_600_000,
    ...parts,
  });

export function describeShiftState(name: string, open: () => Promise<OpenedState>): void {
  describe(`shifts in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("the newest of one id counts, over a restart, with its sheet to the byte", async () => {
      await opened.writer.commit(makeBatch(1, { shifts: [makeShift("1", 1)] }));
      await opened.writer.commit(makeBatch(2, { shifts: [over("1", 1)] }));
      opened = await opened.reopen();
      expect(await opened.reader.shift("1")).toEqual(over("1", 1));
      expect(await opened.reader.shift("nothing")).toBeNull();
    });

    it("are listed by desk, newest first, page by page without a gap and without the text of their sheets", async () => {
      const shifts = [over("1", 1), over("2", 2), makeShift("3", 3), makeShift("4", 9, { desk: "130200" })];
      await opened.writer.commit(makeBatch(1, { shifts }));
      const first = await opened.reader.shifts({ desk: "province", limit: 2 });
      expect([first.total, first.items.map(({ id }) => id)]).toEqual([3, ["3", "2"]]);
      expect(first.items[1]).toEqual({ ...over("2", 2), sheet: null });
      const rest = await opened.reader.shifts({ desk: "province", limit: 2, cursor: first.next ?? "" });
      expect([rest.items.map(({ id }) => id), rest.next]).toEqual([["1"], null]);
      expect((await opened.reader.shifts({ limit: 10 })).items.map(({ id }) => id)).toEqual(["4", "3", "2", "1"]);
    });

    it("the one before is the newest accepted one of the desk, and each desk has a newest one", async () => {
      const shifts = [over("1", 1), over("2", 2), makeShift("3", 3), over("x", 2.5, { desk: "130200" })];
      await opened.writer.commit(makeBatch(1, { shifts }));
      const { reader } = opened;
      expect(await reader.shiftBefore("province", onset + 3 * 3_600_000)).toEqual(over("2", 2));
      expect((await reader.shiftBefore("province", onset + 2 * 3_600_000))?.id).toBe("1");
      expect(await reader.shiftBefore("province", onset + 3_600_000)).toBeNull();
      const newest = await reader.newestShifts();
      expect(newest.map(({ desk, id }) => [desk, id]).toSorted()).toEqual([
        ["130200", "x"],
        ["province", "3"],
      ]);
    });
  });
}

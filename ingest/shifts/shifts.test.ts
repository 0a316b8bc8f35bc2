// Shifts under orders of several people in any order: who is on, what was signed, what goes on to the next sheet.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { type SheetBlock, sheetBlocks, type SheetItem, type Shift, type ShiftSheet } from "#domain/shift.ts";
import { carryOn, parseSheet } from "#domain/shift-sheet.ts";
import type { Answer } from "../answer.ts";
import { createOutput, type Output } from "../output.ts";
import { createShifts, type SavedShifts } from "./shifts.ts";

const at = (seq: number) => ({ seq, eventTime: seq * 1_000, receivedAt: seq * 1_000 });
const sha = "a".repeat(64);

function sheetOf(
  shift: Shift,
  carried: ShiftSheet["carried"],
  filled: Partial<Record<SheetBlock, SheetItem[]>> = {},
): string {
  const empty = fill(() => []);
  const { desk, startedAt: from } = shift;
  return JSON.stringify({ desk, from, to: from + 500, blocks: { ...empty, ...filled }, carried } satisfies ShiftSheet);
}

function shiftOf(answer: Answer): Shift {
  if (!answer.ok) throw new Error(answer.detail);
  const { result } = answer as { result: Shift | { next: Shift } };
  return "next" in result ? result.next : result;
}

function fill(itemsOf: (block: SheetBlock) => SheetItem[]): Record<SheetBlock, SheetItem[]> {
  const blocks: Partial<Record<SheetBlock, SheetItem[]>> = {};
  for (const block of sheetBlocks) blocks[block] = itemsOf(block);
  return blocks as Record<SheetBlock, SheetItem[]>;
}

const item = (id: string): SheetItem => ({ id, zh: `甲${id}`, en: `a ${id}` });

describe("a shift", () => {
  it("of a desk belongs to whoever took it first", () => {
    const book = createShifts();
    const output = createOutput();
    expect(book.take({ type: "shift.take", id: "1", desk: "province" }, "li", at(1), output).ok).toBe(true);
    const second = book.take({ type: "shift.take", id: "2", desk: "province" }, "wang", at(2), output);
    expect(second).toMatchObject({ ok: false, code: "illegal", current: { person: "li" } });
    expect(book.take({ type: "shift.take", id: "3", desk: "130200" }, "wang", at(3), output).ok).toBe(true);
  });

  it("is handed over on the version that the sheet was made of, once, with all that was not ticked before", () => {
    const book = createShifts();
    const output = createOutput();
    const taken = shiftOf(book.take({ type: "shift.take", id: "1", desk: "province" }, "li", at(1), output));
    const noted = shiftOf(book.note({ type: "shift.note", id: "1", text: "pump 2" }, "zhao", at(2), output));
    const order = { type: "shift.hand-over", id: "1", sha256: sha } as const;
    const sheet = sheetOf(noted, [], { shelved: [item("s")] });
    const stale = book.handOver({ ...order, expectedVersion: taken.version, sheet }, "li", at(3), output);
    expect(stale).toMatchObject({ ok: false, code: "conflict" });
    const foreign = sheetOf({ ...noted, startedAt: 7 }, []);
    const wrong = book.handOver({ ...order, expectedVersion: noted.version, sheet: foreign }, "li", at(3), output);
    expect(wrong).toMatchObject({ ok: false, code: "invalid" });
    const signed = shiftOf(book.handOver({ ...order, expectedVersion: noted.version, sheet }, "li", at(3), output));
    expect(signed).toMatchObject({ handedOverAt: 3_000, handedOverBy: "li", sheet, sha256: sha });
    const accept = { type: "shift.accept", id: "1", expectedVersion: signed.version, ticked: [], next: "2" } as const;
    const next = shiftOf(book.accept(accept, "wang", at(4), output));
    const bare = { ...order, id: "2", expectedVersion: next.version, sheet: sheetOf(next, []) };
    expect(book.handOver(bare, "wang", at(5), output)).toMatchObject({ ok: false, code: "invalid" });
    const carried = [{ block: "shelved", item: item("s") }] as const;
    expect(book.handOver({ ...bare, sheet: sheetOf(next, carried) }, "wang", at(6), output).ok).toBe(true);
  });

  it("keeps so many notes and no more, and none after the sheet is signed", () => {
    const book = createShifts();
    const output = createOutput();
    const note = { type: "shift.note", id: "1", text: "x" } as const;
    book.take({ type: "shift.take", id: "1", desk: "province" }, "li", at(1), output);
    for (let i = 0; i < bounds.shiftNotesMax; i++) expect(book.note(note, "li", at(2), output).ok).toBe(true);
    expect(book.note(note, "li", at(3), output)).toMatchObject({ ok: false, code: "illegal" });
    const shift = output.state.shifts.get("1");
    if (shift === undefined) throw new Error("no shift");
    const order = { type: "shift.hand-over", id: "1", expectedVersion: shift.version, sha256: sha } as const;
    expect(book.handOver({ ...order, sheet: sheetOf(shift, []) }, "li", at(4), output).ok).toBe(true);
    expect(book.note(note, "li", at(5), output)).toMatchObject({ ok: false, code: "illegal" });
  });
});

const people = ["li", "wang", "zhao"] as const;
const blockSet = fc.subarray([...sheetBlocks]);
const filling = fc.dictionary(
  fc.constantFrom(...sheetBlocks),
  fc.array(fc.constantFrom("a", "b", "c").map(item), { maxLength: 3 }),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("take" as const), who: fc.constantFrom(...people) }),
  fc.record({ kind: fc.constant("note" as const), who: fc.constantFrom(...people) }),
  fc.record({ kind: fc.constant("hand-over" as const), who: fc.constantFrom(...people), filled: filling }),
  fc.record({ kind: fc.constant("accept" as const), who: fc.constantFrom(...people), ticked: blockSet }),
);

/** Applies steps; on the way looks at everything that was ever said about any shift. */
function run(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[], restartEach: boolean) {
  let saved: SavedShifts = [];
  let book = createShifts();
  const output: Output = createOutput();
  const told: Shift[] = [];
  let drawn = 0;
  steps.forEach((each, i) => {
    if (restartEach) book = createShifts(structuredClone(saved));
    const running = book.save()[0];
    const shift = running?.shift;
    const [id, version] = [shift?.id ?? "none", shift?.version ?? 0];
    const on = at(i + 1);
    if (each.kind === "take")
      book.take({ type: "shift.take", id: `s${++drawn}`, desk: "province" }, each.who, on, output);
    else if (each.kind === "note") book.note({ type: "shift.note", id, text: "note" }, each.who, on, output);
    else if (each.kind === "hand-over") {
      const sheet = shift === undefined ? "{}" : sheetOf(shift, running?.carried ?? [], each.filled);
      book.handOver(
        { type: "shift.hand-over", id, expectedVersion: version, sheet, sha256: sha },
        each.who,
        on,
        output,
      );
    } else {
      const { ticked, who } = each;
      book.accept({ type: "shift.accept", id, expectedVersion: version, ticked, next: `s${++drawn}` }, who, on, output);
    }
    for (const one of output.state.shifts.values()) told.push(one);
    saved = book.save();
  });
  return { told, saved };
}

describe("whatever people order, in any order,", () => {
  it("nobody accepts a handover of his own", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const { acceptedBy, person, handedOverBy } of run(steps, false).told) {
          if (acceptedBy === null) continue;
          expect(acceptedBy).not.toBe(person);
          expect(acceptedBy).not.toBe(handedOverBy);
        }
      }),
    );
  });

  it("a sheet that was signed never changes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const signed = new Map<string, string>();
        for (const { id, sheet, sha256, handedOverAt } of run(steps, false).told) {
          const now = JSON.stringify([sheet, sha256, handedOverAt]);
          if (sheet === null) expect(signed.has(id)).toBe(false);
          else expect(signed.get(id) ?? now).toBe(now);
          if (sheet !== null) signed.set(id, now);
        }
      }),
    );
  });

  it("what was not ticked stands on the next sheet, and what was ticked does not", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { told, saved } = run(steps, false);
        const all = new Map([...told, ...saved.map(({ shift }) => shift)].map((shift) => [shift.id, shift]));
        for (const shift of all.values()) {
          if (shift.acceptedAt === null || shift.sheet === null) continue;
          const sheet = parseSheet(shift.sheet);
          if (sheet === null) throw new Error("a signed sheet cannot be read");
          const carried = carryOn(sheet, shift.ticked);
          for (const { block } of carried) expect(shift.ticked).not.toContain(block);
          for (const block of sheetBlocks) {
            if (shift.ticked.includes(block)) continue;
            for (const { id } of sheet.blocks[block])
              expect(carried.some((each) => each.block === block && each.item.id === id)).toBe(true);
          }
          const next = [...all.values()].find(({ startedAt }) => startedAt === shift.acceptedAt);
          const nextSheet = next?.sheet === undefined || next.sheet === null ? null : parseSheet(next.sheet);
          if (nextSheet !== null) expect(nextSheet.carried).toEqual(carried);
        }
      }),
    );
  });

  it("a restart between any two orders changes nothing", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        expect(run(steps, true)).toEqual(run(steps, false));
      }),
    );
  });
});

describe("what goes on", () => {
  it("is bounded, and says how many more there are", () => {
    const blocks = fill((block) => Array.from({ length: 50 }, (_, i) => item(`${block}${i}`)));
    const carried = carryOn({ desk: "province", from: 1, to: 2, blocks, carried: [] }, []);
    expect(carried).toHaveLength(bounds.sheetCarriedMax);
    const left = sheetBlocks.length * 50 - bounds.sheetCarriedMax + 1;
    expect(carried.at(-1)?.item.en).toContain(`${left} more`);
  });
});

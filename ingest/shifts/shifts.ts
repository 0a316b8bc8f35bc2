// Shifts of desks, as ingest knows them: who is on, the sheet that was signed, who accepted it. Pure: whether an order holds is
// said in the order of the journal, so that two people who take a desk at the same moment do not both have it.
//
//            take                   hand-over (the sheet is frozen)          accept (another person)
//   nobody ───────▶ on shift ──note──▶ … ──────────────▶ handed over ─────────────────────▶ over; the next shift is on

import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { type CarriedItem, type SheetBlock, sheetBlocks, type Shift } from "#domain/shift.ts";
import { carryOn, parseSheet } from "#domain/shift-sheet.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";

type Order<T extends Command["type"]> = Extract<Command, { type: T }>;

export interface ShiftsBook {
  take(order: Order<"shift.take">, actor: string, on: Occasion, output: Output): Answer;
  note(order: Order<"shift.note">, actor: string, on: Occasion, output: Output): Answer;
  handOver(order: Order<"shift.hand-over">, actor: string, on: Occasion, output: Output): Answer;
  accept(order: Order<"shift.accept">, actor: string, on: Occasion, output: Output): Answer;
  save(): SavedShifts;
}

/** The shift that is on, or handed over and not accepted, of each desk; and what its own sheet must say again. */
export type SavedShifts = readonly { readonly shift: Shift; readonly carried: readonly CarriedItem[] }[];

export const noShifts: SavedShifts = [];

type Running = SavedShifts[number];

function begin(id: string, desk: string, person: string, { seq, receivedAt }: Occasion): Shift {
  const signatures = { handedOverAt: null, handedOverBy: null, sheet: null, sha256: null } as const;
  const acceptance = { acceptedBy: null, acceptedAt: null, ticked: [], notes: [] } as const;
  return { id, version: 1, desk, person, startedAt: receivedAt, ...signatures, ...acceptance, seq };
}

export function createShifts(saved: SavedShifts = noShifts): ShiftsBook {
  /** By desk. */
  const running = new Map<string, Running>(saved.map((each) => [each.shift.desk, each]));

  function find(id: string): Running | undefined {
    for (const each of running.values()) if (each.shift.id === id) return each;
    return undefined;
  }

  function keep(shift: Shift, carried: readonly CarriedItem[], output: Output): void {
    running.set(shift.desk, { shift, carried });
    output.state.shifts.set(shift.id, shift);
  }

  const missing = (id: string): Answer => refuse("not-found", `no shift ${id} that is not over`, [`shift:${id}`]);

  return {
    take({ id, desk }, actor, on, output) {
      const objects = [`shift:${id}`];
      const found = running.get(desk)?.shift;
      if (found !== undefined) {
        const says =
          found.handedOverAt === null
            ? `${found.person} is on shift at this desk: the shift is handed over first`
            : `the handover of ${found.person} waits to be accepted`;
        return refuse("illegal", says, objects, found);
      }
      const shift = begin(id, desk, actor, on);
      keep(shift, [], output);
      return { ok: true, result: shift, objects };
    },
    note({ id, text }, actor, { seq, receivedAt }, output) {
      const found = find(id);
      if (found === undefined) return missing(id);
      const { shift, carried } = found;
      const objects = [`shift:${id}`];
      if (shift.handedOverAt !== null)
        return refuse("illegal", "the sheet is signed and does not change any more", objects, shift);
      if (shift.notes.length >= bounds.shiftNotesMax)
        return refuse("illegal", `a shift keeps ${bounds.shiftNotesMax} notes`, objects, shift);
      const notes = [...shift.notes, { at: receivedAt, by: actor, text }];
      const noted = { ...shift, version: shift.version + 1, notes, seq };
      keep(noted, carried, output);
      return { ok: true, result: noted, objects };
    },
    handOver({ id, expectedVersion, sheet, sha256 }, actor, { seq, receivedAt }, output) {
      const found = find(id);
      if (found === undefined) return missing(id);
      const { shift, carried } = found;
      const objects = [`shift:${id}`];
      if (shift.handedOverAt !== null) return refuse("illegal", "the sheet is signed already", objects, shift);
      if (shift.version !== expectedVersion)
        return refuse("conflict", "something was added to the shift since this sheet was made", objects, shift);
      const said = parseSheet(sheet);
      if (said === null || said.desk !== shift.desk || said.from !== shift.startedAt)
        return refuse("invalid", "this is no sheet of this shift", objects, shift);
      if (JSON.stringify(said.carried) !== JSON.stringify(carried))
        return refuse("invalid", "what was not ticked on the sheet before is not all on this one", objects, shift);
      const version = shift.version + 1;
      const signed = { ...shift, version, handedOverAt: receivedAt, handedOverBy: actor, sheet, sha256, seq };
      keep(signed, carried, output);
      return { ok: true, result: signed, objects };
    },
    accept({ id, expectedVersion, ticked, next }, actor, on, output) {
      const found = find(id);
      if (found === undefined) return missing(id);
      const { shift } = found;
      const objects = [`shift:${id}`, `shift:${next}`];
      const sheet = shift.sheet === null ? null : parseSheet(shift.sheet);
      if (shift.handedOverAt === null || sheet === null)
        return refuse("illegal", "nothing was handed over yet", objects, shift);
      if (shift.version !== expectedVersion) return refuse("conflict", "the shift has changed", objects, shift);
      if (actor === shift.person || actor === shift.handedOverBy)
        return refuse("illegal", "nobody accepts a handover of his own: another person does", objects, shift);
      const blocks: readonly SheetBlock[] = sheetBlocks.filter((block) => ticked.includes(block));
      const acceptance = { acceptedBy: actor, acceptedAt: on.receivedAt, ticked: blocks };
      const over: Shift = { ...shift, ...acceptance, version: shift.version + 1, seq: on.seq };
      output.state.shifts.set(over.id, over);
      const following = begin(next, shift.desk, actor, on);
      keep(following, carryOn(sheet, blocks), output);
      return { ok: true, result: { over, next: following }, objects };
    },
    save: () => [...running.values()],
  };
}

// Shifts: who is on at a desk, the sheet of its handover as it would be now, signing, accepting, and the sheets of before.

import { createHash } from "node:crypto";
import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import { cities } from "#domain/city.ts";
import type { Command } from "#domain/command.ts";
import { provinceDesk, sheetBlocks, type Shift } from "#domain/shift.ts";
import { diffSheets, parseSheet } from "#domain/shift-sheet.ts";
import { formatIso } from "#domain/time.ts";
import { checkSecondPerson } from "../alarms/second-person.ts";
import { formatIsoOrNull } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import type { SheetDrafts } from "../shifts/drafts.ts";
import { gatherFacts } from "../shifts/facts.ts";
import { makeSheet } from "../shifts/sheet.ts";
import type { PasswordCheck } from "./session.ts";

const path = "/api/v1/shift";
const int = z.number().int();
const idParams = z.object({ id: z.string().min(1).max(200) });

const desk = z
  .string()
  .refine((text) => text === provinceDesk || cities.some(({ adcode }) => adcode === text), {
    error: `must be "${provinceDesk}" or an adcode of this province`,
  })
  .meta({ example: provinceDesk });
const deskQuery = z.strictObject({ desk: desk.default(provinceDesk) });
const block = z.enum(sheetBlocks);
const item = z.object({ id: z.string(), zh: z.string(), en: z.string() });

const shift = z
  .object({
    id: z.string(),
    version: int,
    desk: z.string(),
    person: z.string(),
    personName: z.string(),
    startedAt: shapes.isoTime,
    handedOverAt: shapes.isoTime.nullable(),
    handedOverBy: z.string().nullable(),
    sha256: z.string().nullable().meta({ description: "of the text of the sheet, as it was signed" }),
    acceptedBy: z.string().nullable(),
    acceptedByName: z.string().nullable(),
    acceptedAt: shapes.isoTime.nullable(),
    ticked: z.array(block),
    notes: z.array(z.object({ at: shapes.isoTime, by: z.string(), text: z.string() })),
  })
  .meta({ id: "Shift" });

function formatShift({ accounts }: Pick<Rooms, "accounts">, found: Shift): z.output<typeof shift> {
  const { seq: _, sheet: __, startedAt, handedOverAt, acceptedAt, notes, ticked, ...rest } = found;
  const nameOf = (username: string): string => accounts.findUser(username)?.displayName ?? username;
  return {
    ...rest,
    personName: nameOf(found.person),
    acceptedByName: found.acceptedBy === null ? null : nameOf(found.acceptedBy),
    startedAt: formatIso(startedAt),
    handedOverAt: formatIsoOrNull(handedOverAt),
    acceptedAt: formatIsoOrNull(acceptedAt),
    ticked: [...ticked],
    notes: notes.map((note) => ({ ...note, at: formatIso(note.at) })),
  };
}

const hashOf = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

async function findShift({ state }: Rooms, id: string): Promise<Shift> {
  const found = await state.shift(id);
  if (found === null) throw new Problem("shift-not-found", `there is no shift ${id}`);
  return found;
}

async function newestShifts({ state }: Rooms): Promise<Shift[]> {
  return (await state.newestShifts()).toSorted((a, b) => (a.desk < b.desk ? -1 : 1));
}

function isShift(value: unknown): value is Shift {
  return typeof value === "object" && value !== null && "desk" in value && "startedAt" in value && "ticked" in value;
}

type ShiftOrder = Extract<Command, { type: `shift.${string}` }>;

/** Sends the order; a refusal shows the shift as it was met. */
async function order(rooms: Rooms, actor: string, command: ShiftOrder): Promise<unknown> {
  try {
    const { result } = await rooms.commands.send(actor, command);
    return result;
  } catch (error) {
    if (!(error instanceof Problem) || !isShift(error.extra["current"])) throw error;
    const current = formatShift(rooms, error.extra["current"]);
    throw new Problem(error.code, error.message, { extra: { ...error.extra, current }, cause: error });
  }
}

function drawId({ random }: Pick<Rooms, "random">): string {
  return Buffer.from(random(12)).toString("base64url");
}

const changed = {
  409: { says: "the shift has changed: `current` shows it" },
  422: { says: "not possible in its state" },
} as const;

export function showShift(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Who is on shift at a desk, and at all desks",
    access: "viewer",
    query: deskQuery,
    replies: {
      200: {
        says: "the shift that is on, or handed over and not accepted; null: nobody has ever taken this desk",
        schema: z.object({ desk: z.string(), shift: shift.nullable(), desks: z.array(shift) }),
      },
    },
    async run({ query }) {
      const desks = (await newestShifts(rooms)).map((each) => formatShift(rooms, each));
      return {
        status: 200,
        body: { desk: query.desk, shift: desks.find((each) => each.desk === query.desk) ?? null, desks },
      };
    },
  });
}

export function takeShift(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/take`,
    summary: "Begin the first shift of a desk; afterwards shifts go from hand to hand",
    access: "operator",
    body: z.strictObject({ desk: desk.default(provinceDesk) }),
    replies: { 201: { says: "on shift", schema: shift }, ...changed },
    async run({ body, user }) {
      const command = { type: "shift.take", id: drawId(rooms), desk: body.desk } as const;
      const taken = await order(rooms, user.username, command);
      if (!isShift(taken)) throw new Problem("internal", "the answer is no shift");
      return { status: 201, body: formatShift(rooms, taken) };
    },
  });
}

export function noteShift(rooms: Rooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/note`,
    summary: "Note something for the next shift",
    access: "operator",
    body: z.strictObject({ id: z.string().max(200), text: z.string().trim().min(1).max(bounds.shiftNoteCharsMax) }),
    replies: { 200: { says: "noted", schema: shift }, ...changed },
    async run({ body, user }) {
      await findShift(rooms, body.id);
      const noted = await order(rooms, user.username, { type: "shift.note", ...body });
      if (!isShift(noted)) throw new Problem("internal", "the answer is no shift");
      return { status: 200, body: formatShift(rooms, noted) };
    },
  });
}

const sheetAnswer = z.object({
  shift,
  text: z.string().meta({ description: "the sheet as JSON text; exactly this is signed" }),
  sha256: z.string(),
  signed: z.boolean(),
});

export function showSheet(rooms: Rooms, drafts: SheetDrafts): Route {
  return defineRoute({
    method: "get",
    path: `${path}/sheet`,
    summary: "The sheet of a desk: as it would be now, or as it was signed and waits to be accepted",
    access: "viewer",
    query: deskQuery,
    replies: { 200: { says: "the sheet", schema: sheetAnswer } },
    async run({ query }) {
      const found = (await newestShifts(rooms)).find((each) => each.desk === query.desk);
      if (found === undefined) throw new Problem("shift-not-found", "nobody has taken this desk yet");
      const signed = found.sheet;
      const text = signed ?? JSON.stringify(makeSheet(await gatherFacts(rooms, found)));
      const sha256 = found.sha256 ?? hashOf(text);
      if (signed === null) drafts.keep(sha256, { shift: found.id, version: found.version, text, at: rooms.now() });
      return { status: 200, body: { shift: formatShift(rooms, found), text, sha256, signed: signed !== null } };
    },
  });
}

export function handShiftOver(rooms: Rooms, drafts: SheetDrafts): Route {
  return defineRoute({
    method: "post",
    path: `${path}/hand-over`,
    summary: "Sign the sheet that was shown; it does not change any more",
    access: "operator",
    body: z.strictObject({ id: z.string().max(200), expectedVersion: int, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    replies: { 200: { says: "signed; waits to be accepted by another person", schema: shift }, ...changed },
    async run({ body, user }) {
      const found = await findShift(rooms, body.id);
      if (found.person !== user.username && user.role !== "admin")
        throw new Problem(
          "not-allowed",
          `${found.person} is on shift; an administrator may sign for somebody who is away`,
        );
      const draft = drafts.find(body.sha256, rooms.now());
      if (draft === null || draft.shift !== found.id) {
        const current = formatShift(rooms, found);
        throw new Problem("sheet-outdated", "this sheet was not shown in the last minutes", { extra: { current } });
      }
      const { id, expectedVersion, sha256 } = body;
      const command = { type: "shift.hand-over", id, expectedVersion, sheet: draft.text, sha256 } as const;
      const signed = await order(rooms, user.username, command);
      if (!isShift(signed)) throw new Problem("internal", "the answer is no shift");
      return { status: 200, body: formatShift(rooms, signed) };
    },
  });
}

export function acceptShift(rooms: Rooms, check: PasswordCheck): Route {
  return defineRoute({
    method: "post",
    path: `${path}/accept`,
    summary: "Accept a handover, block by block; what is not ticked stands again on the next sheet",
    access: "operator",
    body: z.strictObject({
      id: z.string().max(200),
      expectedVersion: int,
      ticked: z.array(block).max(sheetBlocks.length),
      second: z
        .strictObject({ username: z.string().max(200), password: z.string().max(1000) })
        .optional()
        .meta({ description: "whoever accepts, when another person's screen is used for it" }),
    }),
    replies: {
      200: { says: "accepted; the next shift has begun", schema: z.object({ over: shift, next: shift }) },
      ...changed,
    },
    async run({ body, user, address }) {
      await findShift(rooms, body.id);
      const { second, ...rest } = body;
      const person =
        second === undefined ? user.username : await checkSecondPerson(check, user.username, address, second);
      const command = { type: "shift.accept", ...rest, next: drawId(rooms) } as const;
      const result = await order(rooms, person, command);
      const { over, next } = result as { readonly over: Shift; readonly next: Shift };
      return { status: 200, body: { over: formatShift(rooms, over), next: formatShift(rooms, next) } };
    },
  });
}

export function listShifts(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/shifts",
    summary: "Shifts, newest first",
    access: "viewer",
    query: z.strictObject({ desk: desk.optional(), ...shapes.pageQuery }),
    replies: { 200: { says: "a page of shifts", schema: shapes.page(shift) } },
    async run({ query: { desk: of, limit, cursor } }) {
      const filter = { limit, ...(of === undefined ? {} : { desk: of }), ...(cursor === undefined ? {} : { cursor }) };
      const { items, total, next } = await rooms.state.shifts(filter);
      return { status: 200, body: { items: items.map((each) => formatShift(rooms, each)), total, next } };
    },
  });
}

const oneShift = shift
  .extend({
    text: z.string().nullable().meta({ description: "the sheet, exactly as it was signed; null: not signed yet" }),
    intact: z
      .boolean()
      .nullable()
      .meta({ description: "does the text still have the SHA-256 that was signed? null: not signed yet" }),
    before: z.string().nullable().meta({ description: "the shift before, at the same desk" }),
    differences: z.array(z.object({ block, added: z.array(item), gone: z.array(item), stayed: int })),
  })
  .meta({ id: "ShiftWithSheet" });

export function showOneShift(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/shifts/{id}",
    summary: "One shift with its sheet, checked against its hash, and what is different from the sheet before",
    access: "viewer",
    params: idParams,
    replies: { 200: { says: "the shift", schema: oneShift } },
    async run({ params }) {
      const found = await findShift(rooms, params.id);
      const before = await rooms.state.shiftBefore(found.desk, found.startedAt);
      const [old, young] = [before?.sheet ?? null, found.sheet].map((text) =>
        text === null ? null : parseSheet(text),
      );
      const differences = old && young ? diffSheets(old, young) : [];
      const body = {
        ...formatShift(rooms, found),
        text: found.sheet,
        intact: found.sheet === null ? null : hashOf(found.sheet) === found.sha256,
        before: before?.id ?? null,
        differences: differences.map((each) => ({ ...each, added: [...each.added], gone: [...each.gone] })),
      };
      return { status: 200, body };
    },
  });
}

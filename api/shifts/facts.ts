// What a sheet rests on, read from state and from what is live: everything that concerns one desk, at this moment.

import type { AlarmTransition } from "#domain/alarm.ts";
import type { Case } from "#domain/case.ts";
import { systemSite } from "#domain/condition.ts";
import { type CarriedItem, type Shift, provinceDesk } from "#domain/shift.ts";
import { carryOn, parseSheet } from "#domain/shift-sheet.ts";
import { dayMs } from "#domain/time.ts";
import type { AuditRow } from "#store/state/state.ts";
import type { Rooms } from "../parts.ts";
import type { DeskCall, DeskFacts } from "./sheet.ts";

const pageRows = 1_000;
/** A shift that lasted for weeks is not read to its end: the newest are on the sheet. */
const callsMax = 50_000;
const auditPagesMax = 10;

/** Actions that changed how the centre works; what was done to single alarms and cases stands in their own blocks. */
const changing: ReadonlySet<string> = new Set([
  "sites.put",
  "sites.import",
  "limits.put",
  "limits.decide",
  "marks.decide",
  "judgement.recompute",
  "alarm-definitions.put",
  "out-of-service.begin",
  "out-of-service.end",
  "notices.put-policies",
  "notices.remove-policy",
  "notices.put-calendar",
  "identity.note",
]);

/** What the sheet of a shift must say again: not ticked by whoever accepted the one before. */
export async function findCarried({ state }: Pick<Rooms, "state">, shift: Shift): Promise<CarriedItem[]> {
  const before = await state.shiftBefore(shift.desk, shift.startedAt);
  // Somebody took the desk when nobody was on it: nothing is carried then.
  if (before === null || before.acceptedAt !== shift.startedAt || before.sheet === null) return [];
  const sheet = parseSheet(before.sheet);
  return sheet === null ? [] : carryOn(sheet, before.ticked);
}

/** Rows of older programs do not say whether operators were called: then every raise did. */
function isCall({ annunciation, from, to }: AlarmTransition): boolean {
  return annunciation === undefined ? to === "unack-active" && from !== to : annunciation !== null;
}

async function readCalls({ state }: Pick<Rooms, "state">, shift: Shift, now: number): Promise<DeskCall[]> {
  const city = shift.desk === provinceDesk ? {} : { city: shift.desk };
  const calls: DeskCall[] = [];
  let after: { readonly receivedAt: number; readonly place: number } | null = null;
  for (;;) {
    const filter = { from: shift.startedAt, to: now + 1, after, limit: pageRows, ...city };
    const rows = await state.alarmCalls(filter);
    for (const { transition, priority } of rows) {
      if (isCall(transition)) calls.push({ at: transition.receivedAt, priority, alarm: transition.alarmId });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows || calls.length >= callsMax) return calls;
    after = { receivedAt: last.transition.receivedAt, place: last.place };
  }
}

async function readChanges({ state }: Pick<Rooms, "state">, shift: Shift): Promise<AuditRow[]> {
  const found: AuditRow[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < auditPagesMax; page++) {
    const { items, next } = await state.audit({ limit: pageRows, ...(cursor === null ? {} : { cursor }) });
    found.push(
      ...items.filter(({ at, action, outcome }) => at >= shift.startedAt && outcome === "ok" && changing.has(action)),
    );
    const last = items.at(-1);
    if (next === null || last === undefined || last.at < shift.startedAt) break;
    cursor = next;
  }
  return found;
}

export async function gatherFacts(rooms: Rooms, shift: Shift): Promise<DeskFacts> {
  const { memory, state } = rooms;
  const now = rooms.now();
  const isMine = (site: string): boolean => shift.desk === provinceDesk || memory.site(site)?.city === shift.desk;
  const [carried, calls, changes, serviceRows, outageRows] = await Promise.all([
    findCarried(rooms, shift),
    readCalls(rooms, shift, now),
    readChanges(rooms, shift),
    state.outOfService({ activeAt: now, limit: pageRows }),
    state.alarms({ site: systemSite, limit: pageRows }),
  ]);
  return {
    shift,
    now,
    carried,
    calls,
    changes,
    alarms: [...memory.alarms()].filter(({ site }) => site !== systemSite && isMine(site)),
    outages: outageRows.items.filter(
      ({ onset, state: is, cleared }) =>
        is !== "normal" || onset >= shift.startedAt || (cleared ?? 0) >= shift.startedAt,
    ),
    outOfService: serviceRows.items.filter(({ scope }) => {
      if (scope.site !== null) return isMine(scope.site);
      return shift.desk === provinceDesk || scope.city === null || scope.city === shift.desk;
    }),
    casesDue: await readCasesDue(rooms, shift, now),
    nameSite: (id) => memory.site(id)?.name ?? id,
  };
}

/** Open cases whose clock has run out, or will within a day. */
async function readCasesDue({ state }: Pick<Rooms, "state">, shift: Shift, now: number): Promise<Case[]> {
  const city = shift.desk === provinceDesk ? {} : { city: shift.desk };
  const { items } = await state.cases({ overdueAt: now + dayMs, limit: pageRows, ...city });
  return items;
}

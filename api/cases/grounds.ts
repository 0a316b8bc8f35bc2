// One version of an exceedance, looked at by the watch: it opens a case or joins one, its explanation is frozen there, and a case
// that rests on it hears when it no longer stands, or stands again. Looking twice changes nothing.

import type { Case } from "#domain/case.ts";
import { caseRule, parameterOf, seriesKey } from "#domain/cases/rules.ts";
import { ruleOf, stageTable } from "#domain/cases/stages.ts";
import type { Exceedance } from "#domain/judged.ts";
import type { Site } from "#domain/site.ts";
import { dayMs } from "#domain/time.ts";
import type { Rooms } from "../parts.ts";
import { captureExplanation } from "./capture.ts";
import { findingOfDay, findingOfHours, type Finding } from "./findings.ts";
import { addAs } from "./orders.ts";

export type Look = "done" | "too-old" | "waits";
type Open = (finding: Finding) => Promise<Case | "wait" | null>;

/** Explanations that are frozen in one case by the watch; the rest of its links names the others. */
const snapshotsMax = 24;
const mergesMax = 5;

function takesMore({ stage }: Case): boolean {
  return ruleOf(stage, stageTable).takesMore;
}

async function tellGround(rooms: Rooms, known: Case, row: Exceedance): Promise<void> {
  const stands = row.status === "confirmed";
  const before = known.grounds.find(({ exceedance }) => exceedance === row.id);
  if ((before?.version ?? 0) >= row.version || (before?.stands ?? true) === stands) return;
  const reason = `${row.id} is ${row.status} since its version ${row.version}, by ${row.cause}`;
  const ground = { exceedance: row.id, version: row.version, stands };
  await addAs(rooms, "system", known.id, { kind: "ground", ...ground, reason });
}

async function freeze(rooms: Rooms, known: Case, exceedance: string): Promise<void> {
  const frozen = known.evidence.filter(({ by, note }) => by === "system" && note.startsWith("exceedance:"));
  if (frozen.length >= snapshotsMax || frozen.some(({ note }) => note === `exceedance:${exceedance}`)) return;
  await captureExplanation(rooms, known, exceedance);
}

/** Where a case goes on that was merged, as far as it still takes more of the same. */
async function findTaker({ state }: Rooms, known: Case): Promise<Case | null> {
  let next: Case | null = known;
  for (let merges = 0; next !== null && next.stage === "merged" && merges < mergesMax; merges++)
    next = next.successor === null ? null : await state.case(next.successor);
  return next !== null && takesMore(next) ? next : null;
}

/** Key of a case of the same rule and series that takes more; null = there is none. */
async function findOpenKey(rooms: Rooms, cases: readonly Case[]): Promise<string | null> {
  for (const each of cases) if ((await findTaker(rooms, each)) !== null) return each.key;
  return null;
}

async function makeFinding(rooms: Rooms, site: Site, row: Exceedance): Promise<Finding | null> {
  const id = row.basis === "day" ? "day-exceedance" : "hour-exceedances";
  const cases = await rooms.state.casesByKey(site.id, seriesKey(id, site.id, row.factor));
  const key = await findOpenKey(rooms, cases);
  if (row.basis === "day") return findingOfDay(site, row, key);
  if (key !== null) return findingOfHours(site, row, [row.start], key);
  const rule = caseRule(id);
  const { factor, basis, end } = row;
  const from = end - parameterOf(rule, "withinDays") * dayMs;
  const starts = await rooms.state.exceedingStarts({ site: site.id, factor, basis, from, to: end });
  // Hours that an earlier case has dealt with do not count again.
  const dealtWith = new Set(cases.flatMap(({ links }) => links.map((link) => link.id)));
  const fresh = starts.filter((start) => !dealtWith.has(`${site.id}:${factor}:${basis}:${start}`));
  return fresh.length < parameterOf(rule, "hours") ? null : findingOfHours(site, row, fresh, null);
}

export async function lookAtExceedance(rooms: Rooms, row: Exceedance, open: Open): Promise<Look> {
  const site = rooms.memory.site(row.site);
  if (site === undefined) return "done";
  const linked = await rooms.state.casesLinked(site, { kind: "exceedance", id: row.id });
  for (const known of linked) await tellGround(rooms, known, row);
  if (row.status !== "confirmed") return "done";
  for (const known of linked) if (known.key !== null && takesMore(known)) await freeze(rooms, known, row.id);
  const rule = caseRule(row.basis === "day" ? "day-exceedance" : "hour-exceedances");
  if (linked.length > 0 || !rule.enabled) return "done";
  if (row.end < rooms.now() - parameterOf(rule, "maxAgeDays") * dayMs) return "too-old";
  const finding = await makeFinding(rooms, site, row);
  if (finding === null) return "done";
  const opened = await open(finding);
  if (opened === "wait") return "waits";
  if (opened === null) return "done";
  for (const link of finding.links) await freeze(rooms, (await rooms.state.case(opened.id)) ?? opened, link.id);
  return "done";
}

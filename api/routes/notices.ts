// Notices: what was told to whom, with every attempt; and whether people can be reached: channels, what waits, and steps of
// policies that nobody would hear of.

import * as z from "zod";
import { bounds } from "#domain/bounds.ts";
import {
  type Notice,
  type NoticePolicy,
  noticeStates,
  type NoticeTarget,
  type OnCallCalendar,
} from "#domain/notice.ts";
import { onCallAt } from "#domain/on-call.ts";
import { dayMs, formatIso } from "#domain/time.ts";
import type { ContactRow } from "#store/state/accounts-notices.ts";
import { formatIsoOrNull } from "../format.ts";
import { isFailing } from "../notices/schedule.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

export const noticesPath = "/api/v1/notices";
const int = z.number().int();

const notice = z
  .object({
    id: z.string(),
    version: int,
    state: z.enum(noticeStates),
    cause: z.enum(["step", "repeat", "end", "test"]),
    step: int.meta({ description: "from 0" }),
    policy: z.string(),
    contact: z.string(),
    contactName: z.string().nullable(),
    alarms: z.array(z.string()),
    more: int.meta({ description: "alarms for which there was no room" }),
    annunciation: z.string(),
    site: z.string(),
    siteName: z.string().nullable(),
    priority: int,
    class: z.string(),
    createdAt: shapes.isoTime,
    dueAt: shapes.isoTime,
    attempts: z.array(z.object({ at: shapes.isoTime, channel: z.string(), ok: z.boolean(), detail: z.string() })),
    tries: int,
    endedAt: shapes.isoTime.nullable(),
    detail: z.string().nullable(),
    seq: int,
  })
  .meta({ id: "Notice" });

export function formatNotice({ accounts, memory }: Rooms, row: Notice): z.output<typeof notice> {
  const { more = 0, tries = row.attempts.length } = row;
  return {
    ...row,
    more,
    tries,
    alarms: [...row.alarms],
    contactName: accounts.contact(row.contact)?.name ?? null,
    siteName: memory.site(row.site)?.name ?? null,
    createdAt: formatIso(row.createdAt),
    dueAt: formatIso(row.dueAt),
    endedAt: formatIsoOrNull(row.endedAt),
    attempts: row.attempts.map((attempt) => ({ ...attempt, at: formatIso(attempt.at) })),
  };
}

export const noticeShape = notice;

export function listNotices(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: noticesPath,
    summary: "Notices, newest first",
    access: "viewer",
    query: z.strictObject({
      state: shapes.repeatable(z.enum(noticeStates), noticeStates.length).optional(),
      contact: shapes.text.optional(),
      site: shapes.text.optional(),
      alarm: shapes.text.optional().meta({ description: "one of the alarms that it tells of" }),
      from: shapes.time.optional().meta({ description: "made from" }),
      to: shapes.time.optional().meta({ description: "made before" }),
      ...shapes.pageQuery,
    }),
    replies: { 200: { says: "a page of notices", schema: shapes.page(notice) } },
    async run({ query: { limit, state: states, ...rest } }) {
      const given = Object.fromEntries(Object.entries({ ...rest, states }).filter(([, value]) => value !== undefined));
      const { items, total, next } = await rooms.state.notices({ ...given, limit });
      return { status: 200, body: { items: items.map((each) => formatNotice(rooms, each)), total, next } };
    },
  });
}

export function showNotice(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: `${noticesPath}/{id}`,
    summary: "One notice with its attempts",
    access: "viewer",
    params: z.object({ id: z.string().max(bounds.textCharsMax) }),
    replies: { 200: { says: "the notice", schema: notice }, 404: { says: "there is none", schema: shapes.problem } },
    async run({ params: { id } }) {
      const found = await rooms.state.notice(id);
      if (found === null) throw new Problem("notice-not-found", `there is no notice ${id}`);
      return { status: 200, body: formatNotice(rooms, found) };
    },
  });
}

interface Reached {
  readonly calendars: readonly OnCallCalendar[];
  readonly contacts: readonly ContactRow[];
  readonly isReachable: (contact: string) => boolean;
  readonly now: number;
}

/** Would anybody hear of it now? Null: yes; else why not. */
function gapOf(target: NoticeTarget, { calendars, contacts, isReachable, now }: Reached): string | null {
  if (target.kind === "enterprise") {
    const some = contacts.some(({ id, enterprise }) => enterprise !== null && isReachable(id));
    return some ? null : "no contact of any enterprise can be reached";
  }
  if (target.kind === "contact") {
    if (isReachable(target.contact)) return null;
    return contacts.some(({ id }) => id === target.contact)
      ? `${target.contact} has no channel that is switched on`
      : `there is no contact ${target.contact}`;
  }
  const calendar = calendars.find(({ id }) => id === target.calendar);
  if (calendar === undefined) return `there is no calendar ${target.calendar}`;
  const onCall = onCallAt(calendar, now);
  if (onCall === null) return `nobody is on call in ${target.calendar}`;
  return isReachable(onCall.contact) ? null : `${onCall.contact}, on call in ${target.calendar}, cannot be reached`;
}

/** Steps that nobody would hear of now. */
export function findGaps(policies: readonly NoticePolicy[], reached: Reached) {
  return policies
    .filter(({ enabled }) => enabled)
    .flatMap(({ id, steps }) =>
      steps.flatMap(({ targets }, step) => {
        const whys = targets.map((target) => gapOf(target, reached));
        if (whys.includes(null)) return [];
        const why = whys.length === 0 ? "it names nobody" : whys.join("; ");
        return [{ policy: id, step: step + 1, says: `no contact for step ${step + 1} of policy ${id}: ${why}` }];
      }),
    );
}

const health = z.object({
  ok: z.boolean().meta({ description: "no channel fails, and every step of every policy would reach somebody" }),
  failing: z.string().nullable(),
  waiting: int,
  oldestWaiting: shapes.isoTime.nullable(),
  lastDay: z.record(z.enum(noticeStates), int).meta({ description: "notices made in the last 24 hours, by state" }),
  gaps: z.array(z.object({ policy: z.string(), step: int, says: z.string() })),
  channels: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      enabled: z.boolean(),
      state: z.enum(["unused", "good", "failing"]),
      failures: int.meta({ description: "in a row" }),
      lastOkAt: shapes.isoTime.nullable(),
      lastError: z.string().nullable(),
      lastErrorAt: shapes.isoTime.nullable(),
    }),
  ),
});

export function showNoticeHealth(rooms: Rooms): Route {
  const { accounts, notices, now, state } = rooms;
  return defineRoute({
    method: "get",
    path: `${noticesPath}/health`,
    summary: "Can people be reached: channels since the start, what waits, steps that nobody would hear of",
    access: "viewer",
    replies: { 200: { says: "as it is now", schema: health } },
    async run() {
      const [policies, calendars, counts] = await Promise.all([
        state.noticePolicies(),
        state.calendars(),
        state.countNotices(now() - dayMs),
      ]);
      const [channels, contacts] = [accounts.channels(), accounts.contacts()];
      const good = new Set(channels.filter(({ enabled }) => enabled).map(({ id }) => id));
      const reachable = new Set(
        contacts.filter(({ addresses }) => addresses.some(({ channel }) => good.has(channel))).map(({ id }) => id),
      );
      const isReachable = (contact: string): boolean => reachable.has(contact);
      const gaps = findGaps(policies, { calendars, contacts, isReachable, now: now() });
      const failing = notices.says();
      const { count, oldest } = notices.waiting;
      const body = {
        ok: failing === null && gaps.length === 0,
        failing,
        waiting: count,
        oldestWaiting: formatIsoOrNull(oldest),
        lastDay: Object.fromEntries(noticeStates.map((each) => [each, counts.get(each) ?? 0])),
        gaps,
        channels: channels.map(({ id, kind, enabled }) => {
          const known = notices.channelState(id);
          const unused = known.lastOkAt === null && known.lastError === null;
          return {
            id,
            kind,
            enabled,
            state: isFailing(known) ? "failing" : unused ? "unused" : "good",
            failures: known.failures,
            lastOkAt: formatIsoOrNull(known.lastOkAt),
            lastError: known.lastError,
            lastErrorAt: formatIsoOrNull(known.lastErrorAt),
          };
        }),
      };
      return { status: 200, body };
    },
  });
}

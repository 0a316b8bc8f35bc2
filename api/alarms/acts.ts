// What people do to alarms → one command, and what ingest says to each of them → answers. A decision carries the version it was
// made on; whether it still holds is said by ingest, in journal order.

import type { Alarm } from "#domain/alarm.ts";
import type { ActResult, ActTarget, AlarmAct } from "#domain/alarm-act.ts";
import type { User } from "#store/state/accounts.ts";
import { formatAlarm } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem, type ProblemCode } from "../problem.ts";
import type { Caller } from "../route.ts";

/** The newest that is known: ingest's word, which may be a moment ahead of the store. Null: there is none. */
export async function lookUpAlarm({ memory, state }: Rooms, id: string): Promise<Alarm | null> {
  const [live, stored] = [memory.alarm(id), await state.alarm(id)];
  return (stored === null || (live !== undefined && live.version > stored.version) ? live : stored) ?? null;
}

export async function findAlarm(rooms: Rooms, id: string): Promise<Alarm> {
  const alarm = await lookUpAlarm(rooms, id);
  if (alarm === null) throw new Problem("alarm-not-found", `there is no alarm ${id}`);
  return alarm;
}

export function isAlarm(value: unknown): value is Alarm {
  return (
    typeof value === "object" &&
    value !== null &&
    "onset" in value &&
    typeof value.onset === "number" &&
    "comments" in value
  );
}

/** "desk": a person at a screen of ours; "api": a program with a token. */
export function channelOf(caller: Caller): string {
  return caller.kind === "user" && caller.via === "cookie" ? "desk" : "api";
}

export interface Act {
  readonly act: AlarmAct;
  readonly targets: readonly ActTarget[];
}

export interface ActAnswer {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: ProblemCode;
  readonly detail?: string;
  readonly alarm: Alarm | null;
}

const codes = { conflict: "stale-version", illegal: "illegal-move", "not-found": "alarm-not-found" } as const;

/** What is over is in no book of ingest any more, but it is no stranger either. */
function ofGone(target: ActTarget, alarm: Alarm): ActAnswer {
  const { expectedVersion } = target;
  const isStale = expectedVersion !== null && expectedVersion !== alarm.version;
  const refused = isStale
    ? { code: "stale-version" as const, detail: `the alarm is at version ${alarm.version}, not ${expectedVersion}` }
    : { code: "illegal-move" as const, detail: "the alarm is over: nothing can be done to it any more" };
  return { id: target.alarm, ok: false, ...refused, alarm };
}

async function toAnswer(rooms: Rooms, target: ActTarget, result: ActResult | undefined): Promise<ActAnswer> {
  const id = target.alarm;
  const current = isAlarm(result?.current) ? result.current : await lookUpAlarm(rooms, id);
  if (result?.ok === true) return { id, ok: true, alarm: current };
  if (result?.code === "not-found" && current !== null) return ofGone(target, current);
  const detail = result?.detail ?? "ingest said nothing about it";
  return { id, ok: false, code: codes[result?.code ?? "not-found"], detail, alarm: current };
}

/** One answer per target, in their order. Only alarms that are known reach the journal. */
export async function actOnAlarms(
  rooms: Rooms,
  who: { readonly user: User; readonly caller: Caller },
  { act, targets }: Act,
): Promise<ActAnswer[]> {
  const known = await Promise.all(
    targets.map(async (target) => ({ target, alarm: await lookUpAlarm(rooms, target.alarm) })),
  );
  const sent = known.filter(({ alarm }) => alarm !== null).map(({ target }) => target);
  const results = new Map<string, ActResult>();
  if (sent.length > 0) {
    const command = { type: "alarm.act", act, targets: sent, channel: channelOf(who.caller) } as const;
    const { result } = await rooms.commands.send(who.user.username, command);
    for (const one of Array.isArray(result) ? (result as ActResult[]) : []) results.set(one.alarm, one);
  }
  return Promise.all(
    known.map(({ target, alarm }) =>
      alarm === null
        ? {
            id: target.alarm,
            ok: false,
            code: "alarm-not-found" as const,
            detail: "there is no such alarm",
            alarm: null,
          }
        : toAnswer(rooms, target, results.get(target.alarm)),
    ),
  );
}

/** One alarm: a refusal is a problem that shows the alarm as it is. */
export async function actOnAlarm(
  rooms: Rooms,
  who: { readonly user: User; readonly caller: Caller },
  target: ActTarget,
  act: AlarmAct,
) {
  const [answer] = await actOnAlarms(rooms, who, { act, targets: [target] });
  if (answer?.ok === true && answer.alarm !== null) return { status: 200, body: formatAlarm(answer.alarm) };
  const current = answer?.alarm === undefined || answer.alarm === null ? null : formatAlarm(answer.alarm);
  throw new Problem(answer?.code ?? "alarm-not-found", answer?.detail ?? `there is no alarm ${target.alarm}`, {
    extra: { current },
  });
}

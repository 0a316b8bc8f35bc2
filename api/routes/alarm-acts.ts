// What people do to alarms: acknowledge, comment, assign, shelve, unshelve, reset; one alarm, or many that were on the screen with
// one decision. Every call can be repeated safely under an Idempotency-Key.

import * as z from "zod";
import { type AlarmAct, shelfReasons } from "#domain/alarm-act.ts";
import { bounds } from "#domain/bounds.ts";
import { alarm as alarmShape } from "../alarm-shapes.ts";
import { actOnAlarm, actOnAlarms } from "../alarms/acts.ts";
import type { Repeats } from "../alarms/repeats.ts";
import { checkSecondPerson } from "../alarms/second-person.ts";
import { isAtLeast } from "../auth.ts";
import { formatAlarm } from "../format.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { type Call, defineRoute, type Reply, type Route } from "../route.ts";
import type { PasswordCheck } from "./session.ts";

const path = "/api/v1/alarms";
const idParams = z.object({ id: z.string().min(1).max(bounds.textCharsMax) });
const text = z.string().trim().max(2_000);
const expectedVersion = z.number().int();
const version = { expectedVersion };
/** Left out, null or empty: nothing was said. */
const maybe = text.nullish().transform((said) => (said === undefined || said === "" ? null : said));

const minutesMax = 366 * 24 * 60;
const shelfForm = {
  minutes: z
    .number()
    .int()
    .min(1)
    .max(minutesMax)
    .meta({ description: "what the class of the alarm allows is less: GET /api/v1/alarm-classes" }),
  oneShot: z.boolean().default(false).meta({ description: "ends when the value comes back" }),
  reason: z.enum(shelfReasons),
  comment: text.min(1),
  second: z
    .strictObject({ username: z.string().max(200), password: z.string().max(1000) })
    .nullish()
    .meta({ description: "another operator who agrees: highly managed classes ask for one" }),
};
const forms = {
  ack: { comment: maybe },
  comment: { comment: text.min(1) },
  assign: {
    user: z.string().max(64).nullable().meta({ description: "null: nobody any more" }),
    comment: maybe,
  },
  shelve: shelfForm,
  unshelve: { comment: maybe },
  reset: { reason: text.min(1) },
};

const anyAct = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ack"), ...forms.ack }),
  z.strictObject({ kind: z.literal("comment"), ...forms.comment }),
  z.strictObject({ kind: z.literal("assign"), ...forms.assign }),
  z.strictObject({ kind: z.literal("shelve"), ...forms.shelve }),
  z.strictObject({ kind: z.literal("unshelve"), ...forms.unshelve }),
  z.strictObject({ kind: z.literal("reset"), ...forms.reset }),
]);
type AskedAct = z.output<typeof anyAct>;

const actReplies = {
  200: { says: "the alarm as it is now", schema: alarmShape },
  409: { says: "it has changed: `current` shows how" },
  422: { says: "not possible in its state, or not allowed by its class" },
} as const;

export interface ActRooms {
  readonly rooms: Rooms;
  readonly check: PasswordCheck;
  readonly repeats: Repeats;
}

type Facts = Pick<Call<unknown, unknown, unknown>, "user" | "caller" | "address" | "idempotencyKey" | "bytes">;

/** As the journal keeps it: without a password, with the name of the one who agreed. */
async function toAct({ rooms, check }: ActRooms, asked: AskedAct, { user, address }: Facts): Promise<AlarmAct> {
  if (asked.kind === "assign" && asked.user !== null) {
    const assignee = rooms.accounts.findUser(asked.user);
    if (assignee === null) throw new Problem("user-not-found", `nobody is called ${asked.user}`);
    // Of those who have left as well only the name is left.
    const isAway = rooms.accounts.listUsers().some((each) => each.username === asked.user && each.disabled);
    if (isAway) throw new Problem("user-not-found", `${asked.user} may not sign in any more`);
    if (!isAtLeast(assignee.role, "operator"))
      throw new Problem("illegal-move", `${asked.user} may not act on alarms, and so cannot be given one`);
  }
  if (asked.kind !== "shelve") return asked;
  const second = asked.second ?? null;
  return { ...asked, second: second === null ? null : await checkSecondPerson(check, user.username, address, second) };
}

function repeated({ repeats }: ActRooms, where: string, facts: Facts, work: () => Promise<Reply>): Promise<Reply> {
  const asked = `${where}\n${Buffer.from(facts.bytes).toString("base64")}`;
  return repeats.once({ user: facts.user.username, key: facts.idempotencyKey, asked }, work);
}

type Asked = readonly [act: AskedAct, expectedVersion: number | null];

function one<S extends z.ZodRawShape>(
  parts: ActRooms,
  word: AskedAct["kind"],
  summary: string,
  form: S,
  read: (body: z.output<z.ZodObject<S>>) => Asked,
): Route {
  return defineRoute({
    method: "post",
    path: `${path}/{id}/${word}`,
    summary,
    access: "operator",
    params: idParams,
    body: z.strictObject(form),
    replies: actReplies,
    run(call) {
      const { params, body, user, caller } = call;
      return repeated(parts, `${params.id} ${word}`, call, async () => {
        const [asked, seen] = read(body);
        const act = await toAct(parts, asked, call);
        return actOnAlarm(parts.rooms, { user, caller }, { alarm: params.id, expectedVersion: seen }, act);
      });
    },
  });
}

/** One route for each act on one alarm. */
export function listActRoutes(parts: ActRooms): Route[] {
  const { ack, comment, assign, shelve, unshelve, reset } = forms;
  return [
    one(parts, "ack", "Acknowledge an alarm", { ...version, ...ack }, (body) => [
      { kind: "ack", comment: body.comment },
      body.expectedVersion,
    ]),
    one(
      parts,
      "comment",
      "Comment on an alarm; without expectedVersion whatever its version is",
      { expectedVersion: expectedVersion.nullish(), ...comment },
      (body) => [{ kind: "comment", comment: body.comment }, body.expectedVersion ?? null],
    ),
    one(parts, "assign", "Give an alarm to somebody", { ...version, ...assign }, (body) => [
      { kind: "assign", user: body.user, comment: body.comment },
      body.expectedVersion,
    ]),
    one(
      parts,
      "shelve",
      "Shelve an alarm: nobody is called by it for a while; it goes on and is written down",
      { ...version, ...shelve },
      ({ expectedVersion: seen, ...shelf }) => [{ kind: "shelve", ...shelf }, seen],
    ),
    one(parts, "unshelve", "Take an alarm from its shelf", { ...version, ...unshelve }, (body) => [
      { kind: "unshelve", comment: body.comment },
      body.expectedVersion,
    ]),
    one(parts, "reset", "End a latched alarm whose value is back", { ...version, ...reset }, (body) => [
      { kind: "reset", reason: body.reason },
      body.expectedVersion,
    ]),
  ];
}

const target = z.strictObject({ id: z.string().min(1).max(bounds.textCharsMax), expectedVersion });
const result = z.object({
  id: z.string(),
  ok: z.boolean(),
  code: z.string().optional(),
  detail: z.string().optional(),
  alarm: alarmShape.nullable().meta({ description: "as it is now" }),
});

/** Many at once: each says for itself whether it holds. */
export function actOnMany(parts: ActRooms): Route {
  return defineRoute({
    method: "post",
    path: `${path}/acts`,
    summary: "One decision about many alarms; each says for itself whether it holds",
    access: "operator",
    body: z.strictObject({
      act: anyAct,
      targets: z
        .array(target)
        .min(1)
        .max(bounds.actTargetsMax)
        .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "an alarm stands in it twice"),
    }),
    replies: {
      200: {
        says: "what came of it, in the order of the targets",
        schema: z.object({ results: z.array(result) }).meta({ id: "AlarmActResults" }),
      },
    },
    run(call) {
      const { body, user, caller } = call;
      return repeated(parts, "acts", call, async () => {
        const act = await toAct(parts, body.act, call);
        const targets = body.targets.map(({ id, expectedVersion: seen }) => ({ alarm: id, expectedVersion: seen }));
        const answers = await actOnAlarms(parts.rooms, { user, caller }, { act, targets });
        const results = answers.map(({ alarm, ...rest }) => ({
          ...rest,
          alarm: alarm === null ? null : formatAlarm(alarm),
        }));
        return { status: 200, body: { results } };
      });
    },
  });
}

// People: who may sign in, with which role. Administrators add them; a password is drawn here, told once, and changed by its
// owner (session.ts). What two persons must decide needs the second one.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import { roles } from "#store/state/accounts.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/users";
const passwordBytes = 12;

/** Names under which the system itself appears in records. */
const reserved: ReadonlySet<string> = new Set(["system", "provisioning", "simulator", "site"]);

const username = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ and -, 64 at most")
  .refine((name) => !reserved.has(name.toLowerCase()), "this name is the system's own");

const drawn = z.object({
  user: shapes.user,
  password: z.string().meta({ description: "shown once; its owner changes it with POST /api/v1/session/password" }),
});

function drawPassword({ random }: Pick<Rooms, "random">): string {
  return Buffer.from(random(passwordBytes)).toString("base64url");
}

export function listUsers({ accounts }: Rooms): Route {
  return defineRoute({
    method: "get",
    path,
    summary: "Who may sign in, by name",
    access: "admin",
    replies: {
      200: {
        says: "everybody",
        schema: z.object({
          items: z.array(shapes.user.extend({ signedInAt: shapes.isoTime.nullable() })),
          total: z.number().int(),
        }),
      },
    },
    run() {
      const items = accounts.listUsers().map(({ signedInAt, ...user }) => ({
        ...user,
        signedInAt: signedInAt === null ? null : formatIso(signedInAt),
      }));
      return { status: 200, body: { items, total: items.length } };
    },
  });
}

export function addUser(rooms: Rooms): Route {
  const { accounts, identity, log } = rooms;
  return defineRoute({
    method: "post",
    path,
    summary: "Adds a person; the password is drawn and told once",
    access: "admin",
    body: z.strictObject({
      username,
      displayName: shapes.text.optional(),
      role: z.enum(roles),
      reason: shapes.text,
    }),
    replies: { 201: { says: "may sign in", schema: drawn } },
    async run({ body, user: by }) {
      if (accounts.findUser(body.username) !== null)
        throw new Problem("user-exists", `${body.username} is somebody's name already`);
      const user = { username: body.username, displayName: body.displayName ?? body.username, role: body.role };
      const password = drawPassword(rooms);
      // Into the record first: nobody may sign in of whom the audit knows nothing.
      await identity.note(by.username, `user:${user.username}`, "person-added", `${user.role}: ${body.reason}`);
      await accounts.putUser(user, password);
      log.info({ user: user.username, role: user.role, by: by.username }, "a person was added");
      return { status: 201, body: { user, password } };
    },
  });
}

export function resetPassword(rooms: Rooms): Route {
  const { accounts, identity, log } = rooms;
  return defineRoute({
    method: "post",
    path: `${path}/{username}/password`,
    summary: "Draws a new password for a person; all their sessions end",
    access: "admin",
    params: z.object({ username: z.string().max(64) }),
    body: z.strictObject({ reason: shapes.text }),
    replies: { 200: { says: "the new password", schema: drawn } },
    async run({ params, body, user: by }) {
      const user = accounts.findUser(params.username);
      if (user === null) throw new Problem("user-not-found", `nobody is called ${params.username}`);
      const password = drawPassword(rooms);
      await identity.note(by.username, `user:${user.username}`, "password-drawn", body.reason);
      await accounts.putUser(user, password);
      log.info({ user: user.username, by: by.username }, "a password was drawn anew");
      return { status: 200, body: { user, password } };
    },
  });
}

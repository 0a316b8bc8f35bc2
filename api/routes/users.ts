// People: who may sign in, with which role. Administrators add and change them; a password is drawn here, told once, and changed
// by its owner (session.ts). Nobody is removed, for records name them: who has left may not sign in. What two persons must
// decide needs the second one.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import { roles, type User, type UserChange } from "#store/state/accounts.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";

const path = "/api/v1/users";
const passwordBytes = 12;

/** Accounts of the program's own parts: no people. */
const ownAccounts: ReadonlySet<string> = new Set(["system", "provisioning", "simulator", "site"]);

/** Names under which the system itself appears in records: a person of that name could not be told from it. */
const reserved: ReadonlySet<string> = new Set([...ownAccounts, "rule", "time", "ingest"]);

const username = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ and -, 64 at most")
  .refine((name) => !reserved.has(name.toLowerCase()), "this name is the system's own");

const drawn = z.object({
  user: shapes.user,
  password: z.string().meta({ description: "shown once; its owner changes it with POST /api/v1/session/password" }),
});

const userChange = z.strictObject({
  displayName: shapes.text.optional(),
  role: z.enum(roles).optional(),
  enterprise: shapes.text.optional().meta({ description: "of the role enterprise" }),
  disabled: z.boolean().optional().meta({ description: "true: may not sign in any more; all sessions end" }),
  reason: shapes.text,
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
          items: z.array(shapes.user.extend({ disabled: z.boolean(), signedInAt: shapes.isoTime.nullable() })),
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
      enterprise: shapes.text.optional().meta({ description: "of the role enterprise, as sites name it" }),
      reason: shapes.text,
    }),
    replies: { 201: { says: "may sign in", schema: drawn } },
    async run({ body, user: by }) {
      const taken = accounts.listUsers().find((each) => each.username.toLowerCase() === body.username.toLowerCase());
      if (taken !== undefined) throw new Problem("user-exists", `${taken.username} is somebody's name already`);
      const { username: name, displayName = body.username, role, enterprise } = body;
      if ((role === "enterprise") !== (enterprise !== undefined))
        throw new Problem("invalid-request", "somebody of a plant, and nobody else, belongs to an enterprise");
      const of = enterprise === undefined ? {} : { enterprise };
      const user = { username: name, displayName, role, ...of };
      const password = drawPassword(rooms);
      const says = `${role}${enterprise === undefined ? "" : ` of ${enterprise}`}: ${body.reason}`;
      await accounts.putUser(user, password);
      // Nobody may sign in of whom the audit knows nothing; the password was told to nobody yet.
      await noteOrUndo(
        () => identity.note(by.username, `user:${user.username}`, "person-added", says),
        () => accounts.changeUser(user.username, { disabled: true }),
      );
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
      await accounts.putUser(user, password);
      // When the record cannot be written, nobody knows the password: it is drawn again.
      await identity.note(by.username, `user:${user.username}`, "password-drawn", body.reason);
      log.info({ user: user.username, by: by.username }, "a password was drawn anew");
      return { status: 200, body: { user, password } };
    },
  });
}

async function noteOrUndo(note: () => Promise<void>, undo: () => unknown): Promise<void> {
  try {
    await note();
  } catch (error) {
    undo();
    throw error;
  }
}

/** As a change that brings them back. */
function rightsOf({ displayName, role, enterprise, disabled }: User & { readonly disabled: boolean }): UserChange {
  return { displayName, role, enterprise: enterprise ?? null, disabled };
}

/** What the audit says of a change. */
function describeChange({ reason, ...change }: z.output<typeof userChange>): string {
  const parts = Object.entries(change).map(([name, value]) => `${name} ${String(value)}`);
  return `${parts.join(", ")}: ${reason}`;
}

export function changeUser(rooms: Rooms): Route {
  const { accounts, identity, log } = rooms;
  return defineRoute({
    method: "patch",
    path: `${path}/{username}`,
    summary: "Changes name, role or enterprise of a person, or ends and allows sign-in; other rights end all sessions",
    access: "admin",
    params: z.object({ username: z.string().max(64) }),
    body: userChange,
    replies: {
      200: { says: "as it is now", schema: shapes.user.extend({ disabled: z.boolean() }) },
      404: { says: "nobody has this name", schema: shapes.problem },
      409: { says: "nobody else could let anybody in any more", schema: shapes.problem },
    },
    async run({ params: { username: name }, body, user: by }) {
      const missing = (): Problem => new Problem("user-not-found", `nobody is called ${name}`);
      const before = accounts.listUsers().find((each) => each.username === name);
      if (ownAccounts.has(name.toLowerCase()) || before === undefined) throw missing();
      const { reason: _, ...change } = body;
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length === 0) throw new Problem("invalid-request", "nothing is changed");
      const changed = accounts.changeUser(name, given);
      if (changed === null) throw missing();
      if (changed === "last-admin")
        throw new Problem("last-admin", `${name} is the only administrator who may sign in`);
      if (changed === "no-enterprise")
        throw new Problem("invalid-request", "somebody of a plant, and nobody else, belongs to an enterprise: name it");
      // No rights of which the audit knows nothing: what cannot be written down is taken back.
      await noteOrUndo(
        () => identity.note(by.username, `user:${name}`, "person-changed", describeChange(body)),
        () => accounts.changeUser(name, rightsOf(before)),
      );
      log.info({ user: name, by: by.username, ...given }, "a person was changed");
      const disabled = accounts.listUsers().find((each) => each.username === name)?.disabled ?? false;
      return { status: 200, body: { ...changed, disabled } };
    },
  });
}

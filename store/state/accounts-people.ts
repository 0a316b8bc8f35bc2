// People: who may sign in, with which role, their sessions and one-time links. Part of the accounts file. Tokens and passwords are
// stored as hashes; each is shown once. Nobody is removed, since the record names them: who leaves may not sign in any more.

import type { DatabaseSync } from "node:sqlite";
import { Failure } from "#domain/failure.ts";
import { dayMs } from "#domain/time.ts";
import { runAtomically } from "./accounts-file.ts";
import { checkPassword, hashPassword, hashToken } from "./secrets.ts";

/** "enterprise": somebody of a plant, who sees the cases of the own enterprise and nothing else. */
export const roles = ["viewer", "operator", "admin", "enterprise"] as const;
export type Role = (typeof roles)[number];

export interface User {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** Of the role "enterprise": whose cases may be seen. Nobody else has one. */
  readonly enterprise?: string;
}

/** What is left out stays as it is. */
export interface UserChange {
  readonly displayName?: string;
  readonly role?: Role;
  readonly enterprise?: string | null;
  readonly disabled?: boolean;
}

/** When somebody signed in, and from which address. */
export interface SignIn {
  readonly at: number;
  readonly address: string;
}

const sessionMs = 7 * dayMs;
/** A session's expiry is pushed back only when it has moved by this much: not every request writes. */
const sessionSlideMs = dayMs / 4;
const linkMs = dayMs;

export interface People {
  /** Creates the user "admin" unless there is a user already. Answers the password when it had to draw one. */
  ensureAdmin(password: string | null): Promise<{ readonly created: boolean; readonly password: string | null }>;
  /** Creates the user, or changes name, role and password; a new password ends all sessions of the user. */
  putUser(user: User, password: string): Promise<void>;
  findUser(username: string): User | null;
  /**
   * Changes all of it or nothing; a person with other rights signs in anew. "last-admin": nobody else could let anybody in any
   * more. "no-enterprise": somebody of a plant needs one, and only they have one. Null: nobody has this name.
   */
  changeUser(username: string, change: UserChange): User | "last-admin" | "no-enterprise" | null;
  /** By name, with the time of the newest sign-in. */
  listUsers(): (User & { readonly disabled: boolean; readonly signedInAt: number | null })[];
  /** The user, when the password is right and sign-in is allowed. Takes as long for an unknown name as for a wrong password. */
  checkLogin(username: string, password: string): Promise<User | null>;
  /** Writes down that this person has signed in now. */
  noteSignIn(username: string, address: string): void;
  /** The sign-in before the newest one, for the person to recognize; null when there was none. */
  signInBefore(username: string): SignIn | null;
  /** A new session; the token is told once. */
  openSession(username: string): { readonly token: string; readonly expiresAt: number };
  /** Whose session it is; using it keeps it alive. */
  findSession(token: string): User | null;
  closeSession(token: string): void;
  /** A one-time sign-in link, good for a day. */
  createLink(username: string): string;
  /** The user of an unused link, which is used up by this. */
  redeemLink(token: string): User | null;
}

interface Parts {
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

function isRole(text: unknown): text is Role {
  return typeof text === "string" && (roles as readonly string[]).includes(text);
}

function toUser(row: Record<string, unknown> | undefined): User | null {
  if (row === undefined) return null;
  const role = row["role"];
  if (!isRole(role)) throw new Failure("accounts-invalid", `the accounts file holds an unknown role`);
  const user = { username: String(row["username"]), displayName: String(row["display_name"]), role };
  return role === "enterprise" ? { ...user, enterprise: String(row["enterprise"] ?? "") } : user;
}

export function preparePeopleStatements(db: DatabaseSync) {
  return {
    user: db.prepare(
      "select username, display_name, role, enterprise, disabled, password from users where username = ?",
    ),
    anyUser: db.prepare("select 1 from users limit 1"),
    users: db.prepare(
      "select username, display_name, role, enterprise, disabled, signed_in_at from users order by username",
    ),
    putUser: db.prepare(
      `insert into users (username, display_name, role, enterprise, password, created_at) values (?,?,?,?,?,?)
       on conflict (username) do update set display_name = excluded.display_name, role = excluded.role,
         enterprise = excluded.enterprise, password = excluded.password`,
    ),
    changeUser: db.prepare(
      "update users set display_name = ?, role = ?, enterprise = ?, disabled = ? where username = ?",
    ),
    otherAdmin: db.prepare(
      "select 1 from users where role = 'admin' and disabled = 0 and username not in (?, 'simulator') limit 1",
    ),
    endLinks: db.prepare("delete from links where username = ?"),
    noteSignIn: db.prepare(
      `update users set before_at = signed_in_at, before_from = signed_in_from, signed_in_at = ?, signed_in_from = ?
       where username = ?`,
    ),
    signInBefore: db.prepare("select before_at, before_from from users where username = ?"),
    endSessions: db.prepare("delete from sessions where username = ?"),
    openSession: db.prepare("insert into sessions (token, username, expires_at) values (?,?,?)"),
    session: db.prepare(
      `select u.username, u.display_name, u.role, u.enterprise, s.expires_at from sessions s join users u using (username)
       where s.token = ? and s.expires_at > ? and u.disabled = 0`,
    ),
    slideSession: db.prepare("update sessions set expires_at = ? where token = ?"),
    closeSession: db.prepare("delete from sessions where token = ?"),
    dropOldSessions: db.prepare("delete from sessions where expires_at <= ?"),
    createLink: db.prepare("insert into links (token, username, expires_at) values (?,?,?)"),
    takeLink: db.prepare("delete from links where token = ? returning username, expires_at"),
    dropOldLinks: db.prepare("delete from links where expires_at <= ?"),
  };
}

export interface OpenPeople {
  readonly db: DatabaseSync;
  readonly people: ReturnType<typeof preparePeopleStatements>;
}

export function createPeople(open: () => OpenPeople, { now, random }: Parts): People {
  const drawToken = (bytes: number): string => Buffer.from(random(bytes)).toString("base64url");
  const findUser = (username: string): User | null => toUser(open().people.user.get(username));
  // What an unknown name is checked against, so that it takes as long as a wrong password.
  let nobody: Promise<string> | null = null;

  async function putUser(user: User, password: string): Promise<void> {
    const hash = await hashPassword(password, random(16));
    const { db, people: statements } = open();
    runAtomically(db, () => {
      statements.putUser.run(user.username, user.displayName, user.role, user.enterprise ?? null, hash, now());
      statements.endSessions.run(user.username);
    });
  }

  function changeUser(username: string, change: UserChange): ReturnType<People["changeUser"]> {
    const { db, people: statements } = open();
    return runAtomically(
      db,
      () => {
        const row = statements.user.get(username);
        const before = toUser(row);
        if (before === null) return null;
        const role = change.role ?? before.role;
        const displayName = change.displayName ?? before.displayName;
        const given = change.enterprise === undefined ? (before.enterprise ?? null) : change.enterprise;
        const enterprise = role === "enterprise" ? given : null;
        if (role === "enterprise" && (enterprise === null || enterprise === "")) return "no-enterprise";
        if (role !== "enterprise" && (change.enterprise ?? null) !== null) return "no-enterprise";
        const disabled = change.disabled ?? row?.["disabled"] === 1;
        const wasAdmin = before.role === "admin" && row?.["disabled"] === 0;
        const isAdmin = role === "admin" && !disabled;
        if (wasAdmin && !isAdmin && statements.otherAdmin.get(username) === undefined) return "last-admin";
        statements.changeUser.run(displayName, role, enterprise, Number(disabled), username);
        if (disabled || role !== before.role || enterprise !== (before.enterprise ?? null)) {
          statements.endSessions.run(username);
          statements.endLinks.run(username);
        }
        return findUser(username);
      },
      (result) => typeof result === "object" && result !== null,
    );
  }

  return {
    putUser,
    findUser,
    listUsers: () =>
      open()
        .people.users.all()
        .flatMap((row) => {
          const user = toUser(row);
          const at = row["signed_in_at"] ?? null;
          const disabled = row["disabled"] === 1;
          return user === null ? [] : [{ ...user, disabled, signedInAt: at === null ? null : Number(at) }];
        }),
    async ensureAdmin(password: string | null) {
      if (open().people.anyUser.get() !== undefined) return { created: false, password: null };
      const drawn = password ?? drawToken(15);
      await putUser({ username: "admin", displayName: "admin", role: "admin" }, drawn);
      return { created: true, password: password === null ? drawn : null };
    },
    async checkLogin(username: string, password: string): Promise<User | null> {
      const row = open().people.user.get(username);
      nobody ??= hashPassword(drawToken(16), random(16));
      const good = await checkPassword(password, row === undefined ? await nobody : String(row["password"]));
      return good && row?.["disabled"] === 0 ? toUser(row) : null;
    },
    changeUser,
    noteSignIn(username: string, address: string): void {
      open().people.noteSignIn.run(now(), address, username);
    },
    signInBefore(username: string): SignIn | null {
      const row = open().people.signInBefore.get(username);
      const at = row?.["before_at"] ?? null;
      return at === null ? null : { at: Number(at), address: String(row?.["before_from"] ?? "") };
    },
    openSession(username: string) {
      const { people: statements } = open();
      const token = drawToken(32);
      const expiresAt = now() + sessionMs;
      statements.dropOldSessions.run(now());
      statements.openSession.run(hashToken(token), username, expiresAt);
      return { token, expiresAt };
    },
    findSession(token: string): User | null {
      const { people: statements } = open();
      const hash = hashToken(token);
      const row = statements.session.get(hash, now());
      const expiresAt = now() + sessionMs;
      if (row !== undefined && expiresAt - Number(row["expires_at"]) > sessionSlideMs) {
        statements.slideSession.run(expiresAt, hash);
      }
      return toUser(row);
    },
    closeSession(token: string): void {
      open().people.closeSession.run(hashToken(token));
    },
    createLink(username: string): string {
      const { people: statements } = open();
      const token = drawToken(32);
      statements.dropOldLinks.run(now());
      statements.createLink.run(hashToken(token), username, now() + linkMs);
      return token;
    },
    redeemLink(token: string): User | null {
      const row = open().people.takeLink.get(hashToken(token));
      if (row === undefined || Number(row["expires_at"]) <= now()) return null;
      const user = open().people.user.get(String(row["username"]));
      return user?.["disabled"] === 0 ? toUser(user) : null;
    },
  };
}

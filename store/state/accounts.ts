// Accounts: people, their sessions and one-time links, and the secrets of devices, in a SQLite file of their own that only
// the api writes. Nothing of this enters the journal. Tokens and passwords are stored as hashes; each is shown once.

import type { DatabaseSync } from "node:sqlite";
import type { EdgeNodeName } from "#domain/sparkplug/own-topics.ts";
import { dayMs } from "#domain/time.ts";
import { Failure } from "#domain/failure.ts";
import { openAccountsFile, runAtomically } from "./accounts-file.ts";
import {
  createIdentity,
  type Credentials,
  type Identity,
  type IdentityStatements,
  prepareIdentityStatements,
} from "./accounts-identity.ts";
import { createDeviceDoor } from "./device-door.ts";
import { checkPassword, hashDevicePassword, hashPassword, hashToken } from "./secrets.ts";

export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

export interface User {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
}

/** When somebody signed in, and from which address. */
export interface SignIn {
  readonly at: number;
  readonly address: string;
}

export type { Credentials };

const sessionMs = 7 * dayMs;
/** A session's expiry is pushed back only when it has moved by this much: not every request writes. */
const sessionSlideMs = dayMs / 4;
const linkMs = dayMs;

export interface EdgeNodeAccount {
  readonly site: string;
  readonly name: EdgeNodeName | null;
}

export interface LoggerAccount {
  readonly site: string;
  /** Null: it has none. */
  readonly mn: string | null;
  /** Null: as it was. */
  readonly password: string | null;
}

export interface Accounts extends Identity {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Creates the user "admin" unless there is a user already. Answers the password when it had to draw one. */
  ensureAdmin(password: string | null): Promise<{ readonly created: boolean; readonly password: string | null }>;
  /** Creates the user, or changes name, role and password; a new password ends all sessions of the user. */
  putUser(user: User, password: string): Promise<void>;
  findUser(username: string): User | null;
  /** By name, with the time of the newest sign-in. */
  listUsers(): (User & { readonly signedInAt: number | null })[];
  /** The user, when the password is right. Takes as long for an unknown name as for a wrong password. */
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
  /** New passwords for these sites, replacing older ones, in one transaction. */
  issueCredentials(sites: readonly string[]): Credentials[];
  verifyDevice(site: string, password: string): boolean;
  /** HJ 212 carries this password in clear in both directions, so it is kept as it is. */
  /** The HJ 212 logger of each of these sites; one it had before is forgotten. */
  setLoggers(loggers: readonly LoggerAccount[]): void;
  loggerPassword(mn: string): string | null;
  /**
   * The edge node of each of these sites; a name of null = none. When another site has one of them nothing is changed, and
   * the answer is the first site that cannot have its name.
   */
  setEdgeNodes(nodes: readonly EdgeNodeAccount[]): string | null;
}

interface Parts {
  readonly file: string;
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
  return { username: String(row["username"]), displayName: String(row["display_name"]), role };
}

function prepareStatements(db: DatabaseSync) {
  return {
    user: db.prepare("select username, display_name, role, password from users where username = ?"),
    anyUser: db.prepare("select 1 from users limit 1"),
    users: db.prepare("select username, display_name, role, signed_in_at from users order by username"),
    putUser: db.prepare(
      `insert into users (username, display_name, role, password, created_at) values (?,?,?,?,?)
       on conflict (username) do update set display_name = excluded.display_name, role = excluded.role,
         password = excluded.password`,
    ),
    noteSignIn: db.prepare(
      `update users set before_at = signed_in_at, before_from = signed_in_from, signed_in_at = ?, signed_in_from = ?
       where username = ?`,
    ),
    signInBefore: db.prepare("select before_at, before_from from users where username = ?"),
    endSessions: db.prepare("delete from sessions where username = ?"),
    openSession: db.prepare("insert into sessions (token, username, expires_at) values (?,?,?)"),
    session: db.prepare(
      `select u.username, u.display_name, u.role, s.expires_at from sessions s join users u using (username)
       where s.token = ? and s.expires_at > ?`,
    ),
    slideSession: db.prepare("update sessions set expires_at = ? where token = ?"),
    closeSession: db.prepare("delete from sessions where token = ?"),
    dropOldSessions: db.prepare("delete from sessions where expires_at <= ?"),
    createLink: db.prepare("insert into links (token, username, expires_at) values (?,?,?)"),
    takeLink: db.prepare("delete from links where token = ? returning username, expires_at"),
    dropOldLinks: db.prepare("delete from links where expires_at <= ?"),
    putDevice: db.prepare("insert or replace into devices (site, salt, password, issued_at) values (?,?,?,?)"),
    clearLoggers: db.prepare("delete from loggers where site = ? and mn is not ?"),
    putLogger: db.prepare(
      `insert into loggers (mn, site, password) values (?, ?, coalesce(?, ''))
       on conflict (mn) do update set site = excluded.site, password = coalesce(?, password)`,
    ),
    logger: db.prepare("select password from loggers where mn = ?"),
    siteOfEdgeNode: db.prepare('select site from edge_nodes where "group" = ? and node = ?'),
    clearEdgeNode: db.prepare("delete from edge_nodes where site = ?"),
    putEdgeNode: db.prepare('insert into edge_nodes (site, "group", node) values (?, ?, ?)'),
  };
}

interface OpenAccounts {
  readonly db: DatabaseSync;
  readonly statements: ReturnType<typeof prepareStatements>;
  readonly identity: IdentityStatements;
}

function createPeople(open: () => OpenAccounts, { now, random }: Parts) {
  const drawToken = (bytes: number): string => Buffer.from(random(bytes)).toString("base64url");
  const findUser = (username: string): User | null => toUser(open().statements.user.get(username));
  // What an unknown name is checked against, so that it takes as long as a wrong password.
  let nobody: Promise<string> | null = null;

  async function putUser(user: User, password: string): Promise<void> {
    const hash = await hashPassword(password, random(16));
    const { db, statements } = open();
    runAtomically(db, () => {
      statements.putUser.run(user.username, user.displayName, user.role, hash, now());
      statements.endSessions.run(user.username);
    });
  }

  return {
    putUser,
    findUser,
    listUsers: () =>
      open()
        .statements.users.all()
        .flatMap((row) => {
          const user = toUser(row);
          const at = row["signed_in_at"] ?? null;
          return user === null ? [] : [{ ...user, signedInAt: at === null ? null : Number(at) }];
        }),
    async ensureAdmin(password: string | null) {
      if (open().statements.anyUser.get() !== undefined) return { created: false, password: null };
      const drawn = password ?? drawToken(15);
      await putUser({ username: "admin", displayName: "admin", role: "admin" }, drawn);
      return { created: true, password: password === null ? drawn : null };
    },
    async checkLogin(username: string, password: string): Promise<User | null> {
      const row = open().statements.user.get(username);
      nobody ??= hashPassword(drawToken(16), random(16));
      const good = await checkPassword(password, row === undefined ? await nobody : String(row["password"]));
      return good ? toUser(row) : null;
    },
    noteSignIn(username: string, address: string): void {
      open().statements.noteSignIn.run(now(), address, username);
    },
    signInBefore(username: string): SignIn | null {
      const row = open().statements.signInBefore.get(username);
      const at = row?.["before_at"] ?? null;
      return at === null ? null : { at: Number(at), address: String(row?.["before_from"] ?? "") };
    },
    openSession(username: string) {
      const { statements } = open();
      const token = drawToken(32);
      const expiresAt = now() + sessionMs;
      statements.dropOldSessions.run(now());
      statements.openSession.run(hashToken(token), username, expiresAt);
      return { token, expiresAt };
    },
    findSession(token: string): User | null {
      const { statements } = open();
      const hash = hashToken(token);
      const row = statements.session.get(hash, now());
      const expiresAt = now() + sessionMs;
      if (row !== undefined && expiresAt - Number(row["expires_at"]) > sessionSlideMs) {
        statements.slideSession.run(expiresAt, hash);
      }
      return toUser(row);
    },
    closeSession(token: string): void {
      open().statements.closeSession.run(hashToken(token));
    },
    createLink(username: string): string {
      const { statements } = open();
      const token = drawToken(32);
      statements.dropOldLinks.run(now());
      statements.createLink.run(hashToken(token), username, now() + linkMs);
      return token;
    },
    redeemLink(token: string): User | null {
      const row = open().statements.takeLink.get(hashToken(token));
      return row === undefined || Number(row["expires_at"]) <= now() ? null : findUser(String(row["username"]));
    },
  };
}

function createDevices(open: () => OpenAccounts, parts: Parts) {
  const { now, random } = parts;

  function putPassword(site: string): Credentials {
    const password = Buffer.from(random(16)).toString("base64url");
    const salt = random(16);
    open().statements.putDevice.run(site, salt, hashDevicePassword(password, salt), now());
    return { username: site, password };
  }

  return {
    ...createIdentity(open, parts, putPassword),
    issueCredentials(sites: readonly string[]): Credentials[] {
      return runAtomically(open().db, () => sites.map(putPassword));
    },
    setLoggers(loggers: readonly LoggerAccount[]): void {
      const { db, statements } = open();
      runAtomically(db, () => {
        for (const { site, mn, password } of loggers) {
          statements.clearLoggers.run(site, mn);
          if (mn !== null) statements.putLogger.run(mn, site, password, password);
        }
      });
    },
    setEdgeNodes(nodes: readonly EdgeNodeAccount[]): string | null {
      const { db, statements } = open();
      let taken: string | null = null;
      runAtomically(db, () => {
        const whose = ({ name }: EdgeNodeAccount): unknown =>
          name === null ? undefined : statements.siteOfEdgeNode.get(name.group, name.node)?.["site"];
        const own = new Set(nodes.map(({ site }) => site));
        const names = new Set<string>();
        for (const each of nodes) {
          const [owner, key] = [whose(each), each.name === null ? null : `${each.name.group}/${each.name.node}`];
          const isForeign = typeof owner === "string" && !own.has(owner);
          if (taken === null && key !== null && (isForeign || names.has(key))) taken = each.site;
          if (key !== null) names.add(key);
        }
        if (taken !== null) return;
        // First all of them go: two sites may change their names with each other.
        for (const { site } of nodes) statements.clearEdgeNode.run(site);
        for (const { site, name } of nodes) if (name !== null) statements.putEdgeNode.run(site, name.group, name.node);
      });
      return taken;
    },
    loggerPassword(mn: string): string | null {
      const row = open().statements.logger.get(mn);
      return row === undefined ? null : String(row["password"]);
    },
  };
}

/** verifyDevice() may be called without start(): it opens the file by itself as soon as it exists. */
export function createAccounts(parts: Parts): Accounts {
  let opened: OpenAccounts | null = null;
  const door = createDeviceDoor(parts);

  function open(): OpenAccounts {
    if (opened === null) {
      throw new Failure("accounts-not-started", "the accounts file is not open", { hint: "start it first" });
    }
    return opened;
  }

  return {
    ...createPeople(open, parts),
    ...createDevices(open, parts),
    verifyDevice: (site, password) => door.verifyDevice(site, password),
    async start() {
      const db = openAccountsFile(parts.file);
      opened = { db, statements: prepareStatements(db), identity: prepareIdentityStatements(db) };
    },
    async stop() {
      opened?.db.close();
      opened = null;
      door.close();
    },
  };
}

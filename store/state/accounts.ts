// Accounts: people, their sessions and one-time links, and the secrets of devices, in a SQLite file of their own that only
// the api writes. Nothing of this enters the journal. Tokens and passwords are stored as hashes; each is shown once.

import type { DatabaseSync } from "node:sqlite";
import type { EdgeNodeName } from "#domain/sparkplug/own-topics.ts";
import { Failure } from "#domain/failure.ts";
import { openAccountsFile, runAtomically } from "./accounts-file.ts";
import {
  createIdentity,
  type Credentials,
  type Identity,
  type IdentityStatements,
  prepareIdentityStatements,
} from "./accounts-identity.ts";
import { createPeople, type OpenPeople, type People, preparePeopleStatements } from "./accounts-people.ts";
import { createNoticeBook, type NoticeBook } from "./accounts-notices.ts";
import { createDeviceDoor } from "./device-door.ts";
import { hashDevicePassword } from "./secrets.ts";

export { type Role, roles, type SignIn, type User, type UserChange } from "./accounts-people.ts";
export type { Credentials };

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

export interface Accounts extends Identity, People, NoticeBook {
  start(): Promise<void>;
  stop(): Promise<void>;
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

function prepareStatements(db: DatabaseSync) {
  return {
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

interface OpenAccounts extends OpenPeople {
  readonly db: DatabaseSync;
  readonly statements: ReturnType<typeof prepareStatements>;
  readonly identity: IdentityStatements;
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
    ...createNoticeBook(() => open().db, parts.now),
    verifyDevice: (site, password) => door.verifyDevice(site, password),
    async start() {
      const db = openAccountsFile(parts.file);
      const people = preparePeopleStatements(db);
      opened = { db, people, statements: prepareStatements(db), identity: prepareIdentityStatements(db) };
    },
    async stop() {
      opened?.db.close();
      opened = null;
      door.close();
    },
  };
}
